//! Where the world's answers come from: keyed draws, so that one more fault does not reshuffle what has nothing to do with it.
//!
//! A draw is a function of the seed, a purpose, a place (a node, or a link) and the number of that purpose's earlier draws
//! there. There is no stream to get out of step. The functions here are part of the file format: [`draw_bits`] and
//! [`draw_below`] have test vectors and never change.

use alloc::vec::Vec;
use faultlab_core::{Span, Time};

use crate::{Network, PacketName};

/// What a draw is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Purpose {
    Loss = 1,
    Duplication = 2,
    Latency = 3,
    CopyLatency = 4,
    Timer = 5,
    Choice = 6,
    Sync = 7,
    Think = 8,
    Load = 9,
    LoadBits = 10,
}

fn scramble(mut bits: u64) -> u64 {
    // The finaliser of splitmix64 (Steele, Lea, Flood 2014), with the constants of Stafford's variant 13.
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Sixty-four bits for a key.
pub fn draw_bits(seed: u64, purpose: Purpose, place: u64, ordinal: u64) -> u64 {
    let key = seed ^ (purpose as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ place.wrapping_mul(0xd1b5_4a32_d192_ed03);
    scramble(scramble(key).wrapping_add(ordinal.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

/// A number below `count` by multiply and shift; zero if `count` is zero.
pub fn draw_below(bits: u64, count: u64) -> u64 {
    ((u128::from(bits) * u128::from(count)) >> 64) as u64
}

/// A duration from `min` to `max`, both included.
fn draw_span(bits: u64, min: Span, max: Span) -> Span {
    if max.0 <= min.0 { min } else { Span(min.0 + draw_below(bits, max.0 - min.0 + 1)) }
}

fn place_of(endpoint: faultlab_core::Endpoint) -> u64 {
    match endpoint {
        faultlab_core::Endpoint::Node(node) => u64::from(node.0),
        faultlab_core::Endpoint::Client(client) => 256 + u64::from(client.0),
    }
}

fn place_of_link(name: PacketName) -> u64 {
    place_of(name.from) << 16 | place_of(name.to)
}

/// What happens to a packet on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transit {
    pub lost: bool,
    pub delay: Span,
    /// The delay of a second copy, if the network makes one.
    pub copy: Option<Span>,
}

/// The answers that the environment gives. `ordinal` counts the earlier draws of the same purpose at the same place.
pub trait Chance {
    fn choose(&mut self, node: u8, ordinal: u64, count: u32) -> u32;

    /// How long a timer armed with a range runs.
    fn timer(&mut self, node: u8, ordinal: u64, min: Span, max: Span) -> Span;

    fn transit(&mut self, name: PacketName, network: &Network) -> Transit;

    fn sync(&mut self, node: u8, ordinal: u64, network: &Network) -> Span;
}

/// Draws keyed by a seed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Keyed {
    pub seed: u64,
}

impl Keyed {
    pub(crate) fn think(self, client: u8, ordinal: u64, min: Span, max: Span) -> Span {
        draw_span(draw_bits(self.seed, Purpose::Think, u64::from(client), ordinal), min, max)
    }

    pub(crate) fn load(self, client: u8, ordinal: u64) -> [u64; 2] {
        [Purpose::Load, Purpose::LoadBits].map(|purpose| draw_bits(self.seed, purpose, u64::from(client), ordinal))
    }

    /// The delay of a packet that travels for certain, as after the exact steps of a scenario.
    pub(crate) fn delay(self, name: PacketName, network: &Network) -> Span {
        if network.latency_max <= network.latency_min {
            return network.latency_min;
        }
        let purpose = if name.copy == 0 { Purpose::Latency } else { Purpose::CopyLatency };
        let bits = draw_bits(self.seed, purpose, place_of_link(name), u64::from(name.ordinal));
        draw_span(bits, network.latency_min, network.latency_max)
    }
}

impl Chance for Keyed {
    fn choose(&mut self, node: u8, ordinal: u64, count: u32) -> u32 {
        draw_below(draw_bits(self.seed, Purpose::Choice, u64::from(node), ordinal), u64::from(count)) as u32
    }

    fn timer(&mut self, node: u8, ordinal: u64, min: Span, max: Span) -> Span {
        if max.0 <= min.0 {
            return min;
        }
        draw_span(draw_bits(self.seed, Purpose::Timer, u64::from(node), ordinal), min, max)
    }

    fn transit(&mut self, name: PacketName, network: &Network) -> Transit {
        let (place, ordinal) = (place_of_link(name), u64::from(name.ordinal));
        let happens = |purpose, ppm: u32| {
            ppm > 0 && draw_below(draw_bits(self.seed, purpose, place, ordinal), 1_000_000) < u64::from(ppm)
        };
        let lost = happens(Purpose::Loss, network.loss_ppm);
        let copy = happens(Purpose::Duplication, network.duplication_ppm).then(|| {
            let bits = draw_bits(self.seed, Purpose::CopyLatency, place, ordinal);
            draw_span(bits, network.latency_min, network.latency_max)
        });
        Transit { lost, delay: self.delay(name, network), copy }
    }

    fn sync(&mut self, node: u8, ordinal: u64, network: &Network) -> Span {
        let bits = draw_bits(self.seed, Purpose::Sync, u64::from(node), ordinal);
        draw_span(bits, network.sync_min, network.sync_max)
    }
}

/// Ordered choices. When they run out, the keyed draws answer; loss and duplication are never drawn, because a script that orders
/// exact steps states them as actions.
#[derive(Clone, Debug)]
pub struct Scripted {
    pub keyed: Keyed,
    /// The answers in the order asked, the next one last.
    pub choices: Vec<u32>,
}

impl Chance for Scripted {
    fn choose(&mut self, node: u8, ordinal: u64, count: u32) -> u32 {
        match self.choices.pop() {
            Some(choice) => choice.min(count - 1),
            None => self.keyed.choose(node, ordinal, count),
        }
    }

    fn timer(&mut self, node: u8, ordinal: u64, min: Span, max: Span) -> Span {
        self.keyed.timer(node, ordinal, min, max)
    }

    fn transit(&mut self, name: PacketName, network: &Network) -> Transit {
        Transit { lost: false, delay: self.keyed.delay(name, network), copy: None }
    }

    fn sync(&mut self, node: u8, ordinal: u64, network: &Network) -> Span {
        self.keyed.sync(node, ordinal, network)
    }
}

/// A node's clock: continuous, and as fast as its skew says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Clock {
    ppm: i32,
    /// The true time and the shown time when the skew last changed.
    set_at: Time,
    shown_then: Time,
}

impl Clock {
    fn rate_ppm(self) -> u64 {
        (1_000_000 + i64::from(self.ppm)).max(1) as u64
    }

    pub(crate) fn ppm(self) -> i32 {
        self.ppm
    }

    pub(crate) fn show(self, now: Time) -> Time {
        if self.ppm == 0 && self.set_at == Time::ZERO {
            return now;
        }
        let passed = u128::from(now.since(self.set_at).0) * u128::from(self.rate_ppm()) / 1_000_000;
        self.shown_then + Span(passed as u64)
    }

    pub(crate) fn skew(&mut self, now: Time, ppm: i32) {
        *self = Self { ppm, set_at: now, shown_then: self.show(now) };
    }

    /// How long a span of this clock takes in truth.
    pub(crate) fn truly(self, span: Span) -> Span {
        if self.ppm == 0 {
            return span;
        }
        Span((u128::from(span.0) * 1_000_000 / u128::from(self.rate_ppm())) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, Purpose, draw_below, draw_bits};
    use faultlab_core::{Span, Time};

    /// These numbers are part of the file format: a change of any of them is a change of every recorded run.
    #[test]
    fn draws_match_their_vectors() {
        let drawn = [
            draw_bits(0, Purpose::Loss, 0, 0),
            draw_bits(42, Purpose::Latency, 1 << 16 | 2, 7),
            draw_bits(u64::MAX, Purpose::LoadBits, 300, u64::MAX),
        ];
        assert_eq!(drawn, [0x4821_8226_ff3c_d4bf, 0x6863_cea8_ad12_cbd0, 0x4283_a0ce_5008_876a]);
        assert_eq!(draw_below(u64::MAX, 10), 9);
        assert_eq!(draw_below(0, 10), 0);
        assert_eq!(draw_below(1 << 63, 10), 5);
    }

    #[test]
    fn a_skewed_clock_is_continuous() {
        let mut clock = Clock::default();
        clock.skew(Time(1_000_000), 100_000);
        assert_eq!(clock.show(Time(1_000_000)), Time(1_000_000));
        assert_eq!(clock.show(Time(2_000_000)), Time(2_100_000));
        clock.skew(Time(2_000_000), 0);
        assert_eq!(clock.show(Time(3_000_000)), Time(3_100_000));
        assert_eq!(clock.truly(Span(500)), Span(500));
    }
}
