//! What can be wrong with a scenario, and where.

use alloc::format;
use alloc::string::String;
use core::fmt;
use faultlab_core::{Misspelled, Quoted};

/// Where in a scenario: a field by its path (`config.voters`, `schedule[3]`), and the column of the word in it if known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    pub path: String,
    /// Line and column, counted from one, in the file or text that was read; zero if unknown. A column without a line
    /// counts within the field's own text.
    pub line: u32,
    pub column: u32,
}

/// A scenario that cannot be used: the place, what was found and what was expected, in the words of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScenarioError {
    pub place: Place,
    pub found: String,
    pub expected: String,
}

impl ScenarioError {
    /// A field whose value does not fit.
    pub fn at(path: impl Into<String>, found: impl Into<String>, expected: impl Into<String>) -> Self {
        let place = Place { path: path.into(), line: 0, column: 0 };
        Self { place, found: found.into(), expected: expected.into() }
    }

    /// A word of a line that does not fit, by its column.
    pub(crate) fn misspelled(wrong: Misspelled, column: u32) -> Self {
        let place = Place { column, ..Place::default() };
        Self { place, found: wrong.found, expected: wrong.expected }
    }

    /// The same, seen from the field that holds the text.
    pub(crate) fn within(mut self, path: &str) -> Self {
        self.place.path = match (self.place.path.is_empty(), self.place.path.starts_with('[')) {
            (true, _) => path.into(),
            (false, true) => format!("{path}{}", self.place.path),
            (false, false) => format!("{path}.{}", self.place.path),
        };
        self
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, found, expected } = self;
        if !place.path.is_empty() {
            write!(f, "{}: ", place.path)?;
        }
        match (place.line, place.column) {
            (0, 0) => {}
            (0, column) => write!(f, "column {column}: ")?,
            (line, column) => write!(f, "line {line}, column {column}: ")?,
        }
        if found.is_empty() {
            write!(f, "expected {expected}, found nothing")
        } else {
            write!(f, "expected {expected}, found {}", Quoted(found))
        }
    }
}

impl core::error::Error for ScenarioError {}
