//! The node that a client asked: it writes to and reads from the owners of the key (Dynamo, section 4.5).
//!
//! A write has two phases, as in Lynch and Shvartsman 1997: it asks so many owners for the newest version that they meet every
//! write quorum, then stores its value one above it on W disks. An owner that has a newer version confirms as well: whoever
//! wrote that one was not done when this write began, or the first phase had met it. A write keeps its number, come what may:
//! numbered anew, it would climb above later ones. While keys are on their way, each phase needs its quorum among the present
//! owners and among the former ones (RAMBO, Lynch and Shvartsman 2002).

use super::{
    Body, Event, Item, Key, Membership, NodeSet, Outcome, Request, Response, RingStore, Rule, Version, Via, Writer,
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
    /// A read, or the first phase of a write of this value: what each node answered, and the newest of it.
    Ask { value: Option<u32>, answers: Vec<(NodeId, Option<Version>)>, newest: Option<Item> },
    /// The second phase of a write: the nodes whose disks hold the item or a newer one.
    Store { item: Item, disks: NodeSet },
}

/// Whose word counts for a key.
struct Owners {
    present: Preference,
    /// While keys are still on their way from them.
    former: Option<Preference>,
}

impl Owners {
    fn all(&self) -> NodeSet {
        let former = self.former.as_ref().map_or(NodeSet::EMPTY, |list| placing::at_places(list, u8::MAX));
        placing::at_places(&self.present, u8::MAX).union(former)
    }

    /// Whether these nodes are enough of the present owners and of the former ones.
    fn suffice(&self, nodes: NodeSet, quorum: impl Fn(usize) -> usize) -> bool {
        [Some(&self.present), self.former.as_ref()].into_iter().flatten().all(|list| {
            let places = nodes.iter().fold(0, |places, node| places | placing::places(list, node));
            places.count_ones() as usize >= quorum(list.as_slice().len())
        })
    }
}

impl RingStore {
    pub(super) fn respond(&self, id: RequestId, outcome: Outcome, cx: &mut Cx<'_, Self>) {
        cx.reply(id, Response { view: self.view, outcome });
    }

    /// A client's put or get.
    pub(super) fn on_request(&mut self, id: RequestId, request: Request, cx: &mut Cx<'_, Self>) {
        let (key, value) = match request {
            Request::Put { key, value } => (key, Some(value)),
            Request::Get { key } => (key, None),
            Request::Join { node } => return self.on_change_request(id, node, true, cx),
            Request::Leave { node } => return self.on_change_request(id, node, false, cx),
        };
        if let Some(known) = self.operations.get(&id.client) {
            match (known.sequence.cmp(&id.sequence), known.outcome) {
                (core::cmp::Ordering::Greater, _) => return,
                (core::cmp::Ordering::Equal, Some(outcome)) => return self.respond(id, outcome, cx),
                (core::cmp::Ordering::Equal, None) => return self.ask(id, cx),
                (core::cmp::Ordering::Less, _) => {}
            }
        }
        let client = id.client;
        if self.recall.is_some() {
            return self.respond(id, Outcome::Busy, cx);
        }
        if !self.owns(cx, key) {
            cx.emit(Event::Redirected { client, key, epoch: self.view.epoch });
            return self.respond(id, Outcome::NotMine, cx);
        }
        let config = cx.config();
        let quorum = if value.is_some() { config.write_quorum } else { config.read_quorum }.min(config.copies);
        let owners = placing::preference(cx.setup(), &self.placement, key).as_slice().len() as u8;
        if quorum > owners {
            // Nobody could ever answer it, so the client is told at once.
            cx.emit(Event::TooFewOwners { client, key, owners, quorum });
            return self.respond(id, Outcome::TooFew { owners, quorum }, cx);
        }
        let work = Work::Ask { value, answers: Vec::new(), newest: None };
        self.operations.insert(client, Operation { sequence: id.sequence, key, outcome: None, work });
        self.begin(id, cx);
    }

    fn owners(&self, cx: &Cx<'_, Self>, key: Key, reads: bool) -> Owners {
        let asks_former = reads || cx.on(Rule::JointQuorums);
        Owners {
            present: placing::preference(cx.setup(), &self.placement, key),
            former: self.former.as_ref().filter(|_| asks_former).map(|of| placing::preference(cx.setup(), of, key)),
        }
    }

