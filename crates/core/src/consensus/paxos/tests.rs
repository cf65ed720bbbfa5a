//! One process at a time: what it does with one message, and the cases of Ousterhout and Ongaro, *Implementing replicated logs with
//! Paxos* (lecture, 2013). Runs of whole clusters are in the scenarios, the rule matrix and the sweeps.

use super::*;
use crate::{Answers, ClientId, Effect, RequestId, Time};
use alloc::vec::Vec;

/// A process whose effects are looked at.
struct Process {
    setup: Setup<Paxos>,
    me: NodeId,
    paxos: Paxos,
}

/// No step of Paxos asks anything.
struct Unasked;

impl Answers for Unasked {
    fn choose(&mut self, _count: u32) -> u32 {
        0
    }

    fn clock(&mut self) -> Time {
        Time::ZERO
    }
}

const X: u32 = 7;
const Y: u32 = 8;

const fn ballot(round: u32, proposer: u8) -> Ballot {
    Ballot { round, proposer: NodeId(proposer - 1) }
}

const fn vote(round: u32, proposer: u8, value: u32) -> Option<Vote> {
    Some(Vote { ballot: ballot(round, proposer), value })
}

impl Process {
    /// Node `me` of five, counted from one; all of them propose.
    fn of_five(me: u8) -> Self {
        let mut setup = Setup::<Paxos>::new(5);
        setup.config.proposers = 5;
        Self::boot(setup, me, &Disk::new(Paxos::AREAS.len()))
    }

    fn boot(setup: Setup<Paxos>, me: u8, disk: &Disk<Record>) -> Self {
        let (me, mut effects) = (NodeId(me - 1), Vec::new());
        let paxos = Paxos::boot(disk, &mut Cx::new(&setup, me, &mut effects, &mut Unasked));
        Self { setup, me, paxos }
    }

    fn step(&mut self, input: Input<Paxos>) -> Vec<Effect<Paxos>> {
        let mut effects = Vec::new();
        self.paxos.step(input, &mut Cx::new(&self.setup, self.me, &mut effects, &mut Unasked));
        effects
    }

    fn hear(&mut self, from: u8, message: Message) -> Vec<Effect<Paxos>> {
        self.step(Input::Message { from: NodeId(from - 1), message })
    }

    fn ask(&mut self, value: u32) -> Vec<Effect<Paxos>> {
        let id = RequestId { client: ClientId(1), sequence: 1 };
        self.step(Input::Request { id, request: Request::Propose { value } })
    }

    /// The value that is proposed once these acceptors have promised and reported; none if nothing is proposed.
    fn proposes(&mut self, promised: Ballot, reports: &[(u8, Option<Vote>)]) -> Option<u32> {
        let heard = reports
            .iter()
            .flat_map(|(from, accepted)| self.hear(*from, Message::Promise { ballot: promised, accepted: *accepted }));
        proposed(&heard.collect::<Vec<_>>())
    }
}

fn events(effects: &[Effect<Paxos>]) -> impl Iterator<Item = &Event> {
    effects.iter().filter_map(|effect| match effect {
        Effect::Emit(event) => Some(event),
        _ => None,
    })
}

fn proposed(effects: &[Effect<Paxos>]) -> Option<u32> {
    events(effects).find_map(|event| match event {
        Event::Proposed { value, .. } => Some(*value),
        _ => None,
    })
}

fn sent(effects: &[Effect<Paxos>]) -> Vec<(NodeId, Message)> {
    let sent = effects.iter().filter_map(|effect| match effect {
        Effect::Send { to, message } => Some((*to, *message)),
        _ => None,
    });
    sent.collect()
}

