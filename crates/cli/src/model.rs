//! `faultlab model`: a reference model, explored; its counts are known from the literature.

use std::io::Write;
use std::time::Instant;

use faultlab_check::models::{Instance, reference};
use faultlab_check::{Limits, Order, Report};
use faultlab_core::{Expected, Kind, Misspelled};
use faultlab_words::models::ModelWords;
use faultlab_words::{Lang, Named, explored, models};
use serde_json::{Value, json};

use crate::args::ModelOptions;
use crate::error::Failure;
use crate::slugs;
use crate::{Done, Outcome};

/// States that are visited at most if nothing is said.
const STATES_USUAL: u64 = 100_000_000;

/// A search that has ended.
struct Explored {
    instance: Instance,
    report: Report,
    order: Order,
    seconds: f64,
    words: &'static ModelWords,
}

pub(crate) fn model(options: &ModelOptions, out: &mut dyn Write) -> Done {
    let wrong = |error: Misspelled| Failure::misspelled("model", error);
    let by_slug = |mut error: Misspelled| {
        if let Some(slug) = slugs::model(&options.name) {
            error.expected = Expected::by_slug(Kind::Model, slug);
        }
        wrong(error)
    };
    let reference = reference(&options.name).map_err(by_slug)?;
    let parameters = options.set.iter().map(|(slug, text)| (slug.as_str(), text.as_str()));
    let instance = reference.instance(parameters, options.off.iter().map(String::as_str)).map_err(wrong)?;
    let limits = Limits {
        order: options.order,
        states_max: options.states_max.unwrap_or(STATES_USUAL),
        threads: options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
        symmetry: options.symmetry,
    };
    let start = Instant::now();
    let report = instance.explore(limits).map_err(wrong)?;
    let seconds = start.elapsed().as_secs_f64();
    let words = models::words(options.lang, reference.slug);
    let words = words.ok_or_else(|| Failure::system(reference.slug, &"the model has no words"))?;
    let explored = Explored { instance, report, order: options.order, seconds, words };
    if options.json {
        writeln!(out, "{}", explored.json())?;
    } else {
        explored.text(options.lang, out)?;
    }
    Ok(if explored.report.violation.is_some() { Outcome::NotAsExpected } else { Outcome::AsExpected })
}

impl Explored {
    fn bytes_per_state(&self) -> f64 {
        self.report.bytes as f64 / self.report.states.max(1) as f64
    }

    /// The way to the violation as sentences.
    fn steps(&self) -> Vec<String> {
        let steps = self.report.violation.iter().flat_map(|violation| &violation.steps);
        steps.filter_map(|step| (self.words.step)(step.action, &step.with)).collect()
    }

    /// Breadth-first, what is found first is nearest.
    fn is_shortest(&self) -> bool {
        self.order == Order::Breadth
    }

    fn json(&self) -> Value {
        let violation = self.report.violation.as_ref().map(|violation| {
            json!({
                "invariant": violation.invariant,
                "steps": self.steps(),
                "nodes": self.instance.nodes(),
                "shortest": self.is_shortest(),
            })
        });
        json!({
            "states": self.report.states,
            "depth": self.report.depth,
            "exhausted": self.report.exhausted,
            "reduced": self.report.reduced,
            "violation": violation,
            "seconds": self.seconds,
            "bytes_per_state": (self.bytes_per_state() * 10.0).round() / 10.0,
        })
    }

    fn text(&self, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
        let said = explored::words(lang);
        let Report { states, depth, exhausted, reduced, .. } = self.report;
        let rules = self.instance.reference.rules;
        let off: Vec<_> = self.instance.rules.off().filter_map(|index| Some(rules.get(index)?.slug)).collect();
        write!(out, "{}", self.instance)?;
        if !off.is_empty() {
            write!(out, " {}", (said.without)(&off.join(" ")))?;
        }
        writeln!(out, "\n")?;
        match &self.report.violation {
            None => writeln!(out, "{}", (said.nothing_found)(states, exhausted))?,
            Some(violation) => {
                let slug = violation.invariant;
                let named = (self.words.invariant)(slug);
                let name = named.map_or(slug.to_owned(), |named| format!("{}{}", named.name, lang.in_brackets(slug)));
                writeln!(out, "{}", (said.found)(&name, violation.steps.len(), self.is_shortest()))?;
                for (number, step) in self.steps().iter().enumerate() {
                    writeln!(out, "  {:>3}  {step}", number + 1)?;
                }
                if let Some(Named { name, meaning }) = named {
                    writeln!(out, "{name}{}{meaning}", lang.colon())?;
                }
                writeln!(out, "{}", (said.until_then)(states))?;
            }
        }
        if reduced {
            writeln!(out, "{}", said.reduced)?;
        }
        let (bytes, seconds) = (format!("{:.1}", self.bytes_per_state()), format!("{:.3}", self.seconds));
        writeln!(out, "{}", (said.figures)(depth, &bytes, &seconds))
    }
}
