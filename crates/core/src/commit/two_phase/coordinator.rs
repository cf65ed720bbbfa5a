//! The coordinator: asks for votes, decides, and remembers a commit until everybody has acknowledged it.
//!
//! It logs nothing when a transaction begins, and needs no record of an abort: no record means abort. What it does record of
//! an abort is the answer that the client gets.

use super::config::range;
use super::event::Event;
use super::message::{Answered, Message, OpenCommit, Record, Timer};
use super::rules::Rule;
use super::{LOG, TwoPhase};
use crate::Rename;
use crate::kit::atomic_commit::{Cause, Request, Response, Vote};
use crate::kit::bank::{Layout, Transaction, TxnId};
use crate::kit::{Journal, NodeSet, majority};
use crate::{Cx, Disk, NodeId, RequestId, Setup};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The coordinator's memory.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(TwoPhase)]
pub struct Coordinator {
    pub epoch: u16,
    /// The number of the latest transaction of this epoch.
    pub latest: u32,
    /// Transactions that are not over, by name.
    pub open: Vec<Open>,
    /// What the last request of each client came to, by client.
    sessions: Vec<Session>,
    journal: Journal,
}

/// A transaction under way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(TwoPhase)]
pub struct Open {
    pub txn: TxnId,
    pub request: RequestId,
    pub transaction: Transaction,
    pub participants: NodeSet,
    pub phase: Phase,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(TwoPhase)]
pub enum Phase {
    /// Participants do their work; these are done.
    Working { done: NodeSet },
    /// Participants vote.
    Voting { yes: NodeSet, no: NodeSet, read: i64 },
    /// Commit is decided; these have acknowledged.
    Committed { acked: NodeSet, read: i64 },
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(TwoPhase)]
struct Session {
    request: RequestId,
    result: Outcome,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(TwoPhase)]
enum Outcome {
    Running,
    /// It was under way when the coordinator crashed, which aborted it: a retry runs it again.
    CutShort,
    Over(Response),
}

impl Session {
    /// Whether a request of this client must not begin: it, or a later one, is under way or over.
    fn is_past(&self, request: RequestId) -> bool {
        let cut_short = self.request == request && self.result == Outcome::CutShort;
        self.request.sequence >= request.sequence && !cut_short
    }
}

type Context<'a> = Cx<'a, TwoPhase>;

impl Coordinator {
    /// Recovery: a commit record without an end record is a commit to be told again; whatever has no record is aborted.
    pub(super) fn boot(disk: &Disk<Record>, cx: &mut Context<'_>) -> Self {
        let layout = Layout::new(cx.setup());
        let mut me = Self { epoch: 0, latest: 0, open: Vec::new(), sessions: Vec::new(), journal: Journal::new(LOG) };
        me.journal = Journal::recover(LOG, disk, cx, |record, _| me.replay(layout, record));
        if me.journal.is_empty() {
            me.journal.append(Record::Epoch { epoch: 0 }, cx);
            cx.sync(&[LOG]);
            return me;
        }
        if cx.on(Rule::NeverReuseNames) {
            me.epoch = me.epoch.saturating_add(1);
            me.journal.append(Record::Epoch { epoch: me.epoch }, cx);
            cx.sync(&[LOG]);
        }
        for open in &me.open {
            cx.emit(Event::Found { txn: open.txn, commit: true });
        }
        cx.emit(Event::CoordinatorRecovered { epoch: me.epoch, reopened: me.open.len() as u16 });
        for index in 0..me.open.len() {
            me.tell_commit(index, cx);
        }
        me
    }

    fn replay(&mut self, layout: Layout, record: &Record) {
        match record {
            Record::Epoch { epoch } => self.epoch = *epoch,
            Record::Decided { txn, request, transaction, read } => {
                let commit = OpenCommit { txn: *txn, request: *request, transaction: *transaction, read: *read };
                self.reopen(layout, commit);
                let total = transaction.total_read(*read);
                self.remember(*request, Outcome::Over(Response::Committed { txn: *txn, total }));
            }
            Record::End { txn } => self.open.retain(|open| open.txn != *txn),
            Record::Refused { request, txn, cause } => {
                self.remember(*request, Outcome::Over(Response::Aborted { txn: *txn, cause: *cause }));
            }
            Record::CoordinatorCheckpoint { epoch, open, answered } => {
                self.epoch = *epoch;
                self.open.clear();
                self.sessions.clear();
                open.iter().for_each(|commit| self.reopen(layout, *commit));
                for answer in answered {
                    self.remember(answer.request, answer.response.map_or(Outcome::CutShort, Outcome::Over));
                }
            }
            Record::Prepared { .. }
            | Record::Committed { .. }
            | Record::Aborted { .. }
            | Record::ParticipantCheckpoint { .. } => {}
        }
    }

