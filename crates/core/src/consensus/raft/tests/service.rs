//! Snapshots (paper §7), members and hand-over (thesis ch. 4, §3.10), reads (§6.4), sessions (§6.3).

use super::*;
use crate::consensus::raft::{Cell, Outcome, ReadMode, Refusal, Wait, spell_key};
use crate::kit::NodeSet;
use crate::{Spelled, Words};
use alloc::string::String;

fn members(nodes: &[u8]) -> NodeSet {
    nodes.iter().map(|number| s(*number)).collect()
}

/// The operator's request, asked again until it is not put off.
fn operate(cluster: &mut Cluster, node: NodeId, sequence: u32, request: Request) -> Response {
    for _ in 0..5 {
        let id = cluster.invoke(node, 0, sequence, request);
        if let Some(place) = cluster.replies.iter().position(|(of, _)| *of == id) {
            let (_, response) = cluster.replies.remove(place);
            if !matches!(response, Response::Busy(_)) {
                return response;
            }
        }
        cluster.heartbeats(node, 2);
    }
    panic!("no answer to {request:?}");
}

fn snapshots(nodes: u8) -> Setup {
    let mut setup = Setup::new(nodes);
    setup.config.snapshot_every = 4;
    setup.config.snapshot_trailing = 0;
    setup
}

#[test]
fn a_follower_far_behind_catches_up_by_a_snapshot() {
    let mut cluster = Cluster::of(snapshots(3));
    cluster.elect(s(1));
    cluster.partition(&[&[1, 2]]);
    for sequence in 1..=20 {
        cluster.invoke(s(1), 1, sequence, put(sequence));
    }
    assert!(cluster.node(s(1)).log.base() > 10, "the log is compacted");
    cluster.heal();
    cluster.heartbeats(s(1), 3);
    assert!(
        cluster.events.iter().any(|(node, event)| *node == s(3) && matches!(event, Event::SnapshotInstalled { .. }))
    );
    assert_eq!(cluster.node(s(3)).machine, cluster.node(s(1)).machine);
    cluster.holds();
}

#[test]
fn a_snapshot_survives_a_crash_and_the_log_on_the_disk_stays_short() {
    let mut cluster = Cluster::of(snapshots(3));
    cluster.elect(s(1));
    for sequence in 1..=40 {
        cluster.invoke(s(1), 1, sequence, put(sequence));
        cluster.heartbeats(s(1), 1);
    }
    for node in NodeId::all(3) {
        cluster.heartbeats(s(1), 1);
        let before = cluster.node(node).machine.clone();
        let records = cluster.slots[node.index()].disk.area(LOG).records().len();
        assert!(records <= 12, "{node} keeps {records} records");
        assert_eq!(cluster.slots[node.index()].disk.area(super::super::SNAPSHOT).records().len(), 1);
        if node != s(1) {
            cluster.crash(node, Keep::NOTHING);
            cluster.restart(node);
            cluster.heartbeats(s(1), 2);
            assert_eq!(cluster.node(node).machine, before);
        }
    }
    cluster.holds();
}

#[test]
fn an_interrupted_snapshot_leaves_the_old_state() {
    // Whatever part of the unsynced operations a crash keeps, recovery finds every entry that was acknowledged.
    for keep in 0..16_u16 {
        let mut cluster = Cluster::of(snapshots(3));
        cluster.elect(s(1));
        for sequence in 1..=11 {
            cluster.invoke(s(1), 1, sequence, put(sequence));
        }
        cluster.heartbeats(s(1), 1);
        let node = s(2);
        let last = cluster.node(node).log.last();
        // The trims of META, LOG and SNAPSHOT may or may not have happened.
        let keep = Keep([keep & 1, keep >> 1 & 1, keep >> 2 & 1, 0]);
        cluster.crash(node, keep);
        cluster.restart(node);
        assert_eq!(cluster.node(node).log.last(), last);
        cluster.holds();
    }
}

