//! The rules of two-phase commit, each of which can be switched off.

use crate::{Rules, Source, Witness};

const BHG: &str = "Bernstein, Hadzilacos, Goodman 1987";
const GRAY: &str = "Gray 1978, Notes on Data Base Operating Systems";
const MLO: &str = "Mohan, Lindsay, Obermarck 1986";

/// No round of work: the shortest plays.
const SHORT: &[(&str, u64)] = &[("work_round", 0)];
/// And a participant in doubt asks nobody but the coordinator, who would be masked by a peer that knows.
const SHORT_ALONE: &[(&str, u64)] = &[("work_round", 0), ("cooperative", 0)];

/// Each account can pay once.
const POOR: &[(&str, u64)] = &[("work_round", 0), ("opening", 1)];

/// A rule of the protocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Rules)]
pub enum Rule {
    #[rule(
        source = Source::new(BHG, "chapter 7, AC3 and two phase commit"),
        breaks = ["ac3", "ac1"],
        witness = Witness::explore(4).config(SHORT).requests(1)
    )]
    UnanimousVotes,
    #[rule(
        source = Source::new(BHG, "chapter 7, two phase commit, uncertainty period"),
        breaks = ["ac1"],
        witness = Witness::explore(3).config(SHORT).timers(1).requests(1)
    )]
    WaitForDecisionAfterYes,
    #[rule(
        source = Source::new(MLO, "the presumed abort protocol"),
        breaks = ["ac1"],
        witness = Witness::explore(3).config(SHORT).crashes(1).timers(1).requests(1)
    )]
    ForceDecision,
    #[rule(
        source = Source::new(GRAY, "two phase commit protocol"),
        breaks = ["ac1"],
        witness = Witness::explore(3).config(SHORT).crashes(1).requests(1)
    )]
    ForcePrepared,
    #[rule(
        source = Source::new(BHG, "chapter 7, cooperative termination protocol"),
        breaks = ["ac1", "ac2"],
        witness = Witness::explore(3).config(SHORT).timers(1).requests(1)
    )]
    RecordAbortBeforeAnswering,
    #[rule(
        source = Source::new(GRAY, "locking: hold locks to the end of the transaction"),
        breaks = ["no_overdraft", "conservation"],
        witness = Witness::explore(3).config(POOR).requests(2)
    )]
    LockUntilDecision,
    #[rule(
        source = Source::new(MLO, "the presumed abort protocol"),
        breaks = ["inquiry_answered", "ac5"],
        witness = Witness::explore(3).config(SHORT_ALONE).crashes(1).timers(1).requests(1)
    )]
    PresumeAbort,
    #[rule(
        source = Source::new(MLO, "the two-phase commit protocol"),
        breaks = ["durability", "ac1", "ac2"],
        witness = Witness::explore(3).config(SHORT_ALONE).crashes(1).timers(1).requests(1)
    )]
    AcknowledgeAfterDurableDecision,
    #[rule(
        source = Source::new(MLO, "the two-phase commit protocol"),
        breaks = ["ac1"],
        witness = Witness::explore(3).config(SHORT_ALONE).timers(1).requests(1)
    )]
    RememberUntilAllAcknowledge,
    #[rule(
        source = Source::new(BHG, "chapter 7, cooperative termination protocol"),
        breaks = ["ac1", "ac2"],
        witness = Witness::explore(3).config(SHORT).timers(1).requests(1)
    )]
    KeepOutcomeForPeers,
    #[rule(
        source = Source::new(MLO, "the two-phase commit protocol: transaction names"),
        breaks = ["ac1", "effects"],
        witness = Witness::explore(3).config(SHORT_ALONE).crashes(1).requests(2)
    )]
    NeverReuseNames,
    #[rule(
        source = Source::new("Raft thesis", "6.3 Implementing linearizable semantics"),
        breaks = ["exactly_once"],
        witness = Witness::explore(3).config(SHORT_ALONE).duplicates(1).requests(1)
    )]
    DeduplicateRequests,
    #[rule(
        source = Source::new("Lee et al. 2015, RIFL", "completion records"),
        breaks = ["exactly_once"],
        witness = Witness::explore(3).config(SHORT_ALONE).crashes(1).duplicates(1).timers(1).requests(1)
    )]
    RecordRefusalBeforeReplying,
}
