//! What clients ask of banks that commit atomically, what they are answered, and how banks vote.

use crate::kit::NodeSet;
use crate::kit::bank::{Account, Banks, Transaction, TxnId};
use crate::{Misspelled, NodeId, Rename, Spelled, Words};
use alloc::format;
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// A participant's vote.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(P: Banks)]
pub enum Vote {
    Yes { read: i64 },
    No(Refusal),
}

/// Why a participant votes no.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(P: Banks)]
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

/// What a client or the operator asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(P: Banks)]
pub enum Request {
    Run(Transaction),
    /// The operator makes a participant vote no on the next transaction.
    Refuse {
        node: NodeId,
    },
}

/// What a client is told.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(P: Banks)]
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
#[rename(P: Banks)]
pub enum Cause {
    /// A participant voted no.
    Vote { from: NodeId, reason: Refusal },
    /// These participants were not heard in time.
    Timeout { missing: NodeSet },
}

/// `transfer a b 30`, `refuse n3 next`.
impl Spelled for Request {
    fn spell(&self, out: &mut String) {
        match *self {
            Self::Run(transaction) => transaction.spell(out),
            Self::Refuse { node } => out.push_str(&format!("refuse {node} next")),
        }
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        match words.peek() {
            "transfer" | "share" | "audit" => Ok(Self::Run(Transaction::read(words)?)),
            "refuse" => {
                words.word();
                let node = words.node()?;
                words.expect("next", |word| (word == "next").then_some(()))?;
                Ok(Self::Refuse { node })
            }
            other => Err(Misspelled { found: other.into(), expected: "transfer, share, audit or refuse".into() }),
        }
    }
}
