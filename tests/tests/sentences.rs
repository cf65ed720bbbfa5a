//! Every form of sentence is read once in every language, wherever its fact first occurs: it says something, begins and ends as a
//! sentence does, and nothing of a template is left in it. Transcripts record facts and no sentences.

use faultlab_core::Time;
use faultlab_registry::{Lab, Line, Played, Protocol, protocols};
use faultlab_scenario::Scenario;
use faultlab_tests::{gallery, root};
use faultlab_words::Lang;
use std::collections::{BTreeMap, BTreeSet};

/// How long each run is.
const UNTIL: Time = Time(10_000_000);

/// The kind of a fact, with the first word of what it says: `event voted_yes`.
fn form(fact: &Line) -> String {
    let (kind, _, _) = faultlab_cli::fact_columns(fact);
    let slug = fact.sentence.head.split(' ').next().unwrap_or_default();
    if ["event", "void", "set", "lose"].contains(&kind) { format!("{kind} {slug}") } else { kind.to_owned() }
}

/// The events that a catalogue has sentences for, as facts call them.
fn events(slug: &str) -> BTreeSet<String> {
    let path = root().join(format!("crates/words/catalogues/{}.toml", slug.replace('-', "_")));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let keys = text.lines().filter_map(|line| line.strip_prefix("[event."));
    let name = |key: &str| -> String {
        let letters = key.trim_start_matches('"').chars().take_while(char::is_ascii_alphanumeric);
        let snake = letters.flat_map(|letter| {
            let gap = letter.is_ascii_uppercase().then_some('_');
            gap.into_iter().chain([letter.to_ascii_lowercase()])
        });
        snake.skip(1).collect()
    };
    keys.map(name).collect()
}

fn at_its_end(mut lab: Box<dyn Lab>) -> Box<dyn Lab> {
    while lab.play(UNTIL, 20_000) == Played::Broken {}
    lab
}

/// What is wrong with a sentence.
fn fault(lang: Lang, line: &Line) -> Option<&'static str> {
    let text = format!("{}{}", line.sentence.head, line.sentence.rest);
    let ends = match lang {
        Lang::En => ['.', '!', '?'],
        Lang::Zh => ['。', '！', '？'],
    };
    let starts_small = lang == Lang::En && text.starts_with(|letter: char| letter.is_ascii_lowercase());
    // A key such as k7 and a node such as n1 keep their letter.
    let is_name = text.chars().nth(1).is_some_and(|second| second.is_ascii_digit());
    match () {
        () if line.sentence.head.is_empty() => Some("no head"),
        () if !text.ends_with(ends) => Some("no stop at its end"),
        () if text.contains(['{', '}', '|', '#']) => Some("a piece of a template"),
        () if text.contains("  ") => Some("two spaces"),
        () if starts_small && !is_name && !text.starts_with("client") => Some("no capital"),
        () => None,
    }
}

/// Reads the first sentence of each form that a run has, in all languages.
fn read(row: &'static Protocol, scenario: &Scenario, seen: &mut BTreeMap<String, usize>, wrong: &mut Vec<String>) {
    let Ok(facts) = row.open_as_facts(scenario) else { return };
    let facts = at_its_end(facts);
    let lab = at_its_end(row.open(scenario).expect("it opened"));
    for fact in facts.story(0, facts.position(), Lang::En) {
        let times = seen.entry(form(&fact)).or_default();
        *times += 1;
        if *times > 1 {
            continue;
        }
        let step = fact.position - 1;
        for lang in Lang::ALL {
            let line =
                lab.story(step, step + 1, lang).into_iter().find(|line| line.id == fact.id).expect("the same run");
            if let Some(fault) = fault(lang, &line) {
                wrong.push(format!("{}: {fault}: {}{}", form(&fact), line.sentence.head, line.sentence.rest));
            }
        }
    }
}

#[test]
fn every_form_of_sentence_is_said_in_every_language() {
    let mut wrong = Vec::new();
    for row in protocols() {
        let slug = row.about.slug;
        let mut seen = BTreeMap::new();
        for (_, scenario) in gallery().into_iter().filter(|(_, scenario)| scenario.protocol == slug) {
            read(row, &scenario, &mut seen, &mut wrong);
        }
        for scenario in row.about.rules.iter().filter_map(|rule| row.about.witness(rule)) {
            read(row, &scenario, &mut seen, &mut wrong);
        }
        let events = events(slug);
        let missing: Vec<_> = events.iter().filter(|event| !seen.contains_key(&format!("event {event}"))).collect();
        assert!(missing.len() * 5 <= events.len(), "{slug}: the runs say too few of its events: {missing:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
