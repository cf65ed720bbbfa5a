//! What the log is made of: entries, commands, configurations, snapshots.

use crate::Rename;
use crate::kit::{NodeSet, Shared};
use crate::{NodeId, RequestId};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use super::machine::Machine;

/// A leader's period of office, counted from one.
pub type Term = u32;
/// A place in the log, counted from one.
pub type Index = u64;
/// A key of the store. People see letters: `x`, `y`, `z`, `a` …
pub type Key = u32;

/// An entry's name: by Log Matching, two entries with the same name have the same content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub struct EntryId {
    pub index: Index,
    pub term: Term,
}

/// What a client asks the store to change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum Command {
    Put {
        key: Key,
        value: u32,
    },
    /// Sets the key to `new` if it holds `old`.
    Cas {
        key: Key,
        old: u32,
        new: u32,
    },
    /// Adds to the key: executed twice, it shows.
    Add {
        key: Key,
        amount: u32,
    },
}

impl Command {
    pub fn key(self) -> Key {
        match self {
            Self::Put { key, .. } | Self::Cas { key, .. } | Self::Add { key, .. } => key,
        }
    }
}

/// What an entry holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum Payload {
    /// What a new leader appends first: committing it commits all before it (paper §8).
    Noop,
    Command {
        id: RequestId,
        command: Command,
    },
    /// The voting members from here on.
    Configuration {
        members: NodeSet,
        id: Option<RequestId>,
    },
}

/// One entry of the log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub struct Entry {
    pub term: Term,
    pub payload: Payload,
}

/// The entries of one message. One entry, the usual case, needs no allocation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum Batch {
    None,
    One(Entry),
    /// Two or more.
    Many(Shared<Vec<Entry>>),
}

impl Batch {
    pub fn of(entries: Vec<Entry>) -> Self {
        match entries.as_slice() {
            [] => Self::None,
            [entry] => Self::One(*entry),
            _ => Self::Many(Shared::new(entries)),
        }
    }

    pub fn as_slice(&self) -> &[Entry] {
        match self {
            Self::None => &[],
            Self::One(entry) => core::slice::from_ref(entry),
            Self::Many(entries) => entries,
        }
    }
}

/// The state machine after the entry `last`, with the configuration in force there (paper §7).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub struct Snapshot {
    pub last: EntryId,
    pub members: NodeSet,
    pub machine: Machine,
}

/// What an area of the disk is made of.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum Record {
    /// In `meta`: the newest one counts.
    HardState { term: Term, voted_for: Option<NodeId> },
    /// In `log`. It carries its index, so that recovery sees a gap.
    Entry { index: Index, entry: Entry },
    /// In `snapshot`: the newest one counts. Without its configuration only where that rule is off.
    Snapshot { last: EntryId, members: Option<NodeSet>, machine: Shared<Machine> },
}
