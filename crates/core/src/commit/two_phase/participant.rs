//! A participant: does its part, votes, and once it has voted yes is bound to wait for the decision.
//!
//! ```text
//!   working ──yes──▶ prepared (in doubt, locks held) ──told──▶ committed or aborted
//!      └── no, gave up, asked by a peer ─────────────────────▶ aborted
//! ```

use super::config::range;
use super::event::Event;
use super::message::{Finished, Known, Message, Record, Timer};
use super::rules::Rule;
use super::{LOG, TwoPhase};
use crate::Rename;
use crate::kit::Journal;
use crate::kit::atomic_commit::{Refusal, Request, Response, Vote};
use crate::kit::bank::{AccountSet, COORDINATOR, Layout, Transaction, TxnId};
use crate::{Cx, Disk, NodeId, RequestId, Span, Time};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A participant's memory.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(TwoPhase)]
pub struct Participant {
    /// Transactions it has not decided, by name.
    pub undecided: Vec<Undecided>,
    /// Transactions it has decided that another participant may still ask for, by name.
    pub finished: Vec<Finished>,
    /// Everything named below this is over everywhere, as the coordinator told.
    pub settled: TxnId,
    /// The balance of each account that is kept here, in the order of the accounts.
    pub balances: Vec<i64>,
    /// The accounts that transactions in doubt hold.
    pub locks: AccountSet,
    /// The operator wants the next vote to be no.
    pub refuse_next: bool,
    journal: Journal,
}

/// A transaction that a participant has not decided.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(TwoPhase)]
pub struct Undecided {
    pub txn: TxnId,
    pub transaction: Transaction,
    pub stage: Stage,
}

/// How far a participant is with a transaction that it has not decided.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(TwoPhase)]
pub enum Stage {
    /// It has not voted: it may still abort by itself.
    Working,
    /// It voted yes and holds these locks.
    Prepared { locks: AccountSet, since: Time, waiting: Waiting },
}

/// How long a participant in doubt has waited.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(TwoPhase)]
pub enum Waiting {
    Patient,
    Asking,
    Blocked,
}

type Context<'a> = Cx<'a, TwoPhase>;

impl Participant {
    /// Recovery: a prepared record without an outcome means doubt; the locks are taken again and the decision is asked for.
    pub(super) fn boot(disk: &Disk<Record>, cx: &mut Context<'_>) -> Self {
        let mut bank = Self {
            undecided: Vec::new(),
            finished: Vec::new(),
            settled: TxnId::default(),
            balances: Layout::new(cx.setup()).opening_balances_of(cx.me()),
            locks: AccountSet::EMPTY,
            refuse_next: false,
            journal: Journal::new(LOG),
        };
        let now = cx.clock();
        bank.journal = Journal::recover(LOG, disk, cx, |record, cx| bank.replay(record, now, cx));
        if !bank.journal.is_empty() {
            bank.announce(cx);
        }
        bank
    }

    fn announce(&self, cx: &mut Context<'_>) {
        for finished in &self.finished {
            cx.emit(Event::Found { txn: finished.txn, commit: finished.commit });
        }
        let in_doubt = self.undecided.len() as u16;
        cx.emit(Event::Recovered { in_doubt, total: self.total() });
        for entry in &self.undecided {
            cx.emit(Event::InDoubt { txn: entry.txn });
        }
        for entry in &self.undecided {
            cx.send(COORDINATOR, Message::Inquiry { txn: entry.txn });
            let (min, max) = range(cx.config().decision_timeout);
            cx.set_timer(Timer::Decision(entry.txn), min, max);
        }
    }

