//! Runs are reproducible, can be replayed and can be gone back in.

mod gossip;

use faultlab_core::commit::two_phase::{Request, Transaction, TwoPhase};
use faultlab_core::{ClientId, Endpoint, Keep, NodeId, Time};
use faultlab_sim::{Act, Action, BranchId, Brought, NoSink, Setting, Simulation, Start, StepFilter, Tape, TraceHash};
use gossip::Gossip;

fn n(number: u8) -> NodeId {
    NodeId(number - 1)
}

fn eventful(seed: u64) -> Start<Gossip> {
    let mut start = Start::new(5, seed);
    start.network.loss_ppm = 1_000;
    start.network.duplication_ppm = 6_000;
    let acts = [
        (100, Action::Crash { node: n(2), keep: Keep::NOTHING }),
        (120, Action::Cut { from: Endpoint::Node(n(1)), to: Endpoint::Node(n(3)) }),
        (150, Action::Pause { node: n(4) }),
        (300, Action::Resume { node: n(4) }),
        (310, Action::Skew { node: n(5), ppm: 200_000 }),
        (320, Action::Restart { node: n(2) }),
        (330, Action::Slow { node: n(1), percent: 300 }),
        (400, Action::Heal { from: Endpoint::Node(n(1)), to: Endpoint::Node(n(3)) }),
        (410, Action::Set(Setting::LossPpm(0))),
        (450, Action::WipeDisk { node: n(3) }),
        (460, Action::Restart { node: n(3) }),
    ];
    start.acts = acts
        .into_iter()
        .enumerate()
        .map(|(gesture, (millis, action))| Act {
            at: Time(millis * 1_000),
            after: 0,
            scripted: action.into(),
            gesture: gesture as u32,
            by_person: false,
        })
        .collect();
    start
}

fn trace(start: &Start<Gossip>, steps: u64) -> u64 {
    let mut trace = TraceHash::default();
    let taken = Simulation::new(start).run(Time(u64::MAX), steps, &mut trace);
    assert_eq!(taken, steps, "gossip never ends");
    trace.value()
}

#[test]
fn the_same_seed_gives_the_same_facts_and_another_gives_others() {
    assert_eq!(trace(&eventful(7), 4_000), trace(&eventful(7), 4_000));
    assert_ne!(trace(&eventful(7), 4_000), trace(&eventful(8), 4_000));
}

#[test]
fn seeking_equals_replaying() {
    let mut tape = Tape::new(eventful(3));
    tape.play(Time(900_000), 100_000, &mut NoSink);
    assert!(tape.len() > 320, "only {} steps", tape.len());
    let mut traces = Vec::new();
    let mut replay = Tape::new(eventful(3));
    for _ in 0..tape.len() {
        traces.push((replay.trace().value(), replay.world().fingerprint()));
        replay.forward(&mut NoSink);
    }
    for position in [0, 1, 77, 64, 300, 301, tape.len() - 1, 5] {
        tape.seek(position);
        assert_eq!((tape.trace().value(), tape.world().fingerprint()), traces[position], "position {position}");
    }
}

#[test]
fn acting_in_the_past_forks_and_nothing_is_lost() {
    let mut tape = Tape::new(eventful(3));
    tape.play(Time(500_000), 100_000, &mut NoSink);
    let (first_len, first_end) = (tape.len(), tape.trace().value());
    tape.seek(200);
    tape.act(vec![Action::Crash { node: n(1), keep: Keep::NOTHING }.into()]);
    tape.play(Time(500_000), 100_000, &mut NoSink);
    assert_eq!(tape.branches().len(), 2);
    let second_end = tape.trace().value();
    assert_ne!(first_end, second_end);
    tape.switch(BranchId(0));
    tape.seek(first_len);
    assert_eq!(tape.trace().value(), first_end);
    tape.switch(BranchId(1));
    tape.seek(tape.len());
    assert_eq!(tape.trace().value(), second_end);

    // The acts of a branch, given as a scenario, make the same run from the start.
    let start = Start { acts: tape.acts().to_vec(), ..tape.start().clone() };
    let mut again = Tape::new(start);
    again.play(Time(500_000), 100_000, &mut NoSink);
    assert_eq!(again.trace().value(), second_end);
}

#[test]
fn acts_at_the_end_go_on_and_can_be_taken_back() {
    let mut tape = Tape::new(eventful(3));
    tape.play(Time(90_000), 100_000, &mut NoSink);
    let before = (tape.trace().value(), tape.position());
    tape.act(vec![Action::Crash { node: n(5), keep: Keep::NOTHING }.into(), Action::Restart { node: n(5) }.into()]);
    tape.play(Time(200_000), 100_000, &mut NoSink);
    let after = (tape.trace().value(), tape.position());
    assert_eq!(tape.branches().len(), 1);
    assert!(tape.undo());
    assert_eq!((tape.trace().value(), tape.position()), before);
    assert!(tape.redo());
    assert_eq!((tape.trace().value(), tape.position()), after);
    assert!(tape.undo() && !tape.undo());
}