    fn reopen(&mut self, layout: Layout, commit: OpenCommit) {
        let OpenCommit { txn, request, transaction, read } = commit;
        let participants = layout.participants(transaction);
        let phase = Phase::Committed { acked: NodeSet::EMPTY, read };
        self.open.push(Open { txn, request, transaction, participants, phase });
        self.open.sort_unstable_by_key(|open| open.txn);
    }

    fn find(&self, txn: TxnId) -> Option<usize> {
        self.open.binary_search_by_key(&txn, |open| open.txn).ok()
    }

    /// Everything named below this is over: decided, and if committed, acknowledged by all.
    fn settled(&self) -> TxnId {
        let next = TxnId { epoch: self.epoch, number: self.latest.saturating_add(1) };
        self.open.first().map_or(next, |open| open.txn)
    }

    fn remember(&mut self, request: RequestId, result: Outcome) {
        let session = Session { request, result };
        match self.sessions.binary_search_by_key(&request.client, |session| session.request.client) {
            // An older request that ends late must not hide what a newer one came to.
            Ok(at) if self.sessions[at].request.sequence > request.sequence => {}
            Ok(at) => self.sessions[at] = session,
            Err(at) => self.sessions.insert(at, session),
        }
    }

    /// The last request of each client, with its answer if it has one.
    pub fn sessions(&self) -> impl Iterator<Item = (RequestId, Option<Response>)> {
        self.sessions.iter().map(|session| match session.result {
            Outcome::Over(response) => (session.request, Some(response)),
            Outcome::Running | Outcome::CutShort => (session.request, None),
        })
    }

    fn session(&self, request: RequestId) -> Option<&Session> {
        let at = self.sessions.binary_search_by_key(&request.client, |session| session.request.client).ok()?;
        self.sessions.get(at)
    }

    pub(super) fn on_request(&mut self, id: RequestId, request: Request, cx: &mut Context<'_>) {
        let layout = Layout::new(cx.setup());
        match request {
            Request::Run(transaction) if layout.admits(transaction) => {
                let known = self.session(id).filter(|session| session.is_past(id));
                match known.copied() {
                    Some(session) if cx.on(Rule::DeduplicateRequests) => {
                        // A retry of the request is answered once more; a straggler of an older one, whose answer the
                        // client has had, is not.
                        if let Outcome::Over(response) = session.result
                            && session.request == id
                        {
                            cx.reply(id, response);
                        }
                    }
                    Some(_) | None => self.begin(layout, id, transaction, cx),
                }
            }
            Request::Run(_) | Request::Refuse { .. } => cx.reply(id, Response::Invalid),
        }
    }

    fn begin(&mut self, layout: Layout, request: RequestId, transaction: Transaction, cx: &mut Context<'_>) {
        self.latest = self.latest.saturating_add(1);
        let txn = TxnId { epoch: self.epoch, number: self.latest };
        let participants = layout.participants(transaction);
        self.remember(request, Outcome::Running);
        cx.emit(Event::Begun { txn, request, transaction });
        let phase = if cx.config().work_round {
            Phase::Working { done: NodeSet::EMPTY }
        } else {
            Phase::Voting { yes: NodeSet::EMPTY, no: NodeSet::EMPTY, read: 0 }
        };
        let at = self.open.partition_point(|open| open.txn < txn);
        self.open.insert(at, Open { txn, request, transaction, participants, phase });
        if cx.config().work_round {
            let settled = self.settled();
            for to in participants.iter() {
                cx.send(to, Message::Work { txn, transaction, settled });
            }
        } else {
            self.ask_votes(txn, participants, Some(transaction), cx);
        }
        let (min, max) = range(cx.config().vote_timeout);
        cx.set_timer(Timer::Votes(txn), min, max);
    }

