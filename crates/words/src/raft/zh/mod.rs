//! Raft in Simplified Chinese.

pub(super) mod names;

use super::{key, members, name, terms};
use crate::{Lang, Sentence};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use faultlab_core::consensus::raft::{
    Append, Batch, Command, Entry, EntryId, Event, Execution, Message, Outcome, Payload, Raft, ReadMode, Record,
    Refusal, Response, Rule, Shape, StepDown, Timer, VoteRefusal, Wait,
};
use faultlab_core::kit::NodeSet;
use faultlab_core::{NodeId, Setup};

pub(super) const SUMMARY: &str = "几台服务器保存同一份日志，由它们选出的领导者主导：内容一旦提交，只要崩溃的是少数就不会丢；网络分区时，也绝不会有两个互相矛盾的答案同时成立。";

fn command(command: Command) -> String {
    let k = key(command.key());
    match command {
        Command::Put { value, .. } => format!("{k} = {value}"),
        Command::Cas { old, new, .. } => format!("{k}：{old} → {new}"),
        Command::Add { amount, .. } => format!("{k} + {amount}"),
    }
}

fn content(entry: &Entry) -> String {
    match entry.payload {
        Payload::Noop => "空操作".into(),
        Payload::Command { command: what, .. } => command(what),
        Payload::Configuration { members: voters, .. } => format!("成员 {}", members(Lang::Zh, voters)),
    }
}

fn entries(batch: &Batch, first: u64) -> String {
    match batch.as_slice() {
        [] => "空消息".into(),
        [entry] => format!("条目 {first}（{}）", content(entry)),
        [.., _] => format!("条目 {first} 至 {}", first + batch.as_slice().len() as u64 - 1),
    }
}

fn last(id: EntryId) -> String {
    if id.index == 0 {
        "日志为空".into()
    } else {
        format!("日志止于条目 {}（任期 {}）", id.index, id.term)
    }
}

fn refusal(voter: &str, to: &str, reason: VoteRefusal) -> String {
    match reason {
        VoteRefusal::OldTerm => format!("：{voter} 已知道更大的任期。"),
        VoteRefusal::AlreadyVoted { candidate } if name(candidate) == voter => {
            format!("：{voter} 自己也是候选人，票已投给自己。")
        }
        VoteRefusal::AlreadyVoted { candidate } => format!("：{voter} 在本任期的票已投给 {}。", name(candidate)),
        VoteRefusal::LogBehind { candidate_last, own_last } => {
            format!("：{to} 的{}，而 {voter} 的{}。", last(candidate_last), last(own_last))
        }
        VoteRefusal::HearsLeader => format!("：{voter} 在最小选举超时之内还收到过领导者的消息。"),
    }
}

fn stepped_down(who: &str, term: u32, was_leader: bool, reason: StepDown) -> Sentence {
    let role = if was_leader { "领导者" } else { "候选人" };
    Sentence::new(
        format!("{who} 不再是任期 {term} 的{role}"),
        match reason {
            StepDown::LaterTerm { from } => format!("：{} 已进入更大的任期。", name(from)),
            StepDown::OtherLeader { leader } => format!("：{} 已当选。", name(leader)),
            StepDown::NoQuorum => "：整整一个选举超时里没有收到多数派的回应，可能已有别的领导者。".to_string(),
            StepDown::Removed => "：不含它的新配置已经提交。".to_string(),
            StepDown::Lost => "：多数派拒绝投票给它。".to_string(),
        },
    )
}

/// An entry with what tells it from every other: its term, and the request that it executes.
fn named(index: u64, entry: &Entry) -> String {
    let request = match entry.payload {
        Payload::Command { id, .. } => format!("（客户端 {} 的第 {} 个请求）", id.client.0, id.sequence),
        Payload::Noop | Payload::Configuration { .. } => String::new(),
    };
    format!("任期 {} 的条目 {index}：{}{request}", entry.term, content(entry))
}

