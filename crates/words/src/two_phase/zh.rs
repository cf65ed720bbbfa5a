//! Two-phase commit in Simplified Chinese.

use super::{letters, name, names, within};
use crate::{Lang, Named, RuleWords, Sentence};
use alloc::format;
use alloc::string::String;
use faultlab_core::commit::two_phase::{
    Cause, Event, Known, Layout, Message, Record, Refusal, Request, Response, Rule, Timer, Transaction, TwoPhase, Vote,
};
use faultlab_core::kit::NodeSet;
use faultlab_core::{NodeId, Setup};

pub(super) const SUMMARY: &str = "协调者让多家银行对一个事务要么一起提交，要么都不提交。它请所有参与者投票，全票赞成才提交；如果它在不巧的时刻宕机，参与者就会阻塞。";

fn at(node: NodeId) -> String {
    within(Lang::Zh, node)
}

pub(super) fn transaction(transaction: Transaction) -> String {
    match transaction {
        Transaction::Transfer { from, to, amount } => {
            format!("从账户 {} 向账户 {} 转账 {amount}", from.letter(), to.letter())
        }
        Transaction::Share { from, amount } => format!("从账户 {} 向其他每家银行各付 {amount}", from.letter()),
        Transaction::Audit => "核对全部账户".into(),
    }
}

fn refusal(reason: Refusal) -> String {
    match reason {
        Refusal::Locked { account, holder } => {
            format!("账户 {} 被 {holder} 锁住，而这里不等待锁", account.letter())
        }
        Refusal::Funds { account } => format!("账户 {} 余额不足", account.letter()),
        Refusal::Asked => "操作员要求如此".into(),
        Refusal::WorkLost => "它没有这项工作：要么从未收到，要么在宕机中丢失".into(),
        Refusal::GaveUp => "它等不到询问，已自行中止".into(),
        Refusal::ToldPeer => "它已经记录了中止".into(),
    }
}

fn cause(cause: Cause) -> String {
    match cause {
        Cause::Vote { from, reason } => format!("{} 投了反对票：{}", at(from), refusal(reason)),
        Cause::Timeout { missing: NodeSet::EMPTY } => "等待超时".into(),
        Cause::Timeout { missing } => format!("没有及时收到 {} 的回音", names(Lang::Zh, missing)),
    }
}

pub(super) fn event(setup: &Setup<TwoPhase>, node: NodeId, event: &Event) -> Sentence {
    let who = name(Lang::Zh, node);
    match *event {
        Event::Begun { .. }
        | Event::PrepareAsked { .. }
        | Event::DecidedCommit { .. }
        | Event::DecidedAbort { .. }
        | Event::DecisionResent { .. }
        | Event::Ended { .. }
        | Event::PresumedAbort { .. }
        | Event::LeftUnanswered { .. }
        | Event::CoordinatorRecovered { .. } => coordinator_event(setup, event),
        Event::Found { txn, commit } => {
            let what = if commit { "提交" } else { "中止" };
            Sentence::new(format!("{who} 在日志中找到：{txn} 已决定{what}"), "。")
        }
        Event::Checkpointed => Sentence::new(format!("{who} 写下检查点"), "并截断日志：一条记录取代之前的全部记录。"),
        Event::InDoubt { .. } | Event::Recovered { .. } | Event::WillRefuse => recovery_event(setup, &who, event),
        Event::WorkDone { .. }
        | Event::LocksTaken { .. }
        | Event::VotedYes { .. }
        | Event::VotedNo { .. }
        | Event::GaveUp { .. }
        | Event::AbortedForPeer { .. } => vote_event(setup, &who, event),
        Event::Committed { .. }
        | Event::Aborted { .. }
        | Event::AbortedAfterYes { .. }
        | Event::NothingPrepared { .. }
        | Event::Contradicted { .. }
        | Event::AskedForDecision { .. }
        | Event::Blocked { .. }
        | Event::Unblocked { .. } => decision_event(setup, &who, event),
    }
}

/// How the votes stand that a commit rests on.
fn votes(yes: NodeSet, asked: NodeSet) -> String {
    if yes.covers(asked) {
        return "全票赞成".into();
    }
    format!("{} 票中有 {} 票赞成，而要求全票赞成的规则已关闭", asked.len(), yes.len())
}

/// What the audit adds to a commit.
fn audited(setup: &Setup<TwoPhase>, read: Option<i64>) -> String {
    let in_all = Layout::new(setup).grand_total();
    match read {
        None => String::new(),
        Some(total) if total == in_all => format!("核对得到的总额是 {total}。"),
        Some(total) => format!("核对得到的总额是 {total}，而全部账户共有 {in_all}。"),
    }
}

