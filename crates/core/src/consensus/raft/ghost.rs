//! What the observers remember: enough to contradict what is seen later, and no more.

use crate::kit::{Log, Shared, majority};
use crate::{ClientId, NodeId, Rename, Renaming, RequestId, Seen};
use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use super::warrant::Warrants;
use super::{
    Batch, Command, Entry, EntryId, Event, Execution, Index, Key, NodeSet, Outcome, Raft, Request, Response, Setup,
    Shape, StepDown, Term,
};

/// So many indices are remembered: what lies further back has been compared when it was new.
const WINDOW: usize = 1024;
/// So many offices and commits are remembered, the newest ones.
const OFFICES: usize = 64;

/// A promise that was seen broken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(Raft)]
pub(super) enum Broken {
    ElectionSafety,
    LeaderAppendOnly,
    LogMatching,
    LeaderCompleteness,
    StateMachineSafety,
    ExactlyOnce,
    ReadFreshness,
    MonotonicTerm,
    MonotonicCommitIndex,
    OneVotePerTerm,
    UndisturbedLeader,
    LeaderHasQuorum,
    /// A leader goes on waiting for a new server that does not catch up.
    JoinEnds,
}

/// A broken promise with what contradicts it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(Raft)]
pub(super) struct Finding {
    pub(super) broken: Broken,
    pub(super) events: Vec<(NodeId, Event)>,
    pub(super) requests: Vec<RequestId>,
}

/// A leader as it took office.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(Raft)]
struct Office {
    term: Term,
    node: NodeId,
    votes: NodeSet,
    log: Shared<Shape>,
}

impl Office {
    fn elected(&self) -> (NodeId, Event) {
        (self.node, Event::LeaderElected { term: self.term, votes: self.votes, log: self.log.clone() })
    }
}

/// The furthest that the leader of a term committed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(Raft)]
struct Commit {
    term: Term,
    upto: EntryId,
    node: NodeId,
}

/// An entry as it was first seen, with the term of the entry before it. If every entry of one name has one content and one
/// predecessor, then logs that share an entry are equal up to it, by induction: Log Matching.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(Raft)]
struct Known {
    entry: Entry,
    prev_term: Term,
}

/// An entry as it was first applied.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(Raft)]
struct Applied {
    entry: Entry,
    execution: Option<Execution>,
    node: NodeId,
}

/// A client's newest executed command.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(Raft)]
struct Executed {
    client: ClientId,
    sequence: u32,
    index: Index,
    node: NodeId,
}

/// A read under way, and the least revision it may answer with.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
struct Floor {
    id: RequestId,
    revision: Index,
    /// Whose answer set the floor.
    by: Option<RequestId>,
}

/// The newest revision of a key that some client was told of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
struct Told {
    key: Key,
    revision: Index,
    by: RequestId,
}

/// What is remembered of one node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, Rename)]
#[rename(Raft)]
struct Node {
    term: Term,
    /// Its vote in that term.
    vote: Option<NodeId>,
    /// The term it leads.
    leads: Option<Term>,
    /// Whether it hears the leader of its term, as far as it told.
    hears: bool,
    applied: Index,
}

/// The observers' memory.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Ghost {
    offices: Vec<Office>,
    commits: Vec<Commit>,
    entries: Log<Known>,
    /// Entries that lost to others at their index, or may still.
    forks: Vec<(Index, Known)>,
    applied: Log<Applied>,
    executed: Vec<Executed>,
    told: Vec<Told>,
    floors: Vec<Floor>,
    nodes: Vec<Node>,
    /// The newest configuration appended anywhere, and the newest committed one.
    appended_configuration: Option<(Index, NodeSet)>,
    committed_configuration: Option<(Index, NodeSet)>,
    warrants: Warrants,
    /// Broken promises: empty in a run that keeps them.
    findings: Vec<Finding>,
}

