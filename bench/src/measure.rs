//! How a rate is taken: processor time of this thread (or of all, for who works on others), several rounds in turn, the middle
//! one told.

use std::time::{Duration, Instant};

/// Rounds of each contestant. They alternate, so that whatever else the machine does hits all alike.
const ROUNDS: usize = 5;

/// One round, ready to start: does its work and says how much that was.
type Round<'a> = Box<dyn FnMut() -> u64 + 'a>;

/// Who is measured: makes a round ready whenever it is asked.
pub struct Contestant<'a> {
    pub name: &'static str,
    /// Whether its work is done on other threads than this.
    threaded: bool,
    prepare: Box<dyn FnMut() -> Round<'a> + 'a>,
}

impl<'a> Contestant<'a> {
    /// A round with nothing to prepare.
    pub fn new(name: &'static str, run: impl FnMut() -> u64 + Clone + 'a) -> Self {
        Self::prepared(name, move || Box::new(run.clone()))
    }

    /// What `prepare` does is not measured, nor is the end of what the round holds.
    pub fn prepared(name: &'static str, prepare: impl FnMut() -> Round<'a> + 'a) -> Self {
        Self { name, threaded: false, prepare: Box::new(prepare) }
    }

    /// The processor time of all threads counts, which the system tells in hundredths of a second: a round should take several.
    pub fn threaded(self) -> Self {
        Self { threaded: true, ..self }
    }
}

/// The middle rate of each contestant, in the order given: units of work per second of processor time.
pub fn rates(contestants: &mut [Contestant<'_>]) -> Vec<f64> {
    let mut rates = vec![Vec::with_capacity(ROUNDS); contestants.len()];
    for _ in 0..ROUNDS {
        for (contestant, rates) in contestants.iter_mut().zip(&mut rates) {
            let mut round = (contestant.prepare)();
            let start = Clock::now(contestant.threaded);
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

/// The least of what each of the measures gives, taken in turn.
pub fn fastest<const COUNT: usize>(rounds: usize, mut measures: [&mut dyn FnMut() -> f64; COUNT]) -> [f64; COUNT] {
    let mut least = [f64::INFINITY; COUNT];
    for _ in 0..rounds {
        for (measure, least) in measures.iter_mut().zip(&mut least) {
            *least = least.min(measure());
        }
    }
    least
}

/// Processor time of this thread or of all threads where the system tells it (Linux), else the time on the wall.
enum Clock {
    Thread(Duration),
    Process(Duration),
    Wall(Instant),
}

impl Clock {
    fn now(threaded: bool) -> Self {
        let told = if threaded { process_time().map(Self::Process) } else { thread_time().map(Self::Thread) };
        told.unwrap_or_else(|| Self::Wall(Instant::now()))
    }

    fn elapsed(&self) -> Duration {
        let since = |now: Option<Duration>, start: Duration| now.unwrap_or(start).saturating_sub(start);
        match self {
            Self::Thread(start) => since(thread_time(), *start),
            Self::Process(start) => since(process_time(), *start),
            Self::Wall(start) => start.elapsed(),
        }
    }
}

fn thread_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Of all threads, those included that have ended: user and system time, in ticks of which Linux tells a hundred a second.
fn process_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program, in brackets, may hold blanks.
    let (_, fields) = text.rsplit_once(") ")?;
    let ticks = fields.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().ok()).sum::<Option<u64>>()?;
    Some(Duration::from_millis(10 * ticks))
}
