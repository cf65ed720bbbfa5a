//! Scenarios as JSON: what programs and links carry.

use alloc::format;
use alloc::string::{String, ToString};
use core::hash::Hasher;
use faultlab_core::kit::StableHasher;
use faultlab_core::{Expected, Found, Place, Quantity, ScenarioError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::shape::explain;
use crate::{FORMAT, Scenario};

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
        Err(ScenarioError::at("format", self.format.to_string(), Expected::Format(FORMAT)))
    }
}

pub(crate) fn check_length(text: &str) -> Result<(), ScenarioError> {
    if text.len() <= TEXT_MAX {
        return Ok(());
    }
    let expected = Expected::AtMost { what: Quantity::Bytes, most: TEXT_MAX as u64 };
    Err(ScenarioError { place: Place::default(), found: Found::Bytes(text.len() as u64), expected })
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
        of_json::<T>(error.inner(), text, path)
    })?;
    reader.end().map_err(|error| of_json::<T>(&error, text, String::new()))?;
    Ok(value)
}

pub(crate) fn path_of(path: &serde_path_to_error::Path) -> String {
    let path = path.to_string();
    if path == "." { String::new() } else { path }
}

fn of_json<T: DeserializeOwned>(error: &serde_json::Error, text: &str, path: String) -> ScenarioError {
    // Lines and columns count from one; where the text is empty, the parser says column zero.
    let place = Place { path, line: error.line() as u32, column: error.column().max(1) as u32 };
    if error.is_data() {
        return match serde_json::from_str(text) {
            Ok(value) => explain::<T>(&value, place),
            // Behind what does not fit, the text ends being JSON.
            Err(error) => of_json::<T>(&error, text, String::new()),
        };
    }
    let found = text.lines().nth(error.line().saturating_sub(1)).and_then(|line| {
        let at = error.column().saturating_sub(1);
        line.get(at..)?.chars().next()
    });
    let found = found.filter(|_| !error.is_eof()).map_or(Found::End, |letter| Found::Text(letter.into()));
    ScenarioError { place, found, expected: Expected::Json }
}
