//! The rules of three-phase commit, each of which can be switched off.

use crate::{Rules, Source, Span, Witness};

const SKEEN: &str = "Skeen 1981, Nonblocking Commit Protocols";
const BHG: &str = "Bernstein, Hadzilacos, Goodman 1987";

/// Two ticks of the search are the bound on which timeouts rest, and a message takes a tick at most.
const BOUND: &[(&str, u64)] = &[("bound", 100_000)];
const TICK: Span = Span::millis(50);

/// A rule of the protocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Rules)]
pub enum Rule {
    #[rule(
        source = Source::new(SKEEN, "the buffer state; Bernstein, Hadzilacos, Goodman 1987, 7.5"),
        breaks = ["ac1", "committable"],
        witness = Witness::explore(3).config(BOUND).crashes(1).timers_of(SENDS).requests(1).timed(TICK, 9).delays_up_to(TICK)
    )]
    AwaitPreCommitAcks,
    #[rule(
        source = Source::new(SKEEN, "termination protocol; Bernstein, Hadzilacos, Goodman 1987, 7.5"),
        breaks = ["ac1", "committable"],
        witness = Witness::explore(3).config(BOUND).crashes(2).timers_of(SENDS).requests(1).timed(TICK, 15).delays_up_to(TICK)
    )]
    TerminateByMostAdvanced,
    #[rule(
        source = Source::new(BHG, "chapter 7.5, recovery of a failed process"),
        breaks = ["ac1"],
        witness = Witness::explore(3).config(BOUND).crashes(1).timers_of(SENDS).requests(1).timed(TICK, 9).delays_up_to(TICK)
    )]
    RecoveredProcessesAsk,
    #[rule(
        source = Source::new(SKEEN, "site recovery: states are stable before messages are sent"),
        breaks = ["ac1", "ac2", "durability"],
        witness = Witness::explore(3).config(BOUND).crashes(1).timers_of(SENDS).requests(1).timed(TICK, 9).delays_up_to(TICK)
    )]
    ForceRecords,
}

/// Enough to send every phase to two participants, and a timeout of each kind.
const SENDS: &[(&str, u8)] = &[("send", 10), ("phase", 3), ("wait", 3)];
