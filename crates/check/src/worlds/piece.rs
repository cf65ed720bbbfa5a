//! What one thread finds out about some worlds of a level: where they lead, as far as that is not known yet.

use alloc::vec::Vec;
use faultlab_core::Protocol;

use super::frontier::Chunk;
use super::tables::{Candidate, Ends, Part, Tables};
use super::visited::{Fingerprints, Glance};
use crate::shard::{Origin, SHARDS, shard_of};

/// A step in which something breaks; the first is the least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Broken {
    /// The number of the piece, and of its world.
    pub(super) world: (usize, u32),
    /// Which of the world's candidates it is.
    pub(super) number: u16,
    pub(super) invariants: u32,
}

/// A step that may lead to a new world.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fresh {
    /// The number of the world in its piece.
    pub(super) world: u32,
    pub(super) number: u16,
    pub(super) candidate: Candidate,
}

/// Some worlds and where they lead. Two threads that write to neighbours share no line of a cache.
#[repr(align(128))]
pub(super) struct Piece {
    words: Vec<u32>,
    /// Where each world begins among the words, and where it stands among the visited ones.
    worlds: Vec<(u32, Origin)>,
    /// What is not known yet, by shard, in the order of the worlds it came from. The same world may come up more than once.
    fresh: [Vec<Fresh>; SHARDS],
    /// The same for worlds of which the tables did not know enough.
    late: [Vec<Fresh>; SHARDS],
    missing: Vec<u32>,
    generated: u64,
    pub(super) ends: Ends,
    /// The first step in which something wanted breaks.
    pub(super) broken: Option<Broken>,
    /// What a chunk leads to, and what a glance at the visited worlds tells of each.
    candidates: Vec<Candidate>,
    glances: Vec<Glance>,
    /// Which worlds they follow, and where the candidates of each begin.
    led_from: Vec<(u32, usize)>,
}

impl Piece {
    pub(super) fn new() -> Self {
        Self {
            words: Vec::new(),
            worlds: Vec::new(),
            fresh: core::array::from_fn(|_| Vec::new()),
            late: core::array::from_fn(|_| Vec::new()),
            missing: Vec::new(),
            generated: 0,
            ends: Ends::default(),
            broken: None,
            candidates: Vec::new(),
            glances: Vec::new(),
            led_from: Vec::new(),
        }
    }

