//! Compiles the catalogues to Rust: every file in `catalogues/` that says whose words it holds, with those that it includes.

use std::path::{Path, PathBuf};
use std::{env, fs};

use faultlab_catalogue::{Header, Whose};

const FOLDER: &str = "catalogues";

fn main() {
    let target = env::var("OUT_DIR").expect("cargo says where to write");
    println!("cargo::rerun-if-changed={FOLDER}");
    let entries = fs::read_dir(FOLDER).unwrap_or_else(|error| panic!("{FOLDER}: {error}")).flatten();
    let mut names: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    names.sort();
    for path in names.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
        if let Err((path, error)) = compile(&path, Path::new(&target)) {
            println!("cargo::error=crates/words/{}, {error}", path.display());
        }
    }
}

/// Writes the Rust of a catalogue. One that others include is compiled with these.
fn compile(path: &Path, target: &Path) -> Result<(), (PathBuf, faultlab_catalogue::CatalogueError)> {
    let own = read(path);
    let Header { whose, includes } = faultlab_catalogue::header(&own).map_err(|error| (path.to_owned(), error))?;
    if whose == Whose::Included {
        return Ok(());
    }
    let included = includes.iter().map(|name| Path::new(FOLDER).join(name).with_extension("toml"));
    let paths: Vec<PathBuf> = [path.to_owned()].into_iter().chain(included).collect();
    let texts: Vec<String> = paths.iter().map(|path| read(path)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let code = faultlab_catalogue::compile(&texts).map_err(|(at, error)| (paths[at].clone(), error))?;
    let file = target.join(path.file_stem().unwrap_or_default()).with_extension("rs");
    fs::write(&file, code).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    Ok(())
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
