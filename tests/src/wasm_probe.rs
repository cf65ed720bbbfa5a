//! The engine as a wasm host gets it, without a page: a module that is handed a text and answers with a text.

use crate::cargo;
use crate::page_server::PageServer;
use crate::webdriver::Browser;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Builds the module as the page is built, and tells where it is.
///
/// # Panics
/// If it does not build: then the message is the compiler's.
pub fn build() -> PathBuf {
    let mut command = cargo();
    command.args(["build", "--package", "faultlab-wasm-probe", "--target", "wasm32-unknown-unknown"]);
    let output = command.args(["--profile", "page", "--message-format", "json"]).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    let artifacts = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut files =
        artifacts.filter_map(|message| Some(message["filenames"].as_array()?.first()?.as_str()?.to_owned()));
    files.find(|file| file.ends_with("faultlab_wasm_probe.wasm")).expect("cargo names what it built").into()
}

/// The module in a browser; it ends when dropped.
pub struct WasmProbe {
    browser: Browser,
    _server: PageServer,
}

/// Loads the module; it must need nothing of its host.
const LOAD: &str = "
    const done = arguments[0];
    WebAssembly.instantiateStreaming(fetch('probe.wasm'), {}).then(
        ({ instance }) => { window.probe = instance.exports; done(''); },
        (error) => done(String(error)),
    );";

/// Writes the question into the module's memory and reads the answer, which ends with a zero byte.
const ASK: &str = "
    const [name, question] = arguments;
    const { memory, room } = window.probe;
    const text = new TextEncoder().encode(question);
    const address = room(text.length);
    new Uint8Array(memory.buffer, address, text.length).set(text);
    const start = performance.now();
    const answer = window.probe[name](address, text.length);
    const milliseconds = performance.now() - start;
    const told = new Uint8Array(memory.buffer, answer);
    return [new TextDecoder().decode(told.subarray(0, told.indexOf(0))), milliseconds];";

impl WasmProbe {
    /// Builds the module and loads it in a browser of its own.
    ///
    /// # Panics
    /// If it cannot be built or loaded.
    pub fn start() -> Self {
        let module = std::fs::read(build()).expect("the module is built");
        let page = b"<!doctype html><title>probe</title>".to_vec();
        let server = PageServer::of_files(vec![("index.html".into(), page), ("probe.wasm".into(), module)]);
        let browser = Browser::start();
        browser.goto(&server.url(""));
        assert_eq!(browser.execute_async(LOAD, &[]), json!(""), "the module loads");
        Self { browser, _server: server }
    }

    /// Calls a function of the module: its answer, and how many milliseconds that took.
    ///
    /// # Panics
    /// If the module traps or takes longer than the driver waits.
    #[track_caller]
    pub fn ask(&self, function: &str, question: &str) -> (String, f64) {
        let answer = self.browser.execute(ASK, &[json!(function), json!(question)]);
        let text = answer[0].as_str().unwrap_or_else(|| panic!("{function} answers {answer}"));
        (text.to_owned(), answer[1].as_f64().unwrap_or(f64::NAN))
    }
}
