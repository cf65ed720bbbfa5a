//! A small cluster for unit tests, driven by hand: processes with real slots, disks, fences and timers, and packets that wait until the
//! test delivers them. Nothing happens that the test does not ask for. What a run over simulated time does is the matter of
//! `faultlab-sim`.

use crate::process::{LocalAnswers, LocalInput, Scratch, crash, transition};
use crate::{
    Answers, ClientId, ClusterView, Cx, Disk, Effect, Fault, FaultTally, Input, Keep, NodeId, Occasion, Outgoing,
    Promise, Protocol, RequestId, Seen, Setup, Slot, Span, Time, View,
};
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;

/// The first choice, and a clock that moves on with every look at it.
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

impl LocalAnswers for Counting<'_> {
    fn deadline(&mut self, _min: Span, _max: Span) -> Time {
        Time::ZERO
    }
}

/// How many deliveries a cluster may need to come to rest.
const STEPS_MAX: usize = 100_000;

/// A message on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Packet<M> {
    pub(crate) from: NodeId,
    pub(crate) to: NodeId,
    pub(crate) message: M,
}

/// A cluster of one protocol.
#[derive(Clone)]
pub(crate) struct Bench<P: Protocol> {
    pub(crate) setup: Setup<P>,
    pub(crate) slots: Vec<Slot<P>>,
    /// Whether each sync is done at once. Otherwise [`Self::flush`] does it.
    pub(crate) syncs_at_once: bool,
    /// What is on its way, in the order in which it was sent.
    pub(crate) packets: VecDeque<Packet<P::Message>>,
    /// Links that lose everything.
    pub(crate) cut: BTreeSet<(NodeId, NodeId)>,
    /// What was lost on the way, to be delivered late.
    pub(crate) lost: Vec<Packet<P::Message>>,
    pub(crate) events: Vec<(NodeId, P::Event)>,
    pub(crate) replies: Vec<(RequestId, P::Response)>,
    pub(crate) ghost: P::Ghost,
    pub(crate) faults: FaultTally,
    /// The slugs of the promises that must hold always and were broken, each once.
    pub(crate) broken: Vec<&'static str>,
    /// The slugs of the situations that must be reachable and were reached, each once.
    pub(crate) reached: Vec<&'static str>,
    /// Everything that left a node, lost or not.
    pub(crate) sent: Vec<Packet<P::Message>>,
    /// How many syncs were completed.
    pub(crate) syncs: usize,
    /// How many requests each client has asked.
    sequences: BTreeMap<ClientId, u32>,
    clock: u64,
}

impl<P: Protocol> Bench<P> {
    /// All processes run, with empty disks.
    pub(crate) fn with(setup: Setup<P>) -> Self {
        let blank = NodeId::all(setup.nodes).map(|_| Slot::blank()).collect();
        Self::started(setup, blank)
    }

    /// All processes run, from what the disks of these slots hold.
    pub(crate) fn started(setup: Setup<P>, slots: Vec<Slot<P>>) -> Self {
        let mut bench = Self {
            setup,
            slots,
            syncs_at_once: false,
            packets: VecDeque::new(),
            cut: BTreeSet::new(),
            lost: Vec::new(),
            events: Vec::new(),
            replies: Vec::new(),
            ghost: P::Ghost::default(),
            faults: FaultTally::default(),
            broken: Vec::new(),
            reached: Vec::new(),
            sent: Vec::new(),
            syncs: 0,
            sequences: BTreeMap::new(),
            clock: 0,
        };
        NodeId::all(bench.setup.nodes).for_each(|node| bench.restart(node));
        bench
    }

    /// The process of a node that is up.
    pub(crate) fn node(&self, node: NodeId) -> &P {
        self.slots[node.index()].memory.as_ref().expect("the node is up")
    }

