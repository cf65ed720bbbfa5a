//! How values become text in a language: what the catalogues' placeholders stand on.
//!
//! A catalogue says what a protocol's own values are called. Numbers, keys, sets of nodes and the like are said here, once for
//! all. What a language wants of every text (a capital at the beginning, spaces between scripts) is done in one place,
//! [`Language::finish`], after the placeholders are filled.

use crate::Sentence;
use alloc::string::String;
use core::fmt::{Display, Write};
use core::marker::PhantomData;
use faultlab_core::kit::NodeSet;
use faultlab_core::{ClientId, NodeId, Protocol, RequestId, Setup, Span, Time};

/// A language as a type, so that a part of the page that speaks one carries no other.
pub trait Language: 'static {
    /// Between the parts of a list, and before its last part.
    const COMMA: &'static str;
    const AND: &'static str;
    /// Before the last of alternatives.
    const OR: &'static str;
    /// Between clauses in a list.
    const CLAUSE: &'static str;

    /// Puts right what depends on what the placeholders became.
    fn finish(text: &mut String);

    /// Puts right the beginning of a sentence.
    fn begin(text: &mut String);

    /// Puts right a name that stands alone.
    fn alone(text: &mut String);
}

/// English.
#[derive(Clone, Copy, Debug)]
pub struct En;

/// Simplified Chinese.
#[derive(Clone, Copy, Debug)]
pub struct Zh;

impl Language for En {
    const COMMA: &'static str = ", ";
    const AND: &'static str = " and ";
    const OR: &'static str = " or ";
    const CLAUSE: &'static str = ", ";

    fn finish(text: &mut String) {
        if text.ends_with("?.") {
            text.pop();
        }
    }

    fn begin(text: &mut String) {
        // A key such as k7 keeps its letter.
        let mut letters = text.chars();
        if let (Some(first), second) = (letters.next(), letters.next())
            && first.is_ascii_lowercase()
            && !second.is_some_and(|second| second.is_ascii_digit())
        {
            text.replace_range(..1, first.to_ascii_uppercase().encode_utf8(&mut [0; 4]));
        }
    }

    fn alone(text: &mut String) {
        if text.starts_with("the ") {
            text.replace_range(..4, "");
        }
        Self::begin(text);
    }
}

impl Language for Zh {
    const COMMA: &'static str = "、";
    const AND: &'static str = "和";
    const OR: &'static str = " 或 ";
    const CLAUSE: &'static str = "，";

    fn finish(text: &mut String) {
        *text = spaced(text);
        if text.ends_with("？。") {
            text.pop();
        }
    }

    fn begin(_text: &mut String) {}

    fn alone(_text: &mut String) {}
}

/// A text in Chinese whose placeholders are filled: what the tables that are no catalogue pass theirs through.
pub(crate) fn zh(mut text: String) -> String {
    Zh::finish(&mut text);
    text
}

/// A sentence whose placeholders are filled.
pub(crate) fn finished<L: Language>(mut sentence: Sentence) -> Sentence {
    L::finish(&mut sentence.head);
    L::finish(&mut sentence.rest);
    sentence
}

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

/// A Chinese letter or a full-width mark: no space stands between two of these.
fn is_wide(letter: char) -> bool {
    is_han(letter) || matches!(letter, '，' | '。' | '：' | '；' | '？' | '！' | '、' | '（' | '）' | '“' | '”')
}

/// One space between Chinese and Latin letters or digits, none between two Chinese letters or at a full-width mark.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let last = out.chars().next_back();
        if letter == ' ' {
            let next = letters.peek().copied();
            let between = last.is_some_and(is_wide) && next.is_none_or(is_wide)
                || last.is_some_and(|last| is_wide(last) && !is_han(last))
                || next.is_some_and(|next| is_wide(next) && !is_han(next));
            if !between {
                out.push(' ');
            }
            continue;
        }
        let is_latin = |letter: char| letter.is_ascii_alphanumeric();
        let joint = last
            .is_some_and(|last| is_han(last) && is_latin(letter) || (is_latin(last) || last == '%') && is_han(letter));
        if joint {
            out.push(' ');
        }
        out.push(letter);
    }
    out
}

/// Whatever speaks a language.
pub trait Outlet {
    fn finish(text: &mut String);
}

impl<L: Language, P: Protocol> Outlet for Speaker<'_, L, P> {
    fn finish(text: &mut String) {
        L::finish(text);
    }
}

/// Who says the values of a protocol in a language.
#[derive(Debug)]
pub struct Speaker<'a, L, P: Protocol> {
    pub setup: &'a Setup<P>,
    language: PhantomData<L>,
}

impl<'a, L: Language, P: Protocol> Speaker<'a, L, P> {
    pub fn new(setup: &'a Setup<P>) -> Self {
        Self { setup, language: PhantomData }
    }

    /// Whether a rule is in force.
    pub fn on(&self, rule: P::Rule) -> bool {
        self.setup.on(rule)
    }

    /// A value in words.
    pub fn text<T: Say<Self> + ?Sized>(&self, value: &T) -> String {
        let mut out = String::new();
        value.say(self, &mut out);
        L::finish(&mut out);
        out
    }

    /// A value as a name that stands alone.
    pub fn name<T: Say<Self>>(&self, value: &T) -> String {
        let mut out = self.text(value);
        L::alone(&mut out);
        out
    }

    /// A sentence whose placeholders are filled.
    pub fn finished(&self, sentence: Sentence) -> Sentence {
        let mut sentence = finished::<L>(sentence);
        L::begin(&mut sentence.head);
        sentence
    }
}

/// Who says numbers and texts where no protocol is at hand.
#[derive(Debug)]
pub struct Bare<L>(PhantomData<L>);

