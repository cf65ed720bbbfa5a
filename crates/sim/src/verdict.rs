//! What the checks have found so far.

use alloc::vec;
use alloc::vec::Vec;
use faultlab_core::{FaultTally, Promise, Protocol, Seen, Setup, Slot, Time, View, Violation};

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
    pub(crate) now: Time,
    pub(crate) oldest_request: Option<Time>,
    pub(crate) answered: Time,
}

impl<P: Protocol> Verdicts<P> {
    /// Lets the observers take note of a thing seen, then judges it.
    pub(crate) fn judge(
        &mut self,
        ghost: &mut P::Ghost,
        seen: &Seen<'_, P>,
        at: &Circumstances<'_, P>,
        findings: &mut Vec<Finding>,
    ) {
        P::observe(ghost, at.setup, seen);
        let view = View::new(at.setup, ghost, at.faults, at.now, at.oldest_request, at.slots);
        for (index, invariant) in P::invariants().iter().enumerate() {
            match invariant.promise {
                Promise::Always(check) => {
                    if self.broken[index].is_none()
                        && let Err(violation) = check(&view, seen)
                    {
                        self.broken[index] = Some(violation);
                        findings.push(Finding::Broken(index as u8));
                    }
                }
                Promise::Sometimes(reached) => {
                    if !self.reached[index] && reached(&view, seen) {
                        self.reached[index] = true;
                        findings.push(Finding::Reached(index as u8));
                    }
                }
                Promise::Within { .. } | Promise::Figure(_) => {}
            }
        }
    }

    /// Judges a Within promise whose span has passed in quiet. True if it is broken for the first time.
    pub(crate) fn judge_within(&mut self, index: usize, ghost: &P::Ghost, at: &Circumstances<'_, P>) -> bool {
        let Promise::Within { met, .. } = P::invariants()[index].promise else { return false };
        let mut view = View::new(at.setup, ghost, at.faults, at.now, at.oldest_request, at.slots);
        view.answered = at.answered;
        if self.broken[index].is_some() {
            return false;
        }
        self.broken[index] = met(&view).err();
        self.broken[index].is_some()
    }
}
