//! Facts with the protocol's own types, for the one file of the page that draws the protocol.

use std::any::Any;

use faultlab_core::{NodeId, Protocol, Time};
use faultlab_sim::{Fact, FactId, FactKind, PacketName, Payload, Position, Sink};

/// One fact that a protocol's view may draw.
pub struct Told<'a> {
    /// Behind the step it belongs to.
    pub position: Position,
    pub id: FactId,
    pub at: Time,
    pub what: ToldWhat<'a>,
}

/// What it tells.
pub enum ToldWhat<'a> {
    /// A `&P::Message` left its node.
    Sent {
        packet: PacketName,
        due: Time,
        message: &'a dyn Any,
    },
    /// A `&P::Message` arrived.
    Delivered {
        packet: PacketName,
        message: &'a dyn Any,
    },
    /// A `&P::Message` is lost.
    Lost {
        packet: PacketName,
        message: &'a dyn Any,
    },
    /// A `&P::Event` happened.
    Emitted {
        node: NodeId,
        event: &'a dyn Any,
    },
    Crashed {
        node: NodeId,
    },
    Booted {
        node: NodeId,
        again: bool,
    },
    Synced {
        node: NodeId,
    },
}

/// Hands every such fact on.
pub(crate) struct Reteller<'a> {
    pub(crate) position: Position,
    pub(crate) listen: &'a mut dyn FnMut(&Told<'_>),
}

impl<P: Protocol> Sink<P> for Reteller<'_> {
    fn fact(&mut self, fact: &Fact<'_, P>) {
        let what = match &fact.kind {
            FactKind::Sent { packet, payload: Payload::Message(message), due } => {
                ToldWhat::Sent { packet: *packet, due: *due, message }
            }
            FactKind::Delivered { packet, payload: Payload::Message(message) } => {
                ToldWhat::Delivered { packet: *packet, message }
            }
            FactKind::Lost { packet, payload: Payload::Message(message), .. } => {
                ToldWhat::Lost { packet: *packet, message }
            }
            FactKind::Emitted { node, event } => ToldWhat::Emitted { node: *node, event: *event },
            FactKind::Crashed { node, .. } => ToldWhat::Crashed { node: *node },
            FactKind::Booted { node, again } => ToldWhat::Booted { node: *node, again: *again },
            FactKind::Synced { node } => ToldWhat::Synced { node: *node },
            _ => return,
        };
        (self.listen)(&Told { position: self.position, id: fact.id, at: fact.at, what });
    }
}
