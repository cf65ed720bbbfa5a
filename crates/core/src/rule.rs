//! Rules: the guards of a protocol, each of which can be switched off to see what it is for.

use crate::Span;
use serde::{Deserialize, Serialize};

/// Which rules are off, one bit each, by their index in [`crate::Protocol::rules`]. All are on by default.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleSet {
    off: u64,
}

impl RuleSet {
    pub const ALL_ON: Self = Self { off: 0 };

    pub fn is_on(self, index: usize) -> bool {
        self.off & (1 << index) == 0
    }

    pub fn set(&mut self, index: usize, on: bool) {
        if on {
            self.off &= !(1 << index);
        } else {
            self.off |= 1 << index;
        }
    }

    /// The indices of the rules that are off.
    pub fn off(self) -> impl Iterator<Item = usize> {
        (0..64).filter(move |index| !self.is_on(*index))
    }
}

/// Where a rule comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Source {
    /// The document, as the field cites it: `Raft paper`, `Raft thesis`.
    pub document: &'static str,
    pub section: &'static str,
}

impl Source {
    pub const fn new(document: &'static str, section: &'static str) -> Self {
        Self { document, section }
    }
}

/// A guard that can be switched off: one `if` in one handler.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub slug: &'static str,
    pub source: Source,
    /// The invariants that break without it.
    pub breaks: &'static [&'static str],
    pub witness: Witness,
}

/// The set-up in which the absence of a rule shows.
#[derive(Clone, Copy, Debug)]
pub enum Witness {
    /// A search finds it.
    Explore {
        nodes: u8,
        /// Configuration that differs from the default, by field.
        config: &'static [(&'static str, u64)],
        /// Other rules that must be off because they would mask it.
        off: &'static [&'static str],
        /// What clients may ask, in the words of scenario text; none: what the load asks.
        requests: &'static [&'static str],
        /// Timed acts that lead up to the moment where the search begins, in the words of scenario text.
        prefix: &'static [&'static str],
        budget: Budget,
        time: TimeModel,
    },
    /// It shows in some of many simulated runs of this scenario.
    Sweep { scenario: &'static str },
    /// It shows in a statistic only: the invariant of kind Figure named in `breaks`.
    Figure { nodes: u8, config: &'static [(&'static str, u64)] },
}

/// Says what a witness needs, one thing after the other: `Witness::explore(3).config(SHORT).crashes(1).requests(1)`. What is not
/// said is empty, zero or the default.
impl Witness {
    /// A search among so many nodes.
    pub const fn explore(nodes: u8) -> Self {
        let budget = Budget::NOTHING;
        let time = TimeModel::Asynchronous;
        Self::Explore { nodes, config: &[], off: &[], requests: &[], prefix: &[], budget, time }
    }

    /// Configuration that differs from the default, by field.
    pub const fn config(mut self, fields: &'static [(&'static str, u64)]) -> Self {
        match &mut self {
            Self::Explore { config, .. } | Self::Figure { config, .. } => *config = fields,
            Self::Sweep { .. } => {}
        }
        self
    }

    /// Other rules that must be off because they would mask the one in question.
    pub const fn off(mut self, rules: &'static [&'static str]) -> Self {
        if let Self::Explore { off, .. } = &mut self {
            *off = rules;
        }
        self
    }

    /// So many of the requests of the load.
    pub const fn requests(mut self, count: u8) -> Self {
        if let Self::Explore { budget, .. } = &mut self {
            budget.requests = count;
        }
        self
    }

    /// These requests, each once, in the words of scenario text.
    pub const fn asking(mut self, texts: &'static [&'static str]) -> Self {
        if let Self::Explore { requests, budget, .. } = &mut self {
            *requests = texts;
            budget.requests = texts.len() as u8;
        }
        self
    }

    /// Timed acts that lead up to the moment where the search begins, in the words of scenario text.
    pub const fn from(mut self, acts: &'static [&'static str]) -> Self {
        if let Self::Explore { prefix, .. } = &mut self {
            *prefix = acts;
        }
        self
    }

    pub const fn crashes(mut self, count: u8) -> Self {
        if let Self::Explore { budget, .. } = &mut self {
            budget.crashes = count;
        }
        self
    }

    pub const fn duplicates(mut self, count: u8) -> Self {
        if let Self::Explore { budget, .. } = &mut self {
            budget.duplicates = count;
        }
        self
    }

    pub const fn wipes(mut self, count: u8) -> Self {
        if let Self::Explore { budget, .. } = &mut self {
            budget.wipes = count;
        }
        self
    }

    pub const fn retries(mut self, count: u8) -> Self {
        if let Self::Explore { budget, .. } = &mut self {
            budget.retries = count;
        }
        self
    }

    /// Firings of these kinds of timers, in place of those of each kind.
    pub const fn timers_of(mut self, kinds: &'static [(&'static str, u8)]) -> Self {
        if let Self::Explore { budget, .. } = &mut self {
            budget.timers_of = kinds;
        }
        self
    }

    /// Time passes, in so many ticks of this length.
    pub const fn timed(mut self, tick: Span, ticks: u8) -> Self {
        if let Self::Explore { time, .. } = &mut self {
            *time = TimeModel::Timed { tick, ticks, delay_max: None };
        }
        self
    }

    /// Where time passes: a packet takes so long at most, and none is lost.
    pub const fn delays_up_to(mut self, longest: Span) -> Self {
        if let Self::Explore { time: TimeModel::Timed { delay_max, .. }, .. } = &mut self {
            *delay_max = Some(longest);
        }
        self
    }

    /// A statistic among so many nodes.
    pub const fn figure(nodes: u8) -> Self {
        Self::Figure { nodes, config: &[] }
    }

    /// Firings of each kind of timer.
    pub const fn timers(mut self, count: u8) -> Self {
        if let Self::Explore { budget, .. } = &mut self {
            budget.timers = count;
        }
        self
    }

    /// For lists and files: how the absence shows.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Explore { .. } => "explore",
            Self::Sweep { .. } => "sweep",
            Self::Figure { .. } => "figure",
        }
    }
}

/// What an explorer looks through where nothing else is said.
#[derive(Clone, Copy, Debug)]
pub struct Exploring {
    pub nodes: u8,
    /// Configuration that differs from the default, by field.
    pub config: &'static [(&'static str, u64)],
    /// What clients may ask, in the words of scenario text.
    pub requests: &'static [&'static str],
    pub budget: Budget,
    pub time: TimeModel,
}

/// How much a search may do to the cluster.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Budget {
    pub crashes: u8,
    pub duplicates: u8,
    pub wipes: u8,
    pub requests: u8,
    /// How often clients ask again.
    pub retries: u8,
    /// Firings of each kind of timer, a kind being the first word of its spelling.
    pub timers: u8,
    /// Firings of single kinds that differ from that.
    pub timers_of: &'static [(&'static str, u8)],
}

impl Budget {
    /// Nothing but deliveries.
    pub const NOTHING: Self =
        Self { crashes: 0, duplicates: 0, wipes: 0, requests: 0, retries: 0, timers: 0, timers_of: &[] };
}

/// What a search assumes of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeModel {
    /// Any armed timer may fire, any packet may take for ever.
    Asynchronous,
    /// Timers keep their ranges, in ticks of this length, of which so many pass. A packet takes as long as said at most; if
    /// nothing is said it may take for ever or be lost.
    Timed { tick: Span, ticks: u8, delay_max: Option<Span> },
}