impl<L: Language> Bare<L> {
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<L: Language> Default for Bare<L> {
    fn default() -> Self {
        Self::new()
    }
}

/// What can be said by `S`: written in its language behind what stands already.
pub trait Say<S> {
    fn say(&self, speaker: &S, out: &mut String);
}

impl<S, T: Say<S> + ?Sized> Say<S> for &T {
    fn say(&self, speaker: &S, out: &mut String) {
        (**self).say(speaker, out);
    }
}

impl<S, T: Say<S>> Say<S> for faultlab_core::kit::Shared<T> {
    fn say(&self, speaker: &S, out: &mut String) {
        (**self).say(speaker, out);
    }
}

/// Types that read the same in every language.
macro_rules! as_displayed {
    ($($kind:ty),*) => {$(
        impl<S> Say<S> for $kind {
            fn say(&self, _speaker: &S, out: &mut String) {
                display(&self, out);
            }
        }
    )*};
}

/// One function for all speakers, so that each type that reads the same everywhere costs a part of the page a call only.
pub(crate) fn display(value: &dyn Display, out: &mut String) {
    // A string takes all text.
    let _ = write!(out, "{value}");
}

impl<S> Say<S> for faultlab_core::Slug {
    fn say(&self, speaker: &S, out: &mut String) {
        str::say(self, speaker, out);
    }
}

as_displayed!(char, u8, u16, u32, u64, usize, i32, i64, str, String, RequestId, ClientId, Span, Time);

/// A node as a letter: `A` to `Z`, then `A2` and so on.
pub(crate) fn letter(node: NodeId) -> String {
    let letter = char::from(b'A' + node.0 % 26);
    match node.0 / 26 {
        0 => String::from(letter),
        round => alloc::format!("{letter}{}", round + 1),
    }
}

/// Nodes in a list: `A, B, C`, and a dash for none.
impl<L: Language, P: Protocol> Say<Speaker<'_, L, P>> for NodeSet
where
    for<'a> NodeId: Say<Speaker<'a, L, P>>,
{
    fn say(&self, speaker: &Speaker<'_, L, P>, out: &mut String) {
        list(self.iter(), [L::COMMA; 2], speaker, out);
    }
}

/// Nodes in a list that ends in “and”: `A, B and C`.
#[derive(Clone, Copy, Debug)]
pub struct Together(pub NodeSet);

impl<L: Language, P: Protocol> Say<Speaker<'_, L, P>> for Together
where
    for<'a> NodeId: Say<Speaker<'a, L, P>>,
{
    fn say(&self, speaker: &Speaker<'_, L, P>, out: &mut String) {
        list(self.0.iter(), [L::COMMA, L::AND], speaker, out);
    }
}

/// Values in a list, with what stands between them and before the last; a dash for none.
pub fn list<S, T: Say<S>>(values: impl Iterator<Item = T>, [between, last]: [&str; 2], speaker: &S, out: &mut String) {
    let mut values = values.peekable();
    if values.peek().is_none() {
        out.push('–');
    }
    let mut is_first = true;
    while let Some(value) = values.next() {
        if !is_first {
            out.push_str(if values.peek().is_none() { last } else { between });
        }
        value.say(speaker, out);
        is_first = false;
    }
}

/// Values side by side, as the inspector shows them; a dash for none.
pub fn side_by_side<S: Outlet, T: Say<S>>(values: impl Iterator<Item = T>, speaker: &S) -> String {
    let mut out = String::new();
    list(values, [" · "; 2], speaker, &mut out);
    S::finish(&mut out);
    out
}

/// What a text may choose its number by.
pub trait Count {
    fn count(&self) -> u64;
}

impl<T: Count + ?Sized> Count for &T {
    fn count(&self) -> u64 {
        (**self).count()
    }
}

macro_rules! counts {
    ($($kind:ty),*) => {$(
        impl Count for $kind {
            fn count(&self) -> u64 {
                *self as u64
            }
        }
    )*};
}

counts!(u8, u16, u32, u64, usize, bool);

#[cfg(test)]
mod tests {
    use super::*;

    fn finished<L: Language>(text: &str) -> String {
        let mut text = String::from(text);
        L::finish(&mut text);
        L::begin(&mut text);
        text
    }

    #[test]
    fn chinese_has_a_space_at_every_change_of_script_and_no_other() {
        assert_eq!(finished::<Zh>("让 协调者 崩溃"), "让协调者崩溃");
        assert_eq!(finished::<Zh>("客户端1发出请求"), "客户端 1 发出请求");
        assert_eq!(finished::<Zh>("应为n1到n5之间"), "应为 n1 到 n5 之间");
        assert_eq!(finished::<Zh>("违反了 AC1 。"), "违反了 AC1。");
        assert_eq!(finished::<Zh>("T1 准备？。"), "T1 准备？");
        assert_eq!(finished::<Zh>("20%的消息"), "20% 的消息");
    }

    #[test]
    fn a_name_in_a_text_of_the_page_stands_as_its_script_wants() {
        let page = crate::page::page_words(crate::Lang::Zh);
        assert_eq!((page.caption.crash)("协调者"), "让协调者崩溃");
        assert_eq!((page.caption.crash)("银行 A"), "让银行 A 崩溃");
        assert_eq!((page.inspector.packet)("客户端 1", "协调者"), "客户端 1 到协调者");
    }

    #[test]
    fn english_begins_with_a_capital_and_ends_with_one_mark() {
        assert_eq!(finished::<En>("the coordinator asks"), "The coordinator asks");
        assert_eq!(finished::<En>("k7 has no copy"), "k7 has no copy");
        assert_eq!(finished::<En>("A asks: T1 prepare?."), "A asks: T1 prepare?");
        assert_eq!(finished::<En>(""), "");
    }
}
