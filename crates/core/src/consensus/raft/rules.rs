//! The rules that can be switched off, each with its source, what breaks without it, and where that shows.

use crate::{Rules, Source, Span, Witness};

const PAPER: &str = "Raft paper";
const THESIS: &str = "Raft thesis";

/// Whatever only gets in the way of a short play: the minimum of machinery.
const PLAIN: &[(&str, u64)] = &[("snapshot_every", 0)];

/// Pre-vote and stickiness ask for more messages and timeouts before an election; they do not make it safer.
const NO_COURTESY: &[&str] = &["pre_vote", "leader_stickiness"];

const fn plain(nodes: u8) -> Witness {
    Witness::explore(nodes).config(PLAIN)
}

/// S4 waits to join.
const THREE_VOTERS: &[(&str, u64)] = &[("snapshot_every", 0), ("voters", 3)];

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
    let search = Witness::explore(3).config(BY_LEASE).off(&["pre_vote"]).from(prefix).asking(&["put a 7", "get a"]);
    search.timers(1).timers_of(NO_MORE_BEATS).timed(Span::millis(50), 1)
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

/// A rule of Raft.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Rules)]
pub enum Rule {
    #[rule(
        source = Source::new(PAPER, "fig. 2, persistent state"),
        breaks = ["election_safety", "monotonic_term"],
        witness = plain(3).off(NO_COURTESY).timers(2).crashes(1)
    )]
    PersistTerm,
    #[rule(
        source = Source::new(PAPER, "fig. 2, persistent state"),
        breaks = ["election_safety", "one_vote_per_term"],
        witness = plain(3).off(NO_COURTESY).timers(2).crashes(1)
    )]
    PersistVote,
    #[rule(
        source = Source::new(PAPER, "§5.3 and fig. 2, persistent state"),
        breaks = ["leader_completeness"],
        witness = plain(3).off(NO_COURTESY).timers(2).timers_of(BARE).crashes(1)
    )]
    SyncLogBeforeAck,
    #[rule(
        source = Source::new(PAPER, "§5.4.2, fig. 8"),
        breaks = ["leader_completeness", "state_machine_safety"],
        witness = Witness::explore(3).config(ONE_BY_ONE).off(NO_COURTESY).from(FIGURE_8_B).timers(2).timers_of(BARE)
    )]
    CommitOnlyCurrentTerm,
    #[rule(
        source = Source::new(PAPER, "§5.4.1"),
        breaks = ["leader_completeness", "state_machine_safety"],
        witness = plain(3).off(NO_COURTESY).timers(2).requests(1)
    )]
    VoteOnlyUpToDate,
    #[rule(
        source = Source::new(PAPER, "§5.2"),
        breaks = ["election_safety"],
        witness = plain(4).off(NO_COURTESY).timers(2)
    )]
    MajorityQuorum,
    #[rule(
        source = Source::new(PAPER, "§5.3 and fig. 2, AppendEntries 2"),
        breaks = ["log_matching", "state_machine_safety"],
        witness = plain(3).off(NO_COURTESY).timers(2).requests(1)
    )]
    CheckPreviousEntry,
    #[rule(
        source = Source::new(PAPER, "fig. 2, AppendEntries 3"),
        breaks = ["leader_completeness", "state_machine_safety"],
        witness = plain(3).off(NO_COURTESY).timers(2).requests(2).duplicates(1)
    )]
    TruncateOnlyOnConflict,
    #[rule(
        source = Source::new(THESIS, "§9.6"),
        breaks = ["undisturbed_leader", "progress"],
        witness = plain(3).timers(2).timers_of(BARE)
    )]
    PreVote,
    // What it protects is a lease, which rests on timers; in a search without time any of them may fire.
    #[rule(
        source = Source::new(THESIS, "§4.2.3"),
        breaks = ["read_freshness", "progress"],
        witness = under_a_lease(LEASE_RENEWED)
    )]
    LeaderStickiness,
    #[rule(
        source = Source::new(THESIS, "§6.2"),
        breaks = ["leader_has_quorum", "progress"],
        witness = plain(3).off(&["pre_vote"]).from(NOBODY_ANSWERS).timers(2).timers_of(NO_TRANSFER).timed(Span::millis(150), 2)
    )]
    CheckQuorum,
    #[rule(
        source = Source::new(THESIS, "§6.4"),
        breaks = ["read_freshness"],
        witness = plain(3).off(NO_COURTESY).from(DEPOSED).asking(&["put x 1", "get x"])
    )]
    ReadIndexConfirms,
    #[rule(
        source = Source::new(THESIS, "§6.4.1"),
        breaks = ["read_freshness"],
        witness = under_a_lease(LEASE_ENDED)
    )]
    LeaseBounded,
    #[rule(
        source = Source::new(THESIS, "§6.4"),
        breaks = ["read_freshness"],
        witness = plain(3).off(NO_COURTESY).from(WROTE).asking(&["get x"]).timers(1).timers_of(BARE)
    )]
    ReadAfterOwnCommit,
    #[rule(
        source = Source::new("Ongaro, raft-dev, bug in single-server membership changes", "July 2015"),
        breaks = ["leader_completeness", "state_machine_safety"],
        witness = plain(4).off(NO_COURTESY).from(TWO_LEADERS).asking(&["leave n1"]).timers(1).timers_of(BARE)
    )]
    NoConfigBeforeCommit,
    #[rule(
        source = Source::new(THESIS, "§4.1"),
        breaks = ["election_safety", "leader_completeness"],
        witness = Witness::explore(4).config(THREE_VOTERS).off(NO_COURTESY).from(LED).asking(&["reconfigure n1 n4"]).timers(1).timers_of(ELECTIONS)
    )]
    OneServerAtATime,
    #[rule(
        source = Source::new(THESIS, "§4.1"),
        breaks = ["leader_completeness"],
        witness = plain(3).off(NO_COURTESY).from(LED).asking(&["leave n3", "leave n2"]).timers(1).timers_of(BARE)
    )]
    OneChangeAtATime,
    #[rule(
        source = Source::new(PAPER, "fig. 13, InstallSnapshot"),
        breaks = ["monotonic_commit_index"],
        witness = Witness::explore(3).config(SNAPSHOTS).off(NO_COURTESY).timers(2).requests(2).duplicates(1)
    )]
    SnapshotOnlyForward,
    #[rule(
        source = Source::new(PAPER, "§7"),
        breaks = ["leader_completeness", "state_machine_safety"],
        witness = Witness::explore(3).config(SNAPSHOTS).off(NO_COURTESY).from(LEFT_AND_SNAPSHOT).asking(&["leave n2"]).timers(1).timers_of(BARE).crashes(1)
    )]
    SnapshotKeepsConfiguration,
    #[rule(
        source = Source::new(THESIS, "§6.3"),
        breaks = ["exactly_once"],
        witness = plain(3).off(NO_COURTESY).timers(1).requests(1).duplicates(1)
    )]
    Deduplicate,
    #[rule(
        source = Source::new(THESIS, "§4.2.1"),
        breaks = ["join_ends", "progress"],
        witness = Witness::explore(4).config(THREE_VOTERS).off(NO_COURTESY).from(LED).asking(&["join n4"]).timers_of(CHECKS)
    )]
    BoundedCatchUp,
}
