//! Each rule off, in the shortest play that shows what it is for.

use super::{Cluster, node};
use crate::Keep;

#[test]
fn a_majority_is_not_enough() {
    let mut cluster = Cluster::off(4, "unanimous_votes");
    cluster.ask("refuse n4 next");
    cluster.ask("share a 1");
    for bank in [2, 3, 4] {
        cluster.deliver(1, bank, "prepare");
    }
    cluster.deliver(2, 1, "vote");
    assert!(cluster.broken.is_empty());
    cluster.deliver(3, 1, "vote");
    assert_eq!(cluster.broken, ["ac1", "ac3"]);
}

#[test]
fn a_participant_that_has_voted_yes_must_wait() {
    let mut cluster = Cluster::off(3, "wait_for_decision_after_yes");
    cluster.ask("transfer a b 1");
    cluster.deliver(1, 2, "prepare");
    cluster.deliver(1, 3, "prepare");
    cluster.fire(2, "decision T1");
    assert!(cluster.broken.is_empty());
    cluster.deliver(2, 1, "vote");
    cluster.deliver(3, 1, "vote");
    assert_eq!(cluster.broken, ["ac1"]);
}

#[test]
fn a_commit_told_before_it_is_durable_is_forgotten_in_a_crash() {
    let mut cluster = Cluster::off(3, "force_decision");
    cluster.ask("transfer a b 1");
    for bank in [2, 3] {
        cluster.deliver(1, bank, "prepare");
        cluster.deliver(bank, 1, "vote");
    }
    cluster.deliver(1, 2, "decision");
    cluster.crash(node(1), Keep::NOTHING);
    assert!(cluster.broken.is_empty());
    cluster.restart(node(1));
    assert_eq!(cluster.broken, ["ac1", "ac2"]);
    let (id, response) = cluster.replies[0];
    let request = super::run("transfer a b 1");
    cluster.judge(&crate::Seen::Returned { id, request: &request, response: &response });
    assert!(cluster.broken.contains(&"truthful_answer"), "the client was told of a commit that is none");
}

#[test]
fn a_yes_that_is_not_durable_is_forgotten_in_a_crash() {
    let mut cluster = Cluster::off(3, "force_prepared");
    cluster.ask("transfer a b 1");
    cluster.deliver(1, 2, "prepare");
    cluster.deliver(2, 1, "vote");
    cluster.crash(node(2), Keep::NOTHING);
    cluster.restart(node(2));
    cluster.deliver(1, 3, "prepare");
    cluster.deliver(3, 1, "vote");
    assert!(cluster.broken.is_empty());
    cluster.deliver(1, 2, "decision");
    assert_eq!(cluster.broken, ["ac1"]);
}

#[test]
fn an_abort_told_to_a_peer_must_be_remembered() {
    let mut cluster = Cluster::off(3, "record_abort_before_answering");
    cluster.ask("transfer a b 1");
    cluster.deliver(1, 2, "prepare");
    cluster.deliver(2, 1, "vote");
    cluster.fire(2, "decision T1");
    cluster.deliver(2, 3, "inquiry");
    cluster.deliver(3, 2, "answer");
    cluster.deliver(1, 3, "prepare");
    assert!(cluster.broken.is_empty());
    cluster.deliver(3, 1, "vote");
    assert_eq!(cluster.broken, ["ac1"]);
    cluster.deliver(1, 3, "decision");
    assert!(cluster.broken.contains(&"ac2"), "n3 itself goes back on its word");
}

#[test]
fn without_locks_the_same_money_is_spent_twice() {
    let mut cluster = Cluster::off(3, "lock_until_decision");
    cluster.ask("transfer a b 80");
    cluster.ask("transfer a d 80");
    cluster.deliver_all();
    assert_eq!(cluster.broken, ["no_overdraft"]);
}

#[test]
fn without_locks_an_audit_sees_half_a_transfer() {
    let mut cluster = Cluster::off(3, "lock_until_decision");
    cluster.ask("transfer a b 80");
    for bank in [2, 3] {
        cluster.deliver(1, bank, "prepare");
        cluster.deliver(bank, 1, "vote");
    }
    cluster.deliver(1, 2, "decision");
    cluster.ask("audit");
    cluster.deliver(1, 2, "prepare");
    cluster.deliver(1, 3, "prepare");
    cluster.deliver_all();
    assert_eq!(cluster.broken, ["conservation"]);
}

