//! Files that are written and read by their endings, links wherever they stand, names by their slugs, and lines that do nothing.

mod program;

use program::{faultlab, faultlab_reading, file};
use serde_json::Value;

const SCENARIO: &str = "format = 1\nprotocol = \"raft\"\nnodes = 3\nseed = 1\n\
                        schedule = [\"at 1s crash n2\", \"at 1500ms crash n2\", \"at 2s restart n2 · crash n1\", \"at 5s partition n1 | n2 n3\"]\n\
                        [load]\nclients = 1\n[expect]\nuntil = \"3s\"\n";

fn trace_of(args: &[&str]) -> Value {
    let (_, json, said) = faultlab(&[&["run", "--json"], args].concat());
    let json: Value = serde_json::from_str(&json).unwrap_or_else(|_| panic!("{args:?}: {said}"));
    json["trace"].clone()
}

/// What `explore` and `export` write runs again, whatever ending its file has.
#[test]
fn a_file_is_written_in_the_form_that_its_ending_says() {
    let scenario = file("scenario.toml", SCENARIO);
    let trace = trace_of(&[&scenario]);
    for ending in ["toml", "json", "link", "TOML"] {
        let out = file(&format!("exported.{ending}"), "");
        assert_eq!(faultlab(&["export", &scenario, "--out", &out]).0, 0, "{ending}");
        assert_eq!(trace_of(&[&out]), trace, "{ending}");
    }
    let test = file("exported.rs", "");
    assert_eq!(faultlab(&["export", &scenario, "--out", &test]).0, 0);
    assert!(std::fs::read_to_string(test).expect("a test").contains("#[test]"));

    let mut traces = Vec::new();
    for ending in ["toml", "json", "link"] {
        let out = file(&format!("play.{ending}"), "");
        let found = faultlab(&["explore", "two-phase", "--off", "unanimous_votes", "--out", &out]);
        assert_eq!(found.0, 1, "{}{}", found.1, found.2);
        traces.push(trace_of(&[&out]));
    }
    assert!(traces.iter().all(|trace| *trace == traces[0]), "{traces:?}");
}

#[test]
fn an_unknown_ending_is_refused_before_anything_is_done() {
    for (args, expected) in [
        (&["explore", "raft", "--off", "persist_vote", "--out", "play.yaml"][..], ".rs, .toml, .json, .link"),
        (&["explore", "raft", "--off", "persist_vote", "--out", "play"], ".rs, .toml, .json, .link"),
        (&["export", "raft/figure-8", "--out", "figure.txt"], ".rs, .toml, .json, .link"),
        (&["run", "raft/stale-read", "--history", "h.edn"], "--history: expected a file that ends in .json"),
        (&["sweep", "raft", "--out", "sweep.toml"], "--out: expected a file that ends in .json"),
        (
            &["export", "raft/figure-8", "--as", "toml", "--out", "a.json"],
            "--out: expected a file that ends in .toml, found “a.json”",
        ),
    ] {
        let (status, out, said) = faultlab(args);
        assert_eq!((status, out.as_str()), (2, ""), "{args:?}");
        assert!(said.contains(expected), "{args:?}: {said}");
    }
}

#[test]
fn a_link_is_a_link_wherever_it_stands() {
    let scenario = file("linked.toml", SCENARIO);
    let trace = trace_of(&[&scenario]);
    let (_, link, _) = faultlab(&["export", &scenario, "--as", "link"]);
    let link = link.trim();
    let spaced = format!("\n  https://example.org/faultlab/#s={link} \r\n");
    assert_eq!(trace_of(&[&spaced]), trace);
    for (name, text) in [("a.link", link), ("b.txt", &spaced), ("c.toml", &spaced), ("d", &format!(" {link}\n"))] {
        assert_eq!(trace_of(&[&file(name, text)]), trace, "{name}");
    }
    for input in [link, &spaced, SCENARIO] {
        let (_, json, said) = faultlab_reading(&["run", "-", "--json"], input);
        let json: Value = serde_json::from_str(&json).unwrap_or_else(|_| panic!("{said}"));
        assert_eq!(json["trace"], trace);
    }
    let damaged = file("damaged.link", &link[..link.len() - 9]);
    assert!(faultlab(&["run", &damaged]).2.contains("damaged.link: It is damaged"));
}

