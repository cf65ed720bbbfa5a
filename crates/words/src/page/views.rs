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

pub fn raft_view(lang: Lang) -> &'static RaftView {
    match lang {
        Lang::En => &views_en::RAFT,
        Lang::Zh => &views_zh::RAFT,
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
