//! The search for an order: Wing and Gong's algorithm (*Testing and Verifying Concurrent Objects*, 1993) over Lowe's linked
//! list of calls and ends with a memo (*Testing for Linearizability*, 2017).
//!
//! The order may do without an operation that need not have happened. Of several such operations that are equal, the one that
//! ends first is used first, unless another was called earlier: any order that does otherwise stays one if the two change
//! places. And one is used only for what
//! comes right behind it: where that would have led to the same state without it, it need not have happened.
//!
//! What may come next, never changes anything and does not change this state, such as a read, comes next without any
//! alternative: in whatever order it came later, it can as well come now.
//!
//! Behind each operation the search looks ahead: an operation that ends soon, cannot have its outcome in the state that was
//! reached, and has no operation left to make it a state of its own cannot come at all. Without this, appends that overlap are
//! tried in every order, although the next read tells their order. For the same reason an operation that need not have happened
//! is used only if its state is noticed by another.

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

/// How many calls and ends the search looks ahead.
const AHEAD: usize = 64;

/// To look at so many operations ahead counts as a step.
const AHEAD_A_STEP: u64 = 16;

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
    let ready = calls.len() as u64 / CALLS_A_STEP;
    if ready > limits.steps {
        pace.spend(limits.steps).await;
        return Search::CutOff { stuck: None };
    }
    pace.spend(ready).await;
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
    /// A spare operation of a kind, called before a place. Those of the other kinds are called before `first_end`.
    Spare { kind: u32, before: u32, first_end: u32 },
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
    /// How many operations ahead were looked at, and those called so far on the way.
    seen_ahead: u64,
    called_ahead: Vec<u32>,
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
            seen_ahead: 0,
            called_ahead: Vec::new(),
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
            let tried = attempt.as_ref().map(|(_, which)| *which);
            if let Some((after, which)) = attempt {
                if !self.may_step(limits, steps) {
                    return Some(self.cut_off());
                }
                let forced = after == state && self.is_forced(candidate);
                let frame = Frame { tried: candidate, which, before: state, latest: self.latest, forced };
                match self.take(frame, &after) {
                    None => match self.hopeless(&after) {
                        None => {
                            (state, candidate) = (after, self.first());
                            continue;
                        }
                        Some(end) => {
                            self.note_stuck(end);
                            let Some(back) = self.go_back() else { return Some(Search::NoOrder) };
                            (candidate, state) = back;
                            continue;
                        }
                    },
                    Some(before) => state = before,
                }
            }
            match self.next(candidate, tried) {
                Some(next) => candidate = next,
                None => {
                    self.note_stuck(self.first_end());
                    let Some(back) = self.go_back() else { return Some(Search::NoOrder) };
                    (candidate, state) = back;
                }
            }
        }
        Some(Search::Order(self.frames.iter().map(|frame| self.number(frame)).collect()))
    }

    /// Counts a step; false if the limits are reached.
    fn may_step(&mut self, limits: Limits, steps: &mut u64) -> bool {
        let compared = core::mem::take(&mut self.memo.compared) / COMPARED_A_STEP;
        let ahead = core::mem::take(&mut self.seen_ahead) / AHEAD_A_STEP;
        *steps = steps.saturating_add(1 + compared + ahead);
        if *steps > limits.steps {
            *steps = limits.steps;
            return false;
        }
        let growing = self.memo.bytes_at_next(self.chosen.words_count() + self.spent.words_count());
        growing.saturating_add(self.specification.bytes()) <= limits.bytes
    }

    fn cut_off(&self) -> Search {
        Search::CutOff { stuck: self.stuck.map(|(_, number)| number) }
    }

    /// Where to begin: the first entry.
    fn first(&self) -> Candidate {
        Candidate::Entry(self.entries[HEAD as usize].next)
    }

    /// What to try after this one, from the same state, if `tried` is the entry or the spare that was put next.
    fn next(&self, candidate: Candidate, tried: Option<u32>) -> Option<Candidate> {
        let (kind, first_end) = match candidate {
            Candidate::Entry(entry) => {
                let entry = self.entries[entry as usize];
                if !entry.is_end {
                    return Some(Candidate::Entry(entry.next));
                }
                // What was called behind the first end comes behind that operation, too.
                (0, entry.place)
            }
            Candidate::Spare { kind, first_end, .. } => {
                let call = tried.map_or(0, |spare| self.spares[spare as usize].call);
                if call > self.latest {
                    // An equal one that ends later but was called earlier leaves more that can come behind it.
                    return Some(Candidate::Spare { kind, before: call, first_end });
                }
                (kind + 1, first_end)
            }
        };
        let is_kind = (kind as usize) < self.kinds.len();
        is_kind.then_some(Candidate::Spare { kind, before: first_end, first_end })
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
            Candidate::Spare { kind, before, .. } => {
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
        let is_of_use = !is_idle && !in_vain && (matches!(candidate, Candidate::Entry(_)) || self.matters(&after));
        is_of_use.then_some((after, which))
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

    /// The end of an operation that cannot come any more, if one is found ahead.
    fn hopeless(&mut self, state: &S::State) -> Option<u32> {
        self.called_ahead.clear();
        let mut entry = self.entries[HEAD as usize].next;
        for _ in 0..AHEAD {
            if entry == NO_ENTRY {
                return None;
            }
            let Entry { call, is_end, next, place, .. } = self.entries[entry as usize];
            self.seen_ahead += 1;
            if !is_end {
                self.called_ahead.push(call);
            } else if !self.can_come(state, call, place) {
                return Some(entry);
            }
            entry = next;
        }
        None
    }

    /// Whether an operation that ends here can have its outcome later, as far as the specification says: in this state, or
    /// behind another operation that was called by then.
    fn can_come(&self, state: &S::State, number: u32, end: u32) -> bool {
        let later = &self.calls[number as usize].operation;
        if self.specification.can_precede(state, later) {
            return true;
        }
        let makes = |maker: &u32| {
            *maker != number && self.specification.can_make(&self.calls[*maker as usize].operation, later)
        };
        let is_left = |place: &u32| {
            let spare = self.spares[*place as usize];
            spare.end >= self.latest && spare.call < end && !self.spent.has(*place as usize)
        };
        self.called_ahead.iter().any(makes)
            || self
                .kinds
                .iter()
                .any(|(maker, places)| self.specification.can_make(maker, later) && places.iter().any(is_left))
    }

    /// Whether an operation that is left notices this state. A spare that makes a state for nobody need not have happened.
    fn matters(&mut self, state: &S::State) -> bool {
        let mut entry = self.entries[HEAD as usize].next;
        for _ in 0..AHEAD {
            if entry == NO_ENTRY {
                return self.matters_to_spares(state);
            }
            let Entry { call, is_end, next, .. } = self.entries[entry as usize];
            self.seen_ahead += 1;
            let operation = &self.calls[call as usize].operation;
            if !is_end && self.specification.can_notice(state, operation) {
                return true;
            }
            // What is called behind this end finds a state that another operation has made.
            if is_end && !self.specification.can_precede(state, operation) {
                return self.matters_to_spares(state);
            }
            entry = next;
        }
        true
    }

    fn matters_to_spares(&self, state: &S::State) -> bool {
        self.kinds.iter().any(|(spare, _)| self.specification.can_notice(state, spare))
    }

    /// The first end in the list: nothing called behind it may come next.
    fn first_end(&self) -> u32 {
        let mut entry = self.entries[HEAD as usize].next;
        while !self.entries[entry as usize].is_end {
            entry = self.entries[entry as usize].next;
        }
        entry
    }

    /// The search cannot go beyond this end: it is noted if the search never came as far.
    fn note_stuck(&mut self, end: u32) {
        let entry = self.entries[end as usize];
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
            if let Some(next) = self.next(frame.tried, Some(frame.which)).filter(|_| !frame.forced) {
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
    let mut boundaries: Vec<(u32, bool, usize)> = Vec::with_capacity(calls.len() * 2);
    for (number, call) in calls.iter().enumerate().filter(|(_, call)| call.happened) {
        if let Some(end) = call.end {
            boundaries.push((call.call, false, number));
            boundaries.push((end, true, number));
        }
    }
    boundaries.sort_unstable();
    let mut entries = Vec::with_capacity(boundaries.len() + 1);
    let (call, rank, end, next, previous) = (u32::MAX, u32::MAX, NO_ENTRY, NO_ENTRY, NO_ENTRY);
    entries.push(Entry { call, rank, is_end: false, place: 0, end, next, previous });
    let mut calls_seen = 0;
    let mut called = alloc::vec![0_usize; calls.len()];
    for (place, is_end, number) in boundaries {
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
