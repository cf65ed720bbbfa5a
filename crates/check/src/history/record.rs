//! How a history comes about: calls and ends, one after the other.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use faultlab_core::{Accessed, Datum, Reply, Time};

use super::{History, Moment, Operation};

/// The process has called and not been answered yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AlreadyCalling;

/// The process has not called anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotCalling;

/// Notes calls and ends in the order in which they are told.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    /// None: it failed.
    operations: Vec<Option<Operation>>,
    /// What each process waits for, by its number among the operations.
    open: BTreeMap<u32, usize>,
    places: u32,
    noted: u32,
}

impl Recorder {
    fn moment(&mut self, time: Option<Time>) -> Moment {
        self.places += 1;
        Moment { place: self.places, time }
    }

    /// A process calls.
    ///
    /// # Errors
    /// It waits for the end of another operation.
    pub fn call(&mut self, process: u32, accessed: Accessed, time: Option<Time>) -> Result<(), AlreadyCalling> {
        if self.open.contains_key(&process) {
            return Err(AlreadyCalling);
        }
        let call = self.moment(time);
        self.noted += 1;
        self.open.insert(process, self.operations.len());
        self.operations.push(Some(Operation { process, accessed, call, end: None }));
        Ok(())
    }

    /// What a process waits for.
    pub fn called(&self, process: u32) -> Option<&Accessed> {
        let operation = self.operations[*self.open.get(&process)?].as_ref()?;
        Some(&operation.accessed)
    }

    fn close(&mut self, process: u32) -> Result<&mut Option<Operation>, NotCalling> {
        let number = self.open.remove(&process).ok_or(NotCalling)?;
        self.noted += 1;
        Ok(&mut self.operations[number])
    }

    /// A process was answered.
    ///
    /// # Errors
    /// It waits for nothing.
    pub fn done(&mut self, process: u32, reply: Reply, time: Option<Time>) -> Result<(), NotCalling> {
        let end = self.moment(time);
        if let Some(operation) = self.close(process)? {
            operation.accessed.reply = Some(reply);
            operation.end = Some(end);
        }
        Ok(())
    }

    /// What a process called did not happen.
    ///
    /// # Errors
    /// It waits for nothing.
    pub fn failed(&mut self, process: u32) -> Result<(), NotCalling> {
        *self.close(process)? = None;
        Ok(())
    }

    /// A process gives up and does not know what became of it.
    ///
    /// # Errors
    /// It waits for nothing.
    pub fn unknown(&mut self, process: u32) -> Result<(), NotCalling> {
        self.close(process).map(|_| ())
    }

    /// How many calls and ends it has noted: as long as that is the same, so is the history.
    pub fn noted(&self) -> u32 {
        self.noted
    }

    /// The history up to here. What was not answered yet has an unknown outcome.
    pub fn history(self, initial: impl Into<Option<Datum>>) -> History {
        let operations = self.operations.into_iter().flatten().collect();
        History { initial: initial.into(), operations, names: BTreeMap::new() }
    }
}
