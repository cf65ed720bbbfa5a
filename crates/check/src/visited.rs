//! The set of visited states.

use alloc::vec;
use alloc::vec::Vec;

use crate::State;

/// An exact set with open addressing that holds the states themselves: one look-up is usually one line of cache.
#[derive(Clone, Debug)]
pub(crate) struct Visited<S> {
    places: Vec<S>,
    held: usize,
}

impl<S: State> Visited<S> {
    pub(crate) fn new() -> Self {
        Self { places: vec![S::NONE; 1 << 10], held: 0 }
    }

    /// True if the state is new.
    pub(crate) fn insert(&mut self, state: S, hash: u64) -> bool {
        // At most five eighths full: probes stay short and the table is not mostly air.
        if self.held * 8 >= self.places.len() * 5 {
            self.grow();
        }
        let mask = self.places.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            let found = self.places[place];
            if found == S::NONE {
                self.places[place] = state;
                self.held += 1;
                return true;
            }
            if found == state {
                return false;
            }
            place = (place + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let larger = vec![S::NONE; self.places.len() * 2];
        let mask = larger.len() - 1;
        let old = core::mem::replace(&mut self.places, larger);
        for state in old.into_iter().filter(|state| *state != S::NONE) {
            let mut place = state.hash64() as usize & mask;
            while self.places[place] != S::NONE {
                place = (place + 1) & mask;
            }
            self.places[place] = state;
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.places.len() * size_of::<S>()
    }
}
