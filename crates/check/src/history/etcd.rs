//! The log of porcupine's etcd tests: `INFO  jepsen.util - 0 :invoke :write 3`, one register, never written at first.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::HistoryError;
use super::form::{Form, FormKind};

const LEVELS: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const LOGGER: &str = "jepsen.util";

/// One piece for each line of the log that tells of an operation.
pub(super) fn forms(text: &str) -> Result<Vec<Form<'_>>, HistoryError> {
    let mut forms = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mut words = Words { text, at, end: at + line.len() };
        if !words.rest().trim().is_empty() {
            forms.extend(entry(&mut words)?);
        }
        at += line.len();
    }
    Ok(forms)
}

/// The words of one line, with their places.
struct Words<'t> {
    text: &'t str,
    at: usize,
    end: usize,
}

impl<'t> Words<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..self.end]
    }

    /// The next word and its place; empty at the end of the line.
    fn next(&mut self) -> (usize, &'t str) {
        let rest = self.rest();
        let begin = rest.len() - rest.trim_start().len();
        let word = rest[begin..].split(char::is_whitespace).next().unwrap_or_default();
        let at = self.at + begin;
        self.at = at + word.len();
        (at, word)
    }

    fn misfit<T>(&self, at: usize, expected: &str) -> Result<T, HistoryError> {
        // What is missing at the end of a line is not found on the next.
        let at = at.min(self.text[..self.end].trim_end().len());
        Err(HistoryError::at(self.text, at, expected))
    }
}

/// The entry of one line; none if the line is about something else.
fn entry<'t>(words: &mut Words<'t>) -> Result<Option<Form<'t>>, HistoryError> {
    let (begin, level) = words.next();
    if !LEVELS.contains(&level) {
        return words.misfit(begin, "a line of the log, INFO  jepsen.util - …");
    }
    let (_, logger) = words.next();
    let (dash_at, dash) = words.next();
    if dash != "-" {
        return words.misfit(dash_at, "a dash behind the logger's name");
    }
    if logger != LOGGER {
        return Ok(None);
    }
    let (process_at, process) = words.next();
    if process.starts_with(':') {
        return Ok(None);
    }
    let Ok(number) = process.parse::<u32>() else {
        return words.misfit(process_at, "the number of a process");
    };
    let mut fields: Vec<(Cow<'t, str>, Form<'t>)> = Vec::new();
    let process = Form { at: process_at, kind: FormKind::Number(i64::from(number)) };
    fields.push((Cow::Borrowed("process"), process));
    for (name, expected) in [("type", ":invoke, :ok, :fail or :info"), ("f", ":read, :write or :cas")] {
        let (at, word) = words.next();
        let Some(word) = word.strip_prefix(':') else { return words.misfit(at, expected) };
        fields.push((Cow::Borrowed(name), Form { at, kind: FormKind::Word(Cow::Borrowed(word)) }));
    }
    fields.push((Cow::Borrowed("value"), value(words)?));
    let (at, rest) = words.next();
    if !rest.is_empty() {
        return words.misfit(at, "the end of the line");
    }
    Ok(Some(Form { at: begin, kind: FormKind::Table(fields) }))
}

/// `nil`, `3`, `[3 0]` or `:timed-out`.
fn value<'t>(words: &mut Words<'t>) -> Result<Form<'t>, HistoryError> {
    const EXPECTED: &str = "nil, a number or [old new]";
    let (at, word) = words.next();
    let number = |words: &Words<'t>, at: usize, word: &str| match word.parse() {
        Ok(number) => Ok(Form { at, kind: FormKind::Number(number) }),
        Err(_) => words.misfit(at, EXPECTED),
    };
    if word == "nil" {
        return Ok(Form { at, kind: FormKind::Nil });
    }
    if let Some(reason) = word.strip_prefix(':') {
        return Ok(Form { at, kind: FormKind::Word(Cow::Borrowed(reason)) });
    }
    let Some(old) = word.strip_prefix('[') else { return number(words, at, word) };
    let old = number(words, at + 1, old)?;
    let (new_at, new) = words.next();
    let Some(new) = new.strip_suffix(']') else { return words.misfit(new_at, "the new value and a bracket, 0]") };
    let new = number(words, new_at, new)?;
    Ok(Form { at, kind: FormKind::List(alloc::vec![old, new]) })
}
