//! The rules that can be switched off, each with its source, what breaks without it, and where that shows.

use crate::{Rules, Source, Witness};

const SIMPLE: &str = "Lamport 2001, Paxos Made Simple";

const TWO_ASK: &[&str] = &["propose 1", "propose 2"];

/// Three nodes, of which two propose, each for a client of its own.
const DUEL: Witness = Witness::explore(3).asking(TWO_ASK);

/// A rule of Paxos.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Rules)]
pub enum Rule {
    #[rule(
        source = Source::new(SIMPLE, "2.2, P2c"),
        breaks = ["agreement", "chosen_value_carried"],
        witness = DUEL.timers(1)
    )]
    AdoptAccepted,
    #[rule(
        source = Source::new(SIMPLE, "2.2, P2c"),
        breaks = ["agreement", "chosen_value_carried"],
        witness = DUEL.timers(2)
    )]
    AdoptHighest,
    #[rule(
        source = Source::new(SIMPLE, "2.5"),
        breaks = ["agreement", "promise_kept"],
        witness = DUEL.timers(1).crashes(1)
    )]
    PersistPromise,
    #[rule(
        source = Source::new(SIMPLE, "2.5"),
        breaks = ["agreement", "chosen_value_carried"],
        witness = DUEL.timers(1).crashes(1)
    )]
    PersistAccepted,
    #[rule(
        source = Source::new(SIMPLE, "2.5"),
        breaks = ["one_value_per_ballot", "agreement"],
        witness = DUEL.timers(1).crashes(1)
    )]
    PersistRound,
    #[rule(
        source = Source::new(SIMPLE, "2.2, P1a"),
        breaks = ["agreement", "promise_kept"],
        witness = DUEL.timers(1)
    )]
    RefuseOlder,
    #[rule(
        source = Source::new(SIMPLE, "2.2"),
        breaks = ["agreement", "chosen_value_carried"],
        witness = Witness::explore(2).asking(TWO_ASK)
    )]
    MajorityQuorum,
    #[rule(
        source = Source::new(SIMPLE, "2.3"),
        breaks = ["agreement"],
        witness = DUEL
    )]
    LearnFromMajority,
}
