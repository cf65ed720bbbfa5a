//! Walks a run of the simulation inside the budget of a search, and names the first step that the search cannot take.
//!
//! It is the search with every detail, so that each step of the run is one of its own: [`Scope::full`] changes no verdict. Whom a client
//! asks is not known before its request arrives, so several worlds are followed at once.

use alloc::vec::Vec;
use core::mem::discriminant;
use faultlab_core::{ClientId, Endpoint, NodeId, Protocol, Slot, Span, Time};
use faultlab_sim::{Fact, FactKind, PacketName, Payload, Setting, Sink, World};

use super::Scope;
use super::counterexample::prepare;
use super::local::Own;
use super::search::slugs_of;
use super::tables::{Candidate, Cause, Ended, HEAD, Part, Tables};
use super::unfit::{Unfit, examine};

/// More worlds than these are never followed at once.
const WORLDS_MAX: usize = 256;

/// Why a search cannot take a step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Obstacle {
    /// What it takes is used up.
    Budget(Ended),
    /// The timer may not fire yet.
    NotDue,
    /// Time cannot pass before a timer has fired, a sync has ended or a message has arrived.
    TimeMustWait,
    /// Another client's turn, or nothing that the search lets clients ask.
    NotAsked,
    /// The message is not on its way in the search.
    NotUnderWay,
    /// A search never does such a thing: it changes no settings and no clocks, and damages no records.
    NeverDone,
    /// It would leave the node in another state.
    OtherOutcome,
}

/// A step of the simulation, as far as it is one of a search.
enum Done<P: Protocol> {
    Arrived {
        packet: PacketName,
        payload: Payload<P>,
    },
    Own {
        node: NodeId,
        own: OwnKind<P>,
    },
    Asked {
        client: ClientId,
        request: P::Request,
    },
    Retried {
        client: ClientId,
    },
    /// What no search does.
    Foreign,
}

/// What a node does by itself; of a crash the outcome tells what the disk kept.
#[derive(PartialEq)]
enum OwnKind<P: Protocol> {
    Fire(P::Timer),
    Flush,
    Crash,
    Restart,
    Wipe,
    Pause,
    Resume,
}

/// Takes down what happens in a step of a simulation.
pub struct Steps<P: Protocol> {
    done: Vec<Done<P>>,
}

impl<P: Protocol> Default for Steps<P> {
    fn default() -> Self {
        Self { done: Vec::new() }
    }
}

impl<P: Protocol> Sink<P> for Steps<P> {
    fn fact(&mut self, fact: &Fact<'_, P>) {
        let own = |node: NodeId, own| Done::Own { node, own };
        let is_first = self.done.is_empty();
        self.done.push(match &fact.kind {
            FactKind::Delivered { packet, payload } => Done::Arrived { packet: *packet, payload: (*payload).clone() },
            FactKind::Fired { node, timer } => own(*node, OwnKind::Fire(*timer)),
            FactKind::Synced { node } => own(*node, OwnKind::Flush),
            FactKind::Booted { node, .. } => own(*node, OwnKind::Restart),
            FactKind::Wiped { node } => own(*node, OwnKind::Wipe),
            FactKind::Paused { node } => own(*node, OwnKind::Pause),
            FactKind::Resumed { node } => own(*node, OwnKind::Resume),
            // A disk that is wiped, or a record that is torn, takes the process with it.
            FactKind::Crashed { node, .. } if is_first => own(*node, OwnKind::Crash),
            FactKind::Invoked { id, request } => Done::Asked { client: id.client, request: (*request).clone() },
            // After an answer the client asks again in the same step.
            FactKind::Retried { id, .. } if is_first => Done::Retried { client: id.client },
            FactKind::Set(Setting::Config { .. } | Setting::Rule { .. })
            | FactKind::Skewed { .. }
            | FactKind::Corrupted { .. }
            | FactKind::Torn { .. } => Done::Foreign,
            _ => return,
        });
    }
}

/// A world that is followed.
type Place = (Vec<u32>, u64);

/// A run that is being followed.
pub struct Follower<P: Protocol> {
    tables: Tables<P>,
    worlds: Vec<Place>,
    began: Time,
    ticks: u64,
    broken: u32,
}

impl<P: Protocol> Follower<P> {
    /// Follows a run from a world on.
    ///
    /// # Errors
    /// Why a search would be blind there.
    pub fn new(world: &World<P>, scope: Scope<P>) -> Result<Self, Unfit> {
        examine(world, &scope, &[])?;
        let (world, _) = prepare(world);
        let tables = Tables::new(&world, &Scope { full: true, ..scope });
        let root = tables.root.clone();
        let worlds = Vec::from([(root.clone(), tables.fingerprint(&root))]);
        Ok(Self { tables, worlds, began: world.now(), ticks: 0, broken: 0 })
    }

