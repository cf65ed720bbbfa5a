//! Words of a search through states: what it found, and within which budget. No search proves more than that.

use crate::Lang;
use alloc::format;
use alloc::string::String;

/// What is said of a search that has ended.
pub struct ExploredWords {
    /// How many states, and whether these were all.
    pub nothing_found: fn(u64, bool) -> String,
    /// The name of the broken invariant, how many steps lead there, and whether no way is shorter.
    pub found: fn(&str, usize, bool) -> String,
    /// States up to the violation.
    pub until_then: fn(u64) -> String,
    /// Levels, bytes a state (as text), seconds (as text).
    pub figures: fn(u32, &str, &str) -> String,
    pub reduced: &'static str,
    /// For how many states those stand that were visited, where some count as one.
    pub represented: fn(u64) -> String,
    /// Names of promises that a search without time does not judge.
    pub unjudged: fn(&str) -> String,
    /// The length of a tick, where time passes though nobody asked for it.
    pub made_timed: fn(&str) -> String,
    /// Why it does not, of one.
    pub assumes_bounded_delay: &'static str,
    /// Rules that are off, by slug.
    pub without: fn(&str) -> String,
    /// Steps of random plays beside that.
    pub random: fn(u64) -> String,
    pub left_out: &'static str,
    /// In 10^18.
    pub odds: fn(u64) -> String,
    /// Promises, by slug, that only whole runs can be held to.
    pub not_judged: fn(&str) -> String,
}

pub fn words(lang: Lang) -> &'static ExploredWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

const EN: ExploredWords = ExploredWords {
    nothing_found: |states, exhausted| {
        if exhausted {
            format!("No violation within this budget: {states} states, exhausted.")
        } else {
            format!("No violation so far: cut off at {states} states.")
        }
    },
    found: |invariant, steps, shortest| {
        let kind = if shortest { "the shortest way there" } else { "a short way there" };
        format!("Violated: {invariant}. This is {kind}, {steps} steps:")
    },
    until_then: |states| format!("Found among {states} states, the nearest first."),
    figures: |depth, bytes, seconds| format!("Depth {depth}; {bytes} bytes a state; {seconds} s."),
    reduced: "States that are equal up to a renaming of nodes count as one.",
    represented: |states| format!("They stand for {states}."),
    unjudged: |promises| format!("Not judged, since it assumes bounded delay: {promises}."),
    made_timed: |tick| {
        format!(
            "What is looked for assumes bounded delay, so time passes: in ticks of {tick}, and a message takes no longer."
        )
    },
    assumes_bounded_delay: "this promise assumes bounded delay; a search in which any timer may fire cannot judge it",
    without: |rules| format!("without {rules}"),
    random: |steps| format!("Random plays took {steps} steps."),
    left_out: "What cannot change the verdict was left out; --full leaves nothing out.",
    odds: |odds| format!("Odds that two worlds were taken for one: {odds} in 10^18."),
    not_judged: |promises| {
        format!(
            "Not judged here, since they are about what comes in time or about statistics of whole runs: {promises}."
        )
    },
};

const ZH: ExploredWords = ExploredWords {
    nothing_found: |states, exhausted| {
        if exhausted {
            format!("在此预算内没有发现违反：共 {states} 个状态，已穷尽。")
        } else {
            format!("目前没有发现违反：在 {states} 个状态处截止。")
        }
    },
    found: |invariant, steps, shortest| {
        let kind = if shortest { "最短的路径" } else { "一条短路径" };
        format!("被违反：{invariant}。这是{kind}，共 {steps} 步：")
    },
    until_then: |states| format!("由近及远，在 {states} 个状态中发现。"),
    figures: |depth, bytes, seconds| format!("深度 {depth}；每个状态 {bytes} 字节；{seconds} 秒。"),
    reduced: "仅节点名称不同的状态算作一个。",
    represented: |states| format!("它们代表 {states} 个状态。"),
    unjudged: |promises| format!("未评判（其前提是延迟有界）：{promises}。"),
    made_timed: |tick| format!("要找的承诺以延迟有界为前提，因此时间会流逝：每拍 {tick}，消息用时不超过一拍。"),
    assumes_bounded_delay: "此承诺以延迟有界为前提；在任何定时器都可能触发的搜索中无法评判",
    without: |rules| format!("关闭 {rules}"),
    random: |steps| format!("随机执行共 {steps} 步。"),
    left_out: "不影响结论的部分已省略；--full 则一概不省略。",
    odds: |odds| format!("两个世界被误认为同一个的概率：10^18 分之 {odds}。"),
    not_judged: |promises| format!("以下承诺关乎及时发生或整个运行的统计，此处不作判断：{promises}。"),
};
