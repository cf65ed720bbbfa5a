//! Whoever leads a transaction: the coordinator, and when it has crashed, the lowest process that lives.

use super::ThreePhase;
use super::event::{Basis, Event};
use super::message::{Message, Record, State, Timer};
use super::process::{Context, Finished, Part};
use super::rules::Rule;
use crate::kit::NodeSet;
use crate::kit::atomic_commit::{Cause, Vote};
use crate::kit::bank::{COORDINATOR, Layout, Transaction, TxnId};
use crate::{NodeId, RequestId};

impl ThreePhase {
    /// The first phase. The coordinator writes down that it begins, so that after a crash it knows whom to ask.
    pub(super) fn begin(&mut self, request: RequestId, transaction: Transaction, cx: &mut Context<'_>) {
        self.latest = self.latest.saturating_add(1);
        let txn = TxnId { epoch: 0, number: self.latest };
        let unsent = Layout::new(cx.setup()).participants(transaction);
        self.remember(request, None);
        let now = cx.clock();
        self.enter(txn, request, transaction, Part::Votes { yes: NodeSet::EMPTY, unsent }, now, cx);
        let settled = self.over();
        self.write(Record::Prepared { txn, request, transaction, settled }, cx);
        cx.emit(Event::Begun { txn, request, transaction });
        self.begin_phase(txn, cx);
    }

    /// The first message of a phase leaves one pace later, and each further one a pace after it.
    fn begin_phase(&self, txn: TxnId, cx: &mut Context<'_>) {
        let (phase, pace) = (cx.config().phase(), cx.config().pace);
        cx.set_timer(Timer::Phase(txn), phase, phase);
        cx.set_timer(Timer::Send(txn), pace, pace);
    }

    /// Tells a decision to these, one after the other.
    pub(super) fn tell(&mut self, txn: TxnId, commit: bool, to: NodeSet, cx: &mut Context<'_>) {
        let finished = Finished { txn, commit, untold: to, unacked: NodeSet::EMPTY };
        match self.finished.binary_search_by_key(&txn, |finished| finished.txn) {
            Ok(at) => self.finished[at].untold = to,
            Err(at) => self.finished.insert(at, finished),
        }
        self.send_on(cx);
    }

    /// Goes on telling what is decided, where somebody has not been told yet.
    pub(super) fn send_on(&self, cx: &mut Context<'_>) {
        let pace = cx.config().pace;
        for finished in self.finished.iter().filter(|finished| !finished.untold.is_empty()) {
            cx.set_timer(Timer::Send(finished.txn), pace, pace);
        }
    }

    /// The next message of a phase, or of telling a decision, leaves.
    pub(super) fn send_next(&mut self, txn: TxnId, cx: &mut Context<'_>) {
        let settled = self.over();
        let next = if let Some(at) = self.find(txn) {
            let open = &mut self.open[at];
            let (request, transaction) = (open.request, open.transaction);
            match &mut open.part {
                Part::Votes { unsent, .. } => take_first(unsent)
                    .map(|(to, more)| (to, Message::Prepare { txn, request, transaction, settled }, more)),
                Part::PreCommits { unsent, .. } => {
                    take_first(unsent).map(|(to, more)| (to, Message::PreCommit { txn }, more))
                }
                Part::Follows | Part::Collects { .. } | Part::Recovers { .. } => None,
            }
        } else {
            let finished = self.finished.iter_mut().find(|finished| finished.txn == txn);
            finished.and_then(|finished| {
                let commit = finished.commit;
                take_first(&mut finished.untold).map(|(to, more)| (to, Message::Decision { txn, commit }, more))
            })
        };
        if let Some((to, message, more)) = next {
            cx.send(to, message);
            if more {
                let pace = cx.config().pace;
                cx.set_timer(Timer::Send(txn), pace, pace);
            }
        }
        self.end(txn, cx);
    }

