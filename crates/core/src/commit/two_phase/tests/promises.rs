//! The promises of atomic commitment, situation by situation.

use super::super::{Cause, CommitEvent, Event, Refusal, Response, Transaction};
use super::{Cluster, node, run, timer};
use crate::kit::NodeSet;
use crate::{Keep, Protocol, RequestId, Seen, Spelled};
use alloc::string::String;

#[test]
fn money_moves_when_all_vote_yes() {
    let mut cluster = Cluster::new(3, |_| {});
    cluster.ask("transfer a b 30");
    cluster.deliver_all();
    cluster.assert_sound();
    assert!(matches!(cluster.replies[..], [(_, Response::Committed { total: None, .. })]));
    assert_eq!(cluster.money(), 600);
    cluster.ask("audit");
    cluster.deliver_all();
    assert!(matches!(cluster.replies[1].1, Response::Committed { total: Some(600), .. }));
    assert!(cluster.is_quiet() && cluster.is_settled());
}

#[test]
fn one_no_aborts_and_the_operator_can_ask_for_it() {
    let mut cluster = Cluster::new(4, |_| {});
    cluster.ask("refuse n3 next");
    cluster.ask("share a 5");
    cluster.deliver_all();
    cluster.assert_sound();
    let because = |event: &Event| matches!(event, Event::DecidedAbort { cause: Cause::Vote { from, reason: Refusal::Asked }, .. } if *from == node(3));
    assert_eq!(cluster.count(because), 1);
    assert_eq!(cluster.count(|event| event.decision().is_some_and(|(_, commit)| commit)), 0);
    cluster.ask("share a 5");
    cluster.deliver_all();
    assert_eq!(cluster.count(|event| matches!(event, Event::DecidedCommit { .. })), 1, "only the next vote is no");
}

#[test]
fn too_little_money_is_a_no() {
    let mut cluster = Cluster::new(3, |_| {});
    cluster.ask("transfer a b 101");
    cluster.deliver_all();
    cluster.assert_sound();
    let poor = |event: &Event| matches!(event, Event::VotedNo { reason: Refusal::Funds { .. }, .. });
    assert_eq!(cluster.count(poor), 1);
    assert!(cluster.is_quiet());
}

#[test]
fn a_lock_conflict_is_a_no_and_nobody_waits() {
    let mut cluster = Cluster::short(3);
    cluster.ask("transfer a b 1");
    cluster.deliver(1, 2, "prepare");
    cluster.ask("transfer a d 1");
    cluster.deliver(1, 2, "prepare");
    cluster.deliver(1, 3, "prepare");
    let locked = |event: &Event| matches!(event, Event::VotedNo { reason: Refusal::Locked { .. }, .. });
    assert_eq!(cluster.count(locked), 1);
    cluster.deliver_all();
    cluster.assert_sound();
    assert!(cluster.is_quiet());
}

#[test]
fn a_participant_that_is_not_asked_for_its_vote_aborts_by_itself() {
    let mut cluster = Cluster::new(3, |_| {});
    cluster.ask("transfer a b 1");
    cluster.deliver(1, 2, "work");
    cluster.fire(2, "prepare T1");
    assert_eq!(cluster.count(|event| matches!(event, Event::GaveUp { .. })), 1);
    cluster.deliver_all();
    cluster.assert_sound();
    assert_eq!(cluster.count(|event| matches!(event, Event::DecidedAbort { .. })), 1);
    assert!(cluster.is_quiet());
}

#[test]
fn work_lost_in_a_crash_is_a_no() {
    let mut cluster = Cluster::new(3, |_| {});
    cluster.ask("transfer a b 1");
    cluster.deliver(1, 2, "work");
    cluster.deliver(1, 3, "work");
    cluster.deliver(2, 1, "done");
    cluster.deliver(3, 1, "done");
    cluster.crash(node(2), Keep::NOTHING);
    cluster.restart(node(2));
    cluster.deliver_all();
    cluster.assert_sound();
    let lost = |event: &Event| matches!(event, Event::VotedNo { reason: Refusal::WorkLost, .. });
    assert_eq!(cluster.count(lost), 1);
}

/// Everybody has voted yes and the coordinator is dead.
fn all_in_doubt(cooperative: bool) -> Cluster {
    let mut cluster = Cluster::new(4, |setup| {
        setup.config.work_round = false;
        setup.config.cooperative = cooperative;
    });
    cluster.ask("share a 1");
    for to in 2..=4 {
        cluster.deliver(1, to, "prepare");
    }
    cluster.crash(node(1), Keep::NOTHING);
    cluster
}

