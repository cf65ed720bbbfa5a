//! The hunt for a counterexample to a promise: breadth-first and random runs in turn, then a proof that it is a shortest one, or a
//! shorter one.
//!
//! A `Search` leaves out nothing: `BreadthFirst`, or `DepthFirst`, which keeps no ways and no frontier. `RandomRuns`
//! are drawn in groups of nodes that talk until they are quiet (`rounds.rs`: partitions last, so often it is the same
//! group again or the other side) or by random priorities of senders (`priorities.rs`: probabilistic concurrency
//! testing). `Hunt` does all in turn: breadth-first at every turn while it is young, then rarely, because what it finds
//! it finds early; a counterexample found at random is there at once, while a shorter one within what it used is looked
//! for a while. "Shortest" is said only if the search of the whole scope has been through every level before the
//! counterexample's last step; for that it goes on up to `worlds_to_prove` after a find. **The real world has the last
//! word**: `counterexample.rs` does the steps again by `World::apply`, and what does not break there is not told. A
//! counterexample is stepwise acts, so it is a file, a link and a branch without further ado.

use alloc::boxed::Box;
use alloc::vec::Vec;
use faultlab_core::Protocol;
use faultlab_sim::{ScriptedAction, World};

use super::breadth::BreadthFirst;
use super::counterexample::prepare;
use super::depth::DepthFirst;
use super::random::{Drawn, RandomRuns};
use super::search::{Progress, Search, Summary, bits_of, slugs_of};
use super::tables::Tables;
use super::unfit::examine;
use super::{Counterexample, Ended, NotStale, Scope, Unfit};
use crate::threads::both;

/// Which searches a hunt is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Breadth-first: nothing within the scope is missed.
    Breadth,
    /// Depth-first: nothing is missed either, and less is kept in mind; what is found is not near.
    Depth,
    /// Random runs only: deep ones soon, never exhausted.
    Random(Drawn),
    /// Both in turn, breadth-first up to a bound. For what is found at random, a shorter
    /// counterexample is looked for a while.
    Portfolio,
}

/// How a hunt goes about it, and how far it goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Manner {
    pub order: Order,
    /// Breadth-first or depth-first visits about so many worlds at most.
    pub worlds_max: u64,
    /// Of the random runs.
    pub seed: u64,
    /// Breadth-first runs on so many threads; the outcome does not depend on how many.
    pub threads: usize,
    /// In a portfolio, once a counterexample was found at random, so many worlds of the whole scope are visited at most to prove it a
    /// shortest one, or to find one.
    pub worlds_to_prove: u64,
    /// Whether the search that leaves out nothing takes worlds for one that are the same up to a renaming of nodes.
    pub symmetry: bool,
}

/// Steps that random runs take in a slice, which takes a hundredth of a second or so.
const STEPS_A_SLICE: u64 = 10_000;
/// In a portfolio, breadth-first has a slice at every turn up to so many worlds: what it finds, it finds early. Then it has
/// one turn in so many.
const WORLDS_AT_EVERY_TURN: u64 = 200_000;
const TURNS_BETWEEN: u64 = 8;
/// So many worlds at most are visited to find a counterexample shorter than one found at random within what that one uses up: mostly in vain.
const WORLDS_TO_SHORTEN: u64 = 400_000;

/// Where a shorter counterexample is being looked for.
enum Shorten<P: Protocol> {
    /// Breadth-first within what the counterexample uses up: few worlds.
    Within(Box<BreadthFirst<P>>),
    /// Within the whole scope, by the search that goes on, up to so many worlds.
    Whole { until: u64 },
}

/// A hunt that can be taken further slice by slice.
pub struct Hunt<P: Protocol> {
    world: World<P>,
    prefix: Vec<ScriptedAction<P>>,
    scope: Scope<P>,
    wanted: Vec<&'static str>,
    manner: Manner,
    search: Box<dyn Search<P>>,
    random: RandomRuns<P>,
    turn: u64,
    /// A counterexample was found at random, and a shorter one is being looked for.
    shorten: Option<Shorten<P>>,
    counterexample: Option<Counterexample<P>>,
    ended: bool,
    exhausted: bool,
    unconfirmed: u64,
}

