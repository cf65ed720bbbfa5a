//! How a run or a search went, in one text that is the same on every machine.

use faultlab_check::models::{Instance, reference};
use faultlab_check::{Limits, Report};
use faultlab_core::{Expected, Kind, Misspelled, Time};
use faultlab_hunt::{HuntFrom, HuntOptions, hunts};
use faultlab_registry::{Played, protocol};
use faultlab_scenario::{Scenario, ScenarioError};
use serde::{Deserialize, Serialize};

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

/// A cluster that has just started, and how it is explored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cluster {
    pub protocol: String,
    pub nodes: u8,
    /// The rules that are off, by slug.
    pub off: Vec<String>,
    pub options: HuntOptions,
}

/// What exploring a cluster found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hunted {
    pub worlds: u64,
    pub represented: u64,
    pub generated: u64,
    pub depth: u32,
    pub exhausted: bool,
    /// Visited worlds, the ways to them and the worlds that wait.
    pub bytes: u64,
    /// The slugs of what breaks, and the actions that do it.
    pub broken: Vec<String>,
    pub script: Vec<String>,
}

/// Explores a cluster.
///
/// # Errors
/// What is wrong with the cluster or the options.
pub fn hunted(cluster: &Cluster) -> Result<Hunted, ScenarioError> {
    let unknown = || ScenarioError::at("protocol", cluster.protocol.as_str(), Expected::listed(Kind::Protocol, []));
    let mut scenario = Scenario::new(&cluster.protocol, cluster.nodes, 1);
    scenario.load.clients = Some(0);
    scenario.rules_off.clone_from(&cluster.off);
    let mut hunt = hunts(&cluster.protocol).ok_or_else(unknown)?.hunt(&scenario, HuntFrom::Start, &cluster.options)?;
    while !hunt.advance() {}
    let (report, found) = (hunt.report(), hunt.found());
    let (broken, script) = found.map(|found| (found.broken, found.script)).unwrap_or_default();
    Ok(Hunted {
        worlds: report.summary.worlds,
        represented: report.summary.represented,
        generated: report.summary.generated,
        depth: report.summary.depth,
        exhausted: report.exhausted,
        bytes: report.summary.bytes,
        broken: broken.into_iter().map(String::from).collect(),
        script: script.into_iter().map(|(_, text)| text).collect(),
    })
}

/// [`hunted`] of a [`Cluster`] as JSON, as JSON; or what is wrong with it.
pub fn hunted_as_json(question: &str) -> String {
    let cluster: Cluster = match serde_json::from_str(question) {
        Ok(cluster) => cluster,
        Err(error) => return error.to_string(),
    };
    match hunted(&cluster) {
        Ok(hunted) => serde_json::to_string(&hunted).unwrap_or_default(),
        Err(error) => error.to_string(),
    }
}
