//! Terms, votes, and who leads (paper §5.2, §5.4.1; thesis §4.2.3, §6.2, §9.6).

use crate::kit::Shared;
use crate::{NodeId, Span};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::{
    Append, Cx, EntryId, Event, Leadership, Lease, META, Message, NodeSet, Payload, Peer, Poll, Raft, Record, Response,
    Role, Rule, Shape, StepDown, Term, Timer, VoteRefusal,
};

impl Raft {
    /// Writes term and vote down; what follows waits until they are durable (paper fig. 2, "persistent state").
    fn save(&mut self, cx: &mut Cx<'_>) {
        let term = if cx.on(Rule::PersistTerm) { self.term } else { 0 };
        let voted_for = if cx.on(Rule::PersistVote) { self.voted_for } else { None };
        cx.append(META, Record::HardState { term, voted_for });
        // The new record stands before the old one goes: within an area a crash keeps a prefix.
        cx.trim(META, self.places.meta_end);
        self.places.meta_end += 1;
        cx.sync(&[META]);
    }

    /// Compares a message's term with the own one (paper §5.1). False if the message is not to be handled further.
    pub(super) fn enter_term(&mut self, from: NodeId, term: Term, message: &Message, cx: &mut Cx<'_>) -> bool {
        if term < self.term {
            self.answer_old_term(from, term, message, cx);
            return false;
        }
        if term == self.term {
            return true;
        }
        if let Message::RequestVote { transfer, .. } = message {
            // A server that hears a leader neither votes nor changes its term, unless that leader itself asked for the
            // election: a server that was removed, or cut off, would depose leaders for ever.
            if cx.on(Rule::LeaderStickiness) && self.hears_leader && !transfer {
                cx.emit(Event::VoteRefused { to: from, term, reason: VoteRefusal::HearsLeader });
                return false;
            }
            if self.hears_leader && *transfer && !self.is_leader() {
                self.forget_leader(cx);
            }
        }
        self.become_follower(term, StepDown::LaterTerm { from }, cx);
        true
    }

    fn answer_old_term(&self, from: NodeId, term: Term, message: &Message, cx: &mut Cx<'_>) {
        match message {
            Message::RequestVote { .. } => {
                cx.emit(Event::VoteRefused { to: from, term, reason: VoteRefusal::OldTerm });
                cx.send(from, Message::Vote { term: self.term, granted: false });
            }
            Message::AppendEntries(_) | Message::InstallSnapshot { .. } => {
                cx.send(from, Message::Appended { term: self.term, round: 0, result: Append::Outdated });
            }
            Message::RequestPreVote { .. }
            | Message::PreVote { .. }
            | Message::Vote { .. }
            | Message::Appended { .. }
            | Message::TimeoutNow { .. } => {}
        }
    }

    /// Follows in a term, the same or a later one.
    pub(super) fn become_follower(&mut self, term: Term, reason: StepDown, cx: &mut Cx<'_>) {
        let was = core::mem::replace(&mut self.role, Role::Follower);
        let old_term = self.term;
        if term > self.term {
            self.term = term;
            self.voted_for = None;
            self.leader = None;
            self.save(cx);
        }
        let was_leader = match was {
            Role::Follower | Role::PreCandidate(_) => return,
            Role::Candidate(_) => false,
            Role::Leader(leadership) => {
                self.leave_office(*leadership, cx);
                true
            }
        };
        cx.emit(Event::SteppedDown { term: old_term, was_leader, reason });
    }

    fn leave_office(&mut self, leadership: Leadership, cx: &mut Cx<'_>) {
        for timer in [Timer::Heartbeat, Timer::Quorum, Timer::LeaseA, Timer::LeaseB, Timer::Transfer] {
            cx.cancel_timer(timer);
        }
        self.leader = None;
        self.hears_leader = false;
        self.await_election(cx.config().election_timeout_min, cx);
        for read in leadership.reads {
            cx.reply(read.id, Response::NotLeader { leader: None });
        }
        if let Some((to, id)) = leadership.transfer {
            cx.reply(id, Response::NotLeader { leader: Some(to) });
        }
    }

    /// Arms the election timer: from `min` up to as much more as the timeouts differ.
    pub(super) fn await_election(&self, min: Span, cx: &mut Cx<'_>) {
        let config = cx.config();
        cx.set_timer(Timer::Election, min, min + (config.election_max() - config.election_timeout_min));
    }