    /// The slugs of the invariants that broke on the way.
    pub fn broken(&self) -> impl Iterator<Item = &'static str> + '_ {
        slugs_of::<P>(self.broken)
    }

    /// Follows a step: what was taken down of it, and the world it led to.
    ///
    /// # Errors
    /// Why a search cannot take it.
    pub fn step(&mut self, steps: Steps<P>, after: &World<P>) -> Result<(), Obstacle> {
        if !steps.done.is_empty() {
            self.let_time_pass(after.now().since(self.began))?;
        }
        steps.done.into_iter().try_for_each(|done| self.take(&done, after))
    }

    fn let_time_pass(&mut self, since: Span) -> Result<(), Obstacle> {
        let Some(tick) = self.tables.tick() else { return Ok(()) };
        while self.ticks < since.0 / tick.0.max(1) {
            let spent = self.worlds.iter().any(|(words, _)| self.tables.is_spent(words, "ticks"));
            if !self.advance(|_, _, candidate| candidate.cause == Cause::Tick, |_, _| true) {
                return Err(if spent { Obstacle::Budget(Ended::Spent("ticks")) } else { Obstacle::TimeMustWait });
            }
            self.ticks += 1;
        }
        Ok(())
    }

    fn take(&mut self, done: &Done<P>, after: &World<P>) -> Result<(), Obstacle> {
        match done {
            Done::Arrived { packet, payload } => self.arrive(*packet, payload, after),
            Done::Own { node, own } => self.take_own(*node, own, after),
            Done::Asked { client, request } => {
                let spent = self.spent("requests");
                let is_it = |tables: &Tables<P>, words: &[u32], candidate: &Candidate| match candidate.cause {
                    Cause::Ask { client: asker, request: asked } => {
                        tables.client_at(words, asker).0 == *client && tables.requests[usize::from(asked)] == *request
                    }
                    _ => false,
                };
                self.advance(is_it, |_, _| true).then_some(()).ok_or_else(|| spent.unwrap_or(Obstacle::NotAsked))
            }
            Done::Retried { client } => {
                let spent = self.spent("retries");
                let is_it = |tables: &Tables<P>, words: &[u32], candidate: &Candidate| match candidate.cause {
                    Cause::Retry { client: asker } => tables.client_at(words, asker).0 == *client,
                    _ => false,
                };
                // The search lets a client ask any node at once: a try that it has behind it already is no step.
                let before = self.worlds.clone();
                let taken = self.advance(is_it, |_, _| true);
                let waits = |words: &[u32]| self.tables.waits(words, *client);
                let ahead = before.into_iter().filter(|(words, _)| waits(words)).collect::<Vec<_>>();
                if !taken && ahead.is_empty() {
                    return Err(spent.unwrap_or(Obstacle::NotAsked));
                }
                self.worlds.extend(if taken { ahead } else { Vec::new() });
                Ok(())
            }
            Done::Foreign => Err(Obstacle::NeverDone),
        }
    }

    fn arrive(&mut self, packet: PacketName, payload: &Payload<P>, after: &World<P>) -> Result<(), Obstacle> {
        let name = PacketName { copy: 0, ..packet };
        let copy = after.packets().any(|other| PacketName { copy: 0, ..other.name } == name);
        let arrives = |how: Alike| {
            move |tables: &Tables<P>, words: &[u32], candidate: &Candidate| match candidate.cause {
                Cause::Deliver { word, copy: stays } => {
                    let parcel = tables.packets.get(words[usize::from(word)]);
                    let on_link = parcel.from == packet.from && parcel.to == packet.to;
                    stays == copy
                        && on_link
                        && (parcel.payload == *payload || how == Alike::Outside && of_a_kind(&parcel.payload, payload))
                }
                _ => false,
            }
        };
        let Endpoint::Node(node) = packet.to else {
            // What a client knows already, or does not wait for, changes nothing.
            self.advance(arrives(Alike::All), |_, _| true);
            return Ok(());
        };
        let spent = copy.then(|| self.spent("duplicates")).flatten();
        // A message may carry what the sender's clock said.
        let exact = self.advance_at(node, after, arrives(Alike::All));
        let found = match exact {
            Err(false) => self.advance_at(node, after, arrives(Alike::Outside)),
            _ => exact,
        };
        found.map_err(|met| if met { Obstacle::OtherOutcome } else { spent.unwrap_or(Obstacle::NotUnderWay) })
    }

    fn take_own(&mut self, node: NodeId, kind: &OwnKind<P>, after: &World<P>) -> Result<(), Obstacle> {
        let is_it = |tables: &Tables<P>, _: &[u32], candidate: &Candidate| match candidate.cause {
            Cause::Own { node: at, entry } => at == node.0 && kind_of(tables.own(entry)) == *kind,
            _ => false,
        };
        let found = self.advance_at(node, after, is_it);
        found.map_err(|met| if met { Obstacle::OtherOutcome } else { self.why_not(node, kind) })
    }