#[test]
fn servers_join_and_leave_one_at_a_time() {
    let mut setup = Setup::new(5);
    setup.config.voters = 3;
    let mut cluster = Cluster::of(setup);
    cluster.elect(s(1));
    for sequence in 1..=6 {
        cluster.invoke(s(1), 1, sequence, put(sequence));
    }
    let joined = operate(&mut cluster, s(1), 1, Request::Join { node: s(4) });
    assert_eq!(joined, Response::Configured { members: members(&[1, 2, 3, 4]) });
    let joined = operate(&mut cluster, s(1), 2, Request::Join { node: s(5) });
    assert_eq!(joined, Response::Configured { members: members(&[1, 2, 3, 4, 5]) });
    cluster.heartbeats(s(1), 2);
    assert_eq!(cluster.node(s(5)).machine.read(0).value, 6);
    let left = operate(&mut cluster, s(1), 3, Request::Leave { node: s(2) });
    assert_eq!(left, Response::Configured { members: members(&[1, 3, 4, 5]) });
    let jump = operate(&mut cluster, s(1), 4, Request::Reconfigure { members: members(&[1, 2, 3]) });
    assert_eq!(jump, Response::Refused(Refusal::MoreThanOneServer));
    let nobody = operate(&mut cluster, s(1), 5, Request::Join { node: s(9) });
    assert_eq!(nobody, Response::Refused(Refusal::NoSuchConfiguration));
    cluster.holds();
}

/// Three of five servers, led by S1; S4 is dead. With or without the rule that ends a join.
fn with_a_dead_newcomer(bounded: bool) -> Cluster {
    let mut setup = Setup::new(5);
    setup.config.voters = 3;
    setup.rules.set(Rule::BoundedCatchUp as usize, bounded);
    let mut cluster = Cluster::of(setup);
    cluster.elect(s(1));
    cluster.crash(s(4), Keep::NOTHING);
    cluster
}

/// So many election timeouts, in which the followers answer.
fn wait(cluster: &mut Cluster, timeouts: u32) {
    for _ in 0..timeouts {
        if cluster.node(s(1)).is_leader() {
            cluster.heartbeats(s(1), 1);
            cluster.round(s(1), Timer::Quorum);
        }
    }
}

#[test]
fn a_join_of_a_dead_server_ends_and_others_can_join() {
    let mut cluster = with_a_dead_newcomer(true);
    let dead = cluster.invoke(s(1), 0, 1, Request::Join { node: s(4) });
    assert_eq!(cluster.ask(s(1), 1, 1, Request::Join { node: s(5) }), Some(Response::Busy(Wait::ChangeUnderWay)));
    wait(&mut cluster, 1);
    assert!(!cluster.replies.iter().any(|(id, _)| *id == dead), "it may have been asked just before the check");
    wait(&mut cluster, 1);
    assert!(cluster.replies.contains(&(dead, Response::Refused(Refusal::CatchUpFailed))));
    let joined = operate(&mut cluster, s(1), 2, Request::Join { node: s(5) });
    assert_eq!(joined, Response::Configured { members: members(&[1, 2, 3, 5]) });
    cluster.holds();
}

#[test]
fn without_the_rule_a_join_of_a_dead_server_never_ends() {
    let mut cluster = with_a_dead_newcomer(false);
    let dead = cluster.invoke(s(1), 0, 1, Request::Join { node: s(4) });
    wait(&mut cluster, 10);
    assert!(!cluster.replies.iter().any(|(id, _)| *id == dead));
    assert!(cluster.breaks(Broken::JoinEnds));
}

/// A single voter, S1, with a log of five entries that S2 is asked to take in, one entry a round trip.
fn with_a_slow_newcomer(bounded: bool) -> (Cluster, RequestId) {
    let mut setup = Setup::new(2);
    (setup.config.voters, setup.config.batch, setup.config.window, setup.config.snapshot_every) = (1, 1, 1, 0);
    setup.rules.set(Rule::BoundedCatchUp as usize, bounded);
    let mut cluster = Cluster::of(setup);
    cluster.elect(s(1));
    for sequence in 1..=4 {
        cluster.invoke(s(1), 1, sequence, put(sequence));
    }
    let join = cluster.invoke_quietly(s(1), 0, 1, Request::Join { node: s(2) });
    (cluster, join)
}

/// So many election timeouts, in each of which S2 takes in an entry and a client has S1 append so many.
fn catch_up_slowly(cluster: &mut Cluster, timeouts: u32, load: u32) {
    for _ in 0..timeouts {
        for _ in 0..load {
            let sequence = cluster.node(s(1)).log.last() as u32;
            cluster.invoke_quietly(s(1), 1, sequence, put(sequence));
        }
        for _ in 0..2 {
            if let Some(Packet { from, to, message }) = cluster.packets.pop_front() {
                cluster.step(to, Input::Message { from, message });
            }
        }
        cluster.fire(s(1), Timer::Quorum);
    }
}

