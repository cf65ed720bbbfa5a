//! Additions whose sums might leave 64 bits: they are refused when they are read, so that no order of the operations can overflow.

use alloc::collections::BTreeMap;
use faultlab_core::{Access, Datum, Reply, Width};

/// What the sums of one key can come to.
#[derive(Clone, Copy, Default)]
struct Reach {
    /// The greatest number that operations name, without its sign.
    named: u64,
    /// All amounts without their signs.
    added: u128,
    width: Option<Width>,
}

/// The reach of every key.
pub(super) struct Sums {
    initial: u64,
    keys: BTreeMap<Datum, Reach>,
}

impl Sums {
    pub(super) fn new(initial: Option<&Datum>) -> Self {
        Self { initial: initial.map_or(0, size), keys: BTreeMap::new() }
    }

    /// Notes the numbers of an operation.
    ///
    /// # Errors
    /// What was expected instead.
    pub(super) fn note(&mut self, key: &Datum, access: &Access, reply: Option<&Reply>) -> Result<(), &'static str> {
        let initial = Reach { named: self.initial, ..Reach::default() };
        let reach = self.keys.entry(key.clone()).or_insert(initial);
        let accessed = match access {
            Access::Read | Access::Append(_) | Access::Add { .. } => 0,
            Access::Write(value) => size(value),
            Access::Cas { old, new } => size(old).max(size(new)),
        };
        let told = match reply {
            Some(Reply::Holds(value) | Reply::Unchanged(Some(value))) => size(value),
            Some(Reply::Done | Reply::Unchanged(None)) | None => 0,
        };
        reach.named = reach.named.max(accessed).max(told);
        if let (Access::Add { amount, width }, None) = (access, reply) {
            if reach.width.is_some_and(|other| other != *width) {
                return Err("same_addition");
            }
            reach.width = Some(*width);
            reach.added += u128::from(amount.unsigned_abs());
        }
        let most = u128::from(reach.named) + reach.added;
        if reach.width == Some(Width::I64) && most > i64::MAX as u128 {
            return Err("bounded_sums");
        }
        Ok(())
    }
}

fn size(datum: &Datum) -> u64 {
    if let Datum::Number(number) = datum { number.unsigned_abs() } else { 0 }
}
