//! Sizes and timeouts.

use super::{Membership, RingStore};
use crate::kit::{HashFunction, MAX_COPIES, NodeSet};
use crate::{Setup, Span};
use serde::{Deserialize, Serialize};

/// The timeouts may change while the run goes on; what decides who owns what may not.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, crate::Config)]
pub struct Config {
    /// How many nodes are members at first: `n1` to `n{members}`. The others are spares that can join.
    #[field(default = if nodes > 4 { nodes - 1 } else { nodes }, min = 1, max = NodeSet::ROOM, fixed)]
    pub members: u8,
    /// N: how many nodes keep a key.
    #[field(default = 3, min = 1, max = MAX_COPIES, fixed)]
    pub copies: u8,
    /// R: how many answers a read waits for.
    #[field(default = 2, min = 1, max = MAX_COPIES, fixed)]
    pub read_quorum: u8,
    /// W: how many disks a write waits for.
    #[field(default = 2, min = 1, max = MAX_COPIES, fixed)]
    pub write_quorum: u8,
    /// Points of each member on the ring.
    #[field(default = 16, min = 1, max = 1_000, fixed)]
    pub virtual_nodes: u16,
    #[field(default = HashFunction::Xxh64, fixed)]
    pub hash: HashFunction,
    /// The seed of the hash, common to all nodes.
    #[field(default = 0, max = u32::MAX, fixed)]
    pub hash_seed: u64,
    /// How often a node tells the administrator that it is alive.
    #[field(default = Span::millis(100))]
    pub heartbeat_interval: Span,
    /// How long the administrator waits for a heartbeat before it removes a member.
    #[field(default = Span::seconds(1), min = 10_000, max = 600_000_000)]
    pub detection_timeout: Span,
    /// How often a node compares its copies with those of other owners.
    #[field(default = Span::millis(500), min = 10_000, max = 600_000_000)]
    pub exchange_interval: Span,
}

impl Config {
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
