//! The ways a run went: acting, taking back, doing again.
//!
//! Undo and redo move along one branch, as in any editor. A branch comes to be only when somebody acts where a future is known
//! already: in the past, or after an undo.
//!
//! Undo takes the last gesture out of the branch's acts and forgets the steps that followed from it; redo puts the
//! branch back as it was. A branch comes to be only where somebody acts while a future is known: in the past, or after
//! an undo, and then what was undone stays as the branch it was. The new branch keeps the scenario's later acts and
//! leaves the person's later acts on the old one. To undo what began a branch is to go back to where one stood on its
//! parent. What a search or the shrinker found is brought as a branch too (`Tape::bring`): it is a list of acts over
//! the same start, and forks where the lists begin to differ. `Tape::stored` is all branches as plain values: the page
//! keeps them over a reload. A link carries the branch that is shown.

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use faultlab_core::{Protocol, Time};

use super::track::Track;
use super::{BranchId, Keyframe, Position, SPACING_MIN, Tape};
use crate::{Act, Action, ScriptedAction};

/// What makes a branch differ from the one it forked from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin<P: Protocol> {
    /// Nothing: it is the run as it was opened.
    Opened,
    /// A person acted; this is the first thing done.
    Act(Action<P>),
    /// A counterexample was brought.
    Brought(Brought),
}

/// What a counterexample is that was brought from elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Brought {
    /// A search found it.
    Found,
    /// It does the same with less.
    Shrunk,
}

/// A gesture of a person: where one stood before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gesture {
    pub number: u32,
    pub position: Position,
    pub now: Time,
}

/// The acts of a branch and what is known of their run.
#[derive(Clone, Debug)]
pub(super) struct State<P: Protocol> {
    pub(super) acts: Arc<Vec<Act<P>>>,
    pub(super) track: Track,
    pub(super) keyframes: Vec<Keyframe<P>>,
    pub(super) spacing: usize,
    /// What a person did on it, the oldest first.
    pub(super) gestures: Vec<Gesture>,
}

impl<P: Protocol> State<P> {
    pub(super) fn new(acts: Arc<Vec<Act<P>>>, first: Keyframe<P>) -> Self {
        Self { acts, track: Track::default(), keyframes: vec![first], spacing: SPACING_MIN, gestures: Vec::new() }
    }
}

/// What redo brings back, and where one was when it was taken back.
#[derive(Clone, Debug)]
pub(super) struct Undone<P: Protocol> {
    what: UndoneWhat<P>,
    position: Position,
    now: Time,
}

#[derive(Clone, Debug)]
enum UndoneWhat<P: Protocol> {
    /// The last gesture: the branch was so with it.
    Gesture(State<P>),
    /// The gesture that began another branch.
    Branch(BranchId),
}

/// One way the run went.
#[derive(Clone, Debug)]
pub struct Branch<P: Protocol> {
    /// The branch it forked from and where.
    pub parent: Option<(BranchId, Position)>,
    pub origin: Origin<P>,
    /// When it forked.
    pub forked_at: Time,
    /// How many gestures it has from its parent.
    pub(super) inherited: usize,
    /// Where one stood on the parent before it came to be.
    pub(super) before: (Position, Time),
    pub(super) state: State<P>,
    pub(super) undone: Vec<Undone<P>>,
}

impl<P: Protocol> Branch<P> {
    pub(super) fn first(state: State<P>, now: Time) -> Self {
        Self {
            parent: None,
            origin: Origin::Opened,
            forked_at: now,
            inherited: 0,
            before: (0, now),
            state,
            undone: Vec::new(),
        }
    }

