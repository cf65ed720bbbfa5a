//! A replicated key-value store on a hash ring, after Karger et al. 1997 and Dynamo (DeCandia et al. 2007).
//!
//! Keys and the members' virtual nodes lie on one ring; the N distinct members clockwise from a key keep it. Any of them
//! coordinates: a write asks N - W + 1 of them for the newest version and is acknowledged once W have it on disk, a read returns
//! the newest of R answers. Members change in epochs, which one administrator issues; whoever holds a key that others own
//! now hands it off, and until all have, quorums are asked of former owners as well. An answer counts only in the epoch, and before or
//! after the arrival of all keys, in which it was given: with one copy, what the new owner said before it had the key would be all.
//!
//! ```text
//!   put k7 ─▶ A (coordinator) ── Read ──▶ B ── Found v1 ──▶ A ── Write v2 ──▶ B ── Stored ──▶ A ─▶ acknowledged: W = 2 disks
//!              └────────────────── Read ──▶ C                 └── Write v2 ──▶ C    (N = 3)
//!
//!   join F: epoch 2 ─▶ everyone ─▶ Offer, Compared, Transfer ─▶ F ─▶ all have arrived ─▶ settled ─▶ former owners drop
//! ```
//!
//! **What it promises**, with N copies, R answers to a read and W disks to a write, while no more than W - 1 disks are lost. It holds
//! for every N, R and W, N = 1 as well, and while members change:
//!
//! - *Order*: a write gets a greater version than all that were acknowledged before it was asked. One version is one value.
//! - *Durability*: of each key, W disks (less those lost) hold the newest acknowledged version or a newer one. Together: an
//!   acknowledged write is there, or one is that was not acknowledged yet when it was asked.
//! - *Regular reads* (Lamport 1986), if R + W > N: a read returns the newest value that was acknowledged when it was asked, or one
//!   that was written since or is still being written.
//!
//! Clients' histories need not be linearizable. What may be seen, and nothing else:
//!
//! - *Stale read*, only if R + W <= N: a read misses an acknowledged write, until it has reached all owners.
//! - *Unfinished write*: a read returns a write that is not acknowledged yet; another that is asked later may miss it again, or
//!   a later write be ordered before it. It ends when the write is acknowledged, or a greater version is.
//! - *Repeated write*: a client that hears nothing asks another owner, which may not find the first try and writes the value anew.
//!   It can take effect twice, also after later writes that were acknowledged meanwhile. It ends with the client's next request
//!   and the arrival of the tries that are still under way.
//!
//! Nor are there sloppy quorums, hinted hand-off or vector clocks: of two concurrent writes the greater version wins. A quorum that
//! is not there makes its requests wait; one that can never be is refused.
//!
//! Start with [`RingStore`] and [`Membership`].

mod administrator;
mod config;
mod coordinator;
mod event;
mod exchange;
mod figures;
mod invariants;
mod message;
mod placing;
mod recall;
mod replica;
mod request;
mod rules;
mod spelling;
mod store;
mod values;

pub use administrator::Administrator;
pub use config::Config;
pub use coordinator::{Operation, Work};
pub use event::{Event, Via};
pub use invariants::{Acked, EpochSeen, Ghost, INVARIANTS};
pub use message::{Body, Message, Record, Timer};
pub use placing::{owners, placement, preference, recipe};
pub use recall::Recall;
pub use request::{Outcome, Request, Response};
pub use rules::{RULES, Rule};
pub use store::LogSpan;
pub use values::{Change, Item, Key, Membership, Version, Writer};

use crate::kit::{NodeSet, Placement, Shared, stable_hash};
use crate::{
    Answer, AreaId, Budget, ClientId, ClusterView, Cx, Datum, Disk, Exploring, Fault, Field, Input, Invariant, Limits,
    LoadDraw, Mark, NodeId, Progress, Protocol, Registers, Seen, Setup, TimeModel, Tolerance,
};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The node that issues epochs.
pub const ADMINISTRATOR: NodeId = NodeId(0);

