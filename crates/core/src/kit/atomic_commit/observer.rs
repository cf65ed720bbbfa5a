//! What the observers remember of a run: per transaction not yet over, who voted and decided what; and the balances that
//! follow from the decisions.

use super::{AtomicCommit, CommitEvent, Decision, Meaning, Response};
use crate::kit::NodeSet;
use crate::kit::bank::{Account, Banks, COORDINATOR, Layout, Transaction, TxnId};
use crate::{NodeId, Rename, Renaming, RequestId, Seen, Setup};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The observers' memory. Transactions that all have decided are forgotten when the next one begins.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Observer<E> {
    tracked: Vec<Tracked<E>>,
    /// What every account holds by the commits seen; empty before the first.
    balances: Vec<i64>,
    /// The latest request of each client that is over.
    closed_requests: Vec<Closed<E>>,
    /// Participants in doubt that ask for the decision, and how often they have.
    asking: Vec<Asking>,
}

/// What was seen of a transaction.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(P: Banks)]
pub struct Tracked<E> {
    pub txn: TxnId,
    pub transaction: Transaction,
    pub request: RequestId,
    pub participants: NodeSet,
    pub yes: NodeSet,
    /// Who has decided to commit, and to abort: the coordinator and the participants.
    pub committed: NodeSet,
    pub aborted: NodeSet,
    pub first_commit: Option<(NodeId, E)>,
    pub first_abort: Option<(NodeId, E)>,
    /// The request was over before, under another name; the decision to commit it then, if that is how it ended.
    pub repeated: Option<Option<E>>,
    /// The coordinator, restarting just now, found its commit in the log.
    found: bool,
}

/// A request that is over: it committed, by this decision, or the client took the answer that it did not.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(P: Banks)]
struct Closed<E> {
    request: RequestId,
    commit: Option<E>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(P: Banks)]
pub struct Asking {
    pub txn: TxnId,
    pub node: NodeId,
    pub times: u8,
}

impl<E> Tracked<E> {
    /// Everybody who is bound by a yes has decided to abort, and so has the coordinator: nothing can contradict it.
    fn is_aborted_everywhere(&self) -> bool {
        let bound = self.yes.with(COORDINATOR);
        self.committed.is_empty() && self.aborted.covers(bound)
    }

    fn is_committed_everywhere(&self) -> bool {
        let all = self.participants.with(COORDINATOR);
        self.aborted.is_empty() && self.committed.covers(all)
    }
}

impl<E> Default for Observer<E> {
    fn default() -> Self {
        Self { tracked: Vec::new(), balances: Vec::new(), closed_requests: Vec::new(), asking: Vec::new() }
    }
}

impl<E: CommitEvent> Observer<E> {
    pub fn tracked(&self) -> &[Tracked<E>] {
        &self.tracked
    }

    pub fn asking(&self) -> &[Asking] {
        &self.asking
    }

    pub fn find(&self, txn: TxnId) -> Option<&Tracked<E>> {
        let at = self.tracked.binary_search_by_key(&txn, |tracked| tracked.txn).ok()?;
        self.tracked.get(at)
    }

    /// What a bank holds by the commits seen.
    pub fn total(&self, layout: Layout, bank: NodeId) -> i64 {
        let kept = layout.kept_by(bank).iter();
        kept.fold(0, |sum: i64, account| sum.wrapping_add(self.balance(layout, account)))
    }

    /// What an account holds by the commits seen.
    pub fn balance(&self, layout: Layout, account: Account) -> i64 {
        self.balances.get(usize::from(account.0)).copied().unwrap_or(layout.opening())
    }

    pub fn observe<P: AtomicCommit<Event = E>>(&mut self, setup: &Setup<P>, seen: &Seen<'_, P>) {
        match *seen {
            Seen::Event { node, event } => self.see(Layout::new(setup), node, event),
            Seen::Returned { id, request: _, response: Response::Aborted { .. } } => {
                self.close(id, None);
            }
            Seen::Invoked { .. }
            | Seen::Returned { .. }
            | Seen::Started { .. }
            | Seen::Crashed { .. }
            | Seen::DiskLost { .. } => {}
        }
    }

    fn see(&mut self, layout: Layout, node: NodeId, event: &E) {
        match event.meaning() {
            Meaning::Decides(decision) => {
                self.asking.retain(|asking| asking.node != node || asking.txn != decision.txn);
                self.see_decision(layout, node, decision, event);
            }
            Meaning::Begins { txn, request, transaction } => self.see_begin(layout, txn, request, transaction),
            Meaning::VotesYes { txn } => {
                if let Some(tracked) = self.find_mut(txn) {
                    tracked.yes.insert(node);
                }
            }
            Meaning::PresumesAbort => self.see_presumption(node, event),
            Meaning::Recovers { total: _ } => self.asking.retain(|asking| asking.node != node),
            Meaning::Asks { txn } => {
                let asking = Asking { txn, node, times: 0 };
                let at = match self.asking.binary_search_by_key(&(txn, node), |asking| (asking.txn, asking.node)) {
                    Ok(at) => at,
                    Err(at) => {
                        self.asking.insert(at, asking);
                        at
                    }
                };
                self.asking[at].times = self.asking[at].times.saturating_add(1);
            }
            Meaning::Nothing => {}
        }
    }

