//! Starting other programs: from the root of the work tree, with an environment they cannot trip over.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What went wrong, as a sentence that says what to do.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// The root of the work tree, wherever the person stands.
pub(crate) fn root() -> PathBuf {
    // The environment first: a work tree that was moved after xtask was built still finds itself.
    let manifest =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    manifest.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// A program to start from the root. `cargo run` tells us who we are in variables that would mislead the builds we start.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
    for (key, _) in std::env::vars_os() {
        if key.to_str().is_some_and(|key| key.starts_with("CARGO_PKG_")) {
            command.env_remove(key);
        }
    }
    command
}

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs to the end, output to the terminal; `what` completes "could not …".
pub(crate) fn run(command: &mut Command, what: &str) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("could not {what}: {} ended with {status}", shown(command))),
        Err(error) => Err(format!("could not {what}: {} did not start ({error})", shown(command))),
    }
}

/// What the program prints, trimmed; nothing if it is not there or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where the PATH has a program.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_where_the_workspace_is() {
        assert!(root().join("Trunk.toml").is_file());
    }

    #[test]
    fn a_missing_program_is_told_by_name() {
        let sentence = run(&mut program("faultlab-no-such-program"), "try").unwrap_err();
        assert!(sentence.contains("could not try") && sentence.contains("faultlab-no-such-program"), "{sentence}");
    }
}
