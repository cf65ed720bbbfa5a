//! Whatever kind of check a wrong protocol breaks, a search finds it; what a search could only be blind to, it refuses.

#![allow(clippy::expect_used, clippy::panic, reason = "tests")]

mod clerk;

use clerk::{Clerk, Work};
use faultlab_check::worlds::{Drawn, Hunt, Manner, Order, Scope, Timing, Unfit};
use faultlab_core::{Excess, Fault, Protocol, Setup, Span};
use faultlab_sim::{NoSink, Simulation, Start, World};

const ORDERS: [Order; 5] =
    [Order::Breadth, Order::Depth, Order::Random(Drawn::Rounds), Order::Random(Drawn::Priorities), Order::Portfolio];

fn world(setup: Setup<Clerk>) -> World<Clerk> {
    let mut start = Start::<Clerk>::new(2, 1);
    start.setup = setup;
    start.load.clients = 0;
    let mut simulation = Simulation::new(&start);
    for _ in 0..2 {
        simulation.step(&mut NoSink);
    }
    simulation.world().clone()
}

fn scope() -> Scope<Clerk> {
    Scope { crashes: 1, wipes: 1, timers: 1, requests_max: 1, requests: vec![Work], ..Scope::still() }
}

fn search(scope: Scope<Clerk>, wanted: &[&'static str], order: Order) -> Result<Hunt<Clerk>, Unfit> {
    let manner = Manner { order, worlds_max: 100_000, seed: 1, threads: 2, worlds_to_prove: 0, symmetry: false };
    let mut hunt = Hunt::new(&world(Setup::new(2)), scope, wanted.to_vec(), manner)?;
    for _ in 0..200 {
        if hunt.advance() {
            break;
        }
    }
    Ok(hunt)
}

fn refusal(setup: Setup<Clerk>, scope: Scope<Clerk>, wanted: &[&'static str]) -> Option<Unfit> {
    let order = Order::Breadth;
    let manner = Manner { order, worlds_max: 100_000, seed: 1, threads: 1, worlds_to_prove: 0, symmetry: false };
    Hunt::new(&world(setup), scope, wanted.to_vec(), manner).err()
}

#[test]
fn whatever_kind_of_check_is_broken_a_search_finds_it() {
    let broken =
        Clerk::invariants().iter().filter(|row| row.promise.is_always() && !["never", "timed"].contains(&row.slug));
    let mut judged = 0;
    for row in broken {
        for order in ORDERS {
            for full in [false, true] {
                let hunt = search(Scope { full, ..scope() }, &[row.slug], order).expect("it is searched for");
                let (_, counterexample) = hunt
                    .counterexample()
                    .unwrap_or_else(|| panic!("{}, {order:?}, full {full}: nothing found", row.slug));
                assert!(
                    counterexample.broken.contains(&row.slug),
                    "{}, {order:?}: {:?}",
                    row.slug,
                    counterexample.broken
                );
                assert!(!hunt.exhausted());
                judged += 1;
            }
        }
    }
    assert_eq!(judged, 14 * 5 * 2);
}

#[test]
fn what_is_wrong_only_before_a_sync_is_found_without_a_crash() {
    for order in [Order::Breadth, Order::Depth] {
        let scope = Scope { timers: 1, ..Scope::still() };
        let hunt = search(scope, &["disk"], order).expect("it is searched for");
        assert_eq!(hunt.counterexample().map(|(_, counterexample)| counterexample.steps), Some(1), "{order:?}");
    }
}

#[test]
fn what_holds_is_exhausted_and_what_was_reached_is_told() {
    let hunt = search(scope(), &["never"], Order::Breadth).expect("it is searched for");
    assert!(hunt.exhausted() && hunt.counterexample().is_none());
    assert_eq!(hunt.reached().collect::<Vec<_>>(), ["situation"]);
}

#[test]
fn what_no_step_breaks_is_refused() {
    for slug in ["situation", "quiet", "no_such_thing"] {
        let refused = refusal(Setup::new(2), scope(), &[slug]);
        assert_eq!(refused, Some(Unfit::NotSearched { slug: slug.into() }), "{slug}");
    }
    assert_eq!(refusal(Setup::new(2), scope(), &["timed"]), Some(Unfit::NeedsTime));
}

#[test]
fn where_the_protocol_promises_nothing_a_search_is_refused() {
    let mut setup = Setup::<Clerk>::new(2);
    setup.config.tolerates_delay = false;
    assert_eq!(refusal(setup.clone(), scope(), &[]), Some(Unfit::NotPromised { excess: Excess::Fault(Fault::Delay) }));
    let tick = Span::millis(20);
    let timing = Timing { tick, ticks_max: 2, delay_max: Some(tick) };
    assert_eq!(refusal(setup.clone(), Scope { timing: Some(timing), ..scope() }, &[]), None);
    setup.config.tolerates_delay = true;
    setup.config.tolerates_copies = false;
    assert_eq!(refusal(setup.clone(), scope(), &[]), None);
    let copies = Scope { duplicates: 1, ..scope() };
    assert_eq!(refusal(setup, copies, &[]), Some(Unfit::NotPromised { excess: Excess::Fault(Fault::Duplication) }));
}

#[test]
fn a_budget_that_cannot_be_counted_is_refused_with_its_name() {
    let timing = |ticks_max| Some(Timing { tick: Span::millis(20), ticks_max, delay_max: None });
    let beyond: [(&str, Scope<Clerk>); 9] = [
        ("crashes", Scope { crashes: 16, ..scope() }),
        ("duplicates", Scope { duplicates: 16, ..scope() }),
        ("wipes", Scope { wipes: 16, ..scope() }),
        ("pauses", Scope { pauses: 16, ..scope() }),
        ("requests_max", Scope { requests_max: 16, ..scope() }),
        ("retries", Scope { retries: 16, ..scope() }),
        ("timers", Scope { timers: 16, ..scope() }),
        ("ticks_max", Scope { timing: timing(16), ..scope() }),
        ("work", Scope { timers_of: vec![("work".into(), 16)], ..scope() }),
    ];
    for (field, scope) in beyond {
        assert_eq!(refusal(Setup::new(2), scope, &[]), Some(Unfit::Budget { field: field.into(), found: 16 }));
    }
    assert_eq!(refusal(Setup::new(2), Scope { timing: timing(15), ..scope() }, &[]), None);
}