    fn ask_votes(&self, txn: TxnId, participants: NodeSet, work: Option<Transaction>, cx: &mut Context<'_>) {
        cx.emit(Event::PrepareAsked { txn });
        let settled = self.settled();
        for to in participants.iter() {
            cx.send(to, Message::Prepare { txn, work, settled });
        }
    }

    pub(super) fn on_message(&mut self, from: NodeId, message: Message, cx: &mut Context<'_>) {
        match message {
            Message::Done { txn } => self.work_done(from, txn, cx),
            Message::Vote { txn, vote } => self.voted(from, txn, vote, cx),
            Message::Ack { txn } => self.acknowledged(from, txn, cx),
            Message::Inquiry { txn } => self.asked(from, txn, cx),
            // These go to participants.
            Message::Work { .. } | Message::Prepare { .. } | Message::Decision { .. } | Message::Answer { .. } => {}
        }
    }

    fn work_done(&mut self, from: NodeId, txn: TxnId, cx: &mut Context<'_>) {
        let Some(index) = self.find(txn) else { return };
        let open = &mut self.open[index];
        let Phase::Working { done } = &mut open.phase else { return };
        if open.participants.contains(from) {
            done.insert(from);
        }
        if *done == open.participants {
            let participants = open.participants;
            open.phase = Phase::Voting { yes: NodeSet::EMPTY, no: NodeSet::EMPTY, read: 0 };
            self.ask_votes(txn, participants, None, cx);
            let (min, max) = range(cx.config().vote_timeout);
            cx.set_timer(Timer::Votes(txn), min, max);
        }
    }

    fn voted(&mut self, from: NodeId, txn: TxnId, vote: Vote, cx: &mut Context<'_>) {
        let Some(index) = self.find(txn) else { return };
        let open = &mut self.open[index];
        match &mut open.phase {
            // Nobody has been asked yet, so it is a no: a participant gave up, or aborted for a peer.
            Phase::Working { done: _ } => {
                if let Vote::No(reason) = vote {
                    self.abort(index, NodeSet::EMPTY.with(from), Cause::Vote { from, reason }, cx);
                }
            }
            Phase::Voting { yes, no, read } => {
                if open.participants.contains(from) && !yes.union(*no).contains(from) {
                    match vote {
                        Vote::Yes { read: part } => {
                            yes.insert(from);
                            *read = read.wrapping_add(part);
                        }
                        Vote::No(_) => no.insert(from),
                    }
                }
                let (yes, no, read) = (*yes, *no, *read);
                match verdict(cx.setup(), open.participants, yes, no) {
                    Some(true) => self.commit(index, yes, read, cx),
                    Some(false) => {
                        if let Vote::No(reason) = vote {
                            self.abort(index, no, Cause::Vote { from, reason }, cx);
                        }
                    }
                    None => {}
                }
            }
            Phase::Committed { .. } => {}
        }
    }

    /// The point of no return: once the record is durable, the transaction is committed, whatever happens.
    fn commit(&mut self, index: usize, yes: NodeSet, read: i64, cx: &mut Context<'_>) {
        let Open { txn, request, transaction, participants: asked, .. } = self.open[index];
        self.open[index].phase = Phase::Committed { acked: NodeSet::EMPTY, read };
        self.journal.append(Record::Decided { txn, request, transaction, read }, cx);
        if cx.on(Rule::ForceDecision) {
            cx.sync(&[LOG]);
        }
        cx.cancel_timer(Timer::Votes(txn));
        let total = transaction.total_read(read);
        cx.emit(Event::DecidedCommit { txn, read: total, yes, asked });
        let response = Response::Committed { txn, total };
        self.remember(request, Outcome::Over(response));
        cx.reply(request, response);
        self.tell_commit(index, cx);
    }

    fn tell_commit(&self, index: usize, cx: &mut Context<'_>) {
        let open = &self.open[index];
        let Phase::Committed { acked, read: _ } = open.phase else { return };
        for to in open.participants.minus(acked).iter() {
            cx.send(to, Message::Decision { txn: open.txn, commit: true });
        }
        let (min, max) = range(cx.config().ack_timeout);
        cx.set_timer(Timer::Acks(open.txn), min, max);
    }

