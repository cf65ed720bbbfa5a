//! What the page itself says: buttons, headings, help, and what went wrong. One table a language.
//!
//! The tables are plain values: a sentence that depends on something is a function. A missing sentence does not compile.

mod en;
mod operations;
mod space_time;
mod stage;
mod stage_en;
mod stage_zh;
mod what_if;
mod zh;

pub use operations::{OperationsWords, operations_words};
pub use space_time::{SpaceTime, space_time_words};
pub use stage::StageWords;
pub use what_if::{WhatIfWords, what_if_words};

use alloc::string::String;

use faultlab_core::ScenarioError;

use crate::scenario::Own;
use crate::{Lang, Sentence};

pub fn page_words(lang: Lang) -> &'static PageWords {
    match lang {
        Lang::En => &en::WORDS,
        Lang::Zh => &zh::WORDS,
    }
}

pub fn stage_words(lang: Lang) -> &'static StageWords {
    match lang {
        Lang::En => &stage_en::WORDS,
        Lang::Zh => &stage_zh::WORDS,
    }
}

/// Everything the page says by itself.
#[derive(Debug)]
pub struct PageWords {
    pub header: Header,
    pub transport: Transport,
    pub caption: Caption,
    pub checks: Checks,
    pub rules: Rules,
    pub inspector: Inspector,
    pub story: Story,
    pub dials: Dials,
    pub cluster: Cluster,
    pub share: Share,
    pub help: Help,
    pub figures: Figures,
    /// An act that the scenario text does not know: what was asked, and what is wrong with it.
    pub act_refused: fn(&str, &str) -> String,
}

/// The line at the top, and the catalogue it opens.
#[derive(Debug)]
pub struct Header {
    pub skip_to_stage: &'static str,
    pub protocol: &'static str,
    pub scenario: &'static str,
    pub catalogue: &'static str,
    pub catalogue_about: &'static str,
    pub free_play: &'static str,
    pub free_play_about: &'static str,
    /// Over the scenarios in which a rule is off.
    pub with_rules_off: &'static str,
    pub seed: &'static str,
    /// Draws a fresh one.
    pub seed_draw: &'static str,
    pub seed_wrong: fn(&str) -> String,
    pub share: &'static str,
    /// The name of the other language, in that language, and its tag.
    pub other_language: &'static str,
    pub theme: fn(&str) -> String,
    pub theme_auto: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub help: &'static str,
    pub close: &'static str,
    pub open_full: &'static str,
    pub opened: fn(&str) -> String,
}

/// Time: play, step, scrub, branches.
#[derive(Debug)]
pub struct Transport {
    pub region: &'static str,
    pub play: &'static str,
    pub pause: &'static str,
    pub step_forward: &'static str,
    pub step_back: &'static str,
    pub notable_forward: &'static str,
    pub notable_back: &'static str,
    pub time_line: &'static str,
    pub speed: &'static str,
    /// How fast: as a multiple of the usual speed.
    pub times: fn(&str) -> String,
    pub real_time: &'static str,
    pub fastest: &'static str,
    pub skip_idle: &'static str,
    pub branches: &'static str,
    pub branch_count: fn(usize) -> String,
    pub undo: &'static str,
    pub redo: &'static str,
    pub nothing_before: &'static str,
    pub nothing_ahead: &'static str,
    pub nothing_to_undo: &'static str,
    pub nothing_to_redo: &'static str,
    /// The run has come to its end.
    pub nothing_left: &'static str,
    pub from_start: &'static str,
}

/// The voice under the stage.
#[derive(Debug)]
pub struct Caption {
    pub region: &'static str,
    pub why: &'static str,
    pub why_closed: &'static str,
    pub what_if_lost: &'static str,
    pub crash: fn(&str) -> String,
    pub crash_leader: &'static str,
    pub restart: fn(&str) -> String,
    pub resume: fn(&str) -> String,
    pub heal: &'static str,
    /// So many on one side, so many on the other.
    pub divide: fn(usize, usize) -> String,
    /// The sides, parted by bars.
    pub parted: fn(&str) -> Sentence,
    /// Between the nodes of a side.
    pub and: &'static str,
    pub links_cut: &'static str,
    pub links_cut_rest: &'static str,
    pub links_healed: &'static str,
    pub links_healed_rest: &'static str,
    /// Between a node and what it is asked to do.
    pub colon: &'static str,
    /// To the catalogue.
    pub more: &'static str,
    pub chain: &'static str,
    pub chain_about: &'static str,
    pub broken: fn(&str) -> String,
    pub broken_at: fn(&str) -> String,
    pub go_on: &'static str,
    pub take_back: &'static str,
    pub beyond: fn(&str) -> String,
}

/// The promises, and how they stand.
#[derive(Debug)]
pub struct Checks {
    pub title: &'static str,
    pub hold: fn(usize) -> String,
    pub broken: fn(usize) -> String,
    pub always: &'static str,
    pub sometimes: &'static str,
    pub within: &'static str,
    pub figure: &'static str,
    pub holds: &'static str,
    pub is_broken: &'static str,
    pub reached: &'static str,
    pub reached_of: fn(usize, usize) -> String,
    pub not_yet: &'static str,
    pub measured: fn(&str, &str) -> String,
    pub beyond: fn(&str) -> String,
    /// Why a promise with a deadline is not judged: how long messages may take, and what progress needs.
    pub not_judged: fn(&str, &str) -> String,
    /// In what a run went beyond what is promised: the excess, and the name of the fault or of the configuration's number.
    pub excess: fn(faultlab_core::Excess, &str) -> String,
    /// A kind of fault, by its slug.
    pub fault: fn(faultlab_core::Fault) -> &'static str,
}

