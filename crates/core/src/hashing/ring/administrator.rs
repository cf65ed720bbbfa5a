//! The administrator: the one node that issues epochs, and the failure detector that tells it when to.
//!
//! It is `n1`. Its log of epochs is durable on its disk, and an epoch counts as made once a majority of all nodes has it
//! on disk too; only then may the next one follow, or this one settle. While it is down, nothing changes, and everything else goes
//! on. If it loses its disk, it asks so many others for the newest epoch that one of them must know it, and begins a new reign.

use super::{ADMINISTRATOR, Body, Change, Event, MEMBERSHIP, Membership, NodeSet, Outcome, Record, RingStore, Timer};
use crate::kit::majority;
use crate::{Cx, NodeId, RequestId, Setup};
use serde::{Deserialize, Serialize};

/// What the administrator alone knows.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Administrator {
    /// Whether it knows the newest epoch: its log is whole, or it has asked the others after the log was lost.
    pub ready: bool,
    /// The nodes that have the present epoch on disk.
    pub durable: NodeSet,
    /// The nodes that have handed off what the present epoch wants of them.
    pub settled: NodeSet,
    /// The nodes that were silent for the detection timeout and have not been heard since.
    pub silent: NodeSet,
    /// The operator's request that brought about the present epoch, until that is made.
    pub asked: Option<RequestId>,
    /// A change that waits until the present epoch is made, and who asked for it.
    pub wanted: Option<(Change, Option<RequestId>)>,
}

impl Administrator {
    pub(super) fn new(me: NodeId, ready: bool) -> Self {
        Self {
            ready,
            durable: NodeSet::EMPTY.with(me),
            settled: NodeSet::EMPTY,
            silent: NodeSet::EMPTY,
            asked: None,
            wanted: None,
        }
    }
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
    pub(super) fn on_change_request(&mut self, id: RequestId, node: NodeId, join: bool, cx: &mut Cx<'_, Self>) {
        let change = if join { Change::Join(node) } else { Change::Leave(node) };
        match self.try_change(change, Some(id), cx) {
            // The answer follows once the change is made.
            Ok(()) => self.answer_operator(cx),
            Err(Outcome::Changed) if !self.is_made(cx) => self.respond(id, Outcome::Busy, cx),
            Err(outcome) => self.respond(id, outcome, cx),
        }
    }

    /// Whether a majority of all nodes has the present epoch on disk. All know the first one from their configuration.
    fn is_made(&self, cx: &Cx<'_, Self>) -> bool {
        let majority = majority(usize::from(cx.setup().nodes));
        let first = self.view == cx.setup().initial();
        self.administrator.as_ref().is_some_and(|administrator| first || administrator.durable.len() >= majority)
    }

    /// The epoch is another one now: who has it on disk and who has handed off is not known yet.
    pub(super) fn forget_confirmations(&mut self, me: NodeId) {
        self.forget_durable(me);
        if let Some(administrator) = &mut self.administrator {
            administrator.settled = NodeSet::EMPTY;
        }
    }

    fn forget_durable(&mut self, me: NodeId) {
        if let Some(administrator) = &mut self.administrator {
            administrator.durable = NodeSet::EMPTY.with(me);
        }
    }

    /// Tells the operator once the change cannot be undone by the loss of a disk.
    fn answer_operator(&mut self, cx: &mut Cx<'_, Self>) {
        if self.is_made(cx)
            && let Some(id) = self.administrator.as_mut().and_then(|administrator| administrator.asked.take())
        {
            self.respond(id, Outcome::Changed, cx);
        }
    }

    /// Makes a change, at once or as soon as the present epoch is made; or says why not.
    fn try_change(&mut self, change: Change, asked: Option<RequestId>, cx: &mut Cx<'_, Self>) -> Result<(), Outcome> {
        let next = changed(cx.setup(), &self.view, change)?;
        let made = self.is_made(cx);
        let Some(administrator) = &mut self.administrator else { return Err(Outcome::Refused) };
        if administrator.ready && made {
            self.issue(next, change, asked, cx);
            return Ok(());
        }
        match &mut administrator.wanted {
            Some((other, _)) if *other != change => return Err(Outcome::Busy),
            Some((_, waiting)) => *waiting = asked.or(*waiting),
            None => administrator.wanted = Some((change, asked)),
        }
        Ok(())
    }

    /// Makes the change that waited, if its time has come and it is still wanted.
    fn make_wanted(&mut self, cx: &mut Cx<'_, Self>) {
        if !self.is_made(cx) {
            return;
        }
        let Some(administrator) = &mut self.administrator else { return };
        if !administrator.ready {
            return;
        }
        let Some((change, asked)) = administrator.wanted.take() else { return };
        let heard_again = matches!(change, Change::Evict(node) if !administrator.silent.contains(node));
        if heard_again {
            return;
        }
        match (self.try_change(change, asked, cx), asked) {
            (Err(outcome), Some(id)) => self.respond(id, outcome, cx),
            (Err(_), None) | (Ok(()), _) => {}
        }
    }

