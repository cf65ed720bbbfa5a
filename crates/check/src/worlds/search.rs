//! What every search has that leaves out nothing within its scope.

use faultlab_core::Protocol;
use faultlab_sim::World;

use super::Counterexample;
use super::tables::{Ends, Tables};
use super::unfit::INVARIANTS_MAX;

/// Worlds that are visited in a slice, which takes a hundredth of a second or so.
pub(super) const WORLDS_A_SLICE: u64 = 10_000;

/// A search through every world within a scope that can be taken further bit by bit.
pub(super) trait Search<P: Protocol>: Send {
    /// Takes a slice of work: expands worlds until about [`WORLDS_A_SLICE`] more were visited, and not many more than `worlds_more`,
    /// until something was found, or until nothing is left.
    fn advance(&mut self, worlds_more: u64) -> Progress;

    fn summary(&self) -> Summary;

    /// Why paths ended.
    fn ends(&self) -> &Ends;

    /// What follows from what, as far as the search has worked it out.
    fn tables(&self) -> &Tables<P>;

    /// The counterexample that was found, done again in the real world. None before anything is found, or if it does not break there: then the
    /// search can go on.
    fn counterexample(&mut self, world: &World<P>) -> Option<Counterexample<P>>;
}

/// How far a search got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Progress {
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
    /// How many there are of those that stand for all which are the same up to a renaming of nodes; without symmetry, as many.
    pub represented: u64,
    /// Worlds looked at, the same one as often as it came up.
    pub generated: u64,
    /// Levels, the world it began in being the first; depth-first, the worlds of the longest way.
    pub depth: u32,
    /// Visited worlds, the ways to them and the worlds that wait, at their most. What threads need to work with is a few millions
    /// however many worlds there are, and not counted.
    pub bytes: u64,
    /// The tables of what follows from what.
    pub table_bytes: u64,
    /// Different slots, packets and ghosts.
    pub parts: [u64; 3],
}

impl Summary {
    /// The same with what there is to tell of the tables.
    pub(super) fn with_tables<P: Protocol>(self, tables: &Tables<P>) -> Self {
        Self { table_bytes: tables.bytes() as u64, parts: tables.sizes().map(|size| size as u64), ..self }
    }

    /// The chance that two different worlds were taken for one anywhere in the search, in parts of ten to the eighteenth: the
    /// visited worlds are told apart by 64 bits.
    pub fn collision_odds_e18(&self) -> u64 {
        let pairs = u128::from(self.worlds) * u128::from(self.worlds.saturating_sub(1)) / 2;
        ((pairs * 1_000_000_000_000_000_000) >> 64) as u64
    }
}

/// The slugs of the invariants whose bits are set.
pub(super) fn slugs_of<P: Protocol>(bits: u32) -> impl Iterator<Item = &'static str> {
    let all = P::invariants().iter().enumerate().take(INVARIANTS_MAX);
    all.filter(move |(index, _)| bits & (1 << index) != 0).map(|(_, invariant)| invariant.slug)
}

/// These invariants, by their slugs, one bit each; none: all.
pub(super) fn bits_of<P: Protocol>(slugs: &[&str]) -> u32 {
    P::invariants().iter().enumerate().take(INVARIANTS_MAX).fold(0, |bits, (index, invariant)| {
        bits | u32::from(slugs.is_empty() || slugs.contains(&invariant.slug)) << index
    })
}
