//! Facts as lines: what happened, for the story, the space-time diagram and the transcript.

use faultlab_core::{Answer, AreaId, Endpoint, Mark, NodeId, RequestId, Time};
use faultlab_sim::{FactId, LossReason, PacketName, Position, Setting, Void};
use faultlab_words::Sentence;

/// A fact without the protocol's types.
#[derive(Clone, PartialEq, Debug)]
pub enum What {
    Booted { node: NodeId, again: bool },
    Sent { packet: PacketName, due: Time },
    Lost { packet: PacketName, reason: LossReason },
    Duplicated { packet: PacketName, copy: PacketName, due: Time },
    Delivered { packet: PacketName },
    Queued { packet: PacketName },
    Delayed { packet: PacketName, due: Time },
    Held { packet: PacketName },
    Released { packet: PacketName, due: Time },
    Fired { node: NodeId },
    Synced { node: NodeId },
    Emitted { node: NodeId, mark: Mark },
    Invoked { id: RequestId },
    Retried { id: RequestId, attempt: u32 },
    Returned { id: RequestId, answer: Answer },
    Crashed { node: NodeId, lost: u32 },
    Paused { node: NodeId },
    Resumed { node: NodeId },
    Slowed { node: NodeId, percent: u32 },
    Cut { from: Endpoint, to: Endpoint },
    Healed { from: Endpoint, to: Endpoint },
    Skewed { node: NodeId, ppm: i32 },
    Corrupted { node: NodeId, area: AreaId, at: u64 },
    Torn { node: NodeId, area: AreaId },
    Wiped { node: NodeId },
    Set(Setting),
    Broken { invariant: u8 },
    Reached { invariant: u8 },
    Void(Void),
}

/// One fact, told.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// The step it belongs to: going to `position` shows the world right behind it.
    pub position: Position,
    pub id: FactId,
    pub at: Time,
    pub parents: [FactId; 2],
    pub what: What,
    pub sentence: Sentence,
}

mod read;
mod retell;

pub(crate) use read::{Reader, payload_words};
pub(crate) use retell::Reteller;
pub use retell::{Told, ToldWhat};
