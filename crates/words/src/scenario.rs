//! What is wrong with a scenario, in words: the place, what was found there, and what was expected.

use alloc::string::String;
use core::marker::PhantomData;

use faultlab_core::{Expected, Found, Kind, Names, Part, Place, Quantity, ScenarioError, Slug, Takes};

use crate::say::{En, Language, Say, Zh, finished, list};
use crate::{Lang, Sentence};

/// What the protocol's catalogue says of its own expectations, by their slugs.
pub type Own<'a> = &'a dyn Fn(Lang, &str) -> Option<&'static str>;

/// Who tells of errors in a language.
pub(crate) struct Teller<'a, L> {
    own: Own<'a>,
    lang: Lang,
    language: PhantomData<L>,
}

impl<'a, L> Teller<'a, L> {
    pub(crate) fn new(lang: Lang, own: Own<'a>) -> Self {
        Self { own, lang, language: PhantomData }
    }

    /// Where nothing is said that a protocol has words of its own for.
    pub(crate) fn of_no_protocol(lang: Lang) -> Self {
        Self::new(lang, &|_, _| None)
    }

    pub(crate) fn finished(&self, sentence: Sentence) -> Sentence
    where
        L: Language,
    {
        finished::<L>(sentence)
    }
}

include!(concat!(env!("OUT_DIR"), "/scenario.rs"));

/// The sentence for people. `own` has the words of the protocol that the scenario is of.
pub fn misfit(lang: Lang, error: &ScenarioError, own: Own<'_>) -> String {
    match lang {
        Lang::En => misfit_en(error, own),
        Lang::Zh => misfit_zh(error, own),
    }
}

/// The sentence in English.
pub(crate) fn misfit_en(error: &ScenarioError, own: Own<'_>) -> String {
    said(error, &Teller::<En>::new(Lang::En, own))
}

/// The sentence in Simplified Chinese.
pub(crate) fn misfit_zh(error: &ScenarioError, own: Own<'_>) -> String {
    said(error, &Teller::<Zh>::new(Lang::Zh, own))
}

/// A sentence whose placeholders are filled.
pub(crate) fn said<'a, L: Language, T: Say<Teller<'a, L>>>(error: &T, teller: &Teller<'a, L>) -> String {
    let mut text = String::new();
    error.say(teller, &mut text);
    L::finish(&mut text);
    text
}

/// What the protocol calls it; its slug if it has no word for it.
fn own<'a, L>(teller: &Teller<'a, L>, slug: &'a Slug) -> &'a str {
    (teller.own)(teller.lang, slug).unwrap_or(slug)
}

/// Words of the text, all of them.
pub(crate) struct All<'a>(&'a [Slug]);

pub(crate) fn all(words: &[Slug]) -> All<'_> {
    All(words)
}

impl<S> Say<S> for All<'_> {
    fn say(&self, speaker: &S, out: &mut String) {
        list(self.0.iter(), [", "; 2], speaker, out);
    }
}

/// Words of the text, one of which belongs here.
struct Either<'a>(&'a [Slug]);

fn either(words: &[Slug]) -> Either<'_> {
    Either(words)
}

impl<L: Language> Say<Teller<'_, L>> for Either<'_> {
    fn say(&self, speaker: &Teller<'_, L>, out: &mut String) {
        list(self.0.iter(), [", ", L::OR], speaker, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_WORDS: Own<'_> = &|_, _| None;

    fn both(expected: Expected) -> [String; 2] {
        let error = ScenarioError::at("schedule[0]", "n9", expected);
        Lang::ALL.map(|lang| misfit(lang, &error, NO_WORDS))
    }

    #[test]
    fn the_place_and_the_cause_are_told() {
        let mut wrong = ScenarioError::at("schedule[0]", "n9", Expected::NodeUpTo(5));
        (wrong.place.line, wrong.place.column) = (2, 9);
        assert_eq!(
            misfit(Lang::En, &wrong, NO_WORDS),
            "schedule[0], line 2, column 9: expected a node from n1 to n5, found “n9”."
        );
        assert_eq!(
            misfit(Lang::Zh, &wrong, NO_WORDS),
            "schedule[0]，第 2 行，第 9 列：应为 n1 到 n5 之间的节点，却是“n9”。"
        );
        let nowhere = ScenarioError::at("", "", Expected::EndOf(Part::Step));
        assert_eq!(misfit(Lang::En, &nowhere, NO_WORDS), "expected the end of the step, found nothing.");
    }

    #[test]
    fn lists_and_near_misses_keep_their_names() {
        let [en, zh] = both(Expected::listed(Kind::Act, ["crash", "cut"]));
        assert_eq!(en, "schedule[0]: expected an act: crash, cut, found “n9”.");
        assert_eq!(zh, "schedule[0]：应为动作：crash, cut，却是“n9”。");
        let rule = |names| both(Expected::Name { kind: Kind::Rule, names })[1].clone();
        assert!(rule(Names::BySlug("persist_vote".into())).contains("规则（标识为 persist_vote）"));
        assert!(rule(Names::Near("persist_vote".into())).contains("规则；也许是 persist_vote"));
        assert!(rule(Names::None).contains("规则，但一个也没有"));
        assert!(rule(Names::Listed { names: ["a".into()].into(), more: true }).contains("规则：a, …"));
        let takes = Takes::Range { min: "1ms".into(), max: "1s".into() };
        assert!(both(Expected::Field { slug: "election_min".into(), takes })[1].contains("election_min，1ms 到 1s"));
        assert!(both(Expected::one_of(&["put", "get", "join"]))[1].contains("应为 put, get 或 join，"));
        assert!(both(Expected::Groups)[0].contains("such as n1 n2 | n3 n4 n5"));
    }

    #[test]
    fn a_protocol_says_itself_what_it_expects() {
        let error = ScenarioError::at("", "7", "key");
        assert_eq!(
            misfit(Lang::En, &error, &|_, slug| (slug == "key").then_some("a key such as x")),
            "expected a key such as x, found “7”."
        );
    }
}
