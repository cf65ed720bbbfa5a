//! The search for an order: Wing and Gong's algorithm (*Testing and Verifying Concurrent Objects*, 1993) over Lowe's linked
//! list of calls and ends with a memo (*Testing for Linearizability*, 2017).
//!
//! The order may do without an operation that need not have happened. Of several such operations that are equal, the one that
//! ends first is used first: any order that does otherwise stays one if the two change places. And one is used only for what
//! comes right behind it: where that would have led to the same state without it, it need not have happened.
//!
//! What may come next and never changes anything, such as a read, comes next without any alternative: in whatever order it
//! came later, it can as well come now.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::memo::{Chosen, Memo, Spent};
use super::pace::{Pace, at_once};
use super::{Limits, Specification};

/// An operation between its call and its end, as places in the order of all calls and ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Call<O> {
    pub operation: O,
    pub call: u32,
    /// None: at any later time.
    pub end: Option<u32>,
    /// Whether it must be in the order. What has no end need never be.
    pub happened: bool,
}

/// What a search came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Search {
    /// An order that explains every outcome, by the operations' numbers. Those left out need not have happened.
    Order(Vec<usize>),
    /// There is none.
    NoOrder,
    /// The limits were reached first. The operation at whose end the search had come furthest, and could not go on.
    CutOff { stuck: Option<usize> },
}

/// To make ready so many calls counts as a step.
const CALLS_A_STEP: u64 = 4;

/// How many places compared count as a step.
const COMPARED_A_STEP: u64 = 8;

/// Looks for an order of the calls that the specification allows. `steps` counts the operations tried next in order.
pub fn search<S: Specification>(
    specification: &mut S,
    calls: &[Call<S::Operation>],
    limits: Limits,
    steps: &mut u64,
) -> Search {
    at_once(paced_search(specification, calls, limits, &mut Pace::unbroken(steps)))
}

/// The same, pausing at a pace.
pub(super) async fn paced_search<S: Specification>(
    specification: &mut S,
    calls: &[Call<S::Operation>],
    limits: Limits,
    pace: &mut Pace<'_, impl AsyncFnMut()>,
) -> Search {
    let end = pace.steps.saturating_add(limits.steps);
    pace.spend(calls.len() as u64 / CALLS_A_STEP).await;
    let mut searching = Searching::new(specification, calls);
    loop {
        let slice_end = pace.slice_end();
        if let Some(found) = searching.run(Limits { steps: end, ..limits }, slice_end, pace.steps) {
            return found;
        }
        pace.rest().await;
    }
}

/// One call or end in the list, whose first entry is a mark in front of all.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The operation's number, and its number among those that must be in order, by their calls.
    call: u32,
    rank: u32,
    is_end: bool,
    place: u32,
    /// Of a call, the entry of its end.
    end: u32,
    next: u32,
    previous: u32,
}

const HEAD: u32 = 0;
const NO_ENTRY: u32 = u32::MAX;

/// An operation that the order may do without.
#[derive(Clone, Copy, Debug)]
struct Spare {
    /// Its number among the calls.
    number: usize,
    call: u32,
    end: u32,
}

/// What to try next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Candidate {
    /// An entry of the list.
    Entry(u32),
    /// A spare operation of a kind, called before this place.
    Spare { kind: u32, before: u32 },
}

/// An operation that was put next in order, and what was so before.
struct Frame<S> {
    tried: Candidate,
    /// The entry or the spare.
    which: u32,
    before: S,
    latest: u32,
    /// Whether there is nothing else to try instead.
    forced: bool,
}

struct Searching<'a, S: Specification> {
    specification: &'a mut S,
    calls: &'a [Call<S::Operation>],
    entries: Vec<Entry>,
    /// By their ends.
    spares: Vec<Spare>,
    /// Equal spares by their places in `spares`, first ends first.
    kinds: Vec<(S::Operation, Vec<u32>)>,
    chosen: Chosen,
    spent: Spent,
    /// The last call of all that are in order: what ended before cannot come next.
    latest: u32,
    /// How many that must be in order are not yet.
    left: usize,
    /// The furthest end that the search could not go beyond, and its operation's number.
    stuck: Option<(u32, usize)>,
    memo: Memo<S::State>,
    frames: Vec<Frame<S::State>>,
    /// Where the search is: the state behind all that are in order, and what to try next. None while it runs.
    here: Option<(S::State, Candidate)>,
}

