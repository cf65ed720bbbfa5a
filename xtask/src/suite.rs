//! Every test, on a machine that may have nothing but Rust at the start.

use crate::Outcome;
use crate::browser::Browser;
use crate::command::{cargo, root, run as run_command};
use crate::page;
use crate::split::Purpose;
use crate::tools::Tools;
use std::path::PathBuf;
use std::process::Command;

/// Installs whatever is missing.
pub(crate) fn set_up() -> Outcome<(Tools, Browser)> {
    Ok((Tools::ready()?, Browser::ready()?))
}

/// Builds the page as it is published, then runs the native tests, among them those that drive the page in a browser, and the
/// tests that run as wasm.
pub(crate) fn run(filter: &[String]) -> Outcome {
    let (tools, browser) = set_up()?;
    page::build_with(&tools, Purpose::Publishing)?;
    run_command(with_browser(cargo().arg("test").args(filter), &tools, &browser), "pass all tests")?;
    for package in packages_with_wasm_tests()? {
        let mut command = cargo();
        command
            .args(["test", "--target", "wasm32-unknown-unknown", "--manifest-path"])
            .arg(package.join("Cargo.toml"))
            .args(filter)
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
        run_command(with_browser(&mut command, &tools, &browser), "pass the tests that run as wasm")?;
    }
    Ok(())
}

/// A package whose tests run as wasm in a browser says so by a `webdriver.json`, where their runner looks for the browser's flags.
fn packages_with_wasm_tests() -> Outcome<Vec<PathBuf>> {
    let crates = root().join("crates");
    let folders = std::fs::read_dir(&crates).map_err(|error| format!("cannot read {}: {error}", crates.display()))?;
    let crates = folders.filter_map(|entry| Some(entry.ok()?.path()));
    Ok(crates.chain([root().join("www")]).filter(|folder| folder.join("webdriver.json").is_file()).collect())
}

fn with_browser<'command>(command: &'command mut Command, tools: &Tools, browser: &Browser) -> &'command mut Command {
    browser.tell(command.env("PATH", tools.path()));
    command
}
