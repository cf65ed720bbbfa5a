//! The learner: finds out which value is chosen (Lamport 2001, section 2.3). Every acceptor tells every learner.

use super::{Event, Paxos, Rule, Vote, proposer::quorum};
use crate::kit::NodeSet;
use crate::{Cx, NodeId};
use alloc::collections::BTreeMap;
use serde::{Deserialize, Serialize};

/// What a learner has heard.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Learner {
    /// What each acceptor accepted in its newest ballot, as far as was heard.
    pub heard: BTreeMap<NodeId, Vote>,
    /// The value that is chosen, once that is known. It stands in memory only: a learner that crashes asks again by a ballot.
    pub chosen: Option<u32>,
}

impl Paxos {
    pub(super) fn on_accepted(&mut self, from: NodeId, vote: Vote, cx: &mut Cx<'_, Self>) {
        let heard = &mut self.learner.heard;
        // Messages may overtake one another.
        if heard.get(&from).is_some_and(|newer| newer.ballot > vote.ballot) {
            return;
        }
        heard.insert(from, vote);
        let needed = if cx.on(Rule::LearnFromMajority) { quorum(cx) } else { 1 };
        let alike = heard.iter().filter(|(_, other)| **other == vote).map(|(acceptor, _)| *acceptor);
        let acceptors: NodeSet = alike.collect();
        if self.learner.chosen.is_some() || acceptors.len() < needed {
            return;
        }
        let Vote { ballot, value } = vote;
        self.learner.chosen = Some(value);
        cx.emit(Event::Learned { ballot, value, acceptors });
        self.answer_waiting(value, cx);
    }
}
