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
        let kinds: [fn(TxnId) -> Self; 3] = [Self::Phase, Self::Wait, Self::Send];
        let kind = words.one_of(&["phase", "wait", "send"])?;
        TxnId::read(words).map(kinds[kind])
    }
}
