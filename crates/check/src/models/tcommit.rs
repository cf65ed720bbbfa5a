//! TCommit: what it means that resource managers agree to commit or to abort (Gray and Lamport, "Consensus on Transaction
//! Commit", section 2; module TCommit of tlaplus/Examples).

use alloc::vec::Vec;

use faultlab_core::Source;

use super::bits::{number, with_number, with_sorted_parts};
use super::reference::{Packed, Parameter, Reference, explore_packed};
use crate::{Model, Step};

const WORKING: u64 = 0;
const PREPARED: u64 = 1;
const COMMITTED: u64 = 2;
const ABORTED: u64 = 3;

pub(super) const REFERENCE: Reference = Reference {
    slug: "tcommit",
    source: Source { document: "Gray and Lamport, Consensus on Transaction Commit", section: "2; TCommit.tla" },
    parameters: &[Parameter { slug: "rms", usual: 3 }],
    rules: &[],
    invariants: &["consistent"],
    actions: &[("Prepare", 1), ("DecideCommit", 1), ("DecideAbort", 1)],
    symmetry: true,
    nodes: |parameters| parameters[0],
    explore: |parameters, _, limits| explore_packed(&TCommit { managers: parameters[0] }, limits),
};

/// The model: two bits for each resource manager.
pub(super) struct TCommit {
    pub(super) managers: u32,
}

impl TCommit {
    fn all<const WORDS: usize>(&self, state: &[u64; WORDS], mut holds: impl FnMut(u64) -> bool) -> bool {
        (0..self.managers).all(|manager| holds(number(state, 2 * manager, 2)))
    }
}

impl Packed for TCommit {
    fn bits(&self) -> u64 {
        2 * u64::from(self.managers)
    }
}

impl<const WORDS: usize> Model<WORDS> for TCommit {
    fn initial(&self, found: &mut Vec<[u64; WORDS]>) {
        found.push([0; WORDS]);
    }

    fn successors(&self, state: &[u64; WORDS], found: &mut Vec<[u64; WORDS]>) {
        let can_commit = self.all(state, |status| status == PREPARED || status == COMMITTED);
        let not_committed = self.all(state, |status| status != COMMITTED);
        for manager in 0..self.managers {
            let status = number(state, 2 * manager, 2);
            let mut becomes = |status| found.push(with_number(*state, 2 * manager, 2, status));
            if status == WORKING {
                becomes(PREPARED);
            }
            if status == PREPARED && can_commit {
                becomes(COMMITTED);
            }
            if (status == WORKING || status == PREPARED) && not_committed {
                becomes(ABORTED);
            }
        }
    }

    fn broken(&self, state: &[u64; WORDS]) -> Option<&'static str> {
        let committed = !self.all(state, |status| status != COMMITTED);
        let aborted = !self.all(state, |status| status != ABORTED);
        (committed && aborted).then_some("consistent")
    }

    fn has_symmetry(&self) -> bool {
        REFERENCE.symmetry
    }

    fn canonical(&self, state: &[u64; WORDS]) -> [u64; WORDS] {
        with_sorted_parts(state, 0, 2, self.managers)
    }

    fn step(&self, from: &[u64; WORDS], to: &[u64; WORDS]) -> Step {
        let status = |state, manager: &u32| number(state, 2 * manager, 2);
        let changed = (0..self.managers).find(|manager| status(from, manager) != status(to, manager)).unwrap_or(0);
        let action = match status(to, &changed) {
            PREPARED => "Prepare",
            COMMITTED => "DecideCommit",
            _ => "DecideAbort",
        };
        Step::new(action, [u64::from(changed) + 1])
    }
}
