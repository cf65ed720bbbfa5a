//! TCommit: what it means that resource managers agree to commit or to abort (Gray and Lamport, "Consensus on Transaction
//! Commit", section 2; module TCommit of tlaplus/Examples).

use alloc::format;
use alloc::string::String;

use crate::Model;

const WORKING: u64 = 0;
const PREPARED: u64 = 1;
const COMMITTED: u64 = 2;
const ABORTED: u64 = 3;

/// The model for a number of resource managers, at most 31: two bits each.
#[derive(Clone, Copy, Debug)]
pub struct TCommit {
    pub managers: u32,
}

pub(crate) fn state_name(state: u64) -> &'static str {
    match state {
        WORKING => "working",
        PREPARED => "prepared",
        COMMITTED => "committed",
        _ => "aborted",
    }
}

impl TCommit {
    fn of(self, state: u64, manager: u32) -> u64 {
        state >> (2 * manager) & 3
    }

    fn with(self, state: u64, manager: u32, of_manager: u64) -> u64 {
        state & !(3 << (2 * manager)) | of_manager << (2 * manager)
    }

    fn all(self, state: u64, mut holds: impl FnMut(u64) -> bool) -> bool {
        (0..self.managers).all(|manager| holds(self.of(state, manager)))
    }
}

impl Model for TCommit {
    type State = u64;

    fn initial(&self, each: &mut impl FnMut(u64)) {
        each(0);
    }

    fn successors(&self, state: u64, each: &mut impl FnMut(u64)) {
        let can_commit = self.all(state, |of| of == PREPARED || of == COMMITTED);
        let not_committed = self.all(state, |of| of != COMMITTED);
        for manager in 0..self.managers {
            match self.of(state, manager) {
                WORKING => {
                    each(self.with(state, manager, PREPARED));
                    if not_committed {
                        each(self.with(state, manager, ABORTED));
                    }
                }
                PREPARED => {
                    if can_commit {
                        each(self.with(state, manager, COMMITTED));
                    }
                    if not_committed {
                        each(self.with(state, manager, ABORTED));
                    }
                }
                _ => {}
            }
        }
    }

    fn broken(&self, state: u64) -> Option<&'static str> {
        let committed = !self.all(state, |of| of != COMMITTED);
        let aborted = !self.all(state, |of| of != ABORTED);
        (committed && aborted).then_some("consistent")
    }

    fn canonical(&self, state: u64) -> u64 {
        let mut counts = [0; 4];
        for manager in 0..self.managers {
            counts[self.of(state, manager) as usize] += 1;
        }
        let mut canonical = 0;
        let mut manager = 0;
        for (of_manager, count) in counts.into_iter().enumerate() {
            for _ in 0..count {
                canonical = self.with(canonical, manager, of_manager as u64);
                manager += 1;
            }
        }
        canonical
    }

    fn describe(&self, from: u64, to: u64) -> String {
        let changed = (0..self.managers).find(|manager| self.of(from, *manager) != self.of(to, *manager));
        changed.map_or_else(String::new, |manager| {
            format!("manager {} is {}", manager + 1, state_name(self.of(to, manager)))
        })
    }
}
