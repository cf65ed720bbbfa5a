//! What the stage says: modes, verbs on nodes, messages and links, and the stage as a list for those who hear it.

use alloc::string::String;

/// Everything the stage says.
#[derive(Debug)]
pub struct StageWords {
    pub region: &'static str,
    pub modes: Modes,
    pub bar: Bar,
    pub node: NodeVerbs,
    pub packet: PacketVerbs,
    pub link: LinkVerbs,
    pub client: ClientVerbs,
    pub said: Said,
}

/// What the pointer does.
#[derive(Debug)]
pub struct Modes {
    pub label: &'static str,
    pub point: &'static str,
    pub cut: &'static str,
    pub group: &'static str,
    pub cut_hint: &'static str,
    pub cut_second: fn(&str) -> String,
    pub group_hint: &'static str,
    pub group_name: fn(&str) -> String,
    pub new_group: &'static str,
    pub partition: &'static str,
    pub clear_groups: &'static str,
    pub heal_all: &'static str,
    /// The island of a partition, by its letter.
    pub island: fn(&str) -> String,
}

/// The bar at a chosen thing.
#[derive(Debug)]
pub struct Bar {
    pub label: fn(&str) -> String,
    pub close: &'static str,
    pub more: &'static str,
    pub back: &'static str,
}

#[derive(Debug)]
pub struct NodeVerbs {
    pub crash: &'static str,
    /// A crash now loses so many unsynced records.
    pub crash_losing: fn(usize) -> String,
    pub choose_survivors: &'static str,
    pub survivors: &'static str,
    pub keep_none: &'static str,
    pub keep_all: &'static str,
    pub keep_first: fn(usize) -> String,
    pub restart: &'static str,
    pub pause: &'static str,
    pub resume: &'static str,
    pub isolate: &'static str,
    pub reconnect: &'static str,
    pub slow: &'static str,
    pub usual_pace: &'static str,
    pub clock_fast: &'static str,
    pub clock_slow: &'static str,
    pub clock_right: &'static str,
    pub wipe: &'static str,
    pub corrupt: &'static str,
    pub corrupt_which: &'static str,
    pub tear: fn(&str) -> String,
    /// By the timer's name.
    pub fire: fn(&str) -> String,
    pub sync_now: &'static str,
    pub nothing_stored: &'static str,
}

#[derive(Debug)]
pub struct PacketVerbs {
    pub deliver: &'static str,
    pub drop: &'static str,
    pub delay: &'static str,
    pub duplicate: &'static str,
    pub hold: &'static str,
    pub release: &'static str,
    /// From whom, to whom.
    pub title: fn(&str, &str) -> String,
    pub lost_network: &'static str,
    pub lost_cut: &'static str,
    pub lost_dropped: &'static str,
}

#[derive(Debug)]
pub struct LinkVerbs {
    pub title: fn(&str, &str) -> String,
    pub cut: fn(&str, &str) -> String,
    pub heal: fn(&str, &str) -> String,
    pub cut_both: &'static str,
    pub heal_both: &'static str,
}

#[derive(Debug)]
pub struct ClientVerbs {
    pub name: fn(u8) -> String,
    pub operator: &'static str,
    pub idle: &'static str,
    /// What it asked, and whom.
    pub waits: fn(&str, &str) -> String,
    pub ask_again: &'static str,
}

/// The stage in words.
#[derive(Debug)]
pub struct Said {
    pub nodes: &'static str,
    pub messages: &'static str,
    pub no_messages: &'static str,
    pub links: &'static str,
    pub no_cuts: &'static str,
    pub running: &'static str,
    pub down: &'static str,
    pub paused: &'static str,
    pub slow: &'static str,
    pub clock_off: &'static str,
    pub syncing: &'static str,
    pub unsynced: fn(usize) -> String,
    pub doomed: &'static str,
    pub held: &'static str,
    pub waiting: &'static str,
    /// What, from whom, to whom, and in how long it arrives.
    pub message: fn(&str, &str, &str, &str) -> String,
    pub arrives_in: fn(&str) -> String,
    pub cut_link: fn(&str, &str) -> String,
    pub tally: fn(&str, u32, u32) -> String,
    pub more_messages: fn(usize) -> String,
    pub comma: &'static str,
}
