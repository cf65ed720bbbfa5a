//! JSON: a list of entries, one entry a line, or a table with the list under `history`.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use faultlab_core::Expected;

use super::HistoryError;
use super::form::{DEPTH_MAX, Form, FormKind, repeated};

/// All values at the top of the text; of a list, what is in it.
pub(super) fn forms(text: &str) -> Result<Vec<Form<'_>>, HistoryError> {
    let mut forms = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        let value = value.map_err(|error| fault(text, 0, text, &error))?;
        let form = form_of(text, value, DEPTH_MAX)?;
        match form.kind {
            FormKind::List(items) => forms.extend(items),
            _ => forms.push(form),
        }
    }
    Ok(forms)
}

/// The fields of an object in their order, with those that stand in it twice.
struct Fields<'t>(Vec<(&'t RawValue, &'t RawValue)>);

impl<'t> Deserialize<'t> for Fields<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'t> Visitor<'t> for Reader {
            type Value = Fields<'t>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Fields<'t>, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// A raw value is a piece of the text that was read.
fn place(text: &str, raw: &RawValue) -> usize {
    raw.get().as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

fn form_of<'t>(text: &'t str, raw: &'t RawValue, depth: usize) -> Result<Form<'t>, HistoryError> {
    let value = raw.get();
    let at = place(text, raw);
    let failed = |error: serde_json::Error| fault(text, at, value, &error);
    let string = |raw: &RawValue| {
        let read = serde_json::from_str(raw.get());
        read.map(Cow::Owned).map_err(|error| fault(text, place(text, raw), raw.get(), &error))
    };
    let kind = match value.as_bytes().first() {
        Some(b'[' | b'{') if depth == 0 => FormKind::Other(value),
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(value).map_err(failed)?;
            FormKind::List(items.into_iter().map(|item| form_of(text, item, depth - 1)).collect::<Result<_, _>>()?)
        }
        Some(b'{') => {
            let Fields(fields) = serde_json::from_str(value).map_err(failed)?;
            let field = |(key, value): (&'t RawValue, &'t RawValue)| {
                let key = Form { at: place(text, key), kind: FormKind::Keyword(string(key)?) };
                Ok((key, form_of(text, value, depth - 1)?))
            };
            let fields: Vec<_> = fields.into_iter().map(field).collect::<Result<_, _>>()?;
            if let Some(key) = repeated(&fields) {
                return Err(HistoryError::at(text, key.at, "new_name"));
            }
            FormKind::Table(fields)
        }
        Some(b'"') => FormKind::Text(string(raw)?),
        Some(b'n') => FormKind::Nil,
        Some(b't' | b'f') => FormKind::Text(Cow::Borrowed(value)),
        _ => value.parse().map_or(FormKind::Other(value), FormKind::Number),
    };
    Ok(Form { at, kind })
}

/// A fault that serde_json found in the piece of the text that begins at a byte.
fn fault(text: &str, at: usize, piece: &str, error: &serde_json::Error) -> HistoryError {
    let expected = if error.is_eof() { "rest".into() } else { Expected::Json };
    let mut lines = piece.split_inclusive('\n');
    let above: usize = lines.by_ref().take(error.line().saturating_sub(1)).map(str::len).sum();
    let within = lines.next().map_or(0, |line| error.column().saturating_sub(1).min(line.len()));
    HistoryError::at(text, at + above + within, expected)
}