fn applied(who: &str, index: u64, entry: &Entry, execution: Option<Execution>) -> Sentence {
    let rest = match execution {
        None | Some(Execution::Executed(Outcome::Stored(_))) => "。".to_string(),
        Some(Execution::Executed(Outcome::Unchanged(cell))) => {
            format!("。该键的值是 {}，比较不成立，因此不变。", cell.value)
        }
        Some(Execution::Duplicate(_)) => "。会话里已有这个请求：不再执行，只重复第一次的回答。".to_string(),
        Some(Execution::Stale) => "。客户端已经发出更新的请求，因此不变。".to_string(),
    };
    Sentence::new(format!("{who} 应用{}", named(index, entry)), rest)
}

pub(super) fn event(setup: &Setup<Raft>, node: NodeId, event: &Event) -> Sentence {
    let who = name(node);
    match event {
        Event::Started { .. }
        | Event::LeaderHeard { .. }
        | Event::LeaderLost { .. }
        | Event::BecamePreCandidate { .. }
        | Event::PreVoteGranted { .. }
        | Event::PreVoteRefused { .. }
        | Event::BecameCandidate { .. }
        | Event::VoteGranted { .. }
        | Event::VoteRefused { .. }
        | Event::LeaderElected { .. }
        | Event::SteppedDown { .. }
        | Event::LedOn { .. } => election(setup, &who, event),
        Event::Appended { .. }
        | Event::Truncated { .. }
        | Event::Committed { .. }
        | Event::Applied { .. }
        | Event::SnapshotTaken { .. }
        | Event::SnapshotSent { .. }
        | Event::SnapshotInstalled { .. }
        | Event::ReadServed { .. } => replication(setup, &who, event),
        Event::ConfigurationAppended { .. }
        | Event::ConfigurationRolledBack { .. }
        | Event::ConfigurationCommitted { .. }
        | Event::CatchUpStarted { .. }
        | Event::CatchUpAbandoned { .. }
        | Event::WaitedOn { .. }
        | Event::TransferStarted { .. }
        | Event::TransferAbandoned { .. } => membership(&who, event),
    }
}

fn elected(who: &str, term: u32, votes: NodeSet, log: &Shape) -> Sentence {
    let log = match log.last {
        0 => "日志为空。".to_string(),
        last if log.runs.is_empty() => format!("日志只有到条目 {last} 为止的快照（任期 {}）。", log.base.term),
        _ => {
            let runs = terms(log).map(|(term, first, last)| match first == last {
                true => format!("条目 {last} 属于任期 {term}"),
                false => format!("条目 {first} 至 {last} 属于任期 {term}"),
            });
            format!("在它的日志里，{}。", runs.collect::<Vec<_>>().join("，"))
        }
    };
    let rest = format!("，投票者：{}。{log}", members(Lang::Zh, votes));
    Sentence::new(format!("{who} 当选任期 {term} 的领导者"), rest)
}

