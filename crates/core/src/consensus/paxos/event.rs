//! What happens at a node, for observers.

use super::{Ballot, Vote};
use crate::NodeId;
use crate::kit::NodeSet;
use serde::{Deserialize, Serialize};

/// What happened at a node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// It runs, with what its disk held.
    Started { promised: Ballot, accepted: Option<Vote> },
    /// A proposer asks the acceptors to promise a ballot.
    BallotStarted { ballot: Ballot, own: u32 },
    /// An acceptor promised, with what it accepted last.
    Promised { ballot: Ballot, accepted: Option<Vote> },
    /// An acceptor refused a proposer's older ballot.
    Refused { proposer: NodeId, ballot: Ballot, promised: Ballot },
    /// A proposer has promises of enough acceptors and asks them to accept a value: its own, or one that was accepted in the ballot
    /// `adopted`.
    Proposed { ballot: Ballot, value: u32, adopted: Option<Ballot>, promises: NodeSet },
    /// An acceptor accepted a value.
    Accepted { ballot: Ballot, value: u32 },
    /// A proposer hears of a newer ballot and gives its own up.
    Preempted { ballot: Ballot, by: Ballot },
    /// A proposer had too few answers for the phase timeout.
    PhaseTimedOut { ballot: Ballot },
    /// A learner heard of these acceptors that they accepted this value in one ballot: it takes it for chosen.
    Learned { ballot: Ballot, value: u32, acceptors: NodeSet },
}
