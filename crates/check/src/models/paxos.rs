//! Paxos at the level of its acceptors, without leader or learner (Lamport, "The Part-Time Parliament"; module Paxos of
//! tlaplus/Examples). Messages are a set: none is ever lost or used up, only perhaps never received.

use alloc::vec::Vec;

use faultlab_core::{RuleSet, Source};

use super::bits::{has, number, width_of, with, with_number, with_sorted_parts};
use super::reference::{ModelRule, Packed, Parameter, Reference, explore_packed};
use crate::{Model, Step};

pub(super) const REFERENCE: Reference = Reference {
    slug: "paxos",
    source: Source { document: "Lamport, The Part-Time Parliament", section: "2.3; Paxos.tla" },
    parameters: &[
        Parameter { slug: "acceptors", usual: 3 },
        Parameter { slug: "values", usual: 2 },
        Parameter { slug: "ballots", usual: 2 },
    ],
    rules: &[
        ModelRule { slug: "adopt_highest", breaks: &["agreement"], witness: &[("ballots", 3)] },
        ModelRule { slug: "use_accepted", breaks: &["agreement"], witness: &[] },
        ModelRule { slug: "check_promise", breaks: &["agreement"], witness: &[] },
    ],
    invariants: &["agreement"],
    actions: &[("Phase1a", 1), ("Phase1b", 2), ("Phase1bAccepted", 4), ("Phase2a", 2), ("Phase2b", 3)],
    symmetry: true,
    nodes: |parameters| parameters[0],
    explore: |parameters, rules, limits| {
        explore_packed(
            &Paxos { acceptors: parameters[0], values: parameters[1], ballots: parameters[2], rules },
            limits,
        )
    },
};

/// A proposer takes the value of the highest-numbered accepted proposal that its quorum reports. Off: of the lowest.
const ADOPT_HIGHEST: usize = 0;
/// A proposer takes an accepted value at all.
const USE_ACCEPTED: usize = 1;
/// An acceptor accepts nothing below what it promised.
const CHECK_PROMISE: usize = 2;

/// The model; any majority of the acceptors is a quorum. Ballots are numbered from zero.
pub(super) struct Paxos {
    pub(super) acceptors: u32,
    pub(super) values: u32,
    pub(super) ballots: u32,
    pub(super) rules: RuleSet,
}

/// What a proposer has heard from an acceptor about its ballot.
enum Heard {
    Nothing,
    /// A promise, and no accepted proposal.
    Promise,
    /// Promises with accepted proposals; the ballot of the one that counts.
    Accepted(u32),
}

/// Where the parts of a state stand, as offsets of bits. Sets of messages are bit sets. First comes what proposers sent, then a
/// part for each acceptor with all that it is and sent.
impl Paxos {
    /// How many different reports of an accepted proposal there are, "none" being the first.
    fn reports(&self) -> u32 {
        1 + self.ballots * self.values
    }

    fn report(&self, ballot: u32, value: u32) -> u32 {
        1 + ballot * self.values + value
    }

    fn prepare_at(ballot: u32) -> u32 {
        ballot
    }

    fn accept_at(&self, ballot: u32, value: u32) -> u32 {
        self.ballots + ballot * self.values + value
    }

    /// The acceptor's promise: zero for none, or one more than the ballot.
    pub(super) fn promise_at(&self, acceptor: u32) -> u32 {
        self.accept_at(self.ballots, 0) + acceptor * self.part_width()
    }

    fn promise_width(&self) -> u32 {
        width_of(u64::from(self.ballots))
    }

    /// The report of what the acceptor has accepted.
    fn accepted_at(&self, acceptor: u32) -> u32 {
        self.promise_at(acceptor) + self.promise_width()
    }

    fn accepted_width(&self) -> u32 {
        width_of(u64::from(self.reports()) - 1)
    }

    fn promised_at(&self, acceptor: u32, ballot: u32, report: u32) -> u32 {
        self.accepted_at(acceptor) + self.accepted_width() + ballot * self.reports() + report
    }

    fn voted_at(&self, acceptor: u32, ballot: u32, value: u32) -> u32 {
        self.promised_at(acceptor, self.ballots, 0) + ballot * self.values + value
    }

    pub(super) fn part_width(&self) -> u32 {
        self.promise_width() + self.accepted_width() + self.ballots * (self.reports() + self.values)
    }
}

impl Paxos {
    fn is_quorum(&self, acceptors: usize) -> bool {
        acceptors > self.acceptors as usize / 2
    }

    /// What the proposer of a ballot has heard from an acceptor: of several reports, which only an acceptor that forgets its
    /// promises makes, the one that the proposer would follow.
    fn heard<const WORDS: usize>(&self, state: &[u64; WORDS], ballot: u32, acceptor: u32) -> Heard {
        let reported = |report: &u32| has(state, self.promised_at(acceptor, ballot, *report));
        let mut accepted = 1..self.reports();
        let followed = if self.rules.is_on(ADOPT_HIGHEST) { accepted.rfind(reported) } else { accepted.find(reported) };
        match followed {
            Some(report) => Heard::Accepted((report - 1) / self.values),
            None if reported(&0) => Heard::Promise,
            None => Heard::Nothing,
        }
    }

