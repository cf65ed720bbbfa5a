//! The hash ring in the browser: a node is added and keys move, a node dies and its keys are copied again.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::{Browser, keys};

fn opened(server: &PageServer, rest: &str) -> Browser {
    let browser = server.open_sized((1440, 1100), rest);
    browser.wait_until("return document.querySelectorAll('.ring-arc').length > 10");
    browser
}

fn number(browser: &Browser, script: &str) -> i64 {
    browser.execute(&format!("return Number({script})"), &[]).as_i64().expect("a number")
}

const EPOCH: &str = "document.querySelector('.ring-centre').textContent.split(' ')[1]";
const MISSING: &str = "(document.querySelector('.ring-moved [data-missing]')?.dataset.missing ?? 0)";
const MOVED: &str = "document.querySelectorAll('.ring-key.moved').length";
const KEYS: &str = "document.querySelectorAll('.ring-key').length";

#[test]
fn a_new_node_takes_some_keys_and_a_dead_one_leaves_copies_to_make() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&scenario=ring/add-a-node&speed=40&autoplay=0&at=5500ms");
    let before = number(&browser, EPOCH);
    assert_eq!(number(&browser, MOVED), 0, "nothing has moved yet");
    browser.find(".play-button").click();
    browser.wait_until(&format!("return Number({EPOCH}) > {before} && {MOVED} > 0"));
    let (moved, keys) = (number(&browser, MOVED), number(&browser, KEYS));
    assert!(moved < keys * 2 / 3, "a ring moves a share of the keys, {moved} of {keys}");
    // All that moved belongs to the new node: its letter stands first in each of their chips.
    let strangers = "[...document.querySelectorAll('.ring-copies li.moved')].filter((chip) => chip.querySelector('b').textContent !== 'E').length";
    assert_eq!(number(&browser, strangers), 0, "keys moved to the new node only");
    assert_eq!(browser.find_all(".ring-load .bar-before").len(), 5);
    browser.wait_until(&format!(
        "return document.querySelector('.ring-centre-note').textContent === 'settled' && Number({MISSING}) === 0"
    ));
    browser.screenshot("views-ring-joined");
    // Now a node dies: its copies are out of reach until the detector has spoken and others have copied them.
    let joined = number(&browser, EPOCH);
    browser.open_node(2);
    browser.click_verb("Crash");
    browser.wait_until(&format!("return Number({MISSING}) > 0"));
    browser.press(keys::ESCAPE);
    browser.execute("document.querySelector(\".play-button[aria-label='Play']\")?.click()", &[]);
    browser.wait_until(&format!("return Number({EPOCH}) > {joined}"));
    browser.wait_until(&format!(
        "return document.querySelector('.ring-centre-note').textContent === 'settled' && Number({MISSING}) === 0"
    ));
    let of_the_dead =
        "[...document.querySelectorAll('.ring-copies li b')].filter((copy) => copy.textContent === 'C').length";
    assert_eq!(number(&browser, of_the_dead), 0, "no key counts on the dead node any more");
    browser.screenshot("views-ring-copied-again");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
