//! Where a scenario comes from: a file, a name of the gallery, a link, or standard input.

use std::io::Read;
use std::path::Path;

use faultlab_registry::Protocol;
use faultlab_scenario::link::{LinkMoment, decode};
use faultlab_scenario::{Scenario, ScenarioError, TEXT_MAX, locate};

use crate::error::Failure;
use crate::gallery::{self, built_in};

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
        Failure::scenario(&self.name, &error)
    }

    /// A scenario in which nothing is said but the protocol, with its usual number of nodes.
    pub(crate) fn plain(protocol: &'static Protocol) -> Self {
        let scenario = Scenario::new(protocol.about.slug, protocol.about.nodes_default, 0);
        Self { name: protocol.about.slug.into(), scenario, protocol, text: None, moment: None }
    }
}

/// Finds and reads a scenario.
pub(crate) fn find(name: &str) -> Result<Sourced, Failure> {
    if name == "-" {
        let mut text = String::new();
        let read = std::io::stdin().lock().take(TEXT_MAX as u64 + 1).read_to_string(&mut text);
        read.map_err(|error| Failure::input("standard input", error.to_string()))?;
        let json = text.trim_start().starts_with('{');
        return if json { of_json("standard input", &text) } else { of_toml("standard input", text) };
    }
    if name.contains("#s=")
        || name.starts_with(|first: char| first.is_ascii_digit()) && name.contains('.') && !exists(name)
    {
        let linked = decode(name).map_err(|error| Failure::link(&error))?;
        let protocol = protocol_of("link", &linked.scenario)?;
        let moment = linked.moment;
        return Ok(Sourced { name: "link".into(), scenario: linked.scenario, protocol, text: None, moment });
    }
    if !exists(name)
        && let Some(text) = built_in(name)
    {
        return of_toml(name, text.into());
    }
    let bytes = std::fs::read(name).map_err(|error| Failure::input(name, unreadable(name, &error)))?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::input(name, "expected text in UTF-8"))?;
    if Path::new(name).extension().is_some_and(|extension| extension == "json") {
        of_json(name, &text)
    } else {
        of_toml(name, text)
    }
}

fn exists(name: &str) -> bool {
    Path::new(name).is_file()
}

fn unreadable(name: &str, error: &std::io::Error) -> String {
    if error.kind() != std::io::ErrorKind::NotFound {
        return error.to_string();
    }
    let last = name.rsplit('/').next().unwrap_or(name);
    let like = gallery::BUILT_IN.iter().find(|(other, _)| other.rsplit('/').next() == Some(last));
    match like {
        Some((other, _)) => format!("no such file and no scenario of that name; perhaps {other}"),
        None => "no such file and no scenario of that name; `faultlab list` prints the names".into(),
    }
}

fn of_toml(name: &str, text: String) -> Result<Sourced, Failure> {
    let scenario = Scenario::from_toml(&text).map_err(|error| Failure::scenario(name, &locate(&text, error)))?;
    let protocol = protocol_of(name, &scenario)?;
    Ok(Sourced { name: name.into(), scenario, protocol, text: Some(text), moment: None })
}

fn of_json(name: &str, text: &str) -> Result<Sourced, Failure> {
    let scenario = Scenario::from_json(text).map_err(|error| Failure::scenario(name, &error))?;
    let protocol = protocol_of(name, &scenario)?;
    Ok(Sourced { name: name.into(), scenario, protocol, text: None, moment: None })
}

fn protocol_of(name: &str, scenario: &Scenario) -> Result<&'static Protocol, Failure> {
    faultlab_registry::protocol(&scenario.protocol).ok_or_else(|| {
        let known: Vec<_> = faultlab_registry::protocols().iter().map(|protocol| protocol.about.slug).collect();
        let expected = format!("a protocol: {}", known.join(", "));
        Failure::scenario(name, &ScenarioError::at("protocol", scenario.protocol.clone(), expected))
    })
}
