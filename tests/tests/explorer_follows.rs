//! What a search finds, a walk of the found run takes step by step; with less than it needs, the walk stops at the step that wants
//! more and names it. What the search has seen is told.

use faultlab_hunt::{Ended, Followed, HuntFrom, HuntOptions, HuntOrder, Obstacle, hunts};
use faultlab_registry::protocols;
use faultlab_scenario::Scenario;

/// Slices of a search, each some hundredths of a second. Whether every rule is found is for the rule matrix to say.
const SLICES: usize = 100;

fn follow(slug: &str, run: &Scenario, options: &HuntOptions) -> Followed {
    let hunts = hunts(slug).expect("every listed protocol can be explored");
    hunts.follow(run, None, options).unwrap_or_else(|error| panic!("{slug}: {error}"))
}

/// The run that breaks what a rule is for, with what a search must allow from the start on.
fn broken_without(slug: &str, rule: &str) -> Option<(Scenario, HuntOptions)> {
    let hunts = hunts(slug).expect("every listed protocol can be explored");
    let witness = hunts.witness(rule)?;
    let mut hunt = hunts.hunt(&witness.off, witness.from, &witness.options).unwrap_or_else(|error| panic!("{error}"));
    for _ in 0..SLICES {
        if hunt.has_found() || hunt.advance() {
            break;
        }
    }
    // What is broken as soon as the nodes have started needs no step.
    let found = hunt.found().filter(|found| found.steps > 0)?;
    Some((found.scenario, witness.elsewhere))
}

#[test]
fn every_run_that_a_search_without_time_finds_can_be_followed() {
    let mut followed = 0;
    for protocol in protocols().iter().filter(|row| faultlab_tests::concerns(row.about.slug)) {
        for rule in &protocol.about.rules {
            let Some((run, options)) = broken_without(protocol.about.slug, rule.slug) else { continue };
            // The prefix of a witness with time is dated between ticks.
            if options.tick.is_some() {
                continue;
            }
            // Where time passes before the search begins, the simulation takes steps that no budget counts.
            if run.schedule.first().is_some_and(|line| !line.contains("stepwise on")) {
                continue;
            }
            let walk = follow(protocol.about.slug, &run, &options);
            assert_eq!(walk.stopped, None, "{} without {}", protocol.about.slug, rule.slug);
            assert!(!walk.broken.is_empty(), "{} without {}: nothing broke", protocol.about.slug, rule.slug);
            followed += 1;
        }
    }
    assert!(followed > 30, "only {followed} runs were followed");
}

#[test]
fn the_first_step_that_costs_too_much_is_named() {
    let (run, enough) = broken_without("raft", "persist_vote").expect("a search shows it");
    let stops = [
        (HuntOptions { crashes: 0, ..enough.clone() }, Obstacle::Budget(Ended::Spent("crashes"))),
        (HuntOptions { timers: 1, ..enough.clone() }, Obstacle::Budget(Ended::TimerSpent("election".into()))),
    ];
    for (options, why) in stops {
        let walk = follow("raft", &run, &options);
        assert_eq!(walk.stopped.map(|(_, obstacle)| obstacle), Some(why));
    }
}

#[test]
fn a_search_that_finds_nothing_tells_what_it_has_seen_and_what_stopped_it() {
    let hunts = hunts("raft").expect("Raft can be explored");
    let scenario = broken_without("raft", "persist_vote").expect("a search shows it").0;
    let plain = Scenario { rules_off: Vec::new(), schedule: Vec::new(), steps: Vec::new(), ..scenario };
    let options = HuntOptions { timers: 1, order: HuntOrder::Depth, worlds_max: 50_000, ..HuntOptions::default() };
    let mut hunt = hunts.hunt(&plain, HuntFrom::Start, &options).unwrap_or_else(|error| panic!("{error}"));
    while !hunt.advance() {}
    let report = hunt.report();
    assert!(report.reached.contains(&"leader_elected") && report.not_reached.contains(&"snapshot_installed"));
    assert!(report.judged.iter().all(|(_, times)| *times > 0), "{:?}", report.judged);
    assert!(report.ended.iter().any(|(why, _)| *why == Ended::TimerSpent("election".into())), "{:?}", report.ended);
    assert_eq!(report.unconfirmed, 0);
}
