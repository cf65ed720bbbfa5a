//! Words of the command line's reports.

use crate::Lang;
use crate::say::zh;
use alloc::format;
use alloc::string::String;
use faultlab_core::Excess;

/// What `faultlab run` says of a run.
pub struct ProgramWords {
    /// Protocol, nodes, seed.
    pub subtitle: fn(&str, u8, u64) -> String,
    /// Steps and the hash of all facts.
    pub end: fn(usize, &str) -> String,
    /// Messages sent, delivered, lost, their bytes, and syncs of disks.
    pub traffic: fn(u64, u64, u64, u64, u64) -> String,
    /// Requests asked, done, refused, retried.
    pub requests: fn(u64, u64, u64, u64) -> String,
    /// The share of the time without outage in millionths, and the number of outages.
    pub availability: fn(u64, u64) -> String,
    /// What the protocol does not promise to survive.
    pub beyond: fn(&str) -> String,
    /// The excess, and the slug of the fault or of the configuration's number.
    pub excess: fn(Excess, &str) -> String,
    /// The behaviour numbers of a link and of this program.
    pub another_run: fn(u32, u32) -> String,
    /// A line of the scenario that changed nothing, and why.
    pub without_effect: fn(&str, &str) -> String,
    /// A line of the scenario that comes after the end of the run, and the end.
    pub act_not_reached: fn(&str, &str) -> String,
    pub broke: fn(&str) -> String,
    pub held: fn(&str) -> String,
    pub not_reached: fn(&str) -> String,
    pub as_expected: &'static str,
    pub not_as_expected: &'static str,
    pub holds: &'static str,
    pub broken: &'static str,
    pub reached: &'static str,
    pub not_yet: &'static str,
    /// A measure and its bound, in millionths.
    pub measured: fn(u64, u64) -> String,
    /// What to do about a command line that cannot be understood.
    pub see_help: &'static str,
    pub cannot_write: fn(&str) -> String,
    /// The seed that was asked for as a random one.
    pub drawn_seed: fn(u64) -> String,
    /// Why a promise with a deadline is not judged: how long messages may take, and what progress needs.
    pub not_judged: fn(&str, &str) -> String,
}

pub fn words(lang: Lang) -> &'static ProgramWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

/// Millionths as a number with three decimals.
fn thousandths(ppm: u64) -> String {
    format!("{}.{:03}", ppm / 1_000_000, ppm % 1_000_000 / 1_000)
}

/// Millionths as per cent with two decimals, cut off: what is not whole must not look whole.
fn percent(ppm: u64) -> String {
    format!("{}.{:02}", ppm / 10_000, ppm % 10_000 / 100)
}

const EN: ProgramWords = ProgramWords {
    subtitle: |protocol, nodes, seed| {
        format!("{protocol}, {nodes} {}, seed {seed}", if nodes == 1 { "node" } else { "nodes" })
    },
    end: |steps, trace| format!("end of the run: {steps} steps, trace {trace}"),
    traffic: |sent, delivered, lost, bytes, syncs| {
        format!("messages: {sent} sent, {delivered} delivered, {lost} lost; {bytes} bytes; {syncs} disk syncs")
    },
    requests: |asked, done, refused, retries| {
        format!("requests: {asked} asked, {done} done, {refused} refused, {retries} retries")
    },
    availability: |ppm, outages| format!("available: {} % of the time; outages: {outages}", percent(ppm)),
    beyond: |fault| format!("Outside what the protocol promises to survive: {fault}."),
    another_run: |recorded, now| {
        if recorded == now {
            format!("This is another run than the one the link was made of, though the behaviour is still {now}.")
        } else {
            format!("This is another run than the one the link was made of: behaviour {recorded} then, {now} now.")
        }
    },
    without_effect: |line, why| format!("Without effect: {line} ({})", why.trim_end_matches('.')),
    act_not_reached: |line, end| format!("Not reached, because the run ends at {end}: {line}"),
    broke: |slug| format!("{slug} broke, which was not expected."),
    held: |slug| format!("{slug} was expected to break and held."),
    not_reached: |slug| format!("{slug} was expected to be reached and was not."),
    as_expected: "As expected.",
    not_as_expected: "Not as expected.",
    see_help: "Try `faultlab --help`.",
    cannot_write: |cause| format!("cannot write: {cause}"),
    drawn_seed: |seed| format!("the seed is {seed}"),
    holds: "holds",
    broken: "BROKEN",
    reached: "reached",
    not_yet: "not reached",
    measured: |measured, bound| format!("{} measured, at most {}", thousandths(measured), thousandths(bound)),
    excess: crate::excess::en,
    not_judged: |delay, limit| format!("not judged: a message may take {delay}; progress needs at most {limit}"),
};

const ZH: ProgramWords = ProgramWords {
    subtitle: |protocol, nodes, seed| zh(format!("{protocol}，{nodes} 个节点，种子 {seed}")),
    end: |steps, trace| zh(format!("运行结束：共 {steps} 步，轨迹 {trace}")),
    traffic: |sent, delivered, lost, bytes, syncs| {
        zh(format!("消息：发出 {sent}，送达 {delivered}，丢失 {lost}；{bytes} 字节；落盘 {syncs} 次"))
    },
    requests: |asked, done, refused, retries| {
        zh(format!("请求：提出 {asked}，完成 {done}，被拒 {refused}，重试 {retries}"))
    },
    availability: |ppm, outages| zh(format!("可用时间：{}%；中断：{outages} 次", percent(ppm))),
    beyond: |fault| zh(format!("超出协议承诺可承受的故障：{fault}。")),
    another_run: |recorded, now| {
        if recorded == now {
            zh(format!("这次运行与制作链接时的运行不同，尽管行为版本仍为 {now}。"))
        } else {
            zh(format!("这次运行与制作链接时的运行不同：当时行为版本为 {recorded}，现在为 {now}。"))
        }
    },
    without_effect: |line, why| zh(format!("没有效果：{line}（{}）", why.trim_end_matches('。'))),
    act_not_reached: |line, end| zh(format!("未执行，因为运行在 {end} 结束：{line}")),
    broke: |slug| zh(format!("{slug} 被违反，这不在预期之中。")),
    held: |slug| zh(format!("预期 {slug} 被违反，但它成立。")),
    not_reached: |slug| zh(format!("预期达到 {slug}，但没有达到。")),
    as_expected: "符合预期。",
    not_as_expected: "不符合预期。",
    see_help: "参见 `faultlab --help`。",
    cannot_write: |cause| zh(format!("无法写入：{cause}")),
    drawn_seed: |seed| zh(format!("种子为 {seed}")),
    holds: "成立",
    broken: "被违反",
    reached: "已达到",
    not_yet: "未达到",
    measured: |measured, bound| zh(format!("实测 {}，上限 {}", thousandths(measured), thousandths(bound))),
    excess: crate::excess::zh,
    not_judged: |delay, limit| zh(format!("未判定：消息最长需 {delay}；要取得进展，最多 {limit}")),
};
