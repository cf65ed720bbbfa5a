//! The Chinese as it is read: every line of every run of the gallery, every name and meaning that a protocol declares, every text of
//! a scenario and every literal of the words keeps the rules of typesetting and the one word that was chosen for each thing.

use faultlab_core::{NodeId, Time};
use faultlab_registry::{Lab, Played, protocol, protocols};
use faultlab_tests::{gallery, root};
use faultlab_words::Lang;
use std::fs;
use std::path::{Path, PathBuf};

const MARKS: &str = "，。：；？！、";

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

fn is_latin(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
}

fn is_wide(letter: char) -> bool {
    MARKS.contains(letter) || "（）“”".contains(letter)
}

/// Whether two neighbours are as described.
fn pair(text: &str, wrong: impl Fn(char, char) -> bool) -> bool {
    text.chars().zip(text.chars().skip(1)).any(|(a, b)| wrong(a, b))
}

/// Whether a run of spaces stands between two letters as described.
fn spaces(text: &str, wrong: impl Fn(char, char) -> bool) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let around = |at: usize| {
        let before = letters[..at].iter().rev().find(|letter| **letter != ' ');
        let after = letters[at..].iter().find(|letter| **letter != ' ');
        before.zip(after).is_some_and(|(before, after)| wrong(*before, *after))
    };
    (0..letters.len()).any(|at| letters[at] == ' ' && around(at))
}

/// Two colons with no other stop and no quotation between them.
fn has_two_colons(text: &str) -> bool {
    text.split(['。', '；', '，', '“', '”', '（', '）', '\n']).any(|clause| clause.matches('：').count() > 1)
}

/// An ellipsis of one sign, except between two ends: `1 … 9`.
fn has_short_ellipsis(text: &str) -> bool {
    let plain = text.replace("……", "").replace(" … ", "").replace("S2 …", "").replace("B …", "");
    plain.contains('…')
}

/// The labels of a figure, `(a)` to `(g)`, are those of the paper.
fn without_labels(text: &str) -> String {
    ('a'..='g').fold(text.to_owned(), |text, label| text.replace(&format!("({label})"), ""))
}

/// A rule: its name and what breaks it.
type Breach = (&'static str, fn(&str) -> bool);

const TYPESETTING: [Breach; 11] = [
    ("a space between Chinese letters", |text| spaces(text, |a, b| is_han(a) && is_han(b))),
    ("no space between Chinese and Latin", |text| {
        pair(text, |a, b| is_han(a) && is_latin(b) || (is_latin(a) || a == '%') && is_han(b))
    }),
    ("two marks in a row", |text| pair(text, |a, b| MARKS.contains(a) && MARKS.contains(b))),
    ("two colons in a clause", has_two_colons),
    ("an ASCII mark beside Chinese", |text| {
        let text = without_labels(text);
        pair(&text.replace(' ', ""), |a, b| is_han(a) && ",;:!?()".contains(b) || ",;:!?()".contains(a) && is_han(b))
    }),
    ("a space at a full-width mark", |text| pair(text, |a, b| a == ' ' && is_wide(b) || is_wide(a) && b == ' ')),
    ("a space before a per cent sign", |text| text.contains(" %")),
    ("an ellipsis of one sign", has_short_ellipsis),
    ("an ASCII quotation mark", |text| text.contains(['"', '\''])),
    ("a quotation mark without its other", |text| text.matches('“').count() != text.matches('”').count()),
    ("a word that was replaced", |text| OUT.iter().any(|word| text.replace("已宕机", "").contains(word))),
];

/// What is called otherwise: 跟随者, 候选人, 法定人数, 操作员, 管理节点, 已宕机, 崩溃, 暂停, 扣留, 隔离, 切断, 时钟漂移, 违反, 线性一致,
/// 随机执行, 全局状态, 提前停止, 关键事件, 参数, 承诺, 投票, 更大的任期, 已准备, 回应, 你; and 块磁盘, 台服务器, 家银行, 把锁, 条消息.
const OUT: [&str; 47] = [
    "追随",
    "候选者",
    "法定数",
    "管理员",
    "管理者",
    "停机",
    "宕机",
    "死了",
    "死去",
    "死在",
    "停顿",
    "扣住",
    "隔开",
    "断链",
    "断网",
    "时钟偏移",
    "时钟偏差",
    "打破",
    "破坏",
    "可线性化",
    "不线性",
    "随机过程",
    "世界",
    "截止",
    "要紧",
    "旋钮",
    "性质",
    "选票",
    "更新任期",
    "更新的任期",
    "准备好",
    "回音",
    "音讯",
    "您",
    "个磁盘",
    "个服务器",
    "个银行",
    "个锁",
    "个消息",
    "个记录",
    "个链路",
    "租约甲",
    "租约乙",
    "回答",
    "赶进度者",
    "缩小后",
    "重新启动",
];

/// Reads a text by all rules.
fn read(place: &str, text: &str, wrong: &mut Vec<String>) {
    if !text.chars().any(is_han) {
        return;
    }
    for (rule, _) in TYPESETTING.iter().filter(|(_, breaks)| breaks(text)) {
        wrong.push(format!("{place}: {rule}: {text}"));
    }
}

fn none(mut wrong: Vec<String>) {
    wrong.sort();
    wrong.dedup();
    let shown = wrong.iter().take(60).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} places:\n{shown}", wrong.len());
}

