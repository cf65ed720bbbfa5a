//! Paper §5.3, §5.4.2, figures 6, 7 and 8.

use super::*;
use crate::consensus::raft::{Append, AppendEntries, Batch, EntryId, Outcome};

#[test]
fn an_entry_is_committed_once_a_majority_stores_it_and_commits_all_before_it() {
    for (reachable, committed) in [(&[1_u8, 2, 3][..], true), (&[1, 2], false), (&[1, 2, 3, 4, 5], true)] {
        let mut cluster = Cluster::plain(5, &[]);
        cluster.elect(s(1));
        cluster.partition(&[&[1]]);
        cluster.invoke(s(1), 1, 1, put(3));
        cluster.partition(&[reachable]);
        cluster.invoke(s(1), 2, 1, put(4));
        cluster.heartbeats(s(1), 2);
        let expected = if committed { 3 } else { 1 };
        assert_eq!(cluster.node(s(1)).commit, expected, "{reachable:?}");
        cluster.holds();
    }
}

#[test]
fn the_leader_answers_once_it_has_applied() {
    let mut cluster = Cluster::plain(3, &[]);
    cluster.elect(s(1));
    let Some(Response::Done(Outcome::Stored(cell))) = cluster.ask(s(1), 1, 1, put(7)) else { panic!("it is stored") };
    assert_eq!((cell.value, cell.revision), (7, 2));
    assert_eq!(cluster.ask(s(2), 1, 2, put(8)), Some(Response::NotLeader { leader: Some(s(1)) }));
}

#[test]
fn followers_check_the_entry_before_the_new_ones() {
    // The follower's log is of terms 1 2; (prev, agrees).
    for (index, term, agrees) in [(0, 0, true), (1, 1, true), (2, 2, true), (1, 2, false), (2, 1, false), (3, 3, false)]
    {
        let mut setup = Setup::new(2);
        setup.config.snapshot_every = 0;
        let mut cluster = Cluster::recovered(setup, vec![&[1, 2]]);
        let prev = EntryId { index, term };
        let append = AppendEntries { term: 3, prev, commit: 0, round: 1, stored: 0, entries: Batch::None };
        cluster.step(s(1), Input::Message { from: s(2), message: Message::AppendEntries(append) });
        let Some(Packet { message: Message::Appended { result, .. }, .. }) = cluster.packets.pop_front() else {
            panic!("it answers")
        };
        assert_eq!(result == Append::Stored { upto: index }, agrees, "{prev:?}: {result:?}");
    }
}

#[test]
fn figure_7_every_log_becomes_the_leaders() {
    let leader: &[Term] = &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
    let others: [&[Term]; 6] = [
        &[1, 1, 1, 4, 4, 5, 5, 6, 6],
        &[1, 1, 1, 4],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
        &[1, 1, 1, 4, 4, 4, 4],
        &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ];
    for batch in [1, 3, 64] {
        let mut setup = Setup::new(7);
        setup.config.snapshot_every = 0;
        setup.config.batch = batch;
        for rule in [Rule::PreVote, Rule::LeaderStickiness] {
            setup.rules.set(rule as usize, false);
        }
        let mut cluster = Cluster::recovered(setup, [&[leader][..], &others].concat());
        // c and d are longer or newer than the leader's log and do not vote for it; a, b, e, f do.
        cluster.elect(s(1));
        assert_eq!(cluster.node(s(1)).term, 8);
        cluster.heartbeats(s(1), 3);
        let expected = [leader, &[8]].concat();
        for node in NodeId::all(7) {
            assert_eq!(cluster.terms(node), expected, "{node} with batches of {batch}");
            assert_eq!(cluster.node(node).commit, 11);
        }
        cluster.holds();
    }
}

#[test]
fn long_conflicts_are_backed_over_in_few_messages() {
    let mut mine = vec![1; 10];
    mine.extend([2; 50]);
    let mut theirs = vec![1; 10];
    theirs.extend([3; 50]);
    let mut setup = Setup::new(3);
    setup.config.snapshot_every = 0;
    let mut cluster = Cluster::recovered(setup, vec![&theirs, &theirs, &mine]);
    cluster.round(s(1), Timer::Election);
    assert!(cluster.node(s(1)).is_leader());
    let probes = cluster.events.len();
    cluster.heartbeats(s(1), 1);
    assert_eq!(cluster.terms(s(3)), cluster.terms(s(1)));
    assert!(cluster.events.len() - probes < 200);
    cluster.holds();
}

