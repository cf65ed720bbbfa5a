//! Reference models at specification level, from the published specifications (tlaplus/Examples). Their counts are known.
//!
//! A model is one file and one row of [`references`]; a search knows no more than its row.

mod alternating_bit;
mod bits;
mod chang_roberts;
mod paxos;
mod reference;
mod tcommit;
mod two_phase;

pub use reference::{Instance, ModelRule, Parameter, Reference};

use faultlab_core::{Kind, Misspelled};

/// All reference models.
pub fn references() -> &'static [Reference] {
    static ROWS: [Reference; 5] = [
        tcommit::REFERENCE,
        two_phase::REFERENCE,
        paxos::REFERENCE,
        alternating_bit::REFERENCE,
        chang_roberts::REFERENCE,
    ];
    &ROWS
}

/// The reference model of this name.
///
/// # Errors
/// The name and those that there are.
pub fn reference(slug: &str) -> Result<&'static Reference, Misspelled> {
    let index = reference::index_of(slug, references().iter().map(|row| row.slug), Kind::Model)?;
    Ok(&references()[index])
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;
    use alloc::vec::Vec;

    use super::reference::Packed;
    use super::*;
    use crate::Model;

    type State = [u64; 1];

    /// Walks a model whose states fit into a word; tells all of its states.
    fn walked(slug: &str, model: &impl Packed) -> BTreeSet<State> {
        let row = reference(slug).expect("a model");
        let (mut waiting, mut seen, mut named) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        Model::<1>::initial(model, &mut waiting);
        while let Some(state) = waiting.pop() {
            if !seen.insert(state) {
                continue;
            }
            let before = waiting.len();
            model.successors(&state, &mut waiting);
            for next in waiting[before..].iter().filter(|next| **next != state) {
                let step = model.step(&state, next);
                assert!(row.actions.contains(&(step.action, step.with.len())), "{slug}: {step:?}");
                named.insert(step.action);
            }
        }
        assert_eq!(named.len(), row.actions.len(), "{slug} names each of its actions: {named:?}");
        seen
    }

    /// Parts are interchangeable: `at` and `width` tell where they stand.
    fn is_exact(slug: &str, model: &impl Packed, at: u32, width: u32) {
        let states = walked(slug, model);
        let row = reference(slug).expect("a model");
        let instance = row.instance([], []).expect("the usual parameters");
        let mut representatives = BTreeSet::new();
        for state in &states {
            let canonical = model.canonical(state);
            assert!(states.contains(&canonical), "a representative is a state");
            for part in 1..instance.nodes() {
                let renamed: State = bits::swapped(*state, at + (part - 1) * width, at + part * width, width);
                assert!(states.contains(&renamed), "{slug}: {state:?} renamed is no state");
                assert_eq!(model.canonical(&renamed), canonical, "{slug}: {state:?}");
            }
            representatives.insert(canonical);
        }
        let limits = crate::Limits { symmetry: true, ..crate::Limits::default() };
        let report = instance.explore(limits).expect("the usual parameters");
        assert_eq!(report.states, representatives.len() as u64, "{slug}");
    }

    #[test]
    fn every_step_has_its_name_and_every_orbit_one_representative() {
        let rules = faultlab_core::RuleSet::ALL_ON;
        is_exact("tcommit", &tcommit::TCommit { managers: 3 }, 0, 2);
        is_exact("two-phase", &two_phase::TwoPhase { managers: 3, unanimous_votes: true }, 4, 4);
        let paxos = paxos::Paxos { acceptors: 3, values: 2, ballots: 2, rules };
        is_exact("paxos", &paxos, paxos.promise_at(0), paxos.part_width());
        walked("alternating-bit", &alternating_bit::AlternatingBit { data: 2, queue_max: 2 });
        walked("chang-roberts", &chang_roberts::ChangRoberts { nodes: 3 });
    }
}
