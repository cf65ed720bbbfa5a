//! What a sequential object does: the object that a linearizable history must be equal to.

use core::hash::Hash;

/// A sequential object, one operation after the other.
pub trait Specification {
    /// An operation with what its client was told of it.
    type Operation: Copy + Ord;
    type State: Clone + Eq + Hash;

    fn initial(&self) -> Self::State;

    /// The state behind the operation; none if it cannot have had this outcome in this state.
    fn apply(&mut self, state: &Self::State, operation: &Self::Operation) -> Option<Self::State>;

    /// The same operation with its outcome unknown; none if it could have no effect at all.
    fn forget(&self, operation: &Self::Operation) -> Option<Self::Operation>;

    /// Whether `later` may have its outcome after this state and some other operations, even if none of these
    /// [makes a state](Self::can_make) for it. The search gives up a state that fails this and for whose `later` no
    /// maker is left. True is always right, and prunes nothing.
    fn can_precede(&self, _state: &Self::State, _later: &Self::Operation) -> bool {
        true
    }

    /// Whether `later` may have its outcome after `maker` and some other operations that are no makers for it, whatever
    /// the state before was.
    fn can_make(&self, _maker: &Self::Operation, _later: &Self::Operation) -> bool {
        true
    }

    /// Whether the outcome of `later` depends on this state, some other operations that are no makers being between. If no
    /// operation notices a state, it may as well have been another. True is always right.
    fn can_notice(&self, _state: &Self::State, _later: &Self::Operation) -> bool {
        true
    }

    /// The memory that its states take, in bytes, apart from the states themselves.
    fn bytes(&self) -> usize {
        0
    }
}