#[test]
fn a_join_ends_if_the_log_grows_faster_than_it_is_taken_in() {
    let (mut cluster, join) = with_a_slow_newcomer(true);
    catch_up_slowly(&mut cluster, 12, 3);
    assert!(cluster.node(s(2)).log.last() >= 8, "it stores more all the time");
    assert!(cluster.replies.contains(&(join, Response::Refused(Refusal::CatchUpFailed))));
    assert_eq!(cluster.node(s(1)).members(), members(&[1]));
    // With less load it can join after all.
    let joined = operate(&mut cluster, s(1), 2, Request::Join { node: s(2) });
    assert_eq!(joined, Response::Configured { members: members(&[1, 2]) });
    cluster.holds();
}

#[test]
fn without_the_rule_a_join_under_such_a_load_does_not_end() {
    let (mut cluster, join) = with_a_slow_newcomer(false);
    catch_up_slowly(&mut cluster, 60, 3);
    assert!(!cluster.replies.iter().any(|(id, _)| *id == join));
    assert!(cluster.breaks(Broken::JoinEnds));
}

#[test]
fn a_slow_server_that_catches_up_joins() {
    let (mut cluster, join) = with_a_slow_newcomer(true);
    catch_up_slowly(&mut cluster, 5, 0);
    assert!(!cluster.replies.iter().any(|(id, _)| *id == join), "it lacks entries after five election timeouts");
    cluster.settle();
    assert!(cluster.replies.contains(&(join, Response::Configured { members: members(&[1, 2]) })));
    cluster.holds();
}

#[test]
fn a_join_that_is_taken_back_does_not_happen() {
    let takes_back = [Request::Leave { node: s(4) }, Request::Reconfigure { members: members(&[1, 2, 3]) }];
    for request in takes_back {
        let mut cluster = with_a_dead_newcomer(true);
        let join = cluster.invoke(s(1), 0, 1, Request::Join { node: s(4) });
        let left = cluster.ask(s(1), 1, 1, request);
        assert_eq!(left, Some(Response::Configured { members: members(&[1, 2, 3]) }));
        assert!(cluster.replies.contains(&(join, Response::Refused(Refusal::JoinWithdrawn))));
        cluster.restart(s(4));
        wait(&mut cluster, 5);
        assert_eq!(cluster.node(s(1)).members(), members(&[1, 2, 3]));
        cluster.holds();
    }
    // Who else leaves has nothing to do with it.
    let mut cluster = with_a_dead_newcomer(true);
    cluster.invoke(s(1), 0, 1, Request::Join { node: s(4) });
    operate(&mut cluster, s(1), 2, Request::Leave { node: s(3) });
    cluster.restart(s(4));
    wait(&mut cluster, 3);
    assert_eq!(cluster.node(s(1)).members(), members(&[1, 2, 4]));
    cluster.holds();
}

#[test]
fn a_leader_that_is_no_member_is_elected_by_members() {
    let mut cluster = Cluster::plain(3, &[]);
    cluster.elect(s(1));
    // S1 leads its own removal, and the others store it; what they answer is lost, so it steps down and stands again.
    cluster.cut.extend([(s(2), s(1)), (s(3), s(1))]);
    cluster.invoke(s(1), 0, 1, Request::Leave { node: s(1) });
    wait(&mut cluster, 2);
    cluster.heal();
    // Elected, it commits its removal at once and steps down.
    cluster.round(s(1), Timer::Election);
    let elected = cluster.events.iter().rev().find_map(|(_, event)| match event {
        Event::LeaderElected { votes, .. } => Some(*votes),
        _ => None,
    });
    assert_eq!(elected, Some(members(&[2, 3])));
    cluster.holds();
}

#[test]
fn a_server_that_waits_to_join_starts_no_elections_but_votes() {
    let mut setup = Setup::new(4);
    setup.config.voters = 3;
    let cluster = Cluster::of(setup);
    assert!(cluster.slots[s(4).index()].timers.is_empty());
    let mut cluster = cluster;
    let ask = Message::RequestVote { term: 1, last: super::super::EntryId::default(), transfer: false };
    cluster.step(s(4), Input::Message { from: s(1), message: ask });
    assert_eq!(cluster.packets.pop_front(), Some(packet(s(4), s(1), Message::Vote { term: 1, granted: true })));
}

