//! The words of two-phase commit.

mod en;
mod zh;

use crate::{Catalogue, Lang, Named, RuleWords};
use alloc::string::String;
use faultlab_core::NodeId;
use faultlab_core::commit::two_phase::{Account, AccountMask, COORDINATOR, NodeMask, TwoPhase, nodes_of};

/// All words of two-phase commit.
pub static CATALOGUE: Catalogue<TwoPhase> = Catalogue {
    title: |lang| match lang {
        Lang::En => "Two-phase commit",
        Lang::Zh => "两阶段提交",
    },
    summary: |lang| match lang {
        Lang::En => en::SUMMARY,
        Lang::Zh => zh::SUMMARY,
    },
    node: |lang, _, node| name(lang, node),
    event: |lang, _, node, event| match lang {
        Lang::En => en::event(node, event),
        Lang::Zh => zh::event(node, event),
    },
    message: |lang, _, message| match lang {
        Lang::En => en::message(message),
        Lang::Zh => zh::message(message),
    },
    request: |lang, _, request| match lang {
        Lang::En => en::request(request),
        Lang::Zh => zh::request(request),
    },
    response: |lang, _, response| match lang {
        Lang::En => en::response(response),
        Lang::Zh => zh::response(response),
    },
    record: |lang, _, record| match lang {
        Lang::En => en::record(record),
        Lang::Zh => zh::record(record),
    },
    timer: |lang, timer| match lang {
        Lang::En => en::timer(timer),
        Lang::Zh => zh::timer(timer),
    },
    rule: |lang, slug| -> Option<RuleWords> {
        match lang {
            Lang::En => en::rule(slug),
            Lang::Zh => zh::rule(slug),
        }
    },
    invariant: |lang, slug| -> Option<Named> {
        match lang {
            Lang::En => en::invariant(slug),
            Lang::Zh => zh::invariant(slug),
        }
    },
    field: |lang, slug| match lang {
        Lang::En => en::field(slug),
        Lang::Zh => zh::field(slug),
    },
    state: |lang, field| match lang {
        Lang::En => en::state(field),
        Lang::Zh => zh::state(field),
    },
    area: |lang, area| match (area, lang) {
        ("log", Lang::En) => Some("log"),
        ("log", Lang::Zh) => Some("日志"),
        _ => None,
    },
};

/// `Coordinator`, `Bank A`, `Bank B` …
fn name(lang: Lang, node: NodeId) -> String {
    let letter = char::from(b'A' + node.0.saturating_sub(1) % 26);
    match (lang, node == COORDINATOR) {
        (Lang::En, true) => "Coordinator".into(),
        (Lang::Zh, true) => "协调者".into(),
        (Lang::En, false) => alloc::format!("Bank {letter}"),
        (Lang::Zh, false) => alloc::format!("银行 {letter}"),
    }
}

fn join(parts: impl Iterator<Item = String>, between: &str) -> String {
    let mut out = String::new();
    for part in parts {
        if !out.is_empty() {
            out.push_str(between);
        }
        out.push_str(&part);
    }
    out
}

fn names(lang: Lang, nodes: NodeMask) -> String {
    let between = match lang {
        Lang::En => ", ",
        Lang::Zh => "、",
    };
    join(nodes_of(nodes).map(|node| name(lang, node)), between)
}

fn letters(lang: Lang, accounts: AccountMask) -> String {
    let between = match lang {
        Lang::En => ", ",
        Lang::Zh => "、",
    };
    join(Account::of(accounts).map(|account| account.letter().into()), between)
}

/// The people in the middle of a sentence are spelled as at its beginning, except the coordinator.
fn within(lang: Lang, node: NodeId) -> String {
    match (lang, node == COORDINATOR) {
        (Lang::En, true) => "the coordinator".into(),
        (Lang::En, false) | (Lang::Zh, _) => name(lang, node),
    }
}

#[cfg(test)]
mod tests {
    use super::CATALOGUE;
    use crate::Lang;
    use alloc::string::ToString;
    use faultlab_core::commit::two_phase::TwoPhase;
    use faultlab_core::{NodeId, Protocol, Setup};

    #[test]
    fn everything_declared_has_words_in_every_language() {
        for lang in Lang::ALL {
            for rule in TwoPhase::rules() {
                assert!((CATALOGUE.rule)(lang, rule.slug).is_some(), "{lang:?} rule {}", rule.slug);
            }
            for invariant in TwoPhase::invariants() {
                assert!((CATALOGUE.invariant)(lang, invariant.slug).is_some(), "{lang:?} invariant {}", invariant.slug);
            }
            for field in TwoPhase::fields() {
                assert!((CATALOGUE.field)(lang, field.slug).is_some(), "{lang:?} field {}", field.slug);
            }
            for area in TwoPhase::AREAS {
                assert!((CATALOGUE.area)(lang, area).is_some(), "{lang:?} area {area}");
            }
            assert!((CATALOGUE.rule)(lang, "no_such_rule").is_none());
        }
    }

    #[test]
    fn nodes_are_named_by_what_they_are() {
        let setup: Setup<TwoPhase> = Setup::new(4);
        assert_eq!((CATALOGUE.node)(Lang::En, &setup, NodeId(0)), "Coordinator");
        assert_eq!((CATALOGUE.node)(Lang::Zh, &setup, NodeId(2)), "银行 B".to_string());
    }
}
