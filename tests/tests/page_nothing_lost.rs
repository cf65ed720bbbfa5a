//! Nothing is lost: not by undoing, not by going back and forward, not by loading the page again; and a link says what it carries.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::{Browser, keys};
use serde_json::json;

const BRANCHES: &str = "return [...document.querySelectorAll('.branch')].map((it) => it.textContent.trim())";

/// Crashes or restarts a node by key.
fn toggle(browser: &Browser, node: usize) {
    browser.execute(&format!("document.querySelector('[data-node=\"{node}\"]').focus()"), &[]);
    browser.press("c");
    browser.settle();
}

fn ctrl(browser: &Browser, more: &[&str]) {
    browser.chord(&[&[keys::CONTROL], more].concat());
    browser.settle();
}

/// Both ways to redo.
const REDO: [&[&str]; 2] = [&[keys::SHIFT, "z"], &["y"]];

#[test]
fn eight_acts_are_undone_and_redone_along_one_branch() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&seed=42&lang=en&autoplay=0");
    let label = || browser.node_label(1);
    let mut labels = vec![label()];
    for _ in 0..8 {
        toggle(&browser, 1);
        labels.push(label());
    }
    for before in labels[..8].iter().rev() {
        ctrl(&browser, &["z"]);
        assert_eq!(label(), *before);
    }
    browser.find_text(".undo-redo .chip", "Undo");
    assert_eq!(browser.execute("return document.querySelector('.undo-redo .chip').disabled", &[]), json!(true));
    for (index, after) in labels[1..].iter().enumerate() {
        ctrl(&browser, REDO[index % 2]);
        assert_eq!(label(), *after);
    }
    assert_eq!(browser.execute(BRANCHES, &[]), json!([]), "nobody acted in the past");
    // Acting in the past is what makes a branch.
    ctrl(&browser, &["z"]);
    toggle(&browser, 2);
    browser.wait_to_read("return document.querySelectorAll('.branch').length", &json!(2));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_reload_keeps_all_branches_and_the_undo_of_each() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&seed=42&lang=en&autoplay=0");
    toggle(&browser, 1);
    browser.press(".....");
    browser.press(",,,,,,,,");
    toggle(&browser, 2);
    browser.press("..");
    browser.settle();
    let shown = |browser: &Browser| {
        (browser.find(".clock").text(), browser.execute(BRANCHES, &[]), browser.node_label(1), browser.node_label(2))
    };
    let before = shown(&browser);
    assert_eq!(before.1.as_array().map(Vec::len), Some(2));
    browser.reload();
    browser.wait_for_page();
    assert_eq!(shown(&browser), before);
    browser.find(".branch[aria-pressed='false']").click();
    browser.settle();
    assert_ne!((browser.node_label(1), browser.node_label(2)), (before.2.clone(), before.3.clone()));
    browser.find(".branch[aria-pressed='false']").click();
    browser.settle();
    ctrl(&browser, &["z"]);
    assert_ne!(browser.node_label(2), before.3, "what began the branch is undone");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_link_says_that_it_carries_the_branch_that_is_shown() {
    let server = PageServer::start();
    for (lang, said) in [("en", "the branch that is shown"), ("zh", "当前显示的分支")] {
        let browser = server.open(&format!("?protocol=raft&seed=42&lang={lang}&autoplay=0"));
        browser.find(".head button[aria-expanded='false']:not(.head-choice)").click();
        browser.wait_until(&format!("return document.querySelector('.panel.share')?.textContent.includes('{said}')"));
    }
}

#[test]
fn back_goes_from_what_is_watched_to_the_rules_with_their_results_and_on_to_the_run() {
    let server = PageServer::start();
    let browser = server.open("?protocol=two-phase&seed=7&lang=en&autoplay=0");
    toggle(&browser, 1);
    let own = (browser.find(".clock").text(), browser.node_label(1));
    browser.find(".side-card[data-card=rules] .fold").click();
    browser.find_text(".side-card[data-card=rules] button", "All rules of all protocols").click();
    let rule = ".matrix-rule[data-rule=force_prepared]";
    browser.find_text(&format!("{rule} button"), "Break it here").click();
    browser.wait_until(&format!("return document.querySelector('{rule} .outcome')"));
    let outcome = browser.find(&format!("{rule} .outcome")).text().replace("\n", " ");
    browser.find_text(&format!("{rule} .outcome button"), "Watch it").click();
    browser.wait_until("return !document.querySelector('.matrix-panel') && location.hash.startsWith('#s=')");
    browser.execute("history.back()", &[]);
    let read = format!("return document.querySelector('{rule} .outcome')?.innerText.replaceAll('\\n', ' ')");
    browser.wait_to_read(&read, &json!(outcome));
    assert_eq!((browser.find(".clock").text(), browser.node_label(1)), own, "the run behind is as it was left");
    browser.execute("history.back()", &[]);
    browser.wait_until("return !document.querySelector('.matrix-panel')");
    assert_eq!((browser.find(".clock").text(), browser.node_label(1)), own);
    browser.execute("history.go(2)", &[]);
    browser.wait_until("return location.hash.startsWith('#s=')");
    browser.wait_until(&format!("return document.querySelector('.clock').textContent !== '{}'", own.0));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn each_scenario_and_each_panel_is_one_entry() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&seed=42&lang=en&autoplay=0");
    let entries = || browser.execute("return history.length", &[]).as_u64().unwrap_or(0);
    let begun = entries();
    browser.find(".head-choice").click();
    browser.find(".catalogue");
    assert_eq!(entries(), begun + 1);
    browser.find_beginning(".catalogue-entry", "All vote yes").click();
    browser.find_beginning(".caption-lesson", "Everybody has acknowledged");
    assert_eq!(entries(), begun + 2);
    browser.execute("history.back()", &[]);
    browser.find(".catalogue");
    browser.wait_until("return !document.querySelector('.caption-lesson')?.textContent.startsWith('Everybody has')");
    // Closing a panel is going back from it.
    browser.find(".head-choice").click();
    browser.wait_until("return !document.querySelector('.catalogue')");
    browser.find("[aria-label='Help and keys']").click();
    browser.wait_until("return document.querySelector('.panel')");
    assert_eq!(entries(), begun + 1);
    browser.press(keys::ESCAPE);
    browser.wait_until("return !document.querySelector('.panel')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
