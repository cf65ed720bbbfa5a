//! `faultlab sweep`: one scenario with many seeds.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use faultlab_core::{Expected, Kind, Span, Unit};
use faultlab_registry::{About, InvariantKind, Sweep, SweepDraws, Swept, protocol};
use faultlab_scenario::Number;
use serde::{Deserialize, Serialize};

use crate::args::SweepOptions;
use crate::error::Failure;
use crate::slugs;
use crate::source::{Sourced, find};
use crate::written::write_file;
use crate::{Done, Outcome};

/// How many failing runs are told with a link each: those with the lowest seeds.
const FAILURES_TOLD: usize = 10;
/// How many seeds a thread takes at a time.
const PORTION: u64 = 16;

/// What many runs came to. It does not depend on the order in which they ran, so parts can be merged.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub(crate) sweep: String,
    pub(crate) protocol: String,
    pub(crate) behaviour: u32,
    /// The hash of the scenario that was swept: only parts of one sweep can be merged.
    pub(crate) scenario: String,
    /// Whether each run got faults of its own.
    pub(crate) drawn: bool,
    /// How many runs had each value of what was drawn of the cluster, by name and bucket.
    #[serde(default)]
    pub(crate) configurations: BTreeMap<String, BTreeMap<String, u64>>,
    /// The seeds, from the first up to but not including the second; more ranges than one after a merge.
    pub(crate) seeds: Vec<(u64, u64)>,
    pub(crate) runs: u64,
    pub(crate) steps: u64,
    pub(crate) steps_least: u64,
    /// How many runs suffered each kind of fault.
    pub(crate) faults: BTreeMap<String, u64>,
    /// The fewest kinds of faults that a run suffered.
    pub(crate) fault_kinds_least: u64,
    /// Runs with a fault outside what the protocol promises to survive. Their findings are not counted as broken.
    pub(crate) beyond: u64,
    /// How many runs broke each invariant.
    pub(crate) broken: BTreeMap<String, u64>,
    /// How many runs reached each Sometimes invariant; zero stands there, too.
    pub(crate) reached: BTreeMap<String, u64>,
    pub(crate) failures: Vec<Failing>,
    /// The sum of the hashes of all runs: equal sweeps have equal hashes, in whatever order and parts they ran.
    pub(crate) hash: String,
}

/// A run that broke something.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Failing {
    pub(crate) seed: u64,
    pub(crate) broken: Vec<String>,
    pub(crate) kind: String,
    pub(crate) at: String,
    pub(crate) step: u64,
    /// What opens it: behind `#s=` in the page's address, or for `faultlab run`.
    pub(crate) link: String,
}

pub(crate) fn sweep(options: &SweepOptions, out: &mut dyn Write) -> Done {
    let plain = protocol(&options.source).map(Sourced::plain);
    let of_protocol = plain.is_some();
    let faults = options.faults.unwrap_or(of_protocol);
    let mut sourced = match plain {
        Some(plain) => plain,
        None => find(&options.source).map_err(|error| match slugs::protocol(&options.source) {
            Some(slug) => Failure::name(&options.source, Expected::by_slug(Kind::Protocol, slug)),
            None => error,
        })?,
    };
    configure(&mut sourced, options.nodes, &options.off, &options.set);
    let draws =
        SweepDraws { faults, cluster: options.drawn.unwrap_or(of_protocol), nodes_fixed: options.nodes.is_some() };
    let sweep = sourced.protocol.sweep(&sourced.scenario, draws).map_err(|error| sourced.failure(error))?;
    let seeds = shard(options);
    let threads = options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let mut summary = run_all(&*sweep, seeds.clone(), threads);
    summary.sweep = sourced.name.clone();
    summary.protocol = sourced.protocol.about.slug.into();
    summary.behaviour = sourced.protocol.about.behaviour;
    summary.scenario = sourced.scenario.fingerprint();
    summary.drawn = faults;
    summary.seeds = vec![(seeds.start, seeds.end)];
    let json = serde_json::to_string(&summary).map_err(|error| Failure::system("summary", &error))?;
    if let Some(file) = &options.out {
        write_file(file, &format!("{json}\n"))?;
    }
    if options.json {
        writeln!(out, "{json}")?
    } else {
        summary.tell(out)?
    }
    Ok(summary.outcome(options.require_reached))
}

