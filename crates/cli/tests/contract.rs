//! The program's words are a contract: exit statuses, messages, JSON keys, and a help that says what is so.

mod program;

use faultlab_scenario::Scenario;
use serde_json::Value;
use std::collections::BTreeSet;

use program::{faultlab, file};

const LESSON: &str = "format = 1\nprotocol = \"two-phase\"\nnodes = 3\nseed = 7\n\
                      schedule = [\"at 1s crash n2\", \"at 2s restart n2\"]\n[expect]\nuntil = \"5s\"\nreaches = [\"committed\"]\n";

const HISTORY: &str = "{:process 0 :type :invoke :f :write :value 5}\n{:process 0 :type :ok :f :write :value 5}\n\
                       {:process 1 :type :invoke :f :read}\n{:process 1 :type :ok :f :read :value 5}\n";

#[test]
fn every_command_explains_itself() {
    let (status, help, _) = faultlab(&["--help"]);
    assert_eq!(status, 0);
    for command in ["list", "run", "sweep", "merge", "model", "explore", "check-history", "export", "schema"] {
        assert!(help.contains(&format!("\n  {command:<13} ")), "{help}");
        let (status, own, said) = faultlab(&[command, "--help"]);
        assert_eq!((status, said.as_str()), (0, ""));
        assert!(own.contains(&format!("Usage: faultlab {command}")), "{own}");
        assert!(own.lines().all(|line| line.chars().count() <= 120), "{own}");
    }
    assert_eq!(faultlab(&[]).1, help, "nothing asked is a question, too");
    assert_eq!(faultlab(&["--version"]).1, format!("faultlab {}\n", env!("CARGO_PKG_VERSION")));
}

/// Every option that a help names is known, and wants a value if the help shows one.
#[test]
fn every_option_in_the_help_is_known() {
    for command in ["list", "run", "sweep", "merge", "model", "explore", "check-history", "export"] {
        let (_, help, _) = faultlab(&[command, "--help"]);
        let (_, usage) = help.split_once("Usage:").expect("a usage line");
        let (usage, _) = usage.split_once("\n\n").expect("more than its usage");
        let mut options = BTreeSet::new();
        for word in usage.split(|letter: char| !letter.is_ascii_alphabetic() && letter != '-') {
            if word.len() > 2 && word.starts_with("--") {
                options.insert(word);
            }
        }
        for option in options {
            let (status, _, said) = faultlab(&[command, "no-such-scenario", option]);
            assert_eq!(status, 2, "{command} {option}: {said}");
            assert!(!said.contains("an option of the command"), "{command} {option}: {said}");
        }
        let (status, _, said) = faultlab(&[command, "--no-such-option"]);
        assert_eq!(status, 2);
        assert!(said.contains("an option of the command, found “--no-such-option”"), "{said}");
    }
}

/// The keys that a help lists in braces, at the top level.
fn keys_in(help: &str) -> BTreeSet<String> {
    let begin = help.find("{\"").expect("JSON keys in the help");
    let (mut depth, mut keys) = (0, BTreeSet::new());
    let mut quoted = help[begin..].split('"');
    let mut between = quoted.next().unwrap_or_default();
    loop {
        depth += between.matches(['{', '[']).count();
        depth -= between.matches(['}', ']']).count();
        let Some(key) = quoted.next() else { break };
        if depth == 0 {
            break;
        }
        if depth == 1 {
            keys.insert(key.to_owned());
        }
        between = quoted.next().unwrap_or_default();
    }
    keys
}

fn keys_of(json: &str) -> BTreeSet<String> {
    let value: Value = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
    value.as_object().expect("an object").keys().cloned().collect()
}

#[test]
fn json_has_the_keys_that_the_help_lists() {
    let lesson = file("keys.toml", LESSON);
    let history = file("keys.edn", HISTORY);
    for args in [
        &["list"][..],
        &["run", &lesson],
        &["sweep", &lesson, "--seeds", "0..3"],
        &["sweep", "two-phase", "--seeds", "0..1"],
        &["model", "two-phase"],
        &["explore", "two-phase", "--nodes", "3", "--set", "work_round=off", "--allow", "requests=1,timers=1"],
        &["check-history", &history, "--model", "register"],
    ] {
        let (_, help, _) = faultlab(&[args[0], "--help"]);
        let (status, json, said) = faultlab(&[args, &["--json"]].concat());
        assert_eq!(status, 0, "{args:?}: {said}");
        assert_eq!(keys_of(&json), keys_in(&help), "{args:?}");
    }
}

