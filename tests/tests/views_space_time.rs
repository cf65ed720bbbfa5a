//! The space-time diagram in the browser: pointing tells, a click goes there, and the keys do it all.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::{Browser, Pointer, keys};

const CLOCK: &str = "parseFloat(document.querySelector('.clock').textContent)";
const STEP: &str = "Number(document.querySelector('.spacetime-now').getAttribute('aria-valuenow'))";

fn opened(server: &PageServer) -> Browser {
    let browser = server.open_sized((1440, 1400), "?lang=en&protocol=raft&autoplay=0&at=900ms");
    browser.wait_until(&format!("return {CLOCK} >= 0.89"));
    // The diagram is fetched when it comes into sight.
    browser.wait_until("return document.querySelector('.spacetime-now')?.style.visibility === 'visible'");
    browser
}

fn number(browser: &Browser, script: &str) -> f64 {
    browser.execute(&format!("return {script}"), &[]).as_f64().expect("a number")
}

/// Moves the pointer along a lane until the diagram has something to tell; gives the place and what it tells.
fn find_told(browser: &Browser, lane: i64) -> ((i64, i64), String) {
    const EDGES: &str = "
        const canvas = document.querySelector('.spacetime canvas');
        canvas.scrollIntoView({ block: 'center' });
        const box = canvas.getBoundingClientRect();
        return [Math.round(box.left), Math.round(box.right), Math.round(box.top) + Number(canvas.dataset.lanesTop)];";
    let edges = browser.execute(EDGES, &[]);
    let edge = |place: usize| edges[place].as_i64().expect("a number");
    let y = edge(2) + 34 * lane + 17;
    for x in (edge(0) + 120..edge(1) - 260).step_by(7) {
        browser.gesture(Pointer::Mouse).move_to((x, y)).perform();
        let told = browser.execute(
            "const tip = document.querySelector('.spacetime-tip'); return tip.hidden ? '' : tip.textContent",
            &[],
        );
        if let Some(told) = told.as_str().filter(|told| !told.is_empty()) {
            return ((x, y), told.to_owned());
        }
    }
    panic!("nothing to point at in lane {lane}");
}

#[test]
fn pointing_tells_what_happened_and_a_click_goes_there() {
    let server = PageServer::start();
    let browser = opened(&server);
    let before = browser.clock();
    let (place, told) = find_told(&browser, 1);
    let (moment, sentence) = told.split_once(" · ").expect("a time and a sentence");
    assert!(moment.ends_with('s') && sentence.len() > 4, "{told}");
    browser.gesture(Pointer::Mouse).move_to(place).down().up().perform();
    browser.wait_until(&format!("return {CLOCK} < {before}"));
    browser.settle();
    let here = browser.clock();
    browser.screenshot("views-space-time");
    // What is known of the future stays, and the way back is one key.
    let known = number(&browser, "Number(document.querySelector('.spacetime-now').getAttribute('aria-valuemax'))");
    assert!(number(&browser, STEP) < known);
    browser.execute("document.querySelector('.spacetime-now').focus()", &[]);
    browser.press(keys::END);
    browser.wait_until(&format!("return {CLOCK} > {here}"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_line_of_the_present_is_a_slider_for_the_keys() {
    let server = PageServer::start();
    let browser = opened(&server);
    let slider = browser.find(".spacetime-now");
    assert_eq!(slider.attribute("role").as_deref(), Some("slider"));
    assert_eq!(slider.spoken_name(), "The present moment");
    browser.execute("document.querySelector('.spacetime-now').focus()", &[]);
    let step = number(&browser, STEP);
    browser.press(keys::LEFT);
    browser.wait_until(&format!("return {STEP} === {step} - 1"));
    browser.press(keys::RIGHT);
    browser.wait_until(&format!("return {STEP} === {step}"));
    browser.press(keys::HOME);
    browser.wait_until(&format!("return {STEP} === 0"));
    browser.press(keys::PAGE_UP);
    browser.wait_until(&format!("return {STEP} > 0"));
    let text = browser.find(".spacetime-now").attribute("aria-valuetext").expect("a text for those who hear it");
    assert!(text.contains("step ") && text.contains(" of "), "{text}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_line_of_the_present_can_be_dragged() {
    let server = PageServer::start();
    let browser = opened(&server);
    const PLACE: &str = "
        const now = document.querySelector('.spacetime-now');
        now.scrollIntoView({ block: 'center' });
        const box = now.getBoundingClientRect();
        return [Math.round(box.left + 1), Math.round(box.top + 60)];";
    let place = browser.execute(PLACE, &[]);
    let at = (place[0].as_i64().expect("x"), place[1].as_i64().expect("y"));
    let before = browser.clock();
    browser.drag(Pointer::Mouse, at, (at.0 - 200, at.1));
    browser.wait_until(&format!("return {CLOCK} < {before} - 0.05"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn what_the_clients_saw_is_judged_and_can_be_gone_to() {
    let server = PageServer::start();
    let browser = opened(&server);
    browser.wait_until(
        "return document.querySelector('.operations-finding')?.textContent.includes('Linearizable so far')",
    );
    browser.find(".operations-list summary").click();
    browser.wait_until("return document.querySelectorAll('.operations-list li').length > 0");
    let row = browser.find(".operations-list li button");
    assert!(row.text().contains("can have taken effect at"), "{}", row.text());
    let before = browser.clock();
    row.click();
    browser.wait_until(&format!("return {CLOCK} < {before}"));
    browser.find_text(".operations-tools button", "operations").click();
    browser.wait_until("return !document.querySelector('.operations-finding')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_stale_read_is_marked_among_what_cannot_be_ordered() {
    let server = PageServer::start();
    let browser = server.open_sized((1440, 1400), "?lang=en&scenario=raft/stale-read&autoplay=0&at=20s");
    browser
        .wait_until("return document.querySelector('.operations-finding')?.textContent.includes('Not linearizable')");
    browser.find(".operations-list summary").click();
    browser.wait_until("return document.querySelectorAll('.operations-list .fault').length >= 2");
    let marked = browser.find(".operations-list .fault").text();
    assert!(marked.contains("contradicts the others"), "{marked}");
    assert_eq!(browser.axe().len(), 0, "{:?}", browser.axe());
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn without_registers_nothing_is_judged() {
    let server = PageServer::start();
    let browser = server.open_sized((1440, 1400), "?lang=en&protocol=two-phase&autoplay=0&at=900ms");
    browser.wait_until("return document.querySelector('.spacetime-now')?.style.visibility === 'visible'");
    assert_eq!(browser.find_all(".operations-tools").len(), 0);
    assert_eq!(browser.find_all(".operations-finding").len(), 0);
}
