//! Five nodes pass messages on to one another at random, about twenty in flight, while the network loses some and splits.

mod faultlab;
mod turmoil;

use crate::measure::{Contestant, contest};
use std::time::Duration;

const NODES: u8 = 5;
const IN_FLIGHT: u32 = 20;
/// A message is forwarded so often and then forgotten; new ones keep the number in flight where it is, whatever is lost.
const HOPS: u8 = 16;
/// One tick of turmoil, whose best case this is: the cost of a tick is spread over all messages in flight.
const LATENCY: Duration = Duration::from_millis(1);
/// How often each node starts a new message.
const REFILL: Duration = Duration::from_micros(1000 * NODES as u64 * HOPS as u64 / IN_FLIGHT as u64);
/// One message in so many is lost.
const LOST_ONE_IN: u32 = 100;
/// The first two nodes are cut off for a tenth of every second.
const SPLIT_EVERY: Duration = Duration::from_secs(1);
const SPLIT_FOR: Duration = Duration::from_millis(100);
const MINORITY: u8 = 2;
const SIMULATED: Duration = Duration::from_secs(20);

pub fn run() {
    contest(
        "Gossip, 5 nodes, 20 messages in flight, loss and partitions",
        "events",
        vec![
            seeded("turmoil 0.7", turmoil::run),
            seeded("faultlab", faultlab::run),
            seeded("faultlab, hashing every fact", faultlab::run_hashed),
        ],
    );
}

/// Another seed for every round.
fn seeded(name: &'static str, run: fn(u64) -> u64) -> Contestant<'static> {
    let mut seed = 0;
    Contestant::prepared(name, move || {
        seed += 1;
        let seed = seed;
        Box::new(move || run(seed))
    })
}