    fn replay(&mut self, record: &Record, now: Time, cx: &Context<'_>) {
        match record {
            Record::Prepared { txn, transaction, settled } => {
                self.hear_settled(*settled);
                self.prepare(*txn, *transaction, now, cx);
            }
            Record::Committed { txn } => self.settle(*txn, true, cx),
            Record::Aborted { txn } => self.settle(*txn, false, cx),
            Record::ParticipantCheckpoint { settled, balances, prepared, finished } => {
                self.undecided.clear();
                self.locks = AccountSet::EMPTY;
                self.settled = *settled;
                self.balances.clone_from(balances);
                self.finished.clone_from(finished);
                for (txn, transaction) in prepared {
                    self.prepare(*txn, *transaction, now, cx);
                }
            }
            Record::Epoch { .. }
            | Record::Decided { .. }
            | Record::End { .. }
            | Record::Refused { .. }
            | Record::CoordinatorCheckpoint { .. } => {}
        }
    }

    /// Becomes prepared, in memory: in doubt, with the locks of the transaction.
    fn prepare(&mut self, txn: TxnId, transaction: Transaction, since: Time, cx: &Context<'_>) {
        let layout = Layout::new(cx.setup());
        let wanted = layout.touched(transaction).intersection(layout.kept_by(cx.me()));
        let locks = if cx.on(Rule::LockUntilDecision) { wanted } else { AccountSet::EMPTY };
        self.locks = self.locks.union(locks);
        let stage = Stage::Prepared { locks, since, waiting: Waiting::Patient };
        let entry = Undecided { txn, transaction, stage };
        match self.undecided.binary_search_by_key(&txn, |entry| entry.txn) {
            Ok(at) => self.undecided[at] = entry,
            Err(at) => self.undecided.insert(at, entry),
        }
    }

    /// Decides, in memory: does the transaction's part if it commits, and lets its locks go.
    fn settle(&mut self, txn: TxnId, commit: bool, cx: &Context<'_>) {
        let layout = Layout::new(cx.setup());
        if let Some(at) = self.find(txn) {
            let entry = self.undecided.remove(at);
            if let Stage::Prepared { locks, .. } = entry.stage {
                self.locks = self.locks.minus(locks);
                if commit {
                    layout.apply(cx.me(), &mut self.balances, entry.transaction);
                }
            }
        }
        if cx.on(Rule::KeepOutcomeForPeers) {
            match self.finished.binary_search_by_key(&txn, |finished| finished.txn) {
                Ok(at) => self.finished[at].commit = commit,
                Err(at) => self.finished.insert(at, Finished { txn, commit }),
            }
        }
    }

    fn find(&self, txn: TxnId) -> Option<usize> {
        self.undecided.binary_search_by_key(&txn, |entry| entry.txn).ok()
    }

    fn outcome(&self, txn: TxnId) -> Option<bool> {
        let at = self.finished.binary_search_by_key(&txn, |finished| finished.txn).ok()?;
        self.finished.get(at).map(|finished| finished.commit)
    }

    /// What all accounts kept here hold.
    pub(super) fn total(&self) -> i64 {
        self.balances.iter().fold(0, |sum, balance| sum.wrapping_add(*balance))
    }

    /// Outcomes that nobody can ask for any more are forgotten.
    fn hear_settled(&mut self, settled: TxnId) {
        if settled > self.settled {
            self.settled = settled;
            self.finished.retain(|finished| finished.txn >= settled);
        }
    }

    pub(super) fn on_request(&mut self, id: RequestId, request: Request, cx: &mut Context<'_>) {
        match request {
            Request::Refuse { node } if node == cx.me() => {
                self.refuse_next = true;
                cx.emit(Event::WillRefuse);
                cx.reply(id, Response::Noted);
            }
            Request::Refuse { .. } | Request::Run(_) => cx.reply(id, Response::Invalid),
        }
    }

