//! The run that the page shows, and where the reader is in it: every component reads it here and acts through it.

mod frames;
mod inner;
mod visiting;

use std::any::Any;
use std::cell::{Cell, Ref, RefCell};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::{Rc, Weak};

use faultlab_core::{ClientId, Endpoint, NodeId, Time};
use faultlab_registry::{CheckView, Lab, Moment, StepFilter};
use faultlab_scenario::{Scenario, ScenarioError};
use faultlab_sim::{BranchId, Brought, FactId, PacketName, Position};
use faultlab_words::Lang;
use faultlab_words::page::{PageWords, page_words};
use yew::{Callback, Properties};

use super::address::Mount;
use super::time::{Listener, Speed, Tick};
use super::visits::{Panel, Visits};
use super::why::{self, Chain};
use crate::text::error_text;
use frames::Frames;

/// How many new steps a single command may simulate before it gives up looking for what it looks for.
/// The words of the page (`nothing_ahead`) tell this number.
const SEARCH_STEPS: usize = 10_000;

/// How many notable steps it may go on for something to become so.
const SEARCH_STOPS: usize = 60;

/// How many steps the processes may take to start.
const BOOT_STEPS: usize = 200;

/// Which thing of the run the reader has chosen or points at.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) enum Selection {
    #[default]
    None,
    Node(NodeId),
    Packet(PacketName),
    Link(Endpoint, Endpoint),
    Client(ClientId),
    Fact(FactId),
}

/// A sentence for the reader that is not part of the run: a copied link, a scenario that cannot be read.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Notice {
    pub(crate) text: String,
    pub(crate) grave: bool,
}

/// A handle to the run, cheap to clone, equal only to itself at the same revision.
#[derive(Clone)]
pub(crate) struct Player {
    inner: Rc<Inner>,
    revision: u64,
}

impl PartialEq for Player {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner) && self.revision == other.revision
    }
}

/// What every component of the page takes.
#[derive(Properties, PartialEq, Clone)]
pub(crate) struct PlayerProps {
    pub(crate) player: Player,
}

/// Told the revision of every change.
type OnChange = Rc<dyn Fn(u64)>;

/// What the player shares among its handles.
struct Inner {
    lab: RefCell<Box<dyn Lab>>,
    frames: Frames,
    revision: Cell<u64>,
    /// Raised with every change of the run itself: position, branch, acts.
    run_revision: Cell<u64>,
    moment: RefCell<Option<Rc<Moment>>>,
    checks: RefCell<Option<Rc<Vec<CheckView>>>>,
    lang: Cell<Lang>,
    selection: Cell<Selection>,
    hovered: Cell<Selection>,
    chain: RefCell<Option<Rc<Chain>>>,
    notice: RefCell<Option<Notice>>,
    /// How many runs have been opened.
    opened: Cell<u64>,
    /// Which of them is shown.
    run: Cell<u64>,
    visits: Visits,
    /// How often the run was acted on: what changes branches.
    acts: Cell<u64>,
    /// How often the explorer was asked.
    explored: Cell<u64>,
    /// Shows what stands under the header.
    on_panel: RefCell<Callback<Option<Panel>>>,
    on_change: RefCell<Option<OnChange>>,
    /// What rooms above keep with this run, one value of a type.
    attached: RefCell<Vec<Rc<dyn Any>>>,
}

/// Keeps a frame listener; dropped, the listener is gone.
pub(crate) struct FrameGuard {
    inner: Weak<Inner>,
    number: u32,
}

impl Drop for FrameGuard {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.upgrade() {
            inner.frames.forget(self.number);
        }
    }
}

/// Holds simulated time still while it lives.
pub(crate) struct StillGuard {
    inner: Weak<Inner>,
    waits: bool,
}

impl Drop for StillGuard {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.upgrade() {
            inner.frames.hold_still(false);
            if self.waits {
                inner.frames.hold_waiting(false);
                inner.changed();
            }
        }
    }
}

