//! What must hold, judged by observers outside the protocol.

use crate::{FaultTally, NodeId, Protocol, RequestId, Setup, Slot, Span, SyncedDisk, Time};
use alloc::vec::Vec;
use core::ops::Deref;
use serde::{Deserialize, Serialize};

/// Something an observer can see: what left a node, what a client did, which processes run. Never volatile state.
#[derive(Debug)]
pub enum Seen<'a, P: Protocol> {
    /// An event left its node, behind the fences before it.
    Event { node: NodeId, event: &'a P::Event },
    /// A client asked for the first time.
    Invoked { id: RequestId, request: &'a P::Request },
    /// A client took a response as final.
    Returned { id: RequestId, request: &'a P::Request, response: &'a P::Response },
    /// A process started, for the first time or after a crash.
    Started { node: NodeId },
    /// A process crashed.
    Crashed { node: NodeId },
    /// A node's disk was replaced by an empty one; its process, if one ran, has crashed.
    DiskLost { node: NodeId },
}

impl<'a, P: Protocol> Seen<'a, P> {
    /// The event, if it is one that was seen.
    pub const fn event(&self) -> Option<&'a P::Event> {
        match self {
            Self::Event { event, .. } => Some(event),
            _ => None,
        }
    }
}

/// A message that left its node.
#[derive(Debug)]
pub struct Sent<'a, P: Protocol> {
    pub from: NodeId,
    pub to: NodeId,
    pub message: &'a P::Message,
}

/// What checks are judged after.
#[derive(Clone, Copy, Debug)]
pub enum Occasion<'a, P: Protocol> {
    Seen(&'a Seen<'a, P>),
    /// Only where sends are watched.
    Sent(&'a Sent<'a, P>),
    /// A node's disk changed durably: a sync, a crash that kept some, a wipe, a damaged record. Only where the cluster is watched.
    DiskChanged {
        node: NodeId,
    },
}

impl<P: Protocol> Occasion<'_, P> {
    /// Lets the observers take note.
    pub fn observe(&self, ghost: &mut P::Ghost, setup: &Setup<P>) {
        match self {
            Self::Seen(seen) => P::observe(ghost, setup, seen),
            Self::Sent(sent) => {
                if let Some(observe) = P::OBSERVE_SENT {
                    observe(ghost, setup, sent);
                }
            }
            Self::DiskChanged { .. } => {}
        }
    }
}

/// Which occasions a protocol's checks and observers ask for besides what is always seen. It follows from how they are declared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Watches {
    pub sends: bool,
    /// Whether checks look at the nodes themselves.
    pub cluster: bool,
}

impl Watches {
    pub fn of<P: Protocol>() -> Self {
        let any = |is: fn(&Promise<P>) -> bool| P::invariants().iter().any(|invariant| is(&invariant.promise));
        Self {
            sends: P::OBSERVE_SENT.is_some() || any(|promise| matches!(promise, Promise::AlwaysOfSends(_))),
            cluster: any(|promise| matches!(promise, Promise::AlwaysOfCluster(_))),
        }
    }
}

/// A promise of a protocol.
#[derive(Debug)]
pub struct Invariant<P: Protocol> {
    pub slug: &'static str,
    pub promise: Promise<P>,
    pub needs: Needs<P>,
}

/// One of each kind of promise. It needs nothing but [`Self::within`], which is judged by time.
impl<P: Protocol> Invariant<P> {
    const fn new(slug: &'static str, promise: Promise<P>) -> Self {
        Self { slug, promise, needs: Needs::Nothing }
    }

    /// [`Promise::Always`].
    pub const fn always(slug: &'static str, check: Check<P>) -> Self {
        Self::new(slug, Promise::Always(check))
    }

    /// [`Promise::AlwaysOfSends`].
    pub const fn always_of_sends(slug: &'static str, check: CheckOfSends<P>) -> Self {
        Self::new(slug, Promise::AlwaysOfSends(check))
    }

    /// [`Promise::AlwaysOfCluster`].
    pub const fn always_of_cluster(slug: &'static str, check: CheckOfCluster<P>) -> Self {
        Self::new(slug, Promise::AlwaysOfCluster(check))
    }

    /// [`Promise::Sometimes`].
    pub const fn sometimes(slug: &'static str, reached: fn(&View<'_, P>, &Seen<'_, P>) -> bool) -> Self {
        Self::new(slug, Promise::Sometimes(reached))
    }

