//! Joining, leaving, and handing over the leadership (thesis ch. 4 and §3.10).

use crate::{NodeId, RequestId};

use super::{CatchUp, Cx, Event, Message, NodeSet, Payload, Raft, Refusal, Response, Role, Rule, Timer, Wait};

/// So many rounds of catching up come after the first (thesis §4.2.1: ten rounds in all).
const CATCH_UP_ROUNDS: u8 = 9;
/// A second check of the quorum within a round comes at least an election timeout after the first.
const CHECKS_OF_A_TIMEOUT: u8 = 2;

impl Raft {
    /// Why the configuration may not be changed to this now.
    fn change_refused(&self, target: NodeSet, cx: &Cx<'_>) -> Option<Response> {
        let members = self.members();
        let wanted = target.intersection(NodeSet::first(cx.setup().nodes));
        if target.is_empty() || wanted != target {
            return Some(Response::Refused(Refusal::NoSuchConfiguration));
        }
        let pending = self.configuration_index() > self.commit;
        if target == members {
            let wait = Response::Busy(Wait::ChangeUnderWay);
            return Some(if pending { wait } else { Response::Configured { members } });
        }
        // Majorities of two configurations that differ by one server always share a server; otherwise they need not
        // (thesis §4.1).
        let changed = target.minus(members).len() + members.minus(target).len();
        if cx.on(Rule::OneServerAtATime) && changed > 1 {
            return Some(Response::Refused(Refusal::MoreThanOneServer));
        }
        if cx.on(Rule::OneChangeAtATime) && pending {
            return Some(Response::Busy(Wait::ChangeUnderWay));
        }
        // Until then a change by an earlier leader may still be in force elsewhere (Ongaro, raft-dev, July 2015).
        if cx.on(Rule::NoConfigBeforeCommit) && !self.committed_own_term() {
            return Some(Response::Busy(Wait::NewLeader));
        }
        None
    }

    /// Makes these the voting members.
    pub(super) fn reconfigure(&mut self, id: RequestId, target: NodeSet, cx: &mut Cx<'_>) {
        if let Some(response) = self.change_refused(target, cx) {
            return cx.reply(id, response);
        }
        let leaving = self.members().minus(target);
        if let Some(leadership) = self.leadership() {
            leadership.departing = leadership.departing.union(leaving);
        }
        self.propose(Payload::Configuration { members: target, id: Some(id) }, cx);
    }

    /// Adds a server, once it has caught up: until then it would only stand in the way of commits (thesis §4.2.1).
    pub(super) fn join(&mut self, id: RequestId, node: NodeId, cx: &mut Cx<'_>) {
        let target = self.members().with(node);
        if node.0 >= cx.setup().nodes || target == self.members() && !self.members().contains(node) {
            return cx.reply(id, Response::Refused(Refusal::NoSuchConfiguration));
        }
        if let Some(response) = self.change_refused(target, cx) {
            return cx.reply(id, response);
        }
        let (commit, last) = (self.commit, self.log.last());
        let Some(leadership) = self.leadership() else { return };
        if leadership.joining.is_some_and(|joining| joining.node != node) {
            return cx.reply(id, Response::Busy(Wait::ChangeUnderWay));
        }
        let Some(peer) = leadership.peers.get_mut(node.index()) else { return };
        if peer.stored >= commit && peer.stored > 0 {
            leadership.joining = None;
            return self.reconfigure(id, target, cx);
        }
        let stored = peer.stored;
        let (rounds_left, checks_before) = (CATCH_UP_ROUNDS, u8::MAX);
        let catch_up = CatchUp { node, id, goal: last, rounds_left, stored, checks: 0, checks_before };
        if leadership.joining.is_none() {
            leadership.joining = Some(catch_up);
            peer.next = last + 1;
            peer.probing = true;
            cx.emit(Event::CatchUpStarted { node });
            self.begin_round(cx);
        }
    }

    /// A server that is being caught up stores more. It joins when it has the whole log, or after the last round: under
    /// load there is always something that it does not have yet.
    pub(super) fn finish_catch_up(&mut self, from: NodeId, cx: &mut Cx<'_>) {
        let last = self.log.last();
        let Some(leadership) = self.leadership() else { return };
        let Some(catch_up) = leadership.joining else { return };
        let CatchUp { node, id, goal, rounds_left, checks, .. } = catch_up;
        let stored = leadership.peers.get(node.index()).map_or(0, |peer| peer.stored);
        if node != from || stored < goal {
            return;
        }
        if stored < last && rounds_left > 0 {
            let rounds_left = rounds_left - 1;
            leadership.joining =
                Some(CatchUp { goal: last, rounds_left, checks: 0, checks_before: checks, ..catch_up });
            return;
        }
        leadership.joining = None;
        let target = self.members().with(node);
        self.reconfigure(id, target, cx);
    }

