//! The reference models in English.

use super::ModelWords;
use crate::{Named, RuleWords};
use alloc::format;
use alloc::string::String;

const CONSISTENT: Named = Named { name: "Consistent", meaning: "No manager has committed while another has aborted." };

fn consistent(slug: &str) -> Option<Named> {
    (slug == "consistent").then_some(CONSISTENT)
}

fn managers(slug: &str) -> Option<&'static str> {
    (slug == "rms").then_some("resource managers")
}

pub(super) const TCOMMIT: ModelWords = ModelWords {
    title: "Transaction commit",
    summary: "What it means that resource managers agree to commit or to abort, without a word about how.",
    parameter: managers,
    rule: |_| None,
    invariant: consistent,
    step: |action, with| {
        Some(match (action, with) {
            ("Prepare", [manager]) => format!("Manager {manager} is prepared."),
            ("DecideCommit", [manager]) => format!("Manager {manager} commits."),
            ("DecideAbort", [manager]) => format!("Manager {manager} aborts."),
            _ => return None,
        })
    },
};

pub(super) const TWO_PHASE: ModelWords = ModelWords {
    title: "Two-phase commit",
    summary: "A transaction manager gathers the consent of all resource managers before it tells them to commit.",
    parameter: managers,
    rule: |slug| {
        (slug == "unanimous_votes").then_some(RuleWords {
            name: "Commit only if all have prepared",
            without: "A majority is enough: a manager that is still working may abort although the others commit.",
        })
    },
    invariant: consistent,
    step: |action, with| {
        Some(match (action, with) {
            ("TMCommit", []) => "The transaction manager decides to commit and tells all.".into(),
            ("TMAbort", []) => "The transaction manager decides to abort and tells all.".into(),
            ("TMRcvPrepared", [manager]) => {
                format!("The transaction manager receives that manager {manager} is prepared.")
            }
            ("RMPrepare", [manager]) => format!("Manager {manager} is prepared and says so."),
            ("RMChooseToAbort", [manager]) => format!("Manager {manager} aborts by itself."),
            ("RMRcvCommitMsg", [manager]) => format!("Manager {manager} is told to commit and does."),
            ("RMRcvAbortMsg", [manager]) => format!("Manager {manager} is told to abort and does."),
            _ => return None,
        })
    },
};

pub(super) const PAXOS: ModelWords = ModelWords {
    title: "Paxos",
    summary: "Acceptors choose one value in numbered ballots; proposers and learners are left to the imagination.",
    parameter: |slug| {
        Some(match slug {
            "acceptors" => "acceptors",
            "values" => "values that may be proposed",
            "ballots" => "ballots, numbered from zero",
            _ => return None,
        })
    },
    rule: paxos_rule,
    invariant: |slug| {
        (slug == "agreement")
            .then_some(Named { name: "Agreement", meaning: "No two different values are chosen, each by a majority." })
    },
    step: paxos_step,
};

fn paxos_rule(slug: &str) -> Option<RuleWords> {
    Some(match slug {
        "adopt_highest" => RuleWords {
            name: "Adopt the value of the highest ballot",
            without: "The proposer takes the value of the lowest ballot that its quorum reports, though a later one may be chosen.",
        },
        "use_accepted" => RuleWords {
            name: "Adopt an accepted value at all",
            without: "The proposer proposes what it likes, whatever its quorum has accepted.",
        },
        "check_promise" => RuleWords {
            name: "Accept nothing below a promise",
            without: "An acceptor accepts in a ballot lower than the one it has promised to.",
        },
        _ => return None,
    })
}

fn paxos_step(action: &str, with: &[u64]) -> Option<String> {
    Some(match (action, with) {
        ("Phase1a", [ballot]) => format!("The proposer of ballot {ballot} asks for promises."),
        ("Phase1b", [acceptor, ballot]) => {
            format!("Acceptor {acceptor} promises ballot {ballot}; it has accepted nothing yet.")
        }
        ("Phase1bAccepted", [acceptor, ballot, accepted, value]) => format!(
            "Acceptor {acceptor} promises ballot {ballot} and reports value {value}, accepted in ballot {accepted}."
        ),
        ("Phase2a", [ballot, value]) => {
            format!("The proposer of ballot {ballot} has promises of a majority and proposes value {value}.")
        }
        ("Phase2b", [acceptor, ballot, value]) => {
            format!("Acceptor {acceptor} accepts value {value} in ballot {ballot}.")
        }
        _ => return None,
    })
}

pub(super) const ALTERNATING_BIT: ModelWords = ModelWords {
    title: "Alternating bit",
    summary: "A sender and a receiver pass data over two queues that lose messages, each message with one bit.",
    parameter: |slug| {
        Some(match slug {
            "data" => "different data",
            "queue" => "messages that fit into each queue",
            _ => return None,
        })
    },
    rule: |_| None,
    invariant: |slug| {
        (slug == "received_as_sent").then_some(Named {
            name: "Received as sent",
            meaning: "When the receiver's bit is the sender's and not yet acknowledged, it has the datum that was sent.",
        })
    },
    step: |action, with| {
        Some(match (action, with) {
            ("SndNewValue", [datum]) => format!("The sender turns its bit and sends datum {datum}."),
            ("ReSndMsg", [datum]) => format!("The sender sends datum {datum} again."),
            ("RcvMsg", [datum]) => format!("The receiver receives datum {datum}."),
            ("SndAck", [bit]) => format!("The receiver acknowledges bit {bit}."),
            ("RcvAck", [bit]) => format!("The sender receives the acknowledgement of bit {bit}."),
            ("LoseMsg", []) => "A message is lost.".into(),
            ("LoseAck", []) => "An acknowledgement is lost.".into(),
            _ => return None,
        })
    },
};

pub(super) const CHANG_ROBERTS: ModelWords = ModelWords {
    title: "Chang–Roberts election",
    summary: "Nodes on a ring pass numbers in one direction; the node with the smallest number that took part wins.",
    parameter: |slug| (slug == "nodes").then_some("nodes on the ring"),
    rule: |_| None,
    invariant: |slug| {
        (slug == "correctness").then_some(Named {
            name: "Correctness",
            meaning: "Only the smallest number among those that began an election wins.",
        })
    },
    step: |action, with| {
        Some(match (action, with) {
            ("n0", [node]) => format!("Node {node} begins."),
            ("n1_lose", [node, number]) => format!("Node {node} receives {number}, loses and passes it on."),
            ("n1_win", [node]) => format!("Node {node} receives its own number and has won."),
            ("n1_swallow", [node, number]) => format!("Node {node} receives {number} and swallows it."),
            ("n2", [node, number]) => format!("Node {node} receives {number} and passes it on."),
            _ => return None,
        })
    },
};
