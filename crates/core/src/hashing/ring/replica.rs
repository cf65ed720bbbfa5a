//! A node that keeps copies: it stores what coordinators write and tells what it holds.

use super::store::Taken;
use super::{Body, DATA, Event, Here, Item, Key, Membership, RingRule, RingStore, Via};
use crate::{Cx, NodeId, RequestId};

impl RingStore {
    /// Whether a coordinator goes by another placement than this node. What it writes here would be looked for elsewhere.
    fn is_astray(&self, here: Here<'_>, from: NodeId, view: &Membership, key: Key, cx: &mut Cx<'_, Self>) -> bool {
        let astray = view.number() < self.view.number() || !self.owns(here, key);
        let refused = astray && here.setup.on(RingRule::RejectOldEpoch);
        if refused {
            cx.emit(Event::OldEpochRefused { from, theirs: view.epoch, ours: self.view.epoch });
            self.send(from, Body::OldEpoch, cx);
        }
        refused
    }

    pub(super) fn on_write(
        &mut self,
        here: Here<'_>,
        from: (NodeId, &Membership),
        op: RequestId,
        key: Key,
        item: Item,
        cx: &mut Cx<'_, Self>,
    ) {
        let (from, view) = from;
        if self.is_astray(here, from, view, key, cx) {
            return;
        }
        let version = item.version;
        match self.take(here, key, item, cx) {
            Taken::Kept(held) => self.send(from, Body::Newer { op, key, version: held.version }, cx),
            // A retry: if the copy is still on its way to the disk, the answer waits behind its fence.
            Taken::Same => self.send(from, Body::Stored { op, key, version }, cx),
            Taken::Stored => {
                let late = Self::fence(here, cx);
                cx.emit(self.copy_stored(key, version, Via::Write));
                self.send(from, Body::Stored { op, key, version }, cx);
                if late {
                    cx.sync(&[DATA]);
                }
            }
        }
    }

    /// Reads are answered whoever owns the key: while keys are on their way, former owners are asked on purpose.
    pub(super) fn on_read(&mut self, from: (NodeId, &Membership), op: RequestId, key: Key, cx: &mut Cx<'_, Self>) {
        let (from, view) = from;
        let body = if view.number() < self.view.number() {
            Body::OldEpoch
        } else {
            Body::Found { op, key, item: self.items.get(&key).copied() }
        };
        self.send(from, body, cx);
    }
}