#[test]
fn a_leader_that_removes_itself_does_not_count_itself_and_steps_down() {
    let mut cluster = Cluster::new(3);
    cluster.elect(s(1));
    cluster.partition(&[&[1, 2]]);
    let id = cluster.invoke(s(1), 0, 1, Request::Leave { node: s(1) });
    // S1 and S2 have it; of {S2, S3} that is one.
    assert!(cluster.node(s(1)).is_leader());
    assert!(!cluster.replies.iter().any(|(of, _)| *of == id));
    cluster.heal();
    cluster.heartbeats(s(1), 1);
    assert!(cluster.replies.contains(&(id, Response::Configured { members: members(&[2, 3]) })));
    assert_eq!(cluster.leaders(), []);
    assert!(!cluster.is_armed(s(1), Timer::Election) || !cluster.node(s(1)).is_leader());
    cluster.round(s(2), Timer::Quiet);
    cluster.round(s(3), Timer::Quiet);
    cluster.elect(s(2));
    cluster.holds();
}

#[test]
fn a_configuration_that_was_not_committed_is_rolled_back() {
    let mut setup = Setup::new(4);
    setup.config.voters = 3;
    let mut cluster = Cluster::of(setup);
    cluster.elect(s(1));
    cluster.partition(&[&[1, 4]]);
    cluster.invoke(s(1), 0, 1, Request::Leave { node: s(3) });
    assert_eq!(cluster.node(s(1)).members(), members(&[1, 2]));
    cluster.partition(&[&[2, 3]]);
    cluster.round(s(2), Timer::Quiet);
    cluster.round(s(3), Timer::Quiet);
    cluster.elect(s(2));
    cluster.heal();
    cluster.heartbeats(s(2), 3);
    assert_eq!(cluster.node(s(1)).members(), members(&[1, 2, 3]));
    assert!(cluster.events.iter().any(|(_, event)| matches!(event, Event::ConfigurationRolledBack { .. })));
    cluster.holds();
}

#[test]
fn the_leadership_is_handed_over() {
    let mut cluster = Cluster::new(3);
    cluster.elect(s(1));
    cluster.invoke(s(1), 1, 1, put(1));
    let id = cluster.invoke(s(1), 0, 1, Request::Transfer { to: s(3) });
    assert_eq!(cluster.leaders(), [s(3)]);
    assert!(cluster.replies.contains(&(id, Response::NotLeader { leader: Some(s(3)) })));
    assert_eq!(cluster.ask(s(3), 0, 2, Request::Transfer { to: s(3) }), Some(Response::Transferred { to: s(3) }));
    cluster.holds();
}

#[test]
fn a_hand_over_to_a_dead_server_is_given_up() {
    let mut cluster = Cluster::new(3);
    cluster.elect(s(1));
    cluster.crash(s(3), Keep::NOTHING);
    let id = cluster.invoke(s(1), 0, 1, Request::Transfer { to: s(3) });
    assert_eq!(cluster.ask(s(1), 1, 1, put(1)), Some(Response::Busy(Wait::TransferUnderWay)));
    cluster.round(s(1), Timer::Transfer);
    assert!(cluster.replies.contains(&(id, Response::Refused(Refusal::TransferTimedOut))));
    assert!(matches!(cluster.ask(s(1), 2, 1, put(2)), Some(Response::Done(Outcome::Stored(_)))));
    assert_eq!(operate(&mut cluster, s(1), 2, Request::Transfer { to: s(1) }), Response::Transferred { to: s(1) });
}

#[test]
fn a_read_waits_for_a_round_of_confirmation() {
    let mut cluster = Cluster::new(3);
    cluster.elect(s(1));
    cluster.invoke(s(1), 1, 1, put(5));
    cluster.partition(&[&[1]]);
    assert_eq!(cluster.ask(s(1), 2, 1, Request::Get { key: 0 }), None);
    cluster.heal();
    cluster.heartbeats(s(1), 1);
    let expected = Response::Value(Cell { value: 5, revision: 2 });
    assert!(cluster.replies.iter().any(|(_, response)| *response == expected), "{:?}", cluster.replies);
}

#[test]
fn a_new_leader_reads_after_its_first_commit() {
    let mut cluster = Cluster::plain(3, &[]);
    cluster.elect(s(1));
    cluster.invoke(s(1), 1, 1, put(5));
    cluster.crash(s(1), Keep::NOTHING);
    cluster.round(s(2), Timer::Quiet);
    cluster.round(s(3), Timer::Quiet);
    // S2 is elected, but its first entry does not arrive.
    cluster.fire(s(2), Timer::Election);
    cluster.settle_only(is_vote);
    assert!(cluster.node(s(2)).is_leader());
    cluster.partition(&[&[2]]);
    assert_eq!(cluster.ask(s(2), 2, 1, Request::Get { key: 0 }), None);
    cluster.heal();
    cluster.heartbeats(s(2), 3);
    let expected = Response::Value(Cell { value: 5, revision: 2 });
    assert!(cluster.replies.iter().any(|(_, response)| *response == expected), "{:?}", cluster.replies);
}

