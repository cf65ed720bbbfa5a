//! Time travel: a run with all its branches, where one can go anywhere and act anew.
//!
//! A run is a function of its start, so a tape keeps no states but keyframes: to go to a position it takes the nearest
//! keyframe before it and steps on. Acting in the past forks; the old future stays as a branch, and nothing is ever lost.

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use faultlab_core::{Mark, Protocol, Time};
use serde::{Deserialize, Serialize};

use crate::fact::{Fact, FactId, Happening, NoSink, Sink, TraceHash};
use crate::meters::Meters;
use crate::{Act, Action, Deed, Simulation, Start, StepTaken, World};

/// How many keyframes a branch keeps at most; when they are more, every second one goes.
const KEYFRAMES_MAX: usize = 128;
/// The least number of steps between keyframes.
const SPACING_MIN: usize = 64;
/// How far back the nearest moment kept may be, for whoever reads the last steps again and again.
const RECENT_SPACING: usize = 16;

/// A place in a branch: how many steps have been taken.
pub type Position = usize;

/// A branch of a tape, counted from zero in the order they came to be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BranchId(pub usize);

/// One step in the time line: what the painted bar needs, in 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StepMark {
    pub at: Time,
    /// The step's first fact; its last one is before the next step's first.
    pub first_fact: FactId,
    pub taken: StepTaken,
    /// The most notable mark of the events in it.
    pub mark: Mark,
    /// A packet arrived or was lost.
    pub traffic: bool,
    pub fault: bool,
    /// An invariant broke here.
    pub broken: bool,
}

/// Everything at one moment.
#[derive(Clone, Debug)]
struct Moment<P: Protocol> {
    simulation: Simulation<P>,
    meters: Meters,
    trace: TraceHash,
}

/// What makes a branch differ from the one it forked from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin<P: Protocol> {
    /// Nothing: it is the run as it was opened.
    Opened,
    /// A person acted; this is the first thing done.
    Act(Action<P>),
    /// A person took an act back.
    TakenBack,
    /// A play was brought.
    Brought(Brought),
}

/// What a play is that was brought from elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Brought {
    /// A search found it.
    Found,
    /// It does the same with less.
    Shrunk,
}

/// One way the run went.
#[derive(Clone, Debug)]
pub struct Branch<P: Protocol> {
    /// The branch it forked from and where.
    pub parent: Option<(BranchId, Position)>,
    pub origin: Origin<P>,
    /// When it forked.
    pub forked_at: Time,
    acts: Arc<Vec<Act<P>>>,
    steps: Vec<StepMark>,
    keyframes: Vec<(Position, Arc<Moment<P>>)>,
    spacing: usize,
    /// Where acts of a person were done on it, for undo: the position and the time before.
    acted: Vec<(Position, Time)>,
}

/// A run, its branches, and where one is.
#[derive(Clone, Debug)]
pub struct Tape<P: Protocol> {
    start: Start<P>,
    branches: Vec<Branch<P>>,
    current: BranchId,
    position: Position,
    /// The moment shown: not before the last step taken and not after the next one.
    now: Time,
    here: Moment<P>,
    /// A moment of the current branch shortly before this one.
    recent: Option<(Position, Arc<Moment<P>>)>,
    next_gesture: u32,
    /// Where undo came from, for redo.
    undone: Vec<(BranchId, Position, Time)>,
}

impl<P: Protocol> Branch<P> {
    /// How many of its steps are known.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The deeds of the gesture with which a person began it; none if it came to be in another way.
    pub fn begun_by(&self) -> Vec<Deed<P>> {
        let Origin::Act(first) = &self.origin else { return Vec::new() };
        let is_first = |act: &&Act<P>| act.by_person && act.at >= self.forked_at && act.deed.action == *first;
        let gesture = self.acts.iter().find(is_first).map(|act| act.gesture);
        self.acts.iter().filter(|act| Some(act.gesture) == gesture).map(|act| act.deed.clone()).collect()
    }
}

