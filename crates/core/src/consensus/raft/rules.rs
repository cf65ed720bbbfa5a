//! The rules that can be switched off, each with its source, what breaks without it, and where that shows.

use crate::{Budget, Rule as Row, Source, Span, TimeModel, Witness};

/// The rules, in the order of [`RULES`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    PersistTerm,
    PersistVote,
    SyncLogBeforeAck,
    CommitOnlyCurrentTerm,
    VoteOnlyUpToDate,
    MajorityQuorum,
    CheckPreviousEntry,
    TruncateOnlyOnConflict,
    PreVote,
    LeaderStickiness,
    CheckQuorum,
    ReadIndexConfirms,
    LeaseBounded,
    ReadAfterOwnCommit,
    NoConfigBeforeCommit,
    OneServerAtATime,
    OneChangeAtATime,
    SnapshotOnlyForward,
    SnapshotKeepsConfiguration,
    Deduplicate,
    BoundedCatchUp,
}

impl From<Rule> for usize {
    fn from(rule: Rule) -> Self {
        rule as Self
    }
}

const fn paper(section: &'static str) -> Source {
    Source { document: "Raft paper", section }
}

const fn thesis(section: &'static str) -> Source {
    Source { document: "Raft thesis", section }
}

/// Whatever only gets in the way of a short play: the minimum of machinery.
const PLAIN: &[(&str, u64)] = &[("snapshot_every", 0)];

/// Pre-vote and stickiness ask for more messages and timeouts before an election; they do not make it safer.
const NO_COURTESY: &[&str] = &["pre_vote", "leader_stickiness"];

const fn explore(nodes: u8, off: &'static [&'static str], budget: Budget) -> Witness {
    Witness::Explore { nodes, config: PLAIN, off, requests: &[], prefix: &[], budget, time: TimeModel::Asynchronous }
}

/// From what these acts lead up to, with numbers and requests of its own.
const fn explore_from(
    nodes: u8,
    config: &'static [(&'static str, u64)],
    prefix: &'static [&'static str],
    requests: &'static [&'static str],
    budget: Budget,
) -> Witness {
    Witness::Explore { nodes, config, off: NO_COURTESY, requests, prefix, budget, time: TimeModel::Asynchronous }
}

/// A snapshot after every entry.
const SNAPSHOTS: &[(&str, u64)] = &[("snapshot_every", 1), ("snapshot_trailing", 0)];

/// One entry a message, so that an old one can arrive without the new one behind it.
const ONE_BY_ONE: &[(&str, u64)] = &[("snapshot_every", 0), ("batch", 1)];

/// Nothing but elections.
const BARE: &[(&str, u8)] = &[("quorum", 0), ("heartbeat", 0), ("transfer", 0)];

const STEPWISE: &str = "at 0s set stepwise on";
const S1_IS_ELECTED: &str =
    "at 1ms fire n1 election · flush n1 · deliver n1->n2#1 · flush n2 · flush n2 · deliver n2->n1#1 · flush n1";
const S1_COMMITS: &str = "at 2ms deliver n1->n2#2 · flush n2 · deliver n2->n1#2";

/// S1 leads, and has committed its first entry with S2. S3 has heard nothing of it.
const LED: &[&str] = &[STEPWISE, S1_IS_ELECTED, S1_COMMITS];

/// S2 and S3 have elected S2, and S1 does not know of it.
const DEPOSED: &[&str] = &[
    STEPWISE,
    S1_IS_ELECTED,
    S1_COMMITS,
    "at 3ms fire n2 quiet · fire n2 election · flush n2 · deliver n2->n3#1 · flush n3 · flush n3 · deliver n3->n2#1 · flush n2",
];

/// S1 has committed a client's write with S2, which does not know yet that it is committed.
const WROTE: &[&str] = &[
    STEPWISE,
    S1_IS_ELECTED,
    S1_COMMITS,
    "at 3ms request c1 put x 1 · deliver c1->n1#1 · flush n1 · deliver n1->n2#3 · flush n2 · deliver n2->n1#3",
];