    /// A leader of the own term was heard. False if that cannot be.
    pub(super) fn hear_leader(&mut self, from: NodeId, cx: &mut Cx<'_>) -> bool {
        match self.role {
            Role::Follower => {}
            // Two leaders in one term: Election Safety is broken already, and a leader never overwrites its own log.
            Role::Leader(_) => return false,
            Role::PreCandidate(_) | Role::Candidate(_) => {
                self.become_follower(self.term, StepDown::OtherLeader { leader: from }, cx);
            }
        }
        if self.leader != Some(from) {
            self.leader = Some(from);
            cx.emit(Event::LeaderHeard { leader: from, term: self.term });
        }
        if !self.hears_leader {
            self.hears_leader = true;
            cx.cancel_timer(Timer::Election);
        }
        cx.set_timer(Timer::Quiet, cx.config().election_timeout_min, cx.config().election_timeout_min);
        true
    }

    /// The minimum election timeout has passed without a word from the leader.
    pub(super) fn lose_leader(&mut self, cx: &mut Cx<'_>) {
        if self.is_leader() || !self.hears_leader {
            return;
        }
        self.hears_leader = false;
        if let Some(leader) = self.leader.take() {
            cx.emit(Event::LeaderLost { leader, term: self.term });
        }
        self.await_election(Span::ZERO, cx);
    }

    fn forget_leader(&mut self, cx: &mut Cx<'_>) {
        self.hears_leader = false;
        self.leader = None;
        cx.cancel_timer(Timer::Quiet);
        self.await_election(cx.config().election_timeout_min, cx);
    }

    /// Whether this server may start elections: a voting member, or one that a change not yet committed leaves out and
    /// that may still be needed to commit it (thesis §4.2.2).
    pub(super) fn may_campaign(&self, cx: &Cx<'_>) -> bool {
        self.members().contains(cx.me()) || self.configuration_index() > self.commit
    }

    pub(super) fn election_timeout(&mut self, cx: &mut Cx<'_>) {
        if self.is_leader() || !self.may_campaign(cx) {
            return;
        }
        if cx.on(Rule::PreVote) {
            self.campaign_in_advance(cx);
        } else {
            self.campaign(false, cx);
        }
    }

    /// Asks whether an election would be won, before any term is raised (thesis §9.6).
    fn campaign_in_advance(&mut self, cx: &mut Cx<'_>) {
        if matches!(self.role, Role::Candidate(_)) {
            self.role = Role::Follower;
        }
        let term = self.term.saturating_add(1);
        let granted = NodeSet::EMPTY.with(cx.me());
        self.await_election(cx.config().election_timeout_min, cx);
        cx.emit(Event::BecamePreCandidate { term });
        if self.is_quorum(granted, cx) {
            return self.campaign(false, cx);
        }
        self.role = Role::PreCandidate(Poll { granted, refused: NodeSet::EMPTY });
        let last = self.last();
        for member in self.members().without(cx.me()).iter() {
            cx.send(member, Message::RequestPreVote { term, last });
        }
    }

    /// Raises the term and asks for votes.
    pub(super) fn campaign(&mut self, transfer: bool, cx: &mut Cx<'_>) {
        self.term = self.term.saturating_add(1);
        self.voted_for = Some(cx.me());
        self.leader = None;
        if self.hears_leader {
            self.hears_leader = false;
            cx.cancel_timer(Timer::Quiet);
        }
        let granted = NodeSet::EMPTY.with(cx.me());
        self.role = Role::Candidate(Poll { granted, refused: NodeSet::EMPTY });
        self.await_election(cx.config().election_timeout_min, cx);
        self.save(cx);
        cx.emit(Event::BecameCandidate { term: self.term, transfer });
        if self.is_quorum(granted, cx) {
            return self.become_leader(granted, cx);
        }
        let (term, last) = (self.term, self.last());
        for member in self.members().without(cx.me()).iter() {
            cx.send(member, Message::RequestVote { term, last, transfer });
        }
    }

    /// Why a log is not good enough to lead, by its last entry (paper §5.4.1).
    fn behind(&self, candidate_last: EntryId, cx: &Cx<'_>) -> Option<VoteRefusal> {
        if !cx.on(Rule::VoteOnlyUpToDate) {
            return None;
        }
        let own_last = self.last();
        let behind = (candidate_last.term, candidate_last.index) < (own_last.term, own_last.index);
        behind.then_some(VoteRefusal::LogBehind { candidate_last, own_last })
    }

    pub(super) fn request_pre_vote(&self, from: NodeId, term: Term, last: EntryId, cx: &mut Cx<'_>) {
        let refusal = if term <= self.term {
            Some(VoteRefusal::OldTerm)
        } else if self.hears_leader {
            Some(VoteRefusal::HearsLeader)
        } else {
            self.behind(last, cx)
        };
        match refusal {
            None => {
                cx.emit(Event::PreVoteGranted { to: from, term });
                cx.send(from, Message::PreVote { term, granted: true });
            }
            Some(reason) => {
                cx.emit(Event::PreVoteRefused { to: from, term, reason });
                cx.send(from, Message::PreVote { term: self.term, granted: false });
            }
        }
    }

