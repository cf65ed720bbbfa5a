//! What a sequential object does: the object that a linearizable history must be equal to.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::hash::Hash;
use faultlab_core::{Access, Datum, Reply};

/// A sequential object, one operation after the other.
pub trait Specification {
    /// An operation with what its client was told of it.
    type Operation: Copy + Ord;
    type State: Clone + Eq + Hash;

    fn initial(&self) -> Self::State;

    /// The state behind the operation; none if it cannot have had this outcome in this state.
    fn apply(&mut self, state: &Self::State, operation: &Self::Operation) -> Option<Self::State>;

    /// The same operation with its outcome unknown; none if it could have no effect at all.
    fn forget(&self, operation: &Self::Operation) -> Option<Self::Operation>;
}

/// A number for a datum: equal numbers, equal data.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(u32);

/// An [`Access`] in symbols.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Act {
    Read,
    Write(Symbol),
    Cas { old: Symbol, new: Symbol },
    Append(Symbol),
    Add(u32),
}

/// A [`Reply`] in symbols.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Told {
    Nothing,
    Done,
    Holds(Symbol),
    Unchanged(Option<Symbol>),
}

/// An operation on a [`Register`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RegisterOperation {
    act: Act,
    told: Told,
}

/// One register: read, write, compare and set, append, add.
#[derive(Clone, Debug)]
pub struct Register {
    data: Vec<Datum>,
    symbols: BTreeMap<Datum, Symbol>,
}

impl Register {
    pub fn new(initial: Datum) -> Self {
        let mut register = Self { data: Vec::new(), symbols: BTreeMap::new() };
        register.symbol(initial);
        register
    }

    fn symbol(&mut self, datum: Datum) -> Symbol {
        if let Some(symbol) = self.symbols.get(&datum) {
            return *symbol;
        }
        let symbol = Symbol(self.data.len() as u32);
        self.data.push(datum.clone());
        self.symbols.insert(datum, symbol);
        symbol
    }

    pub fn operation(&mut self, access: &Access, reply: Option<&Reply>) -> RegisterOperation {
        let act = match access {
            Access::Read => Act::Read,
            Access::Write(value) => Act::Write(self.symbol(value.clone())),
            Access::Cas { old, new } => Act::Cas { old: self.symbol(old.clone()), new: self.symbol(new.clone()) },
            Access::Append(text) => Act::Append(self.symbol(Datum::Text(text.clone()))),
            Access::Add(amount) => Act::Add(*amount),
        };
        let told = match reply {
            None => Told::Nothing,
            Some(Reply::Done) => Told::Done,
            Some(Reply::Holds(value)) => Told::Holds(self.symbol(value.clone())),
            Some(Reply::Unchanged(value)) => Told::Unchanged(value.clone().map(|value| self.symbol(value))),
        };
        RegisterOperation { act, told }
    }

    fn appended(&mut self, state: Symbol, suffix: Symbol) -> Option<Symbol> {
        let mut text = match &self.data[state.0 as usize] {
            Datum::Nil => String::new(),
            Datum::Text(text) => String::from(&**text),
            Datum::Number(_) => return None,
        };
        let Datum::Text(suffix) = &self.data[suffix.0 as usize] else { return None };
        text.push_str(suffix);
        Some(self.symbol(Datum::Text(text.into())))
    }

    fn added(&mut self, state: Symbol, amount: u32) -> Option<Symbol> {
        let held = match self.data[state.0 as usize] {
            Datum::Nil => 0,
            Datum::Number(held) => u32::try_from(held).ok()?,
            Datum::Text(_) => return None,
        };
        Some(self.symbol(Datum::Number(i64::from(held.wrapping_add(amount)))))
    }
}

impl Specification for Register {
    type Operation = RegisterOperation;
    type State = Symbol;

    fn initial(&self) -> Symbol {
        Symbol(0)
    }

    fn apply(&mut self, state: &Symbol, operation: &RegisterOperation) -> Option<Symbol> {
        let state = *state;
        let swaps = |old: Symbol| state == old;
        let after = match operation.act {
            Act::Read => state,
            Act::Write(value) => value,
            Act::Cas { old, new } => match operation.told {
                Told::Nothing if !swaps(old) => state,
                Told::Unchanged(_) if !swaps(old) => state,
                Told::Nothing | Told::Done if swaps(old) => new,
                _ => return None,
            },
            Act::Append(text) => self.appended(state, text)?,
            Act::Add(amount) => self.added(state, amount)?,
        };
        match operation.told {
            Told::Holds(value) | Told::Unchanged(Some(value)) => (after == value).then_some(after),
            Told::Nothing | Told::Done | Told::Unchanged(None) => Some(after),
        }
    }

    fn forget(&self, operation: &RegisterOperation) -> Option<RegisterOperation> {
        match (operation.act, operation.told) {
            // A compare that failed saw something and changed nothing, as a read.
            (Act::Read, _) | (_, Told::Unchanged(_)) => None,
            (act, _) => Some(RegisterOperation { act, told: Told::Nothing }),
        }
    }
}
