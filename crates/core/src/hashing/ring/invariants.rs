//! What the store promises, as observers outside it judge: from events that left their nodes, and from synced disks.
//!
//! The ring's judges go by what clients were told, never by versions alone, since versions are what may be wrong. A
//! write must get a greater version than all that were acknowledged before it was asked, else an older one outlives it;
//! all copies of a version must be equal; with R + W > N a read misses nothing acknowledged before it was asked. With
//! these, "W disks hold the newest acknowledged version or a newer one" means that nothing is lost.
//! `tests/ring_histories.rs` holds this to the judge of histories: what is not linearizable must show an anomaly that
//! the module's head names, or an invariant breaks. `Disk::is_replaced` is the one fact about a disk that a process
//! could not find out by itself: a lost disk and a first start look alike.

use super::figures::{balance, keys_moved, load};
use super::store::synced_item;
use super::{Event, Key, Membership, NodeSet, RingStore, Version, placing};
use crate::kit::{Moved, Placement, Shared, stable_hash};
use crate::{
    ClientId, ClusterView, Invariant, NodeId, Occasion, QuietView, RequestId, Seen, Setup, Span, View, Violation,
};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// How many epochs back the observers compare.
const EPOCHS_KEPT: usize = 16;
/// The keys whose owners are compared between epochs: 0 to 255.
const PROBES: core::ops::Range<u64> = 0..256;
/// Writes younger than this many acknowledgements to each client may still be on their way to their last copies.
const YOUNG: u32 = 64;

/// What the observers remember.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Ghost {
    /// The epochs seen last, by number.
    pub epochs: BTreeMap<(u32, u32), EpochSeen>,
    /// The newest of them, and who owns what in it.
    pub newest: Option<Newest>,
    /// What each node goes by, as it told last.
    pub views: BTreeMap<NodeId, Membership>,
    pub acked: BTreeMap<Key, Acked>,
    /// How many writes were acknowledged.
    pub acknowledgements: u32,
    /// Each client's newest request about a key.
    pub asked: BTreeMap<ClientId, Asked>,
    /// The nodes that lost their disks and do not know yet what these held.
    pub recalling: NodeSet,
}

/// What had been acknowledged of a key when a request for it was asked.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Asked {
    sequence: u32,
    before: Option<Acked>,
}

/// An epoch as the first node to enter it told it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct EpochSeen {
    pub by: NodeId,
    pub view: Membership,
    pub digest: u64,
    /// What stands for the rules that decide who owns what, when it was told: a person may switch them.
    scheme: u64,
    /// What the change did to the owners of the keys 0 to 255.
    pub moved: Moved,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Newest {
    pub view: Membership,
    pub placement: Shared<Placement>,
}

/// The newest acknowledged write of a key.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Acked {
    pub version: Version,
    pub by: NodeId,
    /// The event that told it, for a report.
    event: Event,
    /// How many acknowledgements there had been when the key was first written, and when it was last.
    first: u32,
    last: u32,
}

impl Ghost {
    pub(super) fn note(&mut self, setup: &Setup<RingStore>, seen: &Seen<'_, RingStore>) {
        let (node, event) = match seen {
            Seen::Event { node, event } => (node, event),
            Seen::Invoked { id, request } => {
                if let Some(key) = request.key() {
                    let before = self.acked.get(&key).cloned();
                    self.asked.insert(id.client, Asked { sequence: id.sequence, before });
                }
                return;
            }
            Seen::Returned { .. } | Seen::Started { .. } | Seen::Crashed { .. } | Seen::DiskLost { .. } => return,
        };
        match event {
            Event::Started { view, digest, .. } => {
                self.recalling.remove(*node);
                self.note_epoch(setup, *node, view, *digest);
            }
            Event::EpochEntered { view, digest, .. } => self.note_epoch(setup, *node, view, *digest),
            Event::EpochSettled { view } => drop(self.views.insert(*node, *view)),
            Event::RecallStarted => self.recalling.insert(*node),
            Event::RecallFinished { .. } => self.recalling.remove(*node),
            Event::Acknowledged { key, version, .. } => {
                self.acknowledgements = self.acknowledgements.saturating_add(1);
                let now = self.acknowledgements;
                let acked = Acked { version: *version, by: *node, event: **event, first: now, last: now };
                let known = self.acked.entry(*key).or_insert_with(|| acked.clone());
                if known.version < *version {
                    *known = Acked { first: known.first, ..acked };
                }
            }
            Event::Suspected { .. }
            | Event::EpochIssued { .. }
            | Event::TooFewOwners { .. }
            | Event::WriteStarted { .. }
            | Event::CopyStored { .. }
            | Event::Dropped { .. }
            | Event::OldEpochRefused { .. }
            | Event::ReadReturned { .. }
            | Event::ReadRepaired { .. }
            | Event::Redirected { .. }
            | Event::TransferStarted { .. }
            | Event::TransferFinished { .. }
            | Event::HandedOff { .. } => {}
        }
    }

