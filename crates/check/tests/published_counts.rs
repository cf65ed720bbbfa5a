//! The counts of the reference models are those that TLC finds, on any number of threads.

use faultlab_check::models::{Instance, reference, references};
use faultlab_check::{Limits, Order, Report};
use faultlab_core::Expected;
use faultlab_words::{Lang, Refusal};

/// `two-phase rms=3`, then the rules that are off.
fn instance(asked: &str, off: &[&str]) -> Instance {
    let mut words = asked.split(' ');
    let reference = reference(words.next().unwrap_or_default()).unwrap_or_else(|error| panic!("{asked}: {error}"));
    let sizes = words.filter_map(|word| word.split_once('='));
    reference.instance(sizes, off.iter().copied()).unwrap_or_else(|error| panic!("{asked}: {error}"))
}

/// Explores on one thread, on two and on three, and holds them against each other.
fn explored(asked: &str, off: &[&str], limits: Limits) -> Report {
    let on = |threads| instance(asked, off).explore(Limits { threads, ..limits }).expect("it fits");
    let report = on(1);
    assert_eq!(report, on(2), "{asked}: the threads must not show");
    assert_eq!(report, on(3), "{asked}: the threads must not show");
    report
}

/// The number of states, whichever is looked at next, and the depth.
fn whole(asked: &str, symmetry: bool) -> (u64, u32) {
    let limits = Limits { symmetry, ..Limits::default() };
    let report = explored(asked, &[], limits);
    assert!(report.exhausted && report.violation.is_none(), "{asked}: {report:?}");
    let deep = instance(asked, &[]).explore(Limits { order: Order::Depth, ..limits }).expect("it fits");
    assert!(deep.exhausted && deep.depth >= report.depth, "{asked}: {deep:?}");
    assert_eq!((deep.states, deep.generated), (report.states, report.generated), "{asked}, depth-first");
    assert_eq!(report.reduced, symmetry, "{asked}");
    (report.states, report.depth)
}

#[test]
fn published_counts() {
    assert_eq!(whole("tcommit rms=3", false), (34, 7));
    assert_eq!(whole("two-phase rms=3", false), (288, 11));
    assert_eq!(whole("two-phase rms=5", false), (8_832, 17));
    assert_eq!(whole("paxos acceptors=1 values=1 ballots=2", false).0, 25);
    assert_eq!(whole("paxos acceptors=3 values=2 ballots=2", false), (3_921, 17));
    assert_eq!(whole("alternating-bit data=2 queue=2", false).0, 240);
    assert_eq!(whole("chang-roberts nodes=3", false), (137, 10));
}

#[test]
fn exact_orbits() {
    assert_eq!(whole("two-phase rms=3", true).0, 80);
    assert_eq!(whole("two-phase rms=5", true).0, 314);
}

/// A level of this model is worth more than one thread.
#[test]
fn two_phase_commit_with_seven_managers() {
    assert_eq!(whole("two-phase rms=7", false), (296_448, 23));
}

/// A model whose counts have a formula, in states of one, four and sixteen words.
#[test]
fn the_width_of_a_state_does_not_show() {
    // TCommit with n managers has 3^n states before a commit, and then each has committed or not: the all-prepared one is in both.
    let tcommit = |n: u32| 3_u64.pow(n) + 2_u64.pow(n) - 1;
    for n in [3, 8] {
        assert_eq!(whole(&format!("tcommit rms={n}"), false).0, tcommit(n));
    }
    // Up to renaming: how many are prepared and aborted, the others working; how many have committed, at least one.
    let tcommit_orbits = |n: u64| (n + 1) * (n + 2) / 2 + n;
    for n in [3, 32, 33, 129] {
        assert_eq!(whole(&format!("tcommit rms={n}"), true).0, tcommit_orbits(n));
    }
}

#[test]
fn sizes_have_an_end() {
    let refused = instance("two-phase rms=300", &[]).explore(Limits::default()).expect_err("too large");
    assert_eq!(refused.found, "two-phase rms=300");
    assert_eq!(refused.expected, Expected::StateBits { most: 1_024, needed: 1_204 });
    let wrong = |slug: &str, sizes: &[(&'static str, &'static str)], off: &[&'static str]| {
        let instance = reference(slug).and_then(|row| row.instance(sizes.iter().copied(), off.iter().copied()));
        instance.err().map_or_else(String::new, |wrong| Refusal::new("", wrong.found, wrong.expected).said(Lang::En))
    };
    assert!(wrong("paxus", &[], &[]).contains("tcommit, two-phase, paxos, alternating-bit, chang-roberts"));
    assert!(wrong("paxos", &[("ballot", "1")], &[]).contains("acceptors, values, ballots"));
    for text in ["0", "-1", "2.5", "1001", "", "many"] {
        assert!(wrong("paxos", &[("ballots", text)], &[]).contains("expected ballots from 1 to 1000"), "{text:?}");
    }
    assert!(wrong("paxos", &[], &["adopt"]).contains("adopt_highest, use_accepted, check_promise"));
    assert!(wrong("tcommit", &[], &["adopt"]).contains("there is none"));
}

/// Every rule off breaks what it says, in its witness, and nothing else; with all rules on nothing breaks there.
#[test]
fn every_rule_is_needed() {
    for row in references() {
        for rule in row.rules {
            for symmetry in [false, true] {
                let limits = Limits { symmetry, ..Limits::default() };
                let report = explored(row.slug, &[rule.slug], limits);
                let violation = report.violation.unwrap_or_else(|| panic!("{} must break", rule.slug));
                assert!(rule.breaks.contains(&violation.invariant), "{violation:?}");
                assert_eq!(violation.steps.len() as u32 + 1, report.depth, "{violation:?}");
                let limits = Limits { order: Order::Depth, ..limits };
                let deep = instance(row.slug, &[rule.slug]).explore(limits).expect("it fits").violation;
                let deep = deep.unwrap_or_else(|| panic!("{} must break depth-first", rule.slug));
                assert!(rule.breaks.contains(&deep.invariant) && deep.steps.len() >= violation.steps.len(), "{deep:?}");
                let sizes = instance(row.slug, &[rule.slug]).to_string();
                whole(&sizes, symmetry);
            }
        }
    }
}

#[test]
fn a_shortest_way_is_as_long_up_to_renaming() {
    for row in references().iter().filter(|row| row.symmetry) {
        for rule in row.rules {
            let steps = |symmetry| {
                let limits = Limits { symmetry, ..Limits::default() };
                explored(row.slug, &[rule.slug], limits).violation.map(|violation| violation.steps.len())
            };
            assert_eq!(steps(false), steps(true), "{}", rule.slug);
        }
    }
}

#[test]
fn a_budget_is_kept_to_the_state() {
    for states_max in [1, 100, 50_000, 296_447] {
        let report = explored("two-phase rms=7", &[], Limits { states_max, ..Limits::default() });
        assert_eq!((report.states, report.exhausted), (states_max, false));
        let limits = Limits { states_max, order: Order::Depth, ..Limits::default() };
        let deep = instance("two-phase rms=7", &[]).explore(limits).expect("it fits");
        assert_eq!((deep.states, deep.exhausted), (states_max, false));
    }
    let enough = explored("two-phase rms=7", &[], Limits { states_max: 296_448, ..Limits::default() });
    assert_eq!((enough.states, enough.exhausted), (296_448, true));
}
