//! Depth-first: every world within the scope, each followed as far as it leads before the next one is looked at.
//!
//! Only the worlds of the present way wait, so little is kept but the visited fingerprints, and no way to a world: it is the
//! present one. What is found is seldom near.

use alloc::vec::Vec;
use faultlab_core::Protocol;
use faultlab_sim::World;

use super::found::{Step, steps_by_numbers};
use super::search::{Progress, Search, Summary, WORLDS_A_SLICE, bits_of};
use super::tables::{Candidate, Ends, Part, Tables};
use super::visited::Fingerprints;
use super::{Counterexample, shrink};
use crate::shard::STATES_MAX;

/// A world of the present way. Where it begins among the words and among the candidates, and which of its candidates is next.
#[derive(Clone, Copy, Debug)]
struct Frame {
    words: usize,
    candidates: usize,
    next: usize,
}

/// A search that can be taken further bit by bit, on one thread.
pub(super) struct DepthFirst<P: Protocol> {
    tables: Tables<P>,
    wanted: u32,
    visited: Fingerprints,
    way: Vec<Frame>,
    /// The worlds of the way, one behind the other, and what can follow each.
    words: Vec<u32>,
    candidates: Vec<Candidate>,
    /// Room for the next world.
    next: Vec<u32>,
    /// What broke in the last step taken.
    broken: u32,
    ends: Ends,
    summary: Summary,
}

impl<P: Protocol> DepthFirst<P> {
    /// A search for violations of these invariants, by their slugs; none: of all.
    pub(super) fn over(tables: Tables<P>, wanted: &[&str]) -> Self {
        let mut search = Self {
            wanted: bits_of::<P>(wanted),
            visited: Fingerprints::new(),
            way: Vec::new(),
            words: tables.root.clone(),
            candidates: Vec::new(),
            next: Vec::new(),
            broken: 0,
            ends: Ends::default(),
            summary: Summary { worlds: 1, represented: 1, ..Summary::default() },
            tables,
        };
        search.visited.insert(search.tables.fingerprint_of_root());
        search.enter(0);
        search
    }

    /// Goes on to the world that is last among the words.
    fn enter(&mut self, words: usize) {
        let candidates = self.candidates.len();
        let world = &self.words[words..];
        self.tables.expand_fully(world, self.tables.fingerprint(world), Part::ALL, &mut self.candidates);
        self.candidates.truncate(candidates + usize::from(u16::MAX));
        if self.candidates.len() == candidates {
            self.tables.note_end(&self.words[words..], &mut self.ends);
        }
        self.way.push(Frame { words, candidates, next: candidates });
        self.summary.generated += (self.candidates.len() - candidates) as u64;
        self.summary.depth = self.summary.depth.max(self.way.len() as u32);
    }

    /// Takes the next step of the present world, or goes back if there is none.
    fn step(&mut self) {
        let Some(frame) = self.way.last_mut() else { return };
        let Some(candidate) = self.candidates.get(frame.next).copied() else {
            self.words.truncate(frame.words);
            self.candidates.truncate(frame.candidates);
            self.way.pop();
            return;
        };
        frame.next += 1;
        self.broken = candidate.broken & self.wanted;
        if self.broken != 0 || !self.visited.insert(candidate.fingerprint) {
            return;
        }
        self.summary.worlds += 1;
        let (from, begin) = (frame.words, self.words.len());
        let parent = &self.words[from..begin];
        self.next.clear();
        self.tables.build(parent, &candidate, &mut self.next);
        self.summary.represented += self.tables.orbit(&self.next);
        self.words.extend_from_slice(&self.next);
        self.enter(begin);
    }

    /// The steps of the present way.
    fn steps(&mut self) -> Vec<Step<P>> {
        let numbers: Vec<u16> = self.way.iter().map(|frame| (frame.next - frame.candidates - 1) as u16).collect();
        steps_by_numbers(&mut self.tables, numbers.into_iter())
    }
}

impl<P: Protocol> Search<P> for DepthFirst<P> {
    fn advance(&mut self, worlds_more: u64) -> Progress {
        let limit = self.summary.worlds.saturating_add(worlds_more.min(WORLDS_A_SLICE)).min(STATES_MAX);
        while self.broken == 0 {
            if self.way.is_empty() {
                return Progress::Exhausted;
            }
            if self.summary.worlds >= limit {
                return Progress::Running;
            }
            self.step();
            let waiting = self.words.capacity() * 4 + self.candidates.capacity() * size_of::<Candidate>();
            self.summary.bytes = (self.visited.bytes() + waiting) as u64;
        }
        Progress::Found
    }

    fn summary(&self) -> Summary {
        self.summary.with_tables(&self.tables)
    }

    fn ends(&self) -> &Ends {
        &self.ends
    }

    fn tables(&self) -> &Tables<P> {
        &self.tables
    }

    fn counterexample(&mut self, world: &World<P>) -> Option<Counterexample<P>> {
        let broken = core::mem::take(&mut self.broken);
        if broken == 0 {
            return None;
        }
        let steps = self.steps();
        let steps = shrink::shrink(&mut self.tables, steps, broken);
        shrink::told(&mut self.tables, world, &steps, broken, false)
    }
}
