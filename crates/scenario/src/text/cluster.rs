//! What a reader of acts must know of the cluster.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use faultlab_core::{Endpoint, NodeId, Protocol};
use faultlab_sim::{Action, World};

use super::groups::Direction;

/// Who exists and what is cut, so that `isolate n3` and `heal all` can be told as single cuts and heals.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cluster {
    pub nodes: u8,
    /// The highest number of a client.
    pub clients: u8,
    pub cuts: BTreeSet<(Endpoint, Endpoint)>,
}

impl Cluster {
    /// A cluster in which nothing is cut.
    pub fn new(nodes: u8, clients: u8) -> Self {
        Self { nodes, clients, cuts: BTreeSet::new() }
    }

    /// The cluster as it is now.
    pub fn of<P: Protocol>(world: &World<P>) -> Self {
        let clients = world.clients().len().saturating_sub(1) as u8;
        Self { nodes: world.setup().nodes, clients, cuts: world.cuts().collect() }
    }

    /// Takes note of an action. Links are cut and healed by actions only, so a reader of a whole schedule knows them.
    pub(crate) fn note<P: Protocol>(&mut self, action: &Action<P>) {
        match action {
            Action::Cut { from, to } if from != to => {
                self.cuts.insert((*from, *to));
            }
            Action::Heal { from, to } => {
                self.cuts.remove(&(*from, *to));
            }
            _ => {}
        }
    }

    pub(crate) fn has(&self, endpoint: Endpoint) -> bool {
        match endpoint {
            Endpoint::Node(node) => node.0 < self.nodes,
            Endpoint::Client(client) => client.0 <= self.clients,
        }
    }

    pub(crate) fn others(&self, node: NodeId) -> Vec<Endpoint> {
        NodeId::all(self.nodes).filter(|other| *other != node).map(Endpoint::Node).collect()
    }

    /// The cuts that an endpoint is part of.
    pub(crate) fn cuts_at(&self, endpoint: Endpoint) -> Vec<Direction> {
        self.cuts.iter().filter(|(from, to)| *from == endpoint || *to == endpoint).copied().collect()
    }
}
