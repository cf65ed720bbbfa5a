//! Statistical promises, over the keys 0 to 9,999 and the first membership.

use super::{Membership, NodeSet, RingStore, placing};
use crate::kit::{Placement, peak_over_mean_ppm};
use crate::{Figure, NodeId, Setup};
use core::ops::Range;

const KEYS: Range<u64> = 0..10_000;
const SAMPLES: u64 = KEYS.end;
/// A whole, in millionths.
const ONE: u64 = 1_000_000;

fn place(setup: &Setup<RingStore>, members: NodeSet) -> Placement {
    placing::placement(setup, NodeId(0), members)
}

/// Balance (Karger): no member has many more keys than the mean. Bound: the mean and four standard errors, which fall with
/// the root of the number of points.
pub(super) fn balance(setup: &Setup<RingStore>) -> Figure {
    let placement = place(setup, setup.initial().members);
    let points = u64::from(setup.config.virtual_nodes.max(1));
    let measured_ppm = peak_over_mean_ppm(&placement.loads(KEYS));
    // Four over the root of the points, in millionths, with the root taken of a number scaled by 10^12.
    let deviations = 4 * ONE * ONE / (points * ONE * ONE).isqrt();
    Figure { measured_ppm, bound_ppm: ONE + deviations, samples: SAMPLES }
}

/// Load after a loss: the greatest part of a lost member's keys that falls on one other member, over all choices of the
/// lost one. Bound: an even share and what five standard errors add to it, as it is the
/// worst of so many choices; and never all.
pub(super) fn load(setup: &Setup<RingStore>) -> Figure {
    let members = setup.initial().members;
    let before = place(setup, members);
    let mut worst = 0;
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
    }
    let heirs = (members.len() as u64).saturating_sub(1).max(1);
    let points = u64::from(setup.config.virtual_nodes.max(1));
    let deviations = 5 * ONE * ONE / (points * heirs * ONE * ONE).isqrt();
    let bound_ppm = (ONE / heirs + deviations).min(if heirs > 1 { ONE - 1 } else { ONE });
    Figure { measured_ppm: worst, bound_ppm, samples: SAMPLES }
}

/// How many keys change their owner when one more node joins. A ring moves one part in n + 1 on average; modulo hashing
/// keeps one part in n + 1. Bound: the even share and four standard errors of one member's load, and never above one half.
pub(super) fn keys_moved(setup: &Setup<RingStore>) -> Figure {
    let members = setup.initial().members;
    let grown = Membership::initial(members.len() as u8 + 1).members;
    let moved = place(setup, grown).moved_since(&place(setup, members), KEYS);
    let share = ONE / grown.len() as u64;
    let points = u64::from(setup.config.virtual_nodes.max(1));
    let deviations = share * 4 * ONE / (points * ONE * ONE).isqrt();
    Figure { measured_ppm: moved.moved * ONE / SAMPLES, bound_ppm: (share + deviations).min(ONE / 2), samples: SAMPLES }
}
