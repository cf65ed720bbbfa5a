//! Names and meanings of Raft's rules, invariants and fields in English.

use crate::{Named, RuleWords};

fn of(name: &'static str, without: &'static str) -> Option<RuleWords> {
    Some(RuleWords { name, without })
}

fn named(name: &'static str, meaning: &'static str) -> Option<Named> {
    Some(Named { name, meaning })
}

pub(in crate::raft) fn rule(slug: &str) -> Option<RuleWords> {
    match slug {
        "persist_term" => of(
            "Write the term down before acting in it",
            "After a restart a server is in an old term again: it may vote twice in one term, and follow a leader that is long deposed.",
        ),
        "persist_vote" => of(
            "Write the vote down before giving it",
            "A server that restarts forgets its vote and gives another one in the same term: two leaders in one term.",
        ),
        "sync_log_before_ack" => of(
            "Sync the log before acknowledging",
            "A crash loses entries that the leader counted. Committed entries can vanish from a majority.",
        ),
        "commit_only_current_term" => of(
            "Commit only entries of the own term by counting",
            "An entry of an earlier term on a majority can still be overwritten, although it was taken for committed: figure 8 of the paper.",
        ),
        "vote_only_up_to_date" => of(
            "Vote only for an up-to-date log",
            "A server that lacks committed entries can be elected, and overwrites them.",
        ),
        "majority_quorum" => of(
            "Ask for more than half",
            "With half of an even number, two groups decide apart from each other: two leaders in one term.",
        ),
        "check_previous_entry" => of(
            "Check the entry before the new ones",
            "A follower that lacks entries appends behind the gap. Its log no longer agrees with its leader's.",
        ),
        "truncate_only_on_conflict" => of(
            "Remove entries only where they conflict",
            "A delayed, shorter append cuts off entries that were acknowledged since.",
        ),
        "pre_vote" => of(
            "Ask before raising the term",
            "A server that was cut off, or removed, comes back with a higher term and deposes a leader that did nothing wrong.",
        ),
        "leader_stickiness" => of(
            "Do not vote while a leader is heard",
            "Whoever asks with a higher term deposes the leader, even a server that was removed: again and again.",
        ),
        "check_quorum" => of(
            "A leader without a majority steps down",
            "A leader that can send but not hear keeps its followers quiet for ever, and nothing is committed.",
        ),
        _ => service_rule(slug),
    }
}

/// The rules of reads, members, snapshots and sessions.
fn service_rule(slug: &str) -> Option<RuleWords> {
    match slug {
        "read_index_confirms" => of(
            "Confirm the leadership before answering a read",
            "A leader that was deposed without knowing answers reads from old state.",
        ),
        "lease_bounded" => of(
            "A lease ends in time",
            "A leader trusts an old lease while another has been elected, and answers reads from old state.",
        ),
        "read_after_own_commit" => of(
            "Commit an entry of the own term before reading",
            "A new leader does not know yet what is committed, and answers reads from old state.",
        ),
        "no_config_before_commit" => of(
            "Commit an entry of the own term before changing members",
            "Two leaders in turn change the same old configuration, and the two new ones have majorities that share no server.",
        ),
        "one_server_at_a_time" => of(
            "Change members by one server at a time",
            "Majorities of the old and of the new configuration need not share a server: two leaders at once.",
        ),
        "one_change_at_a_time" => of(
            "One change of members at a time",
            "Changes that are not committed pile up: they add up to a jump whose majorities share no server.",
        ),
        "snapshot_only_forward" => of(
            "Install no snapshot older than what is applied",
            "An old snapshot that arrives late takes a server back behind entries that it acknowledged.",
        ),
        "snapshot_keeps_configuration" => of(
            "Keep the configuration in the snapshot",
            "A server that restarts from the snapshot falls back to the first configuration, and counts majorities that no longer exist.",
        ),
        "deduplicate" => of(
            "Execute each request once",
            "A client that tries again after a lost answer has its command executed twice.",
        ),
        "bounded_catch_up" => of(
            "Give up on a new server that does not catch up",
            "Bringing a server up to date that is dead or too slow never ends: the operator gets no answer, and no other server can join.",
        ),
        _ => None,
    }
}

