//! Raft driven by hand: disks sync at once, messages arrive in the order they were sent, timers fire when a test says so.

mod elections;
mod replication;
mod rules;
mod service;

use super::ghost::{Broken, Ghost};
use super::{
    Command, Entry, Event, LOG, META, Message, Payload, Raft, Record, Request, Response, Role, Rule, Setup, Term, Timer,
};
use crate::{
    Answers, ClientId, Cx, Disk, Effect, Input, Keep, MAX_AREAS, NodeId, Operation, Protocol, RequestId, Seen, Time,
};
use alloc::collections::{BTreeSet, VecDeque};
use alloc::vec;
use alloc::vec::Vec;

struct NoAnswers;

impl Answers for NoAnswers {
    fn choose(&mut self, _: u32) -> u32 {
        0
    }

    fn clock(&mut self) -> Time {
        Time::ZERO
    }
}

/// A cluster on one queue.
struct Cluster {
    setup: Setup,
    nodes: Vec<Option<Raft>>,
    disks: Vec<Disk<Record>>,
    timers: Vec<BTreeSet<Timer>>,
    queue: VecDeque<(NodeId, NodeId, Message)>,
    /// Links that lose everything.
    cut: BTreeSet<(NodeId, NodeId)>,
    /// Messages that were lost on the way, to be delivered late.
    lost: Vec<(NodeId, NodeId, Message)>,
    events: Vec<(NodeId, Event)>,
    replies: Vec<(RequestId, Response)>,
    ghost: Ghost,
}

/// The node that the paper calls `S{number}`.
fn s(number: u8) -> NodeId {
    NodeId(number - 1)
}

fn is_vote(message: &Message) -> bool {
    matches!(message, Message::RequestVote { .. } | Message::Vote { .. })
}

fn put(value: u32) -> Request {
    Request::Do(Command::Put { key: 0, value })
}

impl Cluster {
    fn new(nodes: u8) -> Self {
        Self::with(Setup::new(nodes))
    }

    /// Without pre-vote and stickiness, elections are as in the paper.
    fn plain(nodes: u8, off: &[Rule]) -> Self {
        let mut setup = Setup::new(nodes);
        setup.config.snapshot_every = 0;
        for rule in [Rule::PreVote, Rule::LeaderStickiness].iter().chain(off) {
            setup.rules.set(*rule as usize, false);
        }
        Self::with(setup)
    }

    fn with(setup: Setup) -> Self {
        Self::recovered(setup, Vec::new())
    }

    /// Starts from disks that hold these logs, one term an entry; everyone has entered the latest term among them.
    fn recovered(setup: Setup, logs: Vec<&[Term]>) -> Self {
        let count = usize::from(setup.nodes);
        let mut cluster = Self {
            setup,
            nodes: vec![None; count],
            disks: vec![Disk::new(Raft::AREAS.len()); count],
            timers: vec![BTreeSet::new(); count],
            queue: VecDeque::new(),
            cut: BTreeSet::new(),
            lost: Vec::new(),
            events: Vec::new(),
            replies: Vec::new(),
            ghost: Ghost::default(),
        };
        let term = logs.iter().filter_map(|terms| terms.last()).max().copied().unwrap_or(0);
        for (disk, terms) in cluster.disks.iter_mut().zip(&logs) {
            disk.issue(META, Operation::Append(Record::HardState { term, voted_for: None }));
            for (index, term) in (1..).zip(terms.iter()) {
                let entry = Entry { term: *term, payload: Payload::Noop };
                disk.issue(LOG, Operation::Append(Record::Entry { index, entry }));
            }
            disk.sync([u32::MAX; MAX_AREAS]);
        }
        for node in NodeId::all(cluster.setup.nodes) {
            cluster.restart(node);
        }
        cluster
    }

    fn node(&self, node: NodeId) -> &Raft {
        self.nodes[node.index()].as_ref().expect("the node is up")
    }

    fn effects(&mut self, node: NodeId, effects: Vec<Effect<Raft>>) {
        for effect in effects {
            match effect {
                Effect::Send { to, message } | Effect::SendNow { to, message } => {
                    self.queue.push_back((node, to, message));
                }
                Effect::Reply { id, response, .. } => self.replies.push((id, response)),
                Effect::SetTimer { timer, .. } => {
                    self.timers[node.index()].insert(timer);
                }
                Effect::CancelTimer(timer) => {
                    self.timers[node.index()].remove(&timer);
                }
                Effect::Disk(area, operation) => self.disks[node.index()].issue(area, operation),
                Effect::Sync { areas } => {
                    let counts = core::array::from_fn(|area| if areas & (1 << area) != 0 { u32::MAX } else { 0 });
                    self.disks[node.index()].sync(counts);
                }
                Effect::Emit(event) => {
                    self.ghost.observe(&self.setup, &Seen::Event { node, event: &event });
                    self.events.push((node, event));
                }
            }
        }
    }

