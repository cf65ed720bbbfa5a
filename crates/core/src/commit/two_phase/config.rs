//! Sizes, timeouts, and which variant of the protocol runs.

use crate::Span;
use crate::kit::bank::MAX_ACCOUNTS;
use serde::{Deserialize, Serialize};

/// The configuration of two-phase commit.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, crate::Config)]
pub struct Config {
    /// How many accounts there are, over all banks.
    #[field(default = nodes.saturating_sub(1).saturating_mul(3).clamp(2, MAX_ACCOUNTS), min = 1, max = MAX_ACCOUNTS, fixed)]
    pub accounts: u8,
    /// What each account holds when the run begins.
    #[field(default = 100, max = 1_000_000, fixed)]
    pub opening: u32,
    /// Whether a round of work comes before the question for votes. Without it, the question carries the work.
    #[field(default = true)]
    pub work_round: bool,
    /// Whether a participant in doubt asks the other participants as well.
    #[field(default = true)]
    pub cooperative: bool,
    /// How long the coordinator waits for work, and then for votes.
    #[field(default = Span::millis(400))]
    pub vote_timeout: Span,
    /// How long a participant that has not voted waits to be asked.
    #[field(default = Span::millis(600))]
    pub prepare_timeout: Span,
    /// How long a participant in doubt waits before it asks (again).
    #[field(default = Span::millis(500))]
    pub decision_timeout: Span,
    /// How long the coordinator waits for acknowledgements before it sends a commit again.
    #[field(default = Span::millis(300))]
    pub ack_timeout: Span,
    /// After how many log records a checkpoint replaces them.
    #[field(default = 64, min = 4, max = 10_000)]
    pub checkpoint_every: u16,
}

impl Config {
    /// How long a message may take so that an answer comes before the question is asked again.
    pub(super) fn delay_for_progress(&self) -> Span {
        let timeouts = [self.vote_timeout, self.prepare_timeout, self.decision_timeout, self.ack_timeout];
        Span(timeouts.into_iter().min().unwrap_or(Span::ZERO).0 / 2)
    }
}

/// The range a timer is armed with: up to a quarter longer, so that processes do not move in step.
pub(super) fn range(timeout: Span) -> (Span, Span) {
    (timeout, timeout + Span(timeout.0 / 4))
}
