//! Measurements: Faultlab beside its peers in one run, and the page in a browser.

use crate::command::{Outcome, cargo, root, run as run_command};
use crate::{page, suite};

/// The measurement that needs the page built and a browser.
const PAGE: &str = "page";
/// The measurement that needs a browser.
const EXPLORE: &str = "explore";

/// The names are handed on; the benchmark crate, a workspace of its own, knows which there are.
pub(crate) fn run(names: &[String]) -> Outcome {
    let mut command = cargo();
    command.args(["run", "--release", "--quiet", "--manifest-path"]).arg(root().join("bench").join("Cargo.toml"));
    let wanted = |bench: &str| names.is_empty() || names.iter().any(|name| name == bench);
    if wanted(PAGE) || wanted(EXPLORE) {
        let (tools, browser) = suite::set_up()?;
        if wanted(PAGE) {
            page::build_with(&tools)?;
        }
        browser.tell(&mut command);
    }
    run_command(command.arg("--").args(names), "measure")
}
