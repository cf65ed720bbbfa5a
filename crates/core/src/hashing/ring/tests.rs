//! Tests of the ring store.