/// Figure 8 up to (c): the entry of term 2 is on a majority in term 4.
fn figure_8_to_c(off: &[Rule]) -> Cluster {
    let mut cluster = Cluster::plain(5, off);
    // Nothing but what the figure shows is replicated: term 1 everywhere, then (a) S1 leads term 2 and reaches S2.
    cluster.elect(s(1));
    cluster.heartbeats(s(1), 1);
    cluster.fire(s(1), Timer::Quorum);
    cluster.crash(s(1), Keep::NOTHING);
    cluster.restart(s(1));
    cluster.round(s(2), Timer::Quiet);
    cluster.partition(&[&[1, 2, 3, 4, 5]]);
    cluster.fire(s(1), Timer::Election);
    // Votes travel; of the appends that follow, only the one to S2 arrives.
    while let Some(Packet { from, to, message }) = cluster.packets.pop_front() {
        let append = matches!(message, Message::AppendEntries(_));
        if !append || to == s(2) {
            cluster.step(to, Input::Message { from, message });
        }
    }
    assert_eq!(cluster.terms(s(2)), [1, 2]);
    assert_eq!(cluster.terms(s(3)), [1]);
    // (b) S1 crashes; S5 is elected for term 3 by S3 and S4, and accepts an entry that goes nowhere.
    cluster.crash(s(1), Keep::NOTHING);
    cluster.partition(&[&[3, 4, 5], &[2]]);
    for node in [3, 4, 5] {
        if cluster.is_armed(s(node), Timer::Quiet) {
            cluster.fire(s(node), Timer::Quiet);
        }
    }
    cluster.fire(s(5), Timer::Election);
    cluster.settle_only(is_vote);
    assert_eq!(cluster.terms(s(5)), [1, 3]);
    // (c) S5 crashes; S1 is elected for term 4 and replicates its entry of term 2 to S3, but not that of term 4.
    cluster.crash(s(5), Keep::NOTHING);
    cluster.restart(s(1));
    cluster.partition(&[&[1, 2, 3, 4, 5]]);
    // Its first attempt, for term 3, comes too late.
    for _ in 0..2 {
        cluster.fire(s(1), Timer::Election);
        cluster.settle_only(is_vote);
    }
    assert!(cluster.node(s(1)).is_leader());
    assert_eq!((cluster.node(s(1)).term, cluster.terms(s(1))), (4, vec![1, 2, 4]));
    cluster
}

/// Replicates S1's log up to index 2, but no further, to S2 and S3.
fn replicate_the_old_entry(cluster: &mut Cluster) {
    let prev = EntryId { index: 1, term: 1 };
    let entry = *cluster.node(s(1)).log.get(2).expect("the entry of term 2");
    for node in [s(2), s(3)] {
        let append = AppendEntries { term: 4, prev, commit: 1, round: 1, stored: 0, entries: Batch::One(entry) };
        cluster.step(node, Input::Message { from: s(1), message: Message::AppendEntries(append) });
        while let Some(Packet { from, to, message }) = cluster.packets.pop_front() {
            if to == s(1) {
                cluster.step(to, Input::Message { from, message });
                // What S1 would send next is lost.
                cluster.packets.clear();
            }
        }
    }
    assert_eq!(cluster.terms(s(3)), [1, 2]);
}

fn overwrite_by_s5(cluster: &mut Cluster) {
    cluster.crash(s(1), Keep::NOTHING);
    cluster.restart(s(5));
    for node in [2, 3, 4] {
        if cluster.is_armed(s(node), Timer::Quiet) {
            cluster.fire(s(node), Timer::Quiet);
        }
    }
    while !cluster.node(s(5)).is_leader() && cluster.node(s(5)).term < 6 {
        cluster.round(s(5), Timer::Election);
    }
    if cluster.node(s(5)).is_leader() {
        cluster.heartbeats(s(5), 3);
    }
}

