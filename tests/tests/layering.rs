//! Which crate may know which, and what no crate may name.

use faultlab_tests::{cargo, root, sources};
use serde_json::Value;
use std::collections::BTreeMap;

/// What each crate may depend on, itself left out. A new crate needs a row here, and a reason.
const MAY_USE: [(&str, &[&str]); 15] = [
    ("faultlab-catalogue", &[]),
    ("faultlab-derive", &[]),
    ("faultlab-core", &["faultlab-derive"]),
    ("faultlab-sim", &["faultlab-core"]),
    ("faultlab-check", &["faultlab-core", "faultlab-sim"]),
    ("faultlab-scenario", &["faultlab-core", "faultlab-sim", "faultlab-check"]),
    ("faultlab-words", &["faultlab-core", "faultlab-catalogue"]),
    ("faultlab-registry", &["faultlab-core", "faultlab-sim", "faultlab-check", "faultlab-scenario", "faultlab-words"]),
    ("faultlab-hunt", &["faultlab-core", "faultlab-sim", "faultlab-check", "faultlab-scenario", "faultlab-registry"]),
    ("faultlab-cli", LEAF),
    ("faultlab-www", LEAF),
    ("faultlab-tests", EVERYTHING),
    ("faultlab-tests-run", LEAF),
    ("faultlab-wasm-probe", EVERYTHING),
    ("xtask", &[]),
];
const LEAF: &[&str] = &[
    "faultlab-core",
    "faultlab-sim",
    "faultlab-check",
    "faultlab-scenario",
    "faultlab-words",
    "faultlab-registry",
    "faultlab-hunt",
];
const EVERYTHING: &[&str] = &[
    "faultlab-core",
    "faultlab-sim",
    "faultlab-check",
    "faultlab-scenario",
    "faultlab-words",
    "faultlab-registry",
    "faultlab-hunt",
    "faultlab-cli",
    "faultlab-tests-run",
];

/// Crates that know a browser; only the page may.
const BROWSER: [&str; 3] = ["wasm-bindgen", "web-sys", "js-sys"];

/// The families of protocols: the folders of core but for the pieces that they share.
fn families() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("crates/core/src")).expect("core is there").flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != "kit");
    names.sort();
    assert!(!names.is_empty(), "there are protocols");
    names
}

/// Protocols made of others, with those they may name.
const COMPOSITES: [(&str, &[&str]); 0] = [];

/// Each package with what it is built from (what only its tests need is free).
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = cargo().args(["metadata", "--no-deps", "--format-version", "1"]).output().expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let built_from = |package: &Value| {
        let dependencies = list(&package["dependencies"]);
        dependencies
            .iter()
            .filter(|dependency| dependency["kind"] != "dev")
            .map(|dependency| text(&dependency["name"]))
            .collect()
    };
    list(&metadata["packages"]).iter().map(|package| (text(&package["name"]), built_from(package))).collect()
}

#[test]
fn arrows_between_crates_run_one_way() {
    let packages = dependencies();
    let ours = |name: &String| packages.contains_key(name);
    for (package, dependencies) in &packages {
        let row = MAY_USE.iter().find(|(name, _)| name == package);
        let (_, allowed) = row.unwrap_or_else(|| panic!("{package} has no row in MAY_USE"));
        for dependency in dependencies.iter().filter(|name| ours(name)) {
            assert!(allowed.contains(&dependency.as_str()), "{package} must not depend on {dependency}");
        }
    }
}

#[test]
fn only_the_page_knows_a_browser() {
    for (package, dependencies) in dependencies().into_iter().filter(|(package, _)| package != "faultlab-www") {
        for dependency in dependencies {
            let browser = BROWSER.contains(&dependency.as_str())
                || ["yew", "gloo"].iter().any(|name| dependency.starts_with(name));
            assert!(!browser, "{package} must not depend on {dependency}: only the page knows a browser");
        }
    }
}

/// Module names of all protocols, with the family each belongs to.
fn protocols() -> Vec<(String, String)> {
    let modules = |family: String| {
        let folder = root().join("crates/core/src").join(&family);
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned()));
        names.filter(|name| name != "mod").map(|name| (family.clone(), name)).collect::<Vec<_>>()
    };
    families().into_iter().flat_map(modules).collect()
}

/// Whether the code names the module in a path: `raft::…` or `…::raft`, but not a piece of the kit that is called the same.
fn names_module(words: &[&str], module: &str) -> bool {
    (0..words.len()).filter(|at| words[*at] == module).any(|at| {
        let before = (at >= 2 && words[at - 1] == "::").then(|| words[at - 2]);
        let after = words.get(at + 1) == Some(&"::");
        before.map_or(after, |before| !matches!(before, "kit" | "Self" | "self"))
    })
}

#[test]
fn protocols_do_not_name_one_another() {
    let protocols = protocols();
    for (family, own) in &protocols {
        let composed = COMPOSITES.iter().find(|(name, _)| name == own).map_or(&[][..], |(_, parts)| parts);
        let file = format!("crates/core/src/{family}/{own}.rs");
        let folder = format!("crates/core/src/{family}/{own}/");
        let family_folder = format!("crates/core/src/{family}");
        for source in sources::below(&family_folder)
            .iter()
            .filter(|source| source.path == file || source.path.starts_with(&folder))
        {
            let words = sources::words(&source.text);
            for (_, other) in protocols.iter().filter(|(_, other)| other != own && !composed.contains(&other.as_str()))
            {
                assert!(
                    !names_module(&words, other),
                    "{} names the protocol {other}; what they share belongs into kit/",
                    source.path
                );
            }
        }
    }
}

#[test]
fn what_runs_protocols_names_none() {
    let protocols = protocols();
    for source in ["sim", "check", "scenario"].iter().flat_map(|name| sources::below(&format!("crates/{name}/src"))) {
        let words = sources::words(&source.text);
        for (family, protocol) in &protocols {
            let path = [family.as_str(), "::", protocol.as_str()];
            assert!(!words.windows(3).any(|window| window == path), "{} names the protocol {protocol}", source.path);
        }
        for family in families() {
            let path = ["faultlab_core", "::", family.as_str()];
            assert!(!words.windows(3).any(|window| window == path), "{} reaches into {family}", source.path);
        }
    }
}

#[test]
fn a_named_module_is_recognised() {
    let names = |code| names_module(&sources::words(code), "raft");
    assert!(names("use super::raft;") && names("raft::Log") && names("use crate::consensus::raft::Log;"));
    assert!(!names("use crate::kit::raft;") && !names("let raft = 1; // raft::Log") && !names("self::raft"));
}