fn coordinator_event(setup: &Setup<TwoPhase>, event: &Event) -> Sentence {
    match *event {
        Event::Begun { txn, transaction: what, request } => {
            let (client, number) = (request.client.0, request.sequence);
            let rest = format!("：{}（客户端 {client} 的第 {number} 个请求）。", transaction(what));
            Sentence::new(format!("{txn} 开始"), rest)
        }
        Event::PrepareAsked { txn } => {
            let enough = if setup.on(Rule::UnanimousVotes) {
                "只要一张反对票就会中止"
            } else {
                "规则已关闭，过半数赞成就会提交"
            };
            let rest = format!("。第一阶段：每个参与者都必须投票，{enough}。");
            Sentence::new(format!("协调者询问能否提交 {txn}"), rest)
        }
        Event::DecidedCommit { txn, read, yes, asked } => {
            let log = if setup.on(Rule::ForceDecision) {
                "决定已写入日志"
            } else {
                "规则已关闭，决定不一定已经落盘"
            };
            let (votes, audit) = (votes(yes, asked), audited(setup, read));
            let rest = format!("。{votes}。{log}。第二阶段：通知参与者。{audit}");
            Sentence::new(format!("协调者决定：提交 {txn}"), rest)
        }
        Event::DecidedAbort { txn, cause: why } => {
            Sentence::new(format!("协调者决定：中止 {txn}"), format!("，因为{}。", cause(why)))
        }
        Event::DecisionResent { txn, missing } => Sentence::new(
            format!("协调者再次通知：提交 {txn}"),
            format!("。尚未收到 {} 的确认。", names(Lang::Zh, missing)),
        ),
        Event::Ended { txn } => {
            let rest = if !setup.on(Rule::RememberUntilAllAcknowledge) {
                "：已有一个参与者确认，而规则已关闭，这就够了。其他参与者还可能来问。"
            } else if !setup.on(Rule::AcknowledgeAfterDurableDecision) {
                "：所有参与者都已确认，但确认时提交也许还没有落盘：重启的参与者可能再来询问。"
            } else {
                "：所有参与者都已确认，不会再有谁来问。"
            };
            Sentence::new(format!("协调者忘掉 {txn}"), rest)
        }
        Event::PresumedAbort { txn, peer } => Sentence::new(
            format!("协调者让 {} 中止 {txn}", at(peer)),
            "：它没有这个事务的记录，而没有记录就意味着中止。",
        ),
        Event::LeftUnanswered { txn, peer } => Sentence::new(
            format!("协调者不回答 {} 关于 {txn} 的询问", at(peer)),
            "：它没有这个事务的记录，而它只说自己知道的。",
        ),
        Event::CoordinatorRecovered { reopened, .. } => {
            let known = match reopened {
                0 => "日志中没有未完成的提交".into(),
                _ => format!("它从日志得知有 {reopened} 个提交要再次通知"),
            };
            let others = if setup.on(Rule::PresumeAbort) {
                "其余进行中的事务都算中止"
            } else {
                "对其余进行中的事务它一无所知"
            };
            Sentence::new("协调者恢复运行", format!("。{known}；{others}。"))
        }
        _ => Sentence::default(),
    }
}

fn recovery_event(setup: &Setup<TwoPhase>, who: &str, event: &Event) -> Sentence {
    match *event {
        Event::InDoubt { txn } => {
            let locks = if setup.on(Rule::LockUntilDecision) { "重新加锁并" } else { "" };
            let rest = format!("：日志里有它的赞成票，却没有决定。它{locks}去询问。");
            Sentence::new(format!("{who} 对 {txn} 存疑"), rest)
        }
        Event::Recovered { in_doubt: 0, total } => {
            Sentence::new(format!("{who} 恢复运行"), format!("，账户共有 {total}，没有存疑的事务。"))
        }
        Event::Recovered { in_doubt, total } => {
            Sentence::new(format!("{who} 恢复运行"), format!("，账户共有 {total}，有 {in_doubt} 个事务存疑。"))
        }
        Event::WillRefuse => Sentence::new(format!("{who} 将对下一个事务投反对票"), "，这是操作员的要求。"),
        _ => Sentence::default(),
    }
}

