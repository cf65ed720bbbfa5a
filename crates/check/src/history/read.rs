//! Histories from text.

use alloc::vec::Vec;
use faultlab_core::{Datum, Expected, Quantity};

use super::entry::Entries;
use super::form::{Form, FormKind};
use super::{Format, History, HistoryError, Model, edn, json, lines};

/// The longest text that is read at all, in bytes.
pub const HISTORY_MAX: usize = 64 << 20;

/// Reads a history in a format, or, if none is given, in the first that fits.
///
/// What a register holds that was never written is `initial`, or what the history says of it, or unknown.
///
/// # Errors
/// The first place that does not fit the format or the model. If no format fits, of the format that the text looks like.
pub fn read(text: &str, format: Option<Format>, model: Model, initial: Option<Datum>) -> Result<History, HistoryError> {
    if text.len() > HISTORY_MAX {
        return Err(HistoryError::at("", 0, Expected::AtMost { what: Quantity::Bytes, most: HISTORY_MAX as u64 }));
    }
    // The mark that some editors put in front of everything.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let as_given = |format| read_as(text, format, model, initial.clone());
    match format {
        Some(format) => as_given(format),
        None => {
            let likely = Format::likely(text);
            let others = || Format::ALL.into_iter().filter(|format| *format != likely);
            as_given(likely).or_else(|error| others().find_map(|format| as_given(format).ok()).ok_or(error))
        }
    }
}

fn read_as(text: &str, format: Format, model: Model, initial: Option<Datum>) -> Result<History, HistoryError> {
    let mut forms = match format {
        Format::Jepsen => edn::forms(text)?,
        Format::JepsenText => lines::columns(text)?,
        Format::Etcd => lines::log(text)?,
        Format::Json => json::forms(text)?,
    };
    let mut said = None;
    if let [whole] = &mut forms[..]
        && whole.field("history").is_some()
    {
        said = check_head(text, whole)?;
        forms = entries_of(text, whole)?;
    }
    let mut entries = Entries::new(text, model, initial.or(said));
    for form in &forms {
        entries.read(form)?;
    }
    entries.history()
}

/// A value as it is written in a history; what is none there is a text.
pub fn read_datum(text: &str) -> Datum {
    let mut reader = edn::Reader::new(text, 0, text.len());
    let read = reader.next().ok().filter(|_| text[reader.at()..].trim().is_empty());
    read.and_then(|form| form.datum()).unwrap_or_else(|| Datum::Text(text.into()))
}

/// The head of a history that Faultlab wrote: what a register holds at first, if that is known.
fn check_head(text: &str, whole: &Form<'_>) -> Result<Option<Datum>, HistoryError> {
    if let Some(format) = whole.field("format")
        && format.datum() != Some(Datum::Number(1))
    {
        return Err(HistoryError::at(text, format.at, Expected::Format(1)));
    }
    let Some(initial) = whole.field("initial") else { return Ok(None) };
    let datum = initial.datum().ok_or_else(|| HistoryError::at(text, initial.at, "initial"))?;
    Ok(Some(datum))
}

fn entries_of<'t>(text: &str, whole: &mut Form<'t>) -> Result<Vec<Form<'t>>, HistoryError> {
    let FormKind::Table(fields) = &mut whole.kind else { return Ok(Vec::new()) };
    let is_history = |key: &Form<'_>| key.word() == Some("history");
    let Some((_, history)) = fields.iter_mut().find(|(key, _)| is_history(key)) else { return Ok(Vec::new()) };
    match &mut history.kind {
        FormKind::List(items) => Ok(core::mem::take(items)),
        _ => Err(HistoryError::at(text, history.at, "entries")),
    }
}
