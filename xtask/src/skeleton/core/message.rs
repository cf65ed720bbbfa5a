//! What travels, what clients ask and hear, and what is on disk.

use crate::RequestId;
use serde::{Deserialize, Serialize};

/// Between a node and the giver.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Message {
    /// A client's request wants a number.
    Ask { id: RequestId },
    /// Its number.
    Given { id: RequestId, number: u64 },
}

/// What a client asks.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Request {
    /// The next number.
    Next,
}

/// What a client hears.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Response {
    pub number: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Timer {
    /// The giver has not answered.
    Retry,
}

/// A record on the giver's disk.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Record {
    pub given: u64,
}