impl Player {
    pub(crate) fn new(lab: Box<dyn Lab>, lang: Lang, reduced_motion: bool, mount: Mount) -> Self {
        let inner = Inner {
            lab: RefCell::new(lab),
            frames: Frames::new(reduced_motion),
            revision: Cell::new(0),
            run_revision: Cell::new(0),
            moment: RefCell::new(None),
            checks: RefCell::new(None),
            lang: Cell::new(lang),
            selection: Cell::default(),
            hovered: Cell::default(),
            chain: RefCell::default(),
            notice: RefCell::default(),
            opened: Cell::new(0),
            run: Cell::new(0),
            visits: Visits::new(mount),
            acts: Cell::new(0),
            explored: Cell::new(0),
            on_panel: RefCell::default(),
            on_change: RefCell::new(None),
            attached: RefCell::default(),
        };
        let inner = Rc::new(inner);
        inner.frames.attach(&inner);
        inner.frames.set_clock(inner.lab.borrow().now());
        Self { inner, revision: 0 }
    }

    /// The same run as it is now: what a component must be handed to notice that something changed.
    pub(crate) fn fresh(&self) -> Self {
        Self { inner: Rc::clone(&self.inner), revision: self.inner.revision.get() }
    }

    /// The same run for a component that shows only something of it: it is equal as long as that something is.
    pub(crate) fn keyed(&self, shown: &impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        (shown, self.lang(), self.inner.opened.get()).hash(&mut hasher);
        Self { inner: Rc::clone(&self.inner), revision: hasher.finish() }
    }

    /// Whom to tell that something changed.
    pub(crate) fn on_change(&self, listener: Rc<dyn Fn(u64)>) {
        *self.inner.on_change.borrow_mut() = Some(listener);
    }

    // Reading.

