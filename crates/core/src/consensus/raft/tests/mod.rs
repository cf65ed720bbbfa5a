//! Raft driven by hand.
