//! What happens in two-phase commit, and what of it the observers of atomic commitment need to know.

use crate::kit::NodeSet;
use crate::kit::atomic_commit::{Cause, CommitEvent, Decision, Meaning, Refusal};
use crate::kit::bank::{AccountSet, Transaction, TxnId};
use crate::{NodeId, Rename, RequestId, Time};
use serde::{Deserialize, Serialize};

/// What happened, for the story, the observers and the checks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::TwoPhase)]
pub enum Event {
    /// Coordinator: a transaction begins.
    Begun { txn: TxnId, request: RequestId, transaction: Transaction },
    /// Coordinator: all work is done; it asks everybody to prepare. The first phase.
    PrepareAsked { txn: TxnId },
    /// Coordinator: the decision is commit; `yes` of those `asked` have voted for it. The second phase.
    DecidedCommit { txn: TxnId, read: Option<i64>, yes: NodeSet, asked: NodeSet },
    /// Coordinator: the decision is abort.
    DecidedAbort { txn: TxnId, cause: Cause },
    /// Coordinator: these participants have not acknowledged; it tells them again.
    DecisionResent { txn: TxnId, missing: NodeSet },
    /// Coordinator: everybody has acknowledged; it forgets the transaction.
    Ended { txn: TxnId },
    /// Coordinator: asked for a transaction that it knows nothing of; that means abort.
    PresumedAbort { txn: TxnId, peer: NodeId },
    /// Coordinator: it runs again, and so many commits still have to be told.
    CoordinatorRecovered { epoch: u16, reopened: u16 },
    /// Participant: its part of the work is done in memory.
    WorkDone { txn: TxnId },
    /// Participant: it holds these accounts until the decision.
    LocksTaken { txn: TxnId, accounts: AccountSet },
    /// Participant: bound from now on. It can neither commit nor abort by itself.
    VotedYes { txn: TxnId },
    /// Participant: it refuses, and so has decided to abort.
    VotedNo { txn: TxnId, reason: Refusal },
    /// Participant: nobody asked for its vote in time; it aborts by itself, as it may.
    GaveUp { txn: TxnId },
    /// Participant: a peer in doubt asked before the vote; it recorded abort and answers so.
    AbortedForPeer { txn: TxnId, peer: NodeId },
    /// Participant: it learned the decision from `from` and did its part. `total` is what the bank holds now.
    Committed { txn: TxnId, from: NodeId, total: i64 },
    /// Participant: it learned the decision from `from` and undid its part.
    Aborted { txn: TxnId, from: NodeId },
    /// Participant: it voted yes, got tired of waiting and aborted by itself, which breaks its promise.
    AbortedAfterYes { txn: TxnId },
    /// Participant: told to commit, but its log says that it never voted yes. It has nothing to commit.
    NothingPrepared { txn: TxnId },
    /// Participant: told to commit what it has aborted.
    Contradicted { txn: TxnId },
    /// Participant: in doubt for too long; it asks the coordinator, and its peers if `peers`.
    AskedForDecision { txn: TxnId, peers: bool },
    /// Participant: nobody who could know has answered. It must wait, holding its locks.
    Blocked { txn: TxnId, since: Time },
    /// Participant: `from` could tell after all.
    Unblocked { txn: TxnId, from: NodeId },
    /// A decision that a restarted process finds in its log.
    Found { txn: TxnId, commit: bool },
    /// Participant: it runs again and finds its yes in its log, but no decision. `VotedYes` holds as before.
    InDoubt { txn: TxnId },
    /// Participant: it runs again, in doubt about so many transactions, with so much money.
    Recovered { in_doubt: u16, total: i64 },
    /// The log was replaced by a checkpoint.
    Checkpointed,
    /// Participant: the operator wants the next vote to be no.
    WillRefuse,
    // Behind the others, so that the traces of runs without it are what they were.
    /// Coordinator: asked for a transaction that it knows nothing of, it keeps silent.
    LeftUnanswered { txn: TxnId, peer: NodeId },
}

impl CommitEvent for Event {
    fn begun(txn: TxnId, request: RequestId, transaction: Transaction) -> Self {
        Self::Begun { txn, request, transaction }
    }

    fn meaning(&self) -> Meaning {
        match *self {
            Self::Begun { txn, request, transaction } => Meaning::Begins { txn, request, transaction },
            Self::VotedYes { txn } | Self::InDoubt { txn } => Meaning::VotesYes { txn },
            Self::AskedForDecision { txn, peers: _ } => Meaning::Asks { txn },
            Self::CoordinatorRecovered { .. } => Meaning::PresumesAbort,
            Self::Recovered { in_doubt: _, total } => Meaning::Recovers { total },
            Self::DecidedCommit { txn, read, .. } => Meaning::Decides(Decision { read, ..Decision::of(txn, true) }),
            Self::Committed { txn, from: _, total } => {
                Meaning::Decides(Decision { total: Some(total), ..Decision::of(txn, true) })
            }
            Self::Found { txn, commit } => Meaning::Decides(Decision { found: true, ..Decision::of(txn, commit) }),
            Self::DecidedAbort { txn, cause } => {
                let by_vote = matches!(cause, Cause::Vote { .. });
                Meaning::Decides(Decision { by_vote, ..Decision::of(txn, false) })
            }
            Self::VotedNo { txn, reason: _ }
            | Self::GaveUp { txn }
            | Self::AbortedForPeer { txn, peer: _ }
            | Self::Aborted { txn, from: _ }
            | Self::AbortedAfterYes { txn }
            | Self::NothingPrepared { txn } => Meaning::Decides(Decision::of(txn, false)),
            Self::PrepareAsked { .. }
            | Self::DecisionResent { .. }
            | Self::Ended { .. }
            | Self::PresumedAbort { .. }
            | Self::LeftUnanswered { .. }
            | Self::WorkDone { .. }
            | Self::LocksTaken { .. }
            | Self::Contradicted { .. }
            | Self::Blocked { .. }
            | Self::Unblocked { .. }
            | Self::Checkpointed
            | Self::WillRefuse => Meaning::Nothing,
        }
    }
}
