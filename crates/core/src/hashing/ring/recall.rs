//! A node whose disk was lost: it asks the others what it held before its word counts again.
//!
//! Quorums meet because a node remembers what it has confirmed. One that has forgotten takes part in none: it neither reads nor
//! writes for anybody until it knows the newest epoch and has heard so many others that they held, between them, all that it had
//! confirmed. That the disk is another one it is told by the operator ([`Disk::is_replaced`](crate::Disk::is_replaced)); a first
//! start with an empty disk has forgotten nothing and asks nobody.
//!
//! ```text
//!   A  disk lost ── Recall ──▶ everyone else
//!   A ◀── Recalled k3 v7 ───── B   all that B holds of A's keys, and B's epoch
//!   A  has heard enough: writes to its log that it is whole again
//! ```

use super::{Body, DATA, Event, Item, Key, NodeSet, Record, RingStore, Timer, Via};
use crate::kit::majority;
use crate::{Cx, NodeId, Setup};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// What a node that lost its disk has heard of it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Recall {
    /// Tells this attempt's answers from an earlier one's.
    pub nonce: u64,
    /// The nodes that have answered in this epoch.
    pub heard: NodeSet,
    /// Those of them that have not lost a disk themselves.
    pub whole: NodeSet,
}

/// How many other nodes must tell their epoch before a node knows the newest one that has settled or was followed by another. It
/// is on the disks of a majority, this node's own and W - 2 more of which may be lost.
fn recall_quorum(setup: &Setup<RingStore>) -> usize {
    let others = usize::from(setup.nodes).saturating_sub(1);
    let holders = majority(usize::from(setup.nodes)).saturating_sub(1 + other_losses(setup)).max(1);
    (others + 1).saturating_sub(holders).min(others)
}

/// How many disks may be lost besides this node's.
fn other_losses(setup: &Setup<RingStore>) -> usize {
    setup.config.writes(setup.config.copies()).saturating_sub(2)
}

impl RingStore {
    /// Asks all others, or anew in a new epoch: what was answered by another one tells too little.
    pub(super) fn begin_recall(&mut self, cx: &mut Cx<'_, Self>) {
        let nonce = cx.clock().0;
        self.recall = Some(Recall { nonce, heard: NodeSet::EMPTY, whole: NodeSet::EMPTY });
        self.ask_what_was_lost(cx);
        self.finish_recall(cx);
    }

    pub(super) fn ask_what_was_lost(&mut self, cx: &mut Cx<'_, Self>) {
        let Some(recall) = &self.recall else { return };
        let (nonce, heard) = (recall.nonce, recall.whole);
        for node in cx.others().filter(|node| !heard.contains(*node)) {
            self.send(node, Body::Recall { nonce }, cx);
        }
        self.arm(Timer::Recall, cx);
    }

    pub(super) fn on_recall(&mut self, from: NodeId, nonce: u64, cx: &mut Cx<'_, Self>) {
        let theirs = self.items.iter().filter(|(key, _)| self.serves_as(cx, from, **key));
        let items = theirs.map(|(key, item)| (*key, *item)).collect();
        self.send(from, Body::Recalled { nonce, whole: self.recall.is_none(), items }, cx);
    }

    pub(super) fn on_recalled(
        &mut self,
        from: NodeId,
        (nonce, whole): (u64, bool),
        items: Vec<(Key, Item)>,
        cx: &mut Cx<'_, Self>,
    ) {
        let Some(recall) = self.recall.as_mut().filter(|recall| recall.nonce == nonce) else { return };
        recall.heard.insert(from);
        if whole {
            recall.whole.insert(from);
        }
        for (key, item) in items {
            if self.take(key, item, cx) == super::store::Taken::Stored {
                cx.sync(&[DATA]);
                cx.emit(Self::copy_stored(&self.view, key, item, Via::Transfer));
            }
        }
        self.finish_recall(cx);
    }

    /// Looks whether enough was heard: for the newest epoch, and for the copies.
    pub(super) fn finish_recall(&mut self, cx: &mut Cx<'_, Self>) {
        let Some(recall) = &self.recall else { return };
        let heard = recall.heard;
        if heard.len() < recall_quorum(cx.setup()) {
            return;
        }
        // A write that this node confirmed is on W - 1 more disks, so all but W - 2 have to be heard. If even those have nothing to
        // tell that lost their disks as well, nobody has.
        let others = self.view.involved().without(cx.me());
        let whole = others.minus(recall.whole).len() <= other_losses(cx.setup()) || heard.covers(others);
        self.begin_reign(cx);
        if whole {
            self.recall = None;
            cx.cancel_timer(Timer::Recall);
            // In the log behind the copies, since a crash keeps a prefix of it.
            self.append(Record::Whole, cx);
            cx.sync(&[DATA]);
            cx.emit(Event::RecallFinished { heard, keys: self.items.len() as u32 });
            self.drop_foreign(cx);
        }
    }
}