    pub(crate) fn view(&self) -> ClusterView<'_, P> {
        ClusterView::new(View { setup: &self.setup, ghost: &self.ghost, faults: &self.faults }, &self.slots)
    }

    /// Observers take note, and whatever must hold always is judged.
    pub(crate) fn see(&mut self, occasion: &Occasion<'_, P>) {
        occasion.observe(&mut self.ghost, &self.setup);
        let view = self.view();
        let breaks = |row: &crate::Invariant<P>| row.promise.check_in(&view, occasion).is_err();
        let broken = P::invariants().iter().filter(|row| !self.broken.contains(&row.slug) && breaks(row));
        let broken: Vec<&str> = broken.map(|row| row.slug).collect();
        let reaches = |row: &crate::Invariant<P>| match (&row.promise, occasion) {
            (Promise::Sometimes(reached), Occasion::Seen(seen)) => reached(&view, seen),
            _ => false,
        };
        let reached = P::invariants().iter().filter(|row| !self.reached.contains(&row.slug) && reaches(row));
        let reached: Vec<&str> = reached.map(|row| row.slug).collect();
        self.broken.extend(broken);
        self.reached.extend(reached);
    }

    fn local(&mut self, node: NodeId, input: LocalInput<P>) {
        let mut scratch = Scratch::default();
        let is_flush = matches!(input, LocalInput::Flush { .. });
        let answers = &mut Counting(&mut self.clock);
        transition(&mut self.slots[node.index()], &self.setup, node, input, answers, &mut scratch);
        if is_flush {
            self.syncs += 1;
            self.see(&Occasion::DiskChanged { node });
        }
        for outgoing in scratch.released {
            match outgoing {
                Outgoing::Send { to, message } => {
                    let packet = Packet { from: node, to, message };
                    self.sent.push(packet.clone());
                    self.packets.push_back(packet);
                }
                Outgoing::Reply { id, response, .. } => self.replies.push((id, response)),
                Outgoing::Emit(event) => {
                    self.see(&Occasion::Seen(&Seen::Event { node, event: &event }));
                    self.events.push((node, event));
                }
                Outgoing::Fence(_) => {}
            }
        }
        if self.syncs_at_once {
            self.flush(node);
        }
    }

    pub(crate) fn step(&mut self, node: NodeId, input: Input<P>) {
        if self.slots[node.index()].is_up() {
            self.local(node, LocalInput::Input(input));
        }
    }

    /// The node's disk syncs all that was issued.
    pub(crate) fn flush(&mut self, node: NodeId) {
        while self.is_syncing(node) {
            self.flush_once(node);
        }
    }

    /// The sync under way completes, if there is one.
    pub(crate) fn flush_once(&mut self, node: NodeId) {
        if self.is_syncing(node) {
            self.local(node, LocalInput::Flush { paused: false });
        }
    }

    pub(crate) fn is_syncing(&self, node: NodeId) -> bool {
        self.slots[node.index()].syncing > 0
    }

    pub(crate) fn flush_all(&mut self) {
        NodeId::all(self.setup.nodes).for_each(|node| self.flush(node));
    }

    /// Starts the process from what its disk holds.
    pub(crate) fn restart(&mut self, node: NodeId) {
        self.local(node, LocalInput::Boot);
    }

    /// Loses memory and timers, and of what is not synced all but what happens to have reached the medium.
    pub(crate) fn crash(&mut self, node: NodeId, keep: Keep) {
        crash(&mut self.slots[node.index()], keep);
        self.faults.note(Fault::Crash);
    }

    /// The same, and an empty disk comes in the place of the old one.
    pub(crate) fn wipe(&mut self, node: NodeId) {
        self.crash(node, Keep::NOTHING);
        self.faults.note(Fault::DiskLoss);
        self.slots[node.index()].disk.wipe();
        self.see(&Occasion::DiskChanged { node });
    }

    pub(crate) fn is_armed(&self, node: NodeId, timer: P::Timer) -> bool {
        self.slots[node.index()].timers.iter().any(|armed| armed.timer == timer)
    }

    /// Fires an armed timer.
    pub(crate) fn fire(&mut self, node: NodeId, timer: P::Timer) {
        assert!(self.is_armed(node, timer), "{node} has no timer {timer:?}: {:?}", self.slots[node.index()].timers);
        self.slots[node.index()].timers.retain(|armed| armed.timer != timer);
        self.step(node, Input::Timer(timer));
    }

    /// Fires a timer if it is armed.
    pub(crate) fn fire_if_armed(&mut self, node: NodeId, timer: P::Timer) {
        if self.is_armed(node, timer) {
            self.fire(node, timer);
        }
    }

    /// Delivers a packet, or loses it over a cut link.
    pub(crate) fn carry(&mut self, packet: Packet<P::Message>) {
        let Packet { from, to, message } = packet;
        if self.cut.contains(&(from, to)) {
            self.lost.push(Packet { from, to, message });
        } else {
            self.step(to, Input::Message { from, message });
        }
    }

    /// Delivers the packets that fit, oldest first; not those that they cause. How many there were.
    pub(crate) fn deliver(&mut self, fits: impl Fn(&Packet<P::Message>) -> bool) -> usize {
        let all = core::mem::take(&mut self.packets);
        let (now, later): (VecDeque<_>, VecDeque<_>) = all.into_iter().partition(|packet| fits(packet));
        self.packets = later;
        let count = now.len();
        now.into_iter().for_each(|packet| self.carry(packet));
        count
    }

    pub(crate) fn drop_packets(&mut self, fits: impl Fn(&Packet<P::Message>) -> bool) {
        self.packets.retain(|packet| !fits(packet));
    }

    /// Lets everything under way arrive and sync, and what follows from it.
    pub(crate) fn run(&mut self) {
        let mut steps = 0;
        loop {
            self.flush_all();
            let delivered = self.deliver(|_| true);
            if delivered == 0 && self.slots.iter().all(|slot| slot.syncing == 0) {
                return;
            }
            steps += delivered;
            assert!(steps < STEPS_MAX, "the cluster never comes to rest");
        }
    }

    /// Asks for a client; what follows from it waits.
    pub(crate) fn request(&mut self, client: ClientId, to: NodeId, request: P::Request) -> RequestId {
        let sequence = self.sequences.entry(client).or_default();
        *sequence += 1;
        let id = RequestId { client, sequence: *sequence };
        self.request_as(id, to, request);
        id
    }

    /// The same by a number of one's own, as a client that asks again does.
    pub(crate) fn request_as(&mut self, id: RequestId, to: NodeId, request: P::Request) {
        self.see(&Occasion::Seen(&Seen::Invoked { id, request: &request }));
        self.step(to, Input::Request { id, request });
    }

    /// Cuts every link between the groups, whose members are counted from one.
    pub(crate) fn partition(&mut self, groups: &[&[u8]]) {
        self.cut.clear();
        let group = |node: NodeId| groups.iter().position(|group| group.contains(&(node.0 + 1)));
        for a in NodeId::all(self.setup.nodes) {
            for b in NodeId::all(self.setup.nodes) {
                if a != b && (group(a) != group(b) || group(a).is_none()) {
                    self.cut.insert((a, b));
                }
            }
        }
    }

    pub(crate) fn heal(&mut self) {
        self.cut.clear();
        self.lost.clear();
    }
}

