//! A fork of a run comes to what the run itself comes to if the same is done: the future that the page foretells is the real one.
//! Branches that were stored as text come to what they were.

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

#[test]
fn branches_stored_as_text_are_the_same_branches() {
    const LATER: [&str; 3] =
        ["crash n1 lose 1 · cut n1->n2 n2->n1", "skew n1 +5% · drop n1->n2#3", "rejoin n2 · heal all"];
    for (name, scenario) in gallery() {
        let protocol = protocol(&scenario.protocol).expect("the gallery knows its protocols");
        let open = || protocol.open(&scenario).expect("a scenario of the gallery opens");
        let mut lab = open();
        for (place, act) in ACTS.into_iter().chain(LATER).enumerate() {
            let until = lab.now() + Span::millis(400);
            play(&mut *lab, until);
            if place % 2 == 1 {
                lab.seek(lab.position() * 3 / 4);
            }
            // Not every act fits every cluster; what does not fit changes nothing.
            let _ = lab.act(act);
        }
        let (opened, branches) = lab.stored();
        assert_eq!(opened, scenario, "{name}");
        let mut again = open();
        assert!(again.restore(&branches, 1_000_000), "{name}: {branches}");
        assert_eq!(again.stored().1, branches, "{name}");
        assert_eq!(state(&*again), state(&*lab), "{name}");
        assert_eq!(again.can_undo(), lab.can_undo(), "{name}");
        let lang = faultlab_words::Lang::En;
        assert_eq!(again.branches(lang), lab.branches(lang), "{name}");
        assert!(lab.branches(lang).len() > 1, "{name}");
        for wrong in [
            "",
            "0 0",
            "0 0 0",
            "0 0 0\nbranch",
            "0 0 0\nact 0 0 0 0 crash n1",
            "{}",
            &branches.replace("branch", "twig"),
        ] {
            assert!(!again.restore(wrong, 1_000_000), "{name}: {wrong}");
        }
        assert_eq!(again.stored().1, branches, "{name}: what cannot be read changes nothing");
    }
}
