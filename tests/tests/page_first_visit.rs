//! A person comes for the first time, and does what a person does: by mouse, then by keyboard alone.

use faultlab_registry::LISTED;
use faultlab_tests::webdriver::{Browser, keys};
use faultlab_tests::{PageServer, concerns};
use serde_json::json;

const CLOCK: &str = "parseFloat(document.querySelector('.clock').textContent)";

#[test]
fn a_running_cluster_and_one_invitation() {
    let server = PageServer::start();
    let browser = server.open("?lang=en");
    let before = browser.clock();
    browser.wait_until(&format!("return {CLOCK} > {before}"));
    let invitation = browser.find(".caption .inviting");
    assert_eq!(invitation.text(), "Crash the leader");
    let leader = browser.find(".side .node-name").text();
    invitation.click();
    browser.wait_until("return !document.querySelector('.caption .inviting')");
    browser.find_text(".caption button", &format!("Restart {leader}"));
    browser.set_speed("40");
    browser.wait_until(&format!(
        "return [...document.querySelectorAll('.side .badge')].some((badge) => badge.textContent.includes('leader'))
             && document.querySelector('.side .node-name').textContent !== '{leader}'"
    ));
    browser.find_text(".caption button", &format!("Restart {leader}")).click();
    browser.wait_until(&format!(
        "return ![...document.querySelectorAll('.caption button')].some((button) => button.textContent === 'Restart {leader}')"
    ));
    browser.screenshot("first-visit");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// Waits until the page invites to something that begins so, and follows it.
#[track_caller]
fn follow(browser: &Browser, invitation: &str) {
    let found = format!(
        "[...document.querySelectorAll('.caption .inviting')].find((button) => button.textContent.startsWith('{invitation}'))"
    );
    browser.wait_until(&format!("const it = {found}; it?.click(); return it"));
}

#[test]
fn each_invitation_follows_from_what_happened() {
    let server = PageServer::start();
    let browser = server.open("?lang=en&speed=20");
    let mut leads = vec![browser.find(".caption-lesson").text()];
    for invitation in ["Crash the leader", "Restart S", "Divide 2 from 3", "Heal all links"] {
        follow(&browser, invitation);
        // Never the same words again.
        let lead = "const lead = document.querySelector('.caption-lesson')?.textContent";
        browser.wait_until(&format!("{lead}; return lead && !{}.includes(lead)", json!(leads)));
        leads.push(browser.find(".caption-lesson").text());
    }
    follow(&browser, "More to break");
    browser.find(".panel.catalogue");
    browser.press(keys::ESCAPE);
    // Back before it all began there is no leader to crash; with the first one the first invitation stands again.
    browser.press(keys::SPACE);
    browser.execute("document.querySelector('.scrub').focus()", &[]);
    browser.press(keys::HOME);
    browser.wait_until(&format!(
        "document.querySelector(\".transport button[aria-label='One event forward']\").click();
         return document.querySelector('.caption-lesson')?.textContent === `{}`",
        leads[0]
    ));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn every_node_of_a_fresh_cluster_runs() {
    let server = PageServer::start();
    for protocol in LISTED.iter().map(|listed| listed.slug).filter(|slug| concerns(slug)) {
        let browser = server.open(&format!("?lang=en&protocol={protocol}&autoplay=0"));
        browser.wait_until("return document.querySelectorAll('[data-node]').length > 2");
        let down =
            "return [...document.querySelectorAll('[data-node]')].filter((node) => /down/.test(node.ariaLabel)).length";
        assert_eq!(browser.execute(down, &[]), 0, "{protocol}");
        assert!(browser.find_all(".caption .inviting").len() <= 1, "{protocol}: one invitation at a time");
    }
}

#[test]
fn a_panel_goes_when_one_goes_on_with_something_else() {
    let server = PageServer::start();
    let browser = server.open("?lang=en&autoplay=0");
    browser.find(".head-choice").click();
    browser.find(".panel.catalogue");
    // The catalogue covers most of the page; what lies below it is still there to be pointed at.
    browser.execute(
        "document.querySelector('.side').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))",
        &[],
    );
    browser.wait_until("return !document.querySelector('.panel')");
}

#[test]
fn a_lesson_invites_to_nothing() {
    let server = PageServer::start();
    let browser = server.open("?lang=en&scenario=two-phase/coordinator-dies");
    browser.wait_until(&format!("return {CLOCK} > 0.1"));
    assert_eq!(browser.find_all(".caption .inviting").len(), 0);
}

#[test]
fn who_is_invited_to_crash_a_deciding_coordinator_gets_one() {
    let server = PageServer::start();
    let browser = server.open("?lang=en&protocol=two-phase&autoplay=0");
    browser.step_until("return /idle/.test(document.querySelector('[data-node=\"0\"]')?.ariaLabel)");
    browser.settle();
    let before = browser.clock();
    browser.find_text(".caption button", "Crash Coordinator").click();
    browser.wait_until("return /down/.test(document.querySelector('[data-node=\"0\"]').ariaLabel)");
    // It goes on to where votes are asked for.
    browser.wait_until(&format!("return {CLOCK} > {before}"));
    browser.find_text(".caption button", "Restart Coordinator");
    // The banks have voted and wait.
    let blocked = "return [...document.querySelectorAll('[data-node]')].some((it) => /blocked/.test(it.ariaLabel))";
    for _ in 0..200 {
        browser.press(".");
    }
    browser.wait_until(blocked);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_keys_alone_play_step_go_back_and_undo() {
    let server = PageServer::start();
    let browser = server.open("?lang=en&autoplay=0");
    let start = browser.clock();
    // Several events may happen within a millisecond, which is as fine as the clock is.
    browser.press("..........");
    browser.wait_until(&format!("return {CLOCK} > {start}"));
    browser.settle();
    let ahead = browser.clock();
    browser.press(",,,,,,");
    browser.wait_until(&format!("return {CLOCK} < {ahead}"));
    browser.press(keys::SPACE);
    browser.wait_until(&format!("return {CLOCK} > {ahead}"));
    browser.find(".play-button[aria-label='Pause']");
    browser.press(keys::SPACE);
    browser.find(".play-button[aria-label='Play']");
    browser.settle();
    let rested = browser.clock();
    browser.press("n");
    browser.wait_until(&format!("return {CLOCK} > {rested}"));
    browser.press("p");
    browser.wait_until(&format!("return {CLOCK} <= {rested}"));
    browser.press("?");
    browser.find(".panel.help");
    browser.press(keys::ESCAPE);
    browser.wait_until("return !document.querySelector('.panel.help')");
    // To the invitation by the tabulator, and into it by Enter.
    browser.tab_until("return document.activeElement.classList.contains('inviting')");
    browser.press(keys::ENTER);
    browser.wait_until(
        "return [...document.querySelectorAll('.caption button')].some((it) => it.textContent.startsWith('Restart'))",
    );
    browser.chord(&[keys::CONTROL, "z"]);
    browser.wait_until(
        "return ![...document.querySelectorAll('.caption button')].some((it) => it.textContent.startsWith('Restart'))",
    );
    browser.chord(&[keys::CONTROL, keys::SHIFT, "z"]);
    browser.wait_until(
        "return [...document.querySelectorAll('.caption button')].some((it) => it.textContent.startsWith('Restart'))",
    );
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn going_back_and_acting_anew_keeps_the_first_branch() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&seed=7&lang=en&autoplay=0");
    browser.press(&".".repeat(40));
    browser.settle();
    let ahead = browser.clock();
    browser.press(&",".repeat(30));
    browser.wait_until(&format!("return {CLOCK} < {ahead}"));
    browser.press("[");
    browser.find_text(".caption button", "What if it is lost?").click();
    browser.wait_until("return document.querySelectorAll('.branch').length === 2");
    let names: Vec<_> = browser.find_all(".branch").iter().map(|branch| branch.text()).collect();
    browser.find_text(".branch", &names[0]).click();
    browser.wait_until("return document.querySelectorAll('.branch')[0].getAttribute('aria-pressed') === 'true'");
    browser.press(&".".repeat(60));
    browser.wait_until(&format!("return {CLOCK} >= {ahead}"));
    assert_eq!(browser.find_all(".branch").len(), 2, "a branch was lost");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
