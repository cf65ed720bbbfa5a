//! The main thread of a page, as the browser accounts for it.

use faultlab_tests::webdriver::Browser;
use serde_json::json;
use std::time::{Duration, Instant};

/// How long the page is watched.
const WATCHED: Duration = Duration::from_secs(8);

/// Counts the frames that the page asks for, times each up to the first task behind it (so with style, layout and paint), and
/// keeps hold of its wasm memory. Installed before anything of the page runs.
const PROBE: &str = "
    const asks = window.requestAnimationFrame;
    const behind = new MessageChannel();
    window.framesAsked = 0;
    window.frameMilliseconds = [];
    behind.port1.onmessage = ({ data }) => window.frameMilliseconds.push(performance.now() - data);
    window.requestAnimationFrame = (listener) => {
        window.framesAsked++;
        return asks.call(window, (stamp) => {
            behind.port2.postMessage(performance.now());
            listener(stamp);
        });
    };
    for (const name of ['instantiate', 'instantiateStreaming']) {
        const instantiate = WebAssembly[name];
        WebAssembly[name] = async (...parts) => {
            const made = await instantiate.apply(WebAssembly, parts);
            // Parts that come later share the memory of the first and export none.
            window.wasmMemory ??= (made.instance ?? made).exports.memory;
            return made;
        };
    }";

/// Watches whatever page the browser shows.
pub(super) struct Thread<'a> {
    browser: &'a Browser,
}

/// What the main thread did in a while.
pub(super) struct Work {
    watched: Duration,
    /// Processor seconds: all, and by kind.
    all: f64,
    script: f64,
    style: f64,
    layout: f64,
    frames: f64,
}

/// The accounts at one moment.
struct Accounts {
    all: f64,
    script: f64,
    style: f64,
    layout: f64,
    frames: f64,
}

impl<'a> Thread<'a> {
    pub(super) fn watch(browser: &'a Browser) -> Self {
        browser.cdp("Page.enable", &json!({}));
        browser.cdp("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": PROBE }));
        browser.cdp("Performance.enable", &json!({ "timeDomain": "threadTicks" }));
        Self { browser }
    }

    /// The work of a few seconds in which nobody does anything.
    pub(super) fn work(&self) -> Work {
        self.work_of(|| std::thread::sleep(WATCHED))
    }

    /// The work while something is done.
    pub(super) fn work_of(&self, what: impl FnOnce()) -> Work {
        let (began, before) = (Instant::now(), self.accounts());
        what();
        let after = self.accounts();
        Work {
            watched: began.elapsed(),
            all: after.all - before.all,
            script: after.script - before.script,
            style: after.style - before.style,
            layout: after.layout - before.layout,
            frames: after.frames - before.frames,
        }
    }

    fn accounts(&self) -> Accounts {
        let frames = self.browser.execute("return window.framesAsked", &[]).as_f64().unwrap_or(f64::NAN);
        let metrics = self.browser.cdp("Performance.getMetrics", &json!({}));
        let metrics = metrics["metrics"].as_array().cloned().unwrap_or_default();
        let of = |name: &str| {
            let metric = metrics.iter().find(|metric| metric["name"] == name);
            metric.and_then(|metric| metric["value"].as_f64()).unwrap_or(f64::NAN)
        };
        Accounts {
            all: of("TaskDuration"),
            script: of("ScriptDuration"),
            style: of("RecalcStyleDuration"),
            layout: of("LayoutDuration"),
            frames,
        }
    }

    /// How long each frame took since this was last asked, by the clock on the wall: what other programs take counts as well.
    pub(super) fn frames(&self) -> Vec<f64> {
        let frames = self.browser.execute("return window.frameMilliseconds.splice(0)", &[]);
        let mut frames: Vec<f64> =
            frames.as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64).collect();
        frames.sort_by(f64::total_cmp);
        frames
    }

    pub(super) fn wasm_bytes(&self) -> f64 {
        self.browser.execute("return window.wasmMemory.buffer.byteLength", &[]).as_f64().unwrap_or(f64::NAN)
    }
}

impl Work {
    pub(super) fn seconds(&self) -> f64 {
        self.all
    }

    pub(super) fn percent(&self) -> f64 {
        self.all / self.watched.as_secs_f64() * 100.0
    }

    pub(super) fn frames_per_second(&self) -> f64 {
        self.frames / self.watched.as_secs_f64()
    }

    pub(super) fn frame_milliseconds(&self) -> f64 {
        self.all / self.frames * 1_000.0
    }

    /// Where the time went, in parts of the whole, and how many frames the page asked for.
    pub(super) fn breakdown(&self) -> String {
        let part = |seconds: f64| seconds / self.all * 100.0;
        let rest = self.all - self.script - self.style - self.layout;
        format!(
            "script {:.0} %, style {:.0} %, layout {:.0} %, paint and what remains {:.0} %; {} frames",
            part(self.script),
            part(self.style),
            part(self.layout),
            part(rest),
            self.frames
        )
    }
}
