//! A small world to drive processes by hand: a list of packets, explicit flushes, crashes that keep what one likes.

mod counts;
mod guards;
mod promises;
mod recovery;
mod walk;

use super::{Event, Ghost, Message, Record, Request, Response, Timer, Transaction, TwoPhase};
use crate::{
    Answers, Armed, ClientId, ClusterView, Cx, Effect, Fault, FaultTally, Fence, Input, Keep, MAX_AREAS, NodeId,
    Outgoing, Promise, Protocol, QuietView, RequestId, Seen, Setup, Slot, Spelled, Time, View, Words,
};
use alloc::vec::Vec;

struct Still;

impl Answers for Still {
    fn choose(&mut self, _count: u32) -> u32 {
        0
    }

    fn clock(&mut self) -> Time {
        Time::ZERO
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Packet {
    from: NodeId,
    to: NodeId,
    message: Message,
}

/// A cluster driven by hand.
#[derive(Clone)]
struct Cluster {
    setup: Setup<TwoPhase>,
    slots: Vec<Slot<TwoPhase>>,
    packets: Vec<Packet>,
    ghost: Ghost,
    faults: FaultTally,
    events: Vec<(NodeId, Event)>,
    answers: Vec<(RequestId, Response)>,
    /// The invariants that broke, in the order in which they did.
    broken: Vec<&'static str>,
    reached: Vec<&'static str>,
    /// How many messages left, and how many syncs were asked for.
    sent: Vec<Packet>,
    syncs: u32,
    /// Whether every sync completes at once.
    prompt: bool,
    asked: u32,
}

const CLIENTS: u32 = 200;

fn node(number: u8) -> NodeId {
    NodeId(number - 1)
}

fn run(text: &str) -> Request {
    Request::read(&mut Words::new(text)).expect("a request")
}

fn timer(text: &str) -> Timer {
    Timer::read(&mut Words::new(text)).expect("a timer")
}

impl Cluster {
    /// A cluster of so many nodes, with every node running.
    fn new(nodes: u8, shape: impl FnOnce(&mut Setup<TwoPhase>)) -> Self {
        let mut setup = Setup::new(nodes);
        shape(&mut setup);
        let mut cluster = Self {
            setup,
            slots: (0..nodes).map(|_| Slot::blank()).collect(),
            packets: Vec::new(),
            ghost: Ghost::default(),
            faults: FaultTally::default(),
            events: Vec::new(),
            answers: Vec::new(),
            broken: Vec::new(),
            reached: Vec::new(),
            sent: Vec::new(),
            syncs: 0,
            prompt: true,
            asked: 0,
        };
        for me in NodeId::all(nodes) {
            cluster.restart(me);
        }
        cluster.syncs = 0;
        cluster
    }

    /// One round fewer: the question carries the work.
    fn short(nodes: u8) -> Self {
        Self::new(nodes, |setup| setup.config.work_round = false)
    }

    fn off(nodes: u8, rule: &str) -> Self {
        let index = TwoPhase::rules().iter().position(|known| known.slug == rule).expect("a rule");
        Self::new(nodes, |setup| {
            setup.config.work_round = false;
            setup.rules.set(index, false);
        })
    }

    fn restart(&mut self, me: NodeId) {
        if self.slots[me.index()].is_up() {
            return;
        }
        let mut effects = Vec::new();
        let slot = &mut self.slots[me.index()];
        let memory = TwoPhase::boot(&slot.disk, &mut Cx::new(&self.setup, me, &mut effects, &mut Still));
        slot.memory = Some(memory);
        self.absorb(me, effects);
    }

    fn crash(&mut self, me: NodeId, keep: Keep) {
        self.faults.note(Fault::Crash);
        let slot = &mut self.slots[me.index()];
        slot.memory = None;
        slot.timers.clear();
        slot.outgoing.clear();
        slot.syncing = 0;
        slot.disk.crash(keep);
    }

    fn input(&mut self, me: NodeId, input: Input<TwoPhase>) {
        let mut effects = Vec::new();
        let Some(memory) = &mut self.slots[me.index()].memory else { return };
        memory.step(input, &mut Cx::new(&self.setup, me, &mut effects, &mut Still));
        self.absorb(me, effects);
    }

    fn absorb(&mut self, me: NodeId, effects: Vec<Effect<TwoPhase>>) {
        for effect in effects {
            let slot = &mut self.slots[me.index()];
            let outgoing = match effect {
                Effect::Send { to, message } => Outgoing::Send { to, message },
                Effect::Reply { to, id, response } => Outgoing::Reply { to, id, response },
                Effect::Emit(event) => Outgoing::Emit(event),
                Effect::SendNow { .. } => panic!("nothing here may leave ahead of its fence"),
                Effect::SetTimer { timer, min, max } => {
                    slot.timers.retain(|armed| armed.timer != timer);
                    slot.timers.push(Armed { timer, min, max, deadline: Time::ZERO });
                    slot.timers.sort_unstable_by_key(|armed| armed.timer);
                    continue;
                }
                Effect::CancelTimer(timer) => {
                    slot.timers.retain(|armed| armed.timer != timer);
                    continue;
                }
                Effect::Disk(area, operation) => {
                    slot.disk.issue(area, operation);
                    continue;
                }
                Effect::Sync { .. } => {
                    self.syncs += 1;
                    let mut counts = [0; MAX_AREAS];
                    counts[0] = slot.disk.area(super::LOG).unsynced().len() as u32;
                    Outgoing::Fence(Fence(counts))
                }
            };
            self.slots[me.index()].outgoing.push_back(outgoing);
        }
        self.release(me);
        while self.prompt && self.is_waiting(me) {
            self.flush(me);
        }
    }

    fn is_waiting(&self, me: NodeId) -> bool {
        !self.slots[me.index()].outgoing.is_empty()
    }

    /// The oldest sync completes.
    fn flush(&mut self, me: NodeId) {
        let slot = &mut self.slots[me.index()];
        if let Some(Outgoing::Fence(Fence(counts))) = slot.outgoing.pop_front() {
            slot.disk.sync(counts);
            for item in &mut slot.outgoing {
                if let Outgoing::Fence(Fence(later)) = item {
                    later[0] = later[0].saturating_sub(counts[0]);
                }
            }
            self.release(me);
        }
    }

    fn release(&mut self, me: NodeId) {
        while let Some(item) = self.slots[me.index()].outgoing.pop_front() {
            match item {
                Outgoing::Fence(_) => {
                    self.slots[me.index()].outgoing.push_front(item);
                    return;
                }
                Outgoing::Send { to, message } => {
                    let packet = Packet { from: me, to, message };
                    self.sent.push(packet.clone());
                    self.packets.push(packet);
                }
                Outgoing::Reply { id, response, .. } => {
                    self.answers.push((id, response));
                    let request = Request::Run(Transaction::Audit);
                    self.judge(&Seen::Returned { id, request: &request, response: &response });
                }
                Outgoing::Emit(event) => {
                    self.events.push((me, event));
                    self.judge(&Seen::Event { node: me, event: &event });
                }
            }
        }
    }

    fn judge(&mut self, seen: &Seen<'_, TwoPhase>) {
        TwoPhase::observe(&mut self.ghost, &self.setup, seen);
        let view = View { setup: &self.setup, ghost: &self.ghost, faults: &self.faults };
        for invariant in TwoPhase::invariants() {
            match invariant.promise {
                Promise::Always(check) if check(&view, seen).is_err() && !self.broken.contains(&invariant.slug) => {
                    self.broken.push(invariant.slug);
                }
                Promise::Sometimes(reached) if reached(&view, seen) && !self.reached.contains(&invariant.slug) => {
                    self.reached.push(invariant.slug);
                }
                _ => {}
            }
        }
    }

    /// Whether the promise for quiet times is kept.
    fn is_settled(&self) -> bool {
        let view = View { setup: &self.setup, ghost: &self.ghost, faults: &self.faults };
        let cluster = ClusterView::new(view, &self.slots);
        let view = QuietView { cluster, now: Time::ZERO, oldest_request: None, answered: Time::ZERO };
        TwoPhase::invariants().iter().all(|invariant| match invariant.promise {
            Promise::Within { met, .. } => met(&view).is_ok(),
            _ => true,
        })
    }

    /// The next request. Clients take turns, since each waits for its answer before it asks again.
    fn ask(&mut self, text: &str) -> RequestId {
        self.asked += 1;
        let id = self.latest();
        self.ask_again(id, text);
        id
    }

    /// The latest request.
    fn latest(&self) -> RequestId {
        let client = ClientId((1 + self.asked % CLIENTS) as u8);
        RequestId { client, sequence: 1 + self.asked / CLIENTS }
    }

    fn ask_again(&mut self, id: RequestId, text: &str) {
        let request = run(text);
        let to = TwoPhase::route(&self.setup, &(), &request, 0);
        self.input(to, Input::Request { id, request });
    }

    fn deliver_at(&mut self, index: usize) {
        let Packet { from, to, message } = self.packets.remove(index);
        self.input(to, Input::Message { from, message });
    }

    /// Delivers the oldest packet on a link, which must be of the kind that `wanted` says.
    fn deliver(&mut self, from: u8, to: u8, wanted: &str) {
        let index = self.index_of(from, to, wanted);
        self.deliver_at(index);
    }

    fn drop_packet(&mut self, from: u8, to: u8, wanted: &str) {
        let index = self.index_of(from, to, wanted);
        self.packets.remove(index);
    }

    fn index_of(&self, from: u8, to: u8, wanted: &str) -> usize {
        let fits =
            |packet: &Packet| packet.from == node(from) && packet.to == node(to) && kind(&packet.message) == wanted;
        let found = self.packets.iter().position(fits);
        found.unwrap_or_else(|| panic!("no {wanted} from n{from} to n{to} among {:?}", self.packets))
    }

    /// Delivers everything to nodes that run, oldest first, until nothing is on the way to them.
    fn deliver_all(&mut self) {
        while let Some(index) = self.packets.iter().position(|packet| self.slots[packet.to.index()].is_up()) {
            self.deliver_at(index);
        }
    }

    fn fire(&mut self, me: u8, name: &str) {
        let timer = timer(name);
        assert!(
            self.is_armed(node(me), timer),
            "{name} is not armed at n{me}: {:?}",
            self.slots[node(me).index()].timers
        );
        self.fire_timer(node(me), timer);
    }

    fn is_armed(&self, me: NodeId, timer: Timer) -> bool {
        self.slots[me.index()].timers.iter().any(|armed| armed.timer == timer)
    }

    fn fire_timer(&mut self, me: NodeId, timer: Timer) {
        self.slots[me.index()].timers.retain(|armed| armed.timer != timer);
        self.input(me, Input::Timer(timer));
    }

    /// Everybody runs, every message arrives, every timer fires, for so many rounds.
    fn heal(&mut self, rounds: usize) {
        self.prompt = true;
        for me in NodeId::all(self.setup.nodes) {
            self.restart(me);
            while self.is_waiting(me) {
                self.flush(me);
            }
        }
        self.deliver_all();
        for _ in 0..rounds {
            for me in NodeId::all(self.setup.nodes) {
                let armed: Vec<_> = self.slots[me.index()].timers.iter().map(|armed| armed.timer).collect();
                for timer in armed {
                    if self.is_armed(me, timer) {
                        self.fire_timer(me, timer);
                    }
                }
            }
            self.deliver_all();
        }
    }

    /// Nothing is open: no timer is armed and nobody is in doubt.
    fn is_quiet(&self) -> bool {
        self.packets.is_empty() && self.slots.iter().all(|slot| slot.timers.is_empty())
    }

    fn count(&self, wanted: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|(_, event)| wanted(event)).count()
    }

    fn records(&self, me: u8) -> Vec<Record> {
        self.slots[node(me).index()].disk.area(super::LOG).intact_prefix().cloned().collect()
    }

    /// What the participants' memories hold together.
    fn money(&self) -> i64 {
        self.slots.iter().filter_map(|slot| slot.memory.as_ref()).map(super::money_for_tests).sum()
    }

    #[track_caller]
    fn assert_sound(&self) {
        assert!(self.broken.is_empty(), "broken {:?} after {:#?}", self.broken, self.events);
    }
}

fn kind(message: &Message) -> &'static str {
    match message {
        Message::Work { .. } => "work",
        Message::Done { .. } => "done",
        Message::Prepare { .. } => "prepare",
        Message::Vote { .. } => "vote",
        Message::Decision { .. } => "decision",
        Message::Ack { .. } => "ack",
        Message::Inquiry { .. } => "inquiry",
        Message::Answer { .. } => "answer",
    }
}
