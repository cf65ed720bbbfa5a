//! The administrator: the one node that issues epochs, and the failure detector that tells it when to.
//!
//! It is `n1`. Its log of epochs is durable on its disk, and an epoch counts as made once a majority of all nodes has it
//! on disk too; only then may the next one follow. While it is down, nothing changes, and everything else goes on. If it
//! loses its disk, it asks so many others for the newest epoch that one of them must know it, and begins a new reign.

use super::{
    ADMINISTRATOR, Body, Change, Event, Here, MEMBERSHIP, Membership, NodeSet, Outcome, Record, RingStore, Timer,
};
use crate::kit::majority;
use crate::{Cx, NodeId, RequestId, Setup};
use serde::{Deserialize, Serialize};

/// What the administrator alone knows.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Administrator {
    /// Whether its log can be trusted to hold the newest epoch.
    pub standing: Standing,
    /// The reign of the next epoch it issues.
    pub reign: u32,
    /// The nodes that have the present epoch on disk.
    pub durable: NodeSet,
    /// The nodes that have handed off what the present epoch wants of them.
    pub settled: NodeSet,
    /// The nodes that were silent for the detection timeout and have not been heard since.
    pub silent: NodeSet,
    /// The operator's request that brought about the present epoch, until that is made.
    pub asked: Option<RequestId>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The log is whole.
    Ready,
    /// The log is empty: this is the first start, or the disk was lost. Both look alike.
    Unsure,
    /// It asks the others, and then makes this change.
    Recalling { nonce: u64, heard: NodeSet, change: Change },
}

impl Administrator {
    pub(super) fn new(me: NodeId, standing: Standing, reign: u32) -> Self {
        Self {
            standing,
            reign,
            durable: NodeSet::EMPTY.with(me),
            settled: NodeSet::EMPTY,
            silent: NodeSet::EMPTY,
            asked: None,
        }
    }
}

/// How many other nodes must tell their epoch before an administrator without a log knows the newest. An epoch that
/// another followed is on the disks of a majority, the administrator's own and W - 2 more of which may be lost.
fn recall_quorum(setup: &Setup<RingStore>) -> usize {
    let others = usize::from(setup.nodes).saturating_sub(1);
    let lost = usize::from(setup.config.write_quorum).saturating_sub(2);
    let holders = majority(usize::from(setup.nodes)).saturating_sub(1 + lost).max(1);
    (others + 1).saturating_sub(holders).min(others)
}

/// The membership after a change, or whether it can never or need not be made.
fn changed(setup: &Setup<RingStore>, view: &Membership, change: Change) -> Result<Membership, Outcome> {
    let mut next = *view;
    match change {
        Change::Join(node) | Change::Rejoin(node) => {
            if node.0 >= setup.nodes.min(NodeSet::ROOM) {
                return Err(Outcome::Refused);
            }
            next.members.insert(node);
            next.evicted.remove(node);
        }
        Change::Leave(node) => {
            next.members.remove(node);
            next.evicted.remove(node);
        }
        Change::Evict(node) => {
            if next.members.contains(node) {
                next.members.remove(node);
                next.evicted.insert(node);
            }
        }
    }
    if (next.members, next.evicted) == (view.members, view.evicted) {
        return Err(Outcome::Changed);
    }
    // With fewer members than N there is no room for N copies; and without the administrator nothing could change again.
    let shrinks = next.members.len() < view.members.len();
    if shrinks && (next.members.len() < setup.config.copies() || !next.members.contains(ADMINISTRATOR)) {
        return Err(Outcome::Refused);
    }
    if view.is_settled() {
        next.former = view.members;
    }
    next.epoch = view.epoch.saturating_add(1);
    Ok(next)
}

