//! What if: a verb that somebody points at tells what it would bring; and that is what it brings.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::{Browser, Pointer, keys};
use serde_json::json;
use std::time::Duration;

/// Open, the line says what the verb under the pointer or the focus would bring.
const LINE: &str = "return document.querySelector('.verbs-ahead')?.textContent ?? ''";
const LEADER: &str =
    "return [...document.querySelectorAll('[data-node]')].findIndex((it) => /, leader,/.test(it.ariaLabel))";
const CLOCK: &str = "return Math.round(1000 * parseFloat(document.querySelector('.clock').textContent))";

fn opened(server: &PageServer, rest: &str, nodes: usize) -> Browser {
    let browser = server.open_sized((1280, 1000), rest);
    browser.wait_to_read("return document.querySelectorAll('[data-node]').length", &json!(nodes));
    browser
}

fn number(browser: &Browser, script: &str) -> i64 {
    browser.execute(script, &[]).as_i64().expect("a number")
}

fn text(browser: &Browser, script: &str) -> String {
    browser.execute(script, &[]).as_str().expect("a text").to_owned()
}

fn open_node(browser: &Browser, node: i64) {
    browser.open_node(usize::try_from(node).expect("a node"));
}

#[track_caller]
fn verb(browser: &Browser, begins: &str) -> (i64, i64) {
    browser.find_beginning(".verbs .verb", begins).middle()
}

/// Points at a verb and waits for what is told of it.
#[track_caller]
fn foretold(browser: &Browser, begins: &str) -> String {
    browser.gesture(Pointer::Mouse).move_to(verb(browser, begins)).perform();
    told(browser, begins)
}

#[track_caller]
fn told(browser: &Browser, begins: &str) -> String {
    browser.wait_until(&format!(
        "const line = document.querySelector('.verbs-ahead').textContent;
         return line.startsWith('{begins}') && line.endsWith('.')"
    ));
    text(browser, LINE)
}

fn point_away(browser: &Browser) {
    browser.gesture(Pointer::Mouse).move_to((1270, 990)).perform();
    browser.wait_until("return document.querySelectorAll('.ghosts').length === 0");
}

/// After how many milliseconds who is to lead: `after 233 ms S5 is elected leader of term 2`.
#[track_caller]
fn next_leader(line: &str) -> (i64, i64) {
    let (_, rest) = line.split_once(": after ").unwrap_or_else(|| panic!("{line}"));
    let (milliseconds, rest) = rest.split_once(" ms S").unwrap_or_else(|| panic!("{line}"));
    let (node, rest) = rest.split_once(' ').unwrap_or_else(|| panic!("{line}"));
    assert!(rest.starts_with("is elected leader"), "{line}");
    (milliseconds.parse().expect("a number"), node.parse::<i64>().expect("a number") - 1)
}

#[test]
fn the_next_leader_is_foretold_and_does_come() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&autoplay=0", 5);
    browser.step_until(&format!("return (() => {{ {LEADER} }})() >= 0"));
    let (leader, begun) = (number(&browser, LEADER), number(&browser, CLOCK));
    open_node(&browser, leader);
    let (after, next) = next_leader(&foretold(&browser, "Crash"));
    let ghosts = "return [document.querySelectorAll('.ghost-node.falls').length,
        [...document.querySelectorAll('.ghost-node.tone-leading .ghost-label')].map((it) => it.textContent)]";
    browser.wait_to_read(ghosts, &json!([1, [format!("leader · {after} ms")]]));

    browser.gesture(Pointer::Mouse).move_to(verb(&browser, "Crash")).down().up().perform();
    browser.wait_until("return !document.querySelector('.verbs') && !document.querySelector('.ghosts')");
    browser.step_until(&format!("return /, leader,/.test(document.querySelector('[data-node=\"{next}\"]').ariaLabel)"));
    browser.settle();
    let took = number(&browser, CLOCK) - begun;
    assert!((took - after).abs() <= 1, "S{} was to lead after {after} ms, and leads after {took} ms", next + 1);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn while_it_runs_time_waits_for_who_asks() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft", 5);
    browser.wait_until(&format!("return (() => {{ {LEADER} }})() >= 0"));
    open_node(&browser, number(&browser, LEADER));
    foretold(&browser, "Crash");
    browser.settle();
    let begun = number(&browser, CLOCK);
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(number(&browser, CLOCK), begun, "time stands still");
    point_away(&browser);
    assert!(text(&browser, LINE).starts_with("Point at a verb"), "{}", text(&browser, LINE));
    browser.wait_until(&format!("return (() => {{ {CLOCK} }})() > {begun}"));

    let (after, next) = next_leader(&foretold(&browser, "Crash"));
    browser.settle();
    let begun = number(&browser, CLOCK);
    browser.gesture(Pointer::Mouse).move_to(verb(&browser, "Crash")).down().up().perform();
    // The page itself looks at every frame: simulated time runs on while a test asks.
    let led = browser.execute_async(
        &format!(
            "const look = () => (() => {{ {LEADER} }})() === {next} ? arguments[0]((() => {{ {CLOCK} }})()) : requestAnimationFrame(look);
            look();"
        ),
        &[],
    );
    let took = led.as_i64().expect("a moment") - begun;
    assert!((after - 1..after + 50).contains(&took), "{after} ms were foretold, {took} ms it took");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// What a link says of the run: its acts, its moment, the hash of its facts.