/// S5 has been asked for Y, and knows that round 3 was used: its ballot is 4.5.
fn asked_for_y() -> Process {
    let mut process = Process::of_five(5);
    process.paxos.proposer.round = 3;
    let effects = process.ask(Y);
    assert_eq!(sent(&effects).first(), Some(&(NodeId(0), Message::Prepare { ballot: ballot(4, 5) })));
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
    third.hear(5, Message::Prepare { ballot: ballot(4, 5) });
    let refused = third.hear(1, Message::Accept { ballot: ballot(3, 1), value: X });
    assert_eq!(sent(&refused), [(NodeId(0), Message::Refuse { ballot: ballot(3, 1), promised: ballot(4, 5) })]);
    assert_eq!(third.paxos.acceptor.accepted, None);
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
    let promised = |effects: &[Effect<Paxos>]| matches!(sent(effects)[0].1, Message::Promise { .. });
    let refused = |effects: &[Effect<Paxos>]| matches!(sent(effects)[0].1, Message::Refuse { .. });
    assert!(promised(&third.hear(1, Message::Prepare { ballot: ballot(3, 1) })));
    assert!(promised(&third.hear(5, Message::Prepare { ballot: ballot(3, 5) })));
    assert!(refused(&third.hear(1, Message::Accept { ballot: ballot(3, 1), value: X })));
    assert!(promised(&third.hear(1, Message::Prepare { ballot: ballot(4, 1) })));
    assert!(refused(&third.hear(5, Message::Accept { ballot: ballot(3, 5), value: Y })));
    // The proposer of 4.5 hears of 6.1: after the back-off its next ballot is newer than that.
    let mut fifth = asked_for_y();
    let effects = fifth.hear(3, Message::Refuse { ballot: ballot(4, 5), promised: ballot(6, 1) });
    let waits = |effect: &Effect<Paxos>| match effect {
        Effect::SetTimer { timer: Timer::Ballot, min, max } => Some((*min, *max)),
        _ => None,
    };
    assert_eq!(effects.iter().find_map(waits), Some((Span(0), fifth.setup.config.back_off)));
    let effects = fifth.step(Input::Timer(Timer::Ballot));
    assert_eq!(sent(&effects).first(), Some(&(NodeId(0), Message::Prepare { ballot: ballot(7, 5) })));
    // Pre-empted again, it waits up to twice as long.
    let effects = fifth.hear(3, Message::Refuse { ballot: ballot(7, 5), promised: ballot(8, 1) });
    assert_eq!(effects.iter().find_map(waits), Some((Span(0), fifth.setup.config.back_off.times(2))));
}

#[test]
fn nothing_is_said_before_it_is_on_disk() {
    let is_sync = |effect: &Effect<Paxos>| matches!(effect, Effect::Sync { .. });
    let leaves = |effect: &Effect<Paxos>| matches!(effect, Effect::Send { .. } | Effect::Emit(_));
    let mut second = Process::of_five(2);
    for effects in [
        second.hear(1, Message::Prepare { ballot: ballot(1, 1) }),
        second.hear(1, Message::Accept { ballot: ballot(1, 1), value: X }),
        second.ask(Y),
    ] {
        let (synced, left) = (effects.iter().position(is_sync), effects.iter().position(leaves));
        assert!(synced.is_some() && synced < left, "{effects:?}");
    }
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
    let second = Process::boot(Setup::new(5), 2, &disk);
    assert_eq!(second.paxos.acceptor, Acceptor { promised: ballot(5, 3), accepted: vote(4, 2, X) });
    assert_eq!(second.paxos.proposer.round, 9);
}

#[test]
fn a_learner_counts_acceptors_of_one_ballot_and_answers_who_waits() {
    let mut first = Process::of_five(1);
    first.ask(Y);
    let accepted = |round, value| Message::Accepted { ballot: ballot(round, 2), value };
    assert!(events(&first.hear(2, accepted(3, X))).next().is_none());
    assert!(events(&first.hear(3, accepted(4, X))).next().is_none());
    assert!(events(&first.hear(4, accepted(4, X))).next().is_none());
    let effects = first.hear(2, accepted(4, X));
    let acceptors = [1, 2, 3].map(NodeId).into_iter().collect();
    let learned = Event::Learned { ballot: ballot(4, 2), value: X, acceptors };
    assert_eq!(events(&effects).next(), Some(&learned));
    let replies =
        effects.iter().filter(|effect| matches!(effect, Effect::Reply { response: Response::Chosen { value: X }, .. }));
    assert_eq!(replies.count(), 1);
    assert_eq!(first.paxos.proposer.proposal, None);
}

#[test]
fn who_is_no_proposer_says_so_and_clients_ask_the_next_one() {
    let mut third = Process::boot(Setup::new(3), 3, &Disk::new(Paxos::AREAS.len()));
    let effects = third.ask(Y);
    assert!(matches!(effects[..], [Effect::Reply { response: Response::NotAProposer, .. }]), "{effects:?}");
    let asked = [0, 1, 2].map(|attempt| Paxos::route(&third.setup, &Route, &Request::Propose { value: 1 }, attempt));
    assert_eq!(asked, [NodeId(0), NodeId(1), NodeId(0)]);
}
