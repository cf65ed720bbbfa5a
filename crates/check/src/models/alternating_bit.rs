//! The alternating-bit protocol over two lossy queues (Lamport, "Specifying Systems", section 14.1; module AlternatingBit of
//! tlaplus/Examples), with the length of both queues bounded.

use alloc::vec::Vec;

use faultlab_core::Source;

use super::bits::{number, width_of, with_number};
use super::reference::{Packed, Parameter, Reference, explore_packed};
use crate::{Model, Step};

pub(super) const REFERENCE: Reference = Reference {
    slug: "alternating-bit",
    source: Source { document: "Lamport, Specifying Systems", section: "14.1; AlternatingBit.tla" },
    parameters: &[Parameter { slug: "data", usual: 2 }, Parameter { slug: "queue", usual: 2 }],
    rules: &[],
    invariants: &["received_as_sent"],
    actions: &[
        ("SndNewValue", 1),
        ("ReSndMsg", 1),
        ("RcvMsg", 1),
        ("SndAck", 1),
        ("RcvAck", 1),
        ("LoseMsg", 0),
        ("LoseAck", 0),
    ],
    symmetry: false,
    nodes: |_| 2,
    explore: |parameters, _, limits| {
        explore_packed(&AlternatingBit { data: parameters[0], queue_max: parameters[1] }, limits)
    },
};

/// The model: how many different data there are, and how long a queue may get.
pub(super) struct AlternatingBit {
    pub(super) data: u32,
    pub(super) queue_max: u32,
}

/// The bit last sent, the bit last acknowledged, the bit last received, with the names of the specification.
const S_BIT: u32 = 0;
const S_ACK: u32 = 1;
const R_BIT: u32 = 2;
const SENT: u32 = 3;

/// Where a queue stands in a state: its length, then its elements, the head first.
#[derive(Clone, Copy)]
struct Queue {
    at: u32,
    length_width: u32,
    width: u32,
}

impl Queue {
    fn len<const WORDS: usize>(self, state: &[u64; WORDS]) -> u32 {
        number(state, self.at, self.length_width) as u32
    }

    fn place(self, index: u32) -> u32 {
        self.at + self.length_width + index * self.width
    }

    fn element<const WORDS: usize>(self, state: &[u64; WORDS], index: u32) -> u64 {
        number(state, self.place(index), self.width)
    }

    fn pushed<const WORDS: usize>(self, state: [u64; WORDS], element: u64) -> [u64; WORDS] {
        let len = self.len(&state);
        let longer = with_number(state, self.at, self.length_width, u64::from(len) + 1);
        with_number(longer, self.place(len), self.width, element)
    }

    fn without<const WORDS: usize>(self, mut state: [u64; WORDS], index: u32) -> [u64; WORDS] {
        let last = self.len(&state) - 1;
        for index in index..last {
            let next = self.element(&state, index + 1);
            state = with_number(state, self.place(index), self.width, next);
        }
        let emptied = with_number(state, self.place(last), self.width, 0);
        with_number(emptied, self.at, self.length_width, u64::from(last))
    }
}

impl AlternatingBit {
    fn datum_width(&self) -> u32 {
        width_of(u64::from(self.data) - 1)
    }

    fn rcvd(&self) -> u32 {
        SENT + self.datum_width()
    }

    /// A message is its bit plus twice its datum.
    fn messages(&self) -> Queue {
        let length_width = width_of(self.queue_max.into());
        Queue { at: self.rcvd() + self.datum_width(), length_width, width: 1 + self.datum_width() }
    }

    fn acks(&self) -> Queue {
        let messages = self.messages();
        Queue { at: messages.place(self.queue_max), width: 1, ..messages }
    }

    /// The bits and data of a state: sender's, acknowledged, receiver's; sent, received.
    fn ends<const WORDS: usize>(&self, state: &[u64; WORDS]) -> [u64; 5] {
        let bit = |at| number(state, at, 1);
        let datum = |at| number(state, at, self.datum_width());
        [bit(S_BIT), bit(S_ACK), bit(R_BIT), datum(SENT), datum(self.rcvd())]
    }
}

impl Packed for AlternatingBit {
    fn bits(&self) -> u64 {
        self.acks().place(self.queue_max).into()
    }
}

impl<const WORDS: usize> Model<WORDS> for AlternatingBit {
    fn initial(&self, found: &mut Vec<[u64; WORDS]>) {
        for bits in [0, 7] {
            for sent in 0..self.data {
                for rcvd in 0..self.data {
                    let state = with_number([0; WORDS], 0, 3, bits);
                    let state = with_number(state, SENT, self.datum_width(), sent.into());
                    found.push(with_number(state, self.rcvd(), self.datum_width(), rcvd.into()));
                }
            }
        }
    }

    fn successors(&self, state: &[u64; WORDS], found: &mut Vec<[u64; WORDS]>) {
        let (messages, acks) = (self.messages(), self.acks());
        let (waiting, acknowledged) = (messages.len(state), acks.len(state));
        let [s_bit, s_ack, r_bit, sent, _] = self.ends(state);
        if waiting < self.queue_max {
            if s_ack == s_bit {
                let turned = with_number(*state, S_BIT, 1, 1 - s_bit);
                for datum in (0..self.data).map(u64::from) {
                    let next = with_number(turned, SENT, self.datum_width(), datum);
                    found.push(messages.pushed(next, (1 - s_bit) + 2 * datum));
                }
            } else {
                found.push(messages.pushed(*state, s_bit + 2 * sent));
            }
        }
        if acknowledged < self.queue_max {
            found.push(acks.pushed(*state, r_bit));
        }
        if waiting > 0 {
            let head = messages.element(state, 0);
            let next = with_number(messages.without(*state, 0), R_BIT, 1, head & 1);
            found.push(with_number(next, self.rcvd(), self.datum_width(), head >> 1));
        }
        if acknowledged > 0 {
            found.push(with_number(acks.without(*state, 0), S_ACK, 1, acks.element(state, 0)));
        }
        found.extend((0..waiting).map(|index| messages.without(*state, index)));
        found.extend((0..acknowledged).map(|index| acks.without(*state, index)));
    }

    /// What the receiver has, when its bit is the sender's, is what was sent; before the first message nothing was.
    fn broken(&self, state: &[u64; WORDS]) -> Option<&'static str> {
        let [s_bit, s_ack, r_bit, sent, rcvd] = self.ends(state);
        (s_ack != s_bit && r_bit == s_bit && rcvd != sent).then_some("received_as_sent")
    }

    /// What is received and changes nothing looks like a loss, and is told as one.
    fn step(&self, from: &[u64; WORDS], to: &[u64; WORDS]) -> Step {
        let [s_bit, s_ack, r_bit, ..] = self.ends(from);
        let [s_bit_then, s_ack_then, r_bit_then, sent, rcvd] = self.ends(to);
        let grown = |queue: Queue| queue.len(to) > queue.len(from);
        if grown(self.messages()) {
            Step::new(if s_bit == s_bit_then { "ReSndMsg" } else { "SndNewValue" }, [sent])
        } else if grown(self.acks()) {
            Step::new("SndAck", [r_bit])
        } else if s_ack != s_ack_then {
            Step::new("RcvAck", [s_ack_then])
        } else if r_bit != r_bit_then || rcvd != self.ends(from)[4] {
            Step::new("RcvMsg", [rcvd])
        } else if self.messages().len(to) < self.messages().len(from) {
            Step::new("LoseMsg", [])
        } else {
            Step::new("LoseAck", [])
        }
    }
}
