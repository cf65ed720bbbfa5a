//! Files and links: they round-trip, they are told apart, and nothing that is written into them makes a panic.

mod probe;

use faultlab_core::Time;
use faultlab_scenario::link::{LinkError, LinkMoment, decode, encode};
use faultlab_scenario::{Scenario, ScenarioError, TEXT_MAX, locate, of_start, start};
use faultlab_sim::{Simulation, TraceHash};
use probe::{Probe, said};

const FILE: &str = r#"
format = 1
protocol = "probe"
title = { en = "A vote is lost", zh-Hans = "丢失一票" }
nodes = 5
seed = 42
rules_off = ["unanimous_votes"]
steps = [
    "1ms fire n3 beat choosing 2",
    "2ms flush n3",
    "3ms deliver n3->n1#1",
]
schedule = [
    "at 200ms crash n3 keeping log:2",
    "at 1.2s partition n1 n2 | n3 n4 n5",
    "at 1.5s restart n3 · set loss 2% · drop n1->n2#7",
    "at 1.5s+4 heal all",
    "at 2s request c0 join n5",
]

[config]
heartbeat_interval = "50ms"
reads = "lease"

[network]
loss = "0.5%"
latency = "5ms..50ms"
in_order = true

[load]
clients = 3
retry = "1s"

[[captions]]
at = "200ms"
text = { en = "n3 crashes.", zh-Hans = "n3 崩溃。" }

[expect]
until = "5s"
reaches = ["beats"]
"#;

