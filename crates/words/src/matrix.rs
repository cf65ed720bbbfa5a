//! Words of the rule matrix: every rule of every protocol, where its absence shows, and what comes of having it broken.

use crate::say::zh;
use alloc::format;
use alloc::string::{String, ToString};

use crate::{Lang, explorer};

/// What the rule matrix says.
#[derive(Debug)]
pub struct MatrixWords {
    pub title: &'static str,
    pub about: &'static str,
    /// Leads to it.
    pub open: &'static str,
    pub close: &'static str,
    pub break_all: &'static str,
    pub stop: &'static str,
    /// Rules that broke, of those that were tried.
    pub tally: fn(usize, usize) -> String,
    pub breaks: &'static str,
    pub cluster: &'static str,
    /// Nodes, and the numbers that differ from the usual ones, as text.
    pub nodes: fn(u8, &str) -> String,
    pub masks: &'static str,
    pub begins: &'static str,
    pub from_start: &'static str,
    pub after_acts: fn(usize) -> String,
    pub may_happen: &'static str,
    pub only_messages: &'static str,
    pub crashes: fn(u8) -> String,
    pub duplicates: fn(u8) -> String,
    pub wipes: fn(u8) -> String,
    pub retries: fn(u8) -> String,
    pub timers: fn(u8) -> String,
    /// A kind of timer, by its name in scenario text.
    pub timers_of: fn(&str, u8) -> String,
    /// How many, and what they may ask as scenario text; none: what the load asks.
    pub requests: fn(u8, &str) -> String,
    pub order: &'static str,
    pub any_order: &'static str,
    pub bounded: &'static str,
    pub shown_by: &'static str,
    pub by_sweep: &'static str,
    pub by_figure: &'static str,
    /// Stands before the name of the rule that is off.
    pub without: &'static str,
    pub open_witness: &'static str,
    pub break_here: &'static str,
    pub looking: &'static str,
    /// What breaks, steps, milliseconds, and whether it is known that no counterexample is shorter.
    pub broke: fn(&str, usize, u64, bool) -> String,
    /// Worlds.
    pub nothing: fn(u64) -> String,
    pub watch: &'static str,
    pub no_worker: &'static str,
}

pub fn words(lang: Lang) -> &'static MatrixWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

/// Seconds with two digits.
fn seconds(millis: u64) -> String {
    let hundredths = millis.div_ceil(10);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn times(count: u8, one: &str, many: &str) -> String {
    if count == 1 { one.to_string() } else { format!("{count} {many}") }
}

const EN: MatrixWords = MatrixWords {
    title: "Every rule, and what breaks without it",
    about: "Each rule has a set-up in which its absence shows. With the rule off, the explorer finds the counterexample that breaks the promise; \
            with it on, the same search finds nothing. A test does both for every rule, at every change of the program.",
    open: "All rules of all protocols",
    close: "Close",
    break_all: "Break them all",
    stop: "Stop",
    tally: |broke, tried| format!("{broke} of {tried} broken."),
    breaks: "Breaks",
    cluster: "Cluster",
    nodes: |nodes, config| {
        let nodes = times(nodes, "1 node", "nodes");
        if config.is_empty() { nodes } else { format!("{nodes}; {config}") }
    },
    masks: "Off as well",
    begins: "Begins",
    from_start: "when all nodes have started",
    after_acts: |lines| format!("after {}", times(lines.min(255) as u8, "a line of acts", "lines of acts")),
    may_happen: "May happen",
    only_messages: "only messages",
    crashes: |count| times(count, "a crash", "crashes"),
    duplicates: |count| times(count, "a duplicated message", "duplicated messages"),
    wipes: |count| times(count, "a lost disk", "lost disks"),
    retries: |count| times(count, "a repeated request", "repeated requests"),
    timers: |count| format!("each kind of timeout {}", times(count, "once", "times")),
    timers_of: |kind, count| format!("{kind}: {count}"),
    requests: |count, asked| {
        let count = times(count, "a request", "requests");
        if asked.is_empty() { count } else { format!("{count} of {asked}") }
    },
    order: "Time",
    any_order: "messages and timeouts in any order",
    bounded: "delays are bounded, timeouts keep their ranges",
    shown_by: "Shown by",
    by_sweep: "some of many runs of a scenario; no search shows it",
    by_figure: "a statistic over many keys; no search shows it",
    without: "Without a rule",
    open_witness: "Open it without the rule",
    break_here: "Break it here",
    looking: "Looking…",
    broke: |promises, steps, millis, shortest| {
        let found = (explorer::words(Lang::En).found)(steps, promises);
        let short = if shortest && steps > 0 { " No counterexample is shorter." } else { "" };
        format!("{found}{short} Found in {} s.", seconds(millis))
    },
    nothing: |worlds| format!("Nothing broke in time: cut off at {worlds} worlds."),
    watch: "Watch it",
    no_worker: "The explorer needs a worker, and this browser or this frame allows none.",
};

const ZH: MatrixWords = MatrixWords {
    title: "所有规则，以及没有它们会违反什么",
    about: "每条规则都配有一个场景，能看出缺了它会怎样。关闭规则，探索器会找到违反承诺的反例；开启规则，同样的搜索什么也找不到。程序每次改动，测试都会对每条规则做这两项验证。",
    open: "所有协议的所有规则",
    close: "关闭",
    break_all: "全部找反例",
    stop: "停止",
    tally: |broke, tried| zh(format!("试过 {tried} 条，找到 {broke} 个反例。")),
    breaks: "违反",
    cluster: "集群",
    nodes: |nodes, config| {
        if config.is_empty() { zh(format!("{nodes} 个节点")) } else { zh(format!("{nodes} 个节点；{config}")) }
    },
    masks: "同时关闭",
    begins: "起点",
    from_start: "所有节点启动之后",
    after_acts: |lines| zh(format!("{lines} 行操作之后")),
    may_happen: "允许发生",
    only_messages: "只有消息",
    crashes: |count| zh(format!("{count} 次崩溃")),
    duplicates: |count| zh(format!("{count} 条重复的消息")),
    wipes: |count| zh(format!("{count} 次磁盘丢失")),
    retries: |count| zh(format!("{count} 次重试")),
    timers: |count| zh(format!("每种超时 {count} 次")),
    timers_of: |kind, count| format!("{kind}：{count}"),
    requests: |count, asked| {
        if asked.is_empty() {
            zh(format!("{count} 个请求"))
        } else {
            zh(format!("{count} 个请求，出自 {asked}"))
        }
    },
    order: "时间",
    any_order: "消息和超时的顺序任意",
    bounded: "延迟有界，超时在设定范围之内",
    shown_by: "怎样看出",
    by_sweep: "一个场景的大量运行中的一部分；搜索看不出来",
    by_figure: "对大量键的统计；搜索看不出来",
    without: "关闭规则",
    open_witness: "打开该场景（规则已关）",
    break_here: "在此找反例",
    looking: "正在查找……",
    broke: |promises, steps, millis, shortest| {
        let found = (explorer::words(Lang::Zh).found)(steps, promises);
        let short = if shortest && steps > 0 { "没有更短的反例。" } else { "" };
        zh(format!("{found}{short}用时 {} 秒。", seconds(millis)))
    },
    nothing: |worlds| zh(format!("限时内没有找到反例：搜索 {worlds} 个全局状态后停止。")),
    watch: "观看",
    no_worker: "探索器需要后台线程，而此浏览器或此内嵌框架不允许。",
};
