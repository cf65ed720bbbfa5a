//! Why something did not happen.

use serde::{Deserialize, Serialize};

/// Why a packet never arrives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum LossReason {
    /// The network lost it, as its loss dial says.
    Network,
    /// The link is cut.
    Cut,
    /// A person dropped it.
    Dropped,
    /// The node it goes to is down.
    Down,
}

/// Why an action did nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Void {
    NoSuchPacket,
    NoSuchNode,
    NoSuchClient,
    NoSuchArea,
    NoSuchRecord,
    NotArmed,
    NothingToSync,
    NothingBeingWritten,
    NodeIsDown,
    NodeIsUp,
    NodeIsPaused,
    NodeIsNotPaused,
    NotHeld,
    AlreadySo,
    NothingOutstanding,
    QueueIsFull,
    OutOfRange,
}