#[test]
fn the_list_has_what_the_contract_says() {
    let (_, json, _) = faultlab(&["list", "--json"]);
    let list: Value = serde_json::from_str(&json).expect("JSON");
    let protocols = list["protocols"].as_array().expect("protocols");
    assert!(protocols.iter().any(|protocol| protocol["slug"] == "two-phase"));
    for protocol in protocols {
        for rule in protocol["rules"].as_array().expect("rules") {
            assert!(rule["source"]["document"].is_string() && rule["source"]["section"].is_string(), "{rule}");
            assert!(rule["witness"].is_string(), "{rule}");
            for broken in rule["breaks"].as_array().expect("breaks") {
                let invariants = protocol["invariants"].as_array().expect("invariants");
                assert!(invariants.iter().any(|invariant| &invariant["slug"] == broken), "{rule} breaks nothing known");
            }
        }
    }
    let (_, chinese, _) = faultlab(&["list", "--lang", "zh"]);
    assert_ne!(chinese, faultlab(&["list"]).1);
}

#[test]
fn a_run_ends_as_its_scenario_says() {
    let lesson = file("lesson.toml", LESSON);
    let (status, text, _) = faultlab(&["run", &lesson]);
    assert_eq!(status, 0, "{text}");
    assert!(text.ends_with("As expected.\n"), "{text}");
    assert!(faultlab(&["run", &lesson, "--lang", "zh"]).1.ends_with("符合预期。\n"));
    let other = file("other.toml", &LESSON.replace("reaches = [\"committed\"]", "violates = [\"ac1\"]"));
    let (status, text, _) = faultlab(&["run", &other]);
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("ac1 was expected to break and held."), "{text}");
    let unlucky = file("unlucky.toml", &LESSON.replace("committed", "blocked"));
    assert!(
        faultlab(&["run", &unlucky, "--until", "1s"]).1.contains("blocked was expected to be reached and was not.")
    );
}

#[test]
fn a_run_is_the_same_by_file_json_link_and_seed() {
    let lesson = file("same.toml", LESSON);
    let run = |args: &[&str]| -> Value {
        let (_, json, said) = faultlab(&[&["run", "--json"], args].concat());
        serde_json::from_str(&json).unwrap_or_else(|_| panic!("{args:?}: {said}"))
    };
    let by_file = run(&[&lesson]);
    let scenario = Scenario::from_toml(LESSON).expect("a scenario");
    let by_json = run(&[&file("same.json", &scenario.to_json())]);
    let by_link = run(&[by_file["link"].as_str().expect("a link")]);
    assert_eq!([&by_json["trace"], &by_link["trace"]], [&by_file["trace"]; 2]);
    let seeded = run(&[&lesson, "--seed", "8"]);
    assert_ne!(seeded["trace"], by_file["trace"]);
    assert_eq!(run(&[&lesson, "--seed", "7"])["trace"], by_file["trace"]);
}

