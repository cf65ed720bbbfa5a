//! The replicated state machine: a store of small numbers, and the clients' sessions (thesis §6.3).

use crate::Rename;
use crate::{ClientId, RequestId};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

use super::entry::{Command, Index, Key};

/// A key's value and the index of the entry that wrote it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub struct Cell {
    pub value: u32,
    /// Zero if the key was never written.
    pub revision: Index,
}

/// What a command did.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum Outcome {
    /// The key now holds this.
    Stored(Cell),
    /// The compare failed: the key holds this.
    Unchanged(Cell),
}

/// The newest command of a client that was executed, and its outcome: a retry is answered from here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub struct Session {
    pub client: ClientId,
    pub sequence: u32,
    pub outcome: Outcome,
}

/// What came of applying a command.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub enum Execution {
    Executed(Outcome),
    /// It had been executed before: nothing changed, the old outcome is the answer.
    Duplicate(Outcome),
    /// Older than the client's newest: the client no longer waits for it.
    Stale,
}

/// The store and the sessions, each sorted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize, Rename)]
#[rename(super::Raft)]
pub struct Machine {
    pub store: Vec<(Key, Cell)>,
    pub sessions: Vec<Session>,
}

impl Machine {
    /// What a key holds; zero if it was never written.
    pub fn read(&self, key: Key) -> Cell {
        self.store.binary_search_by_key(&key, |(key, _)| *key).map_or(Cell::default(), |place| self.store[place].1)
    }

    /// What is known of a request from the client's session.
    pub fn recall(&self, id: RequestId) -> Option<Execution> {
        let place = self.sessions.binary_search_by_key(&id.client, |session| session.client).ok()?;
        let session = &self.sessions[place];
        match id.sequence.cmp(&session.sequence) {
            core::cmp::Ordering::Less => Some(Execution::Stale),
            core::cmp::Ordering::Equal => Some(Execution::Duplicate(session.outcome)),
            core::cmp::Ordering::Greater => None,
        }
    }

    /// Executes a command at its place in the log and notes its outcome in the session.
    pub fn execute(&mut self, index: Index, id: RequestId, command: Command) -> Outcome {
        let cell = self.read(command.key());
        let value = match command {
            Command::Put { value, .. } => Some(value),
            Command::Cas { old, new, .. } => (cell.value == old).then_some(new),
            Command::Add { amount, .. } => Some(cell.value.wrapping_add(amount)),
        };
        let outcome = match value {
            Some(value) => {
                let cell = Cell { value, revision: index };
                self.set(command.key(), cell);
                Outcome::Stored(cell)
            }
            None => Outcome::Unchanged(cell),
        };
        let session = Session { client: id.client, sequence: id.sequence, outcome };
        match self.sessions.binary_search_by_key(&id.client, |session| session.client) {
            Ok(place) => self.sessions[place] = session,
            Err(place) => self.sessions.insert(place, session),
        }
        outcome
    }

    fn set(&mut self, key: Key, cell: Cell) {
        match self.store.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(place) => self.store[place].1 = cell,
            Err(place) => self.store.insert(place, (key, cell)),
        }
    }
}
