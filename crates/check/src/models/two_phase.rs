//! TwoPhase: two-phase commit with a transaction manager and resource managers that send messages (Gray and Lamport,
//! "Consensus on Transaction Commit", section 3; module TwoPhase of tlaplus/Examples). Messages are a set: none is ever lost
//! or used up, only perhaps never received.

use alloc::vec::Vec;

use faultlab_core::Source;

use super::bits::{each_bit, number, with_sorted_parts};
use super::reference::{ModelRule, Packed, Parameter, Reference, explore_packed};
use crate::{Model, Step};

/// In the lowest four bits: what the transaction manager decided, which is also the message it sent.
const COMMIT: u64 = 1;
const ABORT: u64 = 2;
/// In a manager's four bits: what it is (working: 0); whether its "prepared" message is sent; whether the transaction manager
/// has received that.
const PREPARED: u64 = 1;
const COMMITTED: u64 = 2;
const ABORTED: u64 = 3;
const STATUS: u64 = 3;
const SENT: u64 = 4;
const RECEIVED: u64 = 8;

/// Fours of bits in a word.
const FOURS: u32 = 16;

pub(super) const REFERENCE: Reference = Reference {
    slug: "two-phase",
    source: Source { document: "Gray and Lamport, Consensus on Transaction Commit", section: "3; TwoPhase.tla" },
    parameters: &[Parameter { slug: "rms", usual: 3 }],
    rules: &[ModelRule { slug: "unanimous_votes", breaks: &["consistent"], witness: &[] }],
    invariants: &["consistent"],
    actions: &[
        ("TMCommit", 0),
        ("TMAbort", 0),
        ("TMRcvPrepared", 1),
        ("RMPrepare", 1),
        ("RMChooseToAbort", 1),
        ("RMRcvCommitMsg", 1),
        ("RMRcvAbortMsg", 1),
    ],
    symmetry: true,
    nodes: |parameters| parameters[0],
    explore: |parameters, rules, limits| {
        explore_packed(&TwoPhase { managers: parameters[0], unanimous_votes: rules.is_on(0) }, limits)
    },
};

/// The model: four bits for each resource manager, above four of the transaction manager.
pub(super) struct TwoPhase {
    pub(super) managers: u32,
    /// The transaction manager commits only if all have prepared. Off: a majority is enough.
    pub(super) unanimous_votes: bool,
}

impl TwoPhase {
    /// The lowest bit of each manager's four in a word of the state.
    fn ones(&self, word: usize) -> u64 {
        let fours = (self.managers + 1).saturating_sub(word as u32 * FOURS).min(FOURS);
        let ones = if fours == 0 { 0 } else { 0x1111_1111_1111_1111 >> (64 - 4 * fours) };
        if word == 0 { ones & !1 } else { ones }
    }

    fn enough<const WORDS: usize>(&self, state: &[u64; WORDS]) -> bool {
        let in_word = |(word, bits): (usize, &u64)| (self.ones(word) & (bits / RECEIVED)).count_ones();
        let received: u32 = state.iter().enumerate().map(in_word).sum();
        received == self.managers || !self.unanimous_votes && received > self.managers / 2
    }
}

impl Packed for TwoPhase {
    fn bits(&self) -> u64 {
        4 + 4 * u64::from(self.managers)
    }
}

impl<const WORDS: usize> Model<WORDS> for TwoPhase {
    fn initial(&self, found: &mut Vec<[u64; WORDS]>) {
        found.push([0; WORDS]);
    }

    /// All managers of a word at once: a mask tells which of them can do a thing.
    fn successors(&self, state: &[u64; WORDS], found: &mut Vec<[u64; WORDS]>) {
        let decided = state[0] & (COMMIT | ABORT);
        let mut reach = |word: usize, bits: u64| {
            let mut next = *state;
            next[word] = bits;
            found.push(next);
        };
        if decided == 0 {
            reach(0, state[0] | ABORT);
            if self.enough(state) {
                reach(0, state[0] | COMMIT);
            }
        }
        for (word, bits) in state.iter().copied().enumerate() {
            let ones = self.ones(word);
            let (low, high) = (bits & ones, bits >> 1 & ones);
            let (sent, received) = (bits >> 2 & ones, bits >> 3 & ones);
            let working = ones & !(low | high);
            each_bit(working, |one| reach(word, bits + one * (PREPARED + SENT)));
            if decided == 0 {
                each_bit(sent & !received, |one| reach(word, bits + one * RECEIVED));
            }
            if decided == COMMIT {
                each_bit(ones & !(high & !low), |one| reach(word, (bits & !(one * STATUS)) + one * COMMITTED));
            }
            // A manager that is told to abort does what it could choose to do anyway while it was working.
            let aborting = if decided == ABORT { ones & !(high & low) } else { working };
            each_bit(aborting, |one| reach(word, (bits & !(one * STATUS)) + one * ABORTED));
        }
    }

    fn broken(&self, state: &[u64; WORDS]) -> Option<&'static str> {
        let (mut committed, mut aborted) = (0, 0);
        for (word, bits) in state.iter().enumerate() {
            let ones = self.ones(word);
            let (low, high) = (bits & ones, bits >> 1 & ones);
            committed |= high & !low;
            aborted |= high & low;
        }
        (committed != 0 && aborted != 0).then_some("consistent")
    }

    fn has_symmetry(&self) -> bool {
        REFERENCE.symmetry
    }

    /// A manager's whole part in the state is its own four bits, so sorting them gives the exact representative.
    fn canonical(&self, state: &[u64; WORDS]) -> [u64; WORDS] {
        with_sorted_parts(state, 4, 4, self.managers)
    }

    fn step(&self, from: &[u64; WORDS], to: &[u64; WORDS]) -> Step {
        match to[0] & !from[0] & (COMMIT | ABORT) {
            COMMIT => return Step::new("TMCommit", []),
            ABORT => return Step::new("TMAbort", []),
            _ => {}
        }
        let part = |state, manager: &u32| number(state, 4 + 4 * manager, 4);
        let changed = (0..self.managers).find(|manager| part(from, manager) != part(to, manager)).unwrap_or(0);
        let (before, after) = (part(from, &changed), part(to, &changed));
        let action = match after & STATUS {
            _ if after & RECEIVED != before & RECEIVED => "TMRcvPrepared",
            PREPARED => "RMPrepare",
            COMMITTED => "RMRcvCommitMsg",
            _ if from[0] & ABORT != 0 => "RMRcvAbortMsg",
            _ => "RMChooseToAbort",
        };
        Step::new(action, [u64::from(changed) + 1])
    }
}
