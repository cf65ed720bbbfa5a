//! On the stage, with Raft: a leader crashes and comes back, a cluster is parted, a chosen vote is dropped; by mouse, and by keys alone.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::{Browser, Pointer, keys};
use serde_json::json;
use std::time::Duration;

/// Elections take a second or two of simulated time; other tests share the machine.
const LONG: Duration = Duration::from_secs(60);

fn opened(server: &PageServer, rest: &str) -> Browser {
    let browser = Browser::start();
    browser.set_size(1280, 1000);
    browser.goto(&server.url(rest));
    browser.wait_until("return document.querySelectorAll('[data-node]').length === 5");
    browser
}

/// What a screen reader hears of a node.
fn label(browser: &Browser, node: usize) -> String {
    browser.find(&format!("[data-node='{node}']")).attribute("aria-label").expect("a node has a name")
}

/// Waits for a leader that is none of these.
#[track_caller]
fn wait_for_leader(browser: &Browser, except: &[usize]) -> usize {
    let script = format!(
        "return [...document.querySelectorAll('[data-node]')].findIndex((node) =>
            !{except:?}.includes(Number(node.dataset.node)) && /, leader,/.test(node.getAttribute('aria-label')))"
    );
    browser.wait_until_within(&format!("{}) >= 0", script.replacen("return ", "return (", 1)), LONG);
    usize::try_from(browser.execute(&script, &[]).as_i64().expect("a place")).expect("a leader")
}

/// How many of the boxes beside a node are of this kind.
fn boxes(node: usize, kind: &str) -> String {
    format!("document.querySelectorAll('.nodes > .node')[{node}].querySelectorAll('{kind}').length")
}

/// The texts of the newest boxes beside a node: there is not room for equally many everywhere.
fn records(node: usize) -> String {
    format!(
        "[...document.querySelectorAll('.nodes > .node')[{node}].querySelectorAll('.cell text')].map((text) => text.textContent).slice(-2).join(' ')"
    )
}

/// What the inspector says of the chosen node's commit index.
fn committed(browser: &Browser) -> i64 {
    const SCRIPT: &str = "
        const rows = [...document.querySelectorAll('.side .field')];
        const row = rows.find((row) => row.querySelector('dt').textContent.startsWith('committed'));
        return row ? Number(row.querySelector('.field-now').textContent) : -1";
    browser.execute(SCRIPT, &[]).as_i64().expect("a number")
}

fn click_node(browser: &Browser, node: usize) {
    let at = browser.find(&format!("[data-node='{node}']")).middle();
    browser.gesture(Pointer::Mouse).move_to(at).down().up().perform();
}

/// Clicks a verb in the bar of a node.
fn by_mouse(browser: &Browser, node: usize, verb: &str) {
    click_node(browser, node);
    browser.find(".verbs");
    let verb = browser.find_all(".verbs .verb").into_iter().find(|button| button.text().starts_with(verb));
    verb.expect("the bar has this verb").click();
    browser.wait_until("return !document.querySelector('.verbs')");
}

/// By the tabulator to the nodes, by the arrows to this one.
fn focus_node(browser: &Browser, node: usize) {
    let here = || browser.execute("return document.activeElement?.dataset.node ?? null", &[]);
    for _ in 0..80 {
        if !here().is_null() {
            break;
        }
        browser.press(keys::TAB);
    }
    assert!(!here().is_null(), "the tabulator comes to the nodes");
    for _ in 0..5 {
        if here() == json!(node.to_string()) {
            return;
        }
        browser.press(keys::RIGHT);
    }
    panic!("the arrows go around all nodes, but not to {node}");
}

fn by_key(browser: &Browser, node: usize, key: &str) {
    focus_node(browser, node);
    browser.press(key);
}

/// Isolates the leader for a while, crashes it, waits for another one that goes on without it, and lets it come back.
fn the_old_leader_is_repaired(browser: &Browser, act: impl Fn(&Browser, usize, &str)) {
    let old = wait_for_leader(browser, &[]);
    browser.wait_until_within(&format!("return {} > 0", boxes(old, ".cell-committed")), LONG);
    act(browser, old, "isolate");
    // It takes in what a client asks, until it notices that it has lost its majority: whichever comes first.
    let alone = format!("return {} > 0 || !/, leader,/.test({})", boxes(old, ".cell-synced"), attribute(old));
    browser.wait_until_within(&alone, LONG);
    act(browser, old, "crash");
    browser.wait_until(&format!("return {}.includes('down')", attribute(old)));
    let new = wait_for_leader(browser, &[old]);
    browser.wait_until_within(&format!("return {} !== {}", records(old), records(new)), LONG);
    act(browser, old, "heal");
    act(browser, old, "restart");
    browser.wait_until_within(
        &format!("return /running/.test({}) && {} === {}", attribute(old), records(old), records(new)),
        LONG,
    );
}

fn attribute(node: usize) -> String {
    format!("document.querySelector('[data-node=\"{node}\"]').getAttribute('aria-label')")
}

