//! The words of two-phase commit.

mod en;
mod held;
mod zh;

use crate::{Catalogue, Lang, Title, world};
use alloc::string::String;
use faultlab_core::NodeId;
use faultlab_core::commit::two_phase::{AccountSet, COORDINATOR, Request, TwoPhase};
use faultlab_core::kit::NodeSet;

/// What people read of it in a list.
pub const TITLE: Title = Title {
    title: |lang| match lang {
        Lang::En => "Two-phase commit",
        Lang::Zh => "两阶段提交",
    },
    summary: |lang| match lang {
        Lang::En => en::SUMMARY,
        Lang::Zh => zh::SUMMARY,
    },
};

/// All words of two-phase commit in English.
pub static EN: Catalogue<TwoPhase> = Catalogue {
    world: &world::EN,
    node: |_, node| name(Lang::En, node),
    event: en::event,
    message: |_, message| en::message(message),
    request: |_, request| en::request(request),
    verb: |request| match request {
        Request::Refuse { .. } => Some("Vote no next time"),
        Request::Run(_) => None,
    },
    response: |_, response| en::response(response),
    record: |_, record| en::record(record),
    timer: en::timer,
    rule: en::rule,
    invariant: en::invariant,
    field: en::field,
    state: en::state,
    held: |process, field| held::held(Lang::En, process, field),
    area: |area| (area == "log").then_some("log"),
};

/// All words of two-phase commit in Simplified Chinese.
pub static ZH: Catalogue<TwoPhase> = Catalogue {
    world: &world::ZH,
    node: |_, node| name(Lang::Zh, node),
    event: zh::event,
    message: |_, message| zh::message(message),
    request: |_, request| zh::request(request),
    verb: |request| match request {
        Request::Refuse { .. } => Some("下次投反对票"),
        Request::Run(_) => None,
    },
    response: |_, response| zh::response(response),
    record: |_, record| zh::record(record),
    timer: zh::timer,
    rule: zh::rule,
    invariant: zh::invariant,
    field: zh::field,
    state: zh::state,
    held: |process, field| held::held(Lang::Zh, process, field),
    area: |area| (area == "log").then_some("日志"),
};

/// All words of two-phase commit, in any language.
pub fn words(lang: Lang) -> &'static Catalogue<TwoPhase> {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

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

fn names(lang: Lang, nodes: NodeSet) -> String {
    let between = match lang {
        Lang::En => ", ",
        Lang::Zh => "、",
    };
    join(nodes.iter().map(|node| name(lang, node)), between)
}

