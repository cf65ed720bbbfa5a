//! What happens at a node, in the field's terms.

use crate::RequestId;
use serde::{Deserialize, Serialize};

/// Something that happened, for the story, the observers and the checks.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Event {
    /// The giver gave a number to a request.
    Given { number: u64, id: RequestId },
}
