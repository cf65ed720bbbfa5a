//! What a first visit does not run comes when somebody touches the page, and no touch is lost or done twice meanwhile.

use std::collections::BTreeSet;

use faultlab_tests::webdriver::{Browser, Pointer, keys};
use faultlab_tests::{PageServer, root, sources};

const REST: &str = "/rest.wasm";
const RESTART: &str =
    "return [...document.querySelectorAll('.caption button')].some((it) => it.textContent.startsWith('Restart'))";

/// A first visit of which nothing more is answered, and its touch.
fn touched(touch: impl FnOnce(&Browser)) -> (PageServer, Browser) {
    let server = PageServer::start();
    server.hold(REST);
    let browser = server.open("");
    assert!(!server.requests().contains(&REST.to_owned()), "it comes although nobody has touched anything");
    touch(&browser);
    server.wait_for_request(REST);
    browser.settle();
    (server, browser)
}

#[test]
fn a_click_waits_and_is_done_once() {
    let (server, browser) = touched(|browser| browser.find_text(".caption .inviting", "Crash the leader").click());
    browser.find_text(".caption .inviting", "Crash the leader");
    browser.find("html[aria-busy='true']");
    server.release(REST);
    browser.wait_until(RESTART);
    browser.find("html[aria-busy='false']");
    let down =
        "return [...document.querySelectorAll('[data-node]')].filter((it) => it.ariaLabel.includes(', down')).length";
    assert_eq!(browser.execute(down, &[]), 1);
    browser.chord(&[keys::CONTROL, "z"]);
    browser.wait_until(&format!("return !(() => {{ {RESTART} }})()"));
    assert_eq!(browser.execute("return document.querySelector('.undo-redo button').disabled", &[]), true);
    assert_eq!(server.requests().iter().filter(|path| *path == REST).count(), 1);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_key_waits_and_is_done_once() {
    let (server, browser) = touched(|browser| browser.press(keys::SPACE));
    browser.find(".play-button[aria-label='Pause']");
    server.release(REST);
    browser.find(".play-button[aria-label='Play']");
    let rested = browser.clock();
    browser.press("n");
    browser.wait_until(&format!("return parseFloat(document.querySelector('.clock').textContent) > {rested}"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_box_is_ticked_once() {
    let (server, browser) = touched(|browser| browser.find("input[type=checkbox]").click());
    server.release(REST);
    browser.wait_until("return !document.querySelector('input[type=checkbox]').checked");
    browser.settle();
    assert_eq!(browser.execute("return document.querySelector('input[type=checkbox]').checked", &[]), false);
    browser.find("input[type=checkbox]").click();
    browser.wait_until("return document.querySelector('input[type=checkbox]').checked");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_finger_opens_the_verbs() {
    let server = PageServer::start();
    server.hold(REST);
    let browser = Browser::start();
    browser.set_phone(390, 844);
    browser.visit(&server, "");
    browser.gesture(Pointer::Finger).move_to(browser.node_middle(2)).down().up().perform();
    server.wait_for_request(REST);
    server.release(REST);
    browser.find(".verbs .verb");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn who_cannot_have_it_is_told_and_may_try_again() {
    let server = PageServer::start();
    server.withdraw(REST);
    let browser = server.open("");
    let before = browser.clock();
    browser.find(".caption .inviting").click();
    browser.wait_until("return document.querySelector('.notice')?.textContent.length > 0");
    browser.wait_until(&format!("return parseFloat(document.querySelector('.clock').textContent) > {before}"));
    assert!(!browser.complaints().is_empty(), "the browser tells of a file that is not there");
    server.release(REST);
    browser.find(".caption .inviting").click();
    browser.wait_until(RESTART);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn who_looks_away_has_touched_nothing() {
    let server = PageServer::start();
    let browser = server.open("");
    browser.hide();
    browser.show();
    let before = browser.clock();
    browser.wait_until(&format!("return parseFloat(document.querySelector('.clock').textContent) > {before}"));
    assert!(!server.requests().contains(&REST.to_owned()));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn who_comes_with_a_wish_gets_it_with_the_page() {
    let server = PageServer::start();
    let browser = server.open("?seed=7");
    assert!(server.requests().contains(&REST.to_owned()));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// What nobody does, or what is listened to where no event of the page comes by.
const NOBODYS: [&str; 3] = ["visibilitychange", "pagehide", "transitionend"];

#[test]
fn every_event_that_the_page_listens_to_waits() {
    let script = std::fs::read_to_string(root().join("xtask/src/parts.js")).expect("the script is there");
    let mut heard = BTreeSet::new();
    for source in sources::below("www/src") {
        for (at, _) in source.text.match_indices("on") {
            let before = source.text[..at].chars().next_back().unwrap_or(' ');
            let name: String = source.text[at + 2..].chars().take_while(char::is_ascii_lowercase).collect();
            let after = source.text[at + 2 + name.len()..].chars().next().unwrap_or(' ');
            if " {".contains(before) && "=}".contains(after) && name.len() > 3 {
                heard.insert(name);
            }
        }
        for (at, begin) in source.text.match_indices("Listening::new(") {
            let given = source.text[at + begin.len()..].lines().next().and_then(|line| line.split('"').nth(1));
            heard.extend(given.map(str::to_owned));
        }
    }
    assert!(heard.contains("keydown") && heard.contains("focusin"), "{heard:?}");
    let missed: Vec<_> =
        heard.iter().filter(|name| !NOBODYS.contains(&&***name) && !script.contains(&format!("\"{name}\""))).collect();
    assert_eq!(
        missed,
        Vec::<&String>::new(),
        "xtask/src/parts.js lets these events through before all of the program is here"
    );
}
