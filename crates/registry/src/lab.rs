//! The laboratory: one run of some protocol, with all that a page or a command line does to it.

use std::any::Any;
use std::ops::Range;
use std::rc::Rc;

use faultlab_check::history::{History, Recorder};
use faultlab_core::{Datum, NodeId, Time};
use faultlab_scenario::{Scenario, ScenarioError, Texts};
use faultlab_sim::{BranchId, Brought, FactId, Meters, PacketName, Position, StepFilter, StepMark, Stretch};
use faultlab_words::{Lang, Sentence};

use crate::{About, BranchView, CheckView, Field, Line, Moment, OperatorRequest, Told};

/// How far playing got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Played {
    /// To the moment asked for.
    There,
    /// The allowed number of steps is used up; ask again.
    NotYet,
    /// An invariant broke in the last step.
    Broken,
}

/// The registers that clients read and write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegistersAbout {
    /// What a register holds that was never written.
    pub initial: Datum,
    /// Whether the protocol promises that the operations are linearizable.
    pub promised: bool,
}

/// One run with all its branches. Texts come in the language asked for; everything else is plain values.
pub trait Lab {
    fn about(&self) -> &About;

    /// The scenario of the current branch: its acts included, so that opening it gives the same run again.
    fn scenario(&self) -> Scenario;
    /// The same without what comes later than this moment: acts that are not done yet, and captions.
    fn scenario_so_far(&self) -> Scenario;

    // Time.

    fn now(&self) -> Time;
    /// How many steps have been taken.
    fn position(&self) -> Position;
    /// How many steps of the current branch are known.
    fn steps_known(&self) -> Position;
    fn last_step(&self) -> Option<StepMark>;
    /// The step that leads from a position to the next one.
    fn step_at(&self, index: Position) -> Option<StepMark>;
    /// These steps; those that are long past are derived again.
    fn steps(&self, range: Range<Position>) -> Vec<StepMark>;
    /// All known steps in at most some thousand stretches, for the painted time line.
    fn outline(&self) -> &[Stretch];
    /// The steps in which something was done or a process started, by the positions before them.
    fn turns(&self) -> &[Position];
    /// How many of the known steps are before a moment.
    fn position_before(&self, at: Time) -> Position;
    /// The position before the step to which a fact belongs.
    fn step_of(&self, fact: FactId) -> Option<Position>;
    /// Differs whenever steps that were known may have become others under the same numbers of the same branch.
    fn edits(&self) -> u64;
    /// When the next step is; none if nothing is left to happen.
    fn next_at(&mut self) -> Option<Time>;
    /// Moves on to a moment, taking at most so many steps.
    fn play(&mut self, until: Time, steps_max: usize) -> Played;
    /// Takes one step. False if nothing is left to happen.
    fn forward(&mut self) -> bool;
    /// Goes on to the next step that the filter accepts. If none of the next `steps_max` is one, it stays where it is: false.
    fn forward_to(&mut self, filter: StepFilter, steps_max: usize) -> bool;
    /// Goes back to the step before this one that the filter accepts. False if there is none.
    fn back_to(&mut self, filter: StepFilter) -> bool;
    fn seek(&mut self, position: Position);
    fn seek_time(&mut self, now: Time);

    // Acting.

