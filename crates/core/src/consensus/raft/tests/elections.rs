//! Paper §5.1, §5.2, §5.4.1; thesis §4.2.3, §6.2, §9.6.

use super::*;
use crate::consensus::raft::{EntryId, StepDown, VoteRefusal};
use crate::kit::NodeSet;

#[test]
fn a_leader_is_elected_in_one_round() {
    for nodes in 1..=9 {
        let mut cluster = Cluster::plain(nodes, &[]);
        cluster.elect(s(1));
        assert_eq!(cluster.leaders(), [s(1)]);
        for node in NodeId::all(nodes) {
            assert_eq!((cluster.node(node).term, cluster.node(node).voted_for), (1, Some(s(1))));
        }
        cluster.holds();
    }
}

#[test]
fn a_candidate_without_a_majority_does_not_win() {
    let mut cluster = Cluster::plain(5, &[]);
    cluster.partition(&[&[1, 2], &[3, 4, 5]]);
    cluster.round(s(1), Timer::Election);
    assert!(matches!(cluster.node(s(1)).role, Role::Candidate(_)));
    cluster.elect(s(3));
    cluster.holds();
}

#[test]
fn a_follower_votes_once_in_a_term_for_whoever_asks_first() {
    for (voted_for, candidate, granted) in [
        (None, 2, true),
        (None, 3, true),
        (Some(2), 2, true),
        (Some(3), 3, true),
        (Some(2), 3, false),
        (Some(3), 2, false),
    ] {
        let mut cluster = Cluster::plain(3, &[]);
        let ask = |from: u8| Input::Message {
            from: s(from),
            message: Message::RequestVote { term: 1, last: EntryId::default(), transfer: false },
        };
        if let Some(first) = voted_for {
            cluster.step(s(1), ask(first));
            cluster.packets.clear();
        }
        cluster.step(s(1), ask(candidate));
        assert_eq!(cluster.packets.pop_front(), Some(packet(s(1), s(candidate), Message::Vote { term: 1, granted })));
    }
}

#[test]
fn a_vote_goes_only_to_a_log_at_least_as_up_to_date() {
    // (log of the voter, last entry of the candidate, granted): the term of the last entry decides, then the length.
    for (log, index, term, granted) in [
        (&[1][..], 1, 1, true),
        (&[1], 2, 1, true),
        (&[1, 1], 1, 1, false),
        (&[1], 1, 2, true),
        (&[1, 1], 1, 2, true),
        (&[2], 2, 1, false),
        (&[2], 1, 1, false),
        (&[1, 2], 1, 2, false),
    ] {
        let mut setup = Setup::new(2);
        setup.rules.set(Rule::LeaderStickiness as usize, false);
        let mut cluster = Cluster::recovered(setup, vec![log]);
        let last = EntryId { index, term };
        cluster.step(
            s(1),
            Input::Message { from: s(2), message: Message::RequestVote { term: 3, last, transfer: false } },
        );
        assert_eq!(
            cluster.packets.pop_front(),
            Some(packet(s(1), s(2), Message::Vote { term: 3, granted })),
            "{log:?} {last:?}"
        );
    }
}

#[test]
fn a_later_term_makes_leaders_and_candidates_follow() {
    let mut cluster = Cluster::plain(3, &[]);
    cluster.elect(s(1));
    cluster.partition(&[&[2, 3]]);
    cluster.round(s(2), Timer::Quiet);
    cluster.elect(s(2));
    cluster.heal();
    cluster.heartbeats(s(1), 1);
    assert_eq!(cluster.leaders(), [s(2)]);
    let stepped = Event::SteppedDown { term: 1, was_leader: true, reason: StepDown::LaterTerm { from: s(2) } };
    assert!(cluster.events.iter().any(|(node, event)| *node == s(1) && *event == stepped), "{:?}", cluster.events);
    cluster.holds();
}

#[test]
fn a_stale_term_is_refused() {
    let mut cluster = Cluster::plain(3, &[]);
    cluster.elect(s(1));
    cluster.fire(s(2), Timer::Quiet);
    cluster.elect(s(2));
    let old = Message::RequestVote { term: 1, last: EntryId { index: 9, term: 1 }, transfer: false };
    cluster.step(s(3), Input::Message { from: s(1), message: old });
    assert_eq!(cluster.packets.pop_front(), Some(packet(s(3), s(1), Message::Vote { term: 2, granted: false })));
}

#[test]
fn a_candidate_follows_the_leader_of_its_own_term() {
    let mut cluster = Cluster::plain(3, &[]);
    cluster.fire(s(1), Timer::Election);
    cluster.fire(s(2), Timer::Election);
    cluster.settle();
    assert_eq!(cluster.leaders().len(), 1);
    cluster.holds();
}

#[test]
fn duelling_candidates_split_the_vote_and_try_again() {
    let mut cluster = Cluster::plain(4, &[]);
    cluster.fire(s(1), Timer::Election);
    cluster.fire(s(2), Timer::Election);
    cluster.partition(&[&[1, 3], &[2, 4]]);
    cluster.settle();
    assert_eq!(cluster.leaders(), []);
    cluster.heal();
    cluster.elect(s(1));
    assert_eq!(cluster.node(s(1)).term, 2);
    cluster.holds();
}

