//! The list of protocols.

use std::sync::OnceLock;

use faultlab_scenario::{Scenario, ScenarioError};
use faultlab_words::{Lang, Spoken, Title};

use crate::about::collect;
use crate::run::Run;
use crate::{About, Lab};

/// A protocol as a list shows it: enough to choose it by, and nothing that brings in its code.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    pub slug: &'static str,
    pub family: &'static str,
    /// How many nodes a fresh cluster has.
    pub nodes_default: u8,
    pub(crate) words: Title,
}

impl Listed {
    pub const fn new<P: faultlab_core::Protocol>(family: &'static str, nodes_default: u8, words: Title) -> Self {
        Self { slug: P::SLUG, family, nodes_default, words }
    }

    pub fn title(&self, lang: Lang) -> &'static str {
        (self.words.title)(lang)
    }

    pub fn summary(&self, lang: Lang) -> &'static str {
        (self.words.summary)(lang)
    }
}

/// A protocol that can be opened.
pub struct Protocol {
    pub about: About,
    opener: Box<dyn Open>,
}

impl Protocol {
    /// A listed protocol with its code and all its words.
    pub fn new<P: faultlab_core::Protocol>(listed: Listed, words: Spoken<P>) -> Self {
        Self { about: collect(listed, words), opener: Box::new(Typed { words }) }
    }

    /// Opens a run of this protocol.
    ///
    /// # Errors
    /// What is wrong with the scenario and where.
    pub fn open(&'static self, scenario: &Scenario) -> Result<Box<dyn Lab>, ScenarioError> {
        self.opener.open(&self.about, scenario)
    }

    /// Opens a run that is told as slugs and fields, in no language.
    ///
    /// # Errors
    /// What is wrong with the scenario and where.
    #[cfg(feature = "facts")]
    pub fn open_as_facts(&'static self, scenario: &Scenario) -> Result<Box<dyn Lab>, ScenarioError> {
        self.opener.open_as_facts(&self.about, scenario)
    }

    /// Prepares to run a scenario with many seeds; with `drawn`, each run gets faults of its own.
    ///
    /// # Errors
    /// What is wrong with the scenario and where.
    #[cfg(feature = "sweep")]
    pub fn sweep(&self, scenario: &Scenario, draws: crate::SweepDraws) -> Result<Box<dyn crate::Sweep>, ScenarioError> {
        self.opener.sweep(scenario, draws)
    }
}

trait Open: Send + Sync {
    fn open(&self, about: &'static About, scenario: &Scenario) -> Result<Box<dyn Lab>, ScenarioError>;

    #[cfg(feature = "facts")]
    fn open_as_facts(&self, about: &'static About, scenario: &Scenario) -> Result<Box<dyn Lab>, ScenarioError>;

    #[cfg(feature = "sweep")]
    fn sweep(&self, scenario: &Scenario, draws: crate::SweepDraws) -> Result<Box<dyn crate::Sweep>, ScenarioError>;
}

struct Typed<P: faultlab_core::Protocol> {
    words: Spoken<P>,
}

impl<P: faultlab_core::Protocol> Open for Typed<P> {
    fn open(&self, about: &'static About, scenario: &Scenario) -> Result<Box<dyn Lab>, ScenarioError> {
        Ok(Box::new(Run::<P>::open(about, self.words, scenario)?))
    }

    #[cfg(feature = "facts")]
    fn open_as_facts(&self, about: &'static About, scenario: &Scenario) -> Result<Box<dyn Lab>, ScenarioError> {
        Ok(Box::new(Run::<P>::open(about, faultlab_words::facts, scenario)?))
    }

    #[cfg(feature = "sweep")]
    fn sweep(&self, scenario: &Scenario, draws: crate::SweepDraws) -> Result<Box<dyn crate::Sweep>, ScenarioError> {
        crate::sweep::sweep::<P>(scenario, draws)
    }
}

/// Makes of the rows the list, a function for each protocol that brings in its code, and all of them together.
macro_rules! rows {
    ($($name:ident, $hunts:ident: $protocol:ty, $family:literal, $nodes:literal, view $view:ident;)*) => {
        /// What there is, in the order of the catalogue.
        pub const LISTED: &[Listed] = &[$(Listed::new::<$protocol>($family, $nodes, faultlab_words::$name::TITLE)),*];

        $(#[doc = concat!("The protocol `", stringify!($name), "` alone: a program that uses only this one links no other.")]
        pub fn $name() -> Protocol {
            let listed = Listed::new::<$protocol>($family, $nodes, faultlab_words::$name::TITLE);
            Protocol::new(listed, faultlab_words::$name::words)
        })*

        /// All protocols, in the order of the catalogue.
        pub fn protocols() -> &'static [Protocol] {
            static ROWS: OnceLock<Vec<Protocol>> = OnceLock::new();
            ROWS.get_or_init(|| vec![$($name()),*])
        }
    };
}

/// The protocols, a row each, handed to a macro: the name of its words, of the functions made of it and of its part of the page;
/// the name of the part with its explorer; its type, its family, how many nodes a fresh cluster has, and the module of its view,
/// `generic` if it has none of its own. Whatever goes through all protocols is made of these rows.
#[macro_export]
macro_rules! each_protocol {
    ($take:ident) => {
        $take! {
            raft, hunt_raft: ::faultlab_core::consensus::raft::Raft, "consensus", 5, view raft;
            paxos, hunt_paxos: ::faultlab_core::consensus::paxos::Paxos, "consensus", 3, view paxos;
            two_phase, hunt_two_phase: ::faultlab_core::commit::two_phase::TwoPhase, "commit", 4, view two_phase;
            three_phase, hunt_three_phase: ::faultlab_core::commit::three_phase::ThreePhase, "commit", 4, view three_phase;
            ring, hunt_ring: ::faultlab_core::hashing::ring::RingStore, "hashing", 5, view ring;
        }
    };
}

each_protocol!(rows);

/// The protocol of a slug.
pub fn protocol(slug: &str) -> Option<&'static Protocol> {
    protocols().iter().find(|protocol| protocol.about.slug == slug)
}
