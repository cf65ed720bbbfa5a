//! What a commit costs, in messages and forced writes.

use super::super::{Event, Record};
use super::{Cluster, kind};

fn sent(cluster: &Cluster, wanted: &str) -> usize {
    cluster.sent.iter().filter(|packet| kind(&packet.message) == wanted).count()
}

#[test]
fn a_commit_costs_what_the_literature_counts() {
    for participants in [2_usize, 3, 5] {
        let mut cluster = Cluster::short(participants as u8 + 1);
        cluster.ask("share a 1");
        cluster.deliver_all();
        cluster.assert_sound();
        assert_eq!(cluster.count(|event| matches!(event, Event::Committed { .. })), participants);
        let until_decided = sent(&cluster, "prepare") + sent(&cluster, "vote") + sent(&cluster, "decision");
        assert_eq!(until_decided, 3 * participants);
        let managers = participants + 1;
        assert_eq!(until_decided, 3 * managers - 3, "Gray and Lamport, co-located, the coordinator being one of them");
        assert_eq!(sent(&cluster, "ack"), participants);
        assert_eq!(cluster.sent.len(), 4 * participants);
        assert!(cluster.is_quiet());
    }
}

#[test]
fn the_round_of_work_adds_two_messages_for_each_participant() {
    let mut cluster = Cluster::new(4, |_| {});
    cluster.ask("share a 1");
    cluster.deliver_all();
    cluster.assert_sound();
    assert_eq!(cluster.sent.len(), 6 * 3);
}

#[test]
fn forced_writes_are_one_more_than_participants_before_anybody_may_commit() {
    for participants in [2_u8, 3, 5] {
        let mut cluster = Cluster::short(participants + 1);
        cluster.ask("share a 1");
        while cluster.packets.iter().any(|packet| kind(&packet.message) != "decision") {
            cluster.deliver_at(0);
        }
        assert_eq!(cluster.syncs, usize::from(participants) + 1);
        cluster.deliver_all();
        assert_eq!(cluster.syncs, 2 * usize::from(participants) + 1, "and one for each acknowledgement");
    }
}

#[test]
fn an_abort_needs_no_record_before_participants_hear_of_it_and_no_acknowledgement() {
    let mut cluster = Cluster::short(3);
    cluster.ask("transfer a b 1");
    cluster.deliver(1, 2, "prepare");
    cluster.deliver(2, 1, "vote");
    cluster.syncs_at_once = false;
    cluster.fire(1, "votes T1");
    cluster.deliver(1, 2, "decision");
    assert_eq!(cluster.records(1), [Record::Epoch { epoch: 0 }]);
    assert!(cluster.replies.is_empty(), "the client hears of it once the answer is durable");
    cluster.flush(super::node(1));
    assert_eq!(cluster.replies.len(), 1);
    cluster.syncs_at_once = true;
    cluster.deliver_all();
    cluster.assert_sound();
    assert_eq!(sent(&cluster, "ack"), 0);
}

#[test]
fn the_end_record_is_not_forced() {
    let mut cluster = Cluster::short(3);
    cluster.ask("transfer a b 1");
    cluster.deliver_all();
    assert_eq!(cluster.count(|event| matches!(event, Event::Ended { .. })), 1);
    assert!(!cluster.records(1).iter().any(|record| matches!(record, Record::End { .. })));
}

#[test]
fn a_checkpoint_replaces_a_long_log() {
    let mut cluster = Cluster::new(3, |setup| setup.config.checkpoint_every = 8);
    for _ in 0..50 {
        cluster.ask("transfer a b 1");
        cluster.deliver_all();
    }
    cluster.assert_sound();
    for me in 1..=3 {
        assert!(cluster.records(me).len() < 16, "n{me}: {:?}", cluster.records(me));
    }
    assert_eq!(cluster.money(), 600);
    for me in 1..=3 {
        cluster.crash(super::node(me), crate::Keep::NOTHING);
        cluster.heal(2);
    }
    cluster.assert_sound();
    assert_eq!(cluster.money(), 600);
    assert!(cluster.is_quiet());
}
