//! Random runs, one after the other, until one breaks a promise.

use alloc::vec::Vec;
use faultlab_core::Protocol;
use faultlab_sim::{Purpose, World, draw_below, draw_bits};

use super::found::{Step, Walk};
use super::search::{Progress, bits_of};
use super::tables::{Candidate, Limits, Tables};
use super::{Counterexample, Scope, priorities, rounds, shrink};

/// How the runs are drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Drawn {
    /// Groups of nodes that talk until they are quiet.
    Rounds,
    /// Senders by random priorities, which change a few times.
    Priorities,
    /// The one or the other.
    Both,
}

/// The simulation's keyed draws, one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draws {
    seed: u64,
    ordinal: u64,
}

impl Draws {
    pub(super) fn below(&mut self, count: usize) -> usize {
        let bits = draw_bits(self.seed, Purpose::Choice, 0, self.ordinal);
        self.ordinal += 1;
        draw_below(bits, count as u64) as usize
    }

    /// True in so many of so many cases.
    pub(super) fn chance(&mut self, cases: usize, of: usize) -> bool {
        self.below(of) < cases
    }
}

/// The steps of a run.
pub(super) struct Taken<P: Protocol> {
    wanted: u32,
    steps: Vec<Step<P>>,
    broken: u32,
}

impl<P: Protocol> Taken<P> {
    /// Takes one of the candidates that the walk last looked at. True if something wanted breaks.
    pub(super) fn take(&mut self, walk: &mut Walk<'_, P>, candidate: Candidate) -> bool {
        self.steps.push(walk.step_of(&candidate));
        self.broken = walk.take(candidate) & self.wanted;
        self.broken != 0
    }
}

/// A search by random runs that can be taken further bit by bit.
pub(super) struct RandomRuns<P: Protocol> {
    pub(super) tables: Tables<P>,
    wanted: u32,
    drawn: Drawn,
    draws: Draws,
    /// Steps taken in all, and one for each run.
    pub(super) steps: u64,
    found: Option<(Vec<Step<P>>, u32)>,
}

impl<P: Protocol> RandomRuns<P> {
    pub(super) fn new(world: &World<P>, scope: &Scope<P>, wanted: &[&str], drawn: Drawn, seed: u64) -> Self {
        let (tables, draws) = (Tables::new(world, scope), Draws { seed, ordinal: 0 });
        Self { tables, wanted: bits_of::<P>(wanted), drawn, draws, steps: 0, found: None }
    }

    /// Takes about so many steps more, or stops when something is found. Never exhausted.
    pub(super) fn advance(&mut self, steps_more: u64) -> Progress {
        let limit = self.steps + steps_more;
        while self.found.is_none() && self.steps < limit {
            let limits = self.tables.limits();
            let drawn = limits.map(|limit| self.draw_limit(limit));
            self.tables.allow(drawn);
            self.play_once();
            self.tables.allow(limits);
        }
        if self.found.is_some() { Progress::Found } else { Progress::Running }
    }

    /// Each kind of thing fully every second time; less in the other runs, so that not everything happens everywhere.
    fn draw_limit(&mut self, limit: u8) -> u8 {
        if limit == 0 || self.draws.chance(1, 2) { limit } else { self.draws.below(usize::from(limit) + 1) as u8 }
    }

    fn play_once(&mut self) {
        let rounds = match self.drawn {
            Drawn::Rounds => true,
            Drawn::Priorities => false,
            Drawn::Both => self.draws.chance(2, 3),
        };
        let mut walk = Walk::from_root(&mut self.tables);
        let mut taken = Taken { wanted: self.wanted, steps: Vec::new(), broken: 0 };
        if rounds {
            rounds::run(&mut walk, &mut self.draws, &mut taken);
        } else {
            priorities::run(&mut walk, &mut self.draws, &mut taken);
        }
        // A run in which nothing can happen counts too: otherwise a still cluster would be run for ever.
        self.steps += taken.steps.len() as u64 + 1;
        self.found = (taken.broken != 0).then_some((taken.steps, taken.broken));
    }

    /// The counterexample that was found, without steps that are not needed, done again in the real world, and what it used up. The
    /// runs may go on afterwards.
    pub(super) fn counterexample(&mut self, world: &World<P>) -> Option<(Counterexample<P>, Limits)> {
        let (steps, broken) = self.found.take()?;
        let steps = shrink::shrink(&mut self.tables, steps, broken);
        let used = shrink::used(&mut self.tables, &steps);
        Some((shrink::told(&mut self.tables, world, &steps, broken, false)?, used))
    }
}
