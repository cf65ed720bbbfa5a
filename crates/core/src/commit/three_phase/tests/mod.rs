//! Single steps: what a process in a given state does with one input. Whole runs are the matter of scenarios and of searches.

mod leading;
mod recovery;

use super::{Event, Finished, Message, Open, Part, Record, Request, State, ThreePhase, Timer, Transaction, TxnId};
use crate::kit::NodeSet;
use crate::{Answers, ClientId, Cx, Disk, Effect, Input, NodeId, Operation, Protocol, RequestId, Setup, Time};
use alloc::vec::Vec;

struct Still;

impl Answers for Still {
    fn choose(&mut self, _count: u32) -> u32 {
        0
    }

    fn clock(&mut self) -> Time {
        Time::ZERO
    }
}

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
struct Stepped {
    setup: Setup<ThreePhase>,
    me: NodeId,
    process: ThreePhase,
    effects: Vec<Effect<ThreePhase>>,
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
        let (me, mut effects) = (node(number), Vec::new());
        let process = ThreePhase::boot(&disk, &mut Cx::new(&setup, me, &mut effects, &mut Still));
        Self { setup, me, process, effects }
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

    fn step(&mut self, input: Input<ThreePhase>) {
        self.effects.clear();
        self.process.step(input, &mut Cx::new(&self.setup, self.me, &mut self.effects, &mut Still));
    }

    fn hear(&mut self, from: u8, message: Message) {
        self.step(Input::Message { from: node(from), message });
    }

    fn state(&mut self, from: u8, state: State) {
        self.hear(from, Message::State { txn: T1, state, recovered: false });
    }

    fn fire(&mut self, timer: Timer) {
        self.step(Input::Timer(timer));
    }

    fn sent(&self) -> Vec<(NodeId, Message)> {
        let sends = self.effects.iter().filter_map(|effect| match effect {
            Effect::Send { to, message } => Some((*to, *message)),
            _ => None,
        });
        sends.collect()
    }

    /// What it has decided of T1.
    fn decided(&self) -> Option<bool> {
        self.process.finished.iter().find(|finished| finished.txn == T1).map(|finished| finished.commit)
    }

    fn open(&self) -> Option<&Open> {
        self.process.open.iter().find(|open| open.txn == T1)
    }

    /// Whether a fence stands before whatever the last step told others that a record must hold.
    fn is_forced(&self) -> bool {
        let at = |wanted: fn(&Effect<ThreePhase>) -> bool| self.effects.iter().position(wanted);
        let told = at(|effect| match effect {
            Effect::Send { .. } | Effect::Reply { .. } => true,
            Effect::Emit(event) => !matches!(event, Event::Suspected { .. } | Event::Leads { .. }),
            _ => false,
        });
        at(|effect| matches!(effect, Effect::Sync { .. })).is_some_and(|fence| told.is_none_or(|told| fence < told))
    }
}
