//! Why a search would be blind, so that it is refused and not called exhausted.

use alloc::format;
use alloc::string::{String, ToString};
use faultlab_core::{Excess, Expected, Fault, Protocol, Quantity, Span};
use faultlab_sim::World;

use super::Scope;
use super::symmetry::Asymmetry;

/// The most invariants that a search tells apart: one bit each.
pub(super) const INVARIANTS_MAX: usize = 32;
/// How often anything may happen: worlds count it in four bits.
pub const BUDGET_MAX: u8 = 15;

/// Why a search is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unfit {
    /// Worlds are to count as one up to a renaming, and there is none.
    Symmetry(Asymmetry),
    /// The protocol has more invariants than a search tells apart.
    TooManyInvariants { found: usize },
    /// Something that is asked for has to hold always in no run: it is a situation, a statistic, or judged in quiet times only.
    NotSearched { slug: String },
    /// All that is asked for rests on time, and time promises nothing.
    NeedsTime,
    /// The protocol promises nothing once this has happened: nothing would be judged.
    NotPromised { excess: Excess },
    /// Something may happen more often than a search counts.
    Budget { field: String, found: u8 },
}

impl Unfit {
    /// What would fit.
    pub fn expected(&self) -> Expected {
        match self {
            Self::Symmetry(Asymmetry::Unsaid) => Expected::RenamableNodes,
            Self::Symmetry(Asymmetry::Clients) => Expected::NoClients,
            Self::Symmetry(Asymmetry::NoneAlike) => Expected::AlikeNodes,
            Self::TooManyInvariants { .. } => {
                Expected::AtMost { what: Quantity::Invariants, most: INVARIANTS_MAX as u64 }
            }
            Self::NotSearched { .. } => Expected::AlwaysInvariant,
            Self::NeedsTime => Expected::Tick,
            Self::NotPromised { .. } => Expected::ToleratedFaults,
            Self::Budget { .. } => Expected::AtMost { what: Quantity::Times, most: BUDGET_MAX.into() },
        }
    }

    /// The field that does not fit, and what stands there.
    pub fn place(&self) -> (String, String) {
        match self {
            Self::Symmetry(_) => ("symmetry".into(), "true".into()),
            Self::TooManyInvariants { found } => ("invariants".into(), found.to_string()),
            Self::NotSearched { slug } => ("wanted".into(), slug.clone()),
            Self::NeedsTime => ("tick".into(), String::new()),
            Self::NotPromised { excess } => match excess {
                Excess::Fault(fault) => ("faults".into(), fault.slug().into()),
                Excess::DisksLost { found, .. } => ("disks_lost".into(), found.to_string()),
                Excess::Delay { found, .. } => ("delay".into(), found.to_string()),
                Excess::Slowness { found, .. } => ("slowness".into(), format!("{found} %")),
                Excess::Skew { found, .. } => ("skew".into(), format!("{found} ppm")),
                Excess::Config(misfit) => (misfit.field.into(), misfit.found.to_string()),
            },
            Self::Budget { field, found } => (field.clone(), found.to_string()),
        }
    }
}

/// Refuses what a search could only be blind to.
///
/// # Errors
/// The first reason.
pub(super) fn examine<P: Protocol>(world: &World<P>, scope: &Scope<P>, wanted: &[&str]) -> Result<(), Unfit> {
    let invariants = P::invariants();
    if invariants.len() > INVARIANTS_MAX {
        return Err(Unfit::TooManyInvariants { found: invariants.len() });
    }
    scope.within_bounds()?;
    let searched = |slug: &str| invariants.iter().find(|row| row.slug == slug && row.promise.is_always());
    if let Some(slug) = wanted.iter().find(|slug| searched(slug).is_none()) {
        return Err(Unfit::NotSearched { slug: (*slug).into() });
    }
    let mut asked = invariants.iter().filter(|row| row.promise.is_always());
    if !asked.any(|row| (wanted.is_empty() || wanted.contains(&row.slug)) && scope.judges(world.setup(), &row.needs)) {
        return Err(Unfit::NeedsTime);
    }
    let mut tally = world.faults().clone();
    if scope.duplicates > 0 {
        tally.note(Fault::Duplication);
    }
    match scope.timing.and_then(|timing| timing.delay_max) {
        Some(delay_max) => tally.note_delay(delay_max),
        // Packets may take for ever here.
        None => {
            tally.note(Fault::Delay);
            tally.note_delay(Span(u64::MAX));
        }
    }
    match world.setup().exceeded_by(&tally) {
        Some(excess) => Err(Unfit::NotPromised { excess }),
        None => Ok(()),
    }
}

impl<P: Protocol> Scope<P> {
    /// Whether a search can count as far as this goes.
    ///
    /// # Errors
    /// What goes further.
    pub fn within_bounds(&self) -> Result<(), Unfit> {
        let ticks_max = self.timing.map_or(0, |timing| timing.ticks_max);
        let fields = [
            ("crashes", self.crashes),
            ("duplicates", self.duplicates),
            ("wipes", self.wipes),
            ("pauses", self.pauses),
            ("requests_max", self.requests_max),
            ("retries", self.retries),
            ("timers", self.timers),
            ("ticks_max", ticks_max),
        ];
        let single = self.timers_of.iter().map(|(kind, limit)| (kind.as_str(), *limit));
        match fields.into_iter().chain(single).find(|(_, limit)| *limit > BUDGET_MAX) {
            Some((field, found)) => Err(Unfit::Budget { field: field.into(), found }),
            None => Ok(()),
        }
    }
}
