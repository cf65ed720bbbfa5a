//! Single steps: what a process in a given state does with one input. Whole runs are the matter of scenarios and of searches.

mod leading;
mod recovery;

use super::{Event, Finished, Message, Open, Part, Record, Request, State, ThreePhase, Timer, Transaction, TxnId};
use crate::bench::Alone;
use crate::kit::NodeSet;
use crate::{ClientId, Disk, Effect, NodeId, Operation, Protocol, RequestId, Setup};
use core::ops::{Deref, DerefMut};

const T1: TxnId = TxnId { epoch: 0, number: 1 };
const PAY: Transaction = Transaction::Share { from: super::Account(0), amount: 10 };
const ASKED: RequestId = RequestId { client: ClientId(1), sequence: 1 };

const fn node(number: u8) -> NodeId {
    NodeId(number - 1)
}

fn nodes(numbers: &[u8]) -> NodeSet {
    numbers.iter().map(|number| node(*number)).collect()
}

/// One of four processes, a coordinator and three banks, and what its last step did.
struct Stepped(Alone<ThreePhase>);

impl Deref for Stepped {
    type Target = Alone<ThreePhase>;

    fn deref(&self) -> &Alone<ThreePhase> {
        &self.0
    }
}

impl DerefMut for Stepped {
    fn deref_mut(&mut self) -> &mut Alone<ThreePhase> {
        &mut self.0
    }
}

impl Stepped {
    fn boot(number: u8, records: &[Record], off: &[&str]) -> Self {
        let mut setup = Setup::new(4);
        for slug in off {
            let rule = ThreePhase::rules().iter().position(|rule| rule.slug == *slug).expect("a rule");
            setup.rules.set(rule, false);
        }
        let mut disk = Disk::new(1);
        for record in records {
            disk.issue(super::LOG, Operation::Append(record.clone()));
        }
        disk.sync([records.len() as u32, 0, 0, 0]);
        Self(Alone::boot(setup, node(number), &disk))
    }

    /// A bank that has voted yes on T1, and has pre-committed or not.
    fn bank(number: u8, state: State, off: &[&str]) -> Self {
        let mut bank = Self::boot(number, &[], off);
        bank.hear(1, Message::Prepare { txn: T1, request: ASKED, transaction: PAY, settled: T1 });
        if state == State::PreCommitted {
            bank.hear(1, Message::PreCommit { txn: T1 });
        }
        bank
    }

    fn hear(&mut self, from: u8, message: Message) {
        self.0.hear(node(from), message);
    }

    fn state(&mut self, from: u8, state: State) {
        self.hear(from, Message::State { txn: T1, state, recovered: false });
    }

    /// What it has decided of T1.
    fn decided(&self) -> Option<bool> {
        self.process.finished.iter().find(|finished| finished.txn == T1).map(|finished| finished.commit)
    }

    fn open(&self) -> Option<&Open> {
        self.process.open.iter().find(|open| open.txn == T1)
    }

    /// Whether whatever the last step told others that a record must hold waits for the disk.
    fn is_forced(&self) -> bool {
        self.0.is_forced(|event| !matches!(event, Event::Suspected { .. } | Event::Leads { .. }))
    }
}
