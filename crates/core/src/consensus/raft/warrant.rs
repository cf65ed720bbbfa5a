//! Which terms may depose a leader that a majority hears: those that a majority said it would vote in (thesis §9.6), and one
//! that the leader itself offers to another (§3.10).

use crate::kit::{NodeSet, majority};
use crate::{NodeId, Rename, Renaming};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use super::{Raft, Setup, Term};

/// The pre-votes that a server has for a term.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
struct PreVotes {
    term: Term,
    candidate: NodeId,
    granted: NodeSet,
}

/// What was seen of who may begin a later term.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub(super) struct Warrants {
    /// The latest term that somebody may begin.
    latest: Term,
    /// Pre-votes for later terms, too few so far.
    polls: Vec<PreVotes>,
    /// The size of the smallest configuration appended so far. A candidate may hold any of them for the one in force, so no more
    /// than a majority of the smallest can be asked of it. None: the servers that the cluster began with.
    smallest: Option<u8>,
}

impl Warrants {
    fn smallest(&self, setup: &Setup) -> usize {
        self.smallest.map_or(super::founders(setup).len(), usize::from)
    }

    fn enough(&self, setup: &Setup) -> usize {
        majority(self.smallest(setup))
    }

    pub(super) fn configured(&mut self, setup: &Setup, members: NodeSet) {
        if members.len() < self.smallest(setup) {
            self.smallest = Some(members.len() as u8);
        }
    }

    /// A server would vote for the candidate, who would vote for itself.
    pub(super) fn granted(&mut self, setup: &Setup, by: NodeId, candidate: NodeId, term: Term) {
        if term <= self.latest {
            return;
        }
        let at = match self.polls.binary_search_by_key(&(term, candidate), |poll| (poll.term, poll.candidate)) {
            Ok(at) => at,
            Err(at) => {
                self.polls.insert(at, PreVotes { term, candidate, granted: NodeSet::EMPTY.with(candidate) });
                at
            }
        };
        self.polls[at].granted.insert(by);
        if self.polls[at].granted.len() >= self.enough(setup) {
            self.offered(term);
        }
    }

    /// A leader asks another to begin this term.
    pub(super) fn offered(&mut self, term: Term) {
        self.latest = self.latest.max(term);
        let latest = self.latest;
        self.polls.retain(|poll| poll.term > latest);
    }

    /// Whether somebody may begin a term after this one. Who is a majority alone asks nobody.
    pub(super) fn has_after(&self, setup: &Setup, term: Term) -> bool {
        self.latest > term || self.enough(setup) <= 1
    }
}

impl Rename<Raft> for Warrants {
    fn rename(&mut self, by: &Renaming<'_, Raft>) {
        for poll in &mut self.polls {
            poll.candidate.rename(by);
            poll.granted.rename(by);
        }
        self.polls.sort_unstable();
    }
}
