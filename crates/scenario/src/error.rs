//! What can be wrong with a scenario, and where.

use alloc::string::String;
use core::fmt;

/// Where in a scenario: a field by its path (`config.voters`, `schedule[3]`), and the column of the word in it if known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    pub path: String,
    /// Line and column, counted from one, in the file or text that was read; zero if unknown.
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

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, found, expected } = self;
        if !place.path.is_empty() {
            write!(f, "{}: ", place.path)?;
        }
        if place.line > 0 {
            write!(f, "line {}, column {}: ", place.line, place.column)?;
        }
        if found.is_empty() {
            write!(f, "expected {expected}, found nothing")
        } else {
            write!(f, "expected {expected}, found {found:?}")
        }
    }
}
