//! Steps by what they are, not by where they stood: they can be done again in another world.

use alloc::vec::Vec;
use faultlab_core::{NodeId, Protocol, Span};

use super::local::{Own, Site};
use super::tables::{Candidate, Cause, HEAD, Part, Tables};

/// A step of a counterexample.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Step<P: Protocol> {
    pub(super) what: What<P>,
    /// Which of its outcomes.
    pub(super) number: u16,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum What<P: Protocol> {
    Deliver { packet: u32, copy: bool },
    Own { node: NodeId, own: Own<P> },
    Ask { client: u8, request: u8 },
    Retry { client: u8 },
    Tick,
}

/// The steps from the world a search began in, by which of the candidates was taken each time.
pub(super) fn steps_by_numbers<P: Protocol>(
    tables: &mut Tables<P>,
    numbers: impl Iterator<Item = u16>,
) -> Vec<Step<P>> {
    let mut walk = Walk::from_root(tables);
    let step = |number| {
        walk.look_ahead();
        let candidate = walk.candidates[usize::from(number)];
        let step = walk.step_of(&candidate);
        walk.take(candidate);
        step
    };
    numbers.map(step).collect()
}

/// A world on its way through a counterexample.
pub(super) struct Walk<'a, P: Protocol> {
    pub(super) tables: &'a mut Tables<P>,
    pub(super) words: Vec<u32>,
    pub(super) fingerprint: u64,
    pub(super) candidates: Vec<Candidate>,
}

impl<'a, P: Protocol> Walk<'a, P> {
    pub(super) fn from_root(tables: &'a mut Tables<P>) -> Self {
        let words = tables.root.clone();
        let fingerprint = tables.fingerprint(&words);
        Self { tables, words, fingerprint, candidates: Vec::new() }
    }

    /// Works out what can follow.
    pub(super) fn look_ahead(&mut self) {
        self.look_ahead_at(Part::ALL);
    }

    /// Works out a part of what can follow.
    pub(super) fn look_ahead_at(&mut self, part: Part) {
        self.candidates.clear();
        self.tables.expand_fully(&self.words, self.fingerprint, part, &mut self.candidates);
    }

    /// Takes one of the candidates last looked at. Gives the invariants that break.
    pub(super) fn take(&mut self, candidate: Candidate) -> u32 {
        let mut next = Vec::with_capacity(self.words.len() + 4);
        self.tables.build(&self.words, &candidate, &mut next);
        (self.words, self.fingerprint) = (next, candidate.fingerprint);
        candidate.broken
    }

    /// A node as it stands in this world.
    pub(super) fn site(&self, node: NodeId) -> &Site<P> {
        self.tables.slots.get(self.words[HEAD + node.index()])
    }

    /// Whether a candidate is a timer that has to fire before time passes.
    pub(super) fn is_due(&self, candidate: &Candidate) -> bool {
        let Cause::Own { node, entry } = candidate.cause else { return false };
        let Own::Fire(timer) = self.tables.own(entry) else { return false };
        let timers = &self.site(NodeId(node)).slot.timers;
        timers.iter().any(|armed| armed.timer == *timer && armed.max == Span::ZERO)
    }

    /// The step that a candidate of this world is.
    pub(super) fn step_of(&self, candidate: &Candidate) -> Step<P> {
        let what = match candidate.cause {
            Cause::Deliver { word, copy } => What::Deliver { packet: self.words[usize::from(word)], copy },
            Cause::Own { node, entry } => What::Own { node: NodeId(node), own: self.tables.own(entry).clone() },
            Cause::Ask { client, request } => What::Ask { client, request },
            Cause::Retry { client } => What::Retry { client },
            Cause::Tick => What::Tick,
        };
        Step { what, number: self.tables.change(candidate.change).number }
    }

    /// Takes a step if it is possible here. Gives the invariants that break, none if it is not possible.
    pub(super) fn try_step(&mut self, step: &Step<P>) -> Option<u32> {
        self.look_ahead();
        let position = self.candidates.iter().position(|candidate| {
            self.tables.change(candidate.change).number == step.number && self.is(candidate, &step.what)
        })?;
        Some(self.take(self.candidates[position]))
    }

    fn is(&self, candidate: &Candidate, what: &What<P>) -> bool {
        match (candidate.cause, what) {
            (Cause::Deliver { word, copy }, What::Deliver { packet, copy: other }) => {
                copy == *other && self.words[usize::from(word)] == *packet
            }
            (Cause::Own { node, entry }, What::Own { node: other, own }) => {
                node == other.0 && self.tables.own(entry) == own
            }
            (Cause::Ask { client, request }, What::Ask { client: other, request: asked }) => {
                client == *other && request == *asked
            }
            (Cause::Retry { client }, What::Retry { client: other }) => client == *other,
            (Cause::Tick, What::Tick) => true,
            _ => false,
        }
    }
}
