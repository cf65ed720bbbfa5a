//! A fork of a run comes to what the run itself comes to if the same is done: the future that the page foretells is the real one.

use faultlab_core::{Span, Time};
use faultlab_registry::{Lab, Played, protocol};
use faultlab_tests::gallery;

/// How far the page looks ahead.
const AHEAD: Span = Span::seconds(5);
const ACTS: [&str; 4] = ["crash n1", "isolate n2", "pause n1 · crash n2", "set loss 20%"];

fn play(lab: &mut dyn Lab, until: Time) {
    while lab.play(until, 100_000) != Played::There {}
}

/// What shows at a moment, and all facts before it.
fn state(lab: &dyn Lab) -> String {
    format!("{:08x} {:?} {:?}", lab.trace(), lab.moment(faultlab_words::Lang::En), lab.meters())
}

/// A fork taken here, and then the run itself, both after the act and some seconds on.
fn both_ways(name: &str, lab: &mut dyn Lab, act: &str) {
    let (before, until) = (state(lab), lab.now() + AHEAD);
    let mut fork = lab.fork();
    let done = fork.act(act).map_err(|error| error.to_string());
    play(&mut *fork, until);
    assert_eq!(state(lab), before, "{name}: a fork leaves the run as it is");
    assert_eq!(lab.act(act).map_err(|error| error.to_string()), done, "{name}: {act}");
    play(lab, until);
    assert_eq!(state(&*fork), state(lab), "{name} after {act}");
    assert_eq!(fork.scenario(), lab.scenario(), "{name} after {act}");
}

#[test]
fn a_fork_comes_to_what_the_run_comes_to() {
    for (place, (name, scenario)) in gallery().into_iter().enumerate() {
        let protocol = protocol(&scenario.protocol).expect("the gallery knows its protocols");
        let mut lab = protocol.open(&scenario).expect("a scenario of the gallery opens");
        play(&mut *lab, Time(1_400_000));
        // Where the run has got to, then in its past, then where a person has acted and that is still to come.
        both_ways(&name, &mut *lab, ACTS[place % ACTS.len()]);
        lab.seek(lab.position() / 2);
        both_ways(&name, &mut *lab, ACTS[(place + 1) % ACTS.len()]);
        lab.seek(lab.position() / 3);
        both_ways(&name, &mut *lab, ACTS[(place + 2) % ACTS.len()]);
    }
}
