//! Worlds as short vectors of numbers, and the tables that say what follows from what.
//!
//! A process's transition depends only on its slot, the input and the answers. There are few different slots, messages and
//! ghosts and very many worlds made of them, so each part is interned once and each local transition is worked out once.
//! Exploring a world then is looking up.
//!
//! ```text
//!   world = [ length │ used │ used │ ghost │ slot n1 … slot nN │ client … │ packet ≤ packet ≤ … ]
//! ```

mod consequences;
mod ended;
mod entering;
mod passing;
mod renamed;
mod spent;
mod stale;

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use faultlab_core::{ClientId, FaultTally, NodeId, Protocol, Setup, Span, Watches};
use faultlab_sim::{Client, World};

use super::interner::{Interner, Memo};
use super::local::{Own, Parcel, Sight, Site};
use super::symmetry::Renamed;
use super::unfit::INVARIANTS_MAX;
use super::{Means, Scope};
pub use ended::Ended;
pub(super) use ended::Ends;
use passing::{Passing, left_to_arrive};
pub(super) use spent::Limits;
use spent::{
    CRASHES, DUPLICATES, FREE, KINDS, PAUSES, PLACES, REQUESTS, RETRIES, TICKS, WIPES, count, spend, used, used_hash,
};
use stale::Staleness;
pub use stale::{Awake, NotStale};

/// Words of a world before its slots.
pub(super) const HEAD: usize = 4;
const GHOST: usize = 3;

/// Marks a client's number in a key where a slot's number may stand too.
const CLIENT: u32 = 1 << 31;

/// What an outcome changes, in numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    /// The slot or client that replaces the one it happened at.
    part: u32,
    /// What is seen, plus one; zero: nothing.
    sights: u32,
    /// What the slot was before, plus one, for checks over the cluster; zero: what is seen is seen at the new one.
    earlier: u32,
    sent: u32,
    sent_count: u16,
    cost: u8,
    /// The number of the outcome among all that the event can lead to.
    pub(super) number: u16,
    /// The sum of the hashes of what comes less that of what goes, the packet aside.
    delta: u64,
}

/// What a node can do by itself.
#[derive(Clone, Debug)]
struct OwnEntry<P: Protocol> {
    own: Own<P>,
    cost: u8,
    changes: (u32, u32),
}

/// What happens in a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cause {
    /// The packet at a word of the world arrives; a copy leaves the original on its way.
    Deliver {
        word: u16,
        copy: bool,
    },
    /// An entry of the list of what nodes can do by themselves.
    Own {
        node: u8,
        entry: u32,
    },
    Ask {
        client: u8,
        request: u8,
    },
    Retry {
        client: u8,
    },
    /// Time passes for everybody.
    Tick,
}

/// A world that one step leads to, before it is built.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) fingerprint: u64,
    pub(super) cause: Cause,
    pub(super) change: u32,
    pub(super) broken: u32,
    used: u64,
    ghost: u32,
    /// The word of the part that changes.
    place: u16,
    /// The word of the packet that is taken away; zero: none.
    taken: u16,
}

/// Which of the steps that can follow a world are looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Part {
    /// At whom, one bit each: nodes first, then clients.
    pub(super) parties: u128,
    pub(super) arrivals: bool,
    /// What happens without anything arriving.
    pub(super) actions: bool,
}

impl Part {
    pub(super) const ALL: Self = Self { parties: u128::MAX, arrivals: true, actions: true };

    #[inline]
    fn has(self, place: usize) -> bool {
        self.parties >> (place - HEAD).min(127) & 1 != 0
    }
}

/// What a table does not know yet.
#[derive(Clone, Copy, Debug)]
pub(super) enum Missing {
    Delivery { part: u32, packet: u32 },
    Own { slot: u32 },
    Later { site: u32 },
    Ask { client: u32, request: u32 },
    Ghost { ghost: u32, sights: u32 },
}

/// In a trail: nothing is judged there.
const NOT_JUDGED: u32 = u32::MAX;

/// A retry, where the number of a request may stand.
const RETRY: u32 = u32::MAX;