/// The log of copies.
pub const DATA: AreaId = AreaId(0);
/// The newest membership this node knows; on the administrator's disk, the log that epochs are issued from.
pub const MEMBERSHIP: AreaId = AreaId(1);

/// One node of the store.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct RingStore {
    /// The newest membership this node knows.
    pub view: Membership,
    /// Who owns what by it. Derived; kept so that a look-up is one.
    pub placement: Shared<Placement>,
    /// Who owned what before, while keys are still on their way.
    pub former: Option<Shared<Placement>>,
    pub items: BTreeMap<Key, Item>,
    pub log: LogSpan,
    /// The position behind the membership area's last record.
    pub membership_end: u64,
    /// Requests under way here, or answered last, by client.
    pub operations: BTreeMap<ClientId, Operation>,
    /// Keys held that are no longer this node's own, with the owners that have told they hold them.
    pub foreign: BTreeMap<Key, NodeSet>,
    /// The members that have confirmed in this epoch to have all that this node holds of their keys.
    pub compared: NodeSet,
    /// Whether this node has told that nothing is left to hand off in this epoch.
    pub handed_off: bool,
    /// The member whose copies were compared last.
    pub turn: u8,
    /// If the disk was lost and this node does not know yet what it held: what it has heard of that.
    pub recall: Option<Recall>,
    /// Only at the administrator.
    pub administrator: Option<Administrator>,
}

/// What a client knows: the newest membership it was told.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Route {
    pub view: Option<Membership>,
}

impl RingStore {
    fn send(&self, to: NodeId, body: Body, cx: &mut Cx<'_, Self>) {
        cx.send(to, Message { view: self.view, body });
    }

    fn arm(&self, timer: Timer, cx: &mut Cx<'_, Self>) {
        let config = cx.config();
        let span = match timer {
            Timer::Heartbeat => config.heartbeat_interval,
            Timer::Exchange => config.exchange_interval,
            Timer::Silence(_) | Timer::Recall => config.detection_timeout,
        };
        // A quarter of play keeps the nodes from beating in step for ever.
        cx.set_timer(timer, span, crate::Span(span.0.saturating_add(span.0 / 4)));
    }

    /// What stands for who owns what, as this node works it out.
    fn digest(&self) -> u64 {
        stable_hash(&self.placement)
    }

    /// Learns a newer membership from a message.
    fn learn(&mut self, view: Membership, cx: &mut Cx<'_, Self>) {
        if !view.supersedes(&self.view) {
            return;
        }
        // An administrator without its log writes nothing before it issues: an empty log is how it would know again,
        // after one more crash, that it has to ask.
        if self.administrator.is_none() {
            self.write_membership(view, cx);
        } else {
            self.watch(view.involved(), cx);
        }
        self.forget_confirmations(cx.me());
        if (view.epoch, view.members) == (self.view.epoch, self.view.members) {
            // Farther on, or stated anew by an administrator that had lost its log: nobody owns anything else.
            self.view = view;
            self.enter_stage(cx);
        } else {
            self.enter(view, cx);
        }
        self.tell_administrator(cx);
    }

    /// The epoch has come farther: other former owners are asked than before, or none.
    fn enter_stage(&mut self, cx: &mut Cx<'_, Self>) {
        self.former = self.place_former(cx);
        self.drop_foreign(cx);
        self.finish_recall(cx);
        // Who waited for nobody but former owners would wait for ever: nothing else would come.
        if cx.on(Rule::ResumeOnSettle) {
            self.restart_operations(cx);
        }
    }

    /// Goes by a new epoch.
    fn enter(&mut self, view: Membership, cx: &mut Cx<'_, Self>) {
        self.view = view;
        self.place(cx);
        let foreign = self.items.keys().filter(|key| !self.owns(cx, **key)).count() as u32;
        cx.emit(Event::EpochEntered { view, digest: self.digest(), foreign });
        self.handed_off = false;
        if self.recall.is_some() {
            self.begin_recall(cx);
        }
        self.begin_exchange(cx);
        self.restart_operations(cx);
    }

