//! Every protocol runs in the largest cluster that a scenario may have: all nodes take part, work gets done, nothing breaks.

use faultlab_core::Time;
use faultlab_registry::{CheckState, Played, protocols};
use faultlab_scenario::{NODES_MAX, Number, Scenario};
use faultlab_words::Lang;

/// What each protocol must have done by then, and the field that says how many nodes are members, where not all are.
const DONE: [(&str, &str, Option<&str>); 4] = [
    ("raft", "entry_committed", None),
    ("two-phase", "committed", None),
    ("three-phase", "committed", None),
    ("ring", "acknowledges", Some("members")),
];

#[test]
fn every_protocol_runs_in_the_largest_cluster() {
    for protocol in protocols() {
        let slug = protocol.about.slug;
        let (_, done, members) = DONE.iter().find(|(other, ..)| *other == slug).expect("every protocol has its row");
        let mut scenario = Scenario::new(slug, NODES_MAX, 1);
        scenario.config.extend(members.map(|field| (field.into(), Number::Count(NODES_MAX.into()))));
        let mut lab = protocol.open(&scenario).unwrap_or_else(|error| panic!("{slug}: {error}"));
        assert!(lab.play(Time(2_000_000), 1_000_000) == Played::There, "{slug}: {}", lab.position());
        let checks = lab.checks(Lang::En);
        assert!(checks.iter().all(|check| check.state != CheckState::Broken), "{slug}: {checks:?}");
        assert!(
            checks.iter().any(|check| check.slug == *done && check.state == CheckState::Reached),
            "{slug}: {checks:?}"
        );
        assert!(lab.moment(Lang::En).nodes.iter().all(|node| node.up), "{slug}");
    }
}
