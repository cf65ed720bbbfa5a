//! Opening runs: what the address, the last visit, a file or the catalogue asks for, with a clear word if it cannot be had.

use faultlab_core::{Mark, Time};
use faultlab_registry::{Lab, StepFilter, protocol, protocols};
use faultlab_scenario::link::{self, LinkError, LinkMoment, Linked};
use faultlab_scenario::{Scenario, ScenarioError};
use faultlab_words::page::PageWords;

use super::address::Address;
use super::browser::{self, Store};
use super::player::Player;
use super::{gallery, told};

/// What a first visit shows: a cluster at work, and nothing planned.
const FIRST_PROTOCOL: &str = "raft";
const FIRST_SEED: u64 = 42;
/// How far a run is taken to show the moment that was asked for.
const STEPS_MAX: usize = 400_000;
/// How far a fresh cluster is taken before it is shown, so that it is at work.
const SETTLE_STEPS: usize = 4_000;
const SETTLE_TIME: Time = Time(3_000_000);
/// How many steps the processes may take to start.
const BOOT_STEPS: usize = 200;
/// Where the last run of this tab is kept.
const KEPT: &str = "faultlab.run";

/// An opened run, and what is to be told about it.
pub(crate) struct Opened {
    pub(crate) lab: Box<dyn Lab>,
    pub(crate) notice: Option<(String, bool)>,
    /// Whether it is to be seen at work at once: a fresh cluster is, a chosen moment is not.
    pub(crate) plays: bool,
}

/// What this visit begins with. None only if there is no protocol at all.
pub(crate) fn first(address: &Address, words: &PageWords) -> Option<Opened> {
    let mut notices: Vec<(String, bool)> =
        address.wrong.iter().map(|(name, value)| ((words.share.query_wrong)(name, value), true)).collect();
    let mut opened = kept(words, &mut notices)
        .or_else(|| from_fragment(address, words, &mut notices))
        .or_else(|| from_query(address, words, &mut notices))
        .or_else(default_run)?;
    if let Some(notice) = opened.notice.take() {
        notices.push(notice);
    }
    let grave = notices.iter().any(|(_, grave)| *grave);
    let text = notices.into_iter().map(|(text, _)| text).collect::<Vec<_>>().join(" ");
    opened.notice = (!text.is_empty()).then_some((text, grave));
    if let Some(autoplay) = address.autoplay {
        opened.plays = autoplay;
    }
    Some(opened)
}

type Notices = Vec<(String, bool)>;

/// What was there before the page was loaded again.
fn kept(words: &PageWords, notices: &mut Notices) -> Option<Opened> {
    if !browser::is_return() {
        return None;
    }
    let kept = Store::Tab.read(KEPT)?;
    let (address, packed) = kept.split_once('\n')?;
    if address != here() {
        return None;
    }
    match from_packed(packed, words) {
        Ok(opened) => Some(opened),
        Err(reason) => {
            notices.push(((words.share.stored_wrong)(&reason), true));
            None
        }
    }
}

/// Keeps the run for when the page is loaded again.
pub(crate) fn keep(lab: &dyn Lab) {
    Store::Tab.write(KEPT, &format!("{}\n{}", here(), link_of(lab)));
}

fn here() -> String {
    let (query, fragment) = browser::address();
    format!("?{query}#{fragment}")
}

fn from_fragment(address: &Address, words: &PageWords, notices: &mut Notices) -> Option<Opened> {
    let packed = address.link.as_deref()?;
    match from_packed(packed, words) {
        Ok(opened) => Some(opened),
        Err(reason) => {
            notices.push(((words.share.link_wrong)(&reason), true));
            None
        }
    }
}

fn from_query(address: &Address, words: &PageWords, notices: &mut Notices) -> Option<Opened> {
    let mut scenario = None;
    if let Some(name) = &address.scenario {
        scenario = gallery::entry(name).map(|entry| entry.scenario.clone());
        if scenario.is_none() {
            notices.push(((words.share.unknown_scenario)(name), true));
        }
    } else if let Some(slug) = &address.protocol {
        scenario = fresh(slug);
        if scenario.is_none() {
            notices.push(((words.share.unknown_protocol)(slug), true));
        }
    } else if address.seed.is_some() || address.nodes.is_some() || address.at.is_some() {
        scenario = default_scenario();
    }
    let mut scenario = scenario?;
    scenario.seed = address.seed.unwrap_or(scenario.seed);
    scenario.nodes = address.nodes.unwrap_or(scenario.nodes);
    match run(&scenario) {
        Ok(mut opened) => {
            if let Some(at) = address.at {
                opened.plays = false;
                opened.lab.seek(0);
                opened.lab.play(at, STEPS_MAX);
            }
            Some(opened)
        }
        Err(error) => {
            notices.push(((words.share.link_wrong)(&told::misfit(words, &error)), true));
            None
        }
    }
}

/// A fresh cluster of a protocol, with nothing planned.
pub(crate) fn fresh(slug: &str) -> Option<Scenario> {
    let about = &protocol(slug)?.about;
    Some(Scenario::new(about.slug, about.nodes_default, FIRST_SEED))
}

