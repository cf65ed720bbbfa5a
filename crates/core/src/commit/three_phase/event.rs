//! What happens in three-phase commit, and what of it the observers of atomic commitment need to know.

use super::message::State;
use crate::kit::NodeSet;
use crate::kit::atomic_commit::{Cause, CommitEvent, Decision, Meaning, Refusal};
use crate::kit::bank::{AccountSet, Transaction, TxnId};
use crate::{NodeId, RequestId};
use serde::{Deserialize, Serialize};

/// What a decision rests on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Basis {
    /// Leader: of those that were asked to pre-commit, these have acknowledged; the others count as crashed.
    Acknowledged { acked: NodeSet, asked: NodeSet },
    /// Coordinator: why it aborts.
    Refused(Cause),
    /// Elected leader: no process that it could ask has pre-committed.
    NonePreCommitted { heard: NodeSet },
    /// Elected leader: its own state alone.
    OwnState,
    /// Another process has decided.
    Learned { from: NodeId },
    /// Restarted process: all processes have crashed since they voted, and all have said how far they were.
    AllRecovered,
    /// Restarted process: its own log alone.
    OwnLog,
    /// Participant: it refuses.
    VotedNo { reason: Refusal },
    /// Process: it was asked before it voted.
    AskedBeforeVote { peer: NodeId },
    /// Participant: told to commit, but its log does not say that it ever voted yes.
    NothingPrepared,
    /// A decision that a restarted process finds in its log.
    Found,
}

/// What happened, for the story, the observers and the checks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Event {
    /// Coordinator: a transaction begins; it asks everybody to prepare. The first phase.
    Begun { txn: TxnId, request: RequestId, transaction: Transaction },
    /// Participant: it holds these accounts until the decision.
    LocksTaken { txn: TxnId, accounts: AccountSet },
    /// Participant: uncertain from now on.
    VotedYes { txn: TxnId },
    /// Leader: the second phase. It asks these to pre-commit.
    PreCommitAsked { txn: TxnId, asked: NodeSet },
    /// It knows that all have voted yes.
    PreCommitted { txn: TxnId, from: NodeId },
    /// A process decides. `total` is what a bank holds after a commit, `read` what a committed audit has read.
    Decided { txn: TxnId, commit: bool, basis: Basis, total: Option<i64>, read: Option<i64> },
    /// This process takes another for crashed.
    Suspected { txn: TxnId, node: NodeId },
    /// It leads the termination of the transaction, among these.
    Leads { txn: TxnId, among: NodeSet },
    /// It runs again and finds in its log how far it was, and no decision.
    InDoubt { txn: TxnId, state: State },
    /// It asks the others what became of the transaction.
    AskedForDecision { txn: TxnId },
    /// It runs again, in doubt about so many transactions, with so much money.
    Recovered { in_doubt: u16, total: i64 },
    /// Told to commit what it has aborted, or to abort what it has committed.
    Contradicted { txn: TxnId },
    /// Coordinator: everybody has acknowledged; it forgets the transaction.
    Ended { txn: TxnId },
    /// The log was replaced by a checkpoint.
    Checkpointed,
    /// Participant: the operator wants the next vote to be no.
    WillRefuse,
}

impl CommitEvent for Event {
    fn begun(txn: TxnId, request: RequestId, transaction: Transaction) -> Self {
        Self::Begun { txn, request, transaction }
    }

    fn meaning(&self) -> Meaning {
        match *self {
            Self::Begun { txn, request, transaction } => Meaning::Begins { txn, request, transaction },
            Self::VotedYes { txn } | Self::InDoubt { txn, state: _ } => Meaning::VotesYes { txn },
            Self::Decided { txn, commit, basis, total, read } => {
                let by_vote = matches!(basis, Basis::Refused(Cause::Vote { .. }));
                let found = basis == Basis::Found;
                Meaning::Decides(Decision { txn, commit, total, read, by_vote, found })
            }
            Self::AskedForDecision { txn } => Meaning::Asks { txn },
            Self::Recovered { in_doubt: _, total } => Meaning::Recovers { total },
            Self::LocksTaken { .. }
            | Self::PreCommitAsked { .. }
            | Self::PreCommitted { .. }
            | Self::Suspected { .. }
            | Self::Leads { .. }
            | Self::Contradicted { .. }
            | Self::Ended { .. }
            | Self::Checkpointed
            | Self::WillRefuse => Meaning::Nothing,
        }
    }
}
