//! What a run exceeds of what its protocol promises is named with its amount; what cannot be judged is not called kept.

use faultlab_core::{Bound, Excess, Misfit, Span, Time, Unit};
use faultlab_registry::{CheckState, Lab, Played, protocol};
use faultlab_scenario::Scenario;
use faultlab_words::Lang;

/// A run of three nodes up to the twentieth second.
fn played(slug: &str, text: &str) -> Box<dyn Lab> {
    let text = format!("format = 1\nprotocol = \"{slug}\"\nnodes = 3\nseed = 1\n{text}");
    let scenario = Scenario::from_toml(&text).unwrap_or_else(|error| panic!("{error}"));
    let protocol = protocol(slug).expect("it is listed");
    let mut lab = protocol.open(&scenario).unwrap_or_else(|error| panic!("{error}"));
    while lab.play(Time(20_000_000), 1_000_000) == Played::Broken {}
    lab
}

fn beyond(slug: &str, text: &str) -> Option<Excess> {
    played(slug, text).moment(Lang::En).beyond
}

fn state(lab: &dyn Lab, slug: &str) -> CheckState {
    lab.checks(Lang::En).into_iter().find(|check| check.slug == slug).expect("a check of this name").state
}

#[test]
fn a_lease_bears_a_little_skew_and_the_excess_is_told_beyond() {
    let skewed = |mode: &str, skew: &str| {
        beyond("raft", &format!("schedule = [\"at 1s skew n2 {skew}\"]\n[config]\nread_mode = \"{mode}\"\n"))
    };
    assert_eq!(skewed("lease", "-10%"), None);
    assert_eq!(skewed("lease", "25%"), Some(Excess::Skew { found: 250_000, limit: 199_999 }));
    assert_eq!(skewed("read-index", "25%"), None);
}

#[test]
fn lost_disks_are_counted_against_the_write_quorum() {
    let wiped = |nodes: &[u8]| {
        let acts: Vec<String> =
            nodes.iter().map(|node| format!("\"at {node}s wipe n{node} · restart n{node}\"")).collect();
        beyond("ring", &format!("schedule = [{}]\n", acts.join(", ")))
    };
    assert_eq!(wiped(&[2]), None);
    assert_eq!(wiped(&[2, 3]), Some(Excess::DisksLost { found: 2, limit: 1 }));
}

#[test]
fn a_configuration_with_which_nothing_is_promised_is_said() {
    let misfit =
        |field, found| Some(Excess::Config(Misfit { field, unit: Unit::Span, found, needed: Bound::AtMost(149_999) }));
    let lease = "[config]\nread_mode = \"lease\"\nlease = \"300ms\"\n";
    assert_eq!(beyond("raft", lease), misfit("lease", 300_000));
    // Elections without end: that is no broken promise, and no kept one either.
    let lab = played("raft", "[config]\nheartbeat_interval = \"1s\"\n");
    assert_eq!(lab.moment(Lang::En).beyond, misfit("heartbeat_interval", 1_000_000));
    assert_ne!(state(&*lab, "progress"), CheckState::Broken);
}

#[test]
fn a_deadline_is_not_judged_while_messages_take_longer_than_progress_allows() {
    let slow = "schedule = [\"at 1s set latency 200ms..400ms\"]\n";
    let lab = played("raft", slow);
    assert_eq!(lab.moment(Lang::En).beyond, None, "safety needs no bound on delays");
    let delay = Span::millis(400);
    assert_eq!(state(&*lab, "progress"), CheckState::NotJudged { delay, limit: Span::millis(50) });
    assert_eq!(state(&*lab, "election_safety"), CheckState::Holds);
    let lab = played("two-phase", "schedule = [\"at 1s set latency 200ms..400ms\"]\n");
    assert_eq!(state(&*lab, "ac5"), CheckState::NotJudged { delay, limit: Span::millis(150) });
}
