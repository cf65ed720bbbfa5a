//! Packets: what travels between endpoints, and how it is named.

use core::fmt;
use faultlab_core::{Endpoint, Protocol, RequestId, Time};

use crate::FactId;

/// A packet's name: its link and its number there, counted from one. It survives other seeds, edits and text.
/// A duplicate keeps the number and counts its copies: `n1->n2#7+1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketName {
    pub from: Endpoint,
    pub to: Endpoint,
    pub ordinal: u32,
    pub copy: u8,
}

impl fmt::Display for PacketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}->{}#{}", self.from, self.to, self.ordinal)?;
        if self.copy > 0 {
            write!(f, "+{}", self.copy)?;
        }
        Ok(())
    }
}

impl fmt::Debug for PacketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a packet carries.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Payload<P: Protocol> {
    Message(P::Message),
    Request { id: RequestId, request: P::Request },
    Response { id: RequestId, response: P::Response },
}

/// A packet on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Packet<P: Protocol> {
    pub name: PacketName,
    pub payload: Payload<P>,
    pub sent: Time,
    /// When it arrives, unless somebody meddles.
    pub due: Time,
    /// A person holds it: it arrives when released.
    pub held: bool,
    /// It has arrived at a paused node and waits there.
    pub waiting: bool,
    /// The fact of its sending.
    pub sent_by: FactId,
}
