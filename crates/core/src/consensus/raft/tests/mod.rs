//! Raft on the bench: disks sync at once, messages arrive in the order they were sent, timers fire when a test says so.

mod elections;
mod replication;
mod rules;
mod service;

use super::ghost::Broken;
use super::{
    Command, Entry, Event, LOG, META, Message, Payload, Raft, Record, Request, Response, Role, Rule, Setup, Term, Timer,
};
use crate::bench::{Bench, Packet};
use crate::{ClientId, Input, Keep, MAX_AREAS, NodeId, Occasion, Operation, Protocol, RequestId, Seen, Slot};
use alloc::vec;
use alloc::vec::Vec;

/// A cluster of servers.
type Cluster = Bench<Raft>;

fn packet(from: NodeId, to: NodeId, message: Message) -> Packet<Message> {
    Packet { from, to, message }
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
        Self::of(Setup::new(nodes))
    }

    /// Without pre-vote and stickiness, elections are as in the paper.
    fn plain(nodes: u8, off: &[Rule]) -> Self {
        let mut setup = Setup::new(nodes);
        setup.config.snapshot_every = 0;
        for rule in [Rule::PreVote, Rule::LeaderStickiness].iter().chain(off) {
            setup.rules.set(*rule as usize, false);
        }
        Self::of(setup)
    }

    fn of(setup: Setup) -> Self {
        Self::recovered(setup, Vec::new())
    }

    /// Starts from disks that hold these logs, one term an entry; everyone has entered the latest term among them.
    fn recovered(setup: Setup, logs: Vec<&[Term]>) -> Self {
        let mut slots: Vec<Slot<Raft>> = NodeId::all(setup.nodes).map(|_| Slot::blank()).collect();
        let term = logs.iter().filter_map(|terms| terms.last()).max().copied().unwrap_or(0);
        for (slot, terms) in slots.iter_mut().zip(&logs) {
            slot.disk.issue(META, Operation::Append(Record::HardState { term, voted_for: None }));
            for (index, term) in (1..).zip(terms.iter()) {
                let entry = Entry { term: *term, payload: Payload::Noop };
                slot.disk.issue(LOG, Operation::Append(Record::Entry { index, entry }));
            }
            slot.disk.sync([u32::MAX; MAX_AREAS]);
        }
        let mut cluster = Self::started(setup, slots);
        cluster.syncs_at_once = true;
        cluster.flush_all();
        cluster
    }

    /// Delivers message by message until nothing is on its way; what goes over a cut link is lost.
    fn settle(&mut self) {
        self.settle_only(|_| true);
    }

    /// The same for some messages only. The others vanish.
    fn settle_only(&mut self, wanted: impl Fn(&Message) -> bool) {
        let mut steps = 0;
        while let Some(packet) = self.packets.pop_front() {
            if wanted(&packet.message) {
                self.carry(packet);
            }
            steps += 1;
            assert!(steps < 100_000, "the cluster never comes to rest");
        }
    }

    /// A client asks, and all that follows happens.
    fn invoke(&mut self, node: NodeId, client: u8, sequence: u32, request: Request) -> RequestId {
        let id = RequestId { client: ClientId(client), sequence };
        self.request_as(id, node, request);
        self.settle();
        id
    }

    /// Asks and lets the client take the first response.
    fn ask(&mut self, node: NodeId, client: u8, sequence: u32, request: Request) -> Option<Response> {
        let id = self.invoke(node, client, sequence, request);
        let response = self.replies.iter().find(|(of, _)| *of == id)?.1;
        self.see(&Occasion::Seen(&Seen::Returned { id, request: &request, response: &response }));
        Some(response)
    }

    /// Fires and delivers.
    fn round(&mut self, node: NodeId, timer: Timer) {
        self.fire(node, timer);
        self.settle();
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

    fn breaks(&self, broken: Broken) -> bool {
        self.ghost.finding(broken).is_some()
    }

    /// The terms of a node's log.
    fn terms(&self, node: NodeId) -> Vec<Term> {
        self.node(node).log.iter().map(|(_, entry)| entry.term).collect()
    }

    fn leaders(&self) -> Vec<NodeId> {
        NodeId::all(self.setup.nodes)
            .filter(|node| self.slots[node.index()].memory.as_ref().is_some_and(Raft::is_leader))
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
            assert!(!self.breaks(broken), "{:?}", self.ghost.finding(broken));
        }
        assert!(!self.setup.on(Rule::PreVote) || !self.breaks(Broken::UndisturbedLeader));
    }
}