#[test]
fn participants_block_when_the_coordinator_dies_between_votes_and_decision() {
    for cooperative in [false, true] {
        let mut cluster = all_in_doubt(cooperative);
        for _ in 0..2 {
            for me in 2..=4 {
                cluster.fire(me, "decision T1");
            }
            cluster.deliver_all();
        }
        assert_eq!(cluster.count(|event| matches!(event, Event::Blocked { .. })), 3);
        assert_eq!(cluster.count(|event| event.decision().is_some()), 0, "nobody may decide");
        for _ in 0..40 {
            cluster.fire(2, "decision T1");
        }
        assert!(!cluster.is_settled(), "blocking for ever is what AC5 forbids once failures are repaired");
        cluster.heal(3);
        cluster.assert_sound();
        assert_eq!(cluster.count(|event| matches!(event, Event::Unblocked { .. })), 3);
        assert_eq!(cluster.count(|event| matches!(event, Event::Aborted { .. })), 3, "no record means abort");
        assert!(cluster.is_quiet() && cluster.is_settled());
    }
}

#[test]
fn a_participant_that_knows_the_decision_helps_the_others() {
    let mut cluster = Cluster::short(4);
    cluster.ask("share a 1");
    for bank in 2..=4 {
        cluster.deliver(1, bank, "prepare");
        cluster.deliver(bank, 1, "vote");
    }
    cluster.deliver(1, 2, "decision");
    cluster.crash(node(1), Keep::NOTHING);
    cluster.packets.retain(|packet| packet.from != node(1));
    cluster.fire(3, "decision T1");
    cluster.deliver(3, 2, "inquiry");
    cluster.deliver(2, 3, "answer");
    cluster.assert_sound();
    let helped = |event: &Event| matches!(event, Event::Committed { from, .. } if *from == node(2));
    assert_eq!(cluster.count(helped), 1);
}

#[test]
fn a_participant_asked_before_its_vote_records_abort_and_then_tells() {
    let mut cluster = Cluster::short(3);
    cluster.ask("transfer a b 1");
    cluster.deliver(1, 2, "prepare");
    cluster.fire(2, "decision T1");
    cluster.syncs_at_once = false;
    cluster.deliver(2, 3, "inquiry");
    assert!(
        !cluster.packets.iter().any(|packet| packet.from == node(3)),
        "nothing leaves before the record is durable"
    );
    cluster.flush(node(3));
    cluster.syncs_at_once = true;
    cluster.deliver(3, 2, "answer");
    cluster.deliver(1, 3, "prepare");
    cluster.deliver_all();
    cluster.assert_sound();
    assert_eq!(cluster.count(|event| matches!(event, Event::AbortedForPeer { .. })), 1);
    assert_eq!(cluster.count(|event| event.decision().is_some_and(|(_, commit)| commit)), 0);
    cluster.heal(2);
    assert!(cluster.is_quiet());
}

#[test]
fn a_lost_decision_is_told_again_until_it_is_acknowledged() {
    let mut cluster = Cluster::short(3);
    cluster.ask("transfer a b 1");
    for bank in [2, 3] {
        cluster.deliver(1, bank, "prepare");
        cluster.deliver(bank, 1, "vote");
    }
    cluster.drop_packet(1, 2, "decision");
    cluster.deliver(1, 3, "decision");
    cluster.drop_packet(3, 1, "ack");
    cluster.fire(1, "acks T1");
    cluster.deliver_all();
    cluster.assert_sound();
    assert_eq!(cluster.count(|event| matches!(event, Event::Committed { .. })), 2);
    assert_eq!(cluster.count(|event| matches!(event, Event::Ended { .. })), 1);
    assert!(cluster.is_quiet());
}

