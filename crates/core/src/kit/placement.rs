//! Which members keep a key: a hash ring, or modulo hashing to compare it with; and what to measure of either.

use super::{Ring, SeededHash};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};

/// How keys find their members.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// Consistent hashing with this many points for each member.
    Ring { points: u32 },
    /// The hash modulo the number of members, counted in ascending order.
    Modulo,
}

/// All that a placement follows from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Recipe {
    pub scheme: Scheme,
    pub hash: SeededHash,
    /// In ascending order.
    pub members: Vec<u32>,
}

/// A recipe with its ring worked out. It is stored and sent as the recipe alone.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Recipe", into = "Recipe")]
pub struct Placement {
    recipe: Recipe,
    /// Empty under modulo hashing.
    ring: Ring,
}

impl From<Recipe> for Placement {
    fn from(mut recipe: Recipe) -> Self {
        recipe.members.sort_unstable();
        recipe.members.dedup();
        let ring = match recipe.scheme {
            Scheme::Ring { points } => Ring::new(&recipe.members, points, recipe.hash),
            Scheme::Modulo => Ring::default(),
        };
        Self { recipe, ring }
    }
}

impl Recipe {
    /// The preference list of a key without a ring at hand, members distinct: on a ring they follow in the order of their
    /// nearest points clockwise. It hashes every point, so it suits those who look up seldom.
    pub fn preference(&self, key: u64, count: usize) -> Preference {
        let position = self.hash.of_key(key);
        let mut list = Preference::default();
        match self.scheme {
            Scheme::Ring { points } => {
                let distance = |member: u32| {
                    let points = (0..points).map(|ordinal| self.hash.of_point(member, ordinal).wrapping_sub(position));
                    points.min().unwrap_or(u64::MAX)
                };
                let mut nearest: Vec<(u64, u32)> =
                    self.members.iter().map(|member| (distance(*member), *member)).collect();
                nearest.sort_unstable();
                list.fill(nearest.into_iter().map(|(_, member)| member), count, true, self.members.len());
            }
            Scheme::Modulo => list.fill(modulo(&self.members, position), count, true, self.members.len()),
        }
        list
    }
}

/// The members from the one that modulo hashing gives, once around.
fn modulo(members: &[u32], position: u64) -> impl Iterator<Item = u32> + '_ {
    let first = if members.is_empty() { 0 } else { (position % members.len() as u64) as usize };
    members[first..].iter().chain(&members[..first]).copied()
}

impl From<Placement> for Recipe {
    fn from(placement: Placement) -> Self {
        placement.recipe
    }
}

impl fmt::Debug for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.recipe.fmt(f)
    }
}

impl Placement {
    pub fn new(scheme: Scheme, hash: SeededHash, members: Vec<u32>) -> Self {
        Recipe { scheme, hash, members }.into()
    }

    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The members, in ascending order.
    pub fn members(&self) -> &[u32] {
        &self.recipe.members
    }

    /// The ring, for drawing; without points under modulo hashing.
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    /// The position of a key.
    #[inline]
    pub fn position(&self, key: u64) -> u64 {
        self.recipe.hash.of_key(key)
    }

    /// The owner of a key; none without members.
    #[inline]
    pub fn owner(&self, key: u64) -> Option<u32> {
        let position = self.position(key);
        match self.recipe.scheme {
            Scheme::Ring { .. } => self.ring.owner(position),
            Scheme::Modulo => modulo(self.members(), position).next(),
        }
    }

    /// The preference list of a key (Dynamo, section 4.3): the members of the first `count` points clockwise, points of
    /// members already in the list being skipped if `distinct`. Shorter if there are not as many members.
    #[inline]
    pub fn preference(&self, key: u64, count: usize, distinct: bool) -> Preference {
        let position = self.position(key);
        let mut list = Preference::default();
        match self.recipe.scheme {
            Scheme::Ring { .. } => list.fill(self.ring.successors(position), count, distinct, self.members().len()),
            Scheme::Modulo => list.fill(modulo(self.members(), position), count, distinct, self.members().len()),
        }
        list
    }

    /// How many of these keys each member owns, in the order of [`Placement::members`].
    pub fn loads(&self, keys: impl IntoIterator<Item = u64>) -> Vec<u64> {
        let mut loads = vec![0; self.members().len()];
        for key in keys {
            if let Some(owner) = self.owner(key)
                && let Ok(index) = self.members().binary_search(&owner)
            {
                loads[index] += 1;
            }
        }
        loads
    }

    /// How these keys' owners differ from an earlier placement.
    pub fn moved_since(&self, earlier: &Self, keys: impl IntoIterator<Item = u64>) -> Moved {
        let stays = |member: u32| {
            earlier.members().binary_search(&member).is_ok() && self.members().binary_search(&member).is_ok()
        };
        let mut moved = Moved::default();
        for key in keys {
            let (old, new) = (earlier.owner(key), self.owner(key));
            moved.keys += 1;
            if old != new {
                moved.moved += 1;
                moved.strayed += u64::from(old.is_some_and(stays) && new.is_some_and(stays));
            }
        }
        moved
    }
}

/// What a change of members did to the owners of a set of keys.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Moved {
    /// How many keys were asked for.
    pub keys: u64,
    /// How many of them have another owner than before.
    pub moved: u64,
    /// How many of those moved between members that were there before and still are: Karger's Monotonicity allows none.
    pub strayed: u64,
}

/// The longest preference list.
pub const MAX_COPIES: usize = 8;

/// The members that keep a key, the first one first. Inline, so that a look-up allocates nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Preference {
    members: [u32; MAX_COPIES],
    len: u8,
}

impl Preference {
    fn fill(&mut self, successors: impl Iterator<Item = u32>, count: usize, distinct: bool, members: usize) {
        let count = count.min(MAX_COPIES).min(members);
        for member in successors {
            if usize::from(self.len) == count {
                break;
            }
            if !(distinct && self.contains(member)) {
                self.members[usize::from(self.len)] = member;
                self.len += 1;
            }
        }
    }

    pub fn as_slice(&self) -> &[u32] {
        &self.members[..usize::from(self.len)]
    }

    pub fn contains(&self, member: u32) -> bool {
        self.as_slice().contains(&member)
    }
}

/// The greatest load over the mean, in millionths. A perfect balance is one million.
pub fn peak_over_mean_ppm(loads: &[u64]) -> u64 {
    let total: u64 = loads.iter().sum();
    let peak = loads.iter().copied().max().unwrap_or(0);
    if total == 0 { 0 } else { (u128::from(peak) * loads.len() as u128 * 1_000_000 / u128::from(total)) as u64 }
}

/// The standard error of the loads over their mean, in millionths: the figure of the jump-hash paper's table.
pub fn standard_error_ppm(loads: &[u64]) -> u64 {
    let (count, total) = (loads.len() as u128, loads.iter().map(|load| u128::from(*load)).sum::<u128>());
    if total == 0 {
        return 0;
    }
    // With loads scaled by their number, deviations from the mean stay whole: the root of the mean square of
    // (load * count - total), over total.
    let squares: u128 = loads.iter().map(|load| (u128::from(*load) * count).abs_diff(total).pow(2)).sum();
    ((squares / count).isqrt() * 1_000_000 / total) as u64
}

#[cfg(test)]
mod tests;
