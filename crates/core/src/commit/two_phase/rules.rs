//! The guards of two-phase commit, each of which can be switched off.

use crate::{Budget, Rule, Source, TimeModel, Witness};

/// A guard of the protocol, in the order of [`RULES`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Guard {
    UnanimousVotes,
    WaitForDecisionAfterYes,
    ForceDecision,
    ForcePrepared,
    RecordAbortBeforeAnswering,
    LockUntilDecision,
    PresumeAbort,
    AcknowledgeAfterDurableDecision,
    RememberUntilAllAcknowledge,
    KeepOutcomeForPeers,
    NeverReuseNames,
    DeduplicateRequests,
    RecordRefusalBeforeReplying,
}

impl From<Guard> for usize {
    fn from(guard: Guard) -> Self {
        guard as Self
    }
}

const BHG: &str = "Bernstein, Hadzilacos, Goodman 1987";
const GRAY: &str = "Gray 1978, Notes on Data Base Operating Systems";
const MLO: &str = "Mohan, Lindsay, Obermarck 1986";

/// No round of work: the shortest plays.
const SHORT: &[(&str, u64)] = &[("work_round", 0)];
/// And a participant in doubt asks nobody but the coordinator, who would be masked by a peer that knows.
const SHORT_ALONE: &[(&str, u64)] = &[("work_round", 0), ("cooperative", 0)];

/// Each account can pay once.
const POOR: &[(&str, u64)] = &[("work_round", 0), ("opening", 1)];

const fn explore(
    nodes: u8,
    config: &'static [(&'static str, u64)],
    off: &'static [&'static str],
    budget: Budget,
) -> Witness {
    Witness::Explore { nodes, config, off, requests: &[], prefix: &[], budget, time: TimeModel::Asynchronous }
}

const fn budget(crashes: u8, duplicates: u8, timers: u8, requests: u8) -> Budget {
    Budget { crashes, duplicates, timers, requests, ..Budget::NOTHING }
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        slug: "unanimous_votes",
        source: Source { document: BHG, section: "chapter 7, AC3 and two phase commit" },
        breaks: &["ac3", "ac1"],
        witness: explore(4, SHORT, &[], budget(0, 0, 0, 1)),
    },
    Rule {
        slug: "wait_for_decision_after_yes",
        source: Source { document: BHG, section: "chapter 7, two phase commit, uncertainty period" },
        breaks: &["ac1"],
        witness: explore(3, SHORT, &[], budget(0, 0, 1, 1)),
    },
    Rule {
        slug: "force_decision",
        source: Source { document: MLO, section: "the presumed abort protocol" },
        breaks: &["ac1"],
        witness: explore(3, SHORT, &[], budget(1, 0, 1, 1)),
    },
    Rule {
        slug: "force_prepared",
        source: Source { document: GRAY, section: "two phase commit protocol" },
        breaks: &["ac1"],
        witness: explore(3, SHORT, &[], budget(1, 0, 0, 1)),
    },
    Rule {
        slug: "record_abort_before_answering",
        source: Source { document: BHG, section: "chapter 7, cooperative termination protocol" },
        breaks: &["ac1", "ac2"],
        witness: explore(3, SHORT, &[], budget(0, 0, 1, 1)),
    },
    Rule {
        slug: "lock_until_decision",
        source: Source { document: GRAY, section: "locking: hold locks to the end of the transaction" },
        breaks: &["no_overdraft", "conservation"],
        witness: explore(3, POOR, &[], budget(0, 0, 0, 2)),
    },
    Rule {
        slug: "presume_abort",
        source: Source { document: MLO, section: "the presumed abort protocol" },
        breaks: &["inquiry_answered", "ac5"],
        witness: explore(3, SHORT_ALONE, &[], budget(1, 0, 1, 1)),
    },
    Rule {
        slug: "acknowledge_after_durable_decision",
        source: Source { document: MLO, section: "the two-phase commit protocol" },
        breaks: &["durability", "ac1", "ac2"],
        witness: explore(3, SHORT_ALONE, &[], budget(1, 0, 1, 1)),
    },
    Rule {
        slug: "remember_until_all_acknowledge",
        source: Source { document: MLO, section: "the two-phase commit protocol" },
        breaks: &["ac1"],
        witness: explore(3, SHORT_ALONE, &[], budget(0, 0, 1, 1)),
    },
    Rule {
        slug: "keep_outcome_for_peers",
        source: Source { document: BHG, section: "chapter 7, cooperative termination protocol" },
        breaks: &["ac1", "ac2"],
        witness: explore(3, SHORT, &[], budget(0, 0, 1, 1)),
    },
    Rule {
        slug: "never_reuse_names",
        source: Source { document: MLO, section: "the two-phase commit protocol: transaction names" },
        breaks: &["ac1", "effects"],
        witness: explore(3, SHORT_ALONE, &[], budget(1, 0, 0, 2)),
    },
    Rule {
        slug: "deduplicate_requests",
        source: Source { document: "Raft thesis", section: "6.3 Implementing linearizable semantics" },
        breaks: &["exactly_once"],
        witness: explore(3, SHORT_ALONE, &[], budget(0, 1, 0, 1)),
    },
    Rule {
        slug: "record_refusal_before_replying",
        source: Source { document: "Lee et al. 2015, RIFL", section: "completion records" },
        breaks: &["exactly_once"],
        witness: explore(3, SHORT_ALONE, &[], budget(1, 1, 1, 1)),
    },
];
