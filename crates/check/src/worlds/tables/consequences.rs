//! What follows from what, worked out by running the protocol: once for each pair of parts that meet.

use alloc::string::String;
use alloc::vec::Vec;
use faultlab_core::process::LocalInput;
use faultlab_core::{
    ClusterView, Endpoint, FaultTally, Invariant, NodeId, Occasion, Promise, Protocol, RequestId, Slot, Span, Spelled,
    Time, View,
};
use faultlab_sim::{FactId, Payload};

use super::super::local::{self, Going, Own, Parcel, Sight, Site, canonical};
use super::super::unfit::INVARIANTS_MAX;
use super::stale::{Awake, NotStale, STALE};
use super::{
    CLIENT, CRASHES, Change, FREE, GHOST, HEAD, KINDS, Missing, NOT_JUDGED, OwnEntry, PAUSES, PLACES, RETRY, Tables,
    WIPES, client_hash,
};

impl<P: Protocol> Tables<P> {
    pub(in crate::worlds) fn work_out(&mut self, missing: Missing) {
        match missing {
            Missing::Delivery { part, packet } => {
                let changes = if part & CLIENT == 0 {
                    let changes = self.work_out_arrival(part, packet);
                    self.staleness.note(part, packet, changes == STALE);
                    changes
                } else {
                    self.work_out_response(part & !CLIENT, packet)
                };
                self.deliveries.insert(part, packet, changes);
            }
            Missing::Own { slot } => self.work_out_own(slot),
            Missing::Later { site } => self.work_out_later(site),
            Missing::Ask { client, request } => {
                let changes = self.work_out_question(client, request);
                self.asks.insert(client, request, changes);
            }
            Missing::Ghost { ghost, sights } => {
                let judged = self.work_out_ghost(ghost, sights);
                self.judged.insert(ghost, sights, judged);
            }
        }
        if let Some(mut renamed) = self.renamed.take() {
            renamed.catch_up(self);
            self.renamed = Some(renamed);
        }
    }

    fn work_out_arrival(&mut self, slot: u32, packet: u32) -> (u32, u32) {
        let site = self.slots.get(slot).clone();
        let Some(input) = self.packets.get(packet).input() else { return (0, 0) };
        if !site.slot.is_up() || site.going != Going::On {
            // It waits: being lost there is like never arriving.
            return (0, 0);
        }
        let means = self.means_at(site.node);
        let outcomes = local::outcomes(&self.setup, &site.slot, site.node, &LocalInput::Input(input), means);
        let changes = self.take_outcomes(slot, site.node, Going::On, outcomes);
        let parcel = self.packets.get(packet);
        match (self.is_declared_stale(&site, parcel), changes.1) {
            (false, _) => changes,
            (true, 0) => STALE,
            (true, _) => {
                let not_stale = NotStale::of(&site, parcel, Awake::Acts);
                self.not_stale = self.not_stale.take().or(not_stale);
                changes
            }
        }
    }

    fn work_out_response(&mut self, client: u32, packet: u32) -> (u32, u32) {
        let (id, state) = self.clients.get(client);
        let parcel = self.packets.get(packet);
        let (Payload::Response { id: request, response }, Endpoint::Node(from)) = (&parcel.payload, parcel.from) else {
            return (0, 0);
        };
        match local::respond(&self.setup, *id, state, from, *request, response, self.means.delay_ticks) {
            Some(outcome) => self.take_client_outcomes(client, Vec::from([outcome])),
            None => self.take_client_outcomes(client, Vec::new()),
        }
    }

    /// The client asks one of the nodes that it may come to ask, one outcome for each.
    fn work_out_question(&mut self, client: u32, request: u32) -> (u32, u32) {
        let (id, state) = self.clients.get(client).clone();
        let (mut client_now, mut sights) = (state, Vec::new());
        if request == RETRY {
            match &mut client_now.outstanding {
                Some(waiting) => waiting.attempt += 1,
                None => return (0, 0),
            }
        } else {
            let request = self.requests[request as usize].clone();
            let sequence = client_now.begin(request.clone(), Time::ZERO, FactId::NONE);
            client_now = client_now.timeless();
            sights.push(Sight::Invoked { id: RequestId { client: id, sequence }, request });
        }
        let mut outcomes: Vec<local::ClientOutcome<P>> = Vec::new();
        for _ in 0..self.setup.nodes {
            if let Some(parcel) = local::question(&self.setup, id, &client_now, self.means.delay_ticks)
                && !outcomes.iter().any(|outcome| outcome.sent[0].to == parcel.to)
            {
                let (client, sights) = (client_now.clone(), sights.clone());
                outcomes.push(local::ClientOutcome { client, sent: Vec::from([parcel]), sights });
            }
            if let Some(waiting) = &mut client_now.outstanding {
                waiting.attempt += 1;
            }
        }
        self.take_client_outcomes(client, outcomes)
    }

