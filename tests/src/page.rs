//! What the tests know of Faultlab's page: when it is here, when it has done what it was asked to, and how one works its stage.

use crate::PageServer;
use crate::webdriver::{Browser, PATIENCE, Pointer};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Whether the clock tells a moment and nothing that is in sight has yet to be fetched. What waits for sight is asked the way the
/// page itself asks (`www/src/cards/lazy_panel.rs`); of what is out of sight nothing is expected.
const IS_HERE: &str = "
    const done = arguments[0];
    if (!document.querySelector('.clock')?.textContent.endsWith(' s')) return done(false);
    const awaited = document.querySelectorAll('.later');
    if (awaited.length === 0) return done(true);
    const sight = new IntersectionObserver((places) => {
        sight.disconnect();
        done(!places.some((place) => place.isIntersecting));
    });
    awaited.forEach((place) => sight.observe(place));";

/// Counts the frames and the timers that the page asks for; `uncounted` asks for a frame that is not.
const COUNTED: &str = "
    window.asked = 0;
    window.uncounted = window.requestAnimationFrame.bind(window);
    for (const name of ['requestAnimationFrame', 'setTimeout', 'setInterval']) {
        const asks = window[name];
        window[name] = (...how) => { window.asked++; return asks.apply(window, how); };
    }";

impl PageServer {
    /// Opens the page in a browser of its own, with whatever follows the slash, and waits until it is here.
    #[track_caller]
    pub fn open(&self, rest: &str) -> Browser {
        let browser = Browser::start();
        browser.visit(self, rest);
        browser
    }

    /// Opens the page in a browser of so many pixels.
    #[track_caller]
    pub fn open_sized(&self, (width, height): (u32, u32), rest: &str) -> Browser {
        let browser = Browser::start();
        browser.set_size(width, height);
        browser.visit(self, rest);
        browser
    }
}

/// When the page is here, and when it has done what it was asked to.
impl Browser {
    /// Opens the page, with whatever follows the slash, and waits until it is here.
    #[track_caller]
    pub fn visit(&self, server: &PageServer, rest: &str) {
        self.goto(&server.url(rest));
        self.wait_for_page();
    }

    /// Waits until all of the page that is in sight is here: parts of it are fetched when they are first seen or asked for.
    #[track_caller]
    pub fn wait_for_page(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self.execute_async(IS_HERE, &[]) != true {
            assert!(Instant::now() < deadline, "after {PATIENCE:?} the page is still not here");
            std::thread::sleep(Duration::from_millis(30));
        }
        self.settle();
    }

    /// Waits until a run at rest shows what was last done to it: what is done asks for a frame, and texts are written in it.
    #[track_caller]
    pub fn settle(&self) {
        const FRAMES: &str = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))";
        self.execute_async(FRAMES, &[]);
    }

    /// Steps on by the key until a function body returns something true, and gives that.
    #[track_caller]
    pub fn step_until(&self, script: &str) -> Value {
        const STEPS_MAX: usize = 400;
        for _ in 0..STEPS_MAX {
            let told = self.execute(script, &[]);
            if !matches!(told, Value::Null | Value::Bool(false)) {
                return told;
            }
            self.press(".");
        }
        panic!("after {STEPS_MAX} steps it has not come to: {script}");
    }

    /// By the tabulator to the element that has the focus when a function body returns true.
    #[track_caller]
    pub fn tab_until(&self, is_there: &str) {
        const STOPS_MAX: usize = 80;
        for _ in 0..STOPS_MAX {
            if self.execute(is_there, &[]) == true {
                return;
            }
            self.press(crate::webdriver::keys::TAB);
        }
        panic!("the tabulator does not come to: {is_there}");
    }

    /// What the clock shows, in seconds.
    #[track_caller]
    pub fn clock(&self) -> f64 {
        let shown = self.execute("return parseFloat(document.querySelector('.clock').textContent)", &[]);
        shown.as_f64().expect("the clock shows a number")
    }

    /// Chooses a speed from the list.
    #[track_caller]
    pub fn set_speed(&self, value: &str) {
        const SCRIPT: &str = "
            const select = document.querySelector('select.speed');
            select.value = arguments[0];
            select.dispatchEvent(new Event('change', { bubbles: true }));";
        self.execute(SCRIPT, &[json!(value)]);
    }
}

/// What the page asks of the machine.
impl Browser {
    /// From now on, frames and timers that the page asks for are counted; in the pages that are opened from now on as well.
    pub fn count_asked(&self) {
        self.cdp("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": COUNTED }));
        self.execute(COUNTED, &[]);
    }

    /// How many frames and timers the page has asked for.
    #[track_caller]
    pub fn asked(&self) -> u64 {
        self.execute("return window.asked", &[]).as_u64().expect("they are counted")
    }

    /// Lets what is under way come to its end, and holds the page to asking for nothing from then on.
    #[track_caller]
    pub fn asks_for_nothing(&self) {
        const QUIET: Duration = Duration::from_millis(500);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let before = self.asked();
            std::thread::sleep(QUIET);
            if self.asked() == before {
                break;
            }
            assert!(Instant::now() < deadline, "after {PATIENCE:?} the page still asks for frames or timers");
        }
        let before = self.asked();
        std::thread::sleep(2 * QUIET);
        assert_eq!(self.asked(), before, "the page was at rest and asks for frames or timers all the same");
    }
}

/// How one works the stage.
impl Browser {
    /// What a screen reader hears of a node.
    #[track_caller]
    pub fn node_label(&self, node: usize) -> String {
        self.find(&node_css(node)).attribute("aria-label").expect("a node has a name")
    }

    /// Waits until what a screen reader hears of a node has this in it.
    #[track_caller]
    pub fn wait_for_label(&self, node: usize, part: &str) {
        let css = node_css(node);
        self.wait_until(&format!("return document.querySelector(\"{css}\").ariaLabel.includes('{part}')"));
    }

    /// Where a node is, for a pointer.
    #[track_caller]
    pub fn node_middle(&self, node: usize) -> (i64, i64) {
        self.find(&node_css(node)).middle()
    }

    #[track_caller]
    pub fn click_node(&self, node: usize) {
        self.gesture(Pointer::Mouse).move_to(self.node_middle(node)).down().up().perform();
    }

    /// Clicks a node and waits for its verbs.
    #[track_caller]
    pub fn open_node(&self, node: usize) {
        self.click_node(node);
        self.find(".verbs .verb");
    }

    /// Clicks the first of the verbs shown that begins so.
    #[track_caller]
    pub fn click_verb(&self, begins: &str) {
        self.find_beginning(".verbs .verb", begins).click();
        self.settle();
    }
}

fn node_css(node: usize) -> String {
    format!("[data-node='{node}']")
}
