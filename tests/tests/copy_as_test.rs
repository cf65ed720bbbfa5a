//! A run copied as a test is a test: `raft_breaks_leader_completeness.rs` beside this file is one, as the command line writes it,
//! and it is built and run like any other. `UPDATE_COPIED=1` writes it anew.

use std::ffi::OsString;

use faultlab_core::Time;
use faultlab_registry::protocol;
use faultlab_scenario::link::{LinkMoment, encode};
use faultlab_scenario::{Caption, Expect, Scenario, Texts};
use faultlab_tests::root;
use faultlab_words::Lang;

/// A counterexample that the explorer found without the commit rule of figure 8.
const PLAY: &str = "tests/tests/raft_breaks_leader_completeness.toml";
const COPIED: &str = "tests/tests/raft_breaks_leader_completeness.rs";

fn exported(source: &str, form: &str) -> String {
    let file = root().join(source);
    let source = if file.is_file() { file.into_os_string() } else { source.into() };
    let args: Vec<OsString> = ["export".into(), source, "--as".into(), form.into()].to_vec();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = faultlab_cli::main(&args, &mut out, &mut err);
    assert_eq!(status, 0, "{}", String::from_utf8_lossy(&err));
    String::from_utf8(out).expect("text")
}

#[test]
fn a_copied_run_is_a_test_that_is_built_and_run() {
    let file = root().join(COPIED);
    let written = exported(PLAY, "test");
    if std::env::var_os("UPDATE_COPIED").is_some() {
        std::fs::write(&file, &written).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    let there = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert_eq!(there, written, "UPDATE_COPIED=1 writes {COPIED} anew");
    // The page has the protocol and the scenario, and asks the same.
    let play = std::fs::read_to_string(root().join(PLAY)).expect("the counterexample is there");
    let play = Scenario::from_toml(&play).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(protocol("raft").expect("listed").as_test(&play), Ok(written));
}

#[test]
fn a_run_that_breaks_nothing_or_says_nothing_is_a_test_too() {
    let whole = exported("raft/leader-dies", "test");
    assert!(
        whole.contains("fn raft_breaks_nothing()") && whole.contains("assert!(judged.broken.is_empty());"),
        "{whole}"
    );
    let plain = protocol("two-phase").expect("listed").as_test(&Scenario::new("two-phase", 3, 1));
    assert!(plain.is_ok_and(|text| text.contains("until 10s: nothing breaks.") && text.contains(r#""until": "10s""#)));
    let mut quoting = Scenario::new("raft", 3, 1);
    quoting.title.en = r##"He said "#1""##.into();
    let quoted = protocol("raft").expect("listed").as_test(&quoting).unwrap_or_else(|error| panic!("{error}"));
    assert!(quoted.contains("r##\"{"), "{quoted}");
    let wrong = Scenario { schedule: vec!["at 1s crash n9".into()], ..quoting };
    assert!(protocol("raft").expect("listed").as_test(&wrong).is_err());
}

/// What a test holds is the run up to the moment shown: what was done later is no part of it, nor is what is said later.
#[test]
fn what_comes_later_is_left_out() {
    let raft = protocol("raft").expect("listed");
    let schedule = ["at 1s crash n1", "at 2s restart n1 · cut n2->n3", "at 5s crash n2", "at 9s heal n2->n3"];
    let caption =
        |at: &str| Caption { at: at.into(), holds: String::new(), text: Texts { en: at.into(), zh: at.into() } };
    let whole = Scenario {
        schedule: schedule.map(String::from).into(),
        captions: vec![caption("1s"), caption("5s")],
        ..Scenario::new("raft", 3, 1)
    };
    let mut lab = raft.open(&whole).unwrap_or_else(|error| panic!("{error}"));
    lab.play(Time(2_500_000), 100_000);
    let shown = LinkMoment { step: lab.position() as u64, at: lab.now(), behaviour: 1, trace: lab.trace() };
    let expect = Expect { until: lab.now().to_string(), ..Expect::default() };
    let in_page = raft.as_test(&Scenario { expect: Some(expect.clone()), ..lab.scenario_so_far() });
    let until_then = raft.as_test(&Scenario { expect: Some(expect), ..whole.clone() });
    let by_link = exported(&encode(&whole, Some(shown)), "test");
    assert_eq!((in_page.as_deref(), until_then.as_deref()), (Ok(&*by_link), Ok(&*by_link)));
    assert!(
        by_link.contains("restart n1") && !by_link.contains("crash n2") && !by_link.contains("\"5s\""),
        "{by_link}"
    );

    // Within one instant, a step before the act that is due.
    lab.seek_time(Time(5_000_000));
    while lab.caption(Lang::En).is_some_and(|(_, line)| line.at == Time(5_000_000)) {
        lab.seek(lab.position() - 1);
    }
    assert_eq!(lab.scenario_so_far().schedule, schedule[..2]);
    assert_eq!(lab.scenario().schedule, schedule);
}

#[test]
fn what_is_exported_can_be_read_again() {
    let play = Scenario::from_toml(&exported("raft/figure-8", "toml")).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(Scenario::from_json(&exported("raft/figure-8", "json")).as_ref(), Ok(&play));
    assert_eq!(Scenario::from_json(&play.to_json()).as_ref(), Ok(&play));
    let link = exported("raft/figure-8", "link");
    assert_eq!(faultlab_scenario::link::decode(link.trim()).map(|linked| linked.scenario), Ok(play));
}
