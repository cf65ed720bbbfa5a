//! The gallery: every scenario file of the page.

use crate::{concerns, root};
use faultlab_scenario::Scenario;
use std::path::Path;

/// All scenario files under `static/scenarios`, by their names (`raft/leader-dies`), sorted; of the protocols that the tests look at.
///
/// # Panics
/// If a file cannot be read or is no scenario: then the message names it and the place.
pub fn gallery() -> Vec<(String, Scenario)> {
    let folder = root().join("static/scenarios");
    let mut files = Vec::new();
    collect(&folder, &mut files);
    files.sort();
    let read = |file: String| {
        let text = std::fs::read_to_string(folder.join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let scenario = Scenario::from_toml(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        (file.trim_end_matches(".toml").to_owned(), scenario)
    };
    files.into_iter().filter(|file| concerns(file.split('/').next().unwrap_or_default())).map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<String>) {
    let base = root().join("static/scenarios");
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "toml")
            && let Ok(relative) = path.strip_prefix(&base)
        {
            files.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
}
