//! Breadth-first search, level by level, on one thread or several with the same outcome; depth-first in [`depth`].
//!
//! The states are divided into shards by their hash. A level is expanded in blocks of a fixed size. What a block leads to is
//! looked up, sorted by shard, and then taken in by each shard in the order of the states it came from. So neither the
//! counts nor the order of the states depends on how many threads share the work, and a search may be judged and cut after
//! any block.
//!
//! A representative is exact because a node's whole part of the state is contiguous and parts are sorted. The way to a
//! violation is walked again from the start, since a representative may be a renaming of what its parent leads to.
//! Steps carry the names of the specification's actions; `words` makes sentences of them.

mod depth;

use alloc::vec::Vec;

use crate::shard::{Candidate, Origin, SHARDS, STATES_MAX, Shard, hash, shard_of};
use crate::threads::{among_threads, in_parallel};
use crate::{Model, Step};

/// As many states are expanded before what they lead to is taken in, if one thread does it: little enough for the nearest cache.
const RUN: usize = 64;
/// Runs in a block.
const BLOCK: usize = 128;
/// Runs that a thread takes at a time. Small pieces go to the next free thread: a thread may be slower than another.
const RUNS_A_PIECE: usize = 8;
/// Starting a thread for fewer runs costs more than it gives.
const RUNS_SHARED_MIN: usize = 32;

/// Which state is looked at next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// The nearest: what is found first is found by a shortest way.
    #[default]
    Breadth,
    /// One that the last one leads to. On one thread.
    Depth,
}

/// How a search goes about it, and when it stops early.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    pub order: Order,
    /// No more states than this are visited.
    pub states_max: u64,
    pub threads: usize,
    /// Whether states that are equal up to a renaming count as one.
    pub symmetry: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { order: Order::Breadth, states_max: u64::MAX, threads: 1, symmetry: false }
    }
}

/// A broken invariant and a way to it: breadth-first, a shortest one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    pub invariant: &'static str,
    pub steps: Vec<Step>,
}

/// What a search found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Distinct states, or distinct up to renaming.
    pub states: u64,
    /// Successors looked at, the same one as often as it came up.
    pub generated: u64,
    /// Levels, the initial states being the first; depth-first, the states of the longest way.
    pub depth: u32,
    /// Whether there was nothing left to visit.
    pub exhausted: bool,
    /// Whether states that are equal up to a renaming counted as one.
    pub reduced: bool,
    pub violation: Option<Violation>,
    /// Memory for the states, their parents and the table of visited states.
    pub bytes: u64,
}

/// A run of states of one shard.
#[derive(Clone, Copy)]
struct Run {
    shard: usize,
    from: usize,
    to: usize,
}

/// What some runs led to and was not known before, by shard. The same state may come up more than once.
struct Piece<const WORDS: usize> {
    fresh: [Vec<Candidate<WORDS>>; SHARDS],
    /// The successors of a run, and where each came from.
    successors: Vec<[u64; WORDS]>,
    parents: Vec<Origin>,
    /// Their hashes, and what place stands in the first slot for each.
    slots: Vec<(u64, u32)>,
    unknown: Vec<Candidate<WORDS>>,
    generated: u64,
}

impl<const WORDS: usize> Piece<WORDS> {
    fn new() -> Self {
        let fresh = core::array::from_fn(|_| Vec::new());
        let (successors, parents, slots, unknown) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { fresh, successors, parents, slots, unknown, generated: 0 }
    }

    /// Generates the successors of a run.
    fn generate(&mut self, model: &dyn Model<WORDS>, symmetry: bool, shards: &[Shard<WORDS>], run: Run) {
        self.successors.clear();
        self.parents.clear();
        for (offset, state) in shards[run.shard].states[run.from..run.to].iter().enumerate() {
            model.successors(state, &mut self.successors);
            self.parents.resize(self.successors.len(), Origin::new(run.shard, run.from + offset));
        }
        if symmetry {
            for state in &mut self.successors {
                *state = model.canonical(state);
            }
        }
        self.generated += self.successors.len() as u64;
    }