fn lesson() -> Scenario {
    Scenario::from_toml(FILE).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_file_round_trips_through_every_spelling() {
    let lesson = lesson();
    assert_eq!(Scenario::from_json(&lesson.to_json()), Ok(lesson.clone()));
    let toml = lesson.to_toml().expect("small numbers");
    assert_eq!(Scenario::from_toml(&toml), Ok(lesson.clone()), "{toml}");
    assert!(toml.contains("\n    \"at 1.2s partition n1 n2 | n3 n4 n5\",\n"), "one act a line: {toml}");
    assert_eq!(decode(&encode(&lesson, None)).map(|linked| linked.scenario), Ok(lesson.clone()));
    let begun = start::<Probe>(&lesson).unwrap_or_else(|error| panic!("{error}"));
    let told = of_start(&begun);
    assert_eq!(start::<Probe>(&told).as_ref(), Ok(&begun));
    assert_eq!((told.network, told.load, told.config), (lesson.network, lesson.load, lesson.config));
    assert_eq!((told.steps, &told.rules_off), (lesson.steps, &lesson.rules_off));
    assert_eq!(told.schedule[3], "at 1.5s+4 heal n1 n2 | n3 n4 n5", "what is cut is known");
}

fn trace(scenario: &Scenario) -> u64 {
    let begun = start::<Probe>(scenario).unwrap_or_else(|error| panic!("{error}"));
    let mut trace = TraceHash::default();
    Simulation::new(&begun).run(Time(2_500_000), 100_000, &mut trace);
    trace.value()
}

#[test]
fn every_spelling_gives_the_same_run() {
    let lesson = lesson();
    let linked = decode(&encode(&lesson, None)).expect("just made").scenario;
    let told = of_start(&start::<Probe>(&lesson).expect("it starts"));
    assert_eq!([trace(&lesson), trace(&linked)], [trace(&told); 2]);
    assert_ne!(trace(&lesson), trace(&Scenario { seed: 43, ..lesson.clone() }));
}

#[test]
fn what_is_wrong_in_a_file_is_told_with_its_place() {
    let cases = [
        ("nodes = 5", "nodes = 0", "nodes, line 5, column 9: expected a number of nodes from 1 to 101, found “0”"),
        ("nodes = 5", "nodes = 4", "schedule[1], line 15, column 38: expected | or a node from n1 to n4"),
        ("seed = 42", "seed = -1", "seed, line 6, column 8: "),
        ("seed = 42", "sed = 42", "line 6, column 1: expected a key; perhaps seed, found the key “sed”"),
        (
            "\"unanimous_votes\"",
            "\"unanimus_votes\"",
            "rules_off[0], line 7, column 14: expected a rule; perhaps unanimous_votes",
        ),
        (
            "\"50ms\"",
            "\"50s\"",
            "config.heartbeat_interval, line 22, column 22: expected heartbeat_interval from 1ms to 10s",
        ),
        ("\"lease\"", "7", "config.reads, line 23, column 9: expected reads: one of read-index, lease, log, found “7”"),
        (
            "reads = \"lease\"",
            "reeds = 7",
            "config.reeds, line 23, column 9: expected a number of the configuration; perhaps reads",
        ),
        ("\"0.5%\"", "\"0.5\"", "network.loss, line 26, column 8: expected a share from 0% to 100%"),
        ("at 1.5s restart", "at 1.1s restart", "schedule[2], line 16, column 5: expected a time not before 1.2s"),
        ("restart n3 ·", "restart m3 ·", "schedule[2], line 16, column 22: expected a node from n1 to n5, found “m3”"),
        ("3ms deliver", "3ms crash n1 · deliver", "steps[2], line 11, column 19: expected the end of the step"),
        (
            "[\"beats\"]",
            "[\"few_beats\"]",
            "expect.reaches[0], line 40, column 12: expected an invariant of the kind Sometimes",
        ),
        ("until = \"5s\"", "until = \"5h\"", "expect.until, line 39, column 9: expected a span up to an hour"),
        ("format = 1", "format = 2", "format, line 2, column 10: expected the format 1; a newer Faultlab may know"),
        ("[load]", "[load", "line 30, column 6: expected TOML"),
        (
            "clients = 3",
            "clients = 101",
            "load.clients, line 31, column 11: expected a number of clients from 0 to 100",
        ),
    ];
    for (from, to, expected) in cases {
        assert!(FILE.contains(from), "{from}");
        let text = FILE.replacen(from, to, 1);
        let checked = Scenario::from_toml(&text).and_then(|scenario| start::<Probe>(&scenario).map(|_| ()));
        let error = said(&locate(&text, checked.expect_err(to)));
        assert!(error.contains(expected), "{to}: {error}");
    }
}

#[test]
fn what_is_wrong_in_json_is_told_with_line_column_and_path() {
    let told = |text: &str| said(&Scenario::from_json(text).expect_err(text));
    assert_eq!(told(""), "line 1, column 1: expected JSON, found the end of the text.");
    assert_eq!(told("{\"format\":1}"), "line 1, column 12: expected the key protocol, found nothing.");
    let wrong = "{\"format\":1,\n\"protocol\":\"probe\",\"nodes\":3,\"seed\":1,\"load\":{\"clients\":\"many\"}}";
    assert_eq!(
        told(wrong),
        "load.clients, line 2, column 62: expected a whole number from 0 to 255, found the text “many”."
    );
    assert!(told(&" ".repeat(TEXT_MAX + 1)).contains("at most 1048576 bytes"));
    assert!(told(&"[".repeat(100_000)).contains("line 1"));
}

#[test]
fn links_are_short_and_say_what_is_wrong_with_them() {
    let mut scenario = Scenario::new("probe", 5, 42);
    let kinds = ["crash n1", "restart n1", "cut n2->n3", "heal n2->n3", "drop n1->n4#", "set loss 1.5%", "pause n4"];
    for act in 0..50u64 {
        let kind = kinds[(act * 5 % 7) as usize];
        let number = if kind.ends_with('#') { (act * 37 % 211).to_string() } else { String::new() };
        scenario.schedule.push(format!("at {}ms {kind}{number}", 137 + act * 613));
    }
    let moment = LinkMoment { step: 1_234, at: Time(30_000_000), behaviour: 3, trace: 0xdead_beef };
    let link = encode(&scenario, Some(moment));
    assert!(link.len() <= 2_000, "{} characters for 50 acts", link.len());
    let linked = decode(&link).expect("just made");
    assert_eq!((&linked.scenario, linked.moment), (&scenario, Some(moment)));
    let address = format!("https://example.org/#seed=1&s={link}");
    assert_eq!(decode(&address), Ok(linked));

    assert_eq!(decode("hello"), Err(LinkError::NotOurs));
    assert_eq!(decode(""), Err(LinkError::NotOurs));
    assert_eq!(decode("x.abc"), Err(LinkError::NotOurs));
    assert_eq!(decode(&format!("7{}", &link[1..])), Err(LinkError::UnknownCodec { found: 7, known: 1 }));
    assert_eq!(decode(&link[..link.len() / 2]), Err(LinkError::Damaged));
    assert_eq!(decode("1.%%%"), Err(LinkError::Damaged));
    assert_eq!(decode(&pack(&vec![b' '; TEXT_MAX + 1])), Err(LinkError::TooLarge { most: TEXT_MAX }));
    assert!(matches!(decode(&pack(b"[1, 2]")), Err(LinkError::NotAScenario(_))));
    let newer = decode(&pack(b"{\"scenario\":{\"format\":9,\"new\":true}}")).expect_err("newer");
    assert!(
        matches!(&newer, LinkError::NotAScenario(error) if said(error).contains("a newer Faultlab may know")),
        "{newer}"
    );
}

/// Any bytes as a link.
fn pack(bytes: &[u8]) -> String {
    use base64::Engine;
    let packed = miniz_oxide::deflate::compress_to_vec(bytes, 6);
    format!("1.{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(packed))
}

/// Every link that was ever given out opens for ever, as the scenario it was made of.
#[test]
fn old_links_open_for_ever() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/links");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of old links").map_while(Result::ok) {
        let text = std::fs::read_to_string(entry.path()).expect("readable");
        let (link, expected) = text.split_once("\n----\n").expect("a link, ----, its scenario as JSON");
        let linked = decode(link).unwrap_or_else(|error| panic!("{:?}: {error}", entry.path()));
        assert_eq!(linked.scenario.to_json(), expected.trim_end(), "{:?}", entry.path());
        seen += 1;
    }
    assert!(seen >= 3, "{seen} links");
}

