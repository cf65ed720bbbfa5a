//! Raft in English.

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

pub(super) const SUMMARY: &str = "Several servers keep the same log, led by one they elect: what is committed \
     survives any minority of crashes, and a partition never makes two contradictory answers true.";

fn command(command: Command) -> String {
    let k = key(command.key());
    match command {
        Command::Put { value, .. } => format!("{k} = {value}"),
        Command::Cas { old, new, .. } => format!("{k}: {old} → {new}"),
        Command::Add { amount, .. } => format!("{k} + {amount}"),
    }
}

fn content(entry: &Entry) -> String {
    match entry.payload {
        Payload::Noop => "no-op".into(),
        Payload::Command { command: what, .. } => command(what),
        Payload::Configuration { members: voters, .. } => format!("members {}", members(Lang::En, voters)),
    }
}

fn entries(batch: &Batch, first: u64) -> String {
    match batch.as_slice() {
        [] => "nothing".into(),
        [entry] => format!("entry {first} ({})", content(entry)),
        [.., _] => format!("entries {first} to {}", first + batch.as_slice().len() as u64 - 1),
    }
}

fn last(id: EntryId) -> String {
    if id.index == 0 { "an empty log".into() } else { format!("a log that ends at {} (term {})", id.index, id.term) }
}

fn refusal(voter: &str, to: &str, reason: VoteRefusal) -> String {
    match reason {
        VoteRefusal::OldTerm => format!(": {voter} knows a later term."),
        VoteRefusal::AlreadyVoted { candidate } if name(candidate) == voter => {
            format!(": {voter} stands itself and has voted for itself.")
        }
        VoteRefusal::AlreadyVoted { candidate } => format!(": its vote of this term went to {}.", name(candidate)),
        VoteRefusal::LogBehind { candidate_last, own_last } => {
            format!(": {to} has {}, {voter} has {}.", last(candidate_last), last(own_last))
        }
        VoteRefusal::HearsLeader => format!(": {voter} has heard from a leader within the minimum election timeout."),
    }
}

fn stepped_down(who: &str, term: u32, was_leader: bool, reason: StepDown) -> Sentence {
    let role = if was_leader { "as leader" } else { "as candidate" };
    let head = format!("{who} steps down {role} of term {term}");
    Sentence::new(
        head,
        match reason {
            StepDown::LaterTerm { from } => format!(": {} is in a later term.", name(from)),
            StepDown::OtherLeader { leader } => format!(": {} was elected.", name(leader)),
            StepDown::NoQuorum => {
                ": it has heard from no majority for an election timeout, so another may lead by now.".to_string()
            }
            StepDown::Removed => ": the configuration without it is committed.".to_string(),
            StepDown::Lost => ": a majority refused its vote.".to_string(),
        },
    )
}

/// An entry with what tells it from every other: its term, and the request that it executes.
fn named(index: u64, entry: &Entry) -> String {
    let request = match entry.payload {
        Payload::Command { id, .. } => format!(" (request {} of client {})", id.sequence, id.client.0),
        Payload::Noop | Payload::Configuration { .. } => String::new(),
    };
    format!("entry {index} of term {}: {}{request}", entry.term, content(entry))
}

fn applied(who: &str, index: u64, entry: &Entry, execution: Option<Execution>) -> Sentence {
    let head = format!("{who} applies {}", named(index, entry));
    let rest = match execution {
        None | Some(Execution::Executed(Outcome::Stored(_))) => ".".to_string(),
        Some(Execution::Executed(Outcome::Unchanged(cell))) => {
            format!(". The key holds {}, so nothing changes.", cell.value)
        }
        Some(Execution::Duplicate(_)) => {
            ". The session knows this request: it is not executed again, its first answer is repeated.".to_string()
        }
        Some(Execution::Stale) => ". The client has gone on to a later request, so nothing changes.".to_string(),
    };
    Sentence::new(head, rest)
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
        0 => "Its log is empty.".to_string(),
        last if log.runs.is_empty() => format!("Its log is a snapshot up to entry {last}, of term {}.", log.base.term),
        _ => {
            let runs = terms(log).map(|(term, first, last)| match first == last {
                true => format!("entry {last} is of term {term}"),
                false => format!("entries {first} to {last} are of term {term}"),
            });
            format!("In its log {}.", runs.collect::<Vec<_>>().join(", "))
        }
    };
    Sentence::new(
        format!("{who} is elected leader of term {term}"),
        format!(", by {}. {log}", members(Lang::En, votes)),
    )
}

