//! Consensus: several nodes agree on a log, or on a value.

pub mod paxos;
pub mod raft;
