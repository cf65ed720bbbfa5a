//! The Rust targets, Trunk and wasm-bindgen: found, or installed without a download from anywhere but the crate registry.

use crate::command::{Outcome, cargo, on_path, output, program, root, run};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Later Trunks need a newer compiler than this workspace asks for.
const TRUNK: &str = "0.21.14";
/// It splits what `wasm_split_helpers`, a dependency of the page, has marked.
const WASM_SPLIT: &str = "0.2.4";
const TARGETS: [&str; 2] = ["wasm32-unknown-unknown", "thumbv7em-none-eabi"];

/// The tools, by their full paths.
pub(crate) struct Tools {
    trunk: PathBuf,
    wasm_bindgen: PathBuf,
}

impl Tools {
    /// Finds or installs everything that builds the page.
    pub(crate) fn ready() -> Outcome<Self> {
        add_targets()?;
        let wasm_bindgen = wasm_bindgen()?;
        let trunk = tool("trunk", "trunk", TRUNK)?;
        // Half a gigabyte of intermediate files that nobody needs again.
        let _ = std::fs::remove_dir_all(folder().join("target"));
        Ok(Self { trunk, wasm_bindgen })
    }

    /// Trunk, with our wasm-bindgen first on its PATH. `--offline`: it must never fetch a tool, and says clearly if one is amiss.
    pub(crate) fn trunk(&self, subcommand: &str) -> Command {
        let mut command = program(&self.trunk);
        command.args([subcommand, "--offline"]).env("PATH", self.path());
        command
    }

    /// The PATH on which wasm-bindgen (and its test runner, installed beside it) is ours.
    pub(crate) fn path(&self) -> std::ffi::OsString {
        let own = self.wasm_bindgen.parent().map(Path::to_path_buf);
        let rest = std::env::var_os("PATH").unwrap_or_default();
        std::env::join_paths(own.into_iter().chain(std::env::split_paths(&rest))).unwrap_or(rest)
    }
}

fn folder() -> PathBuf {
    root().join(".tools")
}

/// `rust-toolchain.toml` names the targets, but a rustup told not to install by itself leaves them out without a word.
fn add_targets() -> Outcome {
    let Some(rustup) = on_path("rustup") else {
        return targets_without_rustup();
    };
    let installed = output(program(&rustup).args(["target", "list", "--installed"])).unwrap_or_default();
    let missing: Vec<&str> =
        TARGETS.into_iter().filter(|target| !installed.lines().any(|line| line == *target)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    run(
        program(rustup).args(["target", "add"]).args(missing),
        "add the Rust targets the page and the bare-metal test need",
    )
}

fn targets_without_rustup() -> Outcome {
    let sysroot = output(program("rustc").args(["--print", "sysroot"]))
        .ok_or("there is no rustc; install Rust from https://rustup.rs")?;
    let libraries = Path::new(&sysroot).join("lib/rustlib");
    match TARGETS.iter().find(|target| !libraries.join(target).is_dir()) {
        None => Ok(()),
        Some(target) => Err(format!(
            "the Rust target {target} is not installed and there is no rustup to add it; install your distribution's package for it, or Rust from https://rustup.rs"
        )),
    }
}

/// The version in Cargo.lock: the tool and the crate must be the same to the last digit.
fn locked_version(package: &str) -> Outcome<String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock"))
        .map_err(|error| format!("cannot read Cargo.lock: {error}"))?;
    version_in(&lock, package)
        .map(str::to_owned)
        .ok_or_else(|| format!("Cargo.lock has no package {package}; run `cargo metadata` to bring it up to date"))
}

fn version_in<'lock>(lock: &'lock str, package: &str) -> Option<&'lock str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| **line != *name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

/// The tool in the wanted version: from the PATH, from `.tools`, by `cargo binstall`, or built from source.
fn tool(name: &str, package: &str, version: &str) -> Outcome<PathBuf> {
    let own = folder().join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let found =
        on_path(name).into_iter().chain(own.is_file().then(|| own.clone())).find(|path| is_version(path, version));
    if let Some(path) = found {
        return Ok(path);
    }
    if binstall(package, version) && is_version(&own, version) {
        return Ok(own);
    }
    install(package, version, &[])?;
    if is_version(&own, version) {
        return Ok(own);
    }
    Err(format!(
        "{package} {version} was installed, but {} does not say so; delete .tools and try again",
        own.display()
    ))
}

pub(crate) fn wasm_bindgen() -> Outcome<PathBuf> {
    tool("wasm-bindgen", "wasm-bindgen-cli", &locked_version("wasm-bindgen")?)
}

/// What only publishing needs. The splitter does not tell its version: one on the PATH is taken as it is (it refuses marks that it does not know), and for our own
/// cargo's list of what it installed is asked.
pub(crate) fn wasm_split() -> Outcome<PathBuf> {
    if let Some(path) = on_path("wasm-split-cli") {
        return Ok(path);
    }
    let package = "wasm_split_cli_support";
    let own = folder().join("bin").join(format!("wasm-split-cli{}", std::env::consts::EXE_SUFFIX));
    let listed = std::fs::read_to_string(folder().join(".crates.toml")).unwrap_or_default();
    if !(own.is_file() && listed.contains(&format!("\"{package} {WASM_SPLIT} "))) {
        install(package, WASM_SPLIT, &["--features", "build-binary"])?;
    }
    Ok(own)
}

fn is_version(path: &Path, version: &str) -> bool {
    output(program(path).arg("--version")).is_some_and(|said| said.split_whitespace().nth(1) == Some(version))
}

fn binstall(package: &str, version: &str) -> bool {
    if on_path("cargo-binstall").is_none() {
        return false;
    }
    println!("Installing {package} {version} into .tools by cargo binstall …");
    let wanted = format!("{package}@{version}");
    run(
        cargo().args(["binstall", "--no-confirm", "--force", "--root"]).arg(folder()).arg(wanted),
        "install by binstall",
    )
    .is_ok()
}

/// From source, without TLS and unoptimised: these tools are run, not measured, and a pinned tool has nothing to download.
fn install(package: &str, version: &str, options: &[&str]) -> Outcome {
    println!("Installing {package} {version} into .tools from source; this takes a minute or two, once …");
    let what = format!("install {package} {version}");
    let mut command = cargo();
    command
        .args(["install", package, "--locked", "--no-default-features", "--force", "--version"])
        .arg(format!("={version}"))
        .arg("--root")
        .arg(folder())
        .arg("--target-dir")
        .arg(folder().join("target"))
        .args(options)
        .envs([
            ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
            ("CARGO_PROFILE_RELEASE_LTO", "off"),
            ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
            ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
            ("CARGO_PROFILE_RELEASE_STRIP", "debuginfo"),
        ]);
    run(&mut command, &what).map_err(|error| {
        format!(
            "{error}. It needs the crate registry and a C linker; or put {package} {version} on your PATH and try again"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_the_one_of_that_very_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen"), Some("0.2.129"));
        assert_eq!(version_in(lock, "trunk"), None);
    }

    #[test]
    fn this_work_tree_locks_wasm_bindgen() {
        assert!(locked_version("wasm-bindgen").is_ok());
    }
}