impl<P: Protocol> Tape<P> {
    pub fn new(start: Start<P>) -> Self {
        let simulation = Simulation::new(&start);
        let here = Moment { simulation, meters: Meters::default(), trace: TraceHash::default() };
        let first = Branch {
            parent: None,
            origin: Origin::Opened,
            forked_at: Time::ZERO,
            acts: Arc::new(start.acts.clone()),
            steps: Vec::new(),
            keyframes: vec![(0, Arc::new(here.clone()))],
            spacing: SPACING_MIN,
            acted: Vec::new(),
        };
        let next_gesture = start.acts.iter().map(|act| act.gesture + 1).max().unwrap_or(0);
        Self {
            start,
            branches: vec![first],
            current: BranchId(0),
            position: 0,
            now: Time::ZERO,
            here,
            recent: None,
            next_gesture,
            undone: Vec::new(),
        }
    }

    pub fn start(&self) -> &Start<P> {
        &self.start
    }

    pub fn world(&self) -> &World<P> {
        self.here.simulation.world()
    }

    pub fn meters(&self) -> &Meters {
        &self.here.meters
    }

    /// The hash of all facts up to here.
    pub fn trace(&self) -> &TraceHash {
        &self.here.trace
    }

    pub fn now(&self) -> Time {
        self.now
    }

    pub fn position(&self) -> Position {
        self.position
    }

    /// How many steps of the current branch are known.
    pub fn len(&self) -> usize {
        self.steps().len()
    }

    pub fn is_empty(&self) -> bool {
        self.steps().is_empty()
    }

    pub fn steps(&self) -> &[StepMark] {
        &self.branch().steps
    }

    pub fn branches(&self) -> &[Branch<P>] {
        &self.branches
    }

    pub fn current(&self) -> BranchId {
        self.current
    }

    /// All acts of the current branch, done or to come: with the start they make the run again.
    pub fn acts(&self) -> &[Act<P>] {
        &self.branch().acts
    }

    /// How many of them are done here.
    pub fn acts_done(&self) -> usize {
        self.here.simulation.acts_done()
    }

    fn branch(&self) -> &Branch<P> {
        &self.branches[self.current.0]
    }

    /// Whether the next step is an act that is due.
    pub fn act_is_next(&mut self, now: Time) -> bool {
        self.here.simulation.act_is_next(now)
    }

    /// When the next step is; none if nothing is left to happen.
    pub fn next_at(&mut self) -> Option<Time> {
        self.here.simulation.next_at()
    }

    /// Takes one step forward and lets the sink read its facts. False if nothing is left to happen.
    pub fn forward(&mut self, sink: &mut dyn Sink<P>) -> bool {
        self.keep_recent();
        self.step(sink)
    }

    /// Keeps this moment, unless one is kept shortly before it. Of all that is played in one go only the beginning is kept: a copy
    /// of a large cluster costs as much as many steps.
    fn keep_recent(&mut self) {
        let (kept, _) = self.nearest(self.position);
        if self.position >= kept + RECENT_SPACING {
            self.recent = Some((self.position, Arc::new(self.here.clone())));
        }
    }

    fn step(&mut self, sink: &mut dyn Sink<P>) -> bool {
        let first_fact = FactId(self.world().facts());
        let mut marker = Marker::default();
        let Moment { simulation, meters, trace } = &mut self.here;
        let sink: &mut dyn Sink<P> = &mut (&mut (&mut marker, sink), &mut (meters, trace));
        let taken = simulation.step(sink);
        let Some(taken) = taken else { return false };
        self.position += 1;
        self.now = self.world().now();
        if self.position > self.branch().steps.len() {
            let step = marker.finish(self.now, first_fact, taken);
            self.record(step);
        }
        true
    }

    fn record(&mut self, step: StepMark) {
        let (here, position) = (&self.here, self.position);
        let branch = &mut self.branches[self.current.0];
        branch.steps.push(step);
        let newest = branch.keyframes.last().map_or(0, |(position, _)| *position);
        if position >= newest + branch.spacing {
            branch.keyframes.push((position, Arc::new(here.clone())));
            if branch.keyframes.len() > KEYFRAMES_MAX {
                let mut number = 0;
                branch.keyframes.retain(|_| {
                    number += 1;
                    number % 2 == 1
                });
                branch.spacing *= 2;
            }
        }
    }

