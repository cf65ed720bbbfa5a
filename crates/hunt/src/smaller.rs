//! The shrinker for scenarios.

use faultlab_check::{acts_counted, shrink};
use faultlab_core::{Expected, Found, Protocol};
use faultlab_scenario::{Expect, Scenario, ScenarioError, of_start, start};
use faultlab_sim::{NoSink, Simulation};

use crate::question::{News, Question};

/// How many trials are between two pieces of news.
const TRIALS_BETWEEN_NEWS: u64 = 16;

/// Takes away of a run what it does not need to break this.
pub(crate) fn smaller<P: Protocol>(
    question: &Question,
    broken: &str,
    tell: &mut dyn FnMut(News),
) -> Result<News, ScenarioError> {
    let whole = start::<P>(&question.scenario)?;
    let mut simulation = Simulation::new(&whole);
    for _ in 0..question.step {
        simulation.step(&mut NoSink);
    }
    let until = simulation.world().now();
    let before = acts_counted(&simulation.acts()[..simulation.acts_done()]);
    let mut told = |tried: u64, acts: usize| {
        if tried.is_multiple_of(TRIALS_BETWEEN_NEWS) {
            tell(News::Shrinking { tried, acts });
        }
    };
    let shrunk = shrink(&whole, broken, until, &mut told)
        .ok_or_else(|| ScenarioError::at("step", Found::NotBroken(broken.to_owned()), Expected::Broken))?;
    let Scenario { title, about, .. } = question.scenario.clone();
    let expect = Expect { until: shrunk.broken_at.to_string(), violates: vec![broken.to_owned()], reaches: Vec::new() };
    let scenario = Scenario { title, about, expect: Some(expect), ..of_start(&shrunk.start) };
    let after = acts_counted(&shrunk.start.acts);
    Ok(News::Shrunk { scenario: Box::new(scenario), before, after, tried: shrunk.tried })
}
