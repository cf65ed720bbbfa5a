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

    #[cfg(feature = "sweep")]
    fn sweep(&self, scenario: &Scenario, draws: crate::SweepDraws) -> Result<Box<dyn crate::Sweep>, ScenarioError> {
        crate::sweep::sweep::<P>(scenario, draws)
    }
}

/// Makes of the rows the list, a function for each protocol that brings in its code, and all of them together.
macro_rules! rows {
    ($($name:ident: $protocol:ty, $family:literal, $nodes:literal;)*) => {
        /// What there is, in the order of the catalogue.
        pub const LISTED: &[Listed] = &[$(Listed::new::<$protocol>($family, $nodes, faultlab_words::$name::TITLE)),*];

        $(#[doc = concat!("The protocol `", stringify!($name), "` alone: whoever opens only this one brings in no other.")]
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

/// The protocols, a row each, handed to a macro: the name of its words and of the functions made of it, its type, its family,
/// and how many nodes a fresh cluster has. A new protocol is one row here and one in the page's list of parts.
#[macro_export]
macro_rules! each_protocol {
    ($take:ident) => {
        $take! {
            raft: ::faultlab_core::consensus::raft::Raft, "consensus", 5;
            two_phase: ::faultlab_core::commit::two_phase::TwoPhase, "commit", 4;
            three_phase: ::faultlab_core::commit::three_phase::ThreePhase, "commit", 4;
            ring: ::faultlab_core::hashing::ring::RingStore, "hashing", 5;
        }
    };
}

each_protocol!(rows);

/// The protocol of a slug.
pub fn protocol(slug: &str) -> Option<&'static Protocol> {
    protocols().iter().find(|protocol| protocol.about.slug == slug)
}
