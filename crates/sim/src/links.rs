//! The directed links between all endpoints.

use alloc::vec;
use alloc::vec::Vec;
use faultlab_core::{ClientId, Endpoint, NodeId, Time};

use crate::FactId;

/// One direction of one link.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    /// The number of the last packet sent.
    pub(crate) sent: u32,
    pub(crate) cut: bool,
    /// The fact of the cut, for those who ask why a packet died.
    pub(crate) cut_by: FactId,
    /// When the latest packet arrives, for links that keep the order.
    pub(crate) last_due: Time,
}

/// All links. Endpoints are numbered: the nodes first, then the clients.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    nodes: usize,
    endpoints: usize,
    links: Vec<Link>,
}

impl Links {
    pub(crate) fn new(nodes: usize, clients: usize) -> Self {
        let endpoints = nodes + clients;
        let link = Link { sent: 0, cut: false, cut_by: FactId::NONE, last_due: Time::ZERO };
        Self { nodes, endpoints, links: vec![link; endpoints * endpoints] }
    }

    fn number(&self, endpoint: Endpoint) -> Option<usize> {
        let (number, bound) = match endpoint {
            Endpoint::Node(node) => (node.index(), self.nodes),
            Endpoint::Client(client) => (self.nodes + client.index(), self.endpoints),
        };
        (number < bound).then_some(number)
    }

    pub(crate) fn get(&self, from: Endpoint, to: Endpoint) -> Option<&Link> {
        Some(&self.links[self.number(from)? * self.endpoints + self.number(to)?])
    }

    pub(crate) fn get_mut(&mut self, from: Endpoint, to: Endpoint) -> Option<&mut Link> {
        let place = self.number(from)? * self.endpoints + self.number(to)?;
        Some(&mut self.links[place])
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
        self.links
            .iter()
            .enumerate()
            .filter(|(_, link)| link.cut)
            .map(|(place, _)| (self.endpoint(place / self.endpoints), self.endpoint(place % self.endpoints)))
    }
}
