//! One process: its log, its accounts, the transactions it has not decided, and how a decision is made in it.
//!
//! ```text
//!   (not voted) ──yes──▶ uncertain ──pre-commit──▶ pre-committed ──▶ committed
//!        └──────────────────▶ aborted ◀── none of those who live is pre-committed
//! ```
//!
//! The coordinator goes through the same states: it is uncertain once it has begun.

use super::event::{Basis, Event};
use super::message::{Message, Record, State, Timer};
use super::rules::Rule;
use super::{LOG, ThreePhase};
use crate::kit::atomic_commit::{Cause, Request, Response};
use crate::kit::bank::{AccountSet, COORDINATOR, Layout, Transaction, TxnId};
use crate::kit::{Journal, NodeSet};
use crate::{Cx, Disk, NodeId, RequestId, Time};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A transaction that a process has not decided.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Open {
    pub txn: TxnId,
    pub request: RequestId,
    pub transaction: Transaction,
    /// Uncertain or pre-committed.
    pub state: State,
    /// The accounts that it holds here.
    pub locks: AccountSet,
    pub since: Time,
    /// The processes that this one does not take for crashed, itself included. The lowest of them leads.
    pub up: NodeSet,
    pub part: Part,
    /// What an audit has read, at the coordinator.
    pub read: i64,
}

/// What a process does about a transaction that it has not decided.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Part {
    /// It waits for the leader.
    Follows,
    /// Coordinator: these have voted yes. `unsent` still have to be asked.
    Votes { yes: NodeSet, unsent: NodeSet },
    /// Elected leader: these have said how far they are, and these of them that they are uncertain.
    Collects { heard: NodeSet, uncertain: NodeSet },
    /// Leader: of those asked to pre-commit, these have not acknowledged. `unsent` still have to be asked.
    PreCommits { asked: NodeSet, unacked: NodeSet, unsent: NodeSet },
    /// It has crashed since it voted, and asks. These have crashed since, too, and are undecided; `furthest` is how far they were.
    Recovers { heard: NodeSet, furthest: State },
}

/// A transaction that a process has decided and may have to speak of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Finished {
    pub txn: TxnId,
    pub commit: bool,
    /// Whom it still has to tell.
    pub untold: NodeSet,
    /// Coordinator, of a commit: who has not acknowledged.
    pub unacked: NodeSet,
}

/// The newest request of a client, and the answer once there is one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Answered {
    pub request: RequestId,
    pub response: Option<Response>,
}

pub(super) type Context<'a> = Cx<'a, ThreePhase>;

impl ThreePhase {
    /// Recovery: what was not decided before the crash is asked for, since the others may have decided meanwhile.
    pub(super) fn recover(disk: &Disk<Record>, cx: &mut Context<'_>) -> Self {
        let layout = Layout::new(cx.setup());
        let mut me = Self {
            latest: 0,
            settled: TxnId { epoch: 0, number: 1 },
            open: Vec::new(),
            finished: Vec::new(),
            balances: layout.opening_balances_of(cx.me()),
            locks: AccountSet::EMPTY,
            refuse_next: false,
            sessions: Vec::new(),
            journal: Journal::new(LOG),
        };
        let now = cx.clock();
        me.journal = Journal::recover(LOG, disk, cx, |record, cx| me.replay(record, now, cx));
        if me.journal.is_empty() {
            return me;
        }
        for finished in &mut me.finished {
            finished.untold = finished.unacked;
        }
        for Finished { txn, commit, .. } in me.finished.clone() {
            cx.emit(Event::Decided { txn, commit, basis: Basis::Found, total: None, read: None });
        }
        let total = me.total();
        cx.emit(Event::Recovered { in_doubt: me.open.len() as u16, total });
        for Open { txn, state, .. } in me.open.clone() {
            cx.emit(Event::InDoubt { txn, state });
            if cx.on(Rule::RecoveredProcessesAsk) {
                me.ask(txn, cx);
            } else {
                me.decide(txn, state == State::PreCommitted, Basis::OwnLog, cx);
            }
        }
        me.send_on(cx);
        me
    }

