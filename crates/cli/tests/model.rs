//! `faultlab model`: published counts, violations in words, and a report that claims no more than it saw.

use serde_json::{Value, json};
use std::process::Command;

/// Exit status and standard output.
fn model(args: &str) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_faultlab")).arg("model").args(args.split(' ')).output();
    let output = output.expect("the program starts");
    assert_eq!(output.stderr, b"", "{args}: {}", String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap_or(-1), String::from_utf8(output.stdout).expect("UTF-8"))
}

fn report(args: &str) -> (i32, Value) {
    let (status, json) = model(&format!("{args} --json"));
    (status, serde_json::from_str(&json).unwrap_or_else(|error| panic!("{args}: {error}: {json}")))
}

#[test]
fn the_usual_sizes_give_the_published_counts() {
    for (args, states, depth) in [
        ("tcommit", 34, Some(7)),
        ("two-phase", 288, Some(11)),
        ("two-phase --set rms=5", 8_832, Some(17)),
        ("two-phase --symmetry", 80, None),
        ("two-phase --set rms=5 --symmetry", 314, None),
        ("paxos --set acceptors=1 --set values=1", 25, None),
        ("paxos", 3_921, Some(17)),
        ("alternating-bit", 240, None),
        ("chang-roberts", 137, Some(10)),
    ] {
        let (status, report) = report(args);
        assert_eq!((status, &report["states"]), (0, &json!(states)), "{args}");
        assert!(depth.is_none_or(|depth| report["depth"] == json!(depth)), "{args}: {report}");
        assert_eq!([&report["exhausted"], &report["violation"]], [&json!(true), &json!(null)], "{args}");
        assert_eq!(report["reduced"], json!(args.contains("--symmetry")), "{args}");
        assert!(report["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0), "{args}");
        assert!(report["bytes_per_state"].as_f64().is_some_and(|bytes| bytes > 8.0), "{args}");
    }
}

#[test]
fn without_a_rule_the_shortest_way_to_its_violation_is_told() {
    for (args, invariant, nodes) in [
        ("two-phase --off unanimous_votes", "consistent", 3),
        ("paxos --off adopt_highest", "agreement", 3),
        ("paxos --off use_accepted", "agreement", 3),
        ("paxos --off check_promise", "agreement", 3),
    ] {
        let (status, found) = report(args);
        assert_eq!((status, &found["exhausted"]), (1, &json!(false)), "{args}");
        let violation = &found["violation"];
        assert_eq!(violation["invariant"], json!(invariant), "{args}");
        assert_eq!([&violation["nodes"], &violation["shortest"]], [&json!(nodes), &json!(true)], "{args}");
        let steps = violation["steps"].as_array().expect("steps");
        assert_eq!(json!(steps.len() + 1), found["depth"], "{args}: every level is a step");
        let (status, text) = model(args);
        assert_eq!(status, 1, "{args}");
        for (number, step) in steps.iter().enumerate() {
            let line = format!("{:>5}  {}\n", number + 1, step.as_str().expect("a sentence"));
            assert!(text.contains(&line), "{args}: {line:?} in {text}");
        }
        let (_, reduced) = report(&format!("{args} --symmetry --threads 2"));
        assert_eq!(reduced["violation"]["steps"].as_array().map(Vec::len), Some(steps.len()), "{args}");
        assert_ne!(model(&format!("{args} --lang zh")).1, text, "{args}");
    }
}

#[test]
fn a_report_tells_its_budget_and_no_more() {
    let (status, whole) = model("two-phase");
    assert_eq!(status, 0);
    assert!(whole.contains("No violation within this budget: 288 states, exhausted."), "{whole}");
    let (status, cut) = model("two-phase --max-states 287");
    assert_eq!(status, 0);
    assert!(cut.contains("cut off at 287 states"), "{cut}");
    assert_eq!(report("two-phase --max-states 287").1["exhausted"], json!(false));
    assert_eq!(report("two-phase --max-states 288").1["exhausted"], json!(true));
    for text in [whole, cut, model("--help").1] {
        assert!(!text.to_lowercase().contains("verified"), "{text}");
    }
}

#[test]
fn the_number_of_threads_does_not_show() {
    for args in ["two-phase --set rms=7", "paxos --off adopt_highest", "chang-roberts --set nodes=5"] {
        let [one, two] = [1, 2].map(|threads| {
            let (_, mut report) = report(&format!("{args} --threads {threads}"));
            report["seconds"].take();
            report
        });
        assert_eq!(one, two, "{args}");
    }
}
