//! Raft, whole: elections with pre-vote and check-quorum, replication, snapshots, membership by single servers, transfer of
//! leadership, linearizable reads, client sessions, and a small key-value store on top.
//!
//! Sources: Ongaro and Ousterhout, *In Search of an Understandable Consensus Algorithm* (extended version, 2014), here "the
//! paper"; Ongaro's dissertation *Consensus: Bridging Theory and Practice* (2014), here "the thesis".
//!
//! ```text
//!   step ─┬─ election     votes, terms, stepping down
//!         ├─ replication  appends, commit, apply
//!         ├─ compaction   snapshots
//!         ├─ membership   join, leave, transfer
//!         └─ reading      ReadIndex and leases
//!   boot ─── recovery     what the disk held
//! ```
//!
//! Nothing is promised before it is durable: whatever a step sends or tells after writing goes behind a fence. A leader's
//! appends go behind the fence of its own log as well. So an answer to them implies that the leader's own copy is durable,
//! and the leader may count itself at once: every visible consequence of a commit waits for such an answer, or, where the
//! leader is the only member, stands behind the fence itself.

mod compaction;
mod config;
mod election;
mod entry;
mod event;
mod ghost;
mod invariants;
mod machine;
mod membership;
mod message;
mod reading;
mod recovery;
mod replication;
mod request;
mod rules;
mod spelling;
#[cfg(test)]
mod tests;
mod warrant;

pub use config::{Config, ReadMode};
pub use entry::{Batch, Command, Entry, EntryId, Index, Key, Payload, Record, Snapshot, Term};
pub use event::{Event, Shape, StepDown, VoteRefusal};
pub use ghost::Ghost;
pub use invariants::INVARIANTS;
pub use machine::{Cell, Execution, Machine, Outcome, Session};
pub use message::{Append, AppendEntries, Message, Timer};
pub use reading::Lease;
pub use request::{Refusal, Request, Response, Route, Wait};
pub use rules::{RULES, Rule};
pub use spelling::spell_key;

use crate::kit::{Log, NodeSet, Shared, majority};
use crate::{
    Answer, AreaId, ClusterView, Cx as StepCx, Datum, Disk, Fault, Field, Input, Invariant, Limits, LoadDraw, Mark,
    Misfit, NodeId, Progress, Protocol, Registers, Rename, Renaming, RequestId, Seen, Setup as ClusterSetup, Stale,
    Symmetry, Tolerance,
};
use alloc::boxed::Box;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

type Setup = ClusterSetup<Raft>;
type Cx<'a> = StepCx<'a, Raft>;

/// The voting members that a cluster begins with.
fn founders(setup: &Setup) -> NodeSet {
    NodeSet::first(setup.config.voters.min(setup.nodes))
}

const META: AreaId = AreaId(0);
const LOG: AreaId = AreaId(1);
const SNAPSHOT: AreaId = AreaId(2);

/// One server's volatile state.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(Raft)]
pub struct Raft {
    pub term: Term,
    pub voted_for: Option<NodeId>,
    pub role: Role,
    /// Who leads this term, while it is heard.
    pub leader: Option<NodeId>,
    /// Whether a leader was heard within the minimum election timeout, or may have been before a restart.
    pub hears_leader: bool,
    pub log: Log<Entry>,
    /// The term of the entry at the log's base.
    pub base_term: Term,
    /// The last entry known to be committed. Entries are applied as soon as they are known to be.
    pub commit: Index,
    pub machine: Machine,
    /// The newest snapshot, if any was taken or installed.
    pub snapshot: Option<Shared<Snapshot>>,
    /// The configurations in the log, each with its index; the first is the committed one it starts from.
    pub configurations: Vec<Configuration>,
    pub places: Places,
}

/// The voting members from an index on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(Raft)]
pub struct Configuration {
    pub index: Index,
    pub members: NodeSet,
}

/// Where things stand on the disk.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, Rename)]
#[rename(Raft)]
pub struct Places {
    /// The position behind the newest hard state.
    pub meta_end: u64,
    /// The position of the log's first record and the index of its entry.
    pub log_first: u64,
    pub log_first_index: Index,
    /// The position behind the last log record.
    pub log_end: u64,
    /// The position behind the newest snapshot.
    pub snapshot_end: u64,
    /// Records of the log that a snapshot replaces, to be trimmed once the snapshot is known to be durable.
    pub trim: Option<Trim>,
}

