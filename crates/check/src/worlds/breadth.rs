//! Breadth-first: every world within the scope, nearest first, so that the first violation is a shortest one.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use faultlab_core::Protocol;
use faultlab_sim::World;

use super::found::{Step, steps_by_numbers};
use super::frontier::{Chunk, Frontier, WORLDS_A_CHUNK};
use super::piece::{Broken, Fresh, Piece};
use super::search::{Progress, Search, Summary, WORLDS_A_SLICE, bits_of};
use super::tables::{Ends, Limits, Tables};
use super::visited::{Fingerprints, Glance, Ways};
use super::{Counterexample, Scope, shrink};
use crate::shard::{Origin, SHARDS, STATES_MAX, shard_of};
use crate::threads::{among_threads, in_parallel};

/// The worlds whose fingerprints begin alike: those visited, and those of the next level. Two threads that write to neighbours
/// share no line of a cache.
#[repr(align(128))]
struct Shard {
    visited: Fingerprints,
    ways: Ways,
    next: Frontier,
    /// How many worlds its own stand for.
    represented: u64,
}

/// Chunks that are expanded before it is judged whether the search goes on.
const CHUNKS_A_BLOCK: usize = 64;
/// Chunks that a thread takes at a time. Small pieces go to the next free thread: a thread may be slower than another.
const CHUNKS_A_PIECE: usize = 4;
/// How many fingerprints are glanced at before the first of them is put in.
const GLANCED: usize = 32;
/// Starting a thread for fewer chunks costs more than it gives.
const CHUNKS_SHARED_MIN: usize = 8;

/// A search that can be taken further bit by bit.
///
/// The worlds are divided into shards by their fingerprints, and a level is taken in blocks of so many chunks. A block's worlds
/// are first expanded with tables that nobody changes; what these do not know is worked out then, in the order of the
/// worlds; at last each shard takes in its share, in that order too. So neither the numbers that parts get nor the order of
/// worlds depends on how many threads share the work.
pub(super) struct BreadthFirst<P: Protocol> {
    tables: Tables<P>,
    /// The invariants that end it, one bit each.
    wanted: u32,
    threads: usize,
    shards: [Shard; SHARDS],
    /// What is left of the present level.
    level: VecDeque<Chunk>,
    level_bytes: usize,
    /// What was handed out of the present block.
    pieces: Vec<Piece>,
    /// The world and the step in which something breaks, and what does.
    found: Option<(Origin, u16, u32)>,
    ends: Ends,
    summary: Summary,
}

impl<P: Protocol> BreadthFirst<P> {
    /// A search on so many threads for violations of these invariants, by their slugs; none: of all.
    pub(super) fn over(tables: Tables<P>, wanted: &[&str], threads: usize) -> Self {
        let mut search = Self {
            wanted: bits_of::<P>(wanted),
            threads: threads.max(1),
            shards: core::array::from_fn(|_| Shard::new()),
            level: VecDeque::new(),
            level_bytes: 0,
            pieces: Vec::new(),
            found: None,
            ends: Ends::default(),
            summary: Summary { worlds: 1, represented: 1, ..Summary::default() },
            tables,
        };
        let root = search.tables.fingerprint_of_root();
        let shard = shard_of(root);
        search.shards[shard].visited.insert(root);
        search.shards[shard].add(shard, &search.tables.root, search.tables.first_packet(), (Origin::NOWHERE, 0));
        search
    }

    /// A search that allows no more of anything than this.
    pub(super) fn within(world: &World<P>, scope: &Scope<P>, wanted: &[&str], threads: usize, allowed: Limits) -> Self {
        let mut tables = Tables::new(world, scope);
        tables.allow(allowed);
        Self::over(tables, wanted, threads)
    }

    fn take_slice(&mut self, worlds_more: u64) -> Progress {
        let limit = self.summary.worlds.saturating_add(worlds_more).min(STATES_MAX);
        let end = self.summary.worlds.saturating_add(WORLDS_A_SLICE).min(limit);
        loop {
            if self.found.is_some() {
                return Progress::Found;
            }
            if self.level.is_empty() {
                self.level = self.shards.iter_mut().flat_map(|shard| shard.next.take()).collect();
                self.level_bytes = self.level.iter().map(Chunk::bytes).sum();
                if self.level.is_empty() {
                    return Progress::Exhausted;
                }
                self.summary.depth += 1;
            }
            if self.summary.worlds >= end {
                return Progress::Running;
            }
            self.expand_block((limit - self.summary.worlds) as usize);
        }
    }

