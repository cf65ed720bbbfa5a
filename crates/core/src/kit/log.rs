//! A replicated log in memory: entries behind a forgotten prefix, cheap to clone.

use super::Shared;
use crate::{Protocol, Rename, Renaming};
use alloc::vec::Vec;
use core::hash::Hash;
use serde::{Deserialize, Serialize};

/// How many entries a settled chunk has.
const CHUNK: usize = 64;

/// Entries at consecutive indices from `base + 1` on. Full chunks are settled and shared between clones; fewer than
/// [`CHUNK`] entries stand in the open tail. The division depends on the base and the length only, so equal logs are equal
/// values.
///
/// ```text
///   base │ chunk │ chunk │ tail … last
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "E: Deserialize<'de> + Hash"))]
pub struct Log<E> {
    base: u64,
    chunks: Vec<Shared<Vec<E>>>,
    tail: Vec<E>,
}

impl<E> Default for Log<E> {
    fn default() -> Self {
        Self { base: 0, chunks: Vec::new(), tail: Vec::new() }
    }
}

impl<E: Copy + Hash> Log<E> {
    /// An empty log whose next entry has index `base + 1`.
    pub fn starting_after(base: u64) -> Self {
        Self { base, chunks: Vec::new(), tail: Vec::new() }
    }

    /// The index before the first entry.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// The index of the last entry; the base if there is none.
    pub fn last(&self) -> u64 {
        self.base + self.len() as u64
    }

    pub fn len(&self) -> usize {
        self.chunks.len() * CHUNK + self.tail.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, index: u64) -> Option<&E> {
        let offset = usize::try_from(index.checked_sub(self.base)?.checked_sub(1)?).ok()?;
        let settled = self.chunks.len() * CHUNK;
        match offset.checked_sub(settled) {
            Some(offset) => self.tail.get(offset),
            None => self.chunks[offset / CHUNK].get(offset % CHUNK),
        }
    }

    pub fn push(&mut self, entry: E) {
        self.tail.push(entry);
        if self.tail.len() == CHUNK {
            let chunk = core::mem::replace(&mut self.tail, Vec::with_capacity(CHUNK));
            self.chunks.push(Shared::new(chunk));
        }
    }

    /// Forgets the entries from an index on.
    pub fn truncate(&mut self, from: u64) {
        let keep = usize::try_from(from.saturating_sub(self.base + 1)).unwrap_or(usize::MAX);
        if keep >= self.len() {
            return;
        }
        let full = keep / CHUNK;
        if full < self.chunks.len() {
            self.tail = self.chunks[full].to_vec();
            self.chunks.truncate(full);
        }
        self.tail.truncate(keep % CHUNK);
    }

    /// Forgets the entries up to an index. Costs what stays behind it.
    pub fn forget(&mut self, upto: u64) {
        if upto <= self.base {
            return;
        }
        let mut rest = Self::starting_after(upto);
        for index in upto + 1..=self.last() {
            if let Some(entry) = self.get(index) {
                rest.push(*entry);
            }
        }
        *self = rest;
    }

    /// The entries in order, with their indices.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &E)> + Clone {
        (self.base + 1..=self.last()).filter_map(|index| Some((index, self.get(index)?)))
    }

    /// The entries from an index on, at most `count`.
    pub fn copy_from(&self, from: u64, count: usize) -> Vec<E> {
        (from..=self.last()).take(count).filter_map(|index| self.get(index).copied()).collect()
    }
}

impl<P: Protocol, E: Rename<P> + Clone + Hash> Rename<P> for Log<E> {
    fn rename(&mut self, by: &Renaming<'_, P>) {
        self.chunks.rename(by);
        self.tail.rename(by);
    }
}

#[cfg(test)]
mod tests {
    use super::Log;
    use alloc::vec::Vec;

    fn of(base: u64, entries: impl IntoIterator<Item = u32>) -> Log<u32> {
        let mut log = Log::starting_after(base);
        entries.into_iter().for_each(|entry| log.push(entry));
        log
    }

    #[test]
    fn equal_contents_are_equal_values_whatever_their_history() {
        for length in [0_u32, 1, 63, 64, 65, 127, 128, 200] {
            for kept in [0, 1, 63, 64, 65, 128, 199] {
                let mut log = of(0, 0..length);
                log.truncate(u64::from(kept) + 1);
                assert_eq!(log, of(0, 0..length.min(kept)), "{length} cut to {kept}");
            }
            for forgotten in [0, 1, 64, 70] {
                let mut log = of(0, 0..length);
                log.forget(forgotten);
                let rest: Vec<u32> = (0..length).skip(forgotten as usize).collect();
                assert_eq!(log, of(forgotten, rest), "{length} without {forgotten}");
            }
        }
    }

    #[test]
    fn entries_are_found_by_index() {
        let log = of(10, 0..150);
        assert_eq!(log.last(), 160);
        assert_eq!(log.get(10), None);
        assert_eq!(log.get(0), None);
        assert_eq!(log.get(161), None);
        for (offset, index) in (11..=160).enumerate() {
            assert_eq!(log.get(index), Some(&(offset as u32)));
        }
        assert_eq!(log.copy_from(159, 9), [148, 149]);
    }
}
