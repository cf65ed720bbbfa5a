//! Skeleton Name: n1 gives out numbers, each to one request; the other nodes ask it on behalf of their clients.
//!
//! `cargo xtask new-protocol` wrote this. It is a whole protocol of the smallest size, to be replaced piece by piece.
//!
//! ```text
//!   c1 ── next ──▶ n2 ── Ask ──▶ n1: the number goes to disk ── Given 7 ──▶ n2 ── 7 ──▶ c1
//! ```
//!
//! What is *absent*: another node that gives out numbers while n1 is down, and numbers without gaps: a request that is repeated
//! may take two.

mod config;
mod event;
mod invariants;
mod message;
mod rules;
mod spelling;
#[cfg(test)]
mod tests;

pub use config::Config;
pub use event::Event;
pub use invariants::{Ghost, INVARIANTS};
pub use message::{Message, Record, Request, Response, Timer};
pub use rules::{RULES, Rule};

use crate::{
    Answer, AreaId, Cx, Disk, Fault, Field, Input, Invariant, Limits, LoadDraw, Mark, NodeId, Progress, Protocol,
    RequestId, Seen, Setup, Span, Tolerance,
};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// The node that gives out the numbers.
pub const GIVER: NodeId = NodeId(0);

/// The one area of the disk: the newest number that was given.
pub const NUMBERS: AreaId = AreaId(0);

/// One node.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct SkeletonName {
    /// The newest number that was given, 0 before the first; counted by the giver only.
    pub given: u64,
    /// The position behind the last record on disk.
    pub end: u64,
    /// The newest request of each client that the giver was asked for and has not answered.
    pub asking: Vec<RequestId>,
}

impl SkeletonName {
    /// Gives the next number to a request, which a client or another node has asked for.
    fn give(&mut self, id: RequestId, asker: Option<NodeId>, cx: &mut Cx<'_, Self>) {
        self.given += 1;
        let number = self.given;
        cx.append(NUMBERS, Record { given: number });
        // Only the newest number matters; it is at the position that was the end.
        cx.trim(NUMBERS, self.end);
        self.end += 1;
        let is_synced_before = cx.on(Rule::SyncBeforeGiving);
        if is_synced_before {
            cx.sync(&[NUMBERS]);
        }
        cx.emit(Event::Given { number, id });
        match asker {
            Some(node) => cx.send(node, Message::Given { id, number }),
            None => cx.reply(id, Response { number }),
        }
        if !is_synced_before {
            cx.sync(&[NUMBERS]);
        }
    }

    /// Asks the giver for a number for each request that waits for one, until it has answered.
    fn ask(&self, cx: &mut Cx<'_, Self>) {
        for id in &self.asking {
            cx.send(GIVER, Message::Ask { id: *id });
        }
        let retry = cx.config().retry_interval;
        cx.set_timer(Timer::Retry, retry, Span(retry.0 + retry.0 / 4));
    }
}

impl Protocol for SkeletonName {
    const SLUG: &'static str = "skeleton-name";
    const BEHAVIOUR: u32 = 1;
    const AREAS: &'static [&'static str] = &["numbers"];

    type Config = Config;
    type Rule = Rule;
    type Message = Message;
    type Timer = Timer;
    type Record = Record;
    type Request = Request;
    type Response = Response;
    type Event = Event;
    type Ghost = Ghost;
    type Route = ();

    fn config(nodes: u8) -> Config {
        Config::for_nodes(nodes)
    }

    fn fields() -> &'static [Field<Config>] {
        Config::FIELDS
    }

    fn boot(disk: &Disk<Record>, _cx: &mut Cx<'_, Self>) -> Self {
        let numbers = disk.area(NUMBERS);
        let given = numbers.last_intact().map_or(0, |record| record.given);
        Self { given, end: numbers.end(), asking: Vec::new() }
    }

    fn step(&mut self, input: Input<Self>, cx: &mut Cx<'_, Self>) {
        match input {
            Input::Request { id, request: Request::Next } if cx.me() == GIVER => self.give(id, None, cx),
            Input::Request { id, request: Request::Next } => {
                self.asking.retain(|other| other.client != id.client);
                self.asking.push(id);
                self.asking.sort_unstable();
                self.ask(cx);
            }
            Input::Message { from, message: Message::Ask { id } } if cx.me() == GIVER => self.give(id, Some(from), cx),
            Input::Message { message: Message::Ask { .. }, .. } => {}
            Input::Message { message: Message::Given { id, number }, .. } => {
                if let Ok(at) = self.asking.binary_search(&id) {
                    self.asking.remove(at);
                    cx.reply(id, Response { number });
                }
                if self.asking.is_empty() {
                    cx.cancel_timer(Timer::Retry);
                }
            }
            Input::Timer(Timer::Retry) => self.ask(cx),
        }
    }

    fn observe(ghost: &mut Ghost, _setup: &Setup<Self>, seen: &Seen<'_, Self>) {
        ghost.observe(seen);
    }

    fn invariants() -> &'static [Invariant<Self>] {
        INVARIANTS
    }

    fn rules() -> &'static [crate::Rule] {
        RULES
    }

    fn tolerates(_setup: &Setup<Self>) -> Tolerance {
        Tolerance {
            faults: &[
                Fault::Loss,
                Fault::Duplication,
                Fault::Delay,
                Fault::Crash,
                Fault::Partition,
                Fault::Pause,
                Fault::Slowness,
                Fault::Skew,
                Fault::TornRecord,
            ],
            limits: Limits::ANY_TIMING,
            progress: Progress { down: 0, delay: Span(u64::MAX), skew_ppm: u32::MAX },
        }
    }

    fn mark(event: &Event) -> Mark {
        match event {
            Event::Given { .. } => Mark::Progress,
        }
    }

    fn weight(message: &Message) -> u32 {
        match message {
            Message::Ask { .. } => 8,
            Message::Given { .. } => 16,
        }
    }

    fn route(setup: &Setup<Self>, (): &(), _request: &Request, attempt: u32) -> NodeId {
        // The second node first, so that something can be seen on its way.
        NodeId(((1 + attempt) % u32::from(setup.nodes.max(1))) as u8)
    }

    fn answer((): &mut (), _from: NodeId, _request: &Request, _response: &Response) -> Answer {
        Answer::Done
    }

    fn load(_setup: &Setup<Self>, _draw: LoadDraw) -> Request {
        Request::Next
    }
}
