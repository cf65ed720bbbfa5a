//! What the space-time diagram and the views of single protocols say.

use alloc::string::String;

use super::{views_en, views_zh};
use crate::Lang;

// Each has its own table and its own way to it, so that a part of the page carries the words of its own view only.

pub fn space_time_words(lang: Lang) -> &'static SpaceTime {
    match lang {
        Lang::En => &views_en::SPACE_TIME,
        Lang::Zh => &views_zh::SPACE_TIME,
    }
}

pub fn commit_view(lang: Lang) -> &'static CommitView {
    match lang {
        Lang::En => &views_en::COMMIT,
        Lang::Zh => &views_zh::COMMIT,
    }
}

pub fn raft_view(lang: Lang) -> &'static RaftView {
    match lang {
        Lang::En => &views_en::RAFT,
        Lang::Zh => &views_zh::RAFT,
    }
}

pub fn ring_view(lang: Lang) -> &'static RingView {
    match lang {
        Lang::En => &views_en::RING,
        Lang::Zh => &views_zh::RING,
    }
}

/// The space-time diagram.
#[derive(Debug)]
pub struct SpaceTime {
    pub title: &'static str,
    /// For those who cannot see it: where the same is told in words.
    pub equivalent: &'static str,
    pub clients: &'static str,
    pub show_clients: &'static str,
    pub zoom_in: &'static str,
    pub zoom_out: &'static str,
    pub find_now: &'static str,
    pub now: &'static str,
    /// The present for screen readers: the time, the step, how many steps.
    pub now_text: fn(&str, usize, usize) -> String,
    /// Shown in the band that stands for too many happenings.
    pub dense: &'static str,
    pub keys: &'static str,
}

/// Two-phase commit's view.
#[derive(Debug)]
pub struct CommitView {
    pub title: &'static str,
    /// What leads to each invitation, and what is said when all are followed.
    pub invites: &'static [&'static str],
    pub choose: &'static str,
    pub none_yet: &'static str,
    pub coordinator: &'static str,
    pub participant: &'static str,
    pub idle: &'static str,
    pub working: &'static str,
    pub voting: &'static str,
    pub prepared: &'static str,
    pub blocked: &'static str,
    pub down: &'static str,
    pub votes: &'static str,
    /// How many votes a commit needs, of how many: all of them by the rule.
    pub needs: fn(u32, u32) -> String,
    /// On the bar from a yes to the decision, and the same for little room.
    pub prepared_bar: &'static str,
    pub prepared_bar_short: &'static str,
    pub sync: &'static str,
    pub commit: &'static str,
    pub abort: &'static str,
    pub blocked_for: fn(&str) -> String,
    pub in_doubt_for: fn(&str) -> String,
    pub outcome_open: &'static str,
    pub outcome_commit: &'static str,
    pub outcome_abort: &'static str,
    /// Locks, messages, syncs.
    pub counts: fn(usize, usize, usize) -> String,
    /// The lanes for those who cannot see them: the transaction, its participants, how many are in doubt.
    pub lanes_told: fn(&str, usize, usize) -> String,
    pub locks_title: &'static str,
    pub locked_by: fn(&str) -> String,
    pub free: &'static str,
}

/// The hash ring's view.
#[derive(Debug)]
pub struct RingView {
    pub title: &'static str,
    /// What leads to each invitation, and what is said when all are followed.
    pub invites: &'static [&'static str],
    pub epoch: fn(u32) -> String,
    /// A node that goes by an epoch that is no longer the newest.
    pub old_epoch: fn(u32) -> String,
    /// A node that lost its disk and does not know yet what was on it.
    pub recalling: &'static str,
    pub settled: &'static str,
    pub moving: &'static str,
    pub administrator: &'static str,
    pub member: &'static str,
    pub spare: &'static str,
    pub down: &'static str,
    pub load_title: &'static str,
    pub load_now: &'static str,
    pub keys_held: fn(usize) -> String,
    /// How many of the stored keys have another first owner than before.
    pub keys_moved: fn(usize, usize) -> String,
    pub moved: fn(&str) -> String,
    pub modulo: fn(&str) -> String,
    pub none_moved: &'static str,
    pub missing: fn(usize) -> String,
    pub whole: &'static str,
    pub copies_title: fn(usize) -> String,
    pub copy_there: &'static str,
    pub copy_asleep: &'static str,
    pub copy_missing: &'static str,
    pub copy_extra: &'static str,
    /// The ring for those who cannot see it: how many members, how many keys.
    pub ring_told: fn(usize, usize) -> String,
}

/// Raft's view.
#[derive(Debug)]
pub struct RaftView {
    pub title: &'static str,
    /// What leads to each invitation, and what is said when all are followed.
    pub invites: &'static [&'static str],
    pub follower: &'static str,
    pub pre_candidate: &'static str,
    pub candidate: &'static str,
    pub leader: &'static str,
    pub not_member: &'static str,
    pub down: &'static str,
    pub term: fn(u32) -> String,
    pub votes: &'static str,
    pub pre_votes: &'static str,
    /// How many of how many members suffice.
    pub needs: fn(u32, u32) -> String,
    pub server: &'static str,
    /// Over what the leader knows of each follower.
    pub known: &'static str,
    /// The last index stored there, and the next to send.
    pub peer: fn(u64, u64) -> String,
    /// An entry for those who hear it: its index, its term, how safe it is.
    pub entry: fn(u64, u32, &str) -> String,
    pub entry_committed: &'static str,
    pub entry_synced: &'static str,
    pub entry_unsynced: &'static str,
    pub entry_conflicting: &'static str,
    pub entry_damaged: &'static str,
    pub snapshot: fn(u64) -> String,
    pub earlier: fn(u64) -> String,
    pub log_empty: &'static str,
    pub state_title: &'static str,
    pub applied: fn(u64) -> String,
    pub session: fn(&str, u32) -> String,
}