pub(in crate::raft) fn invariant(slug: &str) -> Option<Named> {
    match slug {
        "election_safety" => named("Election Safety", "At most one leader is elected in a term."),
        "leader_append_only" => {
            named("Leader Append-Only", "A leader never overwrites or removes entries of its own log; it only appends.")
        }
        "log_matching" => named(
            "Log Matching",
            "If two logs have an entry with the same index and term, they are identical up to that entry.",
        ),
        "leader_completeness" => named(
            "Leader Completeness",
            "An entry that was committed in a term is in the log of every leader of a later term.",
        ),
        "state_machine_safety" => {
            named("State Machine Safety", "If a server has applied an entry at an index, none applies another there.")
        }
        "exactly_once" => named("Exactly once", "A client's command takes effect once, however often it is asked for."),
        "read_freshness" => named(
            "Read freshness",
            "A read returns a value at least as new as whatever was answered before the read was asked for.",
        ),
        "monotonic_term" => named("Monotonic term", "A server's term never falls, not even by a crash."),
        "monotonic_commit_index" => {
            named("Monotonic commit index", "A running server's state machine never goes back.")
        }
        "one_vote_per_term" => named("One vote per term", "A server votes for at most one candidate in a term."),
        "leader_elected" => named("A leader is elected", "A run counts as having reached this once it has happened."),
        "entry_committed" => {
            named("An entry is committed", "A run counts as having reached this once it has happened.")
        }
        "log_repaired" => named("A log is repaired", "A follower has removed entries that conflict with its leader's."),
        "snapshot_taken" => named("A snapshot is taken", "A run counts as having reached this once it has happened."),
        "snapshot_installed" => named("A snapshot is installed", "A follower has caught up by its leader's snapshot."),
        "configuration_changed" => named("The members change", "A new configuration has been committed."),
        "leadership_transferred" => named("The leadership is handed over", "A server stood at its leader's request."),
        "retry_deduplicated" => named("A retry is recognised", "A repeated command was answered without executing it."),
        "read_served" => named("A read is served", "A run counts as having reached this once it has happened."),
        "progress" => named(
            "Progress",
            "Once the faults are over and a majority is up, there is a leader, and every request is answered in time.",
        ),
        "undisturbed_leader" => named(
            "Undisturbed leader",
            "A leader that a majority hears is deposed only by a term in which a majority said it would vote for somebody, or that the leader itself offered to another.",
        ),
        "leader_has_quorum" => named(
            "A leader has a quorum",
            "A leader that no majority has answered for an election timeout, by its own clock, does not go on leading.",
        ),
        "join_ends" => {
            named("A join ends", "A leader does not go on waiting for a new server that does not catch up in time.")
        }
        _ => None,
    }
}

pub(in crate::raft) fn field(slug: &str) -> Option<Named> {
    match slug {
        "voters" => named("Voting members at the start", "The other servers wait until they are asked to join."),
        "election_timeout_min" => named(
            "Election timeout, least",
            "So long a server waits at least for its leader. It should be far more than a message takes.",
        ),
        "election_timeout_max" => named(
            "Election timeout, most",
            "Each wait is drawn between the two, so that servers seldom stand at the same time.",
        ),
        "heartbeat_interval" => named("Heartbeat interval", "So often a leader tells its followers that it is there."),
        "read_mode" => {
            named("Reads", "By a round of heartbeats for each read, or by a lease that earlier heartbeats have won.")
        }
        "lease" => named(
            "Lease",
            "So long a leader may answer reads after a round of heartbeats. It must be shorter than the least election timeout, even where clocks drift.",
        ),
        "snapshot_every" => named("Snapshot after", "So many applied entries; 0: never."),
        "snapshot_trailing" => named("Entries kept behind a snapshot", "For followers that lag a little."),
        "batch" => named("Entries in a message", "At most so many."),
        "window" => named("Entries on their way", "At most so many to one follower without its answer."),
        _ => None,
    }
}

/// The log, the state machine and the followers' progress have a panel of their own; the inspector leaves them out.
pub(in crate::raft) fn state(field: &str) -> Option<&'static str> {
    Some(match field {
        "term" => "term",
        "voted_for" => "voted for",
        "role" => "role",
        "Follower" => "follower",
        "PreCandidate" => "pre-candidate",
        "Candidate" => "candidate",
        "Leader" => "leader",
        "leader" => "leader",
        "hears_leader" => "hears a leader",
        "commit" => "committed and applied up to",
        "granted" => "votes",
        "refused" => "refusals",
        "round" => "round",
        "contacted" => "heard from",
        "reads" => "reads that wait",
        "joining" => "being caught up",
        "goal" => "to be stored in this round",
        "rounds_left" => "rounds left",
        "checks" => "checks in this round",
        "transfer" => "handing over to",
        _ => return None,
    })
}