    pub(super) fn on_message(&mut self, from: NodeId, message: Message, cx: &mut Context<'_>) {
        match message {
            Message::Work { txn, transaction, settled } => {
                self.hear_settled(settled);
                self.work(txn, transaction, cx);
            }
            Message::Prepare { txn, work, settled } => {
                self.hear_settled(settled);
                self.asked_to_prepare(txn, work, cx);
            }
            Message::Decision { txn, commit } => self.told(from, txn, commit, cx),
            Message::Inquiry { txn } => self.asked_by_peer(from, txn, cx),
            Message::Answer { txn, known } => match known {
                Known::Committed => self.told_by_peer(from, txn, true, cx),
                Known::Aborted => self.told_by_peer(from, txn, false, cx),
                Known::InDoubt => {}
            },
            // These go to the coordinator.
            Message::Done { .. } | Message::Vote { .. } | Message::Ack { .. } => {}
        }
    }

    fn work(&mut self, txn: TxnId, transaction: Transaction, cx: &mut Context<'_>) {
        if txn < self.settled || self.outcome(txn).is_some() || self.find(txn).is_some() {
            // A duplicate or a straggler.
            return;
        }
        let at = self.undecided.partition_point(|entry| entry.txn < txn);
        self.undecided.insert(at, Undecided { txn, transaction, stage: Stage::Working });
        cx.emit(Event::WorkDone { txn });
        cx.send(COORDINATOR, Message::Done { txn });
        let (min, max) = range(cx.config().prepare_timeout);
        cx.set_timer(Timer::Prepare(txn), min, max);
    }

    fn asked_to_prepare(&mut self, txn: TxnId, work: Option<Transaction>, cx: &mut Context<'_>) {
        if txn < self.settled {
            return;
        }
        let known = self.find(txn).map(|at| self.undecided[at]);
        let transaction = match (known, self.outcome(txn), work) {
            // It has voted: a duplicate of the question gets the same vote again, except that a yes that has been
            // decided needs no repeating.
            (Some(Undecided { stage: Stage::Prepared { .. }, transaction, .. }), _, _) => {
                let read = self.read(transaction, cx);
                cx.send(COORDINATOR, Message::Vote { txn, vote: Vote::Yes { read } });
                return;
            }
            (None, Some(false), _) => {
                cx.send(COORDINATOR, Message::Vote { txn, vote: Vote::No(Refusal::ToldPeer) });
                return;
            }
            (None, Some(true), _) => return,
            (Some(Undecided { transaction, .. }), _, _) | (None, None, Some(transaction)) => Some(transaction),
            (None, None, None) => None,
        };
        cx.cancel_timer(Timer::Prepare(txn));
        match transaction.ok_or(Refusal::WorkLost).and_then(|transaction| {
            self.object(transaction, cx)?;
            Ok(transaction)
        }) {
            Ok(transaction) => self.vote_yes(txn, transaction, cx),
            Err(reason) => {
                self.abort_before_vote(txn, Event::VotedNo { txn, reason }, cx);
                cx.send(COORDINATOR, Message::Vote { txn, vote: Vote::No(reason) });
            }
        }
    }

    /// Whether it can promise to commit; if not, why.
    fn object(&mut self, transaction: Transaction, cx: &Context<'_>) -> Result<(), Refusal> {
        if core::mem::take(&mut self.refuse_next) {
            return Err(Refusal::Asked);
        }
        let holds = |account| move |entry: &&Undecided| matches!(entry.stage, Stage::Prepared { locks, .. } if locks.contains(account));
        let holder = |account| self.undecided.iter().find(holds(account)).map(|entry| entry.txn);
        let layout = Layout::new(cx.setup());
        match Refusal::of(layout, cx.me(), &self.balances, self.locks, transaction, holder) {
            Some(reason) => Err(reason),
            None => Ok(()),
        }
    }

    fn read(&self, transaction: Transaction, cx: &Context<'_>) -> i64 {
        Layout::new(cx.setup()).read(cx.me(), &self.balances, transaction)
    }