    /// The coordinator forgets a transaction that is over for everybody: a commit that all have acknowledged, an abort that all
    /// have been told.
    pub(super) fn end(&mut self, txn: TxnId, cx: &mut Context<'_>) {
        let over =
            |finished: &Finished| finished.txn == txn && finished.untold.is_empty() && finished.unacked.is_empty();
        if cx.me() == COORDINATOR
            && let Some(at) = self.finished.iter().position(over)
        {
            let finished = self.finished.remove(at);
            if finished.commit {
                self.journal.append(Record::Ended { txn }, cx);
                cx.emit(Event::Ended { txn });
                self.checkpoint(cx);
            }
        }
    }

    pub(super) fn voted(&mut self, from: NodeId, txn: TxnId, vote: Vote, cx: &mut Context<'_>) {
        let Some(at) = self.find(txn) else { return };
        let open = &mut self.open[at];
        let participants = Layout::new(cx.setup()).participants(open.transaction);
        let Part::Votes { yes, .. } = &mut open.part else { return };
        match vote {
            Vote::Yes { read } if participants.contains(from) && !yes.contains(from) => {
                yes.insert(from);
                open.read = open.read.wrapping_add(read);
                if *yes == participants {
                    self.pre_commit(txn, participants, cx);
                }
            }
            Vote::Yes { .. } => {}
            Vote::No(reason) => self.decide(txn, false, Basis::Refused(Cause::Vote { from, reason }), cx),
        }
    }

    /// The second phase: whoever leads is pre-committed itself before it asks anybody.
    fn pre_commit(&mut self, txn: TxnId, asked: NodeSet, cx: &mut Context<'_>) {
        let Some(at) = self.find(txn) else { return };
        self.open[at].part = Part::PreCommits { asked, unacked: asked, unsent: asked };
        if self.open[at].state != State::PreCommitted {
            self.become_pre_committed(txn, cx.me(), cx);
        }
        if !asked.is_empty() {
            cx.emit(Event::PreCommitAsked { txn, asked });
            self.begin_phase(txn, cx);
        }
        self.pre_committed_enough(txn, cx);
    }

    /// Pre-committed from now on, on disk.
    pub(super) fn become_pre_committed(&mut self, txn: TxnId, from: NodeId, cx: &mut Context<'_>) {
        let Some(at) = self.find(txn) else { return };
        self.open[at].state = State::PreCommitted;
        let read = self.open[at].read;
        self.write(Record::PreCommitted { txn, read }, cx);
        cx.emit(Event::PreCommitted { txn, from });
    }

    pub(super) fn pre_acked(&mut self, from: NodeId, txn: TxnId, cx: &mut Context<'_>) {
        if let Some(at) = self.find(txn)
            && let Part::PreCommits { unacked, .. } = &mut self.open[at].part
        {
            unacked.remove(from);
            self.pre_committed_enough(txn, cx);
        }
    }

    /// Commits once nobody who lives can be uncertain any more.
    fn pre_committed_enough(&mut self, txn: TxnId, cx: &mut Context<'_>) {
        let Some(at) = self.find(txn) else { return };
        let open = &self.open[at];
        let Part::PreCommits { asked, unacked, .. } = open.part else { return };
        if unacked.intersection(open.up).is_empty() || !cx.on(Rule::AwaitPreCommitAcks) {
            let acked = asked.minus(unacked);
            self.decide(txn, true, Basis::Acknowledged { acked, asked }, cx);
        }
    }

    /// The lowest process that lives leads the termination: it asks how far the others are.
    pub(super) fn lead(&mut self, txn: TxnId, cx: &mut Context<'_>) {
        let Some(at) = self.find(txn) else { return };
        let me = cx.me();
        let open = &mut self.open[at];
        // Whoever is lower has crashed: that is why this process leads.
        open.up = open.up.iter().filter(|node| *node >= me).collect();
        open.part = Part::Collects { heard: NodeSet::EMPTY, uncertain: NodeSet::EMPTY };
        let (state, among) = (open.state, open.up);
        cx.cancel_timer(Timer::Wait(txn));
        cx.emit(Event::Leads { txn, among });
        if !cx.on(Rule::TerminateByMostAdvanced) {
            self.decide(txn, state == State::PreCommitted, Basis::OwnState, cx);
            return;
        }
        for to in among.without(me).iter() {
            cx.send(to, Message::StateRequest { txn });
        }
        let phase = cx.config().phase();
        cx.set_timer(Timer::Phase(txn), phase, phase);
        self.collected(txn, cx);
    }

