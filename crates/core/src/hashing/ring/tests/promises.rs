//! What the store does with every rule on: writes, reads, repair, recovery.

use super::*;
use crate::{AreaId, Excess};

fn get(cluster: &mut Cluster, key: Key) -> RequestId {
    let first = cluster.owners(key)[0];
    cluster.request(C2, first, Request::Get { key })
}

#[test]
fn a_write_is_acknowledged_by_the_second_disk_and_reaches_the_third() {
    let mut cluster = Cluster::new(5, |_| {});
    let owners = cluster.owners(Key(3));
    let id = cluster.put(Key(3), 7);
    cluster.flush_all();
    cluster.deliver(|packet| packet.to == owners[1]);
    assert!(!cluster.acknowledged(id), "one disk is not enough");
    cluster.flush_all();
    cluster.deliver(|packet| packet.from == owners[1]);
    assert!(cluster.acknowledged(id));
    cluster.run();
    for owner in owners {
        assert_eq!(cluster.on_disk(owner, Key(3)).map(|item| item.value), Some(7), "{owner}");
    }
    assert!(cluster.broken.is_empty());
}

#[test]
fn a_read_returns_the_newest_of_r_and_repairs_the_old() {
    let mut cluster = Cluster::new(5, |_| {});
    let owners = cluster.owners(Key(3));
    cluster.put(Key(3), 7);
    cluster.drop_packets(|packet| packet.to == owners[2]);
    cluster.run();
    assert_eq!(cluster.on_disk(owners[2], Key(3)), None);
    let id = cluster.request(C2, owners[2], Request::Get { key: Key(3) });
    cluster.run();
    assert!(
        matches!(cluster.outcome(id), Some(Outcome::Found { item }) if item.value == 7),
        "{:?}",
        cluster.outcome(id)
    );
    assert_eq!(cluster.on_disk(owners[2], Key(3)).map(|item| item.value), Some(7));
    assert!(cluster.events.iter().any(|(_, event)| matches!(event, Event::ReadRepaired { .. })));
    let absent = get(&mut cluster, Key(4));
    cluster.run();
    assert_eq!(cluster.outcome(absent), Some(Outcome::Absent));
}

#[test]
fn a_coordinator_that_is_behind_writes_above_what_it_finds() {
    let mut cluster = Cluster::new(3, |_| {});
    let owners = cluster.owners(Key(3));
    for value in 1..=3 {
        cluster.put(Key(3), value);
        cluster.drop_packets(|packet| packet.to == owners[2]);
        cluster.run();
    }
    let id = cluster.request(C2, owners[2], Request::Put { key: Key(3), value: 9 });
    cluster.run();
    assert!(cluster.acknowledged(id));
    let read = get(&mut cluster, Key(3));
    cluster.run();
    assert!(
        matches!(cluster.outcome(read), Some(Outcome::Found { item }) if item.value == 9 && item.version.counter == 4)
    );
}

#[test]
fn a_retry_is_answered_again_and_not_written_again() {
    let mut cluster = Cluster::new(3, |_| {});
    let first = cluster.owners(Key(3))[0];
    let id = cluster.put(Key(3), 7);
    cluster.run();
    let item = cluster.on_disk(first, Key(3));
    cluster.step(first, Input::Request { id, request: Request::Put { key: Key(3), value: 7 } });
    cluster.run();
    assert_eq!(cluster.replies.iter().filter(|(of, _)| *of == id).count(), 2);
    assert_eq!(cluster.on_disk(first, Key(3)), item);
}

#[test]
fn an_acknowledged_write_outlives_any_one_disk() {
    for lost in 1..=5 {
        let mut cluster = Cluster::new(5, |_| {});
        for key in 0..20 {
            cluster.put(Key(key), key);
            cluster.run();
        }
        cluster.wipe(n(lost));
        assert!(cluster.broken.is_empty());
        cluster.restart(n(lost));
        let needed = (0..20).any(|key| cluster.owners(Key(key)).contains(&n(lost)));
        assert!(!needed || !cluster.meets("full_replication"), "copies are missing now");
        cluster.rounds();
        assert!(cluster.meets("full_replication") && cluster.meets("removal"));
        assert!(cluster.broken.is_empty());
    }
}

#[test]
fn the_loss_of_a_second_disk_can_take_an_acknowledged_write() {
    let mut cluster = Cluster::new(3, |_| {});
    let owners = cluster.owners(Key(3));
    let id = cluster.put(Key(3), 7);
    cluster.drop_packets(|packet| packet.to == owners[2]);
    cluster.run();
    assert!(cluster.acknowledged(id));
    cluster.wipe(owners[0]);
    assert!(cluster.broken.is_empty());
    cluster.wipe(owners[1]);
    assert_eq!(cluster.broken, ["durability"]);
    let tolerance = RingStore::tolerates(&cluster.setup);
    let excess = Excess::DisksLost { found: 2, limit: 1 };
    assert_eq!(tolerance.exceeded_by(&cluster.faults), Some(excess), "outside what is promised");
}

