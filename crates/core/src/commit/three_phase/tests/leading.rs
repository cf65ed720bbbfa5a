//! Whoever leads: the table of termination, and what timeouts do.

use super::{ASKED, Event, Message, PAY, Part, Request, State, Stepped, T1, Timer, node, nodes};
use crate::Effect;
use crate::Input;
use crate::kit::atomic_commit::Vote;
use State::{Aborted, Committed, PreCommitted, Uncertain};

/// What a bank that has been elected does once it has heard the others that live.
#[derive(PartialEq, Eq, Debug)]
enum Outcome {
    Aborts,
    Commits,
    /// It asks these to pre-commit first, and commits when they have acknowledged.
    PreCommitsFirst(&'static [u8]),
}

/// Bank n2, in this state, leads; n3 and n4 answer, or have crashed.
fn terminated(own: State, answers: [Option<State>; 2]) -> Outcome {
    let mut leader = Stepped::bank(2, own, &[]);
    leader.fire(Timer::Wait(T1));
    assert_eq!(leader.sent(), [3, 4].map(|to| (node(to), Message::StateRequest { txn: T1 })));
    for (from, answer) in [3, 4].into_iter().zip(answers) {
        if let Some(state) = answer {
            assert_eq!(leader.decided(), None);
            leader.state(from, state);
        }
        if leader.decided().is_some() {
            break;
        }
    }
    if answers.contains(&None) && leader.decided().is_none() {
        leader.fire(Timer::Phase(T1));
    }
    if let Some(commit) = leader.decided() {
        assert!(leader.is_forced());
        return if commit { Outcome::Commits } else { Outcome::Aborts };
    }
    let Some(Part::PreCommits { asked, .. }) = leader.open().map(|open| open.part) else { panic!("it leads") };
    assert_eq!(leader.open().map(|open| open.state), Some(PreCommitted), "it is pre-committed before it asks");
    for bank in asked.iter() {
        assert_eq!(leader.decided(), None, "it awaits all of them");
        leader.hear(bank.0 + 1, Message::PreAck { txn: T1 });
    }
    assert_eq!(leader.decided(), Some(true));
    let rows: [&[u8]; 3] = [&[3], &[4], &[3, 4]];
    Outcome::PreCommitsFirst(rows.into_iter().find(|row| nodes(row) == asked).expect("banks that are uncertain"))
}

#[test]
fn the_most_advanced_state_decides() {
    use Outcome::{Aborts, Commits, PreCommitsFirst};
    let (q, w, p, c, dead) = (Some(Aborted), Some(Uncertain), Some(PreCommitted), Some(Committed), None);
    let table = [
        // One has aborted or not voted: abort. Nobody can have committed then.
        (Uncertain, [q, w], Aborts),
        (Uncertain, [w, q], Aborts),
        (Uncertain, [dead, q], Aborts),
        // One has committed: commit.
        (Uncertain, [c, w], Commits),
        (Uncertain, [w, c], Commits),
        (PreCommitted, [p, c], Commits),
        (PreCommitted, [c, dead], Commits),
        // All are uncertain: abort.
        (Uncertain, [w, w], Aborts),
        (Uncertain, [dead, w], Aborts),
        (Uncertain, [dead, dead], Aborts),
        // One is pre-committed: the uncertain ones first.
        (Uncertain, [w, p], PreCommitsFirst(&[3])),
        (Uncertain, [p, w], PreCommitsFirst(&[4])),
        (PreCommitted, [w, w], PreCommitsFirst(&[3, 4])),
        (PreCommitted, [dead, w], PreCommitsFirst(&[4])),
        // Nobody is uncertain: there is nothing to wait for.
        (Uncertain, [p, p], Commits),
        (PreCommitted, [p, p], Commits),
        (PreCommitted, [dead, dead], Commits),
    ];
    for (own, answers, outcome) in table {
        assert_eq!(terminated(own, answers), outcome, "{own:?}, {answers:?}");
    }
}

#[test]
fn with_the_rule_off_it_asks_nobody() {
    for (own, commit) in [(Uncertain, false), (PreCommitted, true)] {
        let mut leader = Stepped::bank(2, own, &["terminate_by_most_advanced"]);
        leader.fire(Timer::Wait(T1));
        assert_eq!((leader.decided(), leader.sent().len()), (Some(commit), usize::from(commit)));
    }
}

#[test]
fn who_has_crashed_since_its_vote_takes_no_part() {
    let mut leader = Stepped::bank(2, Uncertain, &[]);
    leader.fire(Timer::Wait(T1));
    leader.state(3, Uncertain);
    leader.hear(4, Message::State { txn: T1, state: PreCommitted, recovered: true });
    assert_eq!(leader.decided(), Some(false), "its state does not count, nor is it waited for");
}

#[test]
fn a_bank_turns_to_the_lowest_that_lives_and_leads_when_all_lower_ones_are_silent() {
    let mut bank = Stepped::bank(4, Uncertain, &[]);
    for next in [2, 3] {
        bank.fire(Timer::Wait(T1));
        assert_eq!(bank.sent(), [(node(next), Message::Elected { txn: T1 })]);
    }
    bank.fire(Timer::Wait(T1));
    assert_eq!((bank.decided(), bank.sent().len()), (Some(false), 0), "alone, it decides by what it knows");
}

#[test]
fn a_bank_that_has_never_heard_of_the_transaction_aborts_when_it_is_asked() {
    for question in [Message::Elected { txn: T1 }, Message::StateRequest { txn: T1 }, Message::Inquiry { txn: T1 }] {
        let mut bank = Stepped::boot(2, &[], &[]);
        bank.hear(3, question);
        assert_eq!(bank.sent(), [(node(3), Message::State { txn: T1, state: Aborted, recovered: false })]);
        assert!(bank.is_forced());
        bank.hear(1, Message::Prepare { txn: T1, request: ASKED, transaction: PAY, settled: T1 });
        assert!(matches!(bank.sent()[..], [(_, Message::Vote { vote: Vote::No(_), .. })]), "and never votes yes");
    }
}

/// The coordinator, with these votes of yes.
fn coordinator(yes: &[u8], off: &[&str]) -> Stepped {
    let mut coordinator = Stepped::boot(1, &[], off);
    coordinator.step(Input::Request { id: ASKED, request: Request::Run(PAY) });
    assert!(coordinator.is_forced(), "it writes down that it begins");
    for bank in yes {
        coordinator.hear(*bank, Message::Vote { txn: T1, vote: Vote::Yes { read: 0 } });
    }
    coordinator
}

#[test]
fn a_phase_is_sent_to_one_process_after_the_other() {
    let mut coordinator = coordinator(&[2, 3, 4], &[]);
    assert!(coordinator.is_forced() && coordinator.sent().is_empty());
    for to in [2, 3, 4] {
        coordinator.fire(Timer::Send(T1));
        assert_eq!(coordinator.sent(), [(node(to), Message::PreCommit { txn: T1 })]);
    }
    coordinator.fire(Timer::Send(T1));
    assert_eq!(coordinator.sent(), []);
}

#[test]
fn a_silent_bank_aborts_the_first_phase_and_does_not_hold_up_the_second() {
    let mut voting = coordinator(&[2, 3], &[]);
    voting.fire(Timer::Phase(T1));
    assert!(voting.open().is_none(), "aborted");
    assert!(voting.effects.iter().any(|effect| matches!(effect, Effect::Emit(Event::Decided { commit: false, .. }))));

    let mut pre_committing = coordinator(&[2, 3, 4], &[]);
    pre_committing.hear(2, Message::PreAck { txn: T1 });
    pre_committing.hear(3, Message::PreAck { txn: T1 });
    assert_eq!(pre_committing.decided(), None);
    pre_committing.fire(Timer::Phase(T1));
    assert_eq!(pre_committing.decided(), Some(true));
}

#[test]
fn with_the_rule_off_a_commit_waits_for_nobody() {
    assert_eq!(coordinator(&[2, 3, 4], &["await_pre_commit_acks"]).decided(), Some(true));
}
