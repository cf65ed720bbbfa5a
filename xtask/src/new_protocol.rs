//! `cargo xtask new-protocol FAMILY NAME`: a small whole protocol to begin with, listed everywhere, its runs pinned.
//!
//! The files in `skeleton/` are what it writes, with the names put in. What a protocol needs outside its own files is a line each in
//! the lists below, and its row.

use crate::command::{Outcome, cargo, root, run as run_command};
use crate::protocols::{self, Known};
use std::fs;
use std::path::Path;

/// Each file of a skeleton: where it goes, and what it holds.
const FILES: [(&str, &str); 12] = [
    ("crates/core/src/skeleton_family/skeleton_name/mod.rs", include_str!("skeleton/core/mod.rs")),
    ("crates/core/src/skeleton_family/skeleton_name/config.rs", include_str!("skeleton/core/config.rs")),
    ("crates/core/src/skeleton_family/skeleton_name/event.rs", include_str!("skeleton/core/event.rs")),
    ("crates/core/src/skeleton_family/skeleton_name/invariants.rs", include_str!("skeleton/core/invariants.rs")),
    ("crates/core/src/skeleton_family/skeleton_name/message.rs", include_str!("skeleton/core/message.rs")),
    ("crates/core/src/skeleton_family/skeleton_name/rules.rs", include_str!("skeleton/core/rules.rs")),
    ("crates/core/src/skeleton_family/skeleton_name/spelling.rs", include_str!("skeleton/core/spelling.rs")),
    ("crates/core/src/skeleton_family/skeleton_name/tests.rs", include_str!("skeleton/core/tests.rs")),
    ("crates/words/src/skeleton_name/mod.rs", include_str!("skeleton/words/mod.rs")),
    ("crates/words/catalogues/skeleton_name.toml", include_str!("skeleton/catalogue.toml")),
    ("static/scenarios/skeleton-name/a-number-survives.toml", include_str!("skeleton/scenario.toml")),
    ("tests/transcripts/skeleton-name/a-number-is-synced.txt", include_str!("skeleton/transcript.txt")),
];

/// Words that name something else: Rust's own, and modules beside which the new one would stand.
const TAKEN: [&str; 12] =
    ["abstract", "async", "await", "generic", "loop", "match", "mod", "move", "protocol", "self", "type", "yield"];

const USAGE: &str = "expected a family and a name: cargo xtask new-protocol exclusion token-ring";

/// The names of a new protocol.
struct Names {
    family: String,
    /// `token_ring`.
    module: String,
    /// `token-ring`.
    slug: String,
    /// `TokenRing`.
    kind: String,
    /// `Token ring`.
    title: String,
}

impl Names {
    fn read(arguments: &[String]) -> Outcome<Self> {
        let [family, name] = arguments else { return Err(USAGE.into()) };
        let family = identifier("family", family)?;
        let module = identifier("name", name)?;
        let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
        let kind = module.split('_').map(capital).collect();
        let title = capital(&module.replace('_', " "));
        Ok(Self { family, slug: module.replace('_', "-"), kind, title, module })
    }

    fn put_into(&self, text: &str) -> String {
        text.replace("skeleton_family", &self.family)
            .replace("skeleton_name", &self.module)
            .replace("skeleton-name", &self.slug)
            .replace("SkeletonName", &self.kind)
            .replace("Skeleton Name", &self.title)
    }

    /// Whether nothing of that name is there yet.
    fn are_free(&self, root: &Path, known: &[Known]) -> Outcome {
        if let Some(other) = known.iter().find(|other| other.module == self.module || other.slug == self.slug) {
            return Err(format!("there is a protocol {} in the family {}", other.slug, other.family));
        }
        let core = root.join("crates/core/src");
        if self.family == "kit" || core.join(&self.family).with_extension("rs").exists() {
            return Err(format!(
                "the family {}: crates/core/src has a module of that name that is no family",
                self.family
            ));
        }
        let words = root.join("crates/words/src").join(&self.module);
        let chunks = read(&root.join("www/src/chunks.rs"))?;
        let is_part = chunks.contains(&format!("part! {{ {}:", self.module));
        if words.exists() || words.with_extension("rs").exists() || is_part {
            return Err(format!("the name {}: the words or a part of the page are called so", self.module));
        }
        let file = FILES.iter().map(|(path, _)| self.put_into(path)).find(|path| root.join(path).exists());
        file.map_or(Ok(()), |path| Err(format!("{path} is there already")))
    }
}

/// A name as a module has it: `token-ring` is `token_ring`.
fn identifier(what: &str, text: &str) -> Outcome<String> {
    let name = text.replace('-', "_");
    let parts_are_words = name.split('_').all(|part| part.starts_with(|first: char| first.is_ascii_lowercase()));
    let letters = name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    if !parts_are_words || !letters || name.len() > 40 {
        let expected = "expected small letters, digits and hyphens, a letter first: token-ring";
        return Err(format!("the {what} “{text}”: {expected}"));
    }
    if TAKEN.contains(&name.as_str()) {
        return Err(format!("the {what} “{text}” is taken: expected another word"));
    }
    Ok(name)
}

/// Writes the skeleton, lists it, and pins its runs.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let names = Names::read(arguments)?;
    write(&root(), &names)?;
    run_command(cargo().args(["fmt", "--all"]), "format the new files")?;
    let mut pin = cargo();
    pin.args(["test", "--package", "faultlab-tests", "--test", "gallery", "--test", "transcripts", "--"])
        .args(["every_scenario_runs_as_it_did_before", "everything_happens_as_recorded"])
        .env(protocols::ONLY, &names.slug)
        .env("UPDATE_GALLERY", "1")
        .env("UPDATE_TRANSCRIPTS", "1");
    run_command(&mut pin, "pin the runs of the new protocol")?;
    println!("{}", names.put_into(NEXT));
    Ok(())
}

