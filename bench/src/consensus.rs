//! Three nodes in one process, one FIFO queue between them, one proposal at a time: how long does a commit take?

mod faultlab;
mod omnipaxos;
mod tikv;

use crate::measure::{Contestant, contest};
use std::hint::black_box;

const COMMITS: u64 = 100_000;

/// A cluster that has a leader.
trait Cluster {
    /// Proposes one command at the leader, delivers messages in order until none is left, and says how many commands the leader
    /// has seen committed so far.
    fn commit(&mut self, command: u64) -> u64;
}

fn commits(mut cluster: impl Cluster) -> u64 {
    let mut committed = 0;
    for command in 0..COMMITS {
        committed = black_box(cluster.commit(command));
    }
    assert!(committed >= COMMITS, "only {committed} of {COMMITS} were committed");
    COMMITS
}

pub fn run() {
    contest(
        "Consensus, three nodes in memory, one FIFO queue, no batching",
        "commits",
        vec![
            Contestant::new("tikv raft 0.7", || commits(tikv::Raft::new(false))),
            Contestant::new("tikv raft 0.7, skip_bcast_commit", || commits(tikv::Raft::new(true))),
            Contestant::new("omnipaxos 0.2", || commits(omnipaxos::Paxos::new())),
            Contestant::new("faultlab", || commits(faultlab::Raft::new())),
        ],
    );
}
