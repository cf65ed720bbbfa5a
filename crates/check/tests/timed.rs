//! Searches in which time passes: what breaks where time promises nothing holds where delays are bounded, and what is found keeps
//! time in the real world.

mod detector;

use detector::{Detector, Timer};
use faultlab_check::worlds::{Drawn, Hunt, Manner, Order, Scope, Timing, Unfit};
use faultlab_core::{Armed, Endpoint, Keep, NodeId, Span, Time};
use faultlab_sim::{Act, Action, NoSink, PacketName, ScriptedAction, Setting, Simulation, Start, World};

const TICK: Span = Span::millis(10);

fn timed(delay_max: Option<Span>) -> Scope<Detector> {
    let timing = Timing { tick: TICK, ticks_max: 12, delay_max };
    Scope { timers: 15, timing: Some(timing), ..Scope::still() }
}

fn asynchronous() -> Scope<Detector> {
    Scope { timers: 2, ..Scope::still() }
}

/// The two have just started; this fast are their clocks.
fn begun(skews_ppm: [i32; 2]) -> Start<Detector> {
    let mut start = Start::new(2, 1);
    start.load.clients = 0;
    for (node, ppm) in NodeId::all(2).zip(skews_ppm) {
        let scripted = Action::Skew { node, ppm }.into();
        start.acts.push(Act { at: Time::ZERO, after: 2, scripted, gesture: 0, by_person: false });
    }
    start
}

fn world(start: &Start<Detector>, steps: usize) -> World<Detector> {
    let mut simulation = Simulation::new(start);
    for _ in 0..steps {
        simulation.step(&mut NoSink);
    }
    simulation.world().clone()
}

