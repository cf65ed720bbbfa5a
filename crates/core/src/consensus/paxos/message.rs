//! What nodes say to each other, what stands on their disks, and their timer.

use super::{Ballot, Vote};
use serde::{Deserialize, Serialize};

/// What nodes say to each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Message {
    /// Phase 1a, to an acceptor: promise to accept nothing in an older ballot, and say what you accepted last.
    Prepare { ballot: Ballot },
    /// Phase 1b: promised. What the acceptor accepted last, if anything.
    Promise { ballot: Ballot, accepted: Option<Vote> },
    /// Phase 2a, to an acceptor: accept this value.
    Accept { ballot: Ballot, value: u32 },
    /// Phase 2b, to every learner: accepted.
    Accepted { ballot: Ballot, value: u32 },
    /// The ballot is older than the one promised.
    Refuse { ballot: Ballot, promised: Ballot },
}

/// What stands on disk.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Record {
    /// A proposer's newest round.
    Round(u32),
    /// An acceptor's promise.
    Promised(Ballot),
    /// What an acceptor accepted last.
    Accepted(Vote),
}

/// The timer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timer {
    /// At a proposer: start a new ballot, because a phase took too long or the back-off is over.
    Ballot,
}
