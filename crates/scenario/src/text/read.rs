//! Text to acts.

use alloc::vec::Vec;
use faultlab_core::{
    AreaId, ClientId, Endpoint, Expected, Field, Keep, Kind, MAX_AREAS, Misspelled, NodeId, Part, Protocol, Quantity,
    ScenarioError, Slug, Span, Spelled, Takes, Time, Unit, Words,
};
use faultlab_sim::{Action, PacketName, ScriptedAction, Setting};

use super::amounts::{read_digits, read_range, read_share, read_skew};
use super::groups::{Direction, between};
use super::write::write_value;
use super::{Cluster, TimedLine};
use crate::UNTIL_MAX;
use crate::near::one_of;

/// The most acts that one line may stand for: twice a partition of the largest cluster into single nodes.
const ACTS_MAX: usize = 24_000;

const VERBS: [&str; 24] = [
    "crash",
    "restart",
    "pause",
    "resume",
    "wipe",
    "isolate",
    "partition",
    "cut",
    "heal",
    "drop",
    "duplicate",
    "delay",
    "hold",
    "release",
    "deliver",
    "slow",
    "skew",
    "corrupt",
    "tear",
    "fire",
    "flush",
    "request",
    "retry",
    "set",
];

/// Reads a line such as `at 1.2s crash n3 · cut n1->n2`, or `at 1.2s+3 …` for acts behind three other steps of that instant.
///
/// # Errors
/// The word that does not fit, with its column.
pub fn read_line<P: Protocol>(line: &str, cluster: &Cluster) -> Result<TimedLine<P>, ScenarioError> {
    read_line_in(line, &mut cluster.clone())
}

pub(crate) fn read_line_in<P: Protocol>(line: &str, cluster: &mut Cluster) -> Result<TimedLine<P>, ScenarioError> {
    let mut words = Words::new(line);
    let (at, after) = read_when(&mut words).map_err(|wrong| misplaced(line, &words, wrong))?;
    Ok(TimedLine { at, after, script: read_clauses(line, words.rest(), cluster)? })
}

/// Reads the acts of a gesture: what follows the time in a line.
///
/// # Errors
/// The word that does not fit, with its column.
pub fn read_script<P: Protocol>(text: &str, cluster: &Cluster) -> Result<Vec<ScriptedAction<P>>, ScenarioError> {
    read_clauses(text, text, &mut cluster.clone())
}

/// Reads an exact step: `12ms fire n3 election choosing 1 0`.
pub(crate) fn read_step_in<P: Protocol>(
    line: &str,
    cluster: &mut Cluster,
) -> Result<(Time, ScriptedAction<P>), ScenarioError> {
    let mut words = Words::new(line);
    let mut step = || -> Result<(Time, ScriptedAction<P>), Misspelled> {
        let at = words.expect(Expected::Moment, read_time)?;
        let mut script = Vec::new();
        read_clause(&mut words, cluster, &mut script)?;
        let (Some(scripted), true) = (script.pop(), script.is_empty()) else {
            return Err(Misspelled::new("", Expected::SingleAct));
        };
        if words.is_empty() {
            Ok((at, scripted))
        } else {
            Err(Misspelled::new(words.peek(), Expected::EndOf(Part::Step)))
        }
    };
    let read = step();
    read.map_err(|wrong| misplaced(line, &words, wrong))
}

