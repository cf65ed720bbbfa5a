//! Words of the explorer in the page. No search proves more than how far it looked, and these words claim no more.

use alloc::format;
use alloc::string::{String, ToString};

use crate::Lang;
use crate::say::zh;

/// What the card of the explorer says.
#[derive(Debug)]
pub struct ExplorerWords {
    pub about: &'static str,
    pub all_on: &'static str,
    /// The rules that are off, and the promises that are looked at.
    pub looks_for: fn(&str, &str) -> String,
    pub break_it: &'static str,
    pub prove: &'static str,
    pub shrink: &'static str,
    pub stop: &'static str,
    pub back: &'static str,
    pub may_happen: &'static str,
    pub may_happen_about: &'static str,
    /// Stands where no number is given.
    pub as_the_rule_says: &'static str,
    pub crashes: &'static str,
    pub duplicates: &'static str,
    pub wipes: &'static str,
    pub requests: &'static str,
    pub retries: &'static str,
    pub timers: &'static str,
    pub starting: &'static str,
    /// Worlds, levels, and steps of random runs.
    pub looking: fn(u64, u32, u64) -> String,
    /// Runs tried, acts left.
    pub shrinking: fn(u64, usize) -> String,
    /// Steps, what breaks.
    pub found: fn(usize, &str) -> String,
    pub no_shorter: &'static str,
    /// It is being found out whether a counterexample is shorter.
    pub comparing: &'static str,
    /// Its steps.
    pub shorter: fn(usize) -> String,
    pub show_shorter: &'static str,
    /// It is not known whether a counterexample is shorter; none takes fewer steps than this.
    pub none_below: fn(u32) -> String,
    pub found_here: &'static str,
    /// The rule, the nodes of its cluster, and the worlds looked at from the reader's moment.
    pub found_at_witness: fn(&str, u8, u64) -> String,
    /// Worlds, levels, whether these were all.
    pub nothing: fn(u64, u32, bool) -> String,
    /// Steps of random runs that were tried beside.
    pub rounds: fn(u64) -> String,
    pub reduced: &'static str,
    /// In 10^18.
    pub odds: fn(u64) -> String,
    /// The rules that are off, and the promises that break without them.
    pub no_search_shows: fn(&str, &str) -> String,
    pub broken_already: &'static str,
    /// Acts before and after, runs tried.
    pub shrunk: fn(usize, usize, u64) -> String,
    pub stopped: &'static str,
    pub no_worker: &'static str,
    pub worker_failed: &'static str,
    /// The promise that breaks, and the rule that is off for it.
    pub title: fn(&str, Option<&str>) -> String,
}

pub fn words(lang: Lang) -> &'static ExplorerWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

/// A count with its thousands apart.
fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

const EN: ExplorerWords = ExplorerWords {
    about: "The explorer tries the orders in which messages, timeouts and crashes may come, until a promise breaks.",
    all_on: "Every rule is on, so nothing should break. Switch a rule off to see what it is for, or let it look as far as it can.",
    looks_for: |rules, promises| format!("Off: {rules}. It looks for a counterexample that breaks {promises}."),
    break_it: "Break it",
    prove: "Prove I cannot",
    shrink: "Shrink",
    stop: "Stop",
    back: "Back to your run",
    may_happen: "What may happen from here on",
    may_happen_about: "How often at most. What is left empty is as the rule that is off needs it.",
    as_the_rule_says: "auto",
    crashes: "Crashes",
    duplicates: "Duplicated messages",
    wipes: "Lost disks",
    requests: "Requests of clients",
    retries: "Repeated requests",
    timers: "Timeouts of each kind",
    starting: "Starting…",
    looking: |worlds, depth, rounds| {
        format!("{} worlds visited, {depth} steps deep; {} steps of random runs.", count(worlds), count(rounds))
    },
    shrinking: |tried, acts| format!("{} runs tried; {acts} acts left.", count(tried)),
    found: |steps, broken| match steps {
        0 => format!("{broken} breaks as soon as all nodes have started."),
        1 => format!("{broken} breaks in one step."),
        _ => format!("{broken} breaks in {steps} steps."),
    },
    no_shorter: "No counterexample is shorter, if a sync counts with what led to it.",
    comparing: "Looking whether a counterexample is shorter…",
    shorter: |steps| format!("A shorter counterexample does it in {steps} steps."),
    show_shorter: "Show the shorter one",
    none_below: |steps| format!("Whether it is the shortest is not known; none takes fewer than {steps} steps."),
    found_here: "It begins at your moment and is a branch of your run.",
    found_at_witness: |rule, nodes, worlds| {
        format!(
            "From your own moment nothing was found in time ({} worlds, cut off). This is the counterexample that shows what “{rule}” is for, \
             in a cluster of {nodes}.",
            count(worlds)
        )
    },
    nothing: |worlds, depth, exhausted| {
        if exhausted {
            format!("No violation within this budget: {} worlds, {depth} steps deep, exhausted.", count(worlds))
        } else {
            format!("No violation so far: cut off at {} worlds, {depth} steps deep.", count(worlds))
        }
    },
    rounds: |steps| format!("Random runs took {} steps beside that and broke nothing.", count(steps)),
    reduced: "What cannot change the verdict was left out.",
    odds: |odds| format!("Odds that two worlds were taken for one: {} in 10¹⁸.", count(odds)),
    no_search_shows: |rules, promises| {
        format!(
            "No search shows what “{rules}” is for: without it {promises} is broken, which takes a statistic or many runs to see. \
             The list of promises tells how it stands."
        )
    },
    broken_already: "It is broken already at this moment. Go back to before it broke, and ask again.",
    shrunk: |before, after, tried| {
        let tried = count(tried);
        if after < before {
            format!(
                "{after} acts of {before} are left, and it still breaks; none of them can be left out ({tried} runs tried)."
            )
        } else {
            format!("None of the {after} acts can be left out ({tried} runs tried); delays are as short as they get.")
        }
    },
    stopped: "Stopped. Nothing was found until then.",
    no_worker: "The explorer needs a worker, and this browser or this frame allows none. Open the page in its own tab.",
    worker_failed: "The explorer has stopped by itself, most likely for want of memory. Allow less to happen, and ask again.",
    title: |promise, rule| match rule {
        Some(rule) => format!("{promise} breaks without “{rule}”"),
        None => format!("{promise} breaks"),
    },
};

