//! What a client does to a store of registers, as it saw it: the operations that linearizability is about.

use crate::Protocol;
use alloc::sync::Arc;
use core::fmt;

/// What a register holds; also a register's key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Datum {
    /// Nothing was ever written; as a key: the one register without a name.
    Nil,
    Number(i64),
    Text(Arc<str>),
}

impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nil => f.write_str("nil"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) if text.is_empty() => f.write_str("\"\""),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// What a client asks of one register.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Access {
    Read,
    Write(Datum),
    /// Sets it to `new` if it holds `old`.
    Cas {
        old: Datum,
        new: Datum,
    },
    /// Puts a text behind the text it holds.
    Append(Arc<str>),
    /// Adds to the number it holds.
    Add {
        amount: i64,
        width: Width,
    },
}

/// The numbers that a register can hold when it is added to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Width {
    /// Signed 64-bit numbers. A sum outside them does not exist.
    I64,
    /// Unsigned 32-bit numbers. Sums are modulo 2³².
    U32,
}

impl Width {
    /// The sum; none if it does not exist.
    pub fn sum(self, number: i64, amount: i64) -> Option<i64> {
        self.within(number.checked_add(amount))
    }

    /// The number to which `amount` was added to get `sum`; none if there is none.
    pub fn difference(self, sum: i64, amount: i64) -> Option<i64> {
        self.within(sum.checked_sub(amount))
    }

    fn within(self, number: Option<i64>) -> Option<i64> {
        match self {
            Self::I64 => number,
            Self::U32 => number.map(|number| number & i64::from(u32::MAX)),
        }
    }
}

/// What the client was told.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reply {
    /// It took effect.
    Done,
    /// It took effect, and this is what the register then held.
    Holds(Datum),
    /// The compare failed; what the register held, if that was said.
    Unchanged(Option<Datum>),
}

/// An operation on one register.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Accessed {
    pub key: Datum,
    pub access: Access,
    /// None: the client knows nothing of its outcome.
    pub reply: Option<Reply>,
}

/// How a protocol's requests read as operations on registers.
pub struct Registers<P: Protocol> {
    /// What a register holds that was never written.
    pub initial: Datum,
    pub read: ReadAccess<P>,
    /// Whether the protocol promises that these operations are linearizable. What promises nothing can be judged all the same.
    pub promised: bool,
}

/// Reads a request, and its response once there is one, as an operation on a register; none if it is about something else.
pub type ReadAccess<P> = fn(&<P as Protocol>::Request, Option<&<P as Protocol>::Response>) -> Option<Accessed>;
