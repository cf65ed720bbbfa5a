//! A small world to drive the store by hand: a list of packets, explicit flushes, crashes, wiped disks.

mod guards;
mod membership;
mod promises;
mod spelling;

use super::{
    Body, Event, Ghost, Item, Key, Membership, Message, NodeSet, Outcome, Request, Response, RingStore, Rule, Timer,
    owners, placing, preference, store,
};
use crate::{
    Answers, ClientId, ClusterView, Cx, Effect, Fault, FaultTally, Input, Keep, NodeId, Occasion, Operation, Outgoing,
    Promise, Protocol, QuietView, RequestId, Seen, Setup, Slot, Time, View,
};
use alloc::vec::Vec;

/// A clock that moves on with every look at it.
struct Counting<'a>(&'a mut u64);

impl Answers for Counting<'_> {
    fn choose(&mut self, _count: u32) -> u32 {
        0
    }

    fn clock(&mut self) -> Time {
        *self.0 += 1;
        Time(*self.0)
    }
}

#[derive(Clone, Debug)]
struct Packet {
    from: NodeId,
    to: NodeId,
    message: Message,
}

/// A cluster driven by hand. Messages wait in `packets`; disks sync when told to.
#[derive(Clone)]
struct Cluster {
    setup: Setup<RingStore>,
    slots: Vec<Slot<RingStore>>,
    packets: Vec<Packet>,
    ghost: Ghost,
    faults: FaultTally,
    events: Vec<(NodeId, Event)>,
    replies: Vec<(RequestId, Response)>,
    broken: Vec<&'static str>,
    sequences: [u32; 4],
    clock: u64,
}

const C1: ClientId = ClientId(1);
const C2: ClientId = ClientId(2);

fn n(number: u8) -> NodeId {
    NodeId(number - 1)
}

impl Cluster {
    fn new(nodes: u8, change: impl FnOnce(&mut Setup<RingStore>)) -> Self {
        let mut setup = Setup::new(nodes);
        change(&mut setup);
        let mut cluster = Self {
            slots: (0..nodes).map(|_| Slot::blank()).collect(),
            setup,
            packets: Vec::new(),
            ghost: Ghost::default(),
            faults: FaultTally::default(),
            events: Vec::new(),
            replies: Vec::new(),
            broken: Vec::new(),
            sequences: [0; 4],
            clock: 0,
        };
        for node in NodeId::all(nodes) {
            cluster.restart(node);
        }
        cluster
    }

    /// Three copies, two disks, some rule off.
    fn without(nodes: u8, rule: Rule) -> Self {
        Self::new(nodes, |setup| setup.rules.set(rule.into(), false))
    }

    fn see(&mut self, occasion: &Occasion<'_, RingStore>) {
        occasion.observe(&mut self.ghost, &self.setup);
        let view = self.view();
        let mut broken = Vec::new();
        for invariant in RingStore::invariants() {
            if invariant.promise.check_in(&view, occasion).is_err() && !self.broken.contains(&invariant.slug) {
                broken.push(invariant.slug);
            }
        }
        self.broken.extend(broken);
    }

    fn view(&self) -> ClusterView<'_, RingStore> {
        ClusterView::new(View { setup: &self.setup, ghost: &self.ghost, faults: &self.faults }, &self.slots)
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

    fn release(&mut self, node: NodeId, item: Outgoing<RingStore>) {
        match item {
            Outgoing::Fence(_) => {}
            Outgoing::Send { to, message } => self.packets.push(Packet { from: node, to, message }),
            Outgoing::Reply { id, response, .. } => self.replies.push((id, response)),
            Outgoing::Emit(event) => {
                self.events.push((node, event));
                self.see(&Occasion::Seen(&Seen::Event { node, event: &event }));
            }
        }
    }

    fn absorb(&mut self, node: NodeId, effects: Vec<Effect<RingStore>>) {
        for effect in effects {
            let slot = &mut self.slots[node.index()];
            let outgoing = match effect {
                Effect::Send { to, message } | Effect::SendNow { to, message } => Outgoing::Send { to, message },
                Effect::Reply { to, id, response } => Outgoing::Reply { to, id, response },
                Effect::Emit(event) => Outgoing::Emit(event),
                Effect::SetTimer { .. } | Effect::CancelTimer(_) => continue,
                Effect::Disk(area, operation) => {
                    slot.disk.issue(area, operation);
                    continue;
                }
                Effect::Sync { .. } => Outgoing::Fence(crate::Fence([0; crate::MAX_AREAS])),
            };
            if slot.outgoing.is_empty() && !matches!(outgoing, Outgoing::Fence(_)) {
                self.release(node, outgoing);
            } else {
                slot.outgoing.push_back(outgoing);
            }
        }
    }

