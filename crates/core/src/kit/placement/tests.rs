//! What Karger et al. promise of rings, what the jump-hash paper measured of them, and what modulo hashing loses.

use super::{Placement, Scheme, peak_over_mean_ppm, standard_error_ppm};
use crate::kit::{HashFunction, SeededHash, Shared};
use alloc::vec::Vec;

fn ring(members: impl IntoIterator<Item = u32>, points: u32, seed: u64) -> Placement {
    let hash = SeededHash::new(HashFunction::Xxh64, seed);
    Placement::new(Scheme::Ring { points }, hash, members.into_iter().collect())
}

fn modulo(members: u32) -> Placement {
    Placement::new(Scheme::Modulo, SeededHash::default(), (0..members).collect())
}

/// Keys 0 to 99,999.
const KEYS: core::ops::Range<u64> = 0..100_000;

#[test]
fn a_join_moves_keys_to_the_new_member_only_and_a_leave_moves_only_its_own() {
    for seed in 0..40 {
        let count = 1 + (seed as u32 * 7) % 12;
        let points = [1, 2, 16, 64][seed as usize % 4];
        let before = ring(0..count, points, seed);
        let after = ring(0..=count, points, seed);
        for key in 0..2_000 {
            let (old, new) = (before.owner(key), after.owner(key));
            assert!(old == new || new == Some(count), "seed {seed}: key {key} strayed from {old:?} to {new:?}");
        }
        assert_eq!(after.moved_since(&before, 0..2_000).strayed, 0);
        let gone = seed as u32 % (count + 1);
        let without = ring((0..=count).filter(|member| *member != gone), points, seed);
        for key in 0..2_000 {
            let (old, new) = (after.owner(key), without.owner(key));
            assert!(old == new || old == Some(gone), "seed {seed}: key {key} strayed from {old:?} to {new:?}");
        }
    }
}

#[test]
fn any_change_of_members_moves_keys_only_from_those_gone_or_to_those_come() {
    for seed in 0..40u64 {
        let bits = SeededHash::new(HashFunction::Xxh64, seed).of_key(0);
        let before = ring((0..16).filter(|member| bits >> member & 1 == 1), 8, seed);
        let after = ring((0..16).filter(|member| bits >> (16 + member) & 1 == 1), 8, seed);
        assert_eq!(after.moved_since(&before, 0..2_000).strayed, 0, "seed {seed}");
    }
}

#[test]
fn modulo_keeps_the_lesser_count_over_the_common_multiple() {
    // min(n, m) / lcm(n, m) of the keys stay: 1/5, 1/6 and 1/11.
    for (from, to, kept) in [(4u32, 5u32, 5u64), (5, 6, 6), (10, 11, 11)] {
        let moved = modulo(to).moved_since(&modulo(from), KEYS);
        let expected = KEYS.end / kept;
        let stayed = moved.keys - moved.moved;
        assert!(stayed.abs_diff(expected) < expected / 20, "{from} to {to}: {stayed} of {expected}");
        assert!(moved.strayed > 0);
    }
}

#[test]
fn a_ring_moves_one_part_in_n_plus_one() {
    let moved = ring(0..6, 256, 0).moved_since(&ring(0..5, 256, 0), KEYS);
    let expected = KEYS.end / 6;
    assert!(moved.moved.abs_diff(expected) < expected / 5, "{moved:?}");
}

#[test]
fn standard_errors_lie_in_the_band_of_the_jump_hash_paper() {
    // Lamping and Veach 2014, table 1: 1,000 buckets and their Karger standard errors. Here: 1,000,000 keys, 0 to 999,999;
    // the keys' own noise adds 1/sqrt(1000) = .0316 in quadrature, which matters at 1,000 points only.
    for (points, published, tolerance_percent) in
        [(1, 997_906, 10), (10, 315_181, 10), (100, 99_700, 12), (1_000, 31_572, 50)]
    {
        let error = standard_error_ppm(&ring(0..1_000, points, 0).loads(0..1_000_000));
        let tolerance = published * tolerance_percent / 100;
        assert!(error.abs_diff(published) < tolerance, "{points} points: {error} ppm, published {published} ppm");
    }
}

#[test]
fn the_choice_of_hash_shows_in_the_load() {
    // FNV-1a does not finish by mixing: small integers land close together.
    let at = |function| {
        let hash = SeededHash::new(function, 0);
        standard_error_ppm(&Placement::new(Scheme::Ring { points: 1 }, hash, (0..1_000).collect()).loads(KEYS))
    };
    let (plain, mixed) = (at(HashFunction::Fnv1a), at(HashFunction::Xxh64));
    assert!(2 * plain > 3 * mixed, "FNV-1a {plain} ppm, xxh64 {mixed} ppm");
}

#[test]
fn preference_lists_name_distinct_members() {
    let placement = ring(0..5, 16, 3);
    let mut repeated = 0;
    for key in 0..500 {
        let list = placement.preference(key, 3, true);
        let members = list.as_slice();
        assert_eq!(members.len(), 3);
        assert_eq!(members.first().copied(), placement.owner(key));
        assert!(members[0] != members[1] && members[1] != members[2] && members[0] != members[2]);
        let points = placement.preference(key, 3, false);
        repeated += u32::from(points.as_slice()[0] == points.as_slice()[1]);
    }
    assert!(repeated > 50, "without the rule, two successive points of one member are common: {repeated}");
    assert_eq!(ring(0..2, 16, 3).preference(1, 3, true).as_slice().len(), 2);
    assert_eq!(ring([], 16, 3).preference(1, 3, true).as_slice().len(), 0);
}

#[test]
fn a_list_worked_out_without_a_ring_is_the_same() {
    for placement in [ring(0..7, 16, 5), ring([3], 4, 0), ring([], 4, 0), modulo(5)] {
        for key in 0..500 {
            assert_eq!(placement.recipe().preference(key, 3), placement.preference(key, 3, true));
        }
    }
}

#[test]
fn a_placement_is_rebuilt_from_its_recipe_alone() {
    let placement = ring([4, 2, 9], 8, 1);
    let rebuilt = Placement::from(placement.recipe().clone());
    assert_eq!(Shared::new(placement), Shared::new(rebuilt));
}

#[test]
fn balance_is_the_peak_over_the_mean() {
    assert_eq!(peak_over_mean_ppm(&[10, 10, 10, 10]), 1_000_000);
    assert_eq!(peak_over_mean_ppm(&[20, 0]), 2_000_000);
    assert_eq!(standard_error_ppm(&[20, 0]), 1_000_000);
    assert_eq!(standard_error_ppm(&[5, 5]), 0);
    assert_eq!(peak_over_mean_ppm(&[]), 0);
    let loads: Vec<u64> = ring(0..5, 16, 0).loads(KEYS);
    assert_eq!(loads.iter().sum::<u64>(), 100_000);
}
