//! Hunts for counterexamples, in plain values: for the page, the command line and tests.

use faultlab_check::worlds::{
    BUDGET_MAX, Counterexample, Drawn, Ended, Hunt, Manner, Order, Scope, Summary, Timing, Unfit,
};
use faultlab_core::{
    Budget, Expected, Exploring, Kind, LoadDraw, Misspelled, Part, Promise, Protocol, Span, Spelled, Time, TimeModel,
    Witness, Words,
};
use faultlab_scenario::{Expect, Scenario, ScenarioError, of_start, start, text};
use faultlab_sim::{Act, Action, NoSink, Position, ScriptedAction, Setting, Simulation, Start};
use serde::{Deserialize, Serialize};

/// How far apart the actions of a counterexample are done: about as long as a message takes.
const BETWEEN_DEEDS: Span = Span::millis(20);
/// What follows an action at once, a sync or a crash.
const AT_ONCE: Span = Span::millis(3);

/// A tick, and how many of them pass, if nothing is said.
pub const TICK_USUAL: Span = Span::millis(50);
pub const TICKS_USUAL: u8 = 6;

/// How a hunt goes about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HuntOrder {
    /// Nothing within the scope is missed, nearest first.
    Breadth,
    /// Nothing within the scope is missed, each world followed as far as it leads before the next: on one thread, with less kept in
    /// mind. What is found is not near.
    Depth,
    /// Deep counterexamples soon, at random: groups of nodes that talk until they are quiet. Never exhausted.
    Rounds,
    /// The same by random priorities.
    Priorities,
    /// Both in turn.
    #[default]
    Portfolio,
}

/// What a hunt may do to a cluster and what it looks for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HuntOptions {
    pub crashes: u8,
    pub duplicates: u8,
    pub wipes: u8,
    /// How often a node stands still, where there are ticks.
    pub pauses: u8,
    /// How many requests clients make.
    pub requests_max: u8,
    /// What they may ask, in the words of scenario text; empty: what the load asks.
    pub requests: Vec<String>,
    /// How often clients ask again.
    pub retries: u8,
    /// Firings of each kind of timer, and of single kinds that differ from that.
    pub timers: u8,
    pub timers_of: Vec<(String, u8)>,
    /// How long a tick is, if timers keep their ranges; without one time promises nothing and any armed timer may fire.
    pub tick: Option<Span>,
    /// How many ticks pass.
    pub ticks_max: u8,
    /// How long a packet takes at most, where there are ticks; without it may take for ever.
    pub delay_max: Option<Span>,
    /// Every detail, without the reductions that change no verdict.
    pub full: bool,
    /// Breadth-first and depth-first take worlds for one that are the same up to a renaming of nodes.
    pub symmetry: bool,
    /// The slugs of the invariants to break; empty: any.
    pub wanted: Vec<String>,
    pub order: HuntOrder,
    /// Breadth-first or depth-first visits at most about so many worlds.
    pub worlds_max: u64,
    /// Once a counterexample was found at random, so many more to find out whether one is shorter.
    pub worlds_to_prove: u64,
    pub seed: u64,
    /// Breadth-first runs on so many threads, where there are threads; none is one. The outcome does not depend on it.
    pub threads: usize,
}

/// Where a hunt begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum HuntFrom {
    /// All processes have started and nothing else has happened.
    Start,
    /// So many steps of the scenario have been taken.
    Step(Position),
    /// The scenario's last act is done.
    LastAct,
}

/// The set-up in which the absence of a rule shows: with the rule off, and with it on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleWitness {
    pub off: Scenario,
    pub on: Scenario,
    pub from: HuntFrom,
    pub options: HuntOptions,
    /// What a search that begins elsewhere has to allow: that, and what is done here before the search begins.
    pub elsewhere: HuntOptions,
}

