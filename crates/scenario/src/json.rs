//! Scenarios as JSON: what programs and links carry.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use core::hash::Hasher;
use faultlab_core::kit::StableHasher;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{FORMAT, Place, Scenario, ScenarioError};

/// The longest text that is read at all.
pub const TEXT_MAX: usize = 1 << 20;

/// What every format has in common, so that a newer one is recognised before its fields are judged.
#[derive(Deserialize)]
pub(crate) struct Head {
    pub(crate) format: u32,
}

impl Head {
    pub(crate) fn check(&self) -> Result<(), ScenarioError> {
        if self.format == FORMAT {
            return Ok(());
        }
        let expected = format!("the format {FORMAT}; a newer Faultlab may know this one");
        Err(ScenarioError::at("format", self.format.to_string(), expected))
    }
}

pub(crate) fn check_length(text: &str) -> Result<(), ScenarioError> {
    if text.len() <= TEXT_MAX {
        return Ok(());
    }
    Err(ScenarioError::at("", format!("{} bytes", text.len()), format!("at most {TEXT_MAX} bytes")))
}

impl Scenario {
    /// Reads a scenario from JSON. Whether its protocol accepts it, [`crate::start`] tells.
    ///
    /// # Errors
    /// The first place that is no JSON or does not have the shape of a scenario, with line, column and path.
    pub fn from_json(text: &str) -> Result<Self, ScenarioError> {
        check_length(text)?;
        read::<Head>(text)?.check()?;
        read(text)
    }

    /// A short hash of the whole scenario, equal on every machine: two parts of a sweep can tell that they belong together.
    pub fn fingerprint(&self) -> String {
        let mut hasher = StableHasher::default();
        hasher.write(self.to_json().as_bytes());
        format!("{:016x}", hasher.finish())
    }

    /// Writes the scenario as JSON on one line.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// Writes the scenario as JSON on many lines, for people to read.
    pub fn to_json_lines(&self) -> String {
        match serde_json::to_string_pretty(self) {
            Ok(text) => text,
            Err(impossible) => unreachable!("{IMPOSSIBLE}{impossible}"),
        }
    }
}

// Every part of a scenario is a string, a number, a list or a table with names for keys, which JSON can hold.
const IMPOSSIBLE: &str = "a scenario is always JSON: ";

pub(crate) fn to_json(value: &impl Serialize) -> String {
    match serde_json::to_string(value) {
        Ok(text) => text,
        Err(impossible) => unreachable!("{IMPOSSIBLE}{impossible}"),
    }
}

/// Reads a value and its end, with the place of what is wrong.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, ScenarioError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = path_of(error.path());
        of_json(error.inner(), path)
    })?;
    reader.end().map_err(|error| of_json(&error, String::new()))?;
    Ok(value)
}

pub(crate) fn path_of(path: &serde_path_to_error::Path) -> String {
    let path = path.to_string();
    if path == "." { String::new() } else { path }
}

fn of_json(error: &serde_json::Error, path: String) -> ScenarioError {
    let message = error.to_string();
    let end = message.rfind(" at line ").unwrap_or(message.len());
    // An error about the shape of a value has the place behind it, and line zero if it has none.
    let place = Place { path, line: error.line() as u32, column: error.column() as u32 };
    of_message(&message[..end], place)
}

/// The parser's names for kinds of values, and what people call them.
const KINDS: [(&str, &str); 12] = [
    ("u8", "a whole number from 0 to 255"),
    ("u32", "a whole number, not negative"),
    ("u64", "a whole number, not negative"),
    ("a boolean", "true or false"),
    ("a string", "a text"),
    ("a sequence", "a list"),
    ("sequence", "a list"),
    ("a map", "a table"),
    ("map", "a table"),
    ("null", "nothing"),
    ("ident", "a word"),
    ("value", "a value"),
];

/// The parser's word as people say it.
fn plain(words: &str) -> String {
    match KINDS.iter().find(|(parser, _)| *parser == words) {
        Some((_, people)) => (*people).to_owned(),
        None if words.starts_with("struct ") => "a table".to_owned(),
        None => match words.split_once(' ') {
            Some(("string", text)) => format!("the text {text}"),
            Some(("integer", number)) => format!("the number {}", number.trim_matches('`')),
            _ => words.to_owned(),
        },
    }
}

/// Splits the sentence of a parser into what was found and what was expected.
pub(crate) fn of_message(message: &str, place: Place) -> ScenarioError {
    let (found, expected) = if let Some((found, expected)) = message.split_once(", expected ") {
        (found.strip_prefix("invalid type: ").unwrap_or(found), expected.to_owned())
    } else if let Some(field) = message.strip_prefix("missing field ") {
        ("", format!("the field {field}"))
    } else if let Some(expected) = message.strip_prefix("expected ") {
        ("something else", expected.to_owned())
    } else if let Some(what) = message.strip_prefix("EOF while parsing ") {
        ("the end of the text", format!("the rest of {what}"))
    } else {
        (message, "a scenario".to_owned())
    };
    ScenarioError { place, found: plain(found), expected: plain(&expected) }
}