    /// A person acts now: one gesture in the words of scenario text, `crash n3 · cut n1->n2`. In the past this forks.
    ///
    /// # Errors
    /// The word that does not fit; nothing has happened then.
    fn act(&mut self, text: &str) -> Result<(), ScenarioError>;
    /// Brings another way in which this very cluster may go, as a branch. One stands where it begins to differ.
    ///
    /// # Errors
    /// What is wrong with the scenario, or in what it begins otherwise than this run; nothing has happened then.
    fn bring(&mut self, scenario: &Scenario, brought: Brought) -> Result<(), ScenarioError>;
    /// A run of its own that begins at this very moment, its positions counted from here: what is done there comes out as it
    /// would here, draw for draw. Acts of the person that this branch has yet to come are left out if an act now would leave
    /// them behind as well.
    fn fork(&self) -> Box<dyn Lab>;
    fn undo(&mut self) -> bool;
    fn redo(&mut self) -> bool;
    fn can_undo(&self) -> bool;
    fn can_redo(&self) -> bool;
    fn branches(&self, lang: Lang) -> Vec<BranchView>;
    fn switch(&mut self, branch: BranchId);
    /// The scenario as it was opened, and all branches as text: what is to be kept where the run itself cannot be.
    fn stored(&self) -> (Scenario, String);
    /// Takes stored branches of the same scenario and goes where one was. At most so many steps are simulated to know them again.
    /// False, and nothing has changed, if it is not such a text.
    fn restore(&mut self, branches: &str, steps_max: usize) -> bool;
    /// What the operator may ask about a node now, in the protocol's own terms.
    fn requests_on(&self, node: NodeId, lang: Lang) -> Vec<OperatorRequest>;

    // The moment.

    fn moment(&self, lang: Lang) -> Moment;
    fn meters(&self) -> &Meters;
    /// The hash of all facts up to here, in the short form that links carry.
    fn trace(&self) -> u32;
    fn checks(&self, lang: Lang) -> Vec<CheckView>;
    /// The fields of a node's volatile state, for the inspector; empty while it is down.
    fn inspect(&self, node: NodeId, lang: Lang) -> Vec<Field>;
    /// The fields as they were before the last step of this node, to mark what changed.
    fn inspect_before(&self, node: NodeId, lang: Lang) -> Vec<Field>;

    // The story.

    /// The facts of these steps, each as a line.
    fn story(&self, from: Position, to: Position, lang: Lang) -> Vec<Line>;
    /// The facts of single steps in ascending order, given by the positions before them.
    fn story_of(&self, steps: &[Position], lang: Lang) -> Vec<Line>;
    /// The sentence for the last step taken; none at the very start.
    fn caption(&self, lang: Lang) -> Option<(Sentence, Line)>;

    /// What the scenario's author says of this moment, if it is so in this branch.
    fn said(&self) -> Option<Texts>;
    /// What the author has said up to here that was so when its moment came.
    fn said_so_far(&self) -> Vec<(Time, Texts)>;
    /// When the author has said everything and everything has happened that was to; none if that has no end, or if a person has
    /// acted. It may come nearer as the run goes on: a line may wait for an event.
    fn end_of_lines(&self) -> Option<Time>;

    /// How the clients' requests read as operations on registers; none if they do not.
    fn registers(&self) -> Option<RegistersAbout>;
    /// Records the operations on registers that are called and end in these steps of the current branch.
    fn record(&self, from: Position, to: Position, recorder: &mut Recorder);

    /// What the clients saw up to here, to be judged by `faultlab_check::linear`; none if their requests are no operations on
    /// registers.
    fn history(&self) -> Option<History> {
        let RegistersAbout { initial, .. } = self.registers()?;
        let mut recorder = Recorder::default();
        self.record(0, self.position(), &mut recorder);
        Some(recorder.history(initial))
    }

    // The protocol's own types, for the one file of the page that draws it.

    /// The messages, events, crashes and syncs of these steps, in order.
    fn retell(&self, from: Position, to: Position, listen: &mut dyn FnMut(&Told<'_>));

    /// The node's volatile state, a `&P`.
    fn memory(&self, node: NodeId) -> Option<&dyn Any>;
    /// The node's disk, a `&Disk<P::Record>`.
    fn disk(&self, node: NodeId) -> Option<&dyn Any>;
    /// Of a node that is down, what its fall took from its disk: a `Disk<P::Record>` that has it as its unsynced tails.
    fn lost(&self, node: NodeId) -> Option<Rc<dyn Any>>;
    /// A `&Setup<P>`.
    fn setup(&self) -> &dyn Any;
    /// The observers' memory, a `&P::Ghost`.
    fn ghost(&self) -> &dyn Any;
    /// The `&P::Message` of a packet in flight that carries one.
    fn message(&self, packet: PacketName) -> Option<&dyn Any>;
}
