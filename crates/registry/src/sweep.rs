//! Many runs of one scenario, each with its own seed and, if asked for, its own faults.
//!
//! A swept run is a run like every other: what it found is opened with its link.

mod cluster;
mod draws;
mod faults;

use faultlab_core::{Excess, Fault, Promise, Protocol, Time};
use faultlab_scenario::link::{LinkMoment, encode};
use faultlab_scenario::{Expect, Scenario, ScenarioError, UNTIL_MAX, of_start, start};
use faultlab_sim::{Fact, FactKind, Simulation, Sink, Start, TraceHash};

use crate::InvariantKind;
use cluster::Choices;
pub use cluster::Drawn;
use faults::Storm;

/// The least number of steps of a run with drawn faults: shorter ones meet too little.
pub const STEPS_MIN: u64 = 2_000;
/// The most steps of any run, so that a scenario in which time stands still comes to an end.
pub const STEPS_MAX: u64 = 20_000_000;

/// What a sweep draws for each run, beside its seed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SweepDraws {
    /// Faults of at least three kinds that the protocol tolerates, repaired early enough for the Within promises to be
    /// judged, on top of what the scenario says.
    pub faults: bool,
    /// The number of nodes, the configuration and the load, where the scenario does not say them. A run in eight then has
    /// no faults.
    pub cluster: bool,
    /// The number of nodes stays as the scenario has it.
    pub nodes_fixed: bool,
}

/// Runs a scenario with any seed. Runs do not depend on one another, so threads may share it.
pub trait Sweep: Send + Sync {
    fn run(&self, seed: u64) -> Swept;

    /// The slugs of all Sometimes invariants, each of which many runs together must reach.
    fn sometimes(&self) -> Vec<&'static str>;
}

/// What one run came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Swept {
    pub seed: u64,
    pub steps: u64,
    /// The hash of all its facts.
    pub trace: u64,
    /// What was drawn of its cluster.
    pub drawn: Drawn,
    /// The kinds of faults it suffered.
    pub faults: Vec<&'static str>,
    pub broken: Vec<SweptBroken>,
    pub reached: Vec<&'static str>,
    /// The first fault outside what the protocol promises to survive.
    pub beyond: Option<&'static str>,
    /// The link that opens it at the first broken invariant.
    pub link: Option<String>,
}

/// An invariant that broke.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SweptBroken {
    pub slug: &'static str,
    pub kind: InvariantKind,
    pub at: Time,
    /// How many steps had been taken then.
    pub step: u64,
}

/// Prepares a sweep.
pub(crate) fn sweep<P: Protocol>(scenario: &Scenario, draws: SweepDraws) -> Result<Box<dyn Sweep>, ScenarioError> {
    let base = start::<P>(scenario)?;
    let expected = scenario.expect.as_ref().and_then(|expect| faultlab_core::Span::parse(&expect.until));
    let until = Time(expected.map_or(0, |span| span.0));
    let choices = draws.cluster.then(|| Choices::new(scenario, &base, draws.nodes_fixed));
    let draws_load = draws.faults && choices.is_none() && scenario.load.is_default();
    Ok(Box::new(Sweeper { base, until, faults: draws.faults, choices, draws_load }))
}

struct Sweeper<P: Protocol> {
    base: Start<P>,
    /// How long the scenario itself wants to run.
    until: Time,
    faults: bool,
    /// What of the cluster is drawn, if it is.
    choices: Option<Choices<P>>,
    draws_load: bool,
}

impl<P: Protocol> Sweep for Sweeper<P> {
    fn run(&self, seed: u64) -> Swept {
        let mut begun = Start { seed, ..self.base.clone() };
        let drawn = self.choices.as_ref().map_or_else(Drawn::new, |choices| choices.draw(&mut begun));
        let mut until = self.until;
        let mut reordered = false;
        if self.faults {
            let storm = Storm::draw(&begun, self.draws_load, self.choices.is_some());
            until = until.max(storm.until);
            reordered = storm.reorders;
            storm.join(&mut begun);
        }
        let steps_min = if self.faults && self.choices.is_none() { STEPS_MIN } else { 0 };
        Swept { drawn, ..run_to_the_end(&begun, until, steps_min, reordered) }
    }

