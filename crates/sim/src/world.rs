//! The cluster as a value, and the one function that changes it.
//!
//! A cut kills what is on the link at that moment: people draw a wall and see the messages die on it. A pause lets the
//! disk complete, lets nothing out, queues arrivals; on resume the overdue timers fire first, in the order of their
//! deadlines, then the queue. Clients are part of the world: a session each, one request at a time, retried by the same
//! id.

mod apply;
mod traffic;

use alloc::vec;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};
use faultlab_core::kit::StableHasher;
use faultlab_core::process::{LocalInput, Scratch, transition};
use faultlab_core::{
    ClientId, ClusterView, Endpoint, Fault, FaultTally, NodeId, Occasion, Promise, Protocol, Seen, Setup, Slot, Span,
    Time, View, Watches,
};

use crate::chance::{Chance, Keyed};
use crate::client::Client;
use crate::fact::{Fact, FactId, FactKind, Sink};
use crate::links::Links;
use crate::node::{AnswersAt, NodeEnvironment};
use crate::setting::{Load, Network};
use crate::verdict::{Circumstances, Finding, Verdicts};
use crate::{Packet, PacketName, Payload};

/// A cluster with its network, disks, clocks and clients. [`World::apply`] alone changes it.
#[derive(Clone, Debug)]
pub struct World<P: Protocol> {
    setup: Setup<P>,
    slots: Vec<Slot<P>>,
    environment: Vec<NodeEnvironment>,
    links: Links,
    /// Packets in flight, in places that are used again.
    packets: Vec<Option<Packet<P>>>,
    free: Vec<u32>,
    clients: Vec<Client<P>>,
    /// When a request was answered last.
    answered: Time,
    pub(crate) network: Network,
    pub(crate) load: Load,
    /// Whether only what is ordered happens.
    pub(crate) stepwise: bool,
    ghost: P::Ghost,
    faults: FaultTally,
    verdicts: Verdicts<P>,
    /// Whether observers and checks run. Without them a run is faster and tells nothing.
    pub(crate) judging: bool,
    watches: Watches,
    now: Time,
    next_fact: u32,
    pub(crate) due: Vec<Due>,
    scratch: Scratch<P>,
    findings: Vec<Finding>,
}

/// What an action has made due, for the scheduler.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Due {
    Packet {
        place: u32,
        at: Time,
    },
    /// Some timer of the node was armed, or the node resumed.
    Timers(NodeId),
    Sync {
        node: NodeId,
        at: Time,
    },
    Retry {
        client: ClientId,
        at: Time,
    },
    /// The client has nothing left to ask.
    Idle(ClientId),
    /// A fault or a repair: quiet begins anew or ends.
    Disturbance,
}

impl<P: Protocol> World<P> {
    /// A cluster whose nodes are all down, with empty disks, and whose clients have asked nothing.
    pub fn new(setup: Setup<P>, clients: u8, network: Network, load: Load) -> Self {
        let nodes = usize::from(setup.nodes);
        let mut faults = FaultTally::default();
        for (fault, ppm) in [(Fault::Loss, network.loss_ppm), (Fault::Duplication, network.duplication_ppm)] {
            if ppm > 0 {
                faults.note(fault);
            }
        }
        faults.note_delay(network.latency_max);
        Self {
            slots: (0..nodes).map(|_| Slot::blank()).collect(),
            environment: vec![NodeEnvironment::default(); nodes],
            links: Links::new(nodes, usize::from(clients)),
            packets: Vec::new(),
            free: Vec::new(),
            clients: (0..clients).map(|_| Client::default()).collect(),
            network,
            load,
            stepwise: false,
            ghost: P::Ghost::default(),
            faults,
            verdicts: Verdicts::new(),
            judging: true,
            watches: Watches::of::<P>(),
            now: Time::ZERO,
            next_fact: 0,
            due: Vec::new(),
            scratch: Scratch::default(),
            answered: Time::ZERO,
            findings: Vec::new(),
            setup,
        }
    }

    pub fn setup(&self) -> &Setup<P> {
        &self.setup
    }

