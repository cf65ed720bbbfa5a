//! What clients and the operator ask, and how they are answered.

use super::{Item, Key, Membership, Version};
use crate::{Access, Accessed, Datum, NodeId, Reply};
use alloc::format;
use serde::{Deserialize, Serialize};

/// What clients and the operator ask.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    Put { key: Key, value: u32 },
    Get { key: Key },
    Join { node: NodeId },
    Leave { node: NodeId },
}

impl Request {
    /// The key it is about, unless it is about members.
    pub fn key(&self) -> Option<Key> {
        match self {
            Self::Put { key, .. } | Self::Get { key } => Some(*key),
            Self::Join { .. } | Self::Leave { .. } => None,
        }
    }
}

/// What a node answers, with the membership it goes by, from which the client learns its way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Response {
    pub view: Membership,
    pub outcome: Outcome,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// W copies are on disks.
    Stored { version: Version },
    /// The newest of R answers.
    Found { item: Item },
    /// R nodes know nothing of the key.
    Absent,
    /// The key is not this node's in the epoch it goes by.
    NotMine,
    /// The change of members is in force.
    Changed,
    /// Another change is under way, or this node lost its disk and does not know yet what was on it.
    Busy,
    /// Such a change is never made: too few would remain, or no such node, or it is the administrator's own.
    Refused,
    /// The key has fewer owners than the quorum that it needs, so nobody could ever answer.
    TooFew { owners: u8, quorum: u8 },
}

/// How a request reads as an operation on a register.
pub(super) fn read_access(request: &Request, response: Option<&Response>) -> Option<Accessed> {
    let number = |value: u32| Datum::Number(i64::from(value));
    let (key, access) = match *request {
        Request::Get { key } => (key, Access::Read),
        Request::Put { key, value } => (key, Access::Write(number(value))),
        Request::Join { .. } | Request::Leave { .. } => return None,
    };
    let reply = match (&access, response.map(|response| response.outcome)) {
        (Access::Read, Some(Outcome::Found { item })) => Some(Reply::Holds(number(item.value))),
        (Access::Read, Some(Outcome::Absent)) => Some(Reply::Holds(Datum::Nil)),
        (_, Some(Outcome::Stored { .. })) => Some(Reply::Done),
        _ => None,
    };
    Some(Accessed { key: Datum::Text(format!("{key}").into()), access, reply })
}
