//! Two-phase commit as stateright's own example models it: a list of managers, a list of votes received, a set of messages.

pub mod examples;

use stateright::{Checker, Model, Property};
use std::collections::BTreeSet;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Manager {
    Working,
    Prepared,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Decision {
    Open,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Message {
    Prepared(usize),
    Commit,
    Abort,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct State {
    managers: Vec<Manager>,
    decision: Decision,
    received: Vec<bool>,
    sent: BTreeSet<Message>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Action {
    Receive(usize),
    DecideCommit,
    DecideAbort,
    Prepare(usize),
    ChooseAbort(usize),
    Commit(usize),
    Abort(usize),
}

struct TwoPhase {
    managers: usize,
}

impl Model for TwoPhase {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let managers = vec![Manager::Working; self.managers];
        let received = vec![false; self.managers];
        vec![State { managers, decision: Decision::Open, received, sent: BTreeSet::new() }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let open = state.decision == Decision::Open;
        if open {
            actions.push(Action::DecideAbort);
            if state.received.iter().all(|received| *received) {
                actions.push(Action::DecideCommit);
            }
        }
        for manager in 0..self.managers {
            if open && state.sent.contains(&Message::Prepared(manager)) {
                actions.push(Action::Receive(manager));
            }
            if state.managers[manager] == Manager::Working {
                actions.push(Action::Prepare(manager));
                actions.push(Action::ChooseAbort(manager));
            }
            if state.sent.contains(&Message::Commit) {
                actions.push(Action::Commit(manager));
            }
            if state.sent.contains(&Message::Abort) {
                actions.push(Action::Abort(manager));
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Receive(manager) => state.received[manager] = true,
            Action::DecideCommit => {
                state.decision = Decision::Committed;
                state.sent.insert(Message::Commit);
            }
            Action::DecideAbort => {
                state.decision = Decision::Aborted;
                state.sent.insert(Message::Abort);
            }
            Action::Prepare(manager) => {
                state.managers[manager] = Manager::Prepared;
                state.sent.insert(Message::Prepared(manager));
            }
            Action::ChooseAbort(manager) | Action::Abort(manager) => state.managers[manager] = Manager::Aborted,
            Action::Commit(manager) => state.managers[manager] = Manager::Committed,
        }
        Some(state)
    }

    /// One invariant, as ours judges one. The example has two "sometimes" besides, which cost little: they stop being judged once
    /// they are found.
    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("consistent", |_, state: &State| {
            let has = |wanted| state.managers.contains(&wanted);
            !(has(Manager::Aborted) && has(Manager::Committed))
        })]
    }
}

pub fn depth_first(managers: usize) -> u64 {
    TwoPhase { managers }.checker().spawn_dfs().join().unique_state_count() as u64
}

pub fn breadth_first(managers: usize) -> u64 {
    TwoPhase { managers }.checker().spawn_bfs().join().unique_state_count() as u64
}