/// All that is known of a cluster's parts and of what follows from what.
#[derive(Clone)]
pub(super) struct Tables<P: Protocol> {
    pub(super) setup: Setup<P>,
    pub(super) means: Means,
    /// Whether worlds are one that differ only in packets which can change nothing any more.
    forgets_stale: bool,
    /// The first that was declared stale and is not.
    not_stale: Option<NotStale<P>>,
    pub(super) requests: Vec<P::Request>,
    /// The limit of each place in the count of what is used, and what of it is allowed at present.
    limits: Limits,
    allowed: Limits,
    timers_of: Vec<(String, u8)>,
    kinds: Vec<String>,
    pub(super) slots: Interner<Site<P>>,
    pub(super) clients: Interner<(ClientId, Client<P>)>,
    pub(super) packets: Interner<Parcel<P>>,
    /// The word of a world at which each packet's addressee stands.
    addressees: Vec<u16>,
    staleness: Staleness,
    sights: Interner<Vec<Sight<P>>>,
    /// How many of the sights of a step were seen at which slots.
    earlier: Interner<Vec<(u32, u32)>>,
    pub(super) ghosts: Interner<(P::Ghost, FaultTally)>,
    changes: Vec<Change>,
    sent: Vec<u32>,
    own: Vec<OwnEntry<P>>,
    own_of: Vec<Option<(u32, u32)>>,
    passing: Passing,
    deliveries: Memo,
    asks: Memo,
    judged: Memo,
    /// For checks over the cluster: where in the trail stands what observers remember after each of the sights.
    trails: Memo,
    trail: Vec<u32>,
    /// Which clients stand in a world, and which of them may ask, in that order.
    pub(super) client_ids: Vec<ClientId>,
    askers: Vec<u8>,
    pub(super) reached: u32,
    pub(super) always: u32,
    /// In how many different situations each invariant was judged: what observers remember, and what is seen then.
    pub(super) times_judged: [u64; INVARIANTS_MAX],
    pub(super) root: Vec<u32>,
    /// Only if worlds count as one that are the same up to a renaming.
    pub(super) renamed: Option<Renamed>,
}

impl<P: Protocol> Tables<P> {
    pub(super) fn new(world: &World<P>, scope: &Scope<P>) -> Self {
        let mut limits = [scope.timers; PLACES as usize];
        limits[usize::from(CRASHES)] = scope.crashes;
        limits[usize::from(DUPLICATES)] = scope.duplicates;
        limits[usize::from(WIPES)] = scope.wipes;
        limits[usize::from(REQUESTS)] = scope.requests_max;
        limits[usize::from(RETRIES)] = scope.retries;
        limits[usize::from(PAUSES)] = scope.timing.map_or(0, |_| scope.pauses);
        limits[usize::from(TICKS)] = scope.timing.map_or(0, |timing| timing.ticks_max);
        let always = P::invariants().iter().enumerate().take(INVARIANTS_MAX).fold(0, |bits, (index, invariant)| {
            let judged = invariant.promise.is_always() && scope.judges(world.setup(), &invariant.needs);
            bits | u32::from(judged) << index
        });
        let mut tables = Self {
            setup: world.setup().clone(),
            means: means(scope),
            // Without its disk, a node may listen again to what meant nothing.
            forgets_stale: P::stale().is_some() && !scope.full && scope.wipes == 0,
            not_stale: None,
            requests: scope.requests.clone(),
            limits,
            allowed: limits,
            timers_of: scope.timers_of.clone(),
            kinds: Vec::new(),
            slots: Interner::new(),
            clients: Interner::new(),
            packets: Interner::new(),
            addressees: Vec::new(),
            staleness: Staleness::default(),
            sights: Interner::new(),
            earlier: Interner::new(),
            ghosts: Interner::new(),
            changes: vec![Change::NOTHING],
            sent: Vec::new(),
            own: Vec::new(),
            own_of: Vec::new(),
            passing: Passing::new(world, scope.timing),
            deliveries: Memo::new(),
            asks: Memo::new(),
            judged: Memo::new(),
            trails: Memo::new(),
            trail: Vec::new(),
            client_ids: Vec::new(),
            askers: Vec::new(),
            reached: 0,
            always,
            times_judged: [0; INVARIANTS_MAX],
            root: Vec::new(),
            renamed: None,
        };
        tables.root = tables.enter(world, scope);
        tables
    }

