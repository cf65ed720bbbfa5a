//! A failure detector, all of whose promises rest on time: S1 says every 20 ms that it is alive, and S2 suspects it once it has
//! heard nothing for 50 to 60 ms. S2 also opens a door for the first 10 ms; nothing comes so early. S1 counts, and nothing is
//! missing in what S2 hears.

use faultlab_core::{
    Answer, AreaId, Cx, Disk, Fault, Field, Input, Invariant, Limits, LoadDraw, Mark, Misspelled, Needs, NodeId,
    Progress, Promise, Protocol, Rule, Seen, Setup, Span, Spelled, Tolerance, Violation, Words,
};
use serde::{Deserialize, Serialize};

const LOG: AreaId = AreaId(0);
const WATCHER: NodeId = NodeId(1);

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct Detector {
    door_open: bool,
    /// How often S1 has spoken, as far as this node knows.
    count: u8,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum Timer {
    Beat,
    Door,
    Patience,
}

impl Spelled for Timer {
    fn spell(&self, out: &mut String) {
        out.push_str(match self {
            Self::Beat => "beat",
            Self::Door => "door",
            Self::Patience => "patience",
        });
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        let place = words.one_of(&["beat", "door", "patience"])?;
        Ok([Self::Beat, Self::Door, Self::Patience][place])
    }
}

/// Nobody asks anything.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct Nothing;

impl Spelled for Nothing {
    fn spell(&self, out: &mut String) {
        out.push_str("nothing");
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        words.one_of(&["nothing"]).map(|_| Self)
    }
}

#[derive(Clone, Copy)]
pub(crate) struct NoRule;

impl From<NoRule> for usize {
    fn from(NoRule: NoRule) -> Self {
        0
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum Event {
    Suspected,
    /// S1 was heard while the door was open.
    HeardEarly,
    /// A number is missing.
    Missed,
}

impl Protocol for Detector {
    const SLUG: &'static str = "detector";
    const BEHAVIOUR: u32 = 1;
    const AREAS: &'static [&'static str] = &["log"];

    type Config = ();
    type Rule = NoRule;
    type Message = u8;
    type Timer = Timer;
    type Record = ();
    type Request = Nothing;
    type Response = ();
    type Event = Event;
    type Ghost = ();
    type Route = ();

    fn config(_: u8) -> Self::Config {}

    fn fields() -> &'static [Field<Self::Config>] {
        &[]
    }

    fn boot(_: &Disk<()>, cx: &mut Cx<'_, Self>) -> Self {
        if cx.me() == WATCHER {
            cx.set_timer(Timer::Door, Span::millis(10), Span::millis(10));
            cx.set_timer(Timer::Patience, Span::millis(50), Span::millis(60));
        } else {
            cx.set_timer(Timer::Beat, Span::millis(20), Span::millis(20));
        }
        Self { door_open: cx.me() == WATCHER, count: 0 }
    }

    fn step(&mut self, input: Input<Self>, cx: &mut Cx<'_, Self>) {
        match input {
            Input::Timer(Timer::Beat) => {
                cx.write(LOG, 0, ());
                cx.sync(&[LOG]);
                self.count += 1;
                cx.send(WATCHER, self.count);
                cx.set_timer(Timer::Beat, Span::millis(20), Span::millis(20));
            }
            Input::Timer(Timer::Door) => self.door_open = false,
            Input::Timer(Timer::Patience) => cx.emit(Event::Suspected),
            Input::Message { message: count, .. } => {
                if count > self.count + 1 {
                    cx.emit(Event::Missed);
                }
                self.count = self.count.max(count);
                if self.door_open {
                    cx.emit(Event::HeardEarly);
                }
                cx.set_timer(Timer::Patience, Span::millis(50), Span::millis(60));
            }
            Input::Request { id, .. } => cx.reply(id, ()),
        }
    }

    fn observe((): &mut (), _: &Setup<Self>, _: &Seen<'_, Self>) {}

    fn invariants() -> &'static [Invariant<Self>] {
        &[
            Invariant {
                slug: "accuracy",
                promise: Promise::Always(|_, seen| never(seen, Event::Suspected)),
                needs: Needs::Nothing,
            },
            Invariant {
                slug: "door",
                promise: Promise::Always(|_, seen| never(seen, Event::HeardEarly)),
                needs: Needs::Nothing,
            },
            Invariant {
                slug: "no_gap",
                promise: Promise::Always(|_, seen| never(seen, Event::Missed)),
                needs: Needs::Nothing,
            },
            // The same as accuracy, but said to rest on time.
            Invariant {
                slug: "timed_accuracy",
                promise: Promise::Always(|_, seen| never(seen, Event::Suspected)),
                needs: Needs::Timed,
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

    fn mark(_: &Event) -> Mark {
        Mark::Detail
    }

    fn weight(_: &u8) -> u32 {
        1
    }

    fn route(_: &Setup<Self>, (): &(), _: &Nothing, _: u32) -> NodeId {
        WATCHER
    }

    fn answer((): &mut (), _: NodeId, _: &Nothing, (): &()) -> Answer {
        Answer::Done
    }

    fn load(_: &Setup<Self>, _: LoadDraw) -> Nothing {
        Nothing
    }
}

fn never(seen: &Seen<'_, Detector>, what: Event) -> Result<(), Violation<Detector>> {
    match seen {
        Seen::Event { node, event } if **event == what => Err(Violation::between(vec![(*node, **event)])),
        _ => Ok(()),
    }
}