/// One process alone, whose effects are looked at: what it does with one input.
pub(crate) struct Alone<P: Protocol> {
    pub(crate) setup: Setup<P>,
    me: NodeId,
    pub(crate) process: P,
    /// What the last step wanted done.
    pub(crate) effects: Vec<Effect<P>>,
    clock: u64,
}

impl<P: Protocol> Alone<P> {
    /// A process that starts from a disk.
    pub(crate) fn boot(setup: Setup<P>, me: NodeId, disk: &Disk<P::Record>) -> Self {
        let (mut effects, mut clock) = (Vec::new(), 0);
        let process = P::boot(disk, &mut Cx::new(&setup, me, &mut effects, &mut Counting(&mut clock)));
        Self { setup, me, process, effects, clock }
    }

    pub(crate) fn step(&mut self, input: Input<P>) {
        self.effects.clear();
        let answers = &mut Counting(&mut self.clock);
        self.process.step(input, &mut Cx::new(&self.setup, self.me, &mut self.effects, answers));
    }

    pub(crate) fn hear(&mut self, from: NodeId, message: P::Message) {
        self.step(Input::Message { from, message });
    }

    pub(crate) fn fire(&mut self, timer: P::Timer) {
        self.step(Input::Timer(timer));
    }

    /// What the last step sent.
    pub(crate) fn sent(&self) -> Vec<(NodeId, P::Message)> {
        let sends = self.effects.iter().filter_map(|effect| match effect {
            Effect::Send { to, message } => Some((*to, message.clone())),
            _ => None,
        });
        sends.collect()
    }

    /// What the last step said that happened.
    pub(crate) fn events(&self) -> impl Iterator<Item = &P::Event> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Emit(event) => Some(event),
            _ => None,
        })
    }

    /// Whether a fence stands before everything that leaves and that a record must hold, and there is one.
    pub(crate) fn is_forced(&self, needs_a_record: impl Fn(&P::Event) -> bool) -> bool {
        let fence = self.effects.iter().position(|effect| matches!(effect, Effect::Sync { .. }));
        let left = self.effects.iter().position(|effect| match effect {
            Effect::Send { .. } | Effect::Reply { .. } => true,
            Effect::Emit(event) => needs_a_record(event),
            _ => false,
        });
        fence.is_some_and(|fence| left.is_none_or(|left| fence < left))
    }
}
