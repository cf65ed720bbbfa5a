//! Rounds: random plays in the manner in which people draw them. Pick some nodes, let one thing happen among them, let them talk
//! until they are quiet; again. It knows nothing of the protocol, and finds deep plays that a breadth-first search never
//! reaches.

use alloc::vec::Vec;
use faultlab_core::Protocol;
use faultlab_sim::{World, draw_below};

use super::breadth::{Progress, bits_of};
use super::found::{Step, Walk};
use super::tables::{Candidate, Cause, Limits, Tables};
use super::{Play, Scope, shrink};

/// So many rounds make a play.
const ROUNDS_MAX: u32 = 12;
/// So many deliveries are made in a round at most.
const TALK_MAX: u32 = 60;

/// A generator whose state is one number; splitmix64.
#[derive(Clone, Copy, Debug)]
struct Draws(u64);

impl Draws {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        draw_below(self.bits(), count as u64) as usize
    }

    /// True in so many of so many cases.
    fn chance(&mut self, cases: usize, of: usize) -> bool {
        self.below(of) < cases
    }
}

/// A search by rounds that can be taken further bit by bit.
pub struct Rounds<P: Protocol> {
    tables: Tables<P>,
    wanted: u32,
    draws: Draws,
    /// Steps taken in all.
    pub steps: u64,
    found: Option<(Vec<Step<P>>, u32)>,
}

impl<P: Protocol> Rounds<P> {
    pub fn new(world: &World<P>, scope: &Scope<P>, wanted: &[&str], seed: u64) -> Self {
        let tables = Tables::new(world, scope);
        Self { tables, wanted: bits_of::<P>(wanted), draws: Draws(seed), steps: 0, found: None }
    }

    /// Takes about so many steps more, or stops when something is found. Never exhausted.
    pub fn advance(&mut self, steps_more: u64) -> Progress {
        let limit = self.steps + steps_more;
        while self.found.is_none() && self.steps < limit {
            let limits = self.tables.limits();
            let drawn = limits.map(|limit| self.draw_limit(limit));
            self.tables.allow(drawn);
            self.play_once();
            self.tables.allow(limits);
        }
        if self.found.is_some() { Progress::Found } else { Progress::Running }
    }

    /// Each kind of thing fully every second time; less in the other plays, so that not everything happens everywhere.
    fn draw_limit(&mut self, limit: u8) -> u8 {
        if limit == 0 || self.draws.chance(1, 2) { limit } else { self.draws.below(usize::from(limit) + 1) as u8 }
    }

    fn play_once(&mut self) {
        let nodes = usize::from(self.tables.setup.nodes);
        let mut draws = self.draws;
        let mut walk = Walk::from_root(&mut self.tables);
        let mut play: Vec<Step<P>> = Vec::new();
        let mut broken = 0;
        'rounds: for _ in 0..ROUNDS_MAX {
            let mut group: u128 = 0;
            for node in 0..nodes.min(128) {
                group |= u128::from(draws.chance(3, 5)) << node;
            }
            let clients_listen = draws.chance(3, 4);
            let old_waits = draws.chance(4, 5);
            let old: Vec<u32> = walk.words.clone();
            let stops_early = draws.chance(1, 3);
            let mut begun = false;
            for _ in 0..TALK_MAX {
                walk.look_ahead();
                let fits = |candidate: &Candidate| {
                    let inside = match walk.tables.node_at(candidate) {
                        Some(node) => group & (1 << node.0.min(127)) != 0,
                        None => clients_listen,
                    };
                    inside
                        && match candidate.cause {
                            Cause::Deliver { word, .. } => {
                                begun && !(old_waits && old.contains(&walk.words[usize::from(word)]))
                            }
                            Cause::Own { .. } => !begun,
                            Cause::Ask { .. } | Cause::Retry { .. } => !begun,
                        }
                };
                let count = walk.candidates.iter().filter(|candidate| fits(candidate)).count();
                if count == 0 {
                    break;
                }
                let chosen = draws.below(count);
                let candidate = walk.candidates.iter().filter(|candidate| fits(candidate)).nth(chosen).copied();
                let Some(candidate) = candidate else { break };
                begun = true;
                play.push(walk.step_of(&candidate));
                broken = walk.take(candidate) & self.wanted;
                self.steps += 1;
                if broken != 0 {
                    break 'rounds;
                }
                if stops_early && draws.chance(1, 8) {
                    break;
                }
            }
        }
        self.draws = draws;
        if broken != 0 {
            self.found = Some((play, broken));
        }
    }

    /// The play that was found, without steps that are not needed, done again in the real world, and what it used up. The
    /// rounds may go on afterwards.
    pub fn play(&mut self, world: &World<P>) -> Option<(Play<P>, Limits)> {
        let (steps, broken) = self.found.take()?;
        let steps = shrink::shrink(&mut self.tables, steps, broken);
        let used = shrink::used(&mut self.tables, &steps);
        Some((shrink::told(&mut self.tables, world, &steps, broken, false)?, used))
    }
}
