//! The witnesses that a search finds: with the rule off its invariant breaks within the budget; with all rules on nothing
//! does, in the same set-ups.

use super::*;
use crate::kit::stable_hash;
use crate::{Budget, Rule, Witness};
use alloc::collections::{BTreeSet, VecDeque};

#[derive(Clone)]
struct World {
    cluster: Cluster,
    left: Budget,
}

impl World {
    /// Equal for worlds that behave alike: packets on the way have no order.
    fn fingerprint(&self) -> u64 {
        let mut packets: Vec<_> =
            self.cluster.packets.iter().map(|packet| (packet.from, packet.to, &packet.message)).collect();
        packets.sort_unstable();
        let left = (self.left.crashes, self.left.requests);
        stable_hash(&(&self.cluster.slots, packets, &self.cluster.ghost, self.cluster.sequences, left))
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut next = self.clone();
        change(&mut next);
        next
    }

    /// All worlds one step away. Requests come from two clients in turn, for one key, to its first owner.
    fn successors(&self, key: Key) -> Vec<Self> {
        let cluster = &self.cluster;
        let mut all = Vec::new();
        for index in 0..cluster.packets.len() {
            all.push(self.with(|next| {
                let packet = next.cluster.packets.remove(index);
                next.cluster.input(packet.to, Input::Message { from: packet.from, message: packet.message });
            }));
        }
        for node in NodeId::all(cluster.setup.nodes) {
            let slot = &cluster.slots[node.index()];
            if !slot.is_up() {
                all.push(self.with(|next| next.cluster.restart(node)));
            } else if !slot.outgoing.is_empty() {
                all.push(self.with(|next| next.cluster.flush(node)));
            }
            if slot.is_up() && self.left.crashes > 0 {
                all.push(self.with(|next| {
                    next.left.crashes -= 1;
                    next.cluster.crash(node, Keep::NOTHING);
                }));
            }
        }
        let first = cluster.owners(key)[0];
        if self.left.requests > 0 && cluster.slots[first.index()].is_up() {
            all.push(self.with(|next| {
                next.left.requests -= 1;
                let client = if next.left.requests % 2 == 0 { C1 } else { C2 };
                let value = u32::from(next.left.requests);
                next.cluster.request(client, first, Request::Put { key, value });
            }));
        }
        all
    }
}

/// Breadth-first until an invariant breaks or so many worlds are seen.
fn search(start: World, key: Key, worlds_max: usize) -> Option<&'static str> {
    let mut seen = BTreeSet::from([start.fingerprint()]);
    let mut queue = VecDeque::from([start]);
    while let Some(world) = queue.pop_front() {
        for mut next in world.successors(key) {
            if let Some(slug) = next.cluster.broken.first() {
                return Some(slug);
            }
            if seen.insert(next.fingerprint()) {
                next.cluster.events.clear();
                next.cluster.replies.clear();
                queue.push_back(next);
            }
        }
        if seen.len() > worlds_max {
            return None;
        }
    }
    None
}

fn world(rule: &Rule, index: usize, off: bool) -> Option<World> {
    let Witness::Explore { nodes, config, off: others, prefix, budget, .. } = rule.witness else { return None };
    assert!(config.is_empty() && others.is_empty() && prefix.is_empty(), "{}", rule.slug);
    let mut cluster = Cluster::new(nodes, |setup| setup.rules.set(index, !off));
    // What breaks at the first start must be found again by the search itself.
    cluster.broken.clear();
    Some(World { cluster, left: budget })
}

/// A key whose first two points belong to one node: half the keys would do.
fn key(setup: &Setup<RingStore>) -> Key {
    let placement = placing::placement(setup, n(1), setup.initial().members);
    key_where(|key| {
        let points = placement.preference(u64::from(key.0), 2, false);
        points.as_slice()[0] == points.as_slice()[1]
    })
}

#[test]
fn each_witness_shows_what_its_rule_is_for() {
    let mut shown = 0;
    for (index, rule) in RingStore::rules().iter().enumerate() {
        if let Some(world) = world(rule, index, true) {
            let key = key(&world.cluster.setup);
            assert_eq!(search(world, key, 60_000), Some(rule.breaks[0]), "{}", rule.slug);
            shown += 1;
        }
    }
    assert_eq!(shown, 5);
}

#[test]
fn with_all_rules_on_the_witnesses_show_nothing() {
    for (index, rule) in RingStore::rules().iter().enumerate() {
        if let Some(world) = world(rule, index, false) {
            let key = key(&world.cluster.setup);
            assert_eq!(search(world, key, 3_000), None, "{}", rule.slug);
        }
    }
}
