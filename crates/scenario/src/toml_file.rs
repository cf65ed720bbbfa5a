//! Scenarios as TOML: what people write.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::ops::Range;
use faultlab_core::{Expected, Found, Place, ScenarioError};
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::Scenario;
use crate::json::{Head, check_length, path_of};
use crate::shape::explain;

/// No more letters than these are quoted of what is no TOML.
const FOUND_MAX: usize = 24;

impl Scenario {
    /// Reads a scenario from TOML. Whether its protocol accepts it, [`crate::start`] tells.
    ///
    /// # Errors
    /// The first place that is no TOML or does not have the shape of a scenario, with line, column and path.
    pub fn from_toml(text: &str) -> Result<Self, ScenarioError> {
        check_length(text)?;
        toml::from_str::<Head>(text).map_err(|error| of_toml::<Head>(&error, text, String::new()))?.check()?;
        let reader = toml::Deserializer::parse(text).map_err(|error| of_toml::<Self>(&error, text, String::new()))?;
        serde_path_to_error::deserialize(reader)
            .map_err(|error| of_toml::<Self>(error.inner(), text, path_of(error.path())))
    }

    /// Writes the scenario as TOML, one act a line.
    ///
    /// # Errors
    /// A number that TOML cannot hold; no scenario that its protocol accepts has one.
    pub fn to_toml(&self) -> Result<String, ScenarioError> {
        toml::to_string_pretty(self).map_err(|_| ScenarioError::at("", "", Expected::TomlNumber))
    }
}

fn of_toml<T: DeserializeOwned>(error: &toml::de::Error, text: &str, path: String) -> ScenarioError {
    let start = error.span().map_or(0, |span| span.start);
    let (line, column) = line_and_column(text, start);
    let place = Place { path, line, column };
    match toml::from_str(text) {
        Ok(value) => explain::<T>(&value, place),
        Err(_) => {
            let found = text.get(start..).and_then(|rest| rest.lines().next()).filter(|rest| !rest.is_empty());
            let found = found.map_or(Found::End, |rest| Found::Text(rest.chars().take(FOUND_MAX).collect()));
            ScenarioError { place, found, expected: Expected::Toml }
        }
    }
}

fn line_and_column(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let begin = before.rfind('\n').map_or(0, |position| position + 1);
    (before.matches('\n').count() as u32 + 1, before[begin..].chars().count() as u32 + 1)
}

/// Gives an error that names a field by its path the line and column that the field has in a TOML file.
pub fn locate(text: &str, mut error: ScenarioError) -> ScenarioError {
    if error.place.line > 0 {
        return error;
    }
    let Some(span) = DeTable::parse(text).ok().and_then(|table| span_of(table.get_ref(), &error.place.path)) else {
        return error;
    };
    let (line, column) = line_and_column(text, span.start);
    let quotes = text.get(span).map_or(0, |value| if value.starts_with(['"', '\'']) { 1 } else { 0 });
    let within = if error.place.column > 0 { error.place.column - 1 + quotes } else { 0 };
    (error.place.line, error.place.column) = (line, column + within);
    error
}

/// Where the value at a path stands, such as `schedule[3]`.
fn span_of(table: &DeTable<'_>, path: &str) -> Option<Range<usize>> {
    let mut keys = path.split('.').map(ToOwned::to_owned);
    let mut value = follow(|key| table.get(key), &keys.next()?)?;
    for key in keys {
        value = follow(|key| value.get_ref().as_table()?.get(key), &key)?;
    }
    Some(value.span())
}

/// Takes one key with its indices, such as `captions[2]`.
fn follow<'a, 'i: 'a>(
    get: impl Fn(&str) -> Option<&'a Spanned<DeValue<'i>>>,
    key: &str,
) -> Option<&'a Spanned<DeValue<'i>>> {
    let mut parts = key.split('[');
    let mut value = get(parts.next()?)?;
    for index in parts {
        let index: usize = index.strip_suffix(']')?.parse().ok()?;
        value = value.get_ref().as_array()?.get(index)?;
    }
    Some(value)
}
