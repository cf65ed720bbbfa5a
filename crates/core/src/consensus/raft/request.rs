//! What clients and the operator ask, and how they are answered.

use crate::Rename;
use crate::kit::NodeSet;
use crate::{Access, Accessed, Datum, Misspelled, NodeId, Reply, Spelled, Width, Words};
use alloc::string::String;
use core::fmt::Write;
use serde::{Deserialize, Serialize};

use super::entry::{Command, Key};
use super::machine::{Cell, Outcome};

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

/// Keys are spelled `x`, `y`, `z`, `a` … `w`, then `k26`, `k27` …
pub fn spell_key(key: Key, out: &mut String) {
    if key < 26 {
        out.push(char::from(b'a' + ((key + 23) % 26) as u8));
    } else {
        let _ = write!(out, "k{key}");
    }
}

fn read_key(words: &mut Words<'_>) -> Result<Key, Misspelled> {
    words.expect("a key such as x", |word| match word.as_bytes() {
        [letter @ b'a'..=b'z'] => Some((u32::from(letter - b'a') + 3) % 26),
        [b'k', b'0'..=b'9', ..] => word[1..].parse().ok().filter(|key| *key >= 26),
        _ => None,
    })
}

impl Spelled for Request {
    fn spell(&self, out: &mut String) {
        let mut verb = |verb: &str, key: Key, numbers: &[u32]| {
            out.push_str(verb);
            out.push(' ');
            spell_key(key, out);
            for number in numbers {
                let _ = write!(out, " {number}");
            }
        };
        match *self {
            Self::Do(Command::Put { key, value }) => verb("put", key, &[value]),
            Self::Do(Command::Cas { key, old, new }) => verb("cas", key, &[old, new]),
            Self::Do(Command::Add { key, amount }) => verb("add", key, &[amount]),
            Self::Get { key } => verb("get", key, &[]),
            Self::Join { node } => {
                let _ = write!(out, "join {node}");
            }
            Self::Leave { node } => {
                let _ = write!(out, "leave {node}");
            }
            Self::Reconfigure { members } => {
                out.push_str("reconfigure");
                for node in members.iter() {
                    let _ = write!(out, " {node}");
                }
            }
            Self::Transfer { to } => {
                let _ = write!(out, "transfer {to}");
            }
        }
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        const VERBS: &str = "put, get, cas, add, join, leave, reconfigure or transfer";
        let verb = words.expect(VERBS, |word| {
            ["put", "get", "cas", "add", "join", "leave", "reconfigure", "transfer"]
                .into_iter()
                .position(|verb| verb == word)
        })?;
        Ok(match verb {
            0 => Self::Do(Command::Put { key: read_key(words)?, value: words.number("a value")? }),
            1 => Self::Get { key: read_key(words)? },
            2 => Self::Do(Command::Cas {
                key: read_key(words)?,
                old: words.number("the old value")?,
                new: words.number("the new value")?,
            }),
            3 => Self::Do(Command::Add { key: read_key(words)?, amount: words.number("an amount")? }),
            4 => Self::Join { node: words.node()? },
            5 => Self::Leave { node: words.node()? },
            6 => {
                let mut members = NodeSet::EMPTY.with(words.node()?);
                while words.peek().starts_with('n') {
                    members.insert(words.node()?);
                }
                Self::Reconfigure { members }
            }
            _ => Self::Transfer { to: words.node()? },
        })
    }
}
