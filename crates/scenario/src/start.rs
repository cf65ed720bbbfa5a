//! From a scenario to what a simulation starts with, and back.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use faultlab_core::{Expected, Field, Kind, Promise, Protocol, Quantity, ScenarioError, Setup, Span, Time, Unit};
use faultlab_sim::{Act, Action, Load, Network, Setting, Start};

use crate::condition::conditions;
use crate::near::one_of;
use crate::text::{
    Cluster, TimedLine, clients_expected, keys_expected, read_line_in, read_range, read_share, read_step_in,
    value_expected, write_line, write_percent, write_range, write_step, write_value,
};
use crate::{
    ACTS_MAX, CLIENTS_MAX, Expect, FORMAT, KEYS_MAX, LoadText, NODES_MAX, NetworkText, Number, RETRY_MIN, SEED_MAX,
    Scenario, UNTIL_MAX,
};

/// How many clients exist besides the operator at least, whether the load uses them or not.
const CLIENTS_MIN: u8 = 5;

type Checked<T> = Result<T, ScenarioError>;

/// Checks a scenario against its protocol and gives what a simulation starts with.
///
/// # Errors
/// The first field that does not fit, by its path.
pub fn start<P: Protocol>(scenario: &Scenario) -> Checked<Start<P>> {
    if scenario.format != FORMAT {
        return Err(ScenarioError::at("format", scenario.format.to_string(), Expected::Format(FORMAT)));
    }
    if scenario.protocol != P::SLUG {
        let expected = Expected::listed(Kind::Protocol, [P::SLUG]);
        return Err(ScenarioError::at("protocol", scenario.protocol.clone(), expected));
    }
    if !(1..=NODES_MAX).contains(&scenario.nodes) {
        let expected = Expected::Between { what: Quantity::Nodes, min: 1, max: NODES_MAX.into() };
        return Err(ScenarioError::at("nodes", scenario.nodes.to_string(), expected));
    }
    if scenario.seed > SEED_MAX {
        let expected = Expected::AtMost { what: Quantity::Seed, most: SEED_MAX };
        return Err(ScenarioError::at("seed", scenario.seed.to_string(), expected));
    }
    let start = Start {
        setup: Setup::<P>::new(scenario.nodes),
        network: Network::default(),
        load: Load::default(),
        seed: scenario.seed,
        acts: Vec::new(),
    };
    let fresh = Scenario::new(P::SLUG, scenario.nodes, scenario.seed);
    if *scenario == fresh { Ok(start) } else { written(scenario, start) }
}

/// What a scenario says beyond a fresh cluster.
fn written<P: Protocol>(scenario: &Scenario, mut start: Start<P>) -> Checked<Start<P>> {
    let setup = &mut start.setup;
    for (slug, number) in &scenario.config {
        let path = format!("config.{slug}");
        let slugs = P::fields().iter().map(|field| field.slug);
        let Some(field) = P::fields().iter().find(|field| field.slug == slug) else {
            return Err(ScenarioError::at(path, slug.clone(), one_of(Kind::Field, slug, slugs)));
        };
        (field.set)(&mut setup.config, configured(field, number).map_err(|error| error.within(&path))?);
    }
    for (index, slug) in scenario.rules_off.iter().enumerate() {
        let Some(rule) = P::rules().iter().position(|rule| rule.slug == slug) else {
            let expected = one_of(Kind::Rule, slug, P::rules().iter().map(|rule| rule.slug));
            return Err(ScenarioError::at(format!("rules_off[{index}]"), slug.clone(), expected));
        };
        setup.rules.set(rule, false);
    }
    start.network = network(&scenario.network).map_err(|error| error.within("network"))?;
    start.load = load(&scenario.load).map_err(|error| error.within("load"))?;
    check_words::<P>(scenario)?;
    let mut cluster = Cluster::new(scenario.nodes, start.load.clients.max(CLIENTS_MIN));
    start.acts = exact_steps(scenario, &mut cluster)?;
    add_schedule(&mut start.acts, &scenario.schedule, &mut cluster)?;
    Ok(start)
}

/// The scenario of a start, with nothing said about it. What is at its default is left out.
pub fn of_start<P: Protocol>(start: &Start<P>) -> Scenario {
    let Start { setup, network, load, seed, acts } = start;
    let mut scenario = Scenario::new(P::SLUG, setup.nodes, *seed);
    let usual = P::config(setup.nodes);
    for field in P::fields() {
        let value = (field.get)(&setup.config);
        if value != (field.get)(&usual) {
            scenario.config.insert(field.slug.into(), number(field.unit, value));
        }
    }
    let off = setup.rules.off().filter_map(|index| P::rules().get(index));
    scenario.rules_off = off.map(|rule| rule.slug.into()).collect();
    scenario.network = network_text(network);
    scenario.load = load_text(load);
    write_acts(&mut scenario, acts);
    scenario
}

