//! Time travel: a run with all its branches, where one can go anywhere and act anew.
//!
//! A run is a function of its start, so a tape keeps no states but keyframes: to go to a position it takes the nearest
//! keyframe before it and steps on. Acting in the past forks; the old future stays as a branch, and nothing is ever lost.
//!
//! However long a run is, a tape takes no more than [`BYTES_MAX`] or so (see [`Tape::with_room`]): keyframes are thinned, of old steps only an outline is
//! kept, and what was left out is derived again.

mod branch;
mod mark;
mod room;
mod stored;
mod track;
mod weight;

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;
use faultlab_core::{Protocol, Time};

use crate::fact::{FactId, NoSink, Sink, TraceHash};
use crate::meters::Meters;
use crate::{Act, Simulation, Start, World};

use branch::State;
pub use branch::{Branch, Brought, Gesture, Origin};
use mark::Marker;
pub use mark::{StepFilter, StepMark};
pub use room::BYTES_MAX;
pub use stored::{Stored, StoredBranch};
pub use track::{Stretch, phase_after};

/// How many keyframes a branch keeps at most; when they are more, every second one goes.
const KEYFRAMES_MAX: usize = 512;
/// The least number of steps between keyframes.
const SPACING_MIN: usize = 64;
/// How far back the nearest moment kept may be, since the last steps are read again and again.
const RECENT_SPACING: usize = 16;
/// How many such moments are kept.
const RECENT_MAX: usize = 16;
/// For so many bytes of a moment that one is one step farther back: to copy a large moment costs as much as many steps.
const BYTES_PER_STEP: usize = 512;

/// A place in a branch: how many steps have been taken.
pub type Position = usize;

/// A branch of a tape, counted from zero in the order they came to be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BranchId(pub usize);

/// Everything at one moment.
#[derive(Clone, Debug)]
struct Moment<P: Protocol> {
    simulation: Simulation<P>,
    meters: Meters,
    trace: TraceHash,
}

/// A moment that is kept, and about how many bytes it takes.
#[derive(Clone, Debug)]
struct Keyframe<P: Protocol> {
    position: Position,
    moment: Arc<Moment<P>>,
    bytes: usize,
}

impl<P: Protocol> Keyframe<P> {
    fn new(position: Position, moment: &Moment<P>) -> Self {
        let bytes = weight::weight_of(&moment.simulation);
        Self { position, moment: Arc::new(moment.clone()), bytes }
    }
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
    /// Moments of the current branch before this one, the denser the later.
    recent: Vec<(Position, Arc<Moment<P>>)>,
    next_gesture: u32,
    /// How often steps that were known have become others.
    edits: u64,
    /// About how many bytes all this takes; counted exactly when it seems to be too many.
    bytes: usize,
    /// About how many it may take.
    room: usize,
    /// With how many it makes room next.
    full: usize,
}

impl<P: Protocol> Tape<P> {
    pub fn new(start: Start<P>) -> Self {
        let simulation = Simulation::new(&start);
        let here = Moment { simulation, meters: Meters::default(), trace: TraceHash::default() };
        let acts = Arc::new(start.acts.clone());
        Self::beginning(start, acts, here, Time::ZERO)
    }

    /// A tape that begins at a moment.
    fn beginning(start: Start<P>, acts: Arc<Vec<Act<P>>>, here: Moment<P>, now: Time) -> Self {
        let next_gesture = acts.iter().map(|act| act.gesture + 1).max().unwrap_or(0);
        let first = Keyframe::new(0, &here);
        Self {
            start,
            bytes: first.bytes,
            branches: vec![Branch::first(State::new(acts, first), now)],
            current: BranchId(0),
            position: 0,
            now,
            here,
            recent: Vec::new(),
            next_gesture,
            edits: 0,
            room: BYTES_MAX,
            full: BYTES_MAX,
        }
    }

    /// A tape that takes about so many bytes and no more. The less room, the longer it takes to go back.
    pub fn with_room(start: Start<P>, room: usize) -> Self {
        Self { room, full: room, ..Self::new(start) }
    }

