//! What the tests know of Faultlab's page: when it is here.

use crate::PageServer;
use crate::webdriver::Browser;
use std::time::{Duration, Instant};

/// How long the page may take to be here. Generous: other tests share the machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether the clock tells a moment and nothing that is in sight has yet to be fetched. What waits for sight is asked the way the
/// page itself asks (`www/src/later.rs`); of what is out of sight nothing is expected.
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

impl PageServer {
    /// Opens the page in a browser of its own, with whatever follows the slash, and waits until it is here.
    #[track_caller]
    pub fn open(&self, rest: &str) -> Browser {
        let browser = Browser::start();
        browser.goto(&self.url(rest));
        browser.wait_for_page();
        browser
    }
}

impl Browser {
    /// Waits until all of the page that is in sight is here: parts of it are fetched when they are first seen or asked for.
    #[track_caller]
    pub fn wait_for_page(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self.execute_async(IS_HERE, &[]) != true {
            assert!(Instant::now() < deadline, "after {PATIENCE:?} the page is still not here");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Waits until a run at rest shows what was last done to it: what is done asks for a frame, and texts are written in it.
    #[track_caller]
    pub fn settle(&self) {
        const FRAMES: &str = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))";
        self.execute_async(FRAMES, &[]);
    }
}
