//! What the page asks of the machine: little while a run plays, nothing while it rests or nobody can see it.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::Browser;
use serde_json::json;
use std::time::Duration;

/// Counts the frames and the timers that the page asks for.
const COUNTED: &str = "
    window.asked = 0;
    window.uncounted = window.requestAnimationFrame.bind(window);
    for (const name of ['requestAnimationFrame', 'setTimeout', 'setInterval']) {
        const asks = window[name];
        window[name] = (...how) => { window.asked++; return asks.apply(window, how); };
    }";
const CLOCK: &str = "return parseFloat(document.querySelector('.clock').textContent)";
const MOVED: &str = "return document.getAnimations().filter((it) => it.playState === 'running').length";

fn opened(server: &PageServer, rest: &str) -> Browser {
    let browser = Browser::start();
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": COUNTED }));
    browser.goto(&server.url(rest));
    browser.wait_until("return document.querySelector('.clock')?.textContent.endsWith(' s')");
    browser
}

fn number(browser: &Browser, script: &str) -> f64 {
    browser.execute(script, &[]).as_f64().expect("a number")
}

/// How often the page asks for a frame or a timer within a second.
fn asked_in_a_second(browser: &Browser) -> f64 {
    let before = number(browser, "return window.asked");
    std::thread::sleep(Duration::from_secs(1));
    number(browser, "return window.asked") - before
}

#[track_caller]
fn runs(browser: &Browser) {
    let before = number(browser, CLOCK);
    browser.wait_until(&format!("{CLOCK} > {before}"));
    assert!(asked_in_a_second(browser) > 2.0);
}

#[track_caller]
fn rests(browser: &Browser) {
    // What was under way may end.
    std::thread::sleep(Duration::from_millis(500));
    let before = number(browser, CLOCK);
    assert_eq!(asked_in_a_second(browser), 0.0, "nothing is asked for");
    assert_eq!(number(browser, MOVED), 0.0, "the browser moves nothing");
    assert_eq!(number(browser, CLOCK), before, "no time passes");
}

#[test]
fn nothing_runs_while_the_run_is_paused() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en");
    runs(&browser);
    browser.find(".play-button").click();
    rests(&browser);
    browser.find(".play-button").click();
    runs(&browser);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn nothing_runs_while_the_page_is_hidden_or_out_of_sight() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en");
    runs(&browser);
    browser.hide();
    rests(&browser);
    browser.show();
    runs(&browser);
    browser.execute("document.body.style.paddingTop = '5000px'; scrollTo(0, 0)", &[]);
    rests(&browser);
    browser.execute("document.body.style.paddingTop = ''", &[]);
    runs(&browser);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn packets_move_without_the_page_being_asked_for_every_frame() {
    let server = PageServer::start();
    let browser = opened(&server, "?lang=en&protocol=raft&speed=0.5");
    browser.wait_until("return document.querySelector('.packet:not([visibility=hidden])')");
    let watched = browser.execute_async(WATCHED, &[]);
    let (asked, moved) = (watched["asked"].as_f64(), watched["moved"].as_f64());
    assert!(moved.is_some_and(|moved| moved >= 20.0), "a packet moves smoothly: {watched}");
    assert!(asked.is_some_and(|asked| asked < 40.0), "at twice a beat and an event: {watched}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// For a second, at every frame: where the packets are. The frames of the watching itself are not counted.
const WATCHED: &str = "
    const done = arguments[0];
    const before = window.asked;
    const places = new Set();
    const begin = performance.now();
    const look = () => {
        const packets = [...document.querySelectorAll('.packet:not([visibility=hidden])')];
        packets.forEach((packet) => places.add(packet.getBoundingClientRect().x.toFixed(1)));
        if (performance.now() - begin < 1000) return uncounted(look);
        done({ asked: window.asked - before, moved: places.size });
    };
    uncounted(look);";