    fn sometimes(&self) -> Vec<&'static str> {
        let sometimes = P::invariants().iter().filter(|invariant| matches!(invariant.promise, Promise::Sometimes(_)));
        sometimes.map(|invariant| invariant.slug).collect()
    }
}

/// Notices broken invariants as they break.
#[derive(Default)]
struct Watcher {
    broken: Vec<u8>,
}

impl<P: Protocol> Sink<P> for Watcher {
    fn fact(&mut self, fact: &Fact<'_, P>) {
        if let FactKind::Broken { invariant, .. } = fact.kind {
            self.broken.push(invariant);
        }
    }
}

fn run_to_the_end<P: Protocol>(begun: &Start<P>, until: Time, steps_min: u64, reordered: bool) -> Swept {
    let mut simulation = Simulation::new(begun);
    let mut trace = TraceHash::default();
    let mut watcher = Watcher::default();
    let mut steps = 0;
    let mut broken = Vec::new();
    let mut link = None;
    while steps < STEPS_MAX {
        let Some(at) = simulation.next_at() else { break };
        if at > until && steps >= steps_min || at.0 > UNTIL_MAX.0 {
            break;
        }
        simulation.step(&mut (&mut trace, &mut watcher));
        steps += 1;
        for invariant in watcher.broken.drain(..) {
            let found = broken_now::<P>(invariant, simulation.world().now(), steps);
            if link.is_none() {
                let at = found.at;
                let moment = LinkMoment { step: steps, at, behaviour: P::BEHAVIOUR, trace: trace.short() };
                link = Some(link_to(begun, at.max(until), moment));
            }
            broken.push(found);
        }
    }
    for (index, invariant) in P::invariants().iter().enumerate() {
        if let Promise::Figure(measure) = invariant.promise
            && !measure(simulation.world().setup()).holds()
        {
            let found = broken_now::<P>(index as u8, simulation.world().now(), steps);
            if link.is_none() {
                let moment = LinkMoment { step: steps, at: found.at, behaviour: P::BEHAVIOUR, trace: trace.short() };
                link = Some(link_to(begun, found.at.max(until), moment));
            }
            broken.push(found);
        }
    }
    let world = simulation.world();
    let mut faults: Vec<&'static str> =
        Fault::ALL.into_iter().filter(|fault| world.faults().has(*fault)).map(Fault::slug).collect();
    if reordered {
        faults.push("reordering");
    }
    let reached = P::invariants().iter().zip(&world.verdicts().reached).filter(|(_, reached)| **reached);
    Swept {
        seed: begun.seed,
        steps,
        trace: trace.value(),
        drawn: Drawn::new(),
        faults,
        broken,
        reached: reached.map(|(invariant, _)| invariant.slug).collect(),
        beyond: world.setup().exceeded_by(world.faults()).map(Excess::slug),
        link,
    }
}

fn broken_now<P: Protocol>(invariant: u8, at: Time, step: u64) -> SweptBroken {
    let invariant = &P::invariants()[usize::from(invariant)];
    let kind = match invariant.promise {
        Promise::Always(_) | Promise::AlwaysOfSends(_) | Promise::AlwaysOfCluster(_) => InvariantKind::Always,
        Promise::Sometimes(_) => InvariantKind::Sometimes,
        Promise::Within { .. } => InvariantKind::Within,
        Promise::Figure(_) => InvariantKind::Figure,
    };
    SweptBroken { slug: invariant.slug, kind, at, step }
}

fn link_to<P: Protocol>(begun: &Start<P>, until: Time, moment: LinkMoment) -> String {
    let expect = Expect { until: until.to_string(), ..Expect::default() };
    encode(&Scenario { expect: Some(expect), ..of_start(begun) }, Some(moment))
}
