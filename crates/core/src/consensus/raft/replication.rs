//! Appends, commit, apply (paper §5.3, §5.4.2).

use crate::kit::quorum_index;
use crate::{NodeId, RequestId};

use super::{
    Append, AppendEntries, Batch, Command, Configuration, Cx, Entry, EntryId, Event, Execution, Index, LOG, Message,
    NodeSet, Payload, Peer, Raft, Record, Refusal, Response, Role, Rule, StepDown, Timer,
};

impl Raft {
    /// The disk position of the entry at an index.
    pub(super) fn position(&self, index: Index) -> u64 {
        self.places.log_first + index.saturating_sub(self.places.log_first_index)
    }

    /// Puts an entry behind the last, in memory and, unsynced, on the disk.
    fn push(&mut self, entry: Entry, cx: &mut Cx<'_>) -> Index {
        self.log.push(entry);
        let index = self.log.last();
        cx.append(LOG, Record::Entry { index, entry });
        self.places.log_end += 1;
        if let Payload::Configuration { members, .. } = entry.payload {
            // In force from here on, committed or not (thesis §4.1).
            self.configurations.push(Configuration { index, members });
        }
        index
    }

    fn tell_configurations(&self, from: Index, entries: &[Entry], cx: &mut Cx<'_>) {
        for (index, entry) in (from..).zip(entries) {
            if let Payload::Configuration { members, .. } = entry.payload {
                cx.emit(Event::ConfigurationAppended { index, members });
            }
        }
    }

    /// A leader appends an entry of its term to its own log.
    pub(super) fn append_own(&mut self, payload: Payload, cx: &mut Cx<'_>) {
        let prev = self.last();
        let entry = Entry { term: self.term, payload };
        let index = self.push(entry, cx);
        cx.sync(&[LOG]);
        cx.emit(Event::Appended { prev, entries: Batch::One(entry), by_leader: true });
        self.tell_configurations(index, &[entry], cx);
        // Alone, it is its own quorum.
        if self.members().without(cx.me()).is_empty() {
            self.advance_commit(cx);
        }
    }

    pub(super) fn propose(&mut self, payload: Payload, cx: &mut Cx<'_>) {
        self.append_own(payload, cx);
        self.broadcast_appends(false, cx);
    }

    /// Whether this request stands in the log and is not committed.
    pub(super) fn is_proposed(&self, request: RequestId) -> bool {
        let uncommitted = self.log.iter().rev().take_while(|(index, _)| *index > self.commit);
        uncommitted.into_iter().any(|(_, entry)| matches!(entry.payload, Payload::Command { id, .. } if id == request))
    }

    /// Whom a leader sends to: the members, a server that is being caught up, and servers about to leave.
    fn audience(&self, cx: &Cx<'_>) -> NodeSet {
        let Role::Leader(leadership) = &self.role else { return NodeSet::EMPTY };
        let audience = self.members().union(leadership.departing);
        leadership.joining.map_or(audience, |joining| audience.with(joining.node)).without(cx.me())
    }

    /// Sends each follower what it lacks. While the leader searches where a log agrees with its own, one message at a time
    /// is on its way; `probe` sends that one.
    pub(super) fn broadcast_appends(&mut self, probe: bool, cx: &mut Cx<'_>) {
        for node in self.audience(cx).iter() {
            self.send_append(node, probe, cx);
        }
    }

    fn send_append(&mut self, to: NodeId, probe: bool, cx: &mut Cx<'_>) {
        let (base, last, term) = (self.log.base(), self.log.last(), self.term);
        let Role::Leader(leadership) = &mut self.role else { return };
        let round = leadership.round;
        let Some(peer) = leadership.peers.get_mut(to.index()) else { return };
        if peer.probing && !probe {
            return;
        }
        if peer.next <= base {
            if let Some(snapshot) = &self.snapshot {
                peer.probing = true;
                cx.emit(Event::SnapshotSent { to, last: snapshot.last });
                cx.send(to, Message::InstallSnapshot { term, round, snapshot: snapshot.clone() });
            }
            return;
        }
        let under_way = peer.next.saturating_sub(peer.stored + 1);
        let room = cx.config().window.saturating_sub(under_way);
        let count =
            (last + 1).saturating_sub(peer.next).min(cx.config().batch).min(if probe { u64::MAX } else { room });
        if count == 0 && !probe {
            return;
        }
        let before = *peer;
        if !peer.probing {
            peer.next += count;
        }
        let entries = match count {
            0 => Batch::None,
            1 => self.log.get(before.next).map_or(Batch::None, |entry| Batch::One(*entry)),
            _ => Batch::of(self.log.copy_from(before.next, count as usize)),
        };
        self.send_entries(to, before, entries, cx);
    }

