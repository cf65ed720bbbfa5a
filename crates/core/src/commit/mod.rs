//! Atomic commitment: several nodes decide one transaction alike.

pub mod two_phase;
