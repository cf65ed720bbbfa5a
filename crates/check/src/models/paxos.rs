//! Paxos at the level of its acceptors, without leader or learner (Lamport, "The Part-Time Parliament"; module Paxos of
//! tlaplus/Examples). Messages are a set: none is ever lost or used up, only perhaps never received.

use alloc::format;
use alloc::string::String;

use crate::Model;

/// The rules of Paxos that can be switched off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PaxosRules {
    /// A proposer takes the value of the highest-numbered accepted proposal that its quorum reports. Off: of the lowest.
    pub adopt_highest: bool,
    /// A proposer takes an accepted value at all.
    pub use_accepted: bool,
    /// An acceptor accepts nothing below what it promised.
    pub check_promise: bool,
}

impl Default for PaxosRules {
    fn default() -> Self {
        Self { adopt_highest: true, use_accepted: true, check_promise: true }
    }
}

/// The model; any majority of the acceptors is a quorum. A state takes four words, which bounds the sizes: see
/// [`Paxos::fits`].
#[derive(Clone, Copy, Debug)]
pub struct Paxos {
    pub acceptors: u32,
    pub values: u32,
    /// Ballots are numbered from zero.
    pub ballots: u32,
    pub rules: PaxosRules,
}

type Bits = [u64; 4];

/// What an acceptor has accepted: a ballot and a value, or nothing.
type Accepted = Option<(u32, u32)>;

/// Where the parts of a state stand, as offsets of bits. Sets of messages are bit sets.
impl Paxos {
    /// How many different reports of an accepted proposal there are, "none" being the first.
    fn reports(self) -> u32 {
        1 + self.ballots * self.values
    }

    fn report(self, accepted: Accepted) -> u32 {
        accepted.map_or(0, |(ballot, value)| 1 + ballot * self.values + value)
    }

    fn accepted(self, report: u32) -> Accepted {
        report.checked_sub(1).map(|index| (index / self.values, index % self.values))
    }

    /// An acceptor's promise, one bit for each ballot it can be, "none" being the first.
    fn promise_at(self, acceptor: u32) -> u32 {
        acceptor * (1 + self.ballots + self.reports())
    }

    fn accepted_at(self, acceptor: u32) -> u32 {
        self.promise_at(acceptor) + 1 + self.ballots
    }

    fn prepare_at(self, ballot: u32) -> u32 {
        self.promise_at(self.acceptors) + ballot
    }

    fn promised_at(self, acceptor: u32, ballot: u32, report: u32) -> u32 {
        self.prepare_at(self.ballots) + (acceptor * self.ballots + ballot) * self.reports() + report
    }

    fn accept_at(self, ballot: u32, value: u32) -> u32 {
        self.promised_at(self.acceptors, 0, 0) + ballot * self.values + value
    }

    fn voted_at(self, acceptor: u32, ballot: u32, value: u32) -> u32 {
        self.accept_at(self.ballots, 0) + (acceptor * self.ballots + ballot) * self.values + value
    }

    /// Whether a state of these sizes fits into its four words.
    pub fn fits(self) -> bool {
        let sizes = [self.acceptors, self.values, self.ballots];
        sizes.iter().all(|size| (1..=16).contains(size)) && self.voted_at(self.acceptors, 0, 0) < 256
    }

    fn promise(self, state: Bits, acceptor: u32) -> Option<u32> {
        (0..self.ballots).find(|ballot| has(state, self.promise_at(acceptor) + 1 + ballot))
    }

    fn has_accepted(self, state: Bits, acceptor: u32) -> Accepted {
        (1..self.reports())
            .find(|report| has(state, self.accepted_at(acceptor) + report))
            .and_then(|r| self.accepted(r))
    }

    fn set_promise(self, state: Bits, acceptor: u32, ballot: u32) -> Bits {
        let cleared = (0..=self.ballots).fold(state, |state, at| without(state, self.promise_at(acceptor) + at));
        with(cleared, self.promise_at(acceptor) + 1 + ballot)
    }

    fn set_accepted(self, state: Bits, acceptor: u32, ballot: u32, value: u32) -> Bits {
        let cleared = (0..self.reports()).fold(state, |state, at| without(state, self.accepted_at(acceptor) + at));
        with(cleared, self.accepted_at(acceptor) + self.report(Some((ballot, value))))
    }

    /// The values that a proposer of this ballot may propose, by some quorum that has promised: one bit each.
    fn proposable(self, state: Bits, ballot: u32) -> u32 {
        let all = (1 << self.values) - 1;
        let quorums = (0..1u32 << self.acceptors).filter(|quorum| quorum.count_ones() > self.acceptors / 2);
        quorums.fold(0, |values, quorum| values | self.proposable_by(state, ballot, quorum).unwrap_or(0) & all)
    }

    fn proposable_by(self, state: Bits, ballot: u32, quorum: u32) -> Option<u32> {
        let mut chosen: Accepted = None;
        for acceptor in (0..self.acceptors).filter(|acceptor| quorum & 1 << acceptor != 0) {
            let report = (0..self.reports()).find(|report| has(state, self.promised_at(acceptor, ballot, *report)))?;
            let Some(accepted) = self.accepted(report) else { continue };
            let better =
                |(other, _): (u32, u32)| if self.rules.adopt_highest { accepted.0 > other } else { accepted.0 < other };
            if chosen.is_none_or(better) {
                chosen = Some(accepted);
            }
        }
        Some(match chosen {
            Some((_, value)) if self.rules.use_accepted => 1 << value,
            _ => u32::MAX,
        })
    }