    /// The run, to read. Let go of it before acting.
    pub(crate) fn lab(&self) -> Ref<'_, dyn Lab> {
        Ref::map(self.inner.lab.borrow(), |lab| &**lab)
    }

    /// What the stage draws; computed once for each change of the run.
    pub(crate) fn moment(&self) -> Rc<Moment> {
        let mut kept = self.inner.moment.borrow_mut();
        if let Some(moment) = kept.as_ref() {
            return Rc::clone(moment);
        }
        let moment = Rc::new(self.inner.lab.borrow().moment(self.lang()));
        *kept = Some(Rc::clone(&moment));
        moment
    }

    /// What a room above this one keeps with the run: one value of each type, made when it is first asked for. So several players
    /// can live on one page.
    pub(crate) fn attached<T: Default + 'static>(&self) -> Rc<T> {
        let mut attached = self.inner.attached.borrow_mut();
        let found = attached.iter().find_map(|value| Rc::clone(value).downcast::<T>().ok());
        found.unwrap_or_else(|| {
            let value = Rc::new(T::default());
            attached.push(Rc::clone(&value) as Rc<dyn Any>);
            value
        })
    }

    /// How the promises stand; computed once for each change of the run.
    pub(crate) fn checks(&self) -> Rc<Vec<CheckView>> {
        let mut kept = self.inner.checks.borrow_mut();
        Rc::clone(kept.get_or_insert_with(|| Rc::new(self.inner.lab.borrow().checks(self.lang()))))
    }

    /// Differs whenever the run differs; selection and playing leave it as it is.
    pub(crate) fn run_revision(&self) -> u64 {
        self.inner.run_revision.get()
    }

    pub(crate) fn lang(&self) -> Lang {
        self.inner.lang.get()
    }

    pub(crate) fn words(&self) -> &'static PageWords {
        page_words(self.lang())
    }

    pub(crate) fn set_lang(&self, lang: Lang) {
        self.inner.lang.set(lang);
        // What was put into words before is put into words again, or goes.
        let asked = self.chain().and_then(|chain| chain.lines.last().map(|line| line.id));
        self.set_chain(asked.map(|fact| why::chain(&*self.lab(), fact, lang)));
        self.dismiss_notice();
        self.inner.run_changed();
    }

    pub(crate) fn selection(&self) -> Selection {
        self.inner.selection.get()
    }

    pub(crate) fn select(&self, selection: Selection) {
        if self.inner.selection.replace(selection) != selection {
            self.inner.changed();
        }
    }

    /// What the pointer or the focus is on, for highlighting the same thing elsewhere.
    pub(crate) fn hovered(&self) -> Selection {
        self.inner.hovered.get()
    }

    pub(crate) fn hover(&self, selection: Selection) {
        if self.inner.hovered.replace(selection) != selection {
            self.inner.changed();
        }
    }

    pub(crate) fn mount(&self) -> Mount {
        self.inner.visits.mount()
    }

    pub(crate) fn reduced_motion(&self) -> bool {
        self.inner.frames.reduced_motion()
    }

    // Acting.

    /// A person acts: one gesture in the words of scenario text. What does not fit is told in the notice line.
    pub(crate) fn act(&self, text: &str) {
        self.inner.frames.catch_up();
        let result = {
            let mut lab = self.inner.lab.borrow_mut();
            start(&mut **lab);
            lab.act(text)
        };
        match result {
            Ok(()) => {
                self.inner.acts.set(self.inner.acts.get() + 1);
                self.inner.run_changed();
            }
            Err(error) => {
                self.notify(&(self.words().act_refused)(text, &self.refused(&error)), true);
            }
        }
    }

    /// What is wrong with a scenario or an act of this run, in words.
    pub(crate) fn refused(&self, error: &ScenarioError) -> String {
        error_text::misfit(self.words(), Some(self.lab().about()), error)
    }

    /// A run of its own that goes on from where this one would be acted on now.
    pub(crate) fn fork(&self) -> Box<dyn Lab> {
        self.inner.frames.catch_up();
        let mut fork = self.inner.lab.borrow().fork();
        start(&mut *fork);
        fork
    }

    /// How many runs have been opened so far.
    pub(crate) fn opened(&self) -> u64 {
        self.inner.opened.get()
    }

    /// Differs whenever the branches do.
    pub(crate) fn acts(&self) -> u64 {
        self.inner.acts.get()
    }

    /// Brings another way this run may go, as a branch.
    pub(crate) fn bring(&self, scenario: &Scenario, brought: Brought) -> Result<(), ScenarioError> {
        self.inner.acts.set(self.inner.acts.get() + 1);
        let mut done = Ok(());
        self.command(|lab| {
            done = lab.bring(scenario, brought);
            done.is_ok()
        });
        done
    }

    /// Who shows what stands under the header.
    pub(crate) fn on_panel(&self, shows: Callback<Option<Panel>>) {
        self.inner.on_panel.replace(shows);
    }

    /// How often the explorer was asked so far.
    pub(crate) fn explored(&self) -> u64 {
        self.inner.explored.get()
    }

    /// The explorer is asked: its card is to be seen.
    pub(crate) fn unfold_explorer(&self) {
        self.inner.explored.set(self.inner.explored.get() + 1);
        self.inner.changed();
    }

    pub(crate) fn undo(&self) -> bool {
        self.inner.acts.set(self.inner.acts.get() + 1);
        self.command(|lab| lab.undo())
    }

    pub(crate) fn redo(&self) -> bool {
        self.inner.acts.set(self.inner.acts.get() + 1);
        self.command(|lab| lab.redo())
    }

    pub(crate) fn switch(&self, branch: BranchId) {
        self.inner.acts.set(self.inner.acts.get() + 1);
        self.command(|lab| {
            lab.switch(branch);
            true
        });
    }

    /// Something is done to the run at rest; tells whether it had an effect.
    fn command(&self, command: impl FnOnce(&mut dyn Lab) -> bool) -> bool {
        self.inner.frames.set_playing(false);
        let done = command(&mut **self.inner.lab.borrow_mut());
        self.inner.run_changed();
        done
    }

    // Time.

    pub(crate) fn seek(&self, position: Position) {
        self.command(|lab| {
            lab.seek(position);
            true
        });
    }

    pub(crate) fn seek_time(&self, now: Time) {
        self.command(|lab| {
            let known = lab.last_step().map_or(Time::ZERO, |step| step.at);
            lab.seek_time(now.min(known));
            if now > known {
                lab.play(now, SEARCH_STEPS);
            }
            true
        });
    }

    pub(crate) fn step_forward(&self, filter: StepFilter) -> bool {
        self.command(|lab| lab.forward_to(filter, SEARCH_STEPS))
    }

    /// Goes on to the next notable step after which something is so. If it is so now, or not so for long, the run stays where it is.
    pub(crate) fn go_on_until(&self, is_so: impl Fn(&dyn Lab) -> bool) {
        self.inner.frames.catch_up();
        let mut lab = self.inner.lab.borrow_mut();
        let (now, is_there) = (lab.now(), is_so(&**lab));
        let mut reaches =
            || (0..SEARCH_STOPS).any(|_| lab.forward_to(StepFilter::Notable, SEARCH_STEPS) && is_so(&**lab));
        if !is_there && !reaches() {
            lab.seek_time(now);
        }
        drop(lab);
        self.inner.run_changed();
    }

    pub(crate) fn step_back(&self, filter: StepFilter) -> bool {
        self.command(|lab| lab.back_to(filter))
    }

    /// Plays or pauses. Where time waits for somebody who has a bar of verbs open, it is closed and time goes on.
    pub(crate) fn play_pause(&self) {
        if self.is_playing() && self.inner.frames.waits() {
            return self.select(Selection::None);
        }
        self.inner.frames.set_playing(!self.is_playing());
        self.inner.changed();
    }

    /// Back to where the processes start.
    pub(crate) fn go_to_start(&self) {
        self.command(|lab| {
            lab.seek(0);
            start(lab);
            true
        });
    }

    pub(crate) fn pause(&self) {
        if self.is_playing() {
            self.play_pause();
        }
    }

    pub(crate) fn is_playing(&self) -> bool {
        self.inner.frames.is_playing()
    }

    /// Whether time runs: the run plays, and nobody has it wait.
    pub(crate) fn time_runs(&self) -> bool {
        self.is_playing() && !self.inner.frames.waits()
    }

    pub(crate) fn speed(&self) -> Speed {
        self.inner.frames.speed()
    }

    pub(crate) fn set_speed(&self, speed: Speed) {
        self.inner.frames.set_speed(speed);
        self.inner.changed();
    }

    pub(crate) fn skips_idle(&self) -> bool {
        self.inner.frames.skips_idle()
    }

    pub(crate) fn set_skips_idle(&self, skips: bool) {
        self.inner.frames.set_skips_idle(skips);
        self.inner.changed();
    }

    /// Simulated microseconds, continuous: between two steps it runs on while playing.
    pub(crate) fn clock(&self) -> f64 {
        self.tick().now
    }

    /// How time runs just now.
    pub(crate) fn tick(&self) -> Tick {
        self.inner.frames.tick()
    }

    /// Called once after every change, and while the run plays at every beat, or every frame if anybody needs it.
    /// For what is shown outside the virtual DOM. Dropping the guard ends it.
    pub(crate) fn on_frame(&self, listener: Listener) -> FrameGuard {
        let number = self.inner.frames.listen(listener);
        self.inner.frames.wake();
        FrameGuard { inner: Rc::downgrade(&self.inner), number }
    }

    /// Somebody aims at something that moves: simulated time stands still while the guard lives, without pausing the run.
    pub(crate) fn stand_still(&self) -> StillGuard {
        self.inner.frames.hold_still(true);
        StillGuard { inner: Rc::downgrade(&self.inner), waits: false }
    }

    /// Somebody chooses what to do: the same, and it is to be seen that time waits.
    pub(crate) fn wait(&self) -> StillGuard {
        let mut guard = self.stand_still();
        guard.waits = true;
        self.inner.frames.hold_waiting(true);
        self.inner.changed();
        guard
    }

    /// Whether anybody can see the page; unseen, nothing runs.
    pub(crate) fn set_visible(&self, visible: bool) {
        self.inner.frames.set_visible(visible);
    }

    // Words beside the run.

    pub(crate) fn notice(&self) -> Option<Notice> {
        self.inner.notice.borrow().clone()
    }

    pub(crate) fn notify(&self, text: &str, grave: bool) {
        *self.inner.notice.borrow_mut() = Some(Notice { text: text.to_owned(), grave });
        self.inner.changed();
    }

    pub(crate) fn dismiss_notice(&self) {
        *self.inner.notice.borrow_mut() = None;
        self.inner.changed();
    }

    /// The causal chain that is lit, if the reader asked why.
    pub(crate) fn chain(&self) -> Option<Rc<Chain>> {
        self.inner.chain.borrow().clone()
    }

    pub(crate) fn set_chain(&self, chain: Option<Chain>) {
        *self.inner.chain.borrow_mut() = chain.map(Rc::new);
        self.inner.changed();
    }
}

/// Before the first moment nothing runs yet that could be acted on.
fn start(lab: &mut dyn Lab) {
    if lab.now() == Time::ZERO {
        lab.play(Time::ZERO, BOOT_STEPS);
    }
}
