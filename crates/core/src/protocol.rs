//! The one trait every protocol implements.

use crate::{
    ClusterView, Cx, Disk, Exploring, Field, Input, Invariant, Misfit, NodeId, Registers, Rule, RuleSet, Seen, Sent,
    Spelled, Symmetry, Tolerance,
};
use alloc::vec::Vec;
use core::fmt::Debug;
use core::hash::Hash;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What every part of a protocol's state is: comparable, hashable, printable, storable, and free of borrowed things.
pub trait Value: Clone + Eq + Hash + Debug + Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<T: Clone + Eq + Hash + Debug + Serialize + DeserializeOwned + Send + Sync + 'static> Value for T {}

/// What the members of a cluster agree on before it runs. Dials and rule switches change it while it runs.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Setup<P: Protocol> {
    /// How many nodes exist, members or not.
    pub nodes: u8,
    pub config: P::Config,
    pub rules: RuleSet,
}

impl<P: Protocol> Setup<P> {
    /// The default configuration for a number of nodes, with all rules on.
    pub fn new(nodes: u8) -> Self {
        Self { nodes, config: P::config(nodes), rules: RuleSet::ALL_ON }
    }

    /// Whether a rule is on. A rule is asked for in exactly one place of its protocol.
    pub fn on(&self, rule: P::Rule) -> bool {
        self.rules.is_on(rule.into())
    }
}

/// Observers outside the protocol take note of a message that leaves a node.
pub type ObserveSent<P> = fn(&mut <P as Protocol>::Ghost, &Setup<P>, &Sent<'_, P>);

/// How to tell messages that can change nothing any more.
pub struct Stale<P: Protocol> {
    /// Whether such a message can come to that at all; the others are not looked at.
    pub concerns: fn(&P::Message) -> bool,
    /// Whether a message from a node can change nothing at a process any more: not now, and not after anything that may yet happen
    /// there, a crash included as long as the disk is kept.
    pub at: fn(&P, &Setup<P>, NodeId, &P::Message) -> bool,
}

/// What a client does with a response.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// The request is over, with success.
    Done,
    /// The request is over, without effect: the system said no.
    Refused,
    /// Ask again at once, by the route as it is now.
    Again,
    /// Not now: ask again when the retry timer fires.
    Later,
}

/// What the load asks for, as drawn by the environment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LoadDraw {
    /// Whether a reading request is wanted.
    pub read: bool,
    /// The number of the key, below the load's number of keys.
    pub key: u32,
    /// Different for each request of the run: a value to write that can be told from all others.
    pub unique: u32,
    /// Sixty-four random bits for whatever else the request needs.
    pub bits: u64,
}

/// How an event shows in the painted time line, and whether stepping by interesting events stops at it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Mark {
    /// Not by itself interesting.
    Detail,
    /// Worth a stop.
    Notable,
    /// The system got something done: an entry committed, a transaction decided.
    Progress,
    /// A decision is open: an election, a vote, a hand-off.
    Contest,
    /// Order is (again) established: a leader, a new epoch in force.
    Settled,
    /// Something the reader should worry about, short of a broken invariant: a process blocks, a copy is missing.
    Trouble,
}

/// One node's volatile state, and the protocol it follows.
///
/// All of it is deterministic: state holds ordered collections and no floats, and whatever a step must ask (a choice, the
/// clock) it asks of its [`Cx`], so that a run can be replayed and explored.
pub trait Protocol: Value {
    /// The protocol's name in files, links and on the command line.
    const SLUG: &'static str;
    /// Raised whenever the same steps give another run.
    const BEHAVIOUR: u32;
    /// The names of the disk's areas, at most [`crate::MAX_AREAS`].
    const AREAS: &'static [&'static str];
    /// How the observers take note of each message that leaves a node. None: they do not look at messages, which costs less.
    const OBSERVE_SENT: Option<ObserveSent<Self>> = None;

    /// Sizes and timeouts.
    type Config: Value;
    /// An enum of the rules, in the order of [`Protocol::rules`]; `as usize` gives the index.
    type Rule: Copy + Into<usize>;
    type Message: Value + Ord;
    type Timer: Value + Ord + Copy + Spelled;
    /// What an area of the disk is made of.
    type Record: Value;
    type Request: Value + Ord + Spelled;
    type Response: Value;
    /// What happened, in the field's terms: for the story, the observers and the checks.
    type Event: Value;
    /// What the observers remember of the run.
    type Ghost: Value + Default;
    /// What a client has learnt about whom to ask.
    type Route: Value + Default;

    /// The default configuration for a number of nodes.
    fn config(nodes: u8) -> Self::Config;

    /// Every number of the configuration.
    fn fields() -> &'static [Field<Self::Config>];

    /// A process starts: for the first time, with an empty disk, or after a crash.
    fn boot(disk: &Disk<Self::Record>, cx: &mut Cx<'_, Self>) -> Self;

    /// One input. Total: it never fails and never panics, whatever comes in.
    fn step(&mut self, input: Input<Self>, cx: &mut Cx<'_, Self>);

    /// An observer outside the protocol takes note.
    fn observe(ghost: &mut Self::Ghost, setup: &Setup<Self>, seen: &Seen<'_, Self>);

    fn invariants() -> &'static [Invariant<Self>];

    fn rules() -> &'static [Rule];

    /// The faults under which the invariants are promised, and how much of them.
    fn tolerates(setup: &Setup<Self>) -> Tolerance;

    /// A number of the configuration with which nothing is promised, because it does not fit the others. None: all fit.
    fn misfit(_setup: &Setup<Self>) -> Option<Misfit> {
        None
    }

    /// How an event shows in time.
    fn mark(event: &Self::Event) -> Mark;

    /// The bytes a message would take on a wire.
    fn weight(message: &Self::Message) -> u32;

    /// The node a client asks next; `attempt` counts from zero and grows with every try of this request.
    fn route(setup: &Setup<Self>, route: &Self::Route, request: &Self::Request, attempt: u32) -> NodeId;

    /// A client reads a response, learns from it and decides what to do.
    fn answer(route: &mut Self::Route, from: NodeId, request: &Self::Request, response: &Self::Response) -> Answer;

    /// The request for a draw of the load.
    fn load(setup: &Setup<Self>, draw: LoadDraw) -> Self::Request;

    /// What the operator may ask at any time under the protocol's promises, for a draw: sweeps ask some of it. None: nothing.
    fn operate(_setup: &Setup<Self>, _draw: LoadDraw) -> Option<Self::Request> {
        None
    }

    /// How requests read as operations on registers, if they do, and whether these are promised to be linearizable.
    fn registers() -> Option<Registers<Self>> {
        None
    }

    /// How its parts are renamed, where nodes are interchangeable: an explorer then takes clusters for one that differ only in which
    /// node is which. None: no two nodes are.
    fn symmetry() -> Option<Symmetry<Self>> {
        None
    }

    /// How to tell messages that can change nothing any more, if an explorer is to take clusters for one that differ only in such. It
    /// holds the declaration to what it works out.
    fn stale() -> Option<Stale<Self>> {
        None
    }

    /// What an explorer looks through where nothing else is said, if that is to be more than the usual cluster with a request, a
    /// crash and a few timers: its own way to what can go wrong, such as a change of members.
    fn exploring() -> Option<Exploring> {
        None
    }

    /// What the operator may ask about a node as things stand, for a person to choose from: to join, to leave, to lead.
    fn requests_on(_view: &ClusterView<'_, Self>, _node: NodeId) -> Vec<Self::Request> {
        Vec::new()
    }
}
