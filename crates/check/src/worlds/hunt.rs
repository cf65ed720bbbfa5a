//! The hunt for a play that breaks a promise: breadth-first and rounds in turn, then a proof that it is a shortest one, or a
//! shorter one.

use alloc::vec::Vec;
use faultlab_core::Protocol;
use faultlab_sim::{Deed, World};

use super::breadth::{Progress, Search, Summary};
use super::play::prepare;
use super::rounds::Rounds;
use super::{Play, Scope};

/// Which searches a hunt is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Breadth-first: nothing within the scope is missed.
    Breadth,
    /// Rounds: deep plays soon, never exhausted.
    Rounds,
    /// Both in turn, breadth-first up to a bound. What is found by rounds is then made as short as the rest of the bound
    /// allows.
    Portfolio,
}

/// How a hunt goes about it, and how far it goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Manner {
    pub order: Order,
    /// Breadth-first visits about so many worlds at most.
    pub worlds_max: u64,
    /// Of the random plays.
    pub seed: u64,
    /// Breadth-first runs on so many threads; the outcome does not depend on how many.
    pub threads: usize,
}

/// Worlds that breadth-first visits in a slice, and steps that rounds take: each a few hundredths of a second.
const WORLDS_A_SLICE: u64 = 10_000;
const STEPS_A_SLICE: u64 = 6_000;

/// A hunt that can be taken further slice by slice.
pub struct Hunt<P: Protocol> {
    world: World<P>,
    prefix: Vec<Deed<P>>,
    scope: Scope<P>,
    wanted: Vec<&'static str>,
    manner: Manner,
    search: Search<P>,
    rounds: Rounds<P>,
    rounds_next: bool,
    /// Found by rounds: whether there is a shorter one is being looked for.
    candidate: Option<Play<P>>,
    play: Option<Play<P>>,
    ended: bool,
    exhausted: bool,
}

impl<P: Protocol> Hunt<P> {
    /// Hunts from a world for violations of these invariants, by slug; none: of all.
    pub fn new(world: &World<P>, scope: Scope<P>, wanted: Vec<&'static str>, manner: Manner) -> Self {
        let (world, prefix) = prepare(world);
        let broken: Vec<&str> =
            world.verdicts().violated().filter(|slug| wanted.is_empty() || wanted.contains(slug)).collect();
        // What is broken already needs no play.
        let play = (!broken.is_empty()).then(|| Play { broken, deeds: Vec::new(), shortest: true });
        let search = Search::new(&world, &scope, &wanted, manner.threads);
        let rounds = Rounds::new(&world, &scope, &wanted, manner.seed);
        Self {
            world,
            prefix,
            scope,
            wanted,
            manner,
            search,
            rounds,
            rounds_next: manner.order == Order::Rounds,
            candidate: None,
            ended: play.is_some(),
            play,
            exhausted: false,
        }
    }

    /// Takes one slice of work. True once there is nothing more to do.
    pub fn advance(&mut self) -> bool {
        if self.ended {
            return true;
        }
        if self.candidate.is_some() {
            self.shorten();
        } else if self.rounds_next {
            if self.rounds.advance(STEPS_A_SLICE) == Progress::Found {
                self.take_in_rounds_play();
            }
            self.rounds_next = self.manner.order == Order::Rounds || self.search_is_cut_off();
        } else {
            self.search_on();
            self.rounds_next = self.manner.order == Order::Portfolio;
        }
        self.ended
    }

    fn search_on(&mut self) {
        let left = self.manner.worlds_max.saturating_sub(self.search.summary().worlds);
        match self.search.advance(left.min(WORLDS_A_SLICE)) {
            Progress::Running => self.ended = self.manner.order == Order::Breadth && self.search_is_cut_off(),
            Progress::Exhausted => (self.ended, self.exhausted) = (true, true),
            Progress::Found => {
                self.play = self.search.play(&self.world);
                self.ended = true;
            }
        }
    }

    fn search_is_cut_off(&self) -> bool {
        self.search.summary().worlds >= self.manner.worlds_max
    }

    fn take_in_rounds_play(&mut self) {
        let Some((play, used)) = self.rounds.play(&self.world) else { return };
        if self.manner.order == Order::Portfolio {
            self.search = Search::within(&self.world, &self.scope, &self.wanted, self.manner.threads, used);
            self.candidate = Some(play);
        } else {
            self.play = Some(play);
            self.ended = true;
        }
    }

    /// Breadth-first within what the play itself used up: what it finds is shortest, and if nothing is found in time the play
    /// stays.
    fn shorten(&mut self) {
        let left = self.manner.worlds_max.saturating_sub(self.search.summary().worlds);
        match self.search.advance(left.min(WORLDS_A_SLICE)) {
            Progress::Running if left > 0 => {}
            Progress::Running | Progress::Exhausted => self.play = self.candidate.take(),
            Progress::Found => {
                let found = self.candidate.take();
                self.play = self.search.play(&self.world).or(found);
            }
        }
        self.ended = self.play.is_some();
    }

    /// How far breadth-first got.
    pub fn summary(&self) -> Summary {
        self.search.summary()
    }

    /// How many steps the rounds took.
    pub fn round_steps(&self) -> u64 {
        self.rounds.steps
    }

    /// Whether everything within the scope was visited and nothing was found.
    pub fn exhausted(&self) -> bool {
        self.exhausted
    }

    /// The slugs of the Sometimes invariants that were reached.
    pub fn reached(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.search.reached()
    }

    /// The play that was found: first the deeds that make ready for it, then its own.
    pub fn play(&self) -> Option<(&[Deed<P>], &Play<P>)> {
        Some((&self.prefix, self.play.as_ref()?))
    }
}
