//! Two thousand seeds of every protocol, each with a cluster and faults of its own: nothing breaks, and everything that must be reachable
//! is reached.

use faultlab_core::Unit;
use faultlab_registry::{Protocol, protocols};
use faultlab_tests::concerns;
use serde_json::{Value, json};
use std::ffi::OsString;

/// Runs `faultlab sweep`, and gives its status and its summary.
fn sweep(args: &[&str]) -> (u8, Value) {
    let args: Vec<OsString> = ["sweep", "--json"].iter().chain(args).map(OsString::from).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = faultlab_cli::main(&args, &mut out, &mut err);
    let summary = serde_json::from_slice(&out);
    (status, summary.unwrap_or_else(|_| panic!("{args:?}: {}", String::from_utf8_lossy(&err))))
}

#[test]
fn two_thousand_seeds_break_nothing() {
    for protocol in protocols().iter().filter(|protocol| concerns(protocol.about.slug)) {
        let slug = protocol.about.slug;
        let (status, summary) = sweep(&[slug, "--seeds", "0..2000", "--require-reached", "--drawn"]);
        assert_eq!(
            status, 0,
            "{slug}: broken {}, reached {}, {}",
            summary["broken"], summary["reached"], summary["failures"]
        );
        assert_eq!(summary["runs"], 2_000);
        assert_eq!(summary["beyond"], 0, "{slug}: drawn faults and clusters are tolerated ones");
        draws_small_numbers(protocol, &summary);
    }
}

/// Every number of the configuration and of the load was drawn, and counts at the lower end of their bounds often.
fn draws_small_numbers(protocol: &Protocol, summary: &Value) {
    let drawn = summary["configurations"].as_object().expect("what was drawn");
    let runs =
        |values: &Value| -> u64 { values.as_object().into_iter().flatten().filter_map(|(_, n)| n.as_u64()).sum() };
    for name in ["nodes", "load.clients", "load.think", "load.reads", "load.keys", "load.retry"] {
        assert_eq!(runs(&drawn[name]), 2_000, "{name}");
    }
    for field in &protocol.about.fields {
        let values = &drawn[field.slug];
        assert_eq!(runs(values), 2_000, "{}", field.slug);
        assert!(values.as_object().is_some_and(|values| values.len() > 1), "{}: {values}", field.slug);
        if field.unit == Unit::Count {
            let least = values[field.min.to_string()].as_u64();
            assert!(least >= Some(100), "{}: {values}", field.slug);
        }
    }
    assert!(drawn["nodes"]["1"].as_u64() >= Some(20) && drawn["load.clients"]["1"].as_u64() >= Some(100), "{drawn:?}");
}

#[test]
fn with_its_usual_cluster_each_run_is_long_and_suffers_several_kinds_of_faults() {
    for protocol in protocols().iter().filter(|protocol| concerns(protocol.about.slug)) {
        let slug = protocol.about.slug;
        let (status, summary) = sweep(&[slug, "--seeds", "0..100", "--fixed"]);
        assert_eq!(status, 0, "{slug}: {}", summary["failures"]);
        assert_eq!(summary["beyond"], 0, "{slug}: drawn faults are tolerated ones");
        assert_eq!(summary["configurations"], json!({}), "{slug}: nothing of the cluster is drawn");
        assert!(summary["steps_least"].as_u64() >= Some(2_000), "{slug}: {}", summary["steps_least"]);
        let kinds = protocol.about.tolerates.len().min(3) as u64;
        assert!(summary["fault_kinds_least"].as_u64() >= Some(kinds), "{slug}: {}", summary["faults"]);
    }
}

#[test]
fn what_is_said_is_not_drawn() {
    let said = ["two-phase", "--seeds", "0..40", "--nodes", "4", "--set", "accounts=5", "--set", "work_round=off"];
    let (status, summary) = sweep(&said);
    assert_eq!(status, 0, "{}", summary["failures"]);
    assert_eq!(summary["configurations"]["nodes"], json!({"4": 40}));
    assert!(
        summary["configurations"].get("accounts").is_none() && summary["configurations"].get("work_round").is_none()
    );
    assert!(summary["configurations"]["opening"].as_object().is_some_and(|values| values.len() > 3));
}

#[test]
fn a_sweep_is_the_same_in_parts_and_by_any_number_of_threads() {
    let slug = protocols()[0].about.slug;
    let folder = std::env::temp_dir().join(format!("faultlab-sweep-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the parts");
    let (_, whole) = sweep(&[slug, "--seeds", "100..160", "--threads", "1"]);
    let (_, threaded) = sweep(&[slug, "--seeds", "100..160", "--threads", "3"]);
    assert_eq!(whole, threaded);
    let mut files = Vec::new();
    for part in 0..3 {
        let file = folder.join(format!("{part}.json")).to_string_lossy().into_owned();
        sweep(&[slug, "--seeds", "100..160", "--shard", &format!("{part}/3"), "--out", &file]);
        files.push(file);
    }
    let merge = |files: &[&String]| {
        let args: Vec<OsString> =
            ["merge", "--json"].iter().map(OsString::from).chain(files.iter().map(OsString::from)).collect();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        (faultlab_cli::main(&args, &mut out, &mut err), out, String::from_utf8_lossy(&err).into_owned())
    };
    let (status, merged, _) = merge(&[&files[2], &files[0], &files[1]]);
    assert_eq!(status, 0);
    let mut merged: Value = serde_json::from_slice(&merged).expect("a summary");
    assert_eq!(merged["seeds"].as_array().map(Vec::len), Some(3));
    merged["seeds"] = whole["seeds"].clone();
    assert_eq!(merged, whole);
    let (status, _, said) = merge(&[&files[1], &files[1]]);
    assert_eq!(status, 2);
    assert!(said.contains("expected seeds that are in no other part, found “120..140”"), "{said}");
    std::fs::remove_dir_all(&folder).expect("the parts are ours");
}

#[test]
fn a_rule_that_is_off_is_found_and_its_link_opens_there() {
    let (status, summary) = sweep(&["two-phase", "--off", "unanimous_votes", "--seeds", "0..300"]);
    assert_eq!(status, 1, "{summary}");
    let failing = &summary["failures"][0];
    let link = failing["link"].as_str().expect("a link");
    let args: Vec<OsString> = ["run", link, "--json"].map(OsString::from).to_vec();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    assert_eq!(faultlab_cli::main(&args, &mut out, &mut err), 1, "{}", String::from_utf8_lossy(&err));
    let run: Value = serde_json::from_slice(&out).expect("a run");
    assert_eq!(run["moment_matches"], true, "the facts up to the violation are the same");
    assert_eq!(run["seed"], failing["seed"]);
    for slug in failing["broken"].as_array().expect("a list") {
        assert!(run["violated"].as_array().is_some_and(|violated| violated.contains(slug)), "{run}");
    }
}
