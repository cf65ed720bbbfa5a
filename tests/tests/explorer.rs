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

#[test]
fn depth_first_visits_the_same_worlds() {
    for Small { protocol, nodes, options, off } in small() {
        let deep = HuntOptions { order: HuntOrder::Depth, ..options.clone() };
        let both = |scenario: &Scenario| [&options, &deep].map(|options| explored(scenario, HuntFrom::Start, options));
        let [(near, none), (far, nothing)] = both(&cluster(protocol, nodes));
        assert!(near.exhausted && far.exhausted && none.is_none() && nothing.is_none(), "{protocol}");
        let counts = |report: &HuntReport| (report.summary.worlds, report.summary.generated, report.summary.parts);
        assert_eq!(counts(&near), counts(&far), "{protocol}, {nodes} nodes");
        assert_eq!(near.reached, far.reached, "{protocol}, {nodes} nodes");
        for rule in off {
            let without = Scenario { rules_off: vec![(*rule).into()], ..cluster(protocol, nodes) };
            let [(_, near), (_, far)] = both(&without);
            let (near, far) = (near.expect("something breaks"), far.expect("something breaks depth-first too"));
            assert_eq!(near.broken, far.broken, "{protocol} without {rule}");
            assert!(near.shortest && !far.shortest);
        }
    }
}

/// A set-up in which every detail of what may happen can be explored as well, and rules whose absence shows in it.
struct Small {
    protocol: &'static str,
    nodes: u8,
    options: HuntOptions,
    off: &'static [&'static str],
}

fn small() -> Vec<Small> {
    let nothing = HuntOptions { timers: 0, ..breadth(1_000_000) };
    let elections = |count| vec![("election".into(), count)];
    vec![
        Small { protocol: "ring", nodes: 3, options: nothing.clone(), off: &["sync_before_ack", "ack_after_w"] },
        Small {
            protocol: "raft",
            nodes: 2,
            options: HuntOptions { timers_of: elections(2), ..nothing.clone() },
            off: &["majority_quorum"],
        },
        Small {
            protocol: "raft",
            nodes: 3,
            options: HuntOptions { requests_max: 0, timers_of: elections(1), ..nothing },
            off: &[],
        },
    ]
}

#[test]
fn leaving_out_what_cannot_matter_changes_no_verdict() {
    for Small { protocol, nodes, options, off } in small() {
        let full = HuntOptions { full: true, ..options.clone() };
        let both = |scenario: &Scenario| [&options, &full].map(|options| explored(scenario, HuntFrom::Start, options));
        let on = both(&cluster(protocol, nodes));
        for (report, found) in &on {
            assert!(report.exhausted && found.is_none(), "{protocol}, {nodes} nodes: {report:?} {found:?}");
        }
        let [(reduced, _), (full, _)] = on;
        assert!(reduced.summary.worlds < full.summary.worlds);
        assert_eq!(reduced.reached, full.reached, "{protocol}, {nodes} nodes: what must be reachable");
        for rule in off {
            let found = both(&Scenario { rules_off: vec![(*rule).into()], ..cluster(protocol, nodes) });
            let broken = found.map(|(_, found)| found.map(|found| found.broken));
            assert!(broken[0].is_some() && broken[0] == broken[1], "{protocol} without {rule}: {broken:?}");
        }
    }
}

#[test]
fn a_copy_that_outlived_a_crash_untold_is_a_copy() {
    let options = breadth(2_000_000);
    let (report, found) = explored(&cluster("ring", 3), HuntFrom::Start, &options);
    assert!(report.exhausted && found.is_none(), "{report:?} {found:?}");
    let without = Scenario { rules_off: vec!["sync_before_ack".into()], ..cluster("ring", 3) };
    let (_, found) = explored(&without, HuntFrom::Start, &options);
    assert_eq!(found.map(|found| found.broken), Some(vec!["durability"]));
}
