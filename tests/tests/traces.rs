//! The same scenario and seed give the same facts, natively and in wasm: the hashes of whole traces agree for every file of
//! the gallery, and for every protocol as it opens.

use faultlab_core::Span;
use faultlab_registry::protocols;
use faultlab_scenario::Scenario;
use faultlab_tests::gallery;
use faultlab_tests::wasm_probe::WasmProbe;
use faultlab_tests_run::fingerprints;

/// How long scenarios run that do not say.
const UNTIL: Span = Span::seconds(10);

#[test]
fn native_and_wasm_traces_are_the_same() {
    let mut runs = gallery();
    assert!(!runs.is_empty(), "there is a gallery");
    for protocol in protocols().iter().filter(|row| faultlab_tests::concerns(row.about.slug)) {
        let about = &protocol.about;
        runs.push((format!("{} as it opens", about.slug), Scenario::new(about.slug, about.nodes_default, 42)));
    }
    let probe = WasmProbe::start();
    for (name, scenario) in runs {
        let said = scenario.expect.as_ref().and_then(|expect| Span::parse(&expect.until));
        let until = said.unwrap_or(UNTIL).0;
        let natively = fingerprints(&scenario, until);
        assert!(natively.contains('@'), "{name}: {natively}");
        let (in_wasm, _) = probe.ask("run", &format!("{until}\n{}", scenario.to_json()));
        assert_eq!(in_wasm, natively, "{name}");
    }
}
