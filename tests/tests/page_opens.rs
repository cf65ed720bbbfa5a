//! The page opens as it is published: under a strict policy, from one host, with nothing to complain about.

use std::time::Duration;

use faultlab_tests::first_load::{MOST_BYTES, MOST_REQUESTS};
use faultlab_tests::{PageServer, webdriver::Browser};

fn opened(server: &PageServer) -> Browser {
    let browser = Browser::start();
    browser.goto(&server.url(""));
    browser.wait_until("return document.querySelector('#faultlab > .player')");
    browser
}

#[test]
fn without_a_complaint_and_within_the_budget() {
    let server = PageServer::start();
    let browser = opened(&server);
    browser.screenshot("page-opens");
    assert_eq!(browser.complaints(), Vec::<String>::new());
    // What the page fetches by itself soon after counts as well.
    browser.wait_for_page();
    std::thread::sleep(Duration::from_secs(1));
    let fetched = server.fetched();
    assert!(fetched.len() <= MOST_REQUESTS, "too many requests: {fetched:?}");
    let bytes: usize = fetched.iter().map(|file| file.bytes).sum();
    assert!(
        bytes <= MOST_BYTES,
        "{bytes} bytes are more than the {MOST_BYTES} that a first visit may fetch: {fetched:?}"
    );
    let outside = browser.execute(
        "return performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => !name.startsWith(location.origin))",
        &[],
    );
    assert_eq!(outside, serde_json::json!([]), "the page asks other hosts");
}

#[test]
fn a_host_page_without_our_root_stays_as_it_is() {
    let host = r#"<!doctype html><title>Host</title><p id="own">mine</p><script src="./start.js" defer></script>"#;
    let server = PageServer::start_with(&[("host.html", host)]);
    let browser = Browser::start();
    browser.goto(&server.url("host.html"));
    browser.wait_until("return performance.getEntriesByType('resource').some((entry) => entry.name.endsWith('.wasm'))");
    assert_eq!(browser.find("#own").text(), "mine");
    assert_eq!(browser.find_all("body > *:not(#own, script)").len(), 0);
}
