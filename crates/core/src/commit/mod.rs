//! Atomic commitment: several nodes decide one transaction alike.

pub mod three_phase;
pub mod two_phase;
