//! Words of what an act would bring: one line, in clauses.

use alloc::format;
use alloc::string::String;

use crate::Lang;
use crate::say::zh;

/// What is said of a future that is not yet chosen. Spans come as text.
#[derive(Debug)]
pub struct WhatIfWords {
    /// While nothing is asked about.
    pub hint: &'static str,
    pub looking: &'static str,
    /// Between the act and what comes of it.
    pub colon: &'static str,
    /// Between clauses.
    pub and: &'static str,
    pub stop: &'static str,
    /// The act does not fit any more.
    pub unfit: &'static str,
    /// Within how long.
    pub nothing: fn(&str) -> String,
    /// After how long, and what happens then.
    pub comes: fn(&str, &str) -> String,
    /// What happens only if it is not done.
    pub fails_to_come: fn(&str) -> String,
    /// A role, and after how long nobody has it.
    pub nobody: fn(&str, &str) -> String,
    /// How many answers clients get, and how many otherwise.
    pub answers: fn(usize, usize) -> String,
    /// The longest time a client waits, and otherwise.
    pub waits: fn(&str, &str) -> String,
    pub beyond: &'static str,
    /// Under a node: what it is then, and after how long.
    pub title_after: fn(&str, &str) -> String,
}

pub fn what_if_words(lang: Lang) -> &'static WhatIfWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

static EN: WhatIfWords = WhatIfWords {
    hint: "Point at a verb, or hold it, to see what it would bring.",
    looking: "looking ahead…",
    colon: ": ",
    and: "; ",
    stop: ".",
    unfit: "this can no longer be done.",
    nothing: |span| format!("in the next {span} nothing that one would notice."),
    comes: |after, what| {
        // Sentences of protocols begin with names, or with an article.
        let what = what.strip_prefix("The ").map_or_else(|| what.into(), |rest| format!("the {rest}"));
        if after.is_empty() { format!("at once {what}") } else { format!("after {after} {what}") }
    },
    fails_to_come: |what| format!("no longer “{what}”"),
    nobody: |role, after| format!("after {after} there is no {role}"),
    answers: |with, without| {
        format!("clients get {with} {} instead of {without}", if with == 1 { "answer" } else { "answers" })
    },
    waits: |with, without| format!("a client waits up to {with} instead of {without}"),
    beyond: "this is more than the protocol promises to survive",
    title_after: |title, after| if title.is_empty() { after.into() } else { format!("{title} · {after}") },
};

static ZH: WhatIfWords = WhatIfWords {
    hint: "指向或按住一个操作，预览它的后果。",
    looking: "正在推演……",
    colon: "：",
    and: "；",
    stop: "。",
    unfit: "现在已无法执行。",
    nothing: |span| zh(format!("接下来 {span} 内看不出任何影响。")),
    comes: |after, what| {
        if after.is_empty() { zh(format!("马上，{what}")) } else { zh(format!("{after} 后，{what}")) }
    },
    fails_to_come: |what| zh(format!("“{what}”不会再发生")),
    nobody: |role, after| zh(format!("{after} 后仍没有{role}")),
    answers: |with, without| zh(format!("客户端只得到 {with} 个答复（不这样做则是 {without} 个）")),
    waits: |with, without| zh(format!("客户端最久要等 {with}（不这样做则是 {without}）")),
    beyond: "这超出了协议所承诺的容错范围",
    title_after: |title, after| if title.is_empty() { after.into() } else { format!("{title} · {after}") },
};
