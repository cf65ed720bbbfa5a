//! `faultlab explore --follow`: a given run, walked inside the budget of a search.

use std::io::Write;

use faultlab_core::Time;
use faultlab_hunt::{Followed, HuntOptions, Hunts, Obstacle};
use faultlab_registry::{Played, Protocol};
use faultlab_scenario::{Scenario, ScenarioError};
use faultlab_words::{Lang, Wanted, explored};
use serde_json::json;

use crate::args::ExploreOptions;
use crate::error::Failure;
use crate::explore::{reason, slug_of};
use crate::source::find;
use crate::sweep::configure;
use crate::{Done, Outcome};

/// Follows the run that is asked for.
pub(crate) fn follow(
    (row, hunts): (&'static Protocol, Hunts),
    (file, from): (&str, Option<usize>),
    options: &ExploreOptions,
    out: &mut dyn Write,
) -> Done {
    let mut sourced = find(file)?;
    if sourced.protocol.about.slug != row.about.slug {
        let wanted = Wanted::OfProtocol(row.about.slug.into());
        return Err(Failure::input(file, sourced.protocol.about.slug, wanted));
    }
    configure(&mut sourced, options.nodes, &options.off, &options.set);
    let refused = |error: ScenarioError| Failure::scenario("explore", Some(&row.about), error);
    let asked: HuntOptions = options.by_time(options.hunt.clone());
    let followed = hunts.follow(&sourced.scenario, from, &asked).map_err(refused)?;
    let sentence = match &followed.stopped {
        Some((position, _)) => sentence(row, &sourced.scenario, *position, options.lang).map_err(refused)?,
        None => String::new(),
    };
    if options.json {
        writeln!(out, "{}", as_json(&followed, &sentence))?;
    } else {
        as_text(&followed, &sentence, options.lang, out)?;
    }
    Ok(if followed.stopped.is_none() { Outcome::AsExpected } else { Outcome::NotAsExpected })
}

/// What happens in a step, as the page tells it.
fn sentence(row: &'static Protocol, scenario: &Scenario, position: usize, lang: Lang) -> Result<String, ScenarioError> {
    let mut lab = row.open(scenario)?;
    while lab.position() < position && lab.play(Time(u64::MAX), position - lab.position()) == Played::Broken {}
    Ok(lab.caption(lang).map_or_else(String::new, |(sentence, _)| sentence.head + &sentence.rest))
}

fn as_json(followed: &Followed, sentence: &str) -> serde_json::Value {
    let stopped = followed.stopped.as_ref().map(|(position, obstacle)| {
        let why = match obstacle {
            Obstacle::Budget(ended) => slug_of(ended),
            Obstacle::NotDue => "not-due".into(),
            Obstacle::TimeMustWait => "time-must-wait".into(),
            Obstacle::NotAsked => "not-asked".into(),
            Obstacle::NotUnderWay => "not-under-way".into(),
            Obstacle::NeverDone => "never-done".into(),
            Obstacle::OtherOutcome => "other-outcome".into(),
        };
        json!({ "step": position, "what": sentence, "why": why })
    });
    json!({ "steps": followed.steps, "stopped": stopped, "broken": followed.broken })
}

fn as_text(followed: &Followed, sentence: &str, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
    let said = explored::words(lang);
    match &followed.stopped {
        None => writeln!(out, "{}", (said.followed)(followed.steps))?,
        Some((position, obstacle)) => {
            let why = match obstacle {
                Obstacle::Budget(ended) => reason(said, ended),
                Obstacle::NotDue => said.timer_not_due.to_string(),
                Obstacle::TimeMustWait => said.time_cannot_pass.to_string(),
                Obstacle::NotAsked => said.not_asked.to_string(),
                Obstacle::NotUnderWay => said.not_under_way.to_string(),
                Obstacle::NeverDone => said.never_done.to_string(),
                Obstacle::OtherOutcome => said.other_outcome.to_string(),
            };
            writeln!(out, "{}", (said.stopped_at)(followed.steps, *position, sentence, &why))?;
        }
    }
    if !followed.broken.is_empty() {
        writeln!(out, "{}", (said.broken_on_the_way)(&followed.broken.join(", ")))?;
    }
    Ok(())
}
