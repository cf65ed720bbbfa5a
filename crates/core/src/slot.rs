//! All that one node is at a moment: memory, timers, disk, and what waits to leave it.

use crate::{ClientId, Disk, MAX_AREAS, NodeId, Protocol, RequestId, Span, Time};
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// An armed timer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Armed<T> {
    pub timer: T,
    /// The range of durations it was armed with.
    pub min: Span,
    pub max: Span,
    /// When it fires. A simulation draws it from the range; an explorer leaves it at zero.
    pub deadline: Time,
}

/// How many unsynced operations of each area a sync waits for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fence(pub [u32; MAX_AREAS]);

/// What waits in a node's outgoing queue.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub enum Outgoing<P: Protocol> {
    /// Nothing behind it leaves before the disk has synced.
    Fence(Fence),
    Send {
        to: NodeId,
        message: P::Message,
    },
    Reply {
        to: ClientId,
        id: RequestId,
        response: P::Response,
    },
    Emit(P::Event),
}

/// One node: canonical, so equal slots behave equally for ever.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Slot<P: Protocol> {
    /// The volatile state; none while the node is down.
    pub memory: Option<P>,
    /// Armed timers, sorted by name.
    pub timers: Vec<Armed<P::Timer>>,
    pub disk: Disk<P::Record>,
    /// What waits behind fences; empty or led by a fence.
    pub outgoing: VecDeque<Outgoing<P>>,
    /// How many fences the sync under way covers; zero while the disk is idle.
    pub syncing: u32,
}

impl<P: Protocol> Slot<P> {
    /// A node that has never run: no memory, an empty disk.
    pub fn blank() -> Self {
        Self {
            memory: None,
            timers: Vec::new(),
            disk: Disk::new(P::AREAS.len()),
            outgoing: VecDeque::new(),
            syncing: 0,
        }
    }

    pub fn is_up(&self) -> bool {
        self.memory.is_some()
    }
}
