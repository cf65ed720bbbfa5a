//! What can be explored.

use alloc::vec::Vec;

/// A system that can be explored: states, what can happen, what must hold.
///
/// A state is so many words of 64 bits, compared exactly; what its bits mean is the model's own affair.
pub trait Model<const WORDS: usize>: Sync {
    /// Every state it may begin in.
    fn initial(&self, found: &mut Vec<[u64; WORDS]>);

    /// Every state that one step leads to. The same state may come up more than once.
    fn successors(&self, state: &[u64; WORDS], found: &mut Vec<[u64; WORDS]>);

    /// The name of a broken invariant.
    fn broken(&self, state: &[u64; WORDS]) -> Option<&'static str>;

    /// Whether some of its parts are interchangeable.
    fn has_symmetry(&self) -> bool {
        false
    }

    /// The one state that stands for all that are equal up to a renaming; itself where nothing can be renamed.
    fn canonical(&self, state: &[u64; WORDS]) -> [u64; WORDS] {
        *state
    }

    /// The step from a state to one of its successors.
    fn step(&self, from: &[u64; WORDS], to: &[u64; WORDS]) -> Step;
}

/// A step of a model, by the name of the action in the specification and what it is done with: numbers of nodes (from one),
/// ballots (from zero), values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    pub action: &'static str,
    pub with: Vec<u64>,
}

impl Step {
    pub fn new<const COUNT: usize>(action: &'static str, with: [u64; COUNT]) -> Self {
        Self { action, with: with.to_vec() }
    }
}