#[test]
fn a_transcript_has_a_line_for_every_fact_in_fixed_columns() {
    let lesson = file("facts.toml", LESSON);
    let (_, transcript, _) = faultlab(&["run", &lesson, "--transcript", "--until", "1.5s"]);
    let lines: Vec<&str> = transcript.lines().collect();
    assert!(lines.len() > 20, "{transcript}");
    for (number, line) in lines.iter().enumerate() {
        assert_eq!(line[18..26].trim(), format!("f{number}"), "{line}");
    }
    assert!(lines.iter().any(|line| &line[41..46] == "crash" && line.contains(" n2 ")), "{transcript}");
    assert_ne!(faultlab(&["run", &lesson, "--transcript", "--lang", "zh"]).1, transcript);
    let facts = faultlab(&["run", &lesson, "--facts", "--until", "1.5s"]).1;
    assert_eq!((facts.lines().count(), facts.is_ascii()), (lines.len(), true), "{facts}");
    assert!(facts.contains("voted_yes txn=T1"), "{facts}");
    assert_eq!(faultlab(&["run", &lesson, "--facts", "--until", "1.5s", "--lang", "zh"]).1, facts);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let cases = [
        (
            &["fly"][..],
            "expected list, run, sweep, merge, model, explore, check-history, export or schema, found “fly”",
        ),
        (&["run"], "run: expected a file, a scenario’s name, a link, or - for standard input"),
        (&["run", "a", "b"], "expected no further argument, found “b”"),
        (
            &["run", "no-such-file"],
            "expected a file, or a scenario’s name as `faultlab list` prints it, found “no-such-file”",
        ),
        (
            &["run", "x", "--seed", "-1"],
            "--seed: expected random, or a whole number from 0 to 9007199254740991, found “-1”",
        ),
        (&["run", "x", "--until", "2h"], "--until: expected a span up to an hour"),
        (&["run", "x", "--lang", "fr"], "--lang: expected en or zh, found “fr”"),
        (&["run", "1.abcdef"], "link: It is damaged"),
        (&["run", "2.abcdef"], "link: It was made by a newer Faultlab"),
        (
            &["sweep", "two-phase", "--seeds", "5..5"],
            "--seeds: expected A..B with A below B, such as 0..100000, found “5..5”",
        ),
        (&["sweep", "two-phase", "--shard", "3/3"], "--shard: expected i/n"),
        (&["sweep", "two-phase", "--off", "unanimous_vote"], "expected a rule; perhaps unanimous_votes"),
        (&["sweep", "two-phase", "--set", "x=1"], "config.x: expected a number of the configuration"),
        (&["sweep", "two-phase", "--nodes", "0"], "nodes: expected a number of nodes from 1 to 101"),
        (&["merge", "/no/such/file"], "/no/such/file: "),
        (&["check-history"], "check-history: expected a file with a history"),
        (&["check-history", "x"], "--model: expected register, cas-register or kv, found nothing"),
        (&["check-history", "x", "--model", "queue"], "--model: expected register, cas-register or kv"),
        (&["check-history", "x", "--format", "xml"], "--format: expected jepsen, jepsen-txt, etcd or json"),
        (&["check-history", "/no/such/file", "--model", "kv"], "/no/such/file: "),
        (
            &["run", "two-phase/commit", "--history", "/tmp/h.json"],
            "--history: expected a protocol whose clients read and write registers, found “two-phase”",
        ),
        (&["export", "x", "--as", "pdf"], "--as: expected test, toml, json or link"),
        (&["model"], "model: expected a model: tcommit, two-phase"),
        (
            &["model", "raft"],
            "expected a model: tcommit, two-phase, paxos, alternating-bit, chang-roberts, found “raft”",
        ),
        (
            &["model", "paxos", "--set", "ballot=3"],
            "expected a parameter of paxos: acceptors, values, ballots, found “ballot”",
        ),
        (&["model", "paxos", "--set", "ballots"], "--set: expected key=value, found “ballots”"),
        (&["model", "paxos", "--set", "ballots=0"], "expected ballots from 1 to 1000, found “0”"),
        (&["model", "paxos", "--set", "acceptors=500"], "at most 1024 bits"),
        (&["model", "paxos", "--off", "use_acepted"], "expected a rule of paxos: adopt_highest, use_accepted"),
        (&["model", "paxos", "--max-states", "0"], "--max-states: expected a whole number from 1 to"),
        (&["model", "paxos", "--order", "random"], "--order: expected bfs or dfs, found “random”"),
        (&["explore", "raft", "--order", "deep"], "--order: expected bfs, dfs, rounds, random or portfolio"),
    ];
    for (args, expected) in cases {
        let (status, out, said) = faultlab(args);
        assert_eq!((status, out.as_str()), (2, ""), "{args:?}: {said}");
        assert!(said.starts_with("faultlab: ") && said.contains(expected), "{args:?}: {said}");
        // The last word counts where a language is wrong already.
        let (_, _, said) = faultlab(&[args, &["--lang", "zh"]].concat());
        let is_chinese = said.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
        assert!(
            is_chinese || args.contains(&"fr") || args.iter().any(|arg| arg.starts_with("/no/such")),
            "{args:?}: {said}"
        );
    }
}

