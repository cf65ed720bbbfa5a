//! What the processes of three-phase commit say to one another and write down.

use super::process::{Answered, Finished, Open};
use crate::RequestId;
use crate::kit::atomic_commit::{Cause, Vote};
use crate::kit::bank::{Transaction, TxnId};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// How far a process is with a transaction, as it tells another: Skeen's states q and a, w, p, c.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum State {
    /// It has aborted. One that has not voted aborts when it is asked.
    Aborted,
    /// It voted yes and knows nothing more: others may have aborted, and nobody has committed.
    Uncertain,
    /// It knows that all have voted yes: others may have committed, and nobody has aborted.
    PreCommitted,
    Committed,
}

/// A message between processes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Message {
    /// Coordinator → participant: can you commit this?
    Prepare { txn: TxnId, request: RequestId, transaction: Transaction, settled: TxnId },
    /// Participant → coordinator. A yes carries the sum of what it read, for an audit.
    Vote { txn: TxnId, vote: Vote },
    /// Leader → all: everybody has voted yes.
    PreCommit { txn: TxnId },
    /// The pre-commit is on my disk.
    PreAck { txn: TxnId },
    /// Leader → all.
    Decision { txn: TxnId, commit: bool },
    /// Participant → coordinator: the commit is on my disk; you may forget.
    Ack { txn: TxnId },
    /// Who led has crashed: it is your turn to lead.
    Elected { txn: TxnId },
    /// Elected leader → all: how far are you? From now on I lead.
    StateRequest { txn: TxnId },
    /// A restarted process → all: what became of it?
    Inquiry { txn: TxnId },
    /// The answer to both. A process that has crashed since its vote says so: it takes no part in what the others decide.
    State { txn: TxnId, state: State, recovered: bool },
}

/// A log record. All are forced but `Ended` and `Checkpoint`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Record {
    /// Uncertain from here: a participant has voted yes, or the coordinator begins.
    Prepared { txn: TxnId, request: RequestId, transaction: Transaction, settled: TxnId },
    /// With what an audit has read, at the coordinator.
    PreCommitted { txn: TxnId, read: i64 },
    /// With the reason that the client is given, at the coordinator.
    Decided { txn: TxnId, commit: bool, cause: Option<Cause> },
    /// Coordinator: everybody has acknowledged the commit.
    Ended { txn: TxnId },
    /// All that the records before it said and is still needed.
    Checkpoint {
        latest: u32,
        settled: TxnId,
        balances: Vec<i64>,
        open: Vec<Open>,
        finished: Vec<Finished>,
        sessions: Vec<Answered>,
    },
}

/// A timer, one for each transaction and purpose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Timer {
    /// Leader: waiting for votes, states or acknowledgements.
    Phase(TxnId),
    /// The others: waiting for the leader. A restarted process: waiting to ask again.
    Wait(TxnId),
    /// Leader: the next message of this phase leaves.
    Send(TxnId),
}
