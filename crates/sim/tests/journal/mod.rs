//! A protocol that does nothing but write down what clients ask, sync, and answer: for what disks, pauses and clients do.

use faultlab_core::{
    Answer, AreaId, Cx, Disk, Fault, Field, Input, Invariant, Limits, LoadDraw, Mark, Misspelled, Needs, NodeId,
    Occasion, Progress, Promise, Protocol, Rule, Seen, Setup, Span, Spelled, Time, Tolerance, Unit, Violation, Words,
};
use serde::{Deserialize, Serialize};

pub(crate) const LOG: AreaId = AreaId(0);
pub(crate) const MARK: AreaId = AreaId(1);

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct Journal {
    /// What the boot could read, and whether it met a damaged record.
    pub(crate) recovered: Vec<u32>,
    pub(crate) damaged: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct Beat;

impl Spelled for Beat {
    fn spell(&self, out: &mut String) {
        out.push_str("beat");
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        words.one_of(&["beat"]).map(|_| Self)
    }
}

/// Writes a number down; zero is never answered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct Note(pub(crate) u32);

impl Spelled for Note {
    fn spell(&self, out: &mut String) {
        out.push_str(&format!("note {}", self.0));
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        words.one_of(&["note"])?;
        words.number("number").map(Self)
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Careful;

impl From<Careful> for usize {
    fn from(Careful: Careful) -> Self {
        0
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct BeatEvery(pub(crate) u64);

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum Happened {
    Noted(u32),
    Beat,
    Heard,
}

impl Protocol for Journal {
    const SLUG: &'static str = "journal";
    const BEHAVIOUR: u32 = 1;
    const AREAS: &'static [&'static str] = &["log", "mark"];

    type Config = BeatEvery;
    type Rule = Careful;
    type Message = ();
    type Timer = Beat;
    type Record = u32;
    type Request = Note;
    type Response = u32;
    type Event = Happened;
    type Ghost = Vec<u32>;
    type Route = ();

    fn config(_: u8) -> BeatEvery {
        BeatEvery(50_000)
    }

    fn fields() -> &'static [Field<BeatEvery>] {
        const FIELDS: &[Field<BeatEvery>] = &[Field {
            slug: "beat_every",
            unit: Unit::Span,
            min: 1_000,
            max: 1_000_000,
            live: true,
            get: |config| config.0,
            set: |config, value| config.0 = value,
        }];
        FIELDS
    }

    fn boot(disk: &Disk<u32>, cx: &mut Cx<'_, Self>) -> Self {
        cx.set_timer(Beat, Span(cx.config().0), Span(cx.config().0));
        Self {
            recovered: disk.area(LOG).intact_prefix().copied().collect(),
            damaged: disk.area(LOG).records().any(|stored| stored.read().is_err()),
        }
    }

    fn step(&mut self, input: Input<Self>, cx: &mut Cx<'_, Self>) {
        match input {
            Input::Message { .. } => cx.emit(Happened::Heard),
            Input::Timer(Beat) => {
                cx.set_timer(Beat, Span(cx.config().0), Span(cx.config().0));
                cx.emit(Happened::Beat);
                for node in NodeId::all(cx.setup().nodes).skip(1) {
                    cx.send(node, ());
                }
            }
            Input::Request { id, request } => {
                cx.append(LOG, request.0);
                cx.write(MARK, 0, request.0);
                if cx.on(Careful) {
                    cx.sync(&[LOG, MARK]);
                }
                cx.emit(Happened::Noted(request.0));
                if request.0 > 0 {
                    cx.reply(id, request.0);
                }
            }
        }
    }

    fn observe(ghost: &mut Vec<u32>, _: &Setup<Self>, seen: &Seen<'_, Self>) {
        if let Seen::Event { event: Happened::Noted(number), .. } = seen {
            ghost.push(*number);
        }
    }

    fn invariants() -> &'static [Invariant<Self>] {
        const INVARIANTS: &[Invariant<Journal>] = &[
            Invariant {
                slug: "noted_is_durable",
                promise: Promise::AlwaysOfCluster(|view, occasion| match occasion {
                    Occasion::Seen(Seen::Event { node, event: Happened::Noted(number) }) => {
                        let on_disk = view.disk(*node).area(LOG).intact_prefix().any(|record| record == number);
                        if on_disk { Ok(()) } else { Err(Violation::between(vec![(*node, Happened::Noted(*number))])) }
                    }
                    _ => Ok(()),
                }),
                needs: Needs::Nothing,
            },
            Invariant {
                slug: "answers_come",
                promise: Promise::Within {
                    span: |_| Span::seconds(2),
                    met: |view| match view.oldest_request {
                        Some(asked) if view.now.since(asked) >= Span::seconds(2) => Err(Violation::at(vec![NodeId(0)])),
                        _ => Ok(()),
                    },
                },
                needs: Needs::Timed,
            },
        ];
        INVARIANTS
    }

    fn rules() -> &'static [Rule] {
        const RULES: &[Rule] = &[Rule {
            slug: "careful",
            source: faultlab_core::Source { document: "here", section: "1" },
            breaks: &["noted_is_durable"],
            witness: faultlab_core::Witness::Sweep { scenario: "" },
        }];
        RULES
    }

    fn tolerates(_: &Setup<Self>) -> Tolerance {
        Tolerance {
            faults: &[Fault::Crash, Fault::Pause],
            limits: Limits::ANY_TIMING,
            progress: Progress { down: 0, delay: Span(u64::MAX), skew_ppm: u32::MAX },
        }
    }

    fn mark(_: &Happened) -> Mark {
        Mark::Detail
    }

    fn weight(&(): &()) -> u32 {
        1
    }

    fn route(_: &Setup<Self>, (): &(), _: &Note, _: u32) -> NodeId {
        NodeId(0)
    }

    fn answer((): &mut (), _: NodeId, _: &Note, _: &u32) -> Answer {
        Answer::Done
    }

    fn load(_: &Setup<Self>, draw: LoadDraw) -> Note {
        Note(draw.unique)
    }
}

pub(crate) fn at(millis: u64) -> Time {
    Time(millis * 1_000)
}