    /// A phase begins: this node does its own part and asks the other owners.
    fn begin(&mut self, id: RequestId, cx: &mut Cx<'_, Self>) {
        let Some(operation) = self.operations.get(&id.client) else { return };
        let key = operation.key;
        let mine = self.serves(cx, key);
        match operation.work {
            Work::Ask { value, .. } => {
                // A read asks all owners, whether it needs them or not, and repairs the copies that are behind.
                if value.is_none() {
                    self.ask(id, cx);
                }
                if mine {
                    let held = self.items.get(&key).copied();
                    self.on_found(cx.me(), id, key, held, cx);
                } else {
                    self.advance(id, cx);
                }
                let asks = |operation: &Operation| matches!(operation.work, Work::Ask { .. });
                if value.is_some() && self.operations.get(&id.client).is_some_and(asks) {
                    self.ask(id, cx);
                }
            }
            Work::Store { item, .. } => {
                self.ask(id, cx);
                if mine {
                    let taken = self.take(key, item, cx);
                    let late = Self::fence(cx);
                    if taken == super::store::Taken::Stored {
                        cx.emit(Self::copy_stored(&self.view, key, item, Via::Write));
                    }
                    self.on_stored(cx.me(), id, key, item.version, cx);
                    if late {
                        cx.sync(&[super::DATA]);
                    }
                }
            }
        }
    }

    /// Asks those owners that have not answered yet.
    fn ask(&mut self, id: RequestId, cx: &mut Cx<'_, Self>) {
        let Some(operation) = self.operations.get(&id.client) else { return };
        let key = operation.key;
        let (reads, answered, body) = match &operation.work {
            Work::Ask { value, answers, .. } => {
                (value.is_none(), answers.iter().map(|(node, _)| *node).collect(), Body::Read { op: id, key })
            }
            Work::Store { item, disks } => (false, *disks, Body::Write { op: id, key, item: *item }),
        };
        for node in self.owners(cx, key, reads).all().minus(answered).without(cx.me()).iter() {
            self.send(node, body.clone(), cx);
        }
    }

    /// An operation of this very request.
    fn open(&mut self, id: RequestId, key: Key) -> Option<&mut Operation> {
        self.operations
            .get_mut(&id.client)
            .filter(|operation| operation.sequence == id.sequence && operation.key == key)
    }

    /// A node has the version, or a newer one, on its disk.
    pub(super) fn on_stored(&mut self, from: NodeId, id: RequestId, key: Key, version: Version, cx: &mut Cx<'_, Self>) {
        let Some(Operation { work: Work::Store { item, disks }, .. }) = self.open(id, key) else { return };
        if item.version == version {
            disks.insert(from);
            self.advance(id, cx);
        }
    }

    /// A node tells what it holds of the key.
    pub(super) fn on_found(
        &mut self,
        from: NodeId,
        id: RequestId,
        key: Key,
        found: Option<Item>,
        cx: &mut Cx<'_, Self>,
    ) {
        let Some(Operation { work: Work::Ask { answers, newest, .. }, .. }) = self.open(id, key) else { return };
        if answers.iter().any(|(node, _)| *node == from) {
            return;
        }
        answers.push((from, found.map(|item| item.version)));
        if found.map(|item| item.version) > newest.map(|item| item.version) {
            *newest = found;
        }
        self.advance(id, cx);
        self.repair(id, key, cx);
    }

