//! Why the command line refuses what it was given, in words.

use alloc::string::String;
use alloc::vec::Vec;

use faultlab_core::{Expected, Found, Slug};

use crate::Lang;
use crate::say::{En, Zh};
use crate::scenario::{Teller, all, said};

/// An argument or a file that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The option, command or file; empty if the argument stands for itself.
    pub at: String,
    pub found: Found,
    pub wanted: Wanted,
}

/// What was wanted on the command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// What scenarios hold as well.
    Known(Expected),
    /// What `run` and `export` take.
    Source,
    /// What `sweep` takes.
    Swept,
    /// What `merge` takes.
    Parts,
    /// What `check-history` takes.
    History,
    /// A file that exists.
    File,
    /// A scenario of the protocol that is explored.
    OfProtocol(String),
    /// A file with one of these endings.
    Ending(Vec<Slug>),
    Utf8,
    Length,
    Pair,
    /// A seed, or `random`.
    Seed {
        max: u64,
    },
    Seeds,
    Shard,
    Allowed,
    /// `--time timed` beside the options that need it.
    Timed,
    KnownOption,
    NoMore,
    Value,
    NoValue,
    Summary,
    SameSweep,
    NewSeeds,
    /// A rule whose absence a search shows.
    SearchedRule,
    /// A protocol whose clients use registers.
    Registers,
    /// Time that does not stand still.
    StepsUpTo(u64),
}

include!(concat!(env!("OUT_DIR"), "/refusal.rs"));

impl From<Expected> for Wanted {
    fn from(expected: Expected) -> Self {
        Self::Known(expected)
    }
}

impl Refusal {
    pub fn new(at: impl Into<String>, found: impl Into<Found>, wanted: impl Into<Wanted>) -> Self {
        Self { at: at.into(), found: found.into(), wanted: wanted.into() }
    }

    /// The sentence for people.
    pub fn said(&self, lang: Lang) -> String {
        match lang {
            Lang::En => said(self, &Teller::<En>::of_no_protocol(lang)),
            Lang::Zh => said(self, &Teller::<Zh>::of_no_protocol(lang)),
        }
    }
}
