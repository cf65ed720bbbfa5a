//! A crash at every point of the protocol, of every process, keeping every prefix of what it had not synced.

use super::{Cluster, node};
use crate::Keep;
use alloc::vec::Vec;

/// Takes the next local step of an ordinary run: the oldest sync completes, or else the oldest packet arrives. False once
/// there is none.
fn advance(cluster: &mut Cluster) -> bool {
    let nodes = cluster.slots.len() as u8;
    if let Some(me) = (1..=nodes).map(node).find(|me| cluster.is_syncing(*me)) {
        cluster.flush(me);
        return true;
    }
    match cluster.packets.iter().position(|packet| cluster.slots[packet.to.index()].is_up()) {
        Some(index) => {
            cluster.deliver_at(index);
            true
        }
        None => false,
    }
}

/// The states of an ordinary run, one after each step.
fn moments(mut cluster: Cluster) -> Vec<Cluster> {
    let mut all = alloc::vec![cluster.clone()];
    while advance(&mut cluster) {
        all.push(cluster.clone());
    }
    all
}

fn keeps(cluster: &Cluster, me: u8) -> impl Iterator<Item = Keep> + use<> {
    let unsynced = cluster.slots[node(me).index()].disk.area(super::super::LOG).unsynced().len();
    (0..=unsynced as u16).map(|kept| Keep([kept, 0, 0, 0]))
}

fn begun(work_round: bool, cooperative: bool) -> Cluster {
    let mut cluster = Cluster::new(3, |setup| {
        setup.config.work_round = work_round;
        setup.config.cooperative = cooperative;
    });
    cluster.syncs_at_once = false;
    cluster.ask("transfer a b 30");
    cluster.ask("transfer c d 5");
    cluster
}

/// After everything is repaired, all have decided, alike, and the money is all there.
#[track_caller]
fn finish(mut cluster: Cluster) -> Cluster {
    cluster.heal(6);
    cluster.assert_sound();
    assert!(cluster.is_quiet(), "still open: {:?} {:?}", cluster.packets, cluster.events);
    assert!(cluster.is_settled());
    assert_eq!(cluster.money(), 600);
    cluster.ask("audit");
    cluster.deliver_all();
    cluster.assert_sound();
    assert!(
        matches!(cluster.replies.last(), Some((_, super::Response::Committed { total: Some(600), .. }))),
        "no lock may be left behind: {:?}",
        cluster.replies
    );
    cluster
}

#[test]
fn one_crash_anywhere() {
    let (mut runs, mut commits, mut aborts) = (0, 0, 0);
    for (work_round, cooperative) in [(false, false), (false, true), (true, false), (true, true)] {
        for moment in moments(begun(work_round, cooperative)) {
            for me in 1..=3 {
                for keep in keeps(&moment, me) {
                    for late in [false, true] {
                        let mut cluster = moment.clone();
                        cluster.crash(node(me), keep);
                        if late {
                            // The others go on alone for a while, and all their timers fire.
                            while advance(&mut cluster) {}
                            let armed: Vec<_> = (0..3)
                                .flat_map(|index| cluster.slots[index].timers.iter().map(move |t| (index, t.timer)))
                                .collect();
                            for (index, timer) in armed {
                                cluster.fire_timer(crate::NodeId(index as u8), timer);
                            }
                            while advance(&mut cluster) {}
                        }
                        let end = finish(cluster);
                        runs += 1;
                        commits += end.count(|event| matches!(event, super::Event::DecidedCommit { .. }));
                        aborts += end.count(|event| matches!(event, super::Event::DecidedAbort { .. }));
                    }
                }
            }
        }
    }
    assert!(runs > 500 && commits > 0 && aborts > 0, "{runs} runs, {commits} commits, {aborts} aborts");
}

#[test]
fn two_crashes_anywhere() {
    let mut runs = 0;
    for moment in moments(begun(false, true)) {
        for first in 1..=3 {
            for keep in keeps(&moment, first) {
                let mut crashed = moment.clone();
                crashed.crash(node(first), keep);
                crashed.restart(node(first));
                for later in moments(crashed) {
                    for second in 1..=3 {
                        for keep in keeps(&later, second) {
                            let mut cluster = later.clone();
                            cluster.crash(node(second), keep);
                            finish(cluster);
                            runs += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(runs > 5_000, "{runs} runs");
}

#[test]
fn a_torn_record_is_cut_off_and_what_comes_later_survives() {
    let mut cluster = Cluster::short(3);
    cluster.syncs_at_once = false;
    cluster.ask("transfer a b 30");
    cluster.deliver(1, 2, "prepare");
    let slot = &mut cluster.slots[1];
    assert!(slot.disk.tear(super::super::LOG));
    cluster.crash(node(2), Keep::NOTHING);
    cluster.syncs_at_once = true;
    cluster.restart(node(2));
    cluster.fire(1, "votes T1");
    cluster.deliver_all();
    cluster.ask("transfer a b 30");
    cluster.deliver_all();
    assert_eq!(cluster.count(|event| matches!(event, super::Event::DecidedCommit { .. })), 1);
    cluster.crash(node(2), Keep::NOTHING);
    finish(cluster);
}