#[test]
fn a_copy_counts_though_a_crash_swallowed_the_event_that_tells_it() {
    let mut cluster = Cluster::new(3, |_| {});
    let owners = cluster.owners(Key(3));
    let id = cluster.put(Key(3), 7);
    cluster.drop_packets(|packet| packet.to == owners[2]);
    cluster.flush(owners[0]);
    cluster.deliver(|packet| packet.to == owners[1]);
    cluster.crash(owners[1], Keep::ALL);
    cluster.restart(owners[1]);
    let told = |cluster: &Cluster| {
        cluster.events.iter().any(|(node, event)| *node == owners[1] && matches!(event, Event::CopyStored { .. }))
    };
    assert!(!told(&cluster) && cluster.on_disk(owners[1], Key(3)).is_some());
    // The client asks again; the second disk answers at once, since it has the copy.
    cluster.step(owners[0], Input::Request { id, request: Request::Put { key: Key(3), value: 7 } });
    cluster.drop_packets(|packet| packet.to == owners[2]);
    cluster.run();
    assert!(cluster.acknowledged(id) && !told(&cluster));
    assert!(cluster.broken.is_empty(), "two disks hold it: {:?}", cluster.broken);
}

#[test]
fn a_torn_record_costs_nothing_that_was_promised() {
    let mut cluster = Cluster::new(3, |_| {});
    let first = cluster.owners(Key(3))[0];
    cluster.put(Key(3), 1);
    cluster.run();
    cluster.put(Key(3), 2);
    assert!(cluster.slots[first.index()].disk.tear(AreaId(0)), "the second write is in mid-air");
    cluster.crash(first, Keep::NOTHING);
    cluster.restart(first);
    assert!(cluster.events.contains(&(
        first,
        Event::Started { view: cluster.setup.initial(), digest: cluster.node(first).digest(), keys: 1, unreadable: 1 }
    )));
    assert_eq!(cluster.node(first).items[&Key(3)].value, 1);
    // What comes after the torn record is read again after the next crash.
    let id = cluster.put(Key(3), 3);
    cluster.run();
    assert!(cluster.acknowledged(id));
    cluster.crash(first, Keep::NOTHING);
    cluster.restart(first);
    assert_eq!(cluster.node(first).items[&Key(3)].value, 3);
}

#[test]
fn the_log_is_compacted_and_a_crash_in_the_midst_of_it_loses_nothing() {
    let mut cluster = Cluster::new(3, |_| {});
    let first = cluster.owners(Key(3))[0];
    for value in 0..200 {
        cluster.put(Key(3), value);
        cluster.run();
        let log = cluster.slots[first.index()].disk.area(super::super::DATA);
        assert!(log.end() - log.first() <= 4 + 32 + 1, "the log grows without bound");
        assert_eq!(cluster.node(first).log.end, log.end());
    }
    for keep in 0..4 {
        let mut cluster = Cluster::new(3, |_| {});
        let mut value = 0;
        let unsynced = |cluster: &Cluster| cluster.slots[first.index()].disk.area(super::super::DATA).unsynced().len();
        while unsynced(&cluster) < 2 {
            cluster.run();
            value += 1;
            cluster.put(Key(3), value);
        }
        cluster.crash(first, Keep([keep, 0, 0, 0]));
        cluster.restart(first);
        let found = cluster.node(first).items[&Key(3)].value;
        assert!(found == value - 1 || (found == value && keep > 0), "kept {keep}: {found} of {value}");
    }
}

#[test]
fn a_client_with_an_old_epoch_is_shown_the_way() {
    let mut cluster = Cluster::new(6, |_| {});
    issue(&mut cluster, Request::Join { node: n(6) });
    cluster.run();
    cluster.rounds();
    let grown = grown(&cluster);
    let key = key_where(|key| !cluster.owners_in(grown, key).contains(&cluster.owners(key)[2]));
    let former = cluster.owners(key)[2];
    let request = Request::Put { key, value: 7 };
    let id = cluster.request(C1, former, request);
    assert_eq!(cluster.outcome(id), Some(Outcome::NotMine));
    let mut route = super::super::Route::default();
    assert_eq!(RingStore::route(&cluster.setup, &route, &request, 2), former, "the client knows the first epoch only");
    let (_, response) = cluster.replies.last().copied().expect("an answer");
    assert_eq!(RingStore::answer(&mut route, former, &request, &response), crate::Answer::Again);
    let next = RingStore::route(&cluster.setup, &route, &request, 0);
    assert_eq!(next, cluster.owners_in(grown, key)[0]);
    let id = cluster.request(C1, next, request);
    cluster.run();
    assert!(cluster.acknowledged(id));
}

