//! A small WebDriver client over the standard library: it starts chromedriver, and does to the page what a person does.
//!
//! It fails by panicking with the driver's own words: in a test there is nobody to hand an error to.

mod axe;
mod element;
mod gestures;
mod wire;

pub use axe::Violation;
pub use element::Element;
pub use gestures::{Pointer, keys};

use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use wire::Driver;

/// How long a page may take to get where a test waits for it. Generous: other tests share the machine, and who fails may wait.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);
/// How long to wait before the page is looked at again.
const PAUSE: Duration = Duration::from_millis(30);

/// Finds what matches `arguments[0]`, open shadow roots included.
const DEEP: &str = "
    const search = (scope) => [...scope.querySelectorAll('*')].flatMap((element) => [
        ...(element.matches(arguments[0]) ? [element] : []),
        ...(element.shadowRoot ? search(element.shadowRoot) : []),
    ]);";

/// One headless browser with a fresh profile; it ends when dropped.
pub struct Browser {
    driver: Driver,
}

impl Browser {
    /// Starts a browser of 1280 × 800 pixels.
    pub fn start() -> Self {
        let browser = Self { driver: Driver::start() };
        browser.set_size(1280, 800);
        browser
    }

    /// Opens an address and waits for the page to load.
    #[track_caller]
    pub fn goto(&self, url: &str) {
        self.driver.post("url", &json!({ "url": url }));
    }

    #[track_caller]
    pub fn reload(&self) {
        self.driver.post("refresh", &json!({}));
    }

