//! The explorer of whole clusters: what a protocol can do if time promises nothing.
//!
//! A [`Hunt`] starts from any world and follows every order of deliveries, timers, syncs, crashes and requests that its
//! [`Scope`] allows, breadth-first or depth-first. Where it meets a broken invariant it gives a [`Play`]: the deeds that break
//! it, for the real world to do again. Random plays look for deep ones; usually it does both in turn.
//!
//! Unless [`Scope::full`] asks for every detail, it leaves out what cannot matter for an invariant of kind Always in a
//! network that may keep a packet for ever: losses, delays, cuts and pauses are packets that do not arrive; an arrival or a
//! timer that changes nothing is not a step; a sync is done at once or a crash comes before it; a client's request reaches
//! any node that the client may come to ask, its other tries staying behind.

mod breadth;
mod depth;
mod found;
mod frontier;
mod hunt;
mod interner;
mod local;
mod piece;
mod play;
mod priorities;
mod random;
mod rounds;
mod search;
mod shrink;
mod symmetry;
mod tables;
mod visited;

use alloc::string::String;
use alloc::vec::Vec;
use faultlab_core::{Needs, Protocol};

pub use hunt::{Hunt, Manner, Order};
pub use play::{Play, prepare};
pub use random::Drawn;
pub use search::Summary;
pub use symmetry::Asymmetry;

/// What a search may do to a cluster, each kind at most so often, at most fifteen times.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope<P: Protocol> {
    pub crashes: u8,
    pub duplicates: u8,
    pub wipes: u8,
    /// How many requests clients make, each one of [`Scope::requests`]; every request comes from a client of its own.
    pub requests_max: u8,
    pub requests: Vec<P::Request>,
    /// How often clients ask again.
    pub retries: u8,
    /// Firings of each kind of timer, a kind being the first word of a timer's spelling.
    pub timers: u8,
    /// Firings of single kinds that differ from that.
    pub timers_of: Vec<(String, u8)>,
    /// Every detail: arrivals that change nothing and syncs as steps of their own.
    pub full: bool,
}

impl<P: Protocol> Scope<P> {
    /// Nothing but deliveries.
    pub fn still() -> Self {
        Self {
            crashes: 0,
            duplicates: 0,
            wipes: 0,
            requests_max: 0,
            requests: Vec::new(),
            retries: 0,
            timers: 0,
            timers_of: Vec::new(),
            full: false,
        }
    }

    fn judges(&self, needs: Needs) -> bool {
        needs == Needs::Nothing
    }
}

/// What a local transition must know of the scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Means {
    full: bool,
    crashes: bool,
}
