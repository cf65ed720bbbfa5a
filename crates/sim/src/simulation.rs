//! The simulation: it chooses the next action by time, with answers keyed by a seed.
//!
//! `Simulation` adds an agenda: a heap of 24-byte entries. A node has one entry for its earliest timer, not one for
//! each time a timer was armed; entries that no longer mean anything are skipped when they surface. Order within one
//! instant: boots, timers, flushes, deliveries, clients, judgements; then the order of scheduling. An act of a person
//! is dated `(at, after)`: the moment, and how many steps of that very instant come first, so that a run done by hand
//! is the same run when its link is opened.

use alloc::collections::BinaryHeap;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::{Ordering, Reverse};
use faultlab_core::{ClientId, LoadDraw, NodeId, Protocol, Setup, Time};

use crate::chance::{Chance, Keyed, Scripted, draw_below};
use crate::fact::Sink;
use crate::world::Due;
use crate::{Action, Load, Network, ScriptedAction, Setting, World};

/// How many clients exist besides the operator, whether the load uses them or not.
const CLIENTS_MIN: u8 = 5;

/// All that a run is a function of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Start<P: Protocol> {
    pub setup: Setup<P>,
    pub network: Network,
    pub load: Load,
    pub seed: u64,
    /// Sorted by moment.
    pub acts: Vec<Act<P>>,
}

impl<P: Protocol> Start<P> {
    /// A cluster of this many nodes with everything at its default.
    pub fn new(nodes: u8, seed: u64) -> Self {
        Self { setup: Setup::new(nodes), network: Network::default(), load: Load::default(), seed, acts: Vec::new() }
    }

    /// When the last of the exact steps is done.
    pub fn left_to_itself_from(&self) -> Time {
        let let_go = Action::Set(Setting::Stepwise(false));
        self.acts.iter().rfind(|act| act.scripted.action == let_go).map_or(Time::ZERO, |act| act.at)
    }
}

/// An action at a moment of simulated time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Act<P: Protocol> {
    pub at: Time,
    /// How many other steps of the same instant come before it.
    pub after: u32,
    pub scripted: ScriptedAction<P>,
    /// Acts of one gesture share a number; undo takes them together.
    pub gesture: u32,
    /// Done by a person in this run, not given by the scenario. An act in the past keeps the scenario's later acts and
    /// leaves the person's on the old branch.
    pub by_person: bool,
}

/// What a step was.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StepTaken {
    Boot(NodeId),
    Act { gesture: u32 },
    Timer(NodeId),
    Flush(NodeId),
    Deliver,
    Client(ClientId),
    Judge,
}

/// What the agenda holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Task {
    Boot(NodeId),
    /// The earliest timer of a node.
    Wake(NodeId),
    Flush(NodeId),
    Deliver {
        place: u32,
    },
    Retry(ClientId),
    Think(ClientId),
    Judge {
        invariant: u8,
        period: u32,
    },
}

