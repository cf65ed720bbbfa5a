//! A row for each row of the registry.

use faultlab_core::Protocol;
use faultlab_registry::each_protocol;
use faultlab_scenario::{Scenario, ScenarioError};
use faultlab_sim::Position;

use crate::follow::follow;
use crate::hunt::{as_run, exploring, hunt, witness};
use crate::question::{News, Question};
use crate::smaller::smaller;
use crate::{Followed, HuntFrom, HuntOptions, Hunting, RuleWitness};

type Shrink = fn(&Question, &str, &mut dyn FnMut(News)) -> Result<News, ScenarioError>;
type Follow = fn(&Scenario, Option<Position>, &HuntOptions) -> Result<Followed, ScenarioError>;
type Prepare = fn(&Scenario, HuntFrom, &HuntOptions) -> Result<Box<dyn Hunting>, ScenarioError>;

/// The hunts in one protocol.
#[derive(Clone, Copy, Debug)]
pub struct Hunts {
    pub slug: &'static str,
    prepare: Prepare,
    witness: fn(&str) -> Option<RuleWitness>,
    exploring: fn() -> Option<(Scenario, HuntOptions)>,
    shrink: Shrink,
    as_run: fn(&Scenario) -> Result<Scenario, ScenarioError>,
    follow: Follow,
}

impl Hunts {
    pub const fn of<P: Protocol>() -> Self {
        Self {
            slug: P::SLUG,
            prepare: hunt::<P>,
            witness: witness::<P>,
            exploring: exploring::<P>,
            shrink: smaller::<P>,
            as_run: as_run::<P>,
            follow: follow::<P>,
        }
    }

    /// Prepares a hunt for a counterexample to a promise, from a moment of a scenario.
    ///
    /// # Errors
    /// What is wrong with the scenario or the options, and where.
    pub fn hunt(
        &self,
        scenario: &Scenario,
        from: HuntFrom,
        options: &HuntOptions,
    ) -> Result<Box<dyn Hunting>, ScenarioError> {
        (self.prepare)(scenario, from, options)
    }

    /// Walks the run of a scenario inside the budget of a search, from the moment when all processes have started, or behind so many
    /// steps, up to the first step that the search cannot take.
    ///
    /// # Errors
    /// What is wrong with the scenario or the options, and where.
    pub fn follow(
        &self,
        scenario: &Scenario,
        from: Option<Position>,
        options: &HuntOptions,
    ) -> Result<Followed, ScenarioError> {
        (self.follow)(scenario, from, options)
    }

    /// The set-up in which a search shows what a rule is for. None if there is no such rule, or if only many runs or a
    /// statistic show it.
    pub fn witness(&self, rule: &str) -> Option<RuleWitness> {
        (self.witness)(rule)
    }

    /// What the protocol wants explored where nothing else is said: its cluster, and what may happen there.
    pub fn exploring(&self) -> Option<(Scenario, HuntOptions)> {
        (self.exploring)()
    }

    /// A scenario as a run of it is written: its set-up and its acts, whatever it is called.
    pub(crate) fn as_run(&self, scenario: &Scenario) -> Result<Scenario, ScenarioError> {
        (self.as_run)(scenario)
    }

    pub(crate) fn shrink(
        &self,
        question: &Question,
        broken: &str,
        tell: &mut dyn FnMut(News),
    ) -> Result<News, ScenarioError> {
        (self.shrink)(question, broken, tell)
    }
}

macro_rules! rows {
    ($($name:ident, $hunts:ident: $protocol:ty, $family:literal, $nodes:literal, view $view:ident;)*) => {
        $(#[doc = concat!("The hunts in `", stringify!($name), "` alone: a program that uses only these links no others.")]
        // Not inlined, or every caller would instantiate the whole explorer, at a level of its own.
        #[inline(never)]
        pub fn $name() -> Hunts {
            Hunts::of::<$protocol>()
        })*

        /// The hunts in a protocol, by its slug.
        pub fn hunts(slug: &str) -> Option<Hunts> {
            [$($name()),*].into_iter().find(|hunts| hunts.slug == slug)
        }
    };
}

each_protocol!(rows);
