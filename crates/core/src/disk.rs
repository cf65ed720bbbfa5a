//! A node's disk: a few named areas of records, and what has been issued but not yet synced.
//!
//! Each area is a run of records at absolute positions. Operations wait in the area's unsynced tail until a sync covers
//! them. A crash keeps a prefix of the tail within an area, any combination between areas.
//!
//! ```text
//!   log   │ 4 │ 5 │ 6 │ ┊ +7 ┊ +8 ┊      solid: synced, survives every crash
//!   meta  │ term 3 │    ┊ +term 4 ┊      dotted: unsynced, a crash keeps a prefix of it
//! ```

use alloc::vec::Vec;
use core::hash::Hash;
use serde::{Deserialize, Serialize};

/// The most areas a disk can have.
pub const MAX_AREAS: usize = 4;

/// One area of a disk, as an index into [`crate::Protocol::AREAS`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AreaId(pub u8);

/// What a protocol may do to an area. Nothing is durable before a sync covers it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Operation<R> {
    /// Adds a record behind the last one.
    Append(R),
    /// Replaces the record at a position, in place; a position behind the end appends.
    Write { at: u64, record: R },
    /// Forgets every record before a position.
    Trim { upto: u64 },
    /// Forgets every record from a position on.
    Truncate { from: u64 },
}

/// Whether a stored record can be read back.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Condition {
    Intact,
    /// The power failed in mid-write: the checksum does not match.
    Torn,
    /// The medium changed it later: the checksum does not match.
    Corrupt,
}

/// A record with its condition.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Stored<R> {
    record: R,
    condition: Condition,
}

impl<R> Stored<R> {
    /// The record, unless its checksum fails; then the reason.
    ///
    /// # Errors
    /// The condition of a record that is not intact.
    pub fn read(&self) -> Result<&R, Condition> {
        if self.condition == Condition::Intact { Ok(&self.record) } else { Err(self.condition) }
    }
}

impl<R> Stored<R> {
    /// What was written and its condition: for those who look from outside, not for a recovery.
    pub fn parts(&self) -> (&R, Condition) {
        (&self.record, self.condition)
    }
}

/// One area: synced records from position [`Area::first`] on, and the unsynced tail.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Area<R> {
    first: u64,
    records: Vec<Stored<R>>,
    unsynced: Vec<Operation<R>>,
}

impl<R> Default for Area<R> {
    fn default() -> Self {
        Self { first: 0, records: Vec::new(), unsynced: Vec::new() }
    }
}

impl<R: Clone> Area<R> {
    /// The position of the first synced record.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The position behind the last synced record.
    pub fn end(&self) -> u64 {
        self.first + self.records.len() as u64
    }

    /// The synced records in order, the first one at position [`Area::first`].
    pub fn records(&self) -> impl DoubleEndedIterator<Item = &Stored<R>> + ExactSizeIterator + Clone {
        self.records.iter()
    }

    /// The readable synced records up to the first damaged one: what a recovery that checks its checksums can use.
    pub fn intact_prefix(&self) -> impl Iterator<Item = &R> {
        self.records.iter().map_while(|stored| stored.read().ok())
    }

    /// The newest synced record that can be read.
    pub fn last_intact(&self) -> Option<&R> {
        self.records.iter().rev().find_map(|stored| stored.read().ok())
    }

    /// What was issued and is not yet synced, oldest first.
    pub fn unsynced(&self) -> &[Operation<R>] {
        &self.unsynced
    }

    fn perform(&mut self, operation: Operation<R>, condition: Condition) {
        match operation {
            Operation::Append(record) => self.records.push(Stored { record, condition }),
            Operation::Write { at, record } => {
                let stored = Stored { record, condition };
                match at.checked_sub(self.first).and_then(|offset| self.records.get_mut(offset as usize)) {
                    Some(place) => *place = stored,
                    None => self.records.push(stored),
                }
            }
            Operation::Trim { upto } => {
                let count = upto.saturating_sub(self.first).min(self.records.len() as u64);
                self.records.drain(..count as usize);
                self.first += count;
            }
            Operation::Truncate { from } => {
                self.records.truncate(from.saturating_sub(self.first) as usize);
            }
        }
    }

    fn sync(&mut self, count: usize) {
        let count = count.min(self.unsynced.len());
        if count == self.unsynced.len() {
            // The usual case, without moving the tail: the buffer's room is kept for the next operations.
            let mut all = core::mem::take(&mut self.unsynced);
            for operation in all.drain(..) {
                self.perform(operation, Condition::Intact);
            }
            self.unsynced = all;
        } else {
            let rest = self.unsynced.split_off(count);
            for operation in core::mem::replace(&mut self.unsynced, rest) {
                self.perform(operation, Condition::Intact);
            }
        }
    }
}

/// What of a disk is durable, for those who may see no more.
#[derive(Clone, Copy, Debug)]
pub struct SyncedDisk<'a, R>(&'a Disk<R>);

impl<'a, R: Clone> SyncedDisk<'a, R> {
    pub fn area(self, area: AreaId) -> SyncedArea<'a, R> {
        SyncedArea(self.0.area(area))
    }
}

