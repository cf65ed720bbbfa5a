//! Placement by hashing.

pub mod ring_store;
