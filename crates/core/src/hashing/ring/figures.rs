//! Statistical promises, over the keys 0 to 9,999 and the first membership.

use super::{Membership, NodeSet, RingStore, placing};
use crate::kit::{HashFunction, Placement, peak_over_mean_ppm};
use crate::{Figure, NodeId, Setup};
use core::ops::Range;

const KEYS: Range<u64> = 0..10_000;
const SAMPLES: u64 = KEYS.end;
/// A whole, in millionths.
const ONE: u64 = 1_000_000;

fn place(setup: &Setup<RingStore>, members: NodeSet) -> Placement {
    placing::placement(setup, NodeId(0), members)
}

/// How often a figure of a sound ring may lie beyond its bound, over all seeds of the hash.
const CHANCE: f64 = 1e-6;

/// The number that at most a part of `chance` of all seeds exceed: of so many keys, those whose next point clockwise is one of
/// `mine` and not of `others`. If keys and points hash to independent, evenly spread places, all their orders around the ring are equally
/// likely, and the number has the beta-binomial distribution (Pólya's urn). Its weights follow from one another by
///
/// ```text
///   w(k + 1) / w(k)  =  (keys - k) / (k + 1)  *  (mine + k) / (others + keys - k - 1)
/// ```
///
/// so the bound is the exact one. Plain arithmetic of floating point is the same on every machine.
fn at_most(keys: u64, mine: u64, others: u64, chance: f64) -> u64 {
    if others == 0 || keys == 0 {
        return keys;
    }
    let ratio = |k: u64| ((keys - k) as f64 / (k + 1) as f64) * ((mine + k) as f64 / (others + keys - k - 1) as f64);
    // From the mean outwards, where the weights are greatest.
    let mean = keys * mine / (mine + others);
    let mut weights = alloc::vec![1.0; keys as usize + 1];
    for k in mean..keys {
        weights[k as usize + 1] = weights[k as usize] * ratio(k);
    }
    for k in (0..mean).rev() {
        weights[k as usize] = weights[k as usize + 1] / ratio(k);
    }
    let allowed = weights.iter().sum::<f64>() * chance;
    let mut beyond = 0.0;
    let above = weights.iter().rev().take_while(|weight| {
        beyond += **weight;
        beyond <= allowed
    });
    keys - above.count() as u64
}

/// A bound, or none for a hash that does not spread small numbers evenly.
fn bound(setup: &Setup<RingStore>, ppm: u64) -> u64 {
    if setup.config.hash == HashFunction::Xxh64 { ppm } else { u64::MAX }
}

fn points(setup: &Setup<RingStore>) -> u64 {
    u64::from(setup.config.virtual_nodes.max(1))
}

/// Balance (Karger): no member has many more keys than the mean. Bound: what any one of the members exceeds with the chance.
pub(super) fn balance(setup: &Setup<RingStore>) -> Figure {
    let members = setup.initial().members;
    let (count, points) = (members.len() as u64, points(setup));
    let measured_ppm = peak_over_mean_ppm(&place(setup, members).loads(KEYS));
    let most = at_most(SAMPLES, points, points * (count - 1), CHANCE / count as f64);
    Figure { measured_ppm, bound_ppm: bound(setup, most * count * ONE / SAMPLES), samples: SAMPLES }
}

/// Load after a loss: the greatest part of a lost member's keys that falls on one other member, over all choices of the
/// lost one. Bound: first, how many of the lost member's points lie before points of one heir, which is the same urn with points in the
/// place of keys; then, how many of its keys lie before so many of its points. Half of the chance for each, over all pairs.
pub(super) fn load(setup: &Setup<RingStore>) -> Figure {
    let members = setup.initial().members;
    let before = place(setup, members);
    let (mut worst, mut fewest) = (0, SAMPLES);
    for lost in members.iter() {
        let after = place(setup, members.without(lost));
        let mut gained = alloc::vec![0u64; usize::from(NodeSet::ROOM)];
        let mut orphans = 0;
        for key in KEYS {
            if before.owner(key) == Some(u32::from(lost.0)) {
                orphans += 1;
                if let Some(heir) = after.owner(key)
                    && let Some(count) = gained.get_mut(heir as usize)
                {
                    *count += 1;
                }
            }
        }
        let most = gained.into_iter().max().unwrap_or(0);
        worst = worst.max((most * ONE).checked_div(orphans).unwrap_or(0));
        fewest = if orphans > 0 { fewest.min(orphans) } else { fewest };
    }
    let (heirs, points) = ((members.len() as u64).saturating_sub(1).max(1), points(setup));
    let chance = CHANCE / 2.0 / (heirs * (heirs + 1)) as f64;
    let taken = at_most(points, points, points * (heirs - 1), chance);
    // The fewer keys, the farther off their part may be: the member with the fewest decides. One key more for the rounding of the others'.
    let most = (at_most(fewest, taken, points - taken, chance) + 1).min(fewest);
    Figure { measured_ppm: worst, bound_ppm: bound(setup, most * ONE / fewest), samples: SAMPLES }
}

/// How many keys change their owner when one more node joins. A ring moves one part in n + 1 on average; modulo hashing
/// keeps one part in n + 1. Bound: what one member of n + 1 has, and exceeds with the chance.
pub(super) fn keys_moved(setup: &Setup<RingStore>) -> Figure {
    let members = setup.initial().members;
    let grown = Membership::initial(members.len() as u8 + 1).members;
    let moved = place(setup, grown).moved_since(&place(setup, members), KEYS);
    let most = at_most(SAMPLES, points(setup), points(setup) * members.len() as u64, CHANCE);
    let measured_ppm = moved.moved * ONE / SAMPLES;
    Figure { measured_ppm, bound_ppm: bound(setup, most * ONE / SAMPLES), samples: SAMPLES }
}
