//! Two-phase commit in English.

use super::{letters, name, names, within};
use crate::{Lang, Named, RuleWords, Sentence};
use alloc::format;
use alloc::string::String;
use faultlab_core::commit::two_phase::{
    Cause, Event, Known, Layout, Message, Record, Refusal, Request, Response, Rule, Timer, Transaction, TwoPhase, Vote,
};
use faultlab_core::kit::NodeSet;
use faultlab_core::{NodeId, Setup};

pub(super) const SUMMARY: &str = "A coordinator gets several banks to commit a transaction together or not at all. It asks all of \
    them to vote, commits only if every vote is yes, and blocks if it dies at the wrong moment.";

fn at(node: NodeId) -> String {
    within(Lang::En, node)
}

pub(super) fn transaction(transaction: Transaction) -> String {
    match transaction {
        Transaction::Transfer { from, to, amount } => {
            format!("transfer {amount} from {} to {}", from.letter(), to.letter())
        }
        Transaction::Share { from, amount } => format!("share {amount} from {} with every bank", from.letter()),
        Transaction::Audit => "audit of all accounts".into(),
    }
}

fn refusal(reason: Refusal) -> String {
    match reason {
        Refusal::Locked { account, holder } => {
            format!("account {} is locked by {holder}, and nobody waits for locks here", account.letter())
        }
        Refusal::Funds { account } => format!("account {} does not hold enough money", account.letter()),
        Refusal::Asked => "the operator asked for it".into(),
        Refusal::WorkLost => "it does not have the work: it never came, or a crash took it".into(),
        Refusal::GaveUp => "it waited too long to be asked and has aborted".into(),
        Refusal::ToldPeer => "it has already recorded abort".into(),
    }
}

fn cause(cause: Cause) -> String {
    match cause {
        Cause::Vote { from, reason } => format!("{} voted no: {}", at(from), refusal(reason)),
        Cause::Timeout { missing: NodeSet::EMPTY } => "time ran out".into(),
        Cause::Timeout { missing } => format!("no word from {} in time", names(Lang::En, missing)),
    }
}

pub(super) fn event(setup: &Setup<TwoPhase>, node: NodeId, event: &Event) -> Sentence {
    let who = name(Lang::En, node);
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
            let what = if commit { "commit" } else { "abort" };
            Sentence::new(format!("{who} finds in its log: {txn} decided {what}"), ".")
        }
        Event::Checkpointed => Sentence::new(
            format!("{who} writes a checkpoint"),
            " and trims its log: one record replaces all that went before.",
        ),
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
        return "All voted yes".into();
    }
    format!("{} of {} voted yes, and the rule that asks for all is off", yes.len(), asked.len())
}

/// What the audit adds to a commit.
fn audited(setup: &Setup<TwoPhase>, read: Option<i64>) -> String {
    let in_all = Layout::new(setup).grand_total();
    match read {
        None => String::new(),
        Some(total) if total == in_all => format!(" The audit read {total} in all."),
        Some(total) => format!(" The audit read {total} in all, of {in_all} that there are."),
    }
}

