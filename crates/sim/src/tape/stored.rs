//! All branches as plain values, to be kept where the run itself cannot be kept: over a reload of the page.

use alloc::sync::Arc;
use alloc::vec::Vec;
use faultlab_core::{Protocol, Time};
use serde::{Deserialize, Serialize};

use super::branch::{Gesture, Origin, State};
use super::{Branch, BranchId, Position, Tape};
use crate::Act;
use crate::fact::{NoSink, Sink};

/// The branches of a tape, without what follows from them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Stored<P: Protocol> {
    branches: Vec<StoredBranch<P>>,
    current: usize,
    position: Position,
    now: Time,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(bound = "")]
struct StoredBranch<P: Protocol> {
    parent: Option<(usize, Position)>,
    origin: Origin<P>,
    forked_at: Time,
    inherited: usize,
    before: (Position, Time),
    acts: Vec<Act<P>>,
    gestures: Vec<Gesture>,
    /// How many steps of it were known.
    steps: Position,
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