    /// A tape of its own that begins at this very moment: what is done on it, and what comes of it, is what would come here if the
    /// same were done now, draw for draw. It knows nothing of what went before.
    pub fn from_here(&self) -> Self {
        let acts = if self.position < self.len() { self.acts_kept() } else { self.acts().to_vec() };
        let acts = Arc::new(acts);
        let mut here = self.here.clone();
        here.simulation.set_acts(Arc::clone(&acts));
        Self { next_gesture: self.next_gesture, ..Self::beginning(self.start.clone(), acts, here, self.now) }
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

    pub fn branches(&self) -> &[Branch<P>] {
        &self.branches
    }

    pub fn current(&self) -> BranchId {
        self.current
    }

    /// Differs whenever steps that were known may have become others under the same numbers of the same branch.
    pub fn edits(&self) -> u64 {
        self.edits
    }

    /// All acts of the current branch, done or to come: with the start they make the run again.
    pub fn acts(&self) -> &[Act<P>] {
        &self.state().acts
    }

    /// How many of them are done here.
    pub fn acts_done(&self) -> usize {
        self.here.simulation.acts_done()
    }

    fn branch(&self) -> &Branch<P> {
        &self.branches[self.current.0]
    }

    fn state(&self) -> &State<P> {
        &self.branch().state
    }

    fn state_mut(&mut self) -> &mut State<P> {
        &mut self.branches[self.current.0].state
    }
}

/// The known steps.
impl<P: Protocol> Tape<P> {
    /// How many steps of the current branch are known.
    pub fn len(&self) -> usize {
        self.state().track.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The last known step.
    pub fn last_step(&self) -> Option<StepMark> {
        self.state().track.last()
    }

    /// The step that leads from a position to the next one.
    pub fn step_at(&self, index: Position) -> Option<StepMark> {
        let track = &self.state().track;
        track.kept(index).copied().or_else(|| self.steps(index..index + 1).first().copied())
    }

    /// These steps. Those that are long past are derived again.
    pub fn steps(&self, range: Range<Position>) -> Vec<StepMark> {
        let track = &self.state().track;
        let end = range.end.min(self.len());
        let kept_from = track.kept_from().clamp(range.start.min(end), end);
        let mut steps = self.derived(range.start..kept_from);
        steps.extend(track.kept_in(kept_from..end));
        steps
    }

    fn derived(&self, range: Range<Position>) -> Vec<StepMark> {
        if range.is_empty() {
            return Vec::new();
        }
        let mut simulation = self.simulation_at(range.start);
        let step = |_| {
            let (first_fact, mut marker) = (FactId(simulation.world().facts()), Marker::default());
            let taken = simulation.step::<dyn Sink<P>>(&mut marker)?;
            Some(marker.finish(simulation.world().now(), first_fact, taken))
        };
        range.map_while(step).collect()
    }

    /// All known steps in at most some thousand stretches.
    pub fn outline(&self) -> &[Stretch] {
        self.state().track.outline()
    }

    /// The steps in which something was done or a process started, by the positions before them.
    pub fn turns(&self) -> &[Position] {
        self.state().track.turns()
    }

    /// How many of the known steps are before a moment.
    pub fn position_before(&self, at: Time) -> Position {
        let stretch = self.state().track.stretch_where(|stretch| stretch.at < at);
        stretch.start + self.steps(stretch).partition_point(|step| step.at < at)
    }

    /// How many of the known steps are not after a moment.
    pub fn position_at(&self, at: Time) -> Position {
        self.position_before(Time(at.0.saturating_add(1)))
    }

    /// The position before the step to which a fact belongs.
    pub fn step_of(&self, fact: FactId) -> Option<Position> {
        let stretch = self.state().track.stretch_where(|stretch| stretch.first_fact <= fact);
        let steps = self.steps(stretch.clone()).partition_point(|step| step.first_fact <= fact);
        (stretch.start + steps).checked_sub(1)
    }

    /// The position after the next known step that a filter accepts.
    pub fn next_position(&self, filter: StepFilter) -> Option<Position> {
        self.position_behind(self.position, filter)
    }

    /// The positions after all steps up to a position that a filter accepts.
    pub fn positions(&self, filter: StepFilter, upto: Position) -> Vec<Position> {
        let next = |from: &Position| self.position_behind(*from, filter);
        core::iter::successors(next(&0), next).take_while(|position| *position <= upto).collect()
    }

    /// The position after the next known step, from a position on, that a filter accepts.
    fn position_behind(&self, from: Position, filter: StepFilter) -> Option<Position> {
        let mut from = from;
        while from < self.len() {
            let stretch = self.state().track.stretch_ahead(from, filter)?;
            from = from.max(stretch.start);
            if let Some(found) = self.steps(from..stretch.end).iter().position(|step| filter.accepts(step)) {
                return Some(from + found + 1);
            }
            from = stretch.end;
        }
        None
    }

    /// The position after the last step before the present one that a filter accepts.
    pub fn previous_position(&self, filter: StepFilter) -> Option<Position> {
        let mut end = self.position.checked_sub(1)?;
        while end > 0 {
            let stretch = self.state().track.stretch_behind(end - 1, filter)?;
            let upto = end.min(stretch.end);
            if let Some(found) = self.steps(stretch.start..upto).iter().rposition(|step| filter.accepts(step)) {
                return Some(stretch.start + found + 1);
            }
            end = stretch.start;
        }
        None
    }
}

/// Moving in time.
impl<P: Protocol> Tape<P> {
    /// When the next step is; none if nothing is left to happen.
    pub fn next_at(&mut self) -> Option<Time> {
        self.here.simulation.next_at()
    }

