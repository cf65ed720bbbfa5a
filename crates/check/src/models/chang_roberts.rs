//! The leader election of Chang and Roberts (CACM 22, 1979) on a unidirectional ring, with any subset of initiators (module ChangRoberts
//! of tlaplus/Examples). The smallest number wins. Each node's inbox is a set.

use alloc::format;
use alloc::string::String;

use crate::Model;

const CANDIDATE: u64 = 0;
const LOST: u64 = 1;
const WON: u64 = 2;

/// The model for a ring of at most seven nodes, numbered along the ring: for each node a byte of inbox, and two bits of
/// state and one each for "has begun" and "is an initiator" above them.
#[derive(Clone, Copy, Debug)]
pub struct ChangRoberts {
    pub nodes: u32,
}

impl ChangRoberts {
    /// A node's nine bits: inbox (7), state (2); then, above all nodes, whether it has begun.
    fn part(state: u64, node: u32) -> (u64, u64) {
        let part = state >> (9 * node) & 0x1ff;
        (part & 0x7f, part >> 7)
    }

    fn with_status(state: u64, node: u32, status: u64) -> u64 {
        state & !(3 << (9 * node + 7)) | status << (9 * node + 7)
    }

    fn begun_bit(self, node: u32) -> u64 {
        1 << (9 * self.nodes + node)
    }

    fn next(self, node: u32) -> u32 {
        (node + 1) % self.nodes
    }

    fn put(state: u64, node: u32, id: u32) -> u64 {
        state | 1 << (9 * node + id)
    }
}

impl Model for ChangRoberts {
    type State = [u64; 2];

    /// The second word tells who initiates.
    fn initial(&self, each: &mut impl FnMut([u64; 2])) {
        for initiators in 0..1 << self.nodes {
            each([0, initiators]);
        }
    }

    fn successors(&self, [state, initiators]: [u64; 2], each: &mut impl FnMut([u64; 2])) {
        for node in 0..self.nodes {
            let begun = self.begun_bit(node);
            if state & begun == 0 {
                let next = if initiators & 1 << node == 0 {
                    Self::with_status(state, node, LOST)
                } else {
                    Self::put(state, self.next(node), node)
                };
                each([next | begun, initiators]);
                continue;
            }
            let (inbox, status) = Self::part(state, node);
            for id in (0..self.nodes).filter(|id| inbox & 1 << id != 0) {
                let rest = state & !(1 << (9 * node + id));
                let forwarded = Self::put(rest, self.next(node), id);
                each([
                    if status == LOST {
                        forwarded
                    } else if id < node {
                        Self::with_status(forwarded, node, LOST)
                    } else if id == node {
                        Self::with_status(rest, node, WON)
                    } else {
                        rest
                    },
                    initiators,
                ]);
            }
        }
    }

    fn broken(&self, [state, initiators]: [u64; 2]) -> Option<&'static str> {
        let least = initiators.trailing_zeros();
        let won = |node: &u32| Self::part(state, *node).1 == WON;
        (0..self.nodes).filter(won).any(|node| node != least).then_some("correctness")
    }

    fn describe(&self, [from, _]: [u64; 2], [to, _]: [u64; 2]) -> String {
        let begins = (0..self.nodes).find(|node| (from ^ to) & self.begun_bit(*node) != 0);
        if let Some(node) = begins {
            return format!("node {} begins", node + 1);
        }
        for node in 0..self.nodes {
            let ((inbox, before), (after_inbox, after)) = (Self::part(from, node), Self::part(to, node));
            let taken = inbox & !after_inbox;
            if taken == 0 {
                continue;
            }
            let id = taken.trailing_zeros() + 1;
            return match (before, after) {
                (CANDIDATE, LOST) => format!("node {} receives {id}, loses and passes it on", node + 1),
                (CANDIDATE, WON) => format!("node {} receives its own number and has won", node + 1),
                (CANDIDATE, _) => format!("node {} receives {id} and swallows it", node + 1),
                _ => format!("node {} receives {id} and passes it on", node + 1),
            };
        }
        String::new()
    }
}