    /// Moves the shown moment on to `until` and takes at most `steps_max` steps on the way. Stops behind a step in which
    /// an invariant breaks for the first time. True if it got to `until`.
    pub fn play(&mut self, until: Time, steps_max: usize, sink: &mut dyn Sink<P>) -> bool {
        self.keep_recent();
        for _ in 0..steps_max {
            match self.next_at() {
                Some(at) if at <= until => {
                    self.step(sink);
                    if self.steps()[self.position - 1].broken {
                        return false;
                    }
                }
                _ => {
                    self.now = self.now.max(until);
                    return true;
                }
            }
        }
        false
    }

    /// Goes to a position of the current branch; behind its known end it goes to the end.
    pub fn seek(&mut self, position: Position) {
        let position = position.min(self.len());
        self.restore(position);
        self.now = self.world().now();
    }

    /// Goes to a moment: behind all known steps that are not later.
    pub fn seek_time(&mut self, now: Time) {
        let position = self.steps().partition_point(|step| step.at <= now);
        self.restore(position);
        let next = self.next_at().unwrap_or(now);
        self.now = now.clamp(self.world().now(), next.max(self.world().now()));
    }

    /// The latest moment kept that is not behind a position.
    fn nearest(&self, position: Position) -> (Position, &Arc<Moment<P>>) {
        let keyframes = &self.branch().keyframes;
        let (keyframe, moment) = &keyframes[keyframes.partition_point(|(other, _)| *other <= position) - 1];
        match &self.recent {
            Some((recent, moment)) if *recent <= position && recent > keyframe => (*recent, moment),
            _ => (*keyframe, moment),
        }
    }

    /// A simulation of the current branch at a position.
    fn simulation_at(&self, position: Position) -> Simulation<P> {
        let (mut at, moment) = self.nearest(position);
        let mut simulation = if (at..=position).contains(&self.position) {
            at = self.position;
            self.here.simulation.clone()
        } else {
            moment.simulation.clone()
        };
        simulation.set_acts(Arc::clone(&self.branch().acts));
        for _ in at..position {
            simulation.step::<dyn Sink<P>>(&mut NoSink);
        }
        simulation
    }

    fn restore(&mut self, position: Position) {
        let (keyframe, moment) = self.nearest(position);
        if position < self.position || keyframe > self.position {
            let moment = Arc::clone(moment);
            self.here = (*moment).clone();
            self.here.simulation.set_acts(Arc::clone(&self.branch().acts));
            self.position = keyframe;
        }
        if self.recent.as_ref().is_some_and(|(recent, _)| *recent > position) {
            self.recent = None;
        }
        while self.position < position {
            if self.position + RECENT_SPACING == position {
                self.keep_recent();
            }
            let Moment { simulation, meters, trace } = &mut self.here;
            simulation.step::<dyn Sink<P>>(&mut (meters, trace));
            self.position += 1;
        }
    }

    /// Lets a sink read the facts of these steps of the current branch again.
    pub fn reread<S: Sink<P>>(&self, from: Position, to: Position, sink: &mut S) {
        self.reread_steps(from, to, sink, |_, _, _| {});
    }

    /// The same; before each step the sink is told the position that the step leads to, and the world as it is before.
    pub fn reread_steps<S: Sink<P>>(
        &self,
        from: Position,
        to: Position,
        sink: &mut S,
        before_step: impl Fn(&mut S, Position, &World<P>),
    ) {
        let to = to.min(self.len());
        if from >= to {
            return;
        }
        let mut simulation = self.simulation_at(from);
        for position in from..to {
            before_step(sink, position + 1, simulation.world());
            simulation.step::<dyn Sink<P>>(sink);
        }
    }

    /// The world as it was at a position of the current branch, without going there.
    pub fn world_at(&self, position: Position) -> World<P> {
        let simulation = self.simulation_at(position.min(self.len()));
        simulation.world().clone()
    }