/// Whether the two parts of a sentence meet in one mark.
fn is_joined(head: &str, rest: &str) -> bool {
    !head.ends_with(['，', '。', '：', '；'])
        && (rest.is_empty() || rest.starts_with(['，', '。', '：', '；', '？', '！', '（']))
}

/// Reads what is shown of a run at a moment beside its story.
fn read_moment(name: &str, lab: &dyn Lab, wrong: &mut Vec<String>) {
    let moment = lab.moment(Lang::Zh);
    let mut texts: Vec<String> = moment.packets.into_iter().map(|packet| packet.label).collect();
    for node in moment.nodes {
        texts.push(node.name);
        texts.extend(node.timers.into_iter().map(|timer| timer.name));
        for area in node.areas {
            texts.push(area.name);
            texts.extend(area.synced.into_iter().chain(area.unsynced).chain(area.lost).map(|record| record.text));
        }
    }
    texts.extend(moment.clients.into_iter().filter_map(|client| Some(client.waiting?.0)));
    for check in lab.checks(Lang::Zh) {
        texts.extend([check.name, check.meaning, check.heading].map(str::to_owned));
        texts.extend(check.facts);
    }
    for node in NodeId::all(lab.scenario_so_far().nodes) {
        texts.extend(lab.inspect(node, Lang::Zh).into_iter().flat_map(|field| [field.name, field.value]));
        texts.extend(lab.requests_on(node, Lang::Zh).into_iter().map(|request| request.verb));
    }
    texts.extend(lab.branches(Lang::Zh).into_iter().map(|branch| branch.name));
    // What stands side by side is read part by part.
    for text in texts.iter().flat_map(|text| text.split(" · ")) {
        read(name, text, wrong);
    }
}

#[test]
fn the_rules_notice_what_they_are_for() {
    let wrong = [
        "让 协调者 崩溃",
        "客户端 1发出请求",
        "能提交吗？。",
        "它说：k1：没有",
        "领导者, 任期",
        "好。 坏",
        "20 %的键",
        "正在查找…",
        "规则\"甲\"",
        "“引",
        "你把旋钮",
    ];
    for (text, (rule, breaks)) in wrong.into_iter().zip(TYPESETTING) {
        assert!(breaks(text), "{rule}: {text}");
        assert!(is_joined("S1 启动", "。") && !is_joined("S1 启动。", "") && !is_joined("S1", "启动"));
        assert!(!breaks("客户端 1 向 S2 发送：“k7”，漂移 20%。从 S1 到……（见图 8 (c)）"), "{rule}");
    }
}

#[test]
fn every_line_of_every_run_reads_as_chinese() {
    let mut wrong = Vec::new();
    let mut lines = 0;
    for (name, scenario) in gallery() {
        let row = protocol(&scenario.protocol).expect("a listed protocol");
        let mut lab = row.open(&scenario).unwrap_or_else(|error| panic!("{name}: {error}"));
        while lab.play(Time(8_000_000), 20_000) == Played::Broken {}
        for line in lab.story(0, lab.position(), Lang::Zh) {
            let (head, rest) = (line.sentence.head.as_str(), line.sentence.rest.as_str());
            read(&name, &format!("{head}{rest}"), &mut wrong);
            if !is_joined(head, rest) {
                wrong.push(format!("{name}: not one mark between {head} and {rest}"));
            }
            lines += 1;
        }
        read_moment(&name, &*lab, &mut wrong);
    }
    let least = if std::env::var_os("FAULTLAB_PROTOCOL").is_some() { 0 } else { 10_000 };
    assert!(lines > least, "the runs are long enough to say much: {lines}");
    none(wrong);
}

