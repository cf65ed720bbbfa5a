//! Random priorities: probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatti, ASPLOS 2010).
//!
//! Every source of steps has a priority at random, and the highest that can go on does so; at a few steps, drawn beforehand, the
//! source that is about to go on falls behind all others. A violation that needs d such orderings among n sources in a run
//! of k steps is met with a probability of at least 1/(n·k^(d-1)), however unlikely it is when steps are drawn evenly.

use alloc::vec;
use alloc::vec::Vec;
use faultlab_core::{Endpoint, Protocol};

use super::found::Walk;
use super::random::{Draws, Taken};
use super::tables::{Candidate, Cause};

/// So many steps make a run at most.
const STEPS_MAX: usize = 120;
/// How often a priority changes in a run, at most.
const CHANGES_MAX: usize = 4;

/// Runs by priorities until something wanted breaks or there were enough steps.
pub(super) fn run<P: Protocol>(walk: &mut Walk<'_, P>, draws: &mut Draws, taken: &mut Taken<P>) {
    let parties = usize::from(walk.tables.setup.nodes) + walk.tables.client_ids.len();
    // What arrives at each party from each other one; what it does by itself stands where it would send to itself; time last.
    let mut priorities: Vec<usize> = vec![0; parties * parties + 1];
    priorities.iter_mut().for_each(|priority| *priority = CHANGES_MAX + draws.below(1 << 16));
    let length = 1 + draws.below(STEPS_MAX);
    let changes: [usize; CHANGES_MAX] = core::array::from_fn(|_| draws.below(length));
    for step in 0..STEPS_MAX {
        walk.look_ahead();
        if let Some(change) = changes.iter().position(|change| *change == step)
            && let Some(candidate) = highest(walk, &priorities, draws, parties)
        {
            priorities[source(walk, &candidate, parties)] = change;
        }
        let Some(candidate) = highest(walk, &priorities, draws, parties) else { return };
        if taken.take(walk, candidate) {
            return;
        }
    }
}

/// One of the candidates whose source goes first, each as likely as the others.
fn highest<P: Protocol>(
    walk: &Walk<'_, P>,
    priorities: &[usize],
    draws: &mut Draws,
    parties: usize,
) -> Option<Candidate> {
    let priority_of = |candidate: &Candidate| priorities[source(walk, candidate, parties)];
    let first = walk.candidates.iter().map(priority_of).max()?;
    let ready = || walk.candidates.iter().filter(|candidate| priority_of(candidate) == first);
    let count = ready().count();
    ready().nth(draws.below(count)).copied()
}

fn source<P: Protocol>(walk: &Walk<'_, P>, candidate: &Candidate, parties: usize) -> usize {
    let at = walk.tables.party_at(candidate);
    let from = match candidate.cause {
        Cause::Deliver { word, .. } => match walk.tables.packets.get(walk.words[usize::from(word)]).from {
            Endpoint::Node(node) => node.index(),
            Endpoint::Client(_) => at,
        },
        Cause::Own { .. } | Cause::Ask { .. } | Cause::Retry { .. } => at,
        Cause::Tick => return parties * parties,
    };
    at * parties + from
}