    /// Whether the next step is an act that is due by then.
    pub fn act_is_next(&mut self, now: Time) -> bool {
        self.here.simulation.act_is_next(now)
    }

    /// Takes one step. False if nothing is left to happen.
    pub fn forward(&mut self, sink: &mut dyn Sink<P>) -> bool {
        self.keep_recent();
        self.step(sink).is_some()
    }

    /// Keeps this moment if the one kept last is far back.
    fn keep_recent(&mut self) {
        let nearest = self.nearest(self.position).0;
        let bytes = self.state().keyframes.last().map_or(0, |keyframe| keyframe.bytes);
        if self.position >= nearest + RECENT_SPACING.max(bytes / BYTES_PER_STEP) {
            self.recent.push((self.position, Arc::new(self.here.clone())));
            self.thin_recent();
        }
    }

    /// Leaves out moments that are closer together than they are far back.
    fn thin_recent(&mut self) {
        let here = self.position;
        let mut place = self.recent.len().saturating_sub(2);
        while place > 0 {
            let (before, behind) = (self.recent[place - 1].0, self.recent[place + 1].0);
            if behind - before <= here - behind {
                self.recent.remove(place);
            }
            place -= 1;
        }
        if self.recent.len() > RECENT_MAX {
            self.recent.remove(0);
        }
    }

    fn step(&mut self, sink: &mut dyn Sink<P>) -> Option<StepMark> {
        let first_fact = FactId(self.world().facts());
        let mut marker = Marker::default();
        let Moment { simulation, meters, trace } = &mut self.here;
        let sink: &mut dyn Sink<P> = &mut (&mut (&mut marker, sink), &mut (meters, trace));
        let taken = simulation.step(sink)?;
        self.position += 1;
        self.now = self.world().now();
        let step = marker.finish(self.now, first_fact, taken);
        if self.position > self.len() {
            self.record(step);
        }
        Some(step)
    }

    fn record(&mut self, step: StepMark) {
        let position = self.position;
        let state = self.state_mut();
        state.track.push(step);
        let newest = state.keyframes.last().map_or(0, |keyframe| keyframe.position);
        if position >= newest + state.spacing {
            self.keep_keyframe();
        }
        self.bytes += size_of::<StepMark>();
        if self.bytes > self.full {
            self.make_room();
        }
    }

    fn keep_keyframe(&mut self) {
        let keyframe = Keyframe::new(self.position, &self.here);
        self.bytes += keyframe.bytes;
        let state = self.state_mut();
        state.keyframes.push(keyframe);
        if state.keyframes.len() > KEYFRAMES_MAX {
            state.thin();
        }
    }

