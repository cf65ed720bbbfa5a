//! Values that scenario text can spell and read back, such as requests and timers.

use alloc::string::String;
use core::fmt::{self, Write};

use crate::Expected;

/// A value with a spelling in words of ASCII, parted by blanks: `put x 7`, `election`. Reading what was spelled gives the value again.
pub trait Spelled: Sized {
    fn spell(&self, out: &mut String);

    /// Reads the value from the front of the words.
    ///
    /// # Errors
    /// The word that does not fit and what was expected in its place.
    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled>;
}

/// A word that does not fit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misspelled {
    /// The word found; empty at the end of the text.
    pub found: String,
    /// What may stand there.
    pub expected: Expected,
}

impl Misspelled {
    pub fn new(found: &str, expected: impl Into<Expected>) -> Self {
        Self { found: found.into(), expected: expected.into() }
    }
}

/// For programmers: the values as they are. `faultlab-words` has the sentence for people.
impl fmt::Display for Misspelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {:?}, found {}", self.expected, Quoted(&self.found))
    }
}

/// A text in quotes on one line, for messages: as `Debug` writes it, but said as well by a program that is built without `Debug`.
pub struct Quoted<'text>(pub &'text str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for letter in self.0.chars() {
            // Between double quotes a single one is nothing special.
            if letter == '\'' { f.write_char(letter)? } else { write!(f, "{}", letter.escape_debug())? }
        }
        f.write_char('"')
    }
}

/// The words of a line, read from the front.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { rest: text.trim() }
    }

    /// The next word, left in place.
    pub fn peek(&self) -> &'a str {
        self.rest.split_ascii_whitespace().next().unwrap_or("")
    }

    /// Takes the next word; empty at the end.
    pub fn word(&mut self) -> &'a str {
        let word = self.peek();
        self.rest = self.rest[word.len()..].trim_start();
        word
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a str {
        self.rest
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes the next word if `read` accepts it.
    ///
    /// # Errors
    /// The word, with what was expected.
    pub fn expect<T>(
        &mut self,
        expected: impl Into<Expected>,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Misspelled> {
        let word = self.peek();
        match read(word) {
            Some(value) if !word.is_empty() => {
                self.word();
                Ok(value)
            }
            _ => Err(Misspelled::new(word, expected)),
        }
    }

    /// One of these words, by its place.
    ///
    /// # Errors
    /// The word, if it is none of them.
    pub fn one_of(&mut self, words: &[&'static str]) -> Result<usize, Misspelled> {
        self.expect(Expected::one_of(words), |word| words.iter().position(|known| *known == word))
    }

    /// A whole number.
    ///
    /// # Errors
    /// The word, if it is no number of that size.
    pub fn number<N: core::str::FromStr>(&mut self, expected: impl Into<Expected>) -> Result<N, Misspelled> {
        self.expect(expected, |word| if word.starts_with('+') { None } else { word.parse().ok() })
    }

    /// A node such as `n3`.
    ///
    /// # Errors
    /// The word, if it names no node.
    pub fn node(&mut self) -> Result<crate::NodeId, Misspelled> {
        self.expect(Expected::Node, |word| {
            let number: u8 = word.strip_prefix('n').filter(|digits| !digits.starts_with('+'))?.parse().ok()?;
            Some(crate::NodeId(number.checked_sub(1)?))
        })
    }

    /// A client such as `c1`.
    ///
    /// # Errors
    /// The word, if it names no client.
    pub fn client(&mut self) -> Result<crate::ClientId, Misspelled> {
        self.expect(Expected::Client, |word| {
            Some(crate::ClientId(word.strip_prefix('c').filter(|digits| !digits.starts_with('+'))?.parse().ok()?))
        })
    }
}
