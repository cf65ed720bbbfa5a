//! Histories with an entry on each line: Jepsen's `history.txt`, `0  :invoke  :write  3` with tabs between, and the log of
//! porcupine's etcd tests, `INFO  jepsen.util - 0  :invoke  :write  3`.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use faultlab_core::Expected;

use super::HistoryError;
use super::edn::Reader;
use super::form::{Form, FormKind};

const LEVELS: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const LOGGER: &str = "jepsen.util";

/// One line of a text.
#[derive(Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    at: usize,
    end: usize,
}

impl<'t> Line<'t> {
    fn all(text: &'t str) -> impl Iterator<Item = Self> {
        let mut next = 0;
        text.split_inclusive('\n').map(move |line| {
            let at = next;
            next += line.len();
            Line { text, at, end: at + line.trim_end().len() }
        })
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..self.end]
    }

    /// The next word and its place; empty at the end of the line.
    fn word(&mut self) -> (usize, &'t str) {
        let rest = self.rest();
        let begin = rest.len() - rest.trim_start().len();
        let word = rest[begin..].split(char::is_whitespace).next().unwrap_or_default();
        let at = self.at + begin;
        self.at = at + word.len();
        (at, word)
    }

    fn misfit<T>(&self, at: usize, expected: impl Into<Expected>) -> Result<T, HistoryError> {
        Err(HistoryError::at(self.text, at, expected))
    }

    /// Process, type, function and value of an entry; behind a tab there may be an error in any words.
    fn entry(&self) -> Result<Form<'t>, HistoryError> {
        let mut reader = Reader::new(self.text, self.at, self.end);
        let mut fields = Vec::new();
        for (name, expected) in [
            ("process", "column_process"),
            ("type", "column_type"),
            ("f", "column_function"),
            ("value", "column_value"),
        ] {
            if self.text[reader.at()..self.end].trim().is_empty() {
                return self.misfit(self.end, expected);
            }
            let value = reader.next()?;
            let name = Form { at: value.at, kind: FormKind::Keyword(Cow::Borrowed(name)) };
            fields.push((name, value));
        }
        let rest = &self.text[reader.at()..self.end];
        if !rest.is_empty() && !rest.starts_with('\t') {
            return self.misfit(self.end - rest.trim_start().len(), "line_end");
        }
        Ok(Form { at: self.at, kind: FormKind::Table(fields) })
    }
}

/// The entries of a `history.txt`.
pub(super) fn columns(text: &str) -> Result<Vec<Form<'_>>, HistoryError> {
    let mut forms = Vec::new();
    for line in Line::all(text) {
        // The words of an error may go on on lines of their own.
        let goes_on = !forms.is_empty() && !line.rest().contains('\t');
        if !(line.rest().is_empty() || goes_on) {
            forms.push(line.entry()?);
        }
    }
    Ok(forms)
}

/// The entries in a log.
pub(super) fn log(text: &str) -> Result<Vec<Form<'_>>, HistoryError> {
    let mut forms = Vec::new();
    for line in Line::all(text).filter(|line| !line.rest().is_empty()) {
        forms.extend(logged(line)?);
    }
    Ok(forms)
}

/// The entry of one line of a log; none if the line is about something else.
fn logged(mut line: Line<'_>) -> Result<Option<Form<'_>>, HistoryError> {
    let (begin, level) = line.word();
    if !LEVELS.contains(&level) {
        return line.misfit(begin, "log_line");
    }
    let (_, logger) = line.word();
    let (dash_at, dash) = line.word();
    if dash != "-" {
        return line.misfit(dash_at, "dash");
    }
    if logger == LOGGER { line.entry().map(Some) } else { Ok(None) }
}
