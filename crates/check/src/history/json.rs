//! JSON: a list of entries, one entry a line, or a table with the list under `history`.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use serde_json::value::RawValue;

use super::HistoryError;
use super::form::{DEPTH_MAX, Form, FormKind};

/// All pieces at the top of the text; of a list, what is in it.
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

fn form_of<'t>(text: &'t str, raw: &'t RawValue, depth: usize) -> Result<Form<'t>, HistoryError> {
    let value = raw.get();
    // A raw value is a piece of the text that was read.
    let at = value.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    let failed = |error: serde_json::Error| fault(text, at, value, &error);
    let kind = match value.as_bytes().first() {
        _ if depth == 0 => FormKind::Other,
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(value).map_err(failed)?;
            FormKind::List(items.into_iter().map(|item| form_of(text, item, depth - 1)).collect::<Result<_, _>>()?)
        }
        Some(b'{') => {
            let fields: BTreeMap<String, &RawValue> = serde_json::from_str(value).map_err(failed)?;
            let field = |(name, raw)| Ok((Cow::Owned(name), form_of(text, raw, depth - 1)?));
            FormKind::Table(fields.into_iter().map(field).collect::<Result<_, _>>()?)
        }
        Some(b'"') => FormKind::Word(Cow::Owned(serde_json::from_str(value).map_err(failed)?)),
        Some(b'n') => FormKind::Nil,
        Some(b'-' | b'0'..=b'9') => value.parse().map_or(FormKind::Other, FormKind::Number),
        _ => FormKind::Other,
    };
    Ok(Form { at, kind })
}

/// A fault that serde_json found in the piece of the text that begins at a byte.
fn fault(text: &str, at: usize, piece: &str, error: &serde_json::Error) -> HistoryError {
    let message = alloc::format!("{error}");
    let message = message.rsplit_once(" at line ").map_or(&*message, |(message, _)| message);
    let expected = match message.strip_prefix("expected ") {
        Some(expected) => expected.into(),
        None if error.is_eof() => "the rest of the history".into(),
        None => alloc::format!("JSON ({message})"),
    };
    let mut lines = piece.split_inclusive('\n');
    let above: usize = lines.by_ref().take(error.line().saturating_sub(1)).map(str::len).sum();
    let within = lines.next().map_or(0, |line| error.column().saturating_sub(1).min(line.len()));
    HistoryError::at(text, at + above + within, expected)
}
