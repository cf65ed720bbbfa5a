//! The bound on what a tape takes.
//!
//! Of the steps an outline is kept (`Stretch`, at most some thousand), and the 32-byte marks of the newest ones; older
//! marks and full facts are derived again (`Tape::steps`, `Tape::reread`). So **a tape has a bound in bytes, however
//! long the run is** (`BYTES_MAX`, `tape/room.rs`): beyond it, marks of branches that are not shown and every second
//! keyframe go. The price is time: in a run of ten million steps a jump into the far past simulates some ten thousand
//! steps. This goes beyond storing every step with its answers: acts, seed and keyed draws already determine them, so a
//! branch *is* its list of acts.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use faultlab_core::Protocol;

use super::{State, Tape};

/// About how many bytes a tape may take before it makes room, if nothing else is said. What cannot be left out (acts, the present
/// moment, an outline of each branch, the newest marks of the one that is shown) may come on top, and has bounds of its own.
pub const BYTES_MAX: usize = 32 << 20;

impl<P: Protocol> Tape<P> {
    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let mut parts = BTreeMap::new();
        for state in self.branches.iter().flat_map(|branch| branch.states()) {
            let keyframes = state.keyframes.iter();
            parts.extend(keyframes.map(|keyframe| (Arc::as_ptr(&keyframe.moment).addr(), keyframe.bytes)));
            parts.extend(state.track.parts());
        }
        parts.values().sum()
    }

    /// Leaves out what can be derived again: the marks of branches that are not shown, then every second keyframe of the state that
    /// has the most of them.
    pub(super) fn make_room(&mut self) {
        self.bytes = self.bytes();
        if self.bytes <= self.room {
            return;
        }
        let current = self.current.0;
        for (number, branch) in self.branches.iter_mut().enumerate() {
            branch.put_away(number == current);
        }
        // Some are shared among branches: it may take several rounds until one is free.
        while self.bytes() > self.room / 4 * 3 {
            let states = self.branches.iter_mut().flat_map(|branch| branch.states_mut());
            match states.max_by_key(|state| state.keyframes.len()) {
                Some(most) if most.keyframes.len() > 1 => most.thin(),
                _ => break,
            }
        }
        self.bytes = self.bytes();
        // Where all that is left cannot be left out, it is not tried again with every step.
        self.full = self.room.max(self.bytes + self.room / 8);
    }
}

impl<P: Protocol> State<P> {
    /// Every second keyframe goes, the first one stays.
    pub(super) fn thin(&mut self) {
        let mut number = 0;
        self.keyframes.retain(|_| {
            number += 1;
            number % 2 == 1
        });
        self.spacing *= 2;
    }
}
