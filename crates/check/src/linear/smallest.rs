//! The smallest part of a history that cannot be ordered.
//!
//! Simply leaving operations out would explain nothing: a read of 5 without the write of 5 can never be ordered. So an operation
//! is left out by *forgetting its outcome*: between its call and its end it may have taken effect or not, and what it saw is not
//! asked. What cannot be ordered even so cannot be ordered whatever became of the others. The part is smallest in that none of its
//! operations can be forgotten as well.
//!
//! It grows from the operation at which the search is stuck, then QuickXplain narrows it. To forget also *when* it
//! ended was tried: sound as well, but where values repeat it takes dozens of operations to say why an old value cannot
//! come back.

use alloc::vec::Vec;

use super::pace::{Pace, at_once};
use super::search::{Call, Search, paced_search};
use super::{Limits, Specification};

/// How many tries one question may take. What is not answered by then is kept, and the part is not known to be the smallest.
const STEPS: u64 = 100_000;

/// To look at so many places in an order counts as a step.
const PLACES_A_STEP: u64 = 16;

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
pub(super) async fn refute<S: Specification>(
    specification: &mut S,
    calls: &[Call<S::Operation>],
    stuck: usize,
    limits: Limits,
    pace: &mut Pace<'_, impl AsyncFnMut()>,
) -> Option<Part> {
    // If no contradiction is found, as much is left for other ways to judge.
    let half = Limits { steps: limits.steps / 2, ..limits };
    let end = pace.steps.saturating_add(limits.steps);
    let mut narrowing = Narrowing::new(specification, calls, half, pace);
    let mut candidates: Vec<usize> =
        (0..calls.len()).filter(|number| calls[*number].happened && calls[*number].end <= calls[stuck].end).collect();
    candidates.sort_by_key(|number| core::cmp::Reverse(calls[*number].end));
    let contradiction = narrowing.contradiction(&candidates).await?;
    narrowing.end = end;
    Some(narrowing.part(&contradiction).await)
}

/// The smallest part of calls for which there is no order.
pub fn smallest<S: Specification>(
    specification: &mut S,
    calls: &[Call<S::Operation>],
    limits: Limits,
    steps: &mut u64,
) -> Part {
    at_once(paced_smallest(specification, calls, limits, &mut Pace::unbroken(steps)))
}

/// The same, pausing at a pace.
pub(super) async fn paced_smallest<S: Specification>(
    specification: &mut S,
    calls: &[Call<S::Operation>],
    limits: Limits,
    pace: &mut Pace<'_, impl AsyncFnMut()>,
) -> Part {
    let mut narrowing = Narrowing::new(specification, calls, limits, pace);
    let prefix = narrowing.shortest_prefix().await;
    // A contradiction among few is quick to narrow down; else everything up to there is one.
    let contradiction = narrowing.contradiction(&prefix).await.unwrap_or(prefix);
    narrowing.part(&contradiction).await
}

/// What is asked of operations while their number is narrowed down.
#[derive(Clone, Copy)]
enum Question<'q> {
    /// Whether there is no order of these outcomes, whatever became of all others.
    Contradictory,
    /// Whether these explain what others saw.
    Explains(&'q [usize]),
}

struct Narrowing<'a, 's, S: Specification, P> {
    specification: &'a mut S,
    calls: &'a [Call<S::Operation>],
    limits: Limits,
    pace: &'a mut Pace<'s, P>,
    /// The number of steps at which all questions end.
    end: u64,
    /// Whether every question was answered.
    exact: bool,
}

impl<'a, 's, S: Specification, P: AsyncFnMut()> Narrowing<'a, 's, S, P> {
    fn new(
        specification: &'a mut S,
        calls: &'a [Call<S::Operation>],
        limits: Limits,
        pace: &'a mut Pace<'s, P>,
    ) -> Self {
        let end = pace.steps.saturating_add(limits.steps);
        Self { specification, calls, limits, pace, end, exact: true }
    }

    /// How many steps are left for all questions together.
    fn left(&self) -> u64 {
        self.end.saturating_sub(*self.pace.steps)
    }

    /// The smallest part of a contradiction.
    async fn part(mut self, contradiction: &[usize]) -> Part {
        // What was not answered on the way to the contradiction does not matter any more.
        self.exact = true;
        let contradict = self.narrowed(Question::Contradictory, contradiction).await;
        let explain = self.explaining(&contradict).await;
        let smallest = self.exact;
        Part { contradict: self.by_calls(contradict), explain: self.by_calls(explain), smallest }
    }

    fn by_calls(&self, mut numbers: Vec<usize>) -> Vec<usize> {
        numbers.sort_by_key(|number| self.calls[*number].call);
        numbers
    }

    /// An order of `known` by their outcomes, with the `forgotten` where they help, by numbers.
    async fn order(&mut self, known: &[usize], forgotten: impl Iterator<Item = usize>) -> Search {
        let mut numbers = known.to_vec();
        let mut calls: Vec<_> = known.iter().map(|number| self.calls[*number]).collect();
        for number in forgotten.filter(|number| !known.contains(number)) {
            let call = self.calls[number];
            if let Some(operation) = self.forgotten(number) {
                numbers.push(number);
                calls.push(Call { operation, happened: false, ..call });
            }
        }
        let limits = Limits { steps: self.left().min(STEPS), ..self.limits };
        match paced_search(self.specification, &calls, limits, self.pace).await {
            Search::Order(order) => Search::Order(order.into_iter().map(|place| numbers[place]).collect()),
            Search::NoOrder => Search::NoOrder,
            cut_off => {
                self.exact = false;
                cut_off
            }
        }
    }

