//! Placement by hashing.

pub mod ring;
