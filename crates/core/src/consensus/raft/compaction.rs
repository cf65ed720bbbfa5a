//! Snapshots in place of the log's beginning (paper §7).

use crate::NodeId;
use crate::kit::{Log, Shared};

use super::{
    Append, Configuration, Cx, EntryId, Event, Index, LOG, Machine, Message, NodeSet, Raft, Record, Rule, SNAPSHOT,
    Snapshot, Term, Trim,
};

impl Raft {
    /// Takes a snapshot once enough entries have been applied since the last one.
    pub(super) fn compact_if_due(&mut self, cx: &mut Cx<'_>) {
        let every = cx.config().snapshot_every;
        let newest = self.snapshot.as_ref().map_or(0, |snapshot| snapshot.last.index);
        if every == 0 || self.commit.saturating_sub(newest) < every {
            return;
        }
        let Some(term) = self.term_at(self.commit) else { return };
        let last = EntryId { index: self.commit, term };
        let members = self.committed_members();
        self.write_snapshot(last, members, &Shared::new(self.machine.clone()), cx);
        self.snapshot = Some(Shared::new(Snapshot { last, members, machine: self.machine.clone() }));
        cx.emit(Event::SnapshotTaken { last });
        // Some entries stay, for followers that lag a little.
        let base = self.commit.saturating_sub(cx.config().snapshot_trailing).max(self.log.base());
        if let Some(term) = self.term_at(base) {
            self.base_term = term;
            let upto = self.position(base + 1);
            self.log.forget(base);
            self.trim_later(upto, self.log.last());
        }
    }

    /// The configuration in force at the commit index.
    fn committed_members(&self) -> NodeSet {
        let committed = self.configurations.iter().rev().find(|configuration| configuration.index <= self.commit);
        committed.or(self.configurations.first()).map_or(NodeSet::EMPTY, |configuration| configuration.members)
    }

    fn write_snapshot(&mut self, last: EntryId, members: NodeSet, machine: &Shared<Machine>, cx: &mut Cx<'_>) {
        let members = cx.on(Rule::SnapshotKeepsConfiguration).then_some(members);
        cx.append(SNAPSHOT, Record::Snapshot { last, members, machine: machine.clone() });
        // The new one stands before the old one goes: within an area a crash keeps a prefix.
        cx.trim(SNAPSHOT, self.places.snapshot_end);
        self.places.snapshot_end += 1;
        cx.sync(&[SNAPSHOT]);
    }

    /// Notes that the log's records before a position can go once the snapshot is durable.
    fn trim_later(&mut self, upto: u64, behind: Index) {
        let round = self.leadership().map_or(0, |leadership| leadership.round);
        self.places.trim = Some(Trim { upto, term: self.term, round, behind });
    }

    /// The leader knows entries to be stored here: what this server sent after its snapshot has left, so the snapshot is
    /// durable.
    pub(super) fn settle_trim(&mut self, term: Term, stored: Index, cx: &mut Cx<'_>) {
        if let Some(trim) = self.places.trim
            && ((term > trim.term && stored > 0) || stored > trim.behind)
        {
            self.trim(trim, cx);
        }
    }

    /// A follower answered a round: if it began after the snapshot was written, the snapshot is durable.
    pub(super) fn settle_trim_as_leader(&mut self, round: u32, cx: &mut Cx<'_>) {
        if let Some(trim) = self.places.trim
            && (self.term > trim.term || round > trim.round)
        {
            self.trim(trim, cx);
        }
    }

    fn trim(&mut self, trim: Trim, cx: &mut Cx<'_>) {
        cx.trim(LOG, trim.upto);
        self.places.trim = None;
    }

    /// A follower takes the leader's snapshot (paper fig. 13).
    pub(super) fn install_snapshot(&mut self, from: NodeId, round: u32, snapshot: &Shared<Snapshot>, cx: &mut Cx<'_>) {
        let last = snapshot.last;
        // An old snapshot may arrive late: what is applied since must not be undone.
        if cx.on(Rule::SnapshotOnlyForward) && last.index <= self.commit {
            let result = Append::Stored { upto: self.commit };
            return cx.send(from, Message::Appended { term: self.term, round, result });
        }
        let old_last = self.log.last();
        self.write_snapshot(last, snapshot.members, &Shared::new(snapshot.machine.clone()), cx);
        let applied = core::mem::replace(&mut self.commit, last.index);
        if last.index > self.log.base() && self.term_at(last.index) == Some(last.term) {
            // What follows the snapshot's last entry is kept: it may be acknowledged already.
            let upto = self.position(last.index + 1);
            self.configurations.retain(|configuration| configuration.index > last.index);
            self.log.forget(last.index);
            self.trim_later(upto, old_last);
        } else {
            self.discard_log(last.index, old_last, cx);
        }
        self.configurations.insert(0, Configuration { index: last.index, members: snapshot.members });
        self.base_term = last.term;
        self.machine = snapshot.machine.clone();
        self.snapshot = Some(snapshot.clone());
        cx.sync(&[LOG, SNAPSHOT]);
        cx.emit(Event::SnapshotInstalled { last, members: self.members(), applied });
        let result = Append::Stored { upto: last.index };
        cx.send(from, Message::Appended { term: self.term, round, result });
    }

    /// Begins the log anew behind a snapshot. On the disk, entries that conflict with it are cut off at once: they are not
    /// committed. Those before it stay until the snapshot is durable.
    fn discard_log(&mut self, base: Index, old_last: Index, cx: &mut Cx<'_>) {
        let cut = base.max(self.log.base() + 1);
        if cut <= old_last {
            let position = self.position(cut);
            cx.truncate(LOG, position);
            self.places.log_end = position;
        }
        self.configurations.clear();
        self.log = Log::starting_after(base);
        self.places.log_first = self.places.log_end;
        self.places.log_first_index = base + 1;
        self.trim_later(self.places.log_end, old_last);
    }
}