/// How far a hunt got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HuntReport {
    pub summary: Summary,
    /// Steps of random runs.
    pub random_steps: u64,
    /// Everything within the scope was visited and nothing was found.
    pub exhausted: bool,
    /// Reductions were in use: fewer worlds were visited than there are, with the same verdict.
    pub reduced: bool,
    /// The slugs of the Sometimes invariants that were reached.
    pub reached: Vec<&'static str>,
    /// Those that were not.
    pub not_reached: Vec<&'static str>,
    /// In how many different situations each invariant that was looked for was judged.
    pub judged: Vec<(&'static str, u64)>,
    /// How many paths ended, and why.
    pub paths_ended: u64,
    pub ended: Vec<(Ended, u64)>,
    /// How often something was found that did not break in the real world.
    pub unconfirmed: u64,
    /// The slugs of the Always invariants that were not judged: they assume bounded delay, and time promised nothing.
    pub unjudged: Vec<&'static str>,
    /// Nobody asked for it, but all that is wanted assumes bounded delay: so time passes, in ticks of this length, and a packet
    /// takes no longer.
    pub made_timed: Option<Span>,
}

/// A counterexample to a promise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HuntFound {
    /// The slugs of what breaks in its last action.
    pub broken: Vec<&'static str>,
    /// Its actions in the words of scenario text, each with how long after the beginning it is done.
    pub script: Vec<(Span, String)>,
    /// How many of them the counterexample itself is: without those that make ready for it and let time go afterwards.
    pub steps: usize,
    pub nodes: u8,
    /// No counterexample within the scope takes fewer steps.
    pub shortest: bool,
    /// The whole run, which expects what breaks: lesson, test and link.
    pub scenario: Scenario,
}

/// A hunt under way.
pub trait Hunting {
    /// Takes a slice of work, some hundredths of a second. True once there is nothing more to do.
    fn advance(&mut self) -> bool;

    fn report(&self) -> HuntReport;

    /// Whether a counterexample was found. There may be more to do: a shorter one is being looked for.
    fn has_found(&self) -> bool;

    /// The counterexample that was found, so far.
    fn found(&self) -> Option<HuntFound>;

    /// What is wrong with what the protocol declares stale, held to all that was worked out so far: then something may have been missed.
    fn wrongly_stale(&self) -> Option<String>;
}

struct Hunter<P: Protocol> {
    hunt: Hunt<P>,
    full: bool,
    symmetry: bool,
    unjudged: Vec<&'static str>,
    made_timed: Option<Span>,
    scenario: Scenario,
    /// What the run starts with, with the acts that are done where the hunt begins.
    begun: Start<P>,
    /// The moment where it begins.
    at: (Time, u32),
}

/// Prepares a hunt.
pub(crate) fn hunt<P: Protocol>(
    scenario: &Scenario,
    from: HuntFrom,
    options: &HuntOptions,
) -> Result<Box<dyn Hunting>, ScenarioError> {
    let mut begun = start::<P>(scenario)?;
    let wanted = wanted::<P>(options)?;
    let mut scope = scope::<P>(&begun, options)?;
    let mut made_timed = None;
    let cannot_judge = |slug: &&str| unjudged(&begun, &scope).contains(slug);
    if !wanted.is_empty() && wanted.iter().all(cannot_judge) {
        made_timed = Some(TICK_USUAL);
        scope.timing = Some(Timing { tick: TICK_USUAL, ticks_max: TICKS_USUAL, delay_max: made_timed });
    }
    let unjudged = unjudged(&begun, &scope);
    let mut simulation = Simulation::new(&begun);
    let boots = usize::from(begun.setup.nodes);
    let mut steps = 0;
    while match from {
        HuntFrom::Start => steps < boots,
        HuntFrom::Step(position) => steps < position.max(boots),
        HuntFrom::LastAct => steps < boots || simulation.acts_done() < begun.acts.len(),
    } {
        if simulation.step(&mut NoSink).is_none() {
            break;
        }
        steps += 1;
    }
    begun.acts.truncate(simulation.acts_done());
    let now = simulation.world().now();
    let at = if steps == boots { (now, 0) } else { simulation.present(now) };
    let order = match options.order {
        HuntOrder::Breadth => Order::Breadth,
        HuntOrder::Depth => Order::Depth,
        HuntOrder::Rounds => Order::Random(Drawn::Rounds),
        HuntOrder::Priorities => Order::Random(Drawn::Priorities),
        HuntOrder::Portfolio => Order::Portfolio,
    };
    let HuntOptions { worlds_max, worlds_to_prove, seed, threads, symmetry, full, .. } = *options;
    let manner = Manner { order, worlds_max, seed, threads, worlds_to_prove, symmetry };
    let hunt = Hunt::new(simulation.world(), scope, wanted, manner).map_err(|unfit| refused(&unfit))?;
    Ok(Box::new(Hunter { hunt, full, symmetry, unjudged, made_timed, scenario: scenario.clone(), begun, at }))
}

