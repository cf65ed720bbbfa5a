//! Packets that can change nothing any more: worlds that differ only in them are one.
//!
//! A message is stale at a node if it arrives in vain there, now and ever after. The protocol declares it ([`Protocol::stale`]).
//!
//! They go with the step that makes them so (`tables/stale.rs`), so worlds are one that differ only in them: four times
//! fewer for two elections among three servers. The declaration is held to the tables: a message declared stale must
//! change nothing at whatever its node can become. Only Raft declares it: banks would have a seventh fewer worlds and
//! no time gained, since every candidate looks whether what is on its way to its node goes.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use faultlab_core::process::LocalInput;
use faultlab_core::{Endpoint, NodeId, Protocol};
use faultlab_sim::Payload;

use super::super::local::{self, Parcel, Site};
use super::{CLIENT, Change, Missing, Tables};

/// Stands where the first change of a delivery would, if the packet is stale at the node.
pub(super) const STALE: (u32, u32) = (u32::MAX, 0);

/// What is stale where, as far as it was worked out: a row of bits for each slot, two for each packet that can become stale at its node.
/// A row lies together, since a change asks for all that is on its way to one node.
#[derive(Clone, Debug, Default)]
pub(super) struct Staleness {
    /// The word of a world at which each packet can become stale, zero if nowhere, and its number among those of that word.
    packets: Vec<(u16, u32)>,
    /// How many there are for each word.
    counts: Vec<u32>,
    /// Words of a row.
    width: usize,
    rows: Vec<u64>,
}

/// Two bits of a row for each packet: whether it is known, and whether it is stale.
const PACKETS_A_WORD: usize = 32;

impl Staleness {
    /// Takes in the next packet.
    pub(super) fn push(&mut self, place: Option<u16>) {
        let place = place.unwrap_or(0);
        if self.counts.len() <= usize::from(place) {
            self.counts.resize(usize::from(place) + 1, 0);
        }
        let count = &mut self.counts[usize::from(place)];
        self.packets.push((place, *count));
        *count += u32::from(place > 0);
    }

    /// The word at which a packet can become stale; zero: nowhere.
    #[inline]
    fn place(&self, packet: u32) -> usize {
        usize::from(self.packets[packet as usize].0)
    }

    /// None if it is not known.
    #[inline]
    fn get(&self, slot: u32, packet: u32) -> Option<bool> {
        let number = self.packets[packet as usize].1 as usize;
        let word = number / PACKETS_A_WORD;
        if word >= self.width {
            return None;
        }
        let bits = self.rows.get(slot as usize * self.width + word)? >> (number % PACKETS_A_WORD * 2);
        (bits & 1 != 0).then_some(bits & 2 != 0)
    }

    pub(super) fn note(&mut self, slot: u32, packet: u32, is_stale: bool) {
        let (place, number) = self.packets[packet as usize];
        if place == 0 {
            return;
        }
        let (word, shift) = (number as usize / PACKETS_A_WORD, number as usize % PACKETS_A_WORD * 2);
        if word >= self.width {
            let wider = (word + 1).next_power_of_two();
            let mut rows = vec![0; self.rows.len() / self.width.max(1) * wider];
            for (old, new) in self.rows.chunks(self.width.max(1)).zip(rows.chunks_mut(wider)) {
                new[..old.len()].copy_from_slice(old);
            }
            (self.width, self.rows) = (wider, rows);
        }
        let at = slot as usize * self.width + word;
        if at >= self.rows.len() {
            self.rows.resize((slot as usize + 1) * self.width, 0);
        }
        self.rows[at] |= (1 | u64::from(is_stale) << 1) << shift;
    }

    pub(super) fn bytes(&self) -> usize {
        self.rows.capacity() * 8 + self.packets.capacity() * size_of::<(u16, u32)>()
    }
}

impl<P: Protocol> Tables<P> {
    /// Whether what arrives at a node is declared stale. Only where what the process knows is on its disk: a crash must not bring it
    /// back to a time when the message meant something.
    pub(super) fn is_declared_stale(&self, site: &Site<P>, packet: &Parcel<P>) -> bool {
        let Some(stale) = P::stale().filter(|_| self.forgets_stale && Self::may_become_stale(packet)) else {
            return false;
        };
        match (&site.slot.memory, &packet.payload, packet.from) {
            (Some(memory), Payload::Message(message), Endpoint::Node(from)) => {
                site.hears_durably() && (stale.at)(memory, &self.setup, from, message)
            }
            _ => false,
        }
    }

    /// Whether it is looked for at all whether what arrives is stale.
    pub(super) fn may_become_stale(packet: &Parcel<P>) -> bool {
        match (&packet.payload, P::stale()) {
            (Payload::Message(message), Some(stale)) => (stale.concerns)(message),
            _ => false,
        }
    }

    #[inline]
    fn is_stale(&self, part: u32, packet: u32) -> Result<bool, Missing> {
        self.staleness.get(part, packet).ok_or(Missing::Delivery { part, packet })
    }

    /// Whether packets on their way can become stale by a change at a place.
    #[inline]
    pub(super) fn may_go_with(&self, words: &[u32], place: usize, change: &Change) -> bool {
        self.forgets_stale && place < self.first_client() && words[place] != change.part
    }

    /// Whether a packet on its way is stale from a change at its place on.
    #[inline]
    pub(super) fn goes_with(&self, place: usize, change: &Change, packet: u32) -> Result<bool, Missing> {
        Ok(self.staleness.place(packet) == place && self.is_stale(change.part, packet)?)
    }

