//! A run travels: by link, by file, and over a reload.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::Browser;

/// What a person sees of a moment.
const SEEN: &str = "return [
    document.querySelector('.clock').textContent,
    document.querySelector('.caption-sentence').textContent,
    document.querySelector('.side .fields')?.textContent,
    [...document.querySelectorAll('.side .badge')].map((badge) => badge.textContent),
]";

/// A run in which something was done: the leader crashed, and some events passed.
fn acted(server: &PageServer) -> Browser {
    let browser = server.open("?protocol=raft&seed=5&lang=en&autoplay=0");
    browser.find(".caption .inviting").click();
    browser.press(&".".repeat(25));
    browser.settle();
    browser
}

#[test]
fn a_link_opens_at_the_same_moment() {
    let server = PageServer::start();
    let browser = acted(&server);
    browser.find_text(".head button", "Share").click();
    let link = browser.find(".share-link").property("value").as_str().expect("a link").to_owned();
    assert!(link.contains("#s=1."), "{link}");
    let seen = browser.execute(SEEN, &[]);
    let fresh = server.open(&format!("?lang=en#{}", link.split_once('#').expect("a fragment").1));
    fresh.wait_until("return document.querySelector('.caption-sentence').textContent.length > 0");
    fresh.settle();
    assert_eq!(fresh.execute(SEEN, &[]), seen);
    assert_eq!(fresh.find_all(".notice").len(), 0, "a link of this very build is told to differ");
    assert_eq!(fresh.complaints(), Vec::<String>::new());
}

#[test]
fn a_reload_loses_nothing() {
    let server = PageServer::start();
    let browser = acted(&server);
    let seen = browser.execute(SEEN, &[]);
    browser.reload();
    browser.wait_for_page();
    browser.wait_until("return document.querySelector('.caption-sentence').textContent.length > 0");
    browser.settle();
    assert_eq!(browser.execute(SEEN, &[]), seen);
}

#[test]
fn a_built_in_scenario_opens_by_its_name_with_seed_and_moment() {
    let server = PageServer::start();
    let browser = server.open("?scenario=two-phase/coordinator-dies&seed=9&at=1200ms&lang=en");
    assert_eq!(browser.find(".clock").text(), "1.200 s");
    assert_eq!(browser.find(".seed input").property("value"), "9");
    assert_eq!(browser.find_all(".notice").len(), 0);
    browser.find(".play-button[aria-label='Play']");
}

#[test]
fn another_seed_is_another_run() {
    let server = PageServer::start();
    let browser = acted(&server);
    let seen = browser.execute(SEEN, &[]);
    let seed = browser.find(".seed input");
    seed.clear();
    seed.keys("77\n");
    browser.wait_until("return location.hash.startsWith('#s=')");
    browser.wait_until("return document.querySelector('.caption .inviting')");
    assert_ne!(browser.execute(SEEN, &[]), seen);
}

#[test]
fn the_die_draws_a_fresh_seed() {
    let server = PageServer::start();
    let browser = acted(&server);
    let mut seen = vec![browser.find(".seed input").property("value")];
    for _ in 0..2 {
        browser.find(".seed-draw").click();
        let last = &seen[seen.len() - 1];
        browser.wait_until(&format!("return document.querySelector('.seed input').value !== {last}"));
        seen.push(browser.find(".seed input").property("value"));
    }
    assert!(
        seen.iter().all(|seed| seed.as_str().is_some_and(|seed| seed.len() <= 6 && seed.parse::<u32>().is_ok())),
        "{seen:?}"
    );
    browser.wait_until("return document.querySelector('.caption .inviting')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