    fn chosen(self, state: Bits, value: u32) -> bool {
        (0..self.ballots).any(|ballot| {
            let voted = |acceptor: &u32| has(state, self.voted_at(*acceptor, ballot, value));
            (0..self.acceptors).filter(voted).count() as u32 > self.acceptors / 2
        })
    }
}

fn has(state: Bits, at: u32) -> bool {
    state[at as usize / 64] & 1 << (at % 64) != 0
}

fn with(mut state: Bits, at: u32) -> Bits {
    state[at as usize / 64] |= 1 << (at % 64);
    state
}

fn without(mut state: Bits, at: u32) -> Bits {
    state[at as usize / 64] &= !(1 << (at % 64));
    state
}

impl Model for Paxos {
    type State = Bits;

    fn initial(&self, each: &mut impl FnMut(Bits)) {
        let marks = (0..self.acceptors).flat_map(|acceptor| [self.promise_at(acceptor), self.accepted_at(acceptor)]);
        each(marks.fold([0; 4], with));
    }

    fn successors(&self, state: Bits, each: &mut impl FnMut(Bits)) {
        for ballot in 0..self.ballots {
            each(with(state, self.prepare_at(ballot)));
            if (0..self.values).all(|value| !has(state, self.accept_at(ballot, value))) {
                let proposable = self.proposable(state, ballot);
                for value in (0..self.values).filter(|value| proposable & 1 << value != 0) {
                    each(with(state, self.accept_at(ballot, value)));
                }
            }
        }
        for acceptor in 0..self.acceptors {
            let promise = self.promise(state, acceptor);
            for ballot in 0..self.ballots {
                if has(state, self.prepare_at(ballot)) && promise.is_none_or(|promised| ballot > promised) {
                    let report = self.report(self.has_accepted(state, acceptor));
                    let promised = self.set_promise(state, acceptor, ballot);
                    each(with(promised, self.promised_at(acceptor, ballot, report)));
                }
                let may_accept = promise.is_none_or(|promised| ballot >= promised) || !self.rules.check_promise;
                for value in (0..self.values).filter(|value| has(state, self.accept_at(ballot, *value))) {
                    if may_accept {
                        let accepted = self.set_accepted(state, acceptor, ballot, value);
                        let accepted = self.set_promise(accepted, acceptor, ballot);
                        each(with(accepted, self.voted_at(acceptor, ballot, value)));
                    }
                }
            }
        }
    }

    fn broken(&self, state: Bits) -> Option<&'static str> {
        let chosen = (0..self.values).filter(|value| self.chosen(state, *value)).count();
        (chosen > 1).then_some("agreement")
    }

    fn canonical(&self, state: Bits) -> Bits {
        // Acceptors are interchangeable: the least of all permutations stands for its orbit.
        let mut least = state;
        let mut order = [0; 16];
        let order = &mut order[..self.acceptors as usize];
        for (acceptor, place) in order.iter_mut().enumerate() {
            *place = acceptor as u32;
        }
        permute(order, 0, &mut |order| least = least.min(self.renamed(state, order)));
        least
    }

    fn describe(&self, from: Bits, to: Bits) -> String {
        let is_new = |at| has(to, at) && !has(from, at);
        for ballot in 0..self.ballots {
            if is_new(self.prepare_at(ballot)) {
                return format!("somebody prepares ballot {ballot}");
            }
            for value in 0..self.values {
                if is_new(self.accept_at(ballot, value)) {
                    return format!("the proposer of ballot {ballot} asks to accept value {value}");
                }
            }
            for acceptor in 0..self.acceptors {
                let name = acceptor + 1;
                if let Some(value) = (0..self.values).find(|value| is_new(self.voted_at(acceptor, ballot, *value))) {
                    return format!("acceptor {name} accepts value {value} in ballot {ballot}");
                }
                let reported = (0..self.reports()).find(|report| is_new(self.promised_at(acceptor, ballot, *report)));
                match reported.map(|report| self.accepted(report)) {
                    Some(None) => return format!("acceptor {name} promises ballot {ballot}"),
                    Some(Some((accepted, value))) => {
                        return format!(
                            "acceptor {name} promises ballot {ballot} and reports value {value} of ballot {accepted}"
                        );
                    }
                    None => {}
                }
            }
        }
        String::new()
    }
}

impl Paxos {
    /// The state with acceptor `i` in the place of `order[i]`.
    fn renamed(self, state: Bits, order: &[u32]) -> Bits {
        let shared = (0..self.ballots).map(|ballot| self.prepare_at(ballot));
        let accepts = self.accept_at(0, 0)..self.accept_at(self.ballots, 0);
        let mut renamed = shared.chain(accepts).filter(|at| has(state, *at)).fold([0; 4], with);
        let mut carry = |from: u32, to: u32, length: u32| {
            for offset in (0..length).filter(|offset| has(state, from + offset)) {
                renamed = with(renamed, to + offset);
            }
        };
        for (acceptor, place) in order.iter().enumerate() {
            let acceptor = acceptor as u32;
            carry(self.promise_at(acceptor), self.promise_at(*place), self.promise_at(1));
            let promises = self.ballots * self.reports();
            carry(self.promised_at(acceptor, 0, 0), self.promised_at(*place, 0, 0), promises);
            carry(self.voted_at(acceptor, 0, 0), self.voted_at(*place, 0, 0), self.ballots * self.values);
        }
        renamed
    }
}

fn permute(order: &mut [u32], from: usize, each: &mut impl FnMut(&[u32])) {
    if from == order.len() {
        each(order);
        return;
    }
    for other in from..order.len() {
        order.swap(from, other);
        permute(order, from + 1, each);
        order.swap(from, other);
    }
}
