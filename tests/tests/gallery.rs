//! Every scenario of the gallery does what it expects, speaks both languages, survives every spelling, and runs as it did
//! before: `tests/gallery.txt` pins the trace of each run. `UPDATE_GALLERY=1` pins the traces anew.

use faultlab_core::{Span, Time};
use faultlab_registry::{Lab, Played, protocol};
use faultlab_scenario::link::{decode, encode};
use faultlab_scenario::{Scenario, Texts};
use faultlab_tests::{concerns, gallery, root};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write;

/// How long scenarios run that do not say.
const UNTIL: Span = Span::seconds(10);

fn open(name: &str, scenario: &Scenario) -> Box<dyn Lab> {
    let protocol = protocol(&scenario.protocol).unwrap_or_else(|| panic!("{name}: no protocol {}", scenario.protocol));
    protocol.open(scenario).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Steps and trace at the end of a run.
fn ending(name: &str, scenario: &Scenario) -> (usize, u32) {
    let mut lab = open(name, scenario);
    let said = scenario.expect.as_ref().and_then(|expect| Span::parse(&expect.until));
    let until = Time(said.unwrap_or(UNTIL).0);
    while lab.play(until, 1_000_000) == Played::Broken {}
    assert!(lab.now() == until, "{name}: more than a million steps");
    (lab.position(), lab.trace())
}

#[test]
fn every_scenario_does_what_it_expects() {
    let mut wrong = String::new();
    for (name, _) in gallery() {
        let args: Vec<OsString> = ["run", &name].map(OsString::from).to_vec();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let status = faultlab_cli::main(&args, &mut out, &mut err);
        if status != 0 {
            let said = String::from_utf8_lossy(&out).into_owned() + &String::from_utf8_lossy(&err);
            let _ = writeln!(wrong, "faultlab run {name} ends with {status}:\n{said}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_scenario_says_so_in_both_languages() {
    for (name, scenario) in gallery() {
        let folder = name.split('/').next().unwrap_or_default();
        assert_eq!(folder, scenario.protocol, "{name} stands in the folder of its protocol");
        assert!(scenario.expect.is_some(), "{name} says what it expects");
        let captions = scenario.captions.iter().map(|caption| &caption.text);
        for text in captions.chain([&scenario.title, &scenario.about]) {
            let Texts { en, zh } = text;
            assert!(!en.is_empty() && !zh.is_empty(), "{name} in both languages: {text:?}");
            assert!(!en.chars().any(is_chinese), "{name}: {en}");
            assert!(zh.chars().any(is_chinese), "{name}: {zh}");
        }
    }
}

fn is_chinese(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

#[test]
fn every_scenario_survives_every_spelling() {
    for (name, scenario) in gallery() {
        let json = Scenario::from_json(&scenario.to_json()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(json, scenario, "{name} as JSON");
        let toml = scenario.to_toml().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(Scenario::from_toml(&toml).as_ref(), Ok(&scenario), "{name} as TOML");
        let linked = decode(&encode(&scenario, None)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(linked.scenario, scenario, "{name} as a link");
        // The acts as the program writes them make the same run as those that a person wrote.
        let told = open(&name, &scenario).scenario();
        assert_eq!(ending(&name, &told), ending(&name, &scenario), "{name} as text");
    }
}

#[test]
fn every_scenario_runs_as_it_did_before() {
    let file = root().join("tests/gallery.txt");
    let mut told = BTreeMap::new();
    for (name, scenario) in gallery() {
        let behaviour = protocol(&scenario.protocol).map_or(0, |protocol| protocol.about.behaviour);
        let (steps, trace) = ending(&name, &scenario);
        told.insert(name, format!("behaviour {behaviour} steps {steps} trace {trace:08x}"));
    }
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    let pinned = pairs.map(|(name, run)| (name.to_owned(), run.to_owned()));
    // Where the tests look at one protocol only, the lines of the others stay as they are.
    let (mut pinned, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
        pinned.partition(|(name, _)| concerns(name.split('/').next().unwrap_or_default()));
    if std::env::var_os("UPDATE_GALLERY").is_some() {
        pinned = told.clone();
        let mut lines: Vec<_> = pinned.iter().chain(&others).collect();
        // In the order of the files.
        lines.sort_by_key(|(name, _)| format!("{name}.toml"));
        let text: String = lines.iter().map(|(name, run)| format!("{name} {run}\n")).collect();
        std::fs::write(&file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    let new: Vec<_> = told.keys().filter(|name| !pinned.contains_key(*name)).collect();
    assert!(new.is_empty(), "These runs are not pinned yet: {new:?}. Run the test with UPDATE_GALLERY=1.");
    let changed: Vec<_> = told.iter().filter(|(name, run)| pinned.get(*name) != Some(run)).collect();
    let gone: Vec<_> = pinned.keys().filter(|name| !told.contains_key(*name)).collect();
    assert!(
        changed.is_empty() && gone.is_empty(),
        "These runs are others than before: {changed:?}, gone: {gone:?}.\nIf that is meant, raise the protocol's BEHAVIOUR \
         once for each release and pin them with UPDATE_GALLERY=1."
    );
}

/// A run taken to the moment for which it says what it expects.
fn played(name: &str, scenario: &Scenario) -> Box<dyn Lab> {
    let mut lab = open(name, scenario);
    let said = scenario.expect.as_ref().and_then(|expect| Span::parse(&expect.until));
    while lab.play(Time(said.unwrap_or(UNTIL).0), 1_000_000) == Played::Broken {}
    lab
}

#[test]
fn every_line_is_said_in_the_run_that_it_is_about() {
    for (name, scenario) in gallery() {
        let said: Vec<Texts> = played(&name, &scenario).said_so_far().into_iter().map(|(_, text)| text).collect();
        let written: Vec<Texts> = scenario.captions.iter().map(|caption| caption.text.clone()).collect();
        assert_eq!(said, written, "{name}");
    }
}

#[test]
fn what_is_said_of_a_run_is_not_said_of_another() {
    for (name, scenario) in gallery().into_iter().filter(|(_, scenario)| !scenario.captions.is_empty()) {
        // A person acts in the past, before the first line: what rests on the run is not said from there on.
        let mut lab = played(&name, &scenario);
        lab.seek(1);
        lab.act("set retry 700ms").unwrap_or_else(|error| panic!("{name}: {error}"));
        lab.play(Time(12_000_000), 100_000);
        let rests = |text: &Texts| {
            let of = scenario.captions.iter().find(|caption| caption.text == *text);
            of.is_some_and(faultlab_scenario::Caption::rests_on_the_run)
        };
        assert!(!lab.said().is_some_and(|text| rests(&text)), "{name}: {:?}", lab.said());
        assert!(!lab.said_so_far().iter().any(|(_, text)| rests(text)), "{name}");
        // A file or a link of it says it neither, though the person's act is part of that file.
        let shared = lab.scenario();
        let told = played(&name, &shared).said_so_far();
        assert!(!told.iter().any(|(_, text)| rests(text)), "{name}, shared: {told:?}");
        // Another seed is another run.
        let mut other = scenario.clone();
        other.reseed(scenario.seed + 1);
        assert!(!other.captions.iter().any(faultlab_scenario::Caption::rests_on_the_run), "{name}");
    }
}

#[test]
fn a_line_stands_while_its_state_does() {
    let (name, scenario) = gallery().into_iter().find(|(name, _)| name == "raft/leader-dies").expect("it is there");
    let mut lab = open(&name, &scenario);
    lab.play(Time(3_000_000), 100_000);
    assert!(lab.said().is_some_and(|text| text.en.starts_with("S1 crashes")), "{:?}", lab.said());
    lab.act("restart n1").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(lab.said(), None, "S1 runs again");
    // Back before that act it is so again.
    lab.seek_time(Time(2_700_000));
    assert!(lab.said().is_some_and(|text| text.en.starts_with("S1 crashes")), "{:?}", lab.said());
}