    fn issue(&mut self, next: Membership, change: Change, asked: Option<RequestId>, cx: &mut Cx<'_, Self>) {
        self.forget_confirmations(cx.me());
        if let Some(administrator) = &mut self.administrator {
            administrator.asked = asked;
        }
        if let Change::Join(node) | Change::Rejoin(node) = change {
            self.arm(Timer::Silence(node), cx);
        }
        self.write_membership(next, cx);
        cx.emit(Event::EpochIssued { view: next, change });
        self.enter(next, cx);
        self.publish(cx);
    }

    fn publish(&mut self, cx: &mut Cx<'_, Self>) {
        for node in cx.others() {
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

    pub(super) fn on_heartbeat(&mut self, from: (NodeId, &Membership), settled: bool, cx: &mut Cx<'_, Self>) {
        let (from, view) = from;
        if self.administrator.is_none() {
            return;
        }
        if self.view.involved().contains(from) {
            self.arm(Timer::Silence(from), cx);
        }
        if self.view.supersedes(view) {
            self.send(from, Body::Publish, cx);
        }
        let same = (view.number(), view.stage()) == (self.view.number(), self.view.stage());
        if let Some(administrator) = &mut self.administrator {
            administrator.silent.remove(from);
            if same {
                administrator.durable.insert(from);
            }
            if same && settled {
                administrator.settled.insert(from);
            }
        }
        self.answer_operator(cx);
        self.make_wanted(cx);
        if self.view.evicted.contains(from) {
            // Why it could not be now, if so, is of no use to anybody: the next heartbeat tries again.
            let _ = self.try_change(Change::Rejoin(from), None, cx);
        }
        self.settle(cx);
    }

    /// The detector waits for these nodes' heartbeats.
    pub(super) fn watch(&self, nodes: NodeSet, cx: &mut Cx<'_, Self>) {
        for node in nodes.without(cx.me()).iter() {
            self.arm(Timer::Silence(node), cx);
        }
    }

    /// All keys have arrived once all involved have said so. Of those that are silent, members are waited for, and former members unless
    /// every quorum of the former owners has one of the others in it. The epoch settles once a majority has that on disk: an administrator that lost its own would hear of it.
    pub(super) fn settle(&mut self, cx: &mut Cx<'_, Self>) {
        let Some(administrator) = &self.administrator else { return };
        let awaited = self.view.involved().minus(administrator.settled).without(cx.me());
        let former = self.view.former.len().min(cx.config().copies());
        let arrived = self.handed_off
            && administrator.silent.covers(awaited)
            && awaited.minus(self.view.members) == awaited
            && awaited.len() <= cx.config().spared(former);
        if self.view.is_settled() || !administrator.ready || !self.is_made(cx) || !arrived {
            return;
        }
        self.view.former = if self.view.stage() == 0 { self.view.members } else { NodeSet::EMPTY };
        self.forget_durable(cx.me());
        self.write_membership(self.view, cx);
        self.enter_stage(cx);
        if self.view.is_settled() {
            cx.emit(Event::EpochSettled { view: self.view });
        }
        self.publish(cx);
    }

    /// Nothing was heard of a node for the detection timeout.
    pub(super) fn on_silence(&mut self, node: NodeId, cx: &mut Cx<'_, Self>) {
        let Some(administrator) = &mut self.administrator else { return };
        let news = !administrator.silent.contains(node);
        administrator.silent.insert(node);
        if self.view.members.contains(node) {
            if news {
                cx.emit(Event::Suspected { node });
            }
            // If it cannot be now, or never, the timer is there to try again.
            let _ = self.try_change(Change::Evict(node), None, cx);
            if self.view.members.contains(node) {
                self.arm(Timer::Silence(node), cx);
            }
        } else {
            self.settle(cx);
        }
    }

    /// An administrator that lost its log has heard of the newest epoch. It states it anew for a new reign, and issues no other before a
    /// majority knows of that reign: or else one more lost log could lead to the same number twice.
    pub(super) fn begin_reign(&mut self, cx: &mut Cx<'_, Self>) {
        let Some(administrator) = self.administrator.as_mut().filter(|administrator| !administrator.ready) else {
            return;
        };
        administrator.ready = true;
        self.view.reign = self.view.reign.saturating_add(1);
        self.forget_confirmations(cx.me());
        self.write_membership(self.view, cx);
        self.publish(cx);
    }
}
