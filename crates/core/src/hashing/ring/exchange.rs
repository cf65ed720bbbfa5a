//! How copies come to lie where the membership wants them: hand-off to new owners, re-replication after a loss, and
//! anti-entropy between owners (Dynamo, sections 4.7 and 4.9). It is one mechanism: a holder offers versions to an owner,
//! the owner says which it lacks, the holder transfers those.
//!
//! ```text
//!   holder ── Offer k3 v7, k9 v2 ──▶ owner
//!   holder ◀── Compared want k3 ──── owner
//!   holder ── Transfer k3 ─────────▶ owner   syncs
//!   holder ◀── Compared have k3 ──── owner   the holder has handed k3 off once every owner has said so
//! ```
//!
//! What was handed off is dropped when the epoch has settled and not before: until then its former owners are asked, in this epoch
//! and in others that may follow before keys have arrived, and those would ask owners that are not there yet.

use super::store::Taken;
use super::{Body, DATA, Event, Item, Key, Membership, NodeSet, RingStore, Rule, Timer, Version, Via, placing};
use crate::{Cx, NodeId};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

impl RingStore {
    /// A new placement: nobody has confirmed anything of it yet. Offers what others own, at once.
    pub(super) fn begin_exchange(&mut self, cx: &mut Cx<'_, Self>) {
        self.compared = NodeSet::EMPTY;
        self.foreign = BTreeMap::new();
        let keys: Vec<Key> = self.items.keys().copied().filter(|key| !self.owns(cx, *key)).collect();
        self.foreign.extend(keys.into_iter().map(|key| (key, NodeSet::EMPTY)));
        self.offer_to(self.view.members, cx);
        self.drop_foreign(cx);
    }

    /// Offers to each of these members what is theirs. Who owns nothing of what is here has it all. Tells how many offers
    /// it made.
    fn offer_to(&mut self, members: NodeSet, cx: &mut Cx<'_, Self>) -> usize {
        let mut offers: BTreeMap<NodeId, Vec<(Key, Version)>> = BTreeMap::new();
        for (key, item) in &self.items {
            let list = placing::preference(cx.setup(), &self.placement, *key);
            for owner in placing::at_places(&list, u8::MAX).without(cx.me()).iter() {
                if members.contains(owner) {
                    offers.entry(owner).or_default().push((*key, item.version));
                }
            }
        }
        let count = offers.len();
        for member in members.without(cx.me()).iter() {
            match offers.remove(&member) {
                Some(versions) => self.send(member, Body::Offer { versions }, cx),
                None => self.compared.insert(member),
            }
        }
        count
    }

    /// The exchange timer: offers again to those who have not confirmed all, else to one member in turn, so that a copy
    /// lost unnoticed is found in time.
    pub(super) fn on_exchange_timer(&mut self, cx: &mut Cx<'_, Self>) {
        self.arm(Timer::Exchange, cx);
        let others = self.view.members.without(cx.me());
        let behind = others.minus(self.compared);
        if !behind.is_empty() {
            self.offer_to(behind, cx);
        } else if let Some(next) = others.iter().find(|node| node.0 > self.turn).or_else(|| others.iter().next()) {
            self.turn = next.0;
            if self.offer_to(NodeSet::EMPTY.with(next), cx) == 0 {
                // Gossip (Dynamo, section 4.8.1): with the administrator down, an epoch that few have heard of still spreads.
                self.send(next, Body::Publish, cx);
            }
        }
        self.drop_foreign(cx);
    }

    pub(super) fn on_offer(
        &mut self,
        from: (NodeId, &Membership),
        versions: Vec<(Key, Version)>,
        cx: &mut Cx<'_, Self>,
    ) {
        let (from, view) = from;
        if view.number() < self.view.number() {
            return self.send(from, Body::OldEpoch, cx);
        }
        let (mut have, mut want) = (Vec::new(), Vec::new());
        for (key, version) in versions {
            match self.items.get(&key) {
                Some(item) if item.version >= version => {
                    if !self.owns_as(cx, from, key) {
                        have.push((key, item.version));
                    }
                }
                Some(_) | None => want.push(key),
            }
        }
        // Copies still on their way to the disk have their fence ahead of this answer.
        self.send(from, Body::Compared { have, want, stored: 0 }, cx);
    }

