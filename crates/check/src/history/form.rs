//! What EDN and JSON have in common, as far as histories need it, with the place of every value.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;
use core::cmp::Ordering;
use faultlab_core::Datum;

/// Deeper nesting is skipped: no operation has any.
pub(super) const DEPTH_MAX: usize = 6;

/// A value in a text.
#[derive(Clone, Debug)]
pub(super) struct Form<'t> {
    /// The byte it begins at.
    pub(super) at: usize,
    pub(super) kind: FormKind<'t>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum FormKind<'t> {
    Nil,
    Number(i64),
    /// A keyword of EDN, without its colon, or the name of a field in JSON.
    Keyword(Cow<'t, str>),
    /// A string, or a symbol such as `true`.
    Text(Cow<'t, str>),
    List(Vec<Form<'t>>),
    Table(Vec<(Form<'t>, Form<'t>)>),
    /// Any other value, as it is written.
    Other(&'t str),
}

/// Two values are equal wherever they stand.
impl PartialEq for Form<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Form<'_> {}

impl PartialOrd for Form<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Form<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.kind.cmp(&other.kind)
    }
}

impl Form<'_> {
    /// The value under a name of a table.
    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        let FormKind::Table(fields) = &self.kind else { return None };
        let is_named = |key: &Self| matches!(&key.kind, FormKind::Keyword(key) if key == name);
        fields.iter().find(|(key, _)| is_named(key)).map(|(_, value)| value)
    }

    /// A keyword or a text: JSON writes all names as texts.
    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            FormKind::Keyword(word) | FormKind::Text(word) => Some(word),
            _ => None,
        }
    }

    /// What a register can hold. A keyword keeps its colon, so that it is another value than the text.
    pub(super) fn datum(&self) -> Option<Datum> {
        match &self.kind {
            FormKind::Nil => Some(Datum::Nil),
            FormKind::Number(number) => Some(Datum::Number(*number)),
            FormKind::Keyword(word) => Some(Datum::Text(format!(":{word}").into())),
            FormKind::Text(text) => Some(Datum::Text((&**text).into())),
            FormKind::List(_) | FormKind::Table(_) | FormKind::Other(_) => None,
        }
    }

    /// The two values of a list of two.
    pub(super) fn pair(&self) -> Option<[&Self; 2]> {
        let FormKind::List(items) = &self.kind else { return None };
        if let [first, second] = &items[..] { Some([first, second]) } else { None }
    }

    pub(super) fn is_nil(&self) -> bool {
        matches!(self.kind, FormKind::Nil)
    }
}

/// The key of a table that stands in it a second time.
pub(super) fn repeated<'f, 't>(fields: &'f [(Form<'t>, Form<'t>)]) -> Option<&'f Form<'t>> {
    let mut keys = BTreeSet::new();
    fields.iter().map(|(key, _)| key).find(|key| !keys.insert(*key))
}