    /// A person acts now: all the deeds of one gesture. In the past this forks; at the end the branch goes on.
    pub fn act(&mut self, deeds: Vec<Deed<P>>) {
        let Some(first) = deeds.first() else { return };
        let origin = Origin::Act(first.action.clone());
        self.undone.clear();
        if self.position < self.len() {
            self.fork(origin, true);
        }
        let (position, now) = (self.position, self.now);
        self.branches[self.current.0].acted.push((position, now));
        let gesture = self.next_gesture;
        self.next_gesture += 1;
        let (at, after) = self.here.simulation.present(now);
        let done = self.here.simulation.acts_done();
        let mut acts = self.branch().acts[..done].to_vec();
        let numbered = (after..).zip(deeds);
        acts.extend(numbered.map(|(after, deed)| Act { at, after, deed, gesture, by_person: true }));
        acts.extend_from_slice(&self.branch().acts[done..]);
        self.replace_acts(acts);
    }

    /// Brings another way this run may go, with these acts instead of the present branch's. One stands where the two begin to
    /// differ; to take it back is one step.
    pub fn bring(&mut self, acts: Vec<Act<P>>, brought: Brought) {
        let old = self.acts();
        let same =
            |(one, other): &(&Act<P>, &Act<P>)| (one.at, one.after, &one.deed) == (other.at, other.after, &other.deed);
        let common = old.iter().zip(&acts).take_while(same).count();
        let differs = [old.get(common), acts.get(common)].into_iter().flatten().map(|act| act.at).min();
        let position = differs.map_or(self.len(), |at| self.steps().partition_point(|step| step.at < at));
        self.undone.clear();
        self.seek(position);
        self.fork(Origin::Brought(brought), true);
        let (position, now) = (self.position, self.now);
        self.branches[self.current.0].acted.push((position, now));
        let first = self.next_gesture;
        let own = |(place, act): (usize, Act<P>)| {
            if place < common { act } else { Act { gesture: first + act.gesture, by_person: true, ..act } }
        };
        let acts: Vec<Act<P>> = acts.into_iter().enumerate().map(own).collect();
        self.next_gesture = acts.iter().map(|act| act.gesture + 1).max().unwrap_or(0).max(first);
        self.replace_acts(acts);
    }

    /// A tape of its own that begins at this very moment: what is done on it, and what comes of it, is what would come here if the
    /// same were done now, draw for draw. It knows nothing of what went before.
    pub fn from_here(&self) -> Self {
        let acts = if self.position < self.len() { self.acts_kept() } else { self.acts().to_vec() };
        let acts = Arc::new(acts);
        let mut here = self.here.clone();
        here.simulation.set_acts(Arc::clone(&acts));
        let only = Branch {
            parent: None,
            origin: Origin::Opened,
            forked_at: self.now,
            acts,
            steps: Vec::new(),
            keyframes: vec![(0, Arc::new(here.clone()))],
            spacing: SPACING_MIN,
            acted: Vec::new(),
        };
        Self {
            start: self.start.clone(),
            branches: vec![only],
            current: BranchId(0),
            position: 0,
            now: self.now,
            here,
            recent: None,
            next_gesture: self.next_gesture,
            undone: Vec::new(),
        }
    }

    /// The acts that a branch forked here begins with: all that are done, and of those to come the scenario's.
    fn acts_kept(&self) -> Vec<Act<P>> {
        let (done, to_come) = self.acts().split_at(self.here.simulation.acts_done());
        done.iter().chain(to_come.iter().filter(|act| !act.by_person)).cloned().collect()
    }

    fn replace_acts(&mut self, acts: Vec<Act<P>>) {
        let acts = Arc::new(acts);
        self.here.simulation.set_acts(Arc::clone(&acts));
        self.branches[self.current.0].acts = acts;
    }

    /// A new branch that shares everything up to here. The scenario's later acts stay in its future; the person's later
    /// acts stay behind on the old branch.
    fn fork(&mut self, origin: Origin<P>, keep_keyframe_here: bool) {
        let (position, acts) = (self.position, self.acts_kept());
        let parent = self.branch();
        let mut keyframes: Vec<_> = parent.keyframes.iter().filter(|(other, _)| *other <= position).cloned().collect();
        if keep_keyframe_here && keyframes.last().is_none_or(|(other, _)| *other < position) {
            keyframes.push((position, Arc::new(self.here.clone())));
        }
        let branch = Branch {
            parent: Some((self.current, position)),
            origin,
            forked_at: self.now,
            acts: Arc::new(Vec::new()),
            steps: parent.steps[..position].to_vec(),
            keyframes,
            spacing: parent.spacing,
            acted: parent.acted.iter().filter(|(other, _)| *other <= position).copied().collect(),
        };
        self.branches.push(branch);
        self.current = BranchId(self.branches.len() - 1);
        self.replace_acts(acts);
    }