/// Figure 8 up to (b), with three servers: S1 led term 1 and S3 leads term 2, each with an entry that nobody else has.
const FIGURE_8_B: &[&str] = &[
    STEPWISE,
    "at 1ms fire n1 election · flush n1 · deliver n1->n2#1 · flush n2 · flush n2 · deliver n1->n3#1 · flush n3 · flush n3",
    "at 2ms deliver n2->n1#1 · flush n1",
    "at 3ms fire n3 election · flush n3 · deliver n3->n2#1 · flush n2 · flush n2 · deliver n2->n3#1 · flush n3",
    "at 4ms deliver n3->n1#2 · flush n1",
];

/// S1 led term 1 and was asked to remove S2 before it had committed anything; S2 leads term 2 and has seen nothing of it.
const TWO_LEADERS: &[&str] = &[
    STEPWISE,
    "at 1ms fire n1 election · flush n1 · deliver n1->n2#1 · flush n2 · flush n2 · deliver n1->n3#1 · flush n3 · flush n3",
    "at 2ms deliver n1->n4#1 · flush n4 · flush n4 · deliver n3->n1#1 · deliver n4->n1#1 · flush n1",
    "at 3ms request c1 leave n2 · deliver c1->n1#1 · flush n1",
    "at 4ms fire n2 election · flush n2 · deliver n2->n3#1 · flush n3 · flush n3 · deliver n2->n4#1 · flush n4 · flush n4",
    "at 5ms deliver n3->n2#1 · deliver n4->n2#1 · flush n2 · deliver n2->n1#2 · flush n1",
];

/// S3 has left, and S2 has a snapshot behind the entry that says so.
const LEFT_AND_SNAPSHOT: &[&str] = &[
    STEPWISE,
    S1_IS_ELECTED,
    "at 2ms deliver n1->n2#2 · flush n2 · deliver n2->n1#2 · flush n1",
    "at 3ms request c1 leave n3 · deliver c1->n1#1 · flush n1 · deliver n1->n2#3 · flush n2 · deliver n2->n1#3 · flush n1",
    "at 4ms flush n2 · fire n1 heartbeat · deliver n1->n2#4 · flush n2 · flush n2 · deliver n2->n1#4",
];

/// S1 leads and holds a lease from the start, all have its first entry, and no timer is late.
const LEASE_HELD: [&str; 3] = [
    STEPWISE,
    "at 0s fire n1 election · flush n1 · deliver n1->n2#1 · flush n2 · flush n2 · deliver n2->n1#1 · flush n1",
    "at 0s deliver n1->n2#2 · flush n2 · deliver n2->n1#2 · deliver n1->n3#2 · flush n3 · flush n3",
];

/// Only S3 goes on hearing S1, whose lease it renews, and S2 stands for election.
const LEASE_RENEWED: &[&str] = &[
    LEASE_HELD[0],
    LEASE_HELD[1],
    LEASE_HELD[2],
    "at 50ms fire n1 heartbeat · deliver n1->n3#3 · deliver n3->n1#2",
    "at 100ms fire n1 heartbeat · deliver n1->n3#4 · deliver n3->n1#3",
    "at 150ms fire n2 quiet · fire n2 election · flush n2",
];

/// Nobody hears S1 any more: its lease ends, and S2 stands for election.
const LEASE_ENDED: &[&str] = &[
    LEASE_HELD[0],
    LEASE_HELD[1],
    LEASE_HELD[2],
    "at 50ms fire n1 heartbeat",
    "at 100ms fire n1 lease-a · fire n1 heartbeat",
    "at 150ms fire n2 quiet · fire n3 quiet · fire n2 election · flush n2",
];

const BY_LEASE: &[(&str, u64)] = &[("snapshot_every", 0), ("read_mode", 1)];
const NO_MORE_BEATS: &[(&str, u8)] = &[("heartbeat", 0), ("quorum", 0), ("transfer", 0)];

