//! What nodes say to each other, what stands on their disks, and their timers.

use super::{Item, Key, Membership, Version};
use crate::{NodeId, RequestId};
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

/// The timers.
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
