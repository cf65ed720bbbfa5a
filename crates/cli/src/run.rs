//! `faultlab run`: one run, its captions, its figures, and its verdict.

use std::io::Write;

use faultlab_core::{Excess, Span, Time};
use faultlab_registry::{CheckState, CheckView, Judged, Lab, Played};
use faultlab_scenario::{Scenario, link};
use faultlab_words::{Lang, Wanted, program};
use serde_json::{Value, json};

use crate::args::{Print, RunOptions};
use crate::error::Failure;
use crate::idle::{Idle, WithoutEffect};
use crate::list::title;
use crate::source::{Sourced, find};
use crate::transcript::transcript_line;
use crate::written::write_file;
use crate::{Done, Outcome};

/// How long a run is if nothing is said.
const UNTIL_USUAL: Time = Time(10_000_000);
/// More steps than this, and time is taken to stand still.
const STEPS_MAX: usize = 5_000_000;
/// How many steps of a story are told at a time.
const CHUNK: usize = 4_096;

/// A run at its end, and what was expected of it.
struct Ended {
    lab: Box<dyn Lab>,
    scenario: Scenario,
    until: Time,
    checks: Vec<CheckView>,
    judged: Judged,
    idle: Idle,
    /// Whether the facts up to a link's moment are those that the link was made of.
    moment_matches: Option<bool>,
}

pub(crate) fn run(options: &RunOptions, out: &mut dyn Write) -> Done {
    let mut sourced = find(&options.source)?;
    if let Some(seed) = options.seed {
        sourced.scenario.reseed(seed);
    }
    let ended = play(&sourced, options)?;
    if let Some(file) = &options.history {
        ended.write_history(file)?;
    }
    let (violated, missing) = ended.judged.surprises(ended.scenario.expect.as_ref());
    match options.print {
        Print::Json => writeln!(out, "{}", ended.json(&sourced))?,
        Print::Transcript | Print::Facts => ended.transcript(options.lang, out)?,
        Print::Text => ended.text(&sourced, options.lang, out)?,
    }
    let fine = violated.is_empty() && missing.is_empty() && ended.moment_matches != Some(false);
    Ok(if fine { Outcome::AsExpected } else { Outcome::NotAsExpected })
}

fn play(sourced: &Sourced, options: &RunOptions) -> Result<Ended, Failure> {
    let scenario = sourced.scenario.clone();
    let opened = match options.print {
        Print::Facts => sourced.protocol.open_as_facts(&scenario),
        Print::Text | Print::Json | Print::Transcript => sourced.protocol.open(&scenario),
    };
    let mut lab = opened.map_err(|error| sourced.failure(error))?;
    let expected = scenario.expect.as_ref().and_then(|expect| Span::parse(&expect.until));
    let until = options.until.or(expected.map(|span| Time(span.0))).unwrap_or(UNTIL_USUAL);
    loop {
        match lab.play(until, STEPS_MAX) {
            Played::There => break,
            // What breaks is told at the end; a person would stop here.
            Played::Broken if lab.position() < STEPS_MAX => {}
            Played::Broken | Played::NotYet => {
                let wanted = Wanted::StepsUpTo(STEPS_MAX as u64);
                return Err(Failure::input(&sourced.name, lab.now().to_string(), wanted));
            }
        }
    }
    let end = lab.position();
    let moment_matches = sourced.moment.filter(|_| options.seed.is_none()).map(|moment| {
        let step = usize::try_from(moment.step).unwrap_or(usize::MAX);
        lab.seek(step);
        let matches = lab.position() == step && lab.trace() == moment.trace;
        lab.seek(end);
        matches
    });
    let checks = lab.checks(options.lang);
    let judged = Judged::of(&*lab);
    let idle = Idle::of(&*lab, &scenario, options.lang);
    Ok(Ended { lab, scenario, until, checks, judged, idle, moment_matches })
}

impl Ended {
    fn write_history(&self, file: &str) -> Result<(), Failure> {
        let slug = self.lab.about().slug;
        let promise = || Failure::input("--history", slug, Wanted::Registers);
        let history = self.lab.history().ok_or_else(promise)?;
        write_file(file, &history.to_json(slug))
    }

    fn json(&self, sourced: &Sourced) -> Value {
        let (surprises, missing) = self.judged.surprises(self.scenario.expect.as_ref());
        let meters = self.lab.meters();
        let moment = self.lab.moment(Lang::En);
        let micros = |span: Span| span.0;
        let without_effect =
            self.idle.without_effect.iter().map(|WithoutEffect { line, why }| json!({ "line": line, "why": why }));
        json!({
            "scenario": sourced.name,
            "protocol": self.scenario.protocol,
            "behaviour": self.lab.about().behaviour,
            "nodes": self.scenario.nodes,
            "seed": self.scenario.seed,
            "until": self.until.to_string(),
            "steps": self.lab.position(),
            "trace": format!("{:08x}", self.lab.trace()),
            "as_expected": surprises.is_empty() && missing.is_empty() && self.moment_matches != Some(false),
            "violated": self.judged.broken,
            "reached": self.judged.reached,
            "surprises": surprises,
            "missing": missing,
            "beyond": moment.beyond.map(Excess::slug),
            "moment_matches": self.moment_matches,
            "without_effect": without_effect.collect::<Vec<_>>(),
            "not_reached": self.idle.not_reached,
            "expect": self.scenario.expect,
            "captions": self.scenario.captions,
            "meters": {
                "sent": meters.sent,
                "delivered": meters.delivered,
                "lost": meters.lost,
                "bytes": meters.bytes,
                "syncs": meters.syncs,
                "asked": meters.asked,
                "done": meters.done,
                "refused": meters.refused,
                "retries": meters.retries,
                "wait_mean_us": meters.wait_mean().map(micros),
                "wait_longest_us": micros(meters.waited_longest),
                "crashes": meters.crashes,
                "outages": meters.outages(self.until),
                "repair_time_mean_us": meters.repair_time_mean().map(micros),
                "availability_ppm": meters.availability_ppm(self.until),
            },
            "link": link::encode(&self.scenario, None),
        })
    }