    fn vote_yes(&mut self, txn: TxnId, transaction: Transaction, cx: &mut Context<'_>) {
        let now = cx.clock();
        let read = self.read(transaction, cx);
        let before = self.locks;
        self.prepare(txn, transaction, now, cx);
        self.journal.append(Record::Prepared { txn, transaction, settled: self.settled }, cx);
        if cx.on(Rule::ForcePrepared) {
            cx.sync(&[LOG]);
        }
        let accounts = self.locks.minus(before);
        if !accounts.is_empty() {
            cx.emit(Event::LocksTaken { txn, accounts });
        }
        cx.emit(Event::VotedYes { txn });
        cx.send(COORDINATOR, Message::Vote { txn, vote: Vote::Yes { read } });
        let (min, max) = range(cx.config().decision_timeout);
        cx.set_timer(Timer::Decision(txn), min, max);
    }

    /// Decides to abort while it still may: before it has voted yes. The record makes sure that it never votes yes
    /// later, even if a crash comes between and the question arrives once more.
    fn abort_before_vote(&mut self, txn: TxnId, event: Event, cx: &mut Context<'_>) {
        if cx.on(Rule::RecordAbortBeforeAnswering) {
            cx.cancel_timer(Timer::Prepare(txn));
            self.settle(txn, false, cx);
            self.journal.append(Record::Aborted { txn }, cx);
            cx.sync(&[LOG]);
        }
        cx.emit(event);
    }

    /// The coordinator tells the decision.
    fn told(&mut self, from: NodeId, txn: TxnId, commit: bool, cx: &mut Context<'_>) {
        let stage = self.find(txn).map(|at| self.undecided[at].stage);
        match (stage, self.outcome(txn), commit) {
            (Some(Stage::Prepared { .. }), _, _) => self.decide(from, txn, commit, cx),
            (Some(Stage::Working), _, false) => {
                cx.cancel_timer(Timer::Prepare(txn));
                self.settle(txn, false, cx);
                cx.emit(Event::Aborted { txn, from });
            }
            // The acknowledgement was lost, or the decision came twice.
            (None, Some(true), true) => cx.send(COORDINATOR, Message::Ack { txn }),
            (None, None, true) if txn < self.settled => cx.send(COORDINATOR, Message::Ack { txn }),
            (None, Some(false), true) => {
                // It cannot go back. The acknowledgement lets the coordinator end what cannot be mended.
                cx.emit(Event::Contradicted { txn });
                cx.send(COORDINATOR, Message::Ack { txn });
            }
            (Some(Stage::Working) | None, None, true) | (Some(Stage::Working), Some(_), true) => {
                // Its log says that it never voted yes, so nothing was promised and there is nothing to redo.
                self.abort_before_vote(txn, Event::NothingPrepared { txn }, cx);
                cx.send(COORDINATOR, Message::Ack { txn });
            }
            (None, _, false) => {}
        }
    }

    /// Another participant tells the decision. It means nothing to one that is not in doubt.
    fn told_by_peer(&mut self, from: NodeId, txn: TxnId, commit: bool, cx: &mut Context<'_>) {
        if let Some(at) = self.find(txn)
            && let Stage::Prepared { .. } = self.undecided[at].stage
        {
            self.decide(from, txn, commit, cx);
        }
    }

    /// The doubt ends. A commit is on disk before it is acknowledged, since the coordinator forgets it then.
    fn decide(&mut self, from: NodeId, txn: TxnId, commit: bool, cx: &mut Context<'_>) {
        let stage = self.find(txn).map(|at| self.undecided[at].stage);
        let blocked = matches!(stage, Some(Stage::Prepared { waiting: Waiting::Blocked, .. }));
        cx.cancel_timer(Timer::Decision(txn));
        self.settle(txn, commit, cx);
        self.journal.append(if commit { Record::Committed { txn } } else { Record::Aborted { txn } }, cx);
        if commit && cx.on(Rule::AcknowledgeAfterDurableDecision) {
            cx.sync(&[LOG]);
        }
        if blocked {
            cx.emit(Event::Unblocked { txn, from });
        }
        if commit {
            cx.emit(Event::Committed { txn, from, total: self.total() });
            cx.send(COORDINATOR, Message::Ack { txn });
        } else {
            cx.emit(Event::Aborted { txn, from });
        }
        self.checkpoint(cx);
    }

