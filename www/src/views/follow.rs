//! Reads what a run's latest steps told, with the protocol's own types, and reads on as the run goes on.

use faultlab_registry::{Lab, Told};
use faultlab_sim::{BranchId, Position, StepMark};
use faultlab_words::Lang;

/// What was read, and from which steps of which branch.
#[derive(Debug, Default)]
pub(crate) struct Follow<T> {
    pub(crate) read: T,
    branch: Option<BranchId>,
    upto: Position,
    last: Option<StepMark>,
    edits: u64,
}

impl<T: Default> Follow<T> {
    /// Reads up to the present moment: on from where it was, or anew over the last `span` steps.
    pub(crate) fn follow(&mut self, lab: &dyn Lab, span: usize, mut read: impl FnMut(&mut T, &Told<'_>)) {
        let branch = lab.branches(Lang::En).iter().find(|branch| branch.current).map(|branch| branch.id);
        let position = lab.position();
        let before = |position: Position| lab.step_at(position.checked_sub(1)?);
        let goes_on = (self.branch, self.edits) == (branch, lab.edits())
            && position >= self.upto
            && position - self.upto < span
            && self.last == before(self.upto);
        if !goes_on {
            self.read = T::default();
            self.upto = position.saturating_sub(span);
        }
        (self.branch, self.edits) = (branch, lab.edits());
        let target = &mut self.read;
        lab.retell(self.upto, position, &mut |told| read(target, told));
        self.upto = position;
        self.last = before(position);
    }
}