    pub(super) fn pre_vote(&mut self, from: NodeId, term: Term, granted: bool, cx: &mut Cx<'_>) {
        let next = self.term.saturating_add(1);
        let Role::PreCandidate(poll) = &mut self.role else { return };
        if !granted {
            poll.refused.insert(from);
        } else if term == next {
            poll.granted.insert(from);
            let granted = poll.granted;
            if self.is_quorum(granted, cx) {
                self.campaign(false, cx);
            }
        }
    }

    pub(super) fn request_vote(&mut self, from: NodeId, term: Term, last: EntryId, cx: &mut Cx<'_>) {
        let refusal = match self.voted_for {
            Some(candidate) if candidate != from => Some(VoteRefusal::AlreadyVoted { candidate }),
            Some(_) => None,
            None => self.behind(last, cx),
        };
        if let Some(reason) = refusal {
            cx.emit(Event::VoteRefused { to: from, term, reason });
            return cx.send(from, Message::Vote { term, granted: false });
        }
        if self.voted_for.is_none() {
            self.voted_for = Some(from);
            if !self.hears_leader {
                self.await_election(cx.config().election_timeout_min, cx);
            }
            self.save(cx);
            cx.emit(Event::VoteGranted { to: from, term });
        }
        cx.send(from, Message::Vote { term, granted: true });
    }

    pub(super) fn vote(&mut self, from: NodeId, granted: bool, cx: &mut Cx<'_>) {
        let Role::Candidate(poll) = &mut self.role else { return };
        if granted {
            poll.granted.insert(from);
        } else {
            poll.refused.insert(from);
        }
        let poll = *poll;
        if self.is_quorum(poll.granted, cx) {
            self.become_leader(poll.granted, cx);
        } else if self.is_quorum(poll.refused, cx) {
            self.become_follower(self.term, StepDown::Lost, cx);
        }
    }

    fn become_leader(&mut self, votes: NodeSet, cx: &mut Cx<'_>) {
        let last = self.log.last();
        let peer = Peer { next: last + 1, stored: 0, round: 0, probing: true };
        self.role = Role::Leader(Box::new(Leadership {
            peers: vec![peer; usize::from(cx.setup().nodes)],
            round: 1,
            contacted: NodeSet::EMPTY,
            first_index: last + 1,
            reads: Vec::new(),
            leases: [Lease::None; 2],
            leases_forfeited: false,
            joining: None,
            departing: NodeSet::EMPTY,
            transfer: None,
        }));
        self.leader = Some(cx.me());
        self.hears_leader = true;
        cx.cancel_timer(Timer::Election);
        let config = cx.config();
        cx.set_timer(Timer::Heartbeat, config.heartbeat_interval, config.heartbeat_interval);
        cx.set_timer(Timer::Quorum, config.election_max(), config.election_max());
        // Only members' votes count: a server that leads its own removal does not count its own.
        let votes = votes.intersection(self.members());
        cx.emit(Event::LeaderElected { term: self.term, votes, log: Shared::new(self.shape()) });
        // An entry of the own term, so that committing it commits all that came before (paper §8).
        self.append_own(Payload::Noop, cx);
        self.begin_lease(cx);
        self.broadcast_appends(true, cx);
    }

    /// Which term each part of the log is of.
    pub(super) fn shape(&self) -> Shape {
        let base = EntryId { index: self.log.base(), term: self.base_term };
        let mut runs: Vec<EntryId> = Vec::new();
        let mut term = None;
        for (index, entry) in self.log.iter() {
            if term != Some(entry.term) {
                term = Some(entry.term);
                runs.push(EntryId { index, term: entry.term });
            }
        }
        Shape { base, runs, last: self.log.last() }
    }

    /// A leader that has heard from no quorum for an election timeout steps down: perhaps another leads, and its clients
    /// should look for that one (thesis §6.2).
    pub(super) fn check_quorum(&mut self, cx: &mut Cx<'_>) {
        let Some(leadership) = self.leadership() else { return };
        let contacted = core::mem::take(&mut leadership.contacted).with(cx.me());
        if !self.is_quorum(contacted, cx) {
            if cx.on(Rule::CheckQuorum) {
                return self.become_follower(self.term, StepDown::NoQuorum, cx);
            }
            let heard = contacted.without(cx.me()).intersection(self.members());
            cx.emit(Event::LedOn { term: self.term, heard });
        }
        self.check_catch_up(cx);
        let span = cx.config().election_max();
        cx.set_timer(Timer::Quorum, span, span);
    }
}
