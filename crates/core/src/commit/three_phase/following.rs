//! Whoever does not lead a transaction: it votes, waits, and when the leader is silent for too long, turns to the next. A process
//! that has crashed since it voted takes no part in that; it asks.

use super::ThreePhase;
use super::event::{Basis, Event};
use super::message::{Message, Record, State, Timer};
use super::process::{Context, Open, Part};
use crate::kit::NodeSet;
use crate::kit::atomic_commit::{Refusal, Vote};
use crate::kit::bank::{COORDINATOR, Layout, Transaction, TxnId};
use crate::{NodeId, RequestId};

impl ThreePhase {
    pub(super) fn on_message(&mut self, from: NodeId, message: Message, cx: &mut Context<'_>) {
        match message {
            Message::Prepare { txn, request, transaction, settled } if cx.me() != COORDINATOR => {
                self.hear_settled(settled, cx.me());
                self.asked_to_prepare(txn, request, transaction, cx);
            }
            Message::Prepare { .. } => {}
            Message::Vote { txn, vote } => self.voted(from, txn, vote, cx),
            Message::PreCommit { txn } => self.asked_to_pre_commit(from, txn, cx),
            Message::PreAck { txn } => self.pre_acked(from, txn, cx),
            Message::Decision { txn, commit } => self.told(from, txn, commit, cx),
            Message::Ack { txn } => {
                if let Some(finished) = self.finished.iter_mut().find(|finished| finished.txn == txn) {
                    finished.unacked.remove(from);
                }
                self.end(txn, cx);
            }
            Message::Elected { txn } => self.elected(from, txn, cx),
            Message::StateRequest { txn } => self.asked_for_state(from, txn, cx),
            Message::Inquiry { txn } => self.say_state(from, txn, cx),
            Message::State { txn, state, recovered } => self.heard_state(from, txn, state, recovered, cx),
        }
    }

    fn asked_to_prepare(&mut self, txn: TxnId, request: RequestId, transaction: Transaction, cx: &mut Context<'_>) {
        if txn < self.settled || self.find(txn).is_some() {
            // A straggler, or a copy: no message is lost, so its vote arrives.
            return;
        }
        match self.outcome(txn) {
            Some(true) => return,
            Some(false) => {
                cx.send(COORDINATOR, Message::Vote { txn, vote: Vote::No(Refusal::ToldPeer) });
                return;
            }
            None => {}
        }
        let layout = Layout::new(cx.setup());
        let holder = |account| self.open.iter().find(|open| open.locks.contains(account)).map(|open| open.txn);
        let asked = core::mem::take(&mut self.refuse_next).then_some(Refusal::Asked);
        let refusal = asked.or_else(|| Refusal::of(layout, cx.me(), &self.balances, self.locks, transaction, holder));
        if let Some(reason) = refusal {
            self.decide(txn, false, Basis::VotedNo { reason }, cx);
            cx.send(COORDINATOR, Message::Vote { txn, vote: Vote::No(reason) });
            return;
        }
        let read = layout.read(cx.me(), &self.balances, transaction);
        let (before, now) = (self.locks, cx.clock());
        self.enter(txn, request, transaction, Part::Follows, now, cx);
        self.write(Record::Prepared { txn, request, transaction, settled: self.settled }, cx);
        cx.emit(Event::LocksTaken { txn, accounts: self.locks.minus(before) });
        cx.emit(Event::VotedYes { txn });
        cx.send(COORDINATOR, Message::Vote { txn, vote: Vote::Yes { read } });
        self.wait(txn, cx);
    }

    fn wait(&self, txn: TxnId, cx: &mut Context<'_>) {
        let wait = cx.config().wait();
        cx.set_timer(Timer::Wait(txn), wait, wait);
    }

    /// Whether this process follows, and accepts that a process leads: no one lower can be alive then. Waits for it anew.
    fn follows(&mut self, from: NodeId, txn: TxnId, cx: &mut Context<'_>) -> bool {
        let Some(at) = self.find(txn) else { return false };
        let me = cx.me();
        let open = &mut self.open[at];
        let lowest = open.up.iter().next().unwrap_or(me);
        if open.part != Part::Follows || from < lowest || from >= me {
            return false;
        }
        open.up = open.up.iter().filter(|node| *node >= from).collect();
        self.wait(txn, cx);
        true
    }

    fn asked_to_pre_commit(&mut self, from: NodeId, txn: TxnId, cx: &mut Context<'_>) {
        if !self.follows(from, txn, cx) {
            return;
        }
        if self.find(txn).is_some_and(|at| self.open[at].state == State::Uncertain) {
            self.become_pre_committed(txn, from, cx);
        }
        cx.send(from, Message::PreAck { txn });
    }

