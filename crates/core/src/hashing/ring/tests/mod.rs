//! The store on the bench: explicit deliveries, flushes, crashes, wiped disks.

mod guards;
mod membership;
mod promises;
mod spelling;

use super::{
    Body, Event, Item, Key, Membership, Message, NodeSet, Outcome, Request, RingStore, Rule, Timer, owners, placing,
    preference, store,
};
use crate::bench::Bench;
use crate::{ClientId, Input, Keep, NodeId, Operation, Promise, Protocol, QuietView, RequestId, Setup, Time};
use alloc::vec::Vec;

type Packet = crate::bench::Packet<Message>;

/// A cluster whose disks sync when a test says so.
type Cluster = Bench<RingStore>;

const C1: ClientId = ClientId(1);
const C2: ClientId = ClientId(2);

fn n(number: u8) -> NodeId {
    NodeId(number - 1)
}

impl Cluster {
    fn new(nodes: u8, change: impl FnOnce(&mut Setup<RingStore>)) -> Self {
        let mut setup = Setup::new(nodes);
        change(&mut setup);
        Self::with(setup)
    }

    /// Three copies, two disks, some rule off.
    fn without(nodes: u8, rule: Rule) -> Self {
        Self::new(nodes, |setup| setup.rules.set(rule.into(), false))
    }

    /// Whether a Within promise is kept as things are now, an hour after the last answer.
    fn meets(&self, slug: &str) -> bool {
        let hour = Time(3_600_000_000);
        let view = QuietView { cluster: self.view(), now: hour, oldest_request: None, answered: Time::ZERO };
        RingStore::invariants().iter().any(|invariant| match invariant.promise {
            Promise::Within { met, .. } => invariant.slug == slug && met(&view).is_ok(),
            _ => false,
        })
    }

    /// Every node beats once and compares with each other member in turn.
    fn rounds(&mut self) {
        for _ in 0..2 * self.setup.nodes {
            for node in NodeId::all(self.setup.nodes) {
                for timer in [Timer::Heartbeat, Timer::Exchange, Timer::Recall] {
                    self.fire_if_armed(node, timer);
                }
            }
            self.run();
        }
    }

    /// What the node's disk holds for sure.
    fn on_disk(&self, node: NodeId, key: Key) -> Option<Item> {
        store::synced_item(self.slots[node.index()].disk.synced(), key)
    }

    fn owners_in(&self, members: NodeSet, key: Key) -> Vec<NodeId> {
        let placement = placing::placement(&self.setup, n(1), members);
        owners(&preference(&self.setup, &placement, key)).collect()
    }

    /// The owners of a key in the first epoch.
    fn owners(&self, key: Key) -> Vec<NodeId> {
        self.owners_in(self.setup.initial().members, key)
    }

    fn put(&mut self, key: Key, value: u32) -> RequestId {
        let first = self.owners(key)[0];
        self.write(C1, first, key, value)
    }

    /// A write whose first phase is over: it has its version.
    fn write(&mut self, client: ClientId, to: NodeId, key: Key, value: u32) -> RequestId {
        let id = self.request(client, to, Request::Put { key, value });
        self.deliver(|packet| matches!(packet.message.body, Body::Read { op, .. } if op == id));
        self.deliver(|packet| matches!(packet.message.body, Body::Found { op, .. } if op == id));
        id
    }

    fn outcome(&self, id: RequestId) -> Option<Outcome> {
        self.replies.iter().rev().find(|(of, _)| *of == id).map(|(_, response)| response.outcome)
    }

    fn acknowledged(&self, id: RequestId) -> bool {
        matches!(self.outcome(id), Some(Outcome::Stored { .. }))
    }
}

fn is_write(packet: &Packet) -> bool {
    matches!(packet.message.body, Body::Write { .. })
}

/// The first key of which something holds.
fn key_where(fits: impl Fn(Key) -> bool) -> Key {
    (0..10_000).map(Key).find(|key| fits(*key)).expect("some key fits")
}

/// The membership with one more node.
fn grown(cluster: &Cluster) -> NodeSet {
    cluster.setup.initial().members.with(NodeId(cluster.setup.initial().members.len() as u8))
}

/// Two copies on two of three members, with a fourth node that can join.
fn small(setup: &mut Setup<RingStore>) {
    setup.config.members = 3;
    setup.config.copies = 2;
    setup.config.write_quorum = 2;
    setup.config.read_quorum = 1;
}

/// A key that one of its two owners loses when `n4` joins, and that owner.
fn key_that_moves(cluster: &Cluster) -> (Key, NodeId) {
    let grown = grown(cluster);
    let loser = |key: Key| cluster.owners(key).into_iter().find(|owner| !cluster.owners_in(grown, key).contains(owner));
    // The administrator enters the epoch when it issues it: let another one lose the key, and coordinate it.
    let key = key_where(|key| loser(key).is_some_and(|loser| loser != n(1)) && !cluster.owners(key).contains(&n(1)));
    (key, loser(key).expect("it fits"))
}

/// The administrator learns that the others are there, as it must before its first change.
fn ready(cluster: &mut Cluster) {
    cluster.rounds();
}

/// The operator asks for a change; it is issued, and nothing of it is delivered yet.
fn issue(cluster: &mut Cluster, request: Request) {
    ready(cluster);
    let before = epoch_of(cluster, n(1)).epoch;
    cluster.request(ClientId::OPERATOR, n(1), request);
    for _ in 0..10 {
        cluster.flush_all();
        if epoch_of(cluster, n(1)).epoch > before {
            return;
        }
        cluster.deliver(|_| true);
    }
    panic!("the change was not issued: {:?}", epoch_of(cluster, n(1)));
}

/// What a node goes by.
fn epoch_of(cluster: &Cluster, node: NodeId) -> Membership {
    cluster.node(node).view
}

#[test]
fn an_operation_of_the_disk_is_what_the_harness_issues() {
    // The harness and the store must speak of the same disk operations: an append, then a trim.
    let mut cluster = Cluster::new(3, |_| {});
    let id = cluster.put(Key(1), 5);
    let first = cluster.owners(Key(1))[0];
    let unsynced = cluster.slots[first.index()].disk.area(super::DATA).unsynced();
    assert!(matches!(unsynced, [Operation::Append(_)]), "{unsynced:?}");
    cluster.run();
    assert!(cluster.acknowledged(id));
}
