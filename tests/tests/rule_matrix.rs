//! The rule matrix: every rule of every protocol at its witness. Off, the named promise breaks, and the counterexample that a search
//! finds does it again from its file; on, the same search finds nothing.
//!
//! A rule that costs progress only still has a promise that a step breaks, if its source says what a process must do at
//! that moment: who deposes a leader had pre-votes (judged from the events there are), a leader without a quorum does
//! not lead on, an inquiry is not left unanswered. Doing nothing cannot be seen, so for the latter two the process says
//! so, by an event that it never has with the rule on (`LedOn`, `LeftUnanswered`): all other runs stay what they were.
//! Where such a rule is off so as not to mask another, the matrix does not hold the other to its promise.

use faultlab_core::{Time, TimeModel, Witness};
use faultlab_hunt::{HuntFound, HuntOptions, HuntOrder, Hunts, RuleWitness, hunts};
use faultlab_registry::{InvariantKind, Played, Protocol, RuleAbout, protocols};
use faultlab_scenario::Scenario;

/// With the rule on, so many worlds are visited: enough to meet what breaks without it several times over.
const WORLDS_ON: u64 = 100_000;

fn hunts_in(protocol: &str) -> Hunts {
    hunts(protocol).expect("every listed protocol can be explored")
}

fn found(hunts: Hunts, scenario: &Scenario, witness: &RuleWitness, options: &HuntOptions) -> Option<HuntFound> {
    let mut hunt = hunts.hunt(scenario, witness.from, options).unwrap_or_else(|error| panic!("{error}"));
    for _ in 0..2_000 {
        if hunt.advance() {
            break;
        }
    }
    assert_eq!(hunt.wrongly_stale(), None, "{}", scenario.protocol);
    hunt.found()
}

/// What a counterexample's file breaks when it is opened and run like any other.
fn broken_by_file(scenario: &Scenario) -> Vec<&'static str> {
    let text = scenario.to_toml().expect("a counterexample can be written");
    let again = Scenario::from_toml(&text).expect("and read again");
    faultlab_registry::judge(&again).unwrap_or_else(|error| panic!("{error}\n{text}")).broken
}

/// What is promised at a rule's witness with the rule on: everything but what breaks by the rules that are off there so as not to
/// mask it. Still promised is what this one's absence breaks as well, and, where time promises nothing, what takes time to break.
fn promised_on(protocol: &Protocol, rule: &RuleAbout) -> Vec<String> {
    let Witness::Explore { off, .. } = rule.witness else { return Vec::new() };
    let is_timed = |rule: &RuleAbout| matches!(rule.witness, Witness::Explore { time: TimeModel::Timed { .. }, .. });
    let rules = protocol.about.rules.iter();
    let masks = rules.filter(|other| off.contains(&other.slug) && (is_timed(rule) || !is_timed(other)));
    let excused: Vec<&str> =
        masks.flat_map(|mask| mask.breaks).copied().filter(|slug| !rule.breaks.contains(slug)).collect();
    let always = protocol.about.invariants.iter().filter(|row| row.kind == InvariantKind::Always);
    always.filter(|row| !excused.contains(&row.slug)).map(|row| row.slug.to_owned()).collect()
}

fn judge(protocol: &'static Protocol, rule: &RuleAbout) -> Result<(), String> {
    let hunts = hunts_in(protocol.about.slug);
    let Some(witness) = hunts.witness(rule.slug) else { return Ok(()) };
    let name = format!("{} without {}", protocol.about.slug, rule.slug);
    let found_without = found(hunts, &witness.off, &witness, &witness.options);
    let counterexample = found_without.ok_or_else(|| format!("{name}: nothing breaks"))?;
    let broken = broken_by_file(&counterexample.scenario);
    if !rule.breaks.iter().any(|slug| broken.contains(slug)) {
        return Err(format!("{name}: the counterexample's file breaks {broken:?}, not one of {:?}", rule.breaks));
    }
    let wanted = promised_on(protocol, rule);
    let options = HuntOptions { wanted, order: HuntOrder::Breadth, worlds_max: WORLDS_ON, ..witness.options.clone() };
    match found(hunts, &witness.on, &witness, &options) {
        Some(counterexample) => Err(format!(
            "{} with {} on breaks {:?}: {:#?}",
            protocol.about.slug, rule.slug, counterexample.broken, counterexample.script
        )),
        None => Ok(()),
    }
}