/// Writes acts into a scenario: those that begin it step by step as exact steps, the others as its schedule.
pub fn write_acts<P: Protocol>(scenario: &mut Scenario, acts: &[Act<P>]) {
    let is = |act: &Act<P>, on| act.scripted.action == Action::Set(Setting::Stepwise(on)) && !act.by_person;
    let begins = acts.first().is_some_and(|act| is(act, true) && act.at == Time::ZERO && act.after == 0);
    let end = acts.iter().position(|act| is(act, false)).filter(|_| begins);
    let (steps, rest) = match end {
        Some(end) => (&acts[1..end], &acts[end + 1..]),
        None => (&[][..], acts),
    };
    scenario.steps = steps.iter().map(|act| write_step(act.at, &act.scripted)).collect();
    scenario.schedule = schedule_of(rest);
}

/// The lines of a schedule. Acts of one gesture stand on one line if nothing else happens between them.
fn schedule_of<P: Protocol>(acts: &[Act<P>]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = acts;
    while let Some(first) = rest.first() {
        let follows = |(offset, act): (usize, &Act<P>)| {
            act.gesture == first.gesture && act.at == first.at && act.after == first.after.saturating_add(offset as u32)
        };
        let count = rest.iter().enumerate().take_while(|(offset, act)| follows((*offset, act))).count().max(1);
        let script = rest[..count].iter().map(|act| act.scripted.clone()).collect();
        lines.push(write_line(&TimedLine { at: first.at, after: first.after, script }));
        rest = &rest[count..];
    }
    lines
}

fn configured<C>(field: &Field<C>, number: &Number) -> Checked<u64> {
    let wrong = |found: String| Err(ScenarioError::at("", found, value_expected(field)));
    let value = match (field.unit, number) {
        (Unit::Flag, Number::Flag(on)) => u64::from(*on),
        (Unit::Count, Number::Count(count)) => *count,
        (Unit::Span, Number::Word(word)) => match Span::parse(word) {
            Some(span) => span.0,
            None => return wrong(word.clone()),
        },
        (Unit::Choice(names), Number::Word(word)) => match names.iter().position(|name| name == word) {
            Some(index) => index as u64,
            None => return wrong(word.clone()),
        },
        (_, Number::Flag(on)) => return wrong(on.to_string()),
        (_, Number::Count(count)) => return wrong(count.to_string()),
        (_, Number::Word(word)) => return wrong(word.clone()),
    };
    if (field.min..=field.max).contains(&value) { Ok(value) } else { wrong(write_value(field.unit, value)) }
}

pub(crate) fn number(unit: Unit, value: u64) -> Number {
    match unit {
        Unit::Count => Number::Count(value),
        Unit::Flag => Number::Flag(value > 0),
        Unit::Span | Unit::Choice(_) => Number::Word(write_value(unit, value)),
    }
}

/// Reads a text of a field, if there is one.
fn reading<T>(
    path: &str,
    text: Option<&String>,
    expected: Expected,
    read: impl Fn(&str) -> Option<T>,
) -> Checked<Option<T>> {
    text.map(|text| read(text).ok_or_else(|| ScenarioError::at(path, text.clone(), expected))).transpose()
}

fn network(text: &NetworkText) -> Checked<Network> {
    let mut network = Network::default();
    if let Some(ppm) = reading("loss", text.loss.as_ref(), Expected::Share, read_share)? {
        network.loss_ppm = ppm;
    }
    if let Some(ppm) = reading("duplication", text.duplication.as_ref(), Expected::Share, read_share)? {
        network.duplication_ppm = ppm;
    }
    if let Some((min, max)) = reading("latency", text.latency.as_ref(), Expected::SpanRange, read_range)? {
        (network.latency_min, network.latency_max) = (min, max);
    }
    if let Some((min, max)) = reading("sync", text.sync.as_ref(), Expected::SpanRange, read_range)? {
        (network.sync_min, network.sync_max) = (min, max);
    }
    network.in_order = text.in_order.unwrap_or(network.in_order);
    Ok(network)
}

fn network_text(network: &Network) -> NetworkText {
    let usual = Network::default();
    let share = |ppm: u32, usual: u32| (ppm != usual).then(|| write_percent(ppm.into()));
    let range = |own: (Span, Span), usual| (own != usual).then(|| write_range(own.0, own.1));
    NetworkText {
        loss: share(network.loss_ppm, usual.loss_ppm),
        duplication: share(network.duplication_ppm, usual.duplication_ppm),
        latency: range((network.latency_min, network.latency_max), (usual.latency_min, usual.latency_max)),
        in_order: (network.in_order != usual.in_order).then_some(network.in_order),
        sync: range((network.sync_min, network.sync_max), (usual.sync_min, usual.sync_max)),
    }
}

