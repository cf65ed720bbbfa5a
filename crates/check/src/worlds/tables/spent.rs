//! What a counterexample has used of what the scope allows, as part of a world.

use faultlab_core::Protocol;

use super::Tables;

/// Places in the count of what was used, four bits each.
pub(super) const CRASHES: u8 = 0;
pub(super) const DUPLICATES: u8 = 1;
pub(super) const WIPES: u8 = 2;
pub(super) const REQUESTS: u8 = 3;
pub(super) const RETRIES: u8 = 4;
pub(super) const PAUSES: u8 = 5;
pub(super) const TICKS: u8 = 6;
pub(super) const KINDS: u8 = 7;
pub(super) const PLACES: u8 = 16;
/// A number for each thing that is counted: crashes, duplicates, wipes, requests, retries, pauses, ticks, then the kinds of timers.
pub(in crate::worlds) type Limits = [u8; PLACES as usize];
/// Costs nothing.
pub(super) const FREE: u8 = u8::MAX;

pub(super) fn used(words: &[u32]) -> u64 {
    u64::from(words[1]) | u64::from(words[2]) << 32
}

pub(super) fn count(used: u64, place: u8) -> u8 {
    (used >> (4 * place)) as u8 & 15
}

pub(super) fn spend(used: u64, cost: u8) -> u64 {
    if cost == FREE { used } else { used + (1 << (4 * cost)) }
}

pub(super) fn used_hash(used: u64) -> u64 {
    // The finaliser of SplitMix64: two products of 64 bits, because WebAssembly has none of 128.
    let mixed = used.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl<P: Protocol> Tables<P> {
    #[inline]
    pub(super) fn may(&self, used: u64, cost: u8) -> bool {
        cost == FREE || count(used, cost) < self.allowed[usize::from(cost)]
    }

    /// What was used up to a world.
    pub(in crate::worlds) fn used_in(words: &[u32]) -> Limits {
        core::array::from_fn(|place| count(used(words), place as u8))
    }

    /// Allows less than the scope does, until told otherwise.
    pub(in crate::worlds) fn allow(&mut self, allowed: Limits) {
        self.allowed = allowed;
    }

    pub(in crate::worlds) fn limits(&self) -> Limits {
        self.limits
    }
}
