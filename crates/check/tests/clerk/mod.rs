//! A protocol that is wrong in every way that an invariant can notice: one invariant for each kind of check and of thing seen, and
//! each is broken. A search that calls any of them exhausted is blind.

use faultlab_core::{
    Answer, AreaId, Cx, Disk, Fault, Field, Input, Invariant, Limits, LoadDraw, Mark, Misspelled, Needs, NodeId,
    ObserveSent, Occasion, Progress, Promise, Protocol, Rule, Seen, Setup, Span, Spelled, Tolerance, Violation, Words,
};
use serde::{Deserialize, Serialize};

const LOG: AreaId = AreaId(0);
const CLERK: NodeId = NodeId(0);

/// S1 notes a number, says so before the note is on its disk, and sends it to S2.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct Clerk {
    noted: bool,
}

/// What of the faults it tolerates.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct Config {
    pub(crate) tolerates_delay: bool,
    pub(crate) tolerates_copies: bool,
}

/// Time to note.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct Work;

impl Spelled for Work {
    fn spell(&self, out: &mut String) {
        out.push_str("work");
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        words.one_of(&["work"]).map(|_| Self)
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
    Noted,
    /// Said or not, as it happens: nothing else tells the one from the other.
    Sighed,
}

/// What the observers remember.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ghost {
    noted: bool,
    sent: u8,
    starts: u8,
    crashed: bool,
    disk_lost: bool,
}

impl Protocol for Clerk {
    const SLUG: &'static str = "clerk";
    const BEHAVIOUR: u32 = 1;
    const AREAS: &'static [&'static str] = &["log"];
    const OBSERVE_SENT: Option<ObserveSent<Self>> = Some(|ghost, _, _| ghost.sent = ghost.sent.saturating_add(1));

    type Config = Config;
    type Rule = NoRule;
    type Message = u8;
    type Timer = Work;
    type Record = u8;
    type Request = Work;
    type Response = ();
    type Event = Event;
    type Ghost = Ghost;
    type Route = ();

    fn config(_: u8) -> Config {
        Config { tolerates_delay: true, tolerates_copies: true }
    }

    fn fields() -> &'static [Field<Config>] {
        &[]
    }

    fn boot(_: &Disk<u8>, cx: &mut Cx<'_, Self>) -> Self {
        if cx.me() == CLERK {
            cx.set_timer(Work, Span::millis(20), Span::millis(20));
        }
        Self { noted: false }
    }

    fn step(&mut self, input: Input<Self>, cx: &mut Cx<'_, Self>) {
        match input {
            Input::Timer(Work) => {
                self.noted = true;
                cx.emit(Event::Noted);
                cx.append(LOG, 1);
                cx.send(NodeId(1), 1);
                cx.sync(&[LOG]);
            }
            Input::Message { .. } => {
                self.noted = true;
                // The first of the two worlds that are the same is the one in which nothing is seen.
                if cx.choose(2) == 1 {
                    cx.emit(Event::Sighed);
                }
            }
            Input::Request { id, .. } => cx.reply(id, ()),
        }
    }

    fn observe(ghost: &mut Ghost, _: &Setup<Self>, seen: &Seen<'_, Self>) {
        match seen {
            Seen::Event { event: Event::Noted, .. } => ghost.noted = true,
            Seen::Started { node: CLERK } => ghost.starts = ghost.starts.saturating_add(1),
            Seen::Crashed { .. } => ghost.crashed = true,
            Seen::DiskLost { .. } => ghost.disk_lost = true,
            _ => {}
        }
    }

    fn invariants() -> &'static [Invariant<Self>] {
        INVARIANTS
    }

    fn rules() -> &'static [Rule] {
        &[]
    }

    fn tolerates(setup: &Setup<Self>) -> Tolerance {
        let faults: &[Fault] = match (setup.config.tolerates_delay, setup.config.tolerates_copies) {
            (true, true) => &Fault::ALL,
            (false, _) => &[Fault::Crash],
            (true, false) => &[Fault::Delay, Fault::Crash],
        };
        Tolerance {
            faults,
            limits: Limits::ANY,
            progress: Progress { down: u32::MAX, delay: Span(u64::MAX), skew_ppm: u32::MAX },
        }
    }

    fn mark(_: &Event) -> Mark {
        Mark::Detail
    }

    fn weight(_: &u8) -> u32 {
        1
    }

    fn route(_: &Setup<Self>, (): &(), _: &Work, _: u32) -> NodeId {
        CLERK
    }

    fn answer((): &mut (), _: NodeId, _: &Work, (): &()) -> Answer {
        Answer::Done
    }

    fn load(_: &Setup<Self>, _: LoadDraw) -> Work {
        Work
    }
}

