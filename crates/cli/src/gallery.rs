//! The scenarios that are built into the program.

use crate::error::Failure;
use faultlab_scenario::{Scenario, locate};

/// Names such as `raft/figure-8` with their files.
pub const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));

/// The file of a built-in scenario.
pub fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(other, _)| *other == name).map(|(_, text)| *text)
}

/// All built-in scenarios, read.
pub(crate) fn all() -> Result<Vec<(&'static str, Scenario)>, Failure> {
    let read = |(name, text): &(&'static str, &str)| match Scenario::from_toml(text) {
        Ok(scenario) => Ok((*name, scenario)),
        Err(error) => Err(Failure::scenario(name, None, locate(text, error))),
    };
    BUILT_IN.iter().map(read).collect()
}
