//! Every verb of the stage as a person does it: by mouse, by a finger, by keys; and for those who want no motion or their own colours.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::{Browser, Pointer, keys};
use serde_json::json;

fn opened(server: &PageServer, rest: &str, nodes: usize) -> Browser {
    let browser = server.open_sized((1280, 1000), rest);
    wait_for_nodes(&browser, nodes);
    browser
}

fn show(browser: &Browser, server: &PageServer, rest: &str, nodes: usize) {
    browser.visit(server, rest);
    wait_for_nodes(browser, nodes);
}

fn wait_for_nodes(browser: &Browser, nodes: usize) {
    browser.wait_to_read("return document.querySelectorAll('[data-node]').length", &json!(nodes));
}

/// Steps until something is there, and tells what it is.
#[track_caller]
fn step_until(browser: &Browser, script: &str) -> String {
    browser.step_until(script).as_str().expect("a text").to_owned()
}

/// What is on its way, as a list for those who hear it.
fn told(browser: &Browser, packet: &str) -> Option<String> {
    let script = "return document.querySelector(`[data-packet='${arguments[0]}']`)?.textContent.trim() ?? null";
    browser.execute(script, &[json!(packet)]).as_str().map(ToOwned::to_owned)
}

/// Walks to a message with the keys of the stage, and opens its verbs.
fn open_packet_by_keys(browser: &Browser, packet: &str) {
    browser.execute("document.querySelector('[data-node=\"0\"]').focus()", &[]);
    for _ in 0..60 {
        browser.press("m");
        if browser.execute("return document.activeElement?.dataset.packet ?? null", &[]) == json!(packet) {
            browser.press(keys::ENTER);
            browser.wait_until("return document.activeElement?.closest('.verbs')");
            return;
        }
    }
    panic!("the key m never comes to {packet}");
}

const NEXT_PACKET: &str = "return document.querySelector('[data-packet]')?.dataset.packet ?? null";