fn broken(holds: bool) -> Result<(), Violation<Clerk>> {
    if holds { Ok(()) } else { Err(Violation::at(vec![CLERK])) }
}

const fn always(slug: &'static str, promise: Promise<Clerk>) -> Invariant<Clerk> {
    Invariant { slug, promise, needs: Needs::Nothing }
}

const INVARIANTS: &[Invariant<Clerk>] = &[
    always("event", Promise::Always(|_, seen| broken(!matches!(seen, Seen::Event { event: Event::Noted, .. })))),
    always("request", Promise::Always(|_, seen| broken(!matches!(seen, Seen::Invoked { .. })))),
    always("response", Promise::Always(|_, seen| broken(!matches!(seen, Seen::Returned { .. })))),
    always("ghost_of_starts", Promise::Always(|view, _| broken(view.ghost.starts < 2))),
    always("ghost_of_crashes", Promise::Always(|view, _| broken(!(view.ghost.crashed && view.ghost.noted)))),
    always("ghost_of_lost_disks", Promise::Always(|view, _| broken(!view.ghost.disk_lost))),
    always(
        "ghost_of_sends",
        Promise::Always(|view, seen| {
            broken(view.ghost.sent == 0 || !matches!(seen, Seen::Event { event: Event::Sighed, .. }))
        }),
    ),
    always("send", Promise::AlwaysOfSends(|_, sent| broken(*sent.message != 1))),
    // Broken for a moment only: before the sync that the same step ends with.
    always(
        "disk",
        Promise::AlwaysOfCluster(|view, occasion| {
            broken(
                !matches!(occasion, Occasion::Seen(Seen::Event { event: Event::Noted, .. }))
                    || view.disk(CLERK).area(LOG).end() > 0,
            )
        }),
    ),
    always("synced_disk", Promise::AlwaysOfCluster(|view, _| broken(view.disk(CLERK).area(LOG).end() == 0))),
    always(
        "emptied_disk",
        Promise::AlwaysOfCluster(|view, _| broken(!view.ghost.disk_lost || view.disk(CLERK).area(LOG).end() > 0)),
    ),
    always("running", Promise::AlwaysOfCluster(|view, _| broken(!view.ghost.noted || view.is_up(CLERK)))),
    always(
        "running_again",
        Promise::AlwaysOfCluster(|view, _| broken(!(view.ghost.crashed && view.is_up(CLERK) && view.is_up(NodeId(1))))),
    ),
    // Nothing but the event tells the step from another that leads to the same world.
    always(
        "same_world",
        Promise::AlwaysOfCluster(|view, occasion| {
            broken(!matches!(occasion, Occasion::Seen(Seen::Event { event: Event::Sighed, .. })) || !view.is_up(CLERK))
        }),
    ),
    always("never", Promise::Always(|_, _| Ok(()))),
    Invariant { slug: "timed", promise: Promise::Always(|_, _| broken(false)), needs: Needs::Timed },
    always("situation", Promise::Sometimes(|_, seen| matches!(seen, Seen::Event { event: Event::Sighed, .. }))),
    always("never_reached", Promise::Sometimes(|_, _| false)),
    always("quiet", Promise::Within { span: |_| Span::seconds(1), met: |view| broken(view.oldest_request.is_none()) }),
];
