//! What clients and the operator ask, and how they are answered.

use crate::Rename;
use crate::kit::NodeSet;
use crate::{Access, Accessed, Datum, NodeId, Reply, Width};
use alloc::string::String;
use serde::{Deserialize, Serialize};

use super::entry::{Command, Key};
use super::machine::{Cell, Outcome};
use super::spelling::spell_key;

/// A request: of clients the first two, of the operator the others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum Request {
    Do(Command),
    Get {
        key: Key,
    },
    Join {
        node: NodeId,
    },
    Leave {
        node: NodeId,
    },
    /// Makes these the voting members in one step; more than one server at a time is refused.
    Reconfigure {
        members: NodeSet,
    },
    Transfer {
        to: NodeId,
    },
}

/// Why a request was refused for good.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum Refusal {
    /// The change is of more than one server.
    MoreThanOneServer,
    /// No voting member would be left, or the server does not exist.
    NoSuchConfiguration,
    /// Only a voting member can lead.
    NotAMember,
    /// The target did not take over within an election timeout.
    TransferTimedOut,
    /// The client has gone on to a later request.
    Stale,
    /// The server that was to join did not catch up in time.
    CatchUpFailed,
    /// The operator has asked for members without that server before it had caught up.
    JoinWithdrawn,
}

/// Why a request must wait.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum Wait {
    /// The leader has not yet committed an entry of its term.
    NewLeader,
    /// An earlier change of the configuration is not committed yet, or a server is still being caught up.
    ChangeUnderWay,
    /// The leadership is being handed over.
    TransferUnderWay,
}

/// A response.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum Response {
    Done(Outcome),
    Value(Cell),
    Configured {
        members: NodeSet,
    },
    Transferred {
        to: NodeId,
    },
    /// Ask the leader, if it is known.
    NotLeader {
        leader: Option<NodeId>,
    },
    Busy(Wait),
    Refused(Refusal),
}

/// What a client has learnt: whom it asks for its first try. The try with number `attempt` goes `attempt` nodes further.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Route {
    pub(super) base: i32,
}

impl Route {
    pub(super) fn to(self, nodes: u8, attempt: u32) -> NodeId {
        let place = i64::from(self.base) + i64::from(attempt);
        NodeId(place.rem_euclid(i64::from(nodes.max(1))) as u8)
    }

    /// The next request goes to this node first.
    pub(super) fn settle(&mut self, node: NodeId) {
        self.base = i32::from(node.0);
    }

    /// The next try, one after the one that `from` answered, goes to `leader`.
    pub(super) fn redirect(&mut self, from: NodeId, leader: NodeId) {
        let shift = i32::from(leader.0) - i32::from(from.0) - 1;
        self.base = self.base.wrapping_add(shift);
    }
}

/// A client's request as an operation on a register, with the outcome that the response tells.
pub(super) fn read_access(request: &Request, response: Option<&Response>) -> Option<Accessed> {
    let number = |value: u32| Datum::Number(i64::from(value));
    let (key, access) = match *request {
        Request::Get { key } => (key, Access::Read),
        Request::Do(Command::Put { key, value }) => (key, Access::Write(number(value))),
        Request::Do(Command::Cas { key, old, new }) => (key, Access::Cas { old: number(old), new: number(new) }),
        Request::Do(Command::Add { key, amount }) => {
            (key, Access::Add { amount: i64::from(amount), width: Width::U32 })
        }
        Request::Join { .. } | Request::Leave { .. } | Request::Reconfigure { .. } | Request::Transfer { .. } => {
            return None;
        }
    };
    let reply = match (&access, response) {
        (Access::Add { .. }, Some(Response::Done(Outcome::Stored(cell))))
        | (Access::Read, Some(Response::Value(cell))) => Some(Reply::Holds(number(cell.value))),
        (_, Some(Response::Done(Outcome::Stored(_)))) => Some(Reply::Done),
        (_, Some(Response::Done(Outcome::Unchanged(cell)))) => Some(Reply::Unchanged(Some(number(cell.value)))),
        _ => None,
    };
    let mut name = String::new();
    spell_key(key, &mut name);
    Some(Accessed { key: Datum::Text(name.into()), access, reply })
}
