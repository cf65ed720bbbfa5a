//! Random walks: packets overtake each other, are lost and doubled, timers fire at any moment, processes crash and keep
//! any prefix of what they had not synced.

use super::super::TwoPhase;
use super::Cluster;
use crate::{Fault, Keep, NodeId, Protocol};
use alloc::vec::Vec;

/// A small generator: its low quality does not matter here, that it is the same everywhere does.
struct Draws(u64);

impl Draws {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        ((u128::from(self.0 >> 16) * count.max(1) as u128) >> 48) as usize
    }
}

const REQUESTS: [&str; 7] =
    ["transfer a b 60", "transfer b c 60", "transfer a c 60", "share a 10", "share b 30", "audit", "transfer c a 60"];

/// Starts a walk and leaves it in the middle of things.
fn wander(cluster: &mut Cluster, draws: &mut Draws, steps: usize) {
    cluster.syncs_at_once = false;
    let nodes = cluster.slots.len();
    let mut latest = REQUESTS[0];
    for _ in 0..steps {
        let me = NodeId(draws.below(nodes) as u8);
        match draws.below(100) {
            0..46 if !cluster.packets.is_empty() => {
                let index = draws.below(cluster.packets.len());
                if cluster.slots[cluster.packets[index].to.index()].is_up() {
                    cluster.deliver_at(index);
                }
            }
            46..50 if !cluster.packets.is_empty() => {
                cluster.faults.note(Fault::Loss);
                let index = draws.below(cluster.packets.len());
                cluster.packets.remove(index);
            }
            50..55 if !cluster.packets.is_empty() => {
                cluster.faults.note(Fault::Duplication);
                let packet = cluster.packets[draws.below(cluster.packets.len())].clone();
                cluster.packets.push_back(packet);
            }
            55..75 => cluster.flush(me),
            75..83 => {
                let timers = &cluster.slots[me.index()].timers;
                if let Some(armed) = timers.get(draws.below(timers.len())) {
                    let timer = armed.timer;
                    cluster.fire_timer(me, timer);
                }
            }
            83..86 => {
                let unsynced = cluster.slots[me.index()].disk.area(super::super::LOG).unsynced().len();
                cluster.crash(me, Keep([draws.below(unsynced + 1) as u16, 0, 0, 0]));
            }
            86..95 => cluster.restart(me),
            95..100 => {
                let text = REQUESTS[draws.below(REQUESTS.len())];
                if cluster.asked > 0 && draws.below(4) == 0 {
                    // The retry of a request asks for the same as the request did.
                    let (id, text) = (cluster.latest(), latest);
                    cluster.ask_again(id, text);
                } else {
                    latest = text;
                    cluster.ask(text);
                }
            }
            _ => {}
        }
    }
}

fn start(seed: u64, off: Option<usize>) -> (Cluster, Draws) {
    let mut draws = Draws(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let nodes = 3 + draws.below(3) as u8;
    let cluster = Cluster::new(nodes, |setup| {
        setup.config.work_round = draws.below(2) == 0;
        setup.config.cooperative = draws.below(2) == 0;
        setup.config.accounts = 2 * (nodes - 1);
        setup.config.checkpoint_every = 6;
        if let Some(rule) = off {
            setup.rules.set(rule, false);
        }
    });
    (cluster, draws)
}

#[test]
fn nothing_breaks_and_all_is_decided_in_the_end() {
    let mut reached = Vec::new();
    for seed in 0..1_500 {
        let (mut cluster, mut draws) = start(seed, None);
        wander(&mut cluster, &mut draws, 400);
        assert!(cluster.broken.is_empty(), "seed {seed}: {:?} after {:#?}", cluster.broken, cluster.events);
        let total = 200 * i64::from(cluster.setup.nodes - 1);
        cluster.heal(6);
        assert!(cluster.broken.is_empty(), "seed {seed}: {:?} after {:#?}", cluster.broken, cluster.events);
        assert!(cluster.is_settled() && cluster.is_quiet(), "seed {seed}");
        assert_eq!(cluster.money(), total, "seed {seed}");
        for slug in cluster.bench.reached {
            if !reached.contains(&slug) {
                reached.push(slug);
            }
        }
    }
    for invariant in TwoPhase::invariants() {
        let sometimes = matches!(invariant.promise, crate::Promise::Sometimes(_));
        assert!(!sometimes || reached.contains(&invariant.slug), "never reached: {}", invariant.slug);
    }
}

#[test]
fn without_any_one_rule_something_breaks() {
    for (index, rule) in TwoPhase::rules().iter().enumerate() {
        let mut found: Vec<&str> = Vec::new();
        for seed in 0..3_000 {
            let (mut cluster, mut draws) = start(seed, Some(index));
            wander(&mut cluster, &mut draws, 300);
            for slug in &cluster.broken {
                if !found.contains(slug) {
                    found.push(slug);
                }
            }
            if !rule.breaks.contains(&"ac5") && rule.breaks.iter().all(|slug| found.contains(slug)) {
                break;
            }
            if rule.breaks.contains(&"ac5") {
                cluster.heal(45);
                if !cluster.is_settled() {
                    found.push("ac5");
                    break;
                }
            }
        }
        for slug in rule.breaks {
            assert!(found.contains(slug), "{} off: {slug} does not break, only {found:?}", rule.slug);
        }
    }
}
