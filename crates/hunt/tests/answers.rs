//! Questions as the page asks them, from the middle of a person's run.

use std::time::{Duration, Instant};

use faultlab_core::Time;
use faultlab_hunt::{Allow, Asked, Compared, Find, News, Place, Question, answer, hunts};
use faultlab_registry::{CheckState, Lab, Played, protocol};
use faultlab_scenario::Scenario;
use faultlab_sim::Brought;
use faultlab_words::Lang;

/// A cluster as the page shows it first, with clients at work, and a rule that a person has switched off.
fn person(slug: &str, nodes: u8, rule: &str) -> Box<dyn Lab> {
    let protocol = protocol(slug).expect("it is listed");
    let mut lab = protocol.open(&Scenario::new(slug, nodes, 42)).unwrap_or_else(|error| panic!("{error}"));
    lab.play(Time(2_000_000), 100_000);
    lab.act(&format!("set rule {rule} off")).unwrap_or_else(|error| panic!("{error}"));
    lab
}

/// Patience for a machine that has other things to do, and for a program that is not built for speed.
const PATIENT: u32 = 8;

/// All that is told; the last of it is the answer.
fn news(lab: &dyn Lab, asked: Asked) -> Vec<News> {
    news_in(PATIENT, lab, asked)
}

/// The same with so many times the usual patience.
fn news_in(patience: u32, lab: &dyn Lab, asked: Asked) -> Vec<News> {
    let slug = lab.about().slug;
    let question = Question { scenario: lab.scenario(), step: lab.position(), asked };
    let again = Question::from_json(&question.to_json()).expect("a question can be read");
    assert_eq!(again, question);
    let begun = Instant::now();
    let clock = || begun.elapsed() / patience;
    let mut news = Vec::new();
    answer(hunts(slug).expect("it is listed"), &question, &clock, &mut |told| news.push(told));
    for told in &news {
        assert_eq!(News::from_json(&told.to_json()).as_ref(), Ok(told));
    }
    news
}

fn ask(lab: &dyn Lab, asked: Asked) -> News {
    news(lab, asked).pop().expect("an answer")
}

/// The counterexample that is found without a rule, and how it compares with others.
fn found(lab: &dyn Lab, rule: &str) -> (Find, Compared) {
    let mut news = news(lab, asked(rule));
    let last = news.pop().expect("an answer");
    let (found, compared) = match last {
        News::Compared(compared) => (news.pop().expect("a counterexample"), Some(compared)),
        found => (found, None),
    };
    let News::Found { find, goes_on, .. } = found else { panic!("nothing found: {found:?}") };
    assert_eq!(goes_on, compared.is_some());
    assert_eq!(find.shortest, compared.is_none());
    (*find, compared.unwrap_or(Compared { shortest: true, ..Compared::default() }))
}

fn broken(lab: &dyn Lab) -> Vec<&'static str> {
    let checks = lab.checks(Lang::En);
    checks.iter().filter(|check| check.state == CheckState::Broken).map(|check| check.slug).collect()
}

fn asked(rule: &str) -> Asked {
    Asked::Break { allow: Allow::default(), rules_off: vec![rule.into()], compare: true }
}

/// Opens what a search found in the run it was asked about, and runs on until it breaks.
fn play(lab: &mut dyn Lab, find: &Find) {
    lab.bring(&find.scenario, Brought::Found).unwrap_or_else(|error| panic!("{error}"));
    while lab.play(Time(60_000_000), 10_000) == Played::NotYet {}
    assert!(find.broken.iter().any(|slug| broken(lab).contains(&slug.as_str())), "{:?}", broken(lab));
}

#[test]
fn a_play_found_from_a_persons_moment_is_a_branch_of_the_run() {
    let mut lab = person("raft", 5, "vote_only_up_to_date");
    let (find, compared) = found(&*lab, "vote_only_up_to_date");
    assert_eq!(find.place, Place::Here, "{find:?}");
    let before = lab.position();
    play(&mut *lab, &find);
    assert!(lab.position() > before && lab.branches(Lang::En).len() == 2);
    if let Some(shorter) = compared.shorter {
        assert!(shorter.steps < find.steps);
        play(&mut *lab, &shorter);
    }
    assert_eq!(ask(&*lab, asked("vote_only_up_to_date")), News::BrokenAlready);
}

#[test]
fn where_the_absence_of_a_rule_shows_nothing_else_is_searched() {
    for rule in ["read_after_own_commit", "persist_vote"] {
        let witness = hunts("raft").and_then(|hunts| hunts.witness(rule)).expect("a search shows it");
        let mut lab = protocol("raft").expect("listed").open(&witness.off).unwrap_or_else(|error| panic!("{error}"));
        let told = news(&*lab, asked(rule));
        assert!(!told.iter().any(|news| matches!(news, News::Looking { witness: Some(_), .. })), "{rule}: {told:?}");
        let (find, _) = found(&*lab, rule);
        assert_eq!(find.place, Place::Here, "{rule}");
        play(&mut *lab, &find);
    }
}

#[test]
fn what_breaks_at_the_start_is_told_where_the_rule_shows_and_is_broken_already_elsewhere() {
    let witness = hunts("ring").and_then(|hunts| hunts.witness("common_seed")).expect("a search shows it");
    let mut lab = protocol("ring").expect("listed").open(&witness.off).unwrap_or_else(|error| panic!("{error}"));
    let (find, _) = found(&*lab, "common_seed");
    assert_eq!((find.place, find.steps), (Place::Here, 0));
    lab.act("put k1 7").or_else(|_| lab.act("pause n1")).expect("an act");
    assert_eq!(ask(&*lab, asked("common_seed")), News::BrokenAlready);
}