fn election(setup: &Setup<Raft>, who: &str, event: &Event) -> Sentence {
    match *event {
        Event::Started { recovered: false, .. } => {
            Sentence::new(format!("{who} starts"), " as a follower with an empty disk.")
        }
        Event::Started { term, last: end, applied, .. } => {
            let snapshot =
                if applied > 0 { format!(" Its snapshot reaches to entry {applied}.") } else { String::new() };
            let rest = format!(" as a follower in term {term}, with {} from its disk.{snapshot}", last(end));
            Sentence::new(format!("{who} restarts"), rest)
        }
        Event::LeaderHeard { leader, term } => {
            Sentence::new(format!("{who} follows {}", name(leader)), format!(", the leader of term {term}."))
        }
        Event::LeaderLost { leader, .. } => {
            let may = if setup.on(Rule::LeaderStickiness) { ", and it may now vote for another" } else { "" };
            Sentence::new(
                format!("{who} no longer hears {}", name(leader)),
                format!(": the minimum election timeout has passed{may}."),
            )
        }
        Event::BecamePreCandidate { term } => Sentence::new(
            format!("{who} asks whether it would win term {term}"),
            ": its election timeout has passed without a leader. Its own term does not grow by asking.",
        ),
        Event::PreVoteGranted { to, term } => Sentence::new(
            format!("{who} would vote for {} in term {term}", name(to)),
            ": it hears no leader either. This binds it to nothing.",
        ),
        Event::PreVoteRefused { to, term, reason } => {
            let to = name(to);
            Sentence::new(format!("{who} would not vote for {to} in term {term}"), refusal(who, &to, reason))
        }
        Event::BecameCandidate { term, transfer: false } => Sentence::new(
            format!("{who} becomes a candidate for term {term}"),
            ", votes for itself and asks the others.",
        ),
        Event::BecameCandidate { term, transfer: true } => Sentence::new(
            format!("{who} becomes a candidate for term {term}"),
            " at once: the leader has handed over to it, so it need not wait for a timeout.",
        ),
        Event::VoteGranted { to, term } => {
            let to = name(to);
            let rest = if setup.on(Rule::VoteOnlyUpToDate) {
                format!(": {to}'s log is at least as up to date as that of {who}.")
            } else {
                ", without comparing the logs: the rule is off.".to_string()
            };
            Sentence::new(format!("{who} votes for {to} in term {term}"), rest)
        }
        Event::VoteRefused { to, term, reason } => {
            let to = name(to);
            Sentence::new(format!("{who} refuses {to} its vote in term {term}"), refusal(who, &to, reason))
        }
        Event::LeaderElected { term, votes, ref log } => elected(who, term, votes, log),
        Event::SteppedDown { term, was_leader, reason } => stepped_down(who, term, was_leader, reason),
        Event::LedOn { term, heard } => {
            let heard =
                if heard.is_empty() { "nobody".to_string() } else { format!("only {}", members(Lang::En, heard)) };
            Sentence::new(
                format!("{who} goes on as leader of term {term}"),
                format!(", though it has heard from {heard} for an election timeout, and that is no majority."),
            )
        }
        _ => Sentence::default(),
    }
}

/// Why a leader takes an entry for committed.
fn committed(setup: &Setup<Raft>, who: &str, term: u32, upto: EntryId) -> Sentence {
    let quorum = if setup.on(Rule::MajorityQuorum) { "a majority" } else { "half of the members" };
    let kept = [Rule::SyncLogBeforeAck, Rule::CheckPreviousEntry, Rule::TruncateOnlyOnConflict];
    let stored = if kept.into_iter().all(|rule| setup.on(rule)) {
        "has stored it"
    } else {
        "has acknowledged it, which with the rule off does not mean that it is on their disks"
    };
    let own = match upto.term == term {
        true => "and it is of the leader's own term".to_string(),
        false => "though it is of an earlier term and can still be overwritten".to_string(),
    };
    let head = format!("{who}, leader of term {term}, commits up to entry {} of term {}", upto.index, upto.term);
    Sentence::new(head, format!(": {quorum} {stored}, {own}."))
}