/// The seeds of this part.
fn shard(options: &SweepOptions) -> std::ops::Range<u64> {
    let all = options.seeds.clone();
    let Some((index, count)) = options.shard else { return all };
    let length = u128::from(all.end - all.start);
    let bound = |part: u64| all.start + (length * u128::from(part) / u128::from(count)) as u64;
    bound(index)..bound(index + 1)
}

/// Applies `--nodes`, `--off` and `--set`.
pub(crate) fn configure(sourced: &mut Sourced, nodes: Option<u8>, off: &[String], set: &[(String, String)]) {
    let scenario = &mut sourced.scenario;
    scenario.nodes = nodes.unwrap_or(scenario.nodes);
    for rule in off {
        if !scenario.rules_off.contains(rule) {
            scenario.rules_off.push(rule.clone());
        }
    }
    for (slug, value) in set {
        let number = number(&sourced.protocol.about, slug, value);
        scenario.config.insert(slug.clone(), number);
    }
}

/// A value as the field's unit wants it; what fits no field is refused with the scenario.
fn number(about: &About, slug: &str, value: &str) -> Number {
    let unit = about.fields.iter().find(|field| field.slug == slug).map(|field| field.unit);
    match (unit, value) {
        (Some(Unit::Flag), "true" | "on") => Number::Flag(true),
        (Some(Unit::Flag), "false" | "off") => Number::Flag(false),
        (Some(Unit::Count), _) => value.parse().map_or_else(|_| Number::Word(value.into()), Number::Count),
        (Some(Unit::Span), _) if Span::parse(value).is_none() => Number::Word(value.into()),
        (Some(Unit::Flag | Unit::Span | Unit::Choice(_)) | None, _) => Number::Word(value.into()),
    }
}

/// What a bucket begins with: buckets are told from the smallest on.
fn leading_number(bucket: &str) -> u64 {
    let end = bucket.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(bucket.len());
    bucket[..end].parse().unwrap_or(0)
}

fn run_all(sweep: &dyn Sweep, seeds: std::ops::Range<u64>, threads: usize) -> Summary {
    let next = AtomicU64::new(seeds.start);
    let summaries = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                let mut own = Summary::empty(sweep);
                loop {
                    let begin = next.fetch_add(PORTION, Ordering::Relaxed);
                    if begin >= seeds.end {
                        break;
                    }
                    for seed in begin..seeds.end.min(begin + PORTION) {
                        own.add(&sweep.run(seed));
                    }
                }
                // If another thread has panicked, the scope hands its panic on.
                if let Ok(mut all) = summaries.lock() {
                    all.push(own);
                }
            });
        }
    });
    let mut total = Summary::empty(sweep);
    for part in summaries.into_inner().unwrap_or_default() {
        total.merge(part);
    }
    total
}

impl Summary {
    fn empty(sweep: &dyn Sweep) -> Self {
        let reached = sweep.sometimes().into_iter().map(|slug| (slug.to_owned(), 0)).collect();
        Self { reached, hash: format!("{:016x}", 0), ..Self::default() }
    }

    fn add(&mut self, run: &Swept) {
        self.steps_least = if self.runs == 0 { run.steps } else { self.steps_least.min(run.steps) };
        let kinds = run.faults.len() as u64;
        self.fault_kinds_least = if self.runs == 0 { kinds } else { self.fault_kinds_least.min(kinds) };
        self.runs += 1;
        self.steps += run.steps;
        for (name, value) in &run.drawn {
            *self.configurations.entry((*name).into()).or_default().entry(value.clone()).or_default() += 1;
        }
        for fault in &run.faults {
            *self.faults.entry((*fault).into()).or_default() += 1;
        }
        for slug in &run.reached {
            *self.reached.entry((*slug).into()).or_default() += 1;
        }
        self.add_hash(run.trace.wrapping_mul(run.seed.wrapping_mul(2).wrapping_add(1)));
        if run.beyond.is_some() {
            self.beyond += 1;
            return;
        }
        for broken in &run.broken {
            *self.broken.entry(broken.slug.into()).or_default() += 1;
        }
        if let (Some(first), Some(link)) = (run.broken.first(), &run.link) {
            self.failures.push(Failing {
                seed: run.seed,
                broken: run.broken.iter().map(|broken| broken.slug.into()).collect(),
                kind: first.kind.slug().into(),
                at: first.at.to_string(),
                step: first.step,
                link: link.clone(),
            });
            self.trim();
        }
    }

