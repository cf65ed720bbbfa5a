//! What the page asks of the machine: little while a run plays, nothing while it rests or nobody can see it.

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::Browser;

const MOVED: &str = "return document.getAnimations().filter((it) => it.playState === 'running').length";

fn opened(server: &PageServer, rest: &str) -> Browser {
    let browser = Browser::start();
    browser.count_asked();
    browser.visit(server, rest);
    browser
}

/// Time passes, and for that the page asks for something again and again.
#[track_caller]
fn runs(browser: &Browser) {
    let (asked, clock) = (browser.asked(), browser.clock());
    browser.wait_until(&format!(
        "return window.asked > {asked} + 2 && parseFloat(document.querySelector('.clock').textContent) > {clock}"
    ));
}

#[track_caller]
fn rests(browser: &Browser) {
    browser.asks_for_nothing();
    let before = browser.clock();
    assert_eq!(browser.execute(MOVED, &[]), 0, "the browser moves nothing");
    browser.asks_for_nothing();
    assert_eq!(browser.clock(), before, "no time passes");
}

#[test]
fn nothing_runs_before_one_plays() {
    let server = PageServer::start();
    let browser = opened(&server, "?autoplay=0");
    rests(&browser);
    assert_eq!(browser.complaints(), Vec::<String>::new());
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
    assert!(asked.is_some_and(|asked| asked < 40.0), "in a second, at twice a beat and an event: {watched}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// At every frame, where the packets are: until they were at twenty places, at least for a second and at most for twenty. The
/// frames of the watching itself are not counted. How often the page asked in a second.
const WATCHED: &str = "
    const done = arguments[0];
    const before = window.asked;
    const places = new Set();
    const begin = performance.now();
    const look = () => {
        const packets = [...document.querySelectorAll('.packet:not([visibility=hidden])')];
        packets.forEach((packet) => places.add(packet.getBoundingClientRect().x.toFixed(1)));
        const seconds = (performance.now() - begin) / 1000;
        if (seconds < 1 || (seconds < 20 && places.size < 20)) return uncounted(look);
        done({ asked: (window.asked - before) / seconds, moved: places.size });
    };
    uncounted(look);";
