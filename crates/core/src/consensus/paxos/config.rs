//! Roles and timeouts.

use super::Paxos;
use crate::kit::{NodeSet, majority};
use crate::{NodeId, Setup, Span};
use serde::{Deserialize, Serialize};

/// Who does what is fixed; the timeouts may change while the run goes on. Every node is a learner.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, crate::Config)]
pub struct Config {
    /// How many nodes propose: `n1` to `n{proposers}`. One is a distinguished proposer.
    #[field(default = 2.min(nodes), min = 1, max = NodeSet::ROOM, fixed)]
    pub proposers: u8,
    /// How many nodes accept: `n1` to `n{acceptors}`.
    #[field(default = nodes, min = 1, max = NodeSet::ROOM, fixed)]
    pub acceptors: u8,
    /// How long a proposer waits for answers to a phase before it starts a new ballot.
    #[field(default = Span::millis(400), min = 1_000, max = 600_000_000)]
    pub phase_timeout: Span,
    /// The longest random wait after a first pre-empted ballot; it doubles with each further one. Zero: none, and proposers can duel
    /// for ever.
    #[field(default = Span::millis(100), min = 0, max = 600_000_000)]
    pub back_off: Span,
}

impl Setup<Paxos> {
    pub fn acceptors(&self) -> NodeSet {
        NodeSet::first(self.config.acceptors.min(self.nodes))
    }

    pub fn proposers(&self) -> u8 {
        self.config.proposers.min(self.nodes).max(1)
    }

    pub fn proposes(&self, node: NodeId) -> bool {
        node.0 < self.proposers()
    }

    /// How many acceptors make a majority.
    pub fn majority(&self) -> usize {
        majority(self.acceptors().len())
    }
}