impl<P: Protocol> Hunt<P> {
    /// Hunts from a world for violations of these invariants, by slug; none: of all.
    ///
    /// # Errors
    /// Why the search would be blind: it is refused then.
    pub fn new(world: &World<P>, scope: Scope<P>, wanted: Vec<&'static str>, manner: Manner) -> Result<Self, Unfit> {
        examine(world, &scope, &wanted)?;
        let (world, prefix) = prepare(world);
        let broken: Vec<&str> =
            world.verdicts().violated().filter(|slug| wanted.is_empty() || wanted.contains(slug)).collect();
        // What is broken already needs no counterexample.
        let counterexample = (!broken.is_empty()).then(|| Counterexample {
            broken,
            script: Vec::new(),
            moments: None,
            steps: 0,
            shortest: true,
        });
        let mut tables = Tables::new(&world, &scope);
        if manner.symmetry {
            tables.use_symmetry().map_err(Unfit::Symmetry)?;
        }
        let search: Box<dyn Search<P>> = match manner.order {
            Order::Depth => Box::new(DepthFirst::over(tables, &wanted)),
            Order::Breadth | Order::Random(_) | Order::Portfolio => {
                Box::new(BreadthFirst::over(tables, &wanted, manner.threads))
            }
        };
        let drawn = if let Order::Random(drawn) = manner.order { drawn } else { Drawn::Both };
        let random = RandomRuns::new(&world, &scope, &wanted, drawn, manner.seed);
        Ok(Self {
            world,
            prefix,
            scope,
            wanted,
            manner,
            search,
            random,
            turn: 0,
            shorten: None,
            ended: counterexample.is_some(),
            counterexample,
            exhausted: false,
            unconfirmed: 0,
        })
    }

    /// Takes one slice of work. True once there is nothing more to do. A counterexample that was found is there before that, while a
    /// shorter one is being looked for.
    pub fn advance(&mut self) -> bool {
        if self.ended {
            return true;
        }
        if let Some(stage) = self.shorten.take() {
            self.shorten = self.shortened(stage);
            self.ended = self.shorten.is_none();
            return self.ended;
        }
        let left = self.manner.worlds_max.saturating_sub(self.search.summary().worlds);
        let searches = match self.manner.order {
            Order::Breadth | Order::Depth => true,
            Order::Random(_) => false,
            Order::Portfolio => {
                let is_young = self.search.summary().worlds < WORLDS_AT_EVERY_TURN;
                left > 0 && (is_young || self.turn.is_multiple_of(TURNS_BETWEEN))
            }
        };
        self.turn += 1;
        let runs = !self.leaves_out_nothing();
        let (search, random) = (&mut self.search, &mut self.random);
        let (searched, played) = both(
            searches && runs && self.manner.threads > 1,
            || if searches { search.advance(left) } else { Progress::Running },
            || if runs { random.advance(STEPS_A_SLICE) } else { Progress::Running },
        );
        match (searched, played) {
            (Progress::Found, _) => {
                self.counterexample = self.search.counterexample(&self.world);
                // What does not break in the real world is not told, and the search goes on behind it.
                self.unconfirmed += u64::from(self.counterexample.is_none());
                self.ended = self.counterexample.is_some();
            }
            (Progress::Exhausted, _) => (self.ended, self.exhausted) = (true, true),
            (Progress::Running, Progress::Found) => self.take_in_random_play(),
            (Progress::Running, _) => self.ended = self.leaves_out_nothing() && self.search_is_cut_off(),
        }
        self.ended
    }

    /// Whether there are no random runs.
    fn leaves_out_nothing(&self) -> bool {
        matches!(self.manner.order, Order::Breadth | Order::Depth)
    }

    fn search_is_cut_off(&self) -> bool {
        self.search.summary().worlds >= self.manner.worlds_max
    }

    fn take_in_random_play(&mut self) {
        let Some((counterexample, used)) = self.random.counterexample(&self.world) else { return };
        self.counterexample = Some(counterexample);
        if self.manner.order == Order::Portfolio {
            let within = BreadthFirst::within(&self.world, &self.scope, &self.wanted, self.manner.threads, used);
            self.shorten = Some(Shorten::Within(Box::new(within)));
        } else {
            self.ended = true;
        }
    }

