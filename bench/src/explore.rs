//! TwoPhase with seven resource managers, every state: stateright, and the explorer natively, on two threads and in a browser. Then
//! whole clusters.

mod stateright;
mod worlds;

use crate::measure::{Contestant, contest, fastest};
use faultlab_check::Limits;
use faultlab_check::models::{Instance, reference};
use faultlab_tests::wasm_probe::WasmProbe;
use std::time::Instant;

const MANAGERS: usize = 7;
/// Every contestant must find as many; published counts of smaller models are what the tests compare.
const DISTINCT: u64 = 296_448;
/// Searches in a round of ours, which would be too short otherwise.
const SEARCHES: u64 = 8;
/// Rounds of which the fastest is told where only the time on the wall can be told.
const ROUNDS: usize = 15;

pub fn run() {
    contest(
        "Exploring TwoPhase, 7 managers, one thread",
        "distinct states",
        vec![
            Contestant::new("stateright 0.31, depth-first", || counted(stateright::depth_first(MANAGERS))).threaded(),
            Contestant::new("stateright 0.31, breadth-first", || counted(stateright::breadth_first(MANAGERS)))
                .threaded(),
            Contestant::new("faultlab, breadth-first", || (0..SEARCHES).map(|_| counted(explored(1))).sum()).threaded(),
        ],
    );
    println!("The same, time on the wall: the fastest of {ROUNDS}, in turn");
    let probe = WasmProbe::start();
    let searched = |threads| {
        let start = Instant::now();
        counted(explored(threads));
        start.elapsed().as_secs_f64() * 1e3
    };
    let in_browser = |line: &str| {
        let (told, milliseconds) = probe.ask("explore", line);
        assert!(told.contains(" exhausted true "), "{told}");
        milliseconds
    };
    let seven = format!("two-phase rms={MANAGERS}");
    let [one, two, wasm, three] = fastest(
        ROUNDS,
        [&mut || searched(1), &mut || searched(2), &mut || in_browser(&seven), &mut || in_browser("two-phase rms=3")],
    );
    println!("  {:<44} {one:>9.1} ms", "one thread");
    println!("  {:<44} {two:>9.1} ms  {:>6.2} × as fast", "two threads", one / two);
    println!("  {:<44} {wasm:>9.1} ms  {:>6.2} × as fast", "wasm in the browser", one / wasm);
    println!("  {:<44} {three:>9.1} ms", "wasm in the browser, 3 managers");
    println!();
    worlds::run(&probe);
}

fn counted(distinct: u64) -> u64 {
    assert_eq!(distinct, DISTINCT, "every search finds the same states");
    distinct
}

fn explored(threads: usize) -> u64 {
    let report = instance().explore(Limits { threads, ..Limits::default() });
    report.map_or(0, |report| report.states)
}

fn instance() -> Instance {
    let managers = MANAGERS.to_string();
    let found = reference("two-phase").and_then(|model| model.instance([("rms", managers.as_str())], []));
    found.unwrap_or_else(|error| panic!("{error}"))
}