    /// Looks whether an operation has what it waits for, and goes on with it.
    fn advance(&mut self, id: RequestId, cx: &mut Cx<'_, Self>) {
        let Some(operation) = self.operations.get(&id.client).filter(|operation| operation.outcome.is_none()) else {
            return;
        };
        let (key, client, config) = (operation.key, id.client, cx.config());
        match &operation.work {
            Work::Ask { value: None, answers, newest } => {
                let answers = answers.iter().map(|(node, _)| *node).collect();
                if self.owners(cx, key, true).suffice(answers, |owners| config.reads(owners)) {
                    let (outcome, version) = match newest {
                        Some(item) => (Outcome::Found { item: *item }, Some(item.version)),
                        None => (Outcome::Absent, None),
                    };
                    cx.emit(Event::ReadReturned { id, key, version, answers });
                    self.answer(id, outcome, cx);
                }
            }
            Work::Ask { value: Some(value), answers, newest } => {
                // Its own copy alone may be behind, and the number then too low for the write to last.
                let quorum = |owners| if cx.on(Rule::AskVersions) { config.versions(owners) } else { 0 };
                let asked = answers.iter().map(|(node, _)| *node).collect();
                if self.owners(cx, key, false).suffice(asked, quorum) {
                    let version = next_version(cx, id, answers, newest.map(|item| item.version));
                    let work = Work::Store { item: Item { version, value: *value }, disks: NodeSet::EMPTY };
                    cx.emit(Event::WriteStarted { id, key, version });
                    if let Some(operation) = self.operations.get_mut(&client) {
                        operation.work = work;
                    }
                    self.begin(id, cx);
                }
            }
            Work::Store { item, disks } => {
                // Fewer disks than W, and the loss of as many as the client was promised to survive takes the write with it.
                let quorum = |owners| if cx.on(Rule::AckAfterW) { config.writes(owners) } else { 1 };
                if self.owners(cx, key, false).suffice(*disks, quorum) {
                    let version = item.version;
                    cx.emit(Event::Acknowledged { id, key, version, copies: *disks });
                    self.answer(id, Outcome::Stored { version }, cx);
                }
            }
        }
    }

    fn answer(&mut self, id: RequestId, outcome: Outcome, cx: &mut Cx<'_, Self>) {
        if let Some(operation) = self.operations.get_mut(&id.client) {
            operation.outcome = Some(outcome);
        }
        self.respond(id, outcome, cx);
    }

    /// Read repair (Dynamo, section 5): owners that answered with an old version or none get the newest one.
    fn repair(&mut self, id: RequestId, key: Key, cx: &mut Cx<'_, Self>) {
        let list = placing::preference(cx.setup(), &self.placement, key);
        let Some(operation) = self.open(id, key).filter(|operation| operation.outcome.is_some()) else { return };
        let Work::Ask { answers, newest: Some(newest), .. } = &mut operation.work else { return };
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
            if node == cx.me() {
                self.take(key, newest, cx);
                cx.sync(&[super::DATA]);
                cx.emit(Self::copy_stored(&self.view, key, newest, Via::Transfer));
            } else {
                self.send(node, Body::Write { op: id, key, item: newest }, cx);
            }
        }
    }

    fn under_way(&self) -> Vec<RequestId> {
        let open = self.operations.iter().filter(|(_, operation)| operation.outcome.is_none());
        open.map(|(client, Operation { sequence, .. })| RequestId { client: *client, sequence: *sequence }).collect()
    }

    /// Other nodes count than before, in a new epoch or once all keys have arrived: the phase under way begins anew with them. What was
    /// answered before says nothing now: an owner may have got its copy since. A number once given stays: while a first phase can
    /// succeed among the former owners, the new epoch has not settled, and nothing was acknowledged without them.
    pub(super) fn restart_operations(&mut self, cx: &mut Cx<'_, Self>) {
        for id in self.under_way() {
            match self.operations.get_mut(&id.client).map(|operation| &mut operation.work) {
                Some(Work::Ask { answers, newest, .. }) => {
                    answers.clear();
                    *newest = None;
                }
                Some(Work::Store { disks, .. }) => *disks = NodeSet::EMPTY,
                None => {}
            }
            self.begin(id, cx);
        }
    }
}

/// The version of a write: one above the newest that is known, or the one that an earlier try of this very request was given.
fn next_version(
    cx: &Cx<'_, RingStore>,
    id: RequestId,
    answers: &[(NodeId, Option<Version>)],
    newest: Option<Version>,
) -> Version {
    if cx.on(Rule::VersionByRequest) {
        let writer = Writer::Request(id);
        let earlier =
            answers.iter().filter_map(|(_, version)| *version).filter(|version| version.writer == writer).max();
        earlier.unwrap_or(Version { counter: counter_after(newest), writer })
    } else {
        Version { counter: counter_after(newest), writer: Writer::Node(cx.me()) }
    }
}

fn counter_after(version: Option<Version>) -> u32 {
    version.map_or(0, |version| version.counter).saturating_add(1)
}

/// The owners of a key as a client works them out, without a ring at hand.
pub(super) fn owners_for_client(setup: &Setup<RingStore>, view: &Membership, key: Key) -> Preference {
    placing::recipe(setup, NodeId(0), view.members).preference(u64::from(key.0), setup.config.copies())
}
