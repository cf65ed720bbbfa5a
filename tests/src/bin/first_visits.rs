//! Makes first visits to a page whose main module counts which of its functions are called, and writes the names of those that none
//! of them called into a file, a line each. `cargo xtask record` builds that page and runs this.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use faultlab_tests::PageServer;
use faultlab_tests::webdriver::Browser;
use serde_json::json;

/// How long a visitor stays: nearly as long as the page does without the rest (`xtask/src/parts.js`).
const STAY: Duration = Duration::from_secs(25);

/// A window and what its owner prefers.
struct Visitor {
    size: (u32, u32),
    is_phone: bool,
    language: &'static str,
    scheme: &'static str,
    /// How many times slower the machine is than this one. Who cannot keep up runs other functions.
    slowness: u32,
}

const VISITORS: [Visitor; 7] = [
    Visitor { size: (1280, 800), is_phone: false, language: "en-US", scheme: "light", slowness: 1 },
    Visitor { size: (1440, 900), is_phone: false, language: "zh-CN", scheme: "dark", slowness: 1 },
    Visitor { size: (768, 1024), is_phone: false, language: "en-GB", scheme: "dark", slowness: 1 },
    Visitor { size: (390, 844), is_phone: true, language: "zh-CN", scheme: "light", slowness: 1 },
    Visitor { size: (320, 640), is_phone: true, language: "en-US", scheme: "light", slowness: 1 },
    Visitor { size: (1280, 800), is_phone: false, language: "en-US", scheme: "light", slowness: 5 },
    Visitor { size: (360, 740), is_phone: true, language: "zh-CN", scheme: "dark", slowness: 8 },
];

fn main() -> ExitCode {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("Usage: first_visits FILE");
        return ExitCode::from(2);
    };
    let server = PageServer::start();
    let functions = String::from_utf8(server.body("functions.txt")).expect("the list of functions is text");
    let (begin, names) = functions.split_once('\n').expect("the list begins with the place of the counters");
    let begin: u64 = begin.parse().expect("the place of the counters is a number");
    let names: Vec<&str> = names.lines().collect();
    let mut ran = BTreeSet::new();
    for visitor in &VISITORS {
        ran.extend(visit(&server, visitor, begin, names.len()));
        println!("{} of {} functions ran in the first visits so far.", ran.len(), names.len());
    }
    // Several functions may have one name. The name stands for all of them.
    let mut by_name: BTreeMap<&str, bool> = BTreeMap::new();
    for (place, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        *by_name.entry(name).or_default() |= ran.contains(&place);
    }
    let rest: String = by_name.iter().filter(|(_, ran)| !**ran).flat_map(|(name, _)| [*name, "\n"]).collect();
    std::fs::write(&file, rest).expect("the list can be written");
    ExitCode::SUCCESS
}

/// The places of the functions that one visit ran.
fn visit(server: &PageServer, visitor: &Visitor, begin: u64, count: usize) -> Vec<usize> {
    let browser = Browser::start();
    let (width, height) = visitor.size;
    if visitor.is_phone {
        browser.set_phone(width, height);
    } else {
        browser.set_size(width, height);
    }
    browser.prefer(&[("prefers-color-scheme", visitor.scheme)]);
    let agent = browser.execute("return navigator.userAgent", &[]);
    browser.cdp("Network.setUserAgentOverride", &json!({ "userAgent": agent, "acceptLanguage": visitor.language }));
    browser.cdp("Emulation.setCPUThrottlingRate", &json!({ "rate": visitor.slowness }));
    let come = Instant::now();
    browser.visit(server, "");
    std::thread::sleep(STAY.saturating_sub(come.elapsed()));
    // What is told when the rest cannot be had cannot be in the rest.
    browser.execute("dispatchEvent(new Event('faultlab:not-fetched'))", &[]);
    browser.settle();
    // Who drags the window's edge or looks at something else has touched nothing either.
    browser.set_size(width - 40, height);
    browser.settle();
    if !visitor.is_phone {
        browser.hide();
        browser.show();
    }
    browser.settle();
    const READ: &str = "
        const counters = new Uint8Array(window.faultlabMemory().buffer, arguments[0], arguments[1]);
        return [...counters.keys()].filter((place) => counters[place]);";
    let ran = browser.execute(READ, &[json!(begin), json!(count)]);
    assert_eq!(browser.complaints(), Vec::<String>::new());
    ran.as_array().into_iter().flatten().filter_map(|place| Some(place.as_u64()? as usize)).collect()
}
