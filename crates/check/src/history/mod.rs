//! Histories: who called what, when, and with what outcome.
//!
//! A [`History`] is recorded from a run by a [`Recorder`], or read from a file: Jepsen's EDN, the same as JSON (which
//! [`History::to_json`] writes), or the log of porcupine's etcd tests. Whoever reads a file says which [`Model`] its operations belong to.
//!
//! An operation that failed did not happen, so it is not in the history. One whose outcome is unknown (Jepsen's `:info`, or
//! without any end) may take effect at any later time or never.

mod edn;
mod entry;
mod error;
mod etcd;
mod form;
mod json;
mod model;
mod read;
mod record;
mod write;

pub use error::HistoryError;
pub use model::Model;
pub use read::{Format, HISTORY_MAX, read};
pub use record::{AlreadyCalling, NotCalling, Recorder};
pub use write::{described, json_of};

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
    /// What a register holds that was never written.
    pub initial: Datum,
    pub operations: Vec<Operation>,
}