#[test]
fn in_time_a_play_is_known_to_be_shortest() {
    let witness = hunts("raft").and_then(|hunts| hunts.witness("read_index_confirms")).expect("a search shows it");
    let lab = protocol("raft").expect("listed").open(&witness.off).unwrap_or_else(|error| panic!("{error}"));
    let (find, compared) = found(&*lab, "read_index_confirms");
    assert!(compared.shortest, "nobody knows, but none takes fewer than {} steps", compared.none_below);
    assert!(compared.shorter.is_none_or(|shorter| shorter.shortest && shorter.steps < find.steps));
}

#[test]
fn what_a_person_did_is_shrunk_to_what_it_needs() {
    let mut lab = person("two-phase", 4, "unanimous_votes");
    let (find, _) = found(&*lab, "unanimous_votes");
    // Much happens before that has nothing to do with it.
    lab.act("pause n3")
        .and_then(|()| lab.act("resume n3"))
        .and_then(|()| lab.act("set loss 0%"))
        .expect("these are acts");
    let acts = |scenario: &Scenario| scenario.schedule.len();
    let (again, _) = found(&*lab, "unanimous_votes");
    play(&mut *lab, &again);
    let before = acts(&lab.scenario());
    assert!(before > acts(&find.scenario), "the acts in vain are still there");
    let broken_slug = again.broken[0].clone();
    let News::Shrunk { scenario, before, after, .. } = ask(&*lab, Asked::Shrink { broken: broken_slug.clone() }) else {
        panic!("not shrunk")
    };
    assert_eq!(before, again.steps + 4, "the steps of the counterexample and the acts of the person are counted alike");
    assert!(after < before, "{after} acts of {before}");
    let until = lab.now();
    let mut breaks = |scenario: &Scenario| {
        lab.bring(scenario, Brought::Shrunk).unwrap_or_else(|error| panic!("{error}"));
        let mut first = None;
        loop {
            match lab.play(until, 10_000) {
                Played::There => break,
                Played::Broken => first = first.or_else(|| Some(broken(&*lab))),
                Played::NotYet => {}
            }
        }
        // A run of it stops at what was asked about and at nothing else.
        first.is_some_and(|first| first.contains(&broken_slug.as_str()))
    };
    assert!(breaks(&scenario));
    for left_out in 0..scenario.schedule.len() {
        let mut without = (*scenario).clone();
        let line = without.schedule.remove(left_out);
        assert!(!breaks(&without), "it breaks without {line} too");
    }
}

#[test]
fn with_every_rule_on_it_is_told_how_far_one_looked() {
    let lab = person("two-phase", 3, "unanimous_votes");
    let mut fresh = protocol("two-phase").expect("listed").open(&Scenario { rules_off: Vec::new(), ..lab.scenario() });
    let fresh = fresh.as_mut().unwrap_or_else(|error| panic!("{error}"));
    fresh.seek(0);
    let allow = Allow { crashes: Some(1), requests: Some(1), timers: Some(0), ..Allow::default() };
    let News::Nothing { here, witness: None, unjudged, .. } =
        ask(&**fresh, Asked::Prove { allow, rules_off: Vec::new() })
    else {
        panic!("something breaks")
    };
    assert!(here.worlds > 10, "{here:?}");
    assert_eq!(unjudged, ["ac4"], "it assumes bounded delay");
}

#[test]
fn a_rule_that_rests_on_time_breaks_in_time() {
    // The lease matters where reads go by it; this cluster's do not, so it is broken where it shows.
    let lab = person("raft", 5, "lease_bounded");
    let rules_off = vec!["lease_bounded".to_owned()];
    let asked = Asked::Break { allow: Allow::default(), rules_off, compare: false };
    let Some(News::Found { find, .. }) = news_in(2, &*lab, asked).pop() else { panic!("nothing found") };
    assert_eq!((find.place, find.rule.as_deref()), (Place::Witness, Some("lease_bounded")), "{find:?}");
    let mut elsewhere =
        protocol("raft").expect("listed").open(&find.scenario).unwrap_or_else(|error| panic!("{error}"));
    while elsewhere.play(Time(60_000_000), 10_000) == Played::NotYet {}
    assert_eq!(broken(&*elsewhere), ["read_freshness"]);
    assert!(elsewhere.now() >= Time(150_000), "a lease has run out by then: {:?}", elsewhere.now());
}

#[test]
fn what_no_search_shows_is_said_at_once() {
    let lab = person("ring", 5, "ring_placement");
    assert_eq!(news(&*lab, asked("ring_placement")), [News::NoSearchShows]);
    // Beside a rule that a search shows, it is as if it were on.
    let rules_off = vec!["ring_placement".to_owned(), "common_seed".to_owned()];
    let both = news_in(2, &*lab, Asked::Break { allow: Allow::default(), rules_off, compare: false });
    assert!(!both.contains(&News::NoSearchShows), "{both:?}");
}

#[test]
fn a_question_about_nothing_is_refused_with_its_place() {
    let lab = person("raft", 3, "persist_vote");
    let mut scenario = lab.scenario();
    scenario.schedule.push("at 3s crash n9".into());
    let question = Question { scenario, step: 1, asked: asked("persist_vote") };
    let mut news = Vec::new();
    answer(hunts("raft").expect("listed"), &question, &|| Duration::ZERO, &mut |told| news.push(told));
    let [News::Refused(error)] = &news[..] else { panic!("{news:?}") };
    assert!(error.place.path.starts_with("schedule[") && error.found.word() == "n9", "{news:?}");
}
