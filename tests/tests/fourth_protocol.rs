//! Adding a protocol, as a dry run: a tiny fourth one gets its words and its row, and nothing else is touched.

#[path = "../../crates/sim/tests/gossip/mod.rs"]
mod gossip;

use faultlab_core::{NodeId, Time};
use faultlab_registry::{CheckState, Listed, Played, Protocol, StepFilter, What};
use faultlab_scenario::Scenario;
use faultlab_words::{Catalogue, Lang, Named, Sentence, Title, world};
use gossip::Gossip;

const TITLE: Title = Title { title: |_| "Gossip", summary: |_| "Rumours spread from node to node." };

static WORDS: Catalogue<Gossip> = Catalogue {
    world: &world::EN,
    node: |_, node| format!("G{}", node.0 + 1),
    event: |_, node, event| {
        Sentence::new(format!("G{} hears a rumour", node.0 + 1), format!(" after {} hops.", event.hops))
    },
    message: |_, hops| format!("rumour, {hops} hops"),
    verb: |_| None,
    request: |_, _| "how many?".into(),
    response: |_, heard| format!("{heard} heard"),
    record: |_, heard| format!("{heard}"),
    timer: |_, _| "start".into(),
    rule: |_| None,
    invariant: |slug| {
        (slug == "hops_are_bounded").then_some(Named { name: "Bounded hops", meaning: "No rumour runs for ever." })
    },
    field: |_| None,
    expected: |_| None,
    state: |slug| (slug == "heard").then_some("rumours heard"),
    held: |_, _, _| None,
    area: |slug| (slug == "hops").then_some("hops"),
};

/// The row, as `protocols()` would hold it.
fn row() -> &'static Protocol {
    Box::leak(Box::new(Protocol::new(Listed::new::<Gossip>("compute", 5, TITLE), |_| &WORDS)))
}

#[test]
fn a_new_protocol_runs_is_told_and_is_inspected() {
    let mut lab = row().open(&Scenario::new("gossip", 5, 7)).expect("an empty scenario opens");
    assert_eq!(lab.play(Time(1_500_000), 1_000_000), Played::There);
    let moment = lab.moment(Lang::En);
    assert_eq!(moment.nodes.iter().map(|node| &*node.name).collect::<Vec<_>>(), ["G1", "G2", "G3", "G4", "G5"]);
    assert!(!moment.packets.is_empty() && moment.packets.iter().all(|packet| packet.label.contains("hops")));
    let fields = lab.inspect(NodeId(0), Lang::En);
    assert_eq!((fields.len(), &*fields[0].name), (1, "rumours heard"));
    let story = lab.story(0, lab.position(), Lang::En);
    assert!(story.iter().any(|line| line.sentence.head.ends_with("hears a rumour")));
    let checks: Vec<_> = lab.checks(Lang::En).into_iter().map(|check| (check.slug, check.state)).collect();
    assert_eq!(checks, [("hops_are_bounded", CheckState::Holds), ("a_rumour_travels", CheckState::Reached)]);
}

#[test]
fn a_new_protocol_can_be_broken_and_gone_back_in() {
    let mut lab = row().open(&Scenario::new("gossip", 5, 7)).expect("an empty scenario opens");
    lab.play(Time(300_000), 1_000_000);
    lab.act("crash n2 · cut n1->n3").expect("this is scenario text");
    let (sentence, line) = lab.caption(Lang::En).expect("something has happened");
    assert_eq!(sentence.head, "The link from G1 to G3 is cut");
    assert!(matches!(line.what, What::Cut { .. }));
    assert!(!lab.moment(Lang::En).nodes[1].up);
    let (position, trace) = (lab.position(), lab.trace());
    assert!(lab.forward_to(StepFilter::Message, 1_000));
    lab.seek(position);
    assert_eq!(lab.trace(), trace);

    // What was done by hand is a scenario, and opening that gives the same run.
    let mut again = row().open(&lab.scenario()).expect("its own scenario opens");
    again.seek(0);
    while again.position() < position {
        assert!(again.forward());
    }
    assert_eq!(again.trace(), trace);

    let error = lab.act("crash n9").expect_err("there are five nodes");
    assert!(error.to_string().contains("n9"), "{error}");
    let error = lab.act("explode n1").expect_err("no such verb");
    assert!(error.to_string().contains("explode"), "{error}");
    assert_eq!(lab.trace(), trace);
    assert!(lab.undo() && !lab.moment(Lang::En).cuts.iter().any(|_| true));
}
