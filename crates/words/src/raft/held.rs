//! What a leader of Raft holds in memory, in words, for the inspector.

use crate::Speaker;
use crate::say::{Language, Say, side_by_side};
use alloc::string::String;
use faultlab_core::NodeId;
use faultlab_core::consensus::raft::{Index, Key, Raft, Role};

/// A read that waits, and the number of its client.
pub(super) struct Reading {
    pub(super) key: Key,
    pub(super) client: u8,
}

/// A new server that is being caught up, and the entry that this round is to reach.
pub(super) struct CatchingUp {
    pub(super) node: NodeId,
    pub(super) goal: Index,
}

/// What a field of a leader holds, where its parts one by one would not read well.
pub(super) fn held<'a, L: Language>(speaker: &Speaker<'a, L, Raft>, server: &Raft, field: &str) -> Option<String>
where
    Reading: Say<Speaker<'a, L, Raft>>,
    CatchingUp: Say<Speaker<'a, L, Raft>>,
{
    let Role::Leader(leader) = &server.role else { return None };
    Some(match field {
        "reads" => {
            let reads = leader.reads.iter().map(|read| Reading { key: read.key, client: read.id.client.0 });
            side_by_side(reads, speaker)
        }
        "joining" => {
            let joining = leader.joining.iter().map(|joining| CatchingUp { node: joining.node, goal: joining.goal });
            side_by_side(joining, speaker)
        }
        "transfer" => side_by_side(leader.transfer.iter().map(|(to, _)| *to), speaker),
        _ => return None,
    })
}
