//! Facts: what an action did, each with the facts it follows from.

use core::fmt;
use core::hash::Hasher;
use faultlab_core::kit::StableHasher;
use faultlab_core::{Answer, AreaId, Endpoint, NodeId, Protocol, RequestId, Time, Violation};
pub use faultlab_core::{LossReason, Void};

use crate::{PacketName, Payload, Setting};

/// A fact's number within its run, counted from zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId(pub u32);

impl FactId {
    pub const NONE: Self = Self(u32::MAX);

    pub fn some(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }
}

impl fmt::Debug for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NONE { f.write_str("-") } else { write!(f, "f{}", self.0) }
    }
}

/// What happened.
#[derive(Clone, Debug, Hash)]
pub enum FactKind<'a, P: Protocol> {
    /// A process started; not for the first time if `again`.
    Booted {
        node: NodeId,
        again: bool,
    },
    Sent {
        packet: PacketName,
        payload: &'a Payload<P>,
        due: Time,
    },
    Lost {
        packet: PacketName,
        payload: &'a Payload<P>,
        reason: LossReason,
    },
    /// The network or a person made a copy.
    Duplicated {
        packet: PacketName,
        copy: PacketName,
        due: Time,
    },
    Delivered {
        packet: PacketName,
        payload: &'a Payload<P>,
    },
    /// It arrived at a paused node and waits.
    Queued {
        packet: PacketName,
    },
    Delayed {
        packet: PacketName,
        due: Time,
    },
    Held {
        packet: PacketName,
    },
    Released {
        packet: PacketName,
        due: Time,
    },
    Fired {
        node: NodeId,
        timer: P::Timer,
    },
    Synced {
        node: NodeId,
    },
    Emitted {
        node: NodeId,
        event: &'a P::Event,
    },
    Invoked {
        id: RequestId,
        request: &'a P::Request,
    },
    /// Asked again, for the `attempt`-th time.
    Retried {
        id: RequestId,
        attempt: u32,
    },
    /// A response that settles the request.
    Returned {
        id: RequestId,
        request: &'a P::Request,
        response: &'a P::Response,
        answer: Answer,
        invoked: Time,
    },
    /// The process is gone; so many unsynced disk operations with it.
    Crashed {
        node: NodeId,
        lost: u32,
    },
    Paused {
        node: NodeId,
    },
    Resumed {
        node: NodeId,
    },
    Slowed {
        node: NodeId,
        percent: u32,
    },
    Cut {
        from: Endpoint,
        to: Endpoint,
    },
    Healed {
        from: Endpoint,
        to: Endpoint,
    },
    Skewed {
        node: NodeId,
        ppm: i32,
    },
    Corrupted {
        node: NodeId,
        area: AreaId,
        at: u64,
    },
    Torn {
        node: NodeId,
        area: AreaId,
    },
    Wiped {
        node: NodeId,
    },
    Set(Setting),
    /// An invariant is broken, by its place in [`Protocol::invariants`]; told once a run for each.
    Broken {
        invariant: u8,
        violation: &'a Violation<P>,
    },
    /// A Sometimes invariant is reached for the first time.
    Reached {
        invariant: u8,
    },
    /// The action did not apply.
    Void(Void),
}

/// A fact with its number, its moment and what it follows from: program order, message, fault.
#[derive(Clone, Debug)]
pub struct Fact<'a, P: Protocol> {
    pub id: FactId,
    pub at: Time,
    pub kind: FactKind<'a, P>,
    pub parents: [FactId; 2],
}

/// A reader of facts. Where runs are measured the type of the reader is known, and reading nothing costs nothing; a [`Tape`](crate::Tape)
/// takes readers as `dyn Sink`, so that the code of the world exists once for each protocol.
pub trait Sink<P: Protocol> {
    fn fact(&mut self, fact: &Fact<'_, P>);
}

/// Reads nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSink;

impl<P: Protocol> Sink<P> for NoSink {
    #[inline(always)]
    fn fact(&mut self, _: &Fact<'_, P>) {}
}

impl<P: Protocol, A: Sink<P> + ?Sized, B: Sink<P> + ?Sized> Sink<P> for (&mut A, &mut B) {
    fn fact(&mut self, fact: &Fact<'_, P>) {
        self.0.fact(fact);
        self.1.fact(fact);
    }
}

/// A hash of everything that happened, equal on every machine for equal runs.
#[derive(Clone, Debug, Default)]
pub struct TraceHash {
    hasher: StableHasher,
}

impl TraceHash {
    pub fn value(&self) -> u64 {
        self.hasher.finish()
    }

    /// The short form that links carry.
    pub fn short(&self) -> u32 {
        (self.value() >> 32) as u32
    }
}

impl<P: Protocol> Sink<P> for TraceHash {
    fn fact(&mut self, fact: &Fact<'_, P>) {
        use core::hash::Hash;
        fact.at.hash(&mut self.hasher);
        fact.kind.hash(&mut self.hasher);
        fact.parents.hash(&mut self.hasher);
    }
}
