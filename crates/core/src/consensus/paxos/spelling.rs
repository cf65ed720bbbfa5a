//! How requests and timers are written in scenario text.

use super::{Request, Timer};
use crate::{Misspelled, Spelled, Words};
use alloc::format;
use alloc::string::String;

impl Spelled for Request {
    fn spell(&self, out: &mut String) {
        let Self::Propose { value } = self;
        out.push_str(&format!("propose {value}"));
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        words.one_of(&["propose"])?;
        Ok(Self::Propose { value: words.number("value")? })
    }
}

impl Spelled for Timer {
    fn spell(&self, out: &mut String) {
        let Self::Ballot = self;
        out.push_str("ballot");
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        words.one_of(&["ballot"]).map(|_| Self::Ballot)
    }
}
