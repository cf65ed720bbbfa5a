//! The smallest protocol that keeps a network busy: a node that gets a rumour passes it on to a node of its choice.

use faultlab_core::{
    Answer, AreaId, Cx, Disk, Fault, Field, Input, Invariant, Limits, LoadDraw, Mark, Misspelled, Needs, NodeId,
    Progress, Promise, Protocol, Rule, Seen, Setup, Span, Spelled, Tolerance, Violation, Words,
};
use serde::{Deserialize, Serialize};

/// How many rumours each node starts.
const STARTED: u32 = 4;

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct Gossip {
    pub(crate) heard: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct Start;

impl Spelled for Start {
    fn spell(&self, out: &mut String) {
        out.push_str("start");
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        words.one_of(&["start"]).map(|_| Self)
    }
}

#[derive(Clone, Copy)]
pub(crate) struct NoRule;

impl From<NoRule> for usize {
    fn from(NoRule: NoRule) -> Self {
        0
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct Heard {
    pub(crate) hops: u32,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Longest(pub(crate) u32);

impl Protocol for Gossip {
    const SLUG: &'static str = "gossip";
    const BEHAVIOUR: u32 = 1;
    const AREAS: &'static [&'static str] = &["hops"];

    type Config = ();
    type Rule = NoRule;
    type Message = u32;
    type Timer = Start;
    type Record = u32;
    type Request = Start;
    type Response = u32;
    type Event = Heard;
    type Ghost = Longest;
    type Route = ();

    fn config(_: u8) -> Self::Config {}

    fn fields() -> &'static [Field<Self::Config>] {
        &[]
    }

    fn boot(disk: &Disk<u32>, cx: &mut Cx<'_, Self>) -> Self {
        cx.set_timer(Start, Span::millis(1), Span::millis(5));
        Self { heard: disk.area(AreaId(0)).last_intact().copied().unwrap_or(0) }
    }

    fn step(&mut self, input: Input<Self>, cx: &mut Cx<'_, Self>) {
        match input {
            Input::Message { message: hops, .. } => {
                self.heard += 1;
                if hops % 64 == 0 {
                    cx.append(AreaId(0), self.heard);
                    cx.trim(AreaId(0), u64::from(self.heard / 64));
                    cx.sync(&[AreaId(0)]);
                    cx.emit(Heard { hops });
                }
                let next = other(cx);
                cx.send(next, hops + 1);
            }
            Input::Timer(Start) => {
                for _ in 0..STARTED {
                    let next = other(cx);
                    cx.send(next, 1);
                }
            }
            Input::Request { id, .. } => cx.reply(id, self.heard),
        }
    }

    fn observe(ghost: &mut Longest, _: &Setup<Self>, seen: &Seen<'_, Self>) {
        if let Seen::Event { event, .. } = seen {
            ghost.0 = ghost.0.max(event.hops);
        }
    }

    fn invariants() -> &'static [Invariant<Self>] {
        &[
            Invariant {
                slug: "hops_are_bounded",
                promise: Promise::Always(|_, seen| match seen {
                    Seen::Event { node, event } if event.hops > 1_000_000 => {
                        Err(Violation::between(vec![(*node, (*event).clone())]))
                    }
                    _ => Ok(()),
                }),
                needs: Needs::Nothing,
            },
            Invariant {
                slug: "a_rumour_travels",
                promise: Promise::Sometimes(|view, _| view.ghost.0 >= 64),
                needs: Needs::Nothing,
            },
        ]
    }

    fn rules() -> &'static [Rule] {
        &[]
    }

    fn tolerates(_: &Setup<Self>) -> Tolerance {
        Tolerance {
            faults: &Fault::ALL,
            limits: Limits::ANY,
            progress: Progress { down: 0, delay: Span(u64::MAX), skew_ppm: u32::MAX },
        }
    }

    fn mark(_: &Heard) -> Mark {
        Mark::Detail
    }

    fn weight(_: &u32) -> u32 {
        4
    }

    fn route(setup: &Setup<Self>, (): &(), _: &Start, attempt: u32) -> NodeId {
        NodeId((attempt % u32::from(setup.nodes)) as u8)
    }

    fn answer((): &mut (), _: NodeId, _: &Start, _: &u32) -> Answer {
        Answer::Done
    }

    fn load(_: &Setup<Self>, _: LoadDraw) -> Start {
        Start
    }
}

fn other(cx: &mut Cx<'_, Gossip>) -> NodeId {
    let nodes = u32::from(cx.setup().nodes);
    let step = 1 + cx.choose(nodes - 1);
    NodeId(((u32::from(cx.me().0) + step) % nodes) as u8)
}