#[test]
fn a_place_in_a_file_is_told_in_both_languages() {
    let wrong = file("wrong.toml", &LESSON.replace("crash n2", "crash n4"));
    let (status, _, said) = faultlab(&["run", &wrong]);
    assert_eq!(status, 2);
    assert!(
        said.contains("wrong.toml: schedule[0], line 5, column 26: expected a node from n1 to n3, found “n4”."),
        "{said}"
    );
    for lang in [&["--lang", "zh"][..], &["--lang=zh"]] {
        let (_, _, said) = faultlab(&[&["run", &wrong], lang].concat());
        let expected = "wrong.toml：schedule[0]，第 5 行，第 26 列：应为 n1 到 n3 之间的节点，却是“n4”。";
        assert!(said.contains(expected), "{said}");
    }
    let unknown = file("unknown.toml", &LESSON.replace("two-phase", "two-face"));
    assert!(faultlab(&["run", &unknown]).2.contains("protocol: expected a protocol: "));
}

#[test]
fn a_drawn_seed_is_told() {
    let random = ["run", "two-phase/commit", "--seed", "random", "--json"];
    let (_, json, said) = faultlab(&random);
    let run: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(said, format!("faultlab: the seed is {}\n", run["seed"]));
    assert_ne!(faultlab(&random).2, said, "two draws of 53 bits");
}

#[test]
fn a_history_is_judged_and_what_is_wrong_with_it_told() {
    let judge = |text: &str, args: &[&str]| {
        let history = file("history.edn", text);
        faultlab(&[&["check-history", &history, "--model", "register"], args].concat())
    };
    let (status, text, _) = judge(HISTORY, &[]);
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("Linearizable.") && text.contains("process 1  read: 5  event 3 … event 4"), "{text}");
    let json: Value = serde_json::from_str(&judge(HISTORY, &["--json"]).1).expect("JSON");
    assert_eq!((&json["linearizable"], &json["order"][1]["point"]["event"]), (&true.into(), &3.into()), "{json}");

    let stale = HISTORY.replace(":read :value 5", ":read :value 0");
    let (status, text, _) = judge(&stale, &[]);
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("Not linearizable.") && text.contains("process 0  write 5"), "{text}");
    assert!(judge(&stale, &["--lang", "zh"]).1.contains("不满足线性一致性"));
    assert_eq!(judge(&stale, &["--initial", "nil"]).0, 1);
    let json: Value = serde_json::from_str(&judge(&stale, &["--json"]).1).expect("JSON");
    assert_eq!((&json["linearizable"], &json["initial"]), (&false.into(), &Value::Null), "{json}");
    let json: Value = serde_json::from_str(&judge(&stale, &["--json", "--initial", "0"]).1).expect("JSON");
    assert_eq!(json["initial"], serde_json::json!({ "value": 0 }));
    assert_eq!(json["part"]["contradict"].as_array().map(Vec::len), Some(2), "{json}");

    let (status, _, said) = judge(&HISTORY.replace(":f :read}", ":f :reed}"), &[]);
    assert_eq!(status, 2);
    assert!(said.contains("history.edn: line 3, column 30: expected read or write, found"), "{said}");
    let (status, _, said) = judge(HISTORY, &["--max-steps", "1"]);
    assert_eq!(status, 2);
    assert!(said.contains("cut off after 1 steps"), "{said}");
}

/// The format is the one that is given, else that of the file's ending, else the first that fits.
#[test]
fn a_history_is_read_by_its_ending_or_by_trying() {
    let json = r#"[{"process":"1","type":"invoke","f":"read"},{"process":"1","type":"ok","f":"read","value":2}]"#;
    let columns = "0\t:invoke\t:write\t3\n0\t:ok\t:write\t3\n";
    let log = "INFO  jepsen.util - 0\t:invoke\t:write\t3\n";
    let status = |name: &str, text: &str, format: &[&str]| {
        let history = file(name, text);
        faultlab(&[&["check-history", &history, "--model", "register"], format].concat()).0
    };
    for (name, text) in [
        ("tried.edn", HISTORY),
        ("tried.json", json),
        ("tried.jsonl", json),
        ("tried.txt", columns),
        ("tried.log", log),
        ("tried", HISTORY),
        ("tried", json),
        ("tried", columns),
    ] {
        assert_eq!(status(name, text, &[]), 0, "{name}: {text}");
    }
    assert_eq!(status("wrong.edn", json, &[]), 2, "the ending says EDN");
    assert_eq!(status("wrong.json", HISTORY, &[]), 2, "the ending says JSON");
    assert_eq!(status("wrong.json", HISTORY, &["--format", "jepsen"]), 0);
    assert_eq!(status("tried", columns, &["--format", "jepsen-txt"]), 0);
    assert_eq!(status("tried", columns, &["--format", "etcd"]), 2);
    let nothing = file("nothing.edn", "; no operations\n{:process :nemesis :type :info :f :start}\n");
    let (status, _, said) = faultlab(&["check-history", &nothing, "--model", "kv"]);
    assert_eq!(status, 2);
    assert!(said.contains("nothing.edn: line 3, column 1: expected an operation that a client calls"), "{said}");
    let (_, _, said) = faultlab(&["check-history", &nothing, "--model", "kv", "--lang", "zh"]);
    assert!(said.contains("nothing.edn：第 3 行，第 1 列：应为客户端调用的操作，却什么也没有。"), "{said}");
}

