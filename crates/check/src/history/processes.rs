//! The processes of a history: numbers, or names that get numbers.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;

use super::form::{Form, FormKind};

/// The first number for processes with names. What a history numbers itself is below.
const NAMED_FROM: u32 = 1 << 31;

/// The names of processes and their numbers.
#[derive(Default)]
pub(super) struct Processes {
    numbers: BTreeMap<String, u32>,
    names: BTreeMap<u32, Arc<str>>,
}

impl Processes {
    /// The number of a process; none if what stands there is no process. A number in quotes is that number.
    pub(super) fn number(&mut self, form: &Form<'_>) -> Option<u32> {
        let own = |number: u32| Some(number).filter(|number| *number < NAMED_FROM);
        let name = match &form.kind {
            FormKind::Number(number) => return u32::try_from(*number).ok().and_then(own),
            _ => form.word().filter(|name| !name.is_empty())?,
        };
        if name.bytes().all(|letter| letter.is_ascii_digit()) {
            return name.parse().ok().and_then(own);
        }
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        let number = NAMED_FROM + self.numbers.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.names.insert(number, name.into());
        Some(number)
    }

    /// The name of a process that has one.
    pub(super) fn name(&self, number: u32) -> Option<&str> {
        self.names.get(&number).map(|name| &**name)
    }

    pub(super) fn names(self) -> BTreeMap<u32, Arc<str>> {
        self.names
    }
}
