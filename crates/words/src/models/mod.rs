//! Words of the reference models: what each is, its rules and invariants, and its steps by the names of the specification.

mod en;
mod zh;

use crate::{Lang, Named, RuleWords};
use alloc::string::String;

/// All words of one reference model. Slugs are those that the model declares; an unknown one gives none.
pub struct ModelWords {
    pub title: &'static str,
    /// One sentence: what is modelled.
    pub summary: &'static str,
    /// What a parameter counts.
    pub parameter: fn(&str) -> Option<&'static str>,
    pub rule: fn(&str) -> Option<RuleWords>,
    pub invariant: fn(&str) -> Option<Named>,
    /// A step by the name of its action and the numbers it is done with: nodes from one, ballots from zero, values.
    pub step: fn(&str, &[u64]) -> Option<String>,
}

/// The words of the model of this name.
pub fn words(lang: Lang, model: &str) -> Option<&'static ModelWords> {
    let (en, zh) = match model {
        "tcommit" => (&en::TCOMMIT, &zh::TCOMMIT),
        "two-phase" => (&en::TWO_PHASE, &zh::TWO_PHASE),
        "paxos" => (&en::PAXOS, &zh::PAXOS),
        "alternating-bit" => (&en::ALTERNATING_BIT, &zh::ALTERNATING_BIT),
        "chang-roberts" => (&en::CHANG_ROBERTS, &zh::CHANG_ROBERTS),
        _ => return None,
    };
    Some(match lang {
        Lang::En => en,
        Lang::Zh => zh,
    })
}
