//! Time on the page: it stops where a lesson ends, stays where nothing is found, and shows when it waits. At the fastest speed the page
//! stays small, however long the run gets.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::{Browser, keys};
use serde_json::json;

const LESSON: &str = "?scenario=two-phase/commit&seed=1&lang=en&autoplay=0";

/// What the play button does.
const PLAY: &str = "return document.querySelector('.play-button').ariaLabel";

fn at_rest(browser: &Browser) {
    browser.wait_to_read(PLAY, &json!("Play"));
    browser.settle();
}

/// How far the slider of time goes, and where it stands.
fn slider(browser: &Browser) -> (f64, f64) {
    let read = |name: &str| browser.find(".scrub").attribute(name).and_then(|text| text.parse().ok()).unwrap_or(-1.0);
    (read("aria-valuemax"), read("aria-valuenow"))
}

#[test]
fn a_lesson_stops_at_its_last_caption_and_goes_on_for_who_wants_that() {
    let server = PageServer::start();
    let browser = server.open(LESSON);
    browser.set_speed("max");
    browser.find(".play-button").click();
    at_rest(&browser);
    // The last line waits for an event, which comes long before the end that the file states.
    assert!((browser.clock() - 0.303).abs() < 0.0005, "{}", browser.clock());
    let caption = browser.find(".caption-lesson").text();
    assert!(caption.starts_with("Everybody has acknowledged"), "{caption}");
    // It is the reader who goes on, to where nothing is left: that is said, and the clock does not run on for nothing.
    browser.find(".play-button").click();
    at_rest(&browser);
    browser.wait_to_read(
        "return document.querySelector('.notice')?.innerText.split('\\n')[0]",
        &json!("Nothing is left to happen in this run."),
    );
    let (reach, now) = slider(&browser);
    assert!(now <= reach && browser.clock() < 60.0, "{now} of {reach}");
    browser.find("[aria-label='From the start']").click();
    browser.settle();
    assert!(browser.clock() < 0.001, "{}", browser.clock());
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn where_nothing_notable_comes_one_stays_and_is_told() {
    let server = PageServer::start();
    let browser = server.open("?scenario=two-phase/commit&seed=1&lang=en&autoplay=0&at=2900");
    let before = (browser.find(".clock").text(), slider(&browser));
    for _ in 0..3 {
        browser.find("[aria-label='Forward to the next notable event']").click();
        browser.find_beginning(".notice p", "No event of this kind comes");
        browser.settle();
    }
    assert_eq!((browser.find(".clock").text(), slider(&browser)), before);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn another_scenario_begins_at_the_usual_speed() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&seed=42&lang=en&autoplay=0");
    browser.set_speed("max");
    browser.find(".head-choice").click();
    browser.find_beginning(".catalogue-entry", "All vote yes").click();
    browser.wait_to_read("return document.querySelector('select.speed').value", &json!("1"));
    browser.find_beginning(".caption-lesson", "Everybody has acknowledged");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_long_time_is_shown_whole() {
    let server = PageServer::start();
    for (width, height) in [(1280, 800), (360, 740)] {
        let browser = server.open_sized((width, height), "?protocol=two-phase&lang=en&autoplay=0&at=1234567");
        assert!(browser.clock() > 1_000.0, "{}", browser.clock());
        let hidden = "const clock = document.querySelector('.clock'); return clock.scrollWidth - clock.clientWidth";
        assert_eq!(browser.execute(hidden, &[]), json!(0), "at {width} pixels");
        let beyond = "return document.documentElement.scrollWidth - innerWidth";
        assert!(browser.execute(beyond, &[]).as_f64().is_some_and(|beyond| beyond <= 0.0), "at {width} pixels");
    }
}

#[test]
fn who_turns_to_more_verbs_by_key_is_not_on_one_that_destroys() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&seed=42&lang=en&autoplay=0");
    browser.execute("document.querySelector('[data-node=\"1\"]').focus()", &[]);
    browser.press(keys::ENTER);
    browser.wait_until("return document.activeElement?.closest('.verbs')");
    let focused = "return document.activeElement.textContent";
    let harms = "return document.activeElement.matches('.is-harm')";
    assert_eq!(browser.execute(harms, &[]), json!(false), "{}", browser.execute(focused, &[]));
    browser.tab_until("return document.activeElement.textContent === 'More …'");
    browser.press(keys::ENTER);
    browser
        .wait_until("return [...document.querySelectorAll('.verb')].some((verb) => verb.textContent === 'Wipe disk')");
    browser.settle();
    assert_eq!(browser.execute("return Boolean(document.activeElement.closest('.verbs'))", &[]), json!(true));
    assert_eq!(browser.execute(harms, &[]), json!(false), "{}", browser.execute(focused, &[]));
    let corrupt = "return document.activeElement.textContent.startsWith('Corrupt')";
    browser.tab_until(corrupt);
    browser.press(keys::ENTER);
    browser.find(".verbs-question");
    browser.settle();
    assert_eq!(browser.execute(harms, &[]), json!(false), "{}", browser.execute(focused, &[]));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn while_time_waits_for_the_reader_the_button_says_so_and_lets_it_go_on() {
    let server = PageServer::start();
    let browser = server.open("?protocol=raft&seed=42&lang=en&speed=0.1");
    browser.wait_to_read(PLAY, &json!("Pause"));
    browser.open_node(1);
    let verb = browser.find(".verbs .verb");
    browser.gesture(faultlab_tests::webdriver::Pointer::Mouse).move_to(verb.middle()).perform();
    browser.wait_to_read(PLAY, &json!("Play"));
    let before = browser.clock();
    browser.find(".play-button").click();
    browser.wait_to_read(PLAY, &json!("Pause"));
    browser.wait_until("return !document.querySelector('.verbs')");
    browser.wait_until(&format!("return parseFloat(document.querySelector('.clock').textContent) > {before}"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_chosen_branch_can_be_read_under_the_pointer() {
    let server = PageServer::start();
    for theme in ["light", "dark"] {
        let browser = server.open(&format!("?protocol=raft&seed=42&lang=en&autoplay=0&theme={theme}"));
        browser.press(",,,");
        browser.execute("document.querySelector('[data-node=\"1\"]').focus()", &[]);
        browser.press("c");
        let chosen = browser.find(".branch[aria-pressed='true']");
        browser.gesture(faultlab_tests::webdriver::Pointer::Mouse).move_to(chosen.middle()).perform();
        browser.wait_until("return document.querySelector('.branch[aria-pressed=true]').matches(':hover')");
        let colours = "const style = getComputedStyle(document.querySelector('.branch[aria-pressed=true]'));
            return style.color !== style.backgroundColor && browserContrast(style.color, style.backgroundColor) >= 4.5;
            function browserContrast(one, other) {
                const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
                    const share = part / 255;
                    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
                }).reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
                const [a, b] = [light(one), light(other)];
                return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            }";
        assert_eq!(browser.execute(colours, &[]), json!(true), "{theme}");
    }
}

/// Notes the memory of the program as it is made.
const NOTE_MEMORY: &str = "
    for (const name of ['instantiate', 'instantiateStreaming']) {
        const made = WebAssembly[name];
        WebAssembly[name] = async (...how) => {
            const result = await made.apply(WebAssembly, how);
            const exports = (result.instance ?? result).exports;
            const memory = Object.values(exports).find((it) => it instanceof WebAssembly.Memory);
            window.memory ??= memory;
            return result;
        };
    }";

#[test]
fn at_the_fastest_speed_memory_stays_small() {
    /// The program, its present moment, what it keeps of the past, and what was free in between.
    const MOST: f64 = 128.0 * 1024.0 * 1024.0;
    let server = PageServer::start();
    let browser = Browser::start();
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": NOTE_MEMORY }));
    browser.visit(&server, "?protocol=raft&seed=42&lang=en&autoplay=0");
    browser.set_speed("max");
    browser.find(".play-button").click();
    // That is over a million steps.
    let patience = std::time::Duration::from_secs(600);
    browser.wait_until_within("return parseFloat(document.querySelector('.clock').textContent) > 6000", patience);
    let bytes = browser.execute("return window.memory.buffer.byteLength", &[]).as_f64().expect("its memory is known");
    assert!(bytes < MOST, "{bytes} bytes");
    browser.find(".play-button").click();
    // Any moment can still be gone back to.
    browser.find("[aria-label='From the start']").click();
    browser.settle();
    assert!(browser.clock() < 0.001, "{}", browser.clock());
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
