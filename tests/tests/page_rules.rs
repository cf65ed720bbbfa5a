//! A rule is switched off in the page, the promise it kept breaks, and the page says which, by what facts, and why.

use faultlab_tests::PageServer;

#[test]
fn without_unanimous_votes_agreement_breaks() {
    let server = PageServer::start();
    let browser = server.open("?scenario=two-phase/one-no&lang=en&autoplay=0&speed=40");
    browser.find(".side-card[data-card=rules] .fold").click();
    let rule = browser.find("input[data-rule=unanimous_votes]");
    assert_eq!(rule.property("checked"), true);
    rule.click();
    browser.wait_until("return document.querySelector('.rule.off .rule-without')?.textContent.includes('AC1')");
    browser.find(".play-button").click();
    browser.wait_until("return document.querySelector('.violation')");
    browser.find(".play-button[aria-label='Play']");
    let told = browser.find(".violation").text();
    assert!(told.contains("AC1"), "{told}");
    browser.settle();
    assert!(browser.find_all(".violation li").len() >= 2, "a contradiction needs two facts: {told}");
    assert_eq!(browser.find(".violation-region").attribute("role").as_deref(), Some("alert"));
    browser.find_text(".violation button", "Why?").click();
    browser.wait_until("return document.querySelectorAll('.chain li').length > 2");
    let last = browser.find_all(".chain li").last().expect("a link").text();
    assert!(last.contains("broken"), "the chain does not end at what broke: {last}");
    let clock = browser.find(".clock").text();
    browser.find_all(".chain li button").first().expect("a link").click();
    browser.wait_until(&format!("return document.querySelector('.clock').textContent !== '{clock}'"));
    browser.wait_until("return !document.querySelector('.violation')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn with_every_rule_on_the_same_run_holds() {
    let server = PageServer::start();
    let browser = server.open("?scenario=two-phase/one-no&lang=en&autoplay=0&speed=40");
    browser.find(".play-button").click();
    browser.wait_until("return parseFloat(document.querySelector('.clock').textContent) > 2");
    assert_eq!(browser.find_all(".violation").len(), 0);
    assert_eq!(browser.find_all(".check-row.broken").len(), 0);
}

#[test]
fn a_dial_is_an_act_that_can_be_taken_back() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&lang=en&autoplay=0");
    browser.execute("document.querySelectorAll('.fold[aria-expanded=false]').forEach((fold) => fold.click())", &[]);
    let dial = browser.find("[data-card=dials] .dial input[type=text]");
    dial.clear();
    dial.keys("35\n");
    browser.wait_until(
        "return [...document.querySelectorAll('.chip')].some((chip) => chip.textContent === 'Undo' && !chip.disabled)",
    );
    assert_eq!(browser.find("[data-card=dials] .dial input[type=text]").property("value"), "35");
    browser.find_text(".chip", "Undo").click();
    browser.wait_until("return document.querySelector('[data-card=dials] .dial input[type=text]').value === '0'");
    let dial = browser.find("[data-card=dials] .dial input[type=text]");
    dial.clear();
    dial.keys("250\n");
    browser.wait_until("return document.querySelector('.notice')?.textContent.includes('0 to 100')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