impl<'a, S: Specification> Searching<'a, S> {
    fn new(specification: &'a mut S, calls: &'a [Call<S::Operation>]) -> Self {
        let entries = entries_of(calls);
        let spares = spares_of(calls);
        let mut kinds: BTreeMap<S::Operation, Vec<u32>> = BTreeMap::new();
        for (place, spare) in spares.iter().enumerate() {
            kinds.entry(calls[spare.number].operation).or_default().push(place as u32);
        }
        let first = Candidate::Entry(entries[HEAD as usize].next);
        Self {
            here: Some((specification.initial(), first)),
            left: entries.len() / 2,
            chosen: Chosen::none(entries.len() / 2),
            specification,
            calls,
            entries,
            spent: Spent::none(spares.len()),
            spares,
            kinds: kinds.into_iter().collect(),
            latest: 0,
            stuck: None,
            memo: Memo::new(),
            frames: Vec::new(),
        }
    }

    /// Goes on until there are more steps than `slice_end`. None if nothing is known by then.
    fn run(&mut self, limits: Limits, slice_end: u64, steps: &mut u64) -> Option<Search> {
        let (mut state, mut candidate) = self.here.take()?;
        while self.left > 0 {
            if *steps > slice_end {
                self.here = Some((state, candidate));
                return None;
            }
            let attempt = self.attempt(candidate, &state);
            if let Some((after, which)) = attempt {
                *steps += 1 + core::mem::take(&mut self.memo.compared) / COMPARED_A_STEP;
                if *steps > limits.steps || self.memo.bytes() > limits.bytes {
                    return Some(self.cut_off());
                }
                let forced = self.is_forced(candidate);
                let frame = Frame { tried: candidate, which, before: state, latest: self.latest, forced };
                match self.take(frame, &after) {
                    None => {
                        state = after;
                        candidate = self.first();
                        continue;
                    }
                    Some(before) => state = before,
                }
            }
            match self.next(candidate) {
                Some(next) => candidate = next,
                None => {
                    self.note_stuck();
                    let Some((next, before)) = self.go_back() else { return Some(Search::NoOrder) };
                    (candidate, state) = (next, before);
                }
            }
        }
        Some(Search::Order(self.frames.iter().map(|frame| self.number(frame)).collect()))
    }

    fn cut_off(&self) -> Search {
        Search::CutOff { stuck: self.stuck.map(|(_, number)| number) }
    }

    /// Where to begin: the first entry.
    fn first(&self) -> Candidate {
        Candidate::Entry(self.entries[HEAD as usize].next)
    }

    /// What to try after this one, from the same state.
    fn next(&self, candidate: Candidate) -> Option<Candidate> {
        let (kind, before) = match candidate {
            Candidate::Entry(entry) => {
                let entry = self.entries[entry as usize];
                if !entry.is_end {
                    return Some(Candidate::Entry(entry.next));
                }
                // What was called behind the first end comes behind that operation, too.
                (0, entry.place)
            }
            Candidate::Spare { kind, before } => (kind + 1, before),
        };
        ((kind as usize) < self.kinds.len()).then_some(Candidate::Spare { kind, before })
    }

    /// The state behind the candidate, if it may come next, and its entry or its place among the spares.
    fn attempt(&mut self, candidate: Candidate, state: &S::State) -> Option<(S::State, u32)> {
        let (operation, which) = match candidate {
            Candidate::Entry(which) => {
                let entry = self.entries[which as usize];
                if entry.is_end {
                    return None;
                }
                (&self.calls[entry.call as usize].operation, which)
            }
            Candidate::Spare { kind, before } => {
                let (operation, places) = &self.kinds[kind as usize];
                let ended = places.partition_point(|place| self.spares[*place as usize].end < self.latest);
                let fits =
                    |place: &&u32| self.spares[**place as usize].call < before && !self.spent.has(**place as usize);
                (operation, *places[ended..].iter().find(fits)?)
            }
        };
        let after = self.specification.apply(state, operation)?;
        // A spare that changes nothing, or whose change the next does not notice, is as good as one that never happened.
        let is_idle = matches!(candidate, Candidate::Spare { .. }) && after == *state;
        let in_vain = match self.frames.last() {
            Some(Frame { tried: Candidate::Spare { .. }, before, .. }) => {
                self.specification.apply(before, operation).as_ref() == Some(&after)
            }
            _ => false,
        };
        (!is_idle && !in_vain).then_some((after, which))
    }

    /// Whether it never changes anything, and no spare could have to come before it.
    fn is_forced(&self, candidate: Candidate) -> bool {
        let Candidate::Entry(entry) = candidate else { return false };
        let Entry { call, place, .. } = self.entries[entry as usize];
        let first = self.spares.partition_point(|spare| spare.end < self.latest);
        self.spares.get(first).is_none_or(|spare| spare.end > place)
            && self.specification.forget(&self.calls[call as usize].operation).is_none()
    }