    fn asked_for_state(&mut self, from: NodeId, txn: TxnId, cx: &mut Context<'_>) {
        let undecided = self.find(txn).map(|at| self.open[at].part);
        // Between two processes that both lead, each takes the other for crashed.
        if undecided == Some(Part::Follows) && !self.follows(from, txn, cx)
            || undecided.is_some_and(|part| part.leads())
        {
            return;
        }
        self.say_state(from, txn, cx);
    }

    fn say_state(&mut self, to: NodeId, txn: TxnId, cx: &mut Context<'_>) {
        let undecided = self.find(txn).map(|at| self.open[at]);
        let (state, recovered) = match (undecided, self.outcome(txn)) {
            (Some(Open { state, part, .. }), _) => (state, matches!(part, Part::Recovers { .. })),
            (None, Some(true)) => (State::Committed, false),
            (None, Some(false)) => (State::Aborted, false),
            // Had it been committed, it would not be over for everybody while somebody asks.
            (None, None) if txn < self.settled || cx.me() == COORDINATOR => (State::Aborted, false),
            (None, None) => {
                self.decide(txn, false, Basis::AskedBeforeVote { peer: to }, cx);
                (State::Aborted, false)
            }
        };
        cx.send(to, Message::State { txn, state, recovered });
    }

    /// Another process believes that all lower ones have crashed. It is this one's turn.
    fn elected(&mut self, from: NodeId, txn: TxnId, cx: &mut Context<'_>) {
        match self.find(txn).map(|at| self.open[at].part) {
            Some(Part::Follows) => self.lead(txn, cx),
            Some(_) => {}
            None => self.say_state(from, txn, cx),
        }
    }

    /// The decision arrives.
    fn told(&mut self, from: NodeId, txn: TxnId, commit: bool, cx: &mut Context<'_>) {
        match (self.find(txn), self.outcome(txn)) {
            (Some(_), _) => self.decide(txn, commit, Basis::Learned { from }, cx),
            (None, Some(known)) if known != commit => cx.emit(Event::Contradicted { txn }),
            (None, None) if commit && txn >= self.settled && cx.me() != COORDINATOR => {
                // Its log says that it never voted yes, so nothing was promised and there is nothing to redo.
                self.decide(txn, false, Basis::NothingPrepared, cx);
            }
            // The abort has overtaken the question, which must not be answered with a yes any more.
            (None, None) if txn >= self.settled && cx.me() != COORDINATOR => {
                self.decide(txn, false, Basis::Learned { from }, cx);
            }
            (None, Some(true) | None) if commit && cx.me() != COORDINATOR => {
                // The coordinator was down when this bank acknowledged.
                cx.send(COORDINATOR, Message::Ack { txn });
            }
            (None, _) => {}
        }
    }

    /// The leader, or whoever should lead next, has been silent for too long.
    pub(super) fn waited(&mut self, txn: TxnId, cx: &mut Context<'_>) {
        let Some(at) = self.find(txn) else { return };
        let open = &self.open[at];
        match open.part {
            Part::Follows => {
                let silent = open.up.iter().next().filter(|node| *node < cx.me());
                self.suspect(txn, silent.into_iter().collect(), cx);
                let next = self.open[at].up.iter().next().unwrap_or(cx.me());
                if next >= cx.me() {
                    self.lead(txn, cx);
                } else {
                    cx.send(next, Message::Elected { txn });
                    self.wait(txn, cx);
                }
            }
            Part::Recovers { .. } => self.ask(txn, cx),
            Part::Votes { .. } | Part::Collects { .. } | Part::PreCommits { .. } => {}
        }
    }

    /// A restarted process asks everybody, and asks again until somebody knows.
    pub(super) fn ask(&mut self, txn: TxnId, cx: &mut Context<'_>) {
        let Some(at) = self.find(txn) else { return };
        let open = &mut self.open[at];
        open.part = Part::Recovers { heard: NodeSet::EMPTY, furthest: open.state };
        let all = Layout::new(cx.setup()).participants(open.transaction).with(COORDINATOR);
        cx.emit(Event::AskedForDecision { txn });
        for to in all.without(cx.me()).iter() {
            cx.send(to, Message::Inquiry { txn });
        }
        self.wait(txn, cx);
    }

    /// Where everybody has crashed since and nobody has decided, their states are all there is, and they decide.
    pub(super) fn all_recovered(&mut self, txn: TxnId, cx: &mut Context<'_>) {
        let Some(at) = self.find(txn) else { return };
        let open = &self.open[at];
        let Part::Recovers { heard, furthest } = open.part else { return };
        let all = Layout::new(cx.setup()).participants(open.transaction).with(COORDINATOR);
        if heard.covers(all.without(cx.me())) {
            self.decide(txn, furthest == State::PreCommitted, Basis::AllRecovered, cx);
        }
    }
}
