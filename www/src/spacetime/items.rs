//! What the diagram draws, read from the story's lines: dots, flights of messages, and stretches in which a node was down or
//! paused or a link was cut.

use std::collections::BTreeMap;

use faultlab_core::{Endpoint, Mark, NodeId};
use faultlab_registry::{Line, What};
use faultlab_sim::{FactId, LossReason, PacketName, Position};

use crate::views::Tone;

/// What a dot stands for; each has its shape.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DotKind {
    Event(Mark),
    Timer,
    Sync,
    Asked,
    Answered,
    Crash,
    Boot,
    /// Another thing that a person or the environment did to this node.
    Fault,
    Broken,
}

/// Something that happened at one place at one moment.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Dot {
    pub(super) place: Endpoint,
    pub(super) at: f64,
    pub(super) fact: FactId,
    pub(super) position: Position,
    pub(super) kind: DotKind,
}

/// How a message's way ended.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum End {
    Flying,
    Held,
    Arrived { at: f64, fact: FactId, position: Position },
    Lost { at: f64, fact: FactId, reason: LossReason },
}

/// A message on its way from lane to lane.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Flight {
    pub(super) packet: PacketName,
    pub(super) sent: f64,
    pub(super) sent_fact: FactId,
    pub(super) sent_position: Position,
    pub(super) due: f64,
    /// It came to a paused node and waited there from this moment on.
    pub(super) queued: Option<f64>,
    pub(super) end: End,
    pub(super) tone: Tone,
}

impl Flight {
    /// When its line ends: arrival, loss, or the moment it is due.
    pub(super) fn until(&self) -> f64 {
        match self.end {
            End::Flying | End::Held => self.queued.unwrap_or(self.due),
            End::Arrived { at, .. } => self.queued.unwrap_or(at),
            End::Lost { at, .. } => at.max(self.sent + (self.due - self.sent).max(1.0) * 0.5),
        }
    }

    /// How far it got, as a share of the way between the lanes.
    pub(super) fn way(&self) -> f64 {
        let End::Lost { reason, .. } = self.end else { return 1.0 };
        if reason == LossReason::Down {
            return 1.0;
        }
        ((self.until() - self.sent) / (self.due - self.sent).max(1.0)).clamp(0.15, 0.85)
    }
}

/// Why a lane looks different for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum StretchKind {
    Down,
    Paused,
    /// Some link to or from it is cut; or every link.
    Cut {
        all: bool,
    },
}

/// A time in which a node's lane looks different.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Stretch {
    pub(super) node: NodeId,
    pub(super) kind: StretchKind,
    pub(super) from: f64,
    /// None while it lasts.
    pub(super) to: Option<f64>,
}

/// Collects flights and dots from lines in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Collected {
    pub(super) dots: Vec<Dot>,
    pub(super) flights: Vec<Flight>,
    /// Flights not over yet, by packet.
    open: BTreeMap<PacketName, usize>,
}

impl Collected {
    pub(super) fn read(&mut self, line: &Line, tone: Tone) {
        let at = line.at.0 as f64;
        match &line.what {
            What::Sent { packet, due } => self.depart(line, *packet, due.0 as f64, tone),
            What::Duplicated { packet, copy, due } => {
                let tone = self.open_flight(*packet).map_or(tone, |flight| flight.tone);
                self.depart(line, *copy, due.0 as f64, tone);
            }
            What::Delivered { packet } => {
                self.end(*packet, End::Arrived { at, fact: line.id, position: line.position });
            }
            What::Lost { packet, reason } => self.end(*packet, End::Lost { at, fact: line.id, reason: *reason }),
            What::Queued { packet } => {
                if let Some(flight) = self.open_flight(*packet) {
                    flight.queued = Some(at);
                }
            }
            What::Delayed { packet, due } | What::Released { packet, due } => {
                if let Some(flight) = self.open_flight(*packet) {
                    (flight.due, flight.end) = (due.0 as f64, End::Flying);
                }
            }
            What::Held { packet } => {
                if let Some(flight) = self.open_flight(*packet) {
                    flight.end = End::Held;
                }
            }
            _ => {
                if let Some((place, kind)) = dot_of(&line.what) {
                    self.dots.push(Dot { place, at, fact: line.id, position: line.position, kind });
                }
            }
        }
    }

    fn depart(&mut self, line: &Line, packet: PacketName, due: f64, tone: Tone) {
        self.open.insert(packet, self.flights.len());
        self.flights.push(Flight {
            packet,
            sent: line.at.0 as f64,
            sent_fact: line.id,
            sent_position: line.position,
            due,
            queued: None,
            end: End::Flying,
            tone,
        });
    }

    fn open_flight(&mut self, packet: PacketName) -> Option<&mut Flight> {
        let place = *self.open.get(&packet)?;
        self.flights.get_mut(place)
    }