/// The switches.
#[derive(Debug)]
pub struct Rules {
    pub title: &'static str,
    pub all_on: &'static str,
    pub about: &'static str,
    pub off: fn(usize) -> String,
    pub breaks: fn(&str) -> String,
    pub source: fn(&str, &str) -> String,
    /// The explorer's card, and what asks it for a counterexample.
    pub break_it: &'static str,
    /// Asks it for less.
    pub shrink: &'static str,
}

/// The card of a chosen thing.
#[derive(Debug)]
pub struct Inspector {
    pub title: &'static str,
    pub choose: &'static str,
    pub memory: &'static str,
    pub disk: &'static str,
    pub no_timer: &'static str,
    pub down: &'static str,
    pub gone: &'static str,
    pub running: &'static str,
    pub paused: &'static str,
    pub syncing: &'static str,
    pub records: fn(usize) -> String,
    pub all_synced: &'static str,
    pub unsynced: fn(usize) -> String,
    pub empty: &'static str,
    pub before: &'static str,
    pub slow: fn(u32) -> String,
    pub clock_off: fn(&str) -> String,
    pub packet: fn(&str, &str) -> String,
    pub sent: &'static str,
    pub due: &'static str,
    pub held: &'static str,
    pub waiting_there: &'static str,
    pub packet_gone: &'static str,
    pub client: fn(&str) -> String,
    pub client_idle: &'static str,
    pub client_waits: fn(&str, &str) -> String,
    pub client_queue: fn(usize) -> String,
    pub link: fn(&str, &str) -> String,
    pub link_open: &'static str,
    pub link_cut: &'static str,
}

/// The log of events.
#[derive(Debug)]
pub struct Story {
    pub title: &'static str,
    pub filter: &'static str,
    pub everything: &'static str,
    pub messages: &'static str,
    pub notable: &'static str,
    pub empty: &'static str,
    /// Only the steps from a moment on are listed.
    pub listed_from: fn(&str) -> String,
}

/// What can be turned.
#[derive(Debug)]
pub struct Dials {
    pub title: &'static str,
    pub network: &'static str,
    pub loss: &'static str,
    pub duplication: &'static str,
    pub latency_min: &'static str,
    pub latency_max: &'static str,
    pub in_order: &'static str,
    pub sync_min: &'static str,
    pub sync_max: &'static str,
    pub load: &'static str,
    pub clients: &'static str,
    pub think_min: &'static str,
    pub think_max: &'static str,
    pub reads: &'static str,
    pub keys: &'static str,
    pub retry: &'static str,
    pub protocol: &'static str,
    pub bounds: fn(&str, &str) -> String,
    pub starts_anew: &'static str,
    pub wrong_number: fn(&str, &str, &str) -> String,
    pub milliseconds: &'static str,
    pub microseconds: &'static str,
    pub percent: &'static str,
}

/// Members and requests.
#[derive(Debug)]
pub struct Cluster {
    pub title: &'static str,
    pub nodes: &'static str,
    pub nodes_about: &'static str,
    /// Over what the operator may ask about a node.
    pub requests_on: &'static str,
    pub request: &'static str,
    pub request_hint: fn(&str) -> String,
    pub client: &'static str,
    pub send: &'static str,
}

/// Links and files.
#[derive(Debug)]
pub struct Share {
    pub title: &'static str,
    pub link: &'static str,
    pub link_about: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub copy_failed: &'static str,
    pub save: &'static str,
    pub load: &'static str,
    pub frame: &'static str,
    pub file_wrong: fn(&str, &str) -> String,
    pub file_big: fn(&str) -> String,
    pub link_wrong: fn(&str) -> String,
    pub link_not_ours: &'static str,
    /// The codec found, and the newest one known.
    pub link_newer: fn(u64, u32) -> String,
    pub link_damaged: &'static str,
    pub link_big: fn(usize) -> String,
    /// What does not fit in a scenario, and where.
    pub misfit: fn(&ScenarioError, Own<'_>) -> String,
    /// A moment asked for that the run does not get to in so many steps, and where it is now.
    pub moment_not_reached: fn(&str, &str) -> String,
    pub query_wrong: fn(&str, &str) -> String,
    pub stored_wrong: fn(&str) -> String,
    pub unknown_scenario: fn(&str) -> String,
    pub unknown_protocol: fn(&str) -> String,
    pub other_behaviour: fn(u32, u32) -> String,
    pub other_trace: &'static str,
    pub not_reached: &'static str,
    /// A part of the page did not come: its code or its texts.
    pub not_fetched: &'static str,
    pub restored: &'static str,
}

/// The keys.
#[derive(Debug)]
pub struct Help {
    pub title: &'static str,
    pub about: &'static str,
    pub keys: &'static [(&'static str, &'static str)],
    pub stage_keys_title: &'static str,
    pub stage_keys: &'static [(&'static str, &'static str)],
    pub run_keys_title: &'static str,
    pub licence: &'static str,
}

/// The counts of a run.
#[derive(Debug)]
pub struct Figures {
    pub title: &'static str,
    pub sent: &'static str,
    pub lost: &'static str,
    pub bytes: &'static str,
    pub syncs: &'static str,
    pub asked: &'static str,
    pub done: &'static str,
    pub wait_mean: &'static str,
    pub wait_longest: &'static str,
    pub retries: &'static str,
    pub crashes: &'static str,
    pub availability: &'static str,
    pub outages: &'static str,
    /// What is meant by the two.
    pub availability_about: &'static str,
    pub repair: &'static str,
}
