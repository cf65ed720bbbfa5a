//! What a search has been through: which operations are in order already, and the state they led to.

use alloc::vec::Vec;
use core::hash::{Hash, Hasher};
use faultlab_core::kit::StableHasher;
use hashbrown::HashTable;

const WORD: usize = 64;

/// The operations in order that must be.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    words: Vec<u64>,
    /// Changes with every member in and out; equal sets, equal hash.
    hash: u64,
}

impl Chosen {
    pub(super) fn none(count: usize) -> Self {
        Self { words: alloc::vec![0; count.div_ceil(WORD)], hash: 0 }
    }

    /// Puts the operation in, or takes it out again.
    pub(super) fn toggle(&mut self, operation: usize) {
        self.words[operation / WORD] ^= 1 << (operation % WORD);
        // One round of splitmix64: a well mixed number for each operation.
        let mut mixed = (operation as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        self.hash ^= mixed ^ (mixed >> 31);
    }

    pub(super) fn words_count(&self) -> usize {
        self.words.len()
    }

    /// The words that say something: those that are full come first, those that are empty last, and both are left out.
    fn window(&self) -> (usize, &[u64]) {
        let full = self.words.iter().take_while(|word| **word == u64::MAX).count();
        (full, without_zeros(&self.words[full..]))
    }
}

/// The operations in order that need not be, numbered by their ends.
#[derive(Clone, Debug)]
pub(super) struct Spent {
    words: Vec<u64>,
}

impl Spent {
    pub(super) fn none(count: usize) -> Self {
        Self { words: alloc::vec![0; count.div_ceil(WORD)] }
    }

    pub(super) fn words_count(&self) -> usize {
        self.words.len()
    }

    pub(super) fn has(&self, operation: usize) -> bool {
        self.words[operation / WORD] >> (operation % WORD) & 1 == 1
    }

    /// Puts the operation in, or takes it out again.
    pub(super) fn toggle(&mut self, operation: usize) {
        self.words[operation / WORD] ^= 1 << (operation % WORD);
    }
}

fn without_zeros(words: &[u64]) -> &[u64] {
    let zeros = words.iter().rev().take_while(|word| **word == 0).count();
    &words[..words.len() - zeros]
}

/// One place that the search has been to.
#[derive(Clone, Debug)]
struct Been<S> {
    hash: u64,
    state: S,
    /// The last call of all in order.
    latest: u32,
    /// How many full words are left out in front of those of the chosen.
    full: u32,
    /// How many words of the spent are left out in front, because all in them have ended.
    ended: u32,
    /// Where the words of both sets begin in the store, and how many each has.
    words: u32,
    chosen: u32,
    spent: u32,
}

/// Every place that the search has been to.
///
/// A search that is at the same place later, or with more spent of what has not ended yet, is no better off: having been there
/// earlier, with less spent, covers it.
#[derive(Clone, Debug)]
pub(super) struct Memo<S> {
    table: HashTable<u32>,
    places: Vec<Been<S>>,
    words: Vec<u64>,
    /// How many places were looked at to answer.
    pub(super) compared: u64,
}

impl<S: Clone + Eq + Hash> Memo<S> {
    pub(super) fn new() -> Self {
        Self { table: HashTable::new(), places: Vec::new(), words: Vec::new(), compared: 0 }
    }

    /// True if the place is new. `ended` is how many operations that need not be in order have ended before the latest call.
    pub(super) fn insert(&mut self, chosen: &Chosen, spent: &Spent, (latest, ended): (u32, usize), state: &S) -> bool {
        let mut hasher = StableHasher::default();
        hasher.write_u64(chosen.hash);
        state.hash(&mut hasher);
        let hash = hasher.finish();
        let (full, window) = chosen.window();
        let ended_words = ended / WORD;
        let spent = spent.words.get(ended_words..).unwrap_or_default();
        let not_ended = u64::MAX << (ended % WORD);
        let (places, words) = (&self.places, &self.words);
        let compared = &mut self.compared;
        let covers = |index: &u32| {
            *compared += 1;
            let been = &places[*index as usize];
            let split = (been.words + been.chosen) as usize;
            let been_spent = &words[split..split + been.spent as usize];
            been.hash == hash
                && been.latest <= latest
                && been.state == *state
                && been.full as usize == full
                && words[been.words as usize..split] == *window
                && is_within(been_spent, been.ended as usize, spent, ended_words, not_ended)
        };
        if self.table.find(hash, covers).is_some() {
            return false;
        }
        let spent = without_zeros(spent);
        let been = Been {
            hash,
            state: state.clone(),
            latest,
            full: full as u32,
            ended: ended_words as u32,
            words: self.words.len() as u32,
            chosen: window.len() as u32,
            spent: spent.len() as u32,
        };
        let index = self.places.len() as u32;
        self.words.extend_from_slice(window);
        self.words.extend_from_slice(spent);
        self.places.push(been);
        let places = &self.places;
        self.table.insert_unique(hash, index, |index| places[*index as usize].hash);
        true
    }

    /// The memory it takes at most while it takes in one more place, with so many words. What is full doubles, and until it is
    /// copied both are there.
    pub(super) fn bytes_at_next(&self, words: usize) -> usize {
        let while_growing = |capacity: usize, is_full: bool| if is_full { capacity * 3 } else { capacity };
        let places = while_growing(self.places.capacity(), self.places.len() == self.places.capacity());
        let is_full = self.words.len() + words > self.words.capacity();
        let words = while_growing(self.words.capacity().max(words), is_full);
        let table = while_growing(self.table.allocation_size(), self.table.len() == self.table.capacity());
        table + places * size_of::<Been<S>>() + words * size_of::<u64>()
    }
}

/// Whether everything in `less` that has not ended is in `more`. Each begins at a word of its own, `more` not before `less`.
fn is_within(less: &[u64], less_from: usize, more: &[u64], more_from: usize, not_ended: u64) -> bool {
    let less = less.get(more_from - less_from..).unwrap_or_default();
    less.iter().enumerate().all(|(place, word)| {
        let word = if place == 0 { word & not_ended } else { *word };
        word & !more.get(place).copied().unwrap_or(0) == 0
    })
}
