//! What clients ask of banks that commit atomically, what they are answered, and how banks vote.

use crate::kit::NodeSet;
use crate::kit::bank::{Account, AccountSet, Banks, COORDINATOR, Layout, MAX_ACCOUNTS, Transaction, TxnId};
use crate::{Answer, LoadDraw, Misspelled, NodeId, Rename, Setup, Spelled, Words};
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

impl Refusal {
    /// Why a bank with these balances and locks cannot promise a transaction, if it cannot; `holder` says who holds an account.
    pub fn of(
        layout: Layout,
        bank: NodeId,
        balances: &[i64],
        locks: AccountSet,
        transaction: Transaction,
        holder: impl FnOnce(Account) -> Option<TxnId>,
    ) -> Option<Self> {
        if let Some(account) = locks.intersection(layout.touched(transaction)).iter().next() {
            return Some(Self::Locked { account, holder: holder(account).unwrap_or_default() });
        }
        layout.overdrawn(bank, balances, transaction).map(|account| Self::Funds { account })
    }
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

impl Request {
    /// The node that it goes to, of so many.
    pub fn concerns(&self, nodes: u8) -> NodeId {
        match *self {
            Self::Refuse { node } if node.0 < nodes => node,
            Self::Refuse { .. } | Self::Run(_) => COORDINATOR,
        }
    }

    /// The request for a draw of the load.
    pub fn drawn<P: Banks>(setup: &Setup<P>, draw: LoadDraw) -> Self {
        let accounts = u64::from(P::accounts(&setup.config).0.clamp(1, MAX_ACCOUNTS));
        let from = Account((u64::from(draw.key) % accounts) as u8);
        if draw.read {
            return Self::Run(Transaction::Audit);
        }
        let (kind, step, size) = (draw.bits & 0xff, draw.bits >> 8 & 0xffff, draw.bits >> 24 & 0xffff);
        if kind < 64 {
            return Self::Run(Transaction::Share { from, amount: 1 + (size % 10) as u16 });
        }
        let to = Account(((u64::from(from.0) + 1 + step % accounts.saturating_sub(1).max(1)) % accounts) as u8);
        Self::Run(Transaction::Transfer { from, to, amount: 1 + (size % 40) as u16 })
    }
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

impl Response {
    /// What a client makes of it.
    pub const fn answer(&self) -> Answer {
        match self {
            Self::Committed { .. } | Self::Noted => Answer::Done,
            Self::Aborted { .. } | Self::Invalid => Answer::Refused,
        }
    }
}

/// Why the coordinator aborts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(P: Banks)]
pub enum Cause {
    /// A participant voted no.
    Vote { from: NodeId, reason: Refusal },
    /// These participants were not heard in time.
    Timeout { missing: NodeSet },
    /// The others aborted while the coordinator was down.
    Elsewhere,
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
        match words.one_of(&["transfer", "share", "audit", "refuse"])? {
            3 => {
                let node = words.node()?;
                words.one_of(&["next"])?;
                Ok(Self::Refuse { node })
            }
            verb => Transaction::read_behind(verb, words).map(Self::Run),
        }
    }
}