    /// Moves the shown moment on to `until` and takes at most `steps_max` steps on the way. Stops behind a step in which
    /// an invariant breaks for the first time. True if it got to `until`.
    pub fn play(&mut self, until: Time, steps_max: usize, sink: &mut dyn Sink<P>) -> bool {
        self.keep_recent();
        for _ in 0..steps_max {
            match self.next_at() {
                Some(at) if at <= until => {
                    if self.step(sink).is_some_and(|step| step.broken) {
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

    /// How many steps it is to the next one that a filter accepts, known or not, if no more than so many. Nothing is recorded.
    pub fn distance_to(&self, filter: StepFilter, steps_max: usize) -> Option<usize> {
        if let Some(position) = self.next_position(filter) {
            return Some(position - self.position).filter(|distance| *distance <= steps_max);
        }
        let known = self.len() - self.position;
        let mut simulation = self.simulation_at(self.len());
        for distance in known + 1..=steps_max {
            let mut marker = Marker::default();
            let taken = simulation.step::<dyn Sink<P>>(&mut marker)?;
            if filter.accepts(&marker.finish(Time::ZERO, FactId::NONE, taken)) {
                return Some(distance);
            }
        }
        None
    }

    /// Goes to a position of the current branch; behind its known end it goes to the end.
    pub fn seek(&mut self, position: Position) {
        let position = position.min(self.len());
        self.restore(position);
        self.now = self.world().now();
    }

    /// Goes to a moment: behind all known steps that are not later.
    pub fn seek_time(&mut self, now: Time) {
        self.restore(self.position_at(now));
        let next = self.next_at().unwrap_or(now);
        self.now = now.clamp(self.world().now(), next.max(self.world().now()));
    }

    /// The latest moment kept that is not behind a position.
    fn nearest(&self, position: Position) -> (Position, &Arc<Moment<P>>) {
        let keyframes = &self.state().keyframes;
        let kept = keyframes.partition_point(|keyframe| keyframe.position <= position).saturating_sub(1);
        let Keyframe { position: keyframe, moment, .. } = &keyframes[kept];
        let recent = self.recent.partition_point(|(recent, _)| *recent <= position);
        match recent.checked_sub(1).map(|last| &self.recent[last]) {
            Some((recent, moment)) if recent > keyframe => (*recent, moment),
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
        simulation.set_acts(Arc::clone(&self.state().acts));
        for _ in at..position {
            simulation.step::<dyn Sink<P>>(&mut NoSink);
        }
        simulation
    }

    fn restore(&mut self, position: Position) {
        let keyframe = self.nearest(position).0;
        if position < self.position || keyframe > self.position {
            self.reload(position);
        }
        self.recent.retain(|(recent, _)| *recent <= position);
        while self.position < position {
            if self.position + RECENT_SPACING == position {
                self.keep_recent();
            }
            let Moment { simulation, meters, trace } = &mut self.here;
            simulation.step::<dyn Sink<P>>(&mut (meters, trace));
            self.position += 1;
        }
    }

    /// Goes to the latest moment kept that is not behind a position.
    fn reload(&mut self, position: Position) {
        let (keyframe, moment) = self.nearest(position);
        let moment = Arc::clone(moment);
        self.here = (*moment).clone();
        self.here.simulation.set_acts(Arc::clone(&self.state().acts));
        self.position = keyframe;
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

    /// The same for single steps in ascending order, given by the positions before them.
    pub fn reread_chosen<S: Sink<P>>(
        &self,
        steps: &[Position],
        sink: &mut S,
        before_step: impl Fn(&mut S, Position, &World<P>),
    ) {
        let mut steps = steps.iter().copied().filter(|step| *step < self.len()).peekable();
        let Some(mut position) = steps.peek().copied() else { return };
        let mut simulation = self.simulation_at(position);
        for step in steps {
            for _ in position..step {
                simulation.step::<dyn Sink<P>>(&mut NoSink);
            }
            before_step(sink, step + 1, simulation.world());
            simulation.step::<dyn Sink<P>>(sink);
            position = step + 1;
        }
    }

    /// The world as it was at a position of the current branch, without going there.
    pub fn world_at(&self, position: Position) -> World<P> {
        let simulation = self.simulation_at(position.min(self.len()));
        simulation.world().clone()
    }
}
