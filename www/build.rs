//! Puts the style sheets together and reads the built-in scenarios, so that the page fetches neither.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use faultlab_scenario::{Scenario, locate};

/// These come first, in this order; the others only add to them.
const FIRST: [&str; 2] = ["tokens.css", "base.css"];

fn main() -> Result<(), Box<dyn Error>> {
    let statics = Path::new(env!("CARGO_MANIFEST_DIR")).join("../static");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", statics.display());
    let css = statics.join("css");
    let (of_parts, of_page): (Vec<_>, Vec<_>) = files_below(&css, "css")?
        .into_iter()
        .partition(|file| file.parent().is_some_and(|folder| folder.ends_with("parts")));
    fs::write(out.join("page.css"), style_sheet(of_page)?)?;
    for file in of_parts {
        let name = file.file_name().map(PathBuf::from).unwrap_or_default();
        fs::write(out.join(name), style_sheet(vec![file])?)?;
    }
    // For publishing, each part of the page becomes a file of its own; what splits the program needs to know who calls whom.
    println!("cargo::rustc-check-cfg=cfg(split)");
    if std::env::var("PROFILE")? == "release" {
        println!("cargo::rustc-cfg=split");
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    fs::write(out.join("scenarios.rs"), scenarios(&statics.join("scenarios"))?)?;
    Ok(())
}

/// Style sheets as one, without comments and indentation.
fn style_sheet(mut files: Vec<PathBuf>) -> Result<String, Box<dyn Error>> {
    let rank = |path: &Path| FIRST.iter().position(|first| path.ends_with(first)).unwrap_or(FIRST.len());
    files.sort_by_key(|path| (rank(path), path.clone()));
    let mut sheet = String::new();
    for file in files {
        let text = fs::read_to_string(&file)?;
        for line in without_comments(&text).lines().map(str::trim).filter(|line| !line.is_empty()) {
            sheet.push_str(line);
            sheet.push('\n');
        }
    }
    Ok(sheet)
}

fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}

/// The built-in scenarios as a table of names and JSON. A file that cannot be read stops the build and says where.
fn scenarios(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut table = String::from("&[\n");
    for file in files_below(folder, "toml")? {
        let text = fs::read_to_string(&file)?;
        let scenario =
            Scenario::from_toml(&text).map_err(|error| format!("{}: {}", file.display(), locate(&text, error)))?;
        let name = file.strip_prefix(folder)?.with_extension("").to_string_lossy().replace('\\', "/");
        writeln!(table, "({name:?}, {:?}),", scenario.to_json())?;
    }
    table.push(']');
    Ok(table)
}

/// Sorted by path. A folder that is not there holds nothing.
fn files_below(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return Ok(found) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_below(&path, extension)?);
        } else if path.extension().is_some_and(|other| other == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
