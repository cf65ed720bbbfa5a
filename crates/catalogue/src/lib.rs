//! Compiles a message catalogue to Rust. Only the build script of `faultlab-words` uses it: no reader of catalogues is in the page.
//!
//! A catalogue is a TOML file. It begins with the type of the protocol whose words it holds (or of the `speaker` that says them), and
//! with the names of the catalogues that it `includes`; every entry holds one text in each language, side by side:
//!
//! ```toml
//! protocol = "TwoPhase"
//! includes = ["commit"]
//!
//! [event."Blocked { txn, .. }"]
//! en = "{who} is blocked on {txn}|: the coordinator does not answer."
//! zh = "{who} 在 {txn} 上阻塞|：协调者没有应答。"
//! ```
//!
//! The key of an entry about a value is a Rust pattern, so the compiler demands a text for every variant. A placeholder is a field
//! that the pattern binds, a path into it, or a call of a function in scope. `{count; 1 entry; # entries}` chooses by number and
//! `{on(Rule::PreVote); in force; the rule is off}` by truth; a choice may hold placeholders, and `;;` is a semicolon in it. `|`
//! parts a sentence into its head and its detail; `||` is a bar in it.
//!
//! | table | becomes |
//! |---|---|
//! | `[title]`, `[summary]` | functions from a language to a text |
//! | `[event."PATTERN"]` | sentences of the protocol's events; `who` is the node |
//! | `[value.TYPE."PATTERN"]` | `Say` for that type |
//! | `[verb."PATTERN"]` | verbs for some of the operator's requests |
//! | `[rule.SLUG]`, `[invariant.SLUG]`, `[field.SLUG]` | a name and an explanation, parted by a bar |
//! | `[area.SLUG]`, `[state.NAME]` | a name |
//! | `[expected.SLUG]` | what a reader of the protocol's requests and timers expects |
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

/// Whose words a catalogue holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Whose {
    /// Nobody's of its own: other catalogues include it, as those of a family do.
    #[default]
    Included,
    /// Those of the protocol of this type.
    Protocol(String),
    /// Those of no protocol: values that are said by a speaker of this type, which has a lifetime and a language.
    Speaker(String),
}

/// What a catalogue says of itself before its tables.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Header {
    pub whose: Whose,
    /// The names of the catalogues whose entries are its own as well.
    pub includes: Vec<String>,
}

/// Reads what a catalogue says of itself.
///
/// # Errors
/// What is wrong and in which line.
pub fn header(text: &str) -> Result<Header, CatalogueError> {
    read::catalogue(text).map(|catalogue| catalogue.header)
}

/// The Rust that a catalogue becomes: a module for each language, to be included where the protocol or the speaker and the types that
/// its patterns name are in scope. Behind its own text come those that it includes.
///
/// # Errors
/// What is wrong, and in which of the texts.
pub fn compile(texts: &[&str]) -> Result<String, (usize, CatalogueError)> {
    let mut catalogue = read::Catalogue::default();
    for (at, text) in texts.iter().enumerate() {
        catalogue.extend(read::catalogue(text).map_err(|error| (at, error))?);
    }
    if catalogue.header.whose == Whose::Included {
        let expected =
            "expected before all tables whose words it holds: protocol = \"TwoPhase\" or speaker = \"Teller\"";
        return Err((0, CatalogueError::new(0, expected)));
    }
    Ok(write::rust(&catalogue))
}

#[cfg(test)]
mod tests {
    use super::{Whose, compile, header};

    #[test]
    fn a_catalogue_says_whose_words_it_holds() {
        let problem = |text| compile(&[text]).expect_err(text).1.to_string();
        assert!(problem("").contains("expected before all tables"));
        assert!(problem("\nprotocol = \"two phase\"").starts_with("line 2: found “two phase”"));
        assert!(compile(&["protocol = \"TwoPhase\""]).is_ok_and(|code| code.contains("Catalogue<TwoPhase>")));
        assert_eq!(header("").expect("a family's").whose, Whose::Included);
        assert_eq!(header("includes = [\"commit\"]").expect("a list").includes, ["commit"]);
        assert!(header("\nincludes = 1").expect_err("no list").to_string().starts_with("line 2: expected names"));
    }
}
