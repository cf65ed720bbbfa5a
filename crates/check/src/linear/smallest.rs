//! The smallest part of a history that cannot be ordered.
//!
//! Simply leaving operations out would explain nothing: a read of 5 without the write of 5 can never be ordered. So an operation
//! is left out by *forgetting its outcome*: between its call and its end it may have taken effect or not, and what it saw is not
//! asked. What cannot be ordered even so cannot be ordered whatever became of the rest. The part is smallest in that none of its
//! operations can be forgotten as well.

use alloc::vec::Vec;

use super::search::{Call, Search, search};
use super::{Limits, Specification};

/// How many tries one question may take. What is not answered by then is kept, and the part is not known to be the smallest.
const STEPS: u64 = 100_000;

/// What cannot be ordered, by the operations' numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Those whose outcomes contradict one another, by their calls.
    pub contradict: Vec<usize>,
    /// Those that explain what these saw, by their calls. It does not matter whether they took effect.
    pub explain: Vec<usize>,
    /// Whether no outcome of `contradict` can be forgotten; else the limits were reached before that was known.
    pub smallest: bool,
}

/// More outcomes than this are not tried together to find a contradiction.
const KNOWN_MAX: usize = 64;

/// Looks for a part that cannot be ordered around one operation, in calls of which it is not known whether they can.
pub(super) fn refute<S: Specification>(
    specification: &mut S,
    calls: &[Call<S::Operation>],
    stuck: usize,
    limits: Limits,
    steps: &mut u64,
) -> Option<Part> {
    let mut narrowing = Narrowing::new(specification, calls, limits, steps);
    let mut candidates: Vec<usize> =
        (0..calls.len()).filter(|number| calls[*number].happened && calls[*number].end <= calls[stuck].end).collect();
    candidates.sort_by_key(|number| core::cmp::Reverse(calls[*number].end));
    let contradiction = narrowing.contradiction(&candidates)?;
    Some(narrowing.part(&contradiction))
}

/// The smallest part of calls for which there is no order.
pub fn smallest<S: Specification>(
    specification: &mut S,
    calls: &[Call<S::Operation>],
    limits: Limits,
    steps: &mut u64,
) -> Part {
    let mut narrowing = Narrowing::new(specification, calls, limits, steps);
    let prefix = narrowing.shortest_prefix();
    // A contradiction among few is quick to narrow down; else everything up to there is one.
    let contradiction = narrowing.contradiction(&prefix).unwrap_or(prefix);
    narrowing.part(&contradiction)
}

struct Narrowing<'a, S: Specification> {
    specification: &'a mut S,
    calls: &'a [Call<S::Operation>],
    limits: Limits,
    steps: &'a mut u64,
    exact: bool,
}

impl<'a, S: Specification> Narrowing<'a, S> {
    fn new(specification: &'a mut S, calls: &'a [Call<S::Operation>], limits: Limits, steps: &'a mut u64) -> Self {
        let limits = Limits { steps: limits.steps.min(STEPS), ..limits };
        Self { specification, calls, limits, steps, exact: true }
    }

    /// The smallest part of a contradiction.
    fn part(mut self, contradiction: &[usize]) -> Part {
        let contradict = self.narrowed(&Self::contradictory, &[], false, contradiction);
        let explain = self.explaining(&contradict);
        let smallest = self.exact;
        Part { contradict: self.by_calls(contradict), explain: self.by_calls(explain), smallest }
    }

    fn by_calls(&self, mut numbers: Vec<usize>) -> Vec<usize> {
        numbers.sort_by_key(|number| self.calls[*number].call);
        numbers
    }

    /// An order of `known` by their outcomes, with the `forgotten` where they help, by numbers.
    fn order(&mut self, known: &[usize], forgotten: impl Iterator<Item = usize>) -> Search {
        let mut numbers = known.to_vec();
        let mut calls: Vec<_> = known.iter().map(|number| self.calls[*number]).collect();
        for number in forgotten.filter(|number| !known.contains(number)) {
            let call = self.calls[number];
            if let Some(operation) = self.forgotten(number) {
                numbers.push(number);
                calls.push(Call { operation, happened: false, ..call });
            }
        }
        match search(self.specification, &calls, self.limits, self.steps) {
            Search::Order(order) => Search::Order(order.into_iter().map(|place| numbers[place]).collect()),
            other => other,
        }
    }

    fn forgotten(&self, number: usize) -> Option<S::Operation> {
        let Call { operation, happened, .. } = self.calls[number];
        if happened { self.specification.forget(&operation) } else { Some(operation) }
    }

    /// Whether there is no order of these outcomes, whatever became of all others. A doubt counts as no.
    fn contradictory(&mut self, known: &[usize]) -> bool {
        match self.order(known, 0..self.calls.len()) {
            Search::NoOrder => true,
            Search::Order(_) => false,
            Search::CutOff { .. } => {
                self.exact = false;
                false
            }
        }
    }

