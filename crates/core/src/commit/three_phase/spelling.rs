//! How timers are written in scenario text: `wait T3`.

use super::message::Timer;
use crate::kit::bank::TxnId;
use crate::{Misspelled, Spelled, Words};
use alloc::format;
use alloc::string::String;

impl Spelled for Timer {
    fn spell(&self, out: &mut String) {
        out.push_str(&match *self {
            Self::Phase(txn) => format!("phase {txn}"),
            Self::Wait(txn) => format!("wait {txn}"),
            Self::Send(txn) => format!("send {txn}"),
        });
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        let make: fn(TxnId) -> Self = words.expect("phase, wait or send", |word| {
            let make: fn(TxnId) -> Self = match word {
                "phase" => Self::Phase,
                "wait" => Self::Wait,
                "send" => Self::Send,
                _ => return None,
            };
            Some(make)
        })?;
        TxnId::read(words).map(make)
    }
}
