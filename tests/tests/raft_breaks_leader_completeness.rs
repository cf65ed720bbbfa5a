//! A run of `raft` until 254ms: it breaks `leader_completeness`.

use faultlab_registry::judge;
use faultlab_scenario::Scenario;

/// The run as a scenario file.
const RUN: &str = r#"{
  "format": 1,
  "protocol": "raft",
  "nodes": 3,
  "seed": 1,
  "config": {
    "batch": 1,
    "snapshot_every": 0
  },
  "rules_off": [
    "commit_only_current_term",
    "pre_vote",
    "leader_stickiness"
  ],
  "load": {
    "clients": 0
  },
  "steps": [
    "1ms fire n1 election",
    "1ms flush n1",
    "1ms deliver n1->n2#1",
    "1ms flush n2",
    "1ms flush n2",
    "1ms deliver n1->n3#1",
    "1ms flush n3",
    "1ms flush n3",
    "2ms deliver n2->n1#1",
    "2ms flush n1",
    "3ms fire n3 election",
    "3ms flush n3",
    "3ms deliver n3->n2#1",
    "3ms flush n2",
    "3ms flush n2",
    "3ms deliver n2->n3#1",
    "3ms flush n3",
    "4ms deliver n3->n1#2",
    "4ms flush n1",
    "24ms fire n1 election",
    "27ms flush n1",
    "47ms deliver n1->n2#3",
    "50ms flush n2",
    "53ms flush n2",
    "73ms deliver n2->n1#2",
    "76ms flush n1",
    "96ms deliver n1->n2#4",
    "116ms deliver n2->n1#3",
    "136ms deliver n1->n2#5",
    "139ms flush n2",
    "159ms deliver n1->n3#4",
    "162ms flush n3",
    "182ms fire n3 election",
    "185ms flush n3",
    "205ms deliver n2->n1#4",
    "225ms deliver n3->n2#3",
    "228ms flush n2",
    "231ms flush n2",
    "251ms deliver n2->n3#2",
    "254ms flush n3"
  ],
  "expect": {
    "until": "254ms",
    "violates": [
      "leader_completeness"
    ]
  }
}"#;

#[test]
fn raft_breaks_leader_completeness() {
    let run = Scenario::from_json(RUN).expect("a scenario");
    let judged = judge(&run).expect("a run that can be opened");
    assert_eq!(judged.broken, ["leader_completeness"]);
}