    /// Expands worlds as far as the tables know what follows.
    pub(super) fn look<'a, P: Protocol>(
        &mut self,
        tables: &Tables<P>,
        visited: &impl Fn(usize) -> &'a Fingerprints,
        chunks: &[Chunk],
        wanted: u32,
    ) {
        self.clear();
        for chunk in chunks {
            let first = self.worlds.len() as u32;
            self.unpack(chunk, tables.first_packet());
            for world in first..self.worlds.len() as u32 {
                let words = words_of(&self.words, &self.worlds, world);
                let begin = self.candidates.len();
                match tables.expand(words, tables.fingerprint(words), &mut self.candidates) {
                    Ok(()) => {
                        if self.candidates.len() == begin {
                            tables.note_end(words, &mut self.ends);
                        }
                        self.note(world, begin, wanted);
                    }
                    Err(_) => self.missing.push(world),
                }
            }
            self.glances.clear();
            self.glances.extend(self.candidates.iter().map(|candidate| {
                let fingerprint = candidate.fingerprint;
                visited(shard_of(fingerprint)).glance(fingerprint)
            }));
            let is_known = |index: usize, fingerprint| match self.glances[index] {
                Glance::Known => true,
                Glance::New => false,
                Glance::Unclear => visited(shard_of(fingerprint)).contains(fingerprint),
            };
            sort_by_shard(&self.led_from, &self.candidates, is_known, &mut self.fresh);
            self.forget_candidates();
        }
    }

    fn clear(&mut self) {
        self.words.clear();
        self.worlds.clear();
        self.missing.clear();
        self.fresh.iter_mut().chain(&mut self.late).for_each(Vec::clear);
        (self.generated, self.ends, self.broken) = (0, Ends::default(), None);
    }

    #[inline]
    fn unpack(&mut self, chunk: &Chunk, first_packet: usize) {
        let mut begin = self.words.len();
        chunk.unpack(first_packet, &mut self.words);
        for offset in 0..chunk.count {
            let origin = Origin::new(chunk.first.shard(), chunk.first.place() + offset);
            self.worlds.push((begin as u32, origin));
            begin += self.words[begin] as usize;
        }
    }

    /// Takes note of the candidates of a world, which are those from here on.
    #[inline]
    fn note(&mut self, world: u32, begin: usize, wanted: u32) {
        self.candidates.truncate(begin + usize::from(u16::MAX));
        self.led_from.push((world, begin));
        self.generated += (self.candidates.len() - begin) as u64;
        for (number, candidate) in (0..u16::MAX).zip(&self.candidates[begin..]) {
            let invariants = candidate.broken & wanted;
            if invariants != 0 {
                let broken = Broken { world: (0, world), number, invariants };
                self.broken = Some(self.broken.map_or(broken, |first| first.min(broken)));
            }
        }
    }

    fn forget_candidates(&mut self) {
        self.candidates.clear();
        self.led_from.clear();
    }

    /// Expands the worlds of which the tables did not know enough, working that out. Gives how many candidates the piece has.
    pub(super) fn work_out_missing<P: Protocol>(&mut self, tables: &mut Tables<P>, wanted: u32) -> u64 {
        for world in core::mem::take(&mut self.missing) {
            let words = words_of(&self.words, &self.worlds, world);
            let begin = self.candidates.len();
            tables.expand_fully(words, tables.fingerprint(words), Part::ALL, &mut self.candidates);
            if self.candidates.len() == begin {
                tables.note_end(words, &mut self.ends);
            }
            self.note(world, begin, wanted);
        }
        sort_by_shard(&self.led_from, &self.candidates, |_, _| false, &mut self.late);
        self.forget_candidates();
        self.generated
    }

    /// The words of a world of this piece.
    #[inline]
    pub(super) fn words(&self, world: u32) -> &[u32] {
        words_of(&self.words, &self.worlds, world)
    }

    #[inline]
    pub(super) fn origin(&self, world: u32) -> Origin {
        self.worlds[world as usize].1
    }

    /// What was found for a shard, in the order of the worlds it came from.
    pub(super) fn fresh_in_order(&self, shard: usize) -> impl Iterator<Item = &Fresh> {
        let (mut fresh, mut late) = (self.fresh[shard].iter().peekable(), self.late[shard].iter().peekable());
        core::iter::from_fn(move || match (fresh.peek(), late.peek()) {
            (Some(one), Some(other)) if other.world < one.world => late.next(),
            (Some(_), _) => fresh.next(),
            (None, _) => late.next(),
        })
    }
}

#[inline]
fn words_of<'a>(words: &'a [u32], worlds: &[(u32, Origin)], world: u32) -> &'a [u32] {
    let begin = worlds[world as usize].0 as usize;
    &words[begin..begin + words[begin] as usize]
}

/// Sorts what may be new by shard. `led_from` tells which worlds the candidates follow.
fn sort_by_shard(
    led_from: &[(u32, usize)],
    candidates: &[Candidate],
    is_known: impl Fn(usize, u64) -> bool,
    fresh: &mut [Vec<Fresh>; SHARDS],
) {
    let ends = led_from.iter().skip(1).map(|(_, begin)| *begin).chain([candidates.len()]);
    for ((world, begin), end) in led_from.iter().zip(ends) {
        for (number, candidate) in (0..u16::MAX).zip(&candidates[*begin..end]) {
            if !is_known(begin + usize::from(number), candidate.fingerprint) {
                let fresh = &mut fresh[shard_of(candidate.fingerprint)];
                fresh.push(Fresh { world: *world, number, candidate: *candidate });
            }
        }
    }
}
