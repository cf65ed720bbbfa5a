//! `faultlab list`: what there is.

use std::collections::BTreeMap;
use std::io::Write;

use faultlab_check::models::{Reference, references};
use faultlab_core::{Span, Unit};
use faultlab_registry::{About, protocols};
use faultlab_scenario::Scenario;
use faultlab_words::{Lang, models};
use serde_json::{Value, json};

use crate::args::ListOptions;
use crate::gallery;
use crate::{Done, Outcome};

pub(crate) fn list(options: &ListOptions, out: &mut dyn Write) -> Done {
    let scenarios = gallery::all()?;
    if options.json {
        let listed = json!({
            "protocols": protocols().iter().map(|protocol| of_protocol(&protocol.about, options.lang)).collect::<Vec<_>>(),
            "models": references().iter().map(|model| of_model(model, options.lang)).collect::<Vec<_>>(),
            "scenarios": scenarios.iter().map(|(name, scenario)| of_scenario(name, scenario, options.lang)).collect::<Vec<_>>(),
        });
        writeln!(out, "{listed}")?;
        return Ok(Outcome::AsExpected);
    }
    for protocol in protocols() {
        let about = &protocol.about;
        writeln!(out, "{:<24} {} – {}", about.slug, about.title(options.lang), about.summary(options.lang))?;
        for (name, scenario) in scenarios.iter().filter(|(_, scenario)| scenario.protocol == about.slug) {
            writeln!(out, "  {name:<30} {}", title(scenario, options.lang))?;
        }
    }
    for model in references() {
        let (title, summary) =
            models::words(options.lang, model.slug).map_or(("", ""), |words| (words.title, words.summary));
        writeln!(out, "{:<24} {title} – {summary}", format!("model {}", model.slug))?;
    }
    Ok(Outcome::AsExpected)
}

/// The title in a language, or in English.
pub(crate) fn title(scenario: &Scenario, lang: Lang) -> &str {
    match lang {
        Lang::Zh if !scenario.title.zh.is_empty() => &scenario.title.zh,
        Lang::En | Lang::Zh => &scenario.title.en,
    }
}

fn of_protocol(about: &About, lang: Lang) -> Value {
    let rules = about.rules.iter().map(|rule| {
        json!({
            "slug": rule.slug,
            "name": rule.name(lang),
            "source": { "document": rule.source.document, "section": rule.source.section },
            "breaks": rule.breaks,
            "witness": rule.witness.kind(),
        })
    });
    let invariants = about.invariants.iter().map(
        |invariant| json!({ "slug": invariant.slug, "name": invariant.name(lang), "kind": invariant.kind.slug() }),
    );
    let fields = about.fields.iter().map(|field| {
        let (unit, choices) = match field.unit {
            Unit::Count => ("count", Value::Null),
            Unit::Span => ("span", Value::Null),
            Unit::Flag => ("flag", Value::Null),
            Unit::Choice(names) => ("choice", json!(names)),
        };
        json!({
            "slug": field.slug,
            "name": field.name(lang),
            "unit": unit,
            "choices": choices,
            "min": number(field.unit, field.min),
            "max": number(field.unit, field.max),
            "default": number(field.unit, field.default),
            "live": field.live,
        })
    });
    json!({
        "slug": about.slug,
        "family": about.family,
        "title": about.title(lang),
        "summary": about.summary(lang),
        "behaviour": about.behaviour,
        "nodes": about.nodes_default,
        "fields": fields.collect::<Vec<_>>(),
        "rules": rules.collect::<Vec<_>>(),
        "invariants": invariants.collect::<Vec<_>>(),
        "areas": about.areas,
        "tolerates": about.tolerates.iter().map(|fault| fault.slug()).collect::<Vec<_>>(),
    })
}

fn of_model(model: &Reference, lang: Lang) -> Value {
    let words = models::words(lang, model.slug);
    let parameters = model.parameters.iter().map(|parameter| {
        json!({ "slug": parameter.slug, "name": words.and_then(|words| (words.parameter)(parameter.slug)), "default": parameter.usual })
    });
    let rules = model.rules.iter().map(|rule| {
        let witness: BTreeMap<_, _> = rule.witness.iter().copied().collect();
        let name = words.and_then(|words| (words.rule)(rule.slug)).map(|rule| rule.name);
        json!({ "slug": rule.slug, "name": name, "breaks": rule.breaks, "witness": witness })
    });
    let invariants = model.invariants.iter().map(
        |slug| json!({ "slug": slug, "name": words.and_then(|words| (words.invariant)(slug)).map(|named| named.name) }),
    );
    json!({
        "slug": model.slug,
        "title": words.map(|words| words.title),
        "summary": words.map(|words| words.summary),
        "source": { "document": model.source.document, "section": model.source.section },
        "parameters": parameters.collect::<Vec<_>>(),
        "rules": rules.collect::<Vec<_>>(),
        "invariants": invariants.collect::<Vec<_>>(),
        "symmetry": model.symmetry,
    })
}

/// A number as a scenario file writes it.
fn number(unit: Unit, value: u64) -> Value {
    match unit {
        Unit::Count => json!(value),
        Unit::Span => json!(Span(value).to_string()),
        Unit::Flag => json!(value > 0),
        Unit::Choice(names) => json!(names.get(value as usize)),
    }
}

fn of_scenario(name: &str, scenario: &Scenario, lang: Lang) -> Value {
    json!({
        "name": name,
        "protocol": scenario.protocol,
        "title": title(scenario, lang),
        "nodes": scenario.nodes,
        "seed": scenario.seed,
        "expect": scenario.expect,
    })
}
