//! The spelling of acts: `at 1.2s crash n3 · cut n1->n2 · drop n1->n2#7`.
//!
//! A scripted action is an action, perhaps with answers: `fire n3 election choosing 1 0`. Every action has one canonical spelling, which [`write_action`] gives and [`read_script`] reads back. Some acts are
//! written shorter than they are: `partition n1 n2 | n3 n4 n5` is twelve cuts. What a reader must know of the cluster for
//! them is in a [`Cluster`].

mod amounts;
mod cluster;
mod groups;
mod read;
mod write;

pub(crate) use amounts::{read_range, read_share, write_percent, write_range};
pub use cluster::Cluster;
pub(crate) use read::{
    clients_expected, keys_expected, misplaced, read_direction, read_line_in, read_node, read_step_in, value_expected,
};
pub use read::{read_line, read_script};
pub(crate) use write::write_step;
pub(crate) use write::write_value;
pub use write::{write_action, write_line, write_script};

use alloc::vec::Vec;
use faultlab_core::{Protocol, Time};
use faultlab_sim::ScriptedAction;

/// Between two acts of one gesture.
pub(crate) const SEPARATOR: &str = " · ";

/// The acts of one gesture, with their moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimedLine<P: Protocol> {
    pub at: Time,
    /// How many other steps of the same instant come before the first act.
    pub after: u32,
    pub script: Vec<ScriptedAction<P>>,
}
