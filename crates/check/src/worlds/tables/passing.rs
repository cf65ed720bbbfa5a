//! Time passes in whole ticks, for everybody at once. With bounds that are whole ticks this misses nothing that real time would
//! show (Henzinger, Manna, Pnueli, What Good Are Digital Clocks?, 1992).
//!
//! Asynchronously any armed timer may fire, so ranges are not part of a slot. With a `Timing` every slot carries what
//! is left of each range in whole ticks of its own, skewed clock and every packet what is left of its bound
//! (`tables/passing.rs`); a tick lowers all of them at once and cannot come before what must happen first: a timer at
//! the upper end of its range, a packet at its bound, a sync. What arrives at nobody, or says what is known, goes with
//! the tick. A node can only be paused where time passes: its timers run on, and those that ran out fire before
//! anything arrives. Random runs let ticks pass between rounds, with the timers that come due. A promise that `needs`
//! time (AC4; fresh reads under a lease) is judged in such searches only: where all that is asked for is of that kind,
//! time is made to pass (`made_timed`), and every report, the page's too, names what was not judged.

use alloc::vec::Vec;
use faultlab_core::{NodeId, Protocol, Slot, Span, Time};
use faultlab_sim::World;

use super::super::local::{self, Going, Site, canonical};
use super::super::{Means, Timing};
use super::{At, Candidate, Cause, GHOST, HEAD, Missing, TICKS, Tables, spend, used_hash};

/// What a node is one tick later.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Later {
    Unknown,
    /// A timer must fire first.
    Never,
    Site(u32),
}

/// What time does to the parts of a world.
#[derive(Clone, Debug)]
pub(super) struct Passing {
    /// What a tick is on each node's clock; empty where time promises nothing.
    beats: Vec<Span>,
    tick: Span,
    sites: Vec<Later>,
    /// What each packet is one tick later; none if it must have arrived by then.
    packets: Vec<Option<u32>>,
}

impl Passing {
    pub(super) fn new<P: Protocol>(world: &World<P>, timing: Option<Timing>) -> Self {
        let tick = timing.map_or(Span::ZERO, |timing| timing.tick);
        let beat = |node| on_own_clock(world, node, tick).max(Span(1));
        let beats = timing.map_or_else(Vec::new, |_| NodeId::all(world.setup().nodes).map(beat).collect());
        Self { beats, tick, sites: Vec::new(), packets: Vec::new() }
    }
}

/// So much of a node's own time passes while so much passes in truth.
fn on_own_clock<P: Protocol>(world: &World<P>, node: NodeId, span: Span) -> Span {
    let rate = (1_000_000 + i64::from(world.skew_ppm(node))).max(0) as u64;
    Span((u128::from(span.0) * u128::from(rate) / 1_000_000) as u64)
}

/// Within how many ticks a packet must arrive that has been on its way for so long, if that is bounded. More than ever pass are
/// as good as those.
pub(super) fn left_to_arrive(timing: Timing, since_sent: Span) -> Option<u8> {
    let left = timing.delay_max? - since_sent;
    Some((left.0 / timing.tick.0.max(1)).min(u64::from(timing.ticks_max)) as u8)
}

/// Timers under way: what is left of each is known.
fn go_on_as_drawn<P: Protocol>(slot: &mut Slot<P>, world: &World<P>, node: NodeId) {
    for armed in &mut slot.timers {
        let left = on_own_clock(world, node, armed.deadline.since(world.now()));
        (armed.min, armed.max) = (left, left);
    }
}

impl<P: Protocol> Tables<P> {
    /// A node as it stands in the world where the search begins.
    pub(in crate::worlds) fn site(&self, world: &World<P>, node: NodeId) -> Site<P> {
        let mut slot = world.slots()[node.index()].clone();
        if self.is_timed() && world.now() > Time::ZERO {
            go_on_as_drawn(&mut slot, world, node);
        }
        canonical(&mut slot, self.means_at(node).beat);
        let going = if world.is_paused(node) { Going::Paused } else { Going::On };
        Site { node, going, slot }
    }

    pub(super) fn is_timed(&self) -> bool {
        !self.passing.beats.is_empty()
    }

    /// How long a tick is; none if time promises nothing.
    pub(in crate::worlds) fn tick(&self) -> Option<Span> {
        self.is_timed().then_some(self.passing.tick)
    }

    /// What a transition at this node must know.
    pub(in crate::worlds) fn means_at(&self, node: NodeId) -> Means {
        Means { beat: self.passing.beats.get(node.index()).copied(), ..self.means }
    }

    /// A packet is met for the first time.
    pub(super) fn take_in_packet(&mut self, number: u32) {
        let mut later = self.packets.get(number).clone();
        let Some(left) = &mut later.ticks_left else { return self.passing.packets.push(Some(number)) };
        self.passing.packets.push(None);
        if *left > 0 {
            *left -= 1;
            self.passing.packets[number as usize] = self.packet(later);
        }
    }

