//! Rounds: random runs in the manner in which people draw them. Pick some nodes, let one thing happen among them, let them talk
//! until they are quiet; again. It knows nothing of the protocol, and finds deep counterexamples that a breadth-first search never
//! reaches.

use alloc::vec::Vec;
use faultlab_core::{NodeId, Protocol};

use super::found::Walk;
use super::random::{Draws, Taken};
use super::tables::{Candidate, Cause, Part, Tables};

/// So many rounds make a run at most.
const ROUNDS_MAX: u32 = 24;
/// So many deliveries are made in a round at most.
const TALK_MAX: u32 = 60;

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
    fn draw(draws: &mut Draws, nodes: usize, before: Option<u128>, words: &[u32]) -> Self {
        let all = u128::MAX >> (128 - nodes.clamp(1, 128));
        // Partitions last: often it is the same group again, or those on the other side.
        let group = match (before, draws.below(6)) {
            (Some(group), 0 | 1) => group,
            (Some(group), 2) => all & !group,
            _ => (0..nodes.min(128)).fold(0, |group, node| group | u128::from(draws.chance(3, 5)) << node),
        };
        let clients_listen = draws.chance(3, 4);
        let old = if draws.chance(4, 5) { words.to_vec() } else { Vec::new() };
        let (stops_early, encore) = (draws.chance(1, 3), draws.chance(1, 2));
        Self { group, clients_listen, old, stops_early, encore, stage: Stage::Opening }
    }

    /// What this stage is about.
    fn part(&self, nodes: usize) -> Part {
        let clients = if self.clients_listen { u128::MAX << nodes.min(127) } else { 0 };
        let parties = match self.stage {
            Stage::Encore(node) => 1 << node.0.min(127),
            Stage::Opening | Stage::Talk => self.group | clients,
        };
        let talks = self.stage == Stage::Talk;
        Part { parties, arrivals: talks, actions: !talks }
    }

    /// One of the candidates that fit, each as likely as the others.
    fn choose<P: Protocol>(&self, draws: &mut Draws, walk: &Walk<'_, P>) -> Option<Candidate> {
        let waits = |candidate: &&Candidate| match candidate.cause {
            Cause::Deliver { word, .. } => self.old.contains(&walk.words[usize::from(word)]),
            Cause::Own { .. } | Cause::Ask { .. } | Cause::Retry { .. } => false,
            // Time passes between rounds.
            Cause::Tick => true,
        };
        let fitting = || walk.candidates.iter().filter(|candidate| !waits(candidate));
        let count = fitting().count();
        if count == 0 { None } else { fitting().nth(draws.below(count)).copied() }
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

/// Lets a tick pass. Timers that have to fire first do so, and those that have to fire then.
fn let_time_pass<P: Protocol>(walk: &mut Walk<'_, P>, draws: &mut Draws, taken: &mut Taken<P>) -> bool {
    let mut ticked = false;
    for _ in 0..TALK_MAX {
        walk.look_ahead_at(Part { arrivals: false, ..Part::ALL });
        let due = || walk.candidates.iter().filter(|candidate| walk.is_due(candidate));
        let count = due().count();
        let tick = || walk.candidates.iter().find(|candidate| candidate.cause == Cause::Tick && !ticked);
        let next = if count > 0 { due().nth(draws.below(count)) } else { tick() };
        let Some(candidate) = next.copied() else { return false };
        ticked |= candidate.cause == Cause::Tick;
        if taken.take(walk, candidate) {
            return true;
        }
    }
    false
}

/// Runs rounds until something wanted breaks or there were enough.
pub(super) fn run<P: Protocol>(walk: &mut Walk<'_, P>, draws: &mut Draws, taken: &mut Taken<P>) {
    let nodes = usize::from(walk.tables.setup.nodes);
    let mut group = None;
    for _ in 0..ROUNDS_MAX {
        if walk.tables.tick().is_some() && draws.chance(1, 2) && let_time_pass(walk, draws, taken) {
            return;
        }
        let mut round = Round::draw(draws, nodes, group, &walk.words);
        group = Some(round.group);
        for _ in 0..TALK_MAX {
            walk.look_ahead_at(round.part(nodes));
            let Some(candidate) = round.choose(draws, walk) else {
                if round.go_on() {
                    continue;
                }
                break;
            };
            round.note(&candidate, walk.tables);
            if taken.take(walk, candidate) {
                return;
            }
            if round.stops_early && draws.chance(1, 8) {
                break;
            }
        }
    }
}
