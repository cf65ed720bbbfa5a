//! The leader election of Chang and Roberts (CACM 22, 1979) on a unidirectional ring, with any subset of initiators (module
//! ChangRoberts of tlaplus/Examples). The smallest number wins. Each node's inbox is a set.

use alloc::vec::Vec;

use faultlab_core::Source;

use super::bits::{has, number, with, with_number};
use super::reference::{Packed, Parameter, Reference, explore_packed};
use crate::{Model, Step};

const CANDIDATE: u64 = 0;
const LOST: u64 = 1;
const WON: u64 = 2;

pub(super) const REFERENCE: Reference = Reference {
    slug: "chang-roberts",
    source: Source { document: "Chang and Roberts, CACM 22", section: "5 (1979); ChangRoberts.tla" },
    parameters: &[Parameter { slug: "nodes", usual: 3 }],
    rules: &[],
    invariants: &["correctness"],
    actions: &[("n0", 1), ("n1_lose", 2), ("n1_win", 1), ("n1_swallow", 2), ("n2", 2)],
    symmetry: false,
    nodes: |parameters| parameters[0],
    explore: |parameters, _, limits| explore_packed(&ChangRoberts { nodes: parameters[0] }, limits),
};

/// The model for a ring of nodes, numbered along the ring: for each an inbox with a bit for each number, two bits of status,
/// and whether it has begun; behind all of them who initiates.
pub(super) struct ChangRoberts {
    pub(super) nodes: u32,
}

impl ChangRoberts {
    fn inbox_at(&self, node: u32, id: u32) -> u32 {
        node * (self.nodes + 3) + id
    }

    fn status_at(&self, node: u32) -> u32 {
        self.inbox_at(node, self.nodes)
    }

    fn begun_at(&self, node: u32) -> u32 {
        self.status_at(node) + 2
    }

    fn initiates_at(&self, node: u32) -> u32 {
        self.inbox_at(self.nodes, 0) + node
    }

    fn status<const WORDS: usize>(&self, state: &[u64; WORDS], node: u32) -> u64 {
        number(state, self.status_at(node), 2)
    }

    /// Puts the number into the inbox of the node behind this one.
    fn passed_on<const WORDS: usize>(&self, state: [u64; WORDS], node: u32, id: u32) -> [u64; WORDS] {
        with(state, self.inbox_at((node + 1) % self.nodes, id))
    }

    fn received<const WORDS: usize>(&self, state: &[u64; WORDS], node: u32, id: u32) -> [u64; WORDS] {
        let rest = with_number(*state, self.inbox_at(node, id), 1, 0);
        let becomes = |state, status| with_number(state, self.status_at(node), 2, status);
        if self.status(state, node) == LOST {
            self.passed_on(rest, node, id)
        } else if id < node {
            becomes(self.passed_on(rest, node, id), LOST)
        } else if id == node {
            becomes(rest, WON)
        } else {
            rest
        }
    }
}

impl Packed for ChangRoberts {
    fn bits(&self) -> u64 {
        let nodes = u64::from(self.nodes);
        nodes * (nodes + 4)
    }
}

impl<const WORDS: usize> Model<WORDS> for ChangRoberts {
    fn initial(&self, found: &mut Vec<[u64; WORDS]>) {
        found.push([0; WORDS]);
        for node in 0..self.nodes {
            for index in 0..found.len() {
                found.push(with(found[index], self.initiates_at(node)));
            }
        }
    }

    fn successors(&self, state: &[u64; WORDS], found: &mut Vec<[u64; WORDS]>) {
        for node in 0..self.nodes {
            if has(state, self.begun_at(node)) {
                let inbox = (0..self.nodes).filter(|id| has(state, self.inbox_at(node, *id)));
                found.extend(inbox.map(|id| self.received(state, node, id)));
            } else {
                let begun = with(*state, self.begun_at(node));
                found.push(if has(state, self.initiates_at(node)) {
                    self.passed_on(begun, node, node)
                } else {
                    with_number(begun, self.status_at(node), 2, LOST)
                });
            }
        }
    }

    fn broken(&self, state: &[u64; WORDS]) -> Option<&'static str> {
        let least = (0..self.nodes).find(|node| has(state, self.initiates_at(*node)));
        let won = |node: &u32| self.status(state, *node) == WON;
        (0..self.nodes).filter(won).any(|node| Some(node) != least).then_some("correctness")
    }

    fn step(&self, from: &[u64; WORDS], to: &[u64; WORDS]) -> Step {
        for node in 0..self.nodes {
            let name = u64::from(node) + 1;
            if has(from, self.begun_at(node)) != has(to, self.begun_at(node)) {
                return Step::new("n0", [name]);
            }
            let is_taken = |id: &u32| has(from, self.inbox_at(node, *id)) && !has(to, self.inbox_at(node, *id));
            let Some(id) = (0..self.nodes).find(is_taken) else { continue };
            let number = u64::from(id) + 1;
            return match (self.status(from, node), self.status(to, node)) {
                (CANDIDATE, LOST) => Step::new("n1_lose", [name, number]),
                (CANDIDATE, WON) => Step::new("n1_win", [name]),
                (LOST, _) => Step::new("n2", [name, number]),
                _ => Step::new("n1_swallow", [name, number]),
            };
        }
        // Alone on its ring, a node that passes a number on has it in its inbox again.
        Step::new("n2", [1, 1])
    }
}
