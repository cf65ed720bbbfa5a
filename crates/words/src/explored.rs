//! Words of a search through states: what it found, and within which budget. No search proves more than that.

use crate::Lang;
use crate::say::zh;
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
    /// Steps of random runs beside that.
    pub random: fn(u64) -> String,
    pub left_out: &'static str,
    /// In 10^18.
    pub odds: fn(u64) -> String,
    /// Situations, by slug, that were reached, and those that were not.
    pub reached: fn(&str, &str) -> String,
    /// In how many different situations each promise was judged.
    pub judged: fn(&str) -> String,
    /// How many paths ended, and why: reasons with how many paths each holds for.
    pub ended: fn(u64, &str) -> String,
    pub spent: fn(&str) -> String,
    pub timer_spent: fn(&str) -> String,
    pub not_due: &'static str,
    pub time_must_wait: &'static str,
    pub quiet: &'static str,
    /// A run was walked whole, of so many steps.
    pub followed: fn(usize) -> String,
    /// So many steps could be taken; the number of the next one in the run, what happens in it, and why the search cannot take it.
    pub stopped_at: fn(usize, usize, &str, &str) -> String,
    pub timer_not_due: &'static str,
    pub time_cannot_pass: &'static str,
    pub not_asked: &'static str,
    pub not_under_way: &'static str,
    pub never_done: &'static str,
    pub other_outcome: &'static str,
    /// Promises, by slug, that broke in what was walked.
    pub broken_on_the_way: fn(&str) -> String,
    /// How often something was found that did not break in the real world.
    pub unconfirmed: fn(u64) -> String,
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
    random: |steps| format!("Random runs took {steps} steps."),
    left_out: "What cannot change the verdict was left out; --full leaves nothing out.",
    odds: |odds| format!("Odds that two worlds were taken for one: {odds} in 10^18."),
    reached: |reached, missed| match (reached, missed) {
        ("", missed) => format!("Situations reached: none. Not reached: {missed}."),
        (reached, "") => format!("Situations reached: {reached}."),
        (reached, missed) => format!("Situations reached: {reached}. Not reached: {missed}."),
    },
    judged: |judged| format!("Different situations in which each promise was judged: {judged}."),
    ended: |paths, reasons| format!("{paths} paths ended. Why, and how many of them: {reasons}."),
    spent: |name| format!("budget of {name} used up"),
    timer_spent: |kind| format!("firings of the timer {kind} used up"),
    not_due: "timers armed that are not due yet",
    time_must_wait: "time has to wait for a timer that may not fire",
    quiet: "nothing on its way and no timer armed",
    followed: |steps| format!("The search can take every step of this run: {steps}."),
    stopped_at: |taken, step, what, why| {
        format!(
            "The search can take {taken} steps of this run and not the next one.\nStep {step}: {what}\nWhy not: {why}."
        )
    },
    timer_not_due: "the timer is not due yet, as the search counts time",
    time_cannot_pass: "time cannot pass before a timer has fired, a sync has ended or a message has arrived",
    not_asked: "the search lets no client ask this now: it asks only what --request says, each client once and in order",
    not_under_way: "the message is not on its way in the search",
    never_done: "a search changes no settings and no clocks, and damages no records",
    other_outcome: "in the search the step leaves the node in another state",
    broken_on_the_way: |promises| format!("Broken on the way: {promises}."),
    unconfirmed: |times| {
        format!(
            "{times} times something broke in the search that did not break when done again in the simulation; the search went on."
        )
    },
    not_judged: |promises| {
        format!(
            "Not judged here, since they are about what comes in time or about statistics of whole runs: {promises}."
        )
    },
};

const ZH: ExploredWords = ExploredWords {
    nothing_found: |states, exhausted| {
        if exhausted {
            zh(format!("在此范围内没有发现违反：共 {states} 个状态，已穷尽。"))
        } else {
            zh(format!("目前没有发现违反：搜索 {states} 个状态后停止。"))
        }
    },
    found: |invariant, steps, shortest| {
        let kind = if shortest { "最短的路径" } else { "一条短路径" };
        zh(format!("被违反：{invariant}。这是{kind}，共 {steps} 步："))
    },
    until_then: |states| zh(format!("由近及远，在 {states} 个状态中发现。")),
    figures: |depth, bytes, seconds| zh(format!("深度 {depth}；每个状态 {bytes} 字节；{seconds} 秒。")),
    reduced: "仅节点名称不同的状态算作一个。",
    represented: |states| zh(format!("它们代表 {states} 个状态。")),
    unjudged: |promises| zh(format!("未评判（其前提是延迟有界）：{promises}。")),
    made_timed: |tick| zh(format!("要找的承诺以延迟有界为前提，因此时间会流逝：每拍 {tick}，消息用时不超过一拍。")),
    assumes_bounded_delay: "此承诺以延迟有界为前提；在任何定时器都可能触发的搜索中无法评判",
    without: |rules| zh(format!("关闭 {rules}")),
    random: |steps| zh(format!("随机执行共 {steps} 步。")),
    left_out: "不影响结论的部分已省略；--full 则一概不省略。",
    odds: |odds| zh(format!("两个全局状态被误认为同一个的概率：10^18 分之 {odds}。")),
    reached: |reached, missed| match (reached, missed) {
        ("", missed) => zh(format!("出现过的情形：无。未出现：{missed}。")),
        (reached, "") => zh(format!("出现过的情形：{reached}。")),
        (reached, missed) => zh(format!("出现过的情形：{reached}。未出现：{missed}。")),
    },
    judged: |judged| zh(format!("每个承诺在多少种不同情形下受到评判：{judged}。")),
    ended: |paths, reasons| zh(format!("{paths} 条路径走到尽头。原因及其路径数：{reasons}。")),
    spent: |name| zh(format!("{name} 的预算用完")),
    timer_spent: |kind| zh(format!("定时器 {kind} 的触发次数用完")),
    not_due: "定时器已设而未到期",
    time_must_wait: "时间须等待一个不许触发的定时器",
    quiet: "没有在途的消息，也没有已设的定时器",
    followed: |steps| zh(format!("搜索可以走完这次运行的每一步：共 {steps} 步。")),
    stopped_at: |taken, step, what, why| {
        zh(format!("搜索可以走这次运行的 {taken} 步，下一步走不了。\n第 {step} 步：{what}\n原因：{why}。"))
    },
    timer_not_due: "按搜索的计时，定时器尚未到期",
    time_cannot_pass: "要先有定时器触发、落盘完成或消息到达，时间才能流逝",
    not_asked: "此时搜索不让客户端提出这个请求：只提出 --request 所列的请求，每个客户端依次各一次",
    not_under_way: "搜索中没有这条在途消息",
    never_done: "搜索不改设置和时钟，也不损坏记录",
    other_outcome: "搜索中这一步使节点处于另一种状态",
    broken_on_the_way: |promises| zh(format!("途中被违反：{promises}。")),
    unconfirmed: |times| zh(format!("搜索中有 {times} 次被违反，但在模拟中重做时没有；搜索继续进行。")),
    not_judged: |promises| zh(format!("以下承诺关乎及时发生或整个运行的统计，此处不作判断：{promises}。")),
};
