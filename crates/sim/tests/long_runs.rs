//! However long a run is, its tape stays small, and every moment of it can be gone back to.

mod gossip;

use faultlab_core::{Keep, NodeId, Time};
use faultlab_sim::{Action, NoSink, Start, StepFilter, StepMark, Tape, TraceHash};
use gossip::Gossip;

/// What a moment is known by.
type Moment = (usize, Time, u64);

fn moment(tape: &Tape<Gossip>) -> Moment {
    (tape.position(), tape.now(), tape.trace().value())
}

/// So little room that all of it is needed.
const ROOM: usize = 3 << 20;
/// An outline of each branch, which is never left out.
const ON_TOP: usize = 2 << 20;

fn played(steps: usize, mut look: impl FnMut(&mut Tape<Gossip>)) -> Tape<Gossip> {
    let mut tape = Tape::with_room(Start::<Gossip>::new(5, 3), ROOM);
    while tape.len() < steps {
        tape.play(Time(u64::MAX / 4), 50_000, &mut NoSink);
        look(&mut tape);
    }
    tape
}

#[test]
fn a_tape_of_millions_of_steps_keeps_within_its_bytes_and_every_moment_can_be_sought() {
    let mut moments = Vec::new();
    let mut tape = played(2_000_000, |tape| {
        assert!(tape.bytes() <= ROOM + ON_TOP, "{} bytes at {}", tape.bytes(), tape.len());
        moments.push(moment(tape));
    });
    assert!(tape.outline().len() <= 4_096);
    assert_eq!(tape.outline().iter().map(|stretch| stretch.steps as usize).sum::<usize>(), tape.len());
    let mut facts = Vec::new();
    for known in moments.iter().rev().step_by(9).chain([&moments[1]]) {
        tape.seek(known.0);
        assert_eq!(moment(&tape), *known);
        let mut trace = TraceHash::default();
        tape.reread(known.0 - 500, known.0, &mut trace);
        facts.push((known.0, trace.value()));
    }
    for (position, value) in facts {
        let mut trace = TraceHash::default();
        tape.reread(position - 500, position, &mut trace);
        assert_eq!(trace.value(), value, "the same facts from wherever one looks");
    }
}

#[test]
fn steps_that_were_left_out_are_derived_as_they_were() {
    let mut first: Vec<StepMark> = Vec::new();
    let mut tape = played(300_000, |tape| {
        if first.is_empty() {
            first = tape.steps(0..20_000);
        }
    });
    assert_eq!(tape.steps(0..20_000), first);
    for index in [0, 1, 999, 7_777, 19_999] {
        let step = first[index];
        assert_eq!(tape.step_at(index), Some(step));
        assert_eq!(tape.step_of(step.first_fact), Some(index));
        let before = first.iter().filter(|other| other.at < step.at).count();
        let upto = first.iter().filter(|other| other.at <= step.at).count();
        assert_eq!((tape.position_before(step.at), tape.position_at(step.at)), (before, upto));
        tape.seek(index);
        let of = |filter: StepFilter| {
            first.iter().skip(index).position(|step| filter.accepts(step)).map(|it| index + it + 1)
        };
        assert_eq!(tape.next_position(StepFilter::Message), of(StepFilter::Message));
        let back = first[..index.saturating_sub(1)].iter().rposition(|step| StepFilter::Message.accepts(step));
        assert_eq!(tape.previous_position(StepFilter::Message), back.map(|it| it + 1));
    }
}

#[test]
fn many_branches_of_a_long_run_share_the_bytes() {
    let mut tape = played(400_000, |_| {});
    let end = moment(&tape);
    for branch in 0..15 {
        tape.switch(faultlab_sim::BranchId(0));
        tape.seek(10_000 * (branch + 1));
        tape.act(vec![Action::Crash { node: NodeId(1), keep: Keep::NOTHING }.into()]);
        tape.play(Time(u64::MAX / 4), 30_000, &mut NoSink);
        assert!(tape.bytes() <= ROOM + ON_TOP, "{} bytes with {branch} branches", tape.bytes());
    }
    tape.switch(faultlab_sim::BranchId(0));
    tape.seek(end.0);
    assert_eq!(moment(&tape).2, end.2, "nothing is lost");
}
