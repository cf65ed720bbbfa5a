//! Three-phase commit (Skeen 1981): banks that agree, transaction by transaction, whether money moves, and that do not wait for
//! a coordinator that has crashed.
//!
//! Node `n1` coordinates; every other node is a participant, a bank that keeps some of the accounts. Between the votes of
//! two-phase commit and its decision comes a phase in which everybody learns that all have voted yes.
//!
//! ```text
//!  client      coordinator           participant
//!    ──request──▶│ force `prepared`     │
//!                │── prepare ──────────▶│ force `prepared`, hold the locks
//!                │◀───────── vote yes ──│ uncertain: others may have aborted, nobody has committed
//!     force `pre-committed`             │
//!                │── pre-commit ───────▶│ force `pre-committed`
//!                │◀───────────── ack ───│ pre-committed: others may have committed, nobody has aborted
//!     force `decided`                   │
//!    ◀── answer ─│── decision: commit ─▶│ force `decided`, let the locks go
//! ```
//!
//! So no process commits while another that lives is uncertain, and the processes that live can decide among themselves:
//!
//! *Termination* (Skeen 1981; Bernstein, Hadzilacos, Goodman 1987, 7.5). Who hears nothing of the leader in time takes it for crashed
//! and turns to the lowest process that it does not take for crashed; that one leads. It asks how far the others are and decides by
//! the most advanced state:
//!
//! | what it finds among those that live | what it does |
//! |---|---|
//! | one has aborted, or has not voted | abort |
//! | else one has committed | commit |
//! | else all are uncertain | abort |
//! | else one is pre-committed | pre-commit the uncertain ones, await their acknowledgements, commit |
//!
//! *Recovery.* A process that crashed undecided asks, and takes no part in what the others decide: they have counted it as crashed.
//! Only where all processes have crashed since they voted do their states decide, once all of them have said theirs.
//!
//! # What it rests on
//!
//! A silent process must be a crashed one. So messages may take half of [`Config::bound`] at most, none may be lost, nobody may be
//! slow, and no partition may come: under a partition one side commits while the other aborts. A process sends a phase to one process
//! after the other ([`Timer::Send`]), so that it can crash having reached some of them; were all reached in one instant, two phases
//! would do.
//!
//! # Counts
//!
//! For N participants a commit without failures costs N each of `prepare`, `vote`, `pre-commit`, `ack`, `decision` and, so that the
//! coordinator may forget, a final `ack`. Forced writes: three at the coordinator, three at each participant.
//!
//! What is *absent*: a round of work before the votes, waiting for locks, changes of membership.

mod config;
mod event;
mod following;
mod ghost;
mod invariants;
mod leading;
mod message;
mod process;
mod rules;
mod spelling;
#[cfg(test)]
mod tests;

pub use crate::kit::atomic_commit::{Cause, CommitEvent, Refusal, Request, Response, Vote};
pub use crate::kit::bank::{Account, AccountSet, COORDINATOR, Layout, MAX_ACCOUNTS, Transaction, TxnId};
pub use config::Config;
pub use event::{Basis, Event};
pub use ghost::Ghost;
pub use invariants::INVARIANTS;
pub use message::{Message, Record, State, Timer};
pub use process::{Answered, Finished, Open, Part};
pub use rules::{RULES, Rule};

use crate::kit::Journal;
use crate::kit::atomic_commit::{AtomicCommit, Observer};
use crate::kit::bank::Banks;
use crate::{
    Answer, AreaId, Budget, ClusterView, Cx, Disk, Exploring, Fault, Field, Input, Invariant, Limits, LoadDraw, Mark,
    NodeId, Progress, Protocol, Seen, Setup, TimeModel, Tolerance,
};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The one area of the disk: the log.
pub const LOG: AreaId = AreaId(0);

/// The furthest that a clock's rate may be off, in millionths: waiting for three bounds still outlasts a phase of two.
const SKEW_PPM: u32 = 20_000;

