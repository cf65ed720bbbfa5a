//! The page as people get it: what is loaded, how soon something is to be seen, and what it costs to watch.

use faultlab_tests::{PageServer, root, webdriver::Browser};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

const WATCHED: Duration = Duration::from_secs(10);

pub fn run() {
    println!("The page");
    let server = PageServer::start();
    let browser = Browser::start();
    browser.goto(&server.url(""));
    browser.wait_until("return document.querySelector('#faultlab')?.children.length > 0");
    std::thread::sleep(Duration::from_secs(2));
    first_load(&server);
    let paint =
        browser.execute("return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null", &[]);
    println!("  first contentful paint on loopback        {:>9.0} ms", paint.as_f64().unwrap_or(f64::NAN));
    let elements = browser.execute("return document.querySelectorAll('*').length", &[]);
    println!("  elements                                  {:>9}", elements.as_u64().unwrap_or(0));
    println!("  main thread while it runs                 {:>9.1} % of a core", busy_percent(&browser));
    println!();
}

/// The files of the first visit and their size as a host sends them: compressed by brotli, each file for itself.
fn first_load(server: &PageServer) {
    let requests = server.requests();
    let mut total = 0;
    for path in &requests {
        let file = if path == "/" { "index.html" } else { path.trim_start_matches('/') };
        let bytes = brotli_bytes(&root().join("dist").join(file));
        total += bytes;
        println!("  {:<40} {:>10} bytes brotli", file, bytes);
    }
    println!("  {:<40} {:>10} bytes brotli in {} requests", "first load", total, requests.len());
}

fn brotli_bytes(file: &Path) -> usize {
    let Ok(bytes) = std::fs::read(file) else { return 0 };
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut compressed = Vec::new();
    let written = brotli::BrotliCompress(&mut bytes.as_slice(), &mut compressed, &parameters);
    written.map_or(bytes.len(), |_| compressed.len())
}

/// The share of a core that the main thread works, over a while.
fn busy_percent(browser: &Browser) -> f64 {
    browser.cdp("Performance.enable", &json!({ "timeDomain": "threadTicks" }));
    let before = task_seconds(browser);
    std::thread::sleep(WATCHED);
    (task_seconds(browser) - before) / WATCHED.as_secs_f64() * 100.0
}

fn task_seconds(browser: &Browser) -> f64 {
    let metrics = browser.cdp("Performance.getMetrics", &json!({}));
    let metrics = metrics["metrics"].as_array().cloned().unwrap_or_default();
    let task = metrics.iter().find(|metric| metric["name"] == "TaskDuration");
    task.and_then(|metric| metric["value"].as_f64()).unwrap_or(f64::NAN)
}
