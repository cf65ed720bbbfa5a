//! What a process does that comes back, and what it remembers.

use super::{ASKED, Effect, Event, Finished, Message, PAY, Part, Record, State, Stepped, T1, Timer, node, nodes};
use crate::Spelled;
use State::{Aborted, Committed, PreCommitted, Uncertain};
use alloc::vec::Vec;

fn prepared() -> Record {
    Record::Prepared { txn: T1, request: ASKED, transaction: PAY, settled: T1 }
}

fn pre_committed() -> Record {
    Record::PreCommitted { txn: T1, read: 0 }
}

/// Bank n2 has crashed in this state and runs again.
fn recovered(state: State, off: &[&str]) -> Stepped {
    let records = if state == PreCommitted { [prepared(), pre_committed()].into() } else { alloc::vec![prepared()] };
    Stepped::boot(2, &records, off)
}

#[test]
fn who_comes_back_undecided_asks_all_others_and_asks_again() {
    for state in [Uncertain, PreCommitted] {
        let mut bank = recovered(state, &[]);
        let inquiries = [1, 3, 4].map(|to| (node(to), Message::Inquiry { txn: T1 }));
        assert_eq!((bank.decided(), bank.sent()), (None, inquiries.into()));
        assert_eq!(bank.process.locks.len(), 1, "it holds its locks again");
        bank.fire(Timer::Wait(T1));
        assert_eq!((bank.decided(), bank.sent()), (None, inquiries.into()));
        bank.state(3, Uncertain);
        assert_eq!(bank.decided(), None, "one that lives will decide; this one waits for it");
        bank.state(3, Committed);
        assert_eq!(bank.decided(), Some(true));
    }
}

#[test]
fn who_comes_back_undecided_neither_leads_nor_follows() {
    let mut bank = recovered(Uncertain, &[]);
    bank.hear(3, Message::Elected { txn: T1 });
    assert_eq!(bank.sent(), []);
    bank.hear(1, Message::PreCommit { txn: T1 });
    assert_eq!((bank.sent(), bank.open().map(|open| open.state)), (alloc::vec![], Some(Uncertain)));
    bank.hear(3, Message::StateRequest { txn: T1 });
    assert_eq!(bank.sent(), [(node(3), Message::State { txn: T1, state: Uncertain, recovered: true })]);
}

#[test]
fn where_all_have_crashed_all_states_together_decide() {
    for (own, others, commit) in [
        (Uncertain, [Uncertain, Uncertain, Uncertain], false),
        (Uncertain, [Uncertain, PreCommitted, Uncertain], true),
        (PreCommitted, [Uncertain, Uncertain, Uncertain], true),
    ] {
        let mut bank = recovered(own, &[]);
        for (from, state) in [1, 3, 4].into_iter().zip(others) {
            assert_eq!(bank.decided(), None, "not before all have said theirs");
            bank.hear(from, Message::State { txn: T1, state, recovered: true });
        }
        assert_eq!(bank.decided(), Some(commit), "{own:?}, {others:?}");
    }
}

#[test]
fn with_the_rule_off_it_decides_by_its_log() {
    assert_eq!(recovered(Uncertain, &["recovered_processes_ask"]).decided(), Some(false));
    assert_eq!(recovered(PreCommitted, &["recovered_processes_ask"]).decided(), Some(true));
}

#[test]
fn the_coordinator_asks_as_well_and_tells_a_commit_that_not_all_have_acknowledged() {
    let coordinator = Stepped::boot(1, &[prepared()], &[]);
    assert_eq!(coordinator.sent(), [2, 3, 4].map(|to| (node(to), Message::Inquiry { txn: T1 })));

    let decided = Record::Decided { txn: T1, commit: true, cause: None };
    let mut coordinator = Stepped::boot(1, &[prepared(), pre_committed(), decided], &[]);
    assert_eq!(coordinator.process.finished[0].untold, nodes(&[2, 3, 4]));
    for to in [2, 3, 4] {
        coordinator.fire(Timer::Send(T1));
        assert_eq!(coordinator.sent(), [(node(to), Message::Decision { txn: T1, commit: true })]);
    }
    for from in [2, 3, 4] {
        assert_eq!(coordinator.decided(), Some(true));
        coordinator.hear(from, Message::Ack { txn: T1 });
    }
    assert_eq!(coordinator.decided(), None, "over for everybody, and forgotten");
    coordinator.hear(2, Message::Inquiry { txn: T1 });
    assert_eq!(coordinator.sent(), [(node(2), Message::State { txn: T1, state: Aborted, recovered: false })]);
}

#[test]
fn an_abort_that_overtakes_the_question_is_remembered() {
    let mut bank = Stepped::boot(2, &[], &[]);
    bank.hear(1, Message::Decision { txn: T1, commit: false });
    bank.hear(1, Message::Prepare { txn: T1, request: ASKED, transaction: PAY, settled: T1 });
    assert_eq!((bank.decided(), bank.open().is_none()), (Some(false), true));
}

#[test]
fn a_checkpoint_holds_what_is_still_needed() {
    let mut bank = Stepped::boot(2, &[], &[]);
    bank.setup.config.checkpoint_every = 4;
    bank.hear(1, Message::Prepare { txn: T1, request: ASKED, transaction: PAY, settled: T1 });
    bank.hear(1, Message::PreCommit { txn: T1 });
    let mut records: Vec<Record> = Vec::new();
    for number in 2..6 {
        let txn = super::TxnId { epoch: 0, number };
        bank.hear(3, Message::Inquiry { txn });
        records.extend(bank.effects.iter().filter_map(|effect| match effect {
            Effect::Disk(_, crate::Operation::Append(record)) => Some(record.clone()),
            _ => None,
        }));
        if bank.effects.contains(&Effect::Emit(Event::Checkpointed)) {
            break;
        }
    }
    let checkpoint = records.pop().expect("a record");
    assert!(matches!(checkpoint, Record::Checkpoint { .. }), "{checkpoint:?}");
    let again = Stepped::boot(2, &[checkpoint], &[]);
    assert_eq!((&again.process.finished, again.process.locks), (&bank.process.finished, bank.process.locks));
    assert_eq!(again.open().map(|open| open.state), Some(PreCommitted));
    assert!(matches!(again.open().map(|open| open.part), Some(Part::Recovers { .. })));
    assert!(again.process.finished.iter().all(|Finished { commit, .. }| !commit));
}

#[test]
fn timers_are_read_as_they_are_written() {
    for timer in [Timer::Phase(T1), Timer::Wait(T1), Timer::Send(T1)] {
        let mut text = alloc::string::String::new();
        timer.spell(&mut text);
        assert_eq!(Timer::read(&mut crate::Words::new(&text)), Ok(timer));
    }
}
