//! The page starts wherever a plain server puts it, and where it cannot start it says why and what helps, in both languages.

use std::time::Duration;

use faultlab_tests::page_server::{Host, page_folder};
use faultlab_tests::webdriver::Browser;
use faultlab_tests::{PageServer, root};
use serde_json::json;

/// The page does not start, and shows this sentence alone, in both languages.
#[track_caller]
fn says_why(browser: &Browser, cause: &str, parts: &[&str]) {
    let sentence = browser.find(&format!(".starting-cause[data-cause='{cause}']:not([hidden])"));
    let text = sentence.text();
    for part in ["Faultlab cannot start.", "Faultlab 无法启动。"].iter().chain(parts) {
        assert!(text.contains(part), "“{part}” is not in: {text}");
    }
    assert_eq!(browser.find_all(".starting-cause:not([hidden])").len(), 1);
    assert_eq!(browser.find_all(".starting-wait, .starting-help, .player").len(), 0);
}

#[track_caller]
fn served(host: Host, cause: &str, parts: &[&str]) {
    let server = PageServer::of(host);
    let browser = Browser::start();
    browser.goto(&server.url(""));
    says_why(&browser, cause, parts);
    browser.screenshot(&format!("starting-{cause}"));
}

#[test]
fn without_webassembly() {
    let server = PageServer::start();
    let browser = Browser::start();
    let source = json!({ "source": "delete globalThis.WebAssembly" });
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", &source);
    browser.goto(&server.url(""));
    says_why(&browser, "wasm", &["Allow WebAssembly", "允许此网站使用 WebAssembly"]);
}

#[test]
fn under_a_policy_that_forbids_wasm() {
    let policy = Some("default-src 'self'; script-src 'self'");
    served(Host { policy, ..Host::plain() }, "policy", &["script-src 'self' 'wasm-unsafe-eval'"]);
}

#[test]
fn under_a_policy_that_forbids_to_fetch() {
    let policy = Some("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'");
    served(Host { policy, ..Host::plain() }, "policy", &["(connect-src)", "connect-src 'self'"]);
}

#[test]
fn with_a_file_that_is_not_there() {
    for name in ["faultlab-www_bg.wasm", "faultlab-www.js", "__wasm_split.js"] {
        served(Host { missing: vec![name], ..Host::plain() }, "missing", &[&format!("{name} (404)")]);
    }
}

#[test]
fn with_modules_of_another_type() {
    let types = vec![("js", "text/plain")];
    served(Host { types, ..Host::plain() }, "type", &["faultlab-www.js (text/plain)", "text/javascript"]);
}

#[test]
fn as_a_file() {
    let browser = Browser::start();
    let page = page_folder().canonicalize().expect("the page is built").join("index.html");
    browser.goto(&format!("file://{}", page.display()));
    says_why(&browser, "file", &["python3 -m http.server", "本地文件"]);
}

#[test]
fn at_a_folder_without_its_slash() {
    let index = std::fs::read(page_folder().join("index.html")).expect("the page is built");
    let server = PageServer::of_files(vec![("faultlab".into(), index)]);
    let browser = Browser::start();
    browser.goto(&server.url("faultlab"));
    let help = browser.find(".starting-help").text();
    assert!(help.contains("end with a slash") && help.contains("以斜杠结尾"), "{help}");
}

#[test]
fn where_its_script_is_blocked() {
    let browser = Browser::start();
    let server = PageServer::of(Host { policy: Some("default-src 'self'; script-src 'none'"), ..Host::plain() });
    browser.goto(&server.url(""));
    // Shown after a while only, since nothing is there that could tell.
    let help = browser.find(".starting-help");
    browser.wait_until_within(
        "return getComputedStyle(document.querySelector('.starting-help')).visibility === 'visible'",
        Duration::from_secs(60),
    );
    assert!(help.text().contains("allow scripts and WebAssembly"), "{}", help.text());
}

#[test]
fn wasm_of_another_type_starts_all_the_same() {
    let types = vec![("wasm", "application/octet-stream")];
    let server = PageServer::of(Host { types, ..Host::plain() });
    server.open("");
}

#[test]
fn something_is_seen_while_it_loads() {
    let server = PageServer::of(Host { missing: vec!["start.js"], ..Host::plain() });
    let browser = Browser::start();
    browser.goto(&server.url(""));
    assert_eq!(browser.find(".starting h1").text(), "Faultlab");
    assert!(browser.find(".starting svg").is_displayed());
    assert_eq!(browser.find(".starting-wait").text(), "Loading… 正在加载……");
    browser.screenshot("starting");
}

/// A page of another host with this in it.
fn host_page(frame: &str) -> PageServer {
    let page = format!("<!doctype html><title>Host</title><link rel='icon' href='data:,'>{frame}");
    PageServer::of(Host { files: vec![("index.html".into(), page.into_bytes())], ..Host::default() })
}

#[test]
fn the_frame_that_is_handed_out_runs_on_a_plain_server() {
    let server = PageServer::of(Host::plain());
    let browser = server.open("?lang=en&protocol=raft&autoplay=0");
    browser.find_text(".head button", "Share").click();
    let frame = browser.find(".share-frame").property("value").as_str().expect("the code of a frame").to_owned();
    let other = host_page(&frame.replace("?embed", "?embed&lang=en"));
    browser.goto(&other.url(""));
    browser.enter_frame(&browser.find("iframe"));
    browser.wait_for_page();
    let shown = browser.clock();
    // Its link is packed by a part that is fetched.
    browser.wait_until("return document.querySelector('.embed-head a').hash.startsWith('#s=1.')");
    browser.find_text(".embed-head a", "Open in full").click();
    browser.enter_new_window();
    browser.wait_for_page();
    assert_eq!(browser.clock(), shown);
    assert_eq!(browser.find_all(".embed-head").len(), 0);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn in_a_frame_without_an_origin() {
    let frame = |server: &PageServer| {
        host_page(&format!(
            "<iframe width='700' height='600' sandbox='allow-scripts' src='{}'></iframe>",
            server.url("?embed")
        ))
    };
    let plain = PageServer::of(Host::plain());
    let browser = Browser::start();
    let host = frame(&plain);
    browser.goto(&host.url(""));
    browser.enter_frame(&browser.find("iframe"));
    says_why(&browser, "frame", &["allow-same-origin"]);
    browser.leave_frame();
    let open = PageServer::of(Host { any_origin: true, ..Host::plain() });
    let host = frame(&open);
    browser.goto(&host.url(""));
    browser.enter_frame(&browser.find("iframe"));
    browser.wait_for_page();
}

#[test]
fn the_colours_of_the_start_are_those_of_the_page() {
    let start = std::fs::read_to_string(root().join("www/start.css")).expect("a style sheet");
    let tokens = std::fs::read_to_string(root().join("static/css/tokens.css")).expect("a style sheet");
    let colours: Vec<_> = start.match_indices('#').filter_map(|(at, _)| start.get(at..at + 7)).collect();
    assert!(colours.len() > 4);
    for colour in colours {
        assert!(tokens.contains(colour), "{colour} is not among the page's colours");
    }
}