    fn replay(&mut self, record: &Record, now: Time, cx: &Context<'_>) {
        match record {
            Record::Prepared { txn, request, transaction, settled } => {
                self.latest = self.latest.max(txn.number);
                self.hear_settled(*settled, cx.me());
                self.remember(*request, None);
                self.enter(*txn, *request, *transaction, Part::RECOVERS, now, cx);
            }
            Record::PreCommitted { txn, read } => {
                if let Some(at) = self.find(*txn) {
                    (self.open[at].state, self.open[at].read) = (State::PreCommitted, *read);
                }
            }
            Record::Decided { txn, commit, cause } => {
                self.settle(*txn, *commit, *cause, cx);
            }
            Record::Ended { txn } => self.finished.retain(|finished| finished.txn != *txn),
            Record::Checkpoint { latest, settled, balances, open, finished, sessions } => {
                (self.latest, self.settled) = (*latest, *settled);
                self.balances.clone_from(balances);
                self.open.clone_from(open);
                self.finished.clone_from(finished);
                self.sessions.clone_from(sessions);
                for open in &mut self.open {
                    (open.part, open.since) = (Part::RECOVERS, now);
                }
                self.locks = self.open.iter().fold(AccountSet::EMPTY, |all, open| all.union(open.locks));
            }
        }
    }

    /// Becomes uncertain, in memory: with the locks of the transaction.
    pub(super) fn enter(
        &mut self,
        txn: TxnId,
        request: RequestId,
        transaction: Transaction,
        part: Part,
        since: Time,
        cx: &Context<'_>,
    ) {
        let layout = Layout::new(cx.setup());
        let locks = layout.touched(transaction).intersection(layout.kept_by(cx.me()));
        self.locks = self.locks.union(locks);
        let up = layout.participants(transaction).with(COORDINATOR);
        let open = Open { txn, request, transaction, state: State::Uncertain, locks, since, up, part, read: 0 };
        match self.open.binary_search_by_key(&txn, |open| open.txn) {
            Ok(at) => self.open[at] = open,
            Err(at) => self.open.insert(at, open),
        }
    }

    /// Decides, in memory. Gives what the client is answered, if it is the coordinator.
    fn settle(&mut self, txn: TxnId, commit: bool, cause: Option<Cause>, cx: &Context<'_>) -> Option<Response> {
        let layout = Layout::new(cx.setup());
        let mut finished = Finished { txn, commit, untold: NodeSet::EMPTY, unacked: NodeSet::EMPTY };
        let mut response = None;
        if let Some(at) = self.find(txn) {
            let open = self.open.remove(at);
            self.locks = self.locks.minus(open.locks);
            if commit {
                layout.apply(cx.me(), &mut self.balances, open.transaction);
            }
            if cx.me() == COORDINATOR {
                let total = open.transaction.total_read(open.read);
                let cause = cause.unwrap_or(Cause::Elsewhere);
                let told = if commit { Response::Committed { txn, total } } else { Response::Aborted { txn, cause } };
                self.remember(open.request, Some(told));
                response = Some(told);
                if commit {
                    finished.unacked = layout.participants(open.transaction);
                }
            }
        }
        // Whoever asks the coordinator for what it does not know any more hears abort, so it keeps commits only.
        if cx.me() != COORDINATOR || commit {
            match self.finished.binary_search_by_key(&txn, |finished| finished.txn) {
                Ok(at) => self.finished[at] = finished,
                Err(at) => self.finished.insert(at, finished),
            }
        }
        response
    }

    /// Decides: on disk, then for everybody to see. A leader and the coordinator tell all others.
    pub(super) fn decide(&mut self, txn: TxnId, commit: bool, basis: Basis, cx: &mut Context<'_>) {
        let known = self.find(txn).map(|at| self.open[at]);
        for timer in [Timer::Phase(txn), Timer::Wait(txn), Timer::Send(txn)] {
            cx.cancel_timer(timer);
        }
        let cause = match basis {
            Basis::Refused(cause) => Some(cause),
            _ => None,
        };
        let response = self.settle(txn, commit, cause, cx);
        self.write(Record::Decided { txn, commit, cause }, cx);
        let is_bank = cx.me() != COORDINATOR;
        let total = (is_bank && commit && known.is_some()).then(|| self.total());
        let read = match response {
            Some(Response::Committed { total, .. }) => total,
            _ => None,
        };
        cx.emit(Event::Decided { txn, commit, basis, total, read });
        if let (Some(open), Some(response)) = (known, response) {
            cx.reply(open.request, response);
        }
        if let Some(open) = known {
            let tells = !matches!(basis, Basis::Learned { .. } | Basis::OwnLog) || !is_bank;
            if tells {
                let all = Layout::new(cx.setup()).participants(open.transaction).with(COORDINATOR);
                self.tell(txn, commit, all.without(cx.me()), cx);
            }
            if is_bank && commit {
                cx.send(COORDINATOR, Message::Ack { txn });
            }
        }
        self.checkpoint(cx);
    }

