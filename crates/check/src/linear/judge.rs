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
/// 1990). Of several keys without an order, the one called first is told.
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
    let keys = by_key.len();
    let mut points = alloc::vec![None; history.operations.len()];
    let mut cut_off = false;
    for numbers in by_key {
        let mut register = Register::new(history.initial.clone());
        let calls = calls_of(history, &numbers, &mut register);
        let left = Limits { steps: limits.steps.saturating_sub(*pace.steps), ..limits };
        match judge_key(&mut register, &calls, left, pace).await {
            Keyed::Order(order) => place(&mut points, &numbers, &calls, &order),
            Keyed::CutOff => cut_off = true,
            Keyed::NoOrder(mut part) => {
                for number in part.contradict.iter_mut().chain(&mut part.explain) {
                    *number = numbers[*number];
                }
                let key = history.operations[numbers[0]].accessed.key.clone();
                return Judgement {
                    verdict: Verdict::NotLinearizable(KeyedPart { key, part }),
                    keys,
                    steps: *pace.steps,
                };
            }
        }
    }
    let verdict = if cut_off { Verdict::CutOff } else { Verdict::Linearizable(points) };
    Judgement { verdict, keys, steps: *pace.steps }
}

/// How many steps a search takes before a contradiction is looked for where it is stuck.
const BEFORE_REFUTING: u64 = 200_000;

enum Keyed {
    Order(Vec<usize>),
    NoOrder(Part),
    CutOff,
}

/// Most histories are judged at once. Where many operations of unknown outcome leave many ways to go wrong, the contradiction is
/// often among few operations and found sooner by itself.
async fn judge_key(
    register: &mut Register,
    calls: &[Call<RegisterOperation>],
    limits: Limits,
    pace: &mut Pace<'_, impl AsyncFnMut()>,
) -> Keyed {
    let end = pace.steps.saturating_add(limits.steps);
    let first = Limits { steps: limits.steps.min(BEFORE_REFUTING), ..limits };
    let mut found = paced_search(register, calls, first, pace).await;
    if let Search::CutOff { stuck: Some(stuck) } = found
        && *pace.steps < end
    {
        if let Some(part) = refute(register, calls, stuck, limits, pace).await {
            return Keyed::NoOrder(part);
        }
        found = paced_search(register, calls, Limits { steps: end.saturating_sub(*pace.steps), ..limits }, pace).await;
    }
    match found {
        Search::Order(order) => Keyed::Order(order),
        Search::CutOff { .. } => Keyed::CutOff,
        Search::NoOrder => Keyed::NoOrder(paced_smallest(register, calls, limits, pace).await),
    }
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

fn calls_of(history: &History, numbers: &[usize], register: &mut Register) -> Vec<Call<RegisterOperation>> {
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
    numbers.iter().map(call).collect()
}

/// Gives each operation in order a point as early as may be: behind its own call and the calls of all before it.
fn place(points: &mut [Option<Point>], numbers: &[usize], calls: &[Call<RegisterOperation>], order: &[usize]) {
    let mut behind = 0;
    for (rank, number) in order.iter().enumerate() {
        behind = behind.max(calls[*number].call);
        points[numbers[*number]] = Some(Point { rank: rank as u32, behind });
    }
}
