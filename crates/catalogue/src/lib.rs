//! Compiles a message catalogue to Rust. Only the build script of `faultlab-words` uses it: no reader of catalogues is in the page.
//!
//! A catalogue is a TOML file. Every entry holds one text in each language, side by side:
//!
//! ```toml
//! [event."Blocked { txn, .. }"]
//! en = "{who} is blocked on {txn}|: the coordinator does not answer."
//! zh = "{who} 在 {txn} 上阻塞|：协调者没有应答。"
//! ```
//!
//! The key of an entry about a value is a Rust pattern, so the compiler demands a text for every variant. A placeholder is a field
//! that the pattern binds, a path into it, or a call of a function in scope. `{count; 1 entry; # entries}` chooses by number and
//! `{on(Rule::PreVote); in force; the rule is off}` by truth; a choice may hold placeholders, and `;;` is a semicolon in it. `|`
//! parts a sentence into its head and its detail.
//!
//! | table | becomes |
//! |---|---|
//! | `[title]`, `[summary]` | functions from a language to a text |
//! | `[event."PATTERN"]` | sentences of the protocol's events; `who` is the node |
//! | `[value.TYPE."PATTERN"]` | `Say` for that type |
//! | `[verb."PATTERN"]` | verbs for some of the operator's requests |
//! | `[rule.SLUG]`, `[invariant.SLUG]`, `[field.SLUG]` | a name and an explanation, parted by a bar |
//! | `[area.SLUG]`, `[state.NAME]` | a name |
//! | `[view."KEY"]`, `[view."KEY(argument: TYPE)"]` | the fields of a struct `ViewWords`; a key may hold a list of texts |
//!
//! What is *absent*: anything that knows a protocol, and any rule of a language; `faultlab-words` has these.
//!
//! Start with [`compile`] and [`CatalogueError`].

mod read;
mod template;
mod write;

use std::fmt;

/// The languages, by the names of their modules. A further one is added here and as a key in every entry.
pub const LANGUAGES: [&str; 2] = ["en", "zh"];

/// Where a catalogue is wrong, and what was expected there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CatalogueError {
    /// From 1; 0 if the place is the whole file.
    pub line: usize,
    pub problem: String,
}

impl CatalogueError {
    fn new(line: usize, problem: impl Into<String>) -> Self {
        Self { line, problem: problem.into() }
    }
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for CatalogueError {}

/// The Rust that the catalogue of a protocol becomes: a module for each language, to be included where `protocol` and the types that
/// its patterns name are in scope. It may come in several texts: its own, and what its family shares.
///
/// # Errors
/// What is wrong, and in which of the texts.
pub fn compile(texts: &[&str], protocol: &str) -> Result<String, (usize, CatalogueError)> {
    let mut catalogue = read::Catalogue::default();
    for (at, text) in texts.iter().enumerate() {
        catalogue.extend(read::catalogue(text).map_err(|error| (at, error))?);
    }
    Ok(write::rust(&catalogue, protocol))
}
