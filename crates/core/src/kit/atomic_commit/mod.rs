//! Atomic commitment, judged from outside: AC1 to AC5 and what follows from them, for every protocol whose banks vote on
//! transactions. A protocol says what its events mean ([`Meaning`]); nothing here knows its messages or phases.

mod checks;
mod observer;
mod request;

pub use checks::{ac1, ac2, ac3, ac4, conservation, durability, effects, exactly_once, no_overdraft, truthful_answer};
pub use observer::{Asking, Observer, Tracked};
pub use request::{Cause, Refusal, Request, Response, Vote};

use crate::kit::bank::{Banks, Transaction, TxnId};
use crate::{Protocol, RequestId, Value};

/// A protocol whose banks commit a transaction together or not at all.
pub trait AtomicCommit: Banks + Protocol<Event: CommitEvent, Response = Response> {
    /// What the observers remember of transactions, as a part of all that they remember.
    fn observer(ghost: &Self::Ghost) -> &Observer<Self::Event>;
}

/// An event of a protocol of atomic commitment.
pub trait CommitEvent: Value + Copy {
    /// The event by which the coordinator begins a transaction.
    fn begun(txn: TxnId, request: RequestId, transaction: Transaction) -> Self;

    fn meaning(&self) -> Meaning;

    /// Which transaction the node has decided, if it has, and whether it commits.
    fn decision(&self) -> Option<(TxnId, bool)> {
        match self.meaning() {
            Meaning::Decides(Decision { txn, commit, .. }) => Some((txn, commit)),
            _ => None,
        }
    }
}

/// What an event of a node says about a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// The coordinator begins it.
    Begins {
        txn: TxnId,
        request: RequestId,
        transaction: Transaction,
    },
    /// A bank has voted yes, or finds after a restart that it had.
    VotesYes {
        txn: TxnId,
    },
    Decides(Decision),
    /// A node in doubt asks for the decision.
    Asks {
        txn: TxnId,
    },
    /// A bank runs again and holds so much money.
    Recovers {
        total: i64,
    },
    /// The coordinator runs again, and whatever it has not found in its log counts as aborted.
    PresumesAbort,
    Nothing,
}

/// A node has decided a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decision {
    pub txn: TxnId,
    pub commit: bool,
    /// What the bank holds after its part of a commit.
    pub total: Option<i64>,
    /// What an audit read that the coordinator commits.
    pub read: Option<i64>,
    /// A no was the reason.
    pub by_vote: bool,
    /// A restarted node found it in its log.
    pub found: bool,
}

impl Decision {
    /// With nothing more to say of it.
    pub const fn of(txn: TxnId, commit: bool) -> Self {
        Self { txn, commit, total: None, read: None, by_vote: false, found: false }
    }
}
