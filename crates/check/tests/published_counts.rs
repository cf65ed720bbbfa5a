//! The counts of the reference models are those that TLC finds, on any number of threads.

use faultlab_check::models::{AlternatingBit, ChangRoberts, Paxos, PaxosRules, TCommit, TwoPhase};
use faultlab_check::{Limits, Model, Report, explore};

fn counts(report: &Report) -> (u64, u32) {
    (report.states, report.depth)
}

/// Explores on one thread and on two, and holds both against each other.
fn whole<M: Model>(model: &M, symmetry: bool) -> Report {
    let limits = |threads| Limits { threads, symmetry, ..Limits::default() };
    let report = explore(model, limits(1));
    assert_eq!(report, explore(model, limits(2)), "the threads must not show");
    assert!(report.exhausted && report.violation.is_none(), "{report:?}");
    report
}

fn two_phase(managers: u32) -> TwoPhase {
    TwoPhase { managers, unanimous_votes: true }
}

#[test]
fn tcommit() {
    assert_eq!(counts(&whole(&TCommit { managers: 3 }, false)), (34, 7));
}

#[test]
fn two_phase_commit() {
    assert_eq!(counts(&whole(&two_phase(3), false)), (288, 11));
    assert_eq!(counts(&whole(&two_phase(5), false)), (8_832, 17));
    assert_eq!(whole(&two_phase(7), false).states, 296_448);
}

#[test]
fn two_phase_commit_up_to_renaming() {
    assert_eq!(whole(&two_phase(3), true).states, 80);
    assert_eq!(whole(&two_phase(5), true).states, 314);
}

#[test]
fn paxos() {
    let model = |acceptors, values| Paxos { acceptors, values, ballots: 2, rules: PaxosRules::default() };
    assert_eq!(whole(&model(1, 1), false).states, 25);
    assert_eq!(counts(&whole(&model(3, 2), false)), (3_921, 17));
}

#[test]
fn alternating_bit() {
    assert_eq!(whole(&AlternatingBit { values: 2, queue_max: 2 }, false).states, 240);
}

#[test]
fn chang_roberts() {
    assert_eq!(counts(&whole(&ChangRoberts { nodes: 3 }, false)), (137, 10));
}

#[test]
fn symmetry_merges_whole_orbits() {
    // Every state of a full search has its representative among those of the search up to renaming, and no other.
    let model = Paxos { acceptors: 3, values: 2, ballots: 2, rules: PaxosRules::default() };
    let mut representatives = std::collections::BTreeSet::new();
    let mut waiting = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    model.initial(&mut |state| waiting.push(state));
    while let Some(state) = waiting.pop() {
        if seen.insert(state) {
            representatives.insert(model.canonical(state));
            model.successors(state, &mut |next| waiting.push(next));
        }
    }
    assert_eq!(seen.len(), 3_921);
    assert_eq!(whole(&model, true).states, representatives.len() as u64);
}

#[test]
fn without_a_rule_the_named_invariant_breaks() {
    let found = |violation: Report| violation.violation.expect("it must break");
    let majority = found(explore(&TwoPhase { managers: 3, unanimous_votes: false }, Limits::default()));
    assert_eq!(majority.invariant, "consistent");
    assert!(majority.steps.last().is_some_and(|step| step.contains("committed") || step.contains("aborted")));
    let all = PaxosRules::default();
    for (ballots, acceptors, rules) in [
        (2, 3, PaxosRules { use_accepted: false, ..all }),
        (2, 3, PaxosRules { check_promise: false, ..all }),
        (3, 3, PaxosRules { adopt_highest: false, ..all }),
    ] {
        let model = Paxos { acceptors, values: 2, ballots, rules };
        assert!(model.fits());
        let broken = found(explore(&model, Limits::default()));
        assert_eq!(broken.invariant, "agreement", "{rules:?}");
    }
}
