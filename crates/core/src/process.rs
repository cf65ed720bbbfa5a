//! The local transition of one process: the only place where a protocol's step is run and its effects take effect.

use crate::{
    Answers, Armed, Cx, Effect, Fence, Input, Keep, MAX_AREAS, NodeId, Outgoing, Protocol, Setup, Slot, Span, Time,
};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// What can happen within one node.
#[derive(Clone, Debug)]
pub enum LocalInput<P: Protocol> {
    Boot,
    Input(Input<P>),
    /// The sync under way completes. A paused node's disk completes too, but nothing leaves it.
    Flush {
        paused: bool,
    },
    /// A paused node goes on: what its completed syncs had released leaves now.
    Resume,
}

/// What a node asks while it steps.
pub trait LocalAnswers: Answers {
    /// When a timer armed now with this range fires.
    fn deadline(&mut self, min: Span, max: Span) -> Time;
}

/// The buffers of a transition, kept between steps so that the steady state allocates nothing.
#[derive(Clone, Debug)]
pub struct Scratch<P: Protocol> {
    effects: Vec<Effect<P>>,
    /// What left the node in this transition, in order; never a fence.
    pub released: Vec<Outgoing<P>>,
    /// Whether a timer was armed.
    pub armed: bool,
    /// Whether a sync began.
    pub sync_began: bool,
}

impl<P: Protocol> Default for Scratch<P> {
    fn default() -> Self {
        Self { effects: Vec::new(), released: Vec::new(), armed: false, sync_began: false }
    }
}

/// Runs one local event. The slot must be up for an input; a boot overwrites the memory.
pub fn transition<P: Protocol, A: LocalAnswers>(
    slot: &mut Slot<P>,
    setup: &Setup<P>,
    me: NodeId,
    input: LocalInput<P>,
    answers: &mut A,
    scratch: &mut Scratch<P>,
) {
    scratch.released.clear();
    scratch.armed = false;
    scratch.sync_began = false;
    match input {
        LocalInput::Boot => {
            let memory = P::boot(&slot.disk, &mut Cx::new(setup, me, &mut scratch.effects, answers));
            slot.memory = Some(memory);
        }
        LocalInput::Input(input) => {
            let Some(memory) = &mut slot.memory else { return };
            memory.step(input, &mut Cx::new(setup, me, &mut scratch.effects, answers));
        }
        LocalInput::Flush { paused } => flush(slot, paused, scratch),
        LocalInput::Resume => release(slot, scratch),
    }
    absorb(slot, answers, scratch);
}

/// The process dies: memory, timers and the outgoing queue are gone, the disk keeps what it keeps. Tells how many unsynced
/// operations are lost.
pub fn crash<P: Protocol>(slot: &mut Slot<P>, keep: Keep) -> u32 {
    slot.memory = None;
    slot.timers.clear();
    slot.outgoing.clear();
    slot.syncing = 0;
    slot.disk.crash(keep)
}

fn absorb<P: Protocol, A: LocalAnswers>(slot: &mut Slot<P>, answers: &mut A, scratch: &mut Scratch<P>) {
    for effect in scratch.effects.drain(..) {
        let outgoing = match effect {
            Effect::Send { to, message } => Outgoing::Send { to, message },
            Effect::Reply { to, id, response } => Outgoing::Reply { to, id, response },
            Effect::Emit(event) => Outgoing::Emit(event),
            Effect::SendNow { to, message } => {
                scratch.released.push(Outgoing::Send { to, message });
                continue;
            }
            Effect::SetTimer { timer, min, max } => {
                arm(&mut slot.timers, Armed { timer, min, max, deadline: answers.deadline(min, max) });
                scratch.armed = true;
                continue;
            }
            Effect::CancelTimer(timer) => {
                if let Ok(place) = slot.timers.binary_search_by(|armed| armed.timer.cmp(&timer)) {
                    slot.timers.remove(place);
                }
                continue;
            }
            Effect::Disk(area, operation) => {
                slot.disk.issue(area, operation);
                continue;
            }
            Effect::Sync { areas } => {
                scratch.sync_began |= fence(slot, areas);
                continue;
            }
        };
        if slot.outgoing.is_empty() {
            scratch.released.push(outgoing);
        } else {
            slot.outgoing.push_back(outgoing);
        }
    }
}

fn arm<T: Ord>(timers: &mut Vec<Armed<T>>, armed: Armed<T>) {
    match timers.binary_search_by(|other| other.timer.cmp(&armed.timer)) {
        Ok(place) => timers[place] = armed,
        Err(place) => timers.insert(place, armed),
    }
}

/// Queues a fence over the unsynced operations of these areas. A fence over nothing is none. True if the disk was idle and
/// starts to sync.
fn fence<P: Protocol>(slot: &mut Slot<P>, areas: u8) -> bool {
    let mut counts = [0; MAX_AREAS];
    for (index, area) in slot.disk.areas().iter().enumerate() {
        if areas & (1 << index) != 0 {
            counts[index] = area.unsynced().len() as u32;
        }
    }
    if counts == [0; MAX_AREAS] {
        return false;
    }
    slot.outgoing.push_back(Outgoing::Fence(Fence(counts)));
    let idle = slot.syncing == 0;
    if idle {
        slot.syncing = 1;
    }
    idle
}

fn fences<P: Protocol>(outgoing: &VecDeque<Outgoing<P>>) -> u32 {
    outgoing.iter().filter(|item| matches!(item, Outgoing::Fence(_))).count() as u32
}

/// Completes the sync under way: the fences it covers fall, and if more wait, the next sync covers them all.
fn flush<P: Protocol>(slot: &mut Slot<P>, paused: bool, scratch: &mut Scratch<P>) {
    let mut counts = [0; MAX_AREAS];
    let mut covered = core::mem::take(&mut slot.syncing);
    let mut kept = VecDeque::new();
    // Only a paused node has things before its first fence; they stay in order.
    while covered > 0 {
        match slot.outgoing.pop_front() {
            Some(Outgoing::Fence(Fence(fence))) => {
                counts = core::array::from_fn(|area| counts[area].max(fence[area]));
                covered -= 1;
            }
            Some(item) => kept.push_back(item),
            None => break,
        }
    }
    for item in &mut slot.outgoing {
        if let Outgoing::Fence(Fence(fence)) = item {
            *fence = core::array::from_fn(|area| fence[area].saturating_sub(counts[area]));
        }
    }
    for item in kept.into_iter().rev() {
        slot.outgoing.push_front(item);
    }
    slot.disk.sync(counts);
    let waiting = fences(&slot.outgoing);
    if waiting > 0 {
        slot.syncing = waiting;
        scratch.sync_began = true;
    }
    if !paused {
        release(slot, scratch);
    }
}

/// Lets out what stands before the first fence.
fn release<P: Protocol>(slot: &mut Slot<P>, scratch: &mut Scratch<P>) {
    while let Some(item) = slot.outgoing.pop_front() {
        if matches!(item, Outgoing::Fence(_)) {
            slot.outgoing.push_front(item);
            break;
        }
        scratch.released.push(item);
    }
}