/// A leader holds or has held a lease, and two clients ask: one writes, one reads.
const fn under_a_lease(prefix: &'static [&'static str]) -> Witness {
    Witness::Explore {
        nodes: 3,
        config: BY_LEASE,
        off: &["pre_vote"],
        requests: &["put a 7", "get a"],
        prefix,
        budget: Budget { timers_of: NO_MORE_BEATS, ..budget(1, 2, 0, 0) },
        time: TimeModel::Timed { tick: Span::millis(50), ticks: 1, delay_max: None },
    }
}

/// S1 has been elected, and nobody has answered it since.
const NOBODY_ANSWERS: &[&str] = &[
    STEPWISE,
    "at 0s fire n1 election · flush n1 · deliver n1->n2#1 · flush n2 · flush n2 · deliver n2->n1#1 · flush n1",
];

/// Nothing but the checks that a leader makes once an election timeout.
const CHECKS: &[(&str, u8)] = &[("quorum", 2)];

const NO_TRANSFER: &[(&str, u8)] = &[("transfer", 0)];

/// Nothing but elections and the beats that carry entries on: a leader that never steps down of its own accord.
const ELECTIONS: &[(&str, u8)] = &[("quorum", 0), ("heartbeat", 1), ("transfer", 0)];

const fn budget(timers: u8, requests: u8, crashes: u8, duplicates: u8) -> Budget {
    Budget { crashes, duplicates, timers, requests, ..Budget::NOTHING }
}