    pub(super) fn first_client(&self) -> usize {
        HEAD + usize::from(self.setup.nodes)
    }

    pub(super) fn first_packet(&self) -> usize {
        self.first_client() + self.client_ids.len()
    }

    pub(super) fn ghost_in(&self, words: &[u32]) -> u32 {
        words[GHOST]
    }

    /// What was used and what the observers remember.
    pub(super) fn head_hash(&self, words: &[u32], ghost: u64) -> u64 {
        used_hash(used(words)).wrapping_add(ghost)
    }

    /// What the world that a search begins in is told by among the visited ones.
    pub(super) fn fingerprint_of_root(&self) -> u64 {
        match &self.renamed {
            Some(renamed) => {
                let sums = self.sums(&self.root);
                renamed.least(|renaming| sums[renaming])
            }
            None => self.fingerprint(&self.root),
        }
    }

    /// The fingerprint of the very world.
    pub(super) fn fingerprint(&self, words: &[u32]) -> u64 {
        let mut sum = self.head_hash(words, ghost_hash(self.ghosts.hash(words[GHOST])));
        for slot in &words[HEAD..self.first_client()] {
            sum = sum.wrapping_add(self.slots.hash(*slot));
        }
        for client in &words[self.first_client()..self.first_packet()] {
            sum = sum.wrapping_add(client_hash(self.clients.hash(*client)));
        }
        words[self.first_packet()..].iter().fold(sum, |sum, packet| sum.wrapping_add(self.packets.hash(*packet)))
    }

    /// Adds everything that can follow a world, each with its fingerprint, in an order that depends on the world and on the
    /// numbers of its parts.
    ///
    /// # Errors
    /// What must be worked out first. Then nothing is added.
    pub(super) fn expand(&self, words: &[u32], fingerprint: u64, out: &mut Vec<Candidate>) -> Result<(), Missing> {
        self.expand_part(words, fingerprint, Part::ALL, out)
    }

    /// The same for a part of what can follow.
    ///
    /// # Errors
    /// What must be worked out first. Then nothing is added.
    #[inline]
    fn expand_part(
        &self,
        words: &[u32],
        fingerprint: u64,
        part: Part,
        out: &mut Vec<Candidate>,
    ) -> Result<(), Missing> {
        let before = out.len();
        let at = At { words, used: used(words), fingerprint, sums: self.sums(words) };
        let arrivals = if part.arrivals { self.expand_arrivals(&at, part, out) } else { Ok(()) };
        let actions = |()| if part.actions { self.expand_actions(&at, part, out) } else { Ok(()) };
        arrivals.and_then(actions).inspect_err(|_| out.truncate(before))
    }

    #[inline]
    fn expand_arrivals(&self, at: &At<'_>, part: Part, out: &mut Vec<Candidate>) -> Result<(), Missing> {
        let (words, used) = (at.words, at.used);
        let first = self.first_packet();
        for word in first..words.len() {
            let packet = words[word];
            let place = usize::from(self.addressees[packet as usize]);
            if word > first && words[word - 1] == packet || !part.has(place) {
                continue;
            }
            let receiver = self.receiver(words, place);
            let missing = Missing::Delivery { part: receiver, packet };
            let changes = self.deliveries.get(receiver, packet).ok_or(missing)?;
            let twice = self.may(used, DUPLICATES);
            for change in changes.0..changes.0 + changes.1 {
                let cause = Cause::Deliver { word: word as u16, copy: false };
                self.push(at, cause, change, place, word, FREE, out)?;
                if twice {
                    let cause = Cause::Deliver { word: word as u16, copy: true };
                    self.push(at, cause, change, place, 0, DUPLICATES, out)?;
                }
            }
        }
        Ok(())
    }

    /// Who stands at a word of a world, as the key of what arrives there.
    fn receiver(&self, words: &[u32], place: usize) -> u32 {
        words[place] | if place < self.first_client() { 0 } else { CLIENT }
    }