fn appended(setup: &Setup<Raft>, who: &str, prev: EntryId, batch: &Batch, by_leader: bool) -> Sentence {
    let durable = by_leader || setup.on(Rule::SyncLogBeforeAck);
    let log = if by_leader { "its own log" } else { "its log" };
    let how = if durable { "durably" } else { "with the rule off perhaps in memory only" };
    let place = match prev.index {
        0 => "at the beginning".to_string(),
        before => format!("behind entry {before} of term {}", prev.term),
    };
    let terms = match batch.as_slice() {
        [] => String::new(),
        [only] => format!(" of term {}", only.term),
        [first, .., last] if first.term == last.term => format!(" of term {}", first.term),
        [first, .., last] => format!(" of terms {} to {}", first.term, last.term),
    };
    let head = format!("{who} appends {}{terms}", entries(batch, prev.index + 1));
    Sentence::new(head, format!(" to {log}, {place}, {how}."))
}

fn read_served(setup: &Setup<Raft>, who: &str, event: &Event) -> Sentence {
    let Event::ReadServed { key: k, cell, mode, .. } = event else { return Sentence::default() };
    let why = match mode {
        ReadMode::ReadIndex if !setup.on(Rule::ReadIndexConfirms) => {
            "Nobody has confirmed that it still leads: the rule is off."
        }
        ReadMode::ReadIndex if !setup.on(Rule::MajorityQuorum) => {
            "Half of the members have confirmed that it still leads."
        }
        ReadMode::ReadIndex => "A majority has confirmed that it still leads.",
        ReadMode::Lease if !setup.on(Rule::LeaseBounded) => "It trusts a lease that, with the rule off, never ends.",
        ReadMode::Lease => "It trusts its lease: while clocks keep time, no other can have been elected.",
    };
    let from = match cell.revision {
        0 => "as nothing has been written".to_string(),
        entry => format!("as entry {entry} left it"),
    };
    Sentence::new(format!("{who} answers a read: {} is {}, {from}", key(*k), cell.value), format!(". {why}"))
}

fn replication(setup: &Setup<Raft>, who: &str, event: &Event) -> Sentence {
    match event {
        Event::Appended { prev, entries: batch, by_leader } => appended(setup, who, *prev, batch, *by_leader),
        Event::Truncated { from, last, term } => {
            let which = if from == last { format!("entry {from}") } else { format!("entries {from} to {last}") };
            let rest = match from == last {
                true => format!(": it is of term {term} and conflicts with the leader's log."),
                false => format!(": from term {term} on, they conflict with the leader's log."),
            };
            Sentence::new(format!("{who} removes {which}"), rest)
        }
        Event::Committed { term, upto } => committed(setup, who, *term, *upto),
        Event::Applied { index, entry, execution } => applied(who, *index, entry, *execution),
        Event::SnapshotTaken { last } => Sentence::new(
            format!("{who} takes a snapshot after entry {}", last.index),
            ": it replaces the beginning of the log.",
        ),
        Event::SnapshotSent { to, last } => Sentence::new(
            format!("{who} sends {} a snapshot up to entry {}", name(*to), last.index),
            ": the entries that it lacks are no longer in the leader's log.",
        ),
        Event::SnapshotInstalled { last, applied, .. } => Sentence::new(
            format!("{who} installs a snapshot up to entry {}", last.index),
            format!(". Before, it had applied entries up to {applied}."),
        ),
        Event::ReadServed { .. } => read_served(setup, who, event),
        _ => Sentence::default(),
    }
}

fn membership(who: &str, event: &Event) -> Sentence {
    match *event {
        Event::ConfigurationAppended { members: voters, .. } => Sentence::new(
            format!("{who} uses a new configuration: {}", members(Lang::En, voters)),
            ". It is in force as soon as it is in the log.",
        ),
        Event::ConfigurationRolledBack { members: voters } => Sentence::new(
            format!("{who} returns to the configuration {}", members(Lang::En, voters)),
            ": the entry with the later one was not committed and is gone.",
        ),
        Event::ConfigurationCommitted { members: voters, .. } => {
            Sentence::new(format!("{who} knows the configuration {} to be committed", members(Lang::En, voters)), ".")
        }
        Event::CatchUpStarted { node } => Sentence::new(
            format!("{who} brings {} up to date", name(node)),
            " before it may vote: an empty member would only stand in the way of commits.",
        ),
        Event::CatchUpAbandoned { node, withdrawn } => {
            let rest = match withdrawn {
                false => ": it did not catch up in time. It does not join, and others can.",
                true => ": the operator has asked for members without it.",
            };
            Sentence::new(format!("{who} stops bringing {} up to date", name(node)), rest)
        }
        Event::WaitedOn { node } => Sentence::new(
            format!("{who} goes on waiting for {} to catch up", name(node)),
            ", though it did not catch up in time. Until that ends no other server can join.",
        ),
        Event::TransferStarted { to } => Sentence::new(
            format!("{who} hands the leadership over to {}", name(to)),
            ": it takes no new requests until that is done.",
        ),
        Event::TransferAbandoned { to } => Sentence::new(
            format!("{who} gives up handing over to {}", name(to)),
            ": an election timeout was not enough. It goes on leading.",
        ),
        _ => Sentence::default(),
    }
}