impl RingStore {
    /// The operator asks for a change of members.
    pub(super) fn on_change_request(
        &mut self,
        here: Here<'_>,
        id: RequestId,
        node: NodeId,
        join: bool,
        cx: &mut Cx<'_, Self>,
    ) {
        let change = if join { Change::Join(node) } else { Change::Leave(node) };
        let outcome = match self.try_change(here, change, cx) {
            Ok(()) => {
                if let Some(administrator) = &mut self.administrator {
                    administrator.asked = Some(id);
                }
                self.answer_operator(here, cx);
                return;
            }
            Err(Outcome::Changed) if !self.is_made(here) => Outcome::Busy,
            Err(outcome) => outcome,
        };
        self.respond(id, outcome, cx);
    }

    /// Whether a majority of all nodes has the present epoch on disk. All know the first one from their configuration.
    fn is_made(&self, here: Here<'_>) -> bool {
        let majority = majority(usize::from(here.setup.nodes));
        self.administrator.as_ref().is_some_and(|administrator| administrator.durable.len() >= majority)
    }

    /// An administrator without its log learnt of an epoch it had issued: who has it is not known yet.
    pub(super) fn forget_confirmations(&mut self, me: NodeId) {
        if let Some(administrator) = &mut self.administrator {
            administrator.durable = NodeSet::EMPTY.with(me);
            administrator.settled = NodeSet::EMPTY;
        }
    }

    /// Tells the operator once the change cannot be undone by the loss of a disk.
    fn answer_operator(&mut self, here: Here<'_>, cx: &mut Cx<'_, Self>) {
        if self.is_made(here)
            && let Some(id) = self.administrator.as_mut().and_then(|administrator| administrator.asked.take())
        {
            self.respond(id, Outcome::Changed, cx);
        }
    }

    /// Makes a change, or says why not now.
    fn try_change(&mut self, here: Here<'_>, change: Change, cx: &mut Cx<'_, Self>) -> Result<(), Outcome> {
        let next = changed(here.setup, &self.view, change)?;
        let made = self.is_made(here);
        let Some(administrator) = &mut self.administrator else { return Err(Outcome::Refused) };
        match administrator.standing {
            Standing::Ready if made => {
                self.issue(here, next, change, cx);
                Ok(())
            }
            Standing::Unsure => {
                let nonce = cx.clock().0;
                administrator.standing = Standing::Recalling { nonce, heard: NodeSet::EMPTY, change };
                cx.emit(Event::RecallStarted);
                self.ask_for_epochs(here, cx);
                Err(Outcome::Busy)
            }
            Standing::Ready | Standing::Recalling { .. } => Err(Outcome::Busy),
        }
    }

    fn issue(&mut self, here: Here<'_>, mut next: Membership, change: Change, cx: &mut Cx<'_, Self>) {
        let Some(before) = &self.administrator else { return };
        next.reign = before.reign;
        let fresh = Administrator::new(here.me, Standing::Ready, before.reign);
        self.administrator = Some(Administrator { silent: before.silent, ..fresh });
        if let Change::Join(node) | Change::Rejoin(node) = change {
            self.arm(here, Timer::Silence(node), cx);
        }
        self.write_membership(next, cx);
        cx.emit(Event::EpochIssued { view: next, change });
        self.enter(here, next, cx);
        self.publish(here, cx);
    }

    fn publish(&mut self, here: Here<'_>, cx: &mut Cx<'_, Self>) {
        for node in NodeId::all(here.setup.nodes).filter(|node| *node != here.me) {
            self.send(node, Body::Publish, cx);
        }
    }

    /// Puts a membership on disk, before anything that follows from it leaves this node.
    pub(super) fn write_membership(&mut self, view: Membership, cx: &mut Cx<'_, Self>) {
        cx.append(MEMBERSHIP, Record::Membership(view));
        cx.trim(MEMBERSHIP, self.membership_end);
        self.membership_end += 1;
        cx.sync(&[MEMBERSHIP]);
    }

