//! Everything that can happen to a world.

use alloc::vec::Vec;
use faultlab_core::{AreaId, ClientId, Endpoint, Keep, NodeId, Protocol, Span};

use crate::{PacketName, Setting};

/// An action that somebody orders, with the answers to what the protocol asks in it. Without answers chance decides.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ScriptedAction<P: Protocol> {
    pub action: Action<P>,
    /// The answers in the order asked; the draws answer what lies behind them.
    pub choices: Vec<u32>,
}

impl<P: Protocol> From<Action<P>> for ScriptedAction<P> {
    fn from(action: Action<P>) -> Self {
        Self { action, choices: Vec::new() }
    }
}

/// What can happen to a cluster. An action that no longer applies (its packet is gone, its node is already down) is noted as void and
/// changes nothing, so that runs can be shrunk and edited without care.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Action<P: Protocol> {
    // Progress.
    /// A packet arrives.
    Deliver(PacketName),
    /// An armed timer fires.
    Fire {
        node: NodeId,
        timer: P::Timer,
    },
    /// The sync under way completes.
    Flush {
        node: NodeId,
    },
    /// A client asks; while it waits for an earlier answer, the request queues up.
    Request {
        client: ClientId,
        request: P::Request,
    },
    /// A client that waits too long asks again.
    Retry {
        client: ClientId,
    },

    // Faults.
    Drop(PacketName),
    Duplicate(PacketName),
    Delay {
        packet: PacketName,
        by: Span,
    },
    Hold(PacketName),
    /// A held packet travels on.
    Release(PacketName),
    Crash {
        node: NodeId,
        keep: Keep,
    },
    Restart {
        node: NodeId,
    },
    /// The node stands still: its disk completes, its timers expire without firing, nothing leaves it, arrivals queue.
    Pause {
        node: NodeId,
    },
    Resume {
        node: NodeId,
    },
    /// All that the node's disk and links do takes `percent` of the usual time.
    Slow {
        node: NodeId,
        percent: u32,
    },
    /// One direction of a link is cut; what is on it is lost.
    Cut {
        from: Endpoint,
        to: Endpoint,
    },
    Heal {
        from: Endpoint,
        to: Endpoint,
    },
    /// The node's clock and timers run fast by this many millionths, or slow if negative.
    Skew {
        node: NodeId,
        ppm: i32,
    },
    CorruptRecord {
        node: NodeId,
        area: AreaId,
        at: u64,
    },
    /// The power fails while a record is being written: the node crashes and the record stays behind torn.
    TearRecord {
        node: NodeId,
        area: AreaId,
    },
    /// The node goes down and its disk is replaced by an empty one.
    WipeDisk {
        node: NodeId,
    },

    // What a person sets.
    Set(Setting),
}
