//! Sizes and timeouts.

use super::{Membership, RingStore};
use crate::kit::{HashFunction, MAX_COPIES, NodeSet};
use crate::{Field, Setup, Span, Unit};
use serde::{Deserialize, Serialize};

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Config {
    /// How many nodes are members at first: `n1` to `n{members}`. The others are spares that can join.
    pub members: u8,
    /// N: how many nodes keep a key.
    pub copies: u8,
    /// R: how many answers a read waits for.
    pub read_quorum: u8,
    /// W: how many disks a write waits for.
    pub write_quorum: u8,
    /// Points of each member on the ring.
    pub virtual_nodes: u16,
    pub hash: HashFunction,
    /// The seed of the hash, common to all nodes.
    pub hash_seed: u64,
    /// How often a node tells the administrator that it is alive.
    pub heartbeat_interval: Span,
    /// How long the administrator waits for a heartbeat before it removes a member.
    pub detection_timeout: Span,
    /// How often a node compares its copies with those of other owners.
    pub exchange_interval: Span,
}

impl Config {
    pub fn new(nodes: u8) -> Self {
        Self {
            members: if nodes > 4 { nodes - 1 } else { nodes },
            copies: 3,
            read_quorum: 2,
            write_quorum: 2,
            virtual_nodes: 16,
            hash: HashFunction::Xxh64,
            hash_seed: 0,
            heartbeat_interval: Span::millis(100),
            detection_timeout: Span::seconds(1),
            exchange_interval: Span::millis(500),
        }
    }

    /// N as a count.
    pub fn copies(&self) -> usize {
        usize::from(self.copies)
    }

    /// How many of a key's `owners` a read asks, so many at most as there can be.
    pub(super) fn reads(&self, owners: usize) -> usize {
        usize::from(self.read_quorum.min(self.copies)).min(owners)
    }

    /// How many of a key's `owners` have a write on disk before it is acknowledged.
    pub(super) fn writes(&self, owners: usize) -> usize {
        usize::from(self.write_quorum.min(self.copies)).min(owners)
    }

    /// How many of a key's `owners` are asked for the newest version: enough to meet every write quorum.
    pub(super) fn versions(&self, owners: usize) -> usize {
        owners - self.writes(owners) + usize::from(owners > 0)
    }

    /// Whether every read quorum meets every write quorum: R + W > N.
    pub fn quorums_meet(&self) -> bool {
        self.reads(self.copies()) + self.writes(self.copies()) > self.copies()
    }

    /// How many former members need not be heard before an epoch settles: so few that every quorum of the former owners has one
    /// of the others in it, which has handed off what it held and refuses coordinators of the former epoch.
    pub(super) fn spared(&self, owners: usize) -> usize {
        let quorums = self.writes(owners).min(self.versions(owners));
        // Reads that may miss a write anyway need not be protected from a former owner that was not heard.
        let quorums = if self.quorums_meet() { quorums.min(self.reads(owners)) } else { quorums };
        quorums.saturating_sub(1)
    }
}

impl Setup<RingStore> {
    /// The membership that every node starts with.
    pub fn initial(&self) -> Membership {
        Membership::initial(self.config.members.min(self.nodes))
    }
}

macro_rules! field {
    ($name:ident, $unit:expr, $min:expr, $max:expr, $live:expr, $get:expr, $set:expr) => {
        Field { slug: stringify!($name), unit: $unit, min: $min, max: $max, live: $live, get: $get, set: $set }
    };
}

/// The timeouts may change while the run goes on; what decides who owns what may not.
pub(super) const FIELDS: &[Field<Config>] = &[
    field!(members, Unit::Count, 1, NodeSet::ROOM as u64, false, |c| c.members.into(), |c, n| c.members = n as u8),
    field!(copies, Unit::Count, 1, MAX_COPIES as u64, false, |c| c.copies.into(), |c, n| c.copies = n as u8),
    field!(read_quorum, Unit::Count, 1, MAX_COPIES as u64, false, |c| c.read_quorum.into(), |c, n| c.read_quorum =
        n as u8),
    field!(write_quorum, Unit::Count, 1, MAX_COPIES as u64, false, |c| c.write_quorum.into(), |c, n| c.write_quorum =
        n as u8),
    field!(virtual_nodes, Unit::Count, 1, 1_000, false, |c| c.virtual_nodes.into(), |c, n| c.virtual_nodes = n as u16),
    field!(hash, Unit::Choice(HashFunction::NAMES), 0, 1, false, |c| c.hash as u64, |c, n| c.hash =
        HashFunction::from_index(n)),
    field!(hash_seed, Unit::Count, 0, u32::MAX as u64, false, |c| c.hash_seed, |c, n| c.hash_seed = n),
    field!(heartbeat_interval, Unit::Span, 1_000, 60_000_000, true, |c| c.heartbeat_interval.0, |c, n| c
        .heartbeat_interval =
        Span(n)),
    field!(detection_timeout, Unit::Span, 10_000, 600_000_000, true, |c| c.detection_timeout.0, |c, n| c
        .detection_timeout =
        Span(n)),
    field!(exchange_interval, Unit::Span, 10_000, 600_000_000, true, |c| c.exchange_interval.0, |c, n| c
        .exchange_interval =
        Span(n)),
];
