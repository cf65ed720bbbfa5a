//! What is wrong with a scenario is told in every language: the place, the cause, and what would do.

use faultlab_cli::BUILT_IN;
use faultlab_core::Expected;
use faultlab_registry::{About, Lab, Protocol, protocol, protocols};
use faultlab_scenario::{Scenario, ScenarioError};
use faultlab_tests::concerns;
use faultlab_words::Lang;
use faultlab_words::scenario::misfit;

fn told(lang: Lang, about: Option<&About>, error: &ScenarioError) -> String {
    misfit(lang, error, &|lang, slug| about?.expected(lang, slug))
}

/// Three English words in a row are a phrase that was not translated; names of acts and fields stand alone or in lists.
#[track_caller]
fn is_chinese(about: Option<&About>, error: &ScenarioError) {
    if let Expected::Word(slug) = &error.expected {
        let own = |lang| about.and_then(|about| about.expected(lang, slug));
        assert!(Lang::ALL.iter().all(|lang| own(*lang).is_some()), "{slug} is in no catalogue");
    }
    let text = told(Lang::Zh, about, error);
    let words: Vec<&str> = text.split(' ').collect();
    let is_word = |word: &&str| word.len() > 1 && word.bytes().all(|letter| letter.is_ascii_lowercase());
    let phrase = words.windows(3).find(|three| three.iter().all(is_word));
    assert_eq!(phrase, None, "{text}");
    assert!(text.contains("应为") && text.contains('却'), "{text}");
    assert!(told(Lang::En, about, error).contains("expected"), "{error:?}");
}

fn lab(protocol: &'static Protocol) -> Box<dyn Lab> {
    protocol.open(&Scenario::new(protocol.about.slug, protocol.about.nodes_default, 1)).expect("a fresh cluster")
}

#[test]
fn acts_that_do_not_fit() {
    const WRONG: [&str; 38] = [
        "",
        "crsh n1",
        "xyz",
        "crash n9",
        "crash c1",
        "crash n1 keeping",
        "crash n1 keeping log",
        "crash n1 keeping log:0",
        "crash n1 n2",
        "cut n1",
        "cut n1->n9",
        "heal all",
        "heal n1",
        "partition",
        "partition | n1",
        "partition n1 | n1",
        "partition n1",
        "isolate",
        "drop",
        "drop n1->n2",
        "delay n1->n2#1 long",
        "slow n1 0%",
        "skew n1 99999%",
        "corrupt n1 nowhere 1",
        "corrupt n1 log first",
        "tear n1",
        "fire n1 nothing",
        "request c99 get x",
        "request c1 get",
        "request c1 fly",
        "retry n1",
        "set",
        "set loss 200%",
        "set latency soon",
        "set clients 1000",
        "set keys 0",
        "set rule no_such_rule off",
        "set config nothing 1",
    ];
    for protocol in protocols().iter().filter(|protocol| concerns(protocol.about.slug)) {
        let mut lab = lab(protocol);
        for act in WRONG {
            is_chinese(Some(&protocol.about), &lab.act(act).expect_err(act));
        }
        let rule = protocol.about.rules[0].slug;
        let switch = format!("set rule {rule} maybe");
        is_chinese(Some(&protocol.about), &lab.act(&switch).expect_err(&switch));
        for field in protocol.about.fields.iter().filter(|field| field.live) {
            let dial = format!("set config {} nothing", field.slug);
            is_chinese(Some(&protocol.about), &lab.act(&dial).expect_err(&dial));
        }
    }
}

/// The requests and timers that a protocol's scenarios and witnesses spell.
fn spelled(protocol: &Protocol) -> Vec<String> {
    let read = |(_, text): &(&str, &str)| Scenario::from_toml(text).expect("a built-in scenario");
    let scenarios = BUILT_IN.iter().map(read).filter(|scenario| scenario.protocol == protocol.about.slug);
    let witnesses = protocol.about.rules.iter().filter_map(|rule| protocol.about.witness(rule));
    let lines = scenarios.chain(witnesses).flat_map(|scenario| [scenario.steps, scenario.schedule].concat());
    let clauses = lines.flat_map(|line| line.split(" · ").map(str::to_owned).collect::<Vec<_>>());
    let at_verb = |clause: String| {
        let verb = ["request ", "fire "].iter().find_map(|verb| clause.find(verb))?;
        let act = &clause[verb..];
        Some(act.split(" choosing").next()?.to_owned())
    };
    clauses.filter_map(at_verb).collect()
}

