//! Timeouts.

use crate::Span;
use serde::{Deserialize, Serialize};

/// May change while the run goes on.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, crate::Config)]
pub struct Config {
    /// How long a node waits for the giver before it asks again.
    #[field(default = Span::millis(200), min = 10_000)]
    pub retry_interval: Span,
}
