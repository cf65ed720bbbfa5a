//! What can be wrong with a history, and where.

use alloc::string::{String, ToString};
use core::fmt;

use faultlab_core::Expected;

/// Text that is no history: the place, what was found there and what was expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryError {
    /// Counted from one; columns in characters.
    pub line: u32,
    pub column: u32,
    /// Empty at the end of the text.
    pub found: String,
    /// Words are slugs of the catalogue of histories.
    pub expected: Expected,
}

/// How much of what was found is told.
const FOUND_MAX: usize = 40;

impl HistoryError {
    /// What stands at this byte of the text does not fit.
    pub(super) fn at(text: &str, byte: usize, expected: impl Into<Expected>) -> Self {
        let byte = (0..=byte.min(text.len())).rev().find(|byte| text.is_char_boundary(*byte)).unwrap_or(0);
        let (before, rest) = text.split_at(byte);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let found = rest.lines().next().unwrap_or_default().trim_end();
        let found = match found.char_indices().nth(FOUND_MAX) {
            Some((end, _)) => alloc::format!("{}…", &found[..end]),
            None => found.to_string(),
        };
        Self { line: line as u32, column: column as u32, found, expected: expected.into() }
    }
}

/// For programmers: the values as they are. `faultlab-words` has the sentence for people.
impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, found, expected } = self;
        write!(f, "{line}:{column}: expected {expected:?}, found {found:?}")
    }
}

impl core::error::Error for HistoryError {}
