//! The remote procedure calls, as messages, and the timers.

use crate::Rename;
use crate::kit::Shared;
use serde::{Deserialize, Serialize};

use super::entry::{Batch, EntryId, Index, Snapshot, Term};

/// What the nodes tell one another. Every message carries its sender's term, save a pre-vote's: that asks about a term
/// which nobody has entered.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum Message {
    /// Would you vote for me in `term`? (Thesis §9.6.)
    RequestPreVote {
        term: Term,
        last: EntryId,
    },
    /// `term` is the one asked about if granted, else the voter's own.
    PreVote {
        term: Term,
        granted: bool,
    },
    /// `last` names the candidate's last entry; `transfer` says that the old leader asked for this election (thesis §4.2.3).
    RequestVote {
        term: Term,
        last: EntryId,
        transfer: bool,
    },
    Vote {
        term: Term,
        granted: bool,
    },
    AppendEntries(AppendEntries),
    Appended {
        term: Term,
        round: u32,
        result: Append,
    },
    InstallSnapshot {
        term: Term,
        round: u32,
        snapshot: Shared<Snapshot>,
    },
    /// Start an election at once (thesis §3.10).
    TimeoutNow {
        term: Term,
    },
}

/// A leader's append: entries behind `prev`, or none as a heartbeat.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub struct AppendEntries {
    pub term: Term,
    pub prev: EntryId,
    pub commit: Index,
    /// The number of the leader's newest round of confirmation.
    pub round: u32,
    /// How far the leader knows this follower's log to be durable; zero where nobody takes snapshots.
    pub stored: Index,
    pub entries: Batch,
}

/// A follower's answer to an append.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum Append {
    /// The log matches the leader's up to here, durably.
    Stored { upto: Index },
    /// No entry `prev` here. `hint` is the follower's last entry that may match: not behind `prev`, of no later term.
    Mismatch { prev: Index, hint: EntryId },
    /// The append was of an older term: there is a newer one.
    Outdated,
}

impl Message {
    /// The sender's term. None for a pre-vote's question and its yes, which concern a term that nobody has entered.
    pub fn term(&self) -> Option<Term> {
        match self {
            Self::RequestPreVote { .. } | Self::PreVote { granted: true, .. } => None,
            Self::PreVote { term, .. }
            | Self::RequestVote { term, .. }
            | Self::Vote { term, .. }
            | Self::AppendEntries(AppendEntries { term, .. })
            | Self::Appended { term, .. }
            | Self::InstallSnapshot { term, .. }
            | Self::TimeoutNow { term } => Some(*term),
        }
    }

    /// Whether nothing is sent back for it, whatever the receiver's term.
    pub(super) fn wants_no_answer(&self) -> bool {
        match self {
            Self::PreVote { .. } | Self::Vote { .. } | Self::Appended { .. } | Self::TimeoutNow { .. } => true,
            Self::RequestPreVote { .. }
            | Self::RequestVote { .. }
            | Self::AppendEntries(_)
            | Self::InstallSnapshot { .. } => false,
        }
    }

    /// About the bytes it would take on a wire: a fixed head, and 20 for each entry or cell.
    pub fn weight(&self) -> u32 {
        const HEAD: u32 = 16;
        const ITEM: u32 = 20;
        HEAD + match self {
            Self::RequestPreVote { .. } | Self::RequestVote { .. } => 12,
            Self::PreVote { .. } | Self::Vote { .. } | Self::TimeoutNow { .. } => 1,
            Self::AppendEntries(AppendEntries { entries, .. }) => 32 + ITEM * entries.as_slice().len() as u32,
            Self::Appended { .. } => 20,
            Self::InstallSnapshot { snapshot, .. } => {
                24 + ITEM * (snapshot.machine.store.len() + snapshot.machine.sessions.len()) as u32
            }
        }
    }
}

/// The timers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum Timer {
    /// A follower's patience runs out: it starts an election.
    Election,
    /// The minimum election timeout has passed since a follower last heard from its leader: from now on it may vote for
    /// another. The rest of the randomised timeout follows as [`Timer::Election`], so both together last from the
    /// minimum to the maximum.
    Quiet,
    Heartbeat,
    /// The leader checks whether it has heard from a quorum.
    Quorum,
    /// One of two leases ends; while one is held, the other is being won.
    LeaseA,
    LeaseB,
    /// A transfer of leadership has taken too long.
    Transfer,
}

impl Timer {
    pub const ALL: [Self; 7] =
        [Self::Election, Self::Quiet, Self::Heartbeat, Self::Quorum, Self::LeaseA, Self::LeaseB, Self::Transfer];

    pub fn name(self) -> &'static str {
        match self {
            Self::Election => "election",
            Self::Quiet => "quiet",
            Self::Heartbeat => "heartbeat",
            Self::Quorum => "quorum",
            Self::LeaseA => "lease-a",
            Self::LeaseB => "lease-b",
            Self::Transfer => "transfer",
        }
    }
}