    #[inline]
    fn expand_actions(&self, at: &At<'_>, part: Part, out: &mut Vec<Candidate>) -> Result<(), Missing> {
        for node in (0..usize::from(self.setup.nodes)).filter(|node| part.has(HEAD + node)) {
            let slot = at.words[HEAD + node];
            let (start, count) = self.own_of.get(slot as usize).copied().flatten().ok_or(Missing::Own { slot })?;
            for number in start..start + count {
                let entry = &self.own[number as usize];
                if self.may(at.used, entry.cost) {
                    let cause = Cause::Own { node: node as u8, entry: number };
                    for change in entry.changes.0..entry.changes.0 + entry.changes.1 {
                        self.push(at, cause, change, HEAD + node, 0, entry.cost, out)?;
                    }
                }
            }
        }
        self.expand_tick(at, out)?;
        self.expand_clients(at, part, out)
    }

    fn expand_clients(&self, at: &At<'_>, part: Part, out: &mut Vec<Candidate>) -> Result<(), Missing> {
        let (used, first) = (at.used, self.first_client());
        if self.may(used, REQUESTS)
            && let Some(&asker) = self.askers.get(usize::from(count(used, REQUESTS)))
            && part.has(first + usize::from(asker))
        {
            let place = first + usize::from(asker);
            let client = at.words[place];
            for request in 0..self.requests.len() as u32 {
                let (start, count) = self.asks.get(client, request).ok_or(Missing::Ask { client, request })?;
                let cause = Cause::Ask { client: asker, request: request as u8 };
                for change in start..start + count {
                    self.push(at, cause, change, place, 0, REQUESTS, out)?;
                }
            }
        }
        if self.may(used, RETRIES) {
            for index in (0..self.client_ids.len()).filter(|index| part.has(first + index)) {
                let client = at.words[first + index];
                let (start, count) = self.asks.get(client, RETRY).ok_or(Missing::Ask { client, request: RETRY })?;
                for change in start..start + count {
                    self.push(at, Cause::Retry { client: index as u8 }, change, first + index, 0, RETRIES, out)?;
                }
            }
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "one call a kind of cause, and none of them has a name of its own")]
    fn push(
        &self,
        at: &At<'_>,
        cause: Cause,
        number: u32,
        place: usize,
        taken: usize,
        cost: u8,
        out: &mut Vec<Candidate>,
    ) -> Result<(), Missing> {
        let change = &self.changes[number as usize];
        if !self.may(at.used, change.cost) {
            return Ok(());
        }
        let used = spend(spend(at.used, cost), change.cost);
        let mut fingerprint = at.fingerprint.wrapping_add(change.delta);
        if used != at.used {
            fingerprint = fingerprint.wrapping_sub(used_hash(at.used)).wrapping_add(used_hash(used));
        }
        if taken > 0 {
            fingerprint = fingerprint.wrapping_sub(self.packets.hash(at.words[taken]));
        }
        self.each_stale(at.words, (place, taken), change, |packet| {
            fingerprint = fingerprint.wrapping_sub(self.packets.hash(packet));
        })?;
        let old = at.words[GHOST];
        let (mut ghost, mut broken) = (old, 0);
        if let Some(sights) = change.sights.checked_sub(1) {
            (ghost, broken) = self.judged.get(old, sights).ok_or(Missing::Ghost { ghost: old, sights })?;
            if self.means.watches.cluster {
                broken |= self.judge_cluster(at.words, place, change, sights);
            }
            if ghost != old {
                let gone = ghost_hash(self.ghosts.hash(old));
                fingerprint = fingerprint.wrapping_sub(gone).wrapping_add(ghost_hash(self.ghosts.hash(ghost)));
            }
        }
        let (place, taken) = (place as u16, taken as u16);
        let mut candidate = Candidate { fingerprint, cause, change: number, broken, used, ghost, place, taken };
        if let Some(renamed) = &self.renamed {
            candidate.fingerprint = self.renamed_fingerprint(renamed, at, &candidate)?;
        }
        out.push(candidate);
        Ok(())
    }

    /// The packets that leave in a change.
    fn sent_in(&self, change: &Change) -> &[u32] {
        &self.sent[change.sent as usize..change.sent as usize + usize::from(change.sent_count)]
    }

