//! Sentences for what happens in every world, whatever the protocol: packets, disks, clocks, clients, faults.

mod en;
mod zh;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use faultlab_core::{LossReason, Span, Void};

use crate::Sentence;
use crate::say::{En, Zh, finished};

/// A happening with its names already in words.
#[derive(Clone, Debug)]
pub enum WorldEvent<'a> {
    Booted { node: &'a str, again: bool },
    Sent { from: &'a str, to: &'a str, message: &'a str },
    Lost { from: &'a str, to: &'a str, message: &'a str, reason: LossReason },
    Duplicated { from: &'a str, to: &'a str },
    Delivered { from: &'a str, to: &'a str, message: &'a str },
    Queued { from: &'a str, to: &'a str },
    Delayed { from: &'a str, to: &'a str },
    Held { from: &'a str, to: &'a str },
    Released { from: &'a str, to: &'a str },
    Fired { node: &'a str, timer: &'a str },
    Synced { node: &'a str },
    Invoked { client: &'a str, request: &'a str },
    Retried { client: &'a str, attempt: u32 },
    Returned { client: &'a str, request: &'a str, response: &'a str, refused: bool },
    Crashed { node: &'a str, lost: u32 },
    Paused { node: &'a str },
    Resumed { node: &'a str },
    Slowed { node: &'a str, percent: u32 },
    Cut { from: &'a str, to: &'a str },
    Healed { from: &'a str, to: &'a str },
    Skewed { node: &'a str, ppm: i32 },
    Corrupted { node: &'a str, area: &'a str, at: u64 },
    Torn { node: &'a str, area: &'a str },
    Wiped { node: &'a str },
    Set(Dial<'a>),
    Broken { invariant: &'a str },
    Reached { invariant: &'a str },
    Void(Void),
}

/// What is listed of a broken property.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Evidence {
    /// One fact, which breaks it alone.
    Fact,
    /// Facts that contradict each other if it holds.
    Facts,
    /// The nodes at which it does not hold.
    Nodes,
}

/// What a person turned.
#[derive(Clone, Copy, Debug)]
pub enum Dial<'a> {
    LossPpm(u32),
    DuplicationPpm(u32),
    Latency {
        min: Span,
        max: Span,
    },
    InOrder(bool),
    /// Whether only what is ordered happens.
    Stepwise(bool),
    SyncTime {
        min: Span,
        max: Span,
    },
    Clients(u8),
    Think {
        min: Span,
        max: Span,
    },
    ReadsPpm(u32),
    Keys(u32),
    Retry(Span),
    Config {
        name: &'a str,
        value: &'a str,
    },
    Rule {
        name: &'a str,
        on: bool,
    },
}

/// The words of every world in one language.
#[derive(Debug)]
pub struct WorldWords {
    pub sentence: fn(&WorldEvent<'_>) -> Sentence,
    /// What leads to the list of what broke a property.
    pub evidence: fn(Evidence) -> &'static str,
    /// What a client is called; number 0 is the operator.
    pub client: fn(u8) -> String,
    /// The name of the run that no act has touched.
    pub first_run: &'static str,
    /// The name of a branch that the explorer found.
    pub found_play: fn(Span) -> String,
    /// The name of a branch that does the same as another with less.
    pub shrunk_play: fn(Span) -> String,
    /// The name of a branch by the act that began it, which is told in the words of scenario text.
    pub act_at: fn(&str, Span) -> String,
}

pub static EN: WorldWords = WorldWords {
    sentence: |event| finished::<En>(en::sentence(event)),
    evidence: |evidence| match evidence {
        Evidence::Fact => "It is broken by this fact:",
        Evidence::Facts => "These facts together break it:",
        Evidence::Nodes => "It does not hold at:",
    },
    client: |number| if number == 0 { "operator".into() } else { format!("client {number}") },
    first_run: "first run",
    found_play: |at| format!("found play from {}", seconds(at)),
    shrunk_play: |at| format!("shrunk play from {}", seconds(at)),
    act_at: |act, at| format!("you: {act} at {}", seconds(at)),
};

pub static ZH: WorldWords = WorldWords {
    sentence: |event| finished::<Zh>(zh::sentence(event)),
    evidence: |evidence| match evidence {
        Evidence::Fact => "违反它的事实：",
        Evidence::Facts => "合在一起违反它的事实：",
        Evidence::Nodes => "在以下节点不成立：",
    },
    client: |number| if number == 0 { "操作员".into() } else { format!("客户端 {number}") },
    first_run: "初始运行",
    found_play: |at| format!("反例，始于 {}", seconds(at)),
    shrunk_play: |at| format!("精简后的反例，始于 {}", seconds(at)),
    act_at: |act, at| {
        let clauses = act.split(" · ").map(|clause| match clause.split_once(' ') {
            None => zh::verb(clause).into(),
            Some((verb, rest)) => format!("{}：{rest}", zh::verb(verb)),
        });
        format!("你：{}，{}", seconds(at), clauses.collect::<Vec<String>>().join(" · "))
    },
};

/// A moment in a branch's name: `0.25 s`.
fn seconds(at: Span) -> String {
    let hundredths = at.0 / 10_000;
    format!("{}.{:02} s", hundredths / 100, hundredths % 100)
}

/// Millionths as per cent, with as many decimals as needed.
fn percent(ppm: u32) -> String {
    let (whole, rest) = (ppm / 10_000, ppm % 10_000);
    if rest == 0 {
        format!("{whole}%")
    } else {
        let digits = format!("{rest:04}");
        format!("{whole}.{}%", digits.trim_end_matches('0'))
    }
}
