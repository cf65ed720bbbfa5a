//! What is wrong with a scenario, in words: the place, what was found there, and what was expected.
//!
//! The readers of scenarios say in English what they expected, and some of it comes from the parsers below them. So the phrases
//! themselves are the keys of the translation; what has none is quoted as it is. A test takes every phrase of the readers through it.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::Lang;
use crate::say::zh;

/// A place in a scenario with something that does not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Misfit<'a> {
    /// The field, such as `schedule[3]`; empty if unknown.
    pub path: &'a str,
    /// Counted from one; zero if unknown.
    pub line: u32,
    pub column: u32,
    /// Empty at the end of the text.
    pub found: &'a str,
    pub expected: &'a str,
}

/// The sentence for people.
pub fn misfit(lang: Lang, wrong: &Misfit<'_>) -> String {
    match lang {
        Lang::En => misfit_en(wrong),
        Lang::Zh => misfit_zh(wrong),
    }
}

/// The sentence in English.
pub(crate) fn misfit_en(wrong: &Misfit<'_>) -> String {
    let Misfit { path, line, column, found, expected } = *wrong;
    let place = place(path, &[(line, format!("line {line}")), (column, format!("column {column}"))]);
    let place = if place.is_empty() { String::new() } else { format!("{}: ", place.join(", ")) };
    let found = if found.is_empty() { "nothing".to_string() } else { format!("“{found}”") };
    format!("{place}expected {expected}, found {found}.")
}

/// The sentence in Simplified Chinese.
pub(crate) fn misfit_zh(wrong: &Misfit<'_>) -> String {
    let Misfit { path, line, column, found, expected } = *wrong;
    let place = place(path, &[(line, format!("第 {line} 行")), (column, format!("第 {column} 列"))]);
    let place = if place.is_empty() { String::new() } else { format!("{}：", place.join("，")) };
    let found = match FOUND.iter().find_map(|(en, zh)| fill(en, zh, found)) {
        _ if found.is_empty() => "什么也没有".to_string(),
        Some(told) => format!("是{told}"),
        None => format!("是“{found}”"),
    };
    zh(format!("{place}应为 {}，却{found}。", chinese(expected)))
}

/// Where it is: the field, and the line and column if they are known.
fn place(path: &str, numbers: &[(u32, String)]) -> Vec<String> {
    let known = numbers.iter().filter(|(number, _)| *number > 0).map(|(_, text)| text.clone());
    let path = (!path.is_empty()).then(|| path.to_string());
    path.into_iter().chain(known).collect()
}

fn chinese(expected: &str) -> String {
    if let Some(told) = PHRASES.iter().find_map(|(en, zh)| fill(en, zh, expected)) {
        return told;
    }
    if let Some((kind, near)) = expected.split_once("; perhaps ") {
        return format!("{}；也许是 {near}", chinese(kind));
    }
    if let Some(kind) = expected.strip_suffix(", but there is none") {
        return format!("{}，但一个也没有", chinese(kind));
    }
    if let Some((kind, slug)) = expected.split_once(" by its slug, ") {
        return format!("{}（标识为 {slug}）", chinese(kind));
    }
    if let Some((kind, names)) = expected.split_once(": ") {
        return format!("{}：{names}", chinese(kind));
    }
    format!("“{expected}”")
}

/// Puts what stands in the gaps of the one pattern into the gaps of the other. None if the text does not match.
fn fill(pattern: &str, told: &str, text: &str) -> Option<String> {
    let mut parts = pattern.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut gaps = Vec::new();
    for part in parts {
        // The last part ends the text; the others end at their first occurrence.
        let at = if part.is_empty() { rest.len() } else { rest.find(part)? };
        gaps.push(&rest[..at]);
        rest = &rest[at + part.len()..];
    }
    if !rest.is_empty() {
        return None;
    }
    let mut gaps = gaps.into_iter();
    let mut out = String::new();
    for (place, part) in told.split("{}").enumerate() {
        if place > 0 {
            out.push_str(gaps.next()?);
        }
        out.push_str(part);
    }
    Some(out)
}

