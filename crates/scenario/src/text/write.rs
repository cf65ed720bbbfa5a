//! Acts to text.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write;
use faultlab_core::{AreaId, Keep, Protocol, Span, Spelled, Time, Unit};
use faultlab_sim::{Action, ScriptedAction, Setting};

use super::amounts::{write_percent, write_range, write_skew};
use super::groups::{Direction, groups_of, write_groups};
use super::{SEPARATOR, TimedLine};

/// The canonical spelling of one action.
pub fn write_action<P: Protocol>(action: &Action<P>) -> String {
    match action {
        Action::Deliver(packet) => format!("deliver {packet}"),
        Action::Fire { node, timer } => format!("fire {node} {}", spelling(timer)),
        Action::Flush { node } => format!("flush {node}"),
        Action::Request { client, request } => format!("request {client} {}", spelling(request)),
        Action::Retry { client } => format!("retry {client}"),
        Action::Drop(packet) => format!("drop {packet}"),
        Action::Duplicate(packet) => format!("duplicate {packet}"),
        Action::Delay { packet, by } => format!("delay {packet} {by}"),
        Action::Hold(packet) => format!("hold {packet}"),
        Action::Release(packet) => format!("release {packet}"),
        Action::Crash { node, keep } => format!("crash {node}{}", write_keep::<P>(*keep)),
        Action::Restart { node } => format!("restart {node}"),
        Action::Pause { node } => format!("pause {node}"),
        Action::Resume { node } => format!("resume {node}"),
        Action::Slow { node, percent } => format!("slow {node} {percent}%"),
        Action::Cut { from, to } => format!("cut {from}->{to}"),
        Action::Heal { from, to } => format!("heal {from}->{to}"),
        Action::Skew { node, ppm } => format!("skew {node} {}", write_skew(*ppm)),
        Action::CorruptRecord { node, area, at } => format!("corrupt {node} {} {at}", area_name::<P>(*area)),
        Action::TearRecord { node, area } => format!("tear {node} {}", area_name::<P>(*area)),
        Action::WipeDisk { node } => format!("wipe {node}"),
        Action::Set(setting) => format!("set {}", write_setting::<P>(setting)),
    }
}

fn spelling(value: &impl Spelled) -> String {
    let mut out = String::new();
    value.spell(&mut out);
    out
}

fn area_name<P: Protocol>(area: AreaId) -> String {
    P::AREAS.get(usize::from(area.0)).map_or_else(|| format!("area-{}", area.0), ToString::to_string)
}

fn write_keep<P: Protocol>(keep: Keep) -> String {
    let kept: Vec<(&str, u16)> = P::AREAS.iter().copied().zip(keep.0).filter(|(_, kept)| *kept > 0).collect();
    if kept.is_empty() {
        return String::new();
    }
    if keep == Keep::ALL {
        return " keeping all".into();
    }
    let mut out = String::from(" keeping");
    for (area, kept) in kept {
        out.push(' ');
        out.push_str(area);
        if kept == u16::MAX {
            out.push_str(":all");
        } else {
            out.push_str(&format!(":{kept}"));
        }
    }
    out
}

fn on_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

fn write_setting<P: Protocol>(setting: &Setting) -> String {
    match setting {
        Setting::LossPpm(ppm) => format!("loss {}", write_percent((*ppm).into())),
        Setting::DuplicationPpm(ppm) => format!("duplication {}", write_percent((*ppm).into())),
        Setting::Latency { min, max } => format!("latency {}", write_range(*min, *max)),
        Setting::InOrder(on) => format!("in_order {}", on_off(*on)),
        Setting::Stepwise(on) => format!("stepwise {}", on_off(*on)),
        Setting::SyncTime { min, max } => format!("sync {}", write_range(*min, *max)),
        Setting::Clients(clients) => format!("clients {clients}"),
        Setting::Think { min, max } => format!("think {}", write_range(*min, *max)),
        Setting::ReadsPpm(ppm) => format!("reads {}", write_percent((*ppm).into())),
        Setting::Keys(keys) => format!("keys {keys}"),
        Setting::Retry(span) => format!("retry {span}"),
        Setting::Config { field, value } => match P::fields().get(usize::from(*field)) {
            Some(field) => format!("config {} {}", field.slug, write_value(field.unit, *value)),
            // No such field: void when it is applied, and no reader accepts it.
            None => format!("config field-{field} {value}"),
        },
        Setting::Rule { rule, on } => match P::rules().get(usize::from(*rule)) {
            Some(rule) => format!("rule {} {}", rule.slug, on_off(*on)),
            None => format!("rule rule-{rule} {}", on_off(*on)),
        },
    }
}

/// A number of the configuration as its unit spells it.
pub(crate) fn write_value(unit: Unit, value: u64) -> String {
    match unit {
        Unit::Count => value.to_string(),
        Unit::Span => Span(value).to_string(),
        Unit::Flag => on_off(value > 0).into(),
        Unit::Choice(names) => names.get(value as usize).map_or_else(|| value.to_string(), |name| String::from(*name)),
    }
}

/// Several actions, parted by `·`. Cuts that part the cluster into groups are told as the partition they make.
pub fn write_script<P: Protocol>(script: &[ScriptedAction<P>]) -> String {
    let mut clauses = Vec::new();
    let mut rest = script;
    while let Some(first) = rest.first() {
        let run = run_of_directions(rest);
        match groups_of(&run) {
            Some(groups) => {
                let verb = if matches!(first.action, Action::Heal { .. }) { "heal" } else { "partition" };
                clauses.push(format!("{verb} {}", write_groups(&groups)));
                rest = &rest[run.len()..];
            }
            None => {
                let count = run.len().max(1);
                clauses.extend(rest[..count].iter().map(write_scripted));
                rest = &rest[count..];
            }
        }
    }
    clauses.join(SEPARATOR)
}

/// The directions of the cuts that begin a list of actions, or of its heals, as far as they are in order.
fn run_of_directions<P: Protocol>(script: &[ScriptedAction<P>]) -> Vec<Direction> {
    let direction = |scripted: &ScriptedAction<P>| match &scripted.action {
        _ if !scripted.choices.is_empty() => None,
        Action::Cut { from, to } => Some((false, (*from, *to))),
        Action::Heal { from, to } => Some((true, (*from, *to))),
        _ => None,
    };
    let Some((kind, _)) = script.first().and_then(direction) else { return Vec::new() };
    let mut run: Vec<Direction> = Vec::new();
    for (other, next) in script.iter().map_while(direction) {
        if other != kind || run.last().is_some_and(|last| *last >= next) {
            break;
        }
        run.push(next);
    }
    run
}

/// The line of a gesture: `at 1.2s crash n3 · cut n1->n2`.
pub fn write_line<P: Protocol>(line: &TimedLine<P>) -> String {
    let mut out = format!("at {}", line.at);
    if line.after > 0 {
        let _ = write!(out, "+{}", line.after);
    }
    out.push(' ');
    out.push_str(&write_script(&line.script));
    out
}

/// The line of an exact step: `12ms fire n3 election choosing 1 0`.
pub(crate) fn write_step<P: Protocol>(at: Time, scripted: &ScriptedAction<P>) -> String {
    format!("{at} {}", write_scripted(scripted))
}

fn write_scripted<P: Protocol>(scripted: &ScriptedAction<P>) -> String {
    let mut out = write_action(&scripted.action);
    if !scripted.choices.is_empty() {
        out.push_str(" choosing");
        for choice in &scripted.choices {
            let _ = write!(out, " {choice}");
        }
    }
    out
}