#[test]
fn what_was_on_a_lost_disk_stays_known_after_the_next_crash() {
    let mut cluster = Cluster::new(3, |_| {});
    let lost = cluster.owners(Key(3))[0];
    cluster.put(Key(3), 7);
    cluster.run();
    cluster.wipe(lost);
    cluster.restart(lost);
    assert!(cluster.node(lost).recall.is_some());
    cluster.run();
    assert!(cluster.node(lost).recall.is_none() && cluster.on_disk(lost, Key(3)).is_some());
    // Also when its log has been compacted since.
    for value in 0..100 {
        cluster.put(Key(3), value);
        cluster.run();
    }
    cluster.crash(lost, Keep::NOTHING);
    cluster.restart(lost);
    assert!(cluster.node(lost).recall.is_none(), "it asks nobody again");
    // A crash amid the recall keeps copies and not the word that these are all.
    cluster.wipe(lost);
    cluster.restart(lost);
    cluster.deliver(|_| true);
    cluster.deliver(|_| true);
    cluster.crash(lost, Keep([1, 0, 0, 0]));
    cluster.restart(lost);
    assert!(cluster.node(lost).recall.is_some());
}

#[test]
fn who_lost_the_disk_with_the_others_takes_part_once_all_have_said_so() {
    // Beyond what W = 2 allows: what both held is gone, and the store goes on with what is left.
    let mut cluster = Cluster::new(3, |_| {});
    let owners = cluster.owners(Key(3));
    for node in &owners[..2] {
        cluster.wipe(*node);
    }
    for node in &owners[..2] {
        cluster.restart(*node);
    }
    cluster.run();
    cluster.rounds();
    let id = cluster.put(Key(3), 8);
    cluster.run();
    assert!(cluster.acknowledged(id));
}

#[test]
fn a_quorum_that_can_never_be_is_refused_at_once() {
    let mut cluster = Cluster::new(1, |_| {});
    let id = cluster.put(Key(3), 7);
    assert_eq!(cluster.outcome(id), Some(Outcome::TooFew { owners: 1, quorum: 2 }));
    let read = get(&mut cluster, Key(3));
    assert_eq!(cluster.outcome(read), Some(Outcome::TooFew { owners: 1, quorum: 2 }));
    assert!(matches!(cluster.events.last(), Some((_, Event::TooFewOwners { owners: 1, quorum: 2, .. }))));
}

#[test]
fn a_retry_elsewhere_keeps_the_version_that_the_first_try_was_given_if_it_shows() {
    // Once with the first try in sight; once with a later write above it.
    for (hidden, counter) in [(false, 1), (true, 3)] {
        let mut cluster = Cluster::new(3, |_| {});
        let owners = cluster.owners(Key(3));
        let id = cluster.put(Key(3), 7);
        cluster.flush(owners[0]);
        cluster.deliver(|packet| is_write(packet) && packet.to == owners[1]);
        cluster.flush(owners[1]);
        cluster.crash(owners[0], Keep::NOTHING);
        if hidden {
            cluster.write(C2, owners[2], Key(3), 8);
            cluster.run();
        }
        cluster.step(owners[1], Input::Request { id, request: Request::Put { key: Key(3), value: 7 } });
        cluster.run();
        let stored = cluster.outcome(id);
        let Some(Outcome::Stored { version }) = stored else { panic!("{stored:?}") };
        assert_eq!(version.counter, counter);
        assert_eq!(cluster.on_disk(owners[2], Key(3)).map(|item| (item.version, item.value)), Some((version, 7)));
    }
}

#[test]
fn a_client_asks_an_owner_next_however_often_it_has_asked() {
    for copies in 1..=3 {
        let mut setup = Setup::<RingStore>::new(6);
        setup.config.copies = copies;
        let route = super::super::Route { view: Some(setup.initial()) };
        let request = Request::Get { key: Key(5) };
        let list = super::super::coordinator::owners_for_client(&setup, &setup.initial(), Key(5));
        let asked = |attempt| RingStore::route(&setup, &route, &request, attempt);
        for attempt in 0..2 * u32::from(copies) {
            assert!(list.contains(u32::from(asked(attempt).0)), "{copies} copies, try {attempt}");
        }
        // What it knows may be old: in time it asks everybody.
        let all: NodeSet = (0..60).map(asked).collect();
        assert_eq!(all, NodeSet::first(6));
    }
}

