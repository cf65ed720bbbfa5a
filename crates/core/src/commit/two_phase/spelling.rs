//! How requests and timers are written in scenario text: `transfer a b 30`, `refuse n3 next`, `votes T3`.

use super::message::{Request, Timer};
use crate::kit::bank::{Transaction, TxnId};
use crate::{Misspelled, Spelled, Words};
use alloc::string::String;
use core::fmt::Write;

fn put(out: &mut String, arguments: core::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(arguments);
}

impl Spelled for Request {
    fn spell(&self, out: &mut String) {
        match *self {
            Self::Run(transaction) => transaction.spell(out),
            Self::Refuse { node } => put(out, format_args!("refuse {node} next")),
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
        TxnId::read(words).map(make)
    }
}
