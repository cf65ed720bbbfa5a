//! Why paths end: what keeps a world in which nothing can follow from going on.

use alloc::string::String;
use alloc::vec::Vec;
use faultlab_core::{ClientId, NodeId, Protocol, Spelled};

use super::spent::{CRASHES, DUPLICATES, KINDS, PAUSES, PLACES, REQUESTS, RETRIES, TICKS, WIPES, used};
use super::{HEAD, Tables};

/// Why a path ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ended {
    /// Something could have gone on, but this budget is used up: crashes, requests and the like.
    Spent(&'static str),
    /// A timer of this kind could have fired, but its firings are used up.
    TimerSpent(String),
    /// Timers are armed that may not fire before time passes, and no time passes any more.
    NotDue,
    /// A timer has to fire before time passes, and may not.
    TimeMustWait,
    /// Nothing is on its way and no timer is armed.
    Quiet,
}

const NOT_DUE: u32 = PLACES as u32;
const TIME_MUST_WAIT: u32 = NOT_DUE + 1;
const QUIET: u32 = TIME_MUST_WAIT + 1;
const REASONS: usize = QUIET as usize + 1;

/// How many paths ended, and for how many of them each reason holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::worlds) struct Ends {
    pub(in crate::worlds) paths: u64,
    counts: [u64; REASONS],
}

impl Ends {
    pub(in crate::worlds) fn add(&mut self, other: &Self) {
        self.paths += other.paths;
        self.counts.iter_mut().zip(other.counts).for_each(|(count, more)| *count += more);
    }
}

impl<P: Protocol> Tables<P> {
    /// Notes why a world is the end of its path. Nothing follows it, and all that could be looked up was worked out.
    #[cold]
    pub(in crate::worlds) fn note_end(&self, words: &[u32], ends: &mut Ends) {
        let used = used(words);
        let mut reasons = 0u32;
        let mut spend = |cost: u8| {
            if cost < PLACES && !self.may(used, cost) {
                reasons |= 1 << cost;
            }
        };
        for slot in &words[HEAD..self.first_client()] {
            if let Some(Some((start, count))) = self.own_of.get(*slot as usize) {
                self.own[*start as usize..(start + count) as usize].iter().for_each(|entry| spend(entry.cost));
            }
        }
        let clients = &words[self.first_client()..self.first_packet()];
        if clients.iter().any(|client| self.clients.get(*client).1.outstanding.is_some()) {
            spend(RETRIES);
        }
        if !self.requests.is_empty() {
            spend(REQUESTS);
        }
        if self.is_timed() {
            let waits = self.waits_for_a_timer(words);
            reasons |= u32::from(waits) << TIME_MUST_WAIT;
            if !waits && self.has_timers(words) {
                reasons |= 1 << NOT_DUE | 1 << TICKS;
            }
        }
        if reasons == 0 {
            reasons = 1 << QUIET;
        }
        ends.paths += 1;
        for (reason, count) in ends.counts.iter_mut().enumerate() {
            *count += u64::from(reasons >> reason & 1);
        }
    }

    fn has_timers(&self, words: &[u32]) -> bool {
        NodeId::all(self.setup.nodes).any(|node| !self.slots.get(words[HEAD + node.index()]).slot.timers.is_empty())
    }

    /// The reasons, those that hold most often first.
    pub(in crate::worlds) fn reasons(&self, ends: &Ends) -> Vec<(Ended, u64)> {
        let named = |reason: usize| match reason as u32 {
            NOT_DUE => Ended::NotDue,
            TIME_MUST_WAIT => Ended::TimeMustWait,
            QUIET => Ended::Quiet,
            _ => self.spent_at(reason as u8),
        };
        let met = ends.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let mut reasons: Vec<(Ended, u64)> = met.map(|(reason, count)| (named(reason), *count)).collect();
        reasons.sort_by_key(|(_, count)| core::cmp::Reverse(*count));
        reasons
    }

    /// Whether a budget is used up in a world.
    pub(in crate::worlds) fn is_spent(&self, words: &[u32], budget: &'static str) -> bool {
        let place = (0..KINDS).find(|place| self.spent_at(*place) == Ended::Spent(budget));
        place.is_some_and(|place| !self.may(used(words), place))
    }

    /// That the firings of a timer are used up.
    pub(in crate::worlds) fn spent_on(&self, timer: &P::Timer) -> Ended {
        let mut spelling = String::new();
        timer.spell(&mut spelling);
        Ended::TimerSpent(spelling.split(' ').next().unwrap_or_default().into())
    }

    /// Whether a client waits for an answer in a world.
    pub(in crate::worlds) fn waits(&self, words: &[u32], client: ClientId) -> bool {
        let clients = &words[self.first_client()..self.first_packet()];
        clients
            .iter()
            .map(|number| self.clients.get(*number))
            .any(|(id, state)| *id == client && state.outstanding.is_some())
    }

    /// What it means that the budget at a place is used up.
    pub(in crate::worlds) fn spent_at(&self, place: u8) -> Ended {
        Ended::Spent(match place {
            CRASHES => "crashes",
            DUPLICATES => "duplicates",
            WIPES => "wipes",
            REQUESTS => "requests",
            RETRIES => "retries",
            PAUSES => "pauses",
            TICKS => "ticks",
            kind => {
                let first = usize::from(kind - KINDS);
                // More kinds than there are places share the last one.
                let last = if kind + 1 == PLACES { self.kinds.len() } else { first + 1 };
                return Ended::TimerSpent(self.kinds.get(first..last.max(first)).unwrap_or_default().join("/"));
            }
        })
    }
}