    /// Expands the next block, a smaller one where it should lead to few worlds.
    fn expand_block(&mut self, worlds_more: usize) {
        let size = self.level.len().min(CHUNKS_A_BLOCK).min(worlds_more.div_ceil(2 * WORLDS_A_CHUNK));
        let block: Vec<Chunk> = self.level.drain(..size).collect();
        self.level_bytes -= block.iter().map(Chunk::bytes).sum::<usize>();
        let threads = if size < CHUNKS_SHARED_MIN { 1 } else { self.threads };
        // One thread takes a block bit by bit: so that it stays in the nearest cache.
        for stretch in block.chunks(if threads == 1 { 1 } else { size }) {
            self.expand(stretch, threads);
        }
        self.summary.represented = 1 + self.shards.iter().map(|shard| shard.represented).sum::<u64>();
        self.summary.worlds = self.shards.iter().map(|shard| shard.ways.len() as u64).sum();
        let kept: usize = self.shards.iter().map(Shard::bytes).sum();
        let bytes = kept + self.level_bytes + block.iter().map(Chunk::bytes).sum::<usize>();
        self.summary.bytes = self.summary.bytes.max(bytes as u64);
    }

    fn expand(&mut self, stretch: &[Chunk], threads: usize) {
        let (wanted, tables, shards) = (self.wanted, &self.tables, &self.shards);
        let parts = stretch.chunks(if threads == 1 { stretch.len() } else { CHUNKS_A_PIECE });
        let visited = |shard: usize| &shards[shard].visited;
        let count = parts.len();
        self.pieces.resize_with(count.max(self.pieces.len()), Piece::new);
        in_parallel(threads, self.pieces.iter_mut().zip(parts).collect(), |(piece, part)| {
            piece.look(tables, &visited, part, wanted);
        });
        for piece in &mut self.pieces[..count] {
            self.summary.generated += piece.work_out_missing(&mut self.tables, wanted);
            self.ends.add(&piece.ends);
        }
        let (tables, pieces) = (&self.tables, &self.pieces[..count]);
        in_parallel(threads, self.shards.iter_mut().enumerate().collect(), |(index, shard)| {
            shard.take_in(index, tables, pieces);
        });
        let broken = pieces.iter().enumerate().filter_map(|(index, piece)| {
            piece.broken.map(|broken| Broken { world: (index, broken.world.1), ..broken })
        });
        self.found = self.found.or(broken.min().map(|broken| {
            let (piece, world) = broken.world;
            (pieces[piece].origin(world), broken.number, broken.invariants)
        }));
    }

    /// The steps of the counterexample that was found, which is a shortest one within the scope.
    fn steps(&mut self) -> Option<Vec<Step<P>>> {
        let (mut at, last, _) = self.found?;
        let mut numbers = Vec::from([last]);
        loop {
            let (parent, number) = self.shards[at.shard()].ways.get(at.place());
            if parent == Origin::NOWHERE {
                break;
            }
            numbers.push(number);
            at = parent;
        }
        Some(steps_by_numbers(&mut self.tables, numbers.into_iter().rev()))
    }
}

impl<P: Protocol> Search<P> for BreadthFirst<P> {
    fn advance(&mut self, worlds_more: u64) -> Progress {
        among_threads(self.threads, || self.take_slice(worlds_more))
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
        let steps = self.steps()?;
        let (_, _, broken) = self.found.take()?;
        shrink::told(&mut self.tables, world, &steps, broken, true)
    }
}

impl Shard {
    fn new() -> Self {
        let (visited, ways, next) = (Fingerprints::new(), Ways::default(), Frontier::default());
        Self { visited, ways, next, represented: 0 }
    }

    /// Adds a world that is new to the next level.
    #[inline]
    fn add(&mut self, index: usize, words: &[u32], first_packet: usize, (parent, number): (Origin, u16)) {
        self.next.push(Origin::new(index, self.ways.len()), words, first_packet);
        self.ways.push(parent, number);
    }

    /// Takes in what was found for this shard, in the order of the worlds that it came from.
    fn take_in<P: Protocol>(&mut self, index: usize, tables: &Tables<P>, pieces: &[Piece]) {
        let mut room = Vec::new();
        for piece in pieces {
            let mut fresh = piece.fresh_in_order(index).peekable();
            while fresh.peek().is_some() {
                // A glance at each of some, so that the waits for memory overlap.
                let glanced: [_; GLANCED] = core::array::from_fn(|_| {
                    let fresh = fresh.next()?;
                    (self.visited.glance(fresh.candidate.fingerprint) != Glance::Known).then_some(fresh)
                });
                for fresh in glanced.into_iter().flatten() {
                    if self.visited.insert(fresh.candidate.fingerprint) {
                        self.take_in_world(index, tables, piece, fresh, &mut room);
                    }
                }
            }
        }
    }

    fn take_in_world<P: Protocol>(
        &mut self,
        index: usize,
        tables: &Tables<P>,
        piece: &Piece,
        Fresh { world, number, candidate }: &Fresh,
        words: &mut Vec<u32>,
    ) {
        words.clear();
        let parent = piece.words(*world);
        tables.build(parent, candidate, words);
        self.represented += tables.orbit(words);
        self.add(index, words, tables.first_packet(), (piece.origin(*world), *number));
    }

    fn bytes(&self) -> usize {
        self.visited.bytes() + self.ways.bytes() + self.next.bytes()
    }
}
