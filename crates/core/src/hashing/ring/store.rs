//! The copies a node holds: a map in memory, a log on disk.
//!
//! The log is only appended to. Overwriting a record in place would put an acknowledged old version at the mercy of a
//! power failure in mid-write. When most of the log is dead, the living are appended again and what lies before is
//! trimmed; a crash keeps a prefix of what was issued, so the trim never lands without the copies.

use super::{DATA, Event, Item, Key, Membership, Record, RingStore, Rule, Version, Via, placing};
use crate::{Cx, Disk, NodeId, SyncedDisk};
use alloc::collections::BTreeMap;
use serde::{Deserialize, Serialize};

/// Where the log on disk begins and ends, what is unsynced included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct LogSpan {
    pub first: u64,
    pub end: u64,
}

/// What became of an item that was to be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Taken {
    Stored,
    /// This version was here already, or a newer one, which stays.
    Kept(Version),
}

/// What a log holds.
#[derive(Default)]
pub(super) struct Recovered {
    pub items: BTreeMap<Key, Item>,
    pub log: LogSpan,
    /// How many records could not be read.
    pub unreadable: u32,
    /// Whether all is there that an earlier disk of this node held.
    pub whole: bool,
}

/// Reads the log.
pub(super) fn recover(disk: &Disk<Record>) -> Recovered {
    let area = disk.area(DATA);
    let log = LogSpan { first: area.first(), end: area.end() };
    let mut found = Recovered { log, whole: !disk.is_replaced(), ..Recovered::default() };
    for stored in area.records() {
        // A record torn by a power failure was never synced, so nobody was promised anything by it: reading goes on behind.
        match stored.read() {
            Ok(Record::Put { key, item }) => {
                found.items.insert(*key, *item);
            }
            Ok(Record::Drop { key }) => {
                found.items.remove(key);
            }
            Ok(Record::Whole) => found.whole = true,
            Ok(Record::Membership(_)) => {}
            Err(_) => found.unreadable += 1,
        }
    }
    found
}

/// The version of a key that a disk holds for sure.
pub(super) fn synced_item(disk: SyncedDisk<'_, Record>, key: Key) -> Option<Item> {
    let newest = disk.area(DATA).records().rev().find_map(|stored| match stored.read() {
        Ok(Record::Put { key: of, item }) if *of == key => Some(Some(*item)),
        Ok(Record::Drop { key: of }) if *of == key => Some(None),
        Ok(Record::Put { .. } | Record::Drop { .. } | Record::Whole | Record::Membership(_)) | Err(_) => None,
    });
    newest.flatten()
}

impl RingStore {
    /// Takes an item into memory and log, unless what is here is as new. Nothing is durable before the next fence.
    pub(super) fn take(&mut self, key: Key, item: Item, cx: &mut Cx<'_, Self>) -> Taken {
        if let Some(held) = self.items.get(&key) {
            // Copies travel by many ways and arrive in any order: the version decides, not the order of arrival.
            if *held == item || (held.version > item.version && cx.on(Rule::KeepNewest)) {
                return Taken::Kept(held.version);
            }
        }
        self.items.insert(key, item);
        self.append(Record::Put { key, item }, cx);
        if !self.owns(cx, key) {
            self.foreign.entry(key).or_default();
        }
        Taken::Stored
    }

    /// Forgets a key that was handed off.
    pub(super) fn forget(&mut self, key: Key, cx: &mut Cx<'_, Self>) -> Option<Item> {
        self.foreign.remove(&key);
        let item = self.items.remove(&key)?;
        self.append(Record::Drop { key }, cx);
        Some(item)
    }

    pub(super) fn append(&mut self, record: Record, cx: &mut Cx<'_, Self>) {
        cx.append(DATA, record);
        self.log.end += 1;
        let whole = self.recall.is_none();
        let living = self.items.len() as u64 + u64::from(whole);
        if self.log.end - self.log.first > 2 * living + 32 {
            let old_end = self.log.end;
            for (key, item) in &self.items {
                cx.append(DATA, Record::Put { key: *key, item: *item });
            }
            if whole {
                cx.append(DATA, Record::Whole);
            }
            cx.trim(DATA, old_end);
            self.log = LogSpan { first: old_end, end: old_end + living };
        }
    }

    /// What is told of a copy once it is on disk.
    pub(super) fn copy_stored(by: &Membership, key: Key, item: Item, via: Via) -> Event {
        Event::CopyStored { key, item, reign: by.reign, epoch: by.epoch, via }
    }

    /// Fences what follows behind the disk. True if the rule is off: then the caller syncs after it has answered.
    #[must_use]
    pub(super) fn fence(cx: &mut Cx<'_, Self>) -> bool {
        if cx.on(Rule::SyncBeforeAck) {
            cx.sync(&[DATA]);
            false
        } else {
            true
        }
    }

    /// Whether this node is on the key's preference list.
    pub(super) fn owns(&self, cx: &Cx<'_, Self>, key: Key) -> bool {
        self.owns_as(cx, cx.me(), key)
    }

    /// Whether reads and writes of the key ask this node: an owner, or a former one while keys are on their way.
    pub(super) fn serves(&self, cx: &Cx<'_, Self>, key: Key) -> bool {
        self.serves_as(cx, cx.me(), key)
    }

    pub(super) fn serves_as(&self, cx: &Cx<'_, Self>, node: NodeId, key: Key) -> bool {
        let former = self.former.as_ref().map(|placement| placing::preference(cx.setup(), placement, key));
        self.owns_as(cx, node, key) || former.is_some_and(|list| list.contains(u32::from(node.0)))
    }

    /// Whether some node is on the key's preference list.
    pub(super) fn owns_as(&self, cx: &Cx<'_, Self>, node: NodeId, key: Key) -> bool {
        placing::preference(cx.setup(), &self.placement, key).contains(u32::from(node.0))
    }
}