/// What the parsers say they found; anything else is the scenario's own text.
const FOUND: &[(&str, &str)] = &[
    ("unknown field `{}`", "未知的字段“{}”"),
    ("unknown variant `{}`", "未知的词“{}”"),
    ("duplicate field `{}`", "重复的字段“{}”"),
    ("the number {}", "数字 {}"),
    ("floating point `{}`", "小数“{}”"),
    ("boolean `{}`", "“{}”"),
    ("the text \"{}\"", "文字“{}”"),
    ("invalid value: {}", "无效的值：{}"),
    ("invalid length {}", "{} 项"),
    ("a table", "表"),
    ("a list", "列表"),
    ("nothing", "空值"),
    ("the end of the text", "文本的结尾"),
    ("something else", "别的"),
    ("{} bytes", "{} 字节"),
];

/// What the readers expect, with gaps for what depends on the scenario. The more special before the more general.
const PHRASES: &[(&str, &str)] = &[
    ("a time such as 12ms", "时间，如 12ms"),
    ("one single act in an exact step", "精确步骤中的单个动作"),
    ("the end", "结尾"),
    ("at", "at"),
    ("next", "next"),
    ("a time up to an hour, such as 1.2s or 1.2s+3", "一小时以内的时间，如 1.2s 或 1.2s+3"),
    ("the end of the act or ·", "动作的结尾或 ·"),
    ("at most {} acts in a line", "一行至多 {} 个动作"),
    ("at most {} acts in a scenario", "一个场景至多 {} 个动作"),
    ("at most {} bytes", "至多 {} 字节"),
    ("at most {} invariants", "至多 {} 条承诺"),
    ("an invariant that a step can break", "某一步就能违反的承诺"),
    ("a tick, since all that is asked for rests on time", "tick（时间单位），因为所问的一切都取决于时间"),
    (
        "faults that the protocol tolerates: under others it promises nothing, so nothing would be judged",
        "协议能容忍的故障：在其他故障下它不作任何保证，也就没有可判断的",
    ),
    ("the number of a choice", "选项的编号"),
    ("an act", "动作"),
    ("a packet such as n1->n2#7", "消息，如 n1->n2#7"),
    ("per cent of the usual time, from 1% to 100000%", "平常耗时的百分比，从 1% 到 100000%"),
    (
        "how much faster the clock runs, from -90% to 900%, such as 20%, -5% or 150ppm",
        "时钟快多少，从 -90% 到 900%，如 20%、-5% 或 150ppm",
    ),
    ("the position of a record", "记录的位置"),
    ("a node from n1 to n{}", "n1 到 n{} 之间的节点"),
    ("a client from c0 to c{}", "c0 到 c{} 之间的客户端"),
    ("a cut link, but no link is cut", "被切断的链路，但没有链路被切断"),
    (
        "a link such as n1->n2, groups such as n1 | n2 n3, all, or a node with a cut link",
        "链路（如 n1->n2）、分组（如 n1 | n2 n3）、all，或有链路被切断的节点",
    ),
    ("a link such as n1->n2, between n1 and n{}", "n1 与 n{} 之间的链路，如 n1->n2"),
    ("a node before |", "| 之前的节点"),
    ("| or a node from n1 to n{} that is in no group yet", "| 或 n1 到 n{} 之间尚未分组的节点"),
    ("two groups or more, such as n1 n2 | n3 n4 n5", "至少两个分组，如 n1 n2 | n3 n4 n5"),
    ("a disk area", "磁盘区域"),
    ("all, or an area with a number such as log:2 of", "all，或带数量的区域（如 log:2）"),
    ("a span up to an hour, such as {}", "一小时以内的时长，如 {}"),
    ("a span of at least 1ms, such as 500ms", "至少 1ms 的时长，如 500ms"),
    ("a dial", "参数"),
    ("a share from 0% to 100%, such as 2.5%", "0% 到 100% 的比例，如 2.5%"),
    ("a range of times up to an hour, such as 10ms..30ms", "一小时以内的时间范围，如 10ms..30ms"),
    ("a number of clients from 0 to 100", "0 到 100 之间的客户端数"),
    ("a number of keys from 1 to 1000000", "1 到 1000000 之间的键数"),
    ("a number of nodes from 1 to {}", "1 到 {} 之间的节点数"),
    ("a number that may change while it runs", "运行中可更改的参数"),
    ("a number of the configuration", "配置项"),
    ("a number from {} to {}", "{} 到 {} 之间的数"),
    ("a rule", "规则"),
    ("a protocol", "协议"),
    ("an invariant", "承诺"),
    ("a condition", "条件"),
    ("an event", "事件"),
    ("the end of the condition or ·", "条件的结尾或 ·"),
    ("on or off", "on 或 off"),
    ("the format {}; a newer Faultlab may know this one", "格式 {}；更新的 Faultlab 也许认识它"),
    ("the format {}", "格式 {}"),
    ("the protocol {}", "协议 {}"),
    ("a seed up to {}", "不超过 {} 的种子"),
    ("an invariant of the kind Sometimes", "“必须能达到”一类的承诺"),
    ("an invariant that can break", "可能被违反的承诺"),
    ("a time not before {}, which the line before it has", "不早于上一行的时间 {}"),
    ("the field {}", "字段 {}"),
    ("the rest of {}", "{} 的其余部分"),
    ("a scenario", "场景"),
    ("a whole number, true or false, or a word such as {}", "整数、true 或 false，或词，如 {}"),
    ("numbers below 2^63", "小于 2^63 的数"),
    ("a node such as n3", "节点，如 n3"),
    ("a client such as c1", "客户端，如 c1"),
    ("an account: a letter from a to z", "账户：a 到 z 的一个字母"),
    ("an amount from 1 to 65535", "1 到 65535 之间的金额"),
    ("an amount", "数额"),
    ("a transaction such as T3 or T1.3", "事务，如 T3 或 T1.3"),
    ("a key such as {}", "键，如 {}"),
    ("a value such as 7", "值，如 7"),
    ("a value", "值"),
    ("the old value", "旧值"),
    ("the new value", "新值"),
    ("{}: one of {}", "{}：{} 之一"),
    ("{}: on or off", "{}：on 或 off"),
    ("{} from {} to {}", "{}，{} 到 {}"),
    // Lists of words, which stand for themselves.
    ("{}, {} or {}", "{}, {} 或 {}"),
    // What the parsers below the readers expect.
    ("a text", "文字"),
    ("true or false", "true 或 false"),
    ("a list", "列表"),
    ("a table", "表"),
    ("a whole number from {} to {}", "{} 到 {} 之间的整数"),
    ("a whole number, not negative", "非负整数"),
    ("a word", "词"),
    ("one of {}", "{} 之一"),
    ("`{}` or `{}`", "{} 或 {}"),
    ("`{}`", "{}"),
    ("at most {}", "至多 {}"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn zh(expected: &str) -> String {
        misfit(Lang::Zh, &Misfit { path: "schedule[0]", line: 0, column: 9, found: "n9", expected })
    }

    #[test]
    fn the_place_and_the_cause_are_told() {
        let wrong = Misfit { path: "schedule[0]", line: 2, column: 9, found: "n9", expected: "a node from n1 to n5" };
        assert_eq!(
            misfit(Lang::En, &wrong),
            "schedule[0], line 2, column 9: expected a node from n1 to n5, found “n9”."
        );
        assert_eq!(misfit(Lang::Zh, &wrong), "schedule[0]，第 2 行，第 9 列：应为 n1 到 n5 之间的节点，却是“n9”。");
        let nowhere = Misfit { path: "", line: 0, column: 0, found: "", expected: "the end" };
        assert_eq!(misfit(Lang::En, &nowhere), "expected the end, found nothing.");
    }

    #[test]
    fn lists_and_near_misses_keep_their_names() {
        assert_eq!(zh("an act: crash, cut, …"), "schedule[0]，第 9 列：应为动作：crash, cut, …，却是“n9”。");
        assert!(zh("a rule by its slug, persist_vote").contains("规则（标识为 persist_vote）"));
        assert!(zh("a rule; perhaps persist_vote").contains("规则；也许是 persist_vote"));
        assert!(zh("a rule, but there is none").contains("规则，但一个也没有"));
        assert!(zh("election_min from 1ms to 1s").contains("election_min，1ms 到 1s"));
        assert!(zh("put, get, join or leave").contains("put, get, join 或 leave"));
        assert!(zh("something unheard of").contains("“something unheard of”"));
    }
}