    #[inline]
    pub(super) fn expand_tick(&self, at: &At<'_>, out: &mut Vec<Candidate>) -> Result<(), Missing> {
        if !self.may(at.used, TICKS) {
            return Ok(());
        }
        let used = spend(at.used, TICKS);
        let mut fingerprint = at.fingerprint.wrapping_sub(used_hash(at.used)).wrapping_add(used_hash(used));
        for site in &at.words[HEAD..self.first_client()] {
            let Later::Site(later) = self.site_later(*site)? else { return Ok(()) };
            fingerprint = fingerprint.wrapping_sub(self.slots.hash(*site)).wrapping_add(self.slots.hash(later));
        }
        for packet in &at.words[self.first_packet()..] {
            fingerprint = fingerprint.wrapping_sub(self.packets.hash(*packet));
            match self.packet_later(at.words, *packet)? {
                Fate::Arrives => return Ok(()),
                Fate::Stays(later) => fingerprint = fingerprint.wrapping_add(self.packets.hash(later)),
                Fate::Goes => {}
            }
        }
        let (cause, ghost, place) = (Cause::Tick, at.words[GHOST], HEAD as u16);
        let mut candidate = Candidate { fingerprint, cause, change: 0, broken: 0, used, ghost, place, taken: 0 };
        if let Some(renamed) = &self.renamed {
            let mut later = Vec::with_capacity(at.words.len());
            self.build_later(at.words, &candidate, &mut later);
            let sums = self.sums(&later);
            candidate.fingerprint = renamed.least(|renaming| sums[renaming]);
        }
        out.push(candidate);
        Ok(())
    }

    /// What slots are one tick later, as far as that was worked out.
    pub(super) fn later_sites(&self) -> impl Iterator<Item = (u32, u32)> {
        (0..).zip(&self.passing.sites).filter_map(|(site, later)| match later {
            Later::Site(later) => Some((site, *later)),
            Later::Unknown | Later::Never => None,
        })
    }

    /// Whether time cannot pass in a world before some timer fires or some sync ends.
    pub(super) fn waits_for_a_timer(&self, words: &[u32]) -> bool {
        words[HEAD..self.first_client()].iter().any(|site| matches!(self.site_later(*site), Ok(Later::Never)))
    }

    fn site_later(&self, site: u32) -> Result<Later, Missing> {
        match self.passing.sites.get(site as usize) {
            None | Some(Later::Unknown) => Err(Missing::Later { site }),
            Some(later) => Ok(*later),
        }
    }

    fn packet_later(&self, words: &[u32], packet: u32) -> Result<Fate, Missing> {
        if let Some(later) = self.passing.packets[packet as usize] {
            return Ok(Fate::Stays(later));
        }
        let place = usize::from(self.addressees[packet as usize]);
        if place < self.first_client() && self.slots.get(words[place]).going == Going::Paused {
            // It has arrived, and waits.
            return Ok(Fate::Stays(packet));
        }
        let part = self.receiver(words, place);
        let (_, outcomes) = self.deliveries.get(part, packet).ok_or(Missing::Delivery { part, packet })?;
        Ok(if outcomes == 0 { Fate::Goes } else { Fate::Arrives })
    }

    /// Writes the world that follows when time passes.
    pub(super) fn build_later(&self, words: &[u32], candidate: &Candidate, out: &mut Vec<u32>) {
        let (begin, first) = (out.len(), self.first_packet());
        out.extend_from_slice(&[0, candidate.used as u32, (candidate.used >> 32) as u32, candidate.ghost]);
        out.extend(words[HEAD..self.first_client()].iter().map(|site| match self.site_later(*site) {
            Ok(Later::Site(later)) => later,
            Ok(Later::Never | Later::Unknown) | Err(_) => *site,
        }));
        out.extend_from_slice(&words[self.first_client()..first]);
        out.extend(words[first..].iter().filter_map(|packet| match self.packet_later(words, *packet) {
            Ok(Fate::Stays(later)) => Some(later),
            Ok(Fate::Arrives | Fate::Goes) | Err(_) => None,
        }));
        out[begin + first..].sort_unstable();
        out[begin] = (out.len() - begin) as u32;
    }

    pub(super) fn work_out_later(&mut self, number: u32) {
        let site = self.slots.get(number);
        let later = self.passing.beats.get(site.node.index()).and_then(|beat| local::later(site, *beat));
        let later = later.map_or(Later::Never, |later| Later::Site(self.slots.intern(later)));
        if self.passing.sites.len() <= number as usize {
            self.passing.sites.resize(number as usize + 1, Later::Unknown);
        }
        self.passing.sites[number as usize] = later;
    }
}

/// What becomes of a packet in a tick.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    Stays(u32),
    /// It has to arrive before time passes.
    Arrives,
    /// It has arrived, and nothing came of it: nobody is there, or what it says is known.
    Goes,
}
