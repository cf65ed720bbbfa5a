//! Paxos for one value, after Lamport, *Paxos Made Simple* (2001).
//!
//! Proposers propose values in numbered ballots, acceptors accept them, learners find out which value is chosen: the one that a majority
//! of the acceptors accepted in one ballot. A node may have all three roles. Before a proposer proposes, a majority promises its ballot
//! and reports what it has accepted; if it reports anything, the proposer has to propose that value, of several the one with the highest
//! ballot. So once a value is chosen, every later ballot carries it.
//!
//! ```text
//!   propose 1 ─▶ A (ballot 1.A) ── Prepare ──▶ A, B, C ── Promise ──▶ A ── Accept 1 ──▶ A, B, C ── Accepted ──▶ everybody: 1 is chosen
//!   propose 2 ─▶ B (ballot 2.B) ── Prepare ──▶ A, B, C ── Promise, accepted 1 in 1.A ──▶ B ── Accept 1 ──▶ …
//! ```
//!
//! **What it promises**, with any loss, delay, reordering and duplication of messages and any crashes, as long as synced records stay on
//! disk: *agreement* (no two values are learned), *validity* (a learned value was asked for by a client), *integrity* (a node that has
//! learned a value never learns another). It gets on with its work while a majority of the acceptors and a proposer run, messages take less
//! than a third of the phase timeout, and proposers do not pre-empt each other for ever: either one of them is distinguished
//! (`proposers` = 1), or each waits a random time after a ballot that was pre-empted (`back_off`).
//!
//! What is *absent*: a log of values with a stable leader (Multi-Paxos), a change of members, and learners that ask acceptors again.
//!
//! Start with [`Paxos`] and [`Ballot`].

mod acceptor;
mod ballot;
mod config;
mod event;
mod ghost;
mod invariants;
mod learner;
mod message;
mod proposer;
mod request;
mod rules;
mod spelling;

pub use acceptor::Acceptor;
pub use ballot::{Ballot, Vote};
pub use config::Config;
pub use event::Event;
pub use ghost::{BallotSeen, Carried, Chosen, Ghost};
pub use invariants::INVARIANTS;
pub use learner::Learner;
pub use message::{Message, Record, Timer};
pub use proposer::{Phase, Proposal, Proposer};
pub use request::{Request, Response};
pub use rules::{RULES, Rule};

use crate::kit::NodeSet;
use crate::{
    Answer, AreaId, Budget, Cx, Disk, Exploring, Fault, Field, Input, Invariant, Limits, LoadDraw, Mark, NodeId,
    Progress, Protocol, Seen, Setup, Span, TimeModel, Tolerance,
};
use serde::{Deserialize, Serialize};

/// A proposer's newest round.
pub const ROUND: AreaId = AreaId(0);
/// An acceptor's newest promise.
pub const PROMISED: AreaId = AreaId(1);
/// What an acceptor accepted last.
pub const ACCEPTED: AreaId = AreaId(2);

/// One node, with its roles.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Paxos {
    pub acceptor: Acceptor,
    pub proposer: Proposer,
    pub learner: Learner,
    /// The position behind each area's last record.
    pub ends: [u64; 3],
}

/// Clients learn nothing: which proposer they ask follows from their value and the number of the try.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Route;

impl Paxos {
    /// Sends a message, or hands it over at once if it is to this node itself. What it makes this node send leaves behind the syncs before
    /// it, as if it had come back over the network.
    fn tell(&mut self, to: NodeId, message: Message, cx: &mut Cx<'_, Self>) {
        if to == cx.me() {
            self.on_message(to, message, cx);
        } else {
            cx.send(to, message);
        }
    }

    /// Sends a message to these nodes, to this node itself last: what the others get need not wait until its own record is on disk.
    fn tell_all(&mut self, nodes: NodeSet, message: Message, cx: &mut Cx<'_, Self>) {
        let me = cx.me();
        for node in nodes.without(me).iter().chain(nodes.contains(me).then_some(me)) {
            self.tell(node, message, cx);
        }
    }

    fn on_message(&mut self, from: NodeId, message: Message, cx: &mut Cx<'_, Self>) {
        match message {
            Message::Prepare { ballot } => self.on_prepare(from, ballot, cx),
            Message::Promise { ballot, accepted } => self.on_promise(from, ballot, accepted, cx),
            Message::Accept { ballot, value } => self.on_accept(from, Vote { ballot, value }, cx),
            Message::Accepted { ballot, value } => self.on_accepted(from, Vote { ballot, value }, cx),
            Message::Refuse { ballot, promised } => self.on_refuse(ballot, promised, cx),
        }
    }
}