    /// Takes the last gesture of this branch back: goes to the moment before it, on a branch without it. The old future
    /// stays. False if there is nothing to take back.
    pub fn undo(&mut self) -> bool {
        let Some(&(position, now)) = self.branch().acted.last() else { return false };
        self.undone.push((self.current, self.position, self.now));
        self.seek(position);
        self.now = now.max(self.now);
        self.fork(Origin::TakenBack, false);
        self.branches[self.current.0].acted.retain(|(other, at)| (*other, *at) != (position, now));
        true
    }

    /// Goes back to where the last undo came from.
    pub fn redo(&mut self) -> bool {
        let Some((branch, position, now)) = self.undone.pop() else { return false };
        self.switch(branch);
        self.seek(position);
        self.now = now.max(self.now);
        true
    }

    pub fn can_undo(&self) -> bool {
        !self.branch().acted.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Shows another branch, at the same moment if it gets that far, otherwise at its end.
    pub fn switch(&mut self, branch: BranchId) {
        if branch.0 >= self.branches.len() || branch == self.current {
            return;
        }
        let now = self.now;
        self.current = branch;
        self.recent = None;
        let (keyframe, moment) = &self.branches[branch.0].keyframes[0];
        self.here = (**moment).clone();
        self.here.simulation.set_acts(Arc::clone(&self.branches[branch.0].acts));
        self.position = *keyframe;
        let end = self.steps().last().map_or(Time::ZERO, |step| step.at);
        self.seek_time(now.min(end));
    }

    /// The position after the next step that `wanted` accepts, among the known steps behind this position.
    pub fn next_position(&self, wanted: impl Fn(&StepMark) -> bool) -> Option<Position> {
        let found = self.steps()[self.position..].iter().position(wanted)?;
        Some(self.position + found + 1)
    }

    /// The position after the last step before the present one that `wanted` accepts.
    pub fn previous_position(&self, wanted: impl Fn(&StepMark) -> bool) -> Option<Position> {
        let before = self.position.checked_sub(1)?;
        Some(self.steps()[..before].iter().rposition(wanted)? + 1)
    }
}

/// Reads the facts of one step into its mark.
struct Marker {
    mark: Mark,
    traffic: bool,
    fault: bool,
    broken: bool,
}

impl Default for Marker {
    fn default() -> Self {
        Self { mark: Mark::Detail, traffic: false, fault: false, broken: false }
    }
}

impl Marker {
    fn finish(self, at: Time, first_fact: FactId, taken: StepTaken) -> StepMark {
        let Self { mark, traffic, fault, broken } = self;
        StepMark { at, first_fact, taken, mark, traffic, fault, broken }
    }
}

impl<P: Protocol> Sink<P> for Marker {
    fn fact(&mut self, fact: &Fact<'_, P>) {
        match &fact.happening {
            Happening::Emitted { event, .. } => self.mark = self.mark.max(P::mark(event)),
            Happening::Delivered { .. } | Happening::Lost { .. } => self.traffic = true,
            Happening::Broken { .. } => self.broken = true,
            Happening::Crashed { .. }
            | Happening::Paused { .. }
            | Happening::Cut { .. }
            | Happening::Wiped { .. }
            | Happening::Corrupted { .. }
            | Happening::Torn { .. }
            | Happening::Slowed { .. }
            | Happening::Skewed { .. }
            | Happening::Held { .. } => self.fault = true,
            _ => {}
        }
        if matches!(fact.happening, Happening::Crashed { .. } | Happening::Booted { again: true, .. }) {
            self.mark = self.mark.max(Mark::Notable);
        }
    }
}