#[test]
fn a_message_is_held_let_go_delayed_and_doubled() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&autoplay=0", 5);
    let packet = step_until(&browser, NEXT_PACKET);
    open_packet_by_keys(&browser, &packet);
    browser.click_verb("Hold");
    browser.wait_until("return document.querySelector('.packet.is-held')");
    browser.press(&".".repeat(20));
    browser.settle();
    assert!(told(&browser, &packet).is_some_and(|told| told.ends_with("held")), "{:?}", told(&browser, &packet));
    open_packet_by_keys(&browser, &packet);
    browser.click_verb("Release");
    browser.wait_until("return !document.querySelector('.packet.is-held')");
    open_packet_by_keys(&browser, &packet);
    browser.click_verb("Delay");
    assert!(told(&browser, &packet).is_some_and(|told| told.contains("arrives in")), "it is still on its way");
    open_packet_by_keys(&browser, &packet);
    browser.click_verb("Duplicate");
    assert!(told(&browser, &format!("{packet}+1")).is_some(), "a copy of {packet}");
    open_packet_by_keys(&browser, &packet);
    browser.click_verb("Deliver now");
    assert_eq!(told(&browser, &packet), None, "it has arrived");
    assert!(told(&browser, &format!("{packet}+1")).is_some(), "its copy has not");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_paused_node_lets_what_arrives_wait() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&autoplay=0", 5);
    browser.open_node(0);
    browser.click_verb("Pause");
    assert!(
        browser.node_label(0).contains("paused") && !browser.node_label(0).contains("running"),
        "{}",
        browser.node_label(0)
    );
    let waits = "return [...document.querySelectorAll('[data-packet]')].find((it) => /waits at a paused node/.test(it.textContent))
        ?.dataset.packet ?? null";
    step_until(&browser, waits);
    browser.find_text(".caption button", "Resume S1");
    browser.open_node(0);
    browser.click_verb("Resume");
    browser.wait_for_label(0, "running");
    browser.press("....");
    // Nothing waits any more.
    browser.wait_to_read(waits, &json!(null));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn what_a_crash_took_is_struck_through_until_the_node_runs_again() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&autoplay=0", 5);
    let unsynced = "const at = [...document.querySelectorAll('.nodes > .node')]
        .findIndex((node) => node.querySelector('.cell-unsynced')); return at < 0 ? null : String(at)";
    let node: usize = step_until(&browser, unsynced).parse().expect("a number");
    let lost = format!("document.querySelectorAll('.nodes > .node')[{node}].querySelectorAll('.cell-lost').length");
    browser.open_node(node);
    browser.click_verb("Crash, losing");
    browser.wait_until(&format!("return {lost} > 0"));
    // The inspector shows what is lost.
    browser.find(".side .record.lost");
    browser.screenshot("stage-lost");
    browser.chord(&[keys::CONTROL, "z"]);
    browser.wait_until(&format!("return {lost} === 0"));
    // Of the same crash, the whole tail survives if one chooses so.
    browser.open_node(node);
    browser.click_verb("Crash, keeping");
    browser.find_text(".verbs .is-choice", "all");
    for all in browser.find_all(".verbs .is-choice").into_iter().filter(|choice| choice.text() == "all") {
        all.click();
    }
    browser.click_verb("Crash");
    browser.wait_for_label(node, "down");
    assert_eq!(browser.execute(&format!("return {lost}"), &[]), json!(0), "all of it has reached the disk");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_protocols_own_requests_stand_at_the_node() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=ring&autoplay=0&speed=20", 5);
    browser.open_node(4);
    browser.click_verb("Add to the ring");
    browser.find(".play-button").click();
    browser.wait_for_label(4, "member");
    browser.find(".play-button").click();
    browser.open_node(4);
    browser.click_verb("Remove from the ring");
    show(&browser, &server, "?lang=en&protocol=raft&autoplay=0&speed=20", 5);
    browser.find(".play-button").click();
    browser.wait_until("return document.querySelector('.cell-committed')");
    browser.find(".play-button").click();
    browser.settle();
    let follower = (0..5).find(|node| browser.node_label(*node).contains("follower")).expect("a follower");
    browser.open_node(follower);
    browser.click_verb("Make it leader");
    browser.find(".play-button").click();
    browser.wait_for_label(follower, ", leader,");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn nine_nodes_are_parted_three_and_three_and_three_and_one_is_carried_over() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&nodes=9&autoplay=0", 9);
    browser.find_text(".stage-mode", "Group").click();
    for group in 0..3 {
        browser.find(&format!(".group-choice:nth-of-type({})", group + 1)).click();
        for node in 3 * group..3 * group + 3 {
            browser.find(&format!("[data-node='{node}']")).click();
        }
    }
    browser.find_text(".stage-do", "Partition").click();
    browser.wait_until("return document.querySelectorAll('.island').length === 3");
    let island = |node: usize| browser.node_label(node).rsplit("island ").next().unwrap_or_default().to_owned();
    let together = |nodes: [usize; 3]| island(nodes[0]) == island(nodes[1]) && island(nodes[1]) == island(nodes[2]);
    assert!(together([0, 1, 2]) && together([3, 4, 5]) && together([6, 7, 8]));
    assert!(island(0) != island(3) && island(3) != island(6) && island(0) != island(6));
    let told = "S1, S2, S3 | S4, S5, S6 | S7, S8, S9";
    browser.wait_until(&format!("return document.querySelector('.caption-sentence').textContent.includes('{told}')"));
    browser.drag(Pointer::Mouse, browser.node_middle(0), browser.node_middle(4));
    browser.wait_for_label(3, "island A");
    assert!(island(0) == island(3) && island(1) == island(2) && island(1) != island(0), "S1 is with S4 now");
    browser.screenshot("stage-nine");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_finger_cuts_a_link_and_taps_a_verb() {
    let server = PageServer::start();
    let browser = Browser::start();
    browser.set_phone(390, 844);
    show(&browser, &server, "?lang=en&protocol=raft&autoplay=0", 5);
    let tap = |at: (i64, i64)| browser.gesture(Pointer::Finger).move_to(at).down().up().perform();
    tap(browser.find_text(".stage-mode", "Cut").middle());
    browser.wait_until("return document.querySelector('.stage-field.is-cutting')");
    let (a, b) = (browser.node_middle(1), browser.node_middle(2));
    let middle = ((a.0 + b.0) / 2, (a.1 + b.1) / 2);
    browser.drag(Pointer::Finger, (middle.0 - 30, middle.1 - 10), (middle.0 + 30, middle.1 + 10));
    browser.wait_until(
        "return [...document.querySelectorAll('.stage-lists li')].some((it) => it.textContent.trim() === 'S2 to S3 is cut')",
    );
    tap(browser.find_text(".stage-mode", "Point").middle());
    browser.wait_until("return !document.querySelector('.stage-field.is-cutting')");
    tap(browser.node_middle(3));
    browser.find(".verbs .verb");
    browser.settle();
    let top = browser.execute("return document.querySelector('.verbs').getBoundingClientRect().top", &[]);
    let (top, node) = (top.as_f64().expect("a number"), browser.node_middle(3).1 as f64);
    assert!(top > node + 30.0, "the bar covers its node: it begins at {top}, the node is at {node}");
    tap(browser.find(".verbs .verb.is-harm").middle());
    browser.wait_for_label(3, "down");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn who_wants_no_motion_gets_steps() {
    let server = PageServer::start();
    let browser = Browser::start();
    browser.prefer(&[("prefers-reduced-motion", "reduce")]);
    show(&browser, &server, "?lang=en&protocol=raft", 5);
    browser.find(".play-button[aria-label='Play']");
    step_until(&browser, NEXT_PACKET);
    let place = "return [...document.querySelectorAll('.packet')].map((it) => it.getAttribute('transform')).join()";
    browser.find(".play-button").click();
    // While it plays, a message stands still between two events instead of gliding.
    let seen: Vec<_> = (0..6).map(|_| browser.execute(place, &[])).collect();
    assert!(seen.windows(2).any(|two| two[0] == two[1]), "everything moves: {seen:?}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn colours_of_ones_own_leave_every_state_to_be_seen() {
    let server = PageServer::start();
    let browser = Browser::start();
    browser.prefer(&[("forced-colors", "active")]);
    show(&browser, &server, "?lang=en&protocol=raft&autoplay=0", 5);
    let outline = "return getComputedStyle(document.querySelector(arguments[0])).outlineStyle";
    assert_eq!(browser.execute(outline, &[json!(".stage-mode[aria-pressed=true]")]), "solid");
    assert_eq!(browser.execute(outline, &[json!(".stage-mode[aria-pressed=false]")]), "none");
    let border = "return getComputedStyle(document.querySelector('.play-button')).borderTopStyle";
    assert_eq!(browser.execute(border, &[]), "solid");
    browser.screenshot("forced-colours");
}

#[test]
fn the_arrows_come_to_the_clients_too() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&autoplay=0&speed=20", 5);
    let asks = "return document.querySelector('.client.is-waiting') ? 'asks' : null";
    step_until(&browser, asks);
    browser.execute("document.querySelector('[data-node=\"4\"]').focus()", &[]);
    browser.press(keys::RIGHT);
    browser.wait_until("return document.activeElement?.dataset.client === '1'");
    browser.press(keys::ENTER);
    browser.wait_until("return document.activeElement?.closest('.verbs')");
    browser.click_verb("Ask again now");
    browser.execute("document.querySelector('[data-client]').focus()", &[]);
    browser.press(keys::RIGHT);
    browser.wait_until("return document.activeElement?.dataset.node === '0'");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn one_direction_of_a_link_is_cut_by_keys_alone() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&autoplay=0", 5);
    let cut = |browser: &Browser| {
        let script = "return [...document.querySelectorAll('.stage-lists li')].map((it) => it.textContent.trim())
            .filter((text) => text.endsWith(' is cut'))";
        browser.execute(script, &[])
    };
    browser.tab_until("return document.activeElement?.textContent.trim() === 'Cut'");
    browser.press(keys::ENTER);
    browser.find(".stage-field.is-cutting");
    for node in [1, 2] {
        browser.execute("document.querySelector(`[data-node='${arguments[0]}']`).focus()", &[json!(node)]);
        browser.press(keys::ENTER);
    }
    // Both directions are cut, and the verbs of the link have the focus: the first of them heals one again.
    browser.wait_until("return document.activeElement?.closest('.verbs')");
    assert_eq!(cut(&browser), json!(["S2 to S3 is cut", "S3 to S2 is cut"]));
    assert_eq!(browser.execute("return document.activeElement.textContent", &[]), "Heal S2 → S3");
    browser.press(keys::ENTER);
    browser.wait_until("return !document.querySelector('.verbs')");
    assert_eq!(cut(&browser), json!(["S3 to S2 is cut"]));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_stage_stays_where_it_is_when_a_mode_begins() {
    let server = PageServer::start();
    for width in [360, 768, 1440] {
        let browser = opened(&server, "?lang=en&protocol=raft&autoplay=0", 5);
        browser.set_size(width, 1000);
        browser.wait_for_page();
        let places = "return JSON.stringify(['.stage-field', '.caption'].map((it) => document.querySelector(it).getBoundingClientRect().top))";
        let before = browser.execute(places, &[]);
        for mode in ["Cut", "Group", "Point"] {
            browser.find_text(".stage-mode", mode).click();
            browser.wait_until(&format!("return document.querySelector('.stage-mode.is-on').textContent === '{mode}'"));
            assert_eq!(browser.execute(places, &[]), before, "{mode} at {width} pixels");
        }
    }
}

#[test]
fn the_label_of_a_message_that_is_pointed_at_covers_no_node() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&autoplay=0", 5);
    let covered = "
        const boxes = (css) => [...document.querySelectorAll(css)].map((it) => [it.textContent, it.getBoundingClientRect()]);
        const shown = [...document.querySelectorAll('.packet-label')].filter((it) => getComputedStyle(it).visibility === 'visible');
        const texts = boxes('.node-name, .node-subtitle');
        return shown.flatMap((label) => {
            const at = label.getBoundingClientRect();
            return texts.filter(([, it]) => at.left + 2 < it.right && it.left + 2 < at.right && at.top + 3 < it.bottom && it.top + 3 < at.bottom)
                .map(([text]) => `${label.textContent} covers ${text}`);
        })";
    let mut pointed_at = 0;
    // Up to the end of the first election, with all its votes.
    for _ in 0..60 {
        browser.press(".");
        let packets = browser
            .execute("return [...document.querySelectorAll('[data-packet]')].map((it) => it.dataset.packet)", &[]);
        for packet in packets.as_array().into_iter().flatten().take(4) {
            browser.execute(
                "document.querySelector(`[data-packet='${arguments[0]}']`)?.focus()",
                std::slice::from_ref(packet),
            );
            assert_eq!(browser.execute(covered, &[]), json!([]), "{packet}");
            pointed_at += 1;
        }
    }
    assert!(pointed_at > 100, "{pointed_at}");
}

#[test]
fn a_node_that_was_clicked_keeps_the_focus_and_escape_closes_its_verbs_from_anywhere() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&autoplay=0", 5);
    // The verbs come from a part that is fetched now.
    browser.open_node(0);
    browser.settle();
    assert_eq!(browser.execute("return document.activeElement?.dataset.node ?? null", &[]), "0");
    browser.press(keys::ESCAPE);
    browser.wait_until("return !document.querySelector('.verbs')");
    browser.open_node(1);
    browser.execute("document.querySelector('.player').focus()", &[]);
    browser.press(keys::ESCAPE);
    browser.wait_until("return !document.querySelector('.verbs')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
