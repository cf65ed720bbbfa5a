//! What Raft promises (paper fig. 3), and what must be reachable so that the promises mean something.

use crate::kit::majority;
use crate::{Invariant, Needs, QuietView, Span, View, Violation};

use super::ghost::Broken;
use super::{Event, Execution, NodeSet, Raft, ReadMode, Setup};

pub const INVARIANTS: &[Invariant<Raft>] = &[
    Invariant::always("election_safety", |view, _| judge(view, Broken::ElectionSafety)),
    Invariant::always("leader_append_only", |view, _| judge(view, Broken::LeaderAppendOnly)),
    Invariant::always("log_matching", |view, _| judge(view, Broken::LogMatching)),
    Invariant::always("leader_completeness", |view, _| judge(view, Broken::LeaderCompleteness)),
    Invariant::always("state_machine_safety", |view, _| judge(view, Broken::StateMachineSafety)),
    Invariant::always("exactly_once", |view, _| judge(view, Broken::ExactlyOnce)),
    // A lease rests on timers, a round of heartbeats on nothing.
    Invariant::always("read_freshness", |view, _| judge(view, Broken::ReadFreshness))
        .needs(Needs::TimedWith(|setup| setup.config.read_mode == ReadMode::Lease)),
    Invariant::always("monotonic_term", |view, _| judge(view, Broken::MonotonicTerm)),
    Invariant::always("monotonic_commit_index", |view, _| judge(view, Broken::MonotonicCommitIndex)),
    Invariant::always("one_vote_per_term", |view, _| judge(view, Broken::OneVotePerTerm)),
    Invariant::sometimes("leader_elected", |_, seen| matches!(seen.event(), Some(Event::LeaderElected { .. }))),
    Invariant::sometimes("entry_committed", |_, seen| matches!(seen.event(), Some(Event::Committed { .. }))),
    Invariant::sometimes("log_repaired", |_, seen| matches!(seen.event(), Some(Event::Truncated { .. }))),
    Invariant::sometimes("snapshot_taken", |_, seen| matches!(seen.event(), Some(Event::SnapshotTaken { .. }))),
    Invariant::sometimes("snapshot_installed", |_, seen| matches!(seen.event(), Some(Event::SnapshotInstalled { .. }))),
    Invariant::sometimes("configuration_changed", |_, seen| {
        matches!(seen.event(), Some(Event::ConfigurationCommitted { .. }))
    }),
    Invariant::sometimes("leadership_transferred", |_, seen| {
        matches!(seen.event(), Some(Event::BecameCandidate { transfer: true, .. }))
    }),
    Invariant::sometimes("retry_deduplicated", |_, seen| {
        matches!(seen.event(), Some(Event::Applied { execution: Some(Execution::Duplicate(_)), .. }))
    }),
    Invariant::sometimes("read_served", |_, seen| {
        matches!(seen.event(), Some(Event::ReadServed { mode: ReadMode::ReadIndex | ReadMode::Lease, .. }))
    }),
    Invariant::within("progress", patience, progressing),
    // Behind the others, since a run's facts name promises by their places.
    Invariant::always("undisturbed_leader", |view, _| judge(view, Broken::UndisturbedLeader)),
    Invariant::always("leader_has_quorum", |view, _| judge(view, Broken::LeaderHasQuorum)),
    Invariant::always("join_ends", |view, _| judge(view, Broken::JoinEnds)),
];

fn judge(view: &View<'_, Raft>, broken: Broken) -> Result<(), Violation<Raft>> {
    match view.ghost.finding(broken) {
        None => Ok(()),
        Some(finding) => Err(Violation::between(finding.events.clone()).with_requests(finding.requests.clone())),
    }
}

/// Forty election timeouts, and two seconds for clients to try again. One election in a small cluster fails with a
/// probability well below one half, so forty in a row fail below 1e-12.
fn patience(setup: &Setup) -> Span {
    setup.config.election_max().times(40) + Span::seconds(2)
}

/// There is a leader, and no client has waited for longer than patience allows.
fn progressing(view: &QuietView<'_, Raft>) -> Result<(), Violation<Raft>> {
    let up = |members: NodeSet| members.iter().filter(|node| node.0 < view.setup.nodes && view.is_up(*node)).count();
    let initial = super::founders(view.setup);
    // A configuration that has lost its majority promises nothing.
    if view.ghost.configurations(view.setup).any(|members| up(members) < majority(members.len())) {
        return Ok(());
    }
    let leader = view.ghost.leader().filter(|leader| view.is_up(*leader));
    let waited = view.oldest_request.is_some_and(|asked| view.now.since(asked) > patience(view.setup));
    match leader {
        Some(_) if !waited => Ok(()),
        Some(leader) => Err(Violation::at(alloc::vec![leader])),
        None => Err(Violation::at(initial.iter().collect())),
    }
}
