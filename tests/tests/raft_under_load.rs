//! Raft where entries come faster than one at a time can be passed on: what was asked for ends all the same.

use faultlab_core::Time;
use faultlab_registry::{CheckState, Lab, Played, protocol};
use faultlab_scenario::Scenario;
use faultlab_words::Lang;

/// Thirty seconds in which clients ask again at once, and a follower is sent one entry at a time.
fn played(text: &str) -> Box<dyn Lab> {
    let text = format!("format = 1\nprotocol = \"raft\"\nseed = 1\n{text}");
    let scenario = Scenario::from_toml(&text).unwrap_or_else(|error| panic!("{error}"));
    let raft = protocol("raft").expect("it is listed");
    let mut lab = raft.open(&scenario).unwrap_or_else(|error| panic!("{error}"));
    while lab.play(Time(30_000_000), 1_000_000) == Played::Broken {}
    lab
}

fn nothing_is_broken(lab: &dyn Lab) {
    for check in lab.checks(Lang::En) {
        assert_ne!(check.state, CheckState::Broken, "{}", check.slug);
    }
}

#[test]
fn a_join_ends_where_its_rounds_do_not_get_shorter() {
    let cluster = "nodes = 3\nschedule = [\"at 3s request c0 join n2\"]\n[config]\nvoters = 1\nbatch = 1\nwindow = 1\n";
    let lab = played(&format!("{cluster}[load]\nclients = 8\nthink = \"1ms..2ms\"\nreads = \"0%\"\n"));
    nothing_is_broken(&*lab);
    assert_eq!(lab.meters().refused, 1, "the operator learns that it did not catch up");
}

#[test]
fn repeats_of_a_request_do_not_make_the_log_grow() {
    let cluster = "nodes = 9\n[config]\nbatch = 1\nwindow = 1\n";
    let lab =
        played(&format!("{cluster}[load]\nclients = 9\nthink = \"1ms..2ms\"\nreads = \"0%\"\nretry = \"60ms\"\n"));
    nothing_is_broken(&*lab);
    // Each of nine clients waits for the others, and no longer: some seventeen entries are committed in a second.
    assert!(lab.meters().done > 400, "{:?}", lab.meters());
}