fn election(setup: &Setup<Raft>, who: &str, event: &Event) -> Sentence {
    match *event {
        Event::Started { recovered: false, .. } => Sentence::new(format!("{who} 启动"), "，身份是追随者，磁盘为空。"),
        Event::Started { term, last: end, applied, .. } => {
            let snapshot = if applied > 0 { format!("快照到条目 {applied} 为止。") } else { String::new() };
            let rest = format!("，身份是追随者，任期 {term}；从磁盘恢复：{}。{snapshot}", last(end));
            Sentence::new(format!("{who} 重新启动"), rest)
        }
        Event::LeaderHeard { leader, term } => {
            Sentence::new(format!("{who} 追随 {}", name(leader)), format!("，即任期 {term} 的领导者。"))
        }
        Event::LeaderLost { leader, .. } => {
            let may = if setup.on(Rule::LeaderStickiness) { "，从现在起它可以投票给别人" } else { "" };
            Sentence::new(format!("{who} 收不到 {} 的消息了", name(leader)), format!("：最小选举超时已过{may}。"))
        }
        Event::BecamePreCandidate { term } => Sentence::new(
            format!("{who} 预先询问自己能否赢得任期 {term}"),
            "：选举超时已到，仍没有领导者。只是询问，不会增大自己的任期。",
        ),
        Event::PreVoteGranted { to, term } => Sentence::new(
            format!("{who} 表示愿意在任期 {term} 投票给 {}", name(to)),
            "：它也没有收到领导者的消息。这个表态没有约束力。",
        ),
        Event::PreVoteRefused { to, term, reason } => {
            let to = name(to);
            Sentence::new(format!("{who} 表示不会在任期 {term} 投票给 {to}"), refusal(who, &to, reason))
        }
        Event::BecameCandidate { term, transfer: false } => {
            Sentence::new(format!("{who} 成为任期 {term} 的候选人"), "，先投自己一票，再请其他服务器投票。")
        }
        Event::BecameCandidate { term, transfer: true } => {
            Sentence::new(format!("{who} 立即成为任期 {term} 的候选人"), "：领导者把领导权移交给它，因此不必等待超时。")
        }
        Event::VoteGranted { to, term } => {
            let to = name(to);
            let rest = if setup.on(Rule::VoteOnlyUpToDate) {
                format!("：{to} 的日志至少和 {who} 的一样新。")
            } else {
                "，没有比较日志：规则已关闭。".to_string()
            };
            Sentence::new(format!("{who} 在任期 {term} 投票给 {to}"), rest)
        }
        Event::VoteRefused { to, term, reason } => {
            let to = name(to);
            Sentence::new(format!("{who} 在任期 {term} 拒绝投票给 {to}"), refusal(who, &to, reason))
        }
        Event::LeaderElected { term, votes, ref log } => elected(who, term, votes, log),
        Event::SteppedDown { term, was_leader, reason } => stepped_down(who, term, was_leader, reason),
        Event::LedOn { term, heard } => {
            let heard = if heard.is_empty() {
                "没有收到任何回应".to_string()
            } else {
                format!("只收到 {} 的回应，不足多数派", members(Lang::Zh, heard))
            };
            Sentence::new(format!("{who} 仍以任期 {term} 的领导者自居"), format!("：整整一个选举超时里{heard}。"))
        }
        _ => Sentence::default(),
    }
}

/// Why a leader takes an entry for committed.
fn committed(setup: &Setup<Raft>, who: &str, term: u32, upto: EntryId) -> Sentence {
    let quorum = if setup.on(Rule::MajorityQuorum) { "多数派" } else { "半数成员" };
    let kept = [Rule::SyncLogBeforeAck, Rule::CheckPreviousEntry, Rule::TruncateOnlyOnConflict];
    let stored = if kept.into_iter().all(|rule| setup.on(rule)) {
        "已经存下它"
    } else {
        "已经确认它（规则已关闭，确认并不意味着已在磁盘上）"
    };
    let own = match upto.term == term {
        true => "而且它属于领导者自己的任期",
        false => "但它属于更早的任期，仍可能被覆盖",
    };
    let head = format!("任期 {term} 的领导者 {who} 提交到任期 {} 的条目 {}", upto.term, upto.index);
    Sentence::new(head, format!("：{quorum}{stored}，{own}。"))
}

fn appended(setup: &Setup<Raft>, who: &str, prev: EntryId, batch: &Batch, by_leader: bool) -> Sentence {
    let durable = by_leader || setup.on(Rule::SyncLogBeforeAck);
    let how = if durable { "已经落盘" } else { "规则已关闭，也许只在内存里" };
    let place = match prev.index {
        0 => "位于日志开头".to_string(),
        before => format!("接在任期 {} 的条目 {before} 之后", prev.term),
    };
    let terms = match batch.as_slice() {
        [] => String::new(),
        [only] => format!("任期 {} 的", only.term),
        [first, .., last] if first.term == last.term => format!("任期 {} 的", first.term),
        [first, .., last] => format!("任期 {} 至 {} 的", first.term, last.term),
    };
    let log = if by_leader { "向自己的日志追加" } else { "追加" };
    Sentence::new(format!("{who} {log}{terms}{}", entries(batch, prev.index + 1)), format!("，{place}，{how}。"))
}

