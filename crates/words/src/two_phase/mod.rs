//! The words of two-phase commit: what its catalogue, `catalogues/two_phase.toml`, stands on.

mod held;

use crate::commit::{Audited, Session, audited, letter, locked};
use faultlab_core::NodeId;
use faultlab_core::commit::two_phase::{
    Cause, Config, Event, Finished, INVARIANTS, Known, Message, Open, Phase, RULES, Record, Refusal, Request, Response,
    Rule, Stage, Timer, Transaction, TwoPhase, Undecided, Vote, Waiting,
};
use faultlab_core::kit::NodeSet;

include!(concat!(env!("OUT_DIR"), "/two_phase.rs"));

/// How the votes stand that a commit rests on.
struct Votes {
    yes: NodeSet,
    asked: NodeSet,
}

fn votes(yes: &NodeSet, asked: &NodeSet) -> Votes {
    Votes { yes: *yes, asked: *asked }
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
    use faultlab_core::{ClientId, NodeId, RequestId, Setup, Time};

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
                read: Some(Layout::new(&Setup::<TwoPhase>::new(4)).grand_total()),
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