fn rules() -> impl Iterator<Item = (&'static Protocol, &'static RuleAbout)> {
    let protocols = protocols().iter().filter(|protocol| faultlab_tests::concerns(protocol.about.slug));
    protocols.flat_map(|protocol| protocol.about.rules.iter().map(move |rule| (protocol, rule)))
}

#[test]
fn every_rule_breaks_its_promise_when_off_and_nothing_breaks_when_on() {
    let wrong: Vec<String> = rules().filter_map(|(protocol, rule)| judge(protocol, rule).err()).collect();
    assert!(wrong.is_empty(), "{} rules:\n{}", wrong.len(), wrong.join("\n"));
}

/// What a breadth-first search of two-phase commit comes to: what breaks first, or whether all was seen.
fn verdict(scenario: &Scenario, witness: &RuleWitness, full: bool) -> (bool, bool) {
    let options = HuntOptions { order: HuntOrder::Breadth, full, worlds_max: 1_000_000, ..witness.options.clone() };
    let mut hunt =
        hunts_in("two-phase").hunt(scenario, witness.from, &options).unwrap_or_else(|error| panic!("{error}"));
    while !hunt.advance() {}
    let found = hunt.found();
    if let Some(found) = &found {
        assert!(witness.options.wanted.iter().any(|slug| found.broken.contains(&slug.as_str())), "{:?}", found.broken);
    }
    (found.is_some(), hunt.report().exhausted)
}

#[test]
fn leaving_out_what_cannot_matter_changes_no_verdict() {
    let protocol = faultlab_registry::protocol("two-phase").expect("two-phase commit is listed");
    let mut compared = 0;
    for rule in &protocol.about.rules {
        let Some(witness) = hunts_in("two-phase").witness(rule.slug) else { continue };
        assert_eq!(verdict(&witness.off, &witness, true), (true, false), "{}: every detail", rule.slug);
        assert_eq!(verdict(&witness.off, &witness, false), (true, false), "{}: reduced", rule.slug);
        // Every detail of the larger set-ups is more than a test has time for.
        if matches!(rule.slug, "unanimous_votes" | "force_prepared" | "keep_outcome_for_peers") {
            assert_eq!(verdict(&witness.on, &witness, true), (false, true), "{}: every detail, on", rule.slug);
            assert_eq!(verdict(&witness.on, &witness, false), (false, true), "{}: reduced, on", rule.slug);
            compared += 1;
        }
    }
    assert_eq!(compared, 3);
}

#[test]
fn a_rule_that_only_whole_runs_show_names_one_without_it() {
    let scenarios = faultlab_tests::gallery();
    for (protocol, rule) in rules() {
        let Witness::Sweep { scenario: name } = rule.witness else { continue };
        let found = scenarios.iter().find(|(other, _)| other == name);
        let (_, scenario) = found.unwrap_or_else(|| panic!("{}: no scenario {name}", rule.slug));
        assert_eq!(scenario.protocol, protocol.about.slug, "{name}");
        assert!(scenario.rules_off.iter().any(|off| off == rule.slug), "{name} has {} on", rule.slug);
    }
}

/// A leader that goes on without a quorum says nothing wrong: its clients wait.
#[test]
fn a_deaf_leader_serves_nobody_unless_it_counts_who_answers() {
    let scenarios = faultlab_tests::gallery();
    let (_, deaf) = scenarios.iter().find(|(name, _)| name == "raft/deaf-leader").expect("it is in the gallery");
    let available = |rules_off: &[&str]| {
        let rules_off = rules_off.iter().map(|slug| slug.to_string()).collect();
        let raft = faultlab_registry::protocol("raft").expect("it is listed");
        let mut lab = raft.open(&Scenario { rules_off, ..deaf.clone() }).unwrap_or_else(|error| panic!("{error}"));
        let until = Time(8_000_000);
        while lab.play(until, 100_000) == Played::Broken {}
        lab.meters().availability_ppm(until)
    };
    let (without, with) = (available(&["check_quorum"]), available(&[]));
    assert!(without < 500_000 && with > 900_000, "{without} and {with} of a million");
}
