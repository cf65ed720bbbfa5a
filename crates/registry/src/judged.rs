//! What a run came to: what broke and what was reached, beside what its scenario expects.

use faultlab_core::{Expected, Kind, Span, Time};
use faultlab_scenario::{Expect, Scenario, ScenarioError};
use faultlab_words::Lang;

use crate::{CheckState, LISTED, Lab, Played, Protocol, protocol};

/// So many steps a run may take.
const STEPS_MAX: usize = 1_000_000;

/// The slugs of the invariants that broke and of those that were reached.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Judged {
    pub broken: Vec<&'static str>,
    pub reached: Vec<&'static str>,
}

impl Judged {
    /// How a run stands at its present moment.
    pub fn of(lab: &dyn Lab) -> Self {
        let checks = lab.checks(Lang::En);
        let broken = checks.iter().filter(|check| match check.state {
            CheckState::Broken => true,
            CheckState::Measured { measured_ppm, bound_ppm } => measured_ppm > bound_ppm,
            CheckState::Holds | CheckState::Reached | CheckState::NotYet | CheckState::NotJudged { .. } => false,
        });
        let reached = checks.iter().filter(|check| check.state == CheckState::Reached);
        Self { broken: broken.map(|check| check.slug).collect(), reached: reached.map(|check| check.slug).collect() }
    }

    /// What broke or held against the expectation, and what should have been reached.
    pub fn surprises<'a>(&'a self, expect: Option<&'a Expect>) -> (Vec<&'a str>, Vec<&'a str>) {
        let violates = expect.map_or(&[][..], |expect| &expect.violates);
        let reaches = expect.map_or(&[][..], |expect| &expect.reaches);
        let unexpected = self.broken.iter().copied().filter(|slug| !violates.iter().any(|other| other == slug));
        let held = violates.iter().map(String::as_str).filter(|slug| !self.broken.contains(slug));
        let missing = reaches.iter().map(String::as_str).filter(|slug| !self.reached.contains(slug));
        (unexpected.chain(held).collect(), missing.collect())
    }
}

impl Protocol {
    /// Runs a scenario up to the moment for which it says what it expects.
    ///
    /// # Errors
    /// What is wrong with the scenario and where.
    pub fn judge(&'static self, scenario: &Scenario) -> Result<Judged, ScenarioError> {
        Ok(Judged::of(&*self.played(scenario)?))
    }

    /// A run at the moment for which its scenario says what it expects.
    pub(crate) fn played(&'static self, scenario: &Scenario) -> Result<Box<dyn Lab>, ScenarioError> {
        let mut lab = self.open(scenario)?;
        let until = scenario.expect.as_ref().map_or("", |expect| &expect.until);
        let span = Span::parse(until);
        let until = span.ok_or_else(|| ScenarioError::at("expect.until", until.to_owned(), Expected::Span))?;
        while lab.play(Time(until.0), STEPS_MAX) == Played::Broken {}
        Ok(lab)
    }
}

/// Runs a scenario of any protocol up to the moment for which it says what it expects.
///
/// # Errors
/// What is wrong with the scenario and where.
pub fn judge(scenario: &Scenario) -> Result<Judged, ScenarioError> {
    let known = || Expected::listed(Kind::Protocol, LISTED.iter().map(|listed| listed.slug));
    let unknown = || ScenarioError::at("protocol", scenario.protocol.clone(), known());
    protocol(&scenario.protocol).ok_or_else(unknown)?.judge(scenario)
}