pub(super) const RULES: &[Row] = &[
    Row {
        slug: "persist_term",
        source: paper("fig. 2, persistent state"),
        breaks: &["election_safety", "monotonic_term"],
        witness: explore(3, NO_COURTESY, budget(2, 0, 1, 0)),
    },
    Row {
        slug: "persist_vote",
        source: paper("fig. 2, persistent state"),
        breaks: &["election_safety", "one_vote_per_term"],
        witness: explore(3, NO_COURTESY, budget(2, 0, 1, 0)),
    },
    Row {
        slug: "sync_log_before_ack",
        source: paper("§5.3 and fig. 2, persistent state"),
        breaks: &["leader_completeness"],
        witness: explore(3, NO_COURTESY, Budget { timers_of: BARE, ..budget(2, 0, 1, 0) }),
    },
    Row {
        slug: "commit_only_current_term",
        source: paper("§5.4.2, fig. 8"),
        breaks: &["leader_completeness", "state_machine_safety"],
        witness: Witness::Explore {
            nodes: 3,
            config: ONE_BY_ONE,
            off: NO_COURTESY,
            requests: &[],
            prefix: FIGURE_8_B,
            budget: Budget { timers_of: BARE, ..budget(2, 0, 0, 0) },
            time: TimeModel::Asynchronous,
        },
    },
    Row {
        slug: "vote_only_up_to_date",
        source: paper("§5.4.1"),
        breaks: &["leader_completeness", "state_machine_safety"],
        witness: explore(3, NO_COURTESY, budget(2, 1, 0, 0)),
    },
    Row {
        slug: "majority_quorum",
        source: paper("§5.2"),
        breaks: &["election_safety"],
        witness: explore(4, NO_COURTESY, budget(2, 0, 0, 0)),
    },
    Row {
        slug: "check_previous_entry",
        source: paper("§5.3 and fig. 2, AppendEntries 2"),
        breaks: &["log_matching", "state_machine_safety"],
        witness: explore(3, NO_COURTESY, budget(2, 1, 0, 0)),
    },
    Row {
        slug: "truncate_only_on_conflict",
        source: paper("fig. 2, AppendEntries 3"),
        breaks: &["leader_completeness", "state_machine_safety"],
        witness: explore(3, NO_COURTESY, budget(2, 2, 0, 1)),
    },
    Row {
        slug: "pre_vote",
        source: thesis("§9.6"),
        breaks: &["undisturbed_leader", "progress"],
        witness: explore(3, &[], Budget { timers_of: BARE, ..budget(2, 0, 0, 0) }),
    },
    // What it protects is a lease, which rests on timers; in a search without time any of them may fire.
    Row {
        slug: "leader_stickiness",
        source: thesis("§4.2.3"),
        breaks: &["read_freshness", "progress"],
        witness: under_a_lease(LEASE_RENEWED),
    },
    Row {
        slug: "check_quorum",
        source: thesis("§6.2"),
        breaks: &["leader_has_quorum", "progress"],
        witness: Witness::Explore {
            nodes: 3,
            config: PLAIN,
            off: &["pre_vote"],
            requests: &[],
            prefix: NOBODY_ANSWERS,
            budget: Budget { timers_of: NO_TRANSFER, ..budget(2, 0, 0, 0) },
            time: TimeModel::Timed { tick: Span::millis(150), ticks: 2, delay_max: None },
        },
    },
    Row {
        slug: "read_index_confirms",
        source: thesis("§6.4"),
        breaks: &["read_freshness"],
        witness: explore_from(3, PLAIN, DEPOSED, &["put x 1", "get x"], budget(0, 2, 0, 0)),
    },
    Row {
        slug: "lease_bounded",
        source: thesis("§6.4.1"),
        breaks: &["read_freshness"],
        witness: under_a_lease(LEASE_ENDED),
    },
    Row {
        slug: "read_after_own_commit",
        source: thesis("§6.4"),
        breaks: &["read_freshness"],
        witness: explore_from(3, PLAIN, WROTE, &["get x"], Budget { timers_of: BARE, ..budget(1, 1, 0, 0) }),
    },
    Row {
        slug: "no_config_before_commit",
        source: Source { document: "Ongaro, raft-dev, bug in single-server membership changes", section: "July 2015" },
        breaks: &["leader_completeness", "state_machine_safety"],
        witness: Witness::Explore {
            nodes: 4,
            config: PLAIN,
            off: NO_COURTESY,
            requests: &["leave n1"],
            prefix: TWO_LEADERS,
            budget: Budget { timers_of: BARE, ..budget(1, 1, 0, 0) },
            time: TimeModel::Asynchronous,
        },
    },
    Row {
        slug: "one_server_at_a_time",
        source: thesis("§4.1"),
        breaks: &["election_safety", "leader_completeness"],
        witness: explore_from(
            4,
            &[("snapshot_every", 0), ("voters", 3)],
            LED,
            &["reconfigure n1 n4"],
            Budget { timers_of: ELECTIONS, ..budget(1, 1, 0, 0) },
        ),
    },
    Row {
        slug: "one_change_at_a_time",
        source: thesis("§4.1"),
        breaks: &["leader_completeness"],
        witness: explore_from(
            3,
            PLAIN,
            LED,
            &["leave n3", "leave n2"],
            Budget { timers_of: BARE, ..budget(1, 2, 0, 0) },
        ),
    },
    Row {
        slug: "snapshot_only_forward",
        source: paper("fig. 13, InstallSnapshot"),
        breaks: &["monotonic_commit_index"],
        witness: explore_from(3, SNAPSHOTS, &[], &[], budget(2, 2, 0, 1)),
    },
    Row {
        slug: "snapshot_keeps_configuration",
        source: paper("§7"),
        breaks: &["leader_completeness", "state_machine_safety"],
        witness: Witness::Explore {
            nodes: 3,
            config: SNAPSHOTS,
            off: NO_COURTESY,
            requests: &["leave n2"],
            prefix: LEFT_AND_SNAPSHOT,
            budget: Budget { timers_of: BARE, ..budget(1, 1, 1, 0) },
            time: TimeModel::Asynchronous,
        },
    },
    Row {
        slug: "deduplicate",
        source: thesis("§6.3"),
        breaks: &["exactly_once"],
        witness: explore(3, NO_COURTESY, budget(1, 1, 0, 1)),
    },
    Row {
        slug: "bounded_catch_up",
        source: thesis("§4.2.1"),
        breaks: &["join_ends", "progress"],
        witness: explore_from(
            4,
            &[("snapshot_every", 0), ("voters", 3)],
            LED,
            &["join n4"],
            Budget { timers_of: CHECKS, ..budget(0, 1, 0, 0) },
        ),
    },
];
