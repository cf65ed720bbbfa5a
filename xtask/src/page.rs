//! The page: served while one works on it, or built for publishing.

use crate::command::{Outcome, cargo, output, program, root, run};
use crate::tools::Tools;
use std::net::TcpListener;
use std::process::Command;

const PORTS: std::ops::Range<u16> = 8080..8100;

/// Serves the playground; ends when the person stops it.
pub(crate) fn serve(options: &[String]) -> Outcome {
    let tools = Tools::ready()?;
    fetch_crates()?;
    let mut command = tools.trunk("serve");
    // Not dist/: there the tests look for the page as it is published.
    command.args(["--dist", ".tools/serve"]);
    if !names_a_port(options) {
        let port = free_port()?;
        println!(
            "The playground will be at http://127.0.0.1:{port}/ as soon as the first build is done (Ctrl-C ends it)."
        );
        command.args(["--port", &port.to_string()]);
    }
    if has_display() {
        command.arg("--open");
    }
    become_program(command.args(options))
}

/// Gives the process over to Trunk, so that stopping this program stops the server.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Outcome {
    use std::os::unix::process::CommandExt;
    Err(format!("could not serve the page: {}", command.exec()))
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Outcome {
    run(command, "serve the page")
}

/// Builds the page into `dist/`.
pub(crate) fn build() -> Outcome {
    build_with(&Tools::ready()?)
}

pub(crate) fn build_with(tools: &Tools) -> Outcome {
    fetch_crates()?;
    run(tools.trunk("build").arg("--release"), "build the page")?;
    println!("The page is in {}", root().join("dist").display());
    Ok(())
}

/// Trunk hands its `--offline` on to cargo, so the crates must be here before.
fn fetch_crates() -> Outcome {
    let mut command = cargo();
    command.args(["fetch", "--quiet", "--target", "wasm32-unknown-unknown"]);
    // What runs while it is being built, macros and build scripts, is built for this machine.
    if let Some(host) = output(program("rustc").args(["--print", "host-tuple"])) {
        command.args(["--target", &host]);
    }
    run(&mut command, "fetch the crates the page is built from")
}

fn names_a_port(options: &[String]) -> bool {
    options.iter().any(|option| option == "--port" || option.starts_with("--port=") || option.starts_with("-p"))
}

/// 8080, or the next one that nobody listens on.
fn free_port() -> Outcome<u16> {
    PORTS.into_iter().find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).ok_or_else(|| {
        format!(
            "every port from {} to {} is taken; say which one to use: cargo xtask serve --port N",
            PORTS.start,
            PORTS.end - 1
        )
    })
}

/// A browser is opened only where somebody can see it.
fn has_display() -> bool {
    cfg!(any(target_os = "macos", target_os = "windows"))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_recognised_in_every_spelling() {
        let says = |words: &[&str]| names_a_port(&words.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert!(says(&["--port", "1"]) && says(&["--port=1"]) && says(&["-p", "1"]) && says(&["-p1"]));
        assert!(!says(&["--no-autoreload"]) && !says(&[]));
    }
}
