//! The explorer of whole clusters: what a protocol can do if time promises nothing, or as much as a [`Timing`] says.
//!
//! A [`Hunt`] starts from any world and follows every order of deliveries, timers, syncs, crashes and requests that its
//! [`Scope`] allows, breadth-first or depth-first. Where it meets a broken invariant it gives a [`Counterexample`]: the actions that break
//! it, for the real world to do again. Random runs look for deep ones; usually it does both in turn.
//!
//! Unless [`Scope::full`] asks for every detail, it leaves out what cannot matter for an invariant of kind Always in a
//! network that may keep a packet for ever: losses, delays, cuts and pauses are packets that do not arrive; an arrival or a
//! timer that changes nothing is not a step; a sync is done at once or a crash comes before it; a client's request reaches
//! any node that the client may come to ask, its other tries staying behind; what the protocol declares stale, because it can change
//! nothing any more, is forgotten ([`Protocol::stale`]), and [`Hunt::check_stale`] holds the declaration to what was worked out.

mod breadth;
mod counterexample;
mod depth;
mod follow;
mod found;
mod frontier;
mod hunt;
mod interner;
mod local;
mod piece;
mod priorities;
mod random;
mod rounds;
mod search;
mod shrink;
mod symmetry;
mod tables;
mod unfit;
mod visited;

use alloc::string::String;
use alloc::vec::Vec;
use faultlab_core::{Needs, Protocol, Setup, Span, Watches};

pub use counterexample::{Counterexample, prepare};
pub use follow::{Follower, Obstacle, Steps};
pub use hunt::{Hunt, Manner, Order};
pub use random::Drawn;
pub use search::Summary;
pub use symmetry::Asymmetry;
pub use tables::{Awake, Ended, NotStale};
pub use unfit::{BUDGET_MAX, Unfit};

/// What a search may do to a cluster, each kind at most so often, at most [`BUDGET_MAX`] times.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope<P: Protocol> {
    pub crashes: u8,
    pub duplicates: u8,
    pub wipes: u8,
    /// How often a node stands still while time passes. Where time promises nothing, it would be like being slow.
    pub pauses: u8,
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
    /// What time promises. None: nothing; any armed timer may fire.
    pub timing: Option<Timing>,
}

/// Time in whole ticks. A timer fires no earlier than its range allows, and time does not pass while one has reached the upper
/// end of its range: then it has to fire first. A node's skew scales what a tick is to its timers; those that run where the
/// search begins go on as drawn there. A sync takes less than a tick.
///
/// Two things are coarser than in truth. What a process reads of its clock stands still, so what rests on readings and not on timers is
/// not seen to pass. And when a node goes on that stood still, its overdue timers fire in any order, not in that of their deadlines: a
/// counterexample that needs another order does not break in the real world, and is not told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timing {
    /// Longer than zero.
    pub tick: Span,
    /// How many ticks pass at most, at most [`BUDGET_MAX`].
    pub ticks_max: u8,
    /// How long a packet takes at most: time does not pass while one has taken that long. None: it may take for ever or be lost.
    pub delay_max: Option<Span>,
}

impl<P: Protocol> Scope<P> {
    /// Nothing but deliveries.
    pub fn still() -> Self {
        Self {
            crashes: 0,
            duplicates: 0,
            wipes: 0,
            pauses: 0,
            requests_max: 0,
            requests: Vec::new(),
            retries: 0,
            timers: 0,
            timers_of: Vec::new(),
            full: false,
            timing: None,
        }
    }

    /// Whether what a promise rests on is given.
    pub fn judges(&self, setup: &Setup<P>, needs: &Needs<P>) -> bool {
        self.timing.is_some() || !needs.time(setup)
    }
}

/// What a local transition must know of the scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Means {
    full: bool,
    crashes: bool,
    watches: Watches,
    /// How long a tick is on the node's own clock, if there are ticks.
    beat: Option<Span>,
    /// How many ticks a packet may take, if that is bounded.
    delay_ticks: Option<u8>,
}
