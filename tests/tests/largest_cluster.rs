//! Every protocol runs in the largest cluster that a scenario may have: all nodes take part, work gets done, nothing breaks.

use faultlab_core::{Mark, Time};
use faultlab_registry::{CheckState, Lab, Played, What, protocols};
use faultlab_scenario::{NODES_MAX, Number, Scenario};
use faultlab_tests::concerns;
use faultlab_words::Lang;

/// How far a run is taken before its story is looked at again, and how often.
const STRETCH: u64 = 2_000_000;
const STRETCHES: u64 = 10;

/// How many steps of a story are read at a time.
const CHUNK: usize = 4_096;

/// Whether some work got done between two positions.
fn works(lab: &dyn Lab, from: usize, to: usize) -> bool {
    let is_progress = |what: &What| matches!(what, What::Emitted { mark: Mark::Progress, .. });
    let lines = |from| lab.story(from, (from + CHUNK).min(to), Lang::En);
    (from..to).step_by(CHUNK).any(|from| lines(from).iter().any(|line| is_progress(&line.what)))
}

#[test]
fn every_protocol_runs_in_the_largest_cluster() {
    for protocol in protocols().iter().filter(|protocol| concerns(protocol.about.slug)) {
        let about = &protocol.about;
        let slug = about.slug;
        let mut scenario = Scenario::new(slug, NODES_MAX, 1);
        // Where not all nodes are members, all become members.
        if about.fields.iter().any(|field| field.slug == "members") {
            scenario.config.insert("members".into(), Number::Count(NODES_MAX.into()));
        }
        let mut lab = protocol.open(&scenario).unwrap_or_else(|error| panic!("{slug}: {error}"));
        let has_worked = (1..=STRETCHES).any(|stretch| {
            let from = lab.position();
            let played = lab.play(Time(stretch * STRETCH), 1_000_000);
            assert!(played == Played::There, "{slug}: {}", lab.position());
            works(&*lab, from, lab.position())
        });
        assert!(has_worked, "{slug}: no event that its protocol marks as progress by {}", lab.now());
        let checks = lab.checks(Lang::En);
        assert!(checks.iter().all(|check| check.state != CheckState::Broken), "{slug}: {checks:?}");
        assert!(lab.moment(Lang::En).nodes.iter().all(|node| node.up), "{slug}");
    }
}