#[test]
fn a_retry_is_answered_and_not_run_again() {
    let mut cluster = Cluster::short(3);
    let id = cluster.ask("transfer a b 30");
    cluster.ask_again(id, "transfer a b 30");
    cluster.deliver_all();
    cluster.ask_again(id, "transfer a b 30");
    cluster.crash(node(1), Keep::NOTHING);
    cluster.restart(node(1));
    cluster.ask_again(id, "transfer a b 30");
    cluster.heal(2);
    cluster.assert_sound();
    assert_eq!(cluster.replies.len(), 3);
    assert!(cluster.replies.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(cluster.count(|event| matches!(event, Event::Begun { .. })), 1);
}

#[test]
fn a_checkpoint_does_not_forget_which_requests_of_a_client_are_over() {
    let mut cluster = Cluster::new(3, |setup| {
        setup.config.work_round = false;
        setup.config.checkpoint_every = 4;
    });
    let first = cluster.ask("transfer a b 30");
    cluster.fire(1, "votes T1");
    cluster.deliver_all();
    let second = RequestId { client: first.client, sequence: first.sequence + 1 };
    cluster.ask_again(second, "transfer c d 5");
    cluster.packets.clear();
    for _ in 0..4 {
        cluster.ask("transfer a b 1");
        cluster.deliver_all();
    }
    assert!(cluster.records(1).len() < 6, "{:?}", cluster.records(1));
    cluster.crash(node(1), Keep::ALL);
    cluster.restart(node(1));
    let begun = cluster.count(|event| matches!(event, Event::Begun { .. }));
    cluster.ask_again(first, "transfer a b 30");
    assert_eq!(cluster.count(|event| matches!(event, Event::Begun { .. })), begun, "the client has had its answer");
    cluster.ask_again(second, "transfer c d 5");
    assert_eq!(cluster.count(|event| matches!(event, Event::Begun { .. })), begun + 1, "the crash cut it short");
    cluster.heal(2);
    cluster.assert_sound();
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let mut cluster = Cluster::new(3, |_| {});
    for text in [
        "transfer a a 3",
        "transfer a z 3",
        "transfer a b 0",
        "share z 1",
        "share a 0",
        "refuse n1 next",
        "refuse n9 next",
    ] {
        cluster.ask(text);
    }
    assert!(cluster.replies.len() == 7 && cluster.replies.iter().all(|(_, response)| *response == Response::Invalid));
    let mut alone = Cluster::new(1, |_| {});
    alone.ask("audit");
    assert_eq!(alone.replies[0].1, Response::Invalid);
}

#[test]
fn abort_without_a_cause_would_break_ac4() {
    // No rule of the protocol guards AC4 alone, so a coordinator that aborts what all wanted is played by hand.
    let mut cluster = Cluster::short(3);
    cluster.ask("transfer a b 1");
    cluster.deliver(1, 2, "prepare");
    cluster.deliver(1, 3, "prepare");
    let txn = super::super::TxnId { epoch: 0, number: 1 };
    let early = Event::DecidedAbort { txn, cause: Cause::Timeout { missing: NodeSet::EMPTY } };
    let mut patient = cluster.clone();
    patient.judge(&Seen::Event { node: node(1), event: &early });
    assert!(patient.broken.is_empty(), "a timeout that fired too early counts as a failure");
    let whim = Event::DecidedAbort { txn, cause: Cause::Vote { from: node(2), reason: Refusal::Asked } };
    cluster.judge(&Seen::Event { node: node(1), event: &whim });
    assert_eq!(cluster.broken, ["ac4"]);
}

#[test]
fn what_is_spelled_can_be_read() {
    for text in ["transfer a b 30", "share c 1", "audit", "refuse n3 next"] {
        let mut out = String::new();
        run(text).spell(&mut out);
        assert_eq!(out, text);
    }
    for text in ["votes T1", "acks T2.7", "prepare T10", "decision T65535.4294967295"] {
        let mut out = String::new();
        timer(text).spell(&mut out);
        assert_eq!(out, text);
    }
    for wrong in ["transfer a", "transfer ab b 1", "transfer a b -1", "transfer a b 65536", "refuse n3", "pay", ""] {
        assert!(super::Request::read(&mut crate::Words::new(wrong)).is_err(), "{wrong}");
    }
    for wrong in ["votes", "votes 1", "votes T", "votes T1.", "votes T65536.1", "later T1"] {
        assert!(super::Timer::read(&mut crate::Words::new(wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn every_transaction_moves_nothing_in_all() {
    let cluster = Cluster::new(4, |_| {});
    let layout = super::super::Layout::new(&cluster.setup);
    for transaction in ["transfer a b 30", "share b 7", "audit"] {
        let super::Request::Run(transaction) = run(transaction) else { panic!("a transaction") };
        let accounts = layout.all().iter();
        assert_eq!(accounts.map(|account| layout.change(transaction, account)).sum::<i64>(), 0);
        assert!(layout.admits(transaction));
    }
    assert_eq!(layout.participants(Transaction::Audit), NodeSet::first(4).without(node(1)));
}

#[test]
fn declared_names_are_unique_and_rules_break_what_exists() {
    let slugs: alloc::vec::Vec<_> = super::TwoPhase::invariants().iter().map(|invariant| invariant.slug).collect();
    for (index, slug) in slugs.iter().enumerate() {
        assert!(!slugs[..index].contains(slug), "{slug}");
    }
    for rule in super::TwoPhase::rules() {
        assert!(rule.breaks.iter().all(|slug| slugs.contains(slug)), "{}", rule.slug);
    }
}
