//! The page as people get it: what is loaded, how soon something is to be seen, and what it costs the main thread to watch.
//!
//! Work is told in processor time of the page's main thread, which other programs on the machine do not lengthen. Only the first
//! paint and the jumps through time are by the clock on the wall: the middle one, or the shortest of a few tries, is told.

mod runs;
mod thread;

use faultlab_tests::first_load::{MOST_BYTES, MOST_REQUESTS};
use faultlab_tests::{PageServer, webdriver::Browser};
use serde_json::json;
use std::time::Duration;

use runs::Run;
use thread::{Thread, Work};

/// How often the page is opened anew to see when it first shows something.
const OPENINGS: usize = 5;
/// How many milliseconds a frame may take.
const FRAME_MOST: f64 = 8.0;

pub fn run() {
    println!("The page");
    let server = PageServer::start();
    let browser = Browser::start();
    let thread = Thread::watch(&browser);
    first_visit(&server, &browser);
    running(&server, &browser, &thread);
    crowd(&server, &browser, &thread);
    history(&server, &browser, &thread);
    println!();
}

fn tell(what: &str, figure: f64, unit: &str, limit: &str) {
    println!("  {what:<54} {figure:>9.1} {unit:<12} {limit}");
}

fn open(server: &PageServer, browser: &Browser, rest: &str) {
    // The fragment alone would not load the page again.
    browser.goto("about:blank");
    browser.goto(&server.url(rest));
    browser.wait_until("return document.querySelector('#faultlab > .player')");
    std::thread::sleep(Duration::from_secs(1));
}

fn first_visit(server: &PageServer, browser: &Browser) {
    browser.goto(&server.url(""));
    browser.wait_until("return document.querySelector('#faultlab > .player')");
    std::thread::sleep(Duration::from_secs(2));
    first_load(server);
    let mut paints: Vec<f64> = (0..OPENINGS).map(|_| first_paint(server, browser)).collect();
    paints.sort_by(f64::total_cmp);
    tell("first contentful paint on loopback, by the wall", paints[OPENINGS / 2], "ms", "(below 500)");
    let elements = browser.execute("return document.querySelectorAll('*').length", &[]);
    tell("elements", elements.as_f64().unwrap_or(f64::NAN), "", "");
}

fn first_paint(server: &PageServer, browser: &Browser) -> f64 {
    open(server, browser, "");
    let paint = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null";
    browser.execute(paint, &[]).as_f64().unwrap_or(f64::NAN)
}

/// The files of the first visit and their size as a host sends them.
fn first_load(server: &PageServer) {
    let fetched = server.fetched();
    for file in &fetched {
        tell(&file.path, file.bytes as f64, "bytes brotli", "");
    }
    let total: usize = fetched.iter().map(|file| file.bytes).sum();
    tell("first load", total as f64, "bytes brotli", &format!("at most {MOST_BYTES}"));
    tell("requests of the first load", fetched.len() as f64, "", &format!("at most {MOST_REQUESTS}"));
}

/// Five servers of Raft that exchange nothing but heartbeats, at work and at rest.
fn running(server: &PageServer, browser: &Browser, thread: &Thread<'_>) {
    println!("  Five servers of Raft, only heartbeats: the main thread");
    let run = Run::heartbeats();
    let share = |state: &str, work: &Work, limit: &str| {
        let note = format!("{limit} {}", work.breakdown());
        tell(&format!("    {state}"), work.percent(), "% of a core", &note);
    };
    for (state, query) in [("at the default speed", ""), ("at real time", "&speed=40")] {
        open(server, browser, &run.address(&format!("autoplay=1{query}")));
        share(state, &thread.work(), "(below 10)");
    }
    browser.find(".play-button").click();
    std::thread::sleep(Duration::from_secs(1));
    share("paused", &thread.work(), "(0)");
    browser.find(".play-button").click();
    browser.hide();
    std::thread::sleep(Duration::from_secs(1));
    share("hidden", &thread.work(), "(0)");
    browser.show();
    browser.execute("document.body.style.paddingTop = '5000px'; scrollTo(0, 0)", &[]);
    std::thread::sleep(Duration::from_secs(1));
    share("scrolled away", &thread.work(), "(0)");
}

