//! What is wrong with a scenario is told in every language: the place, the cause, and what would do.

use faultlab_registry::{Lab, protocol};
use faultlab_scenario::{Scenario, ScenarioError};
use faultlab_words::Lang;
use faultlab_words::scenario::{Misfit, misfit};

fn told(lang: Lang, error: &ScenarioError) -> String {
    let ScenarioError { place, found, expected } = error;
    misfit(lang, &Misfit { path: &place.path, line: place.line, column: place.column, found, expected })
}

/// Three English words in a row are a phrase that was not translated; names of acts and fields stand alone or in lists.
#[track_caller]
fn is_chinese(error: &ScenarioError) {
    let text = told(Lang::Zh, error);
    let words: Vec<&str> = text.split(' ').collect();
    let is_word = |word: &&str| word.len() > 1 && word.bytes().all(|letter| letter.is_ascii_lowercase());
    let phrase = words.windows(3).find(|three| three.iter().all(is_word));
    assert_eq!(phrase, None, "{text}");
    assert!(text.contains("应为") && text.contains('却'), "{text}");
    assert!(told(Lang::En, error).contains("expected"), "{error:?}");
}

fn lab(slug: &str) -> Box<dyn Lab> {
    let protocol = protocol(slug).expect("a protocol");
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
    for slug in ["raft", "two-phase", "three-phase", "ring"] {
        let mut lab = lab(slug);
        for act in WRONG {
            is_chinese(&lab.act(act).expect_err(act));
        }
    }
    let mut raft = lab("raft");
    for act in
        ["request c1 put x", "request c1 add x", "request c1 cas x 1", "set rule persist_vote maybe", "set retry 1us"]
    {
        is_chinese(&raft.act(act).expect_err(act));
    }
    let mut banks = lab("two-phase");
    for act in
        ["request c1 transfer A b 1", "request c1 transfer a b 0x", "request c0 refuse n2 now", "fire n1 votes x"]
    {
        is_chinese(&banks.act(act).expect_err(act));
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
        is_chinese(&Scenario::from_json(text).expect_err(text));
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
        is_chinese(&raft.open(&scenario).err().unwrap_or_else(|| panic!("{text} opens")));
    }
}