    fn input(&mut self, node: NodeId, input: Input<RingStore>) {
        let mut effects = Vec::new();
        let mut answers = Counting(&mut self.clock);
        if let Some(memory) = &mut self.slots[node.index()].memory {
            memory.step(input, &mut Cx::new(&self.setup, node, &mut effects, &mut answers));
        }
        self.absorb(node, effects);
    }

    /// The node's disk syncs all that was issued.
    fn flush(&mut self, node: NodeId) {
        let slot = &mut self.slots[node.index()];
        if slot.outgoing.is_empty() {
            return;
        }
        slot.disk.sync([u32::MAX; crate::MAX_AREAS]);
        let outgoing: Vec<_> = slot.outgoing.drain(..).collect();
        self.see(&Occasion::DiskChanged { node });
        for item in outgoing {
            self.release(node, item);
        }
    }

    fn flush_all(&mut self) {
        for node in NodeId::all(self.setup.nodes) {
            self.flush(node);
        }
    }

    fn request(&mut self, client: ClientId, to: NodeId, request: Request) -> RequestId {
        self.sequences[client.index()] += 1;
        let id = RequestId { client, sequence: self.sequences[client.index()] };
        self.see(&Occasion::Seen(&Seen::Invoked { id, request: &request }));
        self.input(to, Input::Request { id, request });
        id
    }

    fn fire(&mut self, node: NodeId, timer: Timer) {
        self.input(node, Input::Timer(timer));
    }

    /// Delivers the packets that fit, oldest first; not those that they cause.
    fn deliver(&mut self, fits: impl Fn(&Packet) -> bool) -> usize {
        let (now, later): (Vec<Packet>, Vec<Packet>) = self.packets.drain(..).partition(|packet| fits(packet));
        self.packets = later;
        let count = now.len();
        for packet in now {
            self.input(packet.to, Input::Message { from: packet.from, message: packet.message });
        }
        count
    }

    fn drop_packets(&mut self, fits: impl Fn(&Packet) -> bool) {
        self.packets.retain(|packet| !fits(packet));
    }

    /// Lets everything under way arrive and sync, and what follows from it.
    fn run(&mut self) {
        for _ in 0..1_000 {
            self.flush_all();
            if self.deliver(|_| true) == 0 && self.slots.iter().all(|slot| slot.outgoing.is_empty()) {
                return;
            }
        }
        panic!("the cluster never comes to rest");
    }

    /// Every node beats once and compares with each other member in turn.
    fn rounds(&mut self) {
        for _ in 0..2 * self.setup.nodes {
            for node in NodeId::all(self.setup.nodes) {
                self.fire(node, Timer::Heartbeat);
                self.fire(node, Timer::Exchange);
                self.fire(node, Timer::Recall);
            }
            self.run();
        }
    }

    fn crash(&mut self, node: NodeId, keep: Keep) {
        let slot = &mut self.slots[node.index()];
        slot.memory = None;
        slot.outgoing.clear();
        slot.disk.crash(keep);
        self.faults.note(Fault::Crash);
        self.drop_packets(|packet| packet.to == node);
    }

    fn wipe(&mut self, node: NodeId) {
        self.crash(node, Keep::NOTHING);
        self.faults.note(Fault::DiskLoss);
        self.slots[node.index()].disk.wipe();
        self.see(&Occasion::DiskChanged { node });
    }

    fn restart(&mut self, node: NodeId) {
        let mut effects = Vec::new();
        let mut answers = Counting(&mut self.clock);
        let slot = &mut self.slots[node.index()];
        slot.memory = Some(RingStore::boot(&slot.disk, &mut Cx::new(&self.setup, node, &mut effects, &mut answers)));
        self.absorb(node, effects);
    }

    fn node(&self, node: NodeId) -> &RingStore {
        self.slots[node.index()].memory.as_ref().expect("the node is up")
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
