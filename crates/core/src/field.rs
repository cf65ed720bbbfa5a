//! The numbers a protocol can be configured with, described so that files, dials and the command line need no other list.

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
