//! Who looks ahead, and when: after the pointer or the focus has rested on an act for a moment, in slices, and only as long as it
//! stays there. Meanwhile simulated time stands still, so that what is foretold is what would happen.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use faultlab_core::Time;
use faultlab_sim::Position;
use faultlab_words::Lang;
use yew::functional::UseForceUpdateHandle;
use yew::platform::spawn_local;
use yew::platform::time::sleep;

use super::foreseen::Foreseen;
use super::future::Future;
use crate::browser::wall;
use crate::run::player::{Player, StillGuard};
use crate::views::view_of;

/// What passes over a verb does not ask about it.
const RESTS: Duration = Duration::from_millis(150);
/// Who asks already goes on to the next verb faster.
const RESTS_AGAIN: Duration = Duration::from_millis(60);
/// How long a slice of looking ahead takes, in milliseconds.
const SLICE: f64 = 6.0;
/// Between two slices others have their turn.
const PAUSE: Duration = Duration::from_millis(4);

/// An act that somebody considers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Considered {
    /// As its button says it.
    pub(super) label: String,
    /// As scenario text.
    pub(super) act: String,
}

/// The moment of the run from which one looks ahead.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Here {
    opened: u64,
    acts: u64,
    position: Position,
    now: Time,
    lang: Lang,
}

impl Here {
    pub(super) fn of(player: &Player) -> Self {
        let lab = player.lab();
        Self {
            opened: player.opened(),
            acts: player.acts(),
            position: lab.position(),
            now: lab.now(),
            lang: player.lang(),
        }
    }
}

/// What came of looking.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Seen {
    /// Nobody asks.
    Nothing,
    /// Not there yet.
    Looking,
    Unfit,
    Foreseen(Rc<Foreseen>),
}

/// Looks ahead for one bar of verbs.
pub(super) struct Ahead {
    player: Player,
    redraw: UseForceUpdateHandle,
    considered: RefCell<Option<Considered>>,
    seen: RefCell<Seen>,
    /// From where it was seen.
    here: Cell<Option<Here>>,
    still: RefCell<Option<StillGuard>>,
    /// Raised whenever something else is asked: who looks for an older question gives up.
    turn: Cell<u64>,
    /// The future without any act serves all acts of a moment.
    without: RefCell<Option<(Here, Future)>>,
}

impl Ahead {
    pub(super) fn new(player: Player, redraw: UseForceUpdateHandle) -> Rc<Self> {
        Rc::new(Self {
            player,
            redraw,
            considered: RefCell::default(),
            seen: RefCell::new(Seen::Nothing),
            here: Cell::new(None),
            still: RefCell::default(),
            turn: Cell::new(0),
            without: RefCell::default(),
        })
    }

    pub(super) fn considered(&self) -> Option<Considered> {
        self.considered.borrow().clone()
    }

    pub(super) fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    /// Somebody considers an act, or none any more.
    pub(super) fn consider(self: &Rc<Self>, considered: Option<Considered>) {
        if *self.considered.borrow() == considered {
            return;
        }
        let rests = if self.still.borrow().is_some() { RESTS_AGAIN } else { RESTS };
        let asks = considered.is_some();
        self.considered.replace(considered);
        self.forget();
        if asks {
            self.ask(rests);
        } else {
            self.let_go();
        }
    }

    /// Time goes on, unless somebody asks about the next verb right away.
    fn let_go(self: &Rc<Self>) {
        let (ahead, turn) = (Rc::clone(self), self.turn.get());
        spawn_local(async move {
            sleep(RESTS).await;
            if ahead.turn.get() == turn {
                ahead.still.replace(None);
            }
        });
    }

    /// The run may stand elsewhere by now: then what was seen is no longer true.
    pub(super) fn follow(self: &Rc<Self>) {
        if self.here.get().is_some_and(|here| here != Here::of(&self.player)) {
            self.forget();
            self.ask(RESTS_AGAIN);
        }
    }

    /// Nobody asks any more, and nothing is kept.
    pub(super) fn end(&self) {
        self.considered.replace(None);
        self.turn.set(self.turn.get() + 1);
        self.still.replace(None);
        self.without.replace(None);
    }

    fn forget(&self) {
        self.turn.set(self.turn.get() + 1);
        self.here.set(None);
        if self.seen.replace(Seen::Nothing) != Seen::Nothing {
            self.redraw.force_update();
        }
    }

    fn ask(self: &Rc<Self>, rests: Duration) {
        let (ahead, turn) = (Rc::clone(self), self.turn.get());
        spawn_local(async move {
            sleep(rests).await;
            if ahead.turn.get() == turn {
                ahead.look(turn).await;
            }
        });
    }

    async fn look(&self, turn: u64) {
        let Some(Considered { act, .. }) = self.considered() else { return };
        if self.still.borrow().is_none() {
            self.still.replace(Some(self.player.wait()));
        }
        let here = Here::of(&self.player);
        self.here.set(Some(here));
        self.show(Seen::Looking);
        let view = view_of(self.player.lab().about().slug);
        let begin = |act: Option<&str>| Future::begin(self.player.fork(), act, view, here.lang).ok();
        let kept = self.without.take().filter(|(other, _)| *other == here).map(|(_, future)| future);
        let Some(mut without) = kept.or_else(|| begin(None)) else { return };
        let mut with = begin(Some(&act));
        let mut known = self.play(&mut without, turn).await;
        if let (true, Some(with)) = (known, &mut with) {
            known = self.play(with, turn).await;
        }
        let foresee = |with: Future| Seen::Foreseen(Rc::new(Foreseen::new(&self.player.moment(), &with, &without)));
        let seen = known.then(|| with.map_or(Seen::Unfit, foresee));
        self.without.replace(Some((here, without)));
        if let Some(seen) = seen {
            self.show(seen);
        }
    }

    /// Plays a future to its end, giving way between slices. False if nobody asks any more.
    async fn play(&self, future: &mut Future, turn: u64) -> bool {
        loop {
            let begin = wall();
            while wall() - begin < SLICE {
                if !future.go_on() {
                    return true;
                }
            }
            sleep(PAUSE).await;
            if self.turn.get() != turn {
                return false;
            }
        }
    }

    fn show(&self, seen: Seen) {
        self.seen.replace(seen);
        self.redraw.force_update();
    }
}
