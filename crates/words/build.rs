//! Compiles the catalogues to Rust.

use std::path::Path;
use std::{env, fs};

/// Each catalogue with the protocol whose words it holds.
const CATALOGUES: [(&str, &str); 4] =
    [("two_phase", "TwoPhase"), ("ring", "RingStore"), ("raft", "Raft"), ("paxos", "Paxos")];

fn main() {
    let target = env::var("OUT_DIR").expect("cargo says where to write");
    for (name, protocol) in CATALOGUES {
        let path = format!("catalogues/{name}.toml");
        println!("cargo::rerun-if-changed={path}");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        match faultlab_catalogue::compile(&text, protocol) {
            Ok(code) => {
                let file = Path::new(&target).join(name).with_extension("rs");
                fs::write(file, code).unwrap_or_else(|error| panic!("{target}: {error}"));
            }
            Err(error) => println!("cargo::error=crates/words/{path}, {error}"),
        }
    }
}
