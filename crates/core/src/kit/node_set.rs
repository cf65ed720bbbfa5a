//! A set of nodes.

use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::NodeId;

/// A set of nodes, one bit each, stored and shown as the list of its nodes. It has room for `n1` to `n128`, more than any
/// cluster has; nodes beyond never belong to one.
// Packed, as sixteen-byte alignment would grow every message and log entry that holds one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(Rust, packed(8))]
pub struct NodeSet(u128);

impl NodeSet {
    pub const EMPTY: Self = Self(0);
    /// How many nodes a set has room for.
    pub const ROOM: u8 = u128::BITS as u8;

    fn bit(node: NodeId) -> u128 {
        1_u128.checked_shl(u32::from(node.0)).unwrap_or(0)
    }

    /// The nodes `n1` to `n{count}`.
    pub fn first(count: u8) -> Self {
        Self(1_u128.checked_shl(u32::from(count)).map_or(u128::MAX, |bit| bit - 1))
    }

    pub fn contains(self, node: NodeId) -> bool {
        self.0 & Self::bit(node) != 0
    }

    pub fn insert(&mut self, node: NodeId) {
        *self = self.with(node);
    }

    pub fn remove(&mut self, node: NodeId) {
        *self = self.without(node);
    }

    #[must_use]
    pub fn with(self, node: NodeId) -> Self {
        Self(self.0 | Self::bit(node))
    }

    #[must_use]
    pub fn without(self, node: NodeId) -> Self {
        Self(self.0 & !Self::bit(node))
    }

    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The nodes of this set that are not in the other one.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether every node of the other set is in this one.
    pub fn covers(self, other: Self) -> bool {
        other.minus(self).is_empty()
    }

    pub fn len(self) -> usize {
        let bits = self.0;
        bits.count_ones() as usize
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The nodes in ascending order.
    pub fn iter(self) -> impl Iterator<Item = NodeId> + Clone {
        let mut rest = self.0;
        core::iter::from_fn(move || {
            (rest != 0).then(|| {
                let node = rest.trailing_zeros();
                rest &= rest - 1;
                NodeId(node as u8)
            })
        })
    }
}

impl FromIterator<NodeId> for NodeSet {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> Self {
        nodes.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl Serialize for NodeSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for NodeSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<NodeId>::deserialize(deserializer)?.into_iter().collect())
    }
}

impl fmt::Debug for NodeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::NodeSet;
    use crate::NodeId;
    use crate::kit::stable_hash;
    use alloc::vec::Vec;

    #[test]
    fn sets_hold_every_node_of_the_largest_cluster_in_order() {
        let nodes = [0, 63, 64, 100, 127].map(NodeId);
        let set: NodeSet = nodes.into_iter().rev().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), nodes);
        assert_eq!((set.len(), set.contains(NodeId(100)), set.contains(NodeId(99))), (5, true, false));
        assert_eq!(NodeSet::first(101).len(), 101);
        assert_eq!(NodeSet::first(3).iter().collect::<Vec<_>>(), [0, 1, 2].map(NodeId));
    }

    #[test]
    fn sets_ignore_nodes_beyond_their_room() {
        let set = NodeSet::EMPTY.with(NodeId(128)).with(NodeId(255));
        assert!(set.is_empty() && !set.contains(NodeId(128)));
        assert_eq!(NodeSet::first(200).len(), usize::from(NodeSet::ROOM));
    }

    #[test]
    fn sets_combine() {
        let (low, high) = (NodeSet::first(3), NodeSet::first(5).without(NodeId(0)));
        assert_eq!(low.union(high), NodeSet::first(5));
        assert_eq!(low.intersection(high), NodeSet::first(3).without(NodeId(0)));
        assert_eq!(high.minus(low), NodeSet::EMPTY.with(NodeId(3)).with(NodeId(4)));
        assert!(NodeSet::first(5).covers(high) && !low.covers(high));
    }

    /// Fingerprints and traces do not depend on how much room the set has.
    #[test]
    fn a_set_of_low_nodes_hashes_as_one_word() {
        assert_eq!(stable_hash(&NodeSet::first(5)), stable_hash(&0b11111_u64));
        assert_ne!(stable_hash(&NodeSet::first(65)), stable_hash(&NodeSet::first(64)));
    }
}