fn vote_event(setup: &Setup<TwoPhase>, who: &str, event: &Event) -> Sentence {
    match *event {
        Event::WorkDone { txn } => {
            Sentence::new(format!("{who} 在内存中完成了 {txn} 的工作"), "。它还不受约束，仍可自行中止。")
        }
        Event::LocksTaken { txn, accounts } => {
            Sentence::new(format!("{who} 为 {txn} 锁住账户 {}", letters(Lang::Zh, accounts)), "，直到有了决定。")
        }
        Event::VotedYes { txn } => {
            let log = if setup.on(Rule::ForcePrepared) {
                "承诺已写入日志"
            } else {
                "规则已关闭，承诺不一定已经落盘"
            };
            let bound = if setup.on(Rule::WaitForDecisionAfterYes) {
                "从此它既不能自行提交，也不能自行中止"
            } else {
                "要求等待的规则已关闭，若决定没有及时到达，它会自行中止"
            };
            Sentence::new(format!("{who} 对 {txn} 投赞成票"), format!("。{log}；{bound}。"))
        }
        Event::VotedNo { txn, reason } => {
            Sentence::new(format!("{who} 对 {txn} 投反对票"), format!("，因为{}。", refusal(reason)))
        }
        Event::GaveUp { txn } => {
            Sentence::new(format!("{who} 自行中止 {txn}"), "：没有及时被问到，而投票之前它有权这样做。")
        }
        Event::AbortedForPeer { txn, peer } => {
            let record = if setup.on(Rule::RecordAbortBeforeAnswering) {
                "它先记录中止，以后就绝不会再投赞成票"
            } else {
                "但规则已关闭，它不作记录，以后还可能投赞成票"
            };
            let rest = format!("。就它所记得的，自己还没有投票，所以可以中止；{record}。");
            Sentence::new(format!("{who} 因 {} 来问而中止 {txn}", at(peer)), rest)
        }
        _ => Sentence::default(),
    }
}

fn decision_event(setup: &Setup<TwoPhase>, who: &str, event: &Event) -> Sentence {
    let locks = setup.on(Rule::LockUntilDecision);
    match *event {
        Event::Committed { txn, from, total } => Sentence::new(
            format!("{who} 提交 {txn}"),
            format!(
                "，依据是 {} 的通知。账户现共有 {total}{}。",
                at(from),
                if locks { "，不再为它持有锁" } else { "" }
            ),
        ),
        Event::Aborted { txn, from } => {
            let free = if locks { "不再为它持有锁。" } else { "" };
            Sentence::new(format!("{who} 中止 {txn}"), format!("，依据是 {} 的通知。{free}", at(from)))
        }
        Event::AbortedAfterYes { txn } => {
            Sentence::new(format!("{who} 自行中止 {txn}"), "，可它已经投过赞成票。此刻别的参与者也许正在提交。")
        }
        Event::NothingPrepared { txn } => {
            Sentence::new(format!("{who} 无法提交 {txn}"), "：它不记得投过赞成票，就它所知自己从未承诺。于是中止。")
        }
        Event::Contradicted { txn } => Sentence::new(format!("{who} 被通知提交 {txn}"), "，而它已将其中止，无法挽回。"),
        Event::AskedForDecision { txn, peers: true } => {
            Sentence::new(format!("{who} 向协调者和其他银行询问 {txn} 的结果"), "。它投过赞成票，必须弄清结果。")
        }
        Event::AskedForDecision { txn, peers: false } => {
            Sentence::new(format!("{who} 向协调者询问 {txn} 的结果"), "。它投过赞成票，必须弄清结果。")
        }
        Event::Blocked { txn, .. } => {
            let keeps = if locks { "持锁" } else { "" };
            let rest = format!("：它已经询问，还没有谁把决定告诉它。它无权决定，只能{keeps}等待。");
            Sentence::new(format!("{who} 阻塞在 {txn} 上"), rest)
        }
        Event::Unblocked { txn, from } => {
            Sentence::new(format!("{who} 不再阻塞在 {txn} 上"), format!("：{} 知道决定。", at(from)))
        }
        _ => Sentence::default(),
    }
}

pub(super) fn message(message: &Message) -> String {
    match *message {
        Message::Work { txn, .. } => format!("{txn} 工作"),
        Message::Done { txn } => format!("{txn} 完成"),
        Message::Prepare { txn, .. } => format!("{txn} 准备？"),
        Message::Vote { txn, vote: Vote::Yes { .. } } => format!("{txn} 赞成"),
        Message::Vote { txn, vote: Vote::No(_) } => format!("{txn} 反对"),
        Message::Decision { txn, commit: true } => format!("{txn} 提交"),
        Message::Decision { txn, commit: false } => format!("{txn} 中止"),
        Message::Ack { txn } => format!("{txn} 确认"),
        Message::Inquiry { txn } => format!("{txn} 结果？"),
        Message::Answer { txn, known: Known::Committed } => format!("{txn} 已提交"),
        Message::Answer { txn, known: Known::Aborted } => format!("{txn} 已中止"),
        Message::Answer { txn, known: Known::InDoubt } => format!("{txn} 也存疑"),
    }
}