    fn note_epoch(&mut self, setup: &Setup<RingStore>, node: NodeId, view: &Membership, digest: u64) {
        self.views.insert(node, *view);
        let scheme = stable_hash(&placing::scheme(setup, NodeId(0)));
        if self.epochs.get(&view.number()).is_some_and(|known| known.scheme == scheme) {
            return;
        }
        let placement = Shared::new(placing::placement(setup, node, view.members));
        let moved = match &self.newest {
            // Keys that move because a person switched a rule are not the doing of a change of members.
            Some(before) if before.placement.recipe().scheme == placement.recipe().scheme => {
                placement.moved_since(&before.placement, PROBES)
            }
            Some(_) | None => Moved::default(),
        };
        let seen = EpochSeen { by: node, view: *view, digest, scheme, moved };
        self.epochs.insert(view.number(), seen);
        if self.epochs.len() > EPOCHS_KEPT {
            self.epochs.pop_first();
        }
        if self.newest.as_ref().is_none_or(|newest| newest.view.number() <= view.number()) {
            self.newest = Some(Newest { view: *view, placement });
        }
    }
}

type Verdict = Result<(), Violation<RingStore>>;

/// The nodes whose synced disks hold a key at some version or above. Every disk is looked at, not only those of nodes that told
/// of a copy: a crash may keep the copy and swallow the event that tells it.
fn holders(view: &ClusterView<'_, RingStore>, key: Key, version: Option<Version>) -> impl Iterator<Item = NodeId> {
    let disks = NodeId::all(view.setup.nodes).map(move |node| (node, view.disk(node)));
    let holds = move |disk| synced_item(disk, key).is_some_and(|item| Some(item.version) >= version);
    disks.filter(move |(_, disk)| holds(*disk)).map(|(node, _)| node)
}

/// Whether enough disks hold an acknowledged write that the loss of the rest of W - 1 leaves one.
fn survives(view: &ClusterView<'_, RingStore>, key: Key, acked: &Acked) -> bool {
    let quorum = u32::from(view.setup.config.write_quorum.min(view.setup.config.copies));
    let needed = quorum.saturating_sub(view.faults.disks_lost).max(1) as usize;
    holders(view, key, Some(acked.version)).take(needed).count() == needed
}

/// Durability: an acknowledged write, or a newer version of its key, survives the loss of up to W - 1 disks. So it must be
/// on W disks, less those lost already.
fn durability(view: &ClusterView<'_, RingStore>, occasion: &Occasion<'_, RingStore>) -> Verdict {
    let (node, event, key) = match occasion {
        Occasion::Seen(Seen::Event { node, event }) => match event {
            Event::Acknowledged { key, .. } | Event::Dropped { key, .. } => (*node, **event, *key),
            // An older version stored over a newer one.
            Event::CopyStored { key, item, .. }
                if view.ghost.acked.get(key).is_some_and(|acked| acked.version > item.version) =>
            {
                (*node, **event, *key)
            }
            _ => return Ok(()),
        },
        // A replaced disk: whatever it held may have been needed.
        Occasion::DiskChanged { node } if view.disk(*node).area(super::DATA).end() == 0 => {
            return durability_of_all(view, *node);
        }
        Occasion::Seen(_) | Occasion::Sent(_) | Occasion::DiskChanged { .. } => return Ok(()),
    };
    match view.ghost.acked.get(&key) {
        Some(acked) if !survives(view, key, acked) => {
            let mut events = Vec::new();
            if acked.event != event {
                events.push((acked.by, acked.event));
            }
            events.push((node, event));
            Err(Violation::between(events))
        }
        Some(_) | None => Ok(()),
    }
}

/// What was acknowledged of the key before this answer's request was asked.
fn acked_before<'a>(view: &View<'a, RingStore>, id: RequestId) -> Option<&'a Acked> {
    view.ghost.asked.get(&id.client).filter(|asked| asked.sequence == id.sequence)?.before.as_ref()
}

/// Write order: a write gets a greater version than every one that was acknowledged before it was asked. Or else that earlier
/// one outlives it.
fn write_order(view: &View<'_, RingStore>, seen: &Seen<'_, RingStore>) -> Verdict {
    let Seen::Event { node, event: event @ Event::Acknowledged { id, version, .. } } = seen else { return Ok(()) };
    match acked_before(view, *id) {
        Some(acked) if acked.version > *version => {
            Err(Violation::between(alloc::vec![(acked.by, acked.event), (*node, **event)]))
        }
        Some(_) | None => Ok(()),
    }
}

