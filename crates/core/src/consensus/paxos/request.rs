//! What clients ask, and how they are answered.

use serde::{Deserialize, Serialize};

/// What clients ask.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Propose this value, and say which one is chosen.
    Propose { value: u32 },
}

/// What a node answers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Response {
    /// This value is chosen, whoever proposed it.
    Chosen { value: u32 },
    /// This node proposes nothing.
    NotAProposer,
}
