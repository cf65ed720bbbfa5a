//! Words for people: every event, message, rule, invariant and field as a sentence, in every language.
//!
//! What is said of a protocol is data: `catalogues/<protocol>.toml`, every language side by side, which `build.rs` compiles to
//! exhaustive matches. A missing sentence or language does not compile, nor does a placeholder that has no value. What happens in every
//! world and what is wrong with a scenario or an argument are catalogues too; the page's and the reports' own words are tables of
//! texts and functions, one table a language.
//!
//! What is *absent*: colours, layouts, and any state.
//!
//! Facts carry counts (`DecidedCommit` has who was asked and who voted yes), and catalogues are given the set-up that
//! the step began with, rules included: the reader of facts takes it from the world that is stepped again, so switching
//! a rule later changes nothing that was said before. `tests/true_sentences.rs` has an oracle for each phrase that
//! claims something of disks, memories or votes. What broke a property is listed with that property
//! (`CheckView::facts`); `tests/invariants_bite.rs` demands that no two of its facts read alike.
//!
//! Start with [`Catalogue`] and [`Lang`].
#![no_std]

extern crate alloc;

mod commit;
mod coverage;
mod excess;
pub mod explored;
pub mod explorer;
pub mod export;
mod facts;
mod lang;
pub mod linear;
pub mod matrix;
pub mod models;
pub mod page;
pub mod paxos;
pub mod program;
pub mod raft;
mod refusal;
pub mod ring;
pub mod say;
pub mod scenario;
pub mod three_phase;
pub mod two_phase;
pub mod world;

pub use facts::facts;
pub use lang::Lang;
pub use refusal::{Refusal, Wanted};
pub use say::{En, Say, Speaker, Zh};

use alloc::string::String;
use faultlab_core::{NodeId, Protocol, Setup};

/// A sentence with its head: the head says who did what and stands out, the detail says why it may or what follows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sentence {
    pub head: String,
    /// Begins with its own punctuation or is empty.
    pub rest: String,
}

impl Sentence {
    pub fn new(head: impl Into<String>, rest: impl Into<String>) -> Self {
        Self { head: head.into(), rest: rest.into() }
    }
}

/// What people read of a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RuleWords {
    /// An imperative: `Vote only for an up-to-date log`.
    pub name: &'static str,
    /// What can happen without it, in one or two sentences.
    pub without: &'static str,
}

/// What people read of an invariant, a field of the configuration, or anything with a name and an explanation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Named {
    pub name: &'static str,
    pub meaning: &'static str,
}

/// What people read of a protocol before they open it. It stands apart from the [`Catalogue`], so that a list of all protocols
/// needs none of their other words.
#[derive(Clone, Copy, Debug)]
pub struct Title {
    pub title: fn(Lang) -> &'static str,
    /// One sentence: what it does and what it is for.
    pub summary: fn(Lang) -> &'static str,
}

/// All words of one protocol in one language. Slugs are those that the protocol declares; an unknown one gives none.
pub struct Catalogue<P: Protocol> {
    /// What every protocol's story shares.
    pub world: &'static world::WorldWords,
    /// What a node is called on the stage: `S3`, `coordinator`, `bank A`.
    pub node: fn(&Setup<P>, NodeId) -> String,
    pub event: fn(&Setup<P>, NodeId, &P::Event) -> Sentence,
    /// A few words for a message on the stage: `vote? term 4`.
    pub message: fn(&Setup<P>, &P::Message) -> String,
    pub request: fn(&Setup<P>, &P::Request) -> String,
    /// An operator's request as a verb at the node it is about: `Make it leader`. None for those about no node.
    pub verb: fn(&P::Request) -> Option<&'static str>,
    pub response: fn(&Setup<P>, &P::Response) -> String,
    /// A few words for a record on a disk.
    pub record: fn(&Setup<P>, &P::Record) -> String,
    pub timer: fn(&Setup<P>, P::Timer) -> String,
    pub rule: fn(&str) -> Option<RuleWords>,
    pub invariant: fn(&str) -> Option<Named>,
    /// A field of the configuration.
    pub field: fn(&str) -> Option<Named>,
    /// A field of the volatile state, by its name in the code, for the inspector. None: the inspector hides it.
    pub state: fn(&str) -> Option<&str>,
    /// What such a field holds, in words, where its parts one by one would not read well. None: it is printed part by part.
    pub held: fn(&Setup<P>, &P, &str) -> Option<String>,
    /// A disk area, by its name in [`Protocol::AREAS`].
    pub area: fn(&str) -> Option<&'static str>,
    /// What a reader of the protocol's requests and timers expects, by the slug that it gives.
    pub expected: fn(&str) -> Option<&'static str>,
}

/// The words of a protocol in a language. A function, so that a program without all languages can do with those it has.
pub type Spoken<P> = fn(Lang) -> &'static Catalogue<P>;
