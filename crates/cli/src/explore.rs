//! `faultlab explore`: a protocol, explored for a counterexample to a promise.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;

use faultlab_core::{Expected, Kind, Span, Time};
use faultlab_hunt::{Ended, HuntFound, HuntFrom, HuntOptions, HuntReport, Hunts, hunts};
use faultlab_registry::{InvariantKind, LISTED, Played, Protocol, What, protocol};
use faultlab_scenario::{Scenario, ScenarioError};
use faultlab_sim::Setting;
use faultlab_words::{Lang, Wanted, explored, explored::ExploredWords};
use serde_json::{Value, json};

use crate::args::{ExploreOptions, TimeAsked};
use crate::error::Failure;
use crate::follow::follow;
use crate::slugs::{self, by_slug};
use crate::source::{Sourced, find};
use crate::sweep::configure;
use crate::written::{write_file, written};
use crate::{Done, Outcome};

/// Worlds that breadth-first visits at most if nothing is said.
const WORLDS_USUAL: u64 = 2_000_000;
/// Steps of random runs for each world that breadth-first may visit, before a hunt is cut off.
const RANDOM_STEPS_A_WORLD: u64 = 8;

/// More steps than a counterexample that is told can have.
const STEPS_TOLD: usize = 1_000_000;
/// Scripted actions that are longer than this push their sentence aside.
const STEP_WIDTH: usize = 32;