/// Clients with names are named, and what the first operations tell need not be given.
#[test]
fn processes_are_called_by_their_names() {
    let text = HISTORY.replace(":process 0", ":process :alice").replace(":process 1", ":process \"bob\"");
    let history = file("named.edn", &text);
    let (status, said, _) = faultlab(&["check-history", &history, "--model", "register"]);
    assert_eq!(status, 0);
    assert!(said.starts_with("register: 2 operations on 1 key, initial value unknown\n"), "{said}");
    assert!(said.contains("process alice  write 5") && said.contains("process bob    read: 5"), "{said}");
    let (_, json, _) = faultlab(&["check-history", &history, "--model", "register", "--json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&json["order"][0]["process"], &json["order"][1]["process"]), (&"alice".into(), &"bob".into()));
}

/// Where the steps do not suffice to narrow a contradiction down, the report says so, in text as in JSON.
#[test]
fn a_part_that_was_not_narrowed_down_is_said_to_be_so() {
    let mut text = String::new();
    for number in 0..60 {
        text += &format!(
            "{{:process 0 :type :invoke :f :write :value {number}}} {{:process 0 :type :ok :f :write :value {number}}}\n"
        );
    }
    text += "{:process 1 :type :invoke :f :read} {:process 1 :type :ok :f :read :value 7}\n";
    let history = file("unfinished.edn", &text);
    let judge = |args: &[&str]| faultlab(&[&["check-history", &history, "--model", "register"], args].concat());
    let json = |args: &[&str]| serde_json::from_str::<Value>(&judge(&[args, &["--json"]].concat()).1).expect("JSON");
    let whole = json(&[]);
    assert_eq!(
        (&whole["part"]["smallest"], whole["part"]["contradict"].as_array().map(Vec::len)),
        (&true.into(), Some(2))
    );
    assert!(!judge(&[]).1.contains("not known to be the smallest"));
    let steps = (whole["steps"].as_u64().unwrap_or_default() / 2).to_string();
    let cut = json(&["--max-steps", &steps]);
    assert_eq!((&cut["linearizable"], &cut["part"]["smallest"]), (&false.into(), &false.into()), "{cut}");
    assert!(cut["steps"].as_u64().is_some_and(|took| took <= steps.parse().unwrap_or(0)), "{cut}");
    let (status, said, _) = judge(&["--max-steps", &steps]);
    assert_eq!(status, 1);
    assert!(said.contains("This is not known to be the smallest part"), "{said}");
    assert!(judge(&["--max-steps", &steps, "--lang", "zh"]).1.contains("不能确定这是最小的矛盾部分"));
}

/// A run's history is read back: clean with all rules on, and with a read that was not confirmed, a stale one found.
#[test]
fn a_run_exports_a_history_that_is_judged() {
    let history = file("run.json", "");
    let judged = |scenario: &str| {
        let (_, _, said) = faultlab(&["run", scenario, "--history", &history]);
        assert_eq!(said, "");
        let (status, json, said) = faultlab(&["check-history", &history, "--model", "kv", "--json"]);
        assert!(status < 2, "{said}");
        (status, serde_json::from_str::<Value>(&json).expect("JSON"))
    };
    let (status, json) = judged("raft/leader-dies");
    assert_eq!((status, &json["linearizable"]), (0, &true.into()), "{json}");
    assert!(json["operations"].as_u64().is_some_and(|operations| operations > 3), "{json}");
    let (status, json) = judged("raft/stale-read");
    assert_eq!((status, &json["linearizable"]), (1, &false.into()), "{json}");
    let contradict = &json["part"]["contradict"];
    assert_eq!(
        (&contradict[0]["f"], &contradict[0]["value"]),
        (&"write".into(), &serde_json::json!(["x", 5])),
        "{json}"
    );
    assert_eq!(
        (&contradict[1]["f"], &contradict[1]["value"]),
        (&"read".into(), &serde_json::json!(["x", 0])),
        "{json}"
    );
}

#[test]
fn the_schema_knows_every_field_of_a_scenario() {
    let (status, text, _) = faultlab(&["schema"]);
    assert_eq!(status, 0);
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    let everything = r#"{"format":1,"protocol":"p","title":{"en":"t","zh-Hans":"t"},"about":{"en":"a","zh-Hans":"a"},"nodes":3,
        "seed":1,"config":{"x":1},"rules_off":["r"],"network":{"loss":"1%","duplication":"1%","latency":"1ms..2ms",
        "in_order":true,"sync":"1ms"},"load":{"clients":1,"think":"1ms","reads":"1%","keys":1,"retry":"1ms"},
        "steps":["1ms flush n1"],"schedule":["at 1s crash n1"],"captions":[{"at":"1s","while":"up n1","text":{"en":"c","zh-Hans":"c"}}],
        "expect":{"until":"1s","violates":["v"],"reaches":["r"]}}"#;
    let scenario = Scenario::from_json(everything).unwrap_or_else(|error| panic!("{error}"));
    let value: Value = serde_json::from_str(&scenario.to_json()).expect("JSON");
    check_against(&schema, &schema, &value, "scenario");
    // A scenario with everything in it, seen from the schema: no property of the schema is unknown to the program.
    let known: BTreeSet<_> = value.as_object().expect("an object").keys().collect();
    let described: BTreeSet<_> = schema["properties"].as_object().expect("properties").keys().collect();
    assert_eq!(known, described);
}

/// The keys of a value are those of its schema, at every depth.
fn check_against(root: &Value, schema: &Value, value: &Value, path: &str) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => root.pointer(&reference[1..]).unwrap_or_else(|| panic!("{path}: {reference}")),
        None => schema,
    };
    match value {
        Value::Object(fields) if schema["properties"].is_object() => {
            let described: BTreeSet<_> =
                schema["properties"].as_object().into_iter().flatten().map(|(key, _)| key).collect();
            assert_eq!(fields.keys().collect::<BTreeSet<_>>(), described, "{path}");
            assert_eq!(schema["additionalProperties"], false, "{path}");
            for (key, field) in fields {
                check_against(root, &schema["properties"][key], field, &format!("{path}.{key}"));
            }
        }
        Value::Array(items) => {
            for item in items {
                check_against(root, &schema["items"], item, &format!("{path}[]"));
            }
        }
        _ => {
            let kind = match value {
                Value::String(_) => "string",
                Value::Bool(_) => "boolean",
                Value::Number(_) => "integer",
                Value::Object(_) | Value::Array(_) | Value::Null => "object",
            };
            assert!(schema["type"] == kind || schema["const"] == *value, "{path}: {schema} for {value}");
        }
    }
}