fn hunted(world: &World<Detector>, scope: &Scope<Detector>, wanted: &[&'static str], order: Order) -> Hunt<Detector> {
    let manner = Manner { order, worlds_max: 300_000, worlds_to_prove: 0, symmetry: false, seed: 1, threads: 1 };
    let hunt = Hunt::new(world, scope.clone(), wanted.to_vec(), manner);
    let mut hunt = hunt.expect("no symmetry is asked for");
    for _ in 0..100 {
        if hunt.advance() {
            break;
        }
    }
    hunt
}

/// True if it breaks, false if everything was seen and nothing does; with and without the reductions.
fn breaks(skews_ppm: [i32; 2], scope: &Scope<Detector>, wanted: &'static str) -> bool {
    let world = world(&begun(skews_ppm), 4);
    let [reduced, full] = [false, true].map(|full| {
        let hunt = hunted(&world, &Scope { full, ..scope.clone() }, &[wanted], Order::Breadth);
        if let Some((prefix, counterexample)) = hunt.counterexample() {
            keeps_time(&world, scope, prefix, &counterexample.script, counterexample.moments.as_deref());
        } else {
            assert!(hunt.exhausted(), "{wanted}: {:?}", hunt.summary());
        }
        let deep = hunted(&world, &Scope { full, ..scope.clone() }, &[wanted], Order::Depth);
        assert_eq!(
            hunt.counterexample().is_some(),
            deep.counterexample().is_some(),
            "{wanted}: as far as it goes first, or nearest first"
        );
        hunt.counterexample().is_some()
    });
    assert_eq!(reduced, full, "{wanted}: reductions change no verdict");
    reduced
}

/// Does a counterexample again and looks at the moments: no timer fires outside its range, none is left behind its upper end, and no packet
/// arrives late.
fn keeps_time(
    world: &World<Detector>,
    scope: &Scope<Detector>,
    prefix: &[ScriptedAction<Detector>],
    script: &[ScriptedAction<Detector>],
    moments: Option<&[Span]>,
) {
    let Some(timing) = scope.timing else { return assert_eq!(moments, None) };
    let (mut world, began) = (world.clone(), world.now());
    let prefix = prefix.iter().map(|scripted| (Span::ZERO, scripted));
    let mut armed: Vec<(NodeId, Armed<Timer>, Time)> = Vec::new();
    for (later, scripted) in prefix.chain(moments.expect("time passes").iter().copied().zip(script)) {
        let now = began + later;
        armed.retain(|(node, armed, _)| world.slots()[node.index()].timers.contains(armed));
        for node in NodeId::all(2) {
            for timer in &world.slots()[node.index()].timers {
                if !armed.iter().any(|(other, armed, _)| (other, armed) == (&node, timer)) {
                    armed.push((node, *timer, world.now()));
                }
                let (_, _, since) =
                    armed.iter().find(|(other, armed, _)| (other, armed) == (&node, timer)).expect("noted");
                let rate = 1_000_000 + i64::from(world.skew_ppm(node));
                let passed = Span(now.since(*since).0 * rate as u64 / 1_000_000);
                let fires = scripted.action == Action::Fire { node, timer: timer.timer };
                assert!(!fires || passed >= timer.min, "{timer:?} fires at {now} after {passed}");
                assert!(passed <= timer.max || world.is_paused(node) || scope.pauses > 0, "{timer:?} at {now}");
            }
        }
        if let (Action::Deliver(name), Some(delay_max)) = (&scripted.action, timing.delay_max) {
            let sent = world.packet(*name).expect("it is under way").sent;
            assert!(now.since(sent) <= delay_max || scope.pauses > 0, "{name} arrives at {now}");
        }
        let mut chance = faultlab_sim::Keyed { seed: 1 };
        world.apply(scripted.action.clone(), now, &mut chance, &mut NoSink);
    }
    assert!(world.verdicts().violated().next().is_some(), "it breaks here too");
}

const ON_TIME: [i32; 2] = [0, 0];

#[test]
fn what_rests_on_time_breaks_without_and_holds_with() {
    for wanted in ["accuracy", "door"] {
        assert!(breaks(ON_TIME, &asynchronous(), wanted), "any timer may fire");
    }
    // Said to rest on time, it is not judged without, and a search for it alone is refused; what is the same in other words is judged.
    let manner =
        Manner { order: Order::Breadth, worlds_max: 1, worlds_to_prove: 0, symmetry: false, seed: 1, threads: 1 };
    let refused = Hunt::new(&world(&begun(ON_TIME), 4), asynchronous(), vec!["timed_accuracy"], manner);
    assert_eq!(refused.err(), Some(Unfit::NeedsTime));
    for wanted in ["accuracy", "timed_accuracy", "door"] {
        assert!(
            !breaks(ON_TIME, &timed(Some(Span::millis(20))), wanted),
            "a beat and a delay are shorter than patience"
        );
    }
}

#[test]
fn packets_that_take_longer_than_patience_break_it() {
    assert!(breaks(ON_TIME, &timed(Some(Span::millis(30))), "accuracy"));
    assert!(breaks(ON_TIME, &timed(None), "timed_accuracy"));
    // Timers keep their time all the same.
    assert!(!breaks(ON_TIME, &timed(None), "door"));
}

#[test]
fn a_slow_clock_breaks_it_and_two_do_not() {
    let slow = -500_000;
    let scope = timed(Some(Span::millis(20)));
    assert!(breaks([slow, 0], &scope, "accuracy"), "S1 beats half as often");
    assert!(!breaks([slow, slow], &scope, "accuracy"), "but S2 waits twice as long");
}

#[test]
fn a_paused_nodes_timers_run_on_and_fire_before_anything_arrives() {
    let scope = Scope { pauses: 1, ..timed(Some(Span::millis(20))) };
    assert!(breaks(ON_TIME, &scope, "accuracy"), "S1 says nothing while it is paused");
    assert!(!breaks(ON_TIME, &scope, "door"), "S2 closes the door before it hears what waited");
    let without_time = Scope { timing: None, ..scope };
    assert!(breaks(ON_TIME, &without_time, "door"), "and nothing changes where time promises nothing");
}

/// What arrives at a node that is down is lost, and time does not wait for it.
#[test]
fn time_passes_while_a_node_is_down() {
    let scope = timed(Some(Span::millis(10)));
    assert!(!breaks(ON_TIME, &scope, "no_gap"), "nobody overtakes another");
    let mut start = begun(ON_TIME);
    let scripted = Action::Crash { node: NodeId(1), keep: Keep::NOTHING }.into();
    start.acts.push(Act { at: Time::ZERO, after: 4, scripted, gesture: 1, by_person: false });
    let down = world(&start, 5);
    assert!(!down.slots()[1].is_up());
    for full in [false, true] {
        let hunt = hunted(&down, &Scope { full, ..scope.clone() }, &["no_gap"], Order::Breadth);
        let (prefix, counterexample) = hunt.counterexample().expect("S2 was down when S1 spoke first");
        keeps_time(&down, &scope, prefix, &counterexample.script, counterexample.moments.as_deref());
    }
}

#[test]
fn random_plays_keep_time_too() {
    let world = world(&begun(ON_TIME), 4);
    let (short, long) = (timed(Some(Span::millis(20))), timed(Some(Span::millis(30))));
    for drawn in [Drawn::Rounds, Drawn::Priorities] {
        let hunt = hunted(&world, &long, &["accuracy"], Order::Random(drawn));
        let (prefix, counterexample) = hunt.counterexample().expect("it breaks");
        keeps_time(&world, &long, prefix, &counterexample.script, counterexample.moments.as_deref());
        assert!(hunted(&world, &short, &["accuracy"], Order::Random(drawn)).counterexample().is_none());
    }
}

/// From the middle of a run timers go on as drawn, and packets under way have only their remaining time.
#[test]
fn a_search_from_a_run_goes_on_with_what_is_left() {
    let link = (Endpoint::Node(NodeId(0)), Endpoint::Node(NodeId(1)));
    let cut = Action::Cut { from: link.0, to: link.1 };
    let hold = |ordinal| Action::Hold(PacketName { from: link.0, to: link.1, ordinal, copy: 0 });
    let timing = Timing { tick: TICK, ticks_max: 2, delay_max: Some(Span::millis(20)) };
    let scope = Scope { timing: Some(timing), ..timed(None) };
    let suspects = |actions: [Action<Detector>; 2], under_way| {
        let mut start = begun(ON_TIME);
        let stop = [Action::Set(Setting::Stepwise(true))];
        for (at, action) in [22_500, 42_500, 45_000].into_iter().zip(actions.into_iter().chain(stop)) {
            start.acts.push(Act { at: Time(at), after: 0, scripted: action.into(), gesture: 1, by_person: false });
        }
        let mut simulation = Simulation::new(&start);
        simulation.run(Time(45_000), u64::MAX, &mut NoSink);
        assert_eq!(simulation.world().now(), Time(45_000));
        assert_eq!(simulation.world().packets().count(), under_way);
        let hunt = hunted(simulation.world(), &scope, &["accuracy"], Order::Breadth);
        assert!(hunt.counterexample().is_some() || hunt.exhausted());
        hunt.counterexample().is_some()
    };
    assert!(suspects([cut.clone(), cut], 0), "S2 has heard nothing for 45 ms, and 20 more pass");
    assert!(!suspects([hold(1), hold(2)], 2), "the first beat is older than 20 ms, so it comes at once");
}

#[test]
fn threads_never_show() {
    let world = world(&begun(ON_TIME), 4);
    for delay in [20, 30] {
        let scope = Scope { crashes: 1, duplicates: 1, ..timed(Some(Span::millis(delay))) };
        let outcome = |threads| {
            let manner = Manner {
                order: Order::Breadth,
                worlds_max: 100_000,
                worlds_to_prove: 0,
                symmetry: false,
                seed: 1,
                threads,
            };
            let hunt = Hunt::new(&world, scope.clone(), Vec::from(["door"]), manner);
            let mut hunt = hunt.expect("no symmetry is asked for");
            while !hunt.advance() {}
            (hunt.summary(), hunt.counterexample().map(|(_, counterexample)| counterexample.clone()))
        };
        assert_eq!(outcome(1), outcome(2));
        assert_eq!(outcome(1), outcome(3));
    }
}
