//! What does not have the shape of a scenario, as values.
//!
//! The parsers of TOML and JSON say in English what they expected. So where one of them fails, the text is read once more, as a tree
//! without a shape, and the tree by [`Shape`], which knows at every value what is wanted there.

use alloc::string::ToString;
use core::fmt;
use faultlab_core::{Expected, Found, Kind, Place, Quantity, ScenarioError};
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error, IntoDeserializer, Visitor};
use serde_json::{Number, Value};

use crate::near::one_of;

/// What is wrong at a place with a value that does not have the shape of a `T`.
pub(crate) fn explain<T: DeserializeOwned>(value: &Value, place: Place) -> ScenarioError {
    match T::deserialize(Shape(value)) {
        Err(Unshaped { found, expected }) => ScenarioError { place, found, expected },
        // A tree holds every key once, a text need not.
        Ok(_) => ScenarioError { place, found: Found::RepeatedKey, expected: Expected::KeysOnce },
    }
}

#[derive(Debug)]
struct Unshaped {
    found: Found,
    expected: Expected,
}

impl fmt::Display for Unshaped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {:?}, found {:?}", self.expected, self.found)
    }
}

impl core::error::Error for Unshaped {}

impl Error for Unshaped {
    /// Never needed: [`Shape`] judges each value before a visitor sees it.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self { found: Found::Nothing, expected: Expected::Value }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { found: Found::Nothing, expected: Expected::Key(field.into()) }
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        Self { found: Found::Key(field.into()), expected: one_of(Kind::Key, field, known.iter().copied()) }
    }
}

/// A value that is read as what is wanted of it.
struct Shape<'a>(&'a Value);

impl Shape<'_> {
    fn unfit<T>(&self, expected: Expected) -> Result<T, Unshaped> {
        let found = match self.0 {
            Value::Null => Found::Null,
            Value::Bool(on) => Found::Text(on.to_string()),
            Value::Number(number) => Found::Number(number.to_string()),
            Value::String(text) => Found::Quoted(text.clone()),
            Value::Array(_) => Found::List,
            Value::Object(_) => Found::Table,
        };
        Err(Unshaped { found, expected })
    }

    /// A whole number up to a bound.
    fn whole(&self, max: u64) -> Result<u64, Unshaped> {
        let number = self.0.as_u64().filter(|number| *number <= max);
        number.map_or_else(|| self.unfit(Expected::Between { what: Quantity::WholeNumber, min: 0, max }), Ok)
    }
}

impl<'de> Deserializer<'de> for Shape<'_> {
    type Error = Unshaped;

    /// Only a value of the configuration may be of any kind.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unshaped> {
        match self.0 {
            Value::Bool(on) => visitor.visit_bool(*on),
            Value::String(text) => visitor.visit_str(text),
            Value::Number(number) if Number::as_u64(number).is_some() => visitor.visit_u64(self.whole(u64::MAX)?),
            Value::Number(_) | Value::Null | Value::Array(_) | Value::Object(_) => self.unfit(Expected::Value),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unshaped> {
        self.0.as_bool().map_or_else(|| self.unfit(Expected::Boolean), |on| visitor.visit_bool(on))
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unshaped> {
        visitor.visit_u64(self.whole(u8::MAX.into())?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unshaped> {
        visitor.visit_u64(self.whole(u32::MAX.into())?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unshaped> {
        visitor.visit_u64(self.whole(u64::MAX)?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unshaped> {
        match self.0 {
            Value::String(text) => visitor.visit_str(text),
            _ => self.unfit(Expected::Text),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unshaped> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Unshaped> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unshaped> {
        match self.0 {
            Value::Array(list) => visitor.visit_seq(SeqDeserializer::new(list.iter().map(Shape))),
            _ => self.unfit(Expected::List),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unshaped> {
        match self.0 {
            Value::Object(table) => {
                visitor.visit_map(MapDeserializer::new(table.iter().map(|(key, value)| (key.as_str(), Shape(value)))))
            }
            _ => self.unfit(Expected::Table),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unshaped> {
        self.deserialize_map(visitor)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u16 u128 f32 f64 char str bytes byte_buf unit unit_struct tuple tuple_struct enum identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Unshaped> for Shape<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
