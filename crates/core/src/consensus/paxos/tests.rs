//! One process at a time: what it does with one message, and the cases of Ousterhout and Ongaro, *Implementing replicated logs with
//! Paxos* (lecture, 2013). Runs of whole clusters are in the scenarios, the rule matrix and the sweeps.

use super::*;
use crate::bench::Alone;
use crate::{ClientId, Effect, RequestId};

const X: u32 = 7;
const Y: u32 = 8;

const fn ballot(round: u32, proposer: u8) -> Ballot {
    Ballot { round, proposer: NodeId(proposer - 1) }
}

const fn vote(round: u32, proposer: u8, value: u32) -> Option<Vote> {
    Some(Vote { ballot: ballot(round, proposer), value })
}

type Process = Alone<Paxos>;

const fn s(number: u8) -> NodeId {
    NodeId(number - 1)
}

impl Process {
    /// One of five servers; all of them propose.
    fn of_five(number: u8) -> Self {
        let mut setup = Setup::<Paxos>::new(5);
        setup.config.proposers = 5;
        Self::boot(setup, s(number), &Disk::new(Paxos::AREAS.len()))
    }

    fn ask(&mut self, value: u32) {
        let id = RequestId { client: ClientId(1), sequence: 1 };
        self.step(Input::Request { id, request: Request::Propose { value } });
    }

    /// The value that is proposed once these acceptors have promised and reported; none if nothing is proposed.
    fn proposes(&mut self, promised: Ballot, reports: &[(u8, Option<Vote>)]) -> Option<u32> {
        reports.iter().find_map(|(from, accepted)| {
            self.hear(s(*from), Message::Promise { ballot: promised, accepted: *accepted });
            self.events().find_map(|event| match event {
                Event::Proposed { value, .. } => Some(*value),
                _ => None,
            })
        })
    }

    /// Whether the only answer of the last step is of this kind.
    fn answers(&self, fits: fn(&Message) -> bool) -> bool {
        matches!(&self.sent()[..], [(_, message)] if fits(message))
    }
}

/// S5 has been asked for Y, and knows that round 3 was used: its ballot is 4.5.
fn asked_for_y() -> Process {
    let mut process = Process::of_five(5);
    process.process.proposer.round = 3;
    process.ask(Y);
    assert_eq!(process.sent()[0], (s(1), Message::Prepare { ballot: ballot(4, 5) }));
    process
}

#[test]
fn a_chosen_value_is_proposed_again() {
    // S1 to S3 accepted X in 3.1; the promises come from S3, S4 and S5 itself.
    let mut process = asked_for_y();
    assert_eq!(process.proposes(ballot(4, 5), &[(3, vote(3, 1, X)), (4, None)]), Some(X));
}

#[test]
fn a_value_that_is_not_chosen_but_seen_is_proposed_as_well() {
    // Only S3 accepted X: whoever sees it cannot know that it is not chosen.
    let mut process = asked_for_y();
    assert_eq!(process.proposes(ballot(4, 5), &[(4, None), (3, vote(3, 1, X))]), Some(X));
}

#[test]
fn a_value_that_nobody_of_the_majority_has_seen_is_free() {
    // S1 alone accepted X. S3, which has promised 4.5, refuses the late request of 3.1.
    let mut process = asked_for_y();
    assert_eq!(process.proposes(ballot(4, 5), &[(3, None), (4, None)]), Some(Y));
    let mut third = Process::of_five(3);
    third.hear(s(5), Message::Prepare { ballot: ballot(4, 5) });
    third.hear(s(1), Message::Accept { ballot: ballot(3, 1), value: X });
    assert_eq!(third.sent(), [(s(1), Message::Refuse { ballot: ballot(3, 1), promised: ballot(4, 5) })]);
    assert_eq!(third.process.acceptor.accepted, None);
}

#[test]
fn of_several_reported_values_the_one_with_the_highest_ballot_is_proposed() {
    let proposes = |reports: &[(u8, Option<Vote>)]| asked_for_y().proposes(ballot(4, 5), reports);
    let (old, new) = (vote(1, 1, 1), vote(2, 2, 2));
    assert_eq!(proposes(&[(1, old), (3, None)]), Some(1));
    assert_eq!(proposes(&[(2, new), (3, None)]), Some(2));
    assert_eq!(proposes(&[(1, old), (2, new)]), Some(2));
    assert_eq!(proposes(&[(2, new), (1, old)]), Some(2));
}

#[test]
fn a_promise_counts_once_and_only_for_its_ballot() {
    let mut process = asked_for_y();
    assert_eq!(process.proposes(ballot(4, 5), &[(3, None), (3, None), (3, None)]), None);
    assert_eq!(process.proposes(ballot(3, 5), &[(1, None), (2, None)]), None);
    assert_eq!(process.proposes(ballot(4, 5), &[(4, None)]), Some(Y));
}