fn load(text: &LoadText) -> Checked<Load> {
    let mut load = Load::default();
    let outside = |path, number: u32, expected| Err(ScenarioError::at(path, number.to_string(), expected));
    if let Some(clients) = text.clients {
        if clients > CLIENTS_MAX {
            return outside("clients", clients.into(), clients_expected());
        }
        load.clients = clients;
    }
    if let Some((min, max)) = reading("think", text.think.as_ref(), Expected::SpanRange, read_range)? {
        (load.think_min, load.think_max) = (min, max);
    }
    if let Some(ppm) = reading("reads", text.reads.as_ref(), Expected::Share, read_share)? {
        load.reads_ppm = ppm;
    }
    if let Some(keys) = text.keys {
        if !(1..=KEYS_MAX).contains(&keys) {
            return outside("keys", keys, keys_expected());
        }
        load.keys = keys;
    }
    let patience = |word: &str| Span::parse(word).filter(|span| (RETRY_MIN..=UNTIL_MAX).contains(span));
    if let Some(retry) = reading("retry", text.retry.as_ref(), Expected::Patience, patience)? {
        load.retry = retry;
    }
    Ok(load)
}

fn load_text(load: &Load) -> LoadText {
    let usual = Load::default();
    let think = (load.think_min, load.think_max) != (usual.think_min, usual.think_max);
    LoadText {
        clients: (load.clients != usual.clients).then_some(load.clients),
        think: think.then(|| write_range(load.think_min, load.think_max)),
        reads: (load.reads_ppm != usual.reads_ppm).then(|| write_percent(load.reads_ppm.into())),
        keys: (load.keys != usual.keys).then_some(load.keys),
        retry: (load.retry != usual.retry).then(|| load.retry.to_string()),
    }
}

/// Checks the moments of captions and what is expected.
fn check_words<P: Protocol>(scenario: &Scenario) -> Checked<()> {
    for (index, caption) in scenario.captions.iter().enumerate() {
        moment(&caption.at).map_err(|error| error.within(&format!("captions[{index}].at")))?;
    }
    conditions::<P>(scenario)?;
    let Some(Expect { until, violates, reaches }) = &scenario.expect else { return Ok(()) };
    moment(until).map_err(|error| error.within("expect.until"))?;
    let sometimes = |promise: &Promise<P>| matches!(promise, Promise::Sometimes(_));
    for (list, slugs, wanted) in [("violates", violates, false), ("reaches", reaches, true)] {
        let kind = || if wanted { Kind::SometimesInvariant } else { Kind::BreakableInvariant };
        let known = P::invariants().iter().filter(|invariant| sometimes(&invariant.promise) == wanted);
        let known = known.map(|invariant| invariant.slug);
        for (index, slug) in slugs.iter().enumerate() {
            if !known.clone().any(|other| other == slug) {
                let path = format!("expect.{list}[{index}]");
                return Err(ScenarioError::at(path, slug.clone(), one_of(kind(), slug, known)));
            }
        }
    }
    Ok(())
}

fn moment(text: &str) -> Checked<Time> {
    let span = Span::parse(text).filter(|span| *span <= UNTIL_MAX);
    span.map(|span| Time(span.0)).ok_or_else(|| ScenarioError::at("", text, Expected::Span))
}

/// The exact steps as acts: between them and the start nothing happens by itself.
fn exact_steps<P: Protocol>(scenario: &Scenario, cluster: &mut Cluster) -> Checked<Vec<Act<P>>> {
    let mut acts: Vec<Act<P>> = Vec::new();
    let act = |at, scripted, gesture: usize| Act { at, after: 0, scripted, gesture: gesture as u32, by_person: false };
    let stepwise = |on| Action::Set(Setting::Stepwise(on)).into();
    let mut now = Time::ZERO;
    for (index, line) in scenario.steps.iter().enumerate() {
        if index == 0 {
            acts.push(act(now, stepwise(true), 0));
        }
        let path = format!("steps[{index}]");
        let (at, scripted) = read_step_in::<P>(line, cluster).map_err(|error| error.within(&path))?;
        in_order(&path, now, at)?;
        now = at;
        acts.push(act(at, scripted, index + 1));
        limit(&path, acts.len())?;
    }
    if !acts.is_empty() {
        acts.push(act(now, stepwise(false), acts.len()));
    }
    Ok(acts)
}

fn add_schedule<P: Protocol>(acts: &mut Vec<Act<P>>, schedule: &[String], cluster: &mut Cluster) -> Checked<()> {
    let mut now = acts.last().map_or(Time::ZERO, |act| act.at);
    let first_gesture = acts.len() as u32;
    for (index, line) in schedule.iter().enumerate() {
        let path = format!("schedule[{index}]");
        let line = read_line_in::<P>(line, cluster).map_err(|error| error.within(&path))?;
        in_order(&path, now, line.at)?;
        now = line.at;
        for (offset, scripted) in line.script.into_iter().enumerate() {
            let after = line.after.saturating_add(offset as u32);
            acts.push(Act { at: now, after, scripted, gesture: first_gesture + index as u32, by_person: false });
        }
        limit(&path, acts.len())?;
    }
    Ok(())
}

fn in_order(path: &str, before: Time, at: Time) -> Checked<()> {
    if at >= before {
        return Ok(());
    }
    Err(ScenarioError::at(path, at.to_string(), Expected::NotBefore(before)))
}

fn limit(path: &str, count: usize) -> Checked<()> {
    if count <= ACTS_MAX {
        return Ok(());
    }
    Err(ScenarioError::at(path, count.to_string(), Expected::AtMost { what: Quantity::Acts, most: ACTS_MAX as u64 }))
}