    fn work_out_own(&mut self, slot: u32) {
        let site = self.slots.get(slot).clone();
        let start = self.own.len() as u32;
        for own in self.own_of_site(&site) {
            let outcomes = match (own.input(site.going), &own) {
                (Some(input), _) => {
                    local::outcomes(&self.setup, &site.slot, site.node, &input, self.means_at(site.node))
                }
                (None, Own::Crash(keep)) => {
                    Vec::from([local::go_down(site.slot.clone(), site.node, *keep, self.means)])
                }
                (None, Own::Wipe) => Vec::from([local::lose_disk(site.slot.clone(), site.node, self.means)]),
                (None, _) => Vec::from([local::pause(site.slot.clone())]),
            };
            let cost = match &own {
                Own::Fire(timer) => self.kind(timer),
                Own::Wipe => WIPES,
                Own::Pause => PAUSES,
                // What it costs to end in a crash stands at the outcome.
                Own::Crash(_) | Own::Flush | Own::Restart | Own::Resume => FREE,
            };
            let going = match own.going_after(site.going) {
                // Where time promises nothing, no timer is late.
                Going::Late if !self.is_timed() => Going::On,
                going => going,
            };
            let changes = self.take_outcomes(slot, site.node, going, outcomes);
            if changes.1 > 0 {
                self.own.push(OwnEntry { own, cost, changes });
            }
        }
        if self.own_of.len() <= slot as usize {
            self.own_of.resize(slot as usize + 1, None);
        }
        self.own_of[slot as usize] = Some((start, self.own.len() as u32 - start));
    }

    fn own_of_site(&self, site: &Site<P>) -> Vec<Own<P>> {
        let (state, paused) = (&site.slot, site.going == Going::Paused);
        let may = |cost: u8| self.limits[usize::from(cost)] > 0;
        let mut all = Vec::new();
        if state.is_up() {
            if !paused {
                let ready = state.timers.iter().filter(|armed| armed.min == Span::ZERO);
                all.extend(ready.map(|armed| Own::Fire(armed.timer)));
            }
            if state.syncing > 0 {
                all.push(Own::Flush);
            }
            if may(CRASHES) {
                all.extend(local::keeps(state).into_iter().map(Own::Crash));
            }
            if paused {
                all.push(Own::Resume);
            } else if may(PAUSES) {
                all.push(Own::Pause);
            }
        } else {
            all.push(Own::Restart);
        }
        if may(WIPES) {
            all.push(Own::Wipe);
        }
        all
    }

    /// The place in the count of what was used for a kind of timer, by the first word of its spelling.
    fn kind(&mut self, timer: &P::Timer) -> u8 {
        let mut spelling = String::new();
        timer.spell(&mut spelling);
        let name = spelling.split(' ').next().unwrap_or_default();
        // More kinds than there are places share the last one.
        let place_of = |index: usize| (usize::from(KINDS) + index).min(usize::from(PLACES) - 1);
        if let Some(index) = self.kinds.iter().position(|kind| kind == name) {
            return place_of(index) as u8;
        }
        let place = place_of(self.kinds.len());
        if let Some((_, limit)) = self.timers_of.iter().find(|(kind, _)| kind == name) {
            self.limits[place] = *limit;
            self.allowed[place] = self.limits[place];
        }
        self.kinds.push(name.into());
        place as u8
    }

    fn take_outcomes(&mut self, slot: u32, node: NodeId, going: Going, outcomes: Vec<local::Outcome<P>>) -> (u32, u32) {
        let start = self.changes.len() as u32;
        let old = self.slots.hash(slot);
        for (number, outcome) in outcomes.into_iter().enumerate() {
            let cost = if outcome.recipe.crash.is_some() { CRASHES } else { FREE };
            let part = self.slots.intern(Site::new(node, going, outcome.slot));
            let mut earlier = Vec::new();
            for (seen, mut slot) in outcome.earlier {
                canonical(&mut slot, self.means_at(node).beat);
                earlier.push((seen as u32, self.slots.intern(Site::new(node, going, slot))));
            }
            let earlier = if earlier.is_empty() { 0 } else { self.earlier.intern(earlier) + 1 };
            let delta = self.slots.hash(part).wrapping_sub(old);
            let change = Change { part, earlier, cost, number: number as u16, delta, ..Change::NOTHING };
            self.take_change(slot, change, outcome.sent, outcome.sights);
        }
        (start, self.changes.len() as u32 - start)
    }

    fn take_client_outcomes(&mut self, client: u32, outcomes: Vec<local::ClientOutcome<P>>) -> (u32, u32) {
        let start = self.changes.len() as u32;
        let (id, _) = *self.clients.get(client);
        let old = client_hash(self.clients.hash(client));
        for (number, outcome) in outcomes.into_iter().enumerate() {
            let part = self.clients.intern((id, outcome.client));
            let delta = client_hash(self.clients.hash(part)).wrapping_sub(old);
            let change = Change { part, number: number as u16, delta, ..Change::NOTHING };
            self.take_change(client, change, outcome.sent, outcome.sights);
        }
        (start, self.changes.len() as u32 - start)
    }