#[test]
fn a_crashed_leader_is_replaced_and_repaired_by_mouse() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&speed=20");
    the_old_leader_is_repaired(&browser, |browser, node, what| match what {
        "isolate" => by_mouse(browser, node, "Isolate"),
        "crash" => by_mouse(browser, node, "Crash"),
        "restart" => by_mouse(browser, node, "Restart"),
        _ => browser.find_text(".stage-heal", "Heal all").click(),
    });
    browser.screenshot("stage-repaired");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_crashed_leader_is_replaced_and_repaired_by_keys() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&speed=20");
    the_old_leader_is_repaired(&browser, |browser, node, what| match what {
        "isolate" | "heal" => by_key(browser, node, "i"),
        _ => by_key(browser, node, "c"),
    });
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// Parts the leader and one more from the other three, and sees who can commit.
fn only_the_majority_commits(browser: &Browser, part: impl Fn(&Browser, [usize; 2])) {
    let old = wait_for_leader(browser, &[]);
    browser.wait_until_within(&format!("return {} > 0", boxes(old, ".cell-committed")), LONG);
    let companion = (old + 1) % 5;
    part(browser, [old, companion]);
    browser.wait_until(&format!("return {}.includes('island')", attribute(old)));
    let island = |node: usize| label(browser, node).rsplit("island ").next().unwrap_or_default().to_owned();
    assert_eq!(island(old), island(companion));
    assert!((0..5).filter(|node| island(*node) != island(old)).count() == 3, "two against three");
    click_node(browser, old);
    let stuck = committed(browser);
    let new = wait_for_leader(browser, &[old, companion]);
    click_node(browser, new);
    browser.press(keys::ESCAPE);
    browser.wait_until_within(&format!("return {} > 0", boxes(new, ".cell-committed")), LONG);
    for _ in 0..600 {
        if committed(browser) >= stuck + 2 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(committed(browser) >= stuck + 2, "the majority commits on");
    click_node(browser, old);
    assert_eq!(committed(browser), stuck, "the minority commits nothing");
    browser.press(keys::ESCAPE);
    browser.screenshot("stage-parted");
    browser.find_text(".stage-heal", "Heal all").click();
    browser.wait_until_within(
        &format!("return /follower/.test({}) && {} === {}", attribute(old), records(old), records(new)),
        LONG,
    );
}

#[test]
fn parted_two_and_three_by_mouse() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&speed=20");
    only_the_majority_commits(&browser, |browser, pair| {
        browser.find_text(".stage-mode", "Group").click();
        for node in pair {
            click_node(browser, node);
        }
        browser.find_text(".stage-do", "Partition").click();
    });
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn parted_two_and_three_by_keys() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&speed=20");
    let tab_to = |browser: &Browser, text: &str| {
        let there = format!("return document.activeElement?.textContent.trim() === '{text}'");
        for _ in 0..80 {
            if browser.execute(&there, &[]) == true {
                return browser.press(keys::ENTER);
            }
            browser.press(keys::TAB);
        }
        panic!("the tabulator comes to {text}");
    };
    only_the_majority_commits(&browser, |browser, pair| {
        tab_to(browser, "Group");
        for node in pair {
            by_key(browser, node, "1");
        }
        browser.execute("document.querySelector('.player').focus()", &[]);
        tab_to(browser, "Partition");
    });
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// Crashes the leader and steps until a vote for a candidate is on its way.
fn until_a_vote_travels(browser: &Browser) -> String {
    let old = wait_for_leader(browser, &[]);
    browser.press(keys::SPACE);
    browser.find(".play-button[aria-label='Play']");
    by_key(browser, old, "c");
    let votes = "[...document.querySelectorAll('[data-packet]')].find((packet) => /^vote, term/.test(packet.textContent.trim()))";
    for _ in 0..400 {
        let found = browser.execute(&format!("return {votes}?.dataset.packet ?? null"), &[]);
        if let Some(name) = found.as_str() {
            return name.to_owned();
        }
        browser.press(".");
    }
    panic!("no vote was ever on its way");
}

/// The vote is gone, it is told as dropped, and it bursts where it was.
fn is_dropped(browser: &Browser, vote: &str) {
    browser.wait_until(&format!("return !document.querySelector('[data-packet=\"{vote}\"]')"));
    browser.wait_until(
        "return [...document.querySelectorAll('.burst text')].some((text) => text.textContent === 'dropped')",
    );
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn one_chosen_vote_is_dropped_by_keys() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&speed=20");
    let vote = until_a_vote_travels(&browser);
    focus_node(&browser, 0);
    for _ in 0..40 {
        browser.press("m");
        if browser.execute("return document.activeElement?.dataset.packet ?? null", &[]) == json!(vote) {
            break;
        }
    }
    browser.press(keys::ENTER);
    browser.wait_until("return document.activeElement?.closest('.verbs') !== null");
    browser.press(&format!("{}{}", keys::RIGHT, keys::ENTER));
    is_dropped(&browser, &vote);
}

#[test]
fn one_chosen_vote_is_dropped_by_mouse() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&speed=20");
    let vote = until_a_vote_travels(&browser);
    // A reader sees the label; a click goes to the shape under it.
    const PLACE: &str = "
        const label = [...document.querySelectorAll('.packet:not([visibility=hidden]) text')].find((text) => /^vote, term/.test(text.textContent));
        const box = label.parentElement.querySelector('.packet-body').getBoundingClientRect();
        return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]";
    let place = browser.execute(PLACE, &[]);
    let at = (place[0].as_i64().expect("x"), place[1].as_i64().expect("y"));
    browser.gesture(Pointer::Mouse).move_to(at).down().up().perform();
    let title = browser.find(".verbs strong").text();
    assert!(title.starts_with("vote, term"), "{title}");
    browser.screenshot("stage-vote");
    let before = browser.find_all("[data-packet]").len();
    browser.find_text(".verbs .verb", "Drop").click();
    browser.wait_until(&format!("return document.querySelectorAll('[data-packet]').length === {}", before - 1));
    let _ = vote;
}