    /// Abort needs no record: not knowing of a transaction means abort. Those who voted no know already.
    fn abort(&mut self, index: usize, refused: NodeSet, cause: Cause, cx: &mut Context<'_>) {
        let Open { txn, request, participants, .. } = self.open.remove(index);
        cx.cancel_timer(Timer::Votes(txn));
        cx.emit(Event::DecidedAbort { txn, cause });
        for to in participants.minus(refused).iter() {
            cx.send(to, Message::Decision { txn, commit: false });
        }
        if cx.on(Rule::RecordRefusalBeforeReplying) {
            self.journal.append(Record::Refused { request, txn, cause }, cx);
            cx.sync(&[LOG]);
        }
        let response = Response::Aborted { txn, cause };
        self.remember(request, Outcome::Over(response));
        cx.reply(request, response);
        self.checkpoint(cx);
    }

    fn acknowledged(&mut self, from: NodeId, txn: TxnId, cx: &mut Context<'_>) {
        let Some(index) = self.find(txn) else { return };
        let open = &mut self.open[index];
        let Phase::Committed { acked, read: _ } = &mut open.phase else { return };
        if open.participants.contains(from) {
            acked.insert(from);
        }
        if cx.on(Rule::RememberUntilAllAcknowledge) && *acked != open.participants {
            return;
        }
        self.open.remove(index);
        cx.cancel_timer(Timer::Acks(txn));
        self.journal.append(Record::End { txn }, cx);
        cx.emit(Event::Ended { txn });
        self.checkpoint(cx);
    }

    fn asked(&mut self, from: NodeId, txn: TxnId, cx: &mut Context<'_>) {
        match self.find(txn).map(|index| self.open[index].phase) {
            Some(Phase::Committed { .. }) => cx.send(from, Message::Decision { txn, commit: true }),
            // It will hear the decision as soon as there is one.
            Some(Phase::Working { .. } | Phase::Voting { .. }) => {}
            None => {
                if cx.on(Rule::PresumeAbort) {
                    cx.emit(Event::PresumedAbort { txn, peer: from });
                    cx.send(from, Message::Decision { txn, commit: false });
                } else {
                    cx.emit(Event::LeftUnanswered { txn, peer: from });
                }
            }
        }
    }

    pub(super) fn on_timer(&mut self, timer: Timer, cx: &mut Context<'_>) {
        match timer {
            Timer::Votes(txn) => {
                let Some(index) = self.find(txn) else { return };
                let open = &self.open[index];
                let (heard, refused) = match open.phase {
                    Phase::Working { done } => (done, NodeSet::EMPTY),
                    Phase::Voting { yes, no, read: _ } => (yes.union(no), no),
                    Phase::Committed { .. } => return,
                };
                let missing = open.participants.minus(heard);
                self.abort(index, refused, Cause::Timeout { missing }, cx);
            }
            Timer::Acks(txn) => {
                let Some(index) = self.find(txn) else { return };
                if let Phase::Committed { acked, read: _ } = self.open[index].phase {
                    let missing = self.open[index].participants.minus(acked);
                    cx.emit(Event::DecisionResent { txn, missing });
                    self.tell_commit(index, cx);
                }
            }
            Timer::Prepare(_) | Timer::Decision(_) => {}
        }
    }

    /// Replaces a long log by one record.
    fn checkpoint(&mut self, cx: &mut Context<'_>) {
        if self.journal.length < u32::from(cx.config().checkpoint_every) {
            return;
        }
        let open = self.open.iter().filter_map(|open| match open.phase {
            Phase::Committed { acked: _, read } => {
                let Open { txn, request, transaction, .. } = *open;
                Some(OpenCommit { txn, request, transaction, read })
            }
            Phase::Working { .. } | Phase::Voting { .. } => None,
        });
        let answered = self.sessions.iter().map(|session| {
            let response = match session.result {
                Outcome::Over(response) => Some(response),
                Outcome::Running | Outcome::CutShort => None,
            };
            Answered { request: session.request, response }
        });
        let record =
            Record::CoordinatorCheckpoint { epoch: self.epoch, open: open.collect(), answered: answered.collect() };
        self.journal.replace(record, cx);
        cx.emit(Event::Checkpointed);
    }
}

/// What the votes come to, once they come to something.
fn verdict(setup: &Setup<TwoPhase>, participants: NodeSet, yes: NodeSet, no: NodeSet) -> Option<bool> {
    let all = participants.len();
    let enough = if setup.on(Rule::UnanimousVotes) { all } else { majority(all) };
    if yes.len() >= enough {
        Some(true)
    } else if all - no.len() < enough {
        Some(false)
    } else {
        None
    }
}
