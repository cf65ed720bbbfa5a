//! The hash ring of Karger et al. 1997: keys and the members' points lie on one circle, and a key belongs to the member of
//! the first point clockwise.
//!
//! ```text
//!        0 = 2^64
//!      B2 ──·── A1          a key between A1 and C1 belongs to C;
//!     /           \         when C leaves, it belongs to B, the next point,
//!    A2           C1        and no other key changes its owner
//!     \           /
//!      C2 ─────  B1
//! ```

use super::SeededHash;
use alloc::vec;
use alloc::vec::Vec;

/// A stretch of the circle with one owner: positions after `after`, up to and including `upto`. If `after` is not below
/// `upto` it runs through zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Arc {
    pub after: u64,
    pub upto: u64,
    pub owner: u32,
}

impl Arc {
    /// How many positions lie on it. A ring of a single point has one arc of all 2^64, told as the largest number.
    pub fn length(&self) -> u64 {
        match self.upto.wrapping_sub(self.after) {
            0 => u64::MAX,
            length => length,
        }
    }
}

/// Points sorted by position, with an index by the leading bits of a position, so that a look-up seldom visits more than two
/// points.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Ring {
    positions: Vec<u64>,
    owners: Vec<u32>,
    /// For each bucket of the circle, the number of the first point at or behind its beginning.
    starts: Vec<u32>,
    shift: u32,
}

impl Ring {
    /// A ring with some points for each member.
    pub fn new(members: &[u32], points: u32, hash: SeededHash) -> Self {
        let mut all = Vec::with_capacity(members.len() * points as usize);
        for member in members {
            all.extend((0..points).map(|ordinal| (hash.of_point(*member, ordinal), *member)));
        }
        // Two points on one position are ordered by member, so that every node sorts alike.
        all.sort_unstable();
        let bits = all.len().next_power_of_two().trailing_zeros() + 1;
        let shift = 64 - bits.min(63);
        let mut ring = Self { positions: Vec::new(), owners: Vec::new(), starts: vec![0; 1 << bits], shift };
        let mut bucket = 0;
        for (number, (position, owner)) in all.into_iter().enumerate() {
            let upto = (position >> shift) as usize;
            while bucket <= upto {
                ring.starts[bucket] = number as u32;
                bucket += 1;
            }
            ring.positions.push(position);
            ring.owners.push(owner);
        }
        let count = ring.positions.len() as u32;
        ring.starts[bucket..].fill(count);
        ring
    }

    /// How many points lie on the ring.
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// The number of the first point clockwise from a position, itself included. The ring must not be empty.
    #[inline]
    fn first(&self, position: u64) -> usize {
        let mut number = self.starts[(position >> self.shift) as usize] as usize;
        while number < self.positions.len() && self.positions[number] < position {
            number += 1;
        }
        if number == self.positions.len() { 0 } else { number }
    }

    /// The owner of a position: the member of the first point clockwise. None on an empty ring.
    #[inline]
    pub fn owner(&self, position: u64) -> Option<u32> {
        if self.is_empty() { None } else { Some(self.owners[self.first(position)]) }
    }

    /// The members of all points clockwise from a position, once around. A member comes as often as it has points.
    #[inline]
    pub fn successors(&self, position: u64) -> impl Iterator<Item = u32> + '_ {
        let first = if self.is_empty() { 0 } else { self.first(position) };
        self.owners[first..].iter().chain(&self.owners[..first]).copied()
    }

    /// The points in order of position, each with its member.
    pub fn points(&self) -> impl ExactSizeIterator<Item = (u64, u32)> + '_ {
        self.positions.iter().copied().zip(self.owners.iter().copied())
    }

    /// The arcs in order, each ending at a point.
    pub fn arcs(&self) -> impl Iterator<Item = Arc> + '_ {
        let last = self.positions.last().copied().unwrap_or(0);
        let before = core::iter::once(last).chain(self.positions.iter().copied());
        before.zip(self.points()).map(|(after, (upto, owner))| Arc { after, upto, owner })
    }
}

#[cfg(test)]
mod tests {
    use super::Ring;
    use crate::kit::SeededHash;
    use alloc::vec::Vec;

    fn ring(members: &[u32], points: u32) -> Ring {
        Ring::new(members, points, SeededHash::default())
    }

    /// The definition, without an index: the least clockwise distance.
    fn owner_by_definition(ring: &Ring, position: u64) -> Option<u32> {
        ring.points().min_by_key(|(point, _)| point.wrapping_sub(position)).map(|(_, owner)| owner)
    }

    #[test]
    fn the_index_finds_the_first_point_clockwise() {
        for (members, points) in [(1, 1), (1, 3), (2, 1), (5, 1), (5, 16), (40, 100)] {
            let ring = ring(&(0..members).collect::<Vec<_>>(), points);
            let edges: Vec<u64> = ring.points().map(|(position, _)| position).collect();
            let hash = SeededHash::default();
            let mut probes: Vec<u64> = (0..2_000).map(|key| hash.of_key(key)).chain([0, 1, u64::MAX]).collect();
            for edge in edges {
                probes.extend([edge.wrapping_sub(1), edge, edge.wrapping_add(1)]);
            }
            for position in probes {
                assert_eq!(
                    ring.owner(position),
                    owner_by_definition(&ring, position),
                    "{members}x{points} {position:x}"
                );
                assert_eq!(ring.successors(position).next(), ring.owner(position));
                assert_eq!(ring.successors(position).count(), ring.len());
            }
        }
    }

    #[test]
    fn arcs_cover_the_circle_once_and_name_the_owner() {
        let ring = ring(&[0, 1, 2, 3], 8);
        let total = ring.arcs().fold(0u64, |sum, arc| sum.wrapping_add(arc.length()));
        assert_eq!(total, 0, "the lengths add up to 2^64");
        for arc in ring.arcs() {
            assert_eq!(ring.owner(arc.upto), Some(arc.owner));
            assert_eq!(ring.owner(arc.after.wrapping_add(1)), Some(arc.owner));
        }
    }

    #[test]
    fn an_empty_ring_owns_nothing() {
        let ring = ring(&[], 8);
        assert_eq!(ring.owner(7), None);
        assert_eq!(ring.successors(7).count(), 0);
        assert_eq!(ring.arcs().count(), 0);
    }
}
