//! What an act changes: the difference between the future with it and the future without.

use std::collections::BTreeSet;

use faultlab_core::{Endpoint, Mark, NodeId, Span, Time};
use faultlab_registry::Moment;
use faultlab_sim::PacketName;
use faultlab_words::page::WhatIfWords;

use super::future::{Event, Future, Look};
use crate::text::format::span;
use crate::views::Tone;

/// A look that lasts so long to the end is where things have got to, and not a passing one.
const LASTS: Span = Span::millis(500);
/// Waits that differ by less are alike to a client.
const FELT: Span = Span::millis(50);

/// What a node comes to.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Becomes {
    pub(super) node: NodeId,
    pub(super) tone: Tone,
    pub(super) glyph: Option<char>,
    /// In a word or two.
    pub(super) title: String,
    /// None: at once.
    pub(super) after: Option<Span>,
}

/// Something worth a clause.
#[derive(Clone, PartialEq, Debug)]
enum Clause {
    Comes { after: Span, told: String },
    FailsToCome(String),
    Nobody(String),
    Answers(usize, usize),
    Waits(Span, Span),
    Beyond,
}

/// All that an act would bring.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Foreseen {
    pub(super) nodes: Vec<Becomes>,
    pub(super) paused: Vec<NodeId>,
    pub(super) cuts: Vec<(Endpoint, Endpoint)>,
    pub(super) healed: Vec<(Endpoint, Endpoint)>,
    /// Packets on their way that would not arrive.
    pub(super) lost: Vec<PacketName>,
    clauses: Vec<Clause>,
    /// How far one has seen.
    seen: Span,
}

impl Foreseen {
    pub(super) fn new(now: &Moment, with: &Future, without: &Future) -> Self {
        let until = with.reached().min(without.reached());
        let first = &with.first;
        let paused = now.nodes.iter().zip(&first.nodes).filter(|(before, after)| !before.paused && after.paused);
        let not_in = |a: &[(Endpoint, Endpoint)], b: &[(Endpoint, Endpoint)]| {
            a.iter().filter(|cut| !b.contains(cut)).copied().collect::<Vec<_>>()
        };
        let under_way = now.packets.iter().map(|packet| packet.name);
        Self {
            nodes: becomes(now, with, without, until),
            paused: paused.map(|(node, _)| node.id).collect(),
            cuts: not_in(&first.cuts, &now.cuts),
            healed: not_in(&now.cuts, &first.cuts),
            lost: under_way.filter(|name| with.lost.contains(name) && !without.lost.contains(name)).collect(),
            clauses: clauses(with, without, until),
            seen: until.since(with.begun),
        }
    }

    /// The line, after the name of the act.
    pub(super) fn line(&self, words: &WhatIfWords) -> String {
        if self.clauses.is_empty() {
            return (words.nothing)(&whole(self.seen));
        }
        let clauses: Vec<String> = self.clauses.iter().map(|clause| self.said(clause, words)).collect();
        clauses.join(words.and) + words.stop
    }

    fn said(&self, clause: &Clause, words: &WhatIfWords) -> String {
        match clause {
            Clause::Comes { after: Span::ZERO, told } => (words.comes)("", told),
            Clause::Comes { after, told } => (words.comes)(&span(*after), told),
            Clause::FailsToCome(told) => (words.fails_to_come)(told),
            Clause::Nobody(role) => (words.nobody)(role, &whole(self.seen)),
            Clause::Answers(with, without) => (words.answers)(*with, *without),
            Clause::Waits(with, without) => (words.waits)(&span(*with), &span(*without)),
            Clause::Beyond => words.beyond.into(),
        }
    }
}

/// Where nodes have got to that would otherwise have got elsewhere, and what falls at once.
fn becomes(now: &Moment, with: &Future, without: &Future, until: Time) -> Vec<Becomes> {
    let lasts = |look: &Look| look.since + LASTS <= until;
    let counts = |look: &Look| matches!(look.tone, Tone::Leading | Tone::Suspect | Tone::Down | Tone::Fault);
    let becomes = now.nodes.iter().enumerate().filter_map(|(index, node)| {
        let (then, otherwise) = (with.looks.get(index)?, without.looks.get(index)?);
        let falls = node.up && !with.first.nodes.get(index)?.up && then.tone == Tone::Down;
        let differs = then.tone != otherwise.tone && lasts(then) && lasts(otherwise);
        if !falls && !(differs && (counts(then) || counts(otherwise))) {
            return None;
        }
        // A role says it best, unless the node has it all the time.
        let title = if then.role == otherwise.role { &then.subtitle } else { &then.role };
        Some(Becomes {
            node: NodeId(index as u8),
            tone: then.tone,
            glyph: then.glyph,
            title: title.clone(),
            after: Some(then.since.since(with.begun)).filter(|after| *after > Span::ZERO),
        })
    });
    becomes.collect()
}

