//! Where a sweep's own draws come from: the run's seed, at places that no draw of the run itself has.

use faultlab_core::Span;
use faultlab_sim::{Purpose, draw_below, draw_bits};

/// What a sweep draws for a run. No node, link or client has these places.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u64)]
pub(super) enum Subject {
    Faults = 1 << 40,
    Cluster = 2 << 40,
}

pub(super) struct Draws {
    seed: u64,
    subject: Subject,
    ordinal: u64,
}

impl Draws {
    pub(super) fn new(seed: u64, subject: Subject) -> Self {
        Self { seed, subject, ordinal: 0 }
    }

    pub(super) fn below(&mut self, count: u64) -> u64 {
        let bits = draw_bits(self.seed, Purpose::LoadBits, self.subject as u64, self.ordinal);
        self.ordinal += 1;
        draw_below(bits, count)
    }

    /// A whole number between two bounds, both included.
    pub(super) fn between(&mut self, min: u64, max: u64) -> u64 {
        min + self.below((max - min).saturating_add(1))
    }

    /// A whole number of milliseconds between two bounds, both included.
    pub(super) fn millis(&mut self, min: u64, max: u64) -> Span {
        Span::millis(self.between(min, max))
    }

    pub(super) fn chance(&mut self, one_in: u64) -> bool {
        self.below(one_in) == 0
    }

    pub(super) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }
}
