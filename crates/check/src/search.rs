//! Breadth-first search, level by level, on one thread or several with the same counts.
//!
//! The states are divided into shards by their hash. A level is expanded in equal pieces, each piece by one thread, which
//! sorts what it finds by shard; then each shard takes in what was found for it, in the order of the pieces. So the order in
//! which a shard holds its states depends on the number of shards only, and that is fixed.

use alloc::string::String;
use alloc::vec::Vec;

use crate::visited::Visited;
use crate::{Model, State};

/// How many shards there are, however many threads.
const SHARDS: usize = 4;

/// When a search stops early.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// It stops at the end of the level in which this many states are exceeded.
    pub states_max: u64,
    pub threads: usize,
    /// Whether states that are equal up to a renaming count as one.
    pub symmetry: bool,
    /// Whether it goes on behind the first violation, for the counts.
    pub to_the_end: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { states_max: u64::MAX, threads: 1, symmetry: false, to_the_end: false }
    }
}

/// A broken invariant and a shortest way to it: its first state, then step by step in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    pub invariant: &'static str,
    pub steps: Vec<String>,
}

/// What a search found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Distinct states, or distinct up to renaming.
    pub states: u64,
    /// Successors looked at, the same one as often as it came up.
    pub generated: u64,
    /// Levels, the initial states being the first.
    pub depth: u32,
    /// Whether there was nothing left to visit.
    pub exhausted: bool,
    pub violation: Option<Violation>,
    /// The table of visited states, parents and states, all told.
    pub bytes: u64,
}

/// A state in a shard and where it came from.
struct Shard<S> {
    visited: Visited<S>,
    states: Vec<S>,
    parents: Vec<Origin>,
    /// Where the present level begins.
    level: usize,
}

/// The shard and place of a parent; the initial states are their own.
#[derive(Clone, Copy)]
struct Origin(u32);

impl Origin {
    fn new(shard: usize, place: usize) -> Self {
        Self((shard << 30 | place) as u32)
    }

    fn shard(self) -> usize {
        (self.0 >> 30) as usize
    }

    fn place(self) -> usize {
        (self.0 & 0x3fff_ffff) as usize
    }
}

struct Found<S> {
    state: S,
    hash: u64,
    parent: Origin,
}

/// What one piece of a level led to.
struct Expanded<S> {
    by_shard: [Vec<Found<S>>; SHARDS],
    generated: u64,
}

fn shard_of(hash: u64) -> usize {
    (hash >> 60) as usize % SHARDS
}

impl<S: State> Shard<S> {
    fn new() -> Self {
        Self { visited: Visited::new(), states: Vec::new(), parents: Vec::new(), level: 0 }
    }

    fn take_in<'a>(&mut self, found: impl Iterator<Item = &'a Found<S>>)
    where
        S: 'a,
    {
        self.level = self.states.len();
        for found in found {
            if self.visited.insert(found.state, found.hash) {
                self.states.push(found.state);
                self.parents.push(found.parent);
            }
        }
    }

    fn bytes(&self) -> usize {
        self.visited.bytes() + self.states.capacity() * size_of::<S>() + self.parents.capacity() * size_of::<Origin>()
    }
}

/// Visits every reachable state, each once, nearest first.
pub fn explore<M: Model>(model: &M, limits: Limits) -> Report {
    let mut shards: [Shard<M::State>; SHARDS] = core::array::from_fn(|_| Shard::new());
    let mut report = Report { states: 0, generated: 0, depth: 0, exhausted: false, violation: None, bytes: 0 };
    let mut pieces = alloc::vec![begin(model, limits)];
    loop {
        take_in(&mut shards, &pieces, limits.threads);
        let new: usize = shards.iter().map(|shard| shard.states.len() - shard.level).sum();
        if new == 0 {
            report.exhausted = true;
            break;
        }
        report.depth += 1;
        report.states += new as u64;
        if report.violation.is_none() {
            report.violation = look_for_violation(model, &shards);
        }
        if report.violation.is_some() && !limits.to_the_end || report.states > limits.states_max {
            break;
        }
        pieces = expand(model, &shards, limits);
        report.generated += pieces.iter().map(|piece| piece.generated).sum::<u64>();
    }
    report.bytes = shards.iter().map(|shard| shard.bytes() as u64).sum();
    report
}

