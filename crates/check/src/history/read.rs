//! Histories from text.

use alloc::vec::Vec;
use faultlab_core::{Access, Datum, Reply};

use super::entry::Entries;
use super::form::{Form, FormKind};
use super::{History, HistoryError, Model, Recorder, edn, etcd, json};

/// The longest text that is read at all, in bytes.
pub const HISTORY_MAX: usize = 64 << 20;

/// How a history is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// EDN as Jepsen writes it: entries, or a vector of them.
    Jepsen,
    /// The log of porcupine's etcd tests.
    Etcd,
    /// The same entries as JSON: a list, one a line, or a history that Faultlab wrote.
    Json,
}

impl Format {
    pub const ALL: [Self; 3] = [Self::Jepsen, Self::Etcd, Self::Json];

    /// Its name on the command line.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Jepsen => "jepsen",
            Self::Etcd => "etcd",
            Self::Json => "json",
        }
    }

    /// The format that a text looks like.
    pub fn of(text: &str) -> Self {
        let begin = text.trim_start();
        if begin.starts_with(|first: char| first.is_ascii_uppercase()) {
            return Self::Etcd;
        }
        // JSON quotes its names, EDN puts a colon before them.
        match begin.find(['"', ':']) {
            Some(at) if begin.as_bytes()[at] == b'"' && !begin.starts_with('#') => Self::Json,
            _ => Self::Jepsen,
        }
    }
}

/// Reads a history.
///
/// What a register holds that was never written is `initial`, or what the history says of it, or as the history spells it:
/// nil if any read found nil, else an empty text if it holds texts, else zero. In etcd's log it is nil.
///
/// # Errors
/// The first place that does not fit the format or the model.
pub fn read(text: &str, format: Format, model: Model, initial: Option<Datum>) -> Result<History, HistoryError> {
    if text.len() > HISTORY_MAX {
        return Err(HistoryError::at("", 0, alloc::format!("at most {HISTORY_MAX} bytes")));
    }
    let mut said = None;
    let mut forms = match format {
        Format::Jepsen => edn::forms(text)?,
        Format::Json => json::forms(text)?,
        Format::Etcd => {
            said = Some(Datum::Nil);
            etcd::forms(text)?
        }
    };
    if let [whole] = &mut forms[..]
        && whole.field("history").is_some()
    {
        said = check_head(text, whole)?;
        forms = entries_of(text, whole)?;
    }
    let mut entries = Entries { text, model, recorder: Recorder::default() };
    for form in &forms {
        entries.read(form)?;
    }
    let mut history = entries.recorder.history(Datum::Nil);
    history.initial = initial.or(said).unwrap_or_else(|| initial_as_spelled(&history));
    Ok(history)
}

/// The head of a history that Faultlab wrote: what a register holds at first.
fn check_head(text: &str, whole: &Form<'_>) -> Result<Option<Datum>, HistoryError> {
    if let Some(format) = whole.field("format")
        && format.datum() != Some(Datum::Number(1))
    {
        return Err(HistoryError::at(text, format.at, "the format 1; a newer Faultlab may know this one"));
    }
    let Some(initial) = whole.field("initial") else { return Ok(None) };
    let datum = initial.datum().ok_or_else(|| HistoryError::at(text, initial.at, "a number, a text or nil"))?;
    Ok(Some(datum))
}

fn entries_of<'t>(text: &str, whole: &mut Form<'t>) -> Result<Vec<Form<'t>>, HistoryError> {
    let FormKind::Table(fields) = &mut whole.kind else { return Ok(Vec::new()) };
    let Some((_, history)) = fields.iter_mut().find(|(name, _)| name == "history") else { return Ok(Vec::new()) };
    match &mut history.kind {
        FormKind::List(items) => Ok(core::mem::take(items)),
        _ => Err(HistoryError::at(text, history.at, "a list of entries")),
    }
}

fn initial_as_spelled(history: &History) -> Datum {
    let accesses = || history.operations.iter().map(|operation| &operation.accessed);
    if accesses().any(|accessed| accessed.reply == Some(Reply::Holds(Datum::Nil))) {
        return Datum::Nil;
    }
    let is_text = |datum: &Datum| matches!(datum, Datum::Text(_));
    let texts = accesses().any(|accessed| match &accessed.access {
        Access::Read => matches!(&accessed.reply, Some(Reply::Holds(found)) if is_text(found)),
        Access::Write(value) => is_text(value),
        Access::Cas { old, new } => is_text(old) || is_text(new),
        Access::Append(_) => true,
        Access::Add(_) => false,
    });
    if texts { Datum::Text("".into()) } else { Datum::Number(0) }
}