    /// Goes on by a step at a node to where it stands as it does in the run.
    ///
    /// # Errors
    /// Whether there is such a step at all.
    fn advance_at(
        &mut self,
        node: NodeId,
        after: &World<P>,
        is_it: impl Fn(&Tables<P>, &[u32], &Candidate) -> bool,
    ) -> Result<(), bool> {
        let expected = self.tables.site(after, node).slot;
        let mut met = false;
        for how in [Alike::All, Alike::Outside] {
            let found = self.advance(
                |tables, words, candidate| {
                    let is_it = is_it(tables, words, candidate);
                    met |= is_it;
                    is_it
                },
                |tables, words| alike(&tables.slots.get(words[HEAD + node.index()]).slot, &expected, how),
            );
            if found {
                return Ok(());
            }
        }
        Err(met)
    }

    /// Why none of the worlds lets a node do something by itself.
    fn why_not(&self, node: NodeId, kind: &OwnKind<P>) -> Obstacle {
        let site = |words: &[u32]| self.tables.slots.get(words[HEAD + node.index()]);
        match kind {
            OwnKind::Fire(timer) => {
                let early = self.worlds.iter().any(|(words, _)| {
                    let armed = &site(words).slot.timers;
                    armed.iter().any(|armed| armed.timer == *timer && armed.min > Span::ZERO)
                });
                if early { Obstacle::NotDue } else { Obstacle::Budget(self.tables.spent_on(timer)) }
            }
            OwnKind::Crash => Obstacle::Budget(Ended::Spent("crashes")),
            OwnKind::Wipe => Obstacle::Budget(Ended::Spent("wipes")),
            OwnKind::Pause => Obstacle::Budget(Ended::Spent("pauses")),
            OwnKind::Flush | OwnKind::Restart | OwnKind::Resume => Obstacle::OtherOutcome,
        }
    }

    fn spent(&self, budget: &'static str) -> Option<Obstacle> {
        let spent = self.worlds.iter().all(|(words, _)| self.tables.is_spent(words, budget));
        spent.then_some(Obstacle::Budget(Ended::Spent(budget)))
    }

    /// Goes on to all worlds that such a step leads to, if they are as they should be. False, and nowhere, if there is none.
    fn advance(
        &mut self,
        mut is_it: impl FnMut(&Tables<P>, &[u32], &Candidate) -> bool,
        fits: impl Fn(&Tables<P>, &[u32]) -> bool,
    ) -> bool {
        let (mut next, mut broken): (Vec<Place>, u32) = (Vec::new(), 0);
        let mut candidates = Vec::new();
        for (words, fingerprint) in &self.worlds {
            candidates.clear();
            self.tables.expand_fully(words, *fingerprint, Part::ALL, &mut candidates);
            for candidate in &candidates {
                if !is_it(&self.tables, words, candidate)
                    || next.iter().any(|(_, known)| *known == candidate.fingerprint)
                {
                    continue;
                }
                let mut built = Vec::new();
                self.tables.build(words, candidate, &mut built);
                if fits(&self.tables, &built) && next.len() < WORLDS_MAX {
                    broken |= candidate.broken;
                    next.push((built, candidate.fingerprint));
                }
            }
        }
        if next.is_empty() {
            return false;
        }
        self.worlds = next;
        self.broken |= broken;
        true
    }
}

fn kind_of<P: Protocol>(own: &Own<P>) -> OwnKind<P> {
    match own {
        Own::Fire(timer) => OwnKind::Fire(*timer),
        Own::Flush => OwnKind::Flush,
        Own::Crash(_) => OwnKind::Crash,
        Own::Restart => OwnKind::Restart,
        Own::Wipe => OwnKind::Wipe,
        Own::Pause => OwnKind::Pause,
        Own::Resume => OwnKind::Resume,
    }
}

/// How much alike two slots have to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alike {
    /// In all but when timers fire.
    All,
    /// In what can be seen from outside: a process may remember what its clock said, which stands still in a search.
    Outside,
}

fn alike<P: Protocol>(one: &Slot<P>, other: &Slot<P>, how: Alike) -> bool {
    let armed = |slot: &Slot<P>| slot.timers.iter().map(|armed| armed.timer).collect::<Vec<_>>();
    (one.memory == other.memory || how == Alike::Outside && one.is_up() == other.is_up())
        && one.disk == other.disk
        && one.outgoing == other.outgoing
        && one.syncing == other.syncing
        && armed(one) == armed(other)
}

/// Whether two payloads are the same kind of message, whatever it says.
fn of_a_kind<P: Protocol>(one: &Payload<P>, other: &Payload<P>) -> bool {
    match (one, other) {
        (Payload::Message(one), Payload::Message(other)) => discriminant(one) == discriminant(other),
        _ => false,
    }
}