#[test]
fn a_coordinator_that_answers_only_what_it_knows_leaves_participants_in_doubt() {
    let mut cluster = Cluster::off(3, "presume_abort");
    cluster.ask("transfer a b 1");
    cluster.deliver(1, 2, "prepare");
    cluster.deliver(1, 3, "prepare");
    cluster.crash(node(1), Keep::NOTHING);
    cluster.heal(45);
    assert!(!cluster.is_settled());
    assert_eq!(cluster.broken, ["inquiry_answered"]);
}

#[test]
fn an_acknowledgement_promises_that_the_commit_is_durable() {
    let mut cluster = Cluster::off(3, "acknowledge_after_durable_decision");
    cluster.ask("transfer a b 1");
    cluster.deliver_all();
    assert!(cluster.is_quiet());
    cluster.crash(node(2), Keep::NOTHING);
    assert!(cluster.broken.is_empty());
    cluster.restart(node(2));
    assert_eq!(cluster.broken, ["durability"]);
    cluster.deliver_all();
    assert_eq!(cluster.broken, ["durability", "ac1", "ac2"], "it asks, and nobody remembers");
}

#[test]
fn a_coordinator_that_forgets_too_early_answers_abort() {
    let mut cluster = Cluster::off(3, "remember_until_all_acknowledge");
    cluster.ask("transfer a b 1");
    for bank in [2, 3] {
        cluster.deliver(1, bank, "prepare");
        cluster.deliver(bank, 1, "vote");
    }
    cluster.deliver(1, 2, "decision");
    cluster.deliver(2, 1, "ack");
    cluster.drop_packet(1, 3, "decision");
    cluster.fire(3, "decision T1");
    cluster.deliver(3, 1, "inquiry");
    assert!(cluster.broken.is_empty());
    cluster.deliver(1, 3, "decision");
    assert_eq!(cluster.broken, ["ac1"]);
}

#[test]
fn a_participant_that_forgets_its_commit_tells_a_peer_to_abort() {
    let mut cluster = Cluster::off(3, "keep_outcome_for_peers");
    cluster.ask("transfer a b 1");
    for bank in [2, 3] {
        cluster.deliver(1, bank, "prepare");
        cluster.deliver(bank, 1, "vote");
    }
    cluster.deliver(1, 2, "decision");
    cluster.fire(3, "decision T1");
    assert!(cluster.broken.is_empty());
    cluster.deliver(3, 2, "inquiry");
    assert_eq!(cluster.broken, ["ac1", "ac2"]);
}

#[test]
fn a_name_used_twice_mixes_two_transactions() {
    let mut cluster = Cluster::off(3, "never_reuse_names");
    cluster.ask("transfer a b 1");
    cluster.deliver(1, 2, "prepare");
    cluster.crash(node(1), Keep::NOTHING);
    cluster.packets.clear();
    cluster.restart(node(1));
    cluster.packets.clear();
    cluster.ask("transfer a b 50");
    for bank in [2, 3] {
        cluster.deliver(1, bank, "prepare");
        cluster.deliver(bank, 1, "vote");
    }
    assert!(cluster.broken.contains(&"ac1"), "{:?}", cluster.broken);
    cluster.deliver(1, 2, "decision");
    assert!(cluster.broken.contains(&"effects"), "n2 committed the old work");
}

#[test]
fn a_request_that_arrives_twice_moves_the_money_twice() {
    let mut cluster = Cluster::off(3, "deduplicate_requests");
    let id = cluster.ask("transfer a b 30");
    cluster.deliver_all();
    cluster.ask_again(id, "transfer a b 30");
    assert!(cluster.broken.is_empty());
    cluster.deliver_all();
    assert_eq!(cluster.broken, ["exactly_once"]);
}

#[test]
fn a_refused_request_must_not_commit_after_a_restart() {
    let mut cluster = Cluster::off(3, "record_refusal_before_replying");
    let id = cluster.ask("transfer a b 30");
    cluster.fire(1, "votes T1");
    let (_, response) = cluster.replies[0];
    let request = super::run("transfer a b 30");
    cluster.judge(&crate::Seen::Returned { id, request: &request, response: &response });
    cluster.crash(node(1), Keep::NOTHING);
    cluster.restart(node(1));
    cluster.ask_again(id, "transfer a b 30");
    assert!(cluster.broken.is_empty());
    cluster.deliver_all();
    assert_eq!(cluster.broken, ["exactly_once"]);
}
