//! A laboratory over a tape of one protocol.

mod fallen;
mod said;
mod shown;
mod stored;

use std::any::Any;
use std::cell::RefCell;
use std::cmp::Reverse;
use std::ops::Range;
use std::rc::Rc;

use faultlab_check::history::Recorder;
use faultlab_core::{Expected, Figure, Found, NodeId, Protocol, Registers, Setup, Span, Time};
use faultlab_scenario::{Scenario, ScenarioError, Texts, start, text, write_acts};
use faultlab_sim::{
    BranchId, Brought, FactId, Meters, NoSink, PacketName, Payload, Position, StepFilter, StepMark, Stretch, Tape,
};
use faultlab_words::{Lang, Sentence, Spoken};

use crate::fields::fields_of;
use crate::history::HistoryListener;
use crate::lab::{Lab, Played, RegistersAbout};
use crate::story::{Reader, Reteller};
use crate::{About, BranchView, CheckView, Field, Line, Moment, OperatorRequest, Told, What};

/// One run of `P`.
pub(crate) struct Run<P: Protocol> {
    about: &'static About,
    words: Spoken<P>,
    /// As opened; what has changed since is in the tape.
    scenario: Scenario,
    tape: Tape<P>,
    fallen: RefCell<fallen::Fallen<P>>,
    lines: RefCell<said::Lines>,
    figures: RefCell<Figures<P>>,
}

/// The figures of a set-up, by their places among the invariants: each is counted over many keys.
struct Figures<P: Protocol> {
    setup: Option<Setup<P>>,
    measured: Vec<(usize, Figure)>,
}

impl<P: Protocol> Default for Figures<P> {
    fn default() -> Self {
        Self { setup: None, measured: Vec::new() }
    }
}

impl<P: Protocol> Run<P> {
    pub(crate) fn open(about: &'static About, words: Spoken<P>, scenario: &Scenario) -> Result<Self, ScenarioError> {
        let start = start::<P>(scenario)?;
        let lines = RefCell::new(said::Lines::of::<P>(scenario)?);
        Ok(Self {
            about,
            words,
            scenario: scenario.clone(),
            tape: Tape::new(start),
            fallen: RefCell::default(),
            lines,
            figures: RefCell::default(),
        })
    }

    fn reader(&self, position: Position, lang: Lang) -> Reader<'_, P> {
        let setup = self.tape.world().setup().clone();
        Reader { words: (self.words)(lang), setup, position, lines: Vec::new() }
    }

    fn node_name(&self, lang: Lang, node: u8) -> String {
        ((self.words)(lang).node)(self.tape.world().setup(), NodeId(node))
    }

    fn fields(&self, memory: Option<&P>, lang: Lang) -> Vec<Field> {
        let Some(memory) = memory else { return Vec::new() };
        let mut fields =
            fields_of(memory, &|node| self.node_name(lang, node), &|slug| ((self.words)(lang).state)(slug));
        let setup = self.tape.world().setup();
        for field in &mut fields {
            if let Some(held) = ((self.words)(lang).held)(setup, memory, &field.slug) {
                field.value = held;
            }
        }
        fields
    }
}

impl<P: Protocol> Lab for Run<P> {
    fn about(&self) -> &About {
        self.about
    }

    fn scenario(&self) -> Scenario {
        let mut scenario = self.scenario.clone();
        write_acts(&mut scenario, self.tape.acts());
        self.leave_out_untrue(&mut scenario);
        scenario
    }

    fn scenario_so_far(&self) -> Scenario {
        let mut scenario = self.scenario.clone();
        write_acts(&mut scenario, &self.tape.acts()[..self.tape.acts_done()]);
        self.leave_out_untrue(&mut scenario);
        let so_far = self.tape.now().since(Time::ZERO);
        scenario.captions.retain(|caption| Span::parse(&caption.at).is_some_and(|at| at <= so_far));
        scenario
    }

    fn now(&self) -> Time {
        self.tape.now()
    }

    fn position(&self) -> Position {
        self.tape.position()
    }

    fn steps_known(&self) -> Position {
        self.tape.len()
    }

    fn last_step(&self) -> Option<StepMark> {
        self.tape.last_step()
    }

    fn step_at(&self, index: Position) -> Option<StepMark> {
        self.tape.step_at(index)
    }

    fn steps(&self, range: Range<Position>) -> Vec<StepMark> {
        self.tape.steps(range)
    }

    fn outline(&self) -> &[Stretch] {
        self.tape.outline()
    }

    fn turns(&self) -> &[Position] {
        self.tape.turns()
    }