/// Lines that changed nothing, and lines behind the end, are mentioned in every form; what had an effect is not.
#[test]
fn lines_that_do_nothing_are_mentioned() {
    let scenario = file("idle.toml", SCENARIO);
    let (status, text, said) = faultlab(&["run", &scenario]);
    assert_eq!(status, 0, "{text}{said}");
    let mentioned: Vec<&str> =
        text.lines().filter(|line| line.starts_with("Without effect") || line.starts_with("Not reached")).collect();
    assert_eq!(
        mentioned,
        [
            "Without effect: at 1500ms crash n2 (Nothing happens: the node is down)",
            "Not reached, because the run ends at 3s: at 5s partition n1 | n2 n3",
        ]
    );
    let (_, chinese, _) = faultlab(&["run", &scenario, "--lang", "zh"]);
    assert!(
        chinese.contains("没有效果：at 1500ms crash n2（") && chinese.contains("未执行，因为运行在 3s 结束："),
        "{chinese}"
    );
    let (_, json, _) = faultlab(&["run", &scenario, "--json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["without_effect"][0]["line"], "at 1500ms crash n2");
    assert_eq!(json["not_reached"], serde_json::json!(["at 5s partition n1 | n2 n3"]));
    let (_, json, _) = faultlab(&["run", &scenario, "--json", "--until", "6s"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["not_reached"], serde_json::json!([]));
}

/// Exact steps are named as the schedule is.
#[test]
fn exact_steps_that_do_nothing_are_mentioned() {
    let play = file("steps.toml", "");
    assert_eq!(faultlab(&["explore", "two-phase", "--off", "unanimous_votes", "--out", &play]).0, 1);
    let (_, json, _) = faultlab(&["run", &play, "--json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&json["without_effect"], &json["not_reached"]), (&serde_json::json!([]), &serde_json::json!([])));
    let written = std::fs::read_to_string(&play).expect("a counterexample");
    let (before, behind) = written.split_once("steps = [").expect("exact steps");
    let idle = file("idle-steps.toml", &format!("{before}steps = [\n\"0ms drop n1->n2#99\",{behind}"));
    let (_, json, said) = faultlab(&["run", &idle, "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap_or_else(|_| panic!("{said}"));
    assert_eq!(json["without_effect"][0]["line"], "0ms drop n1->n2#99", "{json}");
}

/// Who gives a title, or spells a slug a little otherwise, is told the slug.
#[test]
fn a_title_is_answered_with_its_slug() {
    let off = |rule: &str| file("off.toml", &SCENARIO.replace("[load]", &format!("rules_off = [\"{rule}\"]\n[load]")));
    let (_, list, _) = faultlab(&["list", "--json"]);
    let (_, chinese, _) = faultlab(&["list", "--json", "--lang", "zh"]);
    let names = |list: &str| -> Vec<(String, String)> {
        let list: Value = serde_json::from_str(list).expect("JSON");
        let raft = list["protocols"].as_array().and_then(|all| all.iter().find(|one| one["slug"] == "raft")).cloned();
        let rules = raft.expect("raft")["rules"].as_array().cloned().unwrap_or_default();
        rules
            .iter()
            .map(|rule| (rule["slug"].as_str().unwrap_or("").into(), rule["name"].as_str().unwrap_or("").into()))
            .collect()
    };
    let titles = names(&list);
    assert!(titles.len() > 5 && titles != names(&chinese));
    for (slug, title) in titles.iter().chain(&names(&chinese)).take(40) {
        let (status, _, said) = faultlab(&["run", &off(title)]);
        assert_eq!(status, 2, "{title}");
        assert!(said.contains(&format!("expected a rule by its slug, {slug}, found")), "{said}");
    }
    let (title, slug) = (&titles[0].1, &titles[0].0);
    let other = slug.replace('_', "-").to_uppercase();
    for (args, expected) in [
        (&["explore", "raft", "--off", title.as_str()][..], format!("a rule by its slug, {slug}")),
        (&["explore", "raft", "--off", &other, "--nodes", "3"], format!("a rule by its slug, {slug}")),
        (&["sweep", "raft", "--off", title, "--seeds", "0..1"], format!("a rule by its slug, {slug}")),
        (
            &["explore", "raft", "--break", "Leader completeness"],
            "an invariant by its slug, leader_completeness".into(),
        ),
        (&["explore", "Raft"], "a protocol by its slug, raft".into()),
        (&["sweep", "Two-phase commit"], "a protocol by its slug, two-phase".into()),
        (&["model", "Two-Phase"], "a model by its slug, two-phase".into()),
        (&["run", "Raft/Figure-8"], "a scenario by its slug, raft/figure-8".into()),
        (
            &["sweep", "raft", "--set", "Voters=3", "--seeds", "0..1"],
            "a number of the configuration by its slug, voters".into(),
        ),
    ] {
        let (status, _, said) = faultlab(args);
        assert_eq!(status, 2, "{args:?}");
        assert!(said.contains(&expected), "{args:?}: {said}");
    }
}
