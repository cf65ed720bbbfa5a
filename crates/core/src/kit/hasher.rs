//! A hash that is the same on every machine, for fingerprints of states and traces.

use core::hash::{Hash, Hasher};

/// A 64-bit hasher with fixed keys. Every integer is widened to 64 bits, so 32-bit and 64-bit targets agree.
///
/// It is a chain of folded multiplications, as in wyhash: each word is mixed in by a 64 × 64 → 128-bit product whose halves
/// are combined. It withstands accidents, not adversaries.
#[derive(Clone, Debug)]
pub struct StableHasher {
    state: u64,
}

const START: u64 = 0x9e37_79b9_7f4a_7c15;
const FACTOR: u64 = 0xd6e8_feb8_6659_fd93;

fn folded_product(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

impl Default for StableHasher {
    fn default() -> Self {
        Self { state: START }
    }
}

impl Hasher for StableHasher {
    fn finish(&self) -> u64 {
        folded_product(self.state ^ FACTOR, START)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.write_u64(u64::from(n));
    }

    fn write_u16(&mut self, n: u16) {
        self.write_u64(u64::from(n));
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.state = folded_product(self.state.rotate_left(23) ^ n, FACTOR).wrapping_add(START);
    }

    /// What fits into a word hashes as a word, as with every shorter integer.
    fn write_u128(&mut self, n: u128) {
        self.write_u64(n as u64);
        if n > u128::from(u64::MAX) {
            self.write_u64((n >> 64) as u64);
        }
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }

    fn write_isize(&mut self, n: isize) {
        self.write_u64(n as i64 as u64);
    }
}

/// The stable hash of a value.
pub fn stable_hash<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = StableHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}