    fn send_entries(&self, to: NodeId, peer: Peer, entries: Batch, cx: &mut Cx<'_>) {
        let Role::Leader(leadership) = &self.role else { return };
        let prev = peer.next.saturating_sub(1);
        let Some(prev_term) = self.term_at(prev) else { return };
        // Only the trimming of logs asks how far the leader knows a follower to be.
        let stored = if cx.config().snapshot_every > 0 { peer.stored } else { 0 };
        let append = AppendEntries {
            term: self.term,
            prev: EntryId { index: prev, term: prev_term },
            commit: self.commit,
            round: leadership.round,
            stored,
            entries,
        };
        cx.send(to, Message::AppendEntries(append));
    }

    /// A new round of heartbeats: it keeps followers from elections, tells them the commit index, finds out who lacks
    /// entries, and confirms the leadership for reads and leases.
    pub(super) fn heartbeat(&mut self, cx: &mut Cx<'_>) {
        if !self.is_leader() {
            return;
        }
        let interval = cx.config().heartbeat_interval;
        cx.set_timer(Timer::Heartbeat, interval, interval);
        self.begin_round(cx);
    }

    pub(super) fn begin_round(&mut self, cx: &mut Cx<'_>) {
        let Some(leadership) = self.leadership() else { return };
        leadership.round = leadership.round.saturating_add(1);
        self.begin_lease(cx);
        let base = self.log.base();
        for node in self.audience(cx).iter() {
            let Role::Leader(leadership) = &self.role else { return };
            let Some(peer) = leadership.peers.get(node.index()).copied() else { continue };
            if peer.next > base {
                self.send_entries(node, peer, Batch::None, cx);
            } else if let Some(snapshot) = &self.snapshot {
                let round = leadership.round;
                cx.send(node, Message::InstallSnapshot { term: self.term, round, snapshot: snapshot.clone() });
            }
        }
        self.confirm_round(cx);
    }

    /// A follower takes a leader's append (paper fig. 2, AppendEntries).
    pub(super) fn append_entries(&mut self, from: NodeId, append: &AppendEntries, cx: &mut Cx<'_>) {
        let &AppendEntries { prev, commit, round, entries: ref batch, .. } = append;
        // What a snapshot has replaced is committed and agrees: only the rest is compared.
        let base = self.log.base();
        let agrees = prev.index < base || self.term_at(prev.index) == Some(prev.term);
        if !agrees && cx.on(Rule::CheckPreviousEntry) {
            let result = Append::Mismatch { prev: prev.index, hint: self.last_not_after(prev) };
            return cx.send(from, Message::Appended { term: self.term, round, result });
        }
        let entries = batch.as_slice();
        let upto = prev.index.saturating_add(entries.len() as u64);
        let conflict = (prev.index.saturating_add(1)..).zip(entries).find_map(|(index, entry)| {
            let differs = index > base && self.term_at(index).is_some_and(|term| term != entry.term);
            differs.then_some(index)
        });
        let cut = if cx.on(Rule::TruncateOnlyOnConflict) { conflict } else { Some(prev.index.max(base) + 1) };
        let truncated = cut.and_then(|from| self.truncate(from, cx));
        let known = self.log.last();
        let before = self.last();
        let fresh = (known.saturating_sub(prev.index) as usize).min(entries.len());
        // Without the consistency check the new entries might begin behind a gap: they then close up, as a naive log would.
        for entry in &entries[fresh..] {
            self.push(*entry, cx);
        }
        let appended = &entries[fresh..];
        if (!appended.is_empty() || truncated.is_some()) && cx.on(Rule::SyncLogBeforeAck) {
            cx.sync(&[LOG]);
        }
        self.tell_appended(truncated, before, appended, batch, cx);
        cx.send(from, Message::Appended { term: self.term, round, result: Append::Stored { upto } });
        self.commit_to(commit.min(upto), None, cx);
    }

