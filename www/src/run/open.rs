//! Opening runs: what the address, the last visit, a file or the catalogue asks for, with a clear word if it cannot be had.

use faultlab_core::{Expected, Kind, Mark, Time};
use faultlab_registry::{LISTED, Lab, Listed, Played, StepFilter};
use faultlab_scenario::link::{LinkError, LinkMoment, Linked};
use faultlab_scenario::{Scenario, ScenarioError};
use faultlab_words::page::PageWords;
use yew::platform::spawn_local;

use super::address::{Address, Mount};
use super::doors::{BUILT_IN, PACK, PROTOCOL, REREAD, UNPACK};
use super::lazy::LoadError;
use super::player::Player;
use crate::browser::{self, Store};
use crate::text::error_text;
use crate::text::format::moment;

/// What a first visit shows: a cluster at work, and nothing planned.
const FIRST_PROTOCOL: usize = 0;
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

/// What this visit begins with: what was asked for if it can be had, else a fresh cluster.
///
/// # Errors
/// Nothing can be shown, and why.
pub(crate) async fn first(address: &Address, mount: Mount, words: &PageWords) -> Result<Opened, String> {
    let mut notices: Vec<(String, bool)> =
        address.wrong.iter().map(|(name, value)| ((words.share.query_wrong)(name, value), true)).collect();
    let kept = (mount == Mount::Page).then(kept).flatten();
    let asked = if kept.is_some() || address.asks_for_a_run() {
        asked_for(address, kept, words, &mut notices).await
    } else {
        None
    };
    let mut opened = match asked {
        Some(opened) => opened,
        None => run(&fresh(&LISTED[FIRST_PROTOCOL]), words).await?,
    };
    if let Some(notice) = opened.notice.take() {
        notices.push(notice);
    }
    let grave = notices.iter().any(|(_, grave)| *grave);
    let text = notices.into_iter().map(|(text, _)| text).collect::<Vec<_>>().join(" ");
    opened.notice = (!text.is_empty()).then_some((text, grave));
    if let Some(autoplay) = address.autoplay {
        opened.plays = autoplay;
    }
    Ok(opened)
}

/// The run of the last visit, the link or the query. What cannot be had is noted.
async fn asked_for(
    address: &Address,
    kept: Option<(String, String)>,
    words: &PageWords,
    notices: &mut Notices,
) -> Option<Opened> {
    if let Some((json, branches)) = kept {
        match from_linked(REREAD.open(json).await, words, Some(&branches)).await {
            Ok(opened) => return Some(opened),
            Err(reason) => notices.push(((words.share.stored_wrong)(&reason), true)),
        }
    }
    let opened = match &address.link {
        Some(packed) => from_linked(UNPACK.open(packed.clone()).await, words, None).await,
        None => from_query(address, words, notices).await?,
    };
    opened.map_err(|reason| notices.push(((words.share.link_wrong)(&reason), true))).ok()
}

type Notices = Vec<(String, bool)>;

/// What was there before the page was loaded again: the scenario with the moment as JSON, and all branches.
fn kept() -> Option<(String, String)> {
    let kept = browser::is_return().then(|| Store::Tab.read(KEPT))??;
    let (address, rest) = kept.split_once('\n')?;
    let (json, branches) = rest.split_once('\n').unwrap_or((rest, ""));
    (address == here()).then(|| (json.to_owned(), branches.to_owned()))
}

/// Keeps the run for when the page is loaded again.
pub(crate) fn keep(player: &Player) {
    if player.mount() != Mount::Page {
        return;
    }
    let lab = &*player.lab();
    let (scenario, branches) = lab.stored();
    let json = Linked { scenario, ..linked(lab) }.to_json();
    Store::Tab.write(KEPT, &format!("{}\n{json}\n{branches}", here()));
}

fn here() -> String {
    let (query, fragment) = browser::address();
    format!("?{query}#{fragment}")
}

/// What the query asks for; none if it asks for nothing that there is.
async fn from_query(address: &Address, words: &PageWords, notices: &mut Notices) -> Option<Result<Opened, String>> {
    let mut scenario = None;
    if let Some(name) = &address.scenario {
        scenario = match BUILT_IN.open(name.clone()).await {
            Ok(scenario) => scenario,
            Err(missing) => return Some(Err(told_missing(missing, words, name))),
        };
        if scenario.is_none() {
            notices.push(((words.share.unknown_scenario)(name), true));
        }
    } else if let Some(slug) = &address.protocol {
        scenario = LISTED.iter().find(|listed| listed.slug == slug).map(fresh);
        if scenario.is_none() {
            notices.push(((words.share.unknown_protocol)(slug), true));
        }
    } else if address.seed.is_some() || address.nodes.is_some() || address.at.is_some() {
        scenario = Some(fresh(&LISTED[FIRST_PROTOCOL]));
    }
    let mut scenario = scenario?;
    scenario.reseed(address.seed.unwrap_or(scenario.seed));
    if let Some(nodes) = address.nodes.filter(|nodes| *nodes != scenario.nodes) {
        scenario.nodes = nodes;
        scenario.forget_the_run();
    }
    let opened = run(&scenario, words).await.map(|mut opened| {
        if let Some(at) = address.at {
            opened.plays = false;
            opened.lab.seek(0);
            while opened.lab.play(at, STEPS_MAX) == Played::Broken && opened.lab.position() < STEPS_MAX {}
            if opened.lab.now() < at {
                notices.push(((words.share.moment_not_reached)(&moment(at), &moment(opened.lab.now())), true));
            }
        }
        opened
    });
    Some(opened)
}

