//! What the checks have found so far.

use alloc::vec;
use alloc::vec::Vec;
use faultlab_core::{
    ClusterView, FaultTally, Occasion, Promise, Protocol, QuietView, Setup, Slot, Time, View, Violation,
};

/// The findings of a run, one place for each of the protocol's invariants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdicts<P: Protocol> {
    /// The first violation of each invariant.
    pub broken: Vec<Option<Violation<P>>>,
    /// Which Sometimes invariants have been reached.
    pub reached: Vec<bool>,
}

/// A finding of this step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Finding {
    Broken(u8),
    Reached(u8),
}

impl<P: Protocol> Verdicts<P> {
    pub(crate) fn new() -> Self {
        let count = P::invariants().len();
        Self { broken: vec![None; count], reached: vec![false; count] }
    }

    /// The slugs of the broken invariants.
    pub fn violated(&self) -> impl Iterator<Item = &'static str> + '_ {
        P::invariants()
            .iter()
            .zip(&self.broken)
            .filter(|(_, broken)| broken.is_some())
            .map(|(invariant, _)| invariant.slug)
    }
}

/// What a judgement needs besides the ghost.
pub(crate) struct Circumstances<'a, P: Protocol> {
    pub(crate) setup: &'a Setup<P>,
    pub(crate) slots: &'a [Slot<P>],
    pub(crate) faults: &'a FaultTally,
}

impl<'a, P: Protocol> Circumstances<'a, P> {
    fn view(&self, ghost: &'a P::Ghost) -> ClusterView<'a, P> {
        ClusterView::new(View { setup: self.setup, ghost, faults: self.faults }, self.slots)
    }
}

impl<P: Protocol> Verdicts<P> {
    /// Lets the observers take note of a thing seen, then judges it.
    pub(crate) fn judge(
        &mut self,
        ghost: &mut P::Ghost,
        occasion: &Occasion<'_, P>,
        at: &Circumstances<'_, P>,
        findings: &mut Vec<Finding>,
    ) {
        occasion.observe(ghost, at.setup);
        let view = at.view(ghost);
        for (index, invariant) in P::invariants().iter().enumerate() {
            match (&invariant.promise, occasion) {
                (Promise::Always(_) | Promise::AlwaysOfSends(_) | Promise::AlwaysOfCluster(_), _) => {
                    if self.broken[index].is_none()
                        && let Err(violation) = invariant.promise.check_in(&view, occasion)
                    {
                        self.broken[index] = Some(violation);
                        findings.push(Finding::Broken(index as u8));
                    }
                }
                (Promise::Sometimes(reached), Occasion::Seen(seen)) => {
                    if !self.reached[index] && reached(&view, seen) {
                        self.reached[index] = true;
                        findings.push(Finding::Reached(index as u8));
                    }
                }
                (Promise::Sometimes(_) | Promise::Within { .. } | Promise::Figure(_), _) => {}
            }
        }
    }

    /// Judges a Within promise whose span has passed in quiet. True if it is broken for the first time.
    pub(crate) fn judge_within(
        &mut self,
        index: usize,
        ghost: &P::Ghost,
        at: &Circumstances<'_, P>,
        (now, oldest_request, answered): (Time, Option<Time>, Time),
    ) -> bool {
        let Promise::Within { met, .. } = P::invariants()[index].promise else { return false };
        let view = QuietView { cluster: at.view(ghost), now, oldest_request, answered };
        if self.broken[index].is_some() {
            return false;
        }
        self.broken[index] = met(&view).err();
        self.broken[index].is_some()
    }
}