    pub fn now(&self) -> Time {
        self.now
    }

    pub fn slots(&self) -> &[Slot<P>] {
        &self.slots
    }

    pub fn slot(&self, node: NodeId) -> Option<&Slot<P>> {
        self.slots.get(node.index())
    }

    /// The last fact in a node's program order; of a node that is down, its fall.
    pub fn last_fact(&self, node: NodeId) -> Option<FactId> {
        self.environment.get(node.index())?.last_fact.some()
    }

    pub fn is_paused(&self, node: NodeId) -> bool {
        self.environment.get(node.index()).is_some_and(|environment| environment.paused)
    }

    /// How long the node's disk and links take, in per cent of the usual.
    pub fn slowness_percent(&self, node: NodeId) -> u32 {
        self.environment.get(node.index()).map_or(100, |environment| environment.percent)
    }

    /// How fast the node's clock runs, in millionths more than the truth.
    pub fn skew_ppm(&self, node: NodeId) -> i32 {
        self.environment.get(node.index()).map_or(0, |environment| environment.clock.ppm())
    }

    pub fn clients(&self) -> &[Client<P>] {
        &self.clients
    }

    /// Whether only what is ordered happens.
    pub fn is_stepwise(&self) -> bool {
        self.stepwise
    }

    pub fn network(&self) -> &Network {
        &self.network
    }

    pub fn load(&self) -> &Load {
        &self.load
    }

    pub fn ghost(&self) -> &P::Ghost {
        &self.ghost
    }

    pub fn faults(&self) -> &FaultTally {
        &self.faults
    }

    pub fn verdicts(&self) -> &Verdicts<P> {
        &self.verdicts
    }

    /// How many facts there have been.
    pub fn facts(&self) -> u32 {
        self.next_fact
    }

    /// Packets in flight, in no particular order.
    pub fn packets(&self) -> impl Iterator<Item = &Packet<P>> {
        self.packets.iter().flatten()
    }

    pub fn packet(&self, name: PacketName) -> Option<&Packet<P>> {
        self.packets().find(|packet| packet.name == name)
    }

    pub fn is_cut(&self, from: Endpoint, to: Endpoint) -> bool {
        self.links.between(from, to).is_some_and(|link| self.links.cut_by(link).is_some())
    }

