//! The set of visited worlds, and where each came from.
//!
//! A visited world costs some thirty bytes, also while the frontier grows: eight for its fingerprint in a table that is
//! cut into lines of the cache and grows by half, in parts of which each is small (`visited.rs`), six for the way to
//! it, and what waits is written as bytes (`frontier.rs`). Threads never show, as with models: a level is taken in
//! blocks whose chunks are first looked at with tables that nobody changes (`piece.rs`); what these do not know is
//! worked out afterwards, by one thread and in the order of the worlds, so that parts get the same numbers however many
//! threads there are; then each shard takes in its share.

use alloc::vec;
use alloc::vec::Vec;

use crate::shard::{Origin, SHARD_BITS};

/// Fingerprints that lie in one line of a cache: all are compared at once.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Bucket([u64; BUCKET]);

const BUCKET: usize = 8;
/// Buckets of a part that begins.
const BUCKETS_FIRST: usize = 2;

/// What a look at one line tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Glance {
    Known,
    New,
    /// The line is full: it may stand in a later one.
    Unclear,
}

impl Bucket {
    /// Where a fingerprint is not, it is free behind what is held; zero marks a free place.
    #[inline]
    fn glance(&self, fingerprint: u64) -> Glance {
        // Without branches, so that the waits for memory of one look and the next overlap.
        let known = self.0.iter().fold(false, |known, place| known | (*place == fingerprint));
        let full = self.0[BUCKET - 1] != 0;
        if known {
            Glance::Known
        } else if full {
            Glance::Unclear
        } else {
            Glance::New
        }
    }

    /// How many it holds: what is held stands before what is free.
    #[inline]
    fn held(&self) -> usize {
        self.0.iter().map(|place| usize::from(*place != 0)).sum()
    }

    /// Takes in a fingerprint, if there is room. Without branches as well: nobody could guess them.
    #[inline]
    fn put(&mut self, fingerprint: u64) {
        let held = self.held();
        if let Some(free) = self.0.get_mut(held) {
            *free = fingerprint;
        }
    }
}

/// A set of the 64-bit fingerprints of one shard: what it cannot tell apart it takes for the same.
///
/// It is cut into parts by the bits behind the shard's own. A part is small enough for a near cache while it grows, so that neither a
/// thread nor memory stands before a large table to be copied.
#[derive(Clone, Debug)]
pub(super) struct Fingerprints {
    parts: [Part; PARTS],
}

const PART_BITS: u32 = 5;
const PARTS: usize = 1 << PART_BITS;

impl Fingerprints {
    pub(super) fn new() -> Self {
        Self { parts: core::array::from_fn(|_| Part::new()) }
    }

    #[inline]
    fn part_of(fingerprint: u64) -> usize {
        ((fingerprint << SHARD_BITS) >> (u64::BITS - PART_BITS)) as usize
    }

    /// What the line tells in which the fingerprint belongs first.
    #[inline]
    pub(super) fn glance(&self, fingerprint: u64) -> Glance {
        self.parts[Self::part_of(fingerprint)].glance(fingerprint.max(1))
    }

    #[inline]
    pub(super) fn contains(&self, fingerprint: u64) -> bool {
        self.parts[Self::part_of(fingerprint)].bucket_to_take(fingerprint.max(1)).is_none()
    }

    /// True if the fingerprint is new.
    #[inline]
    pub(super) fn insert(&mut self, fingerprint: u64) -> bool {
        self.parts[Self::part_of(fingerprint)].insert(fingerprint.max(1))
    }

    pub(super) fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.buckets.len() * size_of::<Bucket>()).sum()
    }
}

/// Buckets follow the order of the fingerprints, so that a part can grow by less than double: it is copied from one end to the
/// other. Between 51 and 76 parts of a hundred full, it takes 10.5 to 15.8 bytes a world; growing by less would copy each world more often.
#[derive(Clone, Debug)]
struct Part {
    buckets: Vec<Bucket>,
    held: usize,
}

impl Part {
    fn new() -> Self {
        Self { buckets: vec![Bucket([0; BUCKET]); BUCKETS_FIRST], held: 0 }
    }

    #[inline]
    fn first_bucket(&self, fingerprint: u64) -> usize {
        // The bits of shard and part are the same for all. There are never so many lines that 32 bits would not tell them apart.
        ((((fingerprint << (SHARD_BITS + PART_BITS)) >> 32) * self.buckets.len() as u64) >> 32) as usize
    }

    #[inline]
    fn glance(&self, fingerprint: u64) -> Glance {
        self.buckets[self.first_bucket(fingerprint)].glance(fingerprint)
    }

    #[inline]
    fn insert(&mut self, fingerprint: u64) -> bool {
        let Some(bucket) = self.bucket_to_take(fingerprint) else { return false };
        self.buckets[bucket].put(fingerprint);
        self.held += 1;
        if self.held * 100 >= self.buckets.len() * BUCKET * 76 {
            self.grow();
        }
        true
    }

    /// The bucket in which it has to be put; none if it is there.
    #[inline]
    fn bucket_to_take(&self, fingerprint: u64) -> Option<usize> {
        let mut bucket = self.first_bucket(fingerprint);
        loop {
            match self.buckets[bucket].glance(fingerprint) {
                Glance::Known => return None,
                Glance::New => return Some(bucket),
                Glance::Unclear => bucket = (bucket + 1) % self.buckets.len(),
            }
        }
    }

    fn grow(&mut self) {
        let larger = vec![Bucket([0; BUCKET]); self.buckets.len() + self.buckets.len().div_ceil(2)];
        for old in core::mem::replace(&mut self.buckets, larger) {
            for fingerprint in &old.0[..old.held()] {
                // All are different: only room is looked for.
                let mut bucket = self.first_bucket(*fingerprint);
                while self.buckets[bucket].0[BUCKET - 1] != 0 {
                    bucket = (bucket + 1) % self.buckets.len();
                }
                self.buckets[bucket].put(*fingerprint);
            }
        }
    }
}

/// So many ways are kept in one piece, which is never moved: a list that doubles would be half air.
const WAYS_A_PIECE: usize = 1 << 12;

/// Where each world of a shard came from, in the order in which they were found: its parent, and which of the parent's
/// candidates it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Ways {
    pieces: Vec<(Vec<Origin>, Vec<u16>)>,
}

impl Ways {
    #[inline]
    pub(super) fn push(&mut self, parent: Origin, number: u16) {
        if self.pieces.last().is_none_or(|(parents, _)| parents.len() == WAYS_A_PIECE) {
            self.pieces.push((Vec::with_capacity(WAYS_A_PIECE), Vec::with_capacity(WAYS_A_PIECE)));
        }
        if let Some((parents, numbers)) = self.pieces.last_mut() {
            parents.push(parent);
            numbers.push(number);
        }
    }

    pub(super) fn get(&self, place: usize) -> (Origin, u16) {
        let (parents, numbers) = &self.pieces[place / WAYS_A_PIECE];
        (parents[place % WAYS_A_PIECE], numbers[place % WAYS_A_PIECE])
    }

    pub(super) fn len(&self) -> usize {
        self.pieces.last().map_or(0, |(parents, _)| (self.pieces.len() - 1) * WAYS_A_PIECE + parents.len())
    }

    pub(super) fn bytes(&self) -> usize {
        self.pieces.len() * WAYS_A_PIECE * (size_of::<Origin>() + size_of::<u16>())
    }
}
