//! What nodes, clients and disks say: messages, requests, responses, records, timers, events.

use super::{Change, Item, Key, Membership, NodeSet, Version};
use crate::{Access, Accessed, ClientId, Datum, Misspelled, NodeId, Reply, RequestId, Spelled, Words};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A message, with the membership its sender goes by. A receiver with an older one adopts it at once.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Message {
    pub view: Membership,
    pub body: Body,
}

/// What a message says.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// To the administrator: I am alive, this epoch is on my disk, and whether I have handed off all it wants of me.
    Heartbeat {
        settled: bool,
    },
    /// From the administrator, or as gossip: this is the membership now.
    Publish,
    /// From a node that lost its disk: which epoch do you know, and what do you hold of my keys? The nonce tells its attempts apart.
    Recall {
        nonce: u64,
    },
    /// All that is here of them; `whole` unless this node lost its own disk and does not know yet what was on it.
    Recalled {
        nonce: u64,
        whole: bool,
        items: Vec<(Key, Item)>,
    },
    /// From a coordinator: keep this version.
    Write {
        op: RequestId,
        key: Key,
        item: Item,
    },
    /// It is on my disk, or a newer one.
    Stored {
        op: RequestId,
        key: Key,
        version: Version,
    },
    /// From a coordinator: what do you hold?
    Read {
        op: RequestId,
        key: Key,
    },
    Found {
        op: RequestId,
        key: Key,
        item: Option<Item>,
    },
    /// You go by an old epoch, or the key is not mine: nothing was done.
    OldEpoch,
    /// To an owner: these versions I hold of keys that are yours.
    Offer {
        versions: Vec<(Key, Version)>,
    },
    /// Of what you offered or transferred: `have` is on my disk and not yours to keep, `want` I lack, `stored` I took.
    Compared {
        have: Vec<(Key, Version)>,
        want: Vec<Key>,
        stored: u32,
    },
    /// The copies you wanted.
    Transfer {
        items: Vec<(Key, Item)>,
    },
}

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

impl Spelled for Request {
    fn spell(&self, out: &mut String) {
        out.push_str(&match self {
            Self::Put { key, value } => format!("put {key} {value}"),
            Self::Get { key } => format!("get {key}"),
            Self::Join { node } => format!("join {node}"),
            Self::Leave { node } => format!("leave {node}"),
        });
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        let verb = words.expect("put, get, join or leave", |word| {
            ["put", "get", "join", "leave"].iter().position(|verb| *verb == word)
        })?;
        match verb {
            0 => Ok(Self::Put { key: read_key(words)?, value: words.number("a value such as 7")? }),
            1 => Ok(Self::Get { key: read_key(words)? }),
            2 => Ok(Self::Join { node: words.node()? }),
            _ => Ok(Self::Leave { node: words.node()? }),
        }
    }
}

fn read_key(words: &mut Words<'_>) -> Result<Key, Misspelled> {
    words.expect("a key such as k7", Key::parse)
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

/// What stands on disk.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Record {
    /// A version of a key. The last record of a key counts.
    Put { key: Key, item: Item },
    /// The key was handed off.
    Drop { key: Key },
    /// The membership this node goes by.
    Membership(Membership),
    /// What stands before holds all that an earlier disk of this node held.
    Whole,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timer {
    /// Tell the administrator that this node is alive.
    Heartbeat,
    /// Compare copies with other owners: at once what a new epoch asks for, then one of them at a time.
    Exchange,
    /// At the administrator: nothing was heard of this node for the detection timeout.
    Silence(NodeId),
    /// At a node that lost its disk: ask again.
    Recall,
}

impl Spelled for Timer {
    fn spell(&self, out: &mut String) {
        match self {
            Self::Heartbeat => out.push_str("heartbeat"),
            Self::Exchange => out.push_str("exchange"),
            Self::Silence(node) => out.push_str(&format!("silence {node}")),
            Self::Recall => out.push_str("recall"),
        }
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        let name = words.expect("heartbeat, exchange, silence or recall", |word| {
            ["heartbeat", "exchange", "silence", "recall"].iter().position(|name| *name == word)
        })?;
        match name {
            0 => Ok(Self::Heartbeat),
            1 => Ok(Self::Exchange),
            2 => Ok(Self::Silence(words.node()?)),
            _ => Ok(Self::Recall),
        }
    }
}

/// How a copy came to a node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// A client's write.
    Write,
    /// A transfer from another holder.
    Transfer,
}

/// What happened at a node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// It runs, with what its disk held: so many keys, and so many records that could not be read. The digest stands for
    /// who owns what, as this node works it out.
    Started { view: Membership, digest: u64, keys: u32, unreadable: u32 },
    /// The administrator's detector: not heard for the detection timeout.
    Suspected { node: NodeId },
    /// Its disk was lost: it asks the others what it held and which epoch is the newest, and counts in no quorum before it knows.
    RecallStarted,
    /// It has heard enough of these nodes, and holds so many keys.
    RecallFinished { heard: NodeSet, keys: u32 },
    /// The administrator made a new epoch durable and publishes it.
    EpochIssued { view: Membership, change: Change },
    /// The administrator heard that all keys of the epoch have arrived.
    EpochSettled { view: Membership },
    /// This node goes by a new epoch. It holds `foreign` keys that are no longer its own.
    EpochEntered { view: Membership, digest: u64, foreign: u32 },
    /// The key has fewer owners than the quorum that a request for it needs.
    TooFewOwners { client: ClientId, key: Key, owners: u8, quorum: u8 },
    /// A client's write has its number and goes to the owners.
    WriteStarted { id: RequestId, key: Key, version: Version },
    /// A copy is on this node's disk. The epoch is the one that its coordinator or its former holder goes by.
    CopyStored { key: Key, item: Item, reign: u32, epoch: u32, via: Via },
    /// A coordinator went by an older epoch, or by other owners, and was refused.
    OldEpochRefused { from: NodeId, theirs: u32, ours: u32 },
    /// The write is on enough disks, and the client is told.
    Acknowledged { id: RequestId, key: Key, version: Version, copies: NodeSet },
    /// A read returned the newest of R answers.
    ReadReturned { id: RequestId, key: Key, version: Option<Version>, answers: NodeSet },
    /// A reader found this node's copy old or missing and brings the newer one.
    ReadRepaired { key: Key, version: Version, node: NodeId },
    /// A client asked a node that is no owner in the epoch it goes by.
    Redirected { client: ClientId, key: Key, epoch: u32 },
    /// Copies are on their way to another owner. `moving` of them are no longer this node's own; the others stay here too.
    TransferStarted { to: NodeId, keys: u32, moving: u32, epoch: u32 },
    /// The other owner has them on its disk.
    TransferFinished { to: NodeId, keys: u32, epoch: u32 },
    /// A key that is no longer this node's own was forgotten.
    Dropped { key: Key, version: Version, epoch: u32 },
    /// This node has nothing left to hand off in this epoch.
    HandedOff { epoch: u32 },
}
