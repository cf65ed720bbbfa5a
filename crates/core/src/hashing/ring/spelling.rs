//! How requests and timers are written in scenario text.

use super::{Key, Request, Timer};
use crate::{Misspelled, Spelled, Words};
use alloc::format;
use alloc::string::String;

impl Spelled for Request {
    fn spell(&self, out: &mut String) {
        out.push_str(&match self {
            Self::Put { key, value } => format!("put {key} {value}"),
            Self::Get { key } => format!("get {key}"),
            Self::Join { node } => format!("join {node}"),
            Self::Leave { node } => format!("leave {node}"),
        });
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        match words.one_of(&["put", "get", "join", "leave"])? {
            0 => Ok(Self::Put { key: read_key(words)?, value: words.number("value")? }),
            1 => Ok(Self::Get { key: read_key(words)? }),
            2 => Ok(Self::Join { node: words.node()? }),
            _ => Ok(Self::Leave { node: words.node()? }),
        }
    }
}

fn read_key(words: &mut Words<'_>) -> Result<Key, Misspelled> {
    words.expect("key", Key::parse)
}

impl Spelled for Timer {
    fn spell(&self, out: &mut String) {
        match self {
            Self::Heartbeat => out.push_str("heartbeat"),
            Self::Exchange => out.push_str("exchange"),
            Self::Silence(node) => out.push_str(&format!("silence {node}")),
            Self::Recall => out.push_str("recall"),
        }
    }

    fn read(words: &mut Words<'_>) -> Result<Self, Misspelled> {
        match words.one_of(&["heartbeat", "exchange", "silence", "recall"])? {
            0 => Ok(Self::Heartbeat),
            1 => Ok(Self::Exchange),
            2 => Ok(Self::Silence(words.node()?)),
            _ => Ok(Self::Recall),
        }
    }
}