#[test]
fn facts_can_be_read_again() {
    let mut tape = Tape::new(eventful(3));
    tape.play(Time(600_000), 100_000, &mut NoSink);
    let (mut all, mut again) = (TraceHash::default(), TraceHash::default());
    tape.reread(0, tape.len(), &mut all);
    assert_eq!(all.value(), tape.trace().value());
    for from in (0..tape.len()).step_by(97) {
        tape.reread(from, from + 97, &mut again);
    }
    assert_eq!(again.value(), all.value());
}

#[test]
fn step_by_step_only_what_is_ordered_happens_until_time_is_let_go_again() {
    let mut tape = Tape::new(Start::<Gossip>::new(5, 3));
    tape.play(Time(100_000), 100_000, &mut NoSink);
    let chosen = tape.world().packets().map(|packet| packet.name).min().expect("gossip is always on its way");
    let millis = faultlab_core::Span::millis;
    let before = tape.position();
    let act = |(gesture, (later, action)): (usize, (u64, Action<Gossip>))| Act {
        at: Time(100_000) + millis(later),
        after: 0,
        scripted: action.into(),
        gesture: gesture as u32,
        by_person: false,
    };
    let play = [
        (0, Action::Set(Setting::Stepwise(true))),
        (200, Action::Deliver(chosen)),
        (500, Action::Set(Setting::Stepwise(false))),
    ];
    tape.bring(play.into_iter().enumerate().map(act).collect(), Brought::Found);
    assert_eq!((tape.position(), tape.branches().len()), (before, 2), "the two ways part here");
    tape.play(Time(590_000), 100_000, &mut NoSink);
    assert_eq!(tape.position() - before, 2, "the switch and the delivery, and nothing by itself");
    assert!(tape.world().packet(chosen).is_none(), "it has arrived");
    tape.play(Time(900_000), 100_000, &mut NoSink);
    assert!(tape.position() - before > 100, "what was on its way has set out anew");
    let end = tape.trace().value();
    tape.seek(before);
    tape.seek_time(Time(900_000));
    assert_eq!(tape.trace().value(), end, "and it is the same run every time");
    assert!(tape.undo(), "it is taken back in one step");
    assert!(tape.acts().is_empty());
    assert_eq!(tape.position(), before);
}

#[test]
fn another_way_is_told_from_the_present_one_by_where_their_acts_differ() {
    let mut tape = Tape::new(Start::<Gossip>::new(5, 3));
    let crash = |tape: &mut Tape<Gossip>, until: u64, node: u8| {
        tape.play(Time(until), 100_000, &mut NoSink);
        tape.act(vec![Action::Crash { node: NodeId(node), keep: Keep::NOTHING }.into()]);
    };
    crash(&mut tape, 100_000, 0);
    crash(&mut tape, 200_000, 1);
    tape.play(Time(300_000), 100_000, &mut NoSink);
    let (both, first) = (tape.acts().to_vec(), tape.acts()[..1].to_vec());
    tape.bring(first, Brought::Shrunk);
    assert!((Time(100_000)..=Time(200_000)).contains(&tape.now()), "{:?}", tape.now());
    tape.play(Time(300_000), 100_000, &mut NoSink);
    let is_up = |node| tape.world().slot(NodeId(node)).is_some_and(|slot| slot.memory.is_some());
    assert!(!is_up(0) && is_up(1));
    tape.switch(BranchId(0));
    assert_eq!(tape.acts(), both, "nothing is lost");
}

/// Crashes a node for a while, again and again, as a person.
fn act(tape: &mut Tape<Gossip>, node: u8) {
    let crash = Action::Crash { node: NodeId(node), keep: Keep::NOTHING };
    tape.act(vec![crash.into(), Action::Restart { node: NodeId(node) }.into()]);
    while tape.act_is_next(tape.now()) {
        tape.forward(&mut NoSink);
    }
}

#[test]
fn undo_and_redo_move_along_one_branch() {
    let mut tape = Tape::new(eventful(3));
    let mut ends = Vec::new();
    for gesture in 0..8 {
        tape.play(Time(90_000 + gesture * 50_000), 100_000, &mut NoSink);
        ends.push((tape.position(), tape.now(), tape.trace().value()));
        act(&mut tape, 4);
    }
    tape.play(Time(600_000), 100_000, &mut NoSink);
    let (whole, acts) = ((tape.position(), tape.now(), tape.trace().value()), tape.acts().to_vec());
    for end in ends.iter().rev() {
        assert!(tape.undo());
        assert_eq!((tape.position(), tape.now(), tape.trace().value()), *end);
        assert_eq!(tape.len(), tape.position(), "what followed from the act is not known any more");
    }
    assert!(!tape.can_undo() && !tape.undo());
    assert_eq!(tape.acts(), tape.start().acts);
    for end in ends[1..].iter().chain([&whole]) {
        assert!(tape.redo());
        let here = tape.position();
        assert!(here >= end.0);
    }
    assert_eq!((tape.position(), tape.now(), tape.trace().value()), whole);
    assert_eq!(tape.acts(), acts);
    assert!(!tape.can_redo() && !tape.redo());
    assert_eq!(tape.branches().len(), 1, "nobody acted in the past");
}