#[test]
fn what_exploring_finds_is_a_scenario_that_does_it_again() {
    let play = std::env::temp_dir().join(format!("faultlab-play-{}.toml", std::process::id()));
    let path = play.to_str().expect("a temporary folder with a plain name");
    let (status, json, said) =
        faultlab(&["explore", "raft", "--off", "vote_only_up_to_date", "--order", "bfs", "--out", path, "--json"]);
    assert_eq!(status, 1, "{said}");
    let told: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(told["violation"]["invariant"], "leader_completeness");
    assert_eq!(told["violation"]["shortest"], true);
    let texts =
        |key: &str| told["violation"][key].as_array().expect("a list").iter().map(ToString::to_string).collect();
    let (steps, captions): (Vec<String>, Vec<String>) = (texts("steps"), texts("captions"));
    assert_eq!(steps.len(), captions.len());
    let fired = steps.iter().position(|scripted| scripted.contains("fire")).expect("an election");
    assert!(captions[fired].contains("election timeout"), "{captions:?}");
    assert!(captions.last().is_some_and(|last| last.contains("go on by itself")), "{captions:?}");
    let (status, text, said) = faultlab(&["run", path]);
    assert_eq!(status, 0, "the file expects what it breaks: {text}{said}");
    std::fs::remove_file(&play).expect("the counterexample was written");

    let (status, text, _) = faultlab(&["explore", "two-phase", "--nodes", "3", "--allow", "requests=1"]);
    assert_eq!(status, 0);
    assert!(text.contains("No violation within this budget:") && text.contains("exhausted"), "{text}");
    let (_, text, _) = faultlab(&["explore", "raft", "--off", "persist_vote", "--lang", "zh"]);
    assert!(text.contains("被违反：") && text.contains("restart n") && text.contains("从磁盘恢复"), "{text}");
    let still = ["explore", "raft", "--order", "rounds", "--allow", "requests=0", "--max-states", "1000"];
    assert_eq!(faultlab(&still).0, 0, "a cluster in which nothing can happen comes to an end");
    for (words, expected) in [
        (&["explore", "zab"][..], "expected a protocol: raft, paxos, two-phase, three-phase, ring, found “zab”"),
        (&["explore", "raft", "--off", "no_rule"], "expected a rule: "),
        (&["explore", "raft", "--allow", "crashes=16"], "--allow: expected a kind and how often, 0 to 15"),
        (&["explore", "raft", "--request", "put"], "requests[0]: "),
    ] {
        let (status, _, said) = faultlab(words);
        assert_eq!(status, 2, "{words:?}");
        assert!(said.contains(expected), "{words:?}: {said}");
    }
}

