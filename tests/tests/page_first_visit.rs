//! A person comes for the first time, and does what a person does: by mouse, then by keyboard alone.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::{Browser, keys};

const CLOCK: &str = "parseFloat(document.querySelector('.clock').textContent)";

fn opened(server: &PageServer, rest: &str) -> Browser {
    let browser = Browser::start();
    browser.goto(&server.url(rest));
    browser.wait_until("return document.querySelector('.clock')?.textContent.endsWith(' s')");
    browser
}

fn clock(browser: &Browser) -> f64 {
    browser.execute(&format!("return {CLOCK}"), &[]).as_f64().expect("the clock shows a number")
}

/// Chooses a speed from the list.
fn set_speed(browser: &Browser, value: &str) {
    const SCRIPT: &str = "
        const select = document.querySelector('select.speed');
        select.value = arguments[0];
        select.dispatchEvent(new Event('change', { bubbles: true }));";
    browser.execute(SCRIPT, &[value.into()]);
}

#[test]
fn a_running_cluster_and_one_invitation() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en");
    let before = clock(&browser);
    browser.wait_until(&format!("return {CLOCK} > {before}"));
    let invitation = browser.find(".caption .inviting");
    assert_eq!(invitation.text(), "Crash the leader");
    let leader = browser.find(".side .node-name").text();
    invitation.click();
    browser.wait_until("return !document.querySelector('.caption .inviting')");
    browser.find_text(".caption button", &format!("Restart {leader}"));
    set_speed(&browser, "40");
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
    browser.wait_until_within(&format!("return {found}"), std::time::Duration::from_secs(60));
    browser.execute(&format!("{found}.click()"), &[]);
}

#[test]
fn each_invitation_follows_from_what_happened() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&speed=20");
    let lead = |browser: &Browser| browser.find(".caption-lesson").text();
    let mut leads = vec![lead(&browser)];
    for invitation in ["Crash the leader", "Restart S", "Divide 2 from 3", "Heal all links"] {
        follow(&browser, invitation);
        let next = lead(&browser);
        assert!(!leads.contains(&next), "the same words again: {next}");
        leads.push(next);
    }
    follow(&browser, "More to break");
    browser.find(".panel.catalogue");
    browser.press(keys::ESCAPE);
    // Back before it all began, the first invitation stands again.
    browser.press(keys::SPACE);
    browser.execute("document.querySelector('.scrub').focus()", &[]);
    browser.press(keys::HOME);
    browser.wait_until(&format!("return document.querySelector('.caption-lesson').textContent === `{}`", leads[0]));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn every_node_of_a_fresh_cluster_runs() {
    let server = PageServer::start();
    for protocol in ["raft", "two-phase", "ring"] {
        let browser = opened(&server, &format!("?lang=en&protocol={protocol}&autoplay=0"));
        browser.wait_until("return document.querySelectorAll('[data-node]').length > 3");
        let down =
            "return [...document.querySelectorAll('[data-node]')].filter((node) => /down/.test(node.ariaLabel)).length";
        assert_eq!(browser.execute(down, &[]), 0, "{protocol}");
        assert_eq!(browser.find_all(".caption .inviting").len(), usize::from(protocol != "two-phase"), "{protocol}");
    }
}

#[test]
fn a_panel_goes_when_one_goes_on_with_something_else() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&autoplay=0");
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
    let browser = opened(&server, "?lang=en&scenario=two-phase/coordinator-dies");
    browser.wait_until(&format!("return {CLOCK} > 0.1"));
    assert_eq!(browser.find_all(".caption .inviting").len(), 0);
}

#[test]
fn who_is_invited_to_crash_a_deciding_coordinator_gets_one() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=two-phase&autoplay=0");
    let is_coordinator = |state: &str| {
        let script = format!("return /{state}/.test(document.querySelector('[data-node=\"0\"]')?.ariaLabel)");
        browser.execute(&script, &[]) == true
    };
    while !is_coordinator("idle") {
        browser.press(".");
    }
    let before = clock(&browser);
    browser.find_text(".caption button", "Crash Coordinator").click();
    browser.wait_until("return /down/.test(document.querySelector('[data-node=\"0\"]').ariaLabel)");
    assert!(clock(&browser) > before, "it goes on to where votes are asked for");
    browser.find_text(".caption button", "Restart Coordinator");
    let blocked = "return [...document.querySelectorAll('[data-node]')].some((it) => /blocked/.test(it.ariaLabel))";
    for _ in 0..200 {
        browser.press(".");
    }
    assert_eq!(browser.execute(blocked, &[]), true, "the banks have voted and wait");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_keys_alone_play_step_go_back_and_undo() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&autoplay=0");
    let start = clock(&browser);
    // Several events may happen within a millisecond, which is as fine as the clock is.
    browser.press("..........");
    browser.wait_until(&format!("return {CLOCK} > {start}"));
    let ahead = clock(&browser);
    browser.press(",,,,,,");
    browser.wait_until(&format!("return {CLOCK} < {ahead}"));
    browser.press(keys::SPACE);
    browser.wait_until(&format!("return {CLOCK} > {ahead}"));
    browser.find(".play-button[aria-label='Pause']");
    browser.press(keys::SPACE);
    browser.find(".play-button[aria-label='Play']");
    let rested = clock(&browser);
    browser.press("n");
    browser.wait_until(&format!("return {CLOCK} > {rested}"));
    browser.press("p");
    browser.wait_until(&format!("return {CLOCK} <= {rested}"));
    browser.press("?");
    browser.find(".panel.help");
    browser.press(keys::ESCAPE);
    browser.wait_until("return !document.querySelector('.panel.help')");
    // To the invitation by the tabulator, and into it by Enter.
    for _ in 0..60 {
        if browser.execute("return document.activeElement.classList.contains('inviting')", &[]) == true {
            break;
        }
        browser.press(keys::TAB);
    }
    assert_eq!(
        browser.execute("return document.activeElement.classList.contains('inviting')", &[]),
        true,
        "the invitation cannot be reached by the tabulator"
    );
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
    let browser = opened(&server, "?protocol=raft&seed=7&lang=en&autoplay=0");
    browser.press(&".".repeat(40));
    let ahead = clock(&browser);
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

#[test]
fn nothing_runs_while_paused() {
    let server = PageServer::start();
    let browser = opened(&server, "?autoplay=0");
    let frames = "
        const done = arguments[arguments.length - 1];
        const real = window.requestAnimationFrame;
        let asked = 0;
        window.requestAnimationFrame = (callback) => { asked += 1; return real.call(window, callback); };
        setTimeout(() => { window.requestAnimationFrame = real; done(asked); }, 600);";
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(browser.execute_async(frames, &[]), 0, "frames are asked for while the run is paused");
}
