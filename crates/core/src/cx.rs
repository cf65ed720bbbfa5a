//! What goes into a step and what comes out of it.

use crate::{AreaId, ClientId, NodeId, Operation, Protocol, RequestId, Setup, Span, Time};
use alloc::vec::Vec;

/// What a process is given: the input of a step.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Input<P: Protocol> {
    Message { from: NodeId, message: P::Message },
    Timer(P::Timer),
    Request { id: RequestId, request: P::Request },
}

/// What a step wants done, in order.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Effect<P: Protocol> {
    Send {
        to: NodeId,
        message: P::Message,
    },
    /// Leaves ahead of fences: sound only where the message promises nothing that an unsynced record holds.
    SendNow {
        to: NodeId,
        message: P::Message,
    },
    Reply {
        to: ClientId,
        id: RequestId,
        response: P::Response,
    },
    SetTimer {
        timer: P::Timer,
        min: Span,
        max: Span,
    },
    CancelTimer(P::Timer),
    Disk(AreaId, Operation<P::Record>),
    /// A fence over these areas, one bit each: what follows waits until all that was issued there is durable.
    Sync {
        areas: u8,
    },
    Emit(P::Event),
}

/// Where a step gets answers from that are not its own to know: a keyed generator, an explorer that tries them all, a record.
pub trait Answers {
    /// A number below `count`, which is at least one.
    fn choose(&mut self, count: u32) -> u32;

    /// The node's own clock, which may run fast or slow.
    fn clock(&mut self) -> Time;
}

/// Where a step happens, and the way out of it: effects are noted in order, questions are answered at once.
pub struct Cx<'a, P: Protocol> {
    setup: &'a Setup<P>,
    me: NodeId,
    effects: &'a mut Vec<Effect<P>>,
    answers: &'a mut dyn Answers,
}

impl<'a, P: Protocol> Cx<'a, P> {
    pub fn new(setup: &'a Setup<P>, me: NodeId, effects: &'a mut Vec<Effect<P>>, answers: &'a mut dyn Answers) -> Self {
        Self { setup, me, effects, answers }
    }

    /// What the cluster was set up with.
    pub const fn setup(&self) -> &'a Setup<P> {
        self.setup
    }

    pub const fn config(&self) -> &'a P::Config {
        &self.setup.config
    }

    /// Whether a rule is on.
    pub fn on(&self, rule: P::Rule) -> bool {
        self.setup.on(rule)
    }

    /// The node whose step it is.
    pub const fn me(&self) -> NodeId {
        self.me
    }

    /// All other nodes.
    pub fn others(&self) -> impl Iterator<Item = NodeId> + use<P> {
        let me = self.me;
        NodeId::all(self.setup.nodes).filter(move |node| *node != me)
    }

    /// Sends a message. It leaves once every sync before it is done.
    pub fn send(&mut self, to: NodeId, message: P::Message) {
        self.effects.push(Effect::Send { to, message });
    }

    /// Sends a message ahead of unfinished syncs. Each use needs its reason in a comment.
    pub fn send_now(&mut self, to: NodeId, message: P::Message) {
        self.effects.push(Effect::SendNow { to, message });
    }

    /// Answers a client's request.
    pub fn reply(&mut self, id: RequestId, response: P::Response) {
        self.effects.push(Effect::Reply { to: id.client, id, response });
    }

    /// Arms a timer to fire after a duration from `min` to `max`. Arming it again replaces it.
    pub fn set_timer(&mut self, timer: P::Timer, min: Span, max: Span) {
        self.effects.push(Effect::SetTimer { timer, min, max });
    }

    pub fn cancel_timer(&mut self, timer: P::Timer) {
        self.effects.push(Effect::CancelTimer(timer));
    }

    /// Adds a record at the end of an area, unsynced.
    pub fn append(&mut self, area: AreaId, record: P::Record) {
        self.effects.push(Effect::Disk(area, Operation::Append(record)));
    }

    /// Replaces the record at a position of an area in place, unsynced.
    pub fn write(&mut self, area: AreaId, at: u64, record: P::Record) {
        self.effects.push(Effect::Disk(area, Operation::Write { at, record }));
    }

    /// Forgets the records before a position, unsynced.
    pub fn trim(&mut self, area: AreaId, upto: u64) {
        self.effects.push(Effect::Disk(area, Operation::Trim { upto }));
    }

    /// Forgets the records from a position on, unsynced.
    pub fn truncate(&mut self, area: AreaId, from: u64) {
        self.effects.push(Effect::Disk(area, Operation::Truncate { from }));
    }

    /// Fences: every later send, reply and event waits until all that was issued to these areas is durable.
    pub fn sync(&mut self, areas: &[AreaId]) {
        let areas = areas.iter().fold(0, |bits, area| bits | 1 << area.0);
        self.effects.push(Effect::Sync { areas });
    }

    /// Tells observers what happened, in the field's terms. It is seen once every sync before it is done.
    pub fn emit(&mut self, event: P::Event) {
        self.effects.push(Effect::Emit(event));
    }

    /// A number below `count`; every answer is possible.
    pub fn choose(&mut self, count: u32) -> u32 {
        debug_assert!(count > 0, "a choice needs at least one option");
        if count <= 1 { 0 } else { self.answers.choose(count) }
    }

    /// The node's own clock.
    pub fn clock(&mut self) -> Time {
        self.answers.clock()
    }
}