#[test]
fn a_search_by_time_is_asked_for_and_what_rests_on_time_is_judged_in_no_other() {
    let small = ["explore", "two-phase", "--nodes", "3", "--set", "work_round=off", "--allow"];
    let bounded = ["requests=1,ticks=6,timers=1", "--time", "timed", "--tick", "50ms", "--delay-max", "50ms"];
    let (status, json, said) = faultlab(&[&small[..], &bounded, &["--json"]].concat());
    assert_eq!(status, 0, "{json}{said}");
    let told: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&told["exhausted"], &told["unjudged"]), (&Value::Bool(true), &Value::Array(Vec::new())));
    let (status, text, _) = faultlab(&[&small[..], &["requests=1"]].concat());
    assert_eq!(status, 0);
    assert!(text.contains("Not judged, since it assumes bounded delay: ac4."), "{text}");

    // What makes no sense without time is looked for in time, and that is said.
    let (status, text, _) = faultlab(&[&small[..], &["requests=1,timers=1", "--break", "ac4"]].concat());
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("so time passes: in ticks of 50ms") && !text.contains("Not judged, since"), "{text}");

    for (words, expected) in [
        (&["explore", "two-phase", "--break", "ac4", "--time", "async"][..], "this promise assumes bounded delay"),
        (&["explore", "raft", "--off", "lease_bounded", "--time", "async"], "this promise assumes bounded delay"),
        (&["explore", "two-phase", "--break", "ac5"], "expected an invariant: ac1, ac2, ac3, ac4"),
        (&["explore", "raft", "--tick", "10ms"], "--time: expected timed, which --tick"),
        (&["explore", "raft", "--allow", "pauses=1"], "--time: expected timed, which --tick"),
        (&["explore", "raft", "--time", "timed", "--tick", "0ms"], "--tick: expected a length of time"),
        (&["explore", "raft", "--time", "late"], "--time: expected async or timed"),
    ] {
        let (status, _, said) = faultlab(words);
        assert_eq!(status, 2, "{words:?}");
        assert!(said.contains(expected), "{words:?}: {said}");
    }
}

#[test]
fn a_protocol_by_its_slug_runs_as_it_opens() {
    let (status, out, said) = faultlab(&["run", "two-phase", "--until", "2s", "--json"]);
    assert_eq!(status, 0, "{said}");
    let run: Value = serde_json::from_str(&out).expect("a run");
    assert_eq!((run["scenario"].as_str(), run["nodes"].as_u64()), (Some("two-phase"), Some(4)));
    assert!(run["reached"].as_array().is_some_and(|reached| reached.iter().any(|slug| slug == "committed")), "{run}");
}
