//! What the clients saw of the run, recorded bit by bit: to read a long run at once would stop the page.

use faultlab_check::history::{History, Recorder};
use faultlab_registry::{Lab, RegistersAbout};
use faultlab_sim::{BranchId, Position};

use crate::run::player::Player;

/// How many steps are read at once: a few milliseconds of work.
const STEPS_AT_ONCE: usize = 1_000;

/// More operations than these are left to the command line.
pub(super) const OPERATIONS_MAX: usize = 20_000;

/// A call and an end are noted of each operation; what comes after so many is not judged, so it is not recorded.
const NOTED_MAX: usize = 2 * OPERATIONS_MAX;

/// Tells one run and branch from another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Of {
    opened: u64,
    edits: u64,
    /// The branch is looked up only when there was an act.
    acts: u64,
    branch: BranchId,
}

/// The record.
#[derive(Default)]
pub(super) struct Seen {
    of: Option<Of>,
    recorder: Recorder,
    upto: Position,
    /// How often it began anew.
    begun: u64,
}

/// What tells one record from another: which it is, and how much it holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Version {
    begun: u64,
    noted: u32,
}

impl Seen {
    /// Begins anew if the run is another, unless the branch only goes on from where this record ends.
    fn check(&mut self, player: &Player, lab: &dyn Lab) {
        let (opened, acts) = (player.opened(), player.acts());
        if self.of.is_some_and(|of| (of.opened, of.acts) == (opened, acts)) {
            return;
        }
        let branches = lab.branches(player.lang());
        let current = branches.iter().find(|branch| branch.current);
        let branch = current.map_or(BranchId(0), |branch| branch.id);
        let forked_behind = current.and_then(|branch| branch.parent).is_some_and(|(parent, position)| {
            let of_parent = |of: Of| (of.opened, of.edits, of.branch) == (opened, lab.edits(), parent);
            self.of.is_some_and(of_parent) && self.upto <= position
        });
        let edits = lab.edits();
        let same = self.of.is_some_and(|of| (of.opened, of.edits, of.branch) == (opened, edits, branch));
        self.of = Some(Of { opened, edits, acts, branch });
        if !same && !forked_behind {
            (self.recorder, self.upto) = (Recorder::default(), 0);
            self.begun += 1;
        }
    }

    /// Reads on. True if there is more to read.
    pub(super) fn read_on(&mut self, player: &Player) -> bool {
        let lab = player.lab();
        self.check(player, &*lab);
        let end = if self.recorder.noted() as usize > NOTED_MAX { self.upto } else { lab.steps_known() };
        let upto = end.min(self.upto + STEPS_AT_ONCE);
        lab.record(self.upto, upto, &mut self.recorder);
        self.upto = upto;
        upto < end
    }

    /// Whether a version is one of this record.
    pub(super) fn is_of(&self, version: &Version) -> bool {
        version.begun == self.begun
    }

    pub(super) fn version(&self) -> Version {
        Version { begun: self.begun, noted: self.recorder.noted() }
    }

    pub(super) fn history(&self, registers: RegistersAbout) -> History {
        self.recorder.clone().history(registers.initial)
    }
}