fn read_served(setup: &Setup<Raft>, who: &str, event: &Event) -> Sentence {
    let Event::ReadServed { key: k, cell, mode, .. } = event else { return Sentence::default() };
    let why = match mode {
        ReadMode::ReadIndex if !setup.on(Rule::ReadIndexConfirms) => "没有谁确认它仍是领导者：规则已关闭。",
        ReadMode::ReadIndex if !setup.on(Rule::MajorityQuorum) => "半数成员刚刚确认它仍是领导者。",
        ReadMode::ReadIndex => "多数派刚刚确认它仍是领导者。",
        ReadMode::Lease if !setup.on(Rule::LeaseBounded) => "它相信租约，而规则已关闭，租约永不到期。",
        ReadMode::Lease => "它相信租约：只要时钟准确，就不可能有别人当选。",
    };
    let from = match cell.revision {
        0 => "还没有写入过".to_string(),
        entry => format!("由条目 {entry} 写入"),
    };
    let head = format!("{who} 答复读请求：{} 的值是 {}，{from}", key(*k), cell.value);
    Sentence::new(head, format!("。{why}"))
}

fn replication(setup: &Setup<Raft>, who: &str, event: &Event) -> Sentence {
    match event {
        Event::Appended { prev, entries: batch, by_leader } => appended(setup, who, *prev, batch, *by_leader),
        Event::Truncated { from, last, term } => {
            let which = if from == last { format!("条目 {from}") } else { format!("条目 {from} 至 {last}") };
            let rest = match from == last {
                true => format!("：它属于任期 {term}，与领导者的日志冲突。"),
                false => format!("：从任期 {term} 的条目起，与领导者的日志冲突。"),
            };
            Sentence::new(format!("{who} 删除{which}"), rest)
        }
        Event::Committed { term, upto } => committed(setup, who, *term, *upto),
        Event::Applied { index, entry, execution } => applied(who, *index, entry, *execution),
        Event::SnapshotTaken { last } => {
            Sentence::new(format!("{who} 在条目 {} 之后生成快照", last.index), "：快照取代日志的开头部分。")
        }
        Event::SnapshotSent { to, last } => Sentence::new(
            format!("{who} 向 {} 发送到条目 {} 为止的快照", name(*to), last.index),
            "：对方缺少的条目已不在领导者的日志里。",
        ),
        Event::SnapshotInstalled { last, applied, .. } => Sentence::new(
            format!("{who} 安装到条目 {} 为止的快照", last.index),
            format!("。此前它已应用到条目 {applied}。"),
        ),
        Event::ReadServed { .. } => read_served(setup, who, event),
        _ => Sentence::default(),
    }
}

fn membership(who: &str, event: &Event) -> Sentence {
    match *event {
        Event::ConfigurationAppended { members: voters, .. } => Sentence::new(
            format!("{who} 启用新配置：{}", members(Lang::Zh, voters)),
            "。配置一写入日志就生效，不等提交。",
        ),
        Event::ConfigurationRolledBack { members: voters } => Sentence::new(
            format!("{who} 退回原来的配置：{}", members(Lang::Zh, voters)),
            "。后来的那条配置没有提交，已被删除。",
        ),
        Event::ConfigurationCommitted { members: voters, .. } => {
            Sentence::new(format!("{who} 得知配置已提交：{}", members(Lang::Zh, voters)), "。")
        }
        Event::CatchUpStarted { node } => {
            Sentence::new(format!("{who} 先让 {} 赶上进度", name(node)), "，再给它投票权：一个空的成员只会妨碍提交。")
        }
        Event::CatchUpAbandoned { node, withdrawn } => {
            let rest = match withdrawn {
                false => "：它没有及时赶上进度。它不再加入，别的服务器可以加入了。",
                true => "：操作员要求的成员里已经没有它。",
            };
            Sentence::new(format!("{who} 不再让 {} 追赶进度", name(node)), rest)
        }
        Event::WaitedOn { node } => Sentence::new(
            format!("{who} 继续等待 {} 赶上进度", name(node)),
            "，尽管它没有及时赶上进度。在此期间别的服务器都无法加入。",
        ),
        Event::TransferStarted { to } => {
            Sentence::new(format!("{who} 开始把领导权移交给 {}", name(to)), "：移交完成之前不接受新请求。")
        }
        Event::TransferAbandoned { to } => Sentence::new(
            format!("{who} 放弃向 {} 移交领导权", name(to)),
            "：一个选举超时之内没有完成，它继续担任领导者。",
        ),
        _ => Sentence::default(),
    }
}