fn coordinator_event(setup: &Setup<TwoPhase>, event: &Event) -> Sentence {
    match *event {
        Event::Begun { txn, transaction: what, request } => {
            let (client, number) = (request.client.0, request.sequence);
            let rest = format!(": {} (request {number} of client {client}).", transaction(what));
            Sentence::new(format!("{txn} begins"), rest)
        }
        Event::PrepareAsked { txn } => {
            let enough = if setup.on(Rule::UnanimousVotes) {
                "one no is enough to abort"
            } else {
                "with the rule off more than half are enough to commit"
            };
            let rest = format!(". Phase one: every participant must vote, and {enough}.");
            Sentence::new(format!("The coordinator asks whether {txn} can commit"), rest)
        }
        Event::DecidedCommit { txn, read, yes, asked } => {
            let log = if setup.on(Rule::ForceDecision) {
                "The decision is in its log"
            } else {
                "With the rule off it need not be on its disk yet"
            };
            let (votes, audit) = (votes(yes, asked), audited(setup, read));
            let rest = format!(". {votes}. {log}. Phase two: it tells the participants.{audit}");
            Sentence::new(format!("The coordinator decides: commit {txn}"), rest)
        }
        Event::DecidedAbort { txn, cause: why } => {
            Sentence::new(format!("The coordinator decides: abort {txn}"), format!(", because {}.", cause(why)))
        }
        Event::DecisionResent { txn, missing } => Sentence::new(
            format!("The coordinator tells again: commit {txn}"),
            format!(". No acknowledgement yet from {}.", names(Lang::En, missing)),
        ),
        Event::Ended { txn } => {
            let rest = if !setup.on(Rule::RememberUntilAllAcknowledge) {
                ": one participant has acknowledged, and with the rule off that is enough. Others may still ask."
            } else if !setup.on(Rule::AcknowledgeAfterDurableDecision) {
                ": every participant has acknowledged, but perhaps before its disk had the commit: one that restarts may ask again."
            } else {
                ": every participant has acknowledged, so nobody will ask again."
            };
            Sentence::new(format!("The coordinator forgets {txn}"), rest)
        }
        Event::PresumedAbort { txn, peer } => Sentence::new(
            format!("The coordinator tells {} to abort {txn}", at(peer)),
            ": it has no record of it, and no record means abort.",
        ),
        Event::LeftUnanswered { txn, peer } => Sentence::new(
            format!("The coordinator does not answer {} about {txn}", at(peer)),
            ": it has no record of it, and says only what it knows.",
        ),
        Event::CoordinatorRecovered { reopened, .. } => {
            let known = match reopened {
                0 => "Its log holds no commit that is not finished".into(),
                _ => format!("From its log it knows {} to tell again", commits(reopened)),
            };
            let others = if setup.on(Rule::PresumeAbort) {
                "whatever else was under way counts as aborted"
            } else {
                "of whatever else was under way it knows nothing"
            };
            Sentence::new("The coordinator runs again", format!(". {known}; {others}."))
        }
        _ => Sentence::default(),
    }
}

fn commits(count: u16) -> String {
    if count == 1 { "one commit".into() } else { format!("{count} commits") }
}

fn recovery_event(setup: &Setup<TwoPhase>, who: &str, event: &Event) -> Sentence {
    match *event {
        Event::InDoubt { txn } => {
            let locks = if setup.on(Rule::LockUntilDecision) { "takes its locks again and " } else { "" };
            let rest = format!(": its log holds its yes, but no decision. It {locks}asks.");
            Sentence::new(format!("{who} is in doubt about {txn}"), rest)
        }
        Event::Recovered { in_doubt: 0, total } => {
            Sentence::new(format!("{who} runs again"), format!(", with {total} in its accounts and no doubts."))
        }
        Event::Recovered { in_doubt: 1, total } => Sentence::new(
            format!("{who} runs again"),
            format!(", with {total} in its accounts, in doubt about one transaction."),
        ),
        Event::Recovered { in_doubt, total } => Sentence::new(
            format!("{who} runs again"),
            format!(", with {total} in its accounts, in doubt about {in_doubt} transactions."),
        ),
        Event::WillRefuse => {
            Sentence::new(format!("{who} will vote no on the next transaction"), ", as the operator asks.")
        }
        _ => Sentence::default(),
    }
}

fn vote_event(setup: &Setup<TwoPhase>, who: &str, event: &Event) -> Sentence {
    match *event {
        Event::WorkDone { txn } => Sentence::new(
            format!("{who} has done its part of {txn}"),
            " in memory. It is not bound yet: it may still abort by itself.",
        ),
        Event::LocksTaken { txn, accounts } => {
            Sentence::new(format!("{who} locks {} for {txn}", letters(Lang::En, accounts)), " until the decision.")
        }
        Event::VotedYes { txn } => {
            let log = if setup.on(Rule::ForcePrepared) {
                "The promise is in its log"
            } else {
                "With the rule off its promise need not be on its disk yet"
            };
            let bound = if setup.on(Rule::WaitForDecisionAfterYes) {
                "from now on it can neither commit nor abort by itself"
            } else {
                "with the rule to wait off it aborts by itself if the decision does not come in time"
            };
            Sentence::new(format!("{who} votes yes on {txn}"), format!(". {log}; {bound}."))
        }
        Event::VotedNo { txn, reason } => {
            Sentence::new(format!("{who} votes no on {txn}"), format!(", because {}.", refusal(reason)))
        }
        Event::GaveUp { txn } => Sentence::new(
            format!("{who} aborts {txn} by itself"),
            ": nobody asked for its vote in time, and before the vote it is free to.",
        ),
        Event::AbortedForPeer { txn, peer } => {
            let record = if setup.on(Rule::RecordAbortBeforeAnswering) {
                "it records the abort first, so that it can never vote yes"
            } else {
                "but with the rule off it records nothing, and may still vote yes"
            };
            let rest = format!(". As far as it remembers it has not voted, so it may; {record}.");
            Sentence::new(format!("{who} aborts {txn} because {} asks", at(peer)), rest)
        }
        _ => Sentence::default(),
    }
}

