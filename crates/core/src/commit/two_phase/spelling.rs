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
    words.expect("an account: a letter from a to z", |word| match *word.as_bytes() {
        [letter @ b'a'..=b'z'] => Some(Account(letter - b'a')),
        _ => None,
    })
}

fn amount(words: &mut Words<'_>) -> Result<u16, Misspelled> {
    words.number("an amount from 1 to 65535")
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
        match words.peek() {
            "transfer" => {
                words.word();
                let (from, to, amount) = (account(words)?, account(words)?, amount(words)?);
                Ok(Self::Run(Transaction::Transfer { from, to, amount }))
            }
            "share" => {
                words.word();
                let (from, amount) = (account(words)?, amount(words)?);
                Ok(Self::Run(Transaction::Share { from, amount }))
            }
            "audit" => {
                words.word();
                Ok(Self::Run(Transaction::Audit))
            }
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
        let make: fn(TxnId) -> Self = words.expect("votes, acks, prepare or decision", |word| {
            let make: fn(TxnId) -> Self = match word {
                "votes" => Self::Votes,
                "acks" => Self::Acks,
                "prepare" => Self::Prepare,
                "decision" => Self::Decision,
                _ => return None,
            };
            Some(make)
        })?;
        words.expect("a transaction such as T3 or T1.3", TxnId::parse).map(make)
    }
}

const _: () = assert!(MAX_ACCOUNTS == 26, "an account is a letter");