    fn hash_value(&self) -> u64 {
        u64::from_str_radix(&self.hash, 16).unwrap_or(0)
    }

    fn add_hash(&mut self, hash: u64) {
        self.hash = format!("{:016x}", self.hash_value().wrapping_add(hash));
    }

    fn trim(&mut self) {
        self.failures.sort_by_key(|failing| failing.seed);
        self.failures.truncate(FAILURES_TOLD);
    }

    /// Adds another part of the same sweep.
    pub(crate) fn merge(&mut self, other: Self) {
        if other.runs > 0 {
            let first = self.runs == 0;
            self.steps_least = if first { other.steps_least } else { self.steps_least.min(other.steps_least) };
            let kinds = other.fault_kinds_least;
            self.fault_kinds_least = if first { kinds } else { self.fault_kinds_least.min(kinds) };
        }
        self.runs += other.runs;
        self.steps += other.steps;
        self.beyond += other.beyond;
        self.add_hash(other.hash_value());
        for (counts, others) in
            [(&mut self.faults, other.faults), (&mut self.broken, other.broken), (&mut self.reached, other.reached)]
        {
            for (slug, count) in others {
                *counts.entry(slug).or_default() += count;
            }
        }
        for (name, values) in other.configurations {
            let counts = self.configurations.entry(name).or_default();
            for (value, count) in values {
                *counts.entry(value).or_default() += count;
            }
        }
        self.seeds.extend(other.seeds);
        self.seeds.sort_unstable();
        self.failures.extend(other.failures);
        self.trim();
    }

    pub(crate) fn outcome(&self, require_reached: bool) -> Outcome {
        let all_reached = self.reached.values().all(|count| *count > 0);
        if self.broken.is_empty() && (all_reached || !require_reached) {
            Outcome::AsExpected
        } else {
            Outcome::NotAsExpected
        }
    }

    /// Each name on a line, its values in order, with the runs that had them.
    fn tell_configurations(&self, out: &mut dyn Write) -> std::io::Result<()> {
        if !self.configurations.is_empty() {
            writeln!(out, "  drawn    value (runs)")?;
        }
        for (name, values) in &self.configurations {
            let mut values: Vec<_> = values.iter().collect();
            values.sort_by_key(|(value, _)| leading_number(value));
            let values: Vec<_> = values.iter().map(|(value, runs)| format!("{value} ({runs})")).collect();
            writeln!(out, "           {name}: {}", values.join(", "))?;
        }
        Ok(())
    }

    pub(crate) fn tell(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let seeds: Vec<_> = self.seeds.iter().map(|(from, to)| format!("{from}..{to}")).collect();
        writeln!(out, "{}: {} runs, seeds {}", self.sweep, self.runs, seeds.join(", "))?;
        writeln!(out, "  steps    {} in all, at least {} a run", self.steps, self.steps_least)?;
        writeln!(out, "  hash     {}", self.hash)?;
        self.tell_configurations(out)?;
        writeln!(out, "  faults   at least {} kinds a run", self.fault_kinds_least)?;
        for (fault, runs) in &self.faults {
            writeln!(out, "           {fault:<16} in {runs} runs")?;
        }
        if self.beyond > 0 {
            writeln!(out, "  outside what the protocol promises to survive: {} runs", self.beyond)?;
        }
        writeln!(out, "  reached")?;
        for (slug, runs) in &self.reached {
            writeln!(out, "         {} {slug:<32} in {runs} runs", if *runs == 0 { "!" } else { " " })?;
        }
        for (slug, runs) in &self.broken {
            writeln!(out, "  BROKEN   {slug:<32} in {runs} runs")?;
        }
        for failing in &self.failures {
            let Failing { seed, broken, kind, at, step, link } = failing;
            writeln!(out, "  seed {seed}: {} ({kind}) at {at}, step {step}\n    {link}", broken.join(", "))?;
        }
        let always = self.failures.iter().any(|failing| failing.kind == InvariantKind::Always.slug());
        let verdict = match (self.broken.is_empty(), always) {
            (true, _) => "no violation in these runs",
            (false, true) => "an invariant broke",
            (false, false) => "a promise was not kept in time",
        };
        writeln!(out, "{verdict}")
    }
}
