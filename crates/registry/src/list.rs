//! The list of protocols.

use std::sync::OnceLock;

use faultlab_core::commit::two_phase::TwoPhase;
use faultlab_core::consensus::raft::Raft;
use faultlab_core::hashing::ring::RingStore;
use faultlab_scenario::{Scenario, ScenarioError};
use faultlab_words::Catalogue;

use crate::about::collect;
use crate::run::Run;
use crate::{About, Lab};

/// A protocol that can be opened.
pub struct Protocol {
    pub about: About,
    opener: Box<dyn Open>,
}

impl Protocol {
    /// A row: the protocol's family, how many nodes a fresh cluster has, and its words.
    pub fn new<P: faultlab_core::Protocol>(
        family: &'static str,
        nodes_default: u8,
        words: &'static Catalogue<P>,
    ) -> Self {
        Self { about: collect(family, nodes_default, words), opener: Box::new(Typed { words }) }
    }

    /// Opens a run of this protocol.
    ///
    /// # Errors
    /// What is wrong with the scenario and where.
    pub fn open(&'static self, scenario: &Scenario) -> Result<Box<dyn Lab>, ScenarioError> {
        self.opener.open(&self.about, scenario)
    }

    /// Prepares to run a scenario with many seeds; with `drawn`, each run gets faults of its own.
    ///
    /// # Errors
    /// What is wrong with the scenario and where.
    #[cfg(feature = "sweep")]
    pub fn sweep(&self, scenario: &Scenario, drawn: bool) -> Result<Box<dyn crate::Sweep>, ScenarioError> {
        self.opener.sweep(scenario, drawn)
    }
}

trait Open: Send + Sync {
    fn open(&self, about: &'static About, scenario: &Scenario) -> Result<Box<dyn Lab>, ScenarioError>;

    #[cfg(feature = "sweep")]
    fn sweep(&self, scenario: &Scenario, drawn: bool) -> Result<Box<dyn crate::Sweep>, ScenarioError>;
}

struct Typed<P: faultlab_core::Protocol> {
    words: &'static Catalogue<P>,
}

impl<P: faultlab_core::Protocol> Open for Typed<P> {
    fn open(&self, about: &'static About, scenario: &Scenario) -> Result<Box<dyn Lab>, ScenarioError> {
        Ok(Box::new(Run::<P>::open(about, self.words, scenario)?))
    }

    #[cfg(feature = "sweep")]
    fn sweep(&self, scenario: &Scenario, drawn: bool) -> Result<Box<dyn crate::Sweep>, ScenarioError> {
        crate::sweep::sweep::<P>(scenario, drawn)
    }
}

/// All protocols, in the order of the catalogue. A new protocol is one row here and one in the page's list of views.
pub fn protocols() -> &'static [Protocol] {
    static ROWS: OnceLock<Vec<Protocol>> = OnceLock::new();
    let rows = || {
        vec![
            Protocol::new::<Raft>("consensus", 5, &faultlab_words::raft::CATALOGUE),
            Protocol::new::<TwoPhase>("commit", 4, &faultlab_words::two_phase::CATALOGUE),
            Protocol::new::<RingStore>("hashing", 5, &faultlab_words::ring::CATALOGUE),
        ]
    };
    ROWS.get_or_init(rows)
}

/// The protocol of a slug.
pub fn protocol(slug: &str) -> Option<&'static Protocol> {
    protocols().iter().find(|protocol| protocol.about.slug == slug)
}
