//! What the ring store speaks of: keys, versions and memberships.

use crate::kit::NodeSet;
use crate::{NodeId, RequestId};
use alloc::borrow::Cow;
use alloc::format;
use core::fmt;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A key. Its position on the ring is the hash of its number. People write it `k7`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub u32);

impl Key {
    /// Reads what [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('k')?;
        if digits.starts_with('+') { None } else { digits.parse().ok().map(Self) }
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("“{text}” is no key such as k7")))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "k{}", self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The version of a value. The greater one is the newer one. Of equal counters the writer decides: two requests never share a
/// version, so one version never stands for two values, whatever its coordinator forgets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version {
    /// One more than the greatest that a quorum of owners knew.
    pub counter: u32,
    pub writer: Writer,
}

/// What tells versions with equal counters apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Writer {
    /// The coordinator, with the rule [`Rule::VersionByRequest`](super::Rule::VersionByRequest) off.
    Node(NodeId),
    Request(RequestId),
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.writer {
            Writer::Node(node) => write!(f, "{}/{node}", self.counter),
            Writer::Request(id) => write!(f, "{}/{id}", self.counter),
        }
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(node) => fmt::Display::fmt(node, f),
            Self::Request(id) => fmt::Display::fmt(id, f),
        }
    }
}

/// A copy of a key's value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Item {
    pub version: Version,
    pub value: u32,
}

/// Who is on the ring. Epochs are numbered and issued by the administrator alone; one epoch has one set of members.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Membership {
    /// How often the administrator has started anew from an empty log. A later reign's epochs are newer whatever their
    /// number, so that an epoch lost with the log can never be mistaken for another of the same number.
    pub reign: u32,
    pub epoch: u32,
    pub members: NodeSet,
    /// The members of the last settled epoch while keys are on their way from them: reads and writes ask the former owners as
    /// well. The present members once all keys have arrived; empty once a majority of all nodes has that on disk. Only then may
    /// former owners drop what they hold, as no administrator can ask for them any more.
    pub former: NodeSet,
    /// Members that the failure detector removed. They come back with their next heartbeat; a node that left does not.
    pub evicted: NodeSet,
}

impl Membership {
    /// The first epoch, which every node knows from the configuration.
    pub fn initial(members: u8) -> Self {
        let members = NodeSet::first(members);
        Self { reign: 0, epoch: 1, members, former: NodeSet::EMPTY, evicted: NodeSet::EMPTY }
    }

    /// Whether all keys have arrived where this epoch wants them, and a majority knows.
    pub fn is_settled(&self) -> bool {
        self.former.is_empty()
    }

    /// How far the change has come: 0 while keys are on their way, 1 once they have arrived, 2 once it is settled.
    pub fn stage(&self) -> u8 {
        if self.is_settled() { 2 } else { u8::from(self.former == self.members) }
    }

    /// What tells epochs apart and orders them.
    pub fn number(&self) -> (u32, u32) {
        (self.reign, self.epoch)
    }

    /// Whether this one is newer: a later epoch, or the same one farther on.
    pub fn supersedes(&self, other: &Self) -> bool {
        (self.number(), self.stage()) > (other.number(), other.stage())
    }

    /// All nodes that keep keys or may still have to hand some off.
    pub fn involved(&self) -> NodeSet {
        self.members.union(self.former)
    }
}

/// Why the administrator issued an epoch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The operator asked a node to join.
    Join(NodeId),
    /// The operator asked a node to leave.
    Leave(NodeId),
    /// A member was silent for the detection timeout.
    Evict(NodeId),
    /// An evicted member was heard again.
    Rejoin(NodeId),
}
