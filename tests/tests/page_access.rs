//! Everybody can use the page: nothing that axe finds, nothing that falls off a small screen.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::{Browser, Violation};

/// As many pixels as it takes to have everything in sight, and so fetched.
const TALL: u32 = 4000;

/// Nothing that axe finds in all of the page, with whatever comes only into sight further down.
#[track_caller]
fn clean(browser: &Browser, place: &str) {
    browser.wait_for_page();
    let found: Vec<String> = browser.axe().iter().map(Violation::to_string).collect();
    assert!(found.is_empty(), "{place}:\n{}", found.join("\n"));
}

#[test]
fn axe_finds_nothing_in_either_theme_and_language() {
    let server = PageServer::start();
    for theme in ["light", "dark"] {
        for lang in ["en", "zh"] {
            for protocol in ["raft", "two-phase", "three-phase", "ring"] {
                let place = format!("?protocol={protocol}&theme={theme}&lang={lang}&at=1500ms");
                let browser = server.open_sized((1280, TALL), &place);
                clean(&browser, &place);
            }
        }
    }
}

#[test]
fn axe_finds_nothing_in_what_opens() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&lang=en&autoplay=0");
    browser.set_size(1280, TALL);
    browser.execute("document.querySelectorAll('.fold[aria-expanded=false]').forEach((fold) => fold.click())", &[]);
    clean(&browser, "every card open");
    for (opener, panel) in [(".head-choice", ".catalogue"), (".head button[aria-label='Help and keys']", ".help")] {
        browser.find(opener).click();
        browser.find(panel);
        clean(&browser, panel);
    }
    browser.find_text(".head button", "Share").click();
    browser.find(".panel.share");
    clean(&browser, "share");
    for place in ["?rules&theme=light&lang=en", "?rules&theme=dark&lang=zh"] {
        let browser = server.open(place);
        browser.find(".matrix-rule");
        clean(&browser, place);
    }
}

/// What sticks out of the window sideways, and controls without a size.
const STICKS_OUT: &str = "
    const out = [];
    if (document.documentElement.scrollWidth > innerWidth) out.push(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const element of document.querySelectorAll('button, input, select, summary, .card, p, h2')) {
        const box = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        // What only screen readers are told is clipped to nothing.
        if (box.width === 0 || style.visibility === 'hidden' || element.closest('.stage-lists, .hidden-text')) continue;
        if (box.right > innerWidth + 1 || box.left < -1) {
            out.push(`${element.tagName}.${element.className}: ${box.left}..${box.right} ${element.textContent.slice(0, 30)}`);
        }
    }
    return out;";

#[test]
fn it_fits_a_screen_of_320_pixels() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&lang=en&at=1500ms");
    for lang in ["en", "zh"] {
        browser.set_size(320, 640);
        for protocol in ["raft", "two-phase", "three-phase", "ring"] {
            browser.visit(&server, &format!("?protocol={protocol}&lang={lang}&at=1500ms"));
            for tab in 0..browser.find_all(".tab").len() {
                browser.execute("document.querySelectorAll('.tab')[arguments[0]].click()", &[tab.into()]);
                browser.wait_for_page();
                let out = browser.execute(STICKS_OUT, &[]);
                assert_eq!(out, serde_json::json!([]), "{protocol} in {lang}, card {tab}");
            }
            browser.find(".head-choice").click();
            browser.find(".panel.catalogue");
            browser.wait_for_page();
            assert_eq!(browser.execute(STICKS_OUT, &[]), serde_json::json!([]), "the catalogue");
        }
        browser.visit(&server, &format!("?rules&lang={lang}"));
        browser.find(".matrix-rule");
        assert_eq!(browser.execute(STICKS_OUT, &[]), serde_json::json!([]), "the rules in {lang}");
    }
    browser.screenshot("phone-320");
}

#[test]
fn a_frame_shows_what_it_is_asked_to() {
    let frame = |controls: &str| {
        format!(
            r#"<!doctype html><title>Host</title><iframe title="run" width="700" height="600" sandbox="allow-scripts allow-same-origin"
                    src="./?embed&controls={controls}&protocol=raft&at=1s&theme=dark&lang=zh"></iframe>"#
        )
    };
    let pages = [("none.html", frame("none")), ("min.html", frame("min")), ("full.html", frame("full"))];
    let pages: Vec<(&str, &str)> = pages.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let server = PageServer::start_with(&pages);
    let browser = Browser::start();
    for (page, transport, side) in [("none.html", false, false), ("min.html", true, false), ("full.html", true, true)] {
        browser.goto(&server.url(page));
        browser.enter_frame(&browser.find("iframe"));
        browser.wait_for_page();
        let is_shown = |css: &str| browser.find_all(css).iter().any(|element| element.is_displayed());
        assert_eq!(is_shown(".transport"), transport, "{page}: transport");
        assert_eq!(is_shown(".side"), side, "{page}: side");
        assert_eq!(browser.execute("return document.documentElement.lang", &[]), "zh-Hans");
        assert_eq!(browser.execute("return document.documentElement.dataset.theme", &[]), "dark");
        browser.leave_frame();
    }
}