#[test]
fn a_lease_serves_reads_without_a_round_until_it_ends() {
    let mut setup = Setup::new(3);
    setup.config.read_mode = ReadMode::Lease;
    let mut cluster = Cluster::of(setup);
    cluster.elect(s(1));
    cluster.heartbeats(s(1), 1);
    cluster.partition(&[&[1]]);
    let served = Some(Response::Value(Cell::default()));
    assert_eq!(cluster.ask(s(1), 1, 1, Request::Get { key: 0 }), served);
    for lease in [Timer::LeaseA, Timer::LeaseB] {
        if cluster.is_armed(s(1), lease) {
            cluster.round(s(1), lease);
        }
    }
    assert_eq!(cluster.ask(s(1), 1, 2, Request::Get { key: 0 }), None);
}

#[test]
fn a_retry_is_answered_from_the_session() {
    let mut cluster = Cluster::plain(3, &[]);
    cluster.elect(s(1));
    let add = Request::Do(Command::Add { key: 0, amount: 1 });
    let id = cluster.invoke(s(1), 1, 1, add);
    cluster.crash(s(1), Keep::NOTHING);
    cluster.round(s(2), Timer::Quiet);
    cluster.round(s(3), Timer::Quiet);
    cluster.elect(s(2));
    cluster.step(s(2), Input::Request { id, request: add });
    cluster.settle();
    let answers: Vec<_> = cluster.replies.iter().filter(|(of, _)| *of == id).collect();
    // From the old leader, from the new one as it applies the entry, and to the retry.
    assert_eq!(answers.len(), 3);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(cluster.node(s(2)).machine.read(0).value, 1);
    cluster.holds();
}

#[test]
fn a_repeat_of_a_request_that_is_not_committed_yet_is_not_appended_again() {
    let mut cluster = Cluster::new(3);
    cluster.elect(s(1));
    cluster.partition(&[&[1]]);
    let before = cluster.node(s(1)).log.last();
    let add = Request::Do(Command::Add { key: 0, amount: 1 });
    let id = cluster.invoke(s(1), 1, 1, add);
    cluster.invoke(s(1), 2, 1, add);
    for _ in 0..5 {
        cluster.step(s(1), Input::Request { id, request: add });
    }
    assert_eq!(cluster.node(s(1)).log.last(), before + 2, "one entry for each request");
    cluster.heal();
    cluster.heartbeats(s(1), 2);
    let answers = cluster.replies.iter().filter(|(of, _)| *of == id).count();
    assert_eq!(answers, 1, "its client is answered when the entry is committed: {:?}", cluster.replies);
    // Once it is committed, a repeat is answered from the session as before.
    cluster.invoke(s(1), 1, 1, add);
    assert_eq!(cluster.replies.iter().filter(|(of, _)| *of == id).count(), 2);
    assert_eq!(cluster.node(s(1)).machine.read(0).value, 2);
    cluster.holds();
}

#[test]
fn requests_and_timers_are_read_as_they_are_spelled() {
    let requests = [
        put(7),
        Request::Do(Command::Cas { key: 1, old: 0, new: 9 }),
        Request::Do(Command::Add { key: 40, amount: 2 }),
        Request::Get { key: 25 },
        Request::Join { node: s(6) },
        Request::Leave { node: s(2) },
        Request::Reconfigure { members: members(&[1, 3, 5]) },
        Request::Transfer { to: s(3) },
    ];
    for request in requests {
        let mut text = String::new();
        request.spell(&mut text);
        let mut words = Words::new(&text);
        assert_eq!(Request::read(&mut words), Ok(request), "{text}");
        assert!(words.is_empty(), "{text}");
    }
    for timer in Timer::ALL {
        let mut text = String::new();
        timer.spell(&mut text);
        assert_eq!(Timer::read(&mut Words::new(&text)), Ok(timer));
    }
    let mut keys = String::new();
    (0..4).for_each(|key| spell_key(key, &mut keys));
    assert_eq!(keys, "xyza");
}