    /// The first element that matches, open shadow roots included; waits for it to appear.
    #[track_caller]
    pub fn find(&self, css: &str) -> Element<'_> {
        self.find_where(css, "true", "", "is there")
    }

    /// The first element that matches and whose visible text, trimmed, is this; waits for it.
    #[track_caller]
    pub fn find_text(&self, css: &str, text: &str) -> Element<'_> {
        self.find_where(css, "text === arguments[1]", text, "reads")
    }

    /// The first element that matches and whose visible text, trimmed, begins so; waits for it.
    #[track_caller]
    pub fn find_beginning(&self, css: &str, begins: &str) -> Element<'_> {
        self.find_where(css, "text.startsWith(arguments[1])", begins, "begins")
    }

    /// All elements that match now, in document order, open shadow roots included.
    #[track_caller]
    pub fn find_all(&self, css: &str) -> Vec<Element<'_>> {
        let found = self.execute(&format!("{DEEP} return search(document);"), &[json!(css)]);
        found.as_array().into_iter().flatten().filter_map(|value| Element::from_wire(&self.driver, value)).collect()
    }

    /// Looks through all that match in one go: a page that is being drawn anew may lose any of them between two commands.
    #[track_caller]
    fn find_where(&self, css: &str, is_meant: &str, text: &str, how: &str) -> Element<'_> {
        let script = format!(
            "{DEEP}
            const read = (element) => element.getClientRects().length ? (element.innerText ?? element.textContent).trim() : '';
            const found = search(document);
            return found.find((element) => {{ const text = read(element); return {is_meant}; }}) ?? found.map(read);"
        );
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.execute(&script, &[json!(css), json!(text)]);
            if let Some(element) = Element::from_wire(&self.driver, &found) {
                return element;
            }
            assert!(Instant::now() < deadline, "no `{css}` {how} “{text}”; they read {found}");
            std::thread::sleep(PAUSE);
        }
    }

    /// Runs a function body; `arguments` holds the arguments.
    #[track_caller]
    pub fn execute(&self, script: &str, arguments: &[Value]) -> Value {
        self.driver.post("execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Runs a function body whose last argument is a callback to be called with the result.
    #[track_caller]
    pub fn execute_async(&self, script: &str, arguments: &[Value]) -> Value {
        self.driver.post("execute/async", &json!({ "script": script, "args": arguments }))
    }

    /// Waits until a function body returns something true.
    #[track_caller]
    pub fn wait_until(&self, predicate: &str) {
        self.wait_until_within(predicate, PATIENCE);
    }

    /// Waits until a function body returns something, and gives that: neither null nor false.
    #[track_caller]
    pub fn wait_for(&self, script: &str) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let told = self.execute(script, &[]);
            if !matches!(told, Value::Null | Value::Bool(false)) {
                return told;
            }
            assert!(Instant::now() < deadline, "after {PATIENCE:?} still nothing: {script}");
            std::thread::sleep(PAUSE);
        }
    }

    /// Waits until a function body returns this; tells what it returned instead.
    #[track_caller]
    pub fn wait_to_read(&self, script: &str, expected: &Value) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let read = self.execute(script, &[]);
            if read == *expected {
                return;
            }
            assert!(Instant::now() < deadline, "after {PATIENCE:?} still {read} instead of {expected}: {script}");
            std::thread::sleep(PAUSE);
        }
    }

    #[track_caller]
    pub fn wait_until_within(&self, predicate: &str, patience: Duration) {
        let deadline = Instant::now() + patience;
        let truth = format!("return Boolean((() => {{ {predicate} }})())");
        while self.execute(&truth, &[]) != Value::Bool(true) {
            assert!(Instant::now() < deadline, "after {patience:?} still not true: {predicate}");
            std::thread::sleep(PAUSE);
        }
    }

    /// The size of the page's window in CSS pixels, whatever the smallest window of the platform is.
    pub fn set_size(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// A phone: its size, dense pixels, a touch screen and no mouse.
    pub fn set_phone(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 2, "mobile": true });
        self.cdp("Emulation.setDeviceMetricsOverride", &metrics);
        self.cdp("Emulation.setTouchEmulationEnabled", &json!({ "enabled": true, "maxTouchPoints": 2 }));
    }

    /// What the person prefers: `("prefers-color-scheme", "dark")`, `("prefers-reduced-motion", "reduce")`, `("forced-colors", "active")`.
    /// Replaces what was set before.
    pub fn prefer(&self, features: &[(&str, &str)]) {
        let features: Vec<_> = features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.cdp("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// Puts the window away, as if the person looked at something else: the page is hidden.
    pub fn hide(&self) {
        self.driver.post("window/minimize", &json!({}));
        self.wait_until("return document.hidden");
    }

    /// Brings the window back.
    pub fn show(&self) {
        self.driver.post("window/rect", &json!({ "x": 0, "y": 0 }));
        self.wait_until("return !document.hidden");
    }

    /// A command of the Chrome DevTools Protocol.
    #[track_caller]
    pub fn cdp(&self, command: &str, parameters: &Value) -> Value {
        self.driver.post("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Saves what is to be seen as `tests/browser/out/NAME.png`.
    #[track_caller]
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let folder = crate::root().join("tests/browser/out");
        std::fs::create_dir_all(&folder).expect("a folder for screenshots");
        let file = folder.join(format!("{name}.png"));
        let image = self.driver.get("screenshot");
        std::fs::write(&file, wire::from_base64(image.as_str().unwrap_or_default())).expect("a screenshot is written");
        file
    }

    /// Warnings and errors in the console since the last call, each as one line: the page must give none.
    pub fn complaints(&self) -> Vec<String> {
        let entries = self.driver.post("se/log", &json!({ "type": "browser" }));
        let grave = |entry: &&Value| matches!(entry["level"].as_str(), Some("WARNING" | "SEVERE"));
        let line = |entry: &Value| entry["message"].as_str().unwrap_or_default().to_owned();
        entries.as_array().into_iter().flatten().filter(grave).map(line).collect()
    }

    /// Goes into the frame; `leave_frame` comes back to the page.
    #[track_caller]
    pub fn enter_frame(&self, frame: &Element<'_>) {
        self.driver.post("frame", &json!({ "id": frame.to_wire() }));
    }

    /// Waits for a second window and goes to it.
    #[track_caller]
    pub fn enter_new_window(&self) {
        let first = self.driver.get("window");
        let deadline = Instant::now() + PATIENCE;
        loop {
            let windows = self.driver.get("window/handles");
            if let Some(window) = windows.as_array().into_iter().flatten().find(|window| **window != first) {
                self.driver.post("window", &json!({ "handle": window }));
                return;
            }
            assert!(Instant::now() < deadline, "after {PATIENCE:?} there is no second window");
            std::thread::sleep(PAUSE);
        }
    }

    pub fn leave_frame(&self) {
        self.driver.post("frame", &json!({ "id": null }));
    }
}
