//! The load on Faultlab: a protocol, and a start with loss and a split every second.

use super::{HOPS, LATENCY, LOST_ONE_IN, MINORITY, NODES, REFILL, SIMULATED, SPLIT_EVERY, SPLIT_FOR};
use faultlab_core::{
    Answer, Cx, Disk, Endpoint, Fault, Field, Input, Invariant, Limits, LoadDraw, Mark, Misspelled, NodeId, Progress,
    Protocol, Rule, Seen, Setup, Span, Spelled, Time, Tolerance, Words,
};
use faultlab_sim::{Act, Action, NoSink, Simulation, Sink, Start, TraceHash};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Runs the load once and counts deliveries and new messages.
pub fn run(seed: u64) -> u64 {
    simulate(seed, &mut NoSink)
}

/// The same with a reader who reads every fact.
pub fn run_hashed(seed: u64) -> u64 {
    simulate(seed, &mut TraceHash::default())
}

fn simulate(seed: u64, sink: &mut impl Sink<Gossip>) -> u64 {
    let mut start = Start::<Gossip>::new(NODES, seed);
    start.network.loss_ppm = 1_000_000 / LOST_ONE_IN;
    start.network.latency_min = span(LATENCY);
    start.network.latency_max = span(LATENCY);
    start.load.clients = 0;
    start.acts = splits();
    let mut simulation = Simulation::new(&start);
    simulation.run(Time::ZERO + span(SIMULATED), u64::MAX, sink);
    let memories = simulation.world().slots().iter().filter_map(|slot| slot.memory.as_ref());
    memories.map(|gossip| gossip.events).sum()
}

/// Cuts between the minority and the others, and their healing, all through the run.
fn splits() -> Vec<Act<Gossip>> {
    let mut acts = Vec::new();
    let mut at = Duration::ZERO;
    while at < SIMULATED {
        let first = acts.len() as u32;
        each_crossing(|from, to| acts.push(act(at, first, Action::Cut { from, to })));
        each_crossing(|from, to| acts.push(act(at + SPLIT_FOR, first + 1, Action::Heal { from, to })));
        at += SPLIT_EVERY;
    }
    acts
}

fn act(at: Duration, gesture: u32, action: Action<Gossip>) -> Act<Gossip> {
    Act { at: Time::ZERO + span(at), after: 0, scripted: action.into(), gesture, by_person: false }
}

fn each_crossing(mut act: impl FnMut(Endpoint, Endpoint)) {
    for inside in 0..MINORITY {
        for outside in MINORITY..NODES {
            let (inside, outside) = (Endpoint::Node(NodeId(inside)), Endpoint::Node(NodeId(outside)));
            act(inside, outside);
            act(outside, inside);
        }
    }
}

fn span(duration: Duration) -> Span {
    Span::micros(duration.as_micros() as u64)
}

/// A node that passes on what it gets, to another node of its choice, until the message has made all its hops.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
struct Gossip {
    events: u64,
}

impl Gossip {
    fn pass(&mut self, hops: u8, cx: &mut Cx<'_, Self>) {
        self.events += 1;
        if hops > 0 {
            let nodes = cx.setup().nodes;
            let step = 1 + cx.choose(u32::from(nodes) - 1) as u8;
            cx.send(NodeId((cx.me().0 + step) % nodes), hops - 1);
        }
    }
}

/// The only timer and the only request there is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
struct Refill;

impl Spelled for Refill {
    fn spell(&self, out: &mut String) {
        out.push_str("refill");
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        words.one_of(&["refill"]).map(|_| Self)
    }
}

/// There is none.
#[derive(Clone, Copy)]
enum NoRule {}

impl From<NoRule> for usize {
    fn from(rule: NoRule) -> Self {
        match rule {}
    }
}

impl Protocol for Gossip {
    const SLUG: &'static str = "gossip";
    const BEHAVIOUR: u32 = 1;
    const AREAS: &'static [&'static str] = &[];

    type Config = ();
    type Rule = NoRule;
    type Message = u8;
    type Timer = Refill;
    type Record = ();
    type Request = Refill;
    type Response = ();
    type Event = ();
    type Ghost = ();
    type Route = ();

    fn config(_: u8) {}

    fn fields() -> &'static [Field<()>] {
        &[]
    }

    fn boot(_: &Disk<()>, cx: &mut Cx<'_, Self>) -> Self {
        cx.set_timer(Refill, Span::ZERO, span(REFILL));
        Self { events: 0 }
    }

    fn step(&mut self, input: Input<Self>, cx: &mut Cx<'_, Self>) {
        match input {
            Input::Message { message: hops, .. } => self.pass(hops, cx),
            Input::Timer(Refill) => {
                cx.set_timer(Refill, span(REFILL), span(REFILL));
                self.pass(HOPS, cx);
            }
            Input::Request { id, .. } => cx.reply(id, ()),
        }
    }

    fn observe((): &mut (), _: &Setup<Self>, _: &Seen<'_, Self>) {}

    fn invariants() -> &'static [Invariant<Self>] {
        &[]
    }

    fn rules() -> &'static [Rule] {
        &[]
    }

    fn tolerates(_: &Setup<Self>) -> Tolerance {
        Tolerance {
            faults: &Fault::ALL,
            limits: Limits::ANY_TIMING,
            progress: Progress { down: 0, delay: Span(u64::MAX), skew_ppm: u32::MAX },
        }
    }

    fn mark((): &()) -> Mark {
        Mark::Detail
    }

    fn weight(_: &u8) -> u32 {
        1
    }

    fn route(_: &Setup<Self>, (): &(), _: &Refill, _: u32) -> NodeId {
        NodeId(0)
    }

    fn answer((): &mut (), _: NodeId, _: &Refill, (): &()) -> Answer {
        Answer::Done
    }

    fn load(_: &Setup<Self>, _: LoadDraw) -> Refill {
        Refill
    }
}
