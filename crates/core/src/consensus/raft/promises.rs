//! What Raft promises (paper fig. 3), and what must be reachable so that the promises mean something.

use crate::kit::majority;
use crate::{Invariant, Needs, Promise, QuietView, Seen, Span, View, Violation};

use super::ghost::Broken;
use super::{Event, Execution, NodeSet, Raft, ReadMode, Setup};

macro_rules! always {
    ($slug:literal, $broken:ident) => {
        Invariant {
            slug: $slug,
            promise: Promise::Always(|view, _| judge(view, Broken::$broken)),
            needs: Needs::Nothing,
        }
    };
}

macro_rules! sometimes {
    ($slug:literal, $event:pat) => {
        Invariant {
            slug: $slug,
            promise: Promise::Sometimes(|_, seen| matches!(seen, Seen::Event { event: $event, .. })),
            needs: Needs::Nothing,
        }
    };
}

pub const INVARIANTS: &[Invariant<Raft>] = &[
    always!("election_safety", ElectionSafety),
    always!("leader_append_only", LeaderAppendOnly),
    always!("log_matching", LogMatching),
    always!("leader_completeness", LeaderCompleteness),
    always!("state_machine_safety", StateMachineSafety),
    always!("exactly_once", ExactlyOnce),
    Invariant {
        slug: "read_freshness",
        promise: Promise::Always(|view, _| judge(view, Broken::ReadFreshness)),
        // A lease rests on timers, a round of heartbeats on nothing.
        needs: Needs::TimedWith(|setup| setup.config.read_mode == ReadMode::Lease),
    },
    always!("monotonic_term", MonotonicTerm),
    always!("monotonic_commit_index", MonotonicCommitIndex),
    always!("one_vote_per_term", OneVotePerTerm),
    sometimes!("leader_elected", Event::LeaderElected { .. }),
    sometimes!("entry_committed", Event::Committed { .. }),
    sometimes!("log_repaired", Event::Truncated { .. }),
    sometimes!("snapshot_taken", Event::SnapshotTaken { .. }),
    sometimes!("snapshot_installed", Event::SnapshotInstalled { .. }),
    sometimes!("configuration_changed", Event::ConfigurationCommitted { .. }),
    sometimes!("leadership_transferred", Event::BecameCandidate { transfer: true, .. }),
    sometimes!("retry_deduplicated", Event::Applied { execution: Some(Execution::Duplicate(_)), .. }),
    sometimes!("read_served", Event::ReadServed { mode: ReadMode::ReadIndex | ReadMode::Lease, .. }),
    Invariant { slug: "progress", promise: Promise::Within { span: patience, met: progressing }, needs: Needs::Timed },
    // Behind the others, since a run's facts name promises by their places.
    always!("undisturbed_leader", UndisturbedLeader),
    always!("leader_has_quorum", LeaderHasQuorum),
    always!("join_ends", JoinEnds),
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
