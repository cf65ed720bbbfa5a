//! Brings stateright's own examples in, word for word, from where cargo keeps the crate.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const EXAMPLES: [&str; 2] = ["paxos", "raft"];

fn main() {
    println!("cargo:rerun-if-changed=Cargo.lock");
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo tells"));
    let examples = folder_of("stateright", &here).join("examples");
    for example in EXAMPLES {
        let file = examples.join(example).with_extension("rs");
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        // What documents a file may not stand in the middle of another one.
        let code: Vec<&str> = text.lines().filter(|line| !line.starts_with("//!")).collect();
        fs::write(out.join(example).with_extension("rs"), code.join("\n")).expect("the build folder can be written");
    }
}

/// The folder of a dependency's source.
fn folder_of(name: &str, here: &Path) -> PathBuf {
    let cargo = env::var_os("CARGO").expect("cargo tells");
    let output = Command::new(cargo).args(["metadata", "--format-version", "1"]).current_dir(here).output();
    let told = output.expect("cargo runs").stdout;
    let metadata: serde_json::Value = serde_json::from_slice(&told).expect("cargo tells what it knows as JSON");
    let packages = metadata["packages"].as_array().expect("it lists the packages");
    let found = packages.iter().find(|package| package["name"] == name).expect("it is a dependency");
    let manifest = Path::new(found["manifest_path"].as_str().expect("each has a manifest"));
    manifest.parent().expect("a manifest lies in a folder").into()
}
