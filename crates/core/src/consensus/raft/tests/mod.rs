//! Raft on the bench: disks sync at once, messages arrive in the order they were sent, timers fire when a test says so.

mod elections;
mod replication;
mod rules;
mod service;

use super::ghost::Broken;
use super::{
    Command, Entry, Event, LOG, META, Message, Payload, Raft, Record, Request, Response, Role, Rule, Setup, Term, Timer,
};
use crate::bench::Bench;
use crate::{ClientId, Input, Keep, MAX_AREAS, NodeId, Operation, Protocol, RequestId, Seen, Slot};
use alloc::vec;
use alloc::vec::Vec;

/// A cluster of servers.
type Cluster = Bench<Raft>;

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
        let mut cluster = Self::down(setup, slots);
        NodeId::all(cluster.setup.nodes).for_each(|node| cluster.restart(node));
        cluster
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

    fn broken(&self, broken: Broken) -> bool {
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
            assert!(!self.broken(broken), "{:?}", self.ghost.finding(broken));
        }
        assert!(!self.setup.on(Rule::PreVote) || !self.broken(Broken::UndisturbedLeader));
    }
}
