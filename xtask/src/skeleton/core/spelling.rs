//! How requests and timers are written in scenario text.

use super::{Request, Timer};
use crate::{Misspelled, Spelled, Words};
use alloc::string::String;

impl Spelled for Request {
    fn spell(&self, out: &mut String) {
        out.push_str("next");
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        words.one_of(&["next"]).map(|_| Self::Next)
    }
}

impl Spelled for Timer {
    fn spell(&self, out: &mut String) {
        out.push_str("retry");
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        words.one_of(&["retry"]).map(|_| Self::Retry)
    }
}
