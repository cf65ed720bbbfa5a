//! The visited states, divided by their hashes.

use alloc::vec;
use alloc::vec::Vec;

use crate::Model;

/// Into how many shards the states are divided by their hash, however many threads there are.
pub(crate) const SHARDS: usize = 1 << SHARD_BITS;
pub(crate) const SHARD_BITS: u32 = 3;
const PLACE_BITS: u32 = 32 - SHARD_BITS;
/// More states than this are never kept: a shard numbers its own with 29 bits, and the shards are not exactly equal.
pub(crate) const STATES_MAX: u64 = 1 << 31;
/// Marks a free slot of a table.
const FREE: u32 = u32::MAX;

/// The shard and place of a visited state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Origin(u32);

impl Origin {
    /// Where the initial states come from.
    pub(crate) const NOWHERE: Self = Self(u32::MAX);

    pub(crate) fn new(shard: usize, place: usize) -> Self {
        Self((shard as u32) << PLACE_BITS | place as u32)
    }

    pub(crate) fn shard(self) -> usize {
        (self.0 >> PLACE_BITS) as usize
    }

    pub(crate) fn place(self) -> usize {
        (self.0 & ((1 << PLACE_BITS) - 1)) as usize
    }
}

/// A state that may be new.
#[derive(Clone, Copy)]
pub(crate) struct Candidate<const WORDS: usize> {
    pub(crate) state: [u64; WORDS],
    pub(crate) hash: u64,
    pub(crate) parent: Origin,
}

/// A hash that is the same on every machine, good in its highest bits.
pub(crate) fn hash<const WORDS: usize>(state: &[u64; WORDS]) -> u64 {
    let mixed = state.iter().fold(0, |hash: u64, word| {
        let product = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        product ^ product >> 32
    });
    mixed.wrapping_mul(0xd6e8_feb8_6659_fd93)
}

pub(crate) fn shard_of(hash: u64) -> usize {
    (hash >> (64 - SHARD_BITS)) as usize
}

/// The states whose hashes begin alike, each once, in the order in which they were found, and where each came from. The list
/// is the queue of the search as well.
pub(crate) struct Shard<const WORDS: usize> {
    pub(crate) states: Vec<[u64; WORDS]>,
    pub(crate) parents: Vec<Origin>,
    /// An exact set with open addressing: places in the list.
    table: Vec<u32>,
    /// The first state that breaks an invariant: its place and the invariant's name.
    pub(crate) broken: Option<(usize, &'static str)>,
}

impl<const WORDS: usize> Shard<WORDS> {
    pub(crate) fn new() -> Self {
        Self { states: Vec::new(), parents: Vec::new(), table: vec![FREE; 1 << 8], broken: None }
    }

    fn slot(&self, hash: u64) -> usize {
        // The shard's own bits are the same for all.
        (hash << SHARD_BITS >> (64 - self.table.len().trailing_zeros())) as usize
    }

    /// The place that stands in the first slot for a hash, not a place of this shard if the slot is free.
    pub(crate) fn first_place(&self, hash: u64) -> u32 {
        self.table[self.slot(hash)]
    }

    pub(crate) fn has_at(&self, place: u32, state: &[u64; WORDS]) -> bool {
        self.states.get(place as usize) == Some(state)
    }

    pub(crate) fn contains(&self, candidate: &Candidate<WORDS>) -> bool {
        self.free_slot(candidate).is_none()
    }

    /// The free slot that the state belongs into; none if it is known.
    fn free_slot(&self, candidate: &Candidate<WORDS>) -> Option<usize> {
        let mut slot = self.slot(candidate.hash);
        loop {
            let place = self.table[slot];
            if place == FREE {
                return Some(slot);
            }
            if self.states[place as usize] == candidate.state {
                return None;
            }
            slot = (slot + 1) & (self.table.len() - 1);
        }
    }

    /// Takes in the state and judges it, if it is new.
    pub(crate) fn insert(&mut self, model: &dyn Model<WORDS>, candidate: &Candidate<WORDS>) {
        let Some(free) = self.free_slot(candidate) else { return };
        if self.broken.is_none() {
            self.broken = model.broken(&candidate.state).map(|invariant| (self.states.len(), invariant));
        }
        self.table[free] = self.states.len() as u32;
        self.states.push(candidate.state);
        self.parents.push(candidate.parent);
        // At most five eighths full: probes stay short and the table is not mostly air.
        if self.states.len() * 8 >= self.table.len() * 5 {
            self.grow();
        }
    }

    /// Forgets the newest states. Their slots in the table stay taken: nothing may be looked up any more.
    pub(crate) fn forget(&mut self, count: usize) {
        self.states.truncate(self.states.len() - count);
        self.parents.truncate(self.states.len());
        self.broken = self.broken.filter(|(place, _)| *place < self.states.len());
    }

    fn grow(&mut self) {
        self.table = vec![FREE; self.table.len() * 2];
        for (place, state) in self.states.iter().enumerate() {
            let mut slot = self.slot(hash(state));
            while self.table[slot] != FREE {
                slot = (slot + 1) & (self.table.len() - 1);
            }
            self.table[slot] = place as u32;
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        let lists = self.states.capacity() * size_of::<[u64; WORDS]>() + self.parents.capacity() * size_of::<Origin>();
        lists + self.table.len() * size_of::<u32>()
    }
}
