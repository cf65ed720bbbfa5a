//! A rule is switched off, the explorer finds the counterexample that breaks what the rule is for, and the counterexample is on the stage: it can be
//! stepped both ways, made smaller, asked why, and sent on.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::Browser;

/// Switches a rule off and has the explorer break it. What it says of the counterexample.
fn break_without(browser: &Browser, rule: &str) -> String {
    browser.find(".side-card[data-card=rules] .fold").click();
    browser.find(&format!("input[data-rule={rule}]")).click();
    browser.find(".rule-acts button").click();
    browser.wait_until("return document.querySelector('.explorer .outcome, .explorer .fault')");
    browser.find(".explorer .outcome").text()
}

/// Plays on to where something breaks. What is said of it.
fn broken(browser: &Browser) -> String {
    browser.execute(
        "const speed = document.querySelector('.speed select, select.speed'); if (speed) { speed.selectedIndex = speed.options.length - 1; \
         speed.dispatchEvent(new Event('change', { bubbles: true })); }",
        &[],
    );
    browser.wait_until("return document.querySelector('.violation')");
    browser.find(".violation").text()
}

#[track_caller]
fn wait_for_branches(browser: &Browser, count: usize) {
    browser.wait_to_read("return document.querySelectorAll('.branch').length", &count.into());
}

/// Opens what the page would send on, at the moment shown.
fn opened_fresh(server: &PageServer, browser: &Browser) -> Browser {
    browser.find_text(".head button", "Share").click();
    let link = browser.find(".share-link").property("value").as_str().expect("a link").to_owned();
    server.open(&format!("?lang=en#{}", link.split_once('#').expect("a fragment").1))
}

#[test]
fn without_up_to_date_votes_a_play_breaks_leader_completeness() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&seed=42&lang=en&autoplay=0&speed=40");
    let told = break_without(&browser, "vote_only_up_to_date");
    assert!(told.contains("Leader Completeness"), "{told}");
    // The counterexample is a branch of the run.
    wait_for_branches(&browser, 2);
    let violation = broken(&browser);
    assert!(violation.contains("Leader Completeness"), "{violation}");

    // Both ways.
    browser.settle();
    let moment = browser.find(".clock").text();
    browser.press(",,");
    browser.wait_until("return !document.querySelector('.violation')");
    assert_eq!(browser.find_all(".caption-lesson").len(), 0, "a counterexample that was found invites to nothing");
    browser.press("..");
    browser.wait_until(&format!("return document.querySelector('.clock').textContent === '{moment}'"));
    browser.wait_until("return document.querySelector('.violation')");

    browser.find_text(".violation button", "Shrink").click();
    browser.wait_until("return document.querySelector('.explorer .outcome')?.textContent.includes('left out')");
    // And so is the smaller one.
    wait_for_branches(&browser, 3);
    let violation = broken(&browser);
    assert!(violation.contains("Leader Completeness"), "{violation}");
    browser.find_text(".violation button", "Why?").click();
    browser.wait_until("return document.querySelectorAll('.chain li').length > 2");

    let fresh = opened_fresh(&server, &browser);
    fresh.wait_until("return document.querySelector('.violation')?.textContent.includes('Leader Completeness')");
    browser.settle();
    fresh.settle();
    assert_eq!(fresh.find(".clock").text(), browser.find(".clock").text());
    assert_eq!(fresh.complaints(), Vec::<String>::new());
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn without_the_commit_rule_of_figure_8_a_committed_entry_is_lost() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&seed=42&lang=en&autoplay=0&speed=40");
    break_without(&browser, "commit_only_current_term");
    let violation = broken(&browser);
    assert!(violation.contains("Leader Completeness") || violation.contains("State Machine Safety"), "{violation}");
    let fresh = opened_fresh(&server, &browser);
    fresh.wait_until("return document.querySelector('.violation')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// A rule that rests on time: the search lets it pass, and so does the counterexample on the stage.
#[test]
fn without_a_bound_on_the_lease_a_read_is_stale() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&seed=42&lang=en&autoplay=0&speed=40");
    let told = break_without(&browser, "lease_bounded");
    assert!(told.contains("Read freshness"), "{told}");
    let violation = broken(&browser);
    assert!(violation.contains("Read freshness"), "{violation}");
    browser.settle();
    let passed = browser.find(".clock").text();
    let seconds: f64 = passed.trim_end_matches(" s").parse().expect("a number of seconds");
    assert!(seconds >= 0.15, "a lease has run out by then: {passed}");
    browser.find_text(".explorer button", "Back to your run").click();
    browser.wait_until("return !document.querySelector('.violation')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// What only a statistic shows is not looked for.
#[test]
fn what_no_search_shows_is_said_at_once() {
    let server = PageServer::start();
    let browser = server.open("?protocol=ring&seed=7&lang=en&autoplay=0");
    let told = break_without(&browser, "ring_placement");
    assert!(told.starts_with("No search shows what"), "{told}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn without_forced_votes_two_phase_commit_disagrees() {
    let server = PageServer::start();
    let browser = server.open("?protocol=two-phase&seed=7&lang=en&autoplay=0&speed=40");
    break_without(&browser, "force_prepared");
    let violation = broken(&browser);
    assert!(violation.contains("AC1"), "{violation}");
    let fresh = opened_fresh(&server, &browser);
    fresh.wait_until("return document.querySelector('.violation')?.textContent.includes('AC1')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_search_can_be_stopped_and_the_page_goes_on() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&seed=42&lang=en&autoplay=0");
    browser.find(".side-card[data-card=explorer] .fold").click();
    browser.find_text(".explorer button", "Prove I cannot").click();
    browser.wait_until("return /worlds visited/.test(document.querySelector('.explorer-status').textContent)");
    browser.find_text(".explorer button", "Stop").click();
    browser.wait_until("return document.querySelector('.explorer-status').textContent.startsWith('Stopped')");
    browser.find_text(".explorer button", "Prove I cannot").click();
    browser.wait_until("return /worlds visited/.test(document.querySelector('.explorer-status').textContent)");
    browser.find(".play-button").click();
    let clock = browser.find(".clock").text();
    browser.wait_until(&format!("return document.querySelector('.clock').textContent !== '{clock}'"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_small_cluster_is_looked_at_to_the_end() {
    let server = PageServer::start();
    let browser = server.open("?protocol=two-phase&nodes=3&at=0&lang=en&autoplay=0");
    browser.find(".side-card[data-card=explorer] .fold").click();
    browser.find(".allow summary").click();
    for count in browser.find_all(".allow input") {
        count.clear();
        count.keys("0\n");
    }
    browser.find_text(".explorer button", "Prove I cannot").click();
    browser.wait_until("return document.querySelector('.explorer .outcome')");
    let told = browser.find(".explorer .outcome").text();
    assert!(told.starts_with("No violation within this budget:") && told.ends_with("exhausted."), "{told}");
    let not_judged = browser.find(".explorer .not-judged").text();
    assert!(not_judged.contains("AC4") && not_judged.contains("AC5"), "{not_judged}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