pub(crate) fn explore(options: &ExploreOptions, out: &mut dyn Write) -> Done {
    let known = || {
        let name = &options.protocol;
        let all = || Expected::listed(Kind::Protocol, LISTED.iter().map(|row| row.slug));
        let by_slug = |slug| Expected::by_slug(Kind::Protocol, slug);
        Failure::name(name, slugs::protocol(name).map_or_else(all, by_slug))
    };
    let row = protocol(&options.protocol).ok_or_else(known)?;
    let hunts = hunts(&options.protocol).ok_or_else(known)?;
    if let Some((file, step)) = &options.follow {
        return follow((row, hunts), (file, *step), options, out);
    }
    let (scenario, from, asked) = set_up(row, hunts, options)?;
    let refused = |error: ScenarioError| Failure::scenario("explore", Some(&row.about), by_slug(&row.about, error));
    let mut hunt = hunts.hunt(&scenario, from, &asked).map_err(refused)?;
    if let (Some(promise), true, Some(TimeAsked::Asynchronous)) =
        (asked.wanted.first(), hunt.report().made_timed.is_some(), options.time)
    {
        return Err(Failure::system(promise, &explored::words(options.lang).assumes_bounded_delay));
    }
    let start = Instant::now();
    while !hunt.advance() {
        if hunt.report().random_steps > asked.worlds_max.saturating_mul(RANDOM_STEPS_A_WORLD) {
            break;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    if let Some(wrong) = hunt.wrongly_stale() {
        return Err(Failure::system(&options.protocol, &wrong));
    }
    let found = hunt.found();
    let captions = found.as_ref().map_or_else(|| Ok(Vec::new()), |found| captions(row, found, options.lang));
    let told = Told { row, report: hunt.report(), found, captions: captions.map_err(refused)?, seconds };
    if let (Some((form, file)), Some(found)) = (&options.out, &told.found) {
        write_file(file, &written(row, &found.scenario, *form).map_err(refused)?)?;
    }
    if options.json {
        writeln!(out, "{}", told.json())?;
    } else {
        told.text(&scenario, &asked, options.lang, out)?;
    }
    Ok(if told.found.is_some() { Outcome::NotAsExpected } else { Outcome::AsExpected })
}

/// What is explored, from where, and how much may happen.
fn set_up(
    row: &'static Protocol,
    hunts: Hunts,
    options: &ExploreOptions,
) -> Result<(Scenario, HuntFrom, HuntOptions), Failure> {
    let mut asked = options.by_time(options.hunt.clone());
    if asked.worlds_max == 0 {
        asked.worlds_max = WORLDS_USUAL;
    }
    if asked.threads == 0 {
        asked.threads = std::thread::available_parallelism().map_or(1, usize::from);
    }
    if let Some((file, step)) = &options.from {
        let mut sourced = find(file)?;
        if sourced.protocol.about.slug != row.about.slug {
            let wanted = Wanted::OfProtocol(row.about.slug.into());
            return Err(Failure::input(file, sourced.protocol.about.slug, wanted));
        }
        configure(&mut sourced, options.nodes, &options.off, &options.set);
        return Ok((sourced.scenario, step.map_or(HuntFrom::LastAct, HuntFrom::Step), asked));
    }
    if let ([rule], true) = (&options.off[..], options.is_bare()) {
        let witness = hunts.witness(rule).ok_or_else(|| {
            let known = row.about.rules.iter().any(|row| row.slug == rule);
            match slugs::rule(&row.about, rule) {
                Some(slug) => Failure::name(rule, Expected::by_slug(Kind::Rule, slug)),
                None if known => Failure::input("--off", rule.as_str(), Wanted::SearchedRule),
                None => Failure::name(rule, Expected::listed(Kind::Rule, row.about.rules.iter().map(|rule| rule.slug))),
            }
        })?;
        if options.time == Some(TimeAsked::Asynchronous) && witness.options.tick.is_some() {
            return Err(Failure::system(rule, &explored::words(options.lang).assumes_bounded_delay));
        }
        let HuntOptions { order, full, symmetry, worlds_max, seed, threads, .. } = asked;
        let own = HuntOptions { order, full, symmetry, worlds_max, seed, threads, ..witness.options };
        return Ok((witness.off, witness.from, options.by_time(own)));
    }
    if let Some((scenario, own)) = hunts.exploring().filter(|_| options.says_no_scope()) {
        let mut sourced = Sourced::plain(row);
        sourced.scenario = scenario;
        configure(&mut sourced, None, &options.off, &[]);
        // What is said of the search itself stays, and all of what may happen is the protocol's.
        let HuntOptions { wanted, order, full, symmetry, worlds_max, seed, threads, pauses, .. } = asked;
        let own = HuntOptions { wanted, order, full, symmetry, worlds_max, seed, threads, pauses, ..own };
        return Ok((sourced.scenario, HuntFrom::Start, own));
    }
    let mut plain = Sourced::plain(row);
    plain.scenario.load.clients = Some(0);
    configure(&mut plain, options.nodes, &options.off, &options.set);
    Ok((plain.scenario, HuntFrom::Start, asked))
}

/// A hunt that has ended.
struct Told {
    row: &'static Protocol,
    report: HuntReport,
    found: Option<HuntFound>,
    /// A sentence for each action of what was found.
    captions: Vec<String>,
    seconds: f64,
}

/// What happens by each action of a counterexample, in the words in which the page tells it.
fn captions(row: &'static Protocol, found: &HuntFound, lang: Lang) -> Result<Vec<String>, ScenarioError> {
    let mut lab = row.open(&found.scenario)?;
    let until = found.scenario.expect.as_ref().and_then(|expect| Span::parse(&expect.until)).unwrap_or_default();
    while lab.play(Time(until.0), STEPS_TOLD) == Played::Broken {}
    // The last action lets time go; what else happens at that very moment is no part of the counterexample.
    let story = lab.story(0, lab.position(), lang);
    let last = story.iter().rev().find(|line| line.what == What::Set(Setting::Stepwise(false)));
    let end = last.map_or(lab.position(), |line| line.position);
    let first = (end + 1).saturating_sub(found.script.len());
    let told = (first..=end).map(|step| {
        lab.seek(step);
        lab.caption(lang).map_or_else(String::new, |(sentence, _)| sentence.head + &sentence.rest)
    });
    Ok(told.collect())
}

/// Why paths end, in words.
pub(crate) fn reason(said: &ExploredWords, why: &Ended) -> String {
    match why {
        Ended::Spent(name) => (said.spent)(name),
        Ended::TimerSpent(kind) => (said.timer_spent)(kind),
        Ended::NotDue => said.not_due.to_string(),
        Ended::TimeMustWait => said.time_must_wait.to_string(),
        Ended::Quiet => said.quiet.to_string(),
    }
}

/// Why paths end, by a name for programs.
pub(crate) fn slug_of(why: &Ended) -> String {
    match why {
        Ended::Spent(name) => format!("spent {name}"),
        Ended::TimerSpent(kind) => format!("spent timer {kind}"),
        Ended::NotDue => "not-due".into(),
        Ended::TimeMustWait => "time-must-wait".into(),
        Ended::Quiet => "quiet".into(),
    }
}

impl Told {
    fn bytes_per_state(&self) -> f64 {
        self.report.summary.bytes as f64 / self.report.summary.worlds.max(1) as f64
    }

    fn json(&self) -> Value {
        let violation = self.found.as_ref().map(|found| {
            json!({
                "invariant": found.broken.first(),
                "steps": found.script.iter().map(|(_, text)| text).collect::<Vec<_>>(),
                "captions": self.captions,
                "nodes": found.nodes,
                "shortest": found.shortest,
            })
        });
        json!({
            "states": self.report.summary.worlds,
            "represented": self.report.summary.represented,
            "depth": self.report.summary.depth,
            "exhausted": self.report.exhausted,
            "reduced": self.report.reduced,
            "unjudged": self.report.unjudged,
            "made_timed": self.report.made_timed.map(|tick| tick.to_string()),
            "reached": self.report.reached,
            "not_reached": self.report.not_reached,
            "judged": self.report.judged.iter().copied().collect::<BTreeMap<_, _>>(),
            "paths_ended": self.report.paths_ended,
            "ended": self.report.ended.iter().map(|(why, paths)| json!({ "why": slug_of(why), "paths": paths })).collect::<Vec<_>>(),
            "unconfirmed": self.report.unconfirmed,
            "violation": violation,
            "seconds": self.seconds,
            "bytes_per_state": (self.bytes_per_state() * 10.0).round() / 10.0,
        })
    }

    /// What a search that found nothing has seen, and what stopped it.
    fn coverage(&self, said: &ExploredWords, out: &mut dyn Write) -> std::io::Result<()> {
        let HuntReport { reached, not_reached, judged, ended, paths_ended, unconfirmed, .. } = &self.report;
        writeln!(out, "{}", (said.reached)(&reached.join(", "), &not_reached.join(", ")))?;
        let judged: Vec<String> = judged.iter().map(|(slug, times)| format!("{slug} {times}")).collect();
        writeln!(out, "{}", (said.judged)(&judged.join(", ")))?;
        if *paths_ended > 0 {
            let reasons: Vec<String> =
                ended.iter().map(|(why, paths)| format!("{} {paths}", reason(said, why))).collect();
            writeln!(out, "{}", (said.ended)(*paths_ended, &reasons.join(", ")))?;
        }
        if *unconfirmed > 0 {
            writeln!(out, "{}", (said.unconfirmed)(*unconfirmed))?;
        }
        Ok(())
    }

    fn text(&self, scenario: &Scenario, asked: &HuntOptions, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
        let said = explored::words(lang);
        let summary = self.report.summary;
        write!(out, "{} nodes={}", scenario.protocol, scenario.nodes)?;
        if !scenario.rules_off.is_empty() {
            write!(out, " {}", (said.without)(&scenario.rules_off.join(" ")))?;
        }
        writeln!(out, "\n")?;
        match &self.found {
            None => writeln!(out, "{}", (said.nothing_found)(summary.worlds, self.report.exhausted))?,
            Some(found) => {
                writeln!(out, "{}", (said.found)(&found.broken.join(", "), found.steps, found.shortest))?;
                let width = found.script.iter().map(|(_, text)| text.len()).max().unwrap_or_default().min(STEP_WIDTH);
                for ((later, text), caption) in found.script.iter().zip(&self.captions) {
                    writeln!(out, "  {:>8}  {text:<width$}  {caption}", later.to_string())?;
                }
            }
        }
        if self.found.is_none() {
            self.coverage(said, out)?;
        }
        if let Some(tick) = self.report.made_timed {
            writeln!(out, "{}", (said.made_timed)(&tick.to_string()))?;
        }
        if !self.report.unjudged.is_empty() {
            writeln!(out, "{}", (said.unjudged)(&self.report.unjudged.join(", ")))?;
        }
        if self.report.random_steps > 0 {
            writeln!(out, "{}", (said.random)(self.report.random_steps))?;
        }
        if asked.symmetry {
            writeln!(out, "{}{}{}", said.reduced, lang.gap(), (said.represented)(summary.represented))?;
        }
        if !asked.full {
            writeln!(out, "{}", said.left_out)?;
        }
        let not_judged = self
            .row
            .about
            .invariants
            .iter()
            .filter(|promise| matches!(promise.kind, InvariantKind::Within | InvariantKind::Figure));
        let not_judged: Vec<&str> = not_judged.map(|promise| promise.slug).collect();
        if self.found.is_none() && !not_judged.is_empty() {
            writeln!(out, "{}", (said.not_judged)(&not_judged.join(", ")))?;
        }
        writeln!(out, "{}", (said.odds)(summary.collision_odds_e18()))?;
        let (bytes, seconds) = (format!("{:.1}", self.bytes_per_state()), format!("{:.3}", self.seconds));
        writeln!(out, "{}", (said.figures)(summary.depth, &bytes, &seconds))
    }
}
