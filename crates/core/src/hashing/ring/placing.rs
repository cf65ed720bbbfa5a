//! Who keeps which key: the placement that follows from a membership, as each reader works it out.

use super::{Key, NodeSet, RingStore, Rule};
use crate::kit::{Placement, Preference, Recipe, Scheme, SeededHash};
use crate::{NodeId, Setup};

/// How keys find members, and by which hash, as `reader` understands it.
pub(super) fn scheme(setup: &Setup<RingStore>, reader: NodeId) -> (Scheme, SeededHash) {
    let points = if setup.on(Rule::VirtualNodes) { u32::from(setup.config.virtual_nodes.max(1)) } else { 1 };
    let scheme = if setup.on(Rule::RingPlacement) { Scheme::Ring { points } } else { Scheme::Modulo };
    // A hash seeded anew by each process is what Python's string hash does: no two nodes agree on an owner.
    let own = if setup.on(Rule::CommonSeed) { 0 } else { 1 + u64::from(reader.0) };
    (scheme, SeededHash::new(setup.config.hash, setup.config.hash_seed.wrapping_add(own)))
}

/// The recipe of the placement for some members, as `reader` understands it.
pub fn recipe(setup: &Setup<RingStore>, reader: NodeId, members: NodeSet) -> Recipe {
    let (scheme, hash) = scheme(setup, reader);
    Recipe { scheme, hash, members: members.iter().map(|node| u32::from(node.0)).collect() }
}

/// The placement for some members, as `reader` works it out.
pub fn placement(setup: &Setup<RingStore>, reader: NodeId, members: NodeSet) -> Placement {
    recipe(setup, reader, members).into()
}

/// The preference list of a key: the nodes that keep it, the first one first.
pub fn preference(setup: &Setup<RingStore>, placement: &Placement, key: Key) -> Preference {
    // Without the rule, two of the N points may belong to one machine, and both copies die with it.
    let distinct = setup.on(Rule::DistinctPhysicalSuccessors);
    placement.preference(u64::from(key.0), setup.config.copies(), distinct)
}

/// The nodes of a preference list in order; a node may come twice only if the rule against it is off.
pub fn owners(list: &Preference) -> impl Iterator<Item = NodeId> + '_ {
    list.as_slice().iter().map(|member| NodeId(*member as u8))
}

/// The places of a node in a preference list, one bit each.
pub(super) fn places(list: &Preference, node: NodeId) -> u8 {
    owners(list).enumerate().fold(0, |bits, (place, owner)| if owner == node { bits | 1 << place } else { bits })
}

/// The nodes at some places of a preference list.
pub(super) fn at_places(list: &Preference, places: u8) -> NodeSet {
    owners(list).enumerate().filter(|(place, _)| places & 1 << place != 0).map(|(_, node)| node).collect()
}
