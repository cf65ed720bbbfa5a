//! The reference models in Simplified Chinese.

use super::ModelWords;
use crate::{Named, RuleWords};
use alloc::format;
use alloc::string::String;

const CONSISTENT: Named =
    Named { name: "一致", meaning: "不会有一个管理器已提交而另一个已中止。" };

fn consistent(slug: &str) -> Option<Named> {
    (slug == "consistent").then_some(CONSISTENT)
}

fn managers(slug: &str) -> Option<&'static str> {
    (slug == "rms").then_some("资源管理器的数量")
}

pub(super) const TCOMMIT: ModelWords = ModelWords {
    title: "事务提交",
    summary: "各资源管理器就提交或中止达成一致意味着什么，不涉及如何做到。",
    parameter: managers,
    rule: |_| None,
    invariant: consistent,
    step: |action, with| {
        Some(match (action, with) {
            ("Prepare", [manager]) => format!("管理器 {manager} 已准备。"),
            ("DecideCommit", [manager]) => format!("管理器 {manager} 提交。"),
            ("DecideAbort", [manager]) => format!("管理器 {manager} 中止。"),
            _ => return None,
        })
    },
};

pub(super) const TWO_PHASE: ModelWords = ModelWords {
    title: "两阶段提交",
    summary: "事务管理器先收齐所有资源管理器的同意，然后才通知它们提交。",
    parameter: managers,
    rule: |slug| {
        (slug == "unanimous_votes").then_some(RuleWords {
            name: "全部已准备才提交",
            without: "多数已准备就提交：仍在执行的管理器可能自行中止，而其他管理器已经提交。",
        })
    },
    invariant: consistent,
    step: |action, with| {
        Some(match (action, with) {
            ("TMCommit", []) => "事务管理器决定提交，并通知所有管理器。".into(),
            ("TMAbort", []) => "事务管理器决定中止，并通知所有管理器。".into(),
            ("TMRcvPrepared", [manager]) => format!("事务管理器得知管理器 {manager} 已准备。"),
            ("RMPrepare", [manager]) => format!("管理器 {manager} 已准备，并告知事务管理器。"),
            ("RMChooseToAbort", [manager]) => format!("管理器 {manager} 自行中止。"),
            ("RMRcvCommitMsg", [manager]) => format!("管理器 {manager} 接到提交通知，随即提交。"),
            ("RMRcvAbortMsg", [manager]) => format!("管理器 {manager} 接到中止通知，随即中止。"),
            _ => return None,
        })
    },
};

pub(super) const PAXOS: ModelWords = ModelWords {
    title: "Paxos",
    summary: "接受者在编号的轮次中选定一个值；提议者和学习者不在模型之内。",
    parameter: |slug| {
        Some(match slug {
            "acceptors" => "接受者的数量",
            "values" => "可提议的值的数量",
            "ballots" => "轮次的数量，从零编号",
            _ => return None,
        })
    },
    rule: paxos_rule,
    invariant: |slug| {
        (slug == "agreement").then_some(Named {
            name: "一致同意", meaning: "不会有两个不同的值各自被多数接受者选定。"
        })
    },
    step: paxos_step,
};

fn paxos_rule(slug: &str) -> Option<RuleWords> {
    Some(match slug {
        "adopt_highest" => RuleWords {
            name: "采用最高轮次的值",
            without: "提议者采用法定人数所报告的最低轮次的值，而较晚的值可能已经选定。",
        },
        "use_accepted" => RuleWords {
            name: "必须采用已接受的值",
            without: "无论法定人数接受过什么，提议者都随意提议。",
        },
        "check_promise" => RuleWords {
            name: "不接受低于承诺的轮次", without: "接受者会在低于其承诺的轮次中接受值。"
        },
        _ => return None,
    })
}

fn paxos_step(action: &str, with: &[u64]) -> Option<String> {
    Some(match (action, with) {
        ("Phase1a", [ballot]) => format!("轮次 {ballot} 的提议者请求承诺。"),
        ("Phase1b", [acceptor, ballot]) => {
            format!("接受者 {acceptor} 承诺轮次 {ballot}；它还没有接受过任何值。")
        }
        ("Phase1bAccepted", [acceptor, ballot, accepted, value]) => {
            format!("接受者 {acceptor} 承诺轮次 {ballot}，并报告它在轮次 {accepted} 接受过值 {value}。")
        }
        ("Phase2a", [ballot, value]) => format!("轮次 {ballot} 的提议者得到多数的承诺，提议值 {value}。"),
        ("Phase2b", [acceptor, ballot, value]) => {
            format!("接受者 {acceptor} 在轮次 {ballot} 接受值 {value}。")
        }
        _ => return None,
    })
}

pub(super) const ALTERNATING_BIT: ModelWords = ModelWords {
    title: "交替位协议",
    summary: "发送者和接收者经由两个会丢失消息的队列传递数据，每条消息带一个比特。",
    parameter: |slug| {
        Some(match slug {
            "data" => "不同数据的数量",
            "queue" => "每个队列容纳的消息数",
            _ => return None,
        })
    },
    rule: |_| None,
    invariant: |slug| {
        (slug == "received_as_sent").then_some(Named {
            name: "所收即所发",
            meaning: "当接收者的比特与发送者相同而尚未得到确认时，它持有的就是所发送的数据。",
        })
    },
    step: |action, with| {
        Some(match (action, with) {
            ("SndNewValue", [datum]) => format!("发送者翻转比特，发送数据 {datum}。"),
            ("ReSndMsg", [datum]) => format!("发送者再次发送数据 {datum}。"),
            ("RcvMsg", [datum]) => format!("接收者收到数据 {datum}。"),
            ("SndAck", [bit]) => format!("接收者确认比特 {bit}。"),
            ("RcvAck", [bit]) => format!("发送者收到对比特 {bit} 的确认。"),
            ("LoseMsg", []) => "一条消息丢失。".into(),
            ("LoseAck", []) => "一条确认丢失。".into(),
            _ => return None,
        })
    },
};

pub(super) const CHANG_ROBERTS: ModelWords = ModelWords {
    title: "Chang–Roberts 选举",
    summary: "环上的节点朝一个方向传递编号；参与选举的节点中编号最小者获胜。",
    parameter: |slug| (slug == "nodes").then_some("环上节点的数量"),
    rule: |_| None,
    invariant: |slug| {
        (slug == "correctness").then_some(Named {
            name: "正确性", meaning: "只有发起选举的节点中编号最小的才会获胜。"
        })
    },
    step: |action, with| {
        Some(match (action, with) {
            ("n0", [node]) => format!("节点 {node} 开始。"),
            ("n1_lose", [node, number]) => format!("节点 {node} 收到 {number}，落选并继续传递。"),
            ("n1_win", [node]) => format!("节点 {node} 收到自己的编号，当选。"),
            ("n1_swallow", [node, number]) => format!("节点 {node} 收到 {number}，不再传递。"),
            ("n2", [node, number]) => format!("节点 {node} 收到 {number}，继续传递。"),
            _ => return None,
        })
    },
};
