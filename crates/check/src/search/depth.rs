//! Depth-first search, on one thread: each state is followed as far as it leads before the next one is looked at.

use alloc::vec::Vec;

use super::{Report, Run, Search};
use crate::shard::{Candidate, Origin, SHARDS, hash, shard_of};

/// The states from an initial one to the present one.
struct Way<const WORDS: usize> {
    frames: Vec<Frame>,
    /// Of all states of the way, one after the other.
    successors: Vec<[u64; WORDS]>,
}

/// A state of the present way, where its successors begin, and which of them is next.
struct Frame {
    at: Origin,
    successors: usize,
    next: usize,
}

impl<const WORDS: usize> Search<'_, WORDS> {
    /// Visits every state. The depth it tells is that of the longest way.
    pub(super) fn go_deep(mut self) -> Report {
        let mut way = Way { frames: Vec::new(), successors: Vec::new() };
        let mut depth = 0;
        for run in self.runs_since([0; SHARDS]) {
            for place in run.from..run.to {
                self.enter(&mut way, Origin::new(run.shard, place));
                depth = depth.max(1);
                while let Some(frame) = way.frames.last_mut() {
                    let Some(state) = way.successors.get(frame.next).copied().filter(|_| !self.is_over()) else {
                        way.successors.truncate(frame.successors);
                        way.frames.pop();
                        continue;
                    };
                    frame.next += 1;
                    let candidate = Candidate { state, hash: hash(&state), parent: frame.at };
                    if let Some(at) = self.take_in(&candidate) {
                        self.enter(&mut way, at);
                        depth = depth.max(way.frames.len() as u32);
                    }
                }
            }
        }
        let exhausted = !self.is_over();
        self.report(depth, exhausted)
    }

    /// Goes on to a visited state.
    fn enter(&mut self, way: &mut Way<WORDS>, at: Origin) {
        let run = Run { shard: at.shard(), from: at.place(), to: at.place() + 1 };
        let piece = &mut self.pieces[0];
        piece.generate(self.model, self.symmetry, &self.shards, run);
        let successors = way.successors.len();
        way.frames.push(Frame { at, successors, next: successors });
        way.successors.extend_from_slice(&piece.successors);
    }

    /// Where the state stands, if it is new and there is room for it.
    fn take_in(&mut self, candidate: &Candidate<WORDS>) -> Option<Origin> {
        let (before, shard) = (self.lengths(), shard_of(candidate.hash));
        self.shards[shard].insert(self.model, candidate);
        self.cut_to_limit(before);
        (self.shards[shard].states.len() > before[shard]).then(|| Origin::new(shard, before[shard]))
    }
}
