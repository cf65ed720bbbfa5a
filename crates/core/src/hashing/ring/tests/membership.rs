//! Epochs: who issues them, how keys follow, what the administrator survives.

use super::*;
use crate::hashing::ring::Change;

fn filled(nodes: u8, keys: u32) -> Cluster {
    let mut cluster = Cluster::new(nodes, |_| {});
    for key in 0..keys {
        cluster.put(Key(key), key);
        cluster.run();
    }
    cluster
}

/// Every key lies on exactly its owners' disks.
fn assert_in_place(cluster: &Cluster, members: NodeSet, keys: u32) {
    for key in (0..keys).map(Key) {
        let owners = cluster.owners_in(members, key);
        for node in NodeId::all(cluster.setup.nodes) {
            assert_eq!(cluster.on_disk(node, key).is_some(), owners.contains(&node), "{key} at {node}");
        }
    }
}

#[test]
fn a_join_moves_only_the_arcs_of_the_new_node() {
    let mut cluster = filled(6, 40);
    let before = cluster.setup.initial().members;
    assert_in_place(&cluster, before, 40);
    issue(&mut cluster, Request::Join { node: n(6) });
    cluster.run();
    cluster.rounds();
    assert_in_place(&cluster, before.with(n(6)), 40);
    assert!(cluster.broken.is_empty());
    for node in 1..=6 {
        let view = epoch_of(&cluster, n(node));
        assert_eq!((view.epoch, view.is_settled()), (2, true), "n{node}");
    }
    // Copies went to the new node alone: nobody else got anything.
    for (_, event) in &cluster.events {
        if let Event::TransferStarted { to, .. } = event {
            assert_eq!(*to, n(6));
        }
    }
    let events = |fits: fn(&Event) -> bool| cluster.events.iter().filter(|(_, event)| fits(event)).count();
    assert_eq!(events(|event| matches!(event, Event::EpochIssued { change: Change::Join(_), .. })), 1);
    assert_eq!(events(|event| matches!(event, Event::EpochSettled { .. })), 1);
}

#[test]
fn a_node_that_leaves_hands_off_all_it_has() {
    let mut cluster = filled(5, 40);
    issue(&mut cluster, Request::Join { node: n(5) });
    cluster.run();
    cluster.rounds();
    let id = cluster.request(ClientId::OPERATOR, n(1), Request::Leave { node: n(2) });
    cluster.run();
    cluster.rounds();
    assert_eq!(cluster.outcome(id), Some(Outcome::Changed));
    assert_in_place(&cluster, NodeSet::first(5).without(n(2)), 40);
    assert!(cluster.node(n(2)).items.is_empty());
    assert!(cluster.broken.is_empty());
}

#[test]
fn a_dead_member_is_removed_and_its_keys_are_copied_again() {
    let mut cluster = filled(6, 40);
    ready(&mut cluster);
    cluster.crash(n(3), Keep::NOTHING);
    assert!(!cluster.meets("removal"));
    cluster.fire(n(1), Timer::Silence(n(3)));
    cluster.run();
    cluster.rounds();
    let members = NodeSet::first(5).without(n(3));
    assert_eq!(epoch_of(&cluster, n(1)).members, members);
    assert_eq!(epoch_of(&cluster, n(1)).evicted, NodeSet::EMPTY.with(n(3)));
    for key in (0..40).map(Key) {
        for owner in cluster.owners_in(members, key) {
            assert!(cluster.on_disk(owner, key).is_some(), "{key} at {owner}");
        }
    }
    assert!(cluster.meets("removal") && cluster.meets("full_replication"));
    // It returns, and rejoins with its next heartbeat.
    cluster.restart(n(3));
    cluster.run();
    cluster.rounds();
    assert_eq!(epoch_of(&cluster, n(3)).members, NodeSet::first(5));
    assert_in_place(&cluster, NodeSet::first(5), 40);
    assert!(cluster.broken.is_empty());
}