    /// Works out who owns what.
    fn place(&mut self, cx: &Cx<'_, Self>) {
        self.placement = Shared::new(placement(cx.setup(), cx.me(), self.view.members));
        self.former = self.place_former(cx);
    }

    fn place_former(&self, cx: &Cx<'_, Self>) -> Option<Shared<Placement>> {
        (!self.view.is_settled()).then(|| Shared::new(placement(cx.setup(), cx.me(), self.view.former)))
    }

    /// A person switched a rule that decides who owns what: the placement follows at once.
    fn follow_rules(&mut self, cx: &mut Cx<'_, Self>) {
        let recipe = self.placement.recipe();
        if (recipe.scheme, recipe.hash) != placing::scheme(cx.setup(), cx.me()) {
            self.enter(self.view, cx);
        }
    }

    fn tell_administrator(&self, cx: &mut Cx<'_, Self>) {
        if cx.me() != ADMINISTRATOR {
            self.send(ADMINISTRATOR, Body::Heartbeat { settled: self.handed_off }, cx);
        }
    }

    fn on_message(&mut self, from: NodeId, message: Message, cx: &mut Cx<'_, Self>) {
        let Message { view, body } = message;
        self.learn(view, cx);
        let sender = (from, &view);
        match body {
            Body::Heartbeat { settled } => self.on_heartbeat(sender, settled, cx),
            // All that these two say is the membership, which is learnt by now.
            Body::Publish | Body::OldEpoch => {}
            Body::Recall { nonce } => self.on_recall(from, nonce, cx),
            Body::Recalled { nonce, whole, items } => self.on_recalled(from, (nonce, whole), items, cx),
            Body::Write { op, key, item } => self.on_write(sender, op, key, item, cx),
            // An answer that was given in an earlier epoch, or before all keys had arrived. It was asked again since.
            Body::Stored { .. } | Body::Found { .. } if self.view.supersedes(&view) => {}
            Body::Stored { op, key, version } => self.on_stored(from, op, key, version, cx),
            Body::Read { op, key } => self.on_read(sender, op, key, cx),
            Body::Found { op, key, item } => self.on_found(from, op, key, item, cx),
            Body::Offer { versions } => self.on_offer(sender, versions, cx),
            Body::Compared { have, want, stored } => self.on_compared(sender, &have, &want, stored, cx),
            Body::Transfer { items } => self.on_transfer(sender, items, cx),
        }
    }

    fn on_timer(&mut self, timer: Timer, cx: &mut Cx<'_, Self>) {
        match timer {
            Timer::Heartbeat => {
                self.arm(Timer::Heartbeat, cx);
                self.tell_administrator(cx);
                self.settle(cx);
            }
            Timer::Exchange => self.on_exchange_timer(cx),
            Timer::Silence(node) => self.on_silence(node, cx),
            Timer::Recall => self.ask_what_was_lost(cx),
        }
    }
}

