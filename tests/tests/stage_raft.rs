//! On the stage, with Raft: a leader crashes and comes back, a cluster is parted, a chosen vote is dropped; by mouse, and by keys alone.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::{Browser, Pointer, keys};
use serde_json::json;

fn opened(server: &PageServer, rest: &str) -> Browser {
    let browser = server.open_sized((1280, 1000), rest);
    browser.wait_until("return document.querySelectorAll('[data-node]').length === 5");
    browser
}

/// Waits for a leader that is none of these.
#[track_caller]
fn wait_for_leader(browser: &Browser, except: &[usize]) -> usize {
    let leader = browser.wait_for(&format!(
        "return [...document.querySelectorAll('[data-node]')].find((node) =>
            !{except:?}.includes(Number(node.dataset.node)) && /, leader,/.test(node.ariaLabel))?.dataset.node"
    ));
    leader.as_str().and_then(|leader| leader.parse().ok()).expect("the number of a node")
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

/// What the inspector says of a node's commit index, if the node is the chosen one.
fn committed(node: usize) -> String {
    format!(
        "(() => {{
            if (document.querySelector('.side .node-name')?.textContent !== 'S{}') return null;
            const rows = [...document.querySelectorAll('.side .field')];
            const row = rows.find((row) => row.querySelector('dt').textContent.startsWith('committed'));
            return row ? Number(row.querySelector('.field-now').textContent) : null;
        }})()",
        node + 1
    )
}

/// Chooses a node and shuts its bar of verbs again, which may lie over other nodes.
fn choose(browser: &Browser, node: usize) {
    browser.click_node(node);
    browser.find(".verbs");
    browser.press(keys::ESCAPE);
    browser.wait_until("return !document.querySelector('.verbs')");
}

/// Clicks a verb in the bar of a node.
fn by_mouse(browser: &Browser, node: usize, verb: &str) {
    browser.open_node(node);
    browser.click_verb(verb);
    browser.wait_until("return !document.querySelector('.verbs')");
}

/// By the tabulator to the nodes, by the arrows to this one.
fn focus_node(browser: &Browser, node: usize) {
    let here = || browser.execute("return document.activeElement?.dataset.node ?? null", &[]);
    browser.tab_until("return document.activeElement?.dataset.node !== undefined");
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
    browser.wait_until(&format!("return {} > 0", boxes(old, ".cell-committed")));
    act(browser, old, "isolate");
    // It takes in what a client asks, until it notices that it has lost its majority: whichever comes first.
    let alone = format!("return {} > 0 || !/, leader,/.test({})", boxes(old, ".cell-synced"), attribute(old));
    browser.wait_until(&alone);
    act(browser, old, "crash");
    browser.wait_until(&format!("return {}.includes('down')", attribute(old)));
    let new = wait_for_leader(browser, &[old]);
    browser.wait_until(&format!("return {} !== {}", records(old), records(new)));
    act(browser, old, "heal");
    act(browser, old, "restart");
    browser.wait_until(&format!("return /running/.test({}) && {} === {}", attribute(old), records(old), records(new)));
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
    browser.wait_until(&format!("return {} > 0", boxes(old, ".cell-committed")));
    let companion = (old + 1) % 5;
    part(browser, [old, companion]);
    browser.wait_until(&format!("return {}.includes('island')", attribute(old)));
    let island = |node: usize| browser.node_label(node).rsplit("island ").next().unwrap_or_default().to_owned();
    assert_eq!(island(old), island(companion));
    assert!((0..5).filter(|node| island(*node) != island(old)).count() == 3, "two against three");
    choose(browser, old);
    let stuck = browser.wait_for(&format!("return {}?.toString()", committed(old)));
    let stuck: u64 = stuck.as_str().and_then(|stuck| stuck.parse().ok()).expect("a number");
    let new = wait_for_leader(browser, &[old, companion]);
    choose(browser, new);
    browser.wait_until(&format!("return {} > 0", boxes(new, ".cell-committed")));
    // The majority commits on, and the minority nothing.
    browser.wait_until(&format!("return {} >= {stuck} + 2", committed(new)));
    choose(browser, old);
    browser.wait_until(&format!("return {} !== null", committed(old)));
    assert_eq!(browser.execute(&format!("return {}", committed(old)), &[]), stuck, "the minority commits nothing");
    browser.screenshot("stage-parted");
    browser.find_text(".stage-heal", "Heal all").click();
    browser.wait_until(&format!("return /follower/.test({}) && {} === {}", attribute(old), records(old), records(new)));
}

#[test]
fn parted_two_and_three_by_mouse() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&speed=20");
    only_the_majority_commits(&browser, |browser, pair| {
        browser.find_text(".stage-mode", "Group").click();
        for node in pair {
            browser.click_node(node);
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
        browser.tab_until(&format!("return document.activeElement?.textContent.trim() === '{text}'"));
        browser.press(keys::ENTER);
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
    let vote = browser.step_until(
        "return [...document.querySelectorAll('[data-packet]')]
            .find((packet) => /^vote, term/.test(packet.textContent.trim()))?.dataset.packet",
    );
    vote.as_str().expect("its name").to_owned()
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
    assert_eq!(browser.execute("return document.activeElement?.dataset.packet ?? null", &[]), json!(vote));
    browser.press(keys::ENTER);
    browser.wait_until("return document.activeElement?.closest('.verbs')");
    browser.press(&format!("{}{}", keys::RIGHT, keys::ENTER));
    is_dropped(&browser, &vote);
}

#[test]
fn one_chosen_vote_is_dropped_by_mouse() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&speed=20");
    until_a_vote_travels(&browser);
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
    browser.click_verb("Drop");
    browser.wait_until(&format!("return document.querySelectorAll('[data-packet]').length === {}", before - 1));
}
