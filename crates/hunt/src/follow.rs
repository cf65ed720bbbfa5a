//! A given run, walked inside the budget of a search.

use faultlab_check::worlds::{Follower, Obstacle, Steps};
use faultlab_core::{Protocol, Span, Time};
use faultlab_scenario::{Scenario, ScenarioError, start};
use faultlab_sim::{NoSink, Position, Simulation};

use crate::HuntOptions;
use crate::hunt::{refused, scope};

/// More steps than anybody follows.
const STEPS_MAX: usize = 1_000_000;

/// How far a search could take a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Followed {
    /// The first step that it cannot take, and why: by the number of steps taken up to and with it.
    pub stopped: Option<(Position, Obstacle)>,
    /// How many steps of the simulation it took.
    pub steps: usize,
    /// The slugs of the invariants that broke in them.
    pub broken: Vec<&'static str>,
}

/// Follows the run of a scenario from the moment when all processes have started, or behind so many steps.
pub(crate) fn follow<P: Protocol>(
    scenario: &Scenario,
    from: Option<Position>,
    options: &HuntOptions,
) -> Result<Followed, ScenarioError> {
    let begun = start::<P>(scenario)?;
    let scope = scope::<P>(&begun, options)?;
    let last_act = begun.acts.last().map_or(Time::ZERO, |act| act.at);
    let until = scenario.expect.as_ref().and_then(|expect| Span::parse(&expect.until));
    let until = until.map_or(last_act, |until| Time(until.0));
    let mut simulation = Simulation::new(&begun);
    let mut position = 0;
    while position < from.unwrap_or(0).max(usize::from(begun.setup.nodes)) && simulation.step(&mut NoSink).is_some() {
        position += 1;
    }
    let begun_at = position;
    let mut follower = Follower::new(simulation.world(), scope).map_err(|unfit| refused(&unfit))?;
    let mut stopped = None;
    while stopped.is_none() && position < STEPS_MAX && simulation.next_at().is_some_and(|at| at <= until) {
        let mut steps = Steps::default();
        simulation.step(&mut steps);
        position += 1;
        stopped = follower.step(steps, simulation.world()).err().map(|obstacle| (position, obstacle));
    }
    let steps = position - begun_at - usize::from(stopped.is_some());
    Ok(Followed { stopped, steps, broken: follower.broken().collect() })
}
