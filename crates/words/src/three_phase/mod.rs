//! The words of three-phase commit: what its catalogue, `catalogues/three_phase.toml`, stands on.

mod held;

use crate::commit::{Audited, Session, audited, letter, locked};
use faultlab_core::NodeId;
use faultlab_core::commit::three_phase::{
    Basis, COORDINATOR, Cause, Config, Event, Finished, INVARIANTS, Message, Open, Part, RULES, Record, Refusal,
    Request, Response, Rule, State, ThreePhase, Timer, Transaction, Vote,
};
use faultlab_core::kit::NodeSet;

include!(concat!(env!("OUT_DIR"), "/three_phase.rs"));

/// How many have acknowledged the pre-commit, of how many.
struct Acks {
    acked: usize,
    asked: usize,
}

fn acks(acked: &NodeSet, asked: &NodeSet) -> Acks {
    Acks { acked: acked.len(), asked: asked.len() }
}