    fn find_mut(&mut self, txn: TxnId) -> Option<&mut Tracked<E>> {
        let at = self.tracked.binary_search_by_key(&txn, |tracked| tracked.txn).ok()?;
        self.tracked.get_mut(at)
    }

    fn see_begin(&mut self, layout: Layout, txn: TxnId, request: RequestId, transaction: Transaction) {
        self.tracked.retain(|tracked| !tracked.is_aborted_everywhere() && !tracked.is_committed_everywhere());
        let participants = layout.participants(transaction);
        if let Some(tracked) = self.find_mut(txn) {
            // The name was used before. What was voted and decided under it stays: that is what a name means.
            (tracked.transaction, tracked.request, tracked.participants) = (transaction, request, participants);
            return;
        }
        let at = self.tracked.partition_point(|tracked| tracked.txn < txn);
        let tracked = Tracked {
            txn,
            transaction,
            request,
            participants,
            yes: NodeSet::EMPTY,
            committed: NodeSet::EMPTY,
            aborted: NodeSet::EMPTY,
            first_commit: None,
            first_abort: None,
            repeated: None,
            found: false,
        };
        self.tracked.insert(at, tracked);
    }

    fn see_decision(&mut self, layout: Layout, node: NodeId, decision: Decision, event: &E) {
        let Decision { txn, commit, found, .. } = decision;
        let Some(at) = self.tracked.iter().position(|tracked| tracked.txn == txn) else { return };
        let tracked = &mut self.tracked[at];
        if !commit {
            tracked.aborted.insert(node);
            tracked.first_abort.get_or_insert((node, *event));
            if tracked.is_aborted_everywhere() {
                self.tracked.remove(at);
            }
            return;
        }
        let first_time = !tracked.committed.contains(node);
        tracked.committed.insert(node);
        tracked.first_commit.get_or_insert((node, *event));
        tracked.found |= node == COORDINATOR && found;
        if !first_time {
            return;
        }
        if node == COORDINATOR {
            let request = tracked.request;
            let repeated = self.close(request, Some(*event));
            let tracked = &mut self.tracked[at];
            tracked.repeated = tracked.repeated.or(repeated);
        } else {
            let transaction = tracked.transaction;
            if self.balances.is_empty() {
                self.balances = layout.opening_balances();
            }
            for account in layout.kept_by(node).iter() {
                if let Some(balance) = self.balances.get_mut(usize::from(account.0)) {
                    *balance = balance.wrapping_add(layout.change(transaction, account));
                }
            }
        }
    }

    /// Notes that a request is over. If it, or a later one of the client, was over before: the decision to commit that very
    /// request, where there was one.
    fn close(&mut self, request: RequestId, commit: Option<E>) -> Option<Option<E>> {
        let closed = Closed { request, commit };
        match self.closed_requests.binary_search_by_key(&request.client, |known| known.request.client) {
            Ok(at) if self.closed_requests[at].request.sequence >= request.sequence => {
                let known = self.closed_requests[at];
                Some(known.commit.filter(|_| known.request == request))
            }
            Ok(at) => {
                self.closed_requests[at] = closed;
                None
            }
            Err(at) => {
                self.closed_requests.insert(at, closed);
                None
            }
        }
    }

    /// A restarted coordinator has told which commits it found. Whatever else it had begun is aborted by presumption.
    fn see_presumption(&mut self, node: NodeId, event: &E) {
        for tracked in &mut self.tracked {
            let found = core::mem::take(&mut tracked.found);
            if !found && !tracked.is_committed_everywhere() {
                tracked.aborted.insert(COORDINATOR);
                tracked.first_abort.get_or_insert((node, *event));
            }
        }
        self.tracked.retain(|tracked| !tracked.is_aborted_everywhere() && !tracked.is_committed_everywhere());
    }
}

impl<P: Banks, E: Rename<P>> Rename<P> for Observer<E> {
    fn rename(&mut self, by: &Renaming<'_, P>) {
        Rename::<P>::rename(&mut self.tracked, by);
        Rename::<P>::rename(&mut self.asking, by);
        self.asking.sort_unstable();
        Rename::<P>::rename(&mut self.closed_requests, by);
        for (account, balance) in (0..).map(Account).zip(self.balances.clone()) {
            let mut renamed = account;
            Rename::<P>::rename(&mut renamed, by);
            self.balances[usize::from(renamed.0)] = balance;
        }
    }
}
