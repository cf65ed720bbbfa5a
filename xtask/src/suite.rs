//! Every test, on a machine that may have nothing but Rust at the start.

use crate::browser::Browser;
use crate::command::{Outcome, cargo, run as run_command};
use crate::page;
use crate::tools::Tools;

/// The default members and the page: its pure code is tested on this machine. It is no default member, because Yew takes a minute to
/// compile.
const TESTED: [&str; 4] = ["test", "--workspace", "--exclude=faultlab-tests-run", "--exclude=faultlab-wasm-probe"];

/// Installs whatever is missing.
pub(crate) fn set_up() -> Outcome<(Tools, Browser)> {
    Ok((Tools::ready()?, Browser::ready()?))
}

/// Compiles the tests, then builds the page as it is published and runs them, those that drive the page in a browser included.
pub(crate) fn run(filter: &[String]) -> Outcome {
    let (tools, browser) = set_up()?;
    let test = || {
        let mut command = cargo();
        command.args(TESTED).env("PATH", tools.path());
        browser.tell(&mut command);
        command
    };
    // What does not compile need not wait for the page.
    run_command(test().arg("--no-run").args(filter), "compile the tests")?;
    page::build_with(&tools)?;
    run_command(test().args(filter), "pass all tests")
}
