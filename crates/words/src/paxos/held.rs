//! What a node of Paxos holds in memory, in words, for the inspector: one line a role.

use crate::Speaker;
use crate::say::{Language, Say};
use alloc::string::String;
use faultlab_core::consensus::paxos::{Acceptor, Learner, Paxos, Proposer};

/// What a field holds, by its name in the code.
pub(super) fn held<'a, L: Language>(speaker: &Speaker<'a, L, Paxos>, node: &Paxos, field: &str) -> Option<String>
where
    Acceptor: Say<Speaker<'a, L, Paxos>>,
    Proposer: Say<Speaker<'a, L, Paxos>>,
    Learner: Say<Speaker<'a, L, Paxos>>,
{
    Some(match field {
        "acceptor" => speaker.text(&node.acceptor),
        "proposer" => speaker.text(&node.proposer),
        "learner" => speaker.text(&node.learner),
        _ => return None,
    })
}
