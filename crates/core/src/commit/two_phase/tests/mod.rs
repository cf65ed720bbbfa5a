//! Two-phase commit on the bench: packets by their kinds, explicit flushes, crashes that keep what one likes.

mod counts;
mod guards;
mod promises;
mod recovery;
mod walk;

use super::{Event, Message, Record, Request, Response, Timer, Transaction, TwoPhase};
use crate::bench::Bench;
use crate::{
    ClientId, Input, NodeId, Occasion, Promise, Protocol, QuietView, RequestId, Seen, Setup, Spelled, Time, Words,
};
use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

type Packet = crate::bench::Packet<Message>;

/// A cluster of banks and their coordinator. Clients take whatever they are answered.
#[derive(Clone)]
struct Cluster {
    bench: Bench<TwoPhase>,
    /// How many requests were asked.
    asked: u32,
    /// How many answers were taken.
    taken: usize,
}

impl Deref for Cluster {
    type Target = Bench<TwoPhase>;

    fn deref(&self) -> &Bench<TwoPhase> {
        &self.bench
    }
}

impl DerefMut for Cluster {
    fn deref_mut(&mut self) -> &mut Bench<TwoPhase> {
        &mut self.bench
    }
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
        let mut bench = Bench::with(setup);
        bench.syncs_at_once = true;
        bench.flush_all();
        bench.syncs = 0;
        Self { bench, asked: 0, taken: 0 }
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

    /// Starts the process of a node that is down.
    fn restart(&mut self, me: NodeId) {
        if !self.slots[me.index()].is_up() {
            self.bench.restart(me);
        }
    }

    fn input(&mut self, me: NodeId, input: Input<TwoPhase>) {
        self.bench.step(me, input);
        self.take_answers();
    }

    /// The sync under way completes.
    fn flush(&mut self, me: NodeId) {
        self.bench.flush_once(me);
        self.take_answers();
    }

    fn take_answers(&mut self) {
        let request = Request::Run(Transaction::Audit);
        while let Some((id, response)) = self.replies.get(self.taken).copied() {
            self.taken += 1;
            self.judge(&Seen::Returned { id, request: &request, response: &response });
        }
    }

    fn judge(&mut self, seen: &Seen<'_, TwoPhase>) {
        self.bench.see(&Occasion::Seen(seen));
    }

    /// Whether the promise for quiet times is kept.
    fn is_settled(&self) -> bool {
        let view = QuietView { cluster: self.view(), now: Time::ZERO, oldest_request: None, answered: Time::ZERO };
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
        let Packet { from, to, message } = self.packets.remove(index).expect("a packet");
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

    fn fire_timer(&mut self, me: NodeId, timer: Timer) {
        self.slots[me.index()].timers.retain(|armed| armed.timer != timer);
        self.input(me, Input::Timer(timer));
    }

    /// Everybody runs, every message arrives, every timer fires, for so many rounds.
    fn heal(&mut self, rounds: usize) {
        self.syncs_at_once = true;
        for me in NodeId::all(self.setup.nodes) {
            self.restart(me);
            while self.is_syncing(me) {
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
