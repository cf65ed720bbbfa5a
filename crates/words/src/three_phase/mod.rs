//! The words of three-phase commit: what its catalogue, `catalogues/three_phase.toml`, stands on.

mod held;

use crate::commit::{Audited, Session, audited, letter, locked};
use faultlab_core::NodeId;
use faultlab_core::commit::three_phase::{
    Basis, COORDINATOR, Cause, Config, Event, Finished, INVARIANTS, Message, Open, Part, RULES, Record, Refusal,
    Request, Response, Rule, State, ThreePhase, Timer, Transaction, Vote,
};
use faultlab_core::kit::NodeSet;

include!(concat!(env!("OUT_DIR"), "/three_phase.rs"));

/// How many have acknowledged the pre-commit, of how many.
struct Acks {
    acked: usize,
    asked: usize,
}

fn acks(acked: &NodeSet, asked: &NodeSet) -> Acks {
    Acks { acked: acked.len(), asked: asked.len() }
}

#[cfg(test)]
mod tests {
    use super::{Basis, Cause, Event, Refusal, State, ThreePhase, Transaction, words};
    use crate::{Lang, Sentence};
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;
    use faultlab_core::commit::three_phase::{Account, AccountSet, TxnId};
    use faultlab_core::kit::NodeSet;
    use faultlab_core::{ClientId, NodeId, RequestId, Setup};

    /// Every event once, with what it can vary by.
    fn events() -> Vec<Event> {
        let txn = TxnId { epoch: 0, number: 1 };
        let (from, peer, asked) = (NodeId(1), NodeId(2), NodeSet::first(4).without(NodeId(0)));
        let request = RequestId { client: ClientId(1), sequence: 1 };
        let refused = Basis::Refused(Cause::Vote { from, reason: Refusal::Asked });
        let late = Basis::Refused(Cause::Timeout { missing: asked });
        let decided = |commit, basis, total, read| Event::Decided { txn, commit, basis, total, read };
        let acknowledged = |acked, asked| Basis::Acknowledged { acked, asked };
        let mut all = vec![
            Event::Begun { txn, request, transaction: Transaction::Audit },
            Event::LocksTaken { txn, accounts: AccountSet::from_iter([Account(0)]) },
            Event::VotedYes { txn },
            Event::PreCommitAsked { txn, asked },
            Event::PreCommitted { txn, from },
            Event::PreCommitted { txn, from: peer },
            decided(true, acknowledged(asked, asked), None, None),
            decided(true, acknowledged(asked.without(peer), asked), None, None),
            decided(true, acknowledged(NodeSet::EMPTY, NodeSet::EMPTY), None, None),
            decided(true, acknowledged(asked, asked), None, Some(7)),
            decided(false, refused, None, None),
            decided(false, late, None, None),
            decided(false, Basis::NonePreCommitted { heard: asked }, None, None),
            decided(false, Basis::NonePreCommitted { heard: NodeSet::EMPTY }, None, None),
            decided(true, Basis::Learned { from }, Some(7), None),
            decided(true, Basis::Learned { from }, None, None),
            decided(false, Basis::VotedNo { reason: Refusal::Asked }, None, None),
            decided(false, Basis::AskedBeforeVote { peer }, None, None),
            decided(false, Basis::NothingPrepared, None, None),
            Event::Suspected { txn, node: peer },
            Event::Leads { txn, among: asked },
            Event::Leads { txn, among: NodeSet::EMPTY.with(from) },
            Event::InDoubt { txn, state: State::Uncertain },
            Event::InDoubt { txn, state: State::PreCommitted },
            Event::AskedForDecision { txn },
            Event::Recovered { in_doubt: 0, total: 7 },
            Event::Recovered { in_doubt: 1, total: 7 },
            Event::Contradicted { txn },
            Event::Ended { txn },
            Event::Checkpointed,
            Event::WillRefuse,
        ];
        for basis in [Basis::OwnState, Basis::OwnLog, Basis::AllRecovered, Basis::Found] {
            all.extend([true, false].map(|commit| decided(commit, basis, None, None)));
        }
        all
    }

    #[test]
    fn every_event_is_a_sentence_of_its_own() {
        let setup: Setup<ThreePhase> = Setup::new(4);
        for (lang, stop) in [(Lang::En, '.'), (Lang::Zh, '。')] {
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
}
