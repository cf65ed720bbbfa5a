//! Measurements: Faultlab beside its peers in one run, and the page in a browser.

use crate::Outcome;
use crate::command::{cargo, root, run as run_command};

/// The name is handed on; the benchmark crate, a workspace of its own, knows which there are.
pub(crate) fn run(names: &[String]) -> Outcome {
    let manifest = root().join("bench").join("Cargo.toml");
    let mut command = cargo();
    command.args(["run", "--release", "--quiet", "--manifest-path"]).arg(manifest).arg("--").args(names);
    run_command(&mut command, "measure")
}
