//! Every rule's witness, searched breadth-first: with the rule off its invariant breaks within the budget; with all rules on
//! nothing does.

use super::super::TwoPhase;
use super::{Cluster, Packet};
use crate::kit::stable_hash;
use crate::{Budget, Keep, NodeId, Protocol, Rule, Witness};
use alloc::collections::{BTreeSet, VecDeque};
use alloc::vec::Vec;

#[derive(Clone)]
struct World {
    cluster: Cluster,
    left: Budget,
}

impl World {
    /// Equal for worlds that behave alike: packets on the way have no order.
    fn fingerprint(&self) -> u64 {
        let mut packets: Vec<_> =
            self.cluster.packets.iter().map(|packet| (packet.from, packet.to, packet.message)).collect();
        packets.sort_unstable();
        let Budget { crashes, duplicates, timers, requests, .. } = self.left;
        let left = (crashes, duplicates, timers, requests);
        stable_hash(&(&self.cluster.slots, packets, &self.cluster.ghost, left))
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut next = self.clone();
        change(&mut next);
        next
    }

    /// All worlds one step away.
    fn successors(&self, requests: &[&str]) -> Vec<Self> {
        let mut all = Vec::new();
        let cluster = &self.cluster;
        let mut met: Vec<&Packet> = Vec::new();
        for (index, packet) in cluster.packets.iter().enumerate() {
            if !cluster.slots[packet.to.index()].is_up() || met.contains(&packet) {
                continue;
            }
            met.push(packet);
            all.push(self.with(|next| next.cluster.deliver_at(index)));
            if self.left.duplicates > 0 {
                all.push(self.with(|next| {
                    next.left.duplicates -= 1;
                    next.cluster.packets.push(packet.clone());
                }));
            }
        }
        for me in NodeId::all(cluster.setup.nodes) {
            let slot = &cluster.slots[me.index()];
            if !slot.is_up() {
                all.push(self.with(|next| next.cluster.restart(me)));
                continue;
            }
            if cluster.is_waiting(me) {
                all.push(self.with(|next| next.cluster.flush(me)));
            }
            if self.left.timers > 0 {
                for armed in &slot.timers {
                    all.push(self.with(|next| {
                        next.left.timers -= 1;
                        next.cluster.fire_timer(me, armed.timer);
                    }));
                }
            }
            if self.left.crashes > 0 {
                all.push(self.with(|next| {
                    next.left.crashes -= 1;
                    next.cluster.crash(me, Keep::NOTHING);
                }));
            }
        }
        if self.left.requests > 0 && cluster.slots[0].is_up() {
            let text = requests[requests.len() - usize::from(self.left.requests)];
            all.push(self.with(|next| {
                next.left.requests -= 1;
                next.cluster.ask(text);
            }));
        }
        if self.left.duplicates > 0 && cluster.asked > 0 && cluster.slots[0].is_up() {
            // A copy of the client's packet.
            all.push(self.with(|next| {
                next.left.duplicates -= 1;
                next.cluster.ask_again(next.cluster.latest(), requests[0]);
            }));
        }
        all
    }
}

/// Searches up to `states_max` states for the invariants that break.
fn search(start: World, requests: &[&str], wanted: &[&str], states_max: usize) -> Vec<&'static str> {
    let mut seen = BTreeSet::from([start.fingerprint()]);
    let mut queue = VecDeque::from([start]);
    let mut broken: Vec<&str> = Vec::new();
    while let Some(world) = queue.pop_front() {
        for mut next in world.successors(requests) {
            let found = core::mem::take(&mut next.cluster.broken);
            for slug in &found {
                if !broken.contains(slug) {
                    broken.push(slug);
                }
            }
            if !wanted.is_empty() && wanted.iter().all(|slug| broken.contains(slug)) {
                return broken;
            }
            if found.is_empty() && seen.insert(next.fingerprint()) {
                next.cluster.events.clear();
                next.cluster.sent.clear();
                queue.push_back(next);
            }
        }
        if seen.len() > states_max {
            return broken;
        }
    }
    broken
}

fn start(rule: &Rule, index: usize, off: bool) -> Option<(World, Vec<&'static str>)> {
    let Witness::Explore { nodes, config, off: others, prefix, budget, .. } = rule.witness else { return None };
    assert!(others.is_empty() && prefix.is_empty());
    let mut cluster = Cluster::new(nodes, |setup| {
        for (slug, value) in config {
            let field = TwoPhase::fields().iter().find(|field| field.slug == *slug).expect("a field");
            (field.set)(&mut setup.config, *value);
        }
        setup.rules.set(index, !off);
    });
    cluster.prompt = false;
    let requests = alloc::vec!["share a 1"; usize::from(budget.requests)];
    Some((World { cluster, left: budget }, requests))
}

#[test]
fn each_witness_shows_what_its_rule_is_for() {
    for (index, rule) in TwoPhase::rules().iter().enumerate() {
        if let Some((world, requests)) = start(rule, index, true) {
            let broken = search(world, &requests, &rule.breaks[..1], 400_000);
            assert!(broken.contains(&rule.breaks[0]), "{} off: only {broken:?}", rule.slug);
        }
    }
}

#[test]
fn with_all_rules_on_the_witnesses_show_nothing() {
    for (index, rule) in TwoPhase::rules().iter().enumerate() {
        if let Some((world, requests)) = start(rule, index, false) {
            let broken = search(world, &requests, &[], 20_000);
            assert!(broken.is_empty(), "{} on: {broken:?}", rule.slug);
        }
    }
}