/// Each word of each request and timer is cut off, and put wrong.
#[test]
fn requests_and_timers_that_do_not_fit() {
    for protocol in protocols().iter().filter(|protocol| concerns(protocol.about.slug)) {
        let mut lab = lab(protocol);
        let mut refused = 0;
        for act in spelled(protocol) {
            let words: Vec<&str> = act.split(' ').collect();
            for place in 2..words.len() {
                let cut_off = words[..place].join(" ");
                let wrong = [&words[..place], &["?"], &words[place + 1..]].concat().join(" ");
                for act in [cut_off, wrong] {
                    // A list may end early.
                    if let Err(error) = lab.act(&act) {
                        is_chinese(Some(&protocol.about), &error);
                        refused += 1;
                    }
                }
            }
        }
        assert!(refused > 10, "{}: only {refused} errors", protocol.about.slug);
    }
}

#[test]
fn files_that_do_not_fit() {
    const WRONG: [&str; 14] = [
        "",
        "{",
        "[]",
        "{}",
        "{\"format\": 1}",
        "{\"format\": 99, \"protocol\": \"raft\"}",
        "{\"format\": 1, \"protocol\": 3, \"nodes\": 5, \"seed\": 1}",
        "{\"format\": 1, \"protocol\": \"raft\", \"nodes\": \"five\", \"seed\": 1}",
        "{\"format\": 1, \"protocol\": \"raft\", \"nodes\": 300, \"seed\": 1}",
        "{\"format\": 1, \"protocol\": \"raft\", \"nodes\": 5, \"seed\": -1}",
        "{\"format\": 1, \"protocol\": \"raft\", \"nodes\": 5, \"seed\": 1, \"nods\": 1}",
        "{\"format\": 1, \"protocol\": \"raft\", \"nodes\": 5, \"seed\": 1, \"schedule\": 1}",
        "{\"format\": 1, \"protocol\": \"raft\", \"nodes\": 5, \"seed\": 1, \"config\": {\"a\": []}}",
        "{\"format\": 1, \"protocol\": \"raft\", \"nodes\": 5, \"seed\": 1} x",
    ];
    for text in WRONG {
        is_chinese(None, &Scenario::from_json(text).expect_err(text));
    }
}

#[test]
fn scenarios_that_do_not_fit_their_protocol() {
    const WRONG: [&str; 18] = [
        "\"nodes\": 0",
        "\"nodes\": 200",
        "\"nodes\": 5, \"config\": {\"voter\": 3}",
        "\"nodes\": 5, \"config\": {\"voters\": 999}",
        "\"nodes\": 5, \"rules_off\": [\"nothing\"]",
        "\"nodes\": 5, \"network\": {\"loss\": \"much\"}",
        "\"nodes\": 5, \"network\": {\"latency\": \"long\"}",
        "\"nodes\": 5, \"load\": {\"clients\": 200}",
        "\"nodes\": 5, \"load\": {\"retry\": \"1us\"}",
        "\"nodes\": 5, \"schedule\": [\"at 2s crash n1\", \"at 1s crash n2\"]",
        "\"nodes\": 5, \"captions\": [{\"at\": \"soon\", \"text\": {}}]",
        "\"nodes\": 5, \"captions\": [{\"at\": \"1s\", \"while\": \"soon\", \"text\": {}}]",
        "\"nodes\": 5, \"captions\": [{\"at\": \"1s\", \"while\": \"event leader_electd\", \"text\": {}}]",
        "\"nodes\": 5, \"captions\": [{\"at\": \"1s\", \"while\": \"up n9\", \"text\": {}}]",
        "\"nodes\": 5, \"captions\": [{\"at\": \"1s\", \"while\": \"cut n1\", \"text\": {}}]",
        "\"nodes\": 5, \"captions\": [{\"at\": \"1s\", \"while\": \"broken entry_committed\", \"text\": {}}]",
        "\"nodes\": 5, \"captions\": [{\"at\": \"1s\", \"while\": \"up n1 n2\", \"text\": {}}]",
        "\"nodes\": 5, \"steps\": [\"1ms crash\"]",
    ];
    let raft = protocol("raft").expect("Raft");
    for fields in WRONG {
        let text = format!("{{\"format\": 1, \"protocol\": \"raft\", \"seed\": 1, {fields}}}");
        let scenario = Scenario::from_json(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        is_chinese(Some(&raft.about), &raft.open(&scenario).err().unwrap_or_else(|| panic!("{text} opens")));
    }
}