    pub(super) fn on_heartbeat(
        &mut self,
        here: Here<'_>,
        from: (NodeId, &Membership),
        settled: bool,
        cx: &mut Cx<'_, Self>,
    ) {
        let (from, view) = from;
        if self.administrator.is_none() {
            return;
        }
        if self.view.involved().contains(from) {
            self.arm(here, Timer::Silence(from), cx);
        }
        if self.view.supersedes(view) {
            self.send(from, Body::Publish, cx);
        }
        let same = view.number() == self.view.number();
        if let Some(administrator) = &mut self.administrator {
            administrator.silent.remove(from);
            if same {
                administrator.durable.insert(from);
            }
            if same && settled {
                administrator.settled.insert(from);
            }
        }
        self.answer_operator(here, cx);
        if self.view.evicted.contains(from) {
            // Why it could not be now, if so, is of no use to anybody: the next heartbeat tries again.
            let _ = self.try_change(here, Change::Rejoin(from), cx);
        }
        self.settle(here, cx);
    }

    /// All keys have arrived once everyone involved who is not silent has said so.
    pub(super) fn settle(&mut self, here: Here<'_>, cx: &mut Cx<'_, Self>) {
        let Some(administrator) = &self.administrator else { return };
        let awaited = self.view.involved().minus(administrator.silent).without(here.me);
        let members_heard = administrator.silent.iter().all(|node| !self.view.members.contains(node));
        if self.view.is_settled()
            || administrator.standing != Standing::Ready
            || !self.handed_off
            || !members_heard
            || !administrator.settled.covers(awaited)
        {
            return;
        }
        self.view.former = NodeSet::EMPTY;
        self.former = None;
        let view = self.view;
        self.write_membership(view, cx);
        cx.emit(Event::EpochSettled { view });
        self.publish(here, cx);
    }

    /// Nothing was heard of a node for the detection timeout.
    pub(super) fn on_silence(&mut self, here: Here<'_>, node: NodeId, cx: &mut Cx<'_, Self>) {
        let Some(administrator) = &mut self.administrator else { return };
        let news = !administrator.silent.contains(node);
        administrator.silent.insert(node);
        if self.view.members.contains(node) {
            if news {
                cx.emit(Event::Suspected { node });
            }
            if self.try_change(here, Change::Evict(node), cx).is_err() {
                self.arm(here, Timer::Silence(node), cx);
            }
        } else {
            self.settle(here, cx);
        }
    }

    /// Asks all other nodes which epoch they know.
    fn ask_for_epochs(&mut self, here: Here<'_>, cx: &mut Cx<'_, Self>) {
        let Some(Administrator { standing: Standing::Recalling { nonce, heard, .. }, .. }) = &self.administrator else {
            return;
        };
        let (nonce, heard) = (*nonce, *heard);
        for node in NodeId::all(here.setup.nodes).filter(|node| *node != here.me && !heard.contains(*node)) {
            self.send(node, Body::Recall { nonce }, cx);
        }
        self.arm(here, Timer::Recall, cx);
    }

    pub(super) fn on_recall_timer(&mut self, here: Here<'_>, cx: &mut Cx<'_, Self>) {
        self.ask_for_epochs(here, cx);
    }

    pub(super) fn on_recalled(
        &mut self,
        here: Here<'_>,
        from: (NodeId, &Membership),
        answered: u64,
        cx: &mut Cx<'_, Self>,
    ) {
        let (from, view) = from;
        let same = view.number() == self.view.number();
        let quorum = recall_quorum(here.setup);
        let view_before = self.view;
        let Some(administrator) = &mut self.administrator else { return };
        let Standing::Recalling { nonce, heard, change } = &mut administrator.standing else { return };
        if *nonce != answered {
            return;
        }
        heard.insert(from);
        if same {
            administrator.durable.insert(from);
        }
        if heard.len() >= quorum {
            let change = *change;
            administrator.standing = Standing::Ready;
            cx.cancel_timer(Timer::Recall);
            administrator.reign = view_before.reign.saturating_add(1);
            // If it cannot be made, whoever wants it asks again.
            let _ = self.try_change(here, change, cx);
        }
    }
}
