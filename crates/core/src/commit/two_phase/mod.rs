//! Two-phase commit with presumed abort: banks that agree, transaction by transaction, whether money moves.
//!
//! Node `n1` coordinates; every other node is a participant, a bank that keeps some of the accounts. A client asks the
//! coordinator to move money. The coordinator gets the work done, asks every participant that it concerns whether it can
//! commit (*phase one*), decides to commit only if all say yes, and tells them (*phase two*).
//!
//! ```text
//!  client      coordinator           participant
//!    ──request──▶│── work ─────────────▶│            optional round: without it, `prepare` carries the work
//!                │◀──────────── done ───│
//!                │── prepare ──────────▶│ force `prepared`, hold the locks
//!                │◀───────── vote yes ──│ in doubt from here …
//!     force `decided`                   │
//!    ◀── answer ─│── decision: commit ─▶│ … to here; force `committed`, let the locks go
//!      `end`     │◀────────────── ack ──│
//! ```
//!
//! *Presumed abort* (Mohan, Lindsay, Obermarck 1986, section 3): the coordinator logs nothing when a transaction begins or
//! aborts. Asked for a transaction it has no record of, it answers abort. So commits must be acknowledged before they are
//! forgotten, and aborts need not.
//!
//! *Cooperative termination* (Bernstein, Hadzilacos, Goodman 1987, section 7.4): a participant in doubt also asks the other
//! participants. One that has decided tells; one that has not voted aborts, records it, and tells; one in doubt cannot help.
//! If all are in doubt, they are blocked.
//!
//! # Counts
//!
//! For N participants, a commit without failures costs N each of `prepare`, `vote`, `decision` and `ack`, and with a round
//! of work 2N more. Gray and Lamport (2006) count 3N − 1 up to the last decision: their client is itself a resource manager,
//! whose vote rides on its BeginCommit, and nobody acknowledges. Here the client holds nothing, so its bank is asked and
//! votes as the others: 3N, which is their co-located figure 3M − 3 for M = N + 1 resource managers, one of them beside the
//! coordinator. N + 1 forced writes (N `prepared`, one `decided`) come before a participant may commit, as they count; with presumed abort each participant
//! then forces `committed` before it acknowledges, N more, off the critical path.
//!
//! An abort needs no record of the coordinator. The one it forces is the answer to the client (no straggling copy of a refused
//! request may commit after a restart), and the participants are told before. A no is forced as well: a participant that
//! forgot it might say yes to a second copy of the question.
//!
//! What is *absent*: waiting for locks (and so deadlocks), read-only votes, a hierarchy of coordinators, changes of membership.

mod config;
mod coordinator;
mod event;
mod invariants;
mod message;
mod participant;
mod rules;
mod spelling;
#[cfg(test)]
mod tests;

pub use crate::kit::atomic_commit::{Cause, CommitEvent, Refusal, Request, Response, Vote};
pub use crate::kit::bank::{Account, AccountSet, COORDINATOR, Layout, MAX_ACCOUNTS, Transaction, TxnId};
pub use config::Config;
pub use coordinator::{Coordinator, Open, Phase};
pub use event::Event;
pub use invariants::INVARIANTS;
pub use message::{Answered, Finished, Known, Message, OpenCommit, Record, Timer};
pub use participant::{Participant, Stage, Undecided, Waiting};
pub use rules::{RULES, Rule};

use crate::Rename;
use crate::kit::atomic_commit::{AtomicCommit, Observer};
use crate::kit::bank::{Banks, keeps_accounts};
use crate::{
    Answer, AreaId, ClusterView, Cx, Disk, Fault, Field, Input, Invariant, Limits, LoadDraw, Mark, NodeId, Progress,
    Protocol, Seen, Setup, Symmetry, Tolerance,
};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The one area of the disk: the log.
pub const LOG: AreaId = AreaId(0);

/// What the observers remember of a run.
pub type Ghost = Observer<Event>;

/// One process of two-phase commit.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(TwoPhase)]
pub enum TwoPhase {
    Coordinator(Coordinator),
    Participant(Participant),
}

impl Banks for TwoPhase {
    fn accounts(config: &Config) -> (u8, u32) {
        (config.accounts, config.opening)
    }
}

impl AtomicCommit for TwoPhase {
    fn observer(ghost: &Ghost) -> &Ghost {
        ghost
    }
}

