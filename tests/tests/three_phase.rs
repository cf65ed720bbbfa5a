//! Three-phase commit beside two-phase commit, and what the explorer says of it: nobody waits for a coordinator that has crashed.

use std::ffi::OsString;

use faultlab_hunt::{HuntFrom, HuntOptions, hunts};

/// Slices of a search, each some hundredths of a second.
const SLICES: usize = 300;

/// The transcript of a run, line by line.
fn transcript(args: &[&str]) -> Vec<String> {
    let args: Vec<OsString> = ["run", "--transcript"].iter().chain(args).map(OsString::from).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    faultlab_cli::main(&args, &mut out, &mut err);
    assert!(err.is_empty(), "{}", String::from_utf8_lossy(&err));
    String::from_utf8_lossy(&out).lines().map(str::to_owned).collect()
}

fn count(lines: &[String], wanted: &str) -> usize {
    lines.iter().filter(|line| line.contains(wanted)).count()
}

#[test]
fn where_two_phase_commit_blocks_three_phase_commit_goes_on() {
    // Both coordinators crash at the same moment of the same request, all banks having voted yes, and are still down.
    let blocked = transcript(&["two-phase/coordinator-dies", "--until", "3.9s"]);
    let goes_on = transcript(&["three-phase/coordinator-dies", "--until", "3.9s"]);
    for lines in [&blocked, &goes_on] {
        let crash = lines.iter().find(|line| line.contains(" crash ")).expect("the coordinator crashes");
        assert!(crash.contains("245ms"), "{crash}");
        let before = lines.iter().take_while(|line| *line != crash);
        assert_eq!(before.filter(|line| line.contains("votes yes on T1")).count(), 3);
    }
    assert_eq!(count(&blocked, "is blocked on T1"), 3);
    assert_eq!(count(&blocked, "aborts T1") + count(&blocked, "commits T1"), 0);
    assert_eq!(count(&goes_on, "Bank A decides: abort T1"), 1);
    assert_eq!(count(&goes_on, "aborts T1, as Bank A says"), 2);
}

#[test]
fn a_commit_costs_six_messages_and_three_forced_writes_a_participant() {
    let lines = transcript(&["three-phase/commit", "--until", "2s"]);
    for message in ["T1 prepare?", "T1 yes", "T1 pre-commit.", "T1 pre-commit ack", "T1 commit.", "T1 ack"] {
        let sent = lines.iter().filter(|line| line.contains(" send ") && line.contains(message)).count();
        assert_eq!(sent, 3, "{message}");
    }
    assert_eq!(count(&lines, " sync "), 3 * 4, "three at each of three banks, and at the coordinator");
}

#[test]
fn a_search_with_time_finds_no_way_to_break_it_and_sees_banks_go_on_without_the_coordinator() {
    let hunts = hunts("three-phase").expect("listed");
    let (scenario, own) = hunts.exploring().expect("it says what to explore");
    assert!(own.tick.is_some() && own.delay_max.is_some() && own.crashes > 0, "{own:?}");
    let options = HuntOptions { worlds_max: 150_000, seed: 1, ..own };
    let mut hunt = hunts.hunt(&scenario, HuntFrom::Start, &options).unwrap_or_else(|error| panic!("{error}"));
    for _ in 0..SLICES {
        if hunt.advance() {
            break;
        }
    }
    assert!(hunt.found().is_none());
    let reached = hunt.report().reached;
    for situation in ["committed", "elected_leader_commits", "elected_leader_aborts", "recovered_in_doubt"] {
        assert!(reached.contains(&situation), "{situation}: {reached:?}");
    }
}

#[test]
fn a_search_in_which_time_promises_nothing_is_refused() {
    let hunts = hunts("three-phase").expect("listed");
    let (scenario, own) = hunts.exploring().expect("it says what to explore");
    let options = HuntOptions { tick: None, ticks_max: 0, delay_max: None, ..own };
    let refused = hunts.hunt(&scenario, HuntFrom::Start, &options).err().expect("nothing is promised there");
    assert!(refused.to_string().contains("delay"), "{refused}");
}
