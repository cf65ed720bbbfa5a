//! The explorer of clusters: what must not change with how it goes about it.

use faultlab_core::Span;
use faultlab_hunt::{HuntFound, HuntFrom, HuntOptions, HuntOrder, HuntReport, Hunts, hunts};
use faultlab_registry::protocols;
use faultlab_scenario::{Number, Scenario};
use faultlab_tests::concerns;
use faultlab_words::Lang;
use faultlab_words::scenario::misfit;

fn cluster(protocol: &str, nodes: u8) -> Scenario {
    let mut scenario = Scenario::new(protocol, nodes, 1);
    scenario.load.clients = Some(0);
    scenario
}

fn explored(scenario: &Scenario, from: HuntFrom, options: &HuntOptions) -> (HuntReport, Option<HuntFound>) {
    let mut hunt = hunts_in(&scenario.protocol).hunt(scenario, from, options).unwrap_or_else(|error| panic!("{error}"));
    while !hunt.advance() {}
    assert_eq!(hunt.wrongly_stale(), None, "{}", scenario.protocol);
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
    let mut shown = 0;
    for protocol in protocols().iter().filter(|protocol| concerns(protocol.about.slug)) {
        let slug = protocol.about.slug;
        // What promises nothing without bounds on time is explored as it says itself.
        let own = hunts_in(slug).exploring().filter(|(_, own)| own.tick.is_some());
        let (scenario, options) = match own {
            Some((scenario, own)) => (scenario, HuntOptions { order: HuntOrder::Breadth, worlds_max: 100_000, ..own }),
            None => (cluster(slug, 3), breadth(100_000)),
        };
        found_on_any(&scenario, HuntFrom::Start, &options);
        // The first of its rules whose absence such a search shows soon.
        let soon = protocol.about.rules.iter().find_map(|rule| {
            let witness = hunts_in(slug).witness(rule.slug)?;
            let options = HuntOptions { order: HuntOrder::Breadth, worlds_max: 100_000, ..witness.options };
            explored(&witness.off, witness.from, &options).1.map(|found| (witness.off, witness.from, options, found))
        });
        if let Some((off, from, options, found)) = soon {
            assert_eq!(found_on_any(&off, from, &options), Some(found), "{slug}");
            shown += 1;
        }
    }
    assert!(shown > 0, "some rule's absence shows soon");
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
    vec![
        Small { protocol: "ring", nodes: 3, options: nothing.clone(), off: &["sync_before_ack", "ack_after_w"] },
        Small {
            protocol: "raft",
            nodes: 2,
            options: HuntOptions { timers_of: elections(2).timers_of, ..nothing.clone() },
            off: &["majority_quorum"],
        },
        Small { protocol: "raft", nodes: 3, options: HuntOptions { crashes: 1, ..elections(1) }, off: &[] },
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
    let options = HuntOptions { timers: 0, ..asked("put k1 7") };
    let (report, found) = explored(&cluster("ring", 3), HuntFrom::Start, &options);
    assert!(report.exhausted && found.is_none(), "{report:?} {found:?}");
    let without = Scenario { rules_off: vec!["sync_before_ack".into()], ..cluster("ring", 3) };
    let (_, found) = explored(&without, HuntFrom::Start, &options);
    assert_eq!(found.map(|found| found.broken), Some(vec!["durability"]));
}

fn up_to_renaming(options: &HuntOptions) -> HuntOptions {
    HuntOptions { symmetry: true, ..options.clone() }
}

fn elections(count: u8) -> HuntOptions {
    let none = HuntOptions { requests_max: 0, crashes: 0, timers: 0, ..breadth(1_000_000) };
    HuntOptions { timers_of: vec![("election".into(), count)], ..none }
}

fn asked(request: &str) -> HuntOptions {
    HuntOptions { requests: vec![request.into()], ..breadth(1_000_000) }
}

#[test]
fn the_sizes_of_all_orbits_come_to_the_full_count() {
    // With the number of renamings of the nodes that are alike: of four banks, the one that pays is not.
    let set_ups = [
        ("raft", 3, HuntOptions { crashes: 1, ..elections(1) }, 6),
        ("raft", 3, elections(2), 6),
        ("raft", 3, HuntOptions { tick: Some(Span::millis(50)), ticks_max: 4, ..elections(1) }, 6),
        ("raft", 4, elections(1), 24),
        ("two-phase", 3, asked("audit"), 2),
        ("two-phase", 4, HuntOptions { crashes: 0, ..asked("audit") }, 6),
        ("two-phase", 4, HuntOptions { timers: 0, ..asked("share a 1") }, 2),
    ];
    for (protocol, nodes, options, renamings) in set_ups {
        for order in [HuntOrder::Breadth, HuntOrder::Depth] {
            let plain = HuntOptions { order, ..options.clone() };
            let explore = |options| explored(&cluster(protocol, nodes), HuntFrom::Start, options);
            let ((plain, none), (orbits, nothing)) = (explore(&plain), explore(&up_to_renaming(&plain)));
            assert!(plain.exhausted && orbits.exhausted && none.is_none() && nothing.is_none(), "{protocol} {nodes}");
            let [worlds, representatives] = [&plain, &orbits].map(|report| report.summary.worlds);
            let name = format!("{protocol}, {nodes} nodes: {worlds} worlds in {representatives} orbits");
            assert_eq!((plain.summary.represented, orbits.summary.represented), (worlds, worlds), "{name}");
            assert!(representatives * renamings >= worlds && representatives * renamings < worlds * 3 / 2, "{name}");
            assert_eq!(orbits.reached, plain.reached, "{name}");
        }
    }
}

#[test]
fn what_breaks_breaks_up_to_renaming_too_in_as_many_steps() {
    let set_ups = [
        ("raft", 3, HuntOptions { crashes: 1, ..elections(2) }, "persist_vote"),
        ("raft", 4, elections(2), "majority_quorum"),
        ("two-phase", 3, asked("audit"), "force_decision"),
    ];
    for (protocol, nodes, options, rule) in set_ups {
        let without = Scenario { rules_off: vec![rule.into()], ..cluster(protocol, nodes) };
        let [plain, orbits] = [options.clone(), up_to_renaming(&options)]
            .map(|options| found_on_any(&without, HuntFrom::Start, &options).expect("it breaks"));
        assert_eq!(
            (plain.broken, plain.script.len()),
            (orbits.broken, orbits.script.len()),
            "{protocol} without {rule}"
        );
        assert!(orbits.shortest);
    }
}

#[test]
fn where_no_nodes_are_alike_renaming_is_refused() {
    let refused = |protocol, nodes, options: HuntOptions| {
        let hunt = hunts_in(protocol).hunt(&cluster(protocol, nodes), HuntFrom::Start, &up_to_renaming(&options));
        hunt.err().map(|error| misfit(Lang::En, &error, &|_, _| None)).unwrap_or_default()
    };
    assert!(refused("ring", 3, elections(1)).contains("symmetry: expected a protocol whose nodes can be renamed"));
    assert!(refused("raft", 3, breadth(1)).contains("symmetry: expected no clients"));
    assert!(refused("two-phase", 3, asked("share a 1")).contains("symmetry: expected two nodes that are alike"));
    assert_eq!(refused("two-phase", 4, asked("share a 1")), "");
}

/// One transaction of three banks' processes, in ticks of 50 ms, its packets so fast: what is reached, all of it seen.
fn reached_within(delay_max: Span) -> Vec<&'static str> {
    let mut two_phase = cluster("two-phase", 3);
    two_phase.config.insert("work_round".into(), Number::Flag(false));
    let (tick, order) = (Some(Span::millis(50)), HuntOrder::Breadth);
    let options = HuntOptions { requests_max: 1, timers: 1, tick, ticks_max: 10, order, ..breadth(1_000_000) };
    let options = HuntOptions { crashes: 0, delay_max: Some(delay_max), ..options };
    let (report, found) = explored(&two_phase, HuntFrom::Start, &options);
    assert_eq!((found, report.exhausted, report.unjudged), (None, true, Vec::new()), "AC4 is judged, and holds");
    report.reached
}

/// AC4: without failures, if all vote yes, the decision is commit. A timeout is no failure, but none comes if delays are bounded.
#[test]
fn no_transaction_times_out_while_delays_are_bounded() {
    let fast = reached_within(Span::millis(100));
    assert!(fast.contains(&"committed"), "{fast:?}");
    assert!(!fast.contains(&"aborted_by_timeout"), "a question and its answer are faster than 400 ms: {fast:?}");
    let slow = reached_within(Span::millis(250));
    assert!(slow.contains(&"aborted_by_timeout"), "{slow:?}");
}