pub(super) fn request(request: &Request) -> String {
    match *request {
        Request::Run(what) => transaction(what),
        Request::Refuse { node } => format!("{} 对下一个事务投反对票", name(Lang::Zh, node)),
    }
}

pub(super) fn response(response: &Response) -> String {
    match *response {
        Response::Committed { txn, total: None } => format!("{txn} 已提交"),
        Response::Committed { txn, total: Some(total) } => format!("{txn} 已提交：总额 {total}"),
        Response::Aborted { txn, cause: why } => format!("{txn} 已中止：{}", cause(why)),
        Response::Invalid => "这个请求在此没有意义".into(),
        Response::Noted => "已记下".into(),
    }
}

pub(super) fn record(record: &Record) -> String {
    match record {
        Record::Epoch { epoch } => format!("重启 {epoch}"),
        Record::Decided { txn, .. } => format!("提交 {txn}"),
        Record::Refused { request, txn, .. } => format!("答复 {request}：{txn} 已中止"),
        Record::End { txn } => format!("结束 {txn}"),
        Record::Prepared { txn, .. } => format!("已准备 {txn}"),
        Record::Committed { txn } => format!("已提交 {txn}"),
        Record::Aborted { txn } => format!("已中止 {txn}"),
        Record::CoordinatorCheckpoint { .. } | Record::ParticipantCheckpoint { .. } => "检查点".into(),
    }
}

pub(super) fn timer(timer: Timer) -> String {
    match timer {
        Timer::Votes(txn) => format!("等待对 {txn} 的投票"),
        Timer::Acks(txn) => format!("等待对 {txn} 的确认"),
        Timer::Prepare(txn) => format!("等待被询问能否提交 {txn}"),
        Timer::Decision(txn) => format!("等待 {txn} 的决定"),
    }
}

pub(super) fn rule(slug: &str) -> Option<RuleWords> {
    let (name, without) = match slug {
        "unanimous_votes" => ("全票赞成才提交", "协调者凭多数票就提交，而投反对票的参与者已经中止。"),
        "wait_for_decision_after_yes" => ("投赞成票之后等待决定", "等得太久的参与者自行中止，而协调者可能已经提交。"),
        "force_decision" => {
            ("先强制写入提交记录，再通知任何人", "协调者发出提交通知，在记录落盘之前宕机，重启后推定为中止。")
        }
        "force_prepared" => {
            ("先强制写入“已准备”，再投赞成票", "参与者投了赞成票后宕机；等到被通知提交时，它已不知道自己投过票。")
        }
        "record_abort_before_answering" => {
            ("先记录中止，再说不", "参与者告诉同伴自己中止，却没有记住；等询问终于到达时又投了赞成票。")
        }
        "lock_until_decision" => {
            ("从投赞成票到决定一直持有锁", "两个事务花掉同一笔钱，或者核对时看到只完成一半的转账。")
        }
        "presume_abort" => ("没有记录就回答中止", "协调者对已经忘掉的事务默不作声，存疑的参与者永远等下去。"),
        "acknowledge_after_durable_decision" => {
            ("提交落盘之后才确认", "参与者先确认，随后在宕机中丢失记录；再去问时协调者已经忘掉，于是回答中止。")
        }
        "remember_until_all_acknowledge" => {
            ("记住提交，直到全部确认", "协调者忘得太早；存疑的参与者来问，因为没有记录而得到“中止”。")
        }
        "keep_outcome_for_peers" => {
            ("同伴可能来问时保留结果", "参与者提交后就忘掉；存疑的同伴来问，它像从未投过票一样回答中止。")
        }
        "never_reuse_names" => {
            ("事务名绝不重复使用", "协调者重启后又把新事务叫作 T1；仍为旧 T1 处于准备状态的银行便提交了旧的工作。")
        }
        "deduplicate_requests" => ("重试只重复回答，不重复执行", "同一请求两次到达协调者，钱就转了两次。"),
        "record_refusal_before_replying" => {
            ("先记录拒绝，再答复客户端", "客户端得知请求已中止；协调者重启后，迟到的同一请求却提交了。")
        }
        _ => return None,
    };
    Some(RuleWords { name, without })
}

