//! Two players live on a page of somebody else's, each with its own run, language and colours, and leave the page alone.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::Browser;
use serde_json::json;

const HOST: &str = r#"<!doctype html><html lang="fr"><title>Host</title><link rel="icon" href="data:,">
    <div id="one" data-faultlab="protocol=raft&seed=5&lang=en&theme=light&autoplay=0"></div>
    <div id="two" data-faultlab="scenario=two-phase/coordinator-dies&seed=9&lang=zh&theme=dark&autoplay=0"></div>
    <script src="./start.js" defer></script>"#;

/// What is seen of a player: its clock, its caption, how many nodes are down.
const SEEN: &str = "const of = (id) => {
        const player = document.getElementById(id);
        return [player.querySelector('.clock').textContent, player.querySelector('.caption-sentence').textContent,
            player.querySelectorAll('.node.tone-down').length];
    };
    return [of('one'), of('two')];";

fn opened(server: &PageServer) -> Browser {
    let browser = Browser::start();
    browser.goto(&server.url("host.html"));
    browser.wait_until("return document.querySelectorAll('[data-faultlab] > .player .caption-sentence').length === 2");
    browser.wait_for_page();
    browser
}

#[test]
fn each_has_its_own_run_language_and_colours() {
    let server = PageServer::start_with(&[("host.html", HOST)]);
    let browser = opened(&server);
    let languages =
        browser.execute("return [...document.querySelectorAll('.player')].map((player) => player.lang)", &[]);
    assert_eq!(languages, json!(["en", "zh-Hans"]));
    let papers = browser.execute(
        "return [...document.querySelectorAll('.player')].map((player) => getComputedStyle(player).backgroundColor)",
        &[],
    );
    assert_eq!(papers, json!(["rgb(250, 248, 244)", "rgb(20, 23, 28)"]));
    let before = browser.execute(SEEN, &[]);
    browser.find("#one .caption .inviting").click();
    browser.wait_until("return document.querySelectorAll('#one .node.tone-down').length === 1");
    let after = browser.execute(SEEN, &[]);
    assert_ne!(before[0], after[0], "the leader of the first fell");
    assert_eq!(before[1], after[1], "the second does not move with the first");
    browser.screenshot("page-two-players");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_page_around_them_stays_its_owners() {
    let server = PageServer::start_with(&[("host.html", HOST)]);
    let browser = opened(&server);
    browser.find("#one .caption .inviting").click();
    browser.wait_until("return document.querySelectorAll('#one .node.tone-down').length === 1");
    let page = browser.execute(
        "return [document.title, document.documentElement.lang, document.documentElement.dataset.theme ?? null,
            history.state, sessionStorage.length, location.search + location.hash]",
        &[],
    );
    assert_eq!(page, json!(["Host", "fr", null, null, 0, ""]));
    let link = browser.find("#two .embed-head a").property("href");
    assert!(link.as_str().is_some_and(|link| link.starts_with(&server.url("#s="))), "{link}");
}
