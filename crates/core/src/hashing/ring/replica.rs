//! A node that keeps copies: it stores what coordinators write and tells what it holds.

use super::store::Taken;
use super::{Body, DATA, Event, Item, Key, Membership, RingStore, Rule, Via};
use crate::{Cx, NodeId, RequestId};

impl RingStore {
    /// Whether a coordinator goes by another placement than this node. What it writes here would be looked for elsewhere.
    fn is_astray(&self, from: NodeId, view: &Membership, key: Key, cx: &mut Cx<'_, Self>) -> bool {
        let astray = view.number() < self.view.number() || !self.serves(cx, key);
        let refused = astray && cx.on(Rule::RejectOldEpoch);
        if refused {
            cx.emit(Event::OldEpochRefused { from, theirs: view.epoch, ours: self.view.epoch });
            self.send(from, Body::OldEpoch, cx);
        }
        refused
    }

    pub(super) fn on_write(
        &mut self,
        from: (NodeId, &Membership),
        op: RequestId,
        key: Key,
        item: Item,
        cx: &mut Cx<'_, Self>,
    ) {
        let (from, view) = from;
        if self.recall.is_some() || self.is_astray(from, view, key, cx) {
            return;
        }
        let version = item.version;
        match self.take(key, item, cx) {
            // If the copy that is here is still on its way to the disk, the answer waits behind its fence.
            Taken::Kept(_) => self.send(from, Body::Stored { op, key, version }, cx),
            Taken::Stored => {
                let late = Self::fence(cx);
                cx.emit(Self::copy_stored(view, key, item, Via::Write));
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
        // What it does not hold, it may have held on the disk that was lost.
        if self.recall.is_some() {
            return;
        }
        let body = if view.number() < self.view.number() {
            Body::OldEpoch
        } else {
            Body::Found { op, key, item: self.items.get(&key).copied() }
        };
        self.send(from, body, cx);
    }
}
