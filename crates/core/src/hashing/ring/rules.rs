//! The store's rules, each of which can be switched off.

use crate::{Budget, Rule, Source, TimeModel, Witness};

/// The rules, in the order of [`RULES`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RingRule {
    DistinctPhysicalSuccessors,
    TransferBeforeDrop,
    AckAfterW,
    RejectOldEpoch,
    KeepNewest,
    SyncBeforeAck,
    JointQuorums,
    AskVersions,
    VersionByRequest,
    RecallLostDisk,
    ResumeOnSettle,
    CommonSeed,
    RingPlacement,
    VirtualNodes,
}

impl From<RingRule> for usize {
    fn from(rule: RingRule) -> Self {
        rule as Self
    }
}

const DYNAMO: &str = "DeCandia et al. 2007, Dynamo";
const ABD: &str = "Lynch and Shvartsman 1997, Robust Emulation of Shared Memory";
const RAMBO: &str = "Lynch and Shvartsman 2002, RAMBO";
const KARGER: &str = "Karger et al. 1997, Consistent Hashing and Random Trees";

const fn source(document: &'static str, section: &'static str) -> Source {
    Source { document, section }
}

const fn explore(nodes: u8, config: &'static [(&'static str, u64)], budget: Budget) -> Witness {
    Witness::Explore { nodes, config, off: &[], requests: &[], prefix: &[], budget, time: TimeModel::Asynchronous }
}

/// While the members change: one client writes, the operator takes a node out, and nothing but messages happens.
const fn explore_change(config: &'static [(&'static str, u64)], requests: &'static [&'static str]) -> Witness {
    let budget = Budget { requests: 2, ..NOTHING };
    Witness::Explore { nodes: 3, config, off: &[], requests, prefix: &[], budget, time: TimeModel::Asynchronous }
}

/// Two writes of k1 that n2 and n3 have and n1, the third owner, has not.
const BEHIND: &[&str] =
    &["at 10ms cut n2->n1", "at 20ms request c1 put k1 1", "at 170ms request c1 put k1 2", "at 320ms heal n2->n1"];

/// With one of three owners behind.
const fn explore_behind(requests: &'static [&'static str], budget: Budget) -> Witness {
    let time = TimeModel::Asynchronous;
    Witness::Explore { nodes: 3, config: &[], off: &[], requests, prefix: BEHIND, budget, time }
}

const NOTHING: Budget = Budget::NOTHING;

/// One copy of each key, as a plain ring has it.
const ONE_COPY: &[(&str, u64)] = &[("copies", 1), ("read_quorum", 1), ("write_quorum", 1)];

pub(super) const RULES: &[Rule] = &[
    Rule {
        slug: "distinct_physical_successors",
        source: source(DYNAMO, "4.3"),
        breaks: &["durability"],
        witness: explore(3, &[], Budget { requests: 1, ..NOTHING }),
    },
    Rule {
        slug: "transfer_before_drop",
        source: source(DYNAMO, "4.9"),
        breaks: &["durability"],
        // n2 owns k1.
        witness: explore_change(ONE_COPY, &["put k1 7", "leave n2"]),
    },
    Rule {
        slug: "ack_after_w",
        source: source(DYNAMO, "4.5"),
        breaks: &["durability"],
        witness: explore(3, &[], Budget { requests: 1, ..NOTHING }),
    },
    Rule {
        slug: "reject_old_epoch",
        source: source(DYNAMO, "4.8.1"),
        breaks: &["spread"],
        // n2 is one of the two owners of k2, and the other coordinates before it hears of the change.
        witness: explore_change(&[("copies", 2)], &["put k2 7", "leave n2"]),
    },
    Rule {
        slug: "keep_newest",
        source: source(DYNAMO, "4.4"),
        breaks: &["durability"],
        witness: explore(3, &[], Budget { requests: 2, ..NOTHING }),
    },
    Rule {
        slug: "sync_before_ack",
        source: source(DYNAMO, "5"),
        breaks: &["durability"],
        witness: explore(3, &[], Budget { crashes: 1, requests: 1, ..NOTHING }),
    },
    Rule {
        slug: "joint_quorums",
        source: source(RAMBO, "6"),
        breaks: &["write_order"],
        witness: Witness::Explore {
            nodes: 4,
            config: &[("members", 3)],
            off: &[],
            requests: &["put k1 3", "join n4"],
            prefix: BEHIND,
            budget: Budget { requests: 2, retries: 1, ..NOTHING },
            time: TimeModel::Asynchronous,
        },
    },
    Rule {
        slug: "ask_versions",
        source: source(ABD, "4"),
        breaks: &["write_order"],
        witness: explore_behind(&["put k1 3"], Budget { requests: 1, retries: 1, ..NOTHING }),
    },
    Rule {
        slug: "version_by_request",
        source: source(ABD, "4"),
        breaks: &["one_value"],
        witness: Witness::Explore {
            nodes: 3,
            config: &[],
            off: &[],
            requests: &["put k1 1", "put k1 2"],
            prefix: &[],
            budget: Budget { crashes: 1, requests: 2, ..NOTHING },
            time: TimeModel::Asynchronous,
        },
    },
    Rule {
        slug: "recall_lost_disk",
        source: source(ABD, "4"),
        breaks: &["write_order", "regular_reads"],
        witness: explore_behind(&["get k1", "put k1 3"], Budget { wipes: 1, requests: 1, retries: 1, ..NOTHING }),
    },
    Rule {
        slug: "resume_on_settle",
        source: source(RAMBO, "7"),
        breaks: &["progress"],
        witness: Witness::Sweep { scenario: "ring/read-waits-for-ever" },
    },
    Rule {
        slug: "common_seed",
        source: source(KARGER, "4"),
        breaks: &["epoch_agreement"],
        witness: explore(3, &[], Budget { crashes: 1, ..NOTHING }),
    },
    Rule {
        slug: "ring_placement",
        source: source(KARGER, "4"),
        breaks: &["keys_moved", "monotonicity"],
        witness: Witness::Figure { nodes: 6, config: &[] },
    },
    Rule {
        slug: "virtual_nodes",
        source: source(DYNAMO, "4.2"),
        breaks: &["load", "balance"],
        witness: Witness::Figure { nodes: 6, config: &[("virtual_nodes", 100)] },
    },
];
