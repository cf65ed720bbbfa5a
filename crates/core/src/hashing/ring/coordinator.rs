//! The node that a client asked: it writes to and reads from the owners of the key (Dynamo, section 4.5).

use super::{
    Body, Event, Here, Item, Key, Membership, NodeSet, Outcome, Request, Response, RingRule, RingStore, Version, Via,
    placing,
};
use crate::kit::Preference;
use crate::{Cx, NodeId, RequestId, Setup};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A client's request under way, or the last one answered: a client asks one thing at a time.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Operation {
    pub sequence: u32,
    pub key: Key,
    /// The answer, once given: a retry gets it again.
    pub outcome: Option<Outcome>,
    pub work: Work,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// `disks`: the places of the preference list whose disks hold the item, one bit each.
    Put { item: Item, disks: u8 },
    /// What each node answered, and the newest of it.
    Get { answers: Vec<(NodeId, Option<Version>)>, newest: Option<Item> },
}

/// W, never above N.
fn write_quorum(setup: &Setup<RingStore>) -> u32 {
    u32::from(setup.config.write_quorum.min(setup.config.copies))
}

/// R, never above N.
fn read_quorum(setup: &Setup<RingStore>) -> u32 {
    u32::from(setup.config.read_quorum.min(setup.config.copies))
}

impl RingStore {
    pub(super) fn respond(&self, id: RequestId, outcome: Outcome, cx: &mut Cx<'_, Self>) {
        cx.reply(id, Response { view: self.view, outcome });
    }

    /// A client's put or get.
    pub(super) fn on_request(&mut self, here: Here<'_>, id: RequestId, request: Request, cx: &mut Cx<'_, Self>) {
        let (key, value) = match request {
            Request::Put { key, value } => (key, Some(value)),
            Request::Get { key } => (key, None),
            Request::Join { node } => return self.on_change_request(here, id, node, true, cx),
            Request::Leave { node } => return self.on_change_request(here, id, node, false, cx),
        };
        if let Some(known) = self.operations.get(&id.client) {
            match (known.sequence.cmp(&id.sequence), known.outcome) {
                (core::cmp::Ordering::Greater, _) => return,
                (core::cmp::Ordering::Equal, Some(outcome)) => return self.respond(id, outcome, cx),
                (core::cmp::Ordering::Equal, None) => return self.ask_again(here, id, cx),
                (core::cmp::Ordering::Less, _) => {}
            }
        }
        if !self.owns(here, key) {
            cx.emit(Event::Redirected { client: id.client, key, epoch: self.view.epoch });
            return self.respond(id, Outcome::NotMine, cx);
        }
        let work = match value {
            Some(value) => Work::Put { item: Item { version: self.next_version(here, key), value }, disks: 0 },
            None => Work::Get { answers: Vec::new(), newest: None },
        };
        if let Work::Put { item, .. } = work {
            cx.emit(Event::WriteStarted { client: id.client, key, version: item.version });
        }
        let operation = Operation { sequence: id.sequence, key, outcome: None, work };
        self.operations.insert(id.client, operation);
        self.begin(here, id, cx);
    }

    fn next_version(&self, here: Here<'_>, key: Key) -> Version {
        let counter = self.items.get(&key).map_or(0, |item| item.version.counter).saturating_add(1);
        Version { counter, node: here.me }
    }

    /// Asks all owners, this node itself among them.
    fn begin(&mut self, here: Here<'_>, id: RequestId, cx: &mut Cx<'_, Self>) {
        self.ask_again(here, id, cx);
        let Some(operation) = self.operations.get(&id.client) else { return };
        let key = operation.key;
        match operation.work {
            Work::Put { item, .. } => {
                let taken = self.take(here, key, item, cx);
                let late = Self::fence(here, cx);
                if taken == super::store::Taken::Stored {
                    cx.emit(self.copy_stored(key, item.version, Via::Write));
                }
                self.on_stored(here, here.me, id, key, item.version, cx);
                if late {
                    cx.sync(&[super::DATA]);
                }
            }
            Work::Get { .. } => {
                let held = self.items.get(&key).copied();
                self.on_found(here, here.me, id, key, held, cx);
            }
        }
    }

    /// Asks those owners that have not answered yet.
    fn ask_again(&mut self, here: Here<'_>, id: RequestId, cx: &mut Cx<'_, Self>) {
        let Some(operation) = self.operations.get(&id.client) else { return };
        let key = operation.key;
        let list = placing::preference(here.setup, &self.placement, key);
        let everyone = placing::at_places(&list, u8::MAX);
        let (asked, body) = match &operation.work {
            Work::Put { item, disks } => {
                (everyone.minus(placing::at_places(&list, *disks)), Body::Write { op: id, key, item: *item })
            }
            Work::Get { answers, .. } => {
                let former =
                    self.former_list(here.setup, key).map_or(NodeSet::EMPTY, |list| placing::at_places(&list, u8::MAX));
                let answered = answers.iter().map(|(node, _)| *node).collect();
                (everyone.union(former).minus(answered), Body::Read { op: id, key })
            }
        };
        for node in asked.without(here.me).iter() {
            self.send(node, body.clone(), cx);
        }
    }

    /// Who kept the key before, while keys are still on their way.
    fn former_list(&self, setup: &Setup<Self>, key: Key) -> Option<Preference> {
        self.former.as_ref().map(|placement| placing::preference(setup, placement, key))
    }

    /// An operation of this very request that has no answer yet.
    fn open(&mut self, id: RequestId, key: Key) -> Option<&mut Operation> {
        self.operations
            .get_mut(&id.client)
            .filter(|operation| operation.sequence == id.sequence && operation.key == key)
    }

