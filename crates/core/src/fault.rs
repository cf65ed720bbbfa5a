//! Faults: their kinds, how much of them a run has suffered, and how much of them a protocol tolerates.

use crate::{Protocol, Setup, Span, Unit};
use serde::{Deserialize, Serialize};

/// The kinds of faults that a protocol may or may not tolerate.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    Loss,
    Duplication,
    Delay,
    Crash,
    Partition,
    Pause,
    Slowness,
    Skew,
    TornRecord,
    CorruptRecord,
    DiskLoss,
}

impl Fault {
    pub const ALL: [Self; 11] = [
        Self::Loss,
        Self::Duplication,
        Self::Delay,
        Self::Crash,
        Self::Partition,
        Self::Pause,
        Self::Slowness,
        Self::Skew,
        Self::TornRecord,
        Self::CorruptRecord,
        Self::DiskLoss,
    ];

    /// Its name in reports.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Duplication => "duplication",
            Self::Delay => "delay",
            Self::Crash => "crash",
            Self::Partition => "partition",
            Self::Pause => "pause",
            Self::Slowness => "slowness",
            Self::Skew => "skew",
            Self::TornRecord => "torn-record",
            Self::CorruptRecord => "corrupt-record",
            Self::DiskLoss => "disk-loss",
        }
    }
}

/// Which faults a run has suffered, and how much of those that come in amounts.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct FaultTally {
    kinds: u16,
    /// How many disks were lost or damaged by the medium.
    pub disks_lost: u32,
    /// The longest delay that a message was given, by the network or by a fault.
    pub delay: Span,
    /// The slowest node, in per cent of the usual time.
    pub slowness_percent: u32,
    /// The clock that ran most wrongly, in millionths, either way.
    pub skew_ppm: u32,
}

impl FaultTally {
    pub fn note(&mut self, fault: Fault) {
        self.kinds |= 1 << fault as u16;
        if matches!(fault, Fault::DiskLoss | Fault::CorruptRecord) {
            self.disks_lost += 1;
        }
    }

    /// A message takes this long. By itself that is no fault.
    pub fn note_delay(&mut self, delay: Span) {
        self.delay = self.delay.max(delay);
    }

    pub fn note_slowness(&mut self, percent: u32) {
        self.note(Fault::Slowness);
        self.slowness_percent = self.slowness_percent.max(percent);
    }

    pub fn note_skew(&mut self, ppm: i32) {
        self.note(Fault::Skew);
        self.skew_ppm = self.skew_ppm.max(ppm.unsigned_abs());
    }

    pub fn has(&self, fault: Fault) -> bool {
        self.kinds & (1 << fault as u16) != 0
    }
}

/// The faults under which a protocol keeps its promises, and how much of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tolerance {
    pub faults: &'static [Fault],
    /// How much of these faults each promise bears.
    pub limits: Limits,
    /// What a promise with a deadline needs besides. It is judged only while this is so.
    pub progress: Progress,
}

/// How much of the tolerated faults a run may suffer. A fault that is not tolerated at all needs no limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// How many disks may be lost in one run.
    pub disks_lost: u32,
    /// How long a message may take.
    pub delay: Span,
    /// How slow a node may be, in per cent of the usual time.
    pub slowness_percent: u32,
    /// How far a clock's rate may be off, in millionths.
    pub skew_ppm: u32,
}

impl Limits {
    /// As much as there can be: nothing rests on time or on disks.
    pub const ANY: Self =
        Self { disks_lost: u32::MAX, delay: Span(u64::MAX), slowness_percent: u32::MAX, skew_ppm: u32::MAX };

    /// Any timing, but every disk keeps what it has synced.
    pub const ANY_TIMING: Self = Self { disks_lost: 0, ..Self::ANY };
}

/// The conditions under which a protocol gets on with its work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// How many nodes may be down at a time.
    pub down: u32,
    /// How long a message may take.
    pub delay: Span,
    /// How far a clock's rate may be off, in millionths.
    pub skew_ppm: u32,
}

/// A number of the configuration that does not fit the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Misfit {
    /// The slug of its field.
    pub field: &'static str,
    pub unit: Unit,
    pub found: u64,
    pub needed: Bound,
}

/// What a number must keep to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    AtLeast(u64),
    AtMost(u64),
}

