//! A protocol with every kind of number, timer, area and rule, for tests of what is spelled.

use faultlab_core::{
    Answer, AreaId, Cx, Disk, Fault, Field, Input, Invariant, Limits, LoadDraw, Mark, Misspelled, Needs, NodeId,
    Progress, Promise, Protocol, Rule, Seen, Setup, Source, Span, Spelled, Tolerance, Unit, Violation, Witness, Words,
};
use faultlab_scenario::ScenarioError;
use faultlab_words::Lang;
use faultlab_words::scenario::misfit;
use serde::{Deserialize, Serialize};

/// An error as people read it.
pub(crate) fn said(error: &ScenarioError) -> String {
    misfit(Lang::En, error, &|_, _| None)
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct Probe {
    pub(crate) beats: u32,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct Config {
    pub(crate) voters: u64,
    pub(crate) heartbeat: u64,
    pub(crate) eager: u64,
    pub(crate) reads: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum Timer {
    Beat,
    Retry(NodeId),
}

impl Spelled for Timer {
    fn spell(&self, out: &mut String) {
        match self {
            Self::Beat => out.push_str("beat"),
            Self::Retry(node) => out.push_str(&format!("retry {node}")),
        }
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        match words.one_of(&["beat", "retry"])? {
            0 => Ok(Self::Beat),
            _ => Ok(Self::Retry(words.node()?)),
        }
    }
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    Get(u32),
    Put(u32, u32),
    Join(NodeId),
}

impl Spelled for Request {
    fn spell(&self, out: &mut String) {
        match self {
            Self::Get(key) => out.push_str(&format!("get {key}")),
            Self::Put(key, value) => out.push_str(&format!("put {key} {value}")),
            Self::Join(node) => out.push_str(&format!("join {node}")),
        }
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        match words.one_of(&["get", "put", "join"])? {
            0 => Ok(Self::Get(words.number("key")?)),
            1 => Ok(Self::Put(words.number("key")?, words.number("value")?)),
            _ => Ok(Self::Join(words.node()?)),
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum ProbeRule {
    PersistVote,
    UnanimousVotes,
}

impl From<ProbeRule> for usize {
    fn from(rule: ProbeRule) -> Self {
        rule as Self
    }
}

impl Protocol for Probe {
    const SLUG: &'static str = "probe";
    const BEHAVIOUR: u32 = 3;
    const AREAS: &'static [&'static str] = &["log", "meta"];

    type Config = Config;
    type Rule = ProbeRule;
    type Message = u32;
    type Timer = Timer;
    type Record = u32;
    type Request = Request;
    type Response = u32;
    type Event = u32;
    type Ghost = u32;
    type Route = ();

    fn config(nodes: u8) -> Config {
        Config { voters: u64::from(nodes), heartbeat: 60_000, eager: 0, reads: 0 }
    }

    fn fields() -> &'static [Field<Config>] {
        &[
            Field {
                slug: "voters",
                unit: Unit::Count,
                min: 1,
                max: 101,
                live: false,
                get: |config| config.voters,
                set: |config, value| config.voters = value,
            },
            Field {
                slug: "heartbeat_interval",
                unit: Unit::Span,
                min: 1_000,
                max: 10_000_000,
                live: true,
                get: |config| config.heartbeat,
                set: |config, value| config.heartbeat = value,
            },
            Field {
                slug: "eager",
                unit: Unit::Flag,
                min: 0,
                max: 1,
                live: true,
                get: |config| config.eager,
                set: |config, value| config.eager = value,
            },
            Field {
                slug: "reads",
                unit: Unit::Choice(&["read-index", "lease", "log"]),
                min: 0,
                max: 2,
                live: true,
                get: |config| config.reads,
                set: |config, value| config.reads = value,
            },
        ]
    }

    fn boot(_: &Disk<u32>, cx: &mut Cx<'_, Self>) -> Self {
        cx.set_timer(Timer::Beat, Span(cx.config().heartbeat), Span(cx.config().heartbeat * 2));
        Self { beats: 0 }
    }

    fn step(&mut self, input: Input<Self>, cx: &mut Cx<'_, Self>) {
        match input {
            Input::Message { message, .. } if cx.on(ProbeRule::UnanimousVotes) => cx.emit(message),
            Input::Message { .. } => {}
            Input::Timer(_) => {
                self.beats += 1 + cx.choose(3);
                if cx.on(ProbeRule::PersistVote) {
                    cx.append(AreaId(0), self.beats);
                    cx.sync(&[AreaId(0)]);
                }
                for node in cx.others() {
                    cx.send(node, self.beats);
                }
                cx.set_timer(Timer::Beat, Span(cx.config().heartbeat), Span(cx.config().heartbeat * 2));
            }
            Input::Request { id, .. } => cx.reply(id, self.beats),
        }
    }

    fn observe(ghost: &mut u32, _: &Setup<Self>, seen: &Seen<'_, Self>) {
        if let Seen::Event { event, .. } = seen {
            *ghost = (*ghost).max(**event);
        }
    }

    fn invariants() -> &'static [Invariant<Self>] {
        &[
            Invariant {
                slug: "few_beats",
                promise: Promise::Always(
                    |view, _| {
                        if *view.ghost > 1_000 { Err(Violation::at(vec![])) } else { Ok(()) }
                    },
                ),
                needs: Needs::Nothing,
            },
            Invariant { slug: "beats", promise: Promise::Sometimes(|view, _| *view.ghost > 3), needs: Needs::Nothing },
        ]
    }

    fn rules() -> &'static [Rule] {
        const fn rule(slug: &'static str) -> Rule {
            let source = Source { document: "none", section: "none" };
            Rule { slug, source, breaks: &["few_beats"], witness: Witness::Sweep { scenario: "probe/none" } }
        }
        const RULES: [Rule; 2] = [rule("persist_vote"), rule("unanimous_votes")];
        &RULES
    }

    fn tolerates(_: &Setup<Self>) -> Tolerance {
        Tolerance {
            faults: &Fault::ALL,
            limits: Limits { disks_lost: 1, ..Limits::ANY },
            progress: Progress { down: 1, delay: Span(u64::MAX), skew_ppm: u32::MAX },
        }
    }

    fn mark(_: &u32) -> Mark {
        Mark::Detail
    }

    fn weight(_: &u32) -> u32 {
        4
    }

    fn route(setup: &Setup<Self>, (): &(), _: &Request, attempt: u32) -> NodeId {
        NodeId((attempt % u32::from(setup.nodes)) as u8)
    }

    fn answer((): &mut (), _: NodeId, _: &Request, _: &u32) -> Answer {
        Answer::Done
    }

    fn load(_: &Setup<Self>, draw: LoadDraw) -> Request {
        if draw.read { Request::Get(draw.key) } else { Request::Put(draw.key, draw.unique) }
    }
}
