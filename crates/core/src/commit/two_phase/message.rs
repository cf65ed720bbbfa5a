//! What the processes of two-phase commit say to one another and write down.

use crate::kit::atomic_commit::{Cause, Response, Vote};
use crate::kit::bank::{Transaction, TxnId};
use crate::{Rename, RequestId};
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
