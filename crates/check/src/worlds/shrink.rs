//! Shorter counterexamples: steps that are not needed are left out.

use alloc::vec::Vec;
use faultlab_core::Protocol;
use faultlab_sim::World;

use super::Counterexample;
use super::counterexample::perform;
use super::found::{Step, Walk};
use super::tables::{Limits, Tables};
use crate::shrink::fewest;

/// Does the steps that are possible, in order, up to the one in which something wanted breaks. Gives those steps and what broke.
pub(super) fn replay<P: Protocol>(
    tables: &mut Tables<P>,
    steps: &[Step<P>],
    wanted: u32,
) -> Option<(Vec<Step<P>>, u32)> {
    let mut walk = Walk::from_root(tables);
    let mut done = Vec::new();
    for step in steps {
        if let Some(broken) = walk.try_step(step) {
            done.push(step.clone());
            if broken & wanted != 0 {
                return Some((done, broken & wanted));
            }
        }
    }
    None
}

/// Leaves out steps as long as something wanted still breaks.
pub(super) fn shrink<P: Protocol>(tables: &mut Tables<P>, steps: Vec<Step<P>>, wanted: u32) -> Vec<Step<P>> {
    fewest(steps, |steps| Some(replay(tables, steps, wanted)?.0))
}

/// What a counterexample uses up.
pub(super) fn used<P: Protocol>(tables: &mut Tables<P>, steps: &[Step<P>]) -> Limits {
    let mut walk = Walk::from_root(tables);
    for step in steps {
        walk.try_step(step);
    }
    Tables::<P>::used_in(&walk.words)
}

/// The counterexample as actions, if the real world breaks by them too.
pub(super) fn told<P: Protocol>(
    tables: &mut Tables<P>,
    world: &World<P>,
    steps: &[Step<P>],
    wanted: u32,
    shortest: bool,
) -> Option<Counterexample<P>> {
    let counterexample = perform(tables, world, steps)?;
    let asked = |slug: &&str| {
        let index = P::invariants().iter().position(|invariant| invariant.slug == *slug);
        index.is_some_and(|index| wanted & (1 << index) != 0)
    };
    counterexample.broken.iter().any(asked).then_some(Counterexample { shortest, ..counterexample })
}
