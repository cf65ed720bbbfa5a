//! The alternating-bit protocol over two lossy queues (Lamport, "Specifying Systems", section 14.1; module AlternatingBit of
//! tlaplus/Examples), with the length of both queues bounded.

use alloc::format;
use alloc::string::String;

use crate::Model;

/// The model: how many different data there are, at most eight, and how long a queue may get, at most six.
#[derive(Clone, Copy, Debug)]
pub struct AlternatingBit {
    pub values: u8,
    pub queue_max: u8,
}

/// A short queue of small numbers: its length in the lowest four bits, then four bits an element, the head lowest.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Queue(u32);

impl Queue {
    fn len(self) -> u8 {
        (self.0 & 15) as u8
    }

    fn at(self, index: u8) -> u8 {
        (self.0 >> (4 + 4 * index) & 15) as u8
    }

    fn push(self, element: u8) -> Self {
        let len = self.len();
        Self((self.0 + 1) | u32::from(element) << (4 + 4 * len))
    }

    fn without(self, index: u8) -> Self {
        (0..self.len()).filter(|other| *other != index).fold(Self(0), |queue, other| queue.push(self.at(other)))
    }
}

/// A state, with the names of the specification.
#[derive(Clone, Copy)]
struct Unpacked {
    /// The bit last sent, the bit last acknowledged, the bit last received.
    s_bit: u8,
    s_ack: u8,
    r_bit: u8,
    sent: u8,
    rcvd: u8,
    /// A message is its bit plus twice its datum.
    messages: Queue,
    acks: Queue,
}

impl Unpacked {
    fn pack(self) -> u64 {
        let bits = self.s_bit | self.s_ack << 1 | self.r_bit << 2;
        let small = u64::from(bits) | u64::from(self.sent) << 3 | u64::from(self.rcvd) << 6;
        small | u64::from(self.messages.0) << 9 | u64::from(self.acks.0) << 37
    }

    fn unpack(state: u64) -> Self {
        let bit = |at: u32| (state >> at & 1) as u8;
        Self {
            s_bit: bit(0),
            s_ack: bit(1),
            r_bit: bit(2),
            sent: (state >> 3 & 7) as u8,
            rcvd: (state >> 6 & 7) as u8,
            messages: Queue((state >> 9) as u32 & 0x0fff_ffff),
            acks: Queue((state >> 37) as u32),
        }
    }
}

impl Model for AlternatingBit {
    type State = u64;

    fn initial(&self, each: &mut impl FnMut(u64)) {
        for bit in 0..2 {
            for sent in 0..self.values {
                for rcvd in 0..self.values {
                    let (messages, acks) = (Queue(0), Queue(0));
                    each(Unpacked { s_bit: bit, s_ack: bit, r_bit: bit, sent, rcvd, messages, acks }.pack());
                }
            }
        }
    }

    fn successors(&self, state: u64, each: &mut impl FnMut(u64)) {
        let at = Unpacked::unpack(state);
        let mut reach = |next: Unpacked| {
            if next.messages.len() <= self.queue_max && next.acks.len() <= self.queue_max {
                each(next.pack());
            }
        };
        if at.s_ack == at.s_bit {
            let s_bit = 1 - at.s_bit;
            for sent in 0..self.values {
                reach(Unpacked { s_bit, sent, messages: at.messages.push(s_bit | sent << 1), ..at });
            }
        } else {
            reach(Unpacked { messages: at.messages.push(at.s_bit | at.sent << 1), ..at });
        }
        reach(Unpacked { acks: at.acks.push(at.r_bit), ..at });
        if at.messages.len() > 0 {
            let head = at.messages.at(0);
            reach(Unpacked { r_bit: head & 1, rcvd: head >> 1, messages: at.messages.without(0), ..at });
        }
        if at.acks.len() > 0 {
            reach(Unpacked { s_ack: at.acks.at(0), acks: at.acks.without(0), ..at });
        }
        for index in 0..at.messages.len() {
            reach(Unpacked { messages: at.messages.without(index), ..at });
        }
        for index in 0..at.acks.len() {
            reach(Unpacked { acks: at.acks.without(index), ..at });
        }
    }

    /// What the receiver has, when its bit is the sender's, is what was sent; before the first message nothing was.
    fn broken(&self, state: u64) -> Option<&'static str> {
        let at = Unpacked::unpack(state);
        let unacknowledged = at.s_ack != at.s_bit;
        (unacknowledged && at.r_bit == at.s_bit && at.rcvd != at.sent).then_some("what_is_received_was_sent")
    }

    fn describe(&self, from: u64, to: u64) -> String {
        let (from, to) = (Unpacked::unpack(from), Unpacked::unpack(to));
        if to.messages.len() > from.messages.len() {
            format!("the sender sends datum {} with bit {}", to.sent, to.s_bit)
        } else if to.acks.len() > from.acks.len() {
            format!("the receiver acknowledges bit {}", from.r_bit)
        } else if to.s_ack != from.s_ack {
            format!("the sender receives the acknowledgement of bit {}", to.s_ack)
        } else if (to.r_bit, to.rcvd) != (from.r_bit, from.rcvd) {
            format!("the receiver receives datum {} with bit {}", to.rcvd, to.r_bit)
        } else if to.messages != from.messages {
            "a message is lost, or received once more".into()
        } else {
            "an acknowledgement is lost, or received once more".into()
        }
    }
}