/// Why a search is refused, at the option that does not fit.
pub(crate) fn refused(unfit: &Unfit) -> ScenarioError {
    let (field, found) = unfit.place();
    ScenarioError::at(field, found, unfit.expected())
}

fn wanted<P: Protocol>(options: &HuntOptions) -> Result<Vec<&'static str>, ScenarioError> {
    let searched = || P::invariants().iter().map(|row| row.slug).filter(|slug| is_searched::<P>(slug));
    let known = |(index, slug): (usize, &String)| {
        searched().find(|known| known == slug).ok_or_else(|| {
            ScenarioError::at(format!("wanted[{index}]"), slug.clone(), Expected::listed(Kind::Invariant, searched()))
        })
    };
    options.wanted.iter().enumerate().map(known).collect()
}

/// The Always invariants that a search does not judge.
fn unjudged<P: Protocol>(begun: &Start<P>, scope: &Scope<P>) -> Vec<&'static str> {
    let rows = P::invariants().iter().filter(|row| row.promise.is_always());
    rows.filter(|row| !scope.judges(&begun.setup, &row.needs)).map(|row| row.slug).collect()
}

pub(crate) fn scope<P: Protocol>(begun: &Start<P>, options: &HuntOptions) -> Result<Scope<P>, ScenarioError> {
    let read = |(index, line): (usize, &String)| {
        let mut words = Words::new(line);
        let wrong = |error: Misspelled| ScenarioError::at(format!("requests[{index}]"), error.found, error.expected);
        let request = P::Request::read(&mut words).map_err(wrong)?;
        let left = Misspelled::new(words.peek(), Expected::EndOf(Part::Request));
        if words.is_empty() { Ok(request) } else { Err(wrong(left)) }
    };
    let mut requests: Vec<P::Request> = options.requests.iter().enumerate().map(read).collect::<Result<_, _>>()?;
    if requests.is_empty() {
        requests =
            [false, true].map(|read| P::load(&begun.setup, LoadDraw { read, key: 0, unique: 1, bits: 7 })).into();
        requests.dedup();
    }
    Ok(Scope {
        crashes: options.crashes,
        duplicates: options.duplicates,
        wipes: options.wipes,
        pauses: options.pauses,
        requests_max: options.requests_max,
        requests,
        retries: options.retries,
        timers: options.timers,
        timers_of: options.timers_of.clone(),
        full: options.full,
        timing: options.tick.map(|tick| Timing { tick, ticks_max: options.ticks_max, delay_max: options.delay_max }),
    })
}

/// A scenario as a run of it is written: its set-up and its acts, whatever it is called.
pub(crate) fn as_run<P: Protocol>(scenario: &Scenario) -> Result<Scenario, ScenarioError> {
    Ok(of_start(&start::<P>(scenario)?))
}

/// The options that allow so much, let clients ask this, and let time pass so.
fn within(budget: &Budget, requests: &[&str], time: TimeModel) -> HuntOptions {
    let (tick, ticks_max, delay_max) = match time {
        TimeModel::Asynchronous => (None, 0, None),
        TimeModel::Timed { tick, ticks, delay_max } => (Some(tick), ticks, delay_max),
    };
    HuntOptions {
        tick,
        ticks_max,
        delay_max,
        crashes: budget.crashes,
        duplicates: budget.duplicates,
        wipes: budget.wipes,
        requests_max: budget.requests,
        requests: requests.iter().map(ToString::to_string).collect(),
        retries: budget.retries,
        timers: budget.timers,
        timers_of: budget.timers_of.iter().map(|(kind, limit)| ((*kind).into(), *limit)).collect(),
        ..HuntOptions::default()
    }
}