const NEXT: &str = "
The protocol skeleton-name is there. It is a small whole one, to be replaced piece by piece:
  crates/core/src/skeleton_family/skeleton_name/   the protocol
  crates/words/catalogues/skeleton_name.toml       its words, in every language
  static/scenarios/skeleton-name/                  its scenarios
  tests/transcripts/skeleton-name/                 its transcripts
Look at it with `cargo xtask serve`, and test it with `cargo xtask check skeleton-name`.";

/// Writes the files and the lines that list them; nothing, if a name is taken.
fn write(root: &Path, names: &Names) -> Outcome {
    let known = protocols::known(root)?;
    names.are_free(root, &known)?;
    let source = |path: &str| root.join(path);
    let family = source("crates/core/src").join(&names.family).join("mod.rs");
    for (path, text) in FILES {
        store(&source(&names.put_into(path)), &names.put_into(text))?;
    }
    if family.exists() {
        edit(&family, |text| with_module(text, &names.module))?;
    } else {
        store(&family, &format!("//! The family {}.\n\npub mod {};\n", names.family.replace('_', " "), names.module))?;
        edit(&source("crates/core/src/lib.rs"), |text| with_module(text, &names.family))?;
    }
    edit(&source("crates/words/src/lib.rs"), |text| with_module(text, &names.module))?;
    edit(&source("crates/registry/src/list.rs"), |text| with_row(text, names))
}

/// Adds `pub mod NAME;` to the last block of such lines, in the order of the alphabet.
fn with_module(text: &str, name: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let module = |line: &str| Some(line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';')?.to_owned());
    let last = lines.iter().rposition(|line| line.starts_with("pub mod ") && line.ends_with(';'))?;
    let first = lines[..last].iter().rposition(|line| module(line).is_none()).map_or(0, |at| at + 1);
    let end = lines[last..].iter().position(|line| module(line).is_none()).map_or(lines.len(), |at| last + at);
    let at = (first..end).find(|at| module(lines[*at]).is_some_and(|other| *other > *name)).unwrap_or(end);
    let line = format!("pub mod {name};");
    lines.insert(at, &line);
    Some(lines.join("\n") + "\n")
}

/// Adds the row behind the last one.
fn with_row(text: &str, names: &Names) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let last = lines.iter().rposition(|line| line.contains(": ::faultlab_core::") && line.ends_with(';'))?;
    let row = "            skeleton_name, hunt_skeleton_name: ::faultlab_core::skeleton_family::skeleton_name::SkeletonName, \
               \"skeleton_family\", 5, view generic;";
    let row = names.put_into(row);
    lines.insert(last + 1, &row);
    Some(lines.join("\n") + "\n")
}

fn read(file: &Path) -> Outcome<String> {
    fs::read_to_string(file).map_err(|error| format!("could not read {}: {error}", file.display()))
}

fn store(file: &Path, text: &str) -> Outcome {
    let folder = file.parent().unwrap_or(file);
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(file, text));
    written.map_err(|error| format!("could not write {}: {error}", file.display()))
}

fn edit(file: &Path, change: impl FnOnce(&str) -> Option<String>) -> Outcome {
    let changed = change(&read(file)?);
    store(file, &changed.ok_or_else(|| format!("{} has no list to add a line to", file.display()))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(family: &str, name: &str) -> Outcome<Names> {
        Names::read(&[family.to_owned(), name.to_owned()])
    }

    #[test]
    fn names_are_spelled_in_every_way() {
        let names = names("mutual-exclusion", "token-ring2").expect("both are names");
        let put = names.put_into("skeleton_family skeleton_name skeleton-name SkeletonName “Skeleton Name”");
        assert_eq!(put, "mutual_exclusion token_ring2 token-ring2 TokenRing2 “Token ring2”");
    }

    #[test]
    fn bad_arguments_are_told() {
        let wrong = |family: &str, name: &str| names(family, name).err().unwrap_or_default();
        assert!(Names::read(&["exclusion".into()]).err().is_some_and(|told| told.contains("a family and a name")));
        assert!(wrong("Exclusion", "lock").contains("the family “Exclusion”: expected small letters"));
        assert!(wrong("exclusion", "2lock").contains("the name “2lock”"));
        assert!(wrong("exclusion", "../lock").contains("the name “../lock”"));
        assert!(wrong("exclusion", "loop").contains("taken"));
        let taken = |family: &str, name: &str| {
            let names = names(family, name).unwrap_or_else(|told| panic!("{told}"));
            names.are_free(&root(), &protocols::known(&root()).expect("they can be listed")).err().unwrap_or_default()
        };
        assert_eq!(taken("exclusion", "raft"), "there is a protocol raft in the family consensus");
        assert!(taken("disk", "lock").contains("no family"));
        assert!(taken("exclusion", "world").contains("are called so"));
        assert!(taken("exclusion", "story").contains("are called so"));
        assert_eq!(taken("exclusion", "lock"), "");
    }

    #[test]
    fn a_line_is_added_where_it_belongs() {
        let list = "//! A list.\n\nmod b;\npub mod d;\nmod e;\n\npub use d::D;\n";
        let with = |name| with_module(list, name).expect("there is a list");
        assert_eq!(with("c"), "//! A list.\n\nmod b;\npub mod c;\npub mod d;\nmod e;\n\npub use d::D;\n");
        assert_eq!(with("f"), "//! A list.\n\nmod b;\npub mod d;\nmod e;\npub mod f;\n\npub use d::D;\n");
        assert_eq!(with_module("nothing\n", "c"), None);
    }
}
