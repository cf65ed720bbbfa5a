//! Two-phase commit in the browser: the coordinator dies between votes and decision, and a majority is not enough.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::{Browser, keys};
use serde_json::json;

fn opened(server: &PageServer, rest: &str) -> Browser {
    let browser = server.open_sized((1440, 1100), rest);
    browser.wait_until("return document.querySelectorAll('[data-node]').length === 4");
    browser.find(".view-commit");
    browser
}

fn count(css: &str) -> String {
    format!("document.querySelectorAll('{css}').length")
}

#[test]
fn participants_block_without_the_coordinator_and_finish_when_it_returns() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&scenario=two-phase/commit&autoplay=0");
    // All three votes are given and none is counted yet: three bars of locks, and no decision.
    browser.step_until(&format!("return {} === 3", count(".commit-hold.open")));
    assert_eq!(browser.execute(&format!("return {}", count(".commit-decision, .commit-learnt")), &[]), 0);
    browser.open_node(0);
    browser.click_verb("Crash");
    browser.wait_until(&format!("return {} === 1", count(".commit-cross")));
    browser.set_speed("40");
    browser.press(keys::ESCAPE);
    browser.find(".play-button").click();
    browser.wait_until("return document.querySelector('.view-summary').dataset.waiting === 'blocked'");
    assert!(browser.find(".view-summary strong").text().starts_with("blocked for "));
    // Every bank holds its account, and nobody may decide.
    browser.wait_to_read(&format!("return {}", count(".account.locked")), &json!(3));
    assert_eq!(browser.execute(&format!("return {}", count(".commit-learnt")), &[]), 0);
    browser.screenshot("views-blocked");
    browser.open_node(0);
    browser.click_verb("Restart");
    browser.press(keys::ESCAPE);
    browser.execute("document.querySelector(\".play-button[aria-label='Play']\")?.click()", &[]);
    // No record means abort: all three learn it and let go.
    let chip =
        "[...document.querySelectorAll('.view-commit .chip')].find((chip) => chip.textContent.startsWith('T1 '))";
    browser.wait_until(&format!("return {chip}?.textContent === 'T1 ✕'"));
    browser
        .execute(&format!("const chip = {chip}; if (chip.getAttribute('aria-pressed') !== 'true') chip.click()"), &[]);
    browser.wait_until(&format!(
        "return {} === 0 && {} === 3",
        count(".commit-hold.open"),
        count(".commit-learnt.abort")
    ));
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
    browser.set_speed("10");
    browser.find(".play-button").click();
    browser.wait_until("return !!document.querySelector('.violation')");
    let told = browser.find(".violation").text();
    assert!(told.contains("AC1") || told.contains("AC3"), "{told}");
    // The first promise to break may be AC3; AC1 follows as soon as a bank has committed.
    for _ in 0..4 {
        if browser.find(".violation").text().contains("AC1") {
            break;
        }
        browser.find(".play-button").click();
        browser.settle();
        browser.wait_until("return document.querySelector(\".play-button[aria-label='Play']\")");
    }
    browser.wait_until("return document.querySelector('.side').innerText.includes('AC1')");
    browser.find_text(".violation button", "Why?").click();
    browser.wait_until("return document.querySelectorAll('.story-row.lit, .why li, .chain li').length > 1");
    // One bank has aborted what others commit.
    browser.find(".commit-learnt.commit, .commit-decision.commit");
    browser.find(".commit-learnt.abort");
    browser.screenshot("views-ac1");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