    /// Puts the frame's operation next in order. Gives the state before back if the search has been there.
    fn take(&mut self, frame: Frame<S::State>, after: &S::State) -> Option<S::State> {
        self.toggle(&frame);
        self.latest = self.latest.max(self.calls[self.number(&frame)].call);
        let ended = self.spares.partition_point(|spare| spare.end < self.latest);
        if !self.memo.insert(&self.chosen, &self.spent, (self.latest, ended), after) {
            self.toggle(&frame);
            self.latest = frame.latest;
            return Some(frame.before);
        }
        if let Candidate::Entry(entry) = frame.tried {
            self.unlink(entry);
            self.unlink(self.entries[entry as usize].end);
            self.left -= 1;
        }
        self.frames.push(frame);
        None
    }

    /// Nothing may come next here: the first end, and its operation, if the search never came as far.
    fn note_stuck(&mut self) {
        let mut entry = self.entries[self.entries[HEAD as usize].next as usize];
        while !entry.is_end {
            entry = self.entries[entry.next as usize];
        }
        if self.stuck.is_none_or(|(place, _)| place < entry.place) {
            self.stuck = Some((entry.place, entry.call as usize));
        }
    }

    /// Takes the last one out of order again, and those before it that have no other candidate left.
    fn go_back(&mut self) -> Option<(Candidate, S::State)> {
        loop {
            let frame = self.frames.pop()?;
            self.toggle(&frame);
            self.latest = frame.latest;
            if let Candidate::Entry(entry) = frame.tried {
                self.link(self.entries[entry as usize].end);
                self.link(entry);
                self.left += 1;
            }
            if let Some(next) = self.next(frame.tried).filter(|_| !frame.forced) {
                return Some((next, frame.before));
            }
        }
    }

    /// The number among the calls.
    fn number(&self, frame: &Frame<S::State>) -> usize {
        match frame.tried {
            Candidate::Entry(_) => self.entries[frame.which as usize].call as usize,
            Candidate::Spare { .. } => self.spares[frame.which as usize].number,
        }
    }

    /// The frame's operation in or out of the sets.
    fn toggle(&mut self, frame: &Frame<S::State>) {
        match frame.tried {
            Candidate::Entry(entry) => self.chosen.toggle(self.entries[entry as usize].rank as usize),
            Candidate::Spare { .. } => self.spent.toggle(frame.which as usize),
        }
    }

    fn unlink(&mut self, entry: u32) {
        let Entry { next, previous, .. } = self.entries[entry as usize];
        self.entries[previous as usize].next = next;
        if next != NO_ENTRY {
            self.entries[next as usize].previous = previous;
        }
    }

    /// Puts an entry back where it was; in the opposite order of taking out.
    fn link(&mut self, entry: u32) {
        let Entry { next, previous, .. } = self.entries[entry as usize];
        self.entries[previous as usize].next = entry;
        if next != NO_ENTRY {
            self.entries[next as usize].previous = entry;
        }
    }
}

/// The list of calls and ends of what must be in the order.
fn entries_of<O>(calls: &[Call<O>]) -> Vec<Entry> {
    let mut happenings: Vec<(u32, bool, usize)> = Vec::with_capacity(calls.len() * 2);
    for (number, call) in calls.iter().enumerate().filter(|(_, call)| call.happened) {
        if let Some(end) = call.end {
            happenings.push((call.call, false, number));
            happenings.push((end, true, number));
        }
    }
    happenings.sort_unstable();
    let mut entries = Vec::with_capacity(happenings.len() + 1);
    let (call, rank, end, next, previous) = (u32::MAX, u32::MAX, NO_ENTRY, NO_ENTRY, NO_ENTRY);
    entries.push(Entry { call, rank, is_end: false, place: 0, end, next, previous });
    let mut calls_seen = 0;
    let mut called = alloc::vec![0_usize; calls.len()];
    for (place, is_end, number) in happenings {
        let here = entries.len();
        entries[here - 1].next = here as u32;
        if is_end {
            let call: &mut Entry = &mut entries[called[number]];
            call.end = here as u32;
        } else {
            called[number] = here;
        }
        let (call, rank, previous) = (number as u32, calls_seen, here as u32 - 1);
        entries.push(Entry { call, rank, is_end, place, end, next, previous });
        calls_seen += u32::from(!is_end);
    }
    entries
}

/// What the order may do without, by their ends.
fn spares_of<O>(calls: &[Call<O>]) -> Vec<Spare> {
    let spare = |(number, call): (usize, &Call<O>)| {
        let is_spare = !call.happened || call.end.is_none();
        is_spare.then_some(Spare { number, call: call.call, end: call.end.unwrap_or(u32::MAX) })
    };
    let mut spares: Vec<Spare> = calls.iter().enumerate().filter_map(spare).collect();
    spares.sort_by_key(|spare| (spare.end, spare.call));
    spares
}