    /// How many of its steps are known.
    pub fn len(&self) -> usize {
        self.state.track.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The actions of the gesture with which a person began it; none if it came to be in another way.
    pub fn begun_by(&self) -> Vec<ScriptedAction<P>> {
        let Origin::Act(first) = &self.origin else { return Vec::new() };
        let is_first = |act: &&Act<P>| act.by_person && act.at >= self.forked_at && act.scripted.action == *first;
        let gesture = self.state.acts.iter().find(is_first).map(|act| act.gesture);
        self.state.acts.iter().filter(|act| Some(act.gesture) == gesture).map(|act| act.scripted.clone()).collect()
    }

    pub(super) fn states(&self) -> impl Iterator<Item = &State<P>> {
        let undone = self.undone.iter().filter_map(|undone| match &undone.what {
            UndoneWhat::Gesture(state) => Some(state),
            UndoneWhat::Branch(_) => None,
        });
        [&self.state].into_iter().chain(undone)
    }

    pub(super) fn states_mut(&mut self) -> impl Iterator<Item = &mut State<P>> {
        let undone = self.undone.iter_mut().filter_map(|undone| match &mut undone.what {
            UndoneWhat::Gesture(state) => Some(state),
            UndoneWhat::Branch(_) => None,
        });
        [&mut self.state].into_iter().chain(undone)
    }

    /// Forgets the marks that can be derived again, except those of what is shown.
    pub(super) fn put_away(&mut self, is_shown: bool) {
        self.states_mut().skip(usize::from(is_shown)).for_each(|state| state.track.put_away());
    }

    /// Whether the next undo takes back what began this branch.
    fn is_as_begun(&self) -> bool {
        self.parent.is_some() && self.state.gestures.len() <= self.inherited + 1
    }

    /// The branch as it was before anything was taken back.
    fn take_undone(&mut self) -> Option<State<P>> {
        let undone = core::mem::take(&mut self.undone).into_iter();
        let mut states = undone.filter_map(|undone| match undone.what {
            UndoneWhat::Gesture(state) => Some(state),
            UndoneWhat::Branch(_) => None,
        });
        states.next()
    }
}

impl<P: Protocol> Tape<P> {
    /// A person acts now: all the actions of one gesture. Where a future is known this forks; at the end the branch goes on.
    pub fn act(&mut self, script: Vec<ScriptedAction<P>>) {
        let Some(first) = script.first() else { return };
        let origin = Origin::Act(first.action.clone());
        // What was taken back stays as a way of its own.
        let undone = self.branches[self.current.0].take_undone();
        if undone.is_some() || self.position < self.len() {
            let parent = self.current.0;
            self.fork(origin, (self.position, self.now));
            if let Some(whole) = undone {
                self.branches[parent].state = whole;
                self.edits += 1;
            }
        }
        let gesture = self.begin_gesture();
        let (at, after) = self.here.simulation.present(self.now);
        let done = self.here.simulation.acts_done();
        let mut acts = self.acts()[..done].to_vec();
        let numbered = (after..).zip(script);
        acts.extend(numbered.map(|(after, scripted)| Act { at, after, scripted, gesture, by_person: true }));
        acts.extend_from_slice(&self.acts()[done..]);
        self.replace_acts(acts);
    }

    fn begin_gesture(&mut self) -> u32 {
        let (number, position, now) = (self.next_gesture, self.position, self.now);
        self.next_gesture += 1;
        self.state_mut().gestures.push(Gesture { number, position, now });
        number
    }

    /// Brings another way this run may go, with these acts instead of the present branch's. One stands where the two begin to
    /// differ; to take it back is one step.
    pub fn bring(&mut self, acts: Vec<Act<P>>, brought: Brought) {
        let old = self.acts();
        let same = |(one, other): &(&Act<P>, &Act<P>)| {
            (one.at, one.after, &one.scripted) == (other.at, other.after, &other.scripted)
        };
        let common = old.iter().zip(&acts).take_while(same).count();
        let differs = [old.get(common), acts.get(common)].into_iter().flatten().map(|act| act.at).min();
        let position = differs.map_or(self.len(), |at| self.position_before(at));
        let before = (self.position, self.now);
        self.seek(position);
        self.fork(Origin::Brought(brought), before);
        let first = self.begin_gesture();
        let own = |(place, act): (usize, Act<P>)| {
            if place < common { act } else { Act { gesture: first + act.gesture, by_person: true, ..act } }
        };
        let acts: Vec<Act<P>> = acts.into_iter().enumerate().map(own).collect();
        self.next_gesture = acts.iter().map(|act| act.gesture + 1).fold(self.next_gesture, u32::max);
        self.replace_acts(acts);
    }

    /// The acts that a branch forked here begins with: all that are done, and of those to come the scenario's.
    pub(super) fn acts_kept(&self) -> Vec<Act<P>> {
        let (done, to_come) = self.acts().split_at(self.here.simulation.acts_done());
        done.iter().chain(to_come.iter().filter(|act| !act.by_person)).cloned().collect()
    }

    fn replace_acts(&mut self, acts: Vec<Act<P>>) {
        let acts = Arc::new(acts);
        self.here.simulation.set_acts(Arc::clone(&acts));
        self.state_mut().acts = acts;
    }