    /// [`Promise::Within`].
    pub const fn within(
        slug: &'static str,
        span: fn(&Setup<P>) -> Span,
        met: fn(&QuietView<'_, P>) -> Judgement<P>,
    ) -> Self {
        Self::new(slug, Promise::Within { span, met }).needs(Needs::Timed)
    }

    /// [`Promise::Figure`].
    pub const fn figure(slug: &'static str, measure: fn(&Setup<P>) -> Figure) -> Self {
        Self::new(slug, Promise::Figure(measure))
    }

    /// What it rests on.
    pub const fn needs(self, needs: Needs<P>) -> Self {
        Self { needs, ..self }
    }
}

/// Whether a check finds the promise kept, and if not, how it is broken.
pub type Judgement<P> = Result<(), Violation<P>>;

/// Judges one thing seen, once the ghost knows it, without looking at nodes.
pub type Check<P> = fn(&View<'_, P>, &Seen<'_, P>) -> Judgement<P>;

/// Judges one message that leaves a node.
pub type CheckOfSends<P> = fn(&View<'_, P>, &Sent<'_, P>) -> Judgement<P>;

/// Judges the nodes as they stand after an occasion.
pub type CheckOfCluster<P> = fn(&ClusterView<'_, P>, &Occasion<'_, P>) -> Judgement<P>;

/// The kinds of promises. What a check may look at is part of its kind, so that a search knows what it has to have at hand when it
/// judges: a check cannot ask for what the search does not have.
#[derive(Debug)]
pub enum Promise<P: Protocol> {
    /// Never broken by anything seen. Judged after each thing seen, by what observers remember.
    Always(Check<P>),
    /// Never broken by a message that leaves a node.
    AlwaysOfSends(CheckOfSends<P>),
    /// Never broken by the nodes as they stand: which processes run and what is on their disks. Judged after each thing seen and
    /// whenever a disk has changed durably, which costs a search more.
    AlwaysOfCluster(CheckOfCluster<P>),
    /// Must be reachable: it keeps the other checks honest. True when reached.
    Sometimes(fn(&View<'_, P>, &Seen<'_, P>) -> bool),
    /// Judged in simulation once the world has been quiet for the span.
    Within { span: fn(&Setup<P>) -> Span, met: fn(&QuietView<'_, P>) -> Judgement<P> },
    /// A statistical promise over a stated set.
    Figure(fn(&Setup<P>) -> Figure),
}

impl<P: Protocol> Promise<P> {
    /// Whether it must hold always: what breaks it breaks in a step, so that a search can find it.
    pub const fn is_always(&self) -> bool {
        match self {
            Self::Always(_) | Self::AlwaysOfSends(_) | Self::AlwaysOfCluster(_) => true,
            Self::Sometimes(_) | Self::Within { .. } | Self::Figure(_) => false,
        }
    }

    /// Whether it is one that must hold always and is judged after such an occasion.
    pub const fn is_judged_after(&self, occasion: &Occasion<'_, P>) -> bool {
        match self {
            Self::Always(_) => matches!(occasion, Occasion::Seen(_)),
            Self::AlwaysOfSends(_) => matches!(occasion, Occasion::Sent(_)),
            Self::AlwaysOfCluster(_) => true,
            Self::Sometimes(_) | Self::Within { .. } | Self::Figure(_) => false,
        }
    }

    /// Judges what needs no look at the nodes; everything else holds.
    ///
    /// # Errors
    /// How it is broken.
    pub fn check(&self, view: &View<'_, P>, occasion: &Occasion<'_, P>) -> Judgement<P> {
        match (self, occasion) {
            (Self::Always(check), Occasion::Seen(seen)) => check(view, seen),
            (Self::AlwaysOfSends(check), Occasion::Sent(sent)) => check(view, sent),
            _ => Ok(()),
        }
    }

    /// Judges whatever must hold always; everything else holds.
    ///
    /// # Errors
    /// How it is broken.
    pub fn check_in(&self, view: &ClusterView<'_, P>, occasion: &Occasion<'_, P>) -> Judgement<P> {
        match self {
            Self::AlwaysOfCluster(check) => check(view, occasion),
            _ => self.check(view, occasion),
        }
    }
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
        nodes.sort_unstable();
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

/// What a check may look at that is judged without the nodes.
#[derive(Debug)]
pub struct View<'a, P: Protocol> {
    pub setup: &'a Setup<P>,
    pub ghost: &'a P::Ghost,
    pub faults: &'a FaultTally,
}

impl<P: Protocol> Clone for View<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Protocol> Copy for View<'_, P> {}

/// What a check over the cluster may look at besides: which processes run, and what is synced on their disks.
#[derive(Clone, Copy, Debug)]
pub struct ClusterView<'a, P: Protocol> {
    view: View<'a, P>,
    slots: Slots<'a, P>,
}

/// The nodes, as judges see them.
#[derive(Clone, Copy, Debug)]
enum Slots<'a, P: Protocol> {
    InARow(&'a [Slot<P>]),
    Apart(&'a [&'a Slot<P>]),
}

impl<'a, P: Protocol> ClusterView<'a, P> {
    pub fn new(view: View<'a, P>, slots: &'a [Slot<P>]) -> Self {
        Self { view, slots: Slots::InARow(slots) }
    }

    /// Of slots that do not stand in a row.
    pub fn of_slots(view: View<'a, P>, slots: &'a [&'a Slot<P>]) -> Self {
        Self { view, slots: Slots::Apart(slots) }
    }

    fn slot(&self, node: NodeId) -> &'a Slot<P> {
        match self.slots {
            Slots::InARow(slots) => &slots[node.index()],
            Slots::Apart(slots) => slots[node.index()],
        }
    }

    /// What a node's disk holds durably.
    pub fn disk(&self, node: NodeId) -> SyncedDisk<'a, P::Record> {
        self.slot(node).disk.synced()
    }

    pub fn is_up(&self, node: NodeId) -> bool {
        self.slot(node).is_up()
    }
}

impl<'a, P: Protocol> Deref for ClusterView<'a, P> {
    type Target = View<'a, P>;

    fn deref(&self) -> &Self::Target {
        &self.view
    }
}

/// What a check may look at that is judged once the world has been quiet: the time as well.
#[derive(Clone, Copy, Debug)]
pub struct QuietView<'a, P: Protocol> {
    pub cluster: ClusterView<'a, P>,
    pub now: Time,
    /// When the oldest client request without an answer was asked.
    pub oldest_request: Option<Time>,
    /// When a request was answered last.
    pub answered: Time,
}

impl<'a, P: Protocol> Deref for QuietView<'a, P> {
    type Target = ClusterView<'a, P>;

    fn deref(&self) -> &Self::Target {
        &self.cluster
    }
}
