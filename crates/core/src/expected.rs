//! What was expected where something else stands, as values. `faultlab-words` says them in every language.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};

use crate::{Misspelled, Time};

/// A word of scenario text, or a name in it.
pub type Slug = Cow<'static, str>;

/// Where in a scenario: a field by its path (`config.voters`, `schedule[3]`), and the column of the word in it if known.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Place {
    pub path: String,
    /// Line and column, counted from one, in the file or text that was read; zero if unknown. A column without a line
    /// counts within the field's own text.
    pub line: u32,
    pub column: u32,
}

/// A scenario that cannot be used: the place, what was found there and what was expected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ScenarioError {
    pub place: Place,
    pub found: Found,
    pub expected: Expected,
}

/// What stands where something else was expected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Found {
    Nothing,
    /// A word or a text of the scenario.
    Text(String),
    /// A number where a value of another kind belongs.
    Number(String),
    /// A text where a value of another kind belongs.
    Quoted(String),
    Null,
    List,
    Table,
    /// A key of a table.
    Key(String),
    RepeatedKey,
    /// The text ends too early.
    End,
    Bytes(u64),
    /// Another beginning than that of the run at hand.
    OtherBeginning,
    /// A run that does not break this invariant.
    NotBroken(String),
}

/// What was expected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Expected {
    /// Something of the protocol's own, by its slug in the table `expected` of the protocol's catalogue.
    Word(Slug),
    /// One of these words.
    OneOf(Vec<Slug>),
    Name {
        kind: Kind,
        names: Names,
    },
    /// The end of what could be read.
    EndOf(Part),

    // Nodes, clients, links.
    Node,
    NodeUpTo(u8),
    Client,
    ClientUpTo(u8),
    Link {
        nodes: u8,
    },
    CutLink,
    /// Whatever can be healed.
    Healable,
    Packet,
    /// A node on the left of a bar.
    NodeBeforeBar,
    /// A bar, or a node that is in no group yet.
    BarOrNode {
        nodes: u8,
    },
    Groups,

    // Amounts.
    Moment,
    /// A moment, perhaps behind other steps of the same instant.
    MomentInTurn,
    NotBefore(Time),
    Span,
    /// How long a client waits before it asks again.
    Patience,
    SpanRange,
    Share,
    /// In per cent of the usual time.
    Slowness,
    Skew,
    Position,
    Choice,
    Between {
        what: Quantity,
        min: u64,
        max: u64,
    },
    AtMost {
        what: Quantity,
        most: u64,
    },
    /// What a field of the configuration takes.
    Field {
        slug: Slug,
        takes: Takes,
    },

    // The shape of files.
    Format(u32),
    Json,
    Toml,
    /// A number that TOML can hold.
    TomlNumber,
    /// A value of the configuration.
    Value,
    Boolean,
    Text,
    List,
    Table,
    /// A key that is missing.
    Key(Slug),
    /// Every key once.
    KeysOnce,

    // What is asked of a run or a search.
    SingleAct,
    SameBeginning,
    /// A run in which the invariant is broken by then.
    Broken,
    Question,
    /// An invariant that a step can break.
    AlwaysInvariant,
    /// A unit of time, since all that is asked for rests on time.
    Tick,
    /// Faults that the protocol tolerates.
    ToleratedFaults,
    RenamableNodes,
    NoClients,
    AlikeNodes,
    /// Parameters of a model whose states take no more bits.
    StateBits {
        most: u64,
        needed: u64,
    },
}

/// A kind of names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Kind {
    Act,
    Area,
    /// All, or an area with how much of it is kept.
    KeptArea,
    Condition,
    Dial,
    Event,
    Field,
    /// A field that may change while the run goes on.
    LiveField,
    Invariant,
    BreakableInvariant,
    SometimesInvariant,
    Key,
    Model,
    ModelParameter(Slug),
    ModelRule(Slug),
    Protocol,
    Rule,
    Scenario,
}

/// The names that there are.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Names {
    None,
    /// One that was perhaps meant.
    Near(Slug),
    /// The slug of what was named by its title.
    BySlug(Slug),
    /// These, and perhaps more.
    Listed {
        names: Vec<Slug>,
        more: bool,
    },
}

/// What ends where something was left over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Part {
    Act,
    Condition,
    Request,
    Step,
}

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Quantity {
    Number,
    WholeNumber,
    Nodes,
    Clients,
    Keys,
    Seed,
    Bytes,
    ActsOfLine,
    Acts,
    Invariants,
    /// How often something may happen.
    Times,
}

/// What a field of the configuration takes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Takes {
    /// Both bounds as scenario text spells them.
    Range {
        min: String,
        max: String,
    },
    Switch,
    OneOf(Vec<Slug>),
}

/// A slug of the protocol's own.
impl From<&'static str> for Expected {
    fn from(slug: &'static str) -> Self {
        Self::Word(slug.into())
    }
}

impl Expected {
    pub fn one_of(words: &[&'static str]) -> Self {
        Self::OneOf(words.iter().map(|word| Slug::from(*word)).collect())
    }

    /// A name out of these.
    pub fn listed(kind: Kind, names: impl IntoIterator<Item = &'static str>) -> Self {
        let names: Vec<Slug> = names.into_iter().map(Slug::from).collect();
        let names = if names.is_empty() { Names::None } else { Names::Listed { names, more: false } };
        Self::Name { kind, names }
    }

    /// What was named by its title, by its slug.
    pub fn by_slug(kind: Kind, slug: String) -> Self {
        Self::Name { kind, names: Names::BySlug(slug.into()) }
    }
}

impl From<String> for Found {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text) }
    }
}

impl From<&str> for Found {
    fn from(text: &str) -> Self {
        String::from(text).into()
    }
}

impl Found {
    /// The word that was found; empty if it is none.
    pub fn word(&self) -> &str {
        match self {
            Self::Text(text) | Self::Key(text) => text,
            _ => "",
        }
    }
}

impl ScenarioError {
    /// A field whose value does not fit.
    pub fn at(path: impl Into<String>, found: impl Into<Found>, expected: impl Into<Expected>) -> Self {
        let place = Place { path: path.into(), line: 0, column: 0 };
        Self { place, found: found.into(), expected: expected.into() }
    }

    /// A word of a line that does not fit, by its column.
    pub fn misspelled(wrong: Misspelled, column: u32) -> Self {
        let place = Place { column, ..Place::default() };
        Self { place, found: wrong.found.into(), expected: wrong.expected }
    }

    /// The same, seen from the field that holds the text.
    #[must_use]
    pub fn within(mut self, path: &str) -> Self {
        self.place.path = match (self.place.path.is_empty(), self.place.path.starts_with('[')) {
            (true, _) => path.into(),
            (false, true) => alloc::format!("{path}{}", self.place.path),
            (false, false) => alloc::format!("{path}.{}", self.place.path),
        };
        self
    }
}

/// For programmers: the values as they are. `faultlab-words` has the sentence for people.
impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place: Place { path, line, column }, found, expected } = self;
        write!(f, "{path}:{line}:{column}: expected {expected:?}, found {found:?}")
    }
}

impl core::error::Error for ScenarioError {}
