//! The rules of three-phase commit, each of which can be switched off.

use crate::{Rules, Source, Span, Witness};

const SKEEN: &str = "Skeen 1981, Nonblocking Commit Protocols";
const BHG: &str = "Bernstein, Hadzilacos, Goodman 1987";

/// Two ticks of a search are the bound on which timeouts rest, and a message takes a tick at most. Sending takes no time, but a
/// process can still crash between two messages.
pub(super) const BOUND: &[(&str, u64)] = &[("bound", 100_000), ("pace", 0)];
pub(super) const TICK: Span = Span::millis(50);
/// Enough to send every phase to two participants, and some timeouts.
pub(super) const TIMERS: &[(&str, u8)] = &[("send", 10), ("phase", 3), ("wait", 3)];

/// Sending takes so long that the coordinator crashes between two messages of the second phase: the first bank is pre-committed, the
/// second is uncertain.
const SLOW: &[(&str, u64)] = &[("bound", 130_000), ("pace", 5_000)];
const HALF_PRE_COMMITTED: &[&str] = &["at 10ms request c1 audit", "at 70ms crash n1"];

/// A request of two banks, one crash, and time enough for the next leader to decide.
const fn witness() -> Witness {
    Witness::explore(3).config(BOUND).crashes(1).timers_of(TIMERS).requests(1).timed(TICK, 9).delays_up_to(TICK)
}

/// A rule of the protocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Rules)]
pub enum Rule {
    #[rule(source = Source::new(SKEEN, "the buffer state"), breaks = ["ac1"], witness = witness())]
    AwaitPreCommitAcks,
    #[rule(
        source = Source::new(SKEEN, "termination protocol"),
        breaks = ["committable", "ac1"],
        witness = Witness::explore(3)
            .config(SLOW)
            .from(HALF_PRE_COMMITTED)
            .crashes(1)
            .timers_of(TIMERS)
            .timed(TICK, 15)
            .delays_up_to(TICK)
    )]
    TerminateByMostAdvanced,
    #[rule(source = Source::new(BHG, "chapter 7.5, recovery"), breaks = ["ac1"], witness = witness())]
    RecoveredProcessesAsk,
    #[rule(
        source = Source::new(SKEEN, "site failures: a state is stable before its messages are sent"),
        breaks = ["ac1"],
        witness = witness()
    )]
    ForceRecords,
}
