//! What the fall of a node took from its disk.

use std::rc::Rc;

use faultlab_core::{AreaId, Disk, Keep, MAX_AREAS, NodeId, Operation, Protocol};
use faultlab_sim::{BranchId, FactId, Tape};

use super::Run;

/// A disk that holds nothing but the lost: its unsynced tails are what will never be synced.
type Lost<P> = Rc<Disk<<P as Protocol>::Record>>;

/// What is known of the nodes that are down, each since the last fact of its node: to find out is a jump back in time, and it
/// is asked for at every drawing.
pub(super) struct Fallen<P: Protocol> {
    known: Vec<Option<(BranchId, FactId, Lost<P>)>>,
}

impl<P: Protocol> Default for Fallen<P> {
    fn default() -> Self {
        Self { known: Vec::new() }
    }
}

impl<P: Protocol> Run<P> {
    /// What is known here, for a run of its own that begins here and cannot jump back before.
    pub(super) fn fallen_before(&self, tape: &Tape<P>) -> Fallen<P> {
        let known = |node| Some((tape.current(), tape.world().last_fact(node)?, self.lost_of(node)?));
        Fallen { known: NodeId::all(tape.world().setup().nodes).map(known).collect() }
    }

    pub(super) fn lost_of(&self, node: NodeId) -> Option<Lost<P>> {
        let world = self.tape.world();
        let slot = world.slot(node).filter(|slot| !slot.is_up())?;
        let (branch, fact) = (self.tape.current(), world.last_fact(node)?);
        let mut fallen = self.fallen.borrow_mut();
        if fallen.known.len() <= node.index() {
            fallen.known.resize_with(node.index() + 1, || None);
        }
        let known = &mut fallen.known[node.index()];
        if let Some((_, _, lost)) = known.as_ref().filter(|known| (known.0, known.1) == (branch, fact)) {
            return Some(Rc::clone(lost));
        }
        let before = self.tape.step_of(fact)?;
        let lost = Rc::new(lost_between(&self.tape.world_at(before).slot(node)?.disk, &slot.disk));
        *known = Some((branch, fact, Rc::clone(&lost)));
        Some(lost)
    }
}

/// What a disk had or was about to have, and has not after a crash that kept a part of each tail, or after a wipe.
fn lost_between<R: Clone + PartialEq>(before: &Disk<R>, after: &Disk<R>) -> Disk<R> {
    let mut lost = Disk::new(before.areas().len());
    for (index, (was, is)) in before.areas().iter().zip(after.areas()).enumerate() {
        let area = AreaId(index as u8);
        if is.end() < was.first() + was.records().len() as u64 && is.records().len() == 0 {
            for stored in was.records() {
                lost.issue(area, Operation::Append(stored.parts().0.clone()));
            }
        }
        for operation in &was.unsynced()[kept(before, after, index)..] {
            lost.issue(area, operation.clone());
        }
    }
    lost
}

/// How much of an area's tail a crash kept.
fn kept<R: Clone + PartialEq>(before: &Disk<R>, after: &Disk<R>, area: usize) -> usize {
    let most = before.areas()[area].unsynced().len();
    let fits = |count: &usize| {
        let mut crashed = before.clone();
        crashed.crash(Keep([*count as u16; MAX_AREAS]));
        crashed.areas()[area] == after.areas()[area]
    };
    (1..=most).rev().find(fits).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: AreaId = AreaId(0);

    fn tail(lost: &Disk<u32>) -> Vec<Operation<u32>> {
        lost.area(LOG).unsynced().to_vec()
    }

    fn written() -> Disk<u32> {
        let mut disk = Disk::new(1);
        disk.issue(LOG, Operation::Append(1));
        disk.sync([1, 0, 0, 0]);
        for record in 2..=4 {
            disk.issue(LOG, Operation::Append(record));
        }
        disk
    }

    #[test]
    fn a_crash_loses_what_it_did_not_keep() {
        for kept in 0..=3 {
            let mut after = written();
            after.crash(Keep([kept, 0, 0, 0]));
            let expected: Vec<_> = (2 + u32::from(kept)..=4).map(Operation::Append).collect();
            assert_eq!(tail(&lost_between(&written(), &after)), expected, "kept {kept}");
        }
    }

    #[test]
    fn a_wipe_loses_everything() {
        let mut after = written();
        after.wipe();
        assert_eq!(tail(&lost_between(&written(), &after)), [1, 2, 3, 4].map(Operation::Append));
    }
}