    pub(super) fn on_compared(
        &mut self,
        from: (NodeId, &Membership),
        have: &[(Key, Version)],
        want: &[Key],
        stored: u32,
        cx: &mut Cx<'_, Self>,
    ) {
        let (from, view) = from;
        // What an owner of another epoch holds says nothing about this one's.
        if view.number() != self.view.number() {
            return;
        }
        let epoch = self.view.epoch;
        if stored > 0 {
            cx.emit(Event::TransferFinished { to: from, keys: stored, epoch });
        }
        for (key, version) in have {
            if self.items.get(key).is_some_and(|item| item.version <= *version)
                && let Some(holders) = self.foreign.get_mut(key)
            {
                holders.insert(from);
            }
        }
        let items: Vec<(Key, Item)> =
            want.iter().filter_map(|key| self.items.get(key).map(|item| (*key, *item))).collect();
        if items.is_empty() {
            self.compared.insert(from);
        } else {
            let moving = items.iter().filter(|(key, _)| self.foreign.contains_key(key)).count() as u32;
            cx.emit(Event::TransferStarted { to: from, keys: items.len() as u32, moving, epoch });
            self.send(from, Body::Transfer { items }, cx);
        }
        self.drop_foreign(cx);
    }

    pub(super) fn on_transfer(&mut self, from: (NodeId, &Membership), items: Vec<(Key, Item)>, cx: &mut Cx<'_, Self>) {
        let (from, view) = from;
        if view.number() < self.view.number() {
            return self.send(from, Body::OldEpoch, cx);
        }
        let (mut have, mut taken) = (Vec::new(), Vec::new());
        for (key, item) in items {
            let version = match self.take(key, item, cx) {
                Taken::Kept(held) => held,
                Taken::Stored => {
                    taken.push((key, item));
                    item.version
                }
            };
            if !self.owns_as(cx, from, key) {
                have.push((key, version));
            }
        }
        let late = Self::fence(cx);
        let stored = taken.len() as u32;
        for (key, item) in taken {
            cx.emit(Self::copy_stored(view, key, item, Via::Transfer));
        }
        self.send(from, Body::Compared { have, want: Vec::new(), stored }, cx);
        if late {
            cx.sync(&[DATA]);
        }
    }

    /// Forgets keys that are no longer this node's own, once the epoch has settled and every owner has told that they are on its
    /// disk; and tells when there is nothing left to hand off.
    pub(super) fn drop_foreign(&mut self, cx: &mut Cx<'_, Self>) {
        let mut dropped = Vec::new();
        let mut handed_off = self.recall.is_none() && self.compared.covers(self.view.members.without(cx.me()));
        for (key, holders) in &self.foreign {
            let list = placing::preference(cx.setup(), &self.placement, *key);
            let owners = placing::at_places(&list, u8::MAX);
            let arrived = holders.covers(owners) && !owners.is_empty();
            handed_off &= arrived;
            // Whoever drops before the others have it may drop the last copy.
            if (arrived && self.view.is_settled()) || !cx.on(Rule::TransferBeforeDrop) {
                dropped.push(*key);
            }
        }
        if !dropped.is_empty() {
            let mut told = Vec::with_capacity(dropped.len());
            for key in dropped {
                told.extend(self.forget(key, cx).map(|item| (key, item.version)));
            }
            cx.sync(&[DATA]);
            for (key, version) in told {
                cx.emit(Event::Dropped { key, version, epoch: self.view.epoch });
            }
        }
        if handed_off && !self.handed_off {
            self.handed_off = true;
            if !self.view.is_settled() {
                cx.emit(Event::HandedOff { epoch: self.view.epoch });
                self.tell_administrator(cx);
            }
        }
    }
}
