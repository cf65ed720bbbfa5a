//! The rules, each of which can be switched off.

use crate::{Rules, Source, Witness};

/// A rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Rules)]
pub enum Rule {
    #[rule(
        source = Source::new("Bernstein, Hadzilacos and Goodman 1987, Concurrency Control and Recovery", "chapter 6"),
        breaks = ["numbers_rise"],
        witness = Witness::explore(2).requests(2).crashes(1)
    )]
    SyncBeforeGiving,
}
