//! The hash functions that place keys and nodes, with published vectors.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh64::xxh64;

/// A named hash function from the literature.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HashFunction {
    /// xxHash, 64 bits: its last step mixes every bit into every other, so close inputs land far apart.
    #[default]
    Xxh64,
    /// Fowler, Noll and Vo's 64-bit hash, variant 1a. It has no last mixing step: close inputs stay close, which shows in
    /// the load of the nodes.
    Fnv1a,
}

crate::field::choice! { HashFunction: Xxh64 "xxh64", Fnv1a "fnv1a" }

/// A hash function with its seed. FNV-1a knows no seed; there it is hashed in front of the input, unless it is zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct SeededHash {
    pub function: HashFunction,
    pub seed: u64,
}

impl SeededHash {
    pub fn new(function: HashFunction, seed: u64) -> Self {
        Self { function, seed }
    }

    #[inline]
    pub fn of_bytes(self, bytes: &[u8]) -> u64 {
        match self.function {
            HashFunction::Xxh64 => xxh64(bytes, self.seed),
            HashFunction::Fnv1a if self.seed == 0 => fnv1a(FNV_OFFSET, bytes),
            HashFunction::Fnv1a => fnv1a(fnv1a(FNV_OFFSET, &self.seed.to_le_bytes()), bytes),
        }
    }

    /// The position of a key: the hash of its number's eight bytes, little-endian.
    #[inline]
    pub fn of_key(self, key: u64) -> u64 {
        self.of_bytes(&key.to_le_bytes())
    }

    /// The position of a member's point: the hash of its number and the point's ordinal, four bytes each, and a byte that
    /// tells points from keys. Without that byte, key `m` would sit exactly on point 0 of member `m`.
    #[inline]
    pub fn of_point(self, member: u32, ordinal: u32) -> u64 {
        let mut bytes = [b'p'; 9];
        bytes[..4].copy_from_slice(&member.to_le_bytes());
        bytes[4..8].copy_from_slice(&ordinal.to_le_bytes());
        self.of_bytes(&bytes)
    }
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

fn fnv1a(start: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME))
}

#[cfg(test)]
mod tests {
    use super::{HashFunction, SeededHash};

    #[test]
    fn xxh64_gives_its_published_vectors() {
        let hash = SeededHash::new(HashFunction::Xxh64, 0);
        assert_eq!(hash.of_bytes(b""), 0xef46_db37_51d8_e999);
        assert_eq!(hash.of_bytes(b"a"), 0xd24e_c4f1_a98c_6e5b);
        assert_eq!(hash.of_bytes(b"foobar"), 0xa2aa_05ed_9085_aaf9);
    }

    #[test]
    fn fnv1a_gives_its_published_vectors() {
        let hash = SeededHash::new(HashFunction::Fnv1a, 0);
        assert_eq!(hash.of_bytes(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash.of_bytes(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(hash.of_bytes(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn another_seed_is_another_hash() {
        for function in [HashFunction::Xxh64, HashFunction::Fnv1a] {
            let (one, two) = (SeededHash::new(function, 1), SeededHash::new(function, 2));
            assert_ne!(one.of_key(7), two.of_key(7));
            assert_ne!(one.of_point(7, 0), one.of_key(7));
        }
    }
}