fn letters(lang: Lang, accounts: AccountSet) -> String {
    let between = match lang {
        Lang::En => ", ",
        Lang::Zh => "、",
    };
    join(accounts.iter().map(|account| account.letter().into()), between)
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
    use super::words;
    use crate::{Lang, Sentence};
    use alloc::string::{String, ToString};
    use alloc::vec;
    use alloc::vec::Vec;
    use faultlab_core::commit::two_phase::{
        Account, AccountSet, COORDINATOR, Cause, Event, Layout, Refusal, Transaction, TwoPhase, TxnId,
    };
    use faultlab_core::kit::NodeSet;
    use faultlab_core::{ClientId, NodeId, Protocol, RequestId, Setup, Time};

    #[test]
    fn everything_declared_has_words_in_every_language() {
        for lang in Lang::ALL {
            for rule in TwoPhase::rules() {
                assert!((words(lang).rule)(rule.slug).is_some(), "{lang:?} rule {}", rule.slug);
            }
            for invariant in TwoPhase::invariants() {
                assert!((words(lang).invariant)(invariant.slug).is_some(), "{lang:?} invariant {}", invariant.slug);
            }
            for field in TwoPhase::fields() {
                assert!((words(lang).field)(field.slug).is_some(), "{lang:?} field {}", field.slug);
            }
            for area in TwoPhase::AREAS {
                assert!((words(lang).area)(area).is_some(), "{lang:?} area {area}");
            }
            assert!((words(lang).rule)("no_such_rule").is_none());
        }
    }

    /// Every event once, with what it can vary by.
    fn events() -> Vec<Event> {
        let txn = TxnId { epoch: 0, number: 1 };
        let (account, from, peer) = (Account(0), NodeId(1), NodeId(2));
        let request = RequestId { client: ClientId(1), sequence: 1 };
        let refusals = [
            Refusal::Locked { account, holder: txn },
            Refusal::Funds { account },
            Refusal::Asked,
            Refusal::WorkLost,
            Refusal::GaveUp,
            Refusal::ToldPeer,
        ];
        let transactions = [
            Transaction::Transfer { from: account, to: Account(1), amount: 3 },
            Transaction::Share { from: account, amount: 3 },
            Transaction::Audit,
        ];
        let banks = NodeSet::first(3).without(COORDINATOR);
        let mut all = vec![
            Event::PrepareAsked { txn },
            Event::DecidedCommit { txn, read: None, yes: banks, asked: banks },
            Event::DecidedCommit { txn, read: None, yes: banks.without(peer), asked: banks },
            Event::DecidedCommit { txn, read: Some(7), yes: banks, asked: banks },
            Event::DecidedCommit {
                txn,
                read: Some(Layout::new(&Setup::new(4)).grand_total()),
                yes: banks,
                asked: banks,
            },
            Event::DecidedAbort { txn, cause: Cause::Timeout { missing: banks } },
            Event::DecidedAbort { txn, cause: Cause::Timeout { missing: NodeSet::EMPTY } },
            Event::DecisionResent { txn, missing: banks },
            Event::Ended { txn },
            Event::PresumedAbort { txn, peer },
            Event::LeftUnanswered { txn, peer },
            Event::CoordinatorRecovered { epoch: 1, reopened: 0 },
            Event::CoordinatorRecovered { epoch: 1, reopened: 1 },
            Event::CoordinatorRecovered { epoch: 1, reopened: 2 },
            Event::WorkDone { txn },
            Event::LocksTaken { txn, accounts: AccountSet::from_iter([Account(0), Account(2)]) },
            Event::VotedYes { txn },
            Event::GaveUp { txn },
            Event::AbortedForPeer { txn, peer },
            Event::Committed { txn, from, total: 7 },
            Event::Aborted { txn, from },
            Event::AbortedAfterYes { txn },
            Event::NothingPrepared { txn },
            Event::Contradicted { txn },
            Event::AskedForDecision { txn, peers: true },
            Event::AskedForDecision { txn, peers: false },
            Event::Blocked { txn, since: Time::ZERO },
            Event::Unblocked { txn, from },
            Event::Found { txn, commit: true },
            Event::Found { txn, commit: false },
            Event::InDoubt { txn },
            Event::Recovered { in_doubt: 0, total: 7 },
            Event::Recovered { in_doubt: 1, total: 7 },
            Event::Recovered { in_doubt: 2, total: 7 },
            Event::Checkpointed,
            Event::WillRefuse,
        ];
        all.extend(transactions.map(|transaction| Event::Begun { txn, request, transaction }));
        for reason in refusals {
            all.push(Event::VotedNo { txn, reason });
            all.push(Event::DecidedAbort { txn, cause: Cause::Vote { from, reason } });
        }
        all
    }

    #[test]
    fn every_event_is_a_sentence_of_its_own() {
        let setup: Setup<TwoPhase> = Setup::new(4);
        for (lang, stop) in [(Lang::En, ['.', '?']), (Lang::Zh, ['。', '？'])] {
            let mut told: Vec<String> = Vec::new();
            for event in events() {
                let Sentence { head, rest } = (words(lang).event)(&setup, NodeId(1), &event);
                let sentence = head.clone() + &rest;
                assert!(!head.is_empty() && sentence.ends_with(stop), "{event:?}: {sentence}");
                assert!(!told.contains(&sentence), "{event:?}: {sentence}");
                assert_eq!(lang == Lang::Zh, sentence.chars().any(|letter| letter > '\u{3000}'), "{sentence}");
                told.push(sentence);
            }
        }
    }

    #[test]
    fn nodes_are_named_by_what_they_are() {
        let setup: Setup<TwoPhase> = Setup::new(4);
        assert_eq!((words(Lang::En).node)(&setup, NodeId(0)), "Coordinator");
        assert_eq!((words(Lang::Zh).node)(&setup, NodeId(2)), "银行 B".to_string());
    }
}
