//! Linearizability: is there an order of all operations, each between its call and its end, that one register after the
//! other could have gone through?
//!
//! [`judge`] takes a [`History`](crate::history::History) apart by keys, for each of which it looks for an order. It gives every
//! operation its point, or the smallest part that cannot be ordered. Whatever it says is so: a search that reaches its limits
//! says that it was cut off. Equal histories give equal answers, on every machine.
//!
//! Start with [`judge`], or [`judge_in_slices`] where something else has to go on meanwhile; for other objects than registers, with [`Specification`] and [`search`].

mod judge;
mod memo;
mod pace;
mod register;
mod search;
mod smallest;
mod specification;

pub use judge::{Judgement, KeyedPart, Point, Verdict, judge, judge_in_slices};
pub use register::{Register, RegisterOperation, Symbol};
pub use search::{Call, Search, search};
pub use smallest::{Part, smallest};
pub use specification::Specification;

/// When a judgement gives up. All its searches together keep to the steps, and each of them to the memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// How many operations it puts next in order, all told, taken back or not.
    pub steps: u64,
    /// The memory of what a search has been through, in bytes, while it grows as well.
    pub bytes: usize,
}

impl Default for Limits {
    /// Some seconds, and at most a quarter of a gigabyte.
    fn default() -> Self {
        Self { steps: 10_000_000, bytes: 256 << 20 }
    }
}
