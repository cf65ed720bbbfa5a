//! How a run or a search went, in one text that is the same on every machine.

use faultlab_check::models::{Instance, reference};
use faultlab_check::{Limits, Report};
use faultlab_core::{Misspelled, Time};
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

/// A reference model and whether it is explored up to renaming, from one line: its name, then `size=number`, `-rule` for a rule
/// that is off, or `symmetry`.
///
/// # Errors
/// The word that does not fit.
pub fn asked(line: &str) -> Result<(Instance, Limits), Misspelled> {
    let mut words = line.split_ascii_whitespace();
    let reference = reference(words.next().unwrap_or_default())?;
    let sizes = words.clone().filter_map(|word| word.split_once('='));
    let off = words.clone().filter_map(|word| word.strip_prefix('-'));
    let symmetry = words.clone().any(|word| word == "symmetry");
    Ok((reference.instance(sizes, off)?, Limits { symmetry, ..Limits::default() }))
}

/// What exploring the model of [`asked`] found, or what is wrong with the line.
pub fn explored(line: &str) -> String {
    match asked(line).and_then(|(instance, limits)| instance.explore(limits)) {
        Ok(Report { states, generated, depth, exhausted, reduced, violation, .. }) => format!(
            "states {states} generated {generated} depth {depth} exhausted {exhausted} reduced {reduced} {violation:?}"
        ),
        Err(error) => error.to_string(),
    }
}