const ZH: ExplorerWords = ExplorerWords {
    about: "探索器尝试消息、超时和崩溃可能出现的各种顺序，直到某个承诺被违反。",
    all_on: "所有规则都已开启，不应有任何承诺被违反。关闭一条规则看看它有何用处，也可以让探索器尽力搜索。",
    looks_for: |rules, promises| zh(format!("已关闭：{rules}。正在寻找违反 {promises} 的反例。")),
    break_it: "找反例",
    prove: "证明没有反例",
    shrink: "精简",
    stop: "停止",
    back: "回到你的运行",
    may_happen: "从此刻起允许发生什么",
    may_happen_about: "最多发生的次数。留空则按所关规则的需要自动设定。",
    as_the_rule_says: "自动",
    crashes: "崩溃",
    duplicates: "重复的消息",
    wipes: "丢失的磁盘",
    requests: "客户端请求",
    retries: "重试的请求",
    timers: "每种超时",
    starting: "正在启动……",
    looking: |worlds, depth, rounds| {
        zh(format!("已访问 {} 个全局状态，深 {depth} 步；随机执行共 {} 步。", count(worlds), count(rounds)))
    },
    shrinking: |tried, acts| zh(format!("已尝试 {} 次运行，剩余 {acts} 个操作。", count(tried))),
    found: |steps, broken| match steps {
        0 => zh(format!("所有节点一启动就违反：{broken}。")),
        _ => zh(format!("经过 {steps} 步违反：{broken}。")),
    },
    no_shorter: "没有更短的反例（落盘与引起它的事件合计为一步）。",
    comparing: "正在查找是否有更短的反例……",
    shorter: |steps| zh(format!("有一个更短的反例，只需 {steps} 步。")),
    show_shorter: "查看更短的反例",
    none_below: |steps| zh(format!("是否最短还不知道；已知没有少于 {steps} 步的反例。")),
    found_here: "它从你所在的时刻开始，是你的运行的一个分支。",
    found_at_witness: |rule, nodes, worlds| {
        zh(format!(
            "从你所在的时刻出发，限时内没有找到（搜索 {} 个全局状态后停止）。下面这个反例说明“{rule}”的用处，集群有 {nodes} 个节点。",
            count(worlds)
        ))
    },
    nothing: |worlds, depth, exhausted| {
        if exhausted {
            zh(format!("在此范围内没有发现违反：{} 个全局状态，深 {depth} 步，已穷尽。", count(worlds)))
        } else {
            zh(format!("目前没有发现违反：搜索 {} 个全局状态后停止，深 {depth} 步。", count(worlds)))
        }
    },
    rounds: |steps| zh(format!("另外的随机执行共 {} 步，没有违反任何承诺。", count(steps))),
    reduced: "不影响结论的部分已省略。",
    odds: |odds| zh(format!("两个全局状态被误认为同一个的概率：10¹⁸ 分之 {}。", count(odds))),
    no_search_shows: |rules, promises| {
        zh(format!(
            "没有搜索能看出“{rules}”的用处：缺少它会违反 {promises}，这要靠统计或大量运行才能看到。“检查”卡片会给出目前的结果。"
        ))
    },
    broken_already: "此刻它已经被违反。请回到被违反之前，再试一次。",
    shrunk: |before, after, tried| {
        let tried = count(tried);
        if after < before {
            zh(format!("{before} 个操作中剩下 {after} 个，仍然会违反承诺；它们缺一不可（尝试了 {tried} 次运行）。"))
        } else {
            zh(format!("{after} 个操作缺一不可（尝试了 {tried} 次运行）；间隔已尽量缩短。"))
        }
    },
    stopped: "已停止。到此为止没有找到。",
    no_worker: "探索器需要后台线程，而此浏览器或此内嵌框架不允许。请在单独的标签页中打开本页。",
    worker_failed: "探索器自行停止了，很可能是内存不足。请减少允许发生的事，再试一次。",
    title: |promise, rule| match rule {
        Some(rule) => zh(format!("被违反：{promise}（已关闭“{rule}”）")),
        None => zh(format!("被违反：{promise}")),
    },
};