/// A trim of the log that waits until its snapshot is durable. Disk areas reach the medium in no order among them, so a
/// trim issued together with its snapshot could survive a crash that the snapshot does not.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(Raft)]
pub struct Trim {
    pub upto: Index,
    /// A leader's answer to this round, or a leader's word in this term that it knows entries behind `behind` to be stored
    /// here, proves it: either follows something that left after the snapshot was synced.
    pub term: Term,
    pub round: u32,
    pub behind: Index,
}

/// What a server is in its term.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(Raft)]
pub enum Role {
    Follower,
    PreCandidate(Poll),
    Candidate(Poll),
    Leader(Box<Leadership>),
}

/// The answers to a request for votes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, Rename)]
#[rename(Raft)]
pub struct Poll {
    pub granted: NodeSet,
    pub refused: NodeSet,
}

/// What only a leader knows.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Leadership {
    /// One place for each node, members or not.
    pub peers: Vec<Peer>,
    /// The number of the newest round of confirmation.
    pub round: u32,
    /// Who answered since the quorum was last checked.
    pub contacted: NodeSet,
    /// The index of the no-op of this term.
    pub first_index: Index,
    /// Reads that wait for a round, oldest first; round zero: for the first commit of this term.
    pub reads: Vec<reading::Read>,
    pub leases: [Lease; 2],
    /// Whether leadership was offered to another in this term: that one needs no timeout to be elected, so no lease holds.
    pub leases_forfeited: bool,
    /// A new server that is being caught up.
    pub joining: Option<CatchUp>,
    /// Servers that a configuration not yet committed leaves out: they are told until then.
    pub departing: NodeSet,
    pub transfer: Option<(NodeId, RequestId)>,
}

/// A new server that is being caught up in rounds: each one brings it to where the log ended when the round began (thesis
/// §4.2.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(Raft)]
pub struct CatchUp {
    pub node: NodeId,
    pub id: RequestId,
    pub goal: Index,
    pub rounds_left: u8,
    /// What it had stored at the last check, and how many checks there were in this round: one comes every election timeout.
    pub stored: Index,
    pub checks: u8,
    /// How many there were in the round before.
    pub checks_before: u8,
}

/// How far a leader knows a follower to be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Peer {
    /// The next index to send.
    pub next: Index,
    /// The last index known to be stored there.
    pub stored: Index,
    /// The newest round it answered.
    pub round: u32,
    /// Whether the leader is still searching the place where the logs agree; then one message at a time is on its way.
    pub probing: bool,
}

impl Raft {
    /// The configuration in force: the newest in the log, committed or not (thesis §4.1).
    pub fn members(&self) -> NodeSet {
        self.configurations.last().map_or(NodeSet::EMPTY, |configuration| configuration.members)
    }

    /// The index of the configuration in force.
    pub(crate) fn configuration_index(&self) -> Index {
        self.configurations.last().map_or(0, |configuration| configuration.index)
    }

    pub fn last(&self) -> EntryId {
        let index = self.log.last();
        EntryId { index, term: self.log.get(index).map_or(self.base_term, |entry| entry.term) }
    }

    /// The term of the entry at an index. None behind the end and before the base.
    pub fn term_at(&self, index: Index) -> Option<Term> {
        if index == self.log.base() { Some(self.base_term) } else { self.log.get(index).map(|entry| entry.term) }
    }

    /// The last entry at or before an index whose term is not later; at least the base.
    fn last_not_after(&self, id: EntryId) -> EntryId {
        let mut index = id.index.min(self.log.last());
        // Terms never fall along the log, and conflicts are short: looking back one by one is fast enough.
        while index > self.log.base() {
            match self.log.get(index) {
                Some(entry) if entry.term <= id.term => return EntryId { index, term: entry.term },
                _ => index -= 1,
            }
        }
        EntryId { index: self.log.base(), term: self.base_term }
    }

    /// The least size of a quorum of the configuration in force.
    pub fn quorum(&self, setup: &ClusterSetup<Self>) -> usize {
        let members = self.members().len();
        if setup.on(Rule::MajorityQuorum) { majority(members) } else { (members / 2).max(1) }
    }

    fn is_quorum(&self, nodes: NodeSet, cx: &Cx<'_>) -> bool {
        nodes.intersection(self.members()).len() >= self.quorum(cx.setup())
    }

    fn leadership(&mut self) -> Option<&mut Leadership> {
        match &mut self.role {
            Role::Leader(leadership) => Some(leadership),
            Role::Follower | Role::PreCandidate(_) | Role::Candidate(_) => None,
        }
    }

    pub fn is_leader(&self) -> bool {
        matches!(self.role, Role::Leader(_))
    }

