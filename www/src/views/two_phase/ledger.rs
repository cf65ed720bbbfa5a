//! What was told of each transaction: its messages, its forced writes, who was in doubt how long, and what was decided.

use faultlab_core::commit::two_phase::{COORDINATOR, CommitEvent, Event, Known, Message, Transaction, TxnId, Vote};
use faultlab_core::kit::NodeSet;
use faultlab_core::{Endpoint, NodeId, Time};
use faultlab_registry::{Told, ToldWhat};
use faultlab_sim::{PacketName, Position};

use super::super::typed::value;

/// How many transactions are remembered.
const TRACKS_MAX: usize = 12;

/// What a message does for its transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LegKind {
    Work,
    Ask,
    Yes,
    No,
    Commit,
    Abort,
    Ack,
    Inquiry,
    Unknown,
}

/// How far a message got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    Flying,
    Arrived,
    Lost,
}

/// One message.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Leg {
    pub(super) packet: PacketName,
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    pub(super) sent: Time,
    /// When it arrived, was lost, or is due.
    pub(super) ends: Time,
    pub(super) kind: LegKind,
    pub(super) fate: Fate,
    /// It came to where it was going, lost or not.
    pub(super) reached: bool,
    pub(super) position: Position,
}

/// A record was forced to disk: from the message that made it necessary to the moment it was safe.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Force {
    pub(super) node: NodeId,
    pub(super) from: Time,
    pub(super) to: Time,
}

/// From a yes to the decision.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Hold {
    pub(super) node: NodeId,
    pub(super) from: Time,
    pub(super) to: Option<Time>,
}

/// A decision taken or learnt.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Decision {
    pub(super) node: NodeId,
    pub(super) at: Time,
    pub(super) commit: bool,
    pub(super) position: Position,
}

/// A node was down.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Fall {
    pub(super) node: NodeId,
    pub(super) from: Time,
    pub(super) to: Option<Time>,
}

/// All about one transaction.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Track {
    pub(super) txn: TxnId,
    pub(super) transaction: Option<Transaction>,
    pub(super) participants: NodeSet,
    pub(super) begun: Time,
    pub(super) legs: Vec<Leg>,
    pub(super) forces: Vec<Force>,
    pub(super) holds: Vec<Hold>,
    pub(super) decisions: Vec<Decision>,
    /// When the last message of the transaction came to each node.
    heard: Vec<(NodeId, Time)>,
}

impl Track {
    fn new(txn: TxnId, begun: Time) -> Self {
        Self {
            txn,
            transaction: None,
            participants: NodeSet::EMPTY,
            begun,
            legs: Vec::new(),
            forces: Vec::new(),
            holds: Vec::new(),
            decisions: Vec::new(),
            heard: Vec::new(),
        }
    }

    /// What the coordinator decided, or what a participant learnt.
    pub(super) fn outcome(&self) -> Option<bool> {
        let by_coordinator = self.decisions.iter().find(|decision| decision.node == COORDINATOR);
        by_coordinator.or(self.decisions.first()).map(|decision| decision.commit)
    }

    fn force(&mut self, node: NodeId, to: Time) {
        let heard = self.heard.iter().rev().find(|(other, _)| *other == node).map(|(_, at)| *at);
        if let Some(from) = heard.filter(|from| *from < to) {
            self.forces.push(Force { node, from, to });
        }
    }

    fn decide(&mut self, node: NodeId, told: &Told<'_>, commit: bool) {
        for hold in self.holds.iter_mut().filter(|hold| hold.node == node && hold.to.is_none()) {
            hold.to = Some(told.at);
        }
        if !self.decisions.iter().any(|known| known.node == node && known.commit == commit) {
            self.decisions.push(Decision { node, at: told.at, commit, position: told.position });
        }
    }
}

/// The latest transactions, and who was down when.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) tracks: Vec<Track>,
    pub(super) falls: Vec<Fall>,
}