    /// Adds a change with what leaves in it. What changes nothing is left out, unless every detail is wanted.
    fn take_change(&mut self, old: u32, mut change: Change, sent: Vec<Parcel<P>>, sights: Vec<Sight<P>>) {
        let mut packets: Vec<u32> = sent.into_iter().filter_map(|parcel| self.packet(parcel)).collect();
        packets.sort_unstable();
        if change.part == old && packets.is_empty() && sights.is_empty() && !self.means.full {
            return;
        }
        change.delta = packets.iter().fold(change.delta, |sum, packet| sum.wrapping_add(self.packets.hash(*packet)));
        (change.sent, change.sent_count) = (self.sent.len() as u32, packets.len() as u16);
        self.sent.extend(packets);
        if !sights.is_empty() {
            change.sights = self.sights.intern(sights) + 1;
        }
        self.changes.push(change);
    }

    /// What the observers remember after some sights, and what broke. Checks over the cluster are judged later, with it.
    fn work_out_ghost(&mut self, ghost: u32, sights: u32) -> (u32, u32) {
        let (mut memory, mut tally) = self.ghosts.get(ghost).clone();
        let watches_cluster = self.means.watches.cluster;
        let (mut broken, mut last, mut steps) = (0, ghost, Vec::new());
        for sight in &self.sights.get(sights).clone() {
            if let Sight::Fault(fault) = sight {
                tally.note(*fault);
            }
            sight.told(|occasion| occasion.observe(&mut memory, &self.setup));
            let promised = P::tolerates(&self.setup).exceeded_by(&tally).is_none();
            if promised {
                broken |= sight.told(|occasion| self.look(&memory, &tally, occasion)).unwrap_or(0);
            }
            if watches_cluster {
                last = self.ghosts.intern((memory.clone(), tally.clone()));
                steps.push(if promised && !matches!(sight, Sight::Fault(_)) { last } else { NOT_JUDGED });
            }
        }
        if watches_cluster {
            self.trails.insert(ghost, sights, (self.trail.len() as u32, steps.len() as u32));
            self.trail.extend(steps);
        } else {
            last = self.ghosts.intern((memory, tally));
        }
        (last, broken)
    }

    /// Judges by what the observers remember. Gives what broke, and notes what was reached.
    fn look(&mut self, memory: &P::Ghost, tally: &FaultTally, occasion: &Occasion<'_, P>) -> u32 {
        let view = View { setup: &self.setup, ghost: memory, faults: tally };
        let mut broken = 0;
        for (index, Invariant { promise, .. }) in P::invariants().iter().enumerate().take(INVARIANTS_MAX) {
            match (promise, occasion) {
                (Promise::Sometimes(holds), Occasion::Seen(seen)) if self.reached & (1 << index) == 0 => {
                    self.reached |= u32::from(holds(&view, seen)) << index;
                }
                _ if self.always & (1 << index) != 0 && promise.is_judged_after(occasion) => {
                    self.times_judged[index] += 1;
                    broken |= u32::from(promise.check(&view, occasion).is_err()) << index;
                }
                _ => {}
            }
        }
        broken
    }

    /// Judges the checks over the cluster after a step: with each thing seen in it as the node was then.
    pub(super) fn judge_cluster(&self, words: &[u32], place: usize, change: &Change, sights: u32) -> u32 {
        let Some((start, count)) = self.trails.get(words[GHOST], sights) else { return 0 };
        let trail = &self.trail[start as usize..(start + count) as usize];
        if trail.iter().all(|ghost| *ghost == NOT_JUDGED) {
            return 0;
        }
        let at_node = place.checked_sub(HEAD).filter(|node| *node < usize::from(self.setup.nodes));
        let mut slots: Vec<&Slot<P>> =
            words[HEAD..self.first_client()].iter().map(|slot| &self.slots.get(*slot).slot).collect();
        let mut earlier = change.earlier.checked_sub(1).map_or(&[][..], |earlier| self.earlier.get(earlier)).iter();
        let (mut now, mut broken) = (None, 0);
        for (number, (sight, ghost)) in (0..).zip(self.sights.get(sights).iter().zip(trail)) {
            if let Some(node) = at_node
                && now.is_none_or(|until| until <= number)
            {
                let (until, slot) = earlier.next().copied().unwrap_or((u32::MAX, change.part));
                now = Some(until);
                slots[node] = &self.slots.get(slot).slot;
            }
            if *ghost == NOT_JUDGED {
                continue;
            }
            let (memory, tally) = self.ghosts.get(*ghost);
            let view = ClusterView::of_slots(View { setup: &self.setup, ghost: memory, faults: tally }, &slots);
            broken |= sight.told(|occasion| self.look_in(&view, occasion)).unwrap_or(0);
        }
        broken
    }

    fn look_in(&self, view: &ClusterView<'_, P>, occasion: &Occasion<'_, P>) -> u32 {
        P::invariants().iter().enumerate().take(INVARIANTS_MAX).fold(0, |broken, (index, invariant)| {
            match invariant.promise {
                Promise::AlwaysOfCluster(check) if self.always & (1 << index) != 0 => {
                    broken | u32::from(check(view, occasion).is_err()) << index
                }
                _ => broken,
            }
        })
    }
}