pub(super) fn message(message: &Message) -> String {
    match message {
        Message::RequestPreVote { term, .. } => format!("会投我吗？任期 {term}"),
        Message::PreVote { granted: true, .. } => "会投".into(),
        Message::PreVote { granted: false, .. } => "不会投".into(),
        Message::RequestVote { term, .. } => format!("请投票，任期 {term}"),
        Message::Vote { term, granted: true } => format!("投给你，任期 {term}"),
        Message::Vote { term, granted: false } => format!("不投，任期 {term}"),
        Message::AppendEntries(append) if append.entries == Batch::None => format!("心跳，任期 {}", append.term),
        Message::AppendEntries(append) => format!("追加{}", entries(&append.entries, append.prev.index + 1)),
        Message::Appended { result: Append::Stored { upto }, .. } => format!("已存到 {upto}"),
        Message::Appended { result: Append::Mismatch { prev, .. }, .. } => format!("没有这样的条目 {prev}"),
        Message::Appended { term, result: Append::Outdated, .. } => format!("已过时：任期 {term}"),
        Message::InstallSnapshot { snapshot, .. } => format!("快照，到 {} 为止", snapshot.last.index),
        Message::TimeoutNow { .. } => "请立即接任".into(),
    }
}

pub(super) fn response(response: &Response) -> String {
    match *response {
        Response::Done(Outcome::Stored(cell)) => format!("完成：{}", cell.value),
        Response::Done(Outcome::Unchanged(cell)) => format!("未改变：值是 {}", cell.value),
        Response::Value(cell) => cell.value.to_string(),
        Response::Configured { members: voters } => format!("成员：{}", members(Lang::Zh, voters)),
        Response::Transferred { to } => format!("{} 是领导者", name(to)),
        Response::NotLeader { leader: Some(leader) } => format!("请找 {}", name(leader)),
        Response::NotLeader { leader: None } => "不是领导者".into(),
        Response::Busy(Wait::NewLeader) => "稍后再试：新领导者还没有提交过条目".into(),
        Response::Busy(Wait::ChangeUnderWay) => "稍后再试：成员变更正在进行".into(),
        Response::Busy(Wait::TransferUnderWay) => "稍后再试：正在移交领导权".into(),
        Response::Refused(Refusal::MoreThanOneServer) => "拒绝：一次只能变更一台服务器".into(),
        Response::Refused(Refusal::NoSuchConfiguration) => "拒绝：没有这样的配置".into(),
        Response::Refused(Refusal::NotAMember) => "拒绝：不是成员".into(),
        Response::Refused(Refusal::TransferTimedOut) => "拒绝：对方没有及时接任".into(),
        Response::Refused(Refusal::Stale) => "拒绝：已执行过更新的请求".into(),
        Response::Refused(Refusal::CatchUpFailed) => "拒绝：该服务器没有及时赶上进度".into(),
        Response::Refused(Refusal::JoinWithdrawn) => "拒绝：该服务器加入之前已被要求离开".into(),
    }
}

pub(super) fn record(record: &Record) -> String {
    match record {
        Record::HardState { term, voted_for: Some(node) } => format!("任期 {term}，票投 {}", name(*node)),
        Record::HardState { term, voted_for: None } => format!("任期 {term}，未投票"),
        Record::Entry { index, entry } => format!("{index}：{}（任期 {}）", content(entry), entry.term),
        Record::Snapshot { last, .. } => format!("到 {} 为止的快照（任期 {}）", last.index, last.term),
    }
}

pub(super) fn timer(timer: Timer) -> &'static str {
    match timer {
        Timer::Election => "选举超时",
        Timer::Quiet => "最小选举超时",
        Timer::Heartbeat => "心跳",
        Timer::Quorum => "法定人数检查",
        Timer::LeaseA => "租约甲",
        Timer::LeaseB => "租约乙",
        Timer::Transfer => "移交超时",
    }
}
