//! The same scenario and seed give the same facts, natively and in wasm: the hashes of whole traces agree for every file of
//! the gallery.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use faultlab_core::Span;
use faultlab_registry::protocols;
use faultlab_scenario::Scenario;
use faultlab_tests::webdriver::Browser;
use faultlab_tests::{PageServer, build_wasm_probe, gallery};
use faultlab_tests_run::fingerprints;
use serde_json::{Value, json};

/// How long scenarios run that do not say.
const UNTIL: Span = Span::seconds(5);

/// Loads the probe once and runs each scenario in it.
const SCRIPT: &str = r"
    const [module, runs, done] = arguments;
    const bytes = Uint8Array.from(atob(module), (letter) => letter.charCodeAt(0));
    WebAssembly.instantiate(bytes, {}).then(({ instance }) => {
        const { memory, room, run } = instance.exports;
        done(runs.map(([scenario, until]) => {
            const text = new TextEncoder().encode(scenario);
            const address = room(text.length);
            new Uint8Array(memory.buffer, address, text.length).set(text);
            const told = new Uint8Array(memory.buffer, run(address, text.length, BigInt(until)));
            return new TextDecoder().decode(told.subarray(0, told.indexOf(0)));
        }));
    }, (error) => done([String(error)]));
";

#[test]
fn native_and_wasm_traces_are_the_same() {
    let mut runs: Vec<(String, Scenario)> = gallery();
    for protocol in protocols() {
        let about = &protocol.about;
        runs.push((format!("{} as it opens", about.slug), Scenario::new(about.slug, about.nodes_default, 42)));
    }
    let until = |scenario: &Scenario| {
        let said = scenario.expect.as_ref().and_then(|expect| Span::parse(&expect.until));
        said.unwrap_or(UNTIL).0
    };
    let module = std::fs::read(build_wasm_probe()).expect("the probe is built");
    let inputs: Vec<Value> = runs.iter().map(|(_, run)| json!([run.to_json(), until(run).to_string()])).collect();
    let server = PageServer::start_with(&[("empty.html", "<!doctype html><title>empty</title>")]);
    let browser = Browser::start();
    browser.goto(&server.url("empty.html"));
    let told = browser.execute_async(SCRIPT, &[json!(STANDARD.encode(module)), json!(inputs)]);
    let told = told.as_array().expect("one answer for each run");
    assert_eq!(told.len(), runs.len(), "{told:?}");
    for ((name, scenario), in_wasm) in runs.iter().zip(told) {
        let natively = fingerprints(scenario, until(scenario));
        assert!(natively.contains('@'), "{name}: {natively}");
        assert_eq!(in_wasm.as_str(), Some(natively.as_str()), "{name}");
    }
}