/// What of an area is durable.
#[derive(Clone, Copy, Debug)]
pub struct SyncedArea<'a, R>(&'a Area<R>);

impl<'a, R: Clone> SyncedArea<'a, R> {
    /// [`Area::first`].
    pub fn first(self) -> u64 {
        self.0.first()
    }

    /// [`Area::end`].
    pub fn end(self) -> u64 {
        self.0.end()
    }

    /// [`Area::records`].
    pub fn records(self) -> impl DoubleEndedIterator<Item = &'a Stored<R>> + ExactSizeIterator + Clone {
        self.0.records()
    }

    /// [`Area::intact_prefix`].
    pub fn intact_prefix(self) -> impl Iterator<Item = &'a R> {
        self.0.intact_prefix()
    }

    /// [`Area::last_intact`].
    pub fn last_intact(self) -> Option<&'a R> {
        self.0.last_intact()
    }
}

/// How many unsynced operations of each area a crash keeps; all others are lost.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Keep(pub [u16; MAX_AREAS]);

impl Keep {
    /// Everything unsynced is lost: what a person's crash does unless they choose.
    pub const NOTHING: Self = Self([0; MAX_AREAS]);
    /// Everything unsynced happens to reach the medium.
    pub const ALL: Self = Self([u16::MAX; MAX_AREAS]);
}

/// A node's disk.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Disk<R> {
    areas: Vec<Area<R>>,
    replaced: bool,
}

impl<R: Clone> Disk<R> {
    /// An empty disk.
    ///
    /// # Panics
    /// If more than [`MAX_AREAS`] areas are asked for: a mistake in a protocol's declaration.
    pub fn new(areas: usize) -> Self {
        assert!(areas <= MAX_AREAS, "a disk has at most {MAX_AREAS} areas, not {areas}");
        Self { areas: (0..areas).map(|_| Area::default()).collect(), replaced: false }
    }

    /// Whether an earlier disk of this node was lost and this one came in its place. The operator who put it in knows and says so
    /// to the process, which could not tell a lost disk from its very first start.
    pub fn is_replaced(&self) -> bool {
        self.replaced
    }

    pub fn area(&self, area: AreaId) -> &Area<R> {
        &self.areas[usize::from(area.0)]
    }

    pub fn areas(&self) -> &[Area<R>] {
        &self.areas
    }

    /// What of it is durable.
    pub fn synced(&self) -> SyncedDisk<'_, R> {
        SyncedDisk(self)
    }

    pub fn is_synced(&self) -> bool {
        self.areas.iter().all(|area| area.unsynced.is_empty())
    }

    /// Issues an operation into the unsynced tail.
    pub fn issue(&mut self, area: AreaId, operation: Operation<R>) {
        self.areas[usize::from(area.0)].unsynced.push(operation);
    }

    /// Makes the oldest operations durable, as many in each area as `counts` says.
    pub fn sync(&mut self, counts: [u32; MAX_AREAS]) {
        for (area, count) in self.areas.iter_mut().zip(counts) {
            if count > 0 {
                area.sync(count as usize);
            }
        }
    }

    /// A crash: keeps a prefix of each tail, loses all others, and says how many operations are lost.
    pub fn crash(&mut self, keep: Keep) -> u32 {
        let mut lost = 0;
        for (area, kept) in self.areas.iter_mut().zip(keep.0) {
            area.sync(usize::from(kept));
            lost += area.unsynced.len() as u32;
            area.unsynced.clear();
        }
        lost
    }

    /// The power fails while the oldest unsynced record of an area is being written: it stays behind torn.
    /// False if no record was being written there.
    pub fn tear(&mut self, area: AreaId) -> bool {
        let area = &mut self.areas[usize::from(area.0)];
        match area.unsynced.first() {
            Some(Operation::Append(_) | Operation::Write { .. }) => {
                let operation = area.unsynced.remove(0);
                area.perform(operation, Condition::Torn);
                true
            }
            Some(Operation::Trim { .. } | Operation::Truncate { .. }) | None => false,
        }
    }

    /// The medium damages the synced record at a position. False if there is none.
    pub fn corrupt(&mut self, area: AreaId, at: u64) -> bool {
        let area = &mut self.areas[usize::from(area.0)];
        match at.checked_sub(area.first).and_then(|offset| area.records.get_mut(offset as usize)) {
            Some(stored) => {
                stored.condition = Condition::Corrupt;
                true
            }
            None => false,
        }
    }

    /// Every record, synced and unsynced.
    pub fn records_mut(&mut self) -> impl Iterator<Item = &mut R> {
        self.areas.iter_mut().flat_map(|area| {
            let synced = area.records.iter_mut().map(|stored| &mut stored.record);
            let unsynced = area.unsynced.iter_mut().filter_map(|operation| match operation {
                Operation::Append(record) | Operation::Write { record, .. } => Some(record),
                Operation::Trim { .. } | Operation::Truncate { .. } => None,
            });
            synced.chain(unsynced)
        })
    }

    /// The disk is replaced by an empty one.
    pub fn wipe(&mut self) {
        for area in &mut self.areas {
            *area = Area::default();
        }
        self.replaced = true;
    }
}
