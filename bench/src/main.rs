//! Faultlab beside its peers: each measurement runs both in turn and tells the ratio.

mod consensus;
mod explore;
mod gossip;
mod linearizability;
mod measure;
mod page;
mod simulation;

use std::process::ExitCode;

/// A measurement by name.
struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn(),
}

const BENCHES: [Bench; 6] = [
    Bench {
        name: "gossip",
        about: "5 nodes, 20 messages in flight, with loss and partitions: events per second",
        run: gossip::run,
    },
    Bench {
        name: "simulation",
        about: "5-node Raft under client load, with its checks on and off: events per second",
        run: simulation::run,
    },
    Bench {
        name: "consensus",
        about: "three nodes, one FIFO queue, no batching: commits per second",
        run: consensus::run,
    },
    Bench {
        name: "linearizability",
        about: "one register, 5 clients × 100 operations: operations judged per second",
        run: linearizability::run,
    },
    Bench {
        name: "explore",
        about: "TwoPhase with 7 managers, Raft, two-phase commit: distinct states per second, on two threads, in the browser",
        run: explore::run,
    },
    Bench {
        name: "page",
        about: "the page in a browser: bytes, requests, first paint, work of the main thread",
        run: page::run,
    },
];

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    if names.iter().any(|name| name == "--list") {
        for bench in &BENCHES {
            println!("{:<15} {}", bench.name, bench.about);
        }
        return ExitCode::SUCCESS;
    }
    if let Some(unknown) = names.iter().find(|name| BENCHES.iter().all(|bench| bench.name != **name)) {
        eprintln!("There is no measurement `{unknown}`; `cargo xtask bench --list` tells which there are.");
        return ExitCode::from(2);
    }
    for bench in BENCHES.iter().filter(|bench| names.is_empty() || names.iter().any(|name| name == bench.name)) {
        (bench.run)();
    }
    ExitCode::SUCCESS
}