    /// Writes the world that a candidate leads to.
    pub(super) fn build(&self, words: &[u32], candidate: &Candidate, out: &mut Vec<u32>) {
        if candidate.cause == Cause::Tick {
            return self.build_later(words, candidate, out);
        }
        let begin = out.len();
        let change = &self.changes[candidate.change as usize];
        let first = self.first_packet();
        out.extend_from_slice(&[0, candidate.used as u32, (candidate.used >> 32) as u32, candidate.ghost]);
        out.extend_from_slice(&words[HEAD..first]);
        out[begin + usize::from(candidate.place)] = change.part;
        // Whatever was looked at to come here is known.
        let place = usize::from(candidate.place);
        let may_go = self.may_go_with(words, place, change);
        let goes = |packet: u32| may_go && self.goes_with(place, change, packet).unwrap_or(false);
        let leaves = |packet: &u32| !self.leaves_in_vain(words, place, change, *packet).unwrap_or(false);
        let mut sent = self.sent_in(change).iter().copied().filter(leaves).peekable();
        for (word, packet) in words.iter().enumerate().skip(first) {
            if word != usize::from(candidate.taken) && !goes(*packet) {
                while let Some(next) = sent.next_if(|next| next <= packet) {
                    out.push(next);
                }
                out.push(*packet);
            }
        }
        out.extend(sent);
        out[begin] = (out.len() - begin) as u32;
    }

    /// The same, working out what is missing.
    pub(super) fn expand_fully(&mut self, words: &[u32], fingerprint: u64, part: Part, out: &mut Vec<Candidate>) {
        while let Err(missing) = self.expand_part(words, fingerprint, part, out) {
            self.work_out(missing);
        }
    }

    pub(super) fn own(&self, entry: u32) -> &Own<P> {
        &self.own[entry as usize].own
    }

    pub(super) fn change(&self, change: u32) -> &Change {
        &self.changes[change as usize]
    }

    /// The number of the node or client at which a step happens: nodes first.
    pub(super) fn party_at(&self, candidate: &Candidate) -> usize {
        usize::from(candidate.place) - HEAD
    }

    /// The node at which a step happens, if it is one.
    pub(super) fn node_at(&self, candidate: &Candidate) -> Option<NodeId> {
        let place = usize::from(candidate.place);
        (place < self.first_client()).then(|| NodeId((place - HEAD) as u8))
    }

    pub(super) fn client_at(&self, words: &[u32], client: u8) -> &(ClientId, Client<P>) {
        self.clients.get(words[self.first_client() + usize::from(client)])
    }

    pub(super) fn bytes(&self) -> usize {
        self.slots.bytes()
            + self.clients.bytes()
            + self.packets.bytes()
            + self.sights.bytes()
            + self.ghosts.bytes()
            + self.deliveries.bytes()
            + self.asks.bytes()
            + self.judged.bytes()
            + self.trails.bytes()
            + self.trail.capacity() * 4
            + self.staleness.bytes()
            + self.changes.capacity() * size_of::<Change>()
            + self.sent.capacity() * 4
            + self.renamed.as_ref().map_or(0, Renamed::bytes)
    }

    /// How many different slots, packets and ghosts were met.
    pub(super) fn sizes(&self) -> [usize; 3] {
        [self.slots.len(), self.packets.len(), self.ghosts.len()]
    }
}

impl Change {
    const NOTHING: Self =
        Self { part: 0, sights: 0, earlier: 0, sent: 0, sent_count: 0, cost: FREE, number: 0, delta: 0 };
}

fn means<P: Protocol>(scope: &Scope<P>) -> Means {
    let delay_ticks = scope.timing.and_then(|timing| left_to_arrive(timing, Span::ZERO));
    Means { full: scope.full, crashes: scope.crashes > 0, watches: Watches::of::<P>(), beat: None, delay_ticks }
}

/// The world that is being expanded.
struct At<'a> {
    words: &'a [u32],
    used: u64,
    fingerprint: u64,
    /// Its fingerprints under each renaming.
    sums: Vec<u64>,
}

pub(super) fn client_hash(hash: u64) -> u64 {
    hash.rotate_left(17)
}

pub(super) fn ghost_hash(hash: u64) -> u64 {
    hash.rotate_left(31)
}
