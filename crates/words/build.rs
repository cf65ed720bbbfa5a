//! Compiles the catalogues to Rust.

use std::path::Path;
use std::{env, fs};

use faultlab_catalogue::Whose;

/// Each catalogue with the protocol or the speaker whose words it holds.
const CATALOGUES: [(&str, Whose<'_>); 7] = [
    ("two_phase", Whose::Protocol("TwoPhase")),
    ("ring", Whose::Protocol("RingStore")),
    ("raft", Whose::Protocol("Raft")),
    ("scenario", Whose::Speaker("Teller")),
    ("history", Whose::Speaker("Teller")),
    ("world", Whose::Speaker("Teller")),
    ("refusal", Whose::Speaker("Teller")),
];

fn main() {
    let target = env::var("OUT_DIR").expect("cargo says where to write");
    for (name, whose) in CATALOGUES {
        let path = format!("catalogues/{name}.toml");
        println!("cargo::rerun-if-changed={path}");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        match faultlab_catalogue::compile(&text, whose) {
            Ok(code) => {
                let file = Path::new(&target).join(name).with_extension("rs");
                fs::write(file, code).unwrap_or_else(|error| panic!("{target}: {error}"));
            }
            Err(error) => println!("cargo::error=crates/words/{path}, {error}"),
        }
    }
}
