//! The doors that a run needs: protocols, scenarios, links and files.

use faultlab_registry::Protocol;
use faultlab_scenario::link::{LinkError, Linked};
use faultlab_scenario::{Scenario, ScenarioError};

use super::lazy::Door;

/// The protocol of a slug, with its words and its view.
pub(crate) static PROTOCOL: Door<String, &'static Protocol> = Door::new();

/// A built-in scenario by its name; none if there is no such scenario.
pub(crate) static BUILT_IN: Door<String, Option<Scenario>> = Door::new();

/// Packs a link.
pub(crate) static PACK: Door<Linked, String> = Door::new();

/// Reads a packed link.
pub(crate) static UNPACK: Door<String, Result<Linked, LinkError>> = Door::new();

/// Reads what [`Linked::to_json`] wrote.
pub(crate) static REREAD: Door<String, Result<Linked, LinkError>> = Door::new();

/// Reads a scenario file: the flag says that it is TOML, else it is JSON.
pub(crate) static READ_FILE: Door<(String, bool), Result<Scenario, ScenarioError>> = Door::new();

/// A run as a test in Rust.
pub(crate) static AS_TEST: Door<(&'static Protocol, Scenario), Result<String, ScenarioError>> = Door::new();