    pub(super) fn find(&self, txn: TxnId) -> Option<usize> {
        self.open.binary_search_by_key(&txn, |open| open.txn).ok()
    }

    pub(super) fn outcome(&self, txn: TxnId) -> Option<bool> {
        let at = self.finished.binary_search_by_key(&txn, |finished| finished.txn).ok()?;
        self.finished.get(at).map(|finished| finished.commit)
    }

    /// What all accounts kept here hold.
    pub(super) fn total(&self) -> i64 {
        self.balances.iter().fold(0, |sum, balance| sum.wrapping_add(*balance))
    }

    /// Writes a record, and lets nothing leave before it is on disk.
    pub(super) fn write(&mut self, record: Record, cx: &mut Context<'_>) {
        self.journal.append(record, cx);
        if cx.on(Rule::ForceRecords) {
            cx.sync(&[LOG]);
        }
    }

    /// Coordinator: everything named below this is over for everybody.
    pub(super) fn over(&self) -> TxnId {
        let next = TxnId { epoch: 0, number: self.latest.saturating_add(1) };
        let first = self.open.first().map(|open| open.txn).into_iter();
        first.chain(self.finished.first().map(|finished| finished.txn)).fold(next, TxnId::min)
    }

    /// Outcomes that nobody can ask for any more are forgotten.
    pub(super) fn hear_settled(&mut self, settled: TxnId, me: NodeId) {
        if settled > self.settled && me != COORDINATOR {
            self.settled = settled;
            self.finished.retain(|finished| finished.txn >= settled);
        }
    }

    pub(super) fn remember(&mut self, request: RequestId, response: Option<Response>) {
        let answered = Answered { request, response };
        match self.sessions.binary_search_by_key(&request.client, |known| known.request.client) {
            // An older request that ends late must not hide what a newer one came to.
            Ok(at) if self.sessions[at].request.sequence > request.sequence => {}
            Ok(at) => self.sessions[at] = answered,
            Err(at) => self.sessions.insert(at, answered),
        }
    }

    pub(super) fn on_request(&mut self, id: RequestId, request: Request, cx: &mut Context<'_>) {
        let layout = Layout::new(cx.setup());
        match request {
            Request::Run(transaction) if cx.me() == COORDINATOR && layout.admits(transaction) => {
                let known = self.sessions.iter().find(|known| known.request.client == id.client);
                match known.copied().filter(|known| known.request.sequence >= id.sequence) {
                    // A retry is answered once more; a straggler of an older request, whose answer the client has had, is not.
                    Some(Answered { request, response: Some(response) }) if request == id => cx.reply(id, response),
                    Some(_) => {}
                    None => self.begin(id, transaction, cx),
                }
            }
            Request::Refuse { node } if node == cx.me() && node != COORDINATOR => {
                self.refuse_next = true;
                cx.emit(Event::WillRefuse);
                cx.reply(id, Response::Noted);
            }
            Request::Refuse { .. } | Request::Run(_) => cx.reply(id, Response::Invalid),
        }
    }

    /// Replaces a long log by one record.
    pub(super) fn checkpoint(&mut self, cx: &mut Context<'_>) {
        if self.journal.length < u32::from(cx.config().checkpoint_every) {
            return;
        }
        let record = Record::Checkpoint {
            latest: self.latest,
            settled: self.settled,
            balances: self.balances.clone(),
            open: self.open.clone(),
            finished: self.finished.clone(),
            sessions: self.sessions.clone(),
        };
        self.journal.replace(record, cx);
        cx.emit(Event::Checkpointed);
    }
}

impl Part {
    const RECOVERS: Self = Self::Recovers { heard: NodeSet::EMPTY, furthest: State::Uncertain };

    /// Whether the process leads.
    pub const fn leads(&self) -> bool {
        matches!(self, Self::Votes { .. } | Self::Collects { .. } | Self::PreCommits { .. })
    }
}