struct Draw(u64);

impl Draw {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % count as u64) as usize
    }

    /// A text with a few bytes changed, cut, doubled, or replaced by pieces that mean something elsewhere.
    fn mutate(&mut self, text: &str) -> String {
        const PIECES: [&str; 20] = [
            "\"",
            "\\",
            "n1",
            "c255",
            "n256",
            "#",
            "->",
            "99999999999999999999",
            "-1",
            "·",
            ";",
            "\u{0}",
            "é",
            "|",
            "1e9",
            "all",
            "{",
            "[[[[",
            "+",
            "..",
        ];
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..1 + self.below(3) / 2 {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(12)).min(bytes.len());
            match self.below(5) {
                0 => drop(bytes.drain(at..end)),
                1 => drop(bytes.splice(at..end, PIECES[self.below(PIECES.len())].bytes())),
                2 => drop(bytes.splice(at..at, PIECES[self.below(PIECES.len())].bytes())),
                3 => {
                    let piece = bytes[at..end].to_vec();
                    let place = self.below(bytes.len() + 1);
                    drop(bytes.splice(place..place, piece));
                }
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << self.below(7);
                    }
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Starts and runs a little what is accepted: a scenario that passes the checks must run.
fn use_it(read: Result<Scenario, ScenarioError>) -> bool {
    let begun = read.and_then(|scenario| start::<Probe>(&scenario));
    if let Ok(begun) = &begun {
        Simulation::new(begun).run(Time(300_000), 300, &mut TraceHash::default());
    }
    begun.is_ok()
}

#[test]
fn ten_thousand_mutations_make_no_panic() {
    let lesson = lesson();
    let (json, link) = (lesson.to_json(), encode(&lesson, None));
    let mut draw = Draw(7);
    let mut accepted = [0; 4];
    for _ in 0..10_000 {
        accepted[0] += usize::from(use_it(Scenario::from_toml(&draw.mutate(FILE))));
        accepted[1] += usize::from(use_it(Scenario::from_json(&draw.mutate(&json))));
        let linked = decode(&draw.mutate(&link));
        accepted[2] += usize::from(linked.is_ok_and(|linked| use_it(Ok(linked.scenario))));
        let inner = format!("{{\"scenario\":{}}}", draw.mutate(&json));
        let linked = decode(&pack(inner.as_bytes()));
        accepted[3] += usize::from(linked.is_ok_and(|linked| use_it(Ok(linked.scenario))));
    }
    // The mutations must reach both sides, or they test nothing.
    assert!(accepted[0] > 500 && accepted[1] > 500 && accepted[3] > 500, "{accepted:?}");
    assert!(accepted.iter().all(|count| *count < 9_500), "{accepted:?}");
}
