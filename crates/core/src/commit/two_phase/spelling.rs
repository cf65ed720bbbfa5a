//! How requests and timers are written in scenario text: `transfer a b 30`, `refuse n3 next`, `votes T3`.

use super::message::{Request, Timer};
use super::transaction::{Account, MAX_ACCOUNTS, Transaction, TxnId};
use crate::{Misspelled, Spelled, Words};
use alloc::string::String;
use core::fmt::Write;

fn put(out: &mut String, arguments: core::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(arguments);
}

fn account(words: &mut Words<'_>) -> Result<Account, Misspelled> {
    words.expect("account", |word| match *word.as_bytes() {
        [letter @ b'a'..=b'z'] => Some(Account(letter - b'a')),
        _ => None,
    })
}

fn amount(words: &mut Words<'_>) -> Result<u16, Misspelled> {
    words.number("amount")
}

impl Spelled for Request {
    fn spell(&self, out: &mut String) {
        match *self {
            Self::Run(Transaction::Transfer { from, to, amount }) => {
                put(out, format_args!("transfer {} {} {amount}", from.letter(), to.letter()));
            }
            Self::Run(Transaction::Share { from, amount }) => {
                put(out, format_args!("share {} {amount}", from.letter()));
            }
            Self::Run(Transaction::Audit) => out.push_str("audit"),
            Self::Refuse { node } => put(out, format_args!("refuse {node} next")),
        }
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        match words.one_of(&["transfer", "share", "audit", "refuse"])? {
            0 => {
                let (from, to, amount) = (account(words)?, account(words)?, amount(words)?);
                Ok(Self::Run(Transaction::Transfer { from, to, amount }))
            }
            1 => {
                let (from, amount) = (account(words)?, amount(words)?);
                Ok(Self::Run(Transaction::Share { from, amount }))
            }
            2 => Ok(Self::Run(Transaction::Audit)),
            _ => {
                let node = words.node()?;
                words.one_of(&["next"])?;
                Ok(Self::Refuse { node })
            }
        }
    }
}

impl Spelled for Timer {
    fn spell(&self, out: &mut String) {
        match *self {
            Self::Votes(txn) => put(out, format_args!("votes {txn}")),
            Self::Acks(txn) => put(out, format_args!("acks {txn}")),
            Self::Prepare(txn) => put(out, format_args!("prepare {txn}")),
            Self::Decision(txn) => put(out, format_args!("decision {txn}")),
        }
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        let kinds: [fn(TxnId) -> Self; 4] = [Self::Votes, Self::Acks, Self::Prepare, Self::Decision];
        let kind = words.one_of(&["votes", "acks", "prepare", "decision"])?;
        words.expect("transaction", TxnId::parse).map(kinds[kind])
    }
}

const _: () = assert!(MAX_ACCOUNTS == 26, "an account is a letter");