impl Ledger {
    pub(super) fn read(&mut self, told: &Told<'_>) {
        match &told.what {
            ToldWhat::Sent { packet, due, message } => {
                if let (Some(message), Endpoint::Node(from), Endpoint::Node(to)) =
                    (value::<Message>(*message), packet.from, packet.to)
                {
                    self.depart(told, *packet, from, to, *due, message);
                }
            }
            ToldWhat::Delivered { packet, message } => self.end(told, *packet, value(*message), Fate::Arrived),
            ToldWhat::Lost { packet, message } => self.end(told, *packet, value(*message), Fate::Lost),
            ToldWhat::Emitted { node, event } => {
                if let Some(event) = value::<Event>(*event) {
                    self.event(told, *node, event);
                }
            }
            ToldWhat::Crashed { node } => self.falls.push(Fall { node: *node, from: told.at, to: None }),
            ToldWhat::Booted { node, .. } => {
                for fall in self.falls.iter_mut().filter(|fall| fall.node == *node && fall.to.is_none()) {
                    fall.to = Some(told.at);
                }
            }
            ToldWhat::Synced { .. } => {}
        }
    }

    fn track(&mut self, txn: TxnId, at: Time) -> &mut Track {
        let place = match self.tracks.iter().position(|track| track.txn == txn) {
            Some(place) => place,
            None => {
                if self.tracks.len() >= TRACKS_MAX {
                    self.tracks.remove(0);
                }
                self.tracks.push(Track::new(txn, at));
                self.tracks.len() - 1
            }
        };
        &mut self.tracks[place]
    }

    fn depart(&mut self, told: &Told<'_>, packet: PacketName, from: NodeId, to: NodeId, due: Time, message: &Message) {
        let (txn, kind) = leg_of(message);
        let track = self.track(txn, told.at);
        for node in [from, to] {
            if node != COORDINATOR {
                track.participants.insert(node);
            }
        }
        let (sent, position) = (told.at, told.position);
        track.legs.push(Leg { packet, from, to, sent, ends: due, kind, fate: Fate::Flying, reached: false, position });
    }

    fn end(&mut self, told: &Told<'_>, packet: PacketName, message: Option<&Message>, fate: Fate) {
        let Some((txn, _)) = message.map(leg_of) else { return };
        let track = self.track(txn, told.at);
        if let Some(leg) = track.legs.iter_mut().rev().find(|leg| {
            leg.packet.ordinal == packet.ordinal && leg.packet.from == packet.from && leg.packet.to == packet.to
        }) {
            if leg.fate == Fate::Flying {
                leg.reached = told.at >= leg.ends;
                let half = Time(leg.sent.0 + (leg.ends.0.saturating_sub(leg.sent.0)) / 2);
                leg.ends = if fate == Fate::Lost && told.at == leg.sent { half } else { told.at };
                leg.fate = fate;
            }
            if fate == Fate::Arrived {
                let to = leg.to;
                track.heard.push((to, told.at));
            }
        }
    }

    fn event(&mut self, told: &Told<'_>, node: NodeId, event: &Event) {
        if let Some((txn, commit)) = event.decision() {
            let track = self.track(txn, told.at);
            if !matches!(event, Event::Found { .. }) {
                track.force(node, told.at);
            }
            track.decide(node, told, commit);
            return;
        }
        match *event {
            Event::Begun { txn, transaction, .. } => {
                let track = self.track(txn, told.at);
                (track.transaction, track.begun) = (Some(transaction), told.at);
            }
            Event::VotedYes { txn } => {
                let track = self.track(txn, told.at);
                track.force(node, told.at);
                track.holds.push(Hold { node, from: told.at, to: None });
            }
            _ => {}
        }
    }
}

fn leg_of(message: &Message) -> (TxnId, LegKind) {
    match *message {
        Message::Work { txn, .. } | Message::Done { txn } => (txn, LegKind::Work),
        Message::Prepare { txn, .. } => (txn, LegKind::Ask),
        Message::Vote { txn, vote: Vote::Yes { .. } } => (txn, LegKind::Yes),
        Message::Vote { txn, vote: Vote::No(_) } => (txn, LegKind::No),
        Message::Decision { txn, commit: true } | Message::Answer { txn, known: Known::Committed } => {
            (txn, LegKind::Commit)
        }
        Message::Decision { txn, commit: false } | Message::Answer { txn, known: Known::Aborted } => {
            (txn, LegKind::Abort)
        }
        Message::Ack { txn } => (txn, LegKind::Ack),
        Message::Inquiry { txn } => (txn, LegKind::Inquiry),
        Message::Answer { txn, known: Known::InDoubt } => (txn, LegKind::Unknown),
    }
}
