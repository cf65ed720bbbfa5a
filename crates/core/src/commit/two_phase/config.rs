//! Sizes, timeouts, and which variant of the protocol runs.

use super::transaction::MAX_ACCOUNTS;
use crate::{Field, Span, Unit};
use serde::{Deserialize, Serialize};

/// The configuration of two-phase commit.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Config {
    /// How many accounts there are, over all banks.
    pub accounts: u8,
    /// What each account holds when the run begins.
    pub opening: u32,
    /// Whether a round of work comes before the question for votes. Without it, the question carries the work.
    pub work_round: bool,
    /// Whether a participant in doubt asks the other participants as well.
    pub cooperative: bool,
    /// How long the coordinator waits for work, and then for votes.
    pub vote_timeout: Span,
    /// How long a participant that has not voted waits to be asked.
    pub prepare_timeout: Span,
    /// How long a participant in doubt waits before it asks (again).
    pub decision_timeout: Span,
    /// How long the coordinator waits for acknowledgements before it tells a commit again.
    pub ack_timeout: Span,
    /// After how many log records a checkpoint replaces them.
    pub checkpoint_every: u16,
}

impl Config {
    pub(super) fn for_nodes(nodes: u8) -> Self {
        Self {
            accounts: nodes.saturating_sub(1).saturating_mul(3).clamp(2, MAX_ACCOUNTS),
            opening: 100,
            work_round: true,
            cooperative: true,
            vote_timeout: Span::millis(400),
            prepare_timeout: Span::millis(600),
            decision_timeout: Span::millis(500),
            ack_timeout: Span::millis(300),
            checkpoint_every: 64,
        }
    }

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

const LONGEST: u64 = 60_000_000;

pub(super) const FIELDS: &[Field<Config>] = &[
    Field {
        slug: "accounts",
        unit: Unit::Count,
        min: 1,
        max: MAX_ACCOUNTS as u64,
        live: false,
        get: |config| config.accounts.into(),
        set: |config, value| config.accounts = value as u8,
    },
    Field {
        slug: "opening",
        unit: Unit::Count,
        min: 0,
        max: 1_000_000,
        live: false,
        get: |config| config.opening.into(),
        set: |config, value| config.opening = value as u32,
    },
    Field {
        slug: "work_round",
        unit: Unit::Flag,
        min: 0,
        max: 1,
        live: true,
        get: |config| config.work_round.into(),
        set: |config, value| config.work_round = value != 0,
    },
    Field {
        slug: "cooperative",
        unit: Unit::Flag,
        min: 0,
        max: 1,
        live: true,
        get: |config| config.cooperative.into(),
        set: |config, value| config.cooperative = value != 0,
    },
    Field {
        slug: "vote_timeout",
        unit: Unit::Span,
        min: 1_000,
        max: LONGEST,
        live: true,
        get: |config| config.vote_timeout.0,
        set: |config, value| config.vote_timeout = Span(value),
    },
    Field {
        slug: "prepare_timeout",
        unit: Unit::Span,
        min: 1_000,
        max: LONGEST,
        live: true,
        get: |config| config.prepare_timeout.0,
        set: |config, value| config.prepare_timeout = Span(value),
    },
    Field {
        slug: "decision_timeout",
        unit: Unit::Span,
        min: 1_000,
        max: LONGEST,
        live: true,
        get: |config| config.decision_timeout.0,
        set: |config, value| config.decision_timeout = Span(value),
    },
    Field {
        slug: "ack_timeout",
        unit: Unit::Span,
        min: 1_000,
        max: LONGEST,
        live: true,
        get: |config| config.ack_timeout.0,
        set: |config, value| config.ack_timeout = Span(value),
    },
    Field {
        slug: "checkpoint_every",
        unit: Unit::Count,
        min: 4,
        max: 10_000,
        live: true,
        get: |config| config.checkpoint_every.into(),
        set: |config, value| config.checkpoint_every = value as u16,
    },
];