    fn on_message(&mut self, from: NodeId, message: Message, cx: &mut Cx<'_>) {
        if let Some(term) = message.term()
            && !self.enter_term(from, term, &message, cx)
        {
            return;
        }
        match message {
            Message::RequestPreVote { term, last } => self.request_pre_vote(from, term, last, cx),
            Message::PreVote { term, granted } => self.pre_vote(from, term, granted, cx),
            Message::RequestVote { term, last, .. } => self.request_vote(from, term, last, cx),
            Message::Vote { granted, .. } => self.vote(from, granted, cx),
            Message::AppendEntries(append) => {
                if self.hear_leader(from, cx) {
                    self.settle_trim(append.term, append.stored, cx);
                    self.append_entries(from, &append, cx);
                }
            }
            Message::Appended { round, result, .. } => self.appended(from, round, result, cx),
            Message::InstallSnapshot { round, snapshot, .. } => {
                if self.hear_leader(from, cx) {
                    self.install_snapshot(from, round, &snapshot, cx);
                }
            }
            Message::TimeoutNow { .. } => {
                if !self.is_leader() && self.members().contains(cx.me()) {
                    self.campaign(true, cx);
                }
            }
        }
    }

    /// Whether a message is of a term that is over for this server, or answers what it has ceased to ask in this one. Only such as
    /// wants no answer itself: others are told of the newer term.
    fn is_past(&self, message: &Message) -> bool {
        match message {
            Message::PreVote { term, granted: true } => *term <= self.term,
            Message::PreVote { term, granted: false } | Message::TimeoutNow { term } => *term < self.term,
            Message::Vote { term, .. } => (*term, matches!(self.role, Role::Candidate(_))) < (self.term, true),
            // Who does not lead in a term and is not about to never will in this one.
            Message::Appended { term, .. } => {
                let may_lead = matches!(self.role, Role::Candidate(_) | Role::Leader(_));
                (*term, may_lead) < (self.term, true)
            }
            Message::RequestPreVote { .. }
            | Message::RequestVote { .. }
            | Message::AppendEntries(_)
            | Message::InstallSnapshot { .. } => false,
        }
    }

    fn on_timer(&mut self, timer: Timer, cx: &mut Cx<'_>) {
        match timer {
            Timer::Election => self.election_timeout(cx),
            Timer::Quiet => self.lose_leader(cx),
            Timer::Heartbeat => self.heartbeat(cx),
            Timer::Quorum => self.check_quorum(cx),
            Timer::LeaseA => self.lease_ended(0, cx),
            Timer::LeaseB => self.lease_ended(1, cx),
            Timer::Transfer => self.abandon_transfer(cx),
        }
    }

    fn on_request(&mut self, id: RequestId, request: Request, cx: &mut Cx<'_>) {
        let Role::Leader(leadership) = &self.role else {
            let leader = self.leader.filter(|leader| *leader != cx.me());
            return cx.reply(id, Response::NotLeader { leader });
        };
        if leadership.transfer.is_some_and(|(_, asked)| asked != id) {
            return cx.reply(id, Response::Busy(Wait::TransferUnderWay));
        }
        match request {
            // Answered when that entry is committed. Repeats proposed again could come faster than they are committed.
            Request::Do(_) if cx.on(Rule::Deduplicate) && self.is_proposed(id) => {}
            Request::Do(command) => self.propose(Payload::Command { id, command }, cx),
            Request::Get { key } => self.get(id, key, cx),
            Request::Join { node } => self.join(id, node, cx),
            Request::Leave { node } => self.leave(id, node, cx),
            Request::Reconfigure { members } => {
                self.withdraw_join(|node| !members.contains(node), cx);
                self.reconfigure(id, members, cx);
            }
            Request::Transfer { to } => self.transfer(id, to, cx),
        }
    }
}

