//! What a protocol declares stale is forgotten by a search, and a wrong declaration is found out.

use faultlab_check::worlds::{Awake, Hunt, Manner, NotStale, Order, Scope};
use faultlab_core::{
    Answer, AreaId, Cx, Disk, Fault, Field, Input, Invariant, Limits, LoadDraw, Mark, Misspelled, Needs, NodeId,
    Progress, Promise, Protocol, Rule, Seen, Setup, Span, Spelled, Stale, Tolerance, Violation, Words,
};
use faultlab_sim::{NoSink, Simulation, Start, World};
use serde::{Deserialize, Serialize};

const LOG: AreaId = AreaId(0);
const LISTENER: NodeId = NodeId(1);
const NO_GAP: &str = "no_gap";
/// Never broken: who looks for it sees everything.
const ANYTHING: &str = "anything";

/// S1 counts aloud; S2 keeps the highest number it has heard, and says if one is missing. What is not higher tells it nothing.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
struct Counter {
    highest: u8,
}

/// What S2 does, and what is said of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
struct Config {
    /// It writes the number down before it says anything.
    writes: bool,
    /// It forgets its number when a timer fires.
    forgets: bool,
    /// So much more than the highest number is declared stale; none: nothing is.
    stale_above: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
enum Timer {
    Count,
    Forget,
}

impl Spelled for Timer {
    fn spell(&self, out: &mut String) {
        out.push_str(match self {
            Self::Count => "count",
            Self::Forget => "forget",
        });
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        Ok([Self::Count, Self::Forget][words.one_of(&["count", "forget"])?])
    }
}

/// Nobody asks anything.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
struct Nothing;

impl Spelled for Nothing {
    fn spell(&self, out: &mut String) {
        out.push_str("nothing");
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        words.one_of(&["nothing"]).map(|_| Self)
    }
}

#[derive(Clone, Copy)]
struct NoRule;

impl From<NoRule> for usize {
    fn from(NoRule: NoRule) -> Self {
        0
    }
}

/// A number is missing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
struct Missed;

impl Protocol for Counter {
    const SLUG: &'static str = "counter";
    const BEHAVIOUR: u32 = 1;
    const AREAS: &'static [&'static str] = &["log"];

    type Config = Config;
    type Rule = NoRule;
    type Message = u8;
    type Timer = Timer;
    type Record = u8;
    type Request = Nothing;
    type Response = ();
    type Event = Missed;
    type Ghost = ();
    type Route = ();

    fn config(_: u8) -> Config {
        Config { writes: true, forgets: false, stale_above: Some(0) }
    }

    fn fields() -> &'static [Field<Config>] {
        &[]
    }

    fn boot(disk: &Disk<u8>, cx: &mut Cx<'_, Self>) -> Self {
        let timer = if cx.me() == LISTENER { Timer::Forget } else { Timer::Count };
        if cx.me() != LISTENER || cx.config().forgets {
            cx.set_timer(timer, Span::millis(20), Span::millis(20));
        }
        Self { highest: disk.area(LOG).last_intact().copied().unwrap_or(0) }
    }

    fn step(&mut self, input: Input<Self>, cx: &mut Cx<'_, Self>) {
        match input {
            Input::Timer(Timer::Count) => {
                self.highest += 1;
                cx.send(LISTENER, self.highest);
                cx.set_timer(Timer::Count, Span::millis(20), Span::millis(20));
            }
            Input::Timer(Timer::Forget) => self.highest = 0,
            Input::Message { message: number, .. } if number > self.highest => {
                let missed = number > self.highest + 1;
                self.highest = number;
                if cx.config().writes {
                    cx.append(LOG, number);
                    cx.sync(&[LOG]);
                }
                if missed {
                    cx.emit(Missed);
                }
            }
            Input::Message { .. } => {}
            Input::Request { id, .. } => cx.reply(id, ()),
        }
    }

    fn stale() -> Option<Stale<Self>> {
        Some(Stale {
            concerns: |_| true,
            at: |counter, setup, _, number| {
                setup.config.stale_above.is_some_and(|above| *number <= counter.highest.saturating_add(above))
            },
        })
    }

    fn observe((): &mut (), _: &Setup<Self>, _: &Seen<'_, Self>) {}

    fn invariants() -> &'static [Invariant<Self>] {
        &[
            Invariant {
                slug: NO_GAP,
                promise: Promise::Always(|_, seen| match seen {
                    Seen::Event { node, event } => Err(Violation::between(vec![(*node, **event)])),
                    _ => Ok(()),
                }),
                needs: Needs::Nothing,
            },
            Invariant { slug: ANYTHING, promise: Promise::Always(|_, _| Ok(())), needs: Needs::Nothing },
        ]
    }

    fn rules() -> &'static [Rule] {
        &[]
    }

    fn tolerates(_: &Setup<Self>) -> Tolerance {
        Tolerance {
            faults: &Fault::ALL,
            limits: Limits::ANY,
            progress: Progress { down: u32::MAX, delay: Span(u64::MAX), skew_ppm: u32::MAX },
        }
    }

    fn mark(_: &Missed) -> Mark {
        Mark::Detail
    }

    fn weight(_: &u8) -> u32 {
        1
    }

    fn route(_: &Setup<Self>, (): &(), _: &Nothing, _: u32) -> NodeId {
        LISTENER
    }

    fn answer((): &mut (), _: NodeId, _: &Nothing, (): &()) -> Answer {
        Answer::Done
    }

    fn load(_: &Setup<Self>, _: LoadDraw) -> Nothing {
        Nothing
    }
}

