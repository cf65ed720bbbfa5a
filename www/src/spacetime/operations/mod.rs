//! What the clients saw, over the space-time diagram and on its time axis: their operations as intervals, a row for each client,
//! with the points at which each can have taken effect (Herlihy and Wing 1990); or the smallest part that has no order.
//!
//! Recording and judging are done in slices, so that the page goes on drawing, and only while the diagram is to be seen.

mod judged;
mod list;
mod points;
mod seen;
mod tools;

use std::rc::Rc;
use std::time::Duration;

use faultlab_check::linear::judge_in_slices;
use faultlab_core::{Datum, Time};
use faultlab_registry::RegistersAbout;
use faultlab_words::Lang;
use yew::platform::spawn_local;
use yew::platform::time::sleep;
use yew::prelude::*;

use super::Live;
use crate::browser::wall;
use crate::run::player::Player;
use judged::LIMITS;
pub(super) use judged::{Judged, Part, call_of, end_of, notation};
pub(super) use list::{Finding, OperationList};
use seen::{OPERATIONS_MAX, Seen};
pub(super) use tools::OperationTools;

/// How many tries of the judge make a slice: a few milliseconds of work.
const SLICE: u64 = 4_000;
/// Between two slices others have their turn.
const REST: Duration = Duration::from_millis(4);
/// Between two judgements, at least, and in times of what the last one took.
const JUDGED_EVERY: Duration = Duration::from_millis(400);
const IDLE_SHARE: f64 = 4.0;

/// The rows of operations.
#[derive(Default)]
pub(super) struct Operations {
    seen: Seen,
    judged: Option<Rc<Judged>>,
    /// Others are pale.
    pub(super) key: Option<Datum>,
    /// By the places of their calls.
    pub(super) chosen: Option<u32>,
    pub(super) pointed: Option<u32>,
    pub(super) shown: bool,
    /// Somebody reads and judges already.
    busy: bool,
    /// Raised with every change that shows.
    changes: u64,
}

impl Operations {
    /// What is painted.
    pub(super) fn in_sight(&self) -> Option<&Judged> {
        self.judged.as_deref().filter(|_| self.shown)
    }

    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    fn set<T: PartialEq>(&mut self, place: fn(&mut Self) -> &mut T, value: T) {
        if *place(self) != value {
            *place(self) = value;
            self.changes += 1;
        }
    }

    /// Marks an operation as pointed at. True if that changes anything.
    pub(super) fn point(&mut self, number: Option<usize>) -> bool {
        let place = number.and_then(|number| self.call_place(number));
        let before = self.changes;
        self.set(|all| &mut all.pointed, place);
        self.changes != before
    }

    fn set_key(&mut self, key: Option<Datum>) {
        self.set(|all| &mut all.key, key);
    }

    fn call_place(&self, number: usize) -> Option<u32> {
        Some(self.judged.as_ref()?.operations.get(number)?.call.place)
    }

    /// Marks an operation as chosen and tells its moment.
    pub(super) fn choose(&mut self, number: usize) -> Option<Time> {
        let place = self.call_place(number);
        self.set(|all| &mut all.chosen, place);
        Some(Time(self.judged.as_ref()?.moment(number)? as u64))
    }

    /// An operation in a sentence.
    pub(super) fn told(&self, number: usize, lang: Lang) -> Option<String> {
        let judged = self.judged.as_ref()?;
        judged.operations.get(number)?;
        Some(list::sentence(judged, number, lang))
    }

    pub(super) fn hit(&self, row: usize, micros: f64, reach: f64) -> Option<usize> {
        self.in_sight()?.hit(row, micros, reach)
    }
}

/// How many rows there are: one for each client of the load, so that nothing jumps when they begin to ask.
pub(super) fn rows(player: &Player, judged: Option<&Judged>, shown: bool) -> usize {
    if !shown || player.lab().registers().is_none() {
        return 0;
    }
    judged.map_or_else(|| usize::from(player.moment().load.clients), |judged| judged.processes.len())
}

/// Reads and judges on whenever the run has gone on and can be seen; hands out what it came to.
#[hook]
pub(super) fn use_judged(player: &Player, live: &Rc<Live>, shown: bool) -> UseStateHandle<Option<Rc<Judged>>> {
    let judged = use_state_eq(|| None::<Rc<Judged>>);
    use_effect_with((player.run_revision(), player.lang(), shown), {
        let (player, live, setter) = (player.clone(), Rc::clone(live), judged.setter());
        move |(_, _, shown)| {
            live.diagram.borrow_mut().operations.set(|all| &mut all.shown, *shown);
            follow(&live, &player, setter);
        }
    });
    judged
}

fn follow(live: &Rc<Live>, player: &Player, setter: UseStateSetter<Option<Rc<Judged>>>) {
    if !live.visible.get() || std::mem::replace(&mut live.diagram.borrow_mut().operations.busy, true) {
        return;
    }
    let (live, player) = (Rc::clone(live), player.clone());
    spawn_local(async move {
        while let Some(took) = judge_what_is_new(&live, &player, &setter).await {
            sleep(JUDGED_EVERY.max(took.mul_f64(IDLE_SHARE))).await;
        }
        live.diagram.borrow_mut().operations.busy = false;
    });
}

/// Tells how long it took; none if there is nothing new.
async fn judge_what_is_new(
    live: &Live,
    player: &Player,
    setter: &UseStateSetter<Option<Rc<Judged>>>,
) -> Option<Duration> {
    let registers = player.lab().registers();
    let Some(registers) = registers.filter(|_| live.visible.get()) else {
        if player.lab().registers().is_none() {
            live.diagram.borrow_mut().operations.set(|all| &mut all.judged, None);
            setter.set(None);
        }
        return None;
    };
    let begin = wall();
    while live.diagram.borrow_mut().operations.seen.read_on(player) {
        sleep(REST).await;
        if !live.visible.get() {
            return None;
        }
    }
    let judged = Rc::new(judge(live, player, registers).await?);
    let mut diagram = live.diagram.borrow_mut();
    // Meanwhile another run may have been opened: then this is read and judged next.
    if diagram.operations.seen.is_of(&judged.version) {
        diagram.operations.set(|all| &mut all.judged, Some(Rc::clone(&judged)));
        drop(diagram);
        setter.set(Some(judged));
        live.draw(player);
    }
    Some(Duration::from_secs_f64((wall() - begin).max(0.0) / 1_000.0))
}

/// The judgement of what has been read; none if it is known already.
async fn judge(live: &Live, player: &Player, registers: RegistersAbout) -> Option<Judged> {
    let (version, history) = {
        let operations = &live.diagram.borrow().operations;
        let version = operations.seen.version();
        if operations.judged.as_ref().is_some_and(|judged| judged.version == version) {
            return None;
        }
        (version, operations.seen.history(registers))
    };
    let judgement = if history.operations.len() > OPERATIONS_MAX {
        None
    } else {
        Some(judge_in_slices(&history, LIMITS, SLICE, async || sleep(REST).await).await)
    };
    let clients = player.moment().load.clients;
    Some(Judged::new(version, history, judgement, clients))
}
