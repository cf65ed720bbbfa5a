//! What observers outside Paxos remember of a run, from events that left their nodes.

use super::{Ballot, Event, Paxos};
use crate::kit::NodeSet;
use crate::{NodeId, Seen, Setup};
use alloc::collections::{BTreeMap, BTreeSet};
use serde::{Deserialize, Serialize};

/// How many ballots the observers remember: proposers that duel for ever use ever more of them.
const BALLOTS_KEPT: usize = 64;

/// What the observers remember.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Ghost {
    /// The values that clients asked for until one was learned: no later one needs to be known, since agreement judges it.
    pub asked: BTreeSet<u32>,
    /// The newest ballots.
    pub ballots: BTreeMap<Ballot, BallotSeen>,
    /// The newest promise of each acceptor, as the event that told it.
    pub promised: BTreeMap<NodeId, Event>,
    /// The first value that a majority of the acceptors accepted in one ballot.
    pub chosen: Option<Chosen>,
    /// What each node learned first, in the order of the nodes.
    pub learned: BTreeMap<NodeId, Event>,
    /// Who learned first.
    pub first_learner: Option<NodeId>,
}

/// A ballot, as it was seen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct BallotSeen {
    /// The acceptors that have promised it.
    pub promised: NodeSet,
    /// What was proposed or accepted in it first.
    pub carried: Option<Carried>,
    /// The acceptors that have accepted that.
    pub accepted: NodeSet,
}

/// The value of a ballot, and the event in which it showed first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Carried {
    pub value: u32,
    pub by: NodeId,
    pub event: Event,
}

/// A chosen value, and the event that completed the majority.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Chosen {
    pub ballot: Ballot,
    pub value: u32,
    pub by: NodeId,
    pub event: Event,
}

impl Ghost {
    pub(super) fn note(&mut self, setup: &Setup<Paxos>, seen: &Seen<'_, Paxos>) {
        let (node, event) = match seen {
            Seen::Event { node, event } => (*node, **event),
            Seen::Invoked { request: super::Request::Propose { value }, .. } => {
                if self.first_learner.is_none() {
                    self.asked.insert(*value);
                }
                return;
            }
            Seen::Returned { .. } | Seen::Started { .. } | Seen::Crashed { .. } | Seen::DiskLost { .. } => return,
        };
        match event {
            Event::Promised { ballot, .. } => {
                if self.promise_of(node).is_none_or(|(promised, _)| promised < ballot) {
                    self.promised.insert(node, event);
                }
                self.ballot(ballot).promised.insert(node);
            }
            Event::BallotStarted { ballot, .. } => drop(self.ballot(ballot)),
            Event::Proposed { ballot, value, .. } => {
                self.ballot(ballot).carried.get_or_insert(Carried { value, by: node, event });
            }
            Event::Accepted { ballot, value } => {
                let seen = self.ballot(ballot);
                if seen.carried.get_or_insert(Carried { value, by: node, event }).value == value {
                    seen.accepted.insert(node);
                    if seen.accepted.len() >= setup.majority() {
                        self.chosen.get_or_insert(Chosen { ballot, value, by: node, event });
                    }
                }
            }
            Event::Learned { .. } => {
                self.learned.entry(node).or_insert(event);
                self.first_learner.get_or_insert(node);
            }
            Event::Started { .. } | Event::Refused { .. } | Event::Preempted { .. } | Event::PhaseTimedOut { .. } => {}
        }
    }

    /// An acceptor's newest promise, and the event that told it.
    pub(super) fn promise_of(&self, node: NodeId) -> Option<(Ballot, Event)> {
        match self.promised.get(&node) {
            Some(event @ Event::Promised { ballot, .. }) => Some((*ballot, *event)),
            _ => None,
        }
    }

    /// What is known of a ballot. The oldest one is forgotten if there are too many.
    fn ballot(&mut self, ballot: Ballot) -> &mut BallotSeen {
        if self.ballots.len() >= BALLOTS_KEPT && !self.ballots.contains_key(&ballot) {
            self.ballots.pop_first();
        }
        self.ballots.entry(ballot).or_default()
    }
}
