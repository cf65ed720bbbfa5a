//! Names: on the command line and in files everything goes by its slug. A title, or a slug spelled a little otherwise, gets the
//! slug for an answer.

use faultlab_check::models::references;
use faultlab_core::{Expected, Kind};
use faultlab_registry::{About, protocols};
use faultlab_scenario::ScenarioError;
use faultlab_words::{Lang, models};

use crate::gallery;

const LANGS: [Lang; 2] = [Lang::En, Lang::Zh];

/// Letters and digits alone, in lower case: `Persist vote` and `persist_vote` are the same.
fn folded(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The slug that is meant, of slugs and their titles. None if it is one of them already.
fn meant<S: AsRef<str>>(said: &str, names: impl IntoIterator<Item = (S, [String; 2])>) -> Option<String> {
    let said_folded = folded(said);
    let is_meant = |slug: &str, titles: &[String; 2]| {
        slug != said && [slug, &titles[0], &titles[1]].iter().any(|name| folded(name) == said_folded)
    };
    let found = names.into_iter().find(|(slug, titles)| is_meant(slug.as_ref(), titles));
    found.filter(|_| !said_folded.is_empty()).map(|(slug, _)| slug.as_ref().to_owned())
}

fn titles(title: impl Fn(Lang) -> &'static str) -> [String; 2] {
    LANGS.map(|lang| title(lang).to_owned())
}

/// The slug of a rule that is called so.
pub(crate) fn rule(about: &About, said: &str) -> Option<String> {
    meant(said, about.rules.iter().map(|rule| (rule.slug, titles(|lang| rule.name(lang)))))
}

/// The slug of a promise that is called so.
pub(crate) fn invariant(about: &About, said: &str) -> Option<String> {
    meant(said, about.invariants.iter().map(|invariant| (invariant.slug, titles(|lang| invariant.name(lang)))))
}

/// The slug of a number of the configuration that is called so.
fn field(about: &About, said: &str) -> Option<String> {
    meant(said, about.fields.iter().map(|field| (field.slug, titles(|lang| field.name(lang)))))
}

/// The slug of a protocol that is called so.
pub(crate) fn protocol(said: &str) -> Option<String> {
    meant(said, protocols().iter().map(|row| (row.about.slug, titles(|lang| row.about.title(lang)))))
}

/// The slug of a reference model that is called so.
pub(crate) fn model(said: &str) -> Option<String> {
    let title = |slug: &str, lang| models::words(lang, slug).map_or("", |words| words.title);
    meant(said, references().iter().map(|row| (row.slug, titles(|lang| title(row.slug, lang)))))
}

/// The name of a built-in scenario that is called so.
pub(crate) fn scenario(said: &str) -> Option<String> {
    let all = gallery::all().unwrap_or_default();
    meant(said, all.into_iter().map(|(name, scenario)| (name, [scenario.title.en, scenario.title.zh])))
}

/// An error about a name: if a title was given, it says the slug.
pub(crate) fn by_slug(about: &About, mut error: ScenarioError) -> ScenarioError {
    let (path, said) = (error.place.path.as_str(), error.found.word());
    let (kind, slug) = match path {
        _ if path.starts_with("rules_off") => (Kind::Rule, rule(about, said)),
        _ if path.starts_with("config.") => (Kind::Field, field(about, said)),
        _ if path.starts_with("expect.") || path.starts_with("wanted") => (Kind::Invariant, invariant(about, said)),
        "protocol" => (Kind::Protocol, protocol(said)),
        _ => return error,
    };
    if let Some(slug) = slug {
        error.expected = Expected::by_slug(kind, slug);
    }
    error
}
