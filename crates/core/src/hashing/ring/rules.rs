//! The store's rules, each of which can be switched off.

use crate::{Rules, Source, Witness};

const DYNAMO: &str = "DeCandia et al. 2007, Dynamo";
const ABD: &str = "Lynch and Shvartsman 1997, Robust Emulation of Shared Memory";
const RAMBO: &str = "Lynch and Shvartsman 2002, RAMBO";
const KARGER: &str = "Karger et al. 1997, Consistent Hashing and Random Trees";

/// Two writes of k1 that n2 and n3 have and n1, the third owner, has not.
const BEHIND: &[&str] =
    &["at 10ms cut n2->n1", "at 20ms request c1 put k1 1", "at 170ms request c1 put k1 2", "at 320ms heal n2->n1"];

/// One copy of each key, as a plain ring has it.
const ONE_COPY: &[(&str, u64)] = &[("copies", 1), ("read_quorum", 1), ("write_quorum", 1)];

/// A rule of the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Rules)]
pub enum Rule {
    #[rule(
        source = Source::new(DYNAMO, "4.3"),
        breaks = ["durability"],
        witness = Witness::explore(3).requests(1)
    )]
    DistinctPhysicalSuccessors,
    // n2 owns k1.
    #[rule(
        source = Source::new(DYNAMO, "4.9"),
        breaks = ["durability"],
        witness = Witness::explore(3).config(ONE_COPY).asking(&["put k1 7", "leave n2"])
    )]
    TransferBeforeDrop,
    #[rule(
        source = Source::new(DYNAMO, "4.5"),
        breaks = ["durability"],
        witness = Witness::explore(3).requests(1)
    )]
    AckAfterW,
    // n2 is one of the two owners of k2, and the other coordinates before it hears of the change.
    #[rule(
        source = Source::new(DYNAMO, "4.8.1"),
        breaks = ["spread"],
        witness = Witness::explore(3).config(&[("copies", 2)]).asking(&["put k2 7", "leave n2"])
    )]
    RejectOldEpoch,
    #[rule(
        source = Source::new(DYNAMO, "4.4"),
        breaks = ["durability"],
        witness = Witness::explore(3).requests(2)
    )]
    KeepNewest,
    #[rule(
        source = Source::new(DYNAMO, "5"),
        breaks = ["durability"],
        witness = Witness::explore(3).crashes(1).requests(1)
    )]
    SyncBeforeAck,
    #[rule(
        source = Source::new(RAMBO, "6"),
        breaks = ["write_order"],
        witness = Witness::explore(4).config(&[("members", 3)]).from(BEHIND).asking(&["put k1 3", "join n4"]).retries(1)
    )]
    JointQuorums,
    #[rule(
        source = Source::new(ABD, "4"),
        breaks = ["write_order"],
        witness = Witness::explore(3).from(BEHIND).asking(&["put k1 3"]).retries(1)
    )]
    AskVersions,
    #[rule(
        source = Source::new(ABD, "4"),
        breaks = ["one_value"],
        witness = Witness::explore(3).asking(&["put k1 1", "put k1 2"]).crashes(1)
    )]
    VersionByRequest,
    #[rule(
        source = Source::new(ABD, "4"),
        breaks = ["write_order", "regular_reads"],
        witness = Witness::explore(3).from(BEHIND).asking(&["get k1", "put k1 3"]).requests(1).wipes(1).retries(1)
    )]
    RecallLostDisk,
    #[rule(
        source = Source::new(RAMBO, "7"),
        breaks = ["progress"],
        witness = Witness::Sweep { scenario: "ring/read-waits-for-ever" }
    )]
    ResumeOnSettle,
    #[rule(
        source = Source::new(KARGER, "4"),
        breaks = ["epoch_agreement"],
        witness = Witness::explore(3).crashes(1)
    )]
    CommonSeed,
    #[rule(
        source = Source::new(KARGER, "4"),
        breaks = ["keys_moved", "monotonicity"],
        witness = Witness::figure(6)
    )]
    RingPlacement,
    #[rule(
        source = Source::new(DYNAMO, "4.2"),
        breaks = ["load", "balance"],
        witness = Witness::figure(6).config(&[("virtual_nodes", 100)])
    )]
    VirtualNodes,
}
