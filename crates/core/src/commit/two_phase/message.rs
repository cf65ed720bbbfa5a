//! What the processes of two-phase commit say to one another, write down, are asked, and tell the world.

use crate::kit::bank::{Account, AccountSet, Transaction, TxnId};
use crate::kit::NodeSet;
use crate::{NodeId, Rename, RequestId, Time};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A message between the coordinator and a participant, or between participants.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::TwoPhase)]
pub enum Message {
    /// Coordinator → participant: the participant's part of a transaction, to be done in memory.
    Work { txn: TxnId, transaction: Transaction, settled: TxnId },
    /// Participant → coordinator: the work is done.
    Done { txn: TxnId },
    /// Coordinator → participant: can you commit? Carries the work where there was no round of work before.
    Prepare { txn: TxnId, work: Option<Transaction>, settled: TxnId },
    /// Participant → coordinator. A yes carries the sum of what it read, for an audit.
    Vote { txn: TxnId, vote: Vote },
    /// Coordinator → participant.
    Decision { txn: TxnId, commit: bool },
    /// Participant → coordinator: the commit is on my disk; you may forget.
    Ack { txn: TxnId },
    /// A participant in doubt → coordinator or another participant: what was decided?
    Inquiry { txn: TxnId },
    /// Participant → participant in doubt.
    Answer { txn: TxnId, known: Known },
}

/// A participant's vote.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::TwoPhase)]
pub enum Vote {
    Yes { read: i64 },
    No(Refusal),
}

/// Why a participant votes no.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::TwoPhase)]
pub enum Refusal {
    /// Another transaction holds the lock, and nobody waits for locks here.
    Locked { account: Account, holder: TxnId },
    /// The balance would fall below zero.
    Funds { account: Account },
    /// The operator asked for it.
    Asked,
    /// The participant does not have the work: it never came, or a crash took it.
    WorkLost,
    /// It waited too long for the question and aborted by itself, as it may before its vote.
    GaveUp,
    /// A participant in doubt had asked before; the answer was abort, and the vote must agree with it.
    ToldPeer,
}

/// What a participant knows when another one asks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::TwoPhase)]
pub enum Known {
    Committed,
    Aborted,
    /// It voted yes and waits as well: it cannot help.
    InDoubt,
}

/// A log record.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::TwoPhase)]
pub enum Record {
    /// Coordinator: how often it has restarted. Keeps transaction names from being used twice.
    Epoch { epoch: u16 },
    /// Coordinator: the decision. Forced.
    Decided { txn: TxnId, request: RequestId, transaction: Transaction, read: i64 },
    /// Coordinator: everybody has acknowledged. Not forced.
    End { txn: TxnId },
    /// Coordinator: the client is told that its request was aborted. Forced before the answer, so that a straggling copy
    /// of the request cannot commit after a restart. The participants do not wait for it.
    Refused { request: RequestId, txn: TxnId, cause: Cause },
    /// Participant: bound by its yes. Forced.
    Prepared { txn: TxnId, transaction: Transaction, settled: TxnId },
    /// Participant. Forced before the acknowledgement.
    Committed { txn: TxnId },
    /// Participant. Forced only where it is the participant's own decision.
    Aborted { txn: TxnId },
    /// Coordinator: all that the records before it said and is still needed.
    CoordinatorCheckpoint { epoch: u16, open: Vec<OpenCommit>, answered: Vec<Answered> },
    /// Participant: all that the records before it said and is still needed.
    ParticipantCheckpoint {
        settled: TxnId,
        balances: Vec<i64>,
        prepared: Vec<(TxnId, Transaction)>,
        finished: Vec<Finished>,
    },
}

/// A decided commit that somebody has not acknowledged yet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::TwoPhase)]
pub struct OpenCommit {
    pub txn: TxnId,
    pub request: RequestId,
    pub transaction: Transaction,
    pub read: i64,
}

/// The last request of a client, so that a retry is answered alike and not done again, and no older request is done at all.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::TwoPhase)]
pub struct Answered {
    pub request: RequestId,
    /// None while it was under way.
    pub response: Option<Response>,
}

/// A transaction that a participant has decided, kept as long as another participant may ask for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::TwoPhase)]
pub struct Finished {
    pub txn: TxnId,
    pub commit: bool,
}

/// What a client or the operator asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::TwoPhase)]
pub enum Request {
    Run(Transaction),
    /// The operator makes a participant vote no on the next transaction.
    Refuse {
        node: NodeId,
    },
}

/// What a client is told.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::TwoPhase)]
pub enum Response {
    /// Everything happened. An audit tells what it read.
    Committed { txn: TxnId, total: Option<i64> },
    /// Nothing happened.
    Aborted { txn: TxnId, cause: Cause },
    /// The request makes no sense here: no such account, no money, or the wrong node.
    Invalid,
    /// The participant will vote no on the next transaction.
    Noted,
}

/// Why the coordinator aborts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::TwoPhase)]
pub enum Cause {
    /// A participant voted no.
    Vote { from: NodeId, reason: Refusal },
    /// These participants were not heard in time.
    Timeout { missing: NodeSet },
}

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

impl Event {
    /// The decision that the event tells, if any: which transaction, and whether it commits.
    pub fn decision(&self) -> Option<(TxnId, bool)> {
        match *self {
            Self::DecidedCommit { txn, .. } | Self::Committed { txn, from: _, total: _ } => Some((txn, true)),
            Self::Found { txn, commit } => Some((txn, commit)),
            Self::DecidedAbort { txn, cause: _ }
            | Self::VotedNo { txn, reason: _ }
            | Self::GaveUp { txn }
            | Self::AbortedForPeer { txn, peer: _ }
            | Self::Aborted { txn, from: _ }
            | Self::AbortedAfterYes { txn }
            | Self::NothingPrepared { txn } => Some((txn, false)),
            Self::Begun { .. }
            | Self::PrepareAsked { .. }
            | Self::DecisionResent { .. }
            | Self::Ended { .. }
            | Self::PresumedAbort { .. }
            | Self::LeftUnanswered { .. }
            | Self::CoordinatorRecovered { .. }
            | Self::WorkDone { .. }
            | Self::LocksTaken { .. }
            | Self::VotedYes { .. }
            | Self::Contradicted { .. }
            | Self::AskedForDecision { .. }
            | Self::Blocked { .. }
            | Self::Unblocked { .. }
            | Self::InDoubt { .. }
            | Self::Recovered { .. }
            | Self::Checkpointed
            | Self::WillRefuse => None,
        }
    }
}

/// A timer, one for each transaction and purpose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::TwoPhase)]
pub enum Timer {
    /// Coordinator: waiting for work and votes.
    Votes(TxnId),
    /// Coordinator: waiting for acknowledgements.
    Acks(TxnId),
    /// Participant: waiting to be asked for its vote.
    Prepare(TxnId),
    /// Participant in doubt: waiting for the decision.
    Decision(TxnId),
}
