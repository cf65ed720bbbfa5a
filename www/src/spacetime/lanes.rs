//! The lanes of the diagram: one for each node, and one for each client or one for all of them; over them, the rows in which the
//! clients' operations stand.

use faultlab_core::{Endpoint, NodeId};

/// Height of a lane in pixels.
pub(super) const LANE: f64 = 34.0;
/// Room above the first lane, for the time scale.
pub(super) const TOP: f64 = 36.0;
const BOTTOM: f64 = 14.0;
/// Between the rows of operations and the lanes.
const GAP: f64 = 10.0;

/// Which lanes there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Lanes {
    pub(super) nodes: usize,
    /// How many clients have been seen, the operator included.
    pub(super) clients: usize,
    /// Every client has a lane of its own.
    pub(super) open: bool,
    /// How many rows of operations there are.
    pub(super) rows: usize,
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

    /// The height of a row of operations: the more there are, the lower.
    pub(super) fn row_height(&self) -> f64 {
        match self.rows {
            0..=6 => 24.0,
            7..=12 => 16.0,
            _ => 9.0,
        }
    }

    pub(super) fn row_y(&self, row: usize) -> f64 {
        TOP + self.row_height() * (row as f64 + 0.5)
    }

    /// The row of operations at a height.
    pub(super) fn row_at(&self, y: f64) -> Option<usize> {
        let row = ((y - TOP) / self.row_height()).floor();
        (row >= 0.0 && row < self.rows as f64).then_some(row as usize)
    }

    /// Where the lanes begin.
    pub(super) fn lanes_top(&self) -> f64 {
        TOP + if self.rows > 0 { self.row_height() * self.rows as f64 + GAP } else { 0.0 }
    }

    pub(super) fn y(&self, lane: usize) -> f64 {
        self.lanes_top() + LANE * (lane as f64 + 0.5)
    }

    /// The lane at a height; none over them.
    pub(super) fn lane_at(&self, y: f64) -> Option<usize> {
        let lane = ((y - self.lanes_top()) / LANE).floor();
        (lane >= 0.0).then_some(lane as usize)
    }

    pub(super) fn height(&self) -> f64 {
        self.lanes_top() + LANE * self.count() as f64 + BOTTOM
    }
}

/// The point at a share of the way between two.
pub(super) fn middle(from: (f64, f64), to: (f64, f64), share: f64) -> (f64, f64) {
    (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)
}
