//! The proposer: gets a ballot promised, then has a value accepted in it (Lamport 2001, section 2.2).

use super::{Ballot, Event, Message, Paxos, ROUND, Record, Response, Rule, Timer, Vote};
use crate::kit::NodeSet;
use crate::{Cx, NodeId, RequestId, Span};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// How often the back-off is doubled at most.
const DOUBLINGS_MAX: u32 = 5;

/// What a proposer is at.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Proposer {
    /// The newest round that it has used or heard of.
    pub round: u32,
    /// The ballot under way.
    pub proposal: Option<Proposal>,
    /// The clients that wait for an answer, each with the value it wants, in their order.
    pub waiting: Vec<(RequestId, u32)>,
    /// How many ballots in a row were pre-empted.
    pub preempted: u32,
}

/// A ballot under way.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Proposal {
    pub ballot: Ballot,
    /// The value that the proposer proposes if it is free to.
    pub own: u32,
    pub phase: Phase,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Phase 1: who has promised, and what they had accepted, each reported value with its ballot.
    Prepare { promises: NodeSet, reported: Vec<Vote> },
    /// Phase 2: acceptors are asked to accept this.
    Accept { value: u32 },
}

impl Paxos {
    /// A client wants a value proposed. It may ask again; only its newest request counts.
    pub(super) fn on_propose(&mut self, id: RequestId, value: u32, cx: &mut Cx<'_, Self>) {
        if !cx.setup().proposes(cx.me()) {
            return cx.reply(id, Response::NotAProposer);
        }
        if let Some(value) = self.learner.chosen {
            return cx.reply(id, Response::Chosen { value });
        }
        let waiting = &mut self.proposer.waiting;
        waiting.retain(|(other, _)| other.client != id.client);
        let place = waiting.partition_point(|(other, _)| other.client < id.client);
        waiting.insert(place, (id, value));
        // Whoever is pre-empted waits for the timer, whatever clients ask meanwhile.
        if self.proposer.proposal.is_none() && self.proposer.preempted == 0 {
            self.start_ballot(cx);
        }
    }

    /// Phase 1a, with a ballot that is newer than all this proposer has heard of and that nobody else can use.
    fn start_ballot(&mut self, cx: &mut Cx<'_, Self>) {
        let Some(&(_, own)) = self.proposer.waiting.first() else { return };
        let ballot = Ballot { round: self.proposer.round.saturating_add(1), proposer: cx.me() };
        self.proposer.round = ballot.round;
        if cx.on(Rule::PersistRound) {
            self.write(ROUND, Record::Round(ballot.round), cx);
        }
        let phase = Phase::Prepare { promises: NodeSet::EMPTY, reported: Vec::new() };
        self.proposer.proposal = Some(Proposal { ballot, own, phase });
        cx.emit(Event::BallotStarted { ballot, own });
        self.arm_phase(cx);
        self.tell_all(cx.setup().acceptors(), Message::Prepare { ballot }, cx);
    }

    fn arm_phase(&self, cx: &mut Cx<'_, Self>) {
        let timeout = cx.config().phase_timeout;
        cx.set_timer(Timer::Ballot, timeout, Span(timeout.0.saturating_add(timeout.0 / 4)));
    }

    /// Counts a promise. With enough of them the value is bound by what was accepted before: phase 2a.
    pub(super) fn on_promise(&mut self, from: NodeId, ballot: Ballot, accepted: Option<Vote>, cx: &mut Cx<'_, Self>) {
        let quorum = quorum(cx);
        let Some(proposal) = self.proposer.proposal.as_mut().filter(|proposal| proposal.ballot == ballot) else {
            return;
        };
        let Phase::Prepare { promises, reported } = &mut proposal.phase else { return };
        if promises.contains(from) {
            return;
        }
        promises.insert(from);
        reported.extend(accepted);
        if promises.len() < quorum {
            return;
        }
        let promises = *promises;
        let bound = if cx.on(Rule::AdoptHighest) {
            reported.iter().max_by_key(|vote| vote.ballot)
        } else {
            reported.iter().min_by_key(|vote| vote.ballot)
        };
        let bound = bound.copied().filter(|_| cx.on(Rule::AdoptAccepted));
        let value = bound.map_or(proposal.own, |vote| vote.value);
        proposal.phase = Phase::Accept { value };
        cx.emit(Event::Proposed { ballot, value, adopted: bound.map(|vote| vote.ballot), promises });
        self.arm_phase(cx);
        self.tell_all(cx.setup().acceptors(), Message::Accept { ballot, value }, cx);
    }

    /// An acceptor has promised a newer ballot: this one is given up, and the next one begins after a random wait, so that one of two
    /// duelling proposers gets through.
    pub(super) fn on_refuse(&mut self, ballot: Ballot, promised: Ballot, cx: &mut Cx<'_, Self>) {
        self.proposer.round = self.proposer.round.max(promised.round);
        if self.proposer.proposal.as_ref().is_none_or(|proposal| proposal.ballot != ballot) {
            return;
        }
        self.proposer.proposal = None;
        cx.emit(Event::Preempted { ballot, by: promised });
        let doublings = self.proposer.preempted.min(DOUBLINGS_MAX);
        self.proposer.preempted = self.proposer.preempted.saturating_add(1);
        cx.set_timer(Timer::Ballot, Span(0), cx.config().back_off.times(1 << doublings));
    }

    /// The phase has taken too long, or the back-off is over.
    pub(super) fn on_ballot_timer(&mut self, cx: &mut Cx<'_, Self>) {
        if let Some(Proposal { ballot, .. }) = self.proposer.proposal.take() {
            cx.emit(Event::PhaseTimedOut { ballot });
        }
        self.start_ballot(cx);
    }

    /// A value is chosen: nothing is left to propose, and everybody who waits is told it.
    pub(super) fn answer_waiting(&mut self, value: u32, cx: &mut Cx<'_, Self>) {
        let Proposer { round, waiting, .. } = core::mem::take(&mut self.proposer);
        self.proposer.round = round;
        cx.cancel_timer(Timer::Ballot);
        for (id, _) in waiting {
            cx.reply(id, Response::Chosen { value });
        }
    }
}

/// How many acceptors a proposer and a learner ask for. Half of an even number is no majority: two halves share nobody.
pub(super) fn quorum(cx: &Cx<'_, Paxos>) -> usize {
    if cx.on(Rule::MajorityQuorum) { cx.setup().majority() } else { cx.setup().acceptors().len().div_ceil(2) }
}