/// A fresh cluster of a protocol, with nothing planned.
pub(crate) fn fresh(listed: &Listed) -> Scenario {
    Scenario::new(listed.slug, listed.nodes_default, FIRST_SEED)
}

/// Shows another scenario instead of the present run. The address says so, if the scenario has a name.
pub(crate) fn show(player: &Player, scenario: &Scenario, name: Option<&'static str>) {
    let (player, scenario) = (player.clone(), scenario.clone());
    spawn_local(async move {
        match run(&scenario, player.words()).await {
            Ok(opened) => {
                let address = match name {
                    Some(name) => format!("?scenario={name}&seed={}", scenario.seed),
                    None => link_to(scenario).await,
                };
                show_opened(&player, opened, &address);
            }
            Err(reason) => player.notify(&(player.words().share.link_wrong)(&reason), true),
        }
    });
}

/// The address of a scenario without a name.
pub(crate) async fn link_to(scenario: Scenario) -> String {
    match PACK.open(Linked { scenario, moment: None }).await {
        Ok(packed) => format!("#s={packed}"),
        Err(_) => String::new(),
    }
}

/// Shows an opened run, at its address.
pub(crate) fn show_opened(player: &Player, opened: Opened, address: &str) {
    player.open(opened.lab, address);
    match opened.notice {
        Some((text, grave)) => player.notify(&text, grave),
        None => player.dismiss_notice(),
    }
    if opened.plays && !player.reduced_motion() {
        player.play_pause();
    }
}

/// Opens a scenario at its beginning. A cluster in which nothing is planned is shown at work.
pub(crate) async fn run(scenario: &Scenario, words: &PageWords) -> Result<Opened, String> {
    let protocol = PROTOCOL.open(scenario.protocol.clone()).await;
    let protocol = protocol.map_err(|missing| told_missing(missing, words, &scenario.protocol))?;
    let open = || protocol.open(scenario).map_err(|error| error_text::misfit(words, Some(&protocol.about), &error));
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

/// Why a protocol is not here, in words.
fn told_missing(missing: LoadError, words: &PageWords, protocol: &str) -> String {
    match missing {
        LoadError::Unknown => {
            let expected = Expected::listed(Kind::Protocol, LISTED.iter().map(|listed| listed.slug));
            error_text::misfit(words, None, &ScenarioError::at("protocol", protocol.to_owned(), expected))
        }
        LoadError::NotFetched => words.share.not_fetched.to_owned(),
    }
}

/// Takes a fresh cluster to where order is established. False if that does not come soon.
fn settle(lab: &mut dyn Lab) -> bool {
    while lab.now() <= SETTLE_TIME && lab.forward_to(StepFilter::Notable, SETTLE_STEPS) {
        if lab.last_step().is_some_and(|step| step.mark == Mark::Settled) {
            return true;
        }
    }
    false
}

/// Opens what a link or the store holds, with all branches if they are given, at its moment, and notices if it is no longer the same
/// run.
async fn from_linked(
    linked: Result<Result<Linked, LinkError>, LoadError>,
    words: &PageWords,
    branches: Option<&str>,
) -> Result<Opened, String> {
    let linked = linked.map_err(|missing| told_missing(missing, words, ""))?;
    let linked = linked.map_err(|error| error_text::link(words, &error))?;
    let mut opened = run(&linked.scenario, words).await?;
    let Some(there) = linked.moment else { return Ok(opened) };
    opened.plays = false;
    if branches.is_none_or(|branches| !opened.lab.restore(branches, STEPS_MAX)) {
        opened.notice = go_to(&mut *opened.lab, &there, words).map(|text| (text, true));
    }
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

/// What a link to the present moment of a run holds.
pub(crate) fn linked(lab: &dyn Lab) -> Linked {
    let moment =
        LinkMoment { step: lab.position() as u64, at: lab.now(), behaviour: lab.about().behaviour, trace: lab.trace() };
    Linked { scenario: lab.scenario(), moment: Some(moment) }
}

/// Differs when a shown link has to be packed anew.
pub(crate) fn link_age(player: &Player) -> u64 {
    player.run_revision() * u64::from(!player.is_playing())
}

/// A run file: the link's content as readable text.
pub(crate) fn file_of(lab: &dyn Lab) -> String {
    lab.scenario().to_json()
}