    /// The outcomes up to the first end that makes an order impossible, latest first.
    fn shortest_prefix(&mut self) -> Vec<usize> {
        let mut ended: Vec<usize> = (0..self.calls.len()).filter(|number| self.calls[*number].happened).collect();
        ended.sort_by_key(|number| self.calls[*number].end);
        // The first `most` contradict one another, and of the first `least` it is not known.
        let (mut least, mut most) = (0, ended.len());
        while least + 1 < most {
            let middle = least.midpoint(most);
            if self.contradictory(&ended[..middle]) {
                most = middle;
            } else {
                least = middle;
            }
        }
        ended.truncate(most);
        ended.reverse();
        ended
    }

    /// Some of the prefix that contradict one another, latest first: begins with the last and adds, one after the other, what
    /// the order of those so far does not do justice to. None if the limits are reached, or if there is no contradiction.
    fn contradiction(&mut self, prefix: &[usize]) -> Option<Vec<usize>> {
        let mut known = prefix[..1].to_vec();
        loop {
            let order = match self.order(&known, 0..self.calls.len()) {
                Search::NoOrder => break,
                Search::Order(order) => order,
                Search::CutOff { .. } => return None,
            };
            let others = || prefix.iter().copied().filter(|number| !known.contains(number));
            let wronged = others().find(|number| order.contains(number) && !self.fits(&known, &order, *number));
            let wronged = wronged.or_else(|| others().find(|number| !self.fits(&known, &order, *number)));
            let next = wronged.or_else(|| others().next()).filter(|_| known.len() < KNOWN_MAX)?;
            known.push(next);
        }
        known.sort_by_key(|number| prefix.iter().position(|other| other == number));
        Some(known)
    }

    /// Whether an operation, with its outcome, has a place in an order of others.
    fn fits(&mut self, known: &[usize], order: &[usize], number: usize) -> bool {
        let Call { call, end, .. } = self.calls[number];
        let mut others = order.to_vec();
        let places = match order.iter().position(|other| *other == number) {
            Some(place) => {
                others.remove(place);
                place..place + 1
            }
            None => 0..order.len() + 1,
        };
        places.into_iter().any(|place| {
            let (before, behind) = others.split_at(place);
            let in_time = before.iter().all(|other| end.is_none_or(|end| self.calls[*other].call < end))
                && behind.iter().all(|other| {
                    !known.contains(other) || self.calls[*other].end.is_none_or(|other_end| call < other_end)
                });
            in_time && self.is_legal(known, before, number, behind)
        })
    }

    /// Whether these operations can come about in just this order, with the outcomes of the known ones and of `number`.
    fn is_legal(&mut self, known: &[usize], before: &[usize], number: usize, behind: &[usize]) -> bool {
        let mut state = self.specification.initial();
        let all = before.iter().chain([&number]).chain(behind);
        for other in all {
            let told = *other == number || known.contains(other);
            let operation = if told { Some(self.calls[*other].operation) } else { self.forgotten(*other) };
            let Some(operation) = operation else { continue };
            let Some(after) = self.specification.apply(&state, &operation) else { return false };
            state = after;
        }
        true
    }

    /// A smallest subset of the candidates for which, together with `kept`, something holds that holds for all of them, the
    /// first candidates preferred (Junker's QuickXplain, 2004). `grown`: whether it may hold for `kept` alone.
    fn narrowed(
        &mut self,
        holds: &impl Fn(&mut Self, &[usize]) -> bool,
        kept: &[usize],
        grown: bool,
        candidates: &[usize],
    ) -> Vec<usize> {
        if grown && holds(self, kept) {
            return Vec::new();
        }
        if candidates.len() <= 1 {
            return candidates.to_vec();
        }
        let (preferred, others) = candidates.split_at(candidates.len() / 2);
        let needed = self.narrowed(holds, &[kept, preferred].concat(), true, others);
        let mut all = self.narrowed(holds, &[kept, &needed[..]].concat(), !needed.is_empty(), preferred);
        all.extend(needed);
        all
    }

    /// Forgotten operations that explain what the others saw: with them, any one of the others being forgotten, there is an
    /// order. None of them can be spared for that. The latest are preferred: people look for a value where it was last.
    fn explaining(&mut self, contradict: &[usize]) -> Vec<usize> {
        let forgotten = |number: &usize| !contradict.contains(number) && self.forgotten(*number).is_some();
        let mut candidates: Vec<usize> = (0..self.calls.len()).filter(forgotten).collect();
        candidates.sort_by_key(|number| core::cmp::Reverse(self.calls[*number].call));
        if !self.explained_by(contradict, &candidates) {
            self.exact = false;
            return Vec::new();
        }
        let explained = |narrowing: &mut Self, explaining: &[usize]| narrowing.explained_by(contradict, explaining);
        self.narrowed(&explained, &[], true, &candidates)
    }

    fn explained_by(&mut self, contradict: &[usize], explaining: &[usize]) -> bool {
        (0..contradict.len()).all(|place| {
            let forgotten = explaining.iter().copied().chain([contradict[place]]);
            matches!(self.order(&without(contradict, place), forgotten), Search::Order(_))
        })
    }
}

fn without(numbers: &[usize], place: usize) -> Vec<usize> {
    let mut numbers = numbers.to_vec();
    numbers.remove(place);
    numbers
}
