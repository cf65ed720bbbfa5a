//! The explorer of clusters: what must not change with how it goes about it.

use faultlab_hunt::{HuntFound, HuntFrom, HuntOptions, HuntOrder, HuntReport, Hunts, hunts};
use faultlab_scenario::Scenario;

fn cluster(protocol: &str, nodes: u8) -> Scenario {
    let mut scenario = Scenario::new(protocol, nodes, 1);
    scenario.load.clients = Some(0);
    scenario
}

fn explored(scenario: &Scenario, from: HuntFrom, options: &HuntOptions) -> (HuntReport, Option<HuntFound>) {
    let mut hunt = hunts_in(&scenario.protocol).hunt(scenario, from, options).unwrap_or_else(|error| panic!("{error}"));
    while !hunt.advance() {}
    (hunt.report(), hunt.found())
}

fn hunts_in(protocol: &str) -> Hunts {
    hunts(protocol).expect("every listed protocol can be explored")
}

/// A little of what may happen, breadth-first.
fn breadth(worlds_max: u64) -> HuntOptions {
    let order = HuntOrder::Breadth;
    HuntOptions { crashes: 1, requests_max: 1, timers: 1, order, worlds_max, ..HuntOptions::default() }
}

/// The same on one thread and on several.
fn found_on_any(scenario: &Scenario, from: HuntFrom, options: &HuntOptions) -> Option<HuntFound> {
    let with = |threads| explored(scenario, from, &HuntOptions { threads, ..options.clone() });
    let alone = with(1);
    for threads in [2, 3] {
        assert_eq!(with(threads), alone, "{} on {threads} threads", scenario.protocol);
    }
    alone.1
}

#[test]
fn threads_never_show() {
    for (protocol, nodes) in [("raft", 3), ("two-phase", 3), ("ring", 3)] {
        found_on_any(&cluster(protocol, nodes), HuntFrom::Start, &breadth(100_000));
    }
    for (protocol, rule) in [("raft", "persist_vote"), ("two-phase", "unanimous_votes"), ("ring", "sync_before_ack")] {
        let witness = hunts_in(protocol).witness(rule).expect("a search shows what the rule is for");
        let options = HuntOptions { order: HuntOrder::Breadth, ..witness.options };
        assert!(found_on_any(&witness.off, witness.from, &options).is_some(), "{protocol} without {rule}");
    }
}