#[test]
fn duelling_ballots_refuse_each_other_and_get_newer_ones() {
    // P 3.1 at S3, P 3.5 at S3, A 3.1 refused, P 4.1, A 3.5 refused.
    let mut third = Process::of_five(3);
    for (from, message, is_promised) in [
        (1, Message::Prepare { ballot: ballot(3, 1) }, true),
        (5, Message::Prepare { ballot: ballot(3, 5) }, true),
        (1, Message::Accept { ballot: ballot(3, 1), value: X }, false),
        (1, Message::Prepare { ballot: ballot(4, 1) }, true),
        (5, Message::Accept { ballot: ballot(3, 5), value: Y }, false),
    ] {
        third.hear(s(from), message);
        assert_eq!(third.answers(|answer| matches!(answer, Message::Promise { .. })), is_promised, "{message:?}");
        assert_eq!(third.answers(|answer| matches!(answer, Message::Refuse { .. })), !is_promised, "{message:?}");
    }
    // The proposer of 4.5 hears of 6.1: after the back-off its next ballot is newer than that.
    let mut fifth = asked_for_y();
    let waits = |fifth: &Process| {
        fifth.effects.iter().find_map(|effect| match effect {
            Effect::SetTimer { timer: Timer::Ballot, min, max } => Some((*min, *max)),
            _ => None,
        })
    };
    fifth.hear(s(3), Message::Refuse { ballot: ballot(4, 5), promised: ballot(6, 1) });
    assert_eq!(waits(&fifth), Some((Span(0), fifth.setup.config.back_off)));
    fifth.fire(Timer::Ballot);
    assert_eq!(fifth.sent()[0], (s(1), Message::Prepare { ballot: ballot(7, 5) }));
    // Pre-empted again, it waits up to twice as long.
    fifth.hear(s(3), Message::Refuse { ballot: ballot(7, 5), promised: ballot(8, 1) });
    assert_eq!(waits(&fifth), Some((Span(0), fifth.setup.config.back_off.times(2))));
}

#[test]
fn nothing_is_said_before_it_is_on_disk() {
    let mut second = Process::of_five(2);
    second.hear(s(1), Message::Prepare { ballot: ballot(1, 1) });
    assert!(second.is_forced(|_| true), "{:?}", second.effects);
    second.hear(s(1), Message::Accept { ballot: ballot(1, 1), value: X });
    assert!(second.is_forced(|_| true), "{:?}", second.effects);
    second.ask(Y);
    assert!(second.is_forced(|_| true), "{:?}", second.effects);
}

#[test]
fn an_acceptor_remembers_over_a_crash_and_a_torn_record_changes_nothing() {
    let mut disk = Disk::new(Paxos::AREAS.len());
    for (area, record) in [
        (ROUND, Record::Round(9)),
        (PROMISED, Record::Promised(ballot(5, 3))),
        (ACCEPTED, Record::Accepted(Vote { ballot: ballot(4, 2), value: X })),
    ] {
        disk.issue(area, crate::Operation::Append(record));
    }
    disk.sync([1; crate::MAX_AREAS]);
    disk.issue(PROMISED, crate::Operation::Append(Record::Promised(ballot(6, 3))));
    assert!(disk.tear(PROMISED));
    let second = Process::boot(Setup::new(5), s(2), &disk);
    assert_eq!(second.process.acceptor, Acceptor { promised: ballot(5, 3), accepted: vote(4, 2, X) });
    assert_eq!(second.process.proposer.round, 9);
}

#[test]
fn a_learner_counts_acceptors_of_one_ballot_and_answers_who_waits() {
    let mut first = Process::of_five(1);
    first.ask(Y);
    let accepted = |round, value| Message::Accepted { ballot: ballot(round, 2), value };
    for (from, round) in [(2, 3), (3, 4), (4, 4)] {
        first.hear(s(from), accepted(round, X));
        assert_eq!(first.events().next(), None);
    }
    first.hear(s(2), accepted(4, X));
    let acceptors = [1, 2, 3].map(NodeId).into_iter().collect();
    let learned = Event::Learned { ballot: ballot(4, 2), value: X, acceptors };
    assert_eq!(first.events().next(), Some(&learned));
    let is_reply =
        |effect: &&Effect<Paxos>| matches!(effect, Effect::Reply { response: Response::Chosen { value: X }, .. });
    assert_eq!(first.effects.iter().filter(is_reply).count(), 1);
    assert_eq!(first.process.proposer.proposal, None);
}

#[test]
fn who_is_no_proposer_says_so_and_clients_ask_the_next_one() {
    let mut third = Process::boot(Setup::new(3), s(3), &Disk::new(Paxos::AREAS.len()));
    third.ask(Y);
    assert!(matches!(third.effects[..], [Effect::Reply { response: Response::NotAProposer, .. }]));
    let asked = [0, 1, 2].map(|attempt| Paxos::route(&third.setup, &Route, &Request::Propose { value: 1 }, attempt));
    assert_eq!(asked, [NodeId(0), NodeId(1), NodeId(0)]);
}