fn decision_event(setup: &Setup<TwoPhase>, who: &str, event: &Event) -> Sentence {
    let locks = setup.on(Rule::LockUntilDecision);
    match *event {
        Event::Committed { txn, from, total } => Sentence::new(
            format!("{who} commits {txn}"),
            format!(
                ", as {} says. Its accounts now hold {total}{}.",
                at(from),
                if locks { "; it holds no locks for it any more" } else { "" }
            ),
        ),
        Event::Aborted { txn, from } => {
            let free = if locks { " It holds no locks for it any more." } else { "" };
            Sentence::new(format!("{who} aborts {txn}"), format!(", as {} says.{free}", at(from)))
        }
        Event::AbortedAfterYes { txn } => Sentence::new(
            format!("{who} aborts {txn} by itself"),
            " after it had voted yes. The others may be committing at this moment.",
        ),
        Event::NothingPrepared { txn } => Sentence::new(
            format!("{who} cannot commit {txn}"),
            ": it remembers no yes for it, so as far as it knows it never promised. It aborts.",
        ),
        Event::Contradicted { txn } => {
            Sentence::new(format!("{who} is told to commit {txn}"), ", which it has aborted. There is no way back.")
        }
        Event::AskedForDecision { txn, peers: true } => Sentence::new(
            format!("{who} asks the coordinator and the other banks what became of {txn}"),
            ". It voted yes, so it must find out.",
        ),
        Event::AskedForDecision { txn, peers: false } => Sentence::new(
            format!("{who} asks the coordinator what became of {txn}"),
            ". It voted yes, so it must find out.",
        ),
        Event::Blocked { txn, .. } => {
            let keeps = if locks { " and keeps its locks" } else { "" };
            let rest =
                format!(": it has asked, and nobody has told it the decision. It may not decide, so it waits{keeps}.");
            Sentence::new(format!("{who} is blocked on {txn}"), rest)
        }
        Event::Unblocked { txn, from } => {
            Sentence::new(format!("{who} is no longer blocked on {txn}"), format!(": {} knows the decision.", at(from)))
        }
        _ => Sentence::default(),
    }
}

pub(super) fn message(message: &Message) -> String {
    match *message {
        Message::Work { txn, .. } => format!("{txn} work"),
        Message::Done { txn } => format!("{txn} done"),
        Message::Prepare { txn, .. } => format!("{txn} prepare?"),
        Message::Vote { txn, vote: Vote::Yes { .. } } => format!("{txn} yes"),
        Message::Vote { txn, vote: Vote::No(_) } => format!("{txn} no"),
        Message::Decision { txn, commit: true } => format!("{txn} commit"),
        Message::Decision { txn, commit: false } => format!("{txn} abort"),
        Message::Ack { txn } => format!("{txn} ack"),
        Message::Inquiry { txn } => format!("{txn} decided?"),
        Message::Answer { txn, known: Known::Committed } => format!("{txn} committed"),
        Message::Answer { txn, known: Known::Aborted } => format!("{txn} aborted"),
        Message::Answer { txn, known: Known::InDoubt } => format!("{txn} in doubt too"),
    }
}

pub(super) fn request(request: &Request) -> String {
    match *request {
        Request::Run(what) => transaction(what),
        Request::Refuse { node } => format!("{} votes no on the next transaction", name(Lang::En, node)),
    }
}

pub(super) fn response(response: &Response) -> String {
    match *response {
        Response::Committed { txn, total: None } => format!("{txn} committed"),
        Response::Committed { txn, total: Some(total) } => format!("{txn} committed: {total} in all"),
        Response::Aborted { txn, cause: why } => format!("{txn} aborted: {}", cause(why)),
        Response::Invalid => "this request makes no sense here".into(),
        Response::Noted => "noted".into(),
    }
}