pub(super) fn invariant(slug: &str) -> Option<Named> {
    let (name, meaning) = match slug {
        "ac1" => ("AC1 一致", "凡是做出决定的进程，决定都相同。"),
        "ac2" => ("AC2 不可反悔", "进程不能推翻自己的决定。"),
        "ac3" => ("AC3 提交有效", "只有全票赞成才能决定提交。"),
        "ac4" => ("AC4 中止有效", "没有故障且全票赞成时，决定必为提交。过早触发的超时算作故障。"),
        "ac5" => ("AC5 终止", "故障修复后，只要足够久没有新故障，所有进程都会做出决定。"),
        "effects" => ("效果原子", "提交的银行恰好执行一次它在事务中的那一部分。"),
        "no_overdraft" => ("不透支", "已提交的事务不会使任何账户低于零。"),
        "conservation" => ("总额守恒", "每次核对看到的总额都相同：没有事务会看到另一个事务只完成一半。"),
        "durability" => ("持久性", "宕机之后，银行的余额仍是各次提交所留下的。"),
        "exactly_once" => ("恰好一次", "一个请求无论发送多少次，至多提交一次；客户端得知中止之后就绝不再提交。"),
        "truthful_answer" => ("如实回答", "客户端得到的回答就是所做的决定。"),
        "inquiry_answered" => ("有问必答", "存疑的参与者向协调者问起没有记录的事务，会得到“中止”的回答。"),
        "committed" => ("事务提交", "协调者决定提交。"),
        "aborted_by_vote" => ("反对票导致中止", "一个参与者投反对票，事务中止。"),
        "aborted_by_timeout" => ("沉默导致中止", "有一票没有及时到达，事务中止。"),
        "gave_up" => ("参与者放弃", "它没有及时被询问，于是自行中止。"),
        "blocked" => ("参与者阻塞", "它投了赞成票并已询问，还没有谁把决定告诉它。"),
        "unblocked_by_coordinator" => ("协调者解除阻塞", "阻塞的参与者从协调者得知决定。"),
        "told_by_peer" => ("同伴帮忙", "存疑的参与者从另一个参与者得知决定。"),
        "aborted_for_peer" => ("为同伴中止", "尚未投票的参与者被存疑的同伴询问，于是中止。"),
        "recovered_in_doubt" => ("恢复时存疑", "参与者重启时，日志里有赞成票而没有决定。"),
        "commit_reopened" => ("再次通知提交", "协调者重启时，有一个提交尚未得到全部确认。"),
        "presumed_abort" => ("推定中止", "有参与者问起协调者没有记录的事务。"),
        _ => return None,
    };
    Some(Named { name, meaning })
}

pub(super) fn field(slug: &str) -> Option<Named> {
    let (name, meaning) = match slug {
        "accounts" => ("账户数", "共有多少账户。账户轮流分给各银行：a 在银行 A，b 在银行 B，依此类推。"),
        "opening" => ("初始余额", "运行开始时每个账户的余额。"),
        "work_round" => ("工作轮", "参与者是否先完成工作，再被请求投票。若否，询问本身带着工作。"),
        "cooperative" => ("协作终止", "存疑的参与者是否也询问其他参与者。"),
        "vote_timeout" => ("投票超时", "协调者等待工作、继而等待投票多久之后中止。"),
        "prepare_timeout" => ("准备超时", "尚未投票的参与者等待询问多久之后自行中止。"),
        "decision_timeout" => ("决定超时", "存疑的参与者等待多久之后去询问决定。"),
        "ack_timeout" => ("确认超时", "协调者等待确认多久之后再次通知提交。"),
        "checkpoint_every" => ("检查点间隔", "日志达到多少条记录后由一个检查点取代。"),
        _ => return None,
    };
    Some(Named { name, meaning })
}

pub(super) fn state(field: &str) -> Option<&'static str> {
    Some(match field {
        "epoch" => "重启次数",
        "latest" => "最新事务",
        "open" => "进行中的事务",
        "sessions" => "各客户端的最近请求",
        "undecided" => "未决定的事务",
        "finished" => "为同伴保留的结果",
        "settled" => "此前的都已结束",
        "balances" => "余额",
        "locks" => "锁",
        "refuse_next" => "下次投反对票",
        "txn" => "事务",
        "transaction" => "内容",
        "request" => "请求",
        "participants" => "参与者",
        "phase" => "阶段",
        "Working" => "工作中",
        "Voting" => "投票中",
        "Committed" => "已提交",
        "Prepared" => "已准备",
        "done" => "工作完成",
        "yes" => "赞成",
        "no" => "反对",
        "read" => "读到的总和",
        "acked" => "已确认",
        "result" => "结果",
        "stage" => "阶段",
        "since" => "存疑始于",
        "waiting" => "等待",
        "commit" => "已提交",
        _ => return None,
    })
}
