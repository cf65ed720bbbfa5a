//! Raft is linearizable to its clients, whatever is done to the cluster; without its rules it is not, and the judge sees it.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use faultlab_check::history::Recorder;
use faultlab_check::linear::{Limits, Verdict, judge, judge_in_slices};
use faultlab_core::{Access, Accessed, Datum, Reply, Time};
use faultlab_registry::{Lab, Played, protocol, protocols};
use faultlab_scenario::Scenario;

fn open(scenario: &Scenario) -> Box<dyn Lab> {
    let protocol = protocol(&scenario.protocol).expect("a known protocol");
    protocol.open(scenario).unwrap_or_else(|error| panic!("{error}"))
}

fn play(scenario: &Scenario, until: Time) -> Box<dyn Lab> {
    let mut lab = open(scenario);
    // What breaks stops a person; here it goes on.
    while lab.play(until, 1_000_000) != Played::There {}
    lab
}

/// Five clients that all want the same two keys, while servers crash, the network splits and loses, and some are slow.
fn rough(seed: u64) -> Scenario {
    let text = format!(
        "format = 1\nprotocol = \"raft\"\nnodes = 5\nseed = {seed}\n\
         schedule = [\"at 1s crash n1\", \"at 1500ms isolate n2\", \"at 2500ms restart n1\", \"at 3s heal all\",\n\
         \"at 4s partition n1 n2 | n3 n4 n5\", \"at 6s heal all\", \"at 6500ms crash n3\", \"at 7s restart n3\",\n\
         \"at 7500ms pause n4\", \"at 8500ms resume n4\"]\n\
         [network]\nloss = \"3%\"\nduplication = \"3%\"\n\
         [load]\nclients = 5\nthink = \"20ms\"\nreads = \"50%\"\nkeys = 2\nretry = \"300ms\"\n"
    );
    Scenario::from_toml(&text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn raft_with_faults_is_linearizable() {
    let (mut operations, mut open) = (0, 0);
    for seed in 0..12 {
        let lab = play(&rough(seed), Time(10_000_000));
        let history = lab.history().expect("Raft promises linearizability");
        operations += history.operations.len();
        open += history.operations.iter().filter(|operation| operation.end.is_none()).count();
        let judgement = judge(&history, Limits::default());
        assert!(matches!(judgement.verdict, Verdict::Linearizable(_)), "seed {seed}: {:?}", judgement.verdict);
    }
    assert!(operations > 1_000 && open > 0, "{operations} operations, {open} of them open");
}

/// A read that its leader did not confirm: the smallest part is the write that had ended, and the read that missed it.
#[test]
fn a_stale_read_is_found_out() {
    let scenario = faultlab_cli::built_in("raft/stale-read").expect("a scenario of the gallery");
    let scenario = Scenario::from_toml(scenario).unwrap_or_else(|error| panic!("{error}"));
    let lab = play(&scenario, Time(6_000_000));
    let history = lab.history().expect("Raft promises linearizability");
    let Verdict::NotLinearizable(found) = judge(&history, Limits::default()).verdict else { panic!("{history:?}") };
    assert_eq!((found.key, found.part.smallest), (Datum::Text("x".into()), true));
    let accessed = |access: Access, reply| Accessed { key: Datum::Text("x".into()), access, reply: Some(reply) };
    let contradict: Vec<_> = found.part.contradict.iter().map(|number| &history.operations[*number].accessed).collect();
    let write = accessed(Access::Write(Datum::Number(5)), Reply::Done);
    let read = accessed(Access::Read, Reply::Holds(Datum::Number(0)));
    assert_eq!((contradict, found.part.explain), (vec![&write, &read], vec![]));

    let with_the_rule = Scenario { rules_off: Vec::new(), expect: None, ..scenario };
    let history = play(&with_the_rule, Time(6_000_000)).history().expect("Raft promises linearizability");
    assert!(matches!(judge(&history, Limits::default()).verdict, Verdict::Linearizable(_)), "{history:?}");
}

/// Going back in time takes the history back; whoever has no registers has none.
#[test]
fn a_history_is_that_of_the_moment() {
    let mut lab = play(&rough(1), Time(3_000_000));
    let whole = lab.history().expect("a history");
    lab.seek_time(Time(1_000_000));
    let earlier = lab.history().expect("a history");
    assert!(!earlier.operations.is_empty() && earlier.operations.len() < whole.operations.len());
    let promises: Vec<_> = protocols()
        .iter()
        .map(|protocol| {
            let lab = open(&Scenario::new(protocol.about.slug, 5, 1));
            assert_eq!(lab.history().is_some(), lab.registers().is_some());
            (protocol.about.slug, lab.registers().map(|registers| registers.promised))
        })
        .collect();
    assert_eq!(promises, [("raft", Some(true)), ("two-phase", None), ("three-phase", None), ("ring", Some(false))]);
}

/// A run read bit by bit gives the history that reading it at once gives, and a judgement in slices is the same judgement.
#[test]
fn slices_change_nothing() {
    let lab = play(&rough(1), Time(3_000_000));
    let whole = lab.history().expect("a history");
    let mut recorder = Recorder::default();
    for from in (0..lab.position()).step_by(777) {
        lab.record(from, (from + 777).min(lab.position()), &mut recorder);
    }
    assert_eq!(recorder.history(whole.initial.clone()), whole);

    let stale = faultlab_cli::built_in("raft/stale-read").expect("a scenario of the gallery");
    let stale = Scenario::from_toml(stale).unwrap_or_else(|error| panic!("{error}"));
    for history in [whole, play(&stale, Time(6_000_000)).history().expect("a history")] {
        let pauses = Cell::new(0);
        let judging = judge_in_slices(&history, Limits::default(), 2, async || {
            pauses.set(pauses.get() + 1);
            pending_once().await;
        });
        let mut judging = pin!(judging);
        let sliced = loop {
            if let Poll::Ready(judgement) = judging.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                break judgement;
            }
        };
        assert_eq!(sliced, judge(&history, Limits::default()));
        assert!(pauses.get() > 1, "{} pauses", pauses.get());
    }
}

/// Waits for the next poll.
async fn pending_once() {
    let mut waited = false;
    poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// A ring that asks a majority on both sides still lets a read see what a later one does not: it promises nothing of the kind.
#[test]
fn the_judge_sees_that_a_ring_is_not_linearizable() {
    let ring = |seed: u64| {
        let text = format!(
            "format = 1\nprotocol = \"ring\"\nnodes = 5\nseed = {seed}\n\
             schedule = [\"at 1s isolate n2\", \"at 2s heal all\", \"at 3s crash n3\", \"at 4s restart n3\"]\n\
             [network]\nloss = \"5%\"\n[load]\nclients = 5\nthink = \"5ms\"\nreads = \"50%\"\nkeys = 1\nretry = \"100ms\"\n"
        );
        Scenario::from_toml(&text).unwrap_or_else(|error| panic!("{error}"))
    };
    let refuted = (0..20).find_map(|seed| {
        let history = play(&ring(seed), Time(6_000_000)).history()?;
        match judge(&history, Limits::default()).verdict {
            Verdict::NotLinearizable(found) => Some(found.part),
            Verdict::Linearizable(_) | Verdict::CutOff => None,
        }
    });
    let part = refuted.expect("some run of twenty is not linearizable");
    assert!(part.smallest && part.contradict.len() >= 2, "{part:?}");
}
