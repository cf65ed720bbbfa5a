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

/// Set up before the clock starts and dropped after it has stopped.
fn contestant(name: &'static str, new: impl Fn() -> Box<dyn Cluster> + 'static) -> Contestant<'static> {
    Contestant::prepared(name, move || {
        let mut cluster = new();
        Box::new(move || {
            let committed = (0..COMMITS).map(|command| black_box(cluster.commit(command))).last();
            assert!(committed >= Some(COMMITS), "only {committed:?} of {COMMITS} were committed");
            COMMITS
        })
    })
}

pub fn run() {
    contest(
        "Consensus, three nodes in memory, one FIFO queue, no batching",
        "commits",
        vec![
            contestant("tikv raft 0.7", || Box::new(tikv::Raft::new(false))),
            contestant("tikv raft 0.7, skip_bcast_commit", || Box::new(tikv::Raft::new(true))),
            contestant("omnipaxos 0.2", || Box::new(omnipaxos::Paxos::new())),
            contestant("faultlab", || Box::new(faultlab::Raft::new())),
        ],
    );
}