impl Ghost {
    pub(super) fn finding(&self, broken: Broken) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.broken == broken)
    }

    /// The node that leads in the latest term, as far as seen.
    pub(super) fn leader(&self) -> Option<NodeId> {
        let leads = |node: &(usize, &Node)| node.1.leads;
        let leading = self.nodes.iter().enumerate().filter(|node| node.1.leads.is_some()).max_by_key(leads)?;
        Some(NodeId(leading.0 as u8))
    }

    /// The configurations that may be in force.
    pub(super) fn configurations(&self, setup: &Setup) -> impl Iterator<Item = NodeSet> {
        let newest = [self.appended_configuration, self.committed_configuration];
        let first = newest.iter().all(Option::is_none).then(|| super::founders(setup));
        newest.into_iter().flatten().map(|(_, members)| members).chain(first)
    }

    /// Whether these are a majority, whichever configuration is in force.
    fn is_majority(&self, setup: &Setup, nodes: NodeSet) -> bool {
        self.configurations(setup).all(|members| members.intersection(nodes).len() >= majority(members.len()))
    }

    /// Whether these are no majority, whichever configuration is in force.
    fn is_minority(&self, setup: &Setup, nodes: NodeSet) -> bool {
        self.configurations(setup).all(|members| members.intersection(nodes).len() < majority(members.len()))
    }

    pub(super) fn observe(&mut self, setup: &Setup, seen: &Seen<'_, Raft>) {
        match seen {
            Seen::Event { node, event } => self.event(setup, *node, event),
            Seen::Invoked { id, request: Request::Get { key } } => self.begin_read(*id, *key),
            Seen::Returned { id, request, response } => self.returned(*id, request, response),
            Seen::Invoked { .. } | Seen::Started { .. } | Seen::Crashed { .. } | Seen::DiskLost { .. } => {}
        }
    }

    fn note(&mut self, broken: Broken, events: Vec<(NodeId, Event)>) {
        if self.finding(broken).is_none() {
            self.findings.push(Finding { broken, events, requests: Vec::new() });
        }
    }

    fn node(&mut self, node: NodeId) -> &mut Node {
        if self.nodes.len() <= node.index() {
            self.nodes.resize(node.index() + 1, Node::default());
        }
        &mut self.nodes[node.index()]
    }

    #[allow(clippy::too_many_lines, reason = "one flat match over all events")]
    fn event(&mut self, setup: &Setup, node: NodeId, event: &Event) {
        match event {
            Event::Appended { prev, entries, .. } => self.appended(node, *prev, entries, event),
            Event::Applied { index, entry, execution } => self.applied(node, *index, entry, *execution, event),
            Event::Committed { term, upto } => self.committed(node, *term, *upto),
            Event::Started { term, applied, .. } => {
                if *term < self.node(node).term {
                    self.note_fallen_term(node, event);
                }
                *self.node(node) = Node { applied: *applied, leads: None, hears: false, ..*self.node(node) };
            }
            Event::LeaderHeard { term, .. } => {
                self.enter(node, *term);
                self.node(node).hears = true;
            }
            Event::LeaderLost { .. } => self.node(node).hears = false,
            Event::PreVoteGranted { to, term } => self.warrants.granted(setup, node, *to, *term),
            Event::BecameCandidate { term, .. } => self.vote(node, *term, node, event),
            Event::VoteGranted { to, term } => self.vote(node, *term, *to, event),
            Event::LeaderElected { term, votes, log } => {
                self.elected(Office { term: *term, node, votes: *votes, log: log.clone() });
            }
            Event::SteppedDown { term, was_leader, reason } => {
                if *was_leader && matches!(reason, StepDown::LaterTerm { .. }) {
                    self.deposed(setup, node, *term, event);
                }
                self.node(node).leads = None;
            }
            Event::LedOn { .. } | Event::WaitedOn { .. } => self.went_on(setup, node, event),
            Event::TransferStarted { .. } => {
                if let Some(term) = self.node(node).leads {
                    self.warrants.offered(term + 1);
                }
            }
            Event::Truncated { .. } => {
                if let Some(term) = self.node(node).leads {
                    self.note_of_leader(Broken::LeaderAppendOnly, node, term, event);
                }
            }
            Event::SnapshotInstalled { last, applied, .. } => {
                if last.index < *applied {
                    self.note(Broken::MonotonicCommitIndex, vec![(node, event.clone())]);
                }
                self.node(node).applied = last.index;
            }
            Event::ConfigurationAppended { index, members } => {
                self.warrants.configured(setup, *members);
                if self.appended_configuration.is_none_or(|(newest, _)| newest <= *index) {
                    self.appended_configuration = Some((*index, *members));
                }
            }
            Event::ConfigurationCommitted { index, members } => {
                if self.committed_configuration.is_none_or(|(newest, _)| newest < *index) {
                    self.committed_configuration = Some((*index, *members));
                }
            }
            Event::BecamePreCandidate { .. }
            | Event::PreVoteRefused { .. }
            | Event::VoteRefused { .. }
            | Event::ConfigurationRolledBack { .. }
            | Event::CatchUpStarted { .. }
            | Event::CatchUpAbandoned { .. }
            | Event::TransferAbandoned { .. }
            | Event::SnapshotTaken { .. }
            | Event::SnapshotSent { .. }
            | Event::ReadServed { .. } => {}
        }
    }

    fn enter(&mut self, node: NodeId, term: Term) {
        let known = self.node(node);
        if term > known.term {
            (known.term, known.vote, known.hears) = (term, None, false);
        }
    }

    /// A leader goes on with what it should have ended.
    fn went_on(&mut self, setup: &Setup, node: NodeId, event: &Event) {
        match event {
            Event::LedOn { term, heard } if self.is_minority(setup, heard.with(node)) => {
                self.note_of_leader(Broken::LeaderHasQuorum, node, *term, event);
            }
            Event::WaitedOn { node: joining } => {
                let started = Event::CatchUpStarted { node: *joining };
                self.note(Broken::JoinEnds, vec![(node, started), (node, event.clone())]);
            }
            _ => {}
        }
    }

    /// A leader learnt of a later term. Those that heard it may have learnt of it as well, but have not told that they lost it.
    fn deposed(&mut self, setup: &Setup, leader: NodeId, term: Term, event: &Event) {
        let nodes = (0..).map(NodeId).zip(&self.nodes);
        let hearing: NodeSet =
            nodes.filter(|(_, known)| known.hears && known.term == term).map(|(node, _)| node).collect();
        if self.is_majority(setup, hearing.with(leader)) && !self.warrants.has_after(setup, term) {
            self.note_of_leader(Broken::UndisturbedLeader, leader, term, event);
        }
    }

    /// Something that the leader of a term should not have told, beside its election.
    fn note_of_leader(&mut self, broken: Broken, leader: NodeId, term: Term, event: &Event) {
        let office = self.offices.iter().find(|office| (office.node, office.term) == (leader, term));
        let elected = office.map(Office::elected);
        self.note(broken, elected.into_iter().chain([(leader, event.clone())]).collect());
    }

    fn vote(&mut self, node: NodeId, term: Term, candidate: NodeId, event: &Event) {
        self.enter(node, term);
        let known = self.node(node);
        if term < known.term {
            return self.note_fallen_term(node, event);
        }
        let earlier = known.vote.replace(candidate);
        if let Some(earlier) = earlier.filter(|earlier| *earlier != candidate) {
            self.note(Broken::OneVotePerTerm, vec![(node, voted(node, earlier, term)), (node, event.clone())]);
        }
    }

    /// A node is in an earlier term than it was seen in: by its vote, or by the leader that it followed.
    fn note_fallen_term(&mut self, node: NodeId, event: &Event) {
        let Node { term, vote, .. } = *self.node(node);
        let followed = || {
            let office = self.offices.iter().find(|office| office.term == term)?;
            let heard = Event::LeaderHeard { leader: office.node, term };
            Some(if office.node == node { office.elected().1 } else { heard })
        };
        let before = vote.map(|candidate| voted(node, candidate, term)).or_else(followed);
        let events = before.into_iter().chain([event.clone()]).map(|event| (node, event)).collect();
        self.note(Broken::MonotonicTerm, events);
    }

    fn elected(&mut self, office: Office) {
        self.enter(office.node, office.term);
        self.node(office.node).leads = Some(office.term);
        let rival = self.offices.iter().find(|other| other.term == office.term && other.node != office.node);
        if let Some(rival) = rival.cloned() {
            self.note(Broken::ElectionSafety, vec![rival.elected(), office.elected()]);
        }
        // Only what was committed in an earlier term must be in the log: a late leader of an older term may go on for a
        // while. By Log Matching, the last such entry stands for all before it.
        let earlier = self.commits.iter().filter(|commit| commit.term < office.term);
        if let Some(commit) = earlier.max_by_key(|commit| commit.upto.index).copied() {
            self.compare(&office, commit);
        }
        insert_newest(&mut self.offices, office, |office| office.term);
    }

    fn committed(&mut self, node: NodeId, term: Term, upto: EntryId) {
        let commit = Commit { term, upto, node };
        match self.commits.last_mut() {
            Some(newest) if newest.term == term => {
                if upto.index > newest.upto.index {
                    *newest = commit;
                }
            }
            _ => match self.commits.iter_mut().find(|known| known.term == term) {
                Some(known) if upto.index > known.upto.index => *known = commit,
                Some(_) => {}
                None => insert_newest(&mut self.commits, commit, |commit| commit.term),
            },
        }
        if self.offices.last().is_some_and(|newest| newest.term > term) {
            for place in 0..self.offices.len() {
                if self.offices[place].term > term {
                    let office = self.offices[place].clone();
                    self.compare(&office, commit);
                }
            }
        }
    }

    /// Leader Completeness: a leader of a later term has the committed entry.
    fn compare(&mut self, office: &Office, commit: Commit) {
        let replaced = commit.upto.index < office.log.base.index;
        if !replaced && office.log.term_at(commit.upto.index) != Some(commit.upto.term) {
            let committed = Event::Committed { term: commit.term, upto: commit.upto };
            self.note(Broken::LeaderCompleteness, vec![(commit.node, committed), office.elected()]);
        }
    }

    fn appended(&mut self, node: NodeId, prev: EntryId, entries: &Batch, event: &Event) {
        let mut prev_term = prev.term;
        for (index, entry) in (prev.index + 1..).zip(entries.as_slice()) {
            if !self.remember(index, Known { entry: *entry, prev_term }) {
                self.note(Broken::LogMatching, vec![(node, event.clone())]);
            }
            prev_term = entry.term;
        }
    }

    /// False if an entry of the same name is known otherwise.
    fn remember(&mut self, index: Index, known: Known) -> bool {
        if index == self.entries.last() + 1 {
            if self.entries.len() >= 2 * WINDOW {
                self.entries.forget(index - WINDOW as u64);
                let base = self.entries.base();
                self.forks.retain(|(index, _)| *index > base);
            }
            self.entries.push(known);
            return true;
        }
        let Some(first) = self.entries.get(index) else { return true };
        if first.entry.term == known.entry.term {
            return *first == known;
        }
        match self.forks.iter().find(|(place, fork)| *place == index && fork.entry.term == known.entry.term) {
            Some((_, fork)) => *fork == known,
            None => {
                self.forks.push((index, known));
                // In order, so that the same forks are the same memory.
                self.forks.sort_by_key(|(index, fork)| (*index, fork.entry.term));
                true
            }
        }
    }

    fn applied(&mut self, node: NodeId, index: Index, entry: &Entry, execution: Option<Execution>, event: &Event) {
        let before = core::mem::replace(&mut self.node(node).applied, index);
        if index <= before {
            self.note(Broken::MonotonicCommitIndex, vec![(node, event.clone())]);
        }
        if index == self.applied.last() + 1 {
            if self.applied.len() >= 2 * WINDOW {
                self.applied.forget(index - WINDOW as u64);
            }
            self.applied.push(Applied { entry: *entry, execution, node });
        } else if let Some(first) = self.applied.get(index).filter(|first| first.entry != *entry).copied() {
            let applied = Event::Applied { index, entry: first.entry, execution: first.execution };
            self.note(Broken::StateMachineSafety, vec![(first.node, applied), (node, event.clone())]);
        }
        if let (super::Payload::Command { id, .. }, Some(Execution::Executed(_))) = (entry.payload, execution) {
            self.executed(node, index, id, event);
        }
    }

    /// Exactly once: a request takes effect at one index, and none after the client's next one has.
    fn executed(&mut self, node: NodeId, index: Index, id: RequestId, event: &Event) {
        let now = Executed { client: id.client, sequence: id.sequence, index, node };
        match self.executed.binary_search_by_key(&id.client, |known| known.client) {
            Err(place) => self.executed.insert(place, now),
            Ok(place) => {
                let known = self.executed[place];
                let again = known.sequence == id.sequence && known.index != index;
                let late = known.sequence > id.sequence && known.index < index;
                if again || late {
                    let mut events: Vec<_> = self.first_applied(known.index).into_iter().collect();
                    events.push((node, event.clone()));
                    self.note(Broken::ExactlyOnce, events);
                    if let Some(finding) = self.findings.last_mut() {
                        finding.requests = vec![id];
                    }
                } else if known.sequence < id.sequence {
                    self.executed[place] = now;
                }
            }
        }
    }

    fn first_applied(&self, index: Index) -> Option<(NodeId, Event)> {
        let first = self.applied.get(index)?;
        Some((first.node, Event::Applied { index, entry: first.entry, execution: first.execution }))
    }

    fn begin_read(&mut self, id: RequestId, key: Key) {
        let told = self.told.iter().find(|told| told.key == key);
        let floor = Floor { id, revision: told.map_or(0, |told| told.revision), by: told.map(|told| told.by) };
        match self.floors.binary_search_by_key(&id.client, |floor| floor.id.client) {
            Ok(place) => self.floors[place] = floor,
            Err(place) => self.floors.insert(place, floor),
        }
    }

    fn returned(&mut self, id: RequestId, request: &Request, response: &Response) {
        match (request, response) {
            (Request::Get { key }, Response::Value(cell)) => {
                if let Ok(place) = self.floors.binary_search_by_key(&id.client, |floor| floor.id.client) {
                    let floor = self.floors.remove(place);
                    if floor.id == id && cell.revision < floor.revision {
                        let requests = floor.by.into_iter().chain([id]).collect();
                        // What the answer lacks; the answer itself is what was seen just now.
                        let events = self.first_applied(floor.revision).into_iter().collect();
                        self.findings.push(Finding { broken: Broken::ReadFreshness, events, requests });
                    }
                }
                self.tell(*key, cell.revision, id);
            }
            (Request::Do(command), Response::Done(Outcome::Stored(cell))) => {
                self.told_write(command, cell.revision, id)
            }
            (
                Request::Get { .. }
                | Request::Do(_)
                | Request::Join { .. }
                | Request::Leave { .. }
                | Request::Reconfigure { .. }
                | Request::Transfer { .. },
                _,
            ) => {}
        }
    }

    fn told_write(&mut self, command: &Command, revision: Index, id: RequestId) {
        self.tell(command.key(), revision, id);
    }

    fn tell(&mut self, key: Key, revision: Index, by: RequestId) {
        if revision == 0 {
            return;
        }
        let told = Told { key, revision, by };
        match self.told.binary_search_by_key(&key, |told| told.key) {
            Ok(place) if self.told[place].revision < revision => self.told[place] = told,
            Ok(_) => {}
            Err(place) => self.told.insert(place, told),
        }
    }
}

/// The event that a vote is told by: a candidate's own one by its candidacy.
fn voted(node: NodeId, candidate: NodeId, term: Term) -> Event {
    if node == candidate {
        Event::BecameCandidate { term, transfer: false }
    } else {
        Event::VoteGranted { to: candidate, term }
    }
}

/// Inserts in the order of terms and drops the oldest when there are too many.
fn insert_newest<T>(list: &mut Vec<T>, item: T, term: impl Fn(&T) -> Term) {
    let place = list.partition_point(|other| term(other) <= term(&item));
    list.insert(place, item);
    if list.len() > OFFICES {
        list.remove(0);
    }
}

impl Rename<Raft> for Ghost {
    fn rename(&mut self, by: &Renaming<'_, Raft>) {
        self.nodes.resize(self.nodes.len().max(usize::from(by.setup.nodes)), Node::default());
        by.places(&mut self.nodes);
        self.nodes.rename(by);
        self.offices.rename(by);
        self.commits.rename(by);
        self.entries.rename(by);
        self.forks.rename(by);
        self.applied.rename(by);
        self.executed.rename(by);
        self.appended_configuration.rename(by);
        self.committed_configuration.rename(by);
        self.warrants.rename(by);
        self.findings.rename(by);
    }
}