/// One process of three-phase commit, coordinator or bank.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct ThreePhase {
    /// Coordinator: the number of the latest transaction.
    pub latest: u32,
    /// Bank: everything named below this is over for everybody, as the coordinator said.
    pub settled: TxnId,
    /// Transactions that it has not decided, by name.
    pub open: Vec<Open>,
    /// Transactions that it has decided and may have to speak of, by name.
    pub finished: Vec<Finished>,
    /// The balance of each account that is kept here, in the order of the accounts.
    pub balances: Vec<i64>,
    /// The accounts that undecided transactions hold.
    pub locks: AccountSet,
    /// The operator wants the next vote to be no.
    pub refuse_next: bool,
    /// Coordinator: the last request of each client, by client.
    pub sessions: Vec<Answered>,
    journal: Journal,
}

impl Banks for ThreePhase {
    fn accounts(config: &Config) -> (u8, u32) {
        (config.accounts, config.opening)
    }
}

impl AtomicCommit for ThreePhase {
    fn observer(ghost: &Ghost) -> &Observer<Event> {
        &ghost.commit
    }
}

impl Protocol for ThreePhase {
    const SLUG: &'static str = "three-phase";
    const BEHAVIOUR: u32 = 1;
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
        Self::recover(disk, cx)
    }

    fn step(&mut self, input: Input<Self>, cx: &mut Cx<'_, Self>) {
        match input {
            Input::Message { from, message } => self.on_message(from, message, cx),
            Input::Timer(Timer::Phase(txn)) => self.phase_over(txn, cx),
            Input::Timer(Timer::Wait(txn)) => self.waited(txn, cx),
            Input::Timer(Timer::Send(txn)) => self.send_next(txn, cx),
            Input::Request { id, request } => self.on_request(id, request, cx),
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
        // Whatever makes a living process silent for longer than the bound makes it look crashed.
        let faults = &[Fault::Duplication, Fault::Delay, Fault::Crash, Fault::Skew, Fault::TornRecord];
        let delay = setup.config.delay_max(setup.nodes);
        let limits = Limits { delay, skew_ppm: SKEW_PPM, ..Limits::ANY_TIMING };
        // Nobody waits for those who are down.
        let progress = Progress { down: setup.nodes.saturating_sub(1).into(), delay, skew_ppm: SKEW_PPM };
        Tolerance { faults, limits, progress }
    }

    /// With time, since nothing is promised without; long enough for one leader to be succeeded.
    fn exploring() -> Option<Exploring> {
        let budget = Budget { crashes: 1, requests: 1, timers_of: rules::TIMERS, ..Budget::NOTHING };
        let time = TimeModel::Timed { tick: rules::TICK, ticks: 12, delay_max: Some(rules::TICK) };
        Some(Exploring { nodes: 3, config: rules::BOUND, requests: &["transfer a b 30"], budget, time })
    }

    fn mark(event: &Event) -> Mark {
        match event {
            Event::Begun { .. } | Event::PreCommitAsked { .. } => Mark::Contest,
            Event::Decided { commit: true, basis: Basis::Acknowledged { .. }, .. } => Mark::Progress,
            Event::Leads { .. } => Mark::Settled,
            Event::Decided { basis: Basis::OwnLog | Basis::OwnState | Basis::NothingPrepared, .. }
            | Event::Contradicted { .. } => Mark::Trouble,
            Event::Decided { commit: true, basis: Basis::Learned { .. }, .. }
            | Event::Decided { basis: Basis::Found, .. }
            | Event::LocksTaken { .. }
            | Event::VotedYes { .. }
            | Event::PreCommitted { .. }
            | Event::AskedForDecision { .. }
            | Event::InDoubt { .. }
            | Event::Ended { .. }
            | Event::Checkpointed
            | Event::WillRefuse => Mark::Detail,
            Event::Decided { .. } | Event::Suspected { .. } | Event::Recovered { .. } => Mark::Notable,
        }
    }

    fn weight(message: &Message) -> u32 {
        const HEADER: u32 = 8;
        HEADER
            + match message {
                Message::Prepare { .. } => 24,
                Message::Vote { vote: Vote::Yes { .. }, .. } => 9,
                Message::Vote { vote: Vote::No(_), .. } => 8,
                Message::State { .. } => 2,
                Message::Decision { .. } => 1,
                Message::PreCommit { .. }
                | Message::PreAck { .. }
                | Message::Ack { .. }
                | Message::Elected { .. }
                | Message::StateRequest { .. }
                | Message::Inquiry { .. } => 0,
            }
    }

    fn route(setup: &Setup<Self>, _route: &(), request: &Request, _attempt: u32) -> NodeId {
        request.concerns(setup.nodes)
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