#[test]
fn a_partitioned_server_does_not_raise_its_term_with_pre_vote() {
    let mut cluster = Cluster::new(3);
    cluster.elect(s(1));
    cluster.partition(&[&[1, 2]]);
    cluster.round(s(3), Timer::Quiet);
    for _ in 0..5 {
        cluster.round(s(3), Timer::Election);
    }
    assert_eq!(cluster.node(s(3)).term, 1);
    cluster.heal();
    cluster.round(s(3), Timer::Election);
    cluster.heartbeats(s(1), 1);
    assert_eq!((cluster.leaders(), cluster.node(s(1)).term), (vec![s(1)], 1));
    cluster.holds();
}

#[test]
fn without_pre_vote_its_return_deposes_the_leader_exactly_once() {
    let mut cluster = Cluster::plain(3, &[]);
    cluster.elect(s(1));
    cluster.partition(&[&[1, 2]]);
    cluster.round(s(3), Timer::Quiet);
    for _ in 0..5 {
        cluster.round(s(3), Timer::Election);
    }
    assert_eq!(cluster.node(s(3)).term, 6);
    cluster.heal();
    cluster.heartbeats(s(1), 1);
    assert_eq!(cluster.leaders(), []);
    assert!(cluster.breaks(Broken::UndisturbedLeader));
    cluster.elect(s(1));
    cluster.heartbeats(s(1), 2);
    let deposed = |event: &Event| matches!(event, Event::SteppedDown { was_leader: true, .. });
    assert_eq!(cluster.events.iter().filter(|(_, event)| deposed(event)).count(), 1);
}

#[test]
fn a_pre_vote_is_refused_to_a_stale_log() {
    let mut setup = Setup::new(3);
    setup.config.snapshot_every = 0;
    let mut cluster = Cluster::recovered(setup, vec![&[1], &[1, 1], &[1, 1]]);
    cluster.round(s(1), Timer::Election);
    assert!(matches!(cluster.node(s(1)).role, Role::PreCandidate(_)));
    let refused = |event: &Event| matches!(event, Event::PreVoteRefused { reason: VoteRefusal::LogBehind { .. }, .. });
    assert_eq!(cluster.events.iter().filter(|(_, event)| refused(event)).count(), 2);
}

#[test]
fn nobody_votes_while_a_leader_is_heard() {
    let mut setup = Setup::new(3);
    setup.rules.set(Rule::PreVote as usize, false);
    let mut cluster = Cluster::of(setup);
    cluster.elect(s(1));
    cluster.round(s(3), Timer::Quiet);
    cluster.round(s(3), Timer::Election);
    assert_eq!((cluster.leaders(), cluster.node(s(2)).term), (vec![s(1)], 1));
    // Its later term reaches the leader by its answer to a heartbeat: that frees a candidate that is stuck.
    cluster.heartbeats(s(1), 1);
    assert_eq!(cluster.node(s(1)).term, 2);
}

#[test]
fn a_leader_without_a_quorum_steps_down() {
    let mut cluster = Cluster::new(5);
    cluster.elect(s(1));
    cluster.round(s(1), Timer::Quorum);
    assert_eq!(cluster.leaders(), [s(1)]);
    cluster.partition(&[&[1, 2]]);
    cluster.heartbeats(s(1), 2);
    cluster.round(s(1), Timer::Quorum);
    assert_eq!(cluster.leaders(), []);
    assert!(cluster.events.iter().any(|(_, event)| {
        matches!(event, Event::SteppedDown { reason: StepDown::NoQuorum, was_leader: true, .. })
    }));
    cluster.holds();
}

#[test]
fn without_the_check_a_leader_without_a_quorum_goes_on() {
    let mut setup = Setup::new(5);
    setup.rules.set(Rule::CheckQuorum as usize, false);
    let mut cluster = Cluster::of(setup);
    cluster.elect(s(1));
    cluster.round(s(1), Timer::Quorum);
    cluster.holds();
    cluster.partition(&[&[1, 2]]);
    cluster.heartbeats(s(1), 2);
    cluster.round(s(1), Timer::Quorum);
    assert_eq!(cluster.leaders(), [s(1)]);
    let led_on = Event::LedOn { term: 1, heard: NodeSet::EMPTY.with(s(2)) };
    assert!(cluster.events.iter().any(|(node, event)| *node == s(1) && *event == led_on), "{:?}", cluster.events);
    assert!(cluster.breaks(Broken::LeaderHasQuorum));
}

#[test]
fn terms_and_votes_survive_a_crash() {
    let mut cluster = Cluster::plain(3, &[]);
    cluster.elect(s(1));
    for node in NodeId::all(3) {
        cluster.crash(node, Keep::NOTHING);
        cluster.restart(node);
        assert_eq!((cluster.node(node).term, cluster.node(node).voted_for), (1, Some(s(1))));
    }
    cluster.holds();
}