    /// Whether a packet that leaves in a change at a place is stale at once.
    #[inline]
    pub(super) fn leaves_in_vain(
        &self,
        words: &[u32],
        place: usize,
        change: &Change,
        packet: u32,
    ) -> Result<bool, Missing> {
        let to = self.staleness.place(packet);
        Ok(to > 0 && self.is_stale(if to == place { change.part } else { words[to] }, packet)?)
    }

    /// Calls for each packet that is stale behind a change, the one aside that arrives in it.
    ///
    /// # Errors
    /// What must be worked out first.
    #[inline]
    pub(super) fn each_stale(
        &self,
        words: &[u32],
        (place, taken): (usize, usize),
        change: &Change,
        mut goes: impl FnMut(u32),
    ) -> Result<(), Missing> {
        if !self.forgets_stale {
            return Ok(());
        }
        if self.may_go_with(words, place, change) {
            for (word, packet) in words.iter().enumerate().skip(self.first_packet()) {
                if word != taken && self.goes_with(place, change, *packet)? {
                    goes(*packet);
                }
            }
        }
        for packet in self.sent_in(change) {
            if self.leaves_in_vain(words, place, change, *packet)? {
                goes(*packet);
            }
        }
        Ok(())
    }
}

/// A message that a protocol declares stale and that is not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotStale<P: Protocol> {
    pub from: NodeId,
    pub message: P::Message,
    pub to: NodeId,
    /// The process at which it changes something, or is not declared stale any more.
    pub process: Box<P>,
    pub how: Awake,
}

/// What is wrong with a declaration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Awake {
    /// The message changes something where it is declared stale.
    Acts,
    /// It is declared stale first and not any more after something that can happen at the node.
    Wakes,
}

impl<P: Protocol> fmt::Display for NotStale<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.how {
            Awake::Acts => "changes something there",
            Awake::Wakes => "is not any more after something that can happen there",
        };
        write!(f, "a message from {} that the protocol declares stale at {} {what}", self.from, self.to)
    }
}

impl<P: Protocol> Tables<P> {
    /// Holds the declaration to all that was worked out: what is stale at a node stays so at whatever the node becomes, and changes
    /// nothing.
    ///
    /// # Errors
    /// A message that is not stale, though it is declared so.
    pub(in crate::worlds) fn check_stale(&self) -> Result<(), NotStale<P>> {
        if !self.forgets_stale {
            return Ok(());
        }
        let following = self.following();
        let mut open: Vec<(u32, u32)> =
            self.deliveries.iter().filter(|(_, to)| *to == STALE).map(|(met, _)| met).collect();
        open.sort_unstable();
        let mut seen: BTreeSet<(u32, u32)> = open.iter().copied().collect();
        while let Some((slot, packet)) = open.pop() {
            for next in &following[slot as usize] {
                if seen.insert((*next, packet)) {
                    self.check_stale_at(*next, packet)?;
                    open.push((*next, packet));
                }
            }
        }
        self.not_stale.clone().map_or(Ok(()), Err)
    }

    /// Checks a message at what a node becomes that it was stale at. Where that is not declared, because the node is down, stands still
    /// or has yet to sync, what follows tells.
    fn check_stale_at(&self, slot: u32, packet: u32) -> Result<(), NotStale<P>> {
        let (site, parcel) = (self.slots.get(slot), self.packets.get(packet));
        if !site.hears_durably() {
            return Ok(());
        }
        if !self.is_declared_stale(site, parcel) {
            return NotStale::of(site, parcel, Awake::Wakes).map_or(Ok(()), Err);
        }
        let input = parcel.input().map(LocalInput::Input);
        let outcomes =
            input.map(|input| local::outcomes(&self.setup, &site.slot, site.node, &input, self.means_at(site.node)));
        let acts = |outcome: &local::Outcome<P>| {
            outcome.slot != site.slot || !outcome.sent.is_empty() || !outcome.sights.is_empty()
        };
        let not_stale = outcomes.iter().flatten().any(acts).then(|| NotStale::of(site, parcel, Awake::Acts));
        not_stale.flatten().map_or(Ok(()), Err)
    }

    /// What each slot can become, as far as it was worked out.
    fn following(&self) -> Vec<Vec<u32>> {
        let mut following: Vec<Vec<u32>> = vec![Vec::new(); self.slots.len()];
        let become_in = |changes: (u32, u32)| {
            let changes =
                (changes != STALE).then(|| &self.changes[changes.0 as usize..(changes.0 + changes.1) as usize]);
            changes.into_iter().flatten().map(|change| change.part)
        };
        for (slot, (start, count)) in self.own_of.iter().enumerate().filter_map(|(slot, own)| Some((slot, (*own)?))) {
            let own = &self.own[start as usize..(start + count) as usize];
            following[slot].extend(own.iter().flat_map(|entry| become_in(entry.changes)));
        }
        for ((part, _), changes) in self.deliveries.iter().filter(|((part, _), _)| part & CLIENT == 0) {
            following[part as usize].extend(become_in(changes));
        }
        for (slot, later) in self.later_sites() {
            following[slot as usize].push(later);
        }
        following
    }
}

impl<P: Protocol> NotStale<P> {
    /// None for what no node says.
    pub(super) fn of(site: &Site<P>, parcel: &Parcel<P>, how: Awake) -> Option<Self> {
        match (&parcel.payload, parcel.from, &site.slot.memory) {
            (Payload::Message(message), Endpoint::Node(from), Some(process)) => {
                Some(Self { from, message: message.clone(), to: site.node, process: Box::new(process.clone()), how })
            }
            _ => None,
        }
    }
}
