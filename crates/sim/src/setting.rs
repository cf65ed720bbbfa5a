//! What a person can turn while the run goes on: the network's dials, the load, the configuration, the rules.

use faultlab_core::Span;

/// How the network and the disks behave. Chances are in millionths.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Network {
    pub loss_ppm: u32,
    pub duplication_ppm: u32,
    /// A packet takes from `latency_min` to `latency_max`, so packets may overtake each other.
    pub latency_min: Span,
    pub latency_max: Span,
    /// Packets of one link arrive in the order they were sent.
    pub in_order: bool,
    /// How long a disk takes to sync.
    pub sync_min: Span,
    pub sync_max: Span,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            loss_ppm: 0,
            duplication_ppm: 0,
            latency_min: Span::millis(10),
            latency_max: Span::millis(30),
            in_order: false,
            sync_min: Span::millis(1),
            sync_max: Span::millis(3),
        }
    }
}

/// Who asks, how often, for what.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Load {
    /// How many clients ask of their own accord: `c1`, `c2`, and so on.
    pub clients: u8,
    /// How long a client thinks between an answer and its next request.
    pub think_min: Span,
    pub think_max: Span,
    /// How many requests read, in millionths.
    pub reads_ppm: u32,
    /// How many keys are asked for.
    pub keys: u32,
    /// How long a client waits for an answer before it asks again.
    pub retry: Span,
}

impl Default for Load {
    fn default() -> Self {
        Self {
            clients: 1,
            think_min: Span::millis(300),
            think_max: Span::millis(900),
            reads_ppm: 300_000,
            keys: 8,
            retry: Span::millis(500),
        }
    }
}

/// One change of a dial.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Setting {
    LossPpm(u32),
    DuplicationPpm(u32),
    Latency {
        min: Span,
        max: Span,
    },
    InOrder(bool),
    SyncTime {
        min: Span,
        max: Span,
    },
    Clients(u8),
    Think {
        min: Span,
        max: Span,
    },
    ReadsPpm(u32),
    Keys(u32),
    Retry(Span),
    /// On: time passes and nothing happens by itself, only what is ordered. Off: all that travels, runs or waits sets out
    /// anew.
    Stepwise(bool),
    /// A number of the protocol's configuration, by its place in [`faultlab_core::Protocol::fields`].
    Config {
        field: u8,
        value: u64,
    },
    /// A rule, by its place in [`faultlab_core::Protocol::rules`].
    Rule {
        rule: u8,
        on: bool,
    },
}