    fn asked_by_peer(&mut self, peer: NodeId, txn: TxnId, cx: &mut Context<'_>) {
        let stage = self.find(txn).map(|at| self.undecided[at].stage);
        let known = match (stage, self.outcome(txn)) {
            (Some(Stage::Prepared { .. }), _) => Known::InDoubt,
            (_, Some(true)) => Known::Committed,
            (_, Some(false)) => Known::Aborted,
            // Had it been committed, it would not be over everywhere while the peer is in doubt.
            (None, None) if txn < self.settled => Known::Aborted,
            (Some(Stage::Working) | None, None) => {
                self.abort_before_vote(txn, Event::AbortedForPeer { txn, peer }, cx);
                Known::Aborted
            }
        };
        cx.send(peer, Message::Answer { txn, known });
    }

    pub(super) fn on_timer(&mut self, timer: Timer, cx: &mut Context<'_>) {
        match timer {
            Timer::Prepare(txn) => {
                if let Some(at) = self.find(txn)
                    && self.undecided[at].stage == Stage::Working
                {
                    self.abort_before_vote(txn, Event::GaveUp { txn }, cx);
                    cx.send(COORDINATOR, Message::Vote { txn, vote: Vote::No(Refusal::GaveUp) });
                }
            }
            Timer::Decision(txn) => {
                if let Some(at) = self.find(txn)
                    && let Stage::Prepared { since, waiting, .. } = self.undecided[at].stage
                {
                    if cx.on(Rule::WaitForDecisionAfterYes) {
                        self.ask(at, since, waiting, cx);
                    } else {
                        self.settle(txn, false, cx);
                        self.journal.append(Record::Aborted { txn }, cx);
                        cx.emit(Event::AbortedAfterYes { txn });
                    }
                }
            }
            Timer::Votes(_) | Timer::Acks(_) => {}
        }
    }

    /// Asks whoever may know. It may neither commit nor abort by itself, however long this takes.
    fn ask(&mut self, at: usize, since: Time, waited: Waiting, cx: &mut Context<'_>) {
        let entry = &mut self.undecided[at];
        let txn = entry.txn;
        let next = if waited == Waiting::Patient { Waiting::Asking } else { Waiting::Blocked };
        if let Stage::Prepared { waiting, .. } = &mut entry.stage {
            *waiting = next;
        }
        if waited == Waiting::Asking {
            cx.emit(Event::Blocked { txn, since });
        }
        let peers = Layout::new(cx.setup()).participants(entry.transaction);
        let (me, asks_peers) = (cx.me(), cx.config().cooperative);
        let peers = peers.iter().filter(|peer| asks_peers && *peer != me);
        cx.emit(Event::AskedForDecision { txn, peers: peers.clone().next().is_some() });
        cx.send(COORDINATOR, Message::Inquiry { txn });
        for peer in peers {
            cx.send(peer, Message::Inquiry { txn });
        }
        let (min, max): (Span, Span) = range(cx.config().decision_timeout);
        cx.set_timer(Timer::Decision(txn), min, max);
    }

    /// Replaces a long log by one record.
    fn checkpoint(&mut self, cx: &mut Context<'_>) {
        if self.journal.length < u32::from(cx.config().checkpoint_every) {
            return;
        }
        let prepared = self.undecided.iter().filter_map(|entry| match entry.stage {
            Stage::Prepared { .. } => Some((entry.txn, entry.transaction)),
            Stage::Working => None,
        });
        let record = Record::ParticipantCheckpoint {
            settled: self.settled,
            balances: self.balances.clone(),
            prepared: prepared.collect(),
            finished: self.finished.clone(),
        };
        self.journal.replace(record, cx);
        cx.emit(Event::Checkpointed);
    }
}