    fn position_before(&self, at: Time) -> Position {
        self.tape.position_before(at)
    }

    fn step_of(&self, fact: FactId) -> Option<Position> {
        self.tape.step_of(fact)
    }

    fn edits(&self) -> u64 {
        self.tape.edits()
    }

    fn next_at(&mut self) -> Option<Time> {
        self.tape.next_at()
    }

    fn play(&mut self, until: Time, steps_max: usize) -> Played {
        if self.tape.play(until, steps_max, &mut NoSink) {
            return Played::There;
        }
        let last = self.tape.position().checked_sub(1).and_then(|last| self.tape.step_at(last));
        if last.is_some_and(|step| step.broken) { Played::Broken } else { Played::NotYet }
    }

    fn forward(&mut self) -> bool {
        self.tape.forward(&mut NoSink)
    }

    fn forward_to(&mut self, filter: StepFilter, steps_max: usize) -> bool {
        let Some(distance) = self.tape.distance_to(filter, steps_max) else { return false };
        (0..distance).all(|_| self.forward())
    }

    fn back_to(&mut self, filter: StepFilter) -> bool {
        match self.tape.previous_position(filter) {
            Some(position) => {
                self.tape.seek(position);
                true
            }
            None => {
                let moved = self.tape.position() > 0;
                self.tape.seek(0);
                moved
            }
        }
    }

    fn seek(&mut self, position: Position) {
        self.tape.seek(position);
    }

    fn seek_time(&mut self, now: Time) {
        self.tape.seek_time(now);
    }

    fn act(&mut self, text: &str) -> Result<(), ScenarioError> {
        let script = text::read_script(text, &text::Cluster::of(self.tape.world()))?;
        self.tape.act(script);
        // A person's act happens at once: its steps are taken here, before time goes on.
        let now = self.tape.now();
        while self.tape.act_is_next(now) {
            self.tape.forward(&mut NoSink);
        }
        Ok(())
    }

    fn bring(&mut self, scenario: &Scenario, brought: Brought) -> Result<(), ScenarioError> {
        let begun = start::<P>(scenario)?;
        let own = self.tape.start();
        let place = [
            ("nodes", begun.setup.nodes == own.setup.nodes),
            ("config", begun.setup.config == own.setup.config),
            ("rules_off", begun.setup.rules == own.setup.rules),
            ("seed", begun.seed == own.seed),
            ("network", begun.network == own.network),
            ("load", begun.load == own.load),
        ];
        if let Some((place, _)) = place.iter().find(|(_, same)| !same) {
            return Err(ScenarioError::at(*place, Found::OtherBeginning, Expected::SameBeginning));
        }
        self.tape.bring(begun.acts, brought);
        Ok(())
    }

    fn fork(&self) -> Box<dyn Lab> {
        let tape = self.tape.from_here();
        let fallen = RefCell::new(self.fallen_before(&tape));
        let scenario = self.scenario.clone();
        // What the author says is said of the run, not of what might be.
        let (lines, figures) = (RefCell::default(), RefCell::default());
        Box::new(Self { about: self.about, words: self.words, scenario, tape, fallen, lines, figures })
    }

    fn undo(&mut self) -> bool {
        self.tape.undo()
    }

    fn redo(&mut self) -> bool {
        self.tape.redo()
    }

    fn can_undo(&self) -> bool {
        self.tape.can_undo()
    }

    fn can_redo(&self) -> bool {
        self.tape.can_redo()
    }

    fn branches(&self, lang: Lang) -> Vec<BranchView> {
        self.shown_branches(lang)
    }

    fn switch(&mut self, branch: BranchId) {
        self.tape.switch(branch);
    }

    fn stored(&self) -> (Scenario, String) {
        (self.scenario.clone(), stored::write(&self.tape.stored()))
    }

    fn restore(&mut self, branches: &str, steps_max: usize) -> bool {
        let stored = stored::read(branches, &text::Cluster::of(self.tape.world()));
        stored.is_some_and(|stored| self.tape.restore_all(&stored, steps_max))
    }

    fn requests_on(&self, node: NodeId, lang: Lang) -> Vec<OperatorRequest> {
        self.shown_requests(node, lang)
    }

    fn moment(&self, lang: Lang) -> Moment {
        self.shown_moment(lang)
    }

    fn meters(&self) -> &Meters {
        self.tape.meters()
    }

    fn trace(&self) -> u32 {
        self.tape.trace().short()
    }

    fn checks(&self, lang: Lang) -> Vec<CheckView> {
        self.shown_checks(lang)
    }