fn link(browser: &Browser) -> String {
    browser.find_text("header button", "Share").click();
    browser.wait_until("return document.querySelector('.share-link')?.value.includes('#')");
    let link = text(browser, "return document.querySelector('.share-link').value");
    browser.find_text("header button", "Share").click();
    link
}

#[test]
fn asking_changes_nothing_and_what_shows_no_effect_says_so() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&autoplay=0", 5);
    browser.step_until(&format!("return (() => {{ {CLOCK} }})() > 900"));
    let before = link(&browser);
    open_node(&browser, 1);
    assert_eq!(foretold(&browser, "Crash"), "Crash: in the next 5 s nothing that one would notice.");
    // What it does at once is drawn all the same.
    browser.wait_to_read(FALLS, &json!([1]));
    assert!(foretold(&browser, "Isolate").starts_with("Isolate: after "));
    browser.wait_to_read("return document.querySelectorAll('.ghost-link.is-cut').length", &json!(4));
    // Of the verb before, nothing is left.
    browser.wait_to_read(FALLS, &json!([]));
    point_away(&browser);
    browser.press(keys::ESCAPE);
    assert_eq!(link(&browser), before);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// Which nodes have the ghost of a fall.
const FALLS: &str = "return [...document.querySelectorAll('.ghost-node.falls')].map((it) => {
    const at = it.getBoundingClientRect();
    const under = document.elementsFromPoint(at.x + at.width / 2, at.y + at.height / 2);
    return Number(under.find((other) => other.dataset?.node !== undefined)?.dataset.node);
})";

#[test]
fn keys_ask_as_well_and_a_lost_vote_aborts_a_transaction() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=two-phase&autoplay=0", 4);
    let vote = "[...document.querySelectorAll('[data-packet]')].find((it) => it.textContent.startsWith('T1 yes'))";
    browser.step_until(&format!("return {vote} !== undefined"));
    browser.execute("document.querySelector('[data-node=\"0\"]').focus()", &[]);
    let at_vote = "return document.activeElement.textContent.startsWith('T1 yes')";
    for _ in 0..40 {
        if browser.execute(at_vote, &[]) == json!(true) {
            break;
        }
        browser.press("m");
    }
    assert_eq!(browser.execute(at_vote, &[]), true, "the key m comes to the vote");
    browser.press(keys::ENTER);
    browser.wait_until("return document.activeElement?.closest('.verbs')");
    assert!(told(&browser, "Deliver now").ends_with("nothing that one would notice."));
    browser.press(keys::TAB);
    let line = told(&browser, "Drop");
    assert!(line.contains("the coordinator decides: abort T1; clients get"), "{line}");
    browser.wait_to_read("return document.querySelectorAll('.ghost-lost').length", &json!(1));
    browser.press(keys::ENTER);
    browser.wait_until("return !document.querySelector('.verbs') && !document.querySelector('.ghosts')");
    browser.step_until("return document.querySelector('.caption').textContent.includes('decides: abort T1')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_finger_is_told_of_the_first_verb_and_holds_the_others() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=zh&protocol=raft&autoplay=0", 5);
    browser.set_phone(360, 740);
    browser.wait_for_page();
    browser.step_until(&format!("return (() => {{ {CLOCK} }})() > 500"));
    let leader = "return [...document.querySelectorAll('[data-node]')].findIndex((it) => /领导者/.test(it.ariaLabel))";
    let at = browser.find(&format!("[data-node='{}']", number(&browser, leader))).middle();
    browser.gesture(Pointer::Finger).move_to(at).down().up().perform();
    browser.find(".verbs .verb");
    browser.wait_until("return /^崩溃：\\d+ ms 后，S\\d 当选任期 2 的领导者.*。$/.test(document.querySelector('.verbs-ahead').textContent)");
    let isolate = verb(&browser, "隔离");
    browser.gesture(Pointer::Finger).move_to(isolate).down().perform();
    browser.wait_until("return document.querySelector('.verbs-ahead').textContent.startsWith('隔离：')");
    browser.gesture(Pointer::Finger).move_to((180, 200)).up().perform();
    assert!(text(&browser, LINE).starts_with("隔离："), "it can be read once the finger is away");
    assert_eq!(number(&browser, "return document.querySelectorAll('.link-break').length"), 0, "and is not done");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn ghosts_keep_still_and_keep_to_the_colours_of_who_wants_that() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&autoplay=0", 5);
    browser.prefer(&[("prefers-reduced-motion", "reduce"), ("forced-colors", "active")]);
    browser.step_until(&format!("return (() => {{ {CLOCK} }})() > 500"));
    open_node(&browser, number(&browser, LEADER));
    foretold(&browser, "Crash");
    browser.find(".ghost-ring");
    let looks = "const of = (selector, property) => getComputedStyle(document.querySelector(selector))[property];
        const ink = document.body.appendChild(document.createElement('i'));
        ink.style.color = 'CanvasText';
        return [of('.ghosts', 'animationName'), of('.ghost-ring', 'stroke') === getComputedStyle(ink).color]";
    assert_eq!(browser.execute(looks, &[]), json!(["none", true]));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn while_the_run_is_paused_nothing_runs_but_the_look_ahead_itself() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&autoplay=0", 5);
    browser.step_until(&format!("return (() => {{ {CLOCK} }})() > 500"));
    browser.count_asked();
    open_node(&browser, number(&browser, LEADER));
    browser.asks_for_nothing();
    foretold(&browser, "Crash");
    browser.asks_for_nothing();
    point_away(&browser);
    browser.asks_for_nothing();
}
