//! Five Raft servers under client load in the simulated world: how much do the checks cost, and how much a reader?

use crate::measure::{Contestant, contest};
use faultlab_core::{Span, Time, consensus::raft::Raft};
use faultlab_sim::{NoSink, Simulation, Start, TraceHash};

const NODES: u8 = 5;
const CLIENTS: u8 = 5;
const EVENTS: u64 = 1_000_000;

pub fn run() {
    contest(
        "Simulation, 5-node Raft, 5 clients that hardly think",
        "events",
        vec![
            Contestant::new("checks on", || simulation().run(Time(u64::MAX), EVENTS, &mut NoSink)),
            Contestant::new("checks off", || simulation().without_judging().run(Time(u64::MAX), EVENTS, &mut NoSink)),
            Contestant::new("checks on, hashing every fact", || {
                simulation().run(Time(u64::MAX), EVENTS, &mut TraceHash::default())
            }),
        ],
    );
}

fn simulation() -> Simulation<Raft> {
    let mut start = Start::new(NODES, 1);
    start.load.clients = CLIENTS;
    start.load.think_min = Span::millis(1);
    start.load.think_max = Span::millis(5);
    Simulation::new(&start)
}
