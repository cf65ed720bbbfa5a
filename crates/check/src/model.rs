//! What can be explored.

use alloc::string::String;
use core::hash::Hash;

/// A state: small, copied freely, compared exactly.
pub trait State: Copy + Eq + Hash + Send + Sync {
    /// A value that no reachable state has: it marks free places in the table of visited states.
    const NONE: Self;

    /// A hash that is the same on every machine.
    fn hash64(&self) -> u64;
}

fn folded_product(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

impl State for u64 {
    const NONE: Self = Self::MAX;

    fn hash64(&self) -> u64 {
        folded_product(*self ^ 0x9e37_79b9_7f4a_7c15, 0xd6e8_feb8_6659_fd93)
    }
}

impl<const WORDS: usize> State for [u64; WORDS] {
    const NONE: Self = [u64::MAX; WORDS];

    fn hash64(&self) -> u64 {
        self.iter().fold(0x9e37_79b9_7f4a_7c15, |hash, word| folded_product(hash ^ word, 0xd6e8_feb8_6659_fd93))
    }
}

/// A system that can be explored: states, what can happen, what must hold.
pub trait Model: Sync {
    type State: State;

    /// Every state it may begin in.
    fn initial(&self, each: &mut impl FnMut(Self::State));

    /// Every state that one step leads to. The same state may come up more than once.
    fn successors(&self, state: Self::State, each: &mut impl FnMut(Self::State));

    /// The name of a broken invariant.
    fn broken(&self, state: Self::State) -> Option<&'static str>;

    /// The one state that stands for all that are equal up to a renaming; itself where nothing can be renamed.
    fn canonical(&self, state: Self::State) -> Self::State {
        state
    }

    /// The step from a state to one of its successors, in words of the specification.
    fn describe(&self, from: Self::State, to: Self::State) -> String;
}
