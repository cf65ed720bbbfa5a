//! How many bytes a moment of a run takes, near enough to hold a bound: what it holds is counted as it is hashed.

use core::hash::{Hash, Hasher};
use faultlab_core::Protocol;

use crate::{Packet, Simulation};

/// Ordered collections and small allocations take more than what they hold.
const OVERHEAD: usize = 2;

/// Counts the bytes that are hashed.
#[derive(Default)]
struct Counter(usize);

impl Hasher for Counter {
    fn write(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }

    fn finish(&self) -> u64 {
        self.0 as u64
    }
}

/// An estimate of the bytes that a copy of this moment takes.
pub(super) fn weight_of<P: Protocol>(simulation: &Simulation<P>) -> usize {
    let world = simulation.world();
    let mut counter = Counter::default();
    world.slots().hash(&mut counter);
    world.clients().hash(&mut counter);
    world.ghost().hash(&mut counter);
    for packet in world.packets() {
        packet.payload.hash(&mut counter);
    }
    let packets = world.packets().count() * size_of::<Packet<P>>();
    size_of::<Simulation<P>>() + simulation.agenda_bytes() + world.links_bytes() + OVERHEAD * (packets + counter.0)
}