    fn end(&mut self, packet: PacketName, end: End) {
        if let Some(place) = self.open.remove(&packet) {
            self.flights[place].end = end;
        }
    }
}

/// The dot for a happening that is not about a packet, and where it is.
fn dot_of(what: &What) -> Option<(Endpoint, DotKind)> {
    let dot = match what {
        What::Booted { node, again: true } => (Endpoint::Node(*node), DotKind::Boot),
        What::Fired { node } => (Endpoint::Node(*node), DotKind::Timer),
        What::Synced { node } => (Endpoint::Node(*node), DotKind::Sync),
        What::Emitted { node, mark } => (Endpoint::Node(*node), DotKind::Event(*mark)),
        What::Invoked { id } | What::Retried { id, .. } => (Endpoint::Client(id.client), DotKind::Asked),
        What::Returned { id, .. } => (Endpoint::Client(id.client), DotKind::Answered),
        What::Crashed { node, .. } => (Endpoint::Node(*node), DotKind::Crash),
        What::Paused { node }
        | What::Resumed { node }
        | What::Slowed { node, .. }
        | What::Skewed { node, .. }
        | What::Corrupted { node, .. }
        | What::Torn { node, .. }
        | What::Wiped { node } => (Endpoint::Node(*node), DotKind::Fault),
        What::Broken { .. } => (Endpoint::Node(NodeId(0)), DotKind::Broken),
        What::Booted { again: false, .. }
        | What::Sent { .. }
        | What::Lost { .. }
        | What::Duplicated { .. }
        | What::Delivered { .. }
        | What::Queued { .. }
        | What::Delayed { .. }
        | What::Held { .. }
        | What::Released { .. }
        | What::Cut { .. }
        | What::Healed { .. }
        | What::Set(_)
        | What::Reached { .. }
        | What::Void(_) => return None,
    };
    Some(dot)
}

/// Follows what lasts: nodes that are down or paused, links that are cut. Reads only lines of steps that can change it.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    pub(super) stretches: Vec<Stretch>,
    down: BTreeMap<NodeId, usize>,
    paused: BTreeMap<NodeId, usize>,
    cut: BTreeMap<NodeId, usize>,
    cuts: Vec<(Endpoint, Endpoint)>,
}

impl Standing {
    /// Whether something lasts still, so that its end moves on with time.
    pub(super) fn any_lasts(&self) -> bool {
        self.stretches.iter().any(|stretch| stretch.to.is_none())
    }

    pub(super) fn read(&mut self, line: &Line, nodes: usize) {
        let at = line.at.0 as f64;
        match &line.what {
            What::Crashed { node, .. } => {
                // A crash ends a pause as well.
                close(&mut self.stretches, &mut self.paused, *node, at);
                open(&mut self.stretches, &mut self.down, *node, StretchKind::Down, at);
            }
            What::Booted { node, .. } => close(&mut self.stretches, &mut self.down, *node, at),
            What::Paused { node } => open(&mut self.stretches, &mut self.paused, *node, StretchKind::Paused, at),
            What::Resumed { node } => close(&mut self.stretches, &mut self.paused, *node, at),
            What::Cut { from, to } => {
                self.cuts.push((*from, *to));
                self.recount(*from, *to, nodes, at);
            }
            What::Healed { from, to } => {
                self.cuts.retain(|cut| *cut != (*from, *to));
                self.recount(*from, *to, nodes, at);
            }
            _ => {}
        }
    }

    fn recount(&mut self, from: Endpoint, to: Endpoint, nodes: usize, at: f64) {
        for endpoint in [from, to] {
            let Endpoint::Node(node) = endpoint else { continue };
            let between = |end: &Endpoint| matches!(end, Endpoint::Node(_));
            let links =
                self.cuts.iter().filter(|(a, b)| (*a == endpoint || *b == endpoint) && between(a) && between(b));
            let count = links.count();
            let kind = StretchKind::Cut { all: count > 0 && count >= 2 * nodes.saturating_sub(1) };
            if self.cut.get(&node).is_some_and(|place| count > 0 && self.stretches[*place].kind == kind) {
                continue;
            }
            close(&mut self.stretches, &mut self.cut, node, at);
            if count > 0 {
                open(&mut self.stretches, &mut self.cut, node, kind, at);
            }
        }
    }
}

fn open(stretches: &mut Vec<Stretch>, open: &mut BTreeMap<NodeId, usize>, node: NodeId, kind: StretchKind, from: f64) {
    open.entry(node).or_insert_with(|| {
        stretches.push(Stretch { node, kind, from, to: None });
        stretches.len() - 1
    });
}

fn close(stretches: &mut [Stretch], open: &mut BTreeMap<NodeId, usize>, node: NodeId, to: f64) {
    if let Some(stretch) = open.remove(&node).and_then(|place| stretches.get_mut(place)) {
        stretch.to = Some(to);
    }
}
