//! Sentences for what happens in every world, whatever the protocol: packets, disks, clocks, clients, faults.

mod en;
mod zh;

use faultlab_core::{LossReason, Span, Void};

use crate::{Lang, Sentence};

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

/// The sentence for a happening.
pub fn sentence(lang: Lang, event: &WorldEvent<'_>) -> Sentence {
    match lang {
        Lang::En => en::sentence(event),
        Lang::Zh => zh::sentence(event),
    }
}

/// What a client is called.
pub fn client(lang: Lang, number: u8) -> alloc::string::String {
    match (lang, number) {
        (Lang::En, 0) => "operator".into(),
        (Lang::Zh, 0) => "管理员".into(),
        (Lang::En, number) => alloc::format!("client {number}"),
        (Lang::Zh, number) => alloc::format!("客户端 {number}"),
    }
}

/// The name of the run that no act has touched.
pub fn first_run(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "first run",
        Lang::Zh => "初始运行",
    }
}

/// A moment in a branch's name: `0.25 s`.
fn seconds(at: Span) -> alloc::string::String {
    let hundredths = at.0 / 10_000;
    alloc::format!("{}.{:02} s", hundredths / 100, hundredths % 100)
}

/// The name of a branch that took an act back.
pub fn taken_back(lang: Lang, at: Span) -> alloc::string::String {
    match lang {
        Lang::En => alloc::format!("without the act at {}", seconds(at)),
        Lang::Zh => alloc::format!("撤销 {} 的操作", seconds(at)),
    }
}

/// The name of a branch that the explorer found.
pub fn found_play(lang: Lang, at: Span) -> alloc::string::String {
    match lang {
        Lang::En => alloc::format!("found play from {}", seconds(at)),
        Lang::Zh => alloc::format!("找到的过程，始于 {}", seconds(at)),
    }
}

/// The name of a branch that does the same as another with less.
pub fn shrunk_play(lang: Lang, at: Span) -> alloc::string::String {
    match lang {
        Lang::En => alloc::format!("shrunk play from {}", seconds(at)),
        Lang::Zh => alloc::format!("缩小后的过程，始于 {}", seconds(at)),
    }
}

/// The name of a branch by the act that began it, which is told in the words of scenario text.
pub fn act_at(lang: Lang, act: &str, at: Span) -> alloc::string::String {
    match lang {
        Lang::En => alloc::format!("you: {act} at {}", seconds(at)),
        Lang::Zh => {
            let clauses = act.split(" · ").map(|clause| {
                let (verb, rest) = clause.split_once(' ').unwrap_or((clause, ""));
                alloc::format!("{} {rest}", verb_zh(verb))
            });
            alloc::format!("您：{} {}", seconds(at), clauses.collect::<alloc::vec::Vec<_>>().join(" · ").trim_end())
        }
    }
}

/// The verbs of scenario text.
fn verb_zh(verb: &str) -> &str {
    match verb {
        "crash" => "崩溃",
        "restart" => "重启",
        "pause" => "暂停",
        "resume" => "恢复",
        "wipe" => "清空磁盘",
        "isolate" => "隔离",
        "partition" => "分区",
        "cut" => "切断",
        "heal" => "修复",
        "drop" => "丢弃",
        "duplicate" => "复制",
        "delay" => "延迟",
        "hold" => "扣留",
        "release" => "放行",
        "deliver" => "送达",
        "slow" => "变慢",
        "skew" => "时钟偏差",
        "corrupt" => "损坏",
        "tear" => "撕裂",
        "fire" => "触发",
        "flush" => "落盘",
        "request" => "请求",
        "retry" => "重试",
        "set" => "设置",
        other => other,
    }
}

/// Millionths as per cent, with as many decimals as needed.
fn percent(ppm: u32) -> alloc::string::String {
    let (whole, rest) = (ppm / 10_000, ppm % 10_000);
    if rest == 0 {
        alloc::format!("{whole} %")
    } else {
        let digits = alloc::format!("{rest:04}");
        alloc::format!("{whole}.{} %", digits.trim_end_matches('0'))
    }
}
