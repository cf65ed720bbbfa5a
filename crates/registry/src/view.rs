//! One moment of a run, as plain values.

use faultlab_core::{ClientId, Condition, Endpoint, Excess, NodeId, Span, Time};
use faultlab_sim::{BranchId, Load, Network, PacketName, Position};

use crate::InvariantKind;

/// What the stage draws.
#[derive(Clone, PartialEq, Debug)]
pub struct Moment {
    pub now: Time,
    pub nodes: Vec<NodeView>,
    /// Sorted by arrival, then by name.
    pub packets: Vec<PacketView>,
    /// Directed.
    pub cuts: Vec<(Endpoint, Endpoint)>,
    pub clients: Vec<ClientView>,
    pub network: Network,
    pub load: Load,
    /// The configuration, in the order of [`crate::About::fields`].
    pub config: Vec<u64>,
    /// Whether each rule is on, in the order of [`crate::About::rules`].
    pub rules: Vec<bool>,
    /// In what the run so far lies outside what the protocol promises to survive.
    pub beyond: Option<Excess>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct NodeView {
    pub id: NodeId,
    /// What people call it: `S3`, `coordinator`.
    pub name: String,
    pub up: bool,
    pub paused: bool,
    /// How long disk and links take, in per cent of the usual.
    pub percent: u32,
    pub skew_ppm: i32,
    /// Sorted by deadline.
    pub timers: Vec<TimerView>,
    pub areas: Vec<AreaView>,
    /// Whether a sync is under way, and something waits for it.
    pub syncing: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub struct TimerView {
    /// As scenario text spells it.
    pub slug: String,
    pub name: String,
    /// The longest it could have been armed for: what the full arc stands for.
    pub full: Span,
    pub left: Span,
}

#[derive(Clone, PartialEq, Debug)]
pub struct AreaView {
    pub slug: &'static str,
    pub name: String,
    /// The position of the first record shown.
    pub first: u64,
    /// Synced records, the newest last; only the newest ones if there are many.
    pub synced: Vec<RecordView>,
    pub unsynced: Vec<RecordView>,
    /// What a crash or a wipe took from a node that is down.
    pub lost: Vec<RecordView>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct RecordView {
    pub text: String,
    pub condition: Condition,
}

/// What a packet is to those who see it pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PacketKind {
    /// Between nodes.
    Message,
    /// From a client.
    Request,
    /// To a client.
    Response,
}

#[derive(Clone, PartialEq, Debug)]
pub struct PacketView {
    pub name: PacketName,
    pub kind: PacketKind,
    /// A few words: `vote? term 4`.
    pub label: String,
    pub sent: Time,
    pub due: Time,
    pub held: bool,
    /// It has arrived at a paused node.
    pub waiting: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub struct ClientView {
    pub id: ClientId,
    /// The request it waits for, in words, and whom it last asked.
    pub waiting: Option<(String, NodeId)>,
    pub since: Time,
    pub queued: usize,
}

/// How a check stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CheckState {
    Holds,
    Broken,
    /// A Sometimes that has, or has not yet, been reached.
    Reached,
    NotYet,
    /// A Within that is not judged, since messages may take longer than progress allows.
    NotJudged {
        delay: Span,
        limit: Span,
    },
    /// A Figure with its measure and bound, in millionths.
    Measured {
        measured_ppm: u64,
        bound_ppm: u64,
    },
}

#[derive(Clone, PartialEq, Debug)]
pub struct CheckView {
    pub slug: &'static str,
    pub kind: InvariantKind,
    pub name: &'static str,
    pub meaning: &'static str,
    pub state: CheckState,
    /// For a broken one: the nodes that it is about.
    pub nodes: Vec<NodeId>,
    /// For a broken one: what leads to the facts that break it, and these as sentences.
    pub heading: &'static str,
    pub facts: Vec<String>,
}

/// Something the operator may ask about a node: what a person reads, and the act that asks it.
#[derive(Clone, PartialEq, Debug)]
pub struct OperatorRequest {
    /// `Make it leader`
    pub verb: String,
    /// As scenario text: `request c0 transfer n2`.
    pub act: String,
}

#[derive(Clone, PartialEq, Debug)]
pub struct BranchView {
    pub id: BranchId,
    /// `first run`, `you: crash S1 at 1.46 s`.
    pub name: String,
    pub parent: Option<(BranchId, Position)>,
    pub current: bool,
    pub steps: usize,
}
