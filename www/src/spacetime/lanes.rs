//! The lanes of the diagram: one for each node, and one for each client or one for all of them.

use faultlab_core::{Endpoint, NodeId};

/// Height of a lane in pixels.
pub(super) const LANE: f64 = 34.0;
/// Room above the first lane, for the time scale.
pub(super) const TOP: f64 = 36.0;
const BOTTOM: f64 = 14.0;

/// Which lanes there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Lanes {
    pub(super) nodes: usize,
    /// How many clients have been seen, the operator included.
    pub(super) clients: usize,
    /// Every client has a lane of its own.
    pub(super) open: bool,
}

impl Lanes {
    pub(super) fn count(&self) -> usize {
        let clients = match (self.clients, self.open) {
            (0, _) => 0,
            (clients, true) => clients,
            (_, false) => 1,
        };
        self.nodes + clients
    }

    pub(super) fn of(&self, endpoint: Endpoint) -> usize {
        match endpoint {
            Endpoint::Node(node) => node.index(),
            Endpoint::Client(client) if self.open => self.nodes + client.index(),
            Endpoint::Client(_) => self.nodes,
        }
    }

    pub(super) fn node(&self, lane: usize) -> Option<NodeId> {
        (lane < self.nodes).then_some(NodeId(lane as u8))
    }

    pub(super) fn y(lane: usize) -> f64 {
        TOP + LANE * (lane as f64 + 0.5)
    }

    pub(super) fn height(&self) -> f64 {
        TOP + LANE * self.count() as f64 + BOTTOM
    }
}
