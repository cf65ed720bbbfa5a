//! Every test, on a machine that may have nothing but Rust at the start.

use crate::browser::Browser;
use crate::command::{Outcome, cargo, root, run as run_command};
use crate::page;
use crate::protocols;
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

/// The tests that go through all protocols and can look at one.
const OF_A_PROTOCOL: [&str; 7] =
    ["gallery", "transcripts", "rule_matrix", "invariants_bite", "largest_cluster", "sweeps", "chinese"];

/// What stands beside them and is about a certain protocol, or about the test itself.
const BESIDE: [&str; 7] = [
    "a_deaf_leader",
    "a_line_stands_while_its_state_does",
    "a_rule_that_is_off_is_found",
    "a_sweep_is_the_same_in_parts",
    "a_transcript_that_says_something_else",
    "leaving_out_what_cannot_matter",
    "what_is_said_is_not_drawn",
];

/// Tests what concerns one protocol.
pub(crate) fn check(arguments: &[String]) -> Outcome {
    let [slug] = arguments else { return Err("expected a protocol: cargo xtask check raft".into()) };
    let protocol = protocols::find(&root(), slug)?;
    let mut units = cargo();
    units.args(["test", "--package", "faultlab-core", "--package", "faultlab-words", "--lib", "--"]);
    units.arg(format!("{}::", protocol.module));
    run_command(&mut units, "pass the unit tests of the protocol and its words")?;
    let mut command = cargo();
    command.args(["test", "--package", "faultlab-tests"]).env(protocols::ONLY, slug);
    command.args(OF_A_PROTOCOL.iter().flat_map(|name| ["--test", name]));
    command.arg("--").args(BESIDE.iter().flat_map(|name| ["--skip", name]));
    run_command(&mut command, "pass the tests of the protocol")
}