pub(super) fn record(record: &Record) -> String {
    match record {
        Record::Epoch { epoch } => format!("restart {epoch}"),
        Record::Decided { txn, .. } => format!("commit {txn}"),
        Record::Refused { request, txn, .. } => format!("answer {request}: {txn} aborted"),
        Record::End { txn } => format!("end {txn}"),
        Record::Prepared { txn, .. } => format!("prepared {txn}"),
        Record::Committed { txn } => format!("committed {txn}"),
        Record::Aborted { txn } => format!("aborted {txn}"),
        Record::CoordinatorCheckpoint { .. } | Record::ParticipantCheckpoint { .. } => "checkpoint".into(),
    }
}

pub(super) fn timer(timer: Timer) -> String {
    match timer {
        Timer::Votes(txn) => format!("waits for votes on {txn}"),
        Timer::Acks(txn) => format!("waits for acknowledgements of {txn}"),
        Timer::Prepare(txn) => format!("waits to be asked to prepare {txn}"),
        Timer::Decision(txn) => format!("waits for the decision on {txn}"),
    }
}

pub(super) fn rule(slug: &str) -> Option<RuleWords> {
    let (name, without) = match slug {
        "unanimous_votes" => (
            "Commit only if all vote yes",
            "The coordinator commits on a majority, while a participant that voted no has aborted.",
        ),
        "wait_for_decision_after_yes" => (
            "After a yes, wait for the decision",
            "A participant that waits too long aborts by itself, although the coordinator may have committed.",
        ),
        "force_decision" => (
            "Force the commit record before telling anybody",
            "The coordinator tells a commit, crashes before its record is durable, and presumes abort when it runs again.",
        ),
        "force_prepared" => (
            "Force the prepared record before voting yes",
            "A participant votes yes, crashes, and does not know of its vote any more when it is told to commit.",
        ),
        "record_abort_before_answering" => (
            "Record an abort before saying no",
            "A participant tells a peer that it aborts, forgets, and votes yes when the question arrives after all.",
        ),
        "lock_until_decision" => (
            "Hold locks from the yes to the decision",
            "Two transactions spend the same money, or an audit sees one half of a transfer.",
        ),
        "presume_abort" => (
            "Answer abort for what is not on record",
            "The coordinator keeps silent about transactions it has forgotten, and a participant in doubt waits for ever.",
        ),
        "acknowledge_after_durable_decision" => (
            "Acknowledge a commit only once it is durable",
            "A participant acknowledges, loses its record in a crash, asks again, and hears abort: the coordinator has forgotten.",
        ),
        "remember_until_all_acknowledge" => (
            "Remember a commit until all have acknowledged",
            "The coordinator forgets too early; a participant in doubt asks and hears abort, since no record means abort.",
        ),
        "keep_outcome_for_peers" => (
            "Remember outcomes while a peer may ask",
            "A participant commits and forgets; a peer in doubt asks, and it answers as if it had never voted: abort.",
        ),
        "never_reuse_names" => (
            "Never use a transaction's name twice",
            "After a restart the coordinator calls a new transaction T1 again, and a bank still prepared for the old T1 commits the old work.",
        ),
        "deduplicate_requests" => (
            "Answer a retry, do not run it again",
            "A request that reaches the coordinator twice moves the money twice.",
        ),
        "record_refusal_before_replying" => (
            "Record a refusal before telling the client",
            "The client hears that its request was aborted; after a restart a straggling copy of the request commits.",
        ),
        _ => return None,
    };
    Some(RuleWords { name, without })
}

