//! Breadth-first: every world within the scope, nearest first, so that the first violation is a shortest one.

use alloc::vec::Vec;
use faultlab_core::Protocol;
use faultlab_sim::World;

use super::found::{Step, Walk};
use super::tables::{Candidate, Limits, Tables};
use super::visited::Fingerprints;
use super::{Scope, shrink};

/// How far a search got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// There is more to visit.
    Running,
    /// Everything within the scope was visited.
    Exhausted,
    /// An invariant that was asked for broke.
    Found,
}

/// What a search has seen so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Different worlds.
    pub worlds: u64,
    /// Worlds looked at, the same one as often as it came up.
    pub generated: u64,
    /// Levels, the world it began in being the first.
    pub depth: u32,
    /// Visited worlds, the ways to them and the frontier at its largest.
    pub bytes: u64,
    /// The tables of what follows from what.
    pub table_bytes: u64,
    /// Different slots, packets and ghosts.
    pub parts: [u64; 3],
}

impl Summary {
    /// The chance that two different worlds were taken for one anywhere in the search, in parts of ten to the eighteenth: the
    /// visited worlds are told apart by 64 bits.
    pub fn collision_odds_e18(&self) -> u64 {
        let pairs = u128::from(self.worlds) * u128::from(self.worlds.saturating_sub(1)) / 2;
        ((pairs * 1_000_000_000_000_000_000) >> 64) as u64
    }
}

/// Where a world came from: its parent and which of the parent's candidates it is.
#[derive(Clone, Debug, Default)]
struct Ways {
    parents: Vec<u32>,
    numbers: Vec<u16>,
}

/// These invariants, by their slugs, one bit each; none: all.
pub(super) fn bits_of<P: Protocol>(slugs: &[&str]) -> u32 {
    P::invariants().iter().enumerate().fold(0, |bits, (index, invariant)| {
        bits | u32::from(slugs.is_empty() || slugs.contains(&invariant.slug)) << index.min(31)
    })
}

/// A search that can be taken further bit by bit.
pub struct Search<P: Protocol> {
    pub(super) tables: Tables<P>,
    /// The invariants that end it, one bit each.
    wanted: u32,
    visited: Fingerprints,
    ways: Ways,
    /// The worlds of the present level one behind the other, each beginning with its length, and of the next one.
    level: Vec<u32>,
    next: Vec<u32>,
    /// Where the next world to be expanded begins, and its number.
    at: usize,
    number: u32,
    found: Option<(u32, u16, u32)>,
    summary: Summary,
    candidates: Vec<Candidate>,
}

impl<P: Protocol> Search<P> {
    /// A search for violations of these invariants, by their slugs; none: of all.
    pub fn new(world: &World<P>, scope: &Scope<P>, wanted: &[&str]) -> Self {
        Self::over(Tables::new(world, scope), wanted)
    }

    /// A search that allows no more of anything than this.
    pub(super) fn within(world: &World<P>, scope: &Scope<P>, wanted: &[&str], allowed: Limits) -> Self {
        let mut tables = Tables::new(world, scope);
        tables.allow(allowed);
        Self::over(tables, wanted)
    }

    fn over(tables: Tables<P>, wanted: &[&str]) -> Self {
        let mut search = Self {
            wanted: bits_of::<P>(wanted),
            visited: Fingerprints::new(),
            ways: Ways::default(),
            level: Vec::new(),
            next: tables.root.clone(),
            at: 0,
            number: 0,
            found: None,
            summary: Summary::default(),
            candidates: Vec::new(),
            tables,
        };
        search.visited.insert(search.tables.fingerprint(&search.tables.root));
        search.ways.parents.push(u32::MAX);
        search.ways.numbers.push(0);
        search.summary.worlds = 1;
        search
    }

    /// Expands worlds until about so many more were visited, something was found, or nothing is left.
    pub fn advance(&mut self, worlds_more: u64) -> Progress {
        let limit = self.summary.worlds.saturating_add(worlds_more);
        loop {
            if self.found.is_some() {
                return Progress::Found;
            }
            if self.at == self.level.len() {
                if self.next.is_empty() {
                    return Progress::Exhausted;
                }
                core::mem::swap(&mut self.level, &mut self.next);
                self.next.clear();
                self.at = 0;
                self.summary.depth += 1;
            }
            if self.summary.worlds >= limit {
                return Progress::Running;
            }
            self.expand_one();
        }
    }

    fn expand_one(&mut self) {
        let begin = self.at;
        let end = begin + self.level[begin] as usize;
        let words = &self.level[begin..end];
        let fingerprint = self.tables.fingerprint(words);
        self.tables.expand_fully(words, fingerprint, &mut self.candidates);
        self.summary.generated += self.candidates.len() as u64;
        for (number, candidate) in self.candidates.iter().enumerate().take(usize::from(u16::MAX)) {
            let mut broken = candidate.broken;
            if self.visited.insert(candidate.fingerprint) {
                let child = self.next.len();
                self.tables.build(words, candidate, &mut self.next);
                self.ways.parents.push(self.number);
                self.ways.numbers.push(number as u16);
                self.summary.worlds += 1;
                broken |= self.tables.judge_disks(words, candidate, &self.next[child..]);
            }
            if broken & self.wanted != 0 && self.found.is_none() {
                self.found = Some((self.number, number as u16, broken & self.wanted));
            }
        }
        self.at = end;
        self.number += 1;
        let held = self.level.capacity() + self.next.capacity();
        let bytes =
            self.visited.bytes() + self.ways.parents.capacity() * 4 + self.ways.numbers.capacity() * 2 + held * 4;
        self.summary.bytes = self.summary.bytes.max(bytes as u64);
    }

    pub fn summary(&self) -> Summary {
        let parts = self.tables.sizes().map(|size| size as u64);
        Summary { table_bytes: self.tables.bytes() as u64, parts, ..self.summary }
    }

    /// The slugs of the Sometimes invariants that were reached.
    pub fn reached(&self) -> impl Iterator<Item = &'static str> + '_ {
        let all = P::invariants().iter().enumerate().take(32);
        all.filter(|(index, _)| self.tables.reached & (1 << index) != 0).map(|(_, invariant)| invariant.slug)
    }

    /// The steps of the play that was found, which is a shortest one within the scope.
    pub(super) fn steps(&mut self) -> Option<Vec<Step<P>>> {
        let (mut number, last, _) = self.found?;
        let mut numbers = Vec::from([last]);
        while self.ways.parents[number as usize] != u32::MAX {
            numbers.push(self.ways.numbers[number as usize]);
            number = self.ways.parents[number as usize];
        }
        let mut walk = Walk::from_root(&mut self.tables);
        let mut steps = Vec::new();
        for number in numbers.into_iter().rev() {
            walk.look_ahead();
            let candidate = walk.candidates[usize::from(number)];
            steps.push(walk.step_of(&candidate));
            walk.take(candidate);
        }
        Some(steps)
    }

    /// The play that was found, done again in the real world. None before anything is found.
    pub fn play(&mut self, world: &World<P>) -> Option<super::Play<P>> {
        let steps = self.steps()?;
        let (_, _, broken) = self.found?;
        shrink::told(&mut self.tables, world, &steps, broken, true)
    }
}
