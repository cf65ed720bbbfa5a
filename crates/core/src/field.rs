//! The numbers a protocol can be configured with, described so that files, dials and the command line need no other list.

use crate::Span;

/// What a field's number counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    Count,
    /// Microseconds; people write and read `150ms`.
    Span,
    /// 0 is off, 1 is on.
    Flag,
    /// An index into these names.
    Choice(&'static [&'static str]),
}

/// One number of a configuration: its name, unit and bounds, and how to read and write it.
#[derive(Clone, Copy, Debug)]
pub struct Field<C: 'static> {
    pub slug: &'static str,
    pub unit: Unit,
    pub min: u64,
    pub max: u64,
    /// Whether it may change while the run goes on. What shapes the cluster is fixed when the run begins.
    pub live: bool,
    pub get: fn(&C) -> u64,
    pub set: fn(&mut C, u64),
}

/// What a field of a configuration may be: a value that a number stands for.
pub trait FieldValue: Copy {
    const UNIT: Unit;
    /// The bounds where the field states none.
    const MIN: u64;
    const MAX: u64;

    fn to_number(self) -> u64;

    /// The value of a number within the bounds.
    fn from_number(number: u64) -> Self;
}

macro_rules! counts {
    ($($kind:ty),*) => {$(
        impl FieldValue for $kind {
            const UNIT: Unit = Unit::Count;
            const MIN: u64 = 0;
            const MAX: u64 = Self::MAX as u64;

            fn to_number(self) -> u64 {
                self.into()
            }

            fn from_number(number: u64) -> Self {
                number as Self
            }
        }
    )*};
}

counts!(u8, u16, u32, u64);

impl FieldValue for bool {
    const UNIT: Unit = Unit::Flag;
    const MIN: u64 = 0;
    const MAX: u64 = 1;

    fn to_number(self) -> u64 {
        self.into()
    }

    fn from_number(number: u64) -> Self {
        number != 0
    }
}

/// A millisecond to a minute, unless the field says otherwise.
impl FieldValue for Span {
    const UNIT: Unit = Unit::Span;
    const MIN: u64 = 1_000;
    const MAX: u64 = 60_000_000;

    fn to_number(self) -> u64 {
        self.0
    }

    fn from_number(number: u64) -> Self {
        Self(number)
    }
}

/// One of several named variants, as a field of a configuration: `choice! { ReadMode: ReadIndex "read-index", Lease "lease" }`.
macro_rules! choice {
    ($kind:ident: $($variant:ident $name:literal),+) => {
        impl $kind {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub const NAMES: &'static [&'static str] = &[$($name),+];
        }

        impl $crate::FieldValue for $kind {
            const UNIT: $crate::Unit = $crate::Unit::Choice(Self::NAMES);
            const MIN: u64 = 0;
            const MAX: u64 = Self::ALL.len() as u64 - 1;

            fn to_number(self) -> u64 {
                self as u64
            }

            fn from_number(number: u64) -> Self {
                Self::ALL[(number as usize).min(Self::ALL.len() - 1)]
            }
        }
    };
}

pub(crate) use choice;
