//! Facts with the protocol's own types, for the one file of the page that draws the protocol.

use std::any::Any;

use faultlab_core::{NodeId, Protocol, Time};
use faultlab_sim::{Fact, FactId, Happening, PacketName, Payload, Position, Sink};

/// One fact that carries something of the protocol.
pub struct Told<'a> {
    /// Behind the step it belongs to.
    pub position: Position,
    pub id: FactId,
    pub at: Time,
    pub what: ToldWhat<'a>,
}

/// What it carries.
pub enum ToldWhat<'a> {
    /// A `&P::Message` left its node.
    Sent { packet: PacketName, message: &'a dyn Any },
    /// A `&P::Event` happened.
    Emitted { node: NodeId, event: &'a dyn Any },
}

/// Hands every such fact on.
pub(crate) struct Reteller<'a> {
    pub(crate) position: Position,
    pub(crate) listen: &'a mut dyn FnMut(&Told<'_>),
}

impl<P: Protocol> Sink<P> for Reteller<'_> {
    fn fact(&mut self, fact: &Fact<'_, P>) {
        let what = match &fact.happening {
            Happening::Sent { packet, payload: Payload::Message(message), .. } => {
                ToldWhat::Sent { packet: *packet, message }
            }
            Happening::Emitted { node, event } => ToldWhat::Emitted { node: *node, event: *event },
            _ => return,
        };
        (self.listen)(&Told { position: self.position, id: fact.id, at: fact.at, what });
    }
}
