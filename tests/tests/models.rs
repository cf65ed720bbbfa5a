//! What is explored in wasm is what is explored natively: the reference models with their published counts, and clusters. And words for
//! all models.

use faultlab_check::models::references;
use faultlab_hunt::{HuntOptions, HuntOrder};
use faultlab_tests::wasm_probe::WasmProbe;
use faultlab_tests_run::{Cluster, Hunted, explored, hunted};
use faultlab_words::{Lang, models};
use std::collections::BTreeSet;

/// Distinct states and depth as published for the specifications; a depth of zero is not published.
const PUBLISHED: [(&str, u64, u32); 9] = [
    ("tcommit rms=3", 34, 7),
    ("two-phase rms=3", 288, 11),
    ("two-phase rms=5", 8_832, 17),
    ("two-phase rms=3 symmetry", 80, 0),
    ("two-phase rms=5 symmetry", 314, 0),
    ("paxos acceptors=1 values=1 ballots=2", 25, 0),
    ("paxos acceptors=3 values=2 ballots=2", 3_921, 17),
    ("alternating-bit data=2 queue=2", 240, 0),
    ("chang-roberts nodes=3", 137, 10),
];

#[test]
fn wasm_finds_what_is_published_and_what_is_found_natively() {
    let probe = WasmProbe::start();
    for (line, states, depth) in PUBLISHED {
        let (told, _) = probe.ask("explore", line);
        assert!(told.starts_with(&format!("states {states} ")), "{line}: {told}");
        assert!(depth == 0 || told.contains(&format!(" depth {depth} ")), "{line}: {told}");
        assert!(told.contains(" exhausted true ") && told.ends_with(" None"), "{line}: {told}");
        assert_eq!(told, explored(line), "{line}");
    }
    for row in references() {
        for rule in row.rules {
            let line = format!("{} -{}", row.slug, rule.slug);
            let (told, _) = probe.ask("explore", &line);
            assert!(told.contains(rule.breaks[0]), "{line}: {told}");
            assert_eq!(told, explored(&line), "{line}");
        }
    }
}

#[test]
fn wasm_explores_the_same_worlds_of_a_cluster() {
    let probe = WasmProbe::start();
    let options =
        HuntOptions { crashes: 1, requests_max: 1, order: HuntOrder::Breadth, seed: 1, ..HuntOptions::default() };
    for (protocol, off, symmetry) in [
        ("ring", "", false),
        ("ring", "sync_before_ack", false),
        ("two-phase", "", false),
        ("two-phase", "force_decision", true),
    ] {
        let off = Vec::from_iter((!off.is_empty()).then(|| off.to_string()));
        let requests = if symmetry { vec!["audit".into()] } else { Vec::new() };
        let options =
            HuntOptions { symmetry, requests, worlds_max: 1_000_000, timers: u8::from(symmetry), ..options.clone() };
        let cluster = Cluster { protocol: protocol.into(), nodes: 3, off, options };
        let natively = hunted(&cluster).expect("it can be explored");
        let (told, _) = probe.ask("hunt", &serde_json::to_string(&cluster).expect("plain values"));
        let in_wasm: Hunted = serde_json::from_str(&told).unwrap_or_else(|error| panic!("{error}: {told}"));
        assert_eq!(in_wasm.broken.is_empty(), cluster.off.is_empty(), "{in_wasm:?}");
        // Records are of another size there.
        assert_eq!(Hunted { bytes: natively.bytes, ..in_wasm }, natively, "{protocol}");
    }
}

/// A person who opens the smallest model must not wait.
#[test]
fn two_phase_commit_with_three_managers_takes_a_moment_in_the_browser() {
    let probe = WasmProbe::start();
    let fastest = (0..5).map(|_| probe.ask("explore", "two-phase rms=3").1).fold(f64::INFINITY, f64::min);
    assert!(fastest < 10.0, "{fastest} ms");
}

#[test]
fn every_model_has_words_in_both_languages() {
    for row in references() {
        let [en, zh] = [Lang::En, Lang::Zh].map(|lang| models::words(lang, row.slug).expect(row.slug));
        assert_ne!((en.title, en.summary), (zh.title, zh.summary));
        for words in [en, zh] {
            for parameter in row.parameters {
                assert!((words.parameter)(parameter.slug).is_some(), "{} {}", row.slug, parameter.slug);
            }
            for rule in row.rules {
                assert!((words.rule)(rule.slug).is_some(), "{} {}", row.slug, rule.slug);
            }
            for invariant in row.invariants {
                assert!((words.invariant)(invariant).is_some(), "{} {invariant}", row.slug);
            }
            let sentence = |(action, count): &(&str, usize)| {
                let numbers: Vec<u64> = (1..=*count as u64).map(|number| 100 + number).collect();
                let told = (words.step)(action, &numbers).unwrap_or_else(|| panic!("{} {action}", row.slug));
                assert!(numbers.iter().all(|number| told.contains(&number.to_string())), "{told}");
                told
            };
            let sentences: BTreeSet<String> = row.actions.iter().map(sentence).collect();
            assert_eq!(sentences.len(), row.actions.len(), "each step has a sentence of its own: {sentences:?}");
        }
    }
}
