//! The explorer: every state that a model can reach, and the shortest way to a bad one.
//!
//! A [`Model`] says where it begins, what can happen next and what must hold. [`explore`] visits its states breadth-first, each
//! once, by exact comparison: no two states are ever taken for one. The counts depend neither on the number of threads nor
//! on the order of any map. What is *absent*: time, files, and any judgement beyond the states seen; a report tells how many
//! there were and whether they were all.
//!
//! [`models`] holds the reference models at specification level, whose counts are published. They keep the explorer honest.
//!
//! [`worlds`] explores whole clusters of a protocol, as the simulation runs them.
//! [`shrink`] makes any run that breaks a promise smaller.
//! [`linear`] judges what clients saw: whether one copy could have answered as the cluster did. [`history`] is what it judges.
//!
//! Start with [`Model`] and [`explore`] for models, [`worlds::Hunt`] and [`worlds::Scope`] for protocols, [`linear::judge`] for
//! histories.
#![no_std]

extern crate alloc;
#[cfg(feature = "threads")]
extern crate std;

pub mod history;
pub mod linear;
mod model;
pub mod models;
mod search;
mod shard;
mod shrink;
mod threads;
pub mod worlds;

pub use model::{Model, Step};
pub use search::{Limits, Order, Report, Violation, explore};
pub use shrink::{Shrunk, acts_counted, shrink};