#[test]
fn after_an_undo_an_act_forks_and_what_was_taken_back_stays() {
    let mut tape = Tape::new(eventful(3));
    for gesture in 1..=3 {
        tape.play(Time(gesture * 100_000), 100_000, &mut NoSink);
        act(&mut tape, 4);
    }
    let whole = tape.acts().to_vec();
    assert!(tape.undo() && tape.undo());
    let before = (tape.position(), tape.trace().value());
    act(&mut tape, 0);
    assert_eq!((tape.branches().len(), tape.current(), tape.can_redo()), (2, BranchId(1), false));
    assert!(tape.undo(), "the act that began the branch");
    assert_eq!((tape.current(), tape.position(), tape.trace().value()), (BranchId(0), before.0, before.1));
    assert_eq!(tape.acts(), whole);
    assert!(tape.redo());
    assert_eq!(tape.current(), BranchId(1));
    assert_eq!(tape.branches().len(), 2);
}

#[test]
fn all_branches_outlive_what_is_stored_of_them() {
    let mut tape = Tape::new(eventful(3));
    tape.play(Time(300_000), 100_000, &mut NoSink);
    tape.seek_time(Time(150_000));
    act(&mut tape, 0);
    tape.play(Time(400_000), 100_000, &mut NoSink);
    tape.seek(tape.len() - 40);
    act(&mut tape, 1);
    tape.play(Time(500_000), 100_000, &mut NoSink);
    tape.switch(BranchId(1));
    let mut again = Tape::new(eventful(3));
    assert!(again.restore_all(&tape.stored(), 100_000));
    assert_eq!(again.stored(), tape.stored());
    for branch in 0..3 {
        assert_eq!(again.current(), tape.current());
        assert_eq!((again.now(), again.trace().value(), again.len()), (tape.now(), tape.trace().value(), tape.len()));
        for tape in [&mut tape, &mut again] {
            tape.switch(BranchId(branch));
            tape.seek(tape.len());
        }
    }
    assert!(again.undo() && again.current() == BranchId(1), "what began a branch is known, and from where");
}

#[test]
fn judging_ends_where_nothing_is_left_to_happen_and_begins_anew_with_an_act() {
    let mut start = Start::<TwoPhase>::new(3, 1);
    start.load.clients = 0;
    let mut tape = Tape::new(start);
    assert!(tape.play(Time(3_600_000_000), 100_000, &mut NoSink));
    assert_eq!(tape.next_at(), None);
    let request = Action::Request { client: ClientId(1), request: Request::Run(Transaction::Audit) };
    tape.act(vec![request.into()]);
    assert!(tape.play(Time(3_610_000_000), 100_000, &mut NoSink));
    assert!(tape.next_at().is_some(), "what a person did is judged, too");
    assert!(tape.play(Time(7_200_000_000), 100_000, &mut NoSink));
    assert_eq!(tape.next_at(), None);
}

#[test]
fn what_is_looked_for_in_vain_moves_nothing() {
    let mut tape = Tape::new(Start::<Gossip>::new(5, 3));
    tape.play(Time(300_000), 100_000, &mut NoSink);
    let before = tape.len();
    let distance = tape.distance_to(StepFilter::Message, 10_000).expect("gossip is always on its way");
    assert_eq!(tape.distance_to(StepFilter::Message, distance - 1), None);
    assert_eq!(tape.len(), before, "to look does not record");
    for _ in 1..distance {
        tape.forward(&mut NoSink);
        assert!(!StepFilter::Message.accepts(&tape.last_step().expect("it has begun")));
    }
    tape.forward(&mut NoSink);
    assert!(StepFilter::Message.accepts(&tape.last_step().expect("it has begun")));
}

#[test]
fn single_steps_are_read_again_as_among_all() {
    struct Of(u32, Vec<(u32, String)>);
    impl faultlab_sim::Sink<Gossip> for Of {
        fn fact(&mut self, fact: &faultlab_sim::Fact<'_, Gossip>) {
            self.1.push((self.0, format!("{fact:?}")));
        }
    }
    let mut tape = Tape::new(eventful(3));
    tape.play(Time(600_000), 100_000, &mut NoSink);
    let steps = [0, 1, 5, 70, 71, tape.len() - 1, tape.len() + 9];
    let (mut single, mut all) = (Of(0, Vec::new()), Of(0, Vec::new()));
    tape.reread_chosen(&steps, &mut single, |sink, position, _| sink.0 = position as u32);
    tape.reread_steps(0, tape.len(), &mut all, |sink, position, _| sink.0 = position as u32);
    all.1.retain(|(position, _)| steps.contains(&(*position as usize - 1)));
    assert_eq!(single.1, all.1);
}
