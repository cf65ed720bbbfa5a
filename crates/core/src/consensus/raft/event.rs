//! What happened, in the field's terms.

use crate::Rename;
use crate::kit::{NodeSet, Shared};
use crate::{Mark, NodeId, RequestId};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use super::config::ReadMode;
use super::entry::{Batch, Entry, EntryId, Index, Key, Term};
use super::machine::{Cell, Execution};

/// Why a vote was refused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum VoteRefusal {
    /// The candidate's term is over.
    OldTerm,
    /// This term's vote went to another.
    AlreadyVoted { candidate: NodeId },
    /// The candidate's log ends earlier than the voter's own.
    LogBehind { candidate_last: EntryId, own_last: EntryId },
    /// The voter has heard from a leader within the minimum election timeout.
    HearsLeader,
}

/// Why a leader or candidate became a follower.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum StepDown {
    /// A message of a later term.
    LaterTerm { from: NodeId },
    /// Another won this term.
    OtherLeader { leader: NodeId },
    /// No quorum was heard from for an election timeout.
    NoQuorum,
    /// The committed configuration is without this server.
    Removed,
    /// A quorum refused its vote.
    Lost,
}

/// The shape of a log: which term its entries are of, from the base on. By Log Matching this names every entry.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub struct Shape {
    /// The newest entry that a snapshot has replaced.
    pub base: EntryId,
    /// The first entry of each term, in order.
    pub runs: Vec<EntryId>,
    pub last: Index,
}

impl Shape {
    /// The term of the entry at an index. None behind the end and before the base.
    pub fn term_at(&self, index: Index) -> Option<Term> {
        if index > self.last || index < self.base.index {
            return None;
        }
        let runs = self.runs.partition_point(|run| run.index <= index);
        Some(runs.checked_sub(1).map_or(self.base.term, |place| self.runs[place].term))
    }
}

/// What happened at a node. Nothing is told per heartbeat.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum Event {
    /// The process started, with what its disk held.
    Started {
        term: Term,
        last: EntryId,
        applied: Index,
        recovered: bool,
    },
    LeaderHeard {
        leader: NodeId,
        term: Term,
    },
    LeaderLost {
        leader: NodeId,
        term: Term,
    },
    /// It asks whether it would win `term`.
    BecamePreCandidate {
        term: Term,
    },
    PreVoteGranted {
        to: NodeId,
        term: Term,
    },
    PreVoteRefused {
        to: NodeId,
        term: Term,
        reason: VoteRefusal,
    },
    BecameCandidate {
        term: Term,
        transfer: bool,
    },
    VoteGranted {
        to: NodeId,
        term: Term,
    },
    VoteRefused {
        to: NodeId,
        term: Term,
        reason: VoteRefusal,
    },
    LeaderElected {
        term: Term,
        votes: NodeSet,
        log: Shared<Shape>,
    },
    SteppedDown {
        /// The term it was leader or candidate of.
        term: Term,
        was_leader: bool,
        reason: StepDown,
    },
    /// Entries behind `prev` reached the log, durably.
    Appended {
        prev: EntryId,
        entries: Batch,
        by_leader: bool,
    },
    /// A follower's entries from `from` to `last` conflicted with its leader's and are gone: its log is repaired.
    Truncated {
        from: Index,
        last: Index,
        term: Term,
    },
    /// A leader of `term` knows this entry, and all before it, to be committed.
    Committed {
        term: Term,
        upto: EntryId,
    },
    Applied {
        index: Index,
        entry: Entry,
        execution: Option<Execution>,
    },
    ConfigurationAppended {
        index: Index,
        members: NodeSet,
    },
    /// The entry with that configuration was cut off: the one before is in force again.
    ConfigurationRolledBack {
        members: NodeSet,
    },
    ConfigurationCommitted {
        index: Index,
        members: NodeSet,
    },
    /// A new server is being brought up to date before it may vote.
    CatchUpStarted {
        node: NodeId,
    },
    TransferStarted {
        to: NodeId,
    },
    TransferAbandoned {
        to: NodeId,
    },
    SnapshotTaken {
        last: EntryId,
    },
    SnapshotSent {
        to: NodeId,
        last: EntryId,
    },
    SnapshotInstalled {
        last: EntryId,
        members: NodeSet,
        /// Where the state machine stood before.
        applied: Index,
    },
    ReadServed {
        id: RequestId,
        key: Key,
        cell: Cell,
        mode: ReadMode,
    },
    // Behind the others, so that the traces of runs without it are what they were.
    /// A leader has heard only from these for an election timeout, which is no quorum, and goes on as if nothing were.
    LedOn {
        term: Term,
        heard: NodeSet,
    },
    /// A new server is not brought up to date any more: it was too slow, or it is not to join after all.
    CatchUpAbandoned {
        node: NodeId,
        withdrawn: bool,
    },
    /// A new server is too slow, and the leader goes on waiting for it.
    WaitedOn {
        node: NodeId,
    },
}

impl Event {
    pub(super) fn mark(&self) -> Mark {
        match self {
            Self::VoteGranted { .. }
            | Self::VoteRefused { .. }
            | Self::BecameCandidate { .. }
            | Self::BecamePreCandidate { .. } => Mark::Contest,
            Self::LeaderElected { .. } | Self::ConfigurationCommitted { .. } => Mark::Settled,
            Self::Committed { .. } => Mark::Progress,
            Self::SteppedDown { was_leader: true, reason, .. } => match reason {
                StepDown::NoQuorum => Mark::Trouble,
                StepDown::LaterTerm { .. } | StepDown::OtherLeader { .. } | StepDown::Removed | StepDown::Lost => {
                    Mark::Notable
                }
            },
            Self::LedOn { .. } | Self::WaitedOn { .. } => Mark::Trouble,
            Self::Started { recovered: true, .. }
            | Self::Truncated { .. }
            | Self::ConfigurationAppended { .. }
            | Self::ConfigurationRolledBack { .. }
            | Self::TransferStarted { .. }
            | Self::TransferAbandoned { .. }
            | Self::CatchUpStarted { .. }
            | Self::CatchUpAbandoned { .. }
            | Self::SnapshotInstalled { .. } => Mark::Notable,
            Self::LeaderLost { .. } => Mark::Notable,
            Self::Started { recovered: false, .. }
            | Self::LeaderHeard { .. }
            | Self::PreVoteGranted { .. }
            | Self::PreVoteRefused { .. }
            | Self::SteppedDown { was_leader: false, .. }
            | Self::Appended { .. }
            | Self::Applied { .. }
            | Self::SnapshotTaken { .. }
            | Self::SnapshotSent { .. }
            | Self::ReadServed { .. } => Mark::Detail,
        }
    }
}
