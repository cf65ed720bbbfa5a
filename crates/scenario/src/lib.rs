//! The scenario: one value that is lesson, test, link and counterexample.
//!
//! A run is a function of its [`Scenario`]. People write it as TOML, programs carry it as JSON, a link packs the JSON, and its
//! acts have a spelling of their own: `at 1.2s crash n3 · cut n1->n2 · drop n1->n2#7`. What is *absent*: any protocol by name;
//! requests and timers are spelled and read by the protocol itself, through [`faultlab_core::Spelled`].
//!
//! Start with [`Scenario`] and [`text`].
#![no_std]

extern crate alloc;

pub mod condition;
mod json;
pub mod link;
mod near;
mod scenario;
mod shape;
mod start;
pub mod text;
#[cfg(feature = "toml")]
mod toml_file;
mod witness;

pub use faultlab_core::{Place, ScenarioError};
pub use json::TEXT_MAX;
pub use scenario::{
    ACTS_MAX, CLIENTS_MAX, Caption, Expect, FORMAT, KEYS_MAX, LoadText, NODES_MAX, NetworkText, Number, RETRY_MIN,
    SEED_MAX, Scenario, Texts, UNTIL_MAX,
};
pub use start::{of_start, start, write_acts};
#[cfg(feature = "toml")]
pub use toml_file::locate;