pub(super) fn invariant(slug: &str) -> Option<Named> {
    let (name, meaning) = match slug {
        "ac1" => ("AC1 Agreement", "All processes that decide reach the same decision."),
        "ac2" => ("AC2 No reversal", "A process cannot reverse its decision."),
        "ac3" => ("AC3 Commit validity", "The decision is commit only if all voted yes."),
        "ac4" => (
            "AC4 Abort validity",
            "Without failures, if all voted yes, the decision is commit. A timeout that fired too early counts as a failure.",
        ),
        "ac5" => ("AC5 Termination", "Once failures are repaired and none come for long enough, all processes decide."),
        "effects" => ("Atomic effects", "A bank that commits does exactly its part of the transaction, once."),
        "no_overdraft" => ("No overdraft", "No committed transaction leaves an account below zero."),
        "conservation" => {
            ("Conservation", "Every audit sees the same total: no transaction sees another one half done.")
        }
        "durability" => ("Durability", "After a crash a bank holds what its commits have left there."),
        "exactly_once" => (
            "Exactly once",
            "A request commits at most once, however often it is sent, and not at all once the client was told of an abort.",
        ),
        "truthful_answer" => ("Truthful answers", "A client is told what was decided."),
        "inquiry_answered" => (
            "Inquiries are answered",
            "A participant in doubt that asks the coordinator about a transaction of which there is no record is told abort.",
        ),
        "committed" => ("A transaction commits", "The coordinator decided to commit."),
        "aborted_by_vote" => ("A no aborts", "One participant voted no, and the transaction was aborted."),
        "aborted_by_timeout" => ("Silence aborts", "A vote did not come in time, and the transaction was aborted."),
        "gave_up" => ("A participant gives up", "It was not asked for its vote in time and aborted by itself."),
        "blocked" => ("A participant blocks", "It voted yes and asked, and nobody has told it the decision."),
        "unblocked_by_coordinator" => {
            ("The coordinator unblocks", "A blocked participant learned the decision from the coordinator.")
        }
        "told_by_peer" => ("A peer helps", "A participant in doubt learned the decision from another participant."),
        "aborted_for_peer" => {
            ("Aborted for a peer", "A participant that had not voted was asked by one in doubt, and aborted.")
        }
        "recovered_in_doubt" => {
            ("Recovered in doubt", "A participant restarted with a yes in its log and no decision.")
        }
        "commit_reopened" => {
            ("A commit told again", "The coordinator restarted with a commit that not all had acknowledged.")
        }
        "presumed_abort" => ("Abort presumed", "The coordinator was asked for a transaction it had no record of."),
        _ => return None,
    };
    Some(Named { name, meaning })
}

pub(super) fn field(slug: &str) -> Option<Named> {
    let (name, meaning) = match slug {
        "accounts" => (
            "Accounts",
            "How many accounts there are. They are dealt out to the banks in turn: a to bank A, b to bank B, and so on.",
        ),
        "opening" => ("Opening balance", "What each account holds when the run begins."),
        "work_round" => (
            "Round of work",
            "Whether participants do their work before they are asked to vote. Without it the question carries the work.",
        ),
        "cooperative" => {
            ("Cooperative termination", "Whether a participant in doubt asks the other participants as well.")
        }
        "vote_timeout" => {
            ("Vote timeout", "How long the coordinator waits for work, and then for votes, before it aborts.")
        }
        "prepare_timeout" => (
            "Prepare timeout",
            "How long a participant that has not voted waits to be asked before it aborts by itself.",
        ),
        "decision_timeout" => {
            ("Decision timeout", "How long a participant in doubt waits before it asks for the decision.")
        }
        "ack_timeout" => (
            "Acknowledgement timeout",
            "How long the coordinator waits for acknowledgements before it tells a commit again.",
        ),
        "checkpoint_every" => ("Checkpoint after", "After how many log records a checkpoint replaces them."),
        _ => return None,
    };
    Some(Named { name, meaning })
}

pub(super) fn state(field: &str) -> Option<&'static str> {
    Some(match field {
        "epoch" => "restarts",
        "latest" => "latest transaction",
        "open" => "open transactions",
        "sessions" => "last request of each client",
        "undecided" => "undecided transactions",
        "finished" => "outcomes kept for peers",
        "settled" => "over everywhere below",
        "balances" => "balances",
        "locks" => "locks",
        "refuse_next" => "votes no next",
        "txn" => "transaction",
        "transaction" => "what it does",
        "request" => "request",
        "participants" => "participants",
        "phase" => "phase",
        "Working" => "working",
        "Voting" => "voting",
        "Committed" => "committed",
        "Prepared" => "prepared",
        "done" => "work done",
        "yes" => "voted yes",
        "no" => "voted no",
        "read" => "sum read",
        "acked" => "acknowledged",
        "result" => "result",
        "stage" => "stage",
        "since" => "in doubt since",
        "waiting" => "waiting",
        "commit" => "committed",
        _ => return None,
    })
}
