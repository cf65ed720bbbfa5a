//! Words of the judgement of a history.

use crate::Lang;
use crate::say::zh;
use alloc::format;
use alloc::string::{String, ToString};
use faultlab_core::{Access, Accessed, Datum, Expected, Place, Reply, ScenarioError};

/// What people read of a judged history.
pub struct LinearWords {
    /// Model, operations, keys, and what a register holds at first, if that is known.
    pub about: fn(&str, usize, usize, Option<&Datum>) -> String,
    pub linearizable: &'static str,
    /// An order follows.
    pub order: &'static str,
    /// So many operations; their order is not printed.
    pub long_order: fn(usize) -> String,
    /// The key, unless there is but one register.
    pub not_linearizable: fn(&Datum) -> String,
    pub contradict: &'static str,
    pub explain: &'static str,
    pub perhaps_smaller: &'static str,
    /// So many operations contradict one another; they are not printed.
    pub long_part: fn(usize) -> String,
    /// The operations tried, and the memory allowed in mebibytes.
    pub cut_off: fn(u64, usize) -> String,
    pub process: fn(&str) -> String,
    /// What was called and what came of it.
    pub operation: fn(&Accessed) -> String,
    /// From a moment to a moment, or for ever.
    pub interval: fn(&str, Option<&str>) -> String,
    /// A moment without a time: its number among all calls and ends.
    pub event: fn(u32) -> String,
}

pub fn words(lang: Lang) -> &'static LinearWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

mod history {
    use crate::scenario::Teller;

    include!(concat!(env!("OUT_DIR"), "/history.rs"));

    pub(super) fn words(lang: crate::Lang, slug: &str) -> Option<&'static str> {
        match lang {
            crate::Lang::En => en::expected(slug),
            crate::Lang::Zh => zh::expected(slug),
        }
    }
}

/// What is wrong with a text that is no history: the line and the column, what stands there, and what was expected.
pub fn misfit(lang: Lang, (line, column): (u32, u32), found: &str, expected: &Expected) -> String {
    let place = Place { line, column, ..Place::default() };
    let error = ScenarioError { place, found: found.into(), expected: expected.clone() };
    crate::scenario::misfit(lang, &error, &history::words)
}

/// What was called, in the words of the formats.
fn called(access: &Access) -> String {
    match access {
        Access::Read => "read".to_string(),
        Access::Write(value) => format!("write {value}"),
        Access::Cas { old, new } => format!("cas {old} {new}"),
        Access::Append(text) => format!("append {}", Datum::Text(text.clone())),
        Access::Add { amount, .. } => format!("add {amount}"),
    }
}

fn plural(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

const EN: LinearWords = LinearWords {
    about: |model, operations, keys, initial| {
        let initial = initial.map_or("initial value unknown".into(), |initial| format!("initial value {initial}"));
        format!("{model}: {} on {}, {initial}", plural(operations, "operation"), plural(keys, "key"))
    },
    linearizable: "Linearizable.",
    order: "Each of these could have taken effect at once, in this order:",
    long_order: |operations| format!("An order of {operations} operations was found; --json prints it."),
    not_linearizable: |key| match key {
        Datum::Nil => "Not linearizable.".into(),
        key => format!("Not linearizable: key {key}."),
    },
    contradict: "These contradict one another, whatever came of all others:",
    explain: "These explain what they saw; whether they took effect does not matter:",
    perhaps_smaller: "This is not known to be the smallest part: the search for a smaller one was cut off.",
    long_part: |operations| {
        format!("{operations} operations contradict one another, whatever came of all others; --json prints them.")
    },
    cut_off: |steps, memory| {
        format!("cut off after {steps} steps in {memory} MiB at most: neither an order nor a contradiction is known")
    },
    process: |process| format!("process {process}"),
    operation: |accessed| {
        let called = called(&accessed.access);
        match (&accessed.access, &accessed.reply) {
            (_, None) => format!("{called}: outcome unknown"),
            (_, Some(Reply::Done)) => called,
            (Access::Read, Some(Reply::Holds(value))) => format!("{called}: {value}"),
            (_, Some(Reply::Holds(value))) => format!("{called}: then {value}"),
            (_, Some(Reply::Unchanged(None))) => format!("{called}: not equal"),
            (_, Some(Reply::Unchanged(Some(value)))) => format!("{called}: not equal, {value}"),
        }
    },
    interval: |from, to| to.map_or_else(|| format!("{from} …"), |to| format!("{from} … {to}")),
    event: |place| format!("event {place}"),
};

const ZH: LinearWords = LinearWords {
    about: |model, operations, keys, initial| {
        let initial = initial.map_or("初值未知".into(), |initial| zh(format!("初值 {initial}")));
        zh(format!("{model}：{keys} 个键上的 {operations} 个操作，{initial}"))
    },
    linearizable: "满足线性一致性。",
    order: "每个操作都可以在一瞬间生效，次序如下：",
    long_order: |operations| zh(format!("已找到 {operations} 个操作的次序；用 --json 打印。")),
    not_linearizable: |key| match key {
        Datum::Nil => "不满足线性一致性。".into(),
        key => zh(format!("不满足线性一致性：键 {key}。")),
    },
    contradict: "无论其他操作结果如何，以下操作彼此矛盾：",
    explain: "以下操作说明它们读到的值从何而来；这些操作是否生效并不影响结论：",
    perhaps_smaller: "不能确定这是最小的矛盾部分：对更小部分的搜索已提前停止。",
    long_part: |operations| zh(format!("无论其他操作结果如何，有 {operations} 个操作彼此矛盾；用 --json 打印。")),
    cut_off: |steps, memory| {
        zh(format!("搜索 {steps} 步（内存上限 {memory} MiB）后提前停止：既未找到次序，也未找到矛盾"))
    },
    process: |process| zh(format!("进程 {process}")),
    operation: |accessed| {
        let called = called(&accessed.access);
        match (&accessed.access, &accessed.reply) {
            (_, None) => zh(format!("{called}：结果未知")),
            (_, Some(Reply::Done)) => called,
            (Access::Read, Some(Reply::Holds(value))) => format!("{called}：{value}"),
            (_, Some(Reply::Holds(value))) => zh(format!("{called}：之后为 {value}")),
            (_, Some(Reply::Unchanged(None))) => zh(format!("{called}：不相等")),
            (_, Some(Reply::Unchanged(Some(value)))) => zh(format!("{called}：不相等，为 {value}")),
        }
    },
    interval: |from, to| to.map_or_else(|| format!("{from} …"), |to| format!("{from} … {to}")),
    event: |place| zh(format!("事件 {place}")),
};