impl Protocol for RingStore {
    const SLUG: &'static str = "ring";
    const BEHAVIOUR: u32 = 2;
    const AREAS: &'static [&'static str] = &["data", "membership"];

    type Config = Config;
    type Rule = Rule;
    type Message = Message;
    type Timer = Timer;
    type Record = Record;
    type Request = Request;
    type Response = Response;
    type Event = Event;
    type Ghost = Ghost;
    type Route = Route;

    fn config(nodes: u8) -> Config {
        Config::for_nodes(nodes)
    }

    fn fields() -> &'static [Field<Config>] {
        Config::FIELDS
    }

    fn boot(disk: &Disk<Record>, cx: &mut Cx<'_, Self>) -> Self {
        let store::Recovered { items, log, unreadable, whole } = store::recover(disk);
        let logged = disk.area(MEMBERSHIP).records().filter_map(|stored| match stored.read() {
            Ok(Record::Membership(view)) => Some(*view),
            Ok(Record::Put { .. } | Record::Drop { .. } | Record::Whole) | Err(_) => None,
        });
        let logged = logged.max_by_key(|view| (view.number(), view.stage()));
        let view = logged.unwrap_or_else(|| cx.setup().initial());
        let keys = items.len() as u32;
        let lost = !whole || (cx.me() == ADMINISTRATOR && disk.is_replaced() && logged.is_none());
        // Who does not know what it has forgotten must not say that there was nothing.
        let asks = lost && cx.on(Rule::RecallLostDisk);
        let mut node = Self {
            view,
            placement: Shared::new(placement(cx.setup(), cx.me(), view.members)),
            former: None,
            items,
            log,
            membership_end: disk.area(MEMBERSHIP).end(),
            operations: BTreeMap::new(),
            foreign: BTreeMap::new(),
            compared: NodeSet::EMPTY,
            handed_off: false,
            turn: cx.me().0,
            recall: None,
            administrator: (cx.me() == ADMINISTRATOR).then(|| Administrator::new(cx.me(), !asks || logged.is_some())),
        };
        node.former = node.place_former(cx);
        cx.emit(Event::Started { view, digest: node.digest(), keys, unreadable });
        node.arm(Timer::Heartbeat, cx);
        node.arm(Timer::Exchange, cx);
        if node.administrator.is_some() {
            node.watch(view.involved(), cx);
        }
        if asks {
            cx.emit(Event::RecallStarted);
            node.begin_recall(cx);
        }
        node.begin_exchange(cx);
        node
    }

    fn step(&mut self, input: Input<Self>, cx: &mut Cx<'_, Self>) {
        self.follow_rules(cx);
        match input {
            Input::Message { from, message } => self.on_message(from, message, cx),
            Input::Timer(timer) => self.on_timer(timer, cx),
            Input::Request { id, request } => self.on_request(id, request, cx),
        }
    }

    fn observe(ghost: &mut Ghost, setup: &Setup<Self>, seen: &Seen<'_, Self>) {
        ghost.note(setup, seen);
    }

    fn invariants() -> &'static [Invariant<Self>] {
        INVARIANTS
    }

    fn rules() -> &'static [crate::Rule] {
        RULES
    }

    fn tolerates(setup: &Setup<Self>) -> Tolerance {
        let config = &setup.config;
        let owners = config.copies().min(setup.initial().members.len());
        let quorum = config.writes(owners).max(config.versions(owners)).max(config.reads(owners));
        Tolerance {
            faults: &[
                Fault::Loss,
                Fault::Duplication,
                Fault::Delay,
                Fault::Crash,
                Fault::Partition,
                Fault::Pause,
                Fault::Slowness,
                Fault::Skew,
                Fault::TornRecord,
                Fault::DiskLoss,
            ],
            limits: Limits { disks_lost: config.writes(owners).saturating_sub(1) as u32, ..Limits::ANY },
            progress: Progress {
                down: owners.saturating_sub(quorum) as u32,
                // A heartbeat that takes longer comes after its node is taken for dead.
                delay: crate::Span(config.detection_timeout.0.saturating_sub(config.heartbeat_interval.0) / 2),
                skew_ppm: 100_000,
            },
        }
    }

    /// A node joins while a client writes twice and a node crashes. Both members must store a write.
    fn exploring() -> Option<Exploring> {
        Some(Exploring {
            nodes: 3,
            config: &[("members", 2), ("copies", 2), ("read_quorum", 1), ("write_quorum", 2)],
            requests: &["put k1 7", "join n3"],
            budget: Budget { crashes: 1, requests: 3, ..Budget::NOTHING },
            time: TimeModel::Asynchronous,
        })
    }

    fn mark(event: &Event) -> Mark {
        match event {
            Event::WriteStarted { .. } | Event::CopyStored { .. } | Event::Dropped { .. } | Event::HandedOff { .. } => {
                Mark::Detail
            }
            Event::Started { .. }
            | Event::RecallStarted
            | Event::RecallFinished { .. }
            | Event::TooFewOwners { .. }
            | Event::OldEpochRefused { .. }
            | Event::ReadReturned { .. }
            | Event::ReadRepaired { .. }
            | Event::Redirected { .. } => Mark::Notable,
            Event::Acknowledged { .. } | Event::TransferFinished { .. } => Mark::Progress,
            Event::EpochEntered { .. } | Event::TransferStarted { .. } => Mark::Contest,
            Event::EpochSettled { .. } => Mark::Settled,
            Event::EpochIssued { change, .. } => match change {
                Change::Evict(_) => Mark::Trouble,
                Change::Join(_) | Change::Leave(_) | Change::Rejoin(_) => Mark::Contest,
            },
            Event::Suspected { .. } => Mark::Trouble,
        }
    }

    fn weight(message: &Message) -> u32 {
        // The epoch, a bit for each node and a byte for the kind; keys, versions and values by their sizes.
        const HEAD: u32 = 24;
        HEAD + match &message.body {
            Body::Heartbeat { .. } | Body::Publish | Body::OldEpoch => 1,
            Body::Recall { .. } => 8,
            Body::Read { .. } => 9,
            Body::Stored { .. } => 18,
            Body::Write { .. } | Body::Found { .. } => 22,
            Body::Offer { versions } => 13 * versions.len() as u32,
            Body::Compared { have, want, .. } => 4 + 13 * have.len() as u32 + 4 * want.len() as u32,
            Body::Transfer { items } => 17 * items.len() as u32,
            Body::Recalled { items, .. } => 9 + 17 * items.len() as u32,
        }
    }

    fn route(setup: &Setup<Self>, route: &Route, request: &Request, attempt: u32) -> NodeId {
        let Some(key) = request.key() else { return ADMINISTRATOR };
        let view = route.view.unwrap_or_else(|| setup.initial());
        let list = coordinator::owners_for_client(setup, &view, key);
        let owners = list.as_slice();
        // It asks the owners that it knows of twice. If all have failed it, what it knows may be old, and any node can tell it better;
        // if it is told in the midst of that, the next one it asks is an owner all the same.
        let count = owners.len().max(1);
        let (round, turn) = (attempt as usize / (3 * count), attempt as usize % (3 * count));
        match owners.get(turn % count) {
            Some(owner) if turn < 2 * count => NodeId(*owner as u8),
            Some(_) | None => NodeId(((round * count + turn % count) % usize::from(setup.nodes.max(1))) as u8),
        }
    }

    fn answer(route: &mut Route, _from: NodeId, _request: &Request, response: &Response) -> Answer {
        let news = route.view.as_ref().is_none_or(|view| response.view.supersedes(view));
        if news {
            route.view = Some(response.view);
        }
        match response.outcome {
            Outcome::Stored { .. } | Outcome::Found { .. } | Outcome::Absent | Outcome::Changed => Answer::Done,
            Outcome::NotMine if news => Answer::Again,
            Outcome::NotMine | Outcome::Busy => Answer::Later,
            Outcome::Refused | Outcome::TooFew { .. } => Answer::Refused,
        }
    }

    fn load(_setup: &Setup<Self>, draw: LoadDraw) -> Request {
        let key = Key(draw.key);
        if draw.read { Request::Get { key } } else { Request::Put { key, value: draw.unique } }
    }

    fn operate(setup: &Setup<Self>, draw: LoadDraw) -> Option<Request> {
        let node = NodeId((draw.bits >> 8) as u8 % setup.nodes.max(1));
        Some(if draw.bits.is_multiple_of(2) { Request::Join { node } } else { Request::Leave { node } })
    }

    fn registers() -> Option<Registers<Self>> {
        Some(Registers { initial: Datum::Nil, read: request::read_access, promised: false })
    }

    fn requests_on(view: &ClusterView<'_, Self>, node: NodeId) -> Vec<Request> {
        let members = view.ghost.newest.as_ref().map_or(view.setup.initial().members, |newest| newest.view.members);
        match members.contains(node) {
            // Without the administrator nothing could change again: it may not leave.
            true if node == ADMINISTRATOR => Vec::new(),
            true => Vec::from([Request::Leave { node }]),
            false => Vec::from([Request::Join { node }]),
        }
    }
}

#[cfg(test)]
mod tests;
