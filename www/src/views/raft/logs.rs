//! One server's log as it can be seen: what is in memory, what of it is on disk, what is committed.

use std::collections::BTreeMap;

use faultlab_core::consensus::raft::{Command, Entry, Index, Payload, Raft, Record, Term, spell_key};
use faultlab_core::{Area, AreaId, Condition, NodeId, Operation, Protocol, Stored};

use super::super::CellState;

use super::Lab;

/// What makes an entry stand out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mood {
    Usual,
    Configuration,
    /// Another entry is committed, or stands in the leader's log, at this index.
    Conflicting,
    Damaged,
}

/// One entry, ready to be drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct EntryView {
    pub(super) index: Index,
    pub(super) term: Term,
    pub(super) text: String,
    pub(super) state: CellState,
    pub(super) mood: Mood,
}

/// A server's log.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct LogView {
    /// The index up to which a snapshot stands for the entries.
    pub(super) base: Index,
    pub(super) commit: Index,
    pub(super) entries: Vec<EntryView>,
}

fn area(name: &str) -> AreaId {
    AreaId(Raft::AREAS.iter().position(|area| *area == name).unwrap_or(0) as u8)
}

/// The entries from an index on that a disk holds for certain, and the indices of records that cannot be read.
fn durable(log: &Area<Record>, from: Index) -> (BTreeMap<Index, Entry>, Vec<Index>) {
    let (mut entries, mut damaged) = (BTreeMap::new(), Vec::new());
    let mut next = 0;
    // What stands before a record of an earlier entry is earlier still, or replaced by it.
    let is_earlier =
        |stored: &Stored<Record>| matches!(stored.read(), Ok(Record::Entry { index, .. }) if *index < from);
    let known = log.records().rposition(is_earlier).unwrap_or(0);
    for stored in log.records().skip(known) {
        match stored.read() {
            Ok(Record::Entry { index, entry }) => {
                // A record replaces whatever stood at and behind its index.
                if entries.last_key_value().is_some_and(|(last, _)| last >= index) {
                    entries.split_off(index);
                }
                if *index >= from {
                    entries.insert(*index, *entry);
                }
                next = index + 1;
            }
            Ok(Record::HardState { .. } | Record::Snapshot { .. }) => {}
            Err(Condition::Torn | Condition::Corrupt | Condition::Intact) => {
                damaged.push(next);
                next += 1;
            }
        }
    }
    (entries, damaged)
}

/// The entries from an index on that were not yet on the disk when the server fell.
fn lost_entries(lab: Lab<'_>, node: NodeId, from: Index) -> Vec<(Index, Entry)> {
    let Some(lost) = lab.lost(node) else { return Vec::new() };
    let entries = lost.area(area("log")).unsynced().iter().filter_map(|operation| match operation {
        Operation::Append(Record::Entry { index, entry }) => Some((*index, *entry)),
        _ => None,
    });
    entries.filter(|(index, _)| *index >= from).collect()
}

/// The reference to judge entries by: the server that leads the latest term, or else knows the most commits.
pub(super) fn reference(lab: Lab<'_>) -> Option<&Raft> {
    let servers = (0..=u8::MAX).map_while(|node| lab.disk(NodeId(node)).map(|_| NodeId(node)));
    let rafts = servers.filter_map(|node| lab.memory(node));
    rafts.max_by_key(|raft| (raft.is_leader(), if raft.is_leader() { raft.term } else { 0 }, raft.commit))
}

impl LogView {
    /// The newest entries of a server's log, about so many, judged by a reference.
    pub(super) fn of(lab: Lab<'_>, reference: Option<&Raft>, node: NodeId, newest: usize) -> Self {
        let Some(disk) = lab.disk(node) else {
            return Self::default();
        };
        let log = disk.area(area("log"));
        let last = lab.memory(node).or(reference).map_or(0, |raft| raft.log.last());
        let from = last.saturating_sub(newest as u64);
        let (synced, damaged) = durable(log, from);
        let snapshot = disk.area(area("snapshot")).last_intact().and_then(|record| match record {
            Record::Snapshot { last, .. } => Some(last.index),
            Record::HardState { .. } | Record::Entry { .. } => None,
        });
        let known_commit = reference.map_or(0, |raft| raft.commit);
        let (base, commit, entries): (Index, Index, BTreeMap<Index, Entry>) = match lab.memory(node) {
            Some(raft) => {
                let entries = raft.log.iter().filter(|(index, _)| *index >= from);
                (raft.log.base(), raft.commit, entries.map(|(index, entry)| (index, *entry)).collect())
            }
            None => {
                let base = snapshot.unwrap_or(0);
                let mut entries = synced.clone();
                // What the crash left unsynced is gone; what a person's choice kept is synced.
                entries.retain(|index, _| *index > base);
                (base, known_commit, entries)
            }
        };
        let lost = lost_entries(lab, node, from);
        let view = |(index, entry): (&Index, &Entry)| {
            let durable = synced.get(index) == Some(entry);
            let other = reference.and_then(|raft| raft.log.get(*index));
            let conflicting = other.is_some_and(|other| other != entry);
            let state = match (durable, *index <= commit && !conflicting) {
                (false, _) => CellState::Unsynced,
                (true, true) => CellState::Committed,
                (true, false) => CellState::Synced,
            };
            let mood = if conflicting {
                Mood::Conflicting
            } else if matches!(entry.payload, Payload::Configuration { .. }) {
                Mood::Configuration
            } else {
                Mood::Usual
            };
            EntryView { index: *index, term: entry.term, text: text_of(entry), state, mood }
        };
        let mut views: Vec<EntryView> = entries.iter().map(view).collect();
        views.extend(damaged.into_iter().filter(|index| !entries.contains_key(index)).map(|index| EntryView {
            index,
            term: 0,
            text: "✕".into(),
            state: CellState::Lost,
            mood: Mood::Damaged,
        }));
        views.extend(lost.iter().map(|(index, entry)| EntryView { state: CellState::Lost, ..view((index, entry)) }));
        views.sort_by_key(|entry| entry.index);
        Self { base, commit, entries: views }
    }

    pub(super) fn last(&self) -> Index {
        self.entries.last().map_or(self.base, |entry| entry.index)
    }
}

/// An entry in at most four letters: `x7`, `x+2`, `∅` for a no-op, `⚙` for a configuration.
fn text_of(entry: &Entry) -> String {
    match entry.payload {
        Payload::Noop => "∅".into(),
        Payload::Configuration { .. } => "⚙".into(),
        Payload::Command { command, .. } => {
            let mut text = String::new();
            spell_key(command.key(), &mut text);
            match command {
                Command::Put { value, .. } | Command::Cas { new: value, .. } => text.push_str(&value.to_string()),
                Command::Add { amount, .. } => text.push_str(&format!("+{amount}")),
            }
            if text.chars().count() > 4 {
                text = text.chars().take(3).chain(['…']).collect();
            }
            text
        }
    }
}