    fn inspect(&self, node: NodeId, lang: Lang) -> Vec<Field> {
        self.fields(self.tape.world().slot(node).and_then(|slot| slot.memory.as_ref()), lang)
    }

    fn inspect_before(&self, node: NodeId, lang: Lang) -> Vec<Field> {
        let Some(before) = self.tape.position().checked_sub(1) else { return Vec::new() };
        let world = self.tape.world_at(before);
        self.fields(world.slot(node).and_then(|slot| slot.memory.as_ref()), lang)
    }

    fn story(&self, from: Position, to: Position, lang: Lang) -> Vec<Line> {
        let mut reader = self.reader(from, lang);
        self.tape
            .reread_steps(from, to, &mut reader, |reader, position, world| reader.begin_step(position, world.setup()));
        reader.lines
    }

    fn story_of(&self, steps: &[Position], lang: Lang) -> Vec<Line> {
        let mut reader = self.reader(0, lang);
        self.tape
            .reread_chosen(steps, &mut reader, |reader, position, world| reader.begin_step(position, world.setup()));
        reader.lines
    }

    fn caption(&self, lang: Lang) -> Option<(Sentence, Line)> {
        let position = self.tape.position();
        let lines = self.story(position.checked_sub(1)?, position, lang);
        let line = lines.into_iter().max_by_key(|line| (prominence(&line.what), Reverse(line.id)))?;
        Some((line.sentence.clone(), line))
    }

    fn said(&self) -> Option<Texts> {
        self.line_said()
    }

    fn said_so_far(&self) -> Vec<(Time, Texts)> {
        self.lines_so_far()
    }

    fn end_of_lines(&self) -> Option<Time> {
        self.lines_end()
    }

    fn registers(&self) -> Option<RegistersAbout> {
        let Registers { initial, promised, .. } = P::registers()?;
        Some(RegistersAbout { initial, promised })
    }

    fn record(&self, from: Position, to: Position, recorder: &mut Recorder) {
        if let Some(Registers { read, .. }) = P::registers() {
            self.tape.reread(from, to, &mut HistoryListener { read, recorder });
        }
    }

    fn retell(&self, from: Position, to: Position, listen: &mut dyn FnMut(&Told<'_>)) {
        let mut reteller = Reteller { position: from, listen };
        self.tape.reread_steps(from, to, &mut reteller, |reteller, position, _| reteller.position = position);
    }

    fn memory(&self, node: NodeId) -> Option<&dyn Any> {
        let memory = self.tape.world().slot(node)?.memory.as_ref()?;
        Some(memory)
    }

    fn disk(&self, node: NodeId) -> Option<&dyn Any> {
        let slot = self.tape.world().slot(node)?;
        Some(&slot.disk)
    }

    fn lost(&self, node: NodeId) -> Option<Rc<dyn Any>> {
        let lost = self.lost_of(node)?;
        Some(lost)
    }

    fn setup(&self) -> &dyn Any {
        self.tape.world().setup()
    }

    fn ghost(&self) -> &dyn Any {
        self.tape.world().ghost()
    }

    fn message(&self, packet: PacketName) -> Option<&dyn Any> {
        match &self.tape.world().packet(packet)?.payload {
            Payload::Message(message) => Some(message),
            Payload::Request { .. } | Payload::Response { .. } => None,
        }
    }
}

/// Which fact of a step the caption tells: the most telling one, the first among equals.
fn prominence(what: &What) -> u8 {
    match what {
        What::Broken { .. } => 9,
        What::Emitted { mark, .. } if *mark > faultlab_core::Mark::Detail => 8,
        What::Emitted { .. } => 7,
        What::Crashed { .. } | What::Wiped { .. } | What::Torn { .. } | What::Corrupted { .. } => 6,
        What::Booted { .. }
        | What::Paused { .. }
        | What::Resumed { .. }
        | What::Slowed { .. }
        | What::Skewed { .. }
        | What::Cut { .. }
        | What::Healed { .. }
        | What::Set(_)
        | What::Held { .. }
        | What::Released { .. }
        | What::Delayed { .. }
        | What::Returned { .. } => 5,
        What::Lost { .. } | What::Duplicated { .. } => 4,
        What::Invoked { .. } | What::Retried { .. } => 3,
        What::Delivered { .. } | What::Queued { .. } | What::Fired { .. } | What::Synced { .. } => 2,
        What::Sent { .. } | What::Void(_) => 1,
        What::Reached { .. } => 0,
    }
}