/// One copy, and a key that a join moves to the fourth node. That one has no copy yet when it coordinates a request, and what it asks
/// of the former owner is lost. The epoch settles before the request is answered.
fn asked_before_the_key_arrived(request: impl Fn(Key) -> Request) -> (Cluster, Option<Outcome>) {
    let mut cluster = Cluster::new(4, |setup| {
        small(setup);
        (setup.config.copies, setup.config.write_quorum) = (1, 1);
    });
    let key = key_where(|key| cluster.owners_in(grown(&cluster), key) == [n(4)]);
    for value in [6, 7] {
        cluster.put(key, value);
        cluster.run();
    }
    issue(&mut cluster, Request::Join { node: n(4) });
    cluster.flush_all();
    cluster.deliver(|packet| matches!(packet.message.body, Body::Publish));
    cluster.flush_all();
    let id = cluster.request(C2, n(4), request(key));
    let asked = cluster.packets.len();
    cluster.drop_packets(|packet| matches!(packet.message.body, Body::Read { .. }));
    assert_eq!(cluster.packets.len() + 1, asked, "the former owner was asked");
    assert_eq!((cluster.on_disk(n(4), key), cluster.outcome(id)), (None, None), "it waits for the former owner");
    cluster.run();
    cluster.rounds();
    assert!(epoch_of(&cluster, n(4)).is_settled());
    let outcome = cluster.outcome(id);
    (cluster, outcome)
}

#[test]
fn a_read_does_not_count_what_an_owner_answered_before_the_key_arrived() {
    let (cluster, outcome) = asked_before_the_key_arrived(|key| Request::Get { key });
    assert!(matches!(outcome, Some(Outcome::Found { item }) if item.value == 7), "{outcome:?}");
    assert!(cluster.broken.is_empty(), "{:?}", cluster.broken);
}

#[test]
fn a_write_is_not_numbered_by_what_an_owner_answered_before_the_key_arrived() {
    let (cluster, outcome) = asked_before_the_key_arrived(|key| Request::Put { key, value: 8 });
    assert!(matches!(outcome, Some(Outcome::Stored { version }) if version.counter == 3), "{outcome:?}");
    assert!(cluster.broken.is_empty(), "{:?}", cluster.broken);
}

#[test]
fn an_answer_that_was_sent_before_the_key_arrived_is_not_counted_when_it_comes_late() {
    let is_read = |packet: &Packet| matches!(packet.message.body, Body::Read { .. });
    let mut cluster = Cluster::new(4, |setup| {
        small(setup);
        (setup.config.read_quorum, setup.config.write_quorum) = (2, 1);
    });
    let (key, loser) = key_that_moves(&cluster);
    issue(&mut cluster, Request::Join { node: n(4) });
    // One disk has the write, that of the owner which the join takes the key from. It coordinates the read as well.
    let write = cluster.write(C1, loser, key, 7);
    cluster.flush(loser);
    cluster.drop_packets(is_write);
    assert!(cluster.acknowledged(write));
    let read = cluster.request(C2, loser, Request::Get { key });
    cluster.drop_packets(is_read);
    cluster.flush_all();
    cluster.deliver(|packet| matches!(packet.message.body, Body::Publish));
    cluster.flush_all();
    cluster.deliver(is_read);
    cluster.flush_all();
    let is_answer = |packet: &Packet| matches!(packet.message.body, Body::Found { op, item: None, .. } if op == read);
    let late: Vec<Packet> = cluster.packets.iter().filter(|packet| is_answer(packet)).cloned().collect();
    assert_eq!(late.len(), 2, "the new owner has no copy, nor has the one that stays");
    cluster.drop_packets(is_answer);
    while !epoch_of(&cluster, loser).is_settled() {
        for node in NodeId::all(4) {
            cluster.fire(node, Timer::Heartbeat);
            cluster.fire(node, Timer::Exchange);
        }
        for _ in 0..8 {
            cluster.flush_all();
            cluster.drop_packets(is_read);
            cluster.deliver(|_| true);
        }
    }
    assert_eq!(cluster.outcome(read), None, "what it asks since the keys have arrived is lost");
    cluster.flush_all();
    cluster.packets = late.into();
    cluster.run();
    assert_eq!(cluster.outcome(read), None, "the late answers do not count");
    cluster.step(loser, Input::Request { id: read, request: Request::Get { key } });
    cluster.run();
    let outcome = cluster.outcome(read);
    assert!(matches!(outcome, Some(Outcome::Found { item }) if item.value == 7), "{outcome:?}");
    assert!(cluster.broken.is_empty(), "{:?}", cluster.broken);
}
