//! EDN and what else Clojure prints, read into [`Form`]s.
//!
//! The reader is our own: the crates there are refuse what Jepsen writes (`##Inf`, `1N`, `#"a+b"`), or do not tell places.
//! Values that no operation needs are read as far as their end and skipped.

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;

use faultlab_core::Expected;

use super::HistoryError;
use super::form::{DEPTH_MAX, Form, FormKind, repeated};
use super::token::{Token, TokenKind, Tokens};

const REST: &str = "rest";
const OTHER_BRACKET: &str = "bracket";

/// All values at the top of the text; of a list or vector, what is in it.
pub(super) fn forms(text: &str) -> Result<Vec<Form<'_>>, HistoryError> {
    let mut reader = Reader { tokens: Tokens::new(text, 0, text.len()) };
    let mut forms = Vec::new();
    loop {
        let token = reader.tokens.next()?;
        match token.kind {
            TokenKind::End => return Ok(forms),
            TokenKind::Discard => reader.skip()?,
            _ => match reader.form(token, DEPTH_MAX)? {
                Form { kind: FormKind::List(items), .. } => forms.extend(items),
                form => forms.push(form),
            },
        }
    }
}

/// The values in a part of the text, one after the other.
pub(super) struct Reader<'t> {
    tokens: Tokens<'t>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, from: usize, end: usize) -> Self {
        Self { tokens: Tokens::new(text, from, end) }
    }

    /// The next value.
    pub(super) fn next(&mut self) -> Result<Form<'t>, HistoryError> {
        let token = self.tokens.next()?;
        self.form(token, DEPTH_MAX)
    }

    /// Where the next value begins at the earliest.
    pub(super) fn at(&self) -> usize {
        self.tokens.at()
    }

    fn misfit<T>(&self, at: usize, expected: impl Into<Expected>) -> Result<T, HistoryError> {
        Err(self.tokens.misfit(at, expected))
    }

    /// The value that begins with this token.
    fn form(&mut self, first: Token<'t>, depth: usize) -> Result<Form<'t>, HistoryError> {
        let (at, mut token, mut tag) = (first.at, first, None);
        loop {
            match token.kind {
                TokenKind::End => return self.misfit(token.at, REST),
                TokenKind::Close(_) => return self.misfit(token.at, "value"),
                TokenKind::Discard | TokenKind::Meta => self.skip()?,
                TokenKind::Tag(name) => tag = Some(name),
                TokenKind::Atom(kind) => {
                    // A tagged text or number is another value than the text or the number.
                    let kind = if tag.is_some() { FormKind::Other(self.tokens.since(at)) } else { kind };
                    return Ok(Form { at, kind });
                }
                TokenKind::Open(_) if depth == 0 => {
                    self.tokens.go_to(token.at);
                    self.skip()?;
                    return Ok(Form { at, kind: FormKind::Other(self.tokens.since(at)) });
                }
                TokenKind::Open(open) => {
                    let kind = self.collection(open, at, tag, depth - 1)?;
                    return Ok(Form { at, kind });
                }
            }
            token = self.tokens.next()?;
        }
    }

    fn collection(
        &mut self,
        open: u8,
        at: usize,
        tag: Option<&str>,
        depth: usize,
    ) -> Result<FormKind<'t>, HistoryError> {
        let (items, end) = self.items(open, depth)?;
        match open {
            b'(' | b'[' => Ok(FormKind::List(items)),
            b'{' => {
                if items.len() % 2 == 1 {
                    return self.misfit(end, "map_value");
                }
                let (mut fields, mut items) = (Vec::with_capacity(items.len() / 2), items.into_iter());
                while let (Some(key), Some(value)) = (items.next(), items.next()) {
                    fields.push((qualified(key, tag), value));
                }
                match repeated(&fields) {
                    Some(key) => self.misfit(key.at, "new_map_key"),
                    None => Ok(FormKind::Table(fields)),
                }
            }
            _ => Ok(FormKind::Other(self.tokens.since(at))),
        }
    }

    /// What is between two brackets, and where the second is.
    fn items(&mut self, open: u8, depth: usize) -> Result<(Vec<Form<'t>>, usize), HistoryError> {
        let mut items = Vec::new();
        loop {
            let token = self.tokens.next()?;
            match token.kind {
                TokenKind::Close(close) if close == closing(open) => return Ok((items, token.at)),
                TokenKind::Close(_) => return self.misfit(token.at, OTHER_BRACKET),
                TokenKind::Discard => self.skip()?,
                _ => items.push(self.form(token, depth)?),
            }
        }
    }

    /// Skips the next value, however deep it is nested.
    fn skip(&mut self) -> Result<(), HistoryError> {
        let (mut missing, mut open): (usize, Vec<u8>) = (1, Vec::new());
        while missing > 0 {
            let token = self.tokens.next()?;
            match token.kind {
                TokenKind::End => return self.misfit(token.at, REST),
                TokenKind::Open(bracket) => open.push(bracket),
                TokenKind::Close(close) => match open.pop() {
                    Some(bracket) if closing(bracket) == close => missing -= usize::from(open.is_empty()),
                    _ => return self.misfit(token.at, OTHER_BRACKET),
                },
                // One more value belongs to it.
                TokenKind::Discard | TokenKind::Meta => missing += usize::from(open.is_empty()),
                TokenKind::Tag(_) => {}
                TokenKind::Atom(_) => missing -= usize::from(open.is_empty()),
            }
        }
        Ok(())
    }
}

/// `#{` is told from `{` by its first byte.
fn closing(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}

/// A key of `#:name{…}` has the name before it.
fn qualified<'t>(mut key: Form<'t>, tag: Option<&str>) -> Form<'t> {
    if let (FormKind::Keyword(word), Some(name)) = (&mut key.kind, tag.and_then(|tag| tag.strip_prefix(':')))
        && !word.contains('/')
    {
        *word = Cow::Owned(format!("{name}/{word}"));
    }
    key
}