impl Protocol for TwoPhase {
    const SLUG: &'static str = "two-phase";
    const BEHAVIOUR: u32 = 2;
    const AREAS: &'static [&'static str] = &["log"];

    type Config = Config;
    type Rule = Rule;
    type Message = Message;
    type Timer = Timer;
    type Record = Record;
    type Request = Request;
    type Response = Response;
    type Event = Event;
    type Ghost = Ghost;
    /// Everybody knows the coordinator.
    type Route = ();

    fn config(nodes: u8) -> Config {
        Config::for_nodes(nodes)
    }

    fn fields() -> &'static [Field<Config>] {
        Config::FIELDS
    }

    fn boot(disk: &Disk<Record>, cx: &mut Cx<'_, Self>) -> Self {
        if cx.me() == COORDINATOR {
            Self::Coordinator(Coordinator::boot(disk, cx))
        } else {
            Self::Participant(Participant::boot(disk, cx))
        }
    }

    fn step(&mut self, input: Input<Self>, cx: &mut Cx<'_, Self>) {
        match (self, input) {
            (Self::Coordinator(node), Input::Message { from, message }) => node.on_message(from, message, cx),
            (Self::Coordinator(node), Input::Timer(timer)) => node.on_timer(timer, cx),
            (Self::Coordinator(node), Input::Request { id, request }) => node.on_request(id, request, cx),
            (Self::Participant(node), Input::Message { from, message }) => node.on_message(from, message, cx),
            (Self::Participant(node), Input::Timer(timer)) => node.on_timer(timer, cx),
            (Self::Participant(node), Input::Request { id, request }) => node.on_request(id, request, cx),
        }
    }

    fn observe(ghost: &mut Ghost, setup: &Setup<Self>, seen: &Seen<'_, Self>) {
        ghost.observe(setup, seen);
    }

    fn invariants() -> &'static [Invariant<Self>] {
        INVARIANTS
    }

    fn rules() -> &'static [crate::Rule] {
        RULES
    }

    fn tolerates(setup: &Setup<Self>) -> Tolerance {
        // A lost or damaged log forgets promises, and nobody keeps a copy. Progress needs everybody.
        let faults = &[
            Fault::Loss,
            Fault::Duplication,
            Fault::Delay,
            Fault::Crash,
            Fault::Partition,
            Fault::Pause,
            Fault::Slowness,
            Fault::Skew,
            Fault::TornRecord,
        ];
        let progress = Progress { down: 0, delay: setup.config.delay_for_progress(), skew_ppm: 100_000 };
        Tolerance { faults, limits: Limits::ANY_TIMING, progress }
    }

    fn mark(event: &Event) -> Mark {
        match event {
            Event::PrepareAsked { .. } => Mark::Contest,
            Event::DecidedCommit { .. } => Mark::Progress,
            Event::Unblocked { .. } => Mark::Settled,
            Event::Blocked { .. }
            | Event::LeftUnanswered { .. }
            | Event::AbortedAfterYes { .. }
            | Event::NothingPrepared { .. }
            | Event::Contradicted { .. } => Mark::Trouble,
            Event::Begun { .. }
            | Event::DecidedAbort { .. }
            | Event::CoordinatorRecovered { .. }
            | Event::VotedNo { .. }
            | Event::GaveUp { .. }
            | Event::AbortedForPeer { .. }
            | Event::PresumedAbort { .. }
            | Event::Recovered { .. } => Mark::Notable,
            Event::DecisionResent { .. }
            | Event::Ended { .. }
            | Event::WorkDone { .. }
            | Event::LocksTaken { .. }
            | Event::VotedYes { .. }
            | Event::Committed { .. }
            | Event::Aborted { .. }
            | Event::AskedForDecision { .. }
            | Event::Found { .. }
            | Event::InDoubt { .. }
            | Event::Checkpointed
            | Event::WillRefuse => Mark::Detail,
        }
    }

    fn weight(message: &Message) -> u32 {
        const HEADER: u32 = 8;
        HEADER
            + match message {
                Message::Work { .. } => 12,
                Message::Prepare { work: Some(_), .. } => 12,
                Message::Prepare { work: None, .. } => 6,
                Message::Vote { vote: Vote::Yes { .. }, .. } => 9,
                Message::Vote { vote: Vote::No(_), .. } => 8,
                Message::Decision { .. } | Message::Answer { .. } => 1,
                Message::Done { .. } | Message::Ack { .. } | Message::Inquiry { .. } => 0,
            }
    }

    fn route(setup: &Setup<Self>, _route: &(), request: &Request, _attempt: u32) -> NodeId {
        request.concerns(setup.nodes)
    }

    fn symmetry() -> Option<Symmetry<Self>> {
        Some(Symmetry::of(keeps_accounts, Some(|(), _| {})))
    }

    fn answer(_route: &mut (), _from: NodeId, _request: &Request, response: &Response) -> Answer {
        response.answer()
    }

    fn load(setup: &Setup<Self>, draw: LoadDraw) -> Request {
        Request::drawn(setup, draw)
    }

    fn requests_on(_: &ClusterView<'_, Self>, node: NodeId) -> Vec<Request> {
        if node == COORDINATOR { Vec::new() } else { Vec::from([Request::Refuse { node }]) }
    }
}

/// What a participant's memory holds, for tests that look at nothing else of it.
#[cfg(test)]
fn money_for_tests(process: &TwoPhase) -> i64 {
    match process {
        TwoPhase::Coordinator(_) => 0,
        TwoPhase::Participant(bank) => bank.total(),
    }
}
