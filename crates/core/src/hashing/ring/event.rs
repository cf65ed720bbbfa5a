//! What happens at a node, for observers.

use super::{Change, Item, Key, Membership, NodeSet, Version};
use crate::{ClientId, NodeId, RequestId};
use serde::{Deserialize, Serialize};

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
