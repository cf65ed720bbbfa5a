//! What the tests that span crates share: a browser to drive, a server for the page, and the source tree as data.
//!
//! A browser test is a file in `tests/tests/`:
//!
//! ```no_run
//! use faultlab_tests::{PageServer, webdriver::Browser};
//!
//! let server = PageServer::start();
//! let browser = Browser::start();
//! browser.goto(&server.url("?lang=zh"));
//! browser.find("button").click();
//! browser.wait_until("return document.querySelector('[role=status]') !== null");
//! assert_eq!(browser.complaints(), Vec::<String>::new());
//! ```
//!
//! `cargo xtask test` builds the page first and tells where the browser is; `cargo test` alone uses the page that was built last.

pub mod first_load;
mod gallery;
mod page;
pub mod page_server;
pub mod sources;
pub mod wasm_probe;
pub mod webdriver;

pub use gallery::gallery;
pub use page_server::PageServer;

use std::path::{Path, PathBuf};

/// The root of the work tree.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Whether a test that goes through all protocols is to look at this one: all, unless `FAULTLAB_PROTOCOL` names one, as
/// `cargo xtask check` does.
pub fn concerns(slug: &str) -> bool {
    std::env::var("FAULTLAB_PROTOCOL").is_ok_and(|only| only == slug) || std::env::var_os("FAULTLAB_PROTOCOL").is_none()
}

/// The cargo that runs the tests, as a test may start it: without the variables that describe the test's own package.
pub fn cargo() -> std::process::Command {
    let mut command = std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
    for (key, _) in std::env::vars_os() {
        if key.to_str().is_some_and(|key| key.starts_with("CARGO_PKG_")) {
            command.env_remove(key);
        }
    }
    command
}