    fn forgotten(&self, number: usize) -> Option<S::Operation> {
        let Call { operation, happened, .. } = self.calls[number];
        if happened { self.specification.forget(&operation) } else { Some(operation) }
    }

    /// Whether there is no order of these outcomes, whatever became of all others. A doubt counts as no.
    async fn contradictory(&mut self, known: &[usize]) -> bool {
        matches!(self.order(known, 0..self.calls.len()).await, Search::NoOrder)
    }

    /// The outcomes up to the first end that makes an order impossible, latest first.
    async fn shortest_prefix(&mut self) -> Vec<usize> {
        let mut ended: Vec<usize> = (0..self.calls.len()).filter(|number| self.calls[*number].happened).collect();
        ended.sort_by_key(|number| self.calls[*number].end);
        // The first `most` contradict one another, and of the first `least` it is not known.
        let (mut least, mut most) = (0, ended.len());
        while least + 1 < most && self.left() > 0 {
            let middle = least.midpoint(most);
            if self.contradictory(&ended[..middle]).await {
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
    async fn contradiction(&mut self, prefix: &[usize]) -> Option<Vec<usize>> {
        let mut known = prefix[..1].to_vec();
        loop {
            let order = match self.order(&known, 0..self.calls.len()).await {
                Search::NoOrder => break,
                Search::Order(order) => order,
                Search::CutOff { .. } => return None,
            };
            let others: Vec<usize> = prefix.iter().copied().filter(|number| !known.contains(number)).collect();
            let (ordered, left_out): (Vec<_>, Vec<_>) = others.iter().partition(|number| order.contains(number));
            let wronged = match self.wronged(&known, &order, &ordered).await {
                None => self.wronged(&known, &order, &left_out).await,
                found => found,
            };
            let next = wronged.or(others.first().copied()).filter(|_| known.len() < KNOWN_MAX)?;
            known.push(next);
        }
        known.sort_by_key(|number| prefix.iter().position(|other| other == number));
        Some(known)
    }

    /// The first of these that an order of the known does not do justice to.
    async fn wronged(&mut self, known: &[usize], order: &[usize], numbers: &[usize]) -> Option<usize> {
        for number in numbers {
            if !self.fits(known, order, *number) {
                return Some(*number);
            }
            let places = if order.contains(number) { 1 } else { order.len() as u64 };
            let cost = places * order.len() as u64 / PLACES_A_STEP;
            if cost >= self.left() {
                return None;
            }
            self.pace.spend(cost).await;
        }
        None
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

    /// A smallest subset of the candidates of which something holds that holds of all of them, the first candidates preferred
    /// (as by Junker's QuickXplain, 2004): the last of the shortest beginning that suffices is needed, then the last of the
    /// shortest that suffices beside it, and so on.
    async fn narrowed(&mut self, question: Question<'_>, candidates: &[usize]) -> Vec<usize> {
        let mut needed = Vec::new();
        let mut candidates = candidates.to_vec();
        // Nothing explains itself, but no contradiction is among none.
        let may_be_empty = matches!(question, Question::Explains(_));
        while !candidates.is_empty() && !((may_be_empty || !needed.is_empty()) && self.holds(question, &needed).await) {
            if self.left() == 0 {
                self.exact = false;
                needed.append(&mut candidates);
                break;
            }
            // The first `most` suffice beside what is needed, and the first `least` do not.
            let (mut least, mut most) = (0, candidates.len());
            while least + 1 < most {
                let middle = least.midpoint(most);
                let some = [&needed[..], &candidates[..middle]].concat();
                if self.holds(question, &some).await {
                    most = middle;
                } else {
                    least = middle;
                }
            }
            needed.push(candidates[most - 1]);
            candidates.truncate(most - 1);
        }
        needed
    }

    async fn holds(&mut self, question: Question<'_>, numbers: &[usize]) -> bool {
        match question {
            Question::Contradictory => self.contradictory(numbers).await,
            Question::Explains(contradict) => self.explained_by(contradict, numbers).await,
        }
    }

    /// Forgotten operations that explain what the others saw: with them, any one of the others being forgotten, there is an
    /// order. None of them can be spared for that. The latest are preferred: people look for a value where it was last.
    async fn explaining(&mut self, contradict: &[usize]) -> Vec<usize> {
        let forgotten = |number: &usize| !contradict.contains(number) && self.forgotten(*number).is_some();
        let mut candidates: Vec<usize> = (0..self.calls.len()).filter(forgotten).collect();
        candidates.sort_by_key(|number| core::cmp::Reverse(self.calls[*number].call));
        if !self.explained_by(contradict, &candidates).await {
            self.exact = false;
            return Vec::new();
        }
        self.narrowed(Question::Explains(contradict), &candidates).await
    }

    async fn explained_by(&mut self, contradict: &[usize], explaining: &[usize]) -> bool {
        for place in 0..contradict.len() {
            let forgotten = explaining.iter().copied().chain([contradict[place]]);
            if !matches!(self.order(&without(contradict, place), forgotten).await, Search::Order(_)) {
                return false;
            }
        }
        true
    }
}

fn without(numbers: &[usize], place: usize) -> Vec<usize> {
    let mut numbers = numbers.to_vec();
    numbers.remove(place);
    numbers
}
