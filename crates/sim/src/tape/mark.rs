//! What is known of a step without its facts: its mark.

use faultlab_core::{Mark, Protocol, Time};

use crate::StepTaken;
use crate::fact::{Fact, FactId, FactKind, Sink};

/// One step in the time line: what the painted bar needs, in 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StepMark {
    pub at: Time,
    /// The step's first fact; its last one is before the next step's first.
    pub first_fact: FactId,
    pub taken: StepTaken,
    /// The most notable mark of the events in it.
    pub mark: Mark,
    /// A packet arrived or was lost.
    pub traffic: bool,
    pub fault: bool,
    /// An invariant broke here.
    pub broken: bool,
}

/// Which steps somebody looks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepFilter {
    /// Every step.
    Event,
    /// A message arrived or was lost.
    Message,
    /// Something notable happened: an election, a commit, a fault, a broken invariant.
    Notable,
    /// An invariant broke.
    Broken,
}

impl StepFilter {
    pub fn accepts(self, step: &StepMark) -> bool {
        match self {
            Self::Event => true,
            Self::Message => step.traffic,
            Self::Notable => step.broken || step.fault || step.mark > Mark::Detail,
            Self::Broken => step.broken,
        }
    }
}

/// Reads the facts of one step into its mark.
pub(super) struct Marker {
    mark: Mark,
    traffic: bool,
    fault: bool,
    broken: bool,
}

impl Default for Marker {
    fn default() -> Self {
        Self { mark: Mark::Detail, traffic: false, fault: false, broken: false }
    }
}

impl Marker {
    pub(super) fn finish(self, at: Time, first_fact: FactId, taken: StepTaken) -> StepMark {
        let Self { mark, traffic, fault, broken } = self;
        StepMark { at, first_fact, taken, mark, traffic, fault, broken }
    }
}

impl<P: Protocol> Sink<P> for Marker {
    fn fact(&mut self, fact: &Fact<'_, P>) {
        match &fact.kind {
            FactKind::Emitted { event, .. } => self.mark = self.mark.max(P::mark(event)),
            FactKind::Delivered { .. } | FactKind::Lost { .. } => self.traffic = true,
            FactKind::Broken { .. } => self.broken = true,
            FactKind::Crashed { .. }
            | FactKind::Paused { .. }
            | FactKind::Cut { .. }
            | FactKind::Wiped { .. }
            | FactKind::Corrupted { .. }
            | FactKind::Torn { .. }
            | FactKind::Slowed { .. }
            | FactKind::Skewed { .. }
            | FactKind::Held { .. } => self.fault = true,
            _ => {}
        }
        if matches!(fact.kind, FactKind::Crashed { .. } | FactKind::Booted { again: true, .. }) {
            self.mark = self.mark.max(Mark::Notable);
        }
    }
}
