//! What must hold, judged by observers outside the protocol.

use crate::kit::sort_few_by_key;
use crate::{Disk, NodeId, Protocol, RequestId, Setup, Slot, Span, Time};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// Something an observer can see: what left a node, what a client did, what reached a disk. Never volatile state.
#[derive(Debug)]
pub enum Seen<'a, P: Protocol> {
    /// An event left its node, behind the fences before it.
    Event { node: NodeId, event: &'a P::Event },
    /// A client asked for the first time.
    Invoked { id: RequestId, request: &'a P::Request },
    /// A client took a response as final.
    Returned { id: RequestId, request: &'a P::Request, response: &'a P::Response },
    /// A message left its node. Only if [`Protocol::WATCHES_SENDS`].
    Sent { from: NodeId, to: NodeId, message: &'a P::Message },
    /// A node's disk changed durably: a sync, a crash that kept some, a wipe. Only if [`Protocol::WATCHES_SYNCS`].
    Synced { node: NodeId },
}

/// A promise of a protocol.
#[derive(Debug)]
pub struct Invariant<P: Protocol> {
    pub slug: &'static str,
    pub promise: Promise<P>,
    pub needs: Needs<P>,
}

/// Judges one thing seen, once the ghost knows it.
pub type Check<P> = fn(&View<'_, P>, &Seen<'_, P>) -> Result<(), Violation<P>>;

/// The kinds of promises.
#[derive(Debug)]
pub enum Promise<P: Protocol> {
    /// Never broken by anything seen. Judged after each thing seen, once the ghost knows it.
    Always(Check<P>),
    /// Must be reachable: it keeps the other checks honest. True when reached.
    Sometimes(fn(&View<'_, P>, &Seen<'_, P>) -> bool),
    /// Judged in simulation once the world has been quiet for the span.
    Within { span: fn(&Setup<P>) -> Span, met: fn(&View<'_, P>) -> Result<(), Violation<P>> },
    /// A statistical promise over a stated set.
    Figure(fn(&Setup<P>) -> Figure),
}

/// A measured number against its bound, both in millionths.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Figure {
    pub measured_ppm: u64,
    pub bound_ppm: u64,
    /// Over how many keys, runs or messages.
    pub samples: u64,
}

impl Figure {
    pub fn holds(&self) -> bool {
        self.measured_ppm <= self.bound_ppm
    }
}

/// What a promise rests on.
#[derive(Debug)]
pub enum Needs<P: Protocol> {
    Nothing,
    /// Bounded delays, or timers that keep their time: it makes no sense in an asynchronous search.
    Timed,
    /// The same with some configurations.
    TimedWith(fn(&Setup<P>) -> bool),
}

impl<P: Protocol> Needs<P> {
    /// Whether it rests on time.
    pub fn time(&self, setup: &Setup<P>) -> bool {
        match self {
            Self::Nothing => false,
            Self::Timed => true,
            Self::TimedWith(rests) => rests(setup),
        }
    }
}

/// A broken promise: who, and which events contradict each other.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Violation<P: Protocol> {
    pub nodes: Vec<NodeId>,
    /// Events seen earlier in the run, the last one usually just now.
    pub events: Vec<(NodeId, P::Event)>,
    /// Requests whose invocation or return is part of the contradiction.
    pub requests: Vec<RequestId>,
}

impl<P: Protocol> Violation<P> {
    /// A contradiction between events.
    pub fn between(events: Vec<(NodeId, P::Event)>) -> Self {
        let mut nodes: Vec<NodeId> = events.iter().map(|(node, _)| *node).collect();
        sort_few_by_key(&mut nodes, |node| *node);
        nodes.dedup();
        Self { nodes, events, requests: Vec::new() }
    }

    /// The same, with requests that are part of it.
    pub fn with_requests(mut self, requests: Vec<RequestId>) -> Self {
        self.requests = requests;
        self
    }

    /// A contradiction in the state of these nodes, with no event that shows it.
    pub fn at(nodes: Vec<NodeId>) -> Self {
        Self { nodes, events: Vec::new(), requests: Vec::new() }
    }
}

/// What a check may look at.
pub struct View<'a, P: Protocol> {
    pub setup: &'a Setup<P>,
    pub ghost: &'a P::Ghost,
    pub faults: &'a FaultTally,
    pub now: Time,
    /// When the oldest client request without an answer was asked.
    pub oldest_request: Option<Time>,
    /// When a request was answered last.
    pub answered: Time,
    slots: &'a [Slot<P>],
}

impl<'a, P: Protocol> View<'a, P> {
    pub fn new(
        setup: &'a Setup<P>,
        ghost: &'a P::Ghost,
        faults: &'a FaultTally,
        now: Time,
        oldest_request: Option<Time>,
        slots: &'a [Slot<P>],
    ) -> Self {
        Self { setup, ghost, faults, now, oldest_request, answered: Time::ZERO, slots }
    }

    /// A node's disk. Checks read its synced part.
    pub fn disk(&self, node: NodeId) -> &'a Disk<P::Record> {
        &self.slots[node.index()].disk
    }

    pub fn is_up(&self, node: NodeId) -> bool {
        self.slots[node.index()].is_up()
    }
}

/// The kinds of faults that a protocol may or may not tolerate.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    Loss,
    Duplication,
    Delay,
    Crash,
    Partition,
    Pause,
    Slowness,
    Skew,
    TornRecord,
    CorruptRecord,
    DiskLoss,
}

impl Fault {
    pub const ALL: [Self; 11] = [
        Self::Loss,
        Self::Duplication,
        Self::Delay,
        Self::Crash,
        Self::Partition,
        Self::Pause,
        Self::Slowness,
        Self::Skew,
        Self::TornRecord,
        Self::CorruptRecord,
        Self::DiskLoss,
    ];
}

/// Which faults a run has suffered.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct FaultTally {
    kinds: u16,
    /// How many disks were lost or damaged by the medium.
    pub disks_lost: u32,
}

impl FaultTally {
    pub fn note(&mut self, fault: Fault) {
        self.kinds |= 1 << fault as u16;
        if matches!(fault, Fault::DiskLoss | Fault::CorruptRecord) {
            self.disks_lost += 1;
        }
    }

    pub fn has(&self, fault: Fault) -> bool {
        self.kinds & (1 << fault as u16) != 0
    }
}

/// The faults under which a protocol keeps its promises.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tolerance {
    pub faults: &'static [Fault],
    /// How many disks may be lost in one run, where disk loss is among the faults.
    pub disks_lost: u32,
    /// How many nodes may be down at a time for progress.
    pub down: u32,
}

impl Tolerance {
    /// The first fault of a run that lies outside what is promised.
    pub fn exceeded_by(&self, tally: &FaultTally) -> Option<Fault> {
        let disk_fault = if tally.has(Fault::DiskLoss) { Fault::DiskLoss } else { Fault::CorruptRecord };
        Fault::ALL
            .into_iter()
            .find(|fault| tally.has(*fault) && !self.faults.contains(fault))
            .or((tally.disks_lost > self.disks_lost).then_some(disk_fault))
    }
}