    /// A new branch that shares everything up to here. The scenario's later acts stay in its future; the person's later
    /// acts stay behind on the old branch.
    fn fork(&mut self, origin: Origin<P>, before: (Position, Time)) {
        let acts = self.acts_kept();
        let state = self.state_up_to_here(acts);
        let branch = Branch {
            parent: Some((self.current, self.position)),
            origin,
            forked_at: self.now,
            inherited: state.gestures.len(),
            before,
            state,
            undone: Vec::new(),
        };
        self.branches.push(branch);
        self.current = BranchId(self.branches.len() - 1);
        let acts = Arc::clone(&self.state().acts);
        self.here.simulation.set_acts(acts);
        if self.state().keyframes.last().is_none_or(|keyframe| keyframe.position < self.position) {
            self.keep_keyframe();
        }
    }

    /// The present branch without what comes after this moment, and with these acts.
    fn state_up_to_here(&self, acts: Vec<Act<P>>) -> State<P> {
        let (position, state) = (self.position, self.state());
        let done = &self.acts()[..self.acts_done()];
        let is_done = |gesture: &&Gesture| {
            gesture.position < position || done.iter().any(|act| act.by_person && act.gesture == gesture.number)
        };
        let mut track = state.track.clone();
        let around = track.stretch_around(position).start.min(position);
        let last = position.checked_sub(1).and_then(|last| self.step_at(last));
        track.cut(position, &self.steps(around..position), last);
        State {
            acts: Arc::new(acts),
            track,
            keyframes: state.keyframes.iter().filter(|keyframe| keyframe.position <= position).cloned().collect(),
            spacing: state.spacing,
            gestures: state.gestures.iter().filter(is_done).copied().collect(),
        }
    }

    /// Takes the last gesture of this branch back and goes to the moment before it. A branch that the gesture began stays, and one
    /// goes back to where one was before. False if there is nothing to take back.
    pub fn undo(&mut self) -> bool {
        let (position, now, current) = (self.position, self.now, self.current);
        let branch = self.branch();
        let undone = |what| Undone { what, position, now };
        match branch.parent {
            Some((parent, _)) if branch.is_as_begun() => {
                let (position, now) = branch.before;
                self.branches[parent.0].undone.push(undone(UndoneWhat::Branch(current)));
                self.enter(parent, position, now);
            }
            _ => {
                let Some(gesture) = branch.state.gestures.last().copied() else { return false };
                self.seek(gesture.position);
                let acts = self.acts().iter().filter(|act| act.gesture != gesture.number);
                let mut state = self.state_up_to_here(acts.cloned().collect());
                state.gestures = self.state().gestures.clone();
                state.gestures.pop();
                let whole = core::mem::replace(self.state_mut(), state);
                self.branches[current.0].undone.push(undone(UndoneWhat::Gesture(whole)));
                self.edits += 1;
                self.enter(current, gesture.position, gesture.now);
            }
        }
        true
    }

    /// Does again what was taken back last on this branch, and goes to where one was then.
    pub fn redo(&mut self) -> bool {
        let current = self.current;
        let Some(Undone { what, position, now }) = self.branches[current.0].undone.pop() else { return false };
        match what {
            UndoneWhat::Gesture(state) => {
                *self.state_mut() = state;
                self.edits += 1;
                self.enter(current, position, now);
            }
            UndoneWhat::Branch(branch) => self.enter(branch, position, now),
        }
        true
    }

    pub fn can_undo(&self) -> bool {
        self.branch().parent.is_some() || !self.state().gestures.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.branch().undone.is_empty()
    }

    /// Shows a branch as it is now, at a position and a moment behind it.
    pub(super) fn enter(&mut self, branch: BranchId, position: Position, now: Time) {
        self.current = branch;
        self.recent.clear();
        let position = position.min(self.len());
        self.reload(position);
        self.restore(position);
        let next = self.next_at().unwrap_or(now);
        self.now = now.clamp(self.world().now(), next.max(self.world().now()));
    }

    /// Shows another branch, at the same moment if it gets that far, otherwise at its end.
    pub fn switch(&mut self, branch: BranchId) {
        if branch.0 >= self.branches.len() || branch == self.current {
            return;
        }
        let now = self.now;
        self.current = branch;
        self.recent.clear();
        self.reload(0);
        let end = self.last_step().map_or(Time::ZERO, |step| step.at);
        self.seek_time(now.min(end));
    }
}
