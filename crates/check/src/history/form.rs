//! What EDN and JSON have in common, as far as histories need it, with the place of every piece.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use faultlab_core::Datum;

/// Deeper nesting is not looked into: no history has any.
pub(super) const DEPTH_MAX: usize = 6;

/// A piece of a text.
#[derive(Clone, Debug)]
pub(super) struct Form<'t> {
    /// The byte it begins at.
    pub(super) at: usize,
    pub(super) kind: FormKind<'t>,
}

#[derive(Clone, Debug)]
pub(super) enum FormKind<'t> {
    Nil,
    Number(i64),
    /// A keyword, a symbol or a string.
    Word(Cow<'t, str>),
    List(Vec<Form<'t>>),
    Table(Vec<(Cow<'t, str>, Form<'t>)>),
    Other,
}

impl Form<'_> {
    /// The value under a name of a table.
    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        let FormKind::Table(fields) = &self.kind else { return None };
        fields.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    pub(super) fn word(&self) -> Option<&str> {
        if let FormKind::Word(word) = &self.kind { Some(word) } else { None }
    }

    pub(super) fn datum(&self) -> Option<Datum> {
        match &self.kind {
            FormKind::Nil => Some(Datum::Nil),
            FormKind::Number(number) => Some(Datum::Number(*number)),
            FormKind::Word(word) => Some(Datum::Text((&**word).into())),
            FormKind::List(_) | FormKind::Table(_) | FormKind::Other => None,
        }
    }

    /// The two pieces of a list of two.
    pub(super) fn pair(&self) -> Option<[&Self; 2]> {
        let FormKind::List(items) = &self.kind else { return None };
        if let [first, second] = &items[..] { Some([first, second]) } else { None }
    }

    pub(super) fn is_nil(&self) -> bool {
        matches!(self.kind, FormKind::Nil)
    }
}