    /// Leaves out the successors that are known at first sight. First all slots of the tables are read and then all states that
    /// stand there: so the waits for memory overlap, which is most of the work as soon as the tables outgrow the caches.
    fn look_up(&mut self, shards: &[Shard<WORDS>]) {
        self.slots.clear();
        self.slots.extend(self.successors.iter().map(|state| {
            let hash = hash(state);
            (hash, shards[shard_of(hash)].first_place(hash))
        }));
        self.unknown.clear();
        for ((state, parent), (hash, place)) in self.successors.iter().zip(&self.parents).zip(&self.slots) {
            if !shards[shard_of(*hash)].has_at(*place, state) {
                self.unknown.push(Candidate { state: *state, hash: *hash, parent: *parent });
            }
        }
    }

    /// Keeps what is not known at second sight either.
    fn sort_by_shard(&mut self, shards: &[Shard<WORDS>]) {
        for candidate in &self.unknown {
            let shard = shard_of(candidate.hash);
            if !shards[shard].contains(candidate) {
                self.fresh[shard].push(*candidate);
            }
        }
    }
}

struct Search<'a, const WORDS: usize> {
    model: &'a dyn Model<WORDS>,
    limits: Limits,
    symmetry: bool,
    shards: [Shard<WORDS>; SHARDS],
    /// What was handed out of the present block.
    pieces: Vec<Piece<WORDS>>,
    cut: bool,
}

/// Visits every reachable state, each once, until there is none left, an invariant breaks or a limit is met.
pub fn explore<const WORDS: usize>(model: &dyn Model<WORDS>, limits: Limits) -> Report {
    if limits.order == Order::Depth {
        return Search::begin(model, limits).go_deep();
    }
    among_threads(limits.threads, || explore_level_by_level(model, limits))
}

fn explore_level_by_level<const WORDS: usize>(model: &dyn Model<WORDS>, limits: Limits) -> Report {
    let mut search = Search::begin(model, limits);
    let mut level = [0; SHARDS];
    let mut depth = 0;
    let exhausted = loop {
        let runs = search.runs_since(level);
        if runs.is_empty() {
            break !search.cut;
        }
        depth += 1;
        if search.is_over() {
            break false;
        }
        level = search.lengths();
        for block in runs.chunks(BLOCK) {
            search.expand(block);
            if search.is_over() {
                break;
            }
        }
    };
    search.report(depth, exhausted)
}

impl<'a, const WORDS: usize> Search<'a, WORDS> {
    fn begin(model: &'a dyn Model<WORDS>, limits: Limits) -> Self {
        let symmetry = limits.symmetry && model.has_symmetry();
        let mut initial = Vec::new();
        model.initial(&mut initial);
        let shards = core::array::from_fn(|_| Shard::new());
        let mut search = Self { model, limits, symmetry, shards, pieces: alloc::vec![Piece::new()], cut: false };
        for state in initial {
            let state = if symmetry { model.canonical(&state) } else { state };
            let candidate = Candidate { state, hash: hash(&state), parent: Origin::NOWHERE };
            search.shards[shard_of(candidate.hash)].insert(model, &candidate);
        }
        search.cut_to_limit([0; SHARDS]);
        search
    }

    fn lengths(&self) -> [usize; SHARDS] {
        core::array::from_fn(|index| self.shards[index].states.len())
    }

    /// The states behind these lengths, in the order in which they are expanded.
    fn runs_since(&self, level: [usize; SHARDS]) -> Vec<Run> {
        let of_shard = |(shard, from): (usize, usize)| {
            let end = self.shards[shard].states.len();
            (from..end).step_by(RUN).map(move |from| Run { shard, from, to: end.min(from + RUN) })
        };
        level.into_iter().enumerate().flat_map(of_shard).collect()
    }