    /// Another process says how far it is.
    pub(super) fn heard_state(
        &mut self,
        from: NodeId,
        txn: TxnId,
        state: State,
        recovered: bool,
        cx: &mut Context<'_>,
    ) {
        let Some(at) = self.find(txn) else { return };
        if matches!(state, State::Committed | State::Aborted) {
            let basis = Basis::Learned { from };
            let leads = self.open[at].part.leads();
            let (commit, others) = (state == State::Committed, self.open[at].up.without(cx.me()).without(from));
            self.decide(txn, commit, basis, cx);
            if leads {
                self.tell(txn, commit, others, cx);
            }
            return;
        }
        let open = &mut self.open[at];
        match &mut open.part {
            // A process that has crashed since it voted takes no part.
            Part::Collects { .. } if recovered => open.up.remove(from),
            Part::Collects { heard, uncertain } => {
                heard.insert(from);
                if state == State::Uncertain {
                    uncertain.insert(from);
                }
            }
            Part::Recovers { heard, furthest } if recovered => {
                heard.insert(from);
                *furthest = state.max(*furthest);
                self.all_recovered(txn, cx);
                return;
            }
            Part::Recovers { .. } | Part::Follows | Part::Votes { .. } | Part::PreCommits { .. } => return,
        }
        self.collected(txn, cx);
    }

    /// Decides by the most advanced state, once all who live have said theirs: if one is pre-committed, so must all be before it
    /// commits; if all are uncertain, nobody can have committed.
    fn collected(&mut self, txn: TxnId, cx: &mut Context<'_>) {
        let Some(at) = self.find(txn) else { return };
        let open = &self.open[at];
        let Part::Collects { heard, uncertain } = open.part else { return };
        let others = open.up.without(cx.me());
        if !heard.covers(others) {
            return;
        }
        if open.state == State::PreCommitted || !others.minus(uncertain).is_empty() {
            self.pre_commit(txn, uncertain.intersection(others), cx);
        } else {
            self.decide(txn, false, Basis::NonePreCommitted { heard }, cx);
        }
    }

    /// A phase is over: who has not answered has crashed.
    pub(super) fn phase_over(&mut self, txn: TxnId, cx: &mut Context<'_>) {
        let Some(at) = self.find(txn) else { return };
        let open = &mut self.open[at];
        match open.part {
            Part::Votes { yes, .. } => {
                let missing = Layout::new(cx.setup()).participants(open.transaction).minus(yes);
                self.decide(txn, false, Basis::Refused(Cause::Timeout { missing }), cx);
            }
            Part::Collects { heard, .. } => {
                let silent = open.up.minus(heard).without(cx.me());
                self.suspect(txn, silent, cx);
                self.collected(txn, cx);
            }
            Part::PreCommits { unacked, .. } => {
                let silent = open.up.intersection(unacked);
                self.suspect(txn, silent, cx);
                self.pre_committed_enough(txn, cx);
            }
            Part::Follows | Part::Recovers { .. } => {}
        }
    }

    pub(super) fn suspect(&mut self, txn: TxnId, nodes: NodeSet, cx: &mut Context<'_>) {
        let Some(at) = self.find(txn) else { return };
        for node in nodes.iter() {
            self.open[at].up.remove(node);
            cx.emit(Event::Suspected { txn, node });
        }
    }
}

/// Takes the lowest out of a set, and says whether there are more.
fn take_first(set: &mut NodeSet) -> Option<(NodeId, bool)> {
    let first = set.iter().next()?;
    set.remove(first);
    Some((first, !set.is_empty()))
}
