//! Sizes, and the bound on which all timeouts rest.

use crate::Span;
use crate::kit::bank::MAX_ACCOUNTS;
use serde::{Deserialize, Serialize};

/// The configuration of three-phase commit.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, crate::Config)]
pub struct Config {
    /// How many accounts there are, over all banks.
    #[field(default = nodes.saturating_sub(1).saturating_mul(3).clamp(2, MAX_ACCOUNTS), min = 1, max = MAX_ACCOUNTS, fixed)]
    pub accounts: u8,
    /// What each account holds when the run begins.
    #[field(default = 100, max = 1_000_000, fixed)]
    pub opening: u32,
    /// Within this time a process that has not crashed handles whatever is sent to it, the forced write before the sending included.
    #[field(default = Span::millis(100), min = 60_000, fixed)]
    pub bound: Span,
    /// How long after one message of a phase the next one leaves: a process does not reach all others in one instant, so it can
    /// crash having reached some.
    #[field(default = Span::millis(1), min = 0, fixed)]
    pub pace: Span,
    /// After how many log records a checkpoint replaces them.
    #[field(default = 64, min = 4, max = 10_000)]
    pub checkpoint_every: u16,
}

impl Config {
    /// How long whoever leads waits for answers: there and back.
    pub(super) fn phase(&self) -> Span {
        self.bound.times(2)
    }

    /// How long the others wait for whoever leads: its phase, and the way to them.
    pub(super) fn wait(&self) -> Span {
        self.bound.times(3)
    }

    /// How long a message may take: half of the bound, less what the sending of a phase takes. The other half is there for forced
    /// writes and clocks that are a little off.
    pub(super) fn delay_max(&self, nodes: u8) -> Span {
        Span((self.bound.0 / 2).saturating_sub(self.pace.times(nodes.into()).0))
    }
}