    /// Takes a slice of looking for a shorter counterexample. None once there is nothing more to do; then the counterexample stays as it is.
    fn shortened(&mut self, stage: Shorten<P>) -> Option<Shorten<P>> {
        // A counterexample of so many steps is found when so many levels are expanded: those before the present one led to nothing.
        let searched = self.search.summary().depth;
        let counterexample = self.counterexample.as_mut().filter(|counterexample| counterexample.steps > searched);
        let Some(counterexample) = counterexample else {
            self.counterexample.iter_mut().for_each(|counterexample| counterexample.shortest = true);
            return None;
        };
        let (steps, script) = (counterexample.steps, counterexample.script.len());
        let better = |found: &Counterexample<P>| found.steps < steps && found.script.len() <= script;
        match stage {
            Shorten::Within(mut within) => {
                let left = WORLDS_TO_SHORTEN.min(self.manner.worlds_max).saturating_sub(within.summary().worlds);
                match within.advance(left) {
                    Progress::Running if left > 0 => return Some(Shorten::Within(within)),
                    Progress::Found => {
                        // Shortest within what the first counterexample used up, perhaps not within the whole scope.
                        let found = within.counterexample(&self.world).filter(better);
                        self.counterexample = found
                            .map(|found| Counterexample { shortest: false, ..found })
                            .or(self.counterexample.take());
                    }
                    Progress::Running | Progress::Exhausted => {}
                }
                let until = self.search.summary().worlds.saturating_add(self.manner.worlds_to_prove);
                Some(Shorten::Whole { until })
            }
            Shorten::Whole { until } => {
                let left = until.saturating_sub(self.search.summary().worlds);
                match self.search.advance(left) {
                    Progress::Running => (left > 0).then_some(Shorten::Whole { until }),
                    Progress::Exhausted => None,
                    Progress::Found => match self.search.counterexample(&self.world) {
                        // Then the levels before are done, and nothing takes fewer.
                        Some(found) if found.steps >= steps => Some(Shorten::Whole { until }),
                        found => {
                            self.counterexample = found.filter(better).or(self.counterexample.take());
                            None
                        }
                    },
                }
            }
        }
    }

    /// How far the search that leaves out nothing got within the whole scope.
    pub fn summary(&self) -> Summary {
        self.search.summary()
    }

    /// How many steps the random runs took.
    pub fn random_steps(&self) -> u64 {
        self.random.steps
    }

    /// How often the search found something that did not break in the real world.
    pub fn unconfirmed(&self) -> u64 {
        self.unconfirmed
    }

    /// Whether everything within the scope was visited and nothing was found.
    pub fn exhausted(&self) -> bool {
        self.exhausted
    }

    /// Holds what the protocol declares stale to all that search and random runs have worked out.
    ///
    /// # Errors
    /// A message that is not stale, though it is declared so: then worlds were taken for one that are not, and the search may have
    /// missed something.
    pub fn check_stale(&self) -> Result<(), NotStale<P>> {
        self.search.tables().check_stale()?;
        self.random.tables.check_stale()
    }

    /// How many paths ended within the search that leaves out nothing, and for how many of them each reason holds, the commonest
    /// first: several can hold for one.
    pub fn ended(&self) -> (u64, Vec<(Ended, u64)>) {
        let ends = self.search.ends();
        (ends.paths, self.search.tables().reasons(ends))
    }

    /// In how many different situations each invariant was judged that is looked for.
    pub fn judged(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        let (search, random) = (self.search.tables(), &self.random.tables);
        let asked = move |index: usize| search.always & bits_of::<P>(&self.wanted) & (1 << index) != 0;
        let all = P::invariants().iter().zip(search.times_judged).zip(random.times_judged).enumerate();
        all.filter(move |(index, _)| asked(*index)).map(|(_, ((row, one), other))| (row.slug, one.max(other)))
    }

    /// The slugs of the Sometimes invariants that were reached.
    pub fn reached(&self) -> impl Iterator<Item = &'static str> + '_ {
        slugs_of::<P>(self.search.tables().reached | self.random.tables.reached)
    }

    /// The counterexample that was found, so far: first the actions that make ready for it, then its own.
    pub fn counterexample(&self) -> Option<(&[ScriptedAction<P>], &Counterexample<P>)> {
        Some((&self.prefix, self.counterexample.as_ref()?))
    }
}
