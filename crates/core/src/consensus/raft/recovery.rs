//! Starting from what the disk holds.

use crate::Disk;
use crate::kit::{Log, Shared};
use alloc::vec;

use super::{
    Configuration, Cx, EntryId, Event, Index, LOG, META, Machine, Payload, Places, Raft, ReadMode, Record, Role,
    SNAPSHOT, Snapshot, Timer,
};

impl Raft {
    pub(super) fn recover(disk: &Disk<Record>, cx: &mut Cx<'_>) -> Self {
        let (term, voted_for) = match disk.area(META).last_intact() {
            Some(Record::HardState { term, voted_for }) => (*term, *voted_for),
            Some(Record::Entry { .. } | Record::Snapshot { .. }) | None => (0, None),
        };
        let recovered = disk.areas().iter().any(|area| area.end() > 0);
        let voters = super::founders(cx.setup());
        let (last, members, machine) = match disk.area(SNAPSHOT).last_intact() {
            // A snapshot without its configuration leaves only the configuration of the beginning.
            Some(Record::Snapshot { last, members, machine }) => (*last, members.unwrap_or(voters), machine.clone()),
            Some(Record::HardState { .. } | Record::Entry { .. }) | None => {
                (EntryId::default(), voters, Shared::<Machine>::default())
            }
        };
        let mut raft = Self {
            term,
            voted_for,
            role: Role::Follower,
            leader: None,
            hears_leader: false,
            log: Log::starting_after(last.index),
            base_term: last.term,
            commit: last.index,
            machine: Machine::clone(&machine),
            snapshot: (last.index > 0)
                .then(|| Shared::new(Snapshot { last, members, machine: Machine::clone(&machine) })),
            configurations: vec![Configuration { index: last.index, members }],
            places: Places {
                meta_end: disk.area(META).end(),
                snapshot_end: disk.area(SNAPSHOT).end(),
                log_first: disk.area(LOG).first(),
                log_first_index: last.index + 1,
                log_end: disk.area(LOG).end(),
                trim: None,
            },
        };
        raft.recover_log(disk, cx);
        cx.emit(Event::Started { term, last: raft.last(), applied: raft.commit, recovered });
        raft.await_leader(recovered, cx);
        raft
    }

    /// Reads the log back: what the snapshot replaces is dropped; at a gap, a damaged record or an entry that conflicts
    /// with the snapshot it ends, since nothing behind that was ever promised.
    fn recover_log(&mut self, disk: &Disk<Record>, cx: &mut Cx<'_>) {
        let area = disk.area(LOG);
        let snapshot = self.last();
        let mut end = area.first();
        let mut live = None;
        for record in area.intact_prefix() {
            let Record::Entry { index, entry } = record else { break };
            if *index > snapshot.index {
                if *index != self.log.last() + 1 {
                    break;
                }
                live.get_or_insert(end);
                self.log.push(*entry);
                if let Payload::Configuration { members, .. } = entry.payload {
                    self.configurations.push(Configuration { index: *index, members });
                }
            } else if *index == snapshot.index && entry.term != snapshot.term {
                break;
            }
            end += 1;
        }
        if end < area.end() {
            cx.truncate(LOG, end);
        }
        let first: u64 = live.unwrap_or(end);
        if first > area.first() {
            cx.trim(LOG, first);
        }
        let first_index: Index = snapshot.index + 1;
        (self.places.log_first, self.places.log_first_index, self.places.log_end) = (first, first_index, end);
    }

    fn await_leader(&mut self, recovered: bool, cx: &mut Cx<'_>) {
        let min = cx.config().election_timeout_min;
        if recovered && cx.config().read_mode == ReadMode::Lease {
            // Before the crash it may have answered a round on which a lease rests: it votes for none until that is over.
            self.hears_leader = true;
            cx.set_timer(Timer::Quiet, min, min);
        } else if self.may_campaign(cx) {
            self.await_election(min, cx);
        }
    }
}