    /// The directed links that are cut.
    pub fn cuts(&self) -> impl Iterator<Item = (Endpoint, Endpoint)> + '_ {
        self.links.cuts()
    }

    /// The canonical hash of all that determines what can happen: slots, packets as a multiset without names, clients,
    /// ghost, cuts and set-up, but no clocks and no numbers of facts or packets.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = StableHasher::default();
        self.setup.hash(&mut hasher);
        for (slot, environment) in self.slots.iter().zip(&self.environment) {
            slot.memory.hash(&mut hasher);
            slot.disk.hash(&mut hasher);
            slot.outgoing.hash(&mut hasher);
            slot.syncing.hash(&mut hasher);
            for armed in &slot.timers {
                armed.timer.hash(&mut hasher);
            }
            environment.paused.hash(&mut hasher);
        }
        for client in &self.clients {
            client.route.hash(&mut hasher);
            client.sequence.hash(&mut hasher);
            client.outstanding.as_ref().map(|waiting| &waiting.request).hash(&mut hasher);
        }
        for cut in self.links.cuts() {
            cut.hash(&mut hasher);
        }
        self.ghost.hash(&mut hasher);
        let packets = self.packets().fold(0u64, |sum, packet| {
            let mut hasher = StableHasher::default();
            (packet.name.from, packet.name.to, &packet.payload, packet.held).hash(&mut hasher);
            sum.wrapping_add(hasher.finish())
        });
        packets.hash(&mut hasher);
        hasher.finish()
    }

    /// Since when nothing is wrong is for the agenda to know; whether nothing is wrong now, the world can tell: no cut, no
    /// held packet, no paused or slow node, no loss dial, time left to itself, and all within what progress needs.
    pub(crate) fn is_quiet(&self) -> bool {
        let down = self.slots.iter().filter(|slot| !slot.is_up()).count();
        let skewed = |environment: &NodeEnvironment| environment.clock.ppm().unsigned_abs();
        let progress = P::tolerates(&self.setup).progress;
        !self.stepwise
            && self.network.loss_ppm == 0
            && P::misfit(&self.setup).is_none()
            && down <= progress.down as usize
            && self.network.latency_max <= progress.delay
            && self.environment.iter().map(skewed).all(|ppm| ppm <= progress.skew_ppm)
            && self.environment.iter().all(|environment| !environment.paused && environment.percent <= 100)
            && self.links.cuts().next().is_none()
            && !self.packets().any(|packet| packet.held)
    }

    /// The longest span that a Within promise asks for, with the places of all of them.
    pub(crate) fn within_spans(&self) -> impl Iterator<Item = (usize, Span)> + '_ {
        P::invariants().iter().enumerate().filter_map(|(index, invariant)| match invariant.promise {
            Promise::Within { span, .. } => Some((index, span(&self.setup))),
            _ => None,
        })
    }

    /// Judges a Within promise after its span of quiet.
    pub(crate) fn judge_within<S: Sink<P> + ?Sized>(&mut self, index: usize, now: Time, sink: &mut S) {
        self.now = now;
        if !self.judging {
            return;
        }
        let at = Circumstances { setup: &self.setup, slots: &self.slots, faults: &self.faults };
        let when = (now, oldest_request(&self.clients), self.answered);
        if self.verdicts.judge_within(index, &self.ghost, &at, when) {
            self.findings.push(Finding::Broken(index as u8));
            self.tell_findings(FactId::NONE, sink);
        }
    }

    /// A view for judges outside the simulation.
    pub fn view(&self) -> ClusterView<'_, P> {
        let view = View { setup: &self.setup, ghost: &self.ghost, faults: &self.faults };
        ClusterView::new(view, &self.slots)
    }

    /// The bytes that the links take.
    pub(crate) fn links_bytes(&self) -> usize {
        self.links.bytes()
    }

    pub(crate) fn packet_at(&self, place: u32) -> Option<&Packet<P>> {
        self.packets.get(place as usize)?.as_ref()
    }

    /// Sets all travelling packets, armed timers, running syncs and waiting clients on their way, after a time in which only
    /// what was ordered happened.
    pub(crate) fn make_all_due(&mut self, chance: Keyed) {
        self.due.clear();
        for (place, packet) in self.packets.iter_mut().enumerate() {
            if let Some(packet) = packet.as_mut().filter(|packet| !packet.held && !packet.waiting) {
                packet.due = self.now + chance.delay(packet.name, &self.network);
                self.due.push(Due::Packet { place: place as u32, at: packet.due });
            }
        }
        for node in NodeId::all(self.setup.nodes) {
            let environment = &mut self.environment[node.index()];
            for armed in &mut self.slots[node.index()].timers {
                let ordinal = environment.timer_draws;
                environment.timer_draws += 1;
                let span = Chance::timer(&mut { chance }, node.0, ordinal, armed.min, armed.max);
                armed.deadline = self.now + environment.clock.truly(span);
            }
            self.due.push(Due::Timers(node));
            if self.slots[node.index()].syncing > 0 {
                self.due.push(Due::Sync { node, at: self.now + self.network.sync_max });
            }
        }
        for (index, client) in self.clients.iter().enumerate() {
            let client_id = ClientId(index as u8);
            match &client.outstanding {
                Some(waiting) => self.due.push(Due::Retry { client: client_id, at: waiting.retry_at.max(self.now) }),
                None => self.due.push(Due::Idle(client_id)),
            }
        }
    }

    /// Tells a fact and gives its number.
    pub(crate) fn tell<S: Sink<P> + ?Sized>(
        &mut self,
        kind: FactKind<'_, P>,
        parents: [FactId; 2],
        sink: &mut S,
    ) -> FactId {
        tell(&mut self.next_fact, self.now, kind, parents, sink)
    }

    fn tell_findings<S: Sink<P> + ?Sized>(&mut self, cause: FactId, sink: &mut S) {
        for finding in self.findings.drain(..) {
            let kind = match finding {
                Finding::Reached(invariant) => FactKind::Reached { invariant },
                Finding::Broken(invariant) => match &self.verdicts.broken[usize::from(invariant)] {
                    Some(violation) => FactKind::Broken { invariant, violation },
                    None => continue,
                },
            };
            tell(&mut self.next_fact, self.now, kind, [cause, FactId::NONE], sink);
        }
    }

    /// Observers and checks see something.
    fn see<S: Sink<P> + ?Sized>(&mut self, seen: &Seen<'_, P>, cause: FactId, sink: &mut S) {
        self.judge(&Occasion::Seen(seen), cause, sink);
    }

    /// A node's disk has changed durably.
    fn disk_changed<S: Sink<P> + ?Sized>(&mut self, node: NodeId, cause: FactId, sink: &mut S) {
        if self.watches.cluster {
            self.judge(&Occasion::DiskChanged { node }, cause, sink);
        }
    }

    fn judge<S: Sink<P> + ?Sized>(&mut self, occasion: &Occasion<'_, P>, cause: FactId, sink: &mut S) {
        if !self.judging {
            return;
        }
        let at = Circumstances { setup: &self.setup, slots: &self.slots, faults: &self.faults };
        self.verdicts.judge(&mut self.ghost, occasion, &at, &mut self.findings);
        if !self.findings.is_empty() {
            self.tell_findings(cause, sink);
        }
    }

    /// Runs a local event of a node and lets out what leaves it.
    fn run_local<C: Chance + ?Sized, S: Sink<P> + ?Sized>(
        &mut self,
        node: NodeId,
        input: LocalInput<P>,
        cause: FactId,
        chance: &mut C,
        sink: &mut S,
    ) {
        let environment = &mut self.environment[node.index()];
        environment.last_fact = cause;
        let boots = matches!(input, LocalInput::Boot);
        let mut answers = AnswersAt { chance, environment, me: node, now: self.now };
        transition(&mut self.slots[node.index()], &self.setup, node, input, &mut answers, &mut self.scratch);
        if self.scratch.armed {
            self.due.push(Due::Timers(node));
        }
        if self.scratch.sync_began {
            self.begin_sync(node, chance);
        }
        if boots {
            self.see(&Seen::Started { node }, cause, sink);
        }
        let mut released = core::mem::take(&mut self.scratch.released);
        for item in released.drain(..) {
            self.let_out(node, item, cause, chance, sink);
        }
        self.scratch.released = released;
    }

    fn begin_sync<C: Chance + ?Sized>(&mut self, node: NodeId, chance: &mut C) {
        let environment = &mut self.environment[node.index()];
        let ordinal = environment.sync_draws;
        environment.sync_draws += 1;
        let span = slowed(chance.sync(node.0, ordinal, &self.network), environment.percent);
        self.due.push(Due::Sync { node, at: self.now + span });
    }

    fn note_fault(&mut self, fault: Fault) {
        self.faults.note(fault);
        self.due.push(Due::Disturbance);
    }
}

fn tell<P: Protocol, S: Sink<P> + ?Sized>(
    next_fact: &mut u32,
    now: Time,
    kind: FactKind<'_, P>,
    parents: [FactId; 2],
    sink: &mut S,
) -> FactId {
    let id = FactId(*next_fact);
    *next_fact += 1;
    sink.fact(&Fact { id, at: now, kind, parents });
    id
}

fn slowed(span: Span, percent: u32) -> Span {
    if percent == 100 { span } else { Span(span.0.saturating_mul(u64::from(percent)) / 100) }
}

fn oldest_request<P: Protocol>(clients: &[Client<P>]) -> Option<Time> {
    clients.iter().filter_map(|client| client.outstanding.as_ref().map(|waiting| waiting.invoked)).min()
}

/// The payload's weight in bytes, for the meters.
pub(crate) fn weight<P: Protocol>(payload: &Payload<P>) -> u32 {
    match payload {
        Payload::Message(message) => P::weight(message),
        Payload::Request { .. } | Payload::Response { .. } => 64,
    }
}