/// As many nodes and messages as the stage is made for.
fn crowd(server: &PageServer, browser: &Browser, thread: &Thread<'_>) {
    let run = Run::crowd();
    println!("  {} nodes, {} messages in flight: the main thread for one frame", run.nodes(), run.packets());
    for (state, query) in [("at the default speed", ""), ("at real time", "&speed=40")] {
        open(server, browser, &run.address(&format!("autoplay=1{query}")));
        thread.frames();
        let work = thread.work();
        let note = format!("(below 8) at {:.0} frames/s {}", work.frames_per_second(), work.breakdown());
        tell(&format!("    {state}"), work.frame_milliseconds(), "ms", &note);
        let frames = thread.frames();
        let longer = frames.iter().filter(|frame| **frame > FRAME_MOST).count();
        let worst = frames.last().copied().unwrap_or(f64::NAN);
        let note =
            format!("{longer} of {} are longer than {FRAME_MOST} ms, the longest is {worst:.1} ms", frames.len());
        tell(
            "        by the wall, the middle one",
            frames.get(frames.len() / 2).copied().unwrap_or(f64::NAN),
            "ms",
            &note,
        );
    }
}

/// A long run: how soon any moment of it is there, and what keeping it costs.
fn history(server: &PageServer, browser: &Browser, thread: &Thread<'_>) {
    let run = Run::long();
    println!("  {} events of history", run.steps());
    open(server, browser, &run.at_its_beginning("autoplay=0"));
    let before = thread.wasm_bytes();
    open(server, browser, &run.address("autoplay=0"));
    assert!(browser.find_all(".notice").is_empty(), "the browser runs it as this program does");
    let known = run.milliseconds();
    let jumps = browser.execute(JUMPS, &[json!(known)]);
    let jump = |place: &str| jumps[place].as_f64().unwrap_or(f64::NAN);
    // The last place that was pressed is where the run then is.
    let arrived = format!("return Math.abs({SHOWN} - {}) <= {known} / 200", jump("last") * known as f64);
    browser.wait_until(&arrived);
    tell("    a jump to any of them in wasm, the middle one", jump("middle"), "ms", "");
    tell("    the slowest of 200", jump("longest"), "ms", "(below 16)");
    let after = thread.wasm_bytes();
    let mebi = |bytes: f64| bytes / f64::from(1 << 20);
    tell("    memory of the wasm", mebi(after), "MiB", "");
    tell("    of that for the history", mebi(after - before), "MiB", "(below 64)");
    let work = thread.work_of(|| {
        browser.execute_async(REDRAWN, &[json!(known)]);
    });
    let note = work.breakdown();
    tell("    a jump with all that is drawn anew", work.seconds() * 1_000.0 / 50.0, "ms", &note);
}

/// Presses the time line at moments all over the run; for each, the shortest of a few tries.
const JUMPS: &str = "
    const slider = document.querySelector('.scrub');
    const box = slider.querySelector('canvas').getBoundingClientRect();
    const width = box.width * arguments[0] / Number(slider.getAttribute('aria-valuemax'));
    const jump = (share) => {
        const place = { clientX: box.left + width * share, clientY: box.top + 5, buttons: 1, bubbles: true };
        const began = performance.now();
        slider.dispatchEvent(new PointerEvent('pointermove', place));
        return performance.now() - began;
    };
    const places = [...Array(200).keys()].map((number) => (number * 0.6180339887) % 1);
    const best = places.map(() => Infinity);
    for (let round = 0; round < 5; round++) {
        places.forEach((share, place) => best[place] = Math.min(best[place], jump(share)));
    }
    best.sort((one, other) => one - other);
    return { middle: best[best.length / 2], longest: best[best.length - 1], last: places[places.length - 1] };";

/// The shown moment in milliseconds, as the time line tells it.
const SHOWN: &str = "Number(document.querySelector('.scrub').getAttribute('aria-valuenow'))";

/// Fifty jumps, each drawn before the next.
const REDRAWN: &str = "
    const [known, done] = arguments;
    const slider = document.querySelector('.scrub');
    const box = slider.querySelector('canvas').getBoundingClientRect();
    const width = box.width * known / Number(slider.getAttribute('aria-valuemax'));
    let left = 50;
    const jump = () => {
        if (left === 0) return done();
        left--;
        const share = (left * 0.6180339887) % 1;
        const place = { clientX: box.left + width * share, clientY: box.top + 5, buttons: 1, bubbles: true };
        slider.dispatchEvent(new PointerEvent('pointermove', place));
        setTimeout(jump, 50);
    };
    jump();";
