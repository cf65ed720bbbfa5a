//! Whole clusters, every world within a scope: on one thread and on two, in a browser, and stateright's own examples beside them.

use std::time::Instant;

use faultlab_hunt::{HuntOptions, HuntOrder};
use faultlab_tests::wasm_probe::WasmProbe;
use faultlab_tests_run::{Cluster, Hunted, hunted};

use super::stateright::examples;
use crate::measure::{Contestant, contest, fastest};

/// Rounds of which the fastest is told.
const ROUNDS: usize = 7;

/// Three servers, of which one may crash; one client, one election.
fn raft() -> Cluster {
    let timers_of = vec![("election".into(), 1)];
    cluster("raft", HuntOptions { crashes: 1, requests_max: 1, timers_of, ..HuntOptions::default() })
}

/// A coordinator and two banks, two crashes, one transfer, one firing of each timer.
fn two_phase() -> Cluster {
    cluster("two-phase", HuntOptions { crashes: 2, requests_max: 1, timers: 1, ..HuntOptions::default() })
}

fn cluster(protocol: &str, options: HuntOptions) -> Cluster {
    let options = HuntOptions { order: HuntOrder::Breadth, worlds_max: 1 << 30, seed: 1, ..options };
    Cluster { protocol: protocol.into(), nodes: 3, off: Vec::new(), options }
}

fn explored(cluster: &Cluster, threads: usize) -> Hunted {
    let options = HuntOptions { threads, ..cluster.options.clone() };
    let hunted = hunted(&Cluster { options, ..cluster.clone() }).unwrap_or_else(|error| panic!("{error}"));
    assert!(hunted.exhausted && hunted.broken.is_empty(), "everything is seen and nothing breaks: {hunted:?}");
    hunted
}

pub fn run(probe: &WasmProbe) {
    contest(
        "Exploring clusters, one thread; stateright's examples are other models of smaller parts, so read orders of magnitude",
        "distinct worlds",
        vec![
            Contestant::new("stateright 0.31, its paxos, 2 clients, dfs", || examples::paxos(2, 3)).threaded(),
            Contestant::new("stateright 0.31, its raft, to depth 8, bfs", || examples::raft(3, 8)).threaded(),
            Contestant::new("faultlab, Raft, 3 servers", || explored(&raft(), 1).worlds).threaded(),
            Contestant::new("faultlab, two-phase commit, 2 banks", || explored(&two_phase(), 1).worlds).threaded(),
        ],
    );
    tell("Raft, 3 servers", &raft(), probe);
    tell("Two-phase commit, 2 banks", &two_phase(), probe);
}

fn tell(title: &str, cluster: &Cluster, probe: &WasmProbe) {
    let alone = explored(cluster, 1);
    let question = serde_json::to_string(cluster).expect("plain values");
    // Memory is looked at between steps of a search, which are larger on two threads, and records are smaller in wasm.
    let same = |hunted: Hunted| {
        assert_eq!(Hunted { bytes: alone.bytes, ..hunted }, alone, "every search finds the same worlds");
    };
    let mut natively = [1, 2].map(|threads| {
        move || {
            let start = Instant::now();
            same(explored(cluster, threads));
            start.elapsed().as_secs_f64() * 1e3
        }
    });
    let mut in_browser = || {
        let (told, milliseconds) = probe.ask("hunt", &question);
        same(serde_json::from_str(&told).unwrap_or_else(|error| panic!("{error}: {told}")));
        milliseconds
    };
    let [first, second] = &mut natively;
    let [one, two, wasm] = fastest(ROUNDS, [first, second, &mut in_browser]);
    let bytes = alone.bytes as f64 / alone.worlds as f64;
    println!(
        "{title}: {} distinct worlds of {bytes:.1} bytes, time on the wall: the fastest of {ROUNDS}, in turn",
        alone.worlds
    );
    let rate = |milliseconds: f64| alone.worlds as f64 / milliseconds / 1e3;
    println!("  {:<44} {one:>9.1} ms  {:>6.2} M distinct worlds/s", "one thread", rate(one));
    println!("  {:<44} {two:>9.1} ms  {:>6.2} × as fast", "two threads", one / two);
    println!("  {:<44} {wasm:>9.1} ms  {:>6.2} × as fast", "wasm in the browser", one / wasm);
    println!();
}