/// Regular reads (Lamport), if R + W > N: a read misses nothing that was acknowledged before it was asked.
fn regular_reads(view: &View<'_, RingStore>, seen: &Seen<'_, RingStore>) -> Verdict {
    let Seen::Event { node, event: event @ Event::ReadReturned { id, version, .. } } = seen else { return Ok(()) };
    match acked_before(view, *id) {
        Some(acked) if Some(acked.version) > *version && view.setup.config.quorums_meet() => {
            Err(Violation::between(alloc::vec![(acked.by, acked.event), (*node, **event)]))
        }
        Some(_) | None => Ok(()),
    }
}

/// One value: all copies of one version are equal. Copies are compared by version only, so they would differ for ever.
fn one_value(view: &ClusterView<'_, RingStore>, occasion: &Occasion<'_, RingStore>) -> Verdict {
    let Occasion::Seen(Seen::Event { node, event: event @ Event::CopyStored { key, item, .. } }) = occasion else {
        return Ok(());
    };
    let other = NodeId::all(view.setup.nodes).find(|other| {
        let copy = synced_item(view.disk(*other), *key);
        copy.is_some_and(|copy| copy.version == item.version && copy.value != item.value)
    });
    other.map_or(Ok(()), |other| {
        let mut violation = Violation::between(alloc::vec![(*node, **event)]);
        violation.nodes.push(other);
        Err(violation)
    })
}

fn durability_of_all(view: &ClusterView<'_, RingStore>, wiped: NodeId) -> Verdict {
    for (key, acked) in &view.ghost.acked {
        if !survives(view, *key, acked) {
            let mut violation = Violation::between(alloc::vec![(acked.by, acked.event)]);
            violation.nodes.push(wiped);
            return Err(violation);
        }
    }
    Ok(())
}

