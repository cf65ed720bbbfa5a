//! How timers are written in scenario text: `votes T3`.

use super::message::Timer;
use crate::kit::bank::TxnId;
use crate::{Misspelled, Spelled, Words};
use alloc::string::String;
use core::fmt::Write;

fn put(out: &mut String, arguments: core::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(arguments);
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
        TxnId::read(words).map(kinds[kind])
    }
}
