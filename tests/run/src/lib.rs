//! How a run went, in one text that is the same on every machine.

use faultlab_core::Time;
use faultlab_registry::{Played, protocol};
use faultlab_scenario::Scenario;

/// Into how many parts a run is cut.
const PARTS: u64 = 16;
/// More steps than any part of a gallery run takes.
const STEPS_MAX: usize = 1_000_000;

/// The hash of the trace and the number of steps after each of sixteen equal parts of the run, or what is wrong with the
/// scenario.
pub fn fingerprints(scenario: &Scenario, until: u64) -> String {
    let Some(protocol) = protocol(&scenario.protocol) else { return format!("no protocol {:?}", scenario.protocol) };
    let mut lab = match protocol.open(scenario) {
        Ok(lab) => lab,
        Err(error) => return error.to_string(),
    };
    let mut told = Vec::new();
    for part in 1..=PARTS {
        let until = Time(until * part / PARTS);
        while lab.play(until, STEPS_MAX) == Played::Broken {}
        told.push(format!("{:08x}@{}", lab.trace(), lab.position()));
    }
    told.join(" ")
}
