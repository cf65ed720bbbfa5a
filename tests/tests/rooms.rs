//! The rooms of the page: which folder of `www/src` may know which, and that its files import one another in one direction.

use std::collections::{BTreeMap, BTreeSet};

use faultlab_tests::sources;

/// What each room may name, itself left out. A new room needs a row here, and a reason in its head.
const MAY_NAME: [(&str, &[&str]); 11] = [
    ("browser", &[]),
    ("text", &[]),
    ("run", &["browser", "text"]),
    ("views", &["browser", "text", "run"]),
    ("stage", &["browser", "text", "run", "views"]),
    ("spacetime", &["browser", "text", "run", "views"]),
    ("cards", &["browser", "text", "run", "views"]),
    ("explore", &["browser", "text", "run", "views", "cards"]),
    ("shell", &["browser", "text", "run", "views", "stage", "cards"]),
    ("chunks", &["browser", "text", "run", "views", "stage", "spacetime", "cards", "explore"]),
    ("main", &["browser", "chunks", "shell"]),
];

type Module = Vec<String>;

/// The modules of the page, each with those that it names; the root is the empty path.
fn arrows() -> BTreeMap<Module, BTreeSet<Module>> {
    let files = sources::below("www/src").into_iter().filter(|source| source.path.ends_with(".rs"));
    let files: BTreeMap<Module, String> = files.map(|source| (module(&source.path), source.text)).collect();
    let modules: BTreeSet<Module> = files.keys().cloned().collect();
    let named =
        |module: &Module, text: &str| paths(text).iter().filter_map(|path| resolve(module, path, &modules)).collect();
    files.iter().map(|(module, text)| (module.clone(), named(module, text))).collect()
}

/// `www/src/run/player.rs` is `run::player`, `www/src/run/mod.rs` is `run`, `www/src/main.rs` the root.
fn module(path: &str) -> Module {
    let path = path.trim_start_matches("www/src/").trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "main" { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

/// All paths in the code, those of a `use` with braces written out.
fn paths(code: &str) -> Vec<Vec<&str>> {
    let tokens = sources::tokens(code);
    let (mut at, mut found) = (0, Vec::new());
    while at < tokens.len() {
        at = path(&tokens, at, &[], &mut found).max(at + 1);
    }
    found
}

/// Reads the path that begins at a token; tells where it ends.
fn path<'a>(tokens: &[&'a str], mut at: usize, before: &[&'a str], found: &mut Vec<Vec<&'a str>>) -> usize {
    let mut path = before.to_vec();
    let is_name = |token: &str| token.starts_with(|first: char| first.is_alphabetic() || first == '_');
    while tokens.get(at).is_some_and(|token| is_name(token)) {
        path.push(tokens[at]);
        if tokens.get(at + 1) != Some(&"::") {
            found.push(path);
            return at + 1;
        }
        at += 2;
    }
    if tokens.get(at) == Some(&"{") && !path.is_empty() {
        at += 1;
        while tokens.get(at).is_some_and(|token| *token != "}") {
            at = self::path(tokens, at, &path, found).max(at + 1);
        }
        at += 1;
    }
    at
}

/// The module of the page that a path leads into, if it is another one.
fn resolve(from: &Module, path: &[&str], modules: &BTreeSet<Module>) -> Option<Module> {
    // One word alone declares a module, or says who may see something.
    if path.len() == 1 {
        return None;
    }
    let owned = |path: &[&str]| path.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let supers = path.iter().take_while(|name| **name == "super").count();
    let full = match *path.first()? {
        "crate" => owned(&path[1..]),
        "self" => [from.clone(), owned(&path[1..])].concat(),
        _ if supers > 0 => [from[..from.len().saturating_sub(supers)].to_vec(), owned(&path[supers..])].concat(),
        _ => {
            let child = [from.clone(), owned(&path[..1])].concat();
            modules.contains(&child).then(|| [from.clone(), owned(path)].concat())?
        }
    };
    let into = (0..=full.len()).rev().find_map(|length| modules.get(&full[..length]))?;
    (into != from).then(|| into.clone())
}

fn room(module: &Module) -> &str {
    module.first().map_or("main", String::as_str)
}

fn shown(module: &Module) -> String {
    if module.is_empty() { "main".to_owned() } else { module.join("::") }
}

#[test]
fn arrows_between_rooms_run_one_way() {
    for (module, named) in arrows() {
        let (_, allowed) = MAY_NAME.iter().find(|(name, _)| *name == room(&module)).expect("every room has a row");
        for other in named.iter().filter(|other| room(other) != room(&module)) {
            assert!(allowed.contains(&room(other)), "{} must not name {}", shown(&module), shown(other));
        }
    }
}

/// Modules may name their children and children their parents; beside that there is no way back.
#[test]
fn files_of_the_page_do_not_import_in_circles() {
    let arrows = arrows();
    let mut done = BTreeSet::new();
    for module in arrows.keys() {
        follow(module, &arrows, &mut Vec::new(), &mut done);
    }
    assert!(done.len() > 100, "the modules of the page were found: {}", done.len());
}

fn follow(
    module: &Module,
    arrows: &BTreeMap<Module, BTreeSet<Module>>,
    way: &mut Vec<Module>,
    done: &mut BTreeSet<Module>,
) {
    if let Some(begin) = way.iter().position(|other| other == module) {
        let circle: Vec<String> = way[begin..].iter().map(shown).collect();
        panic!("these import one another: {}", circle.join(" → "));
    }
    if done.contains(module) {
        return;
    }
    way.push(module.clone());
    for other in arrows[module].iter().filter(|other| !module.starts_with(other)) {
        follow(other, arrows, way, done);
    }
    way.pop();
    done.insert(module.clone());
}
