//! Driven by hand.
