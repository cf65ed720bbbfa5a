//! The vocabulary of Faultlab and every protocol, as pure state machines.
//!
//! A process is a value of a type that implements [`Protocol`]: [`Protocol::step`] takes one [`Input`] and answers with
//! effects written to a [`Cx`]. What is *absent*: networks, clocks, threads, randomness, disks that work, text for people,
//! and any knowledge of who runs the process. `faultlab-sim` runs it in a world, `faultlab-check` explores it, and the page
//! draws it.
//!
//! Start with [`Protocol`] and [`Cx`].
//!
//! ```text
//!            Input ──▶ step(&mut self) ──▶ Effect
//!   message, timer,                        send, reply, set timer,
//!   request                                append, write, sync, emit
//! ```
#![no_std]

extern crate alloc;
// What is derived names this crate in full, so that protocols outside it can derive, too.
extern crate self as faultlab_core;

mod access;
#[cfg(test)]
mod bench;
mod cx;
mod disk;
mod expected;
mod fault;
mod field;
mod id;
mod invariant;
pub mod kit;
mod outcome;
pub mod process;
mod protocol;
mod rename;
mod rule;
mod slot;
mod spelled;
mod time;

pub mod commit;
pub mod consensus;
pub mod hashing;

pub use access::{Access, Accessed, Datum, ReadAccess, Registers, Reply, Width};
pub use cx::{Answers, Cx, Effect, Input};
pub use disk::{Area, AreaId, Condition, Disk, Keep, MAX_AREAS, Operation, Stored, SyncedArea, SyncedDisk};
pub use expected::{Expected, Found, Kind, Names, Part, Place, Quantity, ScenarioError, Slug, Takes};
pub use fault::{Bound, Excess, Fault, FaultTally, Limits, Misfit, Progress, Tolerance};
pub use faultlab_derive::{Config, Rename, Rules};
pub use field::{Field, FieldValue, Unit};
pub use id::{ClientId, Endpoint, NodeId, RequestId};
pub use invariant::{
    Check, CheckOfCluster, CheckOfSends, ClusterView, Figure, Invariant, Judgement, Needs, Occasion, Promise,
    QuietView, Seen, Sent, View, Violation, Watches,
};
pub use outcome::{LossReason, Void};
pub use protocol::{Answer, LoadDraw, Mark, ObserveSent, Protocol, Setup, Stale, Value};
pub use rename::{Rename, Renaming, Symmetry};
pub use rule::{Budget, Exploring, Rule, RuleSet, Source, TimeModel, Witness};
pub use slot::{Armed, Fence, Outgoing, Slot};
pub use spelled::{Misspelled, Quoted, Spelled, Words};
pub use time::{Span, Time};