    /// Once an election timeout, with the check of the quorum: a server that has stored nothing for an election timeout, needs
    /// longer than that for its last round, or longer for a round than for the one before, is given up, so that the operator is
    /// answered and others can join (thesis §4.2.1).
    pub(super) fn check_catch_up(&mut self, cx: &mut Cx<'_>) {
        let Some(leadership) = self.leadership() else { return };
        let Some(joining) = &mut leadership.joining else { return };
        let stored = leadership.peers.get(joining.node.index()).map_or(0, |peer| peer.stored);
        let before = core::mem::replace(&mut joining.stored, stored);
        joining.checks = joining.checks.saturating_add(1);
        let falls_behind = joining.checks > joining.checks_before.max(CHECKS_OF_A_TIMEOUT);
        let is_stuck = stored == before || joining.rounds_left == 0;
        let is_late = falls_behind || joining.checks >= CHECKS_OF_A_TIMEOUT && is_stuck;
        let CatchUp { node, id, .. } = *joining;
        if !is_late {
            return;
        }
        if !cx.on(Rule::BoundedCatchUp) {
            return cx.emit(Event::WaitedOn { node });
        }
        leadership.joining = None;
        cx.emit(Event::CatchUpAbandoned { node, withdrawn: false });
        cx.reply(id, Response::Refused(Refusal::CatchUpFailed));
    }

    /// A server leaves. If it is still being caught up, that ends: it does not join after all.
    pub(super) fn leave(&mut self, id: RequestId, node: NodeId, cx: &mut Cx<'_>) {
        self.withdraw_join(|joining| joining == node, cx);
        self.reconfigure(id, self.members().without(node), cx);
    }

    /// Ends the catching up of such a server: the operator has asked for members without it since.
    pub(super) fn withdraw_join(&mut self, is_out: impl Fn(NodeId) -> bool, cx: &mut Cx<'_>) {
        let Some(leadership) = self.leadership() else { return };
        if let Some(CatchUp { node, id, .. }) = leadership.joining.take_if(|joining| is_out(joining.node)) {
            cx.emit(Event::CatchUpAbandoned { node, withdrawn: true });
            cx.reply(id, Response::Refused(Refusal::JoinWithdrawn));
        }
    }

    /// Hands the leadership over: no new requests, the target caught up, then it is told to start an election.
    pub(super) fn transfer(&mut self, id: RequestId, to: NodeId, cx: &mut Cx<'_>) {
        if to == cx.me() {
            return cx.reply(id, Response::Transferred { to });
        }
        if !self.members().contains(to) {
            return cx.reply(id, Response::Refused(Refusal::NotAMember));
        }
        let Some(leadership) = self.leadership() else { return };
        if leadership.transfer.replace((to, id)).is_some() {
            return;
        }
        let span = cx.config().election_max();
        cx.set_timer(Timer::Transfer, span, span);
        cx.emit(Event::TransferStarted { to });
        self.hand_over_if_ready(to, cx);
    }

    pub(super) fn hand_over_if_ready(&mut self, node: NodeId, cx: &mut Cx<'_>) {
        let (last, term) = (self.log.last(), self.term);
        let Some(leadership) = self.leadership() else { return };
        let Some((to, _)) = leadership.transfer else { return };
        if to == node && leadership.peers.get(to.index()).is_some_and(|peer| peer.stored == last) {
            // The target may be elected at any time from now on, without a timeout.
            leadership.leases_forfeited = true;
            leadership.leases = [super::Lease::None; 2];
            cx.cancel_timer(Timer::LeaseA);
            cx.cancel_timer(Timer::LeaseB);
            cx.send(to, Message::TimeoutNow { term });
        }
    }

    /// One election timeout was not enough: the leader goes on.
    pub(super) fn abandon_transfer(&mut self, cx: &mut Cx<'_>) {
        let Role::Leader(leadership) = &mut self.role else { return };
        if let Some((to, id)) = leadership.transfer.take() {
            cx.emit(Event::TransferAbandoned { to });
            cx.reply(id, Response::Refused(Refusal::TransferTimedOut));
        }
    }
}
