//! What a process of two-phase commit holds in memory, in words, for the inspector.

use super::{en, letters, names, zh};
use crate::Lang;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use faultlab_core::RequestId;
use faultlab_core::commit::two_phase::{
    Coordinator, Open, Participant, Phase, Response, Stage, Transaction, TwoPhase, Undecided, Waiting,
};
use faultlab_core::kit::NodeSet;

/// What a field holds, by its name in the code; none for those that read well part by part.
pub(super) fn held(lang: Lang, process: &TwoPhase, field: &str) -> Option<String> {
    match process {
        TwoPhase::Coordinator(coordinator) => coordinator_held(lang, coordinator, field),
        TwoPhase::Participant(participant) => participant_held(lang, participant, field),
    }
}

fn coordinator_held(lang: Lang, coordinator: &Coordinator, field: &str) -> Option<String> {
    match field {
        "open" => Some(listed(coordinator.open.iter().map(|open| transaction_open(lang, open)))),
        "sessions" => Some(listed(coordinator.sessions().map(|(request, answer)| session(lang, request, answer)))),
        _ => None,
    }
}

fn participant_held(lang: Lang, participant: &Participant, field: &str) -> Option<String> {
    match field {
        "undecided" => Some(listed(participant.undecided.iter().map(|entry| undecided(lang, entry)))),
        "finished" => Some(listed(participant.finished.iter().map(|finished| {
            let (txn, commit) = (finished.txn, finished.commit);
            match (lang, commit) {
                (Lang::En, true) => format!("{txn} committed"),
                (Lang::En, false) => format!("{txn} aborted"),
                (Lang::Zh, true) => format!("{txn} 已提交"),
                (Lang::Zh, false) => format!("{txn} 已中止"),
            }
        }))),
        "settled" => Some(participant.settled.to_string()),
        "locks" => Some(or_dash(letters(lang, participant.locks))),
        _ => None,
    }
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "–".into() } else { text }
}

/// Parts side by side; a dash for none.
fn listed(parts: impl Iterator<Item = String>) -> String {
    or_dash(parts.collect::<Vec<_>>().join(" · "))
}

fn what(lang: Lang, transaction: Transaction) -> String {
    match lang {
        Lang::En => en::transaction(transaction),
        Lang::Zh => zh::transaction(transaction),
    }
}

fn transaction_open(lang: Lang, open: &Open) -> String {
    let head = format!("{}{}{}", open.txn, [": ", "："][lang as usize], what(lang, open.transaction));
    let of = |nodes: NodeSet| or_dash(names(lang, nodes));
    match (lang, open.phase) {
        (Lang::En, Phase::Working { done }) => format!("{head}; work done by {}", of(done)),
        (Lang::Zh, Phase::Working { done }) => format!("{head}；已执行：{}", of(done)),
        (Lang::En, Phase::Voting { yes, no, .. }) => format!("{head}; yes from {}, no from {}", of(yes), of(no)),
        (Lang::Zh, Phase::Voting { yes, no, .. }) => format!("{head}；赞成：{}；反对：{}", of(yes), of(no)),
        (Lang::En, Phase::Committed { acked, .. }) => format!("{head}; committed, acknowledged by {}", of(acked)),
        (Lang::Zh, Phase::Committed { acked, .. }) => format!("{head}；已提交，已确认：{}", of(acked)),
    }
}

fn session(lang: Lang, request: RequestId, answer: Option<Response>) -> String {
    let (client, number) = (request.client.0, request.sequence);
    match (lang, answer) {
        (Lang::En, None) => format!("client {client}, request {number}: not answered"),
        (Lang::Zh, None) => format!("客户端 {client} 的第 {number} 个请求：尚未答复"),
        (Lang::En, Some(answer)) => format!("client {client}, request {number}: {}", en::response(&answer)),
        (Lang::Zh, Some(answer)) => format!("客户端 {client} 的第 {number} 个请求：{}", zh::response(&answer)),
    }
}

fn undecided(lang: Lang, entry: &Undecided) -> String {
    let head = format!("{}{}{}", entry.txn, [": ", "："][lang as usize], what(lang, entry.transaction));
    match (lang, entry.stage) {
        (Lang::En, Stage::Working) => format!("{head}; not voted yet"),
        (Lang::Zh, Stage::Working) => format!("{head}；尚未投票"),
        (Lang::En, Stage::Prepared { locks, since, waiting }) => {
            let waits = match waiting {
                Waiting::Patient => "waits for the decision",
                Waiting::Asking => "asks for the decision",
                Waiting::Blocked => "is blocked",
            };
            let locks = or_dash(letters(lang, locks));
            format!("{head}; voted yes, {waits}, in doubt since {since}, locks {locks}")
        }
        (Lang::Zh, Stage::Prepared { locks, since, waiting }) => {
            let waits = match waiting {
                Waiting::Patient => "等待决定",
                Waiting::Asking => "询问决定",
                Waiting::Blocked => "被阻塞",
            };
            let locks = or_dash(letters(lang, locks));
            format!("{head}；已投赞成票，{waits}，自 {since} 起存疑，锁住 {locks}")
        }
    }
}
