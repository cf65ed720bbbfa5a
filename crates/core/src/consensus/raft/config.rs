//! Sizes and timeouts.

use crate::kit::NodeSet;
use crate::{Bound, Misfit, Rename, Span, Unit};
use serde::{Deserialize, Serialize};

/// How the leader serves reads without a log entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum ReadMode {
    /// A round of heartbeats confirms the leadership (thesis §6.4).
    ReadIndex,
    /// A lease from an earlier round does, while it lasts (thesis §6.4.1).
    Lease,
}

crate::field::choice! { ReadMode: ReadIndex "read-index", Lease "lease" }

/// The configuration; defaults as in the paper (§9.3: 150 to 300 ms).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, crate::Config)]
pub struct Config {
    /// How many of the nodes are voting members from the start; the others wait to join.
    #[field(default = nodes, min = 1, max = NodeSet::ROOM, fixed)]
    pub voters: u8,
    #[field(default = Span::millis(150))]
    pub election_timeout_min: Span,
    #[field(default = Span::millis(300))]
    pub election_timeout_max: Span,
    #[field(default = Span::millis(50))]
    pub heartbeat_interval: Span,
    #[field(default = ReadMode::ReadIndex)]
    pub read_mode: ReadMode,
    /// How long a lease lasts from the sending of the round that won it. Sound below `election_timeout_min` divided by the
    /// bound on clock drift.
    #[field(default = Span::millis(100))]
    pub lease: Span,
    /// A snapshot is taken after so many entries; zero: never.
    #[field(default = 256, max = 1_000_000)]
    pub snapshot_every: u64,
    /// So many entries stay in the log behind a snapshot, for followers that lag a little.
    #[field(default = 64, max = 1_000_000)]
    pub snapshot_trailing: u64,
    /// The most entries in one message.
    #[field(default = 64, min = 1, max = 10_000)]
    pub batch: u64,
    /// The most entries sent to one follower without its answer.
    #[field(default = 256, min = 1, max = 1_000_000)]
    pub window: u64,
}

impl Config {
    /// The upper end of the election timeout; never below the lower end.
    pub(super) fn election_max(&self) -> Span {
        self.election_timeout_max.max(self.election_timeout_min)
    }

    /// How far two clocks' rates may be off, in millionths, each its own way: a round of heartbeats on a slow clock must
    /// end its lease before a follower's fast clock has counted the minimum election timeout. So with a share `s`,
    /// `lease / (1 - s) < election_timeout_min / (1 + s)`. Without leases nothing rests on clocks.
    pub(super) fn skew_tolerated(&self) -> u32 {
        if self.read_mode == ReadMode::ReadIndex {
            return u32::MAX;
        }
        let (lease, election) = (self.lease.0, self.election_timeout_min.0);
        let share = election.saturating_sub(lease).saturating_mul(1_000_000) / (election + lease).max(1);
        // The share itself would make both sides equal.
        share.saturating_sub(1) as u32
    }

    /// How long a message may take so that a leader is elected and stays: a vote comes back before the candidate tries
    /// again, although heartbeats come late, and two candidates seldom start within the time of a message.
    pub(super) fn delay_for_progress(&self) -> Span {
        let spare = self.election_timeout_min.0.saturating_sub(self.heartbeat_interval.0);
        let spread = self.election_max().0 - self.election_timeout_min.0;
        Span(spare.min(spread) / 2)
    }

    /// What makes the other numbers worthless: followers that do not wait for the next heartbeat, a lease that outlives the
    /// patience of followers.
    pub(super) fn misfit(&self) -> Option<Misfit> {
        let election = self.election_timeout_min.0;
        let fields = [
            ("heartbeat_interval", self.heartbeat_interval.0, true),
            ("lease", self.lease.0, self.read_mode == ReadMode::Lease),
        ];
        let too_long = fields.into_iter().find(|(_, found, counts)| *counts && *found >= election);
        too_long.map(|(field, found, _)| Misfit {
            field,
            unit: Unit::Span,
            found,
            needed: Bound::AtMost(election.saturating_sub(1)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leased(lease: u64, election: u64) -> Config {
        Config {
            read_mode: ReadMode::Lease,
            lease: Span::millis(lease),
            election_timeout_min: Span::millis(election),
            ..Config::for_nodes(3)
        }
    }

    /// Whether a lease on the slowest clock ends before the fastest clock has counted the minimum election timeout.
    fn is_sound(config: &Config, skew_ppm: u32) -> bool {
        let (lease, election) = (u128::from(config.lease.0), u128::from(config.election_timeout_min.0));
        lease * (1_000_000 + u128::from(skew_ppm)) < election * (1_000_000 - u128::from(skew_ppm))
    }

    #[test]
    fn a_lease_bears_as_much_skew_as_keeps_it_sound_and_hardly_less() {
        for (lease, election) in [(100, 150), (1, 150), (149, 150), (37, 411), (5_000, 5_001)] {
            let config = leased(lease, election);
            let most = config.skew_tolerated();
            assert!(is_sound(&config, most), "{lease} {election}: {most}");
            assert!(!is_sound(&config, most + 2), "{lease} {election}: {most}");
        }
        let config = Config { read_mode: ReadMode::ReadIndex, ..leased(100, 150) };
        assert_eq!(config.skew_tolerated(), u32::MAX, "a round of heartbeats rests on no clock");
    }

    #[test]
    fn a_number_that_makes_the_others_worthless_is_named_with_its_bound() {
        assert_eq!(Config::for_nodes(3).misfit(), None);
        let needed = Bound::AtMost(149_999);
        let misfit = Misfit { field: "lease", unit: Unit::Span, found: 150_000, needed };
        assert_eq!(leased(150, 150).misfit(), Some(misfit));
        assert_eq!(Config { read_mode: ReadMode::ReadIndex, ..leased(150, 150) }.misfit(), None, "no lease, no bound");
        let config = Config { heartbeat_interval: Span::millis(400), ..Config::for_nodes(3) };
        let misfit = Misfit { field: "heartbeat_interval", found: 400_000, ..misfit };
        assert_eq!(config.misfit(), Some(misfit));
    }

    #[test]
    fn progress_needs_timeouts_that_are_longer_than_messages_and_not_all_alike() {
        assert_eq!(Config::for_nodes(3).delay_for_progress(), Span::millis(50));
        let alike = Config { election_timeout_max: Span::millis(150), ..Config::for_nodes(3) };
        assert_eq!(alike.delay_for_progress(), Span::ZERO);
    }
}
