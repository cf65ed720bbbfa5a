//! A log on one area of a disk, cut short by checkpoints.

use crate::{AreaId, Cx, Disk, Protocol, Rename, Renaming};
use serde::{Deserialize, Serialize};

/// Where a log ends, and how long it has become since the last checkpoint. The records themselves are on the disk only.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Journal {
    area: AreaId,
    /// The position behind the last record.
    pub end: u64,
    /// The number of records since the log was last trimmed.
    pub length: u32,
}

impl Journal {
    /// The log of a process that starts for the first time.
    pub const fn new(area: AreaId) -> Self {
        Self { area, end: 0, length: 0 }
    }

    /// Reads the records back, oldest first, and says how many there are. Reading ends at a record that the crash has torn: it is cut
    /// off, so that what is written next does not lie behind it.
    pub fn recover<P: Protocol>(
        area: AreaId,
        disk: &Disk<P::Record>,
        cx: &mut Cx<'_, P>,
        mut replay: impl FnMut(&P::Record, &mut Cx<'_, P>),
    ) -> Self {
        let found = disk.area(area);
        let mut journal = Self { end: found.first(), ..Self::new(area) };
        for record in found.intact_prefix() {
            journal.end += 1;
            journal.length += 1;
            replay(record, cx);
        }
        if found.end() > journal.end {
            cx.truncate(area, journal.end);
        }
        journal
    }

    /// Whether nothing has been written yet: the process starts for the first time.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Writes a record behind the last one, unsynced.
    pub fn append<P: Protocol>(&mut self, record: P::Record, cx: &mut Cx<'_, P>) {
        self.end += 1;
        self.length += 1;
        cx.append(self.area, record);
    }

    /// Puts a checkpoint in the place of all records before it, unsynced. Within an area, operations reach the disk in order, so
    /// the records go only after the checkpoint has come.
    pub fn replace<P: Protocol>(&mut self, checkpoint: P::Record, cx: &mut Cx<'_, P>) {
        let before = self.end;
        self.append(checkpoint, cx);
        cx.trim(self.area, before);
        self.length = 1;
    }
}

impl<P: Protocol> Rename<P> for Journal {
    fn rename(&mut self, _: &Renaming<'_, P>) {}
}