fn default_scenario() -> Option<Scenario> {
    fresh(FIRST_PROTOCOL).or_else(|| fresh(protocols().first()?.about.slug))
}

fn default_run() -> Option<Opened> {
    run(&default_scenario()?).ok()
}

/// Shows another scenario instead of the present run. The address says so, if the scenario has a name.
pub(crate) fn show(player: &Player, scenario: &Scenario, name: Option<&str>) {
    match run(scenario) {
        Ok(opened) => {
            browser::replace_address(&match name {
                Some(name) => format!("?scenario={name}&seed={}", scenario.seed),
                None => format!("#s={}", link::encode(scenario, None)),
            });
            show_opened(player, opened);
        }
        Err(error) => {
            let words = player.words();
            player.notify(&(words.share.link_wrong)(&told::misfit(words, &error)), true);
        }
    }
}

/// Shows an opened run.
pub(crate) fn show_opened(player: &Player, opened: Opened) {
    player.open(opened.lab);
    match opened.notice {
        Some((text, grave)) => player.notify(&text, grave),
        None => player.dismiss_notice(),
    }
    if opened.plays && !player.reduced_motion() {
        player.play_pause();
    }
}

/// Opens a scenario at its beginning. A cluster in which nothing is planned is shown at work.
pub(crate) fn run(scenario: &Scenario) -> Result<Opened, ScenarioError> {
    let protocol = protocol(&scenario.protocol).ok_or_else(|| {
        let known: Vec<_> = protocols().iter().map(|protocol| protocol.about.slug).collect();
        ScenarioError::at("protocol", scenario.protocol.clone(), format!("the protocol {}", known.join(" | ")))
    })?;
    let open = || protocol.open(scenario);
    let mut lab = open()?;
    let free = scenario.schedule.is_empty() && scenario.steps.is_empty() && scenario.captions.is_empty();
    if free && !settle(&mut *lab) {
        // Nothing settles here: it begins where something begins to happen, and what lies ahead stays unknown.
        lab = open()?;
        // All processes have started by then: one that has not looks as if it were down.
        lab.play(Time::ZERO, BOOT_STEPS);
        lab.forward_to(StepFilter::Notable, SETTLE_STEPS);
    } else if !free {
        // The processes start; before that there is nothing to see.
        lab.play(Time::ZERO, BOOT_STEPS);
    }
    Ok(Opened { lab, notice: None, plays: true })
}

/// Takes a fresh cluster to where order is established. False if that does not come soon.
fn settle(lab: &mut dyn Lab) -> bool {
    while lab.now() <= SETTLE_TIME && lab.forward_to(StepFilter::Notable, SETTLE_STEPS) {
        if lab.steps()[lab.position() - 1].mark == Mark::Settled {
            return true;
        }
    }
    false
}

/// Opens a packed link, with a word why if that cannot be done.
fn from_packed(packed: &str, words: &PageWords) -> Result<Opened, String> {
    let opened = link::decode(packed).and_then(|linked| from_link(&linked, words).map_err(LinkError::NotAScenario));
    opened.map_err(|error| told::link(words, &error))
}

/// Opens what a link holds, at its moment, and notices if it is no longer the same run.
fn from_link(linked: &Linked, words: &PageWords) -> Result<Opened, ScenarioError> {
    let mut opened = run(&linked.scenario)?;
    let Some(moment) = linked.moment else { return Ok(opened) };
    opened.plays = false;
    opened.notice = go_to(&mut *opened.lab, &moment, words).map(|text| (text, true));
    Ok(opened)
}

/// Goes to a link's moment. Tells if the run is not the one that the link was made of.
fn go_to(lab: &mut dyn Lab, moment: &LinkMoment, words: &PageWords) -> Option<String> {
    let step = usize::try_from(moment.step).unwrap_or(usize::MAX);
    if step < lab.position() {
        lab.seek(step);
    }
    while lab.position() < step.min(STEPS_MAX) && lab.forward() {}
    if lab.position() == step {
        lab.seek_time(moment.at);
        if lab.position() != step {
            lab.seek(step);
        }
    }
    let behaviour = lab.about().behaviour;
    if behaviour != moment.behaviour {
        Some((words.share.other_behaviour)(moment.behaviour, behaviour))
    } else if lab.position() != step {
        Some(words.share.not_reached.to_owned())
    } else {
        (lab.trace() != moment.trace).then(|| words.share.other_trace.to_owned())
    }
}

/// The packed link to the present moment of a run.
pub(crate) fn link_of(lab: &dyn Lab) -> String {
    let moment =
        LinkMoment { step: lab.position() as u64, at: lab.now(), behaviour: lab.about().behaviour, trace: lab.trace() };
    link::encode(&lab.scenario(), Some(moment))
}

/// Differs when a shown link has to be packed anew.
pub(crate) fn link_age(player: &Player) -> u64 {
    player.run_revision() * u64::from(!player.is_playing())
}

/// A run file: the link's content as readable text.
pub(crate) fn file_of(lab: &dyn Lab) -> String {
    lab.scenario().to_json()
}