pub(super) fn message(message: &Message) -> String {
    match message {
        Message::RequestPreVote { term, .. } => format!("would you vote? term {term}"),
        Message::PreVote { granted: true, .. } => "would vote".into(),
        Message::PreVote { granted: false, .. } => "would not vote".into(),
        Message::RequestVote { term, .. } => format!("vote? term {term}"),
        Message::Vote { term, granted: true } => format!("vote, term {term}"),
        Message::Vote { term, granted: false } => format!("no vote, term {term}"),
        Message::AppendEntries(append) if append.entries == Batch::None => format!("heartbeat, term {}", append.term),
        Message::AppendEntries(append) => format!("append {}", entries(&append.entries, append.prev.index + 1)),
        Message::Appended { result: Append::Stored { upto }, .. } => format!("stored up to {upto}"),
        Message::Appended { result: Append::Mismatch { prev, .. }, .. } => format!("no such entry {prev}"),
        Message::Appended { term, result: Append::Outdated, .. } => format!("outdated: term {term}"),
        Message::InstallSnapshot { snapshot, .. } => format!("snapshot up to {}", snapshot.last.index),
        Message::TimeoutNow { .. } => "take over now".into(),
    }
}

pub(super) fn response(response: &Response) -> String {
    match *response {
        Response::Done(Outcome::Stored(cell)) => format!("done: {}", cell.value),
        Response::Done(Outcome::Unchanged(cell)) => format!("unchanged: it is {}", cell.value),
        Response::Value(cell) => cell.value.to_string(),
        Response::Configured { members: voters } => format!("members: {}", members(Lang::En, voters)),
        Response::Transferred { to } => format!("{} leads", name(to)),
        Response::NotLeader { leader: Some(leader) } => format!("ask {}", name(leader)),
        Response::NotLeader { leader: None } => "not the leader".into(),
        Response::Busy(Wait::NewLeader) => "later: a new leader has committed nothing yet".into(),
        Response::Busy(Wait::ChangeUnderWay) => "later: a change is under way".into(),
        Response::Busy(Wait::TransferUnderWay) => "later: the leadership is being handed over".into(),
        Response::Refused(Refusal::MoreThanOneServer) => "refused: more than one server at a time".into(),
        Response::Refused(Refusal::NoSuchConfiguration) => "refused: no such configuration".into(),
        Response::Refused(Refusal::NotAMember) => "refused: not a member".into(),
        Response::Refused(Refusal::TransferTimedOut) => "refused: the target did not take over in time".into(),
        Response::Refused(Refusal::Stale) => "refused: a later request was executed".into(),
        Response::Refused(Refusal::CatchUpFailed) => "refused: the server did not catch up in time".into(),
        Response::Refused(Refusal::JoinWithdrawn) => {
            "refused: the server was asked to leave before it had joined".into()
        }
    }
}

pub(super) fn record(record: &Record) -> String {
    match record {
        Record::HardState { term, voted_for: Some(node) } => format!("term {term}, vote for {}", name(*node)),
        Record::HardState { term, voted_for: None } => format!("term {term}, no vote"),
        Record::Entry { index, entry } => format!("{index}: {} (term {})", content(entry), entry.term),
        Record::Snapshot { last, .. } => format!("snapshot up to {} (term {})", last.index, last.term),
    }
}

pub(super) fn timer(timer: Timer) -> &'static str {
    match timer {
        Timer::Election => "election timeout",
        Timer::Quiet => "minimum election timeout",
        Timer::Heartbeat => "heartbeat",
        Timer::Quorum => "quorum check",
        Timer::LeaseA => "lease A",
        Timer::LeaseB => "lease B",
        Timer::Transfer => "hand-over timeout",
    }
}