/// In what a run went beyond what its protocol promises to survive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Excess {
    /// A fault that the protocol does not tolerate at all.
    Fault(Fault),
    DisksLost {
        found: u32,
        limit: u32,
    },
    Delay {
        found: Span,
        limit: Span,
    },
    /// In per cent of the usual time.
    Slowness {
        found: u32,
        limit: u32,
    },
    /// In millionths.
    Skew {
        found: u32,
        limit: u32,
    },
    /// A configuration with which the protocol promises nothing.
    Config(Misfit),
}

impl Excess {
    /// Its name in reports.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Fault(fault) => fault.slug(),
            Self::DisksLost { .. } => Fault::DiskLoss.slug(),
            Self::Delay { .. } => Fault::Delay.slug(),
            Self::Slowness { .. } => Fault::Slowness.slug(),
            Self::Skew { .. } => Fault::Skew.slug(),
            Self::Config(_) => "configuration",
        }
    }
}

impl Tolerance {
    /// The first excess of a run.
    pub fn exceeded_by(&self, tally: &FaultTally) -> Option<Excess> {
        let FaultTally { disks_lost, delay, slowness_percent, skew_ppm, .. } = *tally;
        let limits = self.limits;
        let not_tolerated = |fault: &Fault| tally.has(*fault) && !self.faults.contains(fault);
        if let Some(fault) = Fault::ALL.into_iter().find(not_tolerated) {
            Some(Excess::Fault(fault))
        } else if disks_lost > limits.disks_lost {
            Some(Excess::DisksLost { found: disks_lost, limit: limits.disks_lost })
        } else if delay > limits.delay {
            Some(Excess::Delay { found: delay, limit: limits.delay })
        } else if slowness_percent > limits.slowness_percent {
            Some(Excess::Slowness { found: slowness_percent, limit: limits.slowness_percent })
        } else if skew_ppm > limits.skew_ppm {
            Some(Excess::Skew { found: skew_ppm, limit: limits.skew_ppm })
        } else {
            None
        }
    }
}

impl<P: Protocol> Setup<P> {
    /// In what a run with this set-up and these faults lies outside what the protocol promises.
    pub fn exceeded_by(&self, tally: &FaultTally) -> Option<Excess> {
        P::misfit(self).map(Excess::Config).or_else(|| P::tolerates(self).exceeded_by(tally))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLERANCE: Tolerance = Tolerance {
        faults: &[Fault::Delay, Fault::Slowness, Fault::Skew, Fault::DiskLoss],
        limits: Limits { disks_lost: 1, delay: Span::millis(80), slowness_percent: 300, skew_ppm: 50_000 },
        progress: Progress { down: 0, delay: Span::millis(80), skew_ppm: 50_000 },
    };

    fn tally(note: impl FnOnce(&mut FaultTally)) -> FaultTally {
        let mut tally = FaultTally::default();
        note(&mut tally);
        tally
    }

    #[test]
    fn each_amount_is_tolerated_up_to_its_limit_and_named_beyond() {
        let delayed = |millis| tally(|tally| tally.note_delay(Span::millis(millis)));
        assert_eq!(TOLERANCE.exceeded_by(&delayed(80)), None);
        let excess = Excess::Delay { found: Span::millis(81), limit: Span::millis(80) };
        assert_eq!(TOLERANCE.exceeded_by(&delayed(81)), Some(excess));
        let slowed = |percent| tally(|tally| tally.note_slowness(percent));
        assert_eq!(TOLERANCE.exceeded_by(&slowed(300)), None);
        assert_eq!(TOLERANCE.exceeded_by(&slowed(301)), Some(Excess::Slowness { found: 301, limit: 300 }));
        let skewed = |ppm| tally(|tally| tally.note_skew(ppm));
        assert_eq!(TOLERANCE.exceeded_by(&skewed(-50_000)), None);
        assert_eq!(TOLERANCE.exceeded_by(&skewed(-50_001)), Some(Excess::Skew { found: 50_001, limit: 50_000 }));
        let lost = |disks| tally(|tally| (0..disks).for_each(|_| tally.note(Fault::DiskLoss)));
        assert_eq!(TOLERANCE.exceeded_by(&lost(1)), None);
        assert_eq!(TOLERANCE.exceeded_by(&lost(2)), Some(Excess::DisksLost { found: 2, limit: 1 }));
    }

    #[test]
    fn a_fault_that_is_not_tolerated_is_named_before_any_amount() {
        let both = tally(|tally| {
            tally.note_skew(900_000);
            tally.note(Fault::CorruptRecord);
        });
        assert_eq!(TOLERANCE.exceeded_by(&both), Some(Excess::Fault(Fault::CorruptRecord)));
    }
}