    fn tell_appended(
        &self,
        truncated: Option<(Event, bool)>,
        before: EntryId,
        appended: &[Entry],
        batch: &Batch,
        cx: &mut Cx<'_>,
    ) {
        if let Some((event, rolled_back)) = truncated {
            cx.emit(event);
            if rolled_back {
                cx.emit(Event::ConfigurationRolledBack { members: self.members() });
            }
        }
        if appended.is_empty() {
            return;
        }
        let entries =
            if appended.len() == batch.as_slice().len() { batch.clone() } else { Batch::of(appended.to_vec()) };
        cx.emit(Event::Appended { prev: before, entries, by_leader: false });
        self.tell_configurations(before.index + 1, appended, cx);
    }

    /// Cuts the log at an index, and tells whether a configuration went with it. None if nothing stands there.
    fn truncate(&mut self, from: Index, cx: &mut Cx<'_>) -> Option<(Event, bool)> {
        let last = self.log.last();
        if from <= self.log.base() || from > last {
            return None;
        }
        let term = self.term_at(from).unwrap_or_default();
        self.log.truncate(from);
        let position = self.position(from);
        cx.truncate(LOG, position);
        self.places.log_end = position;
        // The configuration before the cut is in force again (thesis §4.1); the first one is committed.
        let count = self.configurations.len();
        while self.configurations.len() > 1 && self.configurations.last().is_some_and(|newest| newest.index >= from) {
            self.configurations.pop();
        }
        Some((Event::Truncated { from, last, term }, self.configurations.len() < count))
    }

    /// A follower has answered.
    pub(super) fn appended(&mut self, from: NodeId, round: u32, result: Append, cx: &mut Cx<'_>) {
        let (base, base_term, last) = (self.log.base(), self.base_term, self.log.last());
        let hint_place = match result {
            Append::Mismatch { hint, .. } => self.last_not_after(hint),
            Append::Stored { .. } | Append::Outdated => EntryId::default(),
        };
        let Role::Leader(leadership) = &mut self.role else { return };
        let Some(peer) = leadership.peers.get_mut(from.index()) else { return };
        leadership.contacted.insert(from);
        let later_round = round > peer.round && round <= leadership.round;
        if later_round {
            peer.round = round;
        }
        let mut progress = false;
        match result {
            Append::Stored { upto } if upto <= last => {
                progress = upto > peer.stored;
                peer.stored = peer.stored.max(upto);
                peer.next = peer.next.max(upto + 1);
                peer.probing = false;
            }
            Append::Mismatch { prev, hint } => {
                // An answer to an append from before the leader last changed its mind says nothing new. A mismatch at
                // what the follower has acknowledged is late, too, unless it answers a newer round than any so far: then
                // its disk may have lost what it promised, and going back is the only way to repair it.
                let outdated = if peer.probing {
                    prev.saturating_add(1) != peer.next
                } else {
                    prev <= peer.stored && !later_round
                };
                if !outdated {
                    let unknown = hint.index < base || (hint_place.index == base && base_term > hint.term);
                    let place = if unknown { base.saturating_sub(1) } else { hint_place.index };
                    peer.next = place + 1;
                    peer.probing = true;
                    self.send_append(from, true, cx);
                }
            }
            Append::Stored { .. } | Append::Outdated => {}
        }
        if progress {
            self.stored_further(from, cx);
        }
        self.send_append(from, false, cx);
        if later_round {
            self.settle_trim_as_leader(round, cx);
            self.confirm_round(cx);
        }
    }

    /// A follower is known to store more than before.
    fn stored_further(&mut self, from: NodeId, cx: &mut Cx<'_>) {
        self.advance_commit(cx);
        self.hand_over_if_ready(from, cx);
        self.finish_catch_up(from, cx);
    }