    fn is_over(&self) -> bool {
        self.cut || self.shards.iter().any(|shard| shard.broken.is_some())
    }

    fn expand(&mut self, block: &[Run]) {
        let before = self.lengths();
        let threads = if block.len() < RUNS_SHARED_MIN { 1 } else { self.limits.threads };
        if threads > 1 {
            self.expand_on(threads, block);
        } else {
            for run in block {
                let piece = &mut self.pieces[0];
                piece.generate(self.model, self.symmetry, &self.shards, *run);
                piece.look_up(&self.shards);
                for candidate in &piece.unknown {
                    self.shards[shard_of(candidate.hash)].insert(self.model, candidate);
                }
            }
        }
        self.cut_to_limit(before);
    }

    fn expand_on(&mut self, threads: usize, block: &[Run]) {
        let (model, symmetry) = (self.model, self.symmetry);
        let parts = block.chunks(RUNS_A_PIECE);
        self.pieces.resize_with(parts.len().max(self.pieces.len()), Piece::new);
        let shards = &self.shards;
        in_parallel(threads, self.pieces.iter_mut().zip(parts).collect(), |(piece, part)| {
            for run in part {
                piece.generate(model, symmetry, shards, *run);
                piece.look_up(shards);
                piece.sort_by_shard(shards);
            }
        });
        let pieces = &self.pieces;
        in_parallel(threads, self.shards.iter_mut().enumerate().collect(), |(index, shard)| {
            for candidate in pieces.iter().flat_map(|piece| &piece.fresh[index]) {
                shard.insert(model, candidate);
            }
        });
        for piece in &mut self.pieces {
            piece.fresh.iter_mut().for_each(Vec::clear);
        }
    }

    /// Forgets what goes beyond the limit, from the last shard on: so the states that stay do not depend on the threads.
    fn cut_to_limit(&mut self, before: [usize; SHARDS]) {
        let held: usize = self.lengths().iter().sum();
        let mut surplus =
            held - held.min(usize::try_from(self.limits.states_max.min(STATES_MAX)).unwrap_or(usize::MAX));
        self.cut |= surplus > 0;
        for (shard, before) in self.shards.iter_mut().zip(before).rev() {
            let dropped = surplus.min(shard.states.len() - before);
            shard.forget(dropped);
            surplus -= dropped;
        }
    }

    fn report(self, depth: u32, exhausted: bool) -> Report {
        let broken = |(index, shard): (usize, &Shard<WORDS>)| {
            shard.broken.map(|(place, invariant)| (Origin::new(index, place), invariant))
        };
        let found = self.shards.iter().enumerate().find_map(broken);
        Report {
            states: self.lengths().iter().map(|length| *length as u64).sum(),
            generated: self.pieces.iter().map(|piece| piece.generated).sum(),
            depth,
            exhausted,
            reduced: self.symmetry,
            violation: found.map(|(at, invariant)| Violation { invariant, steps: self.way_to(at) }),
            bytes: self.shards.iter().map(|shard| shard.bytes() as u64).sum(),
        }
    }

    fn way_to(&self, mut at: Origin) -> Vec<Step> {
        let mut states = Vec::new();
        while at != Origin::NOWHERE {
            states.push(self.shards[at.shard()].states[at.place()]);
            at = self.shards[at.shard()].parents[at.place()];
        }
        let mut backwards = states.into_iter().rev();
        let Some(mut here) = backwards.next() else { return Vec::new() };
        // A representative may have come from its predecessor by a renaming too: the way goes through what it stands for.
        let mut successors = Vec::new();
        let step_to = |next: [u64; WORDS]| {
            successors.clear();
            self.model.successors(&here, &mut successors);
            let stands_for =
                |state: &&[u64; WORDS]| **state == next || self.symmetry && self.model.canonical(state) == next;
            let there = *successors.iter().find(stands_for)?;
            let step = self.model.step(&here, &there);
            here = there;
            Some(step)
        };
        backwards.map_while(step_to).collect()
    }
}