/// What the protocol wants explored where nothing else is said: its cluster, and what may happen there.
pub(crate) fn exploring<P: Protocol>() -> Option<(Scenario, HuntOptions)> {
    let Exploring { nodes, config, requests, budget, time } = P::exploring()?;
    let scope = Witness::Explore { nodes, config, off: &[], requests, prefix: &[], budget, time };
    let unit_of = |slug: &str| P::fields().iter().find(|field| field.slug == slug).map(|field| field.unit);
    Some((Scenario::of_witness(P::SLUG, &scope, &[], unit_of)?, within(&budget, requests, time)))
}

/// The set-up of a rule's witness, if a search can show it.
pub(crate) fn witness<P: Protocol>(rule: &str) -> Option<RuleWitness> {
    let row = P::rules().iter().find(|row| row.slug == rule)?;
    let Witness::Explore { requests, prefix, budget, time, .. } = row.witness else { return None };
    let unit_of = |slug: &str| P::fields().iter().find(|field| field.slug == slug).map(|field| field.unit);
    let with_off = |rules_off: &[&str]| {
        let scenario = Scenario::of_witness(P::SLUG, &row.witness, rules_off, unit_of)?;
        // What cannot be read is refused when it is asked for.
        Some(as_run::<P>(&scenario).unwrap_or(scenario))
    };
    let options = HuntOptions {
        wanted: row.breaks.iter().filter(|slug| is_searched::<P>(slug)).map(ToString::to_string).collect(),
        worlds_max: 2_000_000,
        seed: 1,
        ..within(&budget, requests, time)
    };
    let off = with_off(&[rule])?;
    let begins = start::<P>(&off).map(|start| start.acts).unwrap_or_default();
    Some(RuleWitness {
        elsewhere: with_deeds(&options, &begins),
        off,
        on: with_off(&[])?,
        from: if prefix.is_empty() { HuntFrom::Start } else { HuntFrom::LastAct },
        options,
    })
}

fn spelled(what: &impl Spelled) -> String {
    let mut text = String::new();
    what.spell(&mut text);
    text
}

/// What is allowed, and these acts.
fn with_deeds<P: Protocol>(options: &HuntOptions, acts: &[Act<P>]) -> HuntOptions {
    let mut all = options.clone();
    if let (Some(tick), Some(last)) = (options.tick, acts.last()) {
        let ticks = last.at.since(Time::ZERO).0.div_ceil(tick.0.max(1)).min(u64::from(BUDGET_MAX)) as u8;
        all.ticks_max = (all.ticks_max + ticks).min(BUDGET_MAX);
    }
    for act in acts {
        match &act.scripted.action {
            Action::Crash { .. } => all.crashes += 1,
            Action::Duplicate(_) => all.duplicates += 1,
            Action::WipeDisk { .. } => all.wipes += 1,
            Action::Retry { .. } => all.retries += 1,
            Action::Request { request, .. } => {
                all.requests_max += 1;
                let asked = spelled(request);
                // Where the load asks, it asks such things.
                if !all.requests.is_empty() && !all.requests.contains(&asked) {
                    all.requests.push(asked);
                }
            }
            Action::Fire { timer, .. } => {
                let spelled = spelled(timer);
                let kind = spelled.split(' ').next().unwrap_or_default();
                match all.timers_of.iter_mut().find(|(name, _)| name == kind) {
                    Some((_, limit)) => *limit += 1,
                    None => all.timers_of.push((kind.into(), options.timers + 1)),
                }
            }
            _ => {}
        }
    }
    all
}

/// Whether searches look for violations of a promise: only those that must hold always break in a step.
fn is_searched<P: Protocol>(slug: &str) -> bool {
    P::invariants().iter().any(|row| row.slug == slug && row.promise.is_always())
}