    /// The commit index follows what a quorum stores (paper fig. 2, "Rules for Servers").
    fn advance_commit(&mut self, cx: &mut Cx<'_>) {
        let Role::Leader(leadership) = &self.role else { return };
        let mut stored = [0; NodeSet::ROOM as usize];
        let mut count = 0;
        for member in self.members().iter() {
            stored[count] = match leadership.peers.get(member.index()) {
                _ if member == cx.me() => self.log.last(),
                Some(peer) => peer.stored,
                None => 0,
            };
            count += 1;
        }
        let index = quorum_index(&mut stored[..count], self.quorum(cx.setup()));
        if index <= self.commit {
            return;
        }
        let term = self.term_at(index).unwrap_or_default();
        // Entries of earlier terms are committed by an entry of the own term behind them, never by counting (paper §5.4.2).
        if cx.on(Rule::CommitOnlyCurrentTerm) && term != self.term {
            return;
        }
        cx.emit(Event::Committed { term: self.term, upto: EntryId { index, term } });
        self.commit_to(index, Some(cx.me()), cx);
    }

    /// Applies what is newly committed; `leader` is the own name if this server leads.
    fn commit_to(&mut self, upto: Index, leader: Option<NodeId>, cx: &mut Cx<'_>) {
        while self.commit < upto {
            let index = self.commit + 1;
            let Some(entry) = self.log.get(index).copied() else { break };
            self.commit = index;
            match entry.payload {
                Payload::Noop => cx.emit(Event::Applied { index, entry, execution: None }),
                Payload::Command { id, command } => self.apply(index, entry, id, command, cx),
                Payload::Configuration { members, id } => {
                    self.configurations.retain(|configuration| configuration.index >= index);
                    cx.emit(Event::Applied { index, entry, execution: None });
                    cx.emit(Event::ConfigurationCommitted { index, members });
                    if let (Some(id), true) = (id, self.is_leader()) {
                        cx.reply(id, Response::Configured { members });
                    }
                }
            }
        }
        self.compact_if_due(cx);
        if leader.is_some() {
            self.committed_as_leader(cx);
        }
    }

    fn apply(&mut self, index: Index, entry: Entry, id: RequestId, command: Command, cx: &mut Cx<'_>) {
        let known = if cx.on(Rule::Deduplicate) { self.machine.recall(id) } else { None };
        let execution = known.unwrap_or_else(|| Execution::Executed(self.machine.execute(index, id, command)));
        cx.emit(Event::Applied { index, entry, execution: Some(execution) });
        if self.is_leader() {
            cx.reply(
                id,
                match execution {
                    Execution::Executed(outcome) | Execution::Duplicate(outcome) => Response::Done(outcome),
                    Execution::Stale => Response::Refused(Refusal::Stale),
                },
            );
        }
    }

    fn committed_as_leader(&mut self, cx: &mut Cx<'_>) {
        self.start_waiting_reads(cx);
        if self.configuration_index() > self.commit {
            return;
        }
        let departing =
            self.leadership().map_or(NodeSet::EMPTY, |leadership| core::mem::take(&mut leadership.departing));
        if !departing.is_empty() {
            self.dismiss(departing.without(cx.me()), cx);
        }
        if !self.members().contains(cx.me()) {
            // It led its own removal and did not count itself (thesis §4.2.2). The others learn of the commit first.
            self.begin_round(cx);
            self.become_follower(self.term, StepDown::Removed, cx);
        }
    }

    /// The last word to servers that have left: the commit of the configuration without them, so that they start no
    /// elections. A courtesy; nothing rests on it.
    fn dismiss(&self, departing: NodeSet, cx: &mut Cx<'_>) {
        let Role::Leader(leadership) = &self.role else { return };
        for node in departing.iter() {
            if let Some(peer) = leadership.peers.get(node.index())
                && peer.next > self.log.base()
            {
                self.send_entries(node, *peer, Batch::None, cx);
            }
        }
    }

    /// Whether an entry of the own term is committed.
    pub(super) fn committed_own_term(&self) -> bool {
        match &self.role {
            Role::Leader(leadership) => self.commit >= leadership.first_index,
            Role::Follower | Role::PreCandidate(_) | Role::Candidate(_) => false,
        }
    }
}