    /// A node has the version on its disk.
    pub(super) fn on_stored(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        id: RequestId,
        key: Key,
        version: Version,
        cx: &mut Cx<'_, Self>,
    ) {
        let list = placing::preference(here.setup, &self.placement, key);
        let Some(operation) = self.open(id, key) else { return };
        let Work::Put { item, disks } = &mut operation.work else { return };
        if item.version != version {
            return;
        }
        *disks |= placing::places(&list, from);
        let (disks, answered) = (*disks, operation.outcome.is_some());
        // Fewer disks than W, and the loss of as many as the client was promised to survive takes the write with it.
        let enough = if here.setup.on(RingRule::AckAfterW) { write_quorum(here.setup) } else { 1 };
        if !answered && disks.count_ones() >= enough {
            let outcome = Outcome::Stored { version };
            operation.outcome = Some(outcome);
            let copies = placing::at_places(&list, disks);
            cx.emit(Event::Acknowledged { client: id.client, key, version, copies });
            self.respond(id, outcome, cx);
        }
    }

    /// A node holds a newer version than the one being written: write above it, so that the last write wins.
    pub(super) fn on_newer(&mut self, here: Here<'_>, id: RequestId, key: Key, theirs: Version, cx: &mut Cx<'_, Self>) {
        let next = self.next_version(here, key).counter.max(theirs.counter.saturating_add(1));
        let Some(operation) = self.open(id, key) else { return };
        if operation.outcome.is_some() {
            return;
        }
        let Work::Put { item, disks } = &mut operation.work else { return };
        if theirs > item.version {
            item.version = Version { counter: next, node: here.me };
            *disks = 0;
            self.begin(here, id, cx);
        }
    }

    /// A node tells what it holds of the key.
    pub(super) fn on_found(
        &mut self,
        here: Here<'_>,
        from: NodeId,
        id: RequestId,
        key: Key,
        found: Option<Item>,
        cx: &mut Cx<'_, Self>,
    ) {
        let list = placing::preference(here.setup, &self.placement, key);
        let former = self.former_list(here.setup, key);
        let Some(operation) = self.open(id, key) else { return };
        let Work::Get { answers, newest } = &mut operation.work else { return };
        if answers.iter().any(|(node, _)| *node == from) {
            return;
        }
        answers.push((from, found.map(|item| item.version)));
        if found.map(|item| item.version) > newest.map(|item| item.version) {
            *newest = found;
        }
        let newest = *newest;
        if operation.outcome.is_none() {
            let quorum = read_quorum(here.setup);
            let answered = |list: &Preference| {
                answers.iter().fold(0, |bits, (node, _)| bits | placing::places(list, *node)).count_ones() >= quorum
            };
            if !(answered(&list) && former.as_ref().is_none_or(answered)) {
                return;
            }
            let outcome = newest.map_or(Outcome::Absent, |item| Outcome::Found { item });
            operation.outcome = Some(outcome);
            let (answers, version) = (answers.iter().map(|(node, _)| *node).collect(), newest.map(|item| item.version));
            cx.emit(Event::ReadReturned { client: id.client, key, version, answers });
            self.respond(id, outcome, cx);
        }
        self.repair(here, id, key, cx);
    }

    /// Read repair (Dynamo, section 5): owners that answered with an old version or none get the newest one.
    fn repair(&mut self, here: Here<'_>, id: RequestId, key: Key, cx: &mut Cx<'_, Self>) {
        let list = placing::preference(here.setup, &self.placement, key);
        let Some(operation) = self.open(id, key) else { return };
        let Work::Get { answers, newest: Some(newest) } = &mut operation.work else { return };
        let newest = *newest;
        let mut behind = NodeSet::EMPTY;
        for (node, version) in answers {
            if *version < Some(newest.version) && list.contains(u32::from(node.0)) {
                *version = Some(newest.version);
                behind.insert(*node);
            }
        }
        for node in behind.iter() {
            cx.emit(Event::ReadRepaired { key, version: newest.version, node });
            if node == here.me {
                self.take(here, key, newest, cx);
                cx.sync(&[super::DATA]);
                cx.emit(self.copy_stored(key, newest.version, Via::Transfer));
            } else {
                self.send(node, Body::Write { op: id, key, item: newest }, cx);
            }
        }
    }

    /// In a new epoch other nodes own the keys: what is under way begins anew with them, or with another coordinator.
    pub(super) fn restart_operations(&mut self, here: Here<'_>, cx: &mut Cx<'_, Self>) {
        let open: Vec<RequestId> = self
            .operations
            .iter()
            .filter(|(_, operation)| operation.outcome.is_none())
            .map(|(client, operation)| RequestId { client: *client, sequence: operation.sequence })
            .collect();
        for id in open {
            let Some(operation) = self.operations.get(&id.client) else { continue };
            let key = operation.key;
            if !self.owns(here, key) {
                self.operations.remove(&id.client);
                cx.emit(Event::Redirected { client: id.client, key, epoch: self.view.epoch });
                self.respond(id, Outcome::NotMine, cx);
                continue;
            }
            let next = self.next_version(here, key);
            let held = self.items.get(&key).map(|item| item.version);
            let Some(operation) = self.operations.get_mut(&id.client) else { continue };
            match &mut operation.work {
                Work::Put { item, disks } => {
                    if held > Some(item.version) {
                        item.version = next;
                    }
                    *disks = 0;
                }
                Work::Get { answers, newest } => {
                    answers.clear();
                    *newest = None;
                }
            }
            self.begin(here, id, cx);
        }
    }
}

/// The owners of a key as a client works them out, without a ring at hand.
pub(super) fn owners_for_client(setup: &Setup<RingStore>, view: &Membership, key: Key) -> Preference {
    placing::recipe(setup, NodeId(0), view.members).preference(u64::from(key.0), setup.config.copies())
}
