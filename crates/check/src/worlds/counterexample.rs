//! From the explorer's steps to actions of the real world, which has the last word on whether anything broke.

use alloc::vec::Vec;
use faultlab_core::process::LocalInput;
use faultlab_core::{Endpoint, NodeId, Protocol, Span, Time};
use faultlab_sim::{Action, Keyed, NoSink, PacketName, Scripted, ScriptedAction, Setting, World};

use super::found::{Step, Walk, What};
use super::local::{self, Own, Recipe};
use super::tables::Tables;

/// Scripted actions that break a promise, in the order in which they are done while nothing else happens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counterexample<P: Protocol> {
    /// The slugs of the invariants that break in the last action.
    pub broken: Vec<&'static str>,
    pub script: Vec<ScriptedAction<P>>,
    /// How long after the beginning each action is done, if the search went by time.
    pub moments: Option<Vec<Span>>,
    /// How many steps these are. A step may be several actions: an arrival with the sync and the crash that follow it at once.
    pub steps: u32,
    /// Whether no counterexample within the scope takes fewer steps.
    pub shortest: bool,
}

/// A world in which only what is ordered happens, and in which nothing keeps a packet from going on: what was cut or held is let
/// go. Gives the actions that led there.
pub fn prepare<P: Protocol>(world: &World<P>) -> (World<P>, Vec<ScriptedAction<P>>) {
    let mut stage = Stage::new(world);
    if !world.is_stepwise() {
        stage.order(Action::Set(Setting::Stepwise(true)), Vec::new());
    }
    for (from, to) in world.cuts() {
        stage.order(Action::Heal { from, to }, Vec::new());
    }
    let mut held: Vec<PacketName> = world.packets().filter(|packet| packet.held).map(|packet| packet.name).collect();
    held.sort_unstable();
    for packet in held {
        stage.order(Action::Release(packet), Vec::new());
    }
    (stage.world, stage.script)
}

/// A world with the actions done to it so far.
struct Stage<P: Protocol> {
    world: World<P>,
    script: Vec<ScriptedAction<P>>,
    /// When it began, how much time has passed since, and when each action was done.
    began: Time,
    passed: Span,
    moments: Vec<Span>,
}

impl<P: Protocol> Stage<P> {
    fn new(world: &World<P>) -> Self {
        Self { world: world.clone(), script: Vec::new(), began: world.now(), passed: Span::ZERO, moments: Vec::new() }
    }

    fn order(&mut self, action: Action<P>, choices: Vec<u32>) {
        let mut chance = Scripted { keyed: Keyed { seed: 0 }, choices: choices.iter().rev().copied().collect() };
        let now = self.began + self.passed;
        self.world.apply(action.clone(), now, &mut chance, &mut NoSink);
        self.script.push(ScriptedAction { action, choices });
        self.moments.push(self.passed);
    }

    /// What follows a transition at once.
    fn complete(&mut self, node: NodeId, recipe: &Recipe) {
        for _ in 0..recipe.flushes {
            self.order(Action::Flush { node }, Vec::new());
        }
        if let Some(keep) = recipe.crash {
            self.order(Action::Crash { node, keep }, Vec::new());
        }
    }
}

/// Does the steps of a counterexample in the real world. None if they cannot be done there.
pub(super) fn perform<P: Protocol>(
    tables: &mut Tables<P>,
    world: &World<P>,
    steps: &[Step<P>],
) -> Option<Counterexample<P>> {
    let mut stage = Stage::new(world);
    let mut walk = Walk::from_root(tables);
    for step in steps {
        perform_step(&mut stage, &walk, step)?;
        walk.try_step(step)?;
    }
    let before: Vec<&str> = world.verdicts().violated().collect();
    let broken = stage.world.verdicts().violated().filter(|slug| !before.contains(slug)).collect();
    let moments = walk.tables.tick().map(|_| stage.moments);
    Some(Counterexample { broken, script: stage.script, moments, steps: steps.len() as u32, shortest: false })
}

fn perform_step<P: Protocol>(stage: &mut Stage<P>, walk: &Walk<'_, P>, step: &Step<P>) -> Option<()> {
    match &step.what {
        What::Tick => stage.passed = stage.passed + walk.tables.tick()?,
        What::Deliver { packet, copy } => {
            let parcel = walk.tables.packets.get(*packet);
            let same = stage.world.packets().filter(|other| {
                other.name.from == parcel.from && other.name.to == parcel.to && other.payload == parcel.payload
            });
            let name = same.map(|packet| packet.name).min()?;
            if *copy {
                stage.order(Action::Duplicate(name), Vec::new());
            }
            let Endpoint::Node(node) = parcel.to else {
                stage.order(Action::Deliver(name), Vec::new());
                return Some(());
            };
            let recipe = recipe(walk, node, &LocalInput::Input(parcel.input()?), step.number)?;
            stage.order(Action::Deliver(name), recipe.choices.clone());
            stage.complete(node, &recipe);
        }
        What::Own { node, own } => perform_own(stage, walk, *node, own, step.number)?,
        What::Ask { client, request } => {
            let (id, _) = walk.tables.client_at(&walk.words, *client);
            let request = walk.tables.requests.get(usize::from(*request))?.clone();
            stage.order(Action::Request { client: *id, request }, Vec::new());
            ask_again(stage, walk, *client, step.number);
        }
        What::Retry { client } => {
            let (id, _) = walk.tables.client_at(&walk.words, *client);
            stage.order(Action::Retry { client: *id }, Vec::new());
            ask_again(stage, walk, *client, step.number);
        }
    }
    Some(())
}

/// A client asks on until it asks the node that the step means: the n-th different one.
fn ask_again<P: Protocol>(stage: &mut Stage<P>, walk: &Walk<'_, P>, client: u8, number: u16) {
    let (id, _) = *walk.tables.client_at(&walk.words, client);
    let asked = |stage: &Stage<P>| stage.world.clients()[id.index()].outstanding.as_ref().map(|waiting| waiting.asked);
    let mut met: Vec<Option<NodeId>> = Vec::from([asked(stage)]);
    for _ in 0..walk.tables.setup.nodes {
        if met.len() > usize::from(number) {
            return;
        }
        stage.order(Action::Retry { client: id }, Vec::new());
        let now = asked(stage);
        if !met.contains(&now) {
            met.push(now);
        }
    }
}

fn perform_own<P: Protocol>(
    stage: &mut Stage<P>,
    walk: &Walk<'_, P>,
    node: NodeId,
    own: &Own<P>,
    number: u16,
) -> Option<()> {
    let action = match own {
        Own::Fire(timer) => Action::Fire { node, timer: *timer },
        Own::Restart => Action::Restart { node },
        Own::Flush => Action::Flush { node },
        Own::Crash(keep) => Action::Crash { node, keep: *keep },
        Own::Wipe => Action::WipeDisk { node },
        Own::Pause => Action::Pause { node },
        Own::Resume => Action::Resume { node },
    };
    let Some(input) = own.input(walk.site(node).going) else {
        stage.order(action, Vec::new());
        return Some(());
    };
    let recipe = recipe(walk, node, &input, number)?;
    stage.order(action, recipe.choices.clone());
    stage.complete(node, &recipe);
    Some(())
}

fn recipe<P: Protocol>(walk: &Walk<'_, P>, node: NodeId, input: &LocalInput<P>, number: u16) -> Option<Recipe> {
    let (tables, slot) = (&walk.tables, &walk.site(node).slot);
    let outcomes = local::outcomes(&tables.setup, slot, node, input, tables.means_at(node));
    Some(outcomes.into_iter().nth(usize::from(number))?.recipe)
}
