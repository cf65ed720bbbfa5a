//! The directed links between all endpoints.

use alloc::vec;
use alloc::vec::Vec;
use faultlab_core::{ClientId, Endpoint, NodeId, Time};

use crate::FactId;

/// All links. Endpoints are numbered: the nodes first, then the clients. A world is copied often and may have ten thousand links,
/// so of each there is no more than is needed.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    nodes: usize,
    endpoints: usize,
    /// The number of the last packet sent on each.
    sent: Vec<u32>,
    /// When the latest packet arrives on each; empty before links keep the order.
    last_due: Vec<Time>,
    /// By which fact each is cut, for those who ask why a packet died; empty before anything is cut.
    cut_by: Vec<FactId>,
}

/// A direction of a link between two endpoints that are there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link(usize);

impl Links {
    pub(crate) fn new(nodes: usize, clients: usize) -> Self {
        let endpoints = nodes + clients;
        Self { nodes, endpoints, sent: vec![0; endpoints * endpoints], last_due: Vec::new(), cut_by: Vec::new() }
    }

    fn number(&self, endpoint: Endpoint) -> Option<usize> {
        let (number, bound) = match endpoint {
            Endpoint::Node(node) => (node.index(), self.nodes),
            Endpoint::Client(client) => (self.nodes + client.index(), self.endpoints),
        };
        (number < bound).then_some(number)
    }

    pub(crate) fn between(&self, from: Endpoint, to: Endpoint) -> Option<Link> {
        Some(Link(self.number(from)? * self.endpoints + self.number(to)?))
    }

    /// Counts one more packet and tells its number, from one.
    pub(crate) fn count(&mut self, link: Link) -> u32 {
        self.sent[link.0] += 1;
        self.sent[link.0]
    }

    /// When a packet arrives that is due then and may not overtake those before it.
    pub(crate) fn in_order(&mut self, link: Link, due: Time) -> Time {
        self.last_due.resize(self.sent.len(), Time::ZERO);
        let last = &mut self.last_due[link.0];
        *last = due.max(*last);
        *last
    }

    /// The fact by which it is cut, if it is.
    pub(crate) fn cut_by(&self, link: Link) -> Option<FactId> {
        self.cut_by.get(link.0).copied().filter(|fact| *fact != FactId::NONE)
    }

    pub(crate) fn cut(&mut self, link: Link, by: FactId) {
        self.cut_by.resize(self.sent.len(), FactId::NONE);
        self.cut_by[link.0] = by;
    }

    /// Tells the fact by which it was cut.
    pub(crate) fn heal(&mut self, link: Link) -> Option<FactId> {
        let by = self.cut_by(link)?;
        self.cut_by[link.0] = FactId::NONE;
        Some(by)
    }

    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&*self.sent) + size_of_val(&*self.last_due) + size_of_val(&*self.cut_by)
    }

    fn endpoint(&self, number: usize) -> Endpoint {
        if number < self.nodes {
            Endpoint::Node(NodeId(number as u8))
        } else {
            Endpoint::Client(ClientId((number - self.nodes) as u8))
        }
    }

    /// The links that are cut, in order.
    pub(crate) fn cuts(&self) -> impl Iterator<Item = (Endpoint, Endpoint)> + '_ {
        let ends = |place: usize| (self.endpoint(place / self.endpoints), self.endpoint(place % self.endpoints));
        let cut = self.cut_by.iter().enumerate().filter(|(_, fact)| **fact != FactId::NONE);
        cut.map(move |(place, _)| ends(place))
    }
}
