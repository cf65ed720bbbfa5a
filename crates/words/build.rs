//! Compiles the catalogues to Rust: every file in `catalogues/` that says whose words it holds.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let target = env::var("OUT_DIR").expect("cargo says where to write");
    println!("cargo::rerun-if-changed=catalogues");
    let entries = fs::read_dir("catalogues").unwrap_or_else(|error| panic!("catalogues: {error}")).flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        match faultlab_catalogue::compile(&text) {
            Ok(code) => {
                let file = Path::new(&target).join(path.file_stem().unwrap_or_default()).with_extension("rs");
                fs::write(file, code).unwrap_or_else(|error| panic!("{target}: {error}"));
            }
            Err(error) => println!("cargo::error=crates/words/{}, {error}", path.display()),
        }
    }
}
