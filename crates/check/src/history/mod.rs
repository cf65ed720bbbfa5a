//! Histories: who called what, when, and with what outcome.
//!
//! A [`History`] is recorded from a run by a [`Recorder`], or read from a file: Jepsen's EDN or `history.txt`, the same as JSON
//! (which [`History::to_json`] writes), or the log of porcupine's etcd tests. The reader is told which [`Model`] the operations
//! belong to. An entry that looks like an operation and cannot be read is an error, and never left out.
//!
//! An operation that failed did not happen, so it is not in the history. One whose outcome is unknown (Jepsen's `:info`, or
//! without any end) may take effect at any later time or never.

mod edn;
mod entry;
mod error;
mod form;
mod format;
mod json;
mod lines;
mod model;
mod processes;
mod read;
mod record;
mod sums;
mod token;
mod write;

pub use error::HistoryError;
pub use format::Format;
pub use model::Model;
pub use read::{HISTORY_MAX, read, read_datum};
pub use record::{AlreadyCalling, NotCalling, Recorder};
pub use write::{described, json_of};

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;
use faultlab_core::{Accessed, Datum, Time};

/// A call or an end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// Its place among all calls and ends of the history: what ended in a lower place ended before.
    pub place: u32,
    /// When it was, if that is known.
    pub time: Option<Time>,
}

/// One operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operation {
    /// The client; one at a time calls one operation after the other.
    pub process: u32,
    pub accessed: Accessed,
    pub call: Moment,
    /// None: it is not known when, or whether, it took effect.
    pub end: Option<Moment>,
}

/// What clients did to a store, in the order of the calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct History {
    /// What a register holds that was never written; none if that is not known. Then it may be another value for each
    /// register, the one that the first operations tell.
    pub initial: Option<Datum>,
    pub operations: Vec<Operation>,
    /// The names of processes that have no number where the history comes from.
    pub names: BTreeMap<u32, Arc<str>>,
}

impl History {
    /// A process by its name, or by its number.
    pub fn process(&self, process: u32) -> Cow<'_, str> {
        match self.names.get(&process) {
            Some(name) => Cow::Borrowed(&**name),
            None => Cow::Owned(process.to_string()),
        }
    }
}