fn begin<M: Model>(model: &M, limits: Limits) -> Expanded<M::State> {
    let mut piece = Expanded { by_shard: core::array::from_fn(|_| Vec::new()), generated: 0 };
    model.initial(&mut |state| {
        let state = if limits.symmetry { model.canonical(state) } else { state };
        let hash = state.hash64();
        piece.by_shard[shard_of(hash)].push(Found { state, hash, parent: Origin(u32::MAX) });
    });
    piece
}

/// Expands a run of states of one shard.
fn expand_run<M: Model>(
    model: &M,
    shard: usize,
    first: usize,
    states: &[M::State],
    limits: Limits,
) -> Expanded<M::State> {
    let mut piece = Expanded { by_shard: core::array::from_fn(|_| Vec::new()), generated: 0 };
    for (offset, state) in states.iter().enumerate() {
        let parent = Origin::new(shard, first + offset);
        model.successors(*state, &mut |next| {
            let next = if limits.symmetry { model.canonical(next) } else { next };
            let hash = next.hash64();
            piece.generated += 1;
            piece.by_shard[shard_of(hash)].push(Found { state: next, hash, parent });
        });
    }
    piece
}

/// Expands the level: one piece a shard, so that the pieces do not depend on the number of threads.
fn expand<M: Model>(model: &M, shards: &[Shard<M::State>; SHARDS], limits: Limits) -> Vec<Expanded<M::State>> {
    let run = |index: usize| {
        let shard = &shards[index];
        expand_run(model, index, shard.level, &shard.states[shard.level..], limits)
    };
    in_parallel(limits.threads, SHARDS, run)
}

fn take_in<S: State>(shards: &mut [Shard<S>; SHARDS], pieces: &[Expanded<S>], threads: usize) {
    let found = |index: usize| pieces.iter().flat_map(move |piece| piece.by_shard[index].iter());
    #[cfg(feature = "threads")]
    if threads > 1 {
        std::thread::scope(|scope| {
            for (index, shard) in shards.iter_mut().enumerate() {
                scope.spawn(move || shard.take_in(found(index)));
            }
        });
        return;
    }
    let _ = threads;
    for (index, shard) in shards.iter_mut().enumerate() {
        shard.take_in(found(index));
    }
}

/// Results of `task(0..count)` in order, computed on up to `threads` threads.
fn in_parallel<T: Send>(threads: usize, count: usize, task: impl Fn(usize) -> T + Sync) -> Vec<T> {
    #[cfg(feature = "threads")]
    if threads > 1 {
        return std::thread::scope(|scope| {
            let task = &task;
            let running: Vec<_> = (0..count).map(|index| scope.spawn(move || task(index))).collect();
            running.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
    }
    let _ = threads;
    (0..count).map(task).collect()
}

fn look_for_violation<M: Model>(model: &M, shards: &[Shard<M::State>; SHARDS]) -> Option<Violation> {
    let broken = |shard: &Shard<M::State>, index: usize| {
        let places = shard.level..shard.states.len();
        places.into_iter().find_map(|place| Some((index, place, model.broken(shard.states[place])?)))
    };
    let (shard, place, invariant) = shards.iter().enumerate().find_map(|(index, shard)| broken(shard, index))?;
    Some(Violation { invariant, steps: retrace(model, shards, Origin::new(shard, place)) })
}

fn retrace<M: Model>(model: &M, shards: &[Shard<M::State>; SHARDS], mut at: Origin) -> Vec<String> {
    let state_at = |at: Origin| shards[at.shard()].states[at.place()];
    let mut steps = Vec::new();
    loop {
        let parent = shards[at.shard()].parents[at.place()];
        if parent.0 == u32::MAX {
            steps.reverse();
            return steps;
        }
        steps.push(model.describe(state_at(parent), state_at(at)));
        at = parent;
    }
}
