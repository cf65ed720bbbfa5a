//! TwoPhase: two-phase commit with a transaction manager and resource managers that send messages (Gray and Lamport,
//! "Consensus on Transaction Commit", section 3; module TwoPhase of tlaplus/Examples). Messages are a set: none is ever lost
//! or used up, only perhaps never received.

use alloc::format;
use alloc::string::String;

use super::tcommit::state_name;
use crate::Model;

const WORKING: u64 = 0;
const PREPARED: u64 = 1;
const COMMITTED: u64 = 2;
const ABORTED: u64 = 3;
/// In a manager's four bits: its "prepared" message is sent; the transaction manager has received it.
const SENT: u64 = 4;
const RECEIVED: u64 = 8;
/// In the lowest four bits: what the transaction manager decided, which is also the message it sent.
const COMMIT: u64 = 1;
const ABORT: u64 = 2;

/// The model for a number of resource managers, at most 14: four bits each, above four of the transaction manager.
#[derive(Clone, Copy, Debug)]
pub struct TwoPhase {
    pub managers: u32,
    /// Rule: the transaction manager commits only if all have prepared. Off: a majority is enough.
    pub unanimous_votes: bool,
}

impl TwoPhase {
    fn shift(manager: u32) -> u32 {
        4 + 4 * manager
    }

    fn of(state: u64, manager: u32) -> u64 {
        state >> Self::shift(manager) & 15
    }

    fn with(state: u64, manager: u32, of_manager: u64) -> u64 {
        state & !(15 << Self::shift(manager)) | of_manager << Self::shift(manager)
    }

    /// The lowest bit of each manager's four.
    fn ones(self) -> u64 {
        0x1111_1111_1111_1110 & ((1 << (4 + 4 * self.managers)) - 1)
    }

    fn enough(self, state: u64) -> bool {
        let received = ((state / RECEIVED) & self.ones()).count_ones();
        received == self.managers || !self.unanimous_votes && received > self.managers / 2
    }
}

impl Model for TwoPhase {
    type State = u64;

    fn initial(&self, each: &mut impl FnMut(u64)) {
        each(0);
    }

    fn successors(&self, state: u64, each: &mut impl FnMut(u64)) {
        let undecided = state & (COMMIT | ABORT) == 0;
        if undecided {
            each(state | ABORT);
            if self.enough(state) {
                each(state | COMMIT);
            }
        }
        for manager in 0..self.managers {
            let of = Self::of(state, manager);
            if undecided && of & (SENT | RECEIVED) == SENT {
                each(Self::with(state, manager, of | RECEIVED));
            }
            if of & 3 == WORKING {
                each(Self::with(state, manager, of & !3 | PREPARED | SENT));
                each(Self::with(state, manager, of | ABORTED));
            }
            if state & COMMIT != 0 && of & 3 != COMMITTED {
                each(Self::with(state, manager, of & !3 | COMMITTED));
            }
            if state & ABORT != 0 && of & 3 != ABORTED {
                each(Self::with(state, manager, of | ABORTED));
            }
        }
    }

    fn broken(&self, state: u64) -> Option<&'static str> {
        let bits = self.ones();
        let (low, high) = (state & bits, state >> 1 & bits);
        let committed = high & !low != 0;
        let aborted = high & low != 0;
        (committed && aborted).then_some("consistent")
    }

    /// A manager's whole part in the state is its own four bits, so sorting them gives the exact representative.
    fn canonical(&self, state: u64) -> u64 {
        let mut parts = [0u8; 14];
        let parts = &mut parts[..self.managers as usize];
        for (manager, part) in parts.iter_mut().enumerate() {
            *part = Self::of(state, manager as u32) as u8;
        }
        parts.sort_unstable();
        let managers = parts.iter().enumerate();
        managers.fold(state & 15, |state, (manager, part)| Self::with(state, manager as u32, u64::from(*part)))
    }

    fn describe(&self, from: u64, to: u64) -> String {
        match to & !from & (COMMIT | ABORT) {
            COMMIT => return "the transaction manager decides to commit and tells all".into(),
            ABORT => return "the transaction manager decides to abort and tells all".into(),
            _ => {}
        }
        let changed = (0..self.managers).find(|manager| Self::of(from, *manager) != Self::of(to, *manager));
        let Some(manager) = changed else { return String::new() };
        let (before, after) = (Self::of(from, manager), Self::of(to, manager));
        if after & RECEIVED != before & RECEIVED {
            format!("the transaction manager receives that manager {} is prepared", manager + 1)
        } else {
            format!("manager {} is {}", manager + 1, state_name(after & 3))
        }
    }
}