/// The epoch an event tells, with the digest of who owns what in it.
fn epoch_told<'a>(seen: &Seen<'a, RingStore>) -> Option<(NodeId, &'a Event, &'a Membership, u64)> {
    match seen {
        Seen::Event { node, event } => match event {
            Event::Started { view, digest, .. } | Event::EpochEntered { view, digest, .. } => {
                Some((*node, event, view, *digest))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Epoch agreement: the same epoch gives the same owners at every node.
fn epoch_agreement(view: &View<'_, RingStore>, seen: &Seen<'_, RingStore>) -> Verdict {
    let Some((node, event, told, digest)) = epoch_told(seen) else { return Ok(()) };
    match view.ghost.epochs.get(&told.number()) {
        Some(known) if known.digest != digest || known.view.members != told.members => {
            let other = Event::EpochEntered { view: known.view, digest: known.digest, foreign: 0 };
            Err(Violation::between(alloc::vec![(known.by, other), (node, *event)]))
        }
        Some(_) | None => Ok(()),
    }
}

/// Monotonicity (Karger): between two epochs a key moves only away from a member that went or to one that came.
fn monotonicity(view: &View<'_, RingStore>, seen: &Seen<'_, RingStore>) -> Verdict {
    let Some((node, event, told, _)) = epoch_told(seen) else { return Ok(()) };
    match view.ghost.epochs.get(&told.number()) {
        Some(known) if known.moved.strayed > 0 => Err(Violation::between(alloc::vec![(node, *event)])),
        Some(_) | None => Ok(()),
    }
}

/// Spread (Karger): however many views there are of who is a member, a key's writes go to few nodes. Here: a node takes a
/// client's write only from coordinators that go by no older epoch than it does itself, and only for keys that it owns in that epoch, or
/// owned before it; so that each epoch has N places for a key, and N more while keys are on their way.
fn spread(view: &View<'_, RingStore>, seen: &Seen<'_, RingStore>) -> Verdict {
    let Seen::Event { node, event: event @ Event::CopyStored { key, reign, epoch, via: super::Via::Write, .. } } = seen
    else {
        return Ok(());
    };
    let number = (*reign, *epoch);
    let Some(newest) = &view.ghost.newest else { return Ok(()) };
    let owns = |placement: &Placement| placing::preference(view.setup, placement, *key).contains(u32::from(node.0));
    let owned = || owns(&placing::placement(view.setup, *node, newest.view.former));
    let stale = view.ghost.views.get(node).is_some_and(|own| own.number() > number);
    let elsewhere = newest.view.number() == number && !owns(&newest.placement) && !owned();
    if stale || elsewhere { Err(Violation::between(alloc::vec![(*node, **event)])) } else { Ok(()) }
}

/// The newest membership that a node that runs goes by. One that only a dead administrator knows binds nobody yet.
fn prevailing(view: &ClusterView<'_, RingStore>) -> Option<Membership> {
    let running = view.ghost.views.iter().filter(|(node, _)| view.is_up(**node));
    running.map(|(_, view)| *view).max_by_key(|view| (view.number(), view.stage()))
}

/// Whether all that clients and the operator asked was answered so long ago that nothing of it is on its way any more.
fn is_idle(view: &QuietView<'_, RingStore>) -> bool {
    view.now.since(view.answered) >= settling_span(view.setup)
}

/// Full replication: every owner that runs holds every acknowledged key of its own, at the version acknowledged, if any
/// node that runs holds it. With [`removal`], which keeps the dead from being owners, that makes N copies. What was acknowledged just
/// now may still be on its way, and so may keys while the members change.
fn full_replication(view: &QuietView<'_, RingStore>) -> Verdict {
    let Some(membership) = prevailing(view) else { return Ok(()) };
    let placement = placing::placement(view.setup, NodeId(0), membership.members);
    let (ghost, idle) = (view.ghost, is_idle(view));
    if !idle && !membership.is_settled() {
        return Ok(());
    }
    // So many acknowledgements later the copies have arrived as well: a client waits for each before it asks for the next.
    let young = YOUNG * ghost.asked.len() as u32;
    let arrived = |since: u32| idle || ghost.acknowledgements.saturating_sub(since) >= young;
    let mut missing = NodeSet::EMPTY;
    for (key, acked) in ghost.acked.iter().filter(|(_, acked)| arrived(acked.first)) {
        let version = arrived(acked.last).then_some(acked.version);
        let list = placing::preference(view.setup, &placement, *key);
        let up: NodeSet = placing::owners(&list).filter(|owner| view.is_up(*owner)).collect();
        let holders: NodeSet = holders(view, *key, version).collect();
        // A disk was lost while a node with the other copy is down: there is nobody to copy from until it returns.
        if holders.iter().any(|holder| view.is_up(holder)) {
            missing = missing.union(up.minus(holders));
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(Violation::at(missing.iter().collect())) }
}

/// While the administrator lives, every member that does not is removed, unless too few would remain.
fn removal(view: &QuietView<'_, RingStore>) -> Verdict {
    let Some(Membership { members, .. }) = prevailing(view) else { return Ok(()) };
    let down: Vec<NodeId> = members.iter().filter(|node| !view.is_up(*node)).collect();
    if down.is_empty() || !view.is_up(super::ADMINISTRATOR) || members.len() <= view.setup.config.copies() {
        return Ok(());
    }
    Err(Violation::at(down))
}

/// Progress: requests are answered, and changes of members come to an end.
fn progress(view: &QuietView<'_, RingStore>) -> Verdict {
    let waiting = view.oldest_request.is_some_and(|since| view.now.since(since) >= settling_span(view.setup));
    let moving = is_idle(view) && prevailing(view).is_some_and(|membership| !membership.is_settled());
    let down: NodeSet = NodeId::all(view.setup.nodes).filter(|node| !view.is_up(*node)).collect();
    // The operator's requests wait for the administrator, by design; a node that lost its disk waits for those that know what it held;
    // and keys of former members wait for these.
    let excused =
        down.contains(super::ADMINISTRATOR) || (!down.is_empty() && (moving || !view.ghost.recalling.is_empty()));
    if (waiting || moving) && !excused { Err(Violation::at(Vec::new())) } else { Ok(()) }
}

/// Detection, the change of members, a full round of comparisons, and the transfers, several times over.
fn settling_span(setup: &Setup<RingStore>) -> Span {
    let config = &setup.config;
    let rounds = config.exchange_interval.times(4 * u64::from(setup.nodes));
    Span::seconds(10) + config.detection_timeout.times(4) + config.heartbeat_interval.times(10) + rounds
}

pub const INVARIANTS: &[Invariant<RingStore>] = &[
    Invariant::always_of_cluster("durability", durability),
    Invariant::always("write_order", write_order),
    Invariant::always_of_cluster("one_value", one_value),
    Invariant::always("regular_reads", regular_reads),
    Invariant::always("epoch_agreement", epoch_agreement),
    Invariant::always("monotonicity", monotonicity),
    Invariant::always("spread", spread),
    Invariant::within("full_replication", settling_span, full_replication),
    Invariant::within("removal", settling_span, removal),
    Invariant::within("progress", settling_span, progress),
    Invariant::figure("balance", balance),
    Invariant::figure("load", load),
    Invariant::figure("keys_moved", keys_moved),
    Invariant::sometimes("acknowledges", |_, seen| matches!(seen.event(), Some(Event::Acknowledged { .. }))),
    Invariant::sometimes("hands_off", |_, seen| matches!(seen.event(), Some(Event::Dropped { .. }))),
    Invariant::sometimes("replicates_again", |_, seen| matches!(seen.event(), Some(Event::TransferFinished { .. }))),
    Invariant::sometimes("settles", |_, seen| matches!(seen.event(), Some(Event::EpochSettled { .. }))),
];
