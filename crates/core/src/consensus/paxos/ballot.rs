//! Ballots and the values that acceptors accept in them.

use crate::NodeId;
use core::fmt;
use serde::{Deserialize, Serialize};

/// The number of a proposal: the round, and the proposer that made it, which tells equal rounds apart. So no two proposers ever use
/// the same ballot. Round 0 is no ballot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ballot {
    pub round: u32,
    pub proposer: NodeId,
}

impl Ballot {
    /// Before any ballot.
    pub const NONE: Self = Self { round: 0, proposer: NodeId(0) };

    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

impl Default for Ballot {
    fn default() -> Self {
        Self::NONE
    }
}

/// As it is written everywhere, so that facts and failures of tests stay short.
impl fmt::Debug for Ballot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl fmt::Display for Ballot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.round, self.proposer)
    }
}

/// A value, and the ballot in which an acceptor accepted it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Vote {
    pub ballot: Ballot,
    pub value: u32,
}
