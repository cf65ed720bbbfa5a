//! Rounds: random plays in the manner in which people draw them. Pick some nodes, let one thing happen among them, let them talk
//! until they are quiet; again. It knows nothing of the protocol, and finds deep plays that a breadth-first search never
//! reaches.

use alloc::vec::Vec;
use faultlab_core::{NodeId, Protocol};
use faultlab_sim::{Purpose, World, draw_below, draw_bits};

use super::breadth::{Progress, bits_of};
use super::found::{Step, Walk};
use super::tables::{Candidate, Cause, Limits, Tables};
use super::{Play, Scope, shrink};

/// So many rounds make a play at most.
const ROUNDS_MAX: u32 = 24;
/// So many deliveries are made in a round at most.
const TALK_MAX: u32 = 60;

/// The simulation's keyed draws, one after the other.
#[derive(Clone, Copy, Debug)]
struct Draws {
    seed: u64,
    ordinal: u64,
}

impl Draws {
    fn below(&mut self, count: usize) -> usize {
        let bits = draw_bits(self.seed, Purpose::Choice, 0, self.ordinal);
        self.ordinal += 1;
        draw_below(bits, count as u64) as usize
    }

    /// True in so many of so many cases.
    fn chance(&mut self, cases: usize, of: usize) -> bool {
        self.below(of) < cases
    }
}

/// What a round waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// One thing that a node or client of the group does by itself.
    Opening,
    /// A second thing that this node does, as when patience runs out and an election follows.
    Encore(NodeId),
    /// Arrivals within the group, until it is quiet.
    Talk,
}

/// A group of nodes that are left to themselves.
struct Round {
    group: u128,
    clients_listen: bool,
    /// The world as the round began, if what was on its way then has to wait.
    old: Vec<u32>,
    stops_early: bool,
    encore: bool,
    stage: Stage,
}

impl Round {
    fn draw(draws: &mut Draws, nodes: usize, words: &[u32]) -> Self {
        let group = (0..nodes.min(128)).fold(0, |group, node| group | u128::from(draws.chance(3, 5)) << node);
        let clients_listen = draws.chance(3, 4);
        let old = if draws.chance(4, 5) { words.to_vec() } else { Vec::new() };
        let (stops_early, encore) = (draws.chance(1, 3), draws.chance(1, 2));
        Self { group, clients_listen, old, stops_early, encore, stage: Stage::Opening }
    }

    /// One of the candidates that fit, each as likely as the others.
    fn choose<P: Protocol>(&self, draws: &mut Draws, walk: &Walk<'_, P>) -> Option<Candidate> {
        let fitting = || walk.candidates.iter().filter(|candidate| self.fits(candidate, walk));
        let count = fitting().count();
        if count == 0 { None } else { fitting().nth(draws.below(count)).copied() }
    }

    fn fits<P: Protocol>(&self, candidate: &Candidate, walk: &Walk<'_, P>) -> bool {
        let node = walk.tables.node_at(candidate);
        let inside = node.map_or(self.clients_listen, |node| self.group & (1 << node.0.min(127)) != 0);
        let fits = match (candidate.cause, self.stage) {
            (Cause::Deliver { word, .. }, Stage::Talk) => !self.old.contains(&walk.words[usize::from(word)]),
            (Cause::Own { .. } | Cause::Ask { .. } | Cause::Retry { .. }, Stage::Opening) => true,
            (Cause::Own { node, .. }, Stage::Encore(again)) => node == again.0,
            _ => false,
        };
        inside && fits
    }

    fn note<P: Protocol>(&mut self, candidate: &Candidate, tables: &Tables<P>) {
        self.stage = match (self.stage, tables.node_at(candidate)) {
            (Stage::Opening, Some(node)) if self.encore => Stage::Encore(node),
            _ => Stage::Talk,
        };
    }

    /// Nothing fits any more. True if the round goes on with its next stage.
    fn go_on(&mut self) -> bool {
        let goes_on = matches!(self.stage, Stage::Encore(_));
        self.stage = Stage::Talk;
        goes_on
    }
}

/// A search by rounds that can be taken further bit by bit.
pub struct Rounds<P: Protocol> {
    tables: Tables<P>,
    wanted: u32,
    draws: Draws,
    /// Steps taken in all, and one for each play.
    pub steps: u64,
    found: Option<(Vec<Step<P>>, u32)>,
}

impl<P: Protocol> Rounds<P> {
    pub fn new(world: &World<P>, scope: &Scope<P>, wanted: &[&str], seed: u64) -> Self {
        let tables = Tables::new(world, scope);
        Self { tables, wanted: bits_of::<P>(wanted), draws: Draws { seed, ordinal: 0 }, steps: 0, found: None }
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
            // A play in which nothing can happen counts too: otherwise a still cluster would be played for ever.
            self.steps += 1;
        }
        if self.found.is_some() { Progress::Found } else { Progress::Running }
    }

    /// Each kind of thing fully every second time; less in the other plays, so that not everything happens everywhere.
    fn draw_limit(&mut self, limit: u8) -> u8 {
        if limit == 0 || self.draws.chance(1, 2) { limit } else { self.draws.below(usize::from(limit) + 1) as u8 }
    }

    fn play_once(&mut self) {
        let mut draws = self.draws;
        let mut walk = Walk::from_root(&mut self.tables);
        let mut play: Vec<Step<P>> = Vec::new();
        let mut broken = 0;
        for _ in 0..ROUNDS_MAX {
            let mut round = Round::draw(&mut draws, usize::from(walk.tables.setup.nodes), &walk.words);
            for _ in 0..TALK_MAX {
                walk.look_ahead();
                let Some(candidate) = round.choose(&mut draws, &walk) else {
                    if round.go_on() {
                        continue;
                    }
                    break;
                };
                play.push(walk.step_of(&candidate));
                round.note(&candidate, walk.tables);
                broken = walk.take(candidate) & self.wanted;
                self.steps += 1;
                if broken != 0 || (round.stops_early && draws.chance(1, 8)) {
                    break;
                }
            }
            if broken != 0 {
                self.found = Some((play, broken));
                break;
            }
        }
        self.draws = draws;
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
