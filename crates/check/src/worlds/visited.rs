//! The set of visited worlds.

use alloc::vec;
use alloc::vec::Vec;

/// A set of 64-bit fingerprints: what it cannot tell apart it takes for the same.
#[derive(Clone, Debug)]
pub(super) struct Fingerprints {
    /// Zero marks a free place.
    places: Vec<u64>,
    held: usize,
}

impl Fingerprints {
    pub(super) fn new() -> Self {
        Self { places: vec![0; 1 << 12], held: 0 }
    }

    /// True if the fingerprint is new.
    pub(super) fn insert(&mut self, fingerprint: u64) -> bool {
        if self.held * 4 >= self.places.len() * 3 {
            self.grow();
        }
        let place = self.place(fingerprint.max(1));
        let new = self.places[place] == 0;
        if new {
            self.places[place] = fingerprint.max(1);
            self.held += 1;
        }
        new
    }

    fn place(&self, fingerprint: u64) -> usize {
        let mask = self.places.len() - 1;
        let mut place = fingerprint as usize & mask;
        while self.places[place] != 0 && self.places[place] != fingerprint {
            place = (place + 1) & mask;
        }
        place
    }

    fn grow(&mut self) {
        let larger = vec![0; self.places.len() * 2];
        for fingerprint in core::mem::replace(&mut self.places, larger) {
            if fingerprint != 0 {
                let place = self.place(fingerprint);
                self.places[place] = fingerprint;
            }
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.places.len() * 8
    }
}
