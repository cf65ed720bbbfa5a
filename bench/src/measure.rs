//! How a rate is taken: processor time of this thread, several rounds in turn, the middle one told.

use std::time::{Duration, Instant};

/// Rounds of each contestant. They alternate, so that whatever else the machine does hits all alike.
const ROUNDS: usize = 5;

/// One round, ready to start: does its work and says how much that was.
type Round<'a> = Box<dyn FnMut() -> u64 + 'a>;

/// Who is measured: makes a round ready whenever it is asked.
pub struct Contestant<'a> {
    pub name: &'static str,
    prepare: Box<dyn FnMut() -> Round<'a> + 'a>,
}

impl<'a> Contestant<'a> {
    /// A round with nothing to prepare.
    pub fn new(name: &'static str, run: impl FnMut() -> u64 + Clone + 'a) -> Self {
        Self::prepared(name, move || Box::new(run.clone()))
    }

    /// What `prepare` does is not measured, nor is the end of what the round holds.
    pub fn prepared(name: &'static str, prepare: impl FnMut() -> Round<'a> + 'a) -> Self {
        Self { name, prepare: Box::new(prepare) }
    }
}

/// The middle rate of each contestant, in the order given: units of work per second of processor time.
pub fn rates(contestants: &mut [Contestant<'_>]) -> Vec<f64> {
    let mut rates = vec![Vec::with_capacity(ROUNDS); contestants.len()];
    for _ in 0..ROUNDS {
        for (contestant, rates) in contestants.iter_mut().zip(&mut rates) {
            let mut round = (contestant.prepare)();
            let start = Clock::now();
            let work = round();
            rates.push(work as f64 / start.elapsed().as_secs_f64());
        }
    }
    rates.iter_mut().map(|rates| middle(rates)).collect()
}

/// Prints each contestant with its rate and how it compares with the first.
pub fn contest(title: &str, unit: &str, mut contestants: Vec<Contestant<'_>>) {
    // For a profiler: one contestant by itself.
    if let Ok(only) = std::env::var("FAULTLAB_BENCH_ONLY") {
        contestants.retain(|contestant| contestant.name.starts_with(&only));
        if contestants.is_empty() {
            return;
        }
    }
    println!("{title}");
    let rates = rates(&mut contestants);
    for (contestant, rate) in contestants.iter().zip(&rates) {
        println!("  {:<44} {:>12} {unit}/s  {:>6.2} ×", contestant.name, thousands(*rate), rate / rates[0]);
    }
    println!();
}

fn middle(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn thousands(rate: f64) -> String {
    let digits = format!("{rate:.0}");
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// Processor time of this thread where the system tells it (Linux), else the time on the wall.
enum Clock {
    Processor(Duration),
    Wall(Instant),
}

impl Clock {
    fn now() -> Self {
        processor_time().map_or_else(|| Self::Wall(Instant::now()), Self::Processor)
    }

    fn elapsed(&self) -> Duration {
        match self {
            Self::Processor(start) => processor_time().unwrap_or(*start).saturating_sub(*start),
            Self::Wall(start) => start.elapsed(),
        }
    }
}

fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