impl Protocol for Paxos {
    const SLUG: &'static str = "paxos";
    const BEHAVIOUR: u32 = 1;
    const AREAS: &'static [&'static str] = &["round", "promised", "accepted"];

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
        let mut node = Self {
            acceptor: Acceptor::default(),
            proposer: Proposer::default(),
            learner: Learner::default(),
            ends: [ROUND, PROMISED, ACCEPTED].map(|area| disk.area(area).end()),
        };
        // A record that was torn while it was written had not been spoken of; the one before it still stands.
        let records = disk.areas().iter().flat_map(|area| area.records().filter_map(|stored| stored.read().ok()));
        for record in records {
            match *record {
                Record::Round(round) => node.proposer.round = node.proposer.round.max(round),
                Record::Promised(ballot) => node.acceptor.promised = node.acceptor.promised.max(ballot),
                Record::Accepted(vote) => {
                    node.acceptor.promised = node.acceptor.promised.max(vote.ballot);
                    let newest = node.acceptor.accepted.is_none_or(|known| known.ballot <= vote.ballot);
                    node.acceptor.accepted = if newest { Some(vote) } else { node.acceptor.accepted };
                }
            }
        }
        let Acceptor { promised, accepted } = node.acceptor;
        cx.emit(Event::Started { promised, accepted });
        node
    }

    fn step(&mut self, input: Input<Self>, cx: &mut Cx<'_, Self>) {
        match input {
            Input::Message { from, message } => self.on_message(from, message, cx),
            Input::Timer(Timer::Ballot) => self.on_ballot_timer(cx),
            Input::Request { id, request: Request::Propose { value } } => self.on_propose(id, value, cx),
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
        let spared = setup.acceptors().len() - setup.majority();
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
            ],
            limits: Limits::ANY_TIMING,
            progress: Progress {
                down: (spared as u32).min(u32::from(setup.proposers()) - 1),
                delay: Span(setup.config.phase_timeout.0 / 3),
                skew_ppm: 100_000,
            },
        }
    }

    /// Two proposers duel for two clients, and a node crashes.
    fn exploring() -> Option<Exploring> {
        Some(Exploring {
            nodes: 3,
            config: &[],
            requests: &["propose 1", "propose 2"],
            budget: Budget { requests: 2, ..Budget::NOTHING },
            time: TimeModel::Asynchronous,
        })
    }

    fn mark(event: &Event) -> Mark {
        match event {
            Event::Promised { .. } => Mark::Detail,
            Event::Started { .. } | Event::Refused { .. } | Event::Accepted { .. } => Mark::Notable,
            Event::BallotStarted { .. } | Event::Proposed { .. } => Mark::Contest,
            Event::Preempted { .. } | Event::PhaseTimedOut { .. } => Mark::Trouble,
            Event::Learned { .. } => Mark::Progress,
        }
    }

    fn weight(message: &Message) -> u32 {
        // A ballot takes five bytes, a value four, the kind one.
        const HEAD: u32 = 24;
        HEAD + match message {
            Message::Prepare { .. } => 6,
            Message::Promise { accepted, .. } => 7 + if accepted.is_some() { 9 } else { 0 },
            Message::Accept { .. } | Message::Accepted { .. } => 10,
            Message::Refuse { .. } => 11,
        }
    }

    /// Values are spread over the proposers, so that clients that want different ones make them duel.
    fn route(setup: &Setup<Self>, _route: &Route, request: &Request, attempt: u32) -> NodeId {
        let Request::Propose { value } = request;
        let turn = value.wrapping_sub(1).wrapping_add(attempt) % u32::from(setup.proposers());
        NodeId(turn as u8)
    }

    fn answer(_route: &mut Route, _from: NodeId, _request: &Request, response: &Response) -> Answer {
        match response {
            Response::Chosen { .. } => Answer::Done,
            Response::NotAProposer => Answer::Later,
        }
    }

    fn load(_setup: &Setup<Self>, draw: LoadDraw) -> Request {
        Request::Propose { value: draw.unique }
    }
}

#[cfg(test)]
mod tests;
