//! How requests and timers are written in scenario text.

use super::entry::{Command, Key};
use super::{Request, Timer};
use crate::kit::NodeSet;
use crate::{Misspelled, Spelled, Words};
use alloc::string::String;
use core::fmt::Write;

/// Keys are spelled `x`, `y`, `z`, `a` … `w`, then `k26`, `k27` …
pub fn spell_key(key: Key, out: &mut String) {
    if key < 26 {
        out.push(char::from(b'a' + ((key + 23) % 26) as u8));
    } else {
        let _ = write!(out, "k{key}");
    }
}

fn read_key(words: &mut Words<'_>) -> Result<Key, Misspelled> {
    words.expect("key", |word| match word.as_bytes() {
        [letter @ b'a'..=b'z'] => Some((u32::from(letter - b'a') + 3) % 26),
        [b'k', b'0'..=b'9', ..] => word[1..].parse().ok().filter(|key| *key >= 26),
        _ => None,
    })
}

impl Spelled for Request {
    fn spell(&self, out: &mut String) {
        let mut verb = |verb: &str, key: Key, numbers: &[u32]| {
            out.push_str(verb);
            out.push(' ');
            spell_key(key, out);
            for number in numbers {
                let _ = write!(out, " {number}");
            }
        };
        match *self {
            Self::Do(Command::Put { key, value }) => verb("put", key, &[value]),
            Self::Do(Command::Cas { key, old, new }) => verb("cas", key, &[old, new]),
            Self::Do(Command::Add { key, amount }) => verb("add", key, &[amount]),
            Self::Get { key } => verb("get", key, &[]),
            Self::Join { node } => {
                let _ = write!(out, "join {node}");
            }
            Self::Leave { node } => {
                let _ = write!(out, "leave {node}");
            }
            Self::Reconfigure { members } => {
                out.push_str("reconfigure");
                for node in members.iter() {
                    let _ = write!(out, " {node}");
                }
            }
            Self::Transfer { to } => {
                let _ = write!(out, "transfer {to}");
            }
        }
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        Ok(match words.one_of(&["put", "get", "cas", "add", "join", "leave", "reconfigure", "transfer"])? {
            0 => Self::Do(Command::Put { key: read_key(words)?, value: words.number("value")? }),
            1 => Self::Get { key: read_key(words)? },
            2 => Self::Do(Command::Cas {
                key: read_key(words)?,
                old: words.number("old_value")?,
                new: words.number("new_value")?,
            }),
            3 => Self::Do(Command::Add { key: read_key(words)?, amount: words.number("amount")? }),
            4 => Self::Join { node: words.node()? },
            5 => Self::Leave { node: words.node()? },
            6 => {
                let mut members = NodeSet::EMPTY.with(words.node()?);
                while words.peek().starts_with('n') {
                    members.insert(words.node()?);
                }
                Self::Reconfigure { members }
            }
            _ => Self::Transfer { to: words.node()? },
        })
    }
}

impl Spelled for Timer {
    fn spell(&self, out: &mut String) {
        out.push_str(self.name());
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        words.one_of(&Self::ALL.map(Self::name)).map(|place| Self::ALL[place])
    }
}