impl Task {
    /// The order within one instant.
    fn rank(self) -> u64 {
        match self {
            Self::Boot(_) => 0,
            Self::Wake(_) => 1,
            Self::Flush(_) => 2,
            Self::Deliver { .. } => 3,
            Self::Retry(_) => 4,
            Self::Think(_) => 5,
            Self::Judge { .. } => 6,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Entry {
    at: Time,
    /// The task's rank in the upper bits, then the order of scheduling.
    order: u64,
    task: Task,
}

impl Entry {
    fn judges(&self) -> bool {
        matches!(self.task, Task::Judge { .. })
    }

    /// What entries are ordered by, as one number: no two entries share it, and comparing it takes no branch.
    fn key(&self) -> u128 {
        u128::from(self.at.0) << 64 | u128::from(self.order)
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// What the next step will be.
enum Next {
    Act,
    Task(Entry),
}

/// A world with an agenda. Equal starts give equal runs, step by step, on every machine.
#[derive(Clone, Debug)]
pub struct Simulation<P: Protocol> {
    world: World<P>,
    chance: Keyed,
    agenda: BinaryHeap<Reverse<Entry>>,
    scheduled: u64,
    /// When each node's earliest entry in the agenda stands; `u64::MAX` without one.
    wakes: Vec<Time>,
    syncs: Vec<Time>,
    thinking: Vec<bool>,
    acts: Arc<Vec<Act<P>>>,
    acts_done: usize,
    boots_left: u8,
    /// How many steps the present instant has seen.
    instant_steps: u32,
    /// Counts the changes between quiet and disturbance, so that old judgements lapse.
    period: u32,
    /// Judgements repeat. They end where nothing is left to happen.
    judging: bool,
    due: Vec<Due>,
}

const NEVER: Time = Time(u64::MAX);

impl<P: Protocol> Simulation<P> {
    pub fn new(start: &Start<P>) -> Self {
        let nodes = start.setup.nodes;
        let clients = 1 + start.load.clients.max(CLIENTS_MIN);
        let mut simulation = Self {
            world: World::new(start.setup.clone(), clients, start.network, start.load),
            chance: Keyed { seed: start.seed },
            agenda: BinaryHeap::new(),
            scheduled: 0,
            wakes: vec![NEVER; usize::from(nodes)],
            syncs: vec![NEVER; usize::from(nodes)],
            thinking: vec![false; usize::from(clients)],
            acts: Arc::new(start.acts.clone()),
            acts_done: 0,
            boots_left: nodes,
            instant_steps: 0,
            period: 0,
            judging: true,
            due: Vec::new(),
        };
        for node in NodeId::all(nodes) {
            simulation.schedule(Time::ZERO, Task::Boot(node));
        }
        let clients = (0..clients).map(|client| Due::Idle(ClientId(client)));
        simulation.due = clients.chain([Due::Disturbance]).collect();
        simulation.note_due();
        simulation
    }

    pub fn world(&self) -> &World<P> {
        &self.world
    }

    /// Runs without observers and checks from now on.
    pub fn without_judging(mut self) -> Self {
        self.world.judging = false;
        self
    }

    pub fn acts(&self) -> &[Act<P>] {
        &self.acts
    }

    /// How many of the acts are done.
    pub fn acts_done(&self) -> usize {
        self.acts_done
    }

    /// The bytes that the agenda takes.
    pub(crate) fn agenda_bytes(&self) -> usize {
        self.agenda.capacity() * size_of::<Entry>()
    }

    /// The same moment with another future: acts that are not yet done are replaced.
    pub(crate) fn set_acts(&mut self, acts: Arc<Vec<Act<P>>>) {
        debug_assert!(acts.len() >= self.acts_done, "acts that are done cannot be taken back");
        self.acts = acts;
    }

    /// How an act done now is dated, so that a later run does it between the same two steps.
    pub fn present(&self, now: Time) -> (Time, u32) {
        if now > self.world.now() { (now, 0) } else { (self.world.now(), self.instant_steps) }
    }

    /// When the next step happens; none if nothing is left to happen.
    pub fn next_at(&mut self) -> Option<Time> {
        let next = self.next()?;
        Some(self.at(&next))
    }

    fn at(&self, next: &Next) -> Time {
        match next {
            Next::Act => self.acts[self.acts_done].at.max(self.world.now()),
            Next::Task(entry) => entry.at,
        }
    }

    pub(crate) fn act_is_next(&mut self, now: Time) -> bool {
        matches!(self.next(), Some(Next::Act)) && self.acts[self.acts_done].at <= now
    }

    /// Takes the next step; none if nothing is left to happen.
    pub fn step<S: Sink<P> + ?Sized>(&mut self, sink: &mut S) -> Option<StepTaken> {
        let next = self.next()?;
        Some(self.take(next, sink))
    }

    fn take<S: Sink<P> + ?Sized>(&mut self, next: Next, sink: &mut S) -> StepTaken {
        let before = self.world.now();
        let taken = match next {
            Next::Act => self.take_act(sink),
            Next::Task(entry) => self.take_task(entry, sink),
        };
        self.instant_steps = if self.world.now() == before { self.instant_steps + 1 } else { 1 };
        core::mem::swap(&mut self.due, &mut self.world.due);
        if !self.world.stepwise {
            self.note_due();
        }
        if !self.judging && matches!(taken, StepTaken::Act { .. }) {
            self.judging = true;
            self.begin_period();
        }
        taken
    }

    /// Steps until the next step would lie behind `until`, at most `steps_max` of them. Tells how many it took.
    pub fn run<S: Sink<P> + ?Sized>(&mut self, until: Time, steps_max: u64, sink: &mut S) -> u64 {
        for steps in 0..steps_max {
            match self.next() {
                Some(next) if self.at(&next) <= until => drop(self.take(next, sink)),
                Some(_) | None => return steps,
            }
        }
        steps_max
    }

    fn next(&mut self) -> Option<Next> {
        if self.world.stepwise {
            return (self.acts_done < self.acts.len()).then_some(Next::Act);
        }
        let task = self.prune();
        let act = self.acts.get(self.acts_done).filter(|_| self.boots_left == 0);
        match (act, task) {
            (None, None) => None,
            (Some(_), None) => Some(Next::Act),
            (None, Some(entry)) => Some(Next::Task(entry)),
            (Some(act), Some(entry)) => {
                let seen = if self.world.now() == act.at { self.instant_steps } else { 0 };
                let turn = act.at < entry.at || (act.at == entry.at && act.after <= seen);
                Some(if turn { Next::Act } else { Next::Task(entry) })
            }
        }
    }

    /// The first entry of the agenda that still means something; those before it are taken off.
    fn prune(&mut self) -> Option<Entry> {
        loop {
            let &Reverse(entry) = self.agenda.peek()?;
            if self.is_live(entry) {
                return Some(entry);
            }
            self.agenda.pop();
        }
    }

    fn is_live(&mut self, entry: Entry) -> bool {
        match entry.task {
            Task::Boot(_) => true,
            Task::Wake(node) => {
                if self.wakes[node.index()] != entry.at {
                    return false;
                }
                let due = self.earliest_deadline(node).is_some_and(|deadline| deadline <= entry.at);
                if !due {
                    self.wakes[node.index()] = NEVER;
                    self.note_timers(node);
                }
                due
            }
            Task::Flush(node) => self.syncs[node.index()] == entry.at && self.world.slots()[node.index()].syncing > 0,
            Task::Deliver { place } => self
                .world
                .packet_at(place)
                .is_some_and(|packet| !packet.held && !packet.waiting && packet.due.max(self.world.now()) == entry.at),
            Task::Retry(client) => {
                let outstanding = &self.world.clients()[client.index()].outstanding;
                outstanding.as_ref().is_some_and(|waiting| waiting.retry_at == entry.at)
            }
            Task::Think(client) => {
                let wanted = client.0 <= self.world.load.clients;
                let idle = self.world.clients()[client.index()].outstanding.is_none();
                self.thinking[client.index()] = wanted && idle;
                wanted && idle
            }
            Task::Judge { period, .. } => period == self.period,
        }
    }

    fn take_act<S: Sink<P> + ?Sized>(&mut self, sink: &mut S) -> StepTaken {
        let acts = Arc::clone(&self.acts);
        let act = &acts[self.acts_done];
        self.acts_done += 1;
        let ScriptedAction { action, choices } = act.scripted.clone();
        let stepwise = self.world.stepwise;
        if stepwise || !choices.is_empty() {
            let mut chance = Scripted { keyed: self.chance, choices };
            chance.choices.reverse();
            self.world.apply::<dyn Chance, S>(action, act.at, &mut chance, sink);
        } else {
            self.world.apply::<dyn Chance, S>(action, act.at, &mut self.chance, sink);
        }
        if stepwise && !self.world.stepwise {
            self.set_out_anew();
        }
        StepTaken::Act { gesture: act.gesture }
    }

    /// What the agenda knew of is out of date after a time in which only what was ordered happened.
    fn set_out_anew(&mut self) {
        self.agenda.clear();
        self.wakes.fill(NEVER);
        self.syncs.fill(NEVER);
        self.thinking.fill(false);
        self.world.make_all_due(self.chance);
        self.world.due.push(Due::Disturbance);
    }

    fn take_task<S: Sink<P> + ?Sized>(&mut self, entry: Entry, sink: &mut S) -> StepTaken {
        self.agenda.pop();
        let mut hint = u32::MAX;
        let (action, taken) = match entry.task {
            Task::Boot(node) => {
                self.boots_left -= 1;
                (Action::Restart { node }, StepTaken::Boot(node))
            }
            Task::Wake(node) => {
                self.wakes[node.index()] = NEVER;
                let timers = &self.world.slots()[node.index()].timers;
                // `is_live` has just seen a timer that is due.
                let Some(earliest) = timers.iter().min_by_key(|armed| armed.deadline) else {
                    return StepTaken::Timer(node);
                };
                (Action::Fire { node, timer: earliest.timer }, StepTaken::Timer(node))
            }
            Task::Flush(node) => (Action::Flush { node }, StepTaken::Flush(node)),
            Task::Deliver { place } => {
                hint = place;
                match self.world.packet_at(place) {
                    Some(packet) => (Action::Deliver(packet.name), StepTaken::Deliver),
                    None => return StepTaken::Deliver,
                }
            }
            Task::Retry(client) => (Action::Retry { client }, StepTaken::Client(client)),
            Task::Think(client) => {
                self.thinking[client.index()] = false;
                (Action::Request { client, request: self.draw_request(client) }, StepTaken::Client(client))
            }
            Task::Judge { invariant, period } => {
                self.world.due.clear();
                self.world.judge_within(usize::from(invariant), entry.at, sink);
                // Where nothing else is to come, the next judgement would be the same.
                self.judging =
                    self.acts_done < self.acts.len() || self.agenda.iter().any(|Reverse(entry)| !entry.judges());
                if self.judging {
                    self.schedule_judgement(usize::from(invariant), period);
                }
                return StepTaken::Judge;
            }
        };
        let chance: &mut dyn Chance = &mut self.chance;
        self.world.apply_hinted(action, entry.at, hint, chance, sink);
        if let StepTaken::Timer(node) = taken {
            self.world.due.push(Due::Timers(node));
        }
        taken
    }

    fn draw_request(&self, client: ClientId) -> P::Request {
        let sequence = self.world.clients()[client.index()].sequence + 1;
        let load = &self.world.load;
        let [bits, more] = self.chance.load(client.0, u64::from(sequence));
        let draw = LoadDraw {
            read: draw_below(bits, 1_000_000) < u64::from(load.reads_ppm),
            key: draw_below(bits.rotate_left(32), u64::from(load.keys)) as u32,
            unique: sequence.wrapping_mul(16).wrapping_add(u32::from(client.0)),
            bits: more,
        };
        P::load(self.world.setup(), draw)
    }

    fn earliest_deadline(&self, node: NodeId) -> Option<Time> {
        if self.world.is_paused(node) {
            return None;
        }
        self.world.slots()[node.index()].timers.iter().map(|armed| armed.deadline).min()
    }

    fn note_timers(&mut self, node: NodeId) {
        if let Some(deadline) = self.earliest_deadline(node) {
            let at = deadline.max(self.world.now());
            if at < self.wakes[node.index()] {
                self.wakes[node.index()] = at;
                self.schedule(at, Task::Wake(node));
            }
        }
    }

    /// Puts what the last action made due on the agenda.
    fn note_due(&mut self) {
        let mut all = core::mem::take(&mut self.due);
        for due in all.drain(..) {
            match due {
                Due::Packet { place, at } => self.schedule(at.max(self.world.now()), Task::Deliver { place }),
                Due::Timers(node) => self.note_timers(node),
                Due::Sync { node, at } => {
                    self.syncs[node.index()] = at;
                    self.schedule(at, Task::Flush(node));
                }
                Due::Retry { client, at } => self.schedule(at, Task::Retry(client)),
                Due::Idle(client) => self.think(client),
                Due::Disturbance => self.begin_period(),
            }
        }
        self.due = all;
    }

    fn think(&mut self, client: ClientId) {
        let load = self.world.load;
        if client == ClientId::OPERATOR || client.0 > load.clients || self.thinking[client.index()] {
            return;
        }
        self.thinking[client.index()] = true;
        let ordinal = u64::from(self.world.clients()[client.index()].sequence);
        let span = self.chance.think(client.0, ordinal, load.think_min, load.think_max);
        self.schedule(self.world.now() + span, Task::Think(client));
    }

    fn begin_period(&mut self) {
        self.period += 1;
        if self.world.is_quiet() {
            let promises: Vec<usize> = self.world.within_spans().map(|(index, _)| index).collect();
            for index in promises {
                self.schedule_judgement(index, self.period);
            }
        }
    }

    fn schedule_judgement(&mut self, index: usize, period: u32) {
        let span = self.world.within_spans().find(|(other, _)| *other == index).map(|(_, span)| span);
        if let Some(span) = span {
            self.schedule(self.world.now() + span, Task::Judge { invariant: index as u8, period });
        }
    }

    fn schedule(&mut self, at: Time, task: Task) {
        let order = task.rank() << 56 | self.scheduled;
        self.scheduled += 1;
        self.agenda.push(Reverse(Entry { at, order, task }));
    }
}