#[test]
fn too_few_never_remain() {
    let mut cluster = filled(3, 5);
    ready(&mut cluster);
    for node in [n(1), n(2)] {
        let id = cluster.request(ClientId::OPERATOR, n(1), Request::Leave { node });
        assert_eq!(cluster.outcome(id), Some(Outcome::Refused));
    }
    let id = cluster.request(ClientId::OPERATOR, n(1), Request::Join { node: n(9) });
    assert_eq!(cluster.outcome(id), Some(Outcome::Refused), "there is no such node");
    let id = cluster.request(ClientId::OPERATOR, n(1), Request::Join { node: n(2) });
    assert_eq!(cluster.outcome(id), Some(Outcome::Changed), "it is a member");
    cluster.crash(n(2), Keep::NOTHING);
    cluster.fire(n(1), Timer::Silence(n(2)));
    cluster.run();
    assert_eq!(epoch_of(&cluster, n(1)).epoch, 1);
    assert!(cluster.meets("removal"));
}

#[test]
fn nothing_changes_while_the_administrator_is_down_and_all_else_goes_on() {
    let mut cluster = filled(5, 10);
    cluster.crash(n(1), Keep::NOTHING);
    let key = key_where(|key| !cluster.owners(key).contains(&n(1)));
    let id = cluster.put(key, 7);
    cluster.run();
    cluster.rounds();
    assert!(cluster.acknowledged(id));
    assert_eq!(epoch_of(&cluster, n(2)).epoch, 1);
    cluster.restart(n(1));
    issue(&mut cluster, Request::Join { node: n(5) });
    cluster.run();
    assert_eq!(epoch_of(&cluster, n(2)).epoch, 2);
}

#[test]
fn an_epoch_outlives_the_crash_of_the_administrator() {
    let mut cluster = filled(5, 10);
    issue(&mut cluster, Request::Join { node: n(5) });
    let issued = epoch_of(&cluster, n(1));
    // It is on the administrator's disk, and has reached nobody.
    cluster.packets.clear();
    cluster.crash(n(1), Keep::NOTHING);
    cluster.restart(n(1));
    assert_eq!(epoch_of(&cluster, n(1)), issued);
    cluster.run();
    cluster.rounds();
    assert_eq!(epoch_of(&cluster, n(4)).number(), issued.number());
    assert!(epoch_of(&cluster, n(4)).is_settled());
    assert!(cluster.broken.is_empty());
}

#[test]
fn an_administrator_without_its_log_never_issues_an_epoch_twice() {
    // One node learns of the epoch before the administrator's disk is lost; then a different change is asked for. For each
    // choice of that node, and with it silent while the administrator asks.
    for told in 2..=6 {
        for silent in [false, true] {
            let mut cluster = filled(6, 20);
            issue(&mut cluster, Request::Join { node: n(6) });
            cluster.deliver(|packet| packet.to == n(told) && matches!(packet.message.body, Body::Publish));
            cluster.flush(n(told));
            let late = cluster.packets.clone();
            cluster.packets.clear();
            cluster.wipe(n(1));
            cluster.restart(n(1));
            assert!(cluster.node(n(1)).administrator.as_ref().is_some_and(|administrator| !administrator.ready));
            cluster.packets.clear();
            cluster.request(ClientId::OPERATOR, n(1), Request::Leave { node: n(5) });
            cluster.fire(n(1), Timer::Recall);
            if silent {
                cluster.drop_packets(|packet| packet.to == n(told));
            }
            cluster.run();
            // What the first reign had sent arrives at last.
            cluster.packets.extend(late.into_iter().filter(|packet| packet.to != n(1)));
            cluster.run();
            cluster.rounds();
            assert!(cluster.broken.is_empty(), "told n{told}, silent {silent}: {:?}", cluster.broken);
            let view = epoch_of(&cluster, n(1));
            assert!(view.reign == 1 && view.is_settled(), "told n{told}, silent {silent}: {view:?}");
            assert!(NodeId::all(6).all(|node| epoch_of(&cluster, node) == view));
            assert_in_place(&cluster, view.members, 20);
        }
    }
}

#[test]
fn a_switched_placement_rule_is_followed_at_once_and_loses_nothing() {
    for rule in [Rule::RingPlacement, Rule::VirtualNodes] {
        let mut cluster = filled(5, 30);
        cluster.setup.rules.set(rule.into(), false);
        cluster.rounds();
        cluster.rounds();
        assert!(cluster.broken.is_empty(), "{rule:?}: {:?}", cluster.broken);
        assert_in_place(&cluster, cluster.setup.initial().members, 30);
    }
}
