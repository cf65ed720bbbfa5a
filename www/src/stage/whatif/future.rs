//! One way the next seconds may go: a fork of the run, played on bit by bit and read for what one would notice.

use std::collections::{BTreeMap, BTreeSet};

use faultlab_core::{Answer, ClientId, Mark, Span, Time};
use faultlab_registry::{Lab, Moment, What};
use faultlab_scenario::ScenarioError;
use faultlab_sim::PacketName;
use faultlab_words::Lang;

use crate::views::{Tone, View};

/// How far one looks.
pub(super) const AHEAD: Span = Span::seconds(5);
/// So many steps at most: a crowd at work does as much within the seconds looked at.
const STEPS_MAX: usize = 40_000;
/// Nodes are looked at whenever something notable happens, and so often, because looks may change in passing.
const LOOKS_EVERY: Span = Span::millis(100);
/// How many steps are read at a time.
const CHUNK: usize = 32;

/// Something that a protocol says of itself, or a promise that breaks.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Event {
    pub(super) at: Time,
    /// None: a promise breaks.
    pub(super) mark: Option<Mark>,
    /// Who does what, in the language of the page.
    pub(super) told: String,
}

/// How a node looks, and since when.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Look {
    pub(super) tone: Tone,
    pub(super) glyph: Option<char>,
    pub(super) role: String,
    /// The second line on the node, when it came to look so.
    pub(super) subtitle: String,
    pub(super) since: Time,
}

/// A future as far as it is known.
pub(super) struct Future {
    lab: Box<dyn Lab>,
    view: &'static View,
    lang: Lang,
    pub(super) begun: Time,
    /// The moment at its beginning, behind the act.
    pub(super) first: Moment,
    pub(super) looks: Vec<Look>,
    pub(super) events: Vec<Event>,
    pub(super) lost: BTreeSet<PacketName>,
    pub(super) arrived: BTreeSet<PacketName>,
    /// When each client that waits began to.
    waiting: BTreeMap<ClientId, Time>,
    /// When clients were answered, each with the time it had waited.
    pub(super) answers: Vec<(Time, Span)>,
    read: usize,
    looked: Time,
}

impl Future {
    /// Begins a future with an act, or without one.
    ///
    /// # Errors
    /// The act does not fit.
    pub(super) fn begin(
        mut lab: Box<dyn Lab>,
        act: Option<&str>,
        view: &'static View,
        lang: Lang,
    ) -> Result<Self, ScenarioError> {
        let begun = lab.now();
        let waiting = lab.moment(lang).clients.into_iter();
        let waiting =
            waiting.filter(|client| client.waiting.is_some()).map(|client| (client.id, client.since)).collect();
        if let Some(act) = act {
            lab.act(act)?;
        }
        let mut future = Self {
            begun,
            first: lab.moment(lang),
            looks: Vec::new(),
            events: Vec::new(),
            lost: BTreeSet::new(),
            arrived: BTreeSet::new(),
            waiting,
            answers: Vec::new(),
            read: 0,
            looked: begun,
            lab,
            view,
            lang,
        };
        future.read_on();
        future.look();
        Ok(future)
    }

    /// Up to when it is known.
    pub(super) fn reached(&self) -> Time {
        self.lab.now()
    }

    pub(super) fn beyond(&self) -> bool {
        self.lab.moment(self.lang).beyond.is_some()
    }

    /// The longest time that a client has waited or waits at the end.
    pub(super) fn longest_wait(&self) -> Span {
        let still = self.waiting.values().map(|since| self.reached().since(*since));
        self.answers.iter().map(|(_, wait)| *wait).chain(still).max().unwrap_or(Span::ZERO)
    }

    /// Plays on for one bit. False once it is known as far as one looks.
    pub(super) fn go_on(&mut self) -> bool {
        let until = self.begun + AHEAD;
        for _ in 0..CHUNK {
            let is_over = self.lab.position() >= STEPS_MAX || self.lab.next_at().is_none_or(|at| at > until);
            if is_over {
                if self.lab.position() < STEPS_MAX {
                    self.lab.play(until, 1);
                }
                self.read_on();
                self.look();
                return false;
            }
            self.lab.forward();
            let shows =
                |step: &faultlab_sim::StepMark| step.fault || (step.mark > Mark::Detail && step.mark != Mark::Progress);
            if self.lab.last_step().as_ref().is_some_and(shows) {
                self.look();
            }
        }
        self.read_on();
        if self.lab.now().since(self.looked) >= LOOKS_EVERY {
            self.look();
        }
        true
    }

    /// Notes how the nodes look now.
    fn look(&mut self) {
        let now = self.lab.now();
        self.looked = now;
        let moment = self.lab.moment(self.lang);
        let faces = (self.view.nodes)(&*self.lab, &moment.nodes, self.lang);
        for (index, (node, face)) in moment.nodes.iter().zip(faces).enumerate() {
            let tone = if node.up { face.tone } else { Tone::Down };
            let (role, subtitle) = (face.role, face.subtitle);
            let look = Look { tone, glyph: face.glyph, role, subtitle, since: now };
            match self.looks.get_mut(index) {
                Some(known) if (known.tone, &known.role) == (look.tone, &look.role) => {}
                Some(known) => *known = look,
                None => self.looks.push(look),
            }
        }
    }

    /// Reads the facts of the steps since it read last.
    fn read_on(&mut self) {
        let position = self.lab.position();
        for line in self.lab.story(self.read, position, self.lang) {
            let told = |mark| Event { at: line.at, mark, told: said(&line.sentence.head) };
            match line.what {
                What::Emitted { mark, .. } if mark > Mark::Detail => self.events.push(told(Some(mark))),
                What::Broken { .. } => self.events.push(told(None)),
                What::Lost { packet, .. } => drop(self.lost.insert(packet)),
                What::Delivered { packet } => drop(self.arrived.insert(packet)),
                What::Invoked { id } => drop(self.waiting.insert(id.client, line.at)),
                What::Returned { id, answer } => {
                    if let Some(since) = self.waiting.remove(&id.client)
                        && answer == Answer::Done
                    {
                        self.answers.push((line.at, line.at.since(since)));
                    }
                }
                _ => {}
            }
        }
        self.read = position;
    }
}

/// The head of a sentence as a clause.
fn said(head: &str) -> String {
    head.trim_end_matches(['.', ':', '。', '：']).to_owned()
}