#[test]
fn every_name_and_meaning_reads_as_chinese() {
    let mut wrong = Vec::new();
    for row in protocols() {
        let about = &row.about;
        let fields = about.fields.iter().map(|field| (field.slug, field.name(Lang::Zh), field.meaning(Lang::Zh)));
        let invariants = about.invariants.iter().map(|row| (row.slug, row.name(Lang::Zh), row.meaning(Lang::Zh)));
        let rules = about.rules.iter().map(|rule| (rule.slug, rule.name(Lang::Zh), rule.without(Lang::Zh)));
        for (slug, name, meaning) in fields.chain(invariants).chain(rules.clone()) {
            read(slug, name, &mut wrong);
            read(slug, meaning, &mut wrong);
            // The name of a rule is an imperative of one or two clauses, and stands in quotation marks.
            let marks: &[char] = if rules.clone().any(|rule| rule.0 == slug) {
                &['。', '：', '；']
            } else {
                &['，', '。', '：', '；']
            };
            if name.contains(marks) {
                wrong.push(format!("{slug}: a mark in a name: {name}"));
            }
        }
        for text in [about.title(Lang::Zh), about.summary(Lang::Zh)] {
            read(about.slug, text, &mut wrong);
        }
    }
    none(wrong);
}

#[test]
fn every_text_of_a_scenario_reads_as_chinese() {
    let mut wrong = Vec::new();
    for (name, scenario) in gallery() {
        for text in scenario.captions.iter().map(|caption| &caption.text).chain([&scenario.title, &scenario.about]) {
            read(&name, &text.zh, &mut wrong);
        }
    }
    none(wrong);
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() { files(&path, all) } else { all.push(path) }
    }
}

/// A literal without its placeholders, which stand for something in either script.
fn plain(literal: &str) -> String {
    let mut depth = 0;
    let mut out = String::new();
    for letter in literal.replace("\\n", "\n").chars() {
        match letter {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    out.push('\u{fffc}');
                }
            }
            _ if depth == 0 => out.push(letter),
            _ => {}
        }
    }
    out
}

#[test]
fn every_literal_of_the_words_keeps_the_words_that_were_chosen() {
    let mut wrong = Vec::new();
    let mut all = Vec::new();
    files(&root().join("crates/words/src"), &mut all);
    files(&root().join("crates/words/catalogues"), &mut all);
    for path in all {
        let text = fs::read_to_string(&path).expect("a text");
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let place = path.display().to_string();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for literal in code.flat_map(|line| line.split('"').skip(1).step_by(2)).filter(|text| text.chars().any(is_han))
        {
            read(&place, &plain(literal), &mut wrong);
        }
    }
    none(wrong);
}

/// A placeholder beside a Chinese letter may be filled with letters of either script, so such a text goes through the outlet that puts
/// the spaces right: `zh(…)` in the tables of Rust, and always in a catalogue.
#[test]
fn placeholders_that_touch_chinese_are_filled_before_the_outlet() {
    let mut wrong = Vec::new();
    let mut all = Vec::new();
    files(&root().join("crates/words/src"), &mut all);
    let mut filled = 0;
    for path in all {
        let text = fs::read_to_string(&path).expect("a text");
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (at, literal) in text.split('"').enumerate().filter(|(at, _)| at % 2 == 1) {
            let touches = pair(literal, |a, b| is_han(a) && b == '{' || a == '}' && is_han(b));
            let before: String = text.split('"').take(at).collect();
            let call = before.rsplit(';').next().unwrap_or_default();
            if !touches {
                continue;
            }
            filled += 1;
            if !call.trim_end().ends_with("zh(format!(") {
                wrong.push(format!("{}: {literal}", path.display()));
            }
        }
    }
    assert!(filled > 0, "there are such texts");
    none(wrong);
}