impl Protocol for Raft {
    const SLUG: &'static str = "raft";
    const BEHAVIOUR: u32 = 2;
    const AREAS: &'static [&'static str] = &["meta", "log", "snapshot"];

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

    fn boot(disk: &Disk<Record>, cx: &mut Cx<'_>) -> Self {
        Self::recover(disk, cx)
    }

    fn step(&mut self, input: Input<Self>, cx: &mut Cx<'_>) {
        match input {
            Input::Message { from, message } => self.on_message(from, message, cx),
            Input::Timer(timer) => self.on_timer(timer, cx),
            Input::Request { id, request } => self.on_request(id, request, cx),
        }
    }

    fn observe(ghost: &mut Ghost, setup: &Setup, seen: &Seen<'_, Self>) {
        ghost.observe(setup, seen);
    }

    fn invariants() -> &'static [Invariant<Self>] {
        INVARIANTS
    }

    fn rules() -> &'static [crate::Rule] {
        RULES
    }

    fn tolerates(setup: &Setup) -> Tolerance {
        const FAULTS: &[Fault] = &[
            Fault::Loss,
            Fault::Duplication,
            Fault::Delay,
            Fault::Crash,
            Fault::Partition,
            Fault::Pause,
            Fault::Slowness,
            Fault::Skew,
        ];
        let voters = setup.config.voters.min(setup.nodes);
        let down = u32::from(voters.saturating_sub(1) / 2);
        Tolerance {
            faults: FAULTS,
            limits: Limits { skew_ppm: setup.config.skew_tolerated(), ..Limits::ANY_TIMING },
            progress: Progress { down, delay: setup.config.delay_for_progress(), skew_ppm: 100_000 },
        }
    }

    fn misfit(setup: &Setup) -> Option<Misfit> {
        setup.config.misfit()
    }

    fn mark(event: &Event) -> Mark {
        event.mark()
    }

    fn weight(message: &Message) -> u32 {
        message.weight()
    }

    fn route(setup: &Setup, route: &Route, _: &Request, attempt: u32) -> NodeId {
        route.to(setup.nodes, attempt)
    }

    fn symmetry() -> Option<Symmetry<Self>> {
        // The next try goes one node further by number, and the answer to an earlier try moves it by the difference of two numbers.
        Some(Symmetry::of(keeps_founders, None))
    }

    fn stale() -> Option<Stale<Self>> {
        Some(Stale {
            concerns: Message::wants_no_answer,
            // It rests on terms that only grow: a crash must not bring an older one back.
            at: |server, setup, _, message| setup.on(Rule::PersistTerm) && server.is_past(message),
        })
    }

    fn answer(route: &mut Route, from: NodeId, _: &Request, response: &Response) -> Answer {
        match response {
            Response::Done(_) | Response::Value(_) | Response::Configured { .. } | Response::Transferred { .. } => {
                route.settle(from);
                Answer::Done
            }
            Response::NotLeader { leader: Some(leader) } if *leader != from => {
                route.redirect(from, *leader);
                Answer::Again
            }
            Response::NotLeader { .. } => Answer::Later,
            Response::Busy(_) => {
                // The right server, the wrong moment: the next try, one further by number, goes to it again.
                route.redirect(from, from);
                Answer::Later
            }
            Response::Refused(_) => {
                route.settle(from);
                Answer::Refused
            }
        }
    }

    fn load(_: &Setup, draw: LoadDraw) -> Request {
        let key = draw.key;
        if draw.read {
            return Request::Get { key };
        }
        Request::Do(match draw.bits % 8 {
            0 => Command::Add { key, amount: 1 },
            1 => Command::Cas { key, old: 0, new: draw.unique },
            _ => Command::Put { key, value: draw.unique },
        })
    }

    fn operate(setup: &Setup, draw: LoadDraw) -> Option<Request> {
        let node = NodeId((draw.bits >> 8) as u8 % setup.nodes.max(1));
        Some(match draw.bits % 3 {
            0 => Request::Join { node },
            1 => Request::Leave { node },
            _ => Request::Transfer { to: node },
        })
    }

    fn registers() -> Option<Registers<Self>> {
        Some(Registers { initial: Datum::Number(0), read: request::read_access, promised: true })
    }

    fn requests_on(view: &ClusterView<'_, Self>, node: NodeId) -> Vec<Request> {
        let members = view.ghost.configurations(view.setup).next().unwrap_or_default();
        let leads = view.ghost.leader() == Some(node);
        let mut requests = Vec::new();
        if !members.contains(node) {
            requests.push(Request::Join { node });
        } else {
            if view.is_up(node) && !leads {
                requests.push(Request::Transfer { to: node });
            }
            requests.push(Request::Leave { node });
        }
        requests
    }
}

impl Rename<Raft> for Leadership {
    fn rename(&mut self, by: &Renaming<'_, Raft>) {
        by.places(&mut self.peers);
        self.contacted.rename(by);
        self.joining.rename(by);
        self.departing.rename(by);
        self.transfer.rename(by);
    }
}

/// The servers that vote from the start are interchangeable, and so are those that wait to join.
fn keeps_founders(by: &Renaming<'_, Raft>) -> bool {
    let mut renamed = founders(by.setup);
    renamed.rename(by);
    renamed == founders(by.setup)
}