/// The error at the word that is next, as a column of the whole line.
pub(crate) fn misplaced(line: &str, words: &Words<'_>, wrong: Misspelled) -> ScenarioError {
    let offset = (words.rest().as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
    let column = line.get(..offset).map_or(0, |before| before.chars().count() as u32 + 1);
    ScenarioError::misspelled(wrong, column)
}

fn read_time(word: &str) -> Option<Time> {
    Span::parse(word).filter(|span| *span <= UNTIL_MAX).map(|span| Time(span.0))
}

fn read_when(words: &mut Words<'_>) -> Result<(Time, u32), Misspelled> {
    words.one_of(&["at"])?;
    words.expect(Expected::MomentInTurn, |word| match word.split_once('+') {
        Some((at, after)) => Some((read_time(at)?, read_digits(after).filter(|_| !after.is_empty())?)),
        None => Some((read_time(word)?, 0)),
    })
}

fn read_clauses<P: Protocol>(
    line: &str,
    acts: &str,
    cluster: &mut Cluster,
) -> Result<Vec<ScriptedAction<P>>, ScenarioError> {
    let mut script = Vec::new();
    for clause in acts.split(['·', ';']) {
        let mut words = Words::new(clause);
        let done = read_clause(&mut words, cluster, &mut script).and_then(|()| {
            let ended =
                if words.is_empty() { Ok(()) } else { Err(Misspelled::new(words.peek(), Expected::EndOf(Part::Act))) };
            ended.and_then(|()| {
                if script.len() > ACTS_MAX {
                    Err(Misspelled::new("", Expected::AtMost { what: Quantity::ActsOfLine, most: ACTS_MAX as u64 }))
                } else {
                    Ok(())
                }
            })
        });
        done.map_err(|wrong| misplaced(line, &words, wrong))?;
    }
    Ok(script)
}

/// Reads one act, with the answers given to it, and appends what it stands for.
fn read_clause<P: Protocol>(
    words: &mut Words<'_>,
    cluster: &mut Cluster,
    script: &mut Vec<ScriptedAction<P>>,
) -> Result<(), Misspelled> {
    let mut actions = Vec::new();
    read_act(words, cluster, &mut actions)?;
    for action in &actions {
        cluster.note(action);
    }
    let begin = script.len();
    script.extend(actions.into_iter().map(ScriptedAction::from));
    if words.peek() == "choosing"
        && let [scripted] = &mut script[begin..]
    {
        words.word();
        while !words.is_empty() {
            scripted.choices.push(words.expect(Expected::Choice, read_digits)?);
        }
    }
    Ok(())
}

/// Reads one act without answers.
fn read_act<P: Protocol>(words: &mut Words<'_>, cluster: &Cluster, out: &mut Vec<Action<P>>) -> Result<(), Misspelled> {
    let verb = words.peek();
    let Some(verb) = VERBS.into_iter().find(|known| *known == verb) else {
        return Err(Misspelled::new(verb, one_of(Kind::Act, verb, VERBS.into_iter())));
    };
    words.word();
    match verb {
        "cut" | "heal" | "partition" | "isolate" => {
            let heals = verb == "heal";
            let directions = read_directions(verb, words, cluster)?;
            out.extend(
                directions.into_iter().map(
                    |(from, to)| {
                        if heals { Action::Heal { from, to } } else { Action::Cut { from, to } }
                    },
                ),
            );
        }
        "set" => out.push(Action::Set(read_setting::<P>(words)?)),
        "crash" | "restart" | "pause" | "resume" | "wipe" | "slow" | "skew" | "corrupt" | "tear" | "fire" | "flush" => {
            let node = read_node(words, cluster)?;
            out.push(read_at_node(verb, node, words)?);
        }
        "request" | "retry" => {
            let client = read_client(words, cluster)?;
            out.push(match verb {
                "request" => Action::Request { client, request: P::Request::read(words)? },
                _ => Action::Retry { client },
            });
        }
        _ => {
            let packet = words.expect(Expected::Packet, |word| read_packet(word, cluster))?;
            out.push(match verb {
                "drop" => Action::Drop(packet),
                "duplicate" => Action::Duplicate(packet),
                "delay" => Action::Delay { packet, by: read_span(words)? },
                "hold" => Action::Hold(packet),
                "release" => Action::Release(packet),
                _ => Action::Deliver(packet),
            });
        }
    }
    Ok(())
}

fn read_at_node<P: Protocol>(verb: &str, node: NodeId, words: &mut Words<'_>) -> Result<Action<P>, Misspelled> {
    Ok(match verb {
        "crash" => Action::Crash { node, keep: read_keep::<P>(words)? },
        "restart" => Action::Restart { node },
        "pause" => Action::Pause { node },
        "resume" => Action::Resume { node },
        "wipe" => Action::WipeDisk { node },
        "flush" => Action::Flush { node },
        "slow" => {
            let percent = words.expect(Expected::Slowness, |word| {
                read_digits(word.strip_suffix('%')?).filter(|percent| (1..=100_000).contains(percent))
            })?;
            Action::Slow { node, percent }
        }
        "skew" => Action::Skew { node, ppm: words.expect(Expected::Skew, read_skew)? },
        "corrupt" => {
            let area = read_area::<P>(words)?;
            Action::CorruptRecord { node, area, at: words.expect(Expected::Position, read_digits)? }
        }
        "tear" => Action::TearRecord { node, area: read_area::<P>(words)? },
        _ => Action::Fire { node, timer: P::Timer::read(words)? },
    })
}

pub(crate) fn read_node(words: &mut Words<'_>, cluster: &Cluster) -> Result<NodeId, Misspelled> {
    words.expect(Expected::NodeUpTo(cluster.nodes), |word| match read_endpoint(word, cluster)? {
        Endpoint::Node(node) => Some(node),
        Endpoint::Client(_) => None,
    })
}

fn read_client(words: &mut Words<'_>, cluster: &Cluster) -> Result<ClientId, Misspelled> {
    words.expect(Expected::ClientUpTo(cluster.clients), |word| match read_endpoint(word, cluster)? {
        Endpoint::Client(client) => Some(client),
        Endpoint::Node(_) => None,
    })
}

fn read_endpoint(word: &str, cluster: &Cluster) -> Option<Endpoint> {
    let number = word.get(1..).filter(|digits| !digits.is_empty());
    let endpoint = match word.as_bytes().first()? {
        b'n' => Endpoint::Node(NodeId(read_digits::<u8>(number?)?.checked_sub(1)?)),
        b'c' => Endpoint::Client(ClientId(read_digits(number?)?)),
        _ => return None,
    };
    cluster.has(endpoint).then_some(endpoint)
}

pub(crate) fn read_direction(word: &str, cluster: &Cluster) -> Option<Direction> {
    let (from, to) = word.split_once("->")?;
    let (from, to) = (read_endpoint(from, cluster)?, read_endpoint(to, cluster)?);
    (from != to).then_some((from, to))
}

fn read_packet(word: &str, cluster: &Cluster) -> Option<PacketName> {
    let (link, number) = word.split_once('#')?;
    let (ordinal, copy) = match number.split_once('+') {
        Some((ordinal, copy)) => (ordinal, read_digits(copy).filter(|copy| *copy > 0)?),
        None => (number, 0),
    };
    let (from, to) = read_direction(link, cluster)?;
    Some(PacketName { from, to, ordinal: read_digits(ordinal).filter(|ordinal| *ordinal > 0)?, copy })
}

fn read_directions(verb: &str, words: &mut Words<'_>, cluster: &Cluster) -> Result<Vec<Direction>, Misspelled> {
    let has_groups = words.rest().contains('|');
    match verb {
        "isolate" => {
            let node = read_node(words, cluster)?;
            Ok(between(&[alloc::vec![Endpoint::Node(node)], cluster.others(node)]))
        }
        "partition" => Ok(between(&read_groups(words, cluster)?)),
        "heal" if has_groups => Ok(between(&read_groups(words, cluster)?)),
        "heal" if words.peek() == "all" => {
            if cluster.cuts.is_empty() {
                return Err(Misspelled::new("all", Expected::CutLink));
            }
            words.word();
            Ok(cluster.cuts.iter().copied().collect())
        }
        "heal" if !words.peek().contains("->") && !words.is_empty() => words.expect(Expected::Healable, |word| {
            Some(cluster.cuts_at(read_endpoint(word, cluster)?)).filter(|cuts| !cuts.is_empty())
        }),
        _ => {
            let expected = Expected::Link { nodes: cluster.nodes };
            words.expect(expected, |word| read_direction(word, cluster)).map(|direction| alloc::vec![direction])
        }
    }
}

fn read_groups(words: &mut Words<'_>, cluster: &Cluster) -> Result<Vec<Vec<Endpoint>>, Misspelled> {
    let mut groups: Vec<Vec<Endpoint>> = alloc::vec![Vec::new()];
    while !words.is_empty() {
        if words.peek() == "|" {
            if groups.last().is_some_and(Vec::is_empty) {
                return Err(Misspelled::new("|", Expected::NodeBeforeBar));
            }
            words.word();
            groups.push(Vec::new());
            continue;
        }
        let expected = Expected::BarOrNode { nodes: cluster.nodes };
        let fresh = |endpoint: &Endpoint| !groups.iter().flatten().any(|other| other == endpoint);
        let endpoint = words.expect(expected, |word| read_endpoint(word, cluster).filter(fresh))?;
        if let Some(group) = groups.last_mut() {
            group.push(endpoint);
        }
    }
    if groups.len() < 2 || groups.last().is_some_and(Vec::is_empty) {
        return Err(Misspelled::new("", Expected::Groups));
    }
    Ok(groups)
}

fn read_area<P: Protocol>(words: &mut Words<'_>) -> Result<AreaId, Misspelled> {
    words.expect(one_of(Kind::Area, words.peek(), P::AREAS.iter().copied()), area_named::<P>)
}

fn area_named<P: Protocol>(name: &str) -> Option<AreaId> {
    P::AREAS.iter().position(|area| *area == name).map(|index| AreaId(index as u8))
}

fn read_keep<P: Protocol>(words: &mut Words<'_>) -> Result<Keep, Misspelled> {
    if words.peek() != "keeping" {
        return Ok(Keep::NOTHING);
    }
    words.word();
    if words.peek() == "all" {
        words.word();
        return Ok(Keep::ALL);
    }
    let mut keep = [0; MAX_AREAS];
    loop {
        let expected = one_of(Kind::KeptArea, "", P::AREAS.iter().copied());
        let (area, kept) = words.expect(expected, |word| {
            let (area, kept) = word.split_once(':')?;
            let kept = if kept == "all" { u16::MAX } else { read_digits(kept).filter(|kept| *kept > 0)? };
            Some((area_named::<P>(area).filter(|area| keep[usize::from(area.0)] == 0)?, kept))
        })?;
        keep[usize::from(area.0)] = kept;
        if words.is_empty() || words.peek() == "choosing" {
            return Ok(Keep(keep));
        }
    }
}

fn read_span(words: &mut Words<'_>) -> Result<Span, Misspelled> {
    words.expect(Expected::Span, |word| Span::parse(word).filter(|span| *span <= UNTIL_MAX))
}

const DIALS: [&str; 13] = [
    "loss",
    "duplication",
    "latency",
    "in_order",
    "sync",
    "clients",
    "think",
    "reads",
    "keys",
    "retry",
    "stepwise",
    "config",
    "rule",
];

fn read_setting<P: Protocol>(words: &mut Words<'_>) -> Result<Setting, Misspelled> {
    let dial = words.peek();
    let Some(dial) = DIALS.into_iter().find(|known| *known == dial) else {
        return Err(Misspelled::new(dial, one_of(Kind::Dial, dial, DIALS.into_iter())));
    };
    words.word();
    let share = |words: &mut Words<'_>| words.expect(Expected::Share, read_share);
    let range = |words: &mut Words<'_>| words.expect(Expected::SpanRange, read_range);
    Ok(match dial {
        "loss" => Setting::LossPpm(share(words)?),
        "duplication" => Setting::DuplicationPpm(share(words)?),
        "reads" => Setting::ReadsPpm(share(words)?),
        "latency" => range(words).map(|(min, max)| Setting::Latency { min, max })?,
        "sync" => range(words).map(|(min, max)| Setting::SyncTime { min, max })?,
        "think" => range(words).map(|(min, max)| Setting::Think { min, max })?,
        "in_order" => Setting::InOrder(read_switch(words)?),
        "stepwise" => Setting::Stepwise(read_switch(words)?),
        "clients" => {
            Setting::Clients(words.expect(clients_expected(), |word| {
                read_digits(word).filter(|clients| *clients <= crate::CLIENTS_MAX)
            })?)
        }
        "keys" => {
            Setting::Keys(words.expect(keys_expected(), |word| {
                read_digits(word).filter(|keys| (1..=crate::KEYS_MAX).contains(keys))
            })?)
        }
        "retry" => Setting::Retry(words.expect(Expected::Patience, |word| {
            Span::parse(word).filter(|span| (crate::RETRY_MIN..=UNTIL_MAX).contains(span))
        })?),
        "config" => {
            let live = P::fields().iter().filter(|field| field.live).map(|field| field.slug);
            let expected = one_of(Kind::LiveField, words.peek(), live);
            let (place, field) = words.expect(expected, |word| {
                P::fields().iter().enumerate().find(|(_, field)| field.live && field.slug == word)
            })?;
            let value = words.expect(value_expected(field), |word| read_value(field, word))?;
            Setting::Config { field: place as u8, value }
        }
        _ => {
            let expected = one_of(Kind::Rule, words.peek(), P::rules().iter().map(|rule| rule.slug));
            let rule = words.expect(expected, |word| P::rules().iter().position(|rule| rule.slug == word))?;
            Setting::Rule { rule: rule as u8, on: read_switch(words)? }
        }
    })
}

fn read_switch(words: &mut Words<'_>) -> Result<bool, Misspelled> {
    Ok(words.one_of(&["on", "off"])? == 0)
}

/// What a field of the configuration takes, with its bounds.
pub(crate) fn value_expected<C>(field: &Field<C>) -> Expected {
    let bound = |value| write_value(field.unit, value);
    let takes = match field.unit {
        Unit::Count | Unit::Span => Takes::Range { min: bound(field.min), max: bound(field.max) },
        Unit::Flag => Takes::Switch,
        Unit::Choice(names) => Takes::OneOf(names.iter().map(|name| Slug::from(*name)).collect()),
    };
    Expected::Field { slug: field.slug.into(), takes }
}

/// How many clients a load may have.
pub(crate) fn clients_expected() -> Expected {
    Expected::Between { what: Quantity::Clients, min: 0, max: crate::CLIENTS_MAX.into() }
}

/// How many keys a load may ask for.
pub(crate) fn keys_expected() -> Expected {
    Expected::Between { what: Quantity::Keys, min: 1, max: crate::KEYS_MAX.into() }
}

/// A number of the configuration as its unit spells it, within its bounds.
fn read_value<C>(field: &Field<C>, word: &str) -> Option<u64> {
    let value = match field.unit {
        Unit::Count => read_digits(word)?,
        Unit::Span => Span::parse(word)?.0,
        Unit::Flag => match word {
            "on" => 1,
            "off" => 0,
            _ => return None,
        },
        Unit::Choice(names) => names.iter().position(|name| *name == word)? as u64,
    };
    (field.min..=field.max).contains(&value).then_some(value)
}