/// Two that have just started.
fn world(config: Config) -> World<Counter> {
    let mut start = Start::<Counter>::new(2, 1);
    start.load.clients = 0;
    start.setup.config = config;
    let mut simulation = Simulation::new(&start);
    for _ in 0..2 {
        simulation.step(&mut NoSink);
    }
    simulation.world().clone()
}

/// Everything that can happen until something that is wanted breaks.
fn explored(config: Config, scope: &Scope<Counter>, wanted: &'static str) -> Hunt<Counter> {
    let manner =
        Manner { order: Order::Breadth, worlds_max: 100_000, worlds_to_prove: 0, symmetry: false, seed: 1, threads: 1 };
    let mut hunt = Hunt::new(&world(config), scope.clone(), vec![wanted], manner).expect("no symmetry is asked for");
    while !hunt.advance() {}
    hunt
}

fn scope() -> Scope<Counter> {
    Scope { crashes: 1, duplicates: 1, timers: 3, ..Scope::still() }
}

const RIGHT: Config = Config { writes: true, forgets: false, stale_above: Some(0) };

fn caught(config: Config) -> Option<NotStale<Counter>> {
    explored(config, &scope(), ANYTHING).check_stale().err()
}

#[test]
fn what_is_stale_is_forgotten() {
    let silent = Config { stale_above: None, ..RIGHT };
    let [with, without] = [RIGHT, silent].map(|config| explored(config, &scope(), NO_GAP));
    let found = |hunt: &Hunt<Counter>| hunt.counterexample().map(|(_, found)| (found.broken.clone(), found.steps));
    assert_eq!(found(&with), Some((vec![NO_GAP], 3)), "S1 says two numbers, and the second comes first");
    assert_eq!(found(&with), found(&without));
    let [with, without] = [RIGHT, silent].map(|config| explored(config, &scope(), ANYTHING));
    assert!(with.exhausted() && without.exhausted());
    assert_eq!(with.check_stale(), Ok(()));
    assert!(with.summary().worlds < without.summary().worlds, "{:?} {:?}", with.summary(), without.summary());
}

#[test]
fn what_changes_something_is_not_stale() {
    let not_stale = caught(Config { stale_above: Some(1), ..RIGHT }).expect("the next number is news");
    assert_eq!((not_stale.how, not_stale.message, not_stale.process.highest), (Awake::Acts, 1, 0));
    assert_eq!(
        not_stale.to_string(),
        "a message from n1 that the protocol declares stale at n2 changes something there"
    );
}

#[test]
fn what_means_something_again_is_not_stale() {
    for config in [Config { writes: false, ..RIGHT }, Config { forgets: true, ..RIGHT }] {
        let not_stale = caught(config).expect("a crash or a timer makes it forget");
        assert_eq!((not_stale.how, not_stale.process.highest), (Awake::Wakes, 0));
    }
}

#[test]
fn without_its_disk_a_node_may_listen_again() {
    let config = Config { stale_above: None, ..RIGHT };
    let wiped = Scope { wipes: 1, crashes: 0, ..scope() };
    let [with, without] = [RIGHT, config].map(|config| explored(config, &wiped, ANYTHING));
    assert_eq!(with.check_stale(), Ok(()));
    assert_eq!(with.summary().worlds, without.summary().worlds, "nothing is forgotten where disks are lost");
}
