//! Compiles the catalogues to Rust.

use std::path::Path;
use std::{env, fs};

/// Each protocol with the catalogues that hold its words: its own, and what its family shares.
const CATALOGUES: [(&str, &[&str]); 4] = [
    ("TwoPhase", &["two_phase", "commit"]),
    ("ThreePhase", &["three_phase", "commit"]),
    ("RingStore", &["ring"]),
    ("Raft", &["raft"]),
];

fn main() {
    let target = env::var("OUT_DIR").expect("cargo says where to write");
    for (protocol, names) in CATALOGUES {
        let paths: Vec<String> = names.iter().map(|name| format!("catalogues/{name}.toml")).collect();
        let read = |path: &String| {
            println!("cargo::rerun-if-changed={path}");
            fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
        };
        let texts: Vec<String> = paths.iter().map(read).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        match faultlab_catalogue::compile(&texts, protocol) {
            Ok(code) => {
                let file = Path::new(&target).join(names[0]).with_extension("rs");
                fs::write(file, code).unwrap_or_else(|error| panic!("{target}: {error}"));
            }
            Err((at, error)) => println!("cargo::error=crates/words/{}, {error}", paths[at]),
        }
    }
}
