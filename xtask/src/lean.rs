//! What the published page leaves out of the standard library: sentences for panics, which nobody reads there, and speed where size
//! matters more. The compiler calls this unstable, so it is asked for by name, and where it cannot be had the page is built
//! plainly: the same page, a tenth larger.

use crate::Outcome;
use crate::command::{on_path, output, program, run};
use std::path::Path;
use std::process::Command;

/// The page ends where it panics, without a word; what is never printed needs no places and no debug output.
const FLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";

/// Makes sure that the standard library's source is here, from which it is built with these flags.
pub(crate) fn ready() -> Outcome {
    let sysroot = output(program("rustc").args(["--print", "sysroot"]))
        .ok_or("there is no rustc; install Rust from https://rustup.rs")?;
    if Path::new(&sysroot).join("lib/rustlib/src/rust/library/std").is_dir() {
        return Ok(());
    }
    let rustup =
        on_path("rustup").ok_or("the standard library's source is not installed, and there is no rustup to add it")?;
    run(program(rustup).args(["component", "add", "rust-src"]), "add the standard library's source")
}

/// A build with a standard library of its own.
pub(crate) fn with_own_library(command: &mut Command) -> &mut Command {
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .env("RUSTFLAGS", FLAGS)
}
