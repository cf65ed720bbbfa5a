//! What a change of members does: shares of the ring before and now, and how many keys move.

use std::collections::BTreeMap;

use faultlab_core::NodeId;
use faultlab_core::kit::{Placement, Scheme};

/// Over how many keys the shares that move are measured.
const KEYS: std::ops::Range<u64> = 0..10_000;

/// The shares of the whole, from 0 to 1.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Change {
    /// Each member's share of the keys, before and now.
    pub(super) shares: BTreeMap<NodeId, (f64, f64)>,
    /// The share of keys that changed their owner, and what modulo hashing would have moved.
    pub(super) moved: Option<(f64, f64)>,
}

impl Change {
    pub(super) fn of(now: &Placement, before: Option<&Placement>) -> Self {
        let mut shares: BTreeMap<NodeId, (f64, f64)> = BTreeMap::new();
        for (member, share) in shares_of(now) {
            shares.entry(member).or_default().1 = share;
        }
        for (member, share) in before.map(shares_of).unwrap_or_default() {
            shares.entry(member).or_default().0 = share;
        }
        let moved = before.map(|before| {
            let modulo = |placement: &Placement| {
                let recipe = placement.recipe();
                Placement::new(Scheme::Modulo, recipe.hash, recipe.members.clone())
            };
            let share = |now: &Placement, before: &Placement| {
                let moved = now.moved_since(before, KEYS);
                moved.moved as f64 / moved.keys.max(1) as f64
            };
            (share(now, before), share(&modulo(now), &modulo(before)))
        });
        Self { shares, moved }
    }
}

fn shares_of(placement: &Placement) -> Vec<(NodeId, f64)> {
    let loads = placement.loads(KEYS);
    let all: u64 = loads.iter().sum();
    let share = |load: u64| load as f64 / all.max(1) as f64;
    placement.members().iter().zip(loads).map(|(member, load)| (NodeId(*member as u8), share(load))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultlab_core::kit::SeededHash;

    #[test]
    fn one_more_member_moves_a_share_on_a_ring_and_nearly_all_under_modulo() {
        let ring =
            |members: u32| Placement::new(Scheme::Ring { points: 64 }, SeededHash::default(), (0..members).collect());
        let change = Change::of(&ring(5), Some(&ring(4)));
        let (moved, modulo) = change.moved.unwrap_or_default();
        assert!((0.1..0.35).contains(&moved), "{moved}");
        assert!((0.75..0.85).contains(&modulo), "{modulo}");
        let sum: f64 = change.shares.values().map(|(_, now)| now).sum();
        assert!((sum - 1.0).abs() < 1e-9);
        assert!((change.shares[&NodeId(4)].1 - moved).abs() < 1e-9, "all that moved went to the new member");
    }
}
