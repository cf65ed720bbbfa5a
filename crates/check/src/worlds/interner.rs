//! Things by number: each different one is kept once.

use alloc::vec;
use alloc::vec::Vec;
use core::hash::Hash;
use faultlab_core::kit::stable_hash;

/// Different things, numbered in the order they came, with a content hash that does not depend on that order.
#[derive(Clone, Debug)]
pub(super) struct Interner<T> {
    things: Vec<T>,
    hashes: Vec<u64>,
    /// Open addressing by the hash; a place holds a number plus one.
    places: Vec<u32>,
}

impl<T: Eq + Hash> Interner<T> {
    pub(super) fn new() -> Self {
        Self { things: Vec::new(), hashes: Vec::new(), places: vec![0; 64] }
    }

    pub(super) fn intern(&mut self, thing: T) -> u32 {
        let hash = stable_hash(&thing);
        match self.look_up(&thing, hash) {
            Ok(number) => number,
            Err(place) => {
                let number = self.things.len() as u32;
                self.places[place] = number + 1;
                self.things.push(thing);
                self.hashes.push(hash);
                if self.things.len() * 2 > self.places.len() {
                    self.grow();
                }
                number
            }
        }
    }

    fn look_up(&self, thing: &T, hash: u64) -> Result<u32, usize> {
        let mask = self.places.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            match self.places[place].checked_sub(1) {
                None => return Err(place),
                Some(number) => {
                    let kept = number as usize;
                    if self.hashes[kept] == hash && self.things[kept] == *thing {
                        return Ok(number);
                    }
                }
            }
            place = (place + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let mask = self.places.len() * 2 - 1;
        self.places = vec![0; mask + 1];
        for (number, hash) in self.hashes.iter().enumerate() {
            let mut place = *hash as usize & mask;
            while self.places[place] != 0 {
                place = (place + 1) & mask;
            }
            self.places[place] = number as u32 + 1;
        }
    }

    pub(super) fn get(&self, number: u32) -> &T {
        &self.things[number as usize]
    }

    pub(super) fn hash(&self, number: u32) -> u64 {
        self.hashes[number as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.things.len()
    }

    /// The room of the table itself; what the things hold elsewhere is not counted.
    pub(super) fn bytes(&self) -> usize {
        self.things.capacity() * size_of::<T>() + self.hashes.capacity() * 8 + self.places.len() * 4
    }
}

/// A table from pairs of numbers to a pair of numbers: what was found out once is looked up ever after.
#[derive(Clone, Debug)]
pub(super) struct Memo {
    /// Key plus one, so that zero marks a free place, and the value.
    places: Vec<(u64, (u32, u32))>,
    held: usize,
}

impl Memo {
    pub(super) fn new() -> Self {
        Self { places: vec![(0, (0, 0)); 256], held: 0 }
    }

    #[inline]
    fn place(&self, key: u64) -> usize {
        let mask = self.places.len() - 1;
        let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut place = (mixed ^ (mixed >> 32)) as usize & mask;
        while self.places[place].0 != key && self.places[place].0 != 0 {
            place = (place + 1) & mask;
        }
        place
    }

    #[inline]
    pub(super) fn get(&self, a: u32, b: u32) -> Option<(u32, u32)> {
        let key = (u64::from(a) << 32 | u64::from(b)) + 1;
        let (held, value) = self.places[self.place(key)];
        (held == key).then_some(value)
    }

    pub(super) fn insert(&mut self, a: u32, b: u32, value: (u32, u32)) {
        if self.held * 2 >= self.places.len() {
            let larger = vec![(0, (0, 0)); self.places.len() * 2];
            for (key, value) in core::mem::replace(&mut self.places, larger).into_iter().filter(|(key, _)| *key != 0) {
                let place = self.place(key);
                self.places[place] = (key, value);
            }
        }
        let key = (u64::from(a) << 32 | u64::from(b)) + 1;
        let place = self.place(key);
        self.places[place] = (key, value);
        self.held += 1;
    }

    /// All that is known, in no order that means anything.
    pub(super) fn iter(&self) -> impl Iterator<Item = ((u32, u32), (u32, u32))> {
        let known = self.places.iter().filter_map(|(key, value)| Some((key.checked_sub(1)?, *value)));
        known.map(|(key, value)| (((key >> 32) as u32, key as u32), value))
    }

    pub(super) fn bytes(&self) -> usize {
        self.places.len() * size_of::<(u64, (u32, u32))>()
    }
}
