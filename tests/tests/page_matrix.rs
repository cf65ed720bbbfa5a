//! The rule matrix in the page: every rule of every protocol, where its absence shows, and each that a search can show broken
//! by the worker; and a broken run, taken along as a test.

use std::time::Duration;

use faultlab_core::Witness;
use faultlab_registry::{RuleAbout, judge, protocol, protocols};
use faultlab_scenario::Scenario;
use faultlab_tests::PageServer;
use faultlab_tests::webdriver::{Browser, Violation};
use faultlab_words::Lang;

fn rules() -> impl Iterator<Item = &'static RuleAbout> {
    protocols().iter().flat_map(|protocol| &protocol.about.rules)
}

fn searched(rule: &RuleAbout) -> bool {
    matches!(rule.witness, Witness::Explore { .. })
}

fn text(browser: &Browser, rule: &str, css: &str) -> String {
    browser.find(&format!("[data-rule={rule}] {css}")).text()
}

#[test]
fn every_rule_has_its_row_and_breaks_in_the_worker() {
    let server = PageServer::start();
    let browser = server.open("?rules&lang=en&autoplay=0");
    browser.wait_until(&format!("return document.querySelectorAll('.matrix-rule').length === {}", rules().count()));
    for protocol in protocols() {
        for rule in &protocol.about.rules {
            // Rules of two protocols may have one name.
            let row = format!("[data-protocol={}] [data-rule={}]", protocol.about.slug, rule.slug);
            assert_eq!(browser.find(&format!("{row} h4")).text(), rule.name(Lang::En));
            let source = browser.find(&format!("{row} .rule-source")).text();
            assert!(source.contains(rule.source.document), "{row}");
            let buttons = browser.find_all(&format!("{row} .caption-acts button")).len();
            assert_eq!(buttons, usize::from(searched(rule)), "{row}");
        }
    }
    assert!(text(&browser, "virtual_nodes", ".matrix-witness").contains("no search shows it"));

    browser.find_text(".matrix-panel button", "Break them all").click();
    let count = rules().filter(|rule| searched(rule)).count();
    let done = format!("return document.querySelector('.matrix-tally').textContent.includes('of {count} broken')");
    browser.wait_until_within(&done, Duration::from_secs(600));
    assert_eq!(browser.find(".matrix-tally").text(), format!("{count} of {count} broken."));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_rule_is_broken_from_its_row_and_the_play_is_watched() {
    let server = PageServer::start();
    let browser = server.open("?rules&lang=en&autoplay=0&speed=40");
    browser.find_text("[data-rule=force_prepared] button", "Break it here").keys("\n");
    browser.wait_until("return document.querySelector('[data-rule=force_prepared] .outcome')");
    assert!(text(&browser, "force_prepared", ".outcome").contains("AC1"));
    let axe: Vec<String> = browser.axe().iter().map(Violation::to_string).collect();
    assert!(axe.is_empty(), "{}", axe.join("\n"));
    browser.find_text("[data-rule=force_prepared] button", "Watch it").keys("\n");
    browser.wait_until("return document.querySelector('.violation')?.textContent.includes('AC1')");
    assert!(browser.find_all(".matrix-panel").is_empty());
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_link_opens_the_set_up_without_the_rule() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&lang=en&autoplay=0");
    browser.find(".side-card[data-card=rules] .fold").click();
    browser.find_text(".side-card[data-card=rules] button", "All rules of all protocols").click();
    browser.wait_until("return document.querySelector('[data-rule=read_index_confirms]')");
    let link = browser.find("[data-rule=read_index_confirms] .caption-acts a");
    let elsewhere = link.property("href").as_str().expect("a link").to_owned();
    link.click();
    let is_open = "return document.querySelector('input[data-rule=read_index_confirms]')?.checked === false";
    browser.wait_until(is_open);
    let fresh = server.open(&format!("?lang=en#{}", elsewhere.split_once('#').expect("a fragment").1));
    fresh.wait_until(is_open);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_broken_run_is_copied_as_the_test_that_the_registry_writes() {
    let server = PageServer::start();
    let browser = server.open("?scenario=two-phase/without-unanimous-votes&lang=en&autoplay=0&speed=40");
    browser.execute(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: (text) => { window.copied = text; return Promise.resolve(); } } });",
        &[],
    );
    browser.find(".play-button").click();
    browser.wait_until("return document.querySelector('.violation button')");
    browser.find_text(".violation button", "Copy as test").click();
    browser.wait_until("return window.copied");
    let copied = browser.execute("return window.copied", &[]).as_str().expect("a text").to_owned();
    let run = copied.split_once("r#\"").and_then(|(_, rest)| rest.split_once("\"#;")).expect("a run in it").0;
    let run = Scenario::from_json(run).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(protocol("two-phase").expect("listed").as_test(&run).as_deref(), Ok(copied.as_str()));
    let judged = judge(&run).unwrap_or_else(|error| panic!("{error}"));
    assert!(judged.broken.contains(&"ac1"), "{judged:?}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