impl<P: Protocol> Hunting for Hunter<P> {
    fn advance(&mut self) -> bool {
        self.hunt.advance()
    }

    fn report(&self) -> HuntReport {
        let reached: Vec<&str> = self.hunt.reached().collect();
        let sometimes = P::invariants().iter().filter(|row| matches!(row.promise, Promise::Sometimes(_)));
        let sometimes = sometimes.map(|row| row.slug);
        let (paths_ended, ended) = self.hunt.ended();
        HuntReport {
            summary: self.hunt.summary(),
            random_steps: self.hunt.random_steps(),
            exhausted: self.hunt.exhausted(),
            reduced: !self.full || self.symmetry,
            not_reached: sometimes.filter(|slug| !reached.contains(slug)).collect(),
            reached,
            judged: self.hunt.judged().collect(),
            paths_ended,
            ended,
            unconfirmed: self.hunt.unconfirmed(),
            unjudged: self.unjudged.clone(),
            made_timed: self.made_timed,
        }
    }

    fn wrongly_stale(&self) -> Option<String> {
        self.hunt.check_stale().err().map(|wrong| wrong.to_string())
    }

    fn has_found(&self) -> bool {
        self.hunt.counterexample().is_some()
    }

    fn found(&self) -> Option<HuntFound> {
        let (prefix, counterexample) = self.hunt.counterexample()?;
        let timed = in_time(prefix, counterexample);
        let mut whole = self.begun.clone();
        let gesture = whole.acts.iter().map(|act| act.gesture + 1).max().unwrap_or(0);
        let (mut moment, mut turn) = (Span::ZERO, self.at.1);
        for (offset, (later, scripted)) in timed.iter().cloned().enumerate() {
            turn = if later == moment { turn } else { 0 };
            moment = later;
            let gesture = gesture + offset as u32;
            whole.acts.push(Act { at: self.at.0 + later, after: turn, scripted, gesture, by_person: false });
            turn += 1;
        }
        let scenario = Scenario { expect: Some(expected(&whole, self.at.0 + moment)), ..of_start(&whole) };
        let script = timed
            .iter()
            .map(|(later, scripted)| (*later, text::write_script(std::slice::from_ref(scripted))))
            .collect();
        let Scenario { title, about, .. } = self.scenario.clone();
        Some(HuntFound {
            broken: counterexample.broken.clone(),
            script,
            steps: counterexample.script.len(),
            nodes: whole.setup.nodes,
            shortest: counterexample.shortest,
            scenario: Scenario { title, about, ..scenario },
        })
    }
}

/// The actions of a counterexample, spread over time so that one can follow them; then time is let go.
fn in_time<P: Protocol>(
    prefix: &[ScriptedAction<P>],
    counterexample: &Counterexample<P>,
) -> Vec<(Span, ScriptedAction<P>)> {
    let mut timed: Vec<(Span, ScriptedAction<P>)> =
        prefix.iter().map(|scripted| (Span::ZERO, scripted.clone())).collect();
    let mut later = Span::ZERO;
    if let Some(moments) = &counterexample.moments {
        timed.extend(moments.iter().copied().zip(counterexample.script.iter().cloned()));
        later = moments.last().copied().unwrap_or(later);
        timed.push((later, Action::Set(Setting::Stepwise(false)).into()));
        return timed;
    }
    for scripted in &counterexample.script {
        let at_once = matches!(scripted.action, Action::Flush { .. } | Action::Crash { .. } | Action::Retry { .. });
        later = later + if at_once { AT_ONCE } else { BETWEEN_DEEDS };
        timed.push((later, scripted.clone()));
    }
    timed.push((later, Action::Set(Setting::Stepwise(false)).into()));
    timed
}

/// What the whole run does, by running it.
fn expected<P: Protocol>(whole: &Start<P>, end: Time) -> Expect {
    let mut simulation = Simulation::new(whole);
    simulation.run(end, u64::MAX, &mut NoSink);
    let violates = simulation.world().verdicts().violated().map(String::from).collect();
    Expect { until: end.to_string(), violates, reaches: Vec::new() }
}