    /// Whether some quorum has made promises that let the proposer of this ballot propose the value.
    fn may_propose<const WORDS: usize>(&self, state: &[u64; WORDS], ballot: u32, value: u32) -> bool {
        let heard = || (0..self.acceptors).map(|acceptor| self.heard(state, ballot, acceptor));
        if !self.is_quorum(heard().filter(|heard| !matches!(heard, Heard::Nothing)).count()) {
            return false;
        }
        if !self.rules.is_on(USE_ACCEPTED)
            || self.is_quorum(heard().filter(|heard| matches!(heard, Heard::Promise)).count())
        {
            return true;
        }
        // The accepted proposal with this value that the proposer follows, and the others of a quorum that let it.
        (0..self.ballots).any(|followed| {
            let outdone =
                |other: u32| if self.rules.is_on(ADOPT_HIGHEST) { other > followed } else { other < followed };
            let lets = |heard: &Heard| match heard {
                Heard::Nothing => false,
                Heard::Promise => true,
                Heard::Accepted(other) => !outdone(*other),
            };
            let reports = |acceptor| {
                has(state, self.promised_at(acceptor, ballot, self.report(followed, value)))
                    && lets(&self.heard(state, ballot, acceptor))
            };
            (0..self.acceptors).any(reports) && self.is_quorum(heard().filter(lets).count())
        })
    }

    fn chosen<const WORDS: usize>(&self, state: &[u64; WORDS], value: u32) -> bool {
        (0..self.ballots).any(|ballot| {
            let voted = |acceptor: &u32| has(state, self.voted_at(*acceptor, ballot, value));
            self.is_quorum((0..self.acceptors).filter(voted).count())
        })
    }
}

impl Packed for Paxos {
    fn bits(&self) -> u64 {
        // Every parameter is at most a thousand, but not every product of them fits into 32 bits.
        let (acceptors, values, ballots) = (u64::from(self.acceptors), u64::from(self.values), u64::from(self.ballots));
        let reports = 1 + ballots * values;
        let part = u64::from(width_of(ballots) + width_of(reports - 1)) + ballots * (reports + values);
        ballots + ballots * values + acceptors * part
    }
}

impl<const WORDS: usize> Model<WORDS> for Paxos {
    fn initial(&self, found: &mut Vec<[u64; WORDS]>) {
        found.push([0; WORDS]);
    }

    fn successors(&self, state: &[u64; WORDS], found: &mut Vec<[u64; WORDS]>) {
        for ballot in 0..self.ballots {
            if !has(state, Self::prepare_at(ballot)) {
                found.push(with(*state, Self::prepare_at(ballot)));
                continue;
            }
            if (0..self.values).all(|value| !has(state, self.accept_at(ballot, value))) {
                let proposable = (0..self.values).filter(|value| self.may_propose(state, ballot, *value));
                found.extend(proposable.map(|value| with(*state, self.accept_at(ballot, value))));
            }
        }
        for acceptor in 0..self.acceptors {
            let promise = number(state, self.promise_at(acceptor), self.promise_width());
            let accepted = number(state, self.accepted_at(acceptor), self.accepted_width());
            let promising = |ballot: u32| {
                with_number(*state, self.promise_at(acceptor), self.promise_width(), u64::from(ballot) + 1)
            };
            for ballot in 0..self.ballots {
                if has(state, Self::prepare_at(ballot)) && u64::from(ballot) + 1 > promise {
                    found.push(with(promising(ballot), self.promised_at(acceptor, ballot, accepted as u32)));
                }
                if self.rules.is_on(CHECK_PROMISE) && u64::from(ballot) + 1 < promise {
                    continue;
                }
                for value in (0..self.values).filter(|value| has(state, self.accept_at(ballot, *value))) {
                    let report = u64::from(self.report(ballot, value));
                    let accepting =
                        with_number(promising(ballot), self.accepted_at(acceptor), self.accepted_width(), report);
                    found.push(with(accepting, self.voted_at(acceptor, ballot, value)));
                }
            }
        }
    }

    fn broken(&self, state: &[u64; WORDS]) -> Option<&'static str> {
        let chosen = (0..self.values).filter(|value| self.chosen(state, *value)).count();
        (chosen > 1).then_some("agreement")
    }

    fn has_symmetry(&self) -> bool {
        REFERENCE.symmetry
    }

    fn canonical(&self, state: &[u64; WORDS]) -> [u64; WORDS] {
        with_sorted_parts(state, self.promise_at(0), self.part_width(), self.acceptors)
    }

    fn step(&self, from: &[u64; WORDS], to: &[u64; WORDS]) -> Step {
        let is_new = |at| has(to, at) && !has(from, at);
        for ballot in 0..self.ballots {
            if is_new(Self::prepare_at(ballot)) {
                return Step::new("Phase1a", [ballot.into()]);
            }
            if let Some(value) = (0..self.values).find(|value| is_new(self.accept_at(ballot, *value))) {
                return Step::new("Phase2a", [ballot.into(), value.into()]);
            }
        }
        let changed = (0..self.acceptors).find(|acceptor| {
            let differ = |at, width| number(from, at, width) != number(to, at, width);
            differ(self.promise_at(*acceptor), self.promise_width())
                || differ(self.accepted_at(*acceptor), self.accepted_width())
        });
        let acceptor = changed.unwrap_or(0);
        let name = u64::from(acceptor) + 1;
        let ballot = number(to, self.promise_at(acceptor), self.promise_width()).saturating_sub(1);
        let (before, accepted) = {
            let report = |state| number(state, self.accepted_at(acceptor), self.accepted_width());
            (report(from), report(to))
        };
        let values = u64::from(self.values);
        let of_report = |report: u64| ((report - 1) / values, (report - 1) % values);
        let voted = |value: &u32| is_new(self.voted_at(acceptor, ballot as u32, *value));
        if before != accepted || (0..self.values).any(|value| voted(&value)) {
            return Step::new("Phase2b", [name, ballot, of_report(accepted).1]);
        }
        match accepted {
            0 => Step::new("Phase1b", [name, ballot]),
            _ => Step::new("Phase1bAccepted", [name, ballot, of_report(accepted).0, of_report(accepted).1]),
        }
    }
}
