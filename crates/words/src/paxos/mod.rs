//! The words of Paxos: what its catalogue, `catalogues/paxos.toml`, stands on.

mod held;

use crate::Speaker;
use crate::say::{Say, Together, letter};
use alloc::format;
use alloc::string::String;
use core::borrow::Borrow;
use faultlab_core::NodeId;
use faultlab_core::consensus::paxos::{
    Acceptor, Ballot, Config, Event, INVARIANTS, Learner, Message, Paxos, Phase, Proposal, Proposer, RULES, Record,
    Request, Response, Rule, Timer, Vote,
};
use faultlab_core::kit::NodeSet;

include!(concat!(env!("OUT_DIR"), "/paxos.rs"));

/// `A` to `Z`, then `A2` and so on.
impl<L> Say<Speaker<'_, L, Paxos>> for NodeId {
    fn say(&self, _speaker: &Speaker<'_, L, Paxos>, out: &mut String) {
        out.push_str(&letter(*self));
    }
}

/// `2.B`: the second round, of proposer B.
impl<S> Say<S> for Ballot {
    fn say(&self, _speaker: &S, out: &mut String) {
        out.push_str(&ballot(*self));
    }
}

/// A ballot as the sentences have it, for a view.
pub fn ballot(ballot: Ballot) -> String {
    format!("{}.{}", ballot.round, letter(ballot.proposer))
}

/// The nodes of a set, the last with “and”.
fn all(nodes: impl Borrow<NodeSet>) -> Together {
    Together(*nodes.borrow())
}

/// What an acceptor accepted last.
struct Seen(Vote);

fn has(accepted: &Option<Vote>) -> bool {
    accepted.is_some()
}

fn seen(accepted: &Option<Vote>) -> Seen {
    Seen(accepted.unwrap_or(Vote { ballot: Ballot::NONE, value: 0 }))
}