    fn step(&mut self, node: NodeId, input: Input<Raft>) {
        let Some(raft) = &mut self.nodes[node.index()] else { return };
        let mut effects = Vec::new();
        raft.step(input, &mut Cx::new(&self.setup, node, &mut effects, &mut NoAnswers));
        self.effects(node, effects);
    }

    fn restart(&mut self, node: NodeId) {
        let mut effects = Vec::new();
        let disk = &self.disks[node.index()];
        let raft = Raft::boot(disk, &mut Cx::new(&self.setup, node, &mut effects, &mut NoAnswers));
        self.nodes[node.index()] = Some(raft);
        self.effects(node, effects);
    }

    /// Loses memory, timers, and all that is not synced.
    fn crash(&mut self, node: NodeId) {
        self.nodes[node.index()] = None;
        self.timers[node.index()].clear();
        self.disks[node.index()].crash(Keep::NOTHING);
    }

    fn fire(&mut self, node: NodeId, timer: Timer) {
        assert!(self.timers[node.index()].remove(&timer), "{node} has no timer {timer:?}: {:?}", self.timers);
        self.step(node, Input::Timer(timer));
    }

    /// Delivers until nothing is on its way.
    fn settle(&mut self) {
        let mut steps = 0;
        while let Some((from, to, message)) = self.queue.pop_front() {
            if self.cut.contains(&(from, to)) {
                self.lost.push((from, to, message));
            } else {
                self.step(to, Input::Message { from, message });
            }
            steps += 1;
            assert!(steps < 100_000, "the cluster never comes to rest");
        }
    }

    /// Fires and delivers.
    fn round(&mut self, node: NodeId, timer: Timer) {
        self.fire(node, timer);
        self.settle();
    }

    /// Delivers until nothing is on its way, and loses what is not wanted.
    fn settle_only(&mut self, wanted: impl Fn(&Message) -> bool) {
        while let Some((from, to, message)) = self.queue.pop_front() {
            if wanted(&message) && !self.cut.contains(&(from, to)) {
                self.step(to, Input::Message { from, message });
            }
        }
    }

    /// Heartbeats until everyone who can be reached has caught up.
    fn heartbeats(&mut self, node: NodeId, count: usize) {
        for _ in 0..count {
            self.round(node, Timer::Heartbeat);
        }
    }

    fn elect(&mut self, node: NodeId) {
        self.round(node, Timer::Election);
        assert!(self.node(node).is_leader(), "{node} leads: {:?}", self.node(node));
    }

    fn invoke(&mut self, node: NodeId, client: u8, sequence: u32, request: Request) -> RequestId {
        let id = RequestId { client: ClientId(client), sequence };
        self.ghost.observe(&self.setup, &Seen::Invoked { id, request: &request });
        self.step(node, Input::Request { id, request });
        self.settle();
        id
    }

    /// Asks and lets the client take the first response.
    fn ask(&mut self, node: NodeId, client: u8, sequence: u32, request: Request) -> Option<Response> {
        let id = self.invoke(node, client, sequence, request);
        let response = self.replies.iter().find(|(of, _)| *of == id)?.1;
        self.ghost.observe(&self.setup, &Seen::Returned { id, request: &request, response: &response });
        Some(response)
    }

    /// Cuts every link between the groups.
    fn partition(&mut self, groups: &[&[u8]]) {
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

    fn heal(&mut self) {
        self.cut.clear();
        self.lost.clear();
    }

    fn broken(&self, broken: Broken) -> bool {
        self.ghost.finding(broken).is_some()
    }

    /// The terms of a node's log.
    fn terms(&self, node: NodeId) -> Vec<Term> {
        self.node(node).log.iter().map(|(_, entry)| entry.term).collect()
    }

    fn leaders(&self) -> Vec<NodeId> {
        NodeId::all(self.setup.nodes)
            .filter(|node| self.nodes[node.index()].as_ref().is_some_and(Raft::is_leader))
            .collect()
    }

    fn holds(&self) {
        for broken in [
            Broken::ElectionSafety,
            Broken::LeaderAppendOnly,
            Broken::LogMatching,
            Broken::LeaderCompleteness,
            Broken::StateMachineSafety,
            Broken::ExactlyOnce,
            Broken::ReadFreshness,
            Broken::MonotonicTerm,
            Broken::MonotonicCommitIndex,
            Broken::OneVotePerTerm,
            Broken::LeaderHasQuorum,
            Broken::JoinEnds,
        ] {
            assert!(!self.broken(broken), "{:?}", self.ghost.finding(broken));
        }
        assert!(!self.setup.on(Rule::PreVote) || !self.broken(Broken::UndisturbedLeader));
    }
}
