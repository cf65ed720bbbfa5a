//! Sentences for what happens in every world, whatever the protocol: packets, disks, clocks, clients, faults.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use faultlab_core::{LossReason, Span, Void};

use crate::scenario::Teller;
use crate::{Lang, Sentence};

type Event<'a> = WorldEvent<'a>;

include!(concat!(env!("OUT_DIR"), "/world.rs"));

/// A fact with its names already in words.
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
    pub found_branch: fn(Span) -> String,
    /// The name of a branch that does the same as another with less.
    pub shrunk_branch: fn(Span) -> String,
    /// The name of a branch by the act that began it, which is told in the words of scenario text.
    pub act_at: fn(&str, Span) -> String,
}

pub static EN: WorldWords = WorldWords {
    sentence: |event| en::sentence(&Teller::of_no_protocol(Lang::En), event),
    evidence: |evidence| match evidence {
        Evidence::Fact => "It is broken by this fact:",
        Evidence::Facts => "These facts together break it:",
        Evidence::Nodes => "It does not hold at:",
    },
    client: |number| if number == 0 { "operator".into() } else { format!("client {number}") },
    first_run: "first run",
    found_branch: |at| format!("counterexample from {}", seconds(at)),
    shrunk_branch: |at| format!("shrunk counterexample from {}", seconds(at)),
    act_at: |act, at| format!("you: {act} at {}", seconds(at)),
};

pub static ZH: WorldWords = WorldWords {
    sentence: |event| zh::sentence(&Teller::of_no_protocol(Lang::Zh), event),
    evidence: |evidence| match evidence {
        Evidence::Fact => "违反它的事实：",
        Evidence::Facts => "合在一起违反它的事实：",
        Evidence::Nodes => "在以下节点不成立：",
    },
    client: |number| if number == 0 { "操作员".into() } else { format!("客户端 {number}") },
    first_run: "初始运行",
    found_branch: |at| format!("反例，始于 {}", seconds(at)),
    shrunk_branch: |at| format!("精简后的反例，始于 {}", seconds(at)),
    act_at: |act, at| {
        let clauses = act.split(" · ").map(|clause| match clause.split_once(' ') {
            None => verb_zh(clause).into(),
            Some((verb, rest)) => format!("{}：{rest}", verb_zh(verb)),
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
fn percent(ppm: &u32) -> String {
    let (whole, rest) = (ppm / 10_000, ppm % 10_000);
    if rest == 0 {
        format!("{whole}%")
    } else {
        let digits = format!("{rest:04}");
        format!("{whole}.{}%", digits.trim_end_matches('0'))
    }
}

/// By how much a clock is off.
fn drift(ppm: &i32) -> String {
    percent(&ppm.unsigned_abs())
}

/// How often a client has asked, the first time included.
fn again(attempt: &u32) -> u32 {
    attempt + 1
}

/// The verbs of scenario text in Chinese.
fn verb_zh(verb: &str) -> &str {
    match verb {
        "crash" => "崩溃",
        "restart" => "重启",
        "pause" => "暂停",
        "resume" => "继续运行",
        "wipe" => "清空磁盘",
        "isolate" => "隔离",
        "partition" => "分区",
        "cut" => "切断",
        "heal" => "恢复",
        "drop" => "丢弃",
        "duplicate" => "重复",
        "delay" => "延迟",
        "hold" => "扣留",
        "release" => "放行",
        "deliver" => "送达",
        "slow" => "变慢",
        "skew" => "时钟漂移",
        "corrupt" => "损坏",
        "tear" => "写到一半断电",
        "fire" => "触发",
        "flush" => "落盘",
        "request" => "请求",
        "retry" => "重试",
        "set" => "设置",
        other => other,
    }
}
