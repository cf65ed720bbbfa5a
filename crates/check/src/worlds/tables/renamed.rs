//! Fingerprints up to a renaming of nodes, from what changes.

use alloc::vec::Vec;
use faultlab_core::Protocol;

use super::super::symmetry::Renamed;
use super::{At, Candidate, GHOST, Missing, Tables, used_hash};

impl<P: Protocol> Tables<P> {
    /// What stands for the world that a candidate leads to, and for all that are the same up to a renaming.
    ///
    /// # Errors
    /// What must be worked out first.
    pub(super) fn renamed_fingerprint(
        &self,
        renamed: &Renamed,
        at: &At<'_>,
        candidate: &Candidate,
    ) -> Result<u64, Missing> {
        let change = &self.changes[candidate.change as usize];
        let (place, taken) = (usize::from(candidate.place), usize::from(candidate.taken));
        let is_client = place >= self.first_client();
        let part = |part| if is_client { renamed.client(part) } else { renamed.slot(part) };
        let (old, new) = (part(at.words[place]), part(change.part));
        let (old_ghost, ghost) = (renamed.ghost(at.words[GHOST]), renamed.ghost(candidate.ghost));
        let gone = (taken > 0).then(|| renamed.packet(at.words[taken]));
        let mut stale = Vec::new();
        self.each_stale(at.words, (place, taken), change, |packet| stale.push(packet))?;
        let used = used_hash(candidate.used).wrapping_sub(used_hash(at.used));
        Ok(renamed.least(|renaming| {
            let come = new[renaming].wrapping_add(ghost[renaming]).wrapping_add(used);
            let went =
                old[renaming].wrapping_add(old_ghost[renaming]).wrapping_add(gone.map_or(0, |row| row[renaming]));
            let sum = at.sums[renaming].wrapping_add(come).wrapping_sub(went);
            let sum = stale.iter().fold(sum, |sum, packet| sum.wrapping_sub(renamed.packet(*packet)[renaming]));
            self.sent_in(change).iter().fold(sum, |sum, packet| sum.wrapping_add(renamed.packet(*packet)[renaming]))
        }))
    }
}