fn clauses(with: &Future, without: &Future, until: Time) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let known = |future: &Future| future.events.iter().map(|event| event.told.clone()).collect::<BTreeSet<_>>();
    let (known_with, known_without) = (known(with), known(without));
    // Who is answered later gets other numbers: with clients at work, their answers tell more than what is done for them.
    let no_load = with.answers.is_empty() && without.answers.is_empty();
    let tells = |event: &&Event| event.at <= until && (no_load || event.mark != Some(Mark::Progress));
    let new = with.events.iter().filter(tells).filter(|event| !known_without.contains(&event.told));
    let mut new: Vec<&Event> = new.collect();
    new.sort_by_key(|event| (std::cmp::Reverse(weight(event)), event.at));
    let comes = |event: &Event| Clause::Comes { after: event.at.since(with.begun), told: event.told.clone() };
    if let Some(first) = new.first() {
        clauses.push(comes(first));
        // Trouble and its end, or a broken promise and what led to it, are told together.
        let second = new.iter().find(|event| event.mark != first.mark && weight(event) >= weight_of(Mark::Settled));
        clauses.extend(second.map(|event| comes(event)));
        clauses.sort_by_key(|clause| if let Clause::Comes { after, .. } = clause { *after } else { Span::ZERO });
    }
    let settled = new.iter().any(|event| weight(event) >= weight_of(Mark::Settled));
    if !settled {
        let missing = without.events.iter().filter(tells).filter(|event| !known_with.contains(&event.told));
        let counts = |event: &&Event| matches!(event.mark, Some(Mark::Progress | Mark::Settled));
        let missing = missing.filter(counts).min_by_key(|event| event.at);
        clauses.extend(missing.map(|event| Clause::FailsToCome(event.told.clone())));
    }
    clauses.extend(nobody(with, without).map(Clause::Nobody));
    clauses.extend(felt(with, without, until));
    if with.beyond() && !without.beyond() {
        clauses.push(Clause::Beyond);
    }
    clauses
}

/// The worst of what clients would feel.
fn felt(with: &Future, without: &Future, until: Time) -> Option<Clause> {
    let answered = |future: &Future| future.answers.iter().filter(|(at, _)| *at <= until).count();
    let (answers, otherwise) = (answered(with), answered(without));
    let (wait, usual) = (with.longest_wait(), without.longest_wait());
    // An answer less is little beside a long wait, unless hardly any is left.
    let waits = wait > usual + FELT && 2 * answers >= otherwise;
    if waits {
        Some(Clause::Waits(wait, usual))
    } else {
        (answers < otherwise).then_some(Clause::Answers(answers, otherwise))
    }
}

/// The role of who leads now and would still lead, if in the end nobody has it.
fn nobody(with: &Future, without: &Future) -> Option<String> {
    let leads = |look: &&Look| look.tone == Tone::Leading && look.since <= with.begun;
    let role = &without.looks.iter().find(leads)?.role;
    let up = with.looks.iter().filter(|look| look.tone != Tone::Down);
    (!up.map(|look| &look.role).any(|other| other == role)).then(|| role.clone())
}

/// How much an event tells of where things go.
fn weight(event: &Event) -> u8 {
    event.mark.map_or(u8::MAX, weight_of)
}

fn weight_of(mark: Mark) -> u8 {
    match mark {
        Mark::Detail => 0,
        Mark::Progress => 1,
        Mark::Contest => 2,
        Mark::Notable => 3,
        Mark::Settled => 4,
        Mark::Trouble => 5,
    }
}

/// A length of time without the zeros behind whole seconds.
fn whole(seen: Span) -> String {
    span(seen).replace(".00 ", " ")
}
