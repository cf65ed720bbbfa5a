//! The judgement of a whole history, key by key.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use faultlab_core::Datum;

use super::pace::{Pace, at_once};
use super::search::paced_search;
use super::smallest::{paced_smallest, refute};
use super::{Call, Limits, Part, Register, RegisterOperation, Search};
use crate::history::History;

/// Where an operation takes effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Point {
    /// Its number in the order of its key, counted from zero.
    pub rank: u32,
    /// The call behind which it is, before the next call or end: a place as in [`Moment`](crate::history::Moment). Points of
    /// one key behind the same call go by their ranks.
    pub behind: u32,
}

/// The part of one key's operations that cannot be ordered, by their numbers in the history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyedPart {
    pub key: Datum,
    pub part: Part,
}

/// What is so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// A point for each operation of the history; none for one of unknown outcome that need not have happened.
    Linearizable(Vec<Option<Point>>),
    NotLinearizable(KeyedPart),
    /// The limits were reached before either was known.
    CutOff,
}

/// A verdict and what it cost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judgement {
    pub verdict: Verdict,
    pub keys: usize,
    /// How many operations were tried next in order.
    pub steps: u64,
}

/// Judges a history, each key by itself: a store is linearizable if and only if each of its registers is (Herlihy and Wing,
/// 1990). Of several keys without an order, the one that is refuted first is told; keys are tried in the order of their first
/// calls, those that take long after all others.
pub fn judge(history: &History, limits: Limits) -> Judgement {
    let mut steps = 0;
    at_once(judge_at_pace(history, limits, &mut Pace::unbroken(&mut steps)))
}

/// The same judgement, in slices of so many steps: between two of them it waits for `pause`.
pub async fn judge_in_slices(history: &History, limits: Limits, slice: u64, pause: impl AsyncFnMut()) -> Judgement {
    let mut steps = 0;
    judge_at_pace(history, limits, &mut Pace::new(&mut steps, slice, pause)).await
}

async fn judge_at_pace(history: &History, limits: Limits, pace: &mut Pace<'_, impl AsyncFnMut()>) -> Judgement {
    let by_key = operations_by_key(history);
    let end = pace.steps.saturating_add(limits.steps);
    let mut judging = Judging { history, pace, end, bytes: limits.bytes, cut_off: false };
    let keys = by_key.len();
    let mut points = alloc::vec![None; history.operations.len()];
    let found = judging.all(by_key, &mut points).await;
    let verdict = match found {
        Some(part) => Verdict::NotLinearizable(part),
        None if judging.cut_off => Verdict::CutOff,
        None => Verdict::Linearizable(points),
    };
    Judgement { verdict, keys, steps: *judging.pace.steps }
}

/// How many steps a key is searched before others are, and before a contradiction is looked for where the search is stuck.
const BEFORE_REFUTING: u64 = 200_000;

/// The operations of one key, and the one at whose end its search got stuck.
struct OpenKey {
    numbers: Vec<usize>,
    stuck: Option<usize>,
}

struct Judging<'h, 'p, 's, P> {
    history: &'h History,
    pace: &'p mut Pace<'s, P>,
    /// The number of steps at which everything ends.
    end: u64,
    bytes: usize,
    cut_off: bool,
}

impl<P: AsyncFnMut()> Judging<'_, '_, '_, P> {
    fn limits(&self) -> Limits {
        Limits { steps: self.end.saturating_sub(*self.pace.steps), bytes: self.bytes }
    }

    /// Most keys are judged at once. Where many operations leave many ways to go wrong, the contradiction is often among few
    /// operations and found sooner by itself; one key that is hard must not hide that another has a contradiction.
    async fn all(&mut self, by_key: Vec<Vec<usize>>, points: &mut [Option<Point>]) -> Option<KeyedPart> {
        let mut open = Vec::new();
        for numbers in by_key {
            let mut key = OpenKey { numbers, stuck: None };
            match self.searched(&mut key, BEFORE_REFUTING, points).await {
                Keyed::Order => {}
                Keyed::NoOrder(part) => return Some(part),
                Keyed::CutOff => open.push(key),
            }
        }
        for key in &open {
            let Some(stuck) = key.stuck else { continue };
            let (mut register, calls) = calls_of(self.history, &key.numbers);
            let limits = self.limits();
            if let Some(part) = refute(&mut register, &calls, stuck, limits, self.pace).await {
                return Some(self.keyed(&key.numbers, part));
            }
        }
        for mut key in open {
            match self.searched(&mut key, u64::MAX, points).await {
                Keyed::Order => {}
                Keyed::NoOrder(part) => return Some(part),
                Keyed::CutOff => self.cut_off = true,
            }
        }
        None
    }

    /// Searches a key for an order, which gives its operations their points.
    async fn searched(&mut self, key: &mut OpenKey, steps_max: u64, points: &mut [Option<Point>]) -> Keyed {
        let (mut register, calls) = calls_of(self.history, &key.numbers);
        let limits = self.limits();
        let first = Limits { steps: limits.steps.min(steps_max), ..limits };
        match paced_search(&mut register, &calls, first, self.pace).await {
            Search::Order(order) => {
                place(points, &key.numbers, &calls, &order);
                Keyed::Order
            }
            Search::CutOff { stuck } => {
                key.stuck = stuck;
                Keyed::CutOff
            }
            Search::NoOrder => {
                let limits = self.limits();
                let part = paced_smallest(&mut register, &calls, limits, self.pace).await;
                Keyed::NoOrder(self.keyed(&key.numbers, part))
            }
        }
    }

    /// A part by the operations' numbers in the history.
    fn keyed(&self, numbers: &[usize], mut part: Part) -> KeyedPart {
        for number in part.contradict.iter_mut().chain(&mut part.explain) {
            *number = numbers[*number];
        }
        KeyedPart { key: self.history.operations[numbers[0]].accessed.key.clone(), part }
    }
}

enum Keyed {
    Order,
    NoOrder(KeyedPart),
    CutOff,
}

/// The operations' numbers for each key, in the order of their calls; the key that is called first comes first.
fn operations_by_key(history: &History) -> Vec<Vec<usize>> {
    let mut keys = BTreeMap::new();
    let mut by_key: Vec<Vec<usize>> = Vec::new();
    for (number, operation) in history.operations.iter().enumerate() {
        let place = *keys.entry(&operation.accessed.key).or_insert(by_key.len());
        if place == by_key.len() {
            by_key.push(Vec::new());
        }
        by_key[place].push(number);
    }
    by_key
}

/// A register and the calls of its operations.
fn calls_of(history: &History, numbers: &[usize]) -> (Register, Vec<Call<RegisterOperation>>) {
    let mut register = Register::new(history.initial.clone());
    let call = |number: &usize| {
        let operation = &history.operations[*number];
        let accessed = &operation.accessed;
        // What nobody was told the end of has no outcome to explain.
        let reply = accessed.reply.as_ref().filter(|_| operation.end.is_some());
        Call {
            operation: register.operation(&accessed.access, reply),
            call: operation.call.place,
            end: operation.end.map(|end| end.place),
            happened: operation.end.is_some(),
        }
    };
    let calls = numbers.iter().map(call).collect();
    (register, calls)
}

/// Gives each operation in order a point as early as may be: behind its own call and the calls of all before it.
fn place(points: &mut [Option<Point>], numbers: &[usize], calls: &[Call<RegisterOperation>], order: &[usize]) {
    let mut behind = 0;
    for (rank, number) in order.iter().enumerate() {
        behind = behind.max(calls[*number].call);
        points[numbers[*number]] = Some(Point { rank: rank as u32, behind });
    }
}
