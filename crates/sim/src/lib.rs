//! The world that protocols run in: network, disks, clocks and clients, deterministic on every machine.
//!
//! A cluster is a value, [`World`]; everything that happens to it is one [`Action`], applied by [`World::apply`]. Nothing else
//! changes it: a crash is an action like a delivery. [`Simulation`] chooses the next action by time and seed; [`Tape`] keeps
//! a run with all its branches, so that one can go back and act anew. What is *absent*: a real clock, a real network,
//! threads, any knowledge of a particular protocol, and text for people.
//!
//! Start with [`World`] and [`Simulation`].
//!
//! ```text
//!   Simulation ──▶ Action ──▶ World::apply ──▶ Fact ──▶ Sink (story, meters, trace hash)
//!      ▲                          │
//!      └──────── what is due ◀────┘
//! ```
#![no_std]

extern crate alloc;

mod action;
mod chance;
mod client;
mod fact;
mod links;
mod meters;
mod node;
mod packet;
mod setting;
mod simulation;
mod tape;
mod verdict;
mod world;

pub use action::{Action, ScriptedAction};
pub use chance::{Chance, Keyed, Purpose, Scripted, Transit, draw_below, draw_bits};
pub use client::{Client, Outstanding};
pub use fact::{Fact, FactId, FactKind, LossReason, NoSink, Sink, TraceHash, Void};
pub use meters::{Meters, PATIENCE};
pub use packet::{Packet, PacketName, Payload};
pub use setting::{Load, Network, Setting};
pub use simulation::{Act, Simulation, Start, StepTaken};
pub use tape::{
    BYTES_MAX, Branch, BranchId, Brought, Gesture, Origin, Position, StepFilter, StepMark, Stored, StoredBranch,
    Stretch, Tape, phase_after,
};
pub use verdict::Verdicts;
pub use world::World;
