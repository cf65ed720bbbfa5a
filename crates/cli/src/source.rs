//! Where a scenario comes from: a file, a name of the gallery, a link, or standard input.

use std::io::Read;
use std::path::Path;

use faultlab_core::{Expected, Kind, Names};
use faultlab_registry::{LISTED, Protocol};
use faultlab_scenario::link::{LinkMoment, decode};
use faultlab_scenario::{Scenario, ScenarioError, TEXT_MAX, locate};
use faultlab_words::Wanted;

use crate::error::Failure;
use crate::gallery::{self, built_in};
use crate::slugs::{self, by_slug};

/// A scenario, with what messages about it need.
pub(crate) struct Sourced {
    /// What the person called it.
    pub(crate) name: String,
    pub(crate) scenario: Scenario,
    pub(crate) protocol: &'static Protocol,
    /// The TOML text, for places in it.
    text: Option<String>,
    /// The moment that a link points to.
    pub(crate) moment: Option<LinkMoment>,
}

impl Sourced {
    /// The failure for an error in this scenario, with its place in the file.
    pub(crate) fn failure(&self, error: ScenarioError) -> Failure {
        let error = match &self.text {
            Some(text) => locate(text, error),
            None => error,
        };
        let about = &self.protocol.about;
        Failure::scenario(&self.name, Some(about), by_slug(about, error))
    }

    /// A scenario in which nothing is said but the protocol, with its usual number of nodes.
    pub(crate) fn plain(protocol: &'static Protocol) -> Self {
        let scenario = Scenario::new(protocol.about.slug, protocol.about.nodes_default, 0);
        Self { name: protocol.about.slug.into(), scenario, protocol, text: None, moment: None }
    }
}

/// Finds and reads a scenario; for a protocol's slug, one in which nothing else is said.
pub(crate) fn find(name: &str) -> Result<Sourced, Failure> {
    if name == "-" {
        let mut text = String::new();
        let read = std::io::stdin().lock().take(TEXT_MAX as u64 + 1).read_to_string(&mut text);
        read.map_err(|error| Failure::system("standard input", &error))?;
        return of_text("standard input", text, None);
    }
    if !exists(name) && is_link(name) {
        return of_link("link", name);
    }
    if !exists(name)
        && let Some(text) = built_in(name)
    {
        return of_toml(name, text.into());
    }
    if !exists(name)
        && let Some(protocol) = faultlab_registry::protocol(name)
    {
        return Ok(Sourced::plain(protocol));
    }
    let bytes = std::fs::read(name).map_err(|error| unreadable(name, &error))?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::input(name, "", Wanted::Utf8))?;
    of_text(name, text, Path::new(name).extension().and_then(|ending| ending.to_str()))
}

/// A file's text by the file's ending, or as it looks. A link is a link wherever it stands.
fn of_text(name: &str, text: String, ending: Option<&str>) -> Result<Sourced, Failure> {
    let is_json = match ending {
        Some(ending) if ending.eq_ignore_ascii_case("toml") => false,
        Some(ending) if ending.eq_ignore_ascii_case("json") => true,
        Some(_) | None => text.trim_start().starts_with('{'),
    };
    match () {
        () if is_link(&text) => of_link(name, &text),
        () if is_json => of_json(name, &text),
        () => of_toml(name, text),
    }
}

/// Whether it is one word, and begins as links do or is an address with one.
fn is_link(text: &str) -> bool {
    let text = text.trim();
    let codec = text.split_once('.').map_or("", |(codec, _)| codec);
    let begins_so = !codec.is_empty() && codec.bytes().all(|byte| byte.is_ascii_digit());
    (begins_so || text.contains("#s=")) && !text.contains(char::is_whitespace)
}

fn of_link(name: &str, text: &str) -> Result<Sourced, Failure> {
    let linked = decode(text).map_err(|error| Failure::Link { name: name.into(), error })?;
    let protocol = protocol_of(name, &linked.scenario)?;
    let moment = linked.moment;
    Ok(Sourced { name: name.into(), scenario: linked.scenario, protocol, text: None, moment })
}

fn exists(name: &str) -> bool {
    Path::new(name).is_file()
}

fn unreadable(name: &str, error: &std::io::Error) -> Failure {
    if error.kind() != std::io::ErrorKind::NotFound {
        return Failure::system(name, error);
    }
    let last = name.rsplit('/').next().unwrap_or(name);
    if let Some(slug) = slugs::scenario(name) {
        return Failure::name(name, Expected::by_slug(Kind::Scenario, slug));
    }
    let like = gallery::BUILT_IN.iter().find(|(other, _)| other.rsplit('/').next() == Some(last));
    match like {
        Some((other, _)) => {
            let names = Names::Near((*other).into());
            Failure::name(name, Expected::Name { kind: Kind::Scenario, names })
        }
        None => Failure::input("", name, Wanted::File),
    }
}

fn of_toml(name: &str, text: String) -> Result<Sourced, Failure> {
    let scenario = Scenario::from_toml(&text).map_err(|error| Failure::scenario(name, None, locate(&text, error)))?;
    let protocol = protocol_of(name, &scenario)?;
    Ok(Sourced { name: name.into(), scenario, protocol, text: Some(text), moment: None })
}

fn of_json(name: &str, text: &str) -> Result<Sourced, Failure> {
    let scenario = Scenario::from_json(text).map_err(|error| Failure::scenario(name, None, error))?;
    let protocol = protocol_of(name, &scenario)?;
    Ok(Sourced { name: name.into(), scenario, protocol, text: None, moment: None })
}

fn protocol_of(name: &str, scenario: &Scenario) -> Result<&'static Protocol, Failure> {
    faultlab_registry::protocol(&scenario.protocol).ok_or_else(|| {
        let expected = match slugs::protocol(&scenario.protocol) {
            Some(slug) => Expected::by_slug(Kind::Protocol, slug),
            None => Expected::listed(Kind::Protocol, LISTED.iter().map(|row| row.slug)),
        };
        Failure::scenario(name, None, ScenarioError::at("protocol", scenario.protocol.clone(), expected))
    })
}