    fn transcript(&self, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
        let end = self.lab.position();
        for from in (0..end).step_by(CHUNK) {
            for line in self.lab.story(from, (from + CHUNK).min(end), lang) {
                writeln!(out, "{}", transcript_line(&line))?;
            }
        }
        Ok(())
    }

    fn text(&self, sourced: &Sourced, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
        let words = program::words(lang);
        let about = self.lab.about();
        let Scenario { nodes, seed, .. } = self.scenario;
        let heading = match title(&self.scenario, lang) {
            "" => sourced.name.as_str(),
            title => title,
        };
        writeln!(out, "{heading}")?;
        writeln!(out, "{}", (words.subtitle)(about.title(lang), nodes, seed))?;
        for (at, text) in self.lab.said_so_far() {
            let text = match lang {
                Lang::Zh if !text.zh.is_empty() => &text.zh,
                Lang::En | Lang::Zh => &text.en,
            };
            writeln!(out, "  {:>8}  {text}", at.to_string())?;
        }
        let meters = self.lab.meters();
        let trace = format!("{:08x}", self.lab.trace());
        writeln!(out, "  {:>8}  {}", self.until.to_string(), (words.end)(self.lab.position(), &trace))?;
        writeln!(out)?;
        writeln!(out, "{}", (words.traffic)(meters.sent, meters.delivered, meters.lost, meters.bytes, meters.syncs))?;
        writeln!(out, "{}", (words.requests)(meters.asked, meters.done, meters.refused, meters.retries))?;
        writeln!(out, "{}", (words.availability)(meters.availability_ppm(self.until), meters.outages(self.until)))?;
        writeln!(out)?;
        for check in &self.checks {
            writeln!(out, "{}", check_line(check, lang))?;
        }
        writeln!(out)?;
        for WithoutEffect { line, why } in &self.idle.without_effect {
            writeln!(out, "{}", (words.without_effect)(line, why))?;
        }
        for line in &self.idle.not_reached {
            writeln!(out, "{}", (words.act_not_reached)(line, &self.until.to_string()))?;
        }
        if let Some(beyond) = self.lab.moment(lang).beyond {
            let name = match beyond {
                Excess::Config(misfit) => misfit.field,
                excess => excess.slug(),
            };
            writeln!(out, "{}", (words.beyond)(&(words.excess)(beyond, name)))?;
        }
        if self.moment_matches == Some(false) {
            let recorded = sourced.moment.map_or(0, |moment| moment.behaviour);
            writeln!(out, "{}", (words.another_run)(recorded, about.behaviour))?;
        }
        let (surprises, missing) = self.judged.surprises(self.scenario.expect.as_ref());
        for slug in &surprises {
            let broke = self.judged.broken.contains(slug);
            writeln!(out, "{}", if broke { (words.broke)(slug) } else { (words.held)(slug) })?;
        }
        for slug in &missing {
            writeln!(out, "{}", (words.not_reached)(slug))?;
        }
        let fine = surprises.is_empty() && missing.is_empty() && self.moment_matches != Some(false);
        writeln!(out, "{}", if fine { words.as_expected } else { words.not_as_expected })
    }
}

fn check_line(check: &CheckView, lang: Lang) -> String {
    let words = program::words(lang);
    let (sign, state) = match check.state {
        CheckState::Holds => ("+", words.holds.to_owned()),
        CheckState::Broken => ("x", words.broken.to_owned()),
        CheckState::Reached => ("+", words.reached.to_owned()),
        CheckState::NotYet => (".", words.not_yet.to_owned()),
        CheckState::NotJudged { delay, limit } => (".", (words.not_judged)(&delay.to_string(), &limit.to_string())),
        CheckState::Measured { measured_ppm, bound_ppm } => {
            let sign = if measured_ppm > bound_ppm { "x" } else { "+" };
            (sign, (words.measured)(measured_ppm, bound_ppm))
        }
    };
    let mut line = format!("  {sign} {}{}{}{state}", check.name, lang.in_brackets(check.slug), lang.colon());
    if !check.facts.is_empty() {
        line.push_str("\n      ");
        line.push_str(check.heading);
        for fact in &check.facts {
            line.push_str("\n        ");
            line.push_str(fact);
        }
    }
    line
}
