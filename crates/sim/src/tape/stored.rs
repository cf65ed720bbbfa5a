//! All branches as plain values, to be kept where the run itself cannot be kept: over a reload of the page.

use alloc::sync::Arc;
use alloc::vec::Vec;
use faultlab_core::{Protocol, Time};

use super::branch::{Gesture, Origin, State};
use super::{Branch, BranchId, Position, Tape};
use crate::Act;
use crate::fact::{NoSink, Sink};

/// The branches of a tape, without what follows from them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored<P: Protocol> {
    pub branches: Vec<StoredBranch<P>>,
    /// The branch that is shown, and where one stands on it.
    pub current: usize,
    pub position: Position,
    pub now: Time,
}

/// A [`Branch`], its parent as a place among the branches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredBranch<P: Protocol> {
    pub parent: Option<(usize, Position)>,
    pub origin: Origin<P>,
    pub forked_at: Time,
    /// How many gestures it has from its parent.
    pub inherited: usize,
    /// Where one stood on the parent before it came to be.
    pub before: (Position, Time),
    pub acts: Vec<Act<P>>,
    pub gestures: Vec<Gesture>,
    /// How many steps of it were known.
    pub steps: Position,
}

impl<P: Protocol> Tape<P> {
    /// The branches. What was taken back and not done again is not among them.
    pub fn stored(&self) -> Stored<P> {
        let stored = |branch: &Branch<P>| StoredBranch {
            parent: branch.parent.map(|(parent, position)| (parent.0, position)),
            origin: branch.origin.clone(),
            forked_at: branch.forked_at,
            inherited: branch.inherited,
            before: branch.before,
            acts: branch.state.acts.to_vec(),
            gestures: branch.state.gestures.clone(),
            steps: branch.len(),
        };
        Stored {
            branches: self.branches.iter().map(stored).collect(),
            current: self.current.0,
            position: self.position,
            now: self.now,
        }
    }

    /// Takes these branches instead of its own, which begin at the same start, and goes where one was. At most so many steps are
    /// simulated to know them again. False, and nothing has changed, if they do not belong together.
    pub fn restore_all(&mut self, stored: &Stored<P>, steps_max: usize) -> bool {
        let fit = stored.branches.iter().enumerate().all(|(number, branch)| match branch.parent {
            Some((parent, _)) => parent < number,
            None => number == 0,
        });
        if !fit || stored.current >= stored.branches.len() {
            return false;
        }
        let first = self.branches[0].state.keyframes[0].clone();
        let mut steps_left = steps_max;
        let branches = stored.branches.iter().map(|branch| Branch {
            parent: branch.parent.map(|(parent, position)| (BranchId(parent), position)),
            origin: branch.origin.clone(),
            inherited: branch.inherited,
            before: branch.before,
            state: State {
                gestures: branch.gestures.clone(),
                ..State::new(Arc::new(branch.acts.clone()), first.clone())
            },
            ..Branch::first(State::new(Arc::default(), first.clone()), branch.forked_at)
        });
        self.branches = branches.collect();
        let acts = stored.branches.iter().flat_map(|branch| &branch.acts);
        self.next_gesture = acts.map(|act| act.gesture + 1).fold(self.next_gesture, u32::max);
        self.edits += 1;
        for (number, branch) in stored.branches.iter().enumerate() {
            self.enter(BranchId(number), 0, Time::ZERO);
            while self.position < branch.steps && steps_left > 0 {
                let sink: &mut dyn Sink<P> = &mut NoSink;
                if !self.forward(sink) {
                    break;
                }
                steps_left -= 1;
            }
        }
        self.enter(BranchId(stored.current), stored.position, stored.now);
        true
    }
}
