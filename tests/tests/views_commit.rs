//! Two-phase commit in the browser: the coordinator dies between votes and decision, and a majority is not enough.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::{Browser, Pointer, keys};
use std::time::Duration;

/// Blocking shows after a second of simulated time; other tests share the machine.
const LONG: Duration = Duration::from_secs(60);

fn opened(server: &PageServer, rest: &str) -> Browser {
    let browser = Browser::start();
    browser.set_size(1440, 1100);
    browser.goto(&server.url(rest));
    browser.wait_until(
        "return document.querySelectorAll('[data-node]').length === 4 && !!document.querySelector('.view-commit')",
    );
    browser
}

fn set_speed(browser: &Browser, value: &str) {
    const SCRIPT: &str = "
        const select = document.querySelector('select.speed');
        select.value = arguments[0];
        select.dispatchEvent(new Event('change', { bubbles: true }));";
    browser.execute(SCRIPT, &[value.into()]);
}

/// Steps on by the key until something is to be seen.
#[track_caller]
fn step_until(browser: &Browser, key: &str, seen: &str) {
    for _ in 0..200 {
        if browser.execute(&format!("return Boolean({seen})"), &[]) == true {
            return;
        }
        browser.press(key);
    }
    panic!("two hundred steps and still not {seen}");
}

fn count(css: &str) -> String {
    format!("document.querySelectorAll('{css}').length")
}

fn click_node(browser: &Browser, node: usize) {
    let at = browser.find(&format!("[data-node='{node}']")).middle();
    browser.gesture(Pointer::Mouse).move_to(at).down().up().perform();
}

fn by_mouse(browser: &Browser, node: usize, verb: &str) {
    click_node(browser, node);
    browser.find(".verbs");
    let verb = browser.find_all(".verbs .verb").into_iter().find(|button| button.text().starts_with(verb));
    verb.expect("the bar has this verb").click();
}

#[test]
fn participants_block_without_the_coordinator_and_finish_when_it_returns() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&scenario=two-phase/commit&autoplay=0");
    // All three votes are given and none is counted yet: three bars of locks, and no decision.
    step_until(&browser, ".", &format!("{} === 3", count(".commit-hold.open")));
    assert_eq!(browser.execute(&format!("return {}", count(".commit-decision, .commit-learnt")), &[]), 0);
    by_mouse(&browser, 0, "Crash");
    browser.wait_until(&format!("return {} === 1", count(".commit-cross")));
    set_speed(&browser, "40");
    browser.press(keys::ESCAPE);
    browser.find(".play-button").click();
    browser.wait_until_within("return document.querySelector('.view-summary').dataset.waiting === 'blocked'", LONG);
    assert!(browser.find(".view-summary strong").text().starts_with("blocked for "));
    assert_eq!(
        browser.execute(&format!("return {}", count(".account.locked")), &[]),
        3,
        "every bank holds its account"
    );
    assert_eq!(browser.execute(&format!("return {}", count(".commit-learnt")), &[]), 0, "nobody may decide");
    browser.screenshot("views-blocked");
    by_mouse(&browser, 0, "Restart");
    browser.press(keys::ESCAPE);
    browser.execute("document.querySelector(\".play-button[aria-label='Play']\")?.click()", &[]);
    // No record means abort: all three learn it and let go.
    let chip =
        "[...document.querySelectorAll('.view-commit .chip')].find((chip) => chip.textContent.startsWith('T1 '))";
    browser.wait_until_within(&format!("return {chip}?.textContent === 'T1 ✕'"), LONG);
    browser
        .execute(&format!("const chip = {chip}; if (chip.getAttribute('aria-pressed') !== 'true') chip.click()"), &[]);
    browser.wait_until_within(
        &format!("return {} === 0 && {} === 3", count(".commit-hold.open"), count(".commit-learnt.abort")),
        LONG,
    );
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_majority_of_votes_breaks_ac1_and_the_run_stops_there() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&scenario=two-phase/commit&autoplay=0");
    browser.find(".side-card[data-card=rules] .fold").click();
    browser.find("input[data-rule='unanimous_votes']").click();
    // The operator makes bank C vote no on the next transaction.
    let fold = browser.find_text(".side .fold", "Cluster and requests");
    if fold.attribute("aria-expanded").as_deref() == Some("false") {
        fold.click();
    }
    browser.find(".request input").keys("refuse n4 next");
    browser.find(".request button").click();
    set_speed(&browser, "10");
    browser.find(".play-button").click();
    browser.wait_until_within("return !!document.querySelector('.violation')", LONG);
    let told = browser.find(".violation").text();
    assert!(told.contains("AC1") || told.contains("AC3"), "{told}");
    // The first promise to break may be AC3; AC1 follows as soon as a bank has committed.
    for _ in 0..4 {
        if browser.find(".violation").text().contains("AC1") {
            break;
        }
        browser.find(".play-button").click();
        browser.wait_until("return document.querySelector(\".play-button[aria-label='Play']\")");
    }
    assert!(browser.find(".side").text().contains("AC1"));
    browser.find_text(".violation button", "Why?").click();
    browser.wait_until("return document.querySelectorAll('.story-row.lit, .why li, .chain li').length > 1");
    assert!(browser.find_all(".commit-learnt.commit").len() + browser.find_all(".commit-decision.commit").len() > 0);
    assert!(!browser.find_all(".commit-learnt.abort").is_empty(), "one bank has aborted what others commit");
    browser.screenshot("views-ac1");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