#[test]
fn figure_8_an_entry_of_an_old_term_is_not_committed_by_counting() {
    let mut cluster = figure_8_to_c(&[]);
    replicate_the_old_entry(&mut cluster);
    assert!(cluster.node(s(1)).commit < 2, "on a majority, not committed");
    // (d) S5 overwrites it.
    overwrite_by_s5(&mut cluster);
    assert_eq!(cluster.terms(s(2))[1], 3);
    cluster.holds();
}

#[test]
fn figure_8_without_the_rule_a_committed_entry_is_overwritten() {
    let mut cluster = figure_8_to_c(&[Rule::CommitOnlyCurrentTerm]);
    replicate_the_old_entry(&mut cluster);
    assert_eq!(cluster.node(s(1)).commit, 2);
    overwrite_by_s5(&mut cluster);
    assert!(cluster.breaks(Broken::LeaderCompleteness));
    assert!(cluster.breaks(Broken::StateMachineSafety));
}

#[test]
fn figure_8_an_entry_of_the_own_term_on_a_majority_settles_all_before_it() {
    let mut cluster = figure_8_to_c(&[]);
    // (e) S1 replicates its entry of term 4 to S2 and S3 before it crashes.
    cluster.partition(&[&[1, 2, 3]]);
    cluster.heartbeats(s(1), 3);
    assert_eq!(cluster.node(s(1)).commit, 3);
    cluster.heal();
    overwrite_by_s5(&mut cluster);
    assert!(!cluster.node(s(5)).is_leader());
    cluster.holds();
}

#[test]
fn a_late_answer_for_an_overwritten_index_is_ignored() {
    let mut cluster = Cluster::plain(3, &[]);
    cluster.elect(s(1));
    cluster.partition(&[&[1]]);
    cluster.invoke(s(1), 1, 1, put(1));
    let late = Message::Appended { term: 1, round: 1, result: Append::Stored { upto: 2 } };
    cluster.partition(&[&[2, 3]]);
    cluster.round(s(2), Timer::Quiet);
    cluster.elect(s(2));
    cluster.heal();
    cluster.heartbeats(s(2), 2);
    cluster.crash(s(2), Keep::NOTHING);
    cluster.round(s(1), Timer::Quiet);
    cluster.elect(s(1));
    let commit = cluster.node(s(1)).commit;
    cluster.step(s(1), Input::Message { from: s(3), message: late });
    assert_eq!(cluster.node(s(1)).commit, commit);
    cluster.holds();
}

#[test]
fn a_lost_append_is_found_by_the_next_heartbeat() {
    let mut cluster = Cluster::plain(3, &[]);
    cluster.elect(s(1));
    cluster.partition(&[&[1, 3]]);
    for sequence in 1..=5 {
        cluster.invoke(s(1), 1, sequence, put(sequence));
    }
    cluster.heal();
    cluster.heartbeats(s(1), 2);
    assert_eq!(cluster.terms(s(2)), cluster.terms(s(1)));
    assert_eq!(cluster.node(s(2)).commit, 6);
    cluster.holds();
}

#[test]
fn nothing_is_committed_with_three_of_five_gone() {
    let mut cluster = Cluster::plain(5, &[]);
    cluster.elect(s(1));
    for node in [3, 4, 5] {
        cluster.crash(s(node), Keep::NOTHING);
    }
    assert_eq!(cluster.ask(s(1), 1, 1, put(1)), None);
    cluster.heartbeats(s(1), 3);
    assert_eq!(cluster.node(s(1)).commit, 1);
}

#[test]
fn all_survive_a_crash_of_all() {
    let mut cluster = Cluster::plain(3, &[]);
    cluster.elect(s(1));
    for sequence in 1..=4 {
        assert!(cluster.ask(s(1), 1, sequence, put(sequence)).is_some());
    }
    for node in NodeId::all(3) {
        cluster.crash(node, Keep::NOTHING);
    }
    for node in NodeId::all(3) {
        cluster.restart(node);
    }
    cluster.elect(s(2));
    assert_eq!(cluster.node(s(2)).machine.read(0).value, 4);
    cluster.holds();
}
