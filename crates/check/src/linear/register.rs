//! One register, as a sequential object.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};
use faultlab_core::kit::StableHasher;
use faultlab_core::{Access, Datum, Reply, Width};
use hashbrown::HashTable;

use super::Specification;

/// A number for what a register holds: equal numbers, equal contents.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(u32);

/// An [`Access`] in symbols.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Act {
    Read,
    Write(Symbol),
    Cas { old: Symbol, new: Symbol },
    Append(Symbol),
    Add { amount: i64, width: Width },
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

/// What a register holds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Content {
    Known(Datum),
    /// The initial value, which no operation has told yet, and what was done to it since.
    Unknown {
        changed: Changed,
        /// Values that the initial value is known not to be.
        not: Vec<Datum>,
    },
}

/// How an unknown initial value was changed.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Changed {
    Not,
    /// This text was appended.
    By(Arc<str>),
    /// This number was added.
    Sum(i64, Width),
}

impl Changed {
    /// The initial value that has become `value`, if there is one. A number or a text that was nothing before counts as
    /// zero or as the empty text.
    fn initial(&self, value: &Datum) -> Option<Datum> {
        match (self, value) {
            (Self::Not, value) => Some(value.clone()),
            (Self::By(suffix), Datum::Text(text)) => Some(Datum::Text(text.strip_suffix(&**suffix)?.into())),
            (Self::Sum(amount, width), Datum::Number(sum)) => Some(Datum::Number(width.difference(*sum, *amount)?)),
            (Self::By(_) | Self::Sum(..), _) => None,
        }
    }
}

/// One register: read, write, compare and set, append, add.
#[derive(Clone, Debug)]
pub struct Register {
    contents: Vec<Content>,
    symbols: HashTable<u32>,
    initial: Symbol,
    /// Whether any operation appends, or adds.
    appends: bool,
    adds: bool,
    /// Whether any operation names a number.
    numbers: bool,
    /// The letters of all texts.
    letters: usize,
}

impl Register {
    /// A register that holds `initial` at first; none: any value, which is the one that the first operations tell.
    pub fn new(initial: Option<Datum>) -> Self {
        let (contents, symbols) = (Vec::new(), HashTable::new());
        let (appends, adds, numbers) = (false, false, false);
        let mut register = Self { contents, symbols, initial: Symbol(0), appends, adds, numbers, letters: 0 };
        let content = initial.map_or(Content::Unknown { changed: Changed::Not, not: Vec::new() }, Content::Known);
        register.numbers = matches!(content, Content::Known(Datum::Number(_)));
        register.initial = register.intern(content);
        register
    }

    fn intern(&mut self, content: Content) -> Symbol {
        let hash_of = |content: &Content| {
            let mut hasher = StableHasher::default();
            content.hash(&mut hasher);
            hasher.finish()
        };
        let (hash, contents) = (hash_of(&content), &mut self.contents);
        if let Some(known) = self.symbols.find(hash, |index| contents[*index as usize] == content) {
            return Symbol(*known);
        }
        self.letters += match &content {
            Content::Known(Datum::Text(text)) | Content::Unknown { changed: Changed::By(text), .. } => text.len(),
            _ => 0,
        };
        let index = contents.len() as u32;
        contents.push(content);
        self.symbols.insert_unique(hash, index, |index| hash_of(&contents[*index as usize]));
        Symbol(index)
    }

    fn symbol(&mut self, datum: Datum) -> Symbol {
        self.numbers |= matches!(datum, Datum::Number(_));
        self.intern(Content::Known(datum))
    }

    fn content(&self, symbol: Symbol) -> &Content {
        &self.contents[symbol.0 as usize]
    }

    /// What operations name is always known.
    fn datum(&self, symbol: Symbol) -> Option<&Datum> {
        match self.content(symbol) {
            Content::Known(datum) => Some(datum),
            Content::Unknown { .. } => None,
        }
    }

    pub fn operation(&mut self, access: &Access, reply: Option<&Reply>) -> RegisterOperation {
        let act = match access {
            Access::Read => Act::Read,
            Access::Write(value) => Act::Write(self.symbol(value.clone())),
            Access::Cas { old, new } => Act::Cas { old: self.symbol(old.clone()), new: self.symbol(new.clone()) },
            Access::Append(text) => Act::Append(self.symbol(Datum::Text(text.clone()))),
            Access::Add { amount, width } => Act::Add { amount: *amount, width: *width },
        };
        self.appends |= matches!(act, Act::Append(_));
        self.adds |= matches!(act, Act::Add { .. });
        let told = match reply {
            None => Told::Nothing,
            Some(Reply::Done) => Told::Done,
            Some(Reply::Holds(value)) => Told::Holds(self.symbol(value.clone())),
            Some(Reply::Unchanged(value)) => Told::Unchanged(value.clone().map(|value| self.symbol(value))),
        };
        RegisterOperation { act, told }
    }

    fn appended(&mut self, datum: &Datum, suffix: Symbol) -> Option<Symbol> {
        let mut text = match datum {
            Datum::Nil => String::new(),
            Datum::Text(text) => String::from(&**text),
            Datum::Number(_) => return None,
        };
        let Some(Datum::Text(suffix)) = self.datum(suffix) else { return None };
        text.push_str(suffix);
        Some(self.symbol(Datum::Text(text.into())))
    }

    fn added(&mut self, datum: &Datum, amount: i64, width: Width) -> Option<Symbol> {
        let held = match datum {
            Datum::Nil => 0,
            Datum::Number(held) => *held,
            Datum::Text(_) => return None,
        };
        Some(self.symbol(Datum::Number(width.sum(held, amount)?)))
    }

    /// The state behind an operation on a register that holds this.
    fn after_known(&mut self, state: Symbol, datum: &Datum, operation: &RegisterOperation) -> Option<Symbol> {
        let swaps = |old: Symbol| state == old;
        let after = match operation.act {
            Act::Read => state,
            Act::Write(value) => value,
            Act::Cas { old, new } => match operation.told {
                Told::Nothing if !swaps(old) => state,
                Told::Unchanged(_) if !swaps(old) => state,
                Told::Nothing | Told::Done | Told::Holds(_) if swaps(old) => new,
                _ => return None,
            },
            Act::Append(text) => self.appended(datum, text)?,
            Act::Add { amount, width } => self.added(datum, amount, width)?,
        };
        match operation.told {
            Told::Holds(value) | Told::Unchanged(Some(value)) => (after == value).then_some(after),
            Told::Nothing | Told::Done | Told::Unchanged(None) => Some(after),
        }
    }

    /// The state behind an operation on a register whose initial value is not known. An operation that tells it makes it
    /// known. A compare and set without an outcome counts as one that has set: the search also tries to leave it out.
    fn after_unknown(&mut self, state: Symbol, operation: &RegisterOperation) -> Option<Symbol> {
        let RegisterOperation { act, told } = *operation;
        match (act, told) {
            (Act::Write(value), Told::Holds(held) | Told::Unchanged(Some(held))) => (value == held).then_some(value),
            (Act::Write(value), _) => Some(value),
            (Act::Read, Told::Holds(held) | Told::Unchanged(Some(held))) => self.could_be(state, held).then_some(held),
            (Act::Read, _) => Some(state),
            (Act::Cas { old, .. }, Told::Unchanged(Some(held))) => {
                (held != old && self.could_be(state, held)).then_some(held)
            }
            (Act::Cas { old, .. }, Told::Unchanged(None)) => Some(self.excluding(state, old)),
            (Act::Cas { old, new }, told) => {
                let fits = !matches!(told, Told::Holds(held) if held != new);
                (fits && self.could_be(state, old)).then_some(new)
            }
            (Act::Append(_) | Act::Add { .. }, _) => {
                let after = self.changed(state, act)?;
                match told {
                    Told::Holds(held) => self.could_be(after, held).then_some(held),
                    _ => Some(after),
                }
            }
        }
    }

    /// Whether a register in an unknown state could hold this.
    fn could_be(&self, state: Symbol, value: Symbol) -> bool {
        let (Content::Unknown { changed, not }, Some(value)) = (self.content(state), self.datum(value)) else {
            return false;
        };
        let Some(initial) = changed.initial(value) else { return false };
        let was_nothing = *changed != Changed::Not && is_empty(&initial);
        !not.contains(&initial) || was_nothing && !not.contains(&Datum::Nil)
    }

    /// The same unknown state, known not to hold this.
    fn excluding(&mut self, state: Symbol, value: Symbol) -> Symbol {
        let (Content::Unknown { changed, not }, Some(value)) = (self.content(state), self.datum(value)) else {
            return state;
        };
        let (changed, mut not) = (changed.clone(), not.clone());
        if let Some(initial) = changed.initial(value) {
            if changed != Changed::Not && is_empty(&initial) {
                not.push(Datum::Nil);
            }
            not.push(initial);
        }
        not.sort();
        not.dedup();
        self.intern(Content::Unknown { changed, not })
    }

    /// An unknown state that was appended or added to.
    fn changed(&mut self, state: Symbol, act: Act) -> Option<Symbol> {
        let Content::Unknown { changed, not } = self.content(state) else { return None };
        let changed = match (act, changed) {
            (Act::Append(suffix), Changed::Not | Changed::By(_)) => {
                let Some(Datum::Text(suffix)) = self.datum(suffix) else { return None };
                match changed {
                    Changed::By(before) => Changed::By(alloc::format!("{before}{suffix}").into()),
                    _ => Changed::By(suffix.clone()),
                }
            }
            (Act::Add { amount, width }, Changed::Not) => Changed::Sum(amount, width),
            (Act::Add { amount, width }, Changed::Sum(before, _)) => Changed::Sum(width.sum(*before, amount)?, width),
            _ => return None,
        };
        let not = not.clone();
        Some(self.intern(Content::Unknown { changed, not }))
    }

    /// What the register must hold before the operation, or right behind it.
    fn wanted(operation: &RegisterOperation) -> Option<Symbol> {
        match (operation.act, operation.told) {
            (Act::Write(_), _) => None,
            (Act::Cas { .. }, Told::Unchanged(held)) => held,
            (Act::Cas { old, .. }, Told::Done | Told::Holds(_)) => Some(old),
            (_, Told::Holds(held)) => Some(held),
            _ => None,
        }
    }

    /// Whether appending and adding can make the one of the other.
    fn extends(&self, from: Symbol, to: Symbol) -> bool {
        let is_number = |datum: &Datum| matches!(datum, Datum::Nil | Datum::Number(_));
        match (self.content(from), self.datum(to)) {
            _ if from == to => true,
            (Content::Known(Datum::Nil), Some(Datum::Text(_))) => self.appends,
            (Content::Known(Datum::Text(from)), Some(Datum::Text(to))) => self.appends && to.starts_with(&**from),
            (Content::Known(from), Some(to)) => self.adds && is_number(from) && is_number(to),
            (Content::Unknown { changed: Changed::By(suffix), .. }, Some(Datum::Text(to))) => to.contains(&**suffix),
            (Content::Unknown { changed: Changed::By(_), .. }, Some(_)) => false,
            (Content::Unknown { changed: Changed::Sum(..), .. }, Some(to)) => is_number(to),
            (Content::Unknown { changed: Changed::Not, .. }, _) | (_, None) => true,
        }
    }
}

fn is_empty(datum: &Datum) -> bool {
    match datum {
        Datum::Nil => true,
        Datum::Number(number) => *number == 0,
        Datum::Text(text) => text.is_empty(),
    }
}

impl Specification for Register {
    type Operation = RegisterOperation;
    type State = Symbol;

    fn initial(&self) -> Symbol {
        self.initial
    }

    fn apply(&mut self, state: &Symbol, operation: &RegisterOperation) -> Option<Symbol> {
        match self.content(*state) {
            Content::Known(datum) => {
                let datum = datum.clone();
                self.after_known(*state, &datum, operation)
            }
            Content::Unknown { .. } => self.after_unknown(*state, operation),
        }
    }

    fn forget(&self, operation: &RegisterOperation) -> Option<RegisterOperation> {
        match (operation.act, operation.told) {
            // A compare that failed saw something and changed nothing, as a read.
            (Act::Read, _) | (_, Told::Unchanged(_)) => None,
            (act, _) => Some(RegisterOperation { act, told: Told::Nothing }),
        }
    }

    fn can_precede(&self, state: &Symbol, later: &RegisterOperation) -> bool {
        Self::wanted(later).is_none_or(|wanted| self.extends(*state, wanted))
    }

    fn can_make(&self, maker: &RegisterOperation, later: &RegisterOperation) -> bool {
        let made = match maker.act {
            Act::Write(value) => value,
            Act::Cas { new, .. } if !matches!(maker.told, Told::Unchanged(_)) => new,
            Act::Cas { .. } | Act::Read | Act::Append(_) | Act::Add { .. } => return false,
        };
        Self::wanted(later).is_none_or(|wanted| self.extends(made, wanted))
    }

    fn can_notice(&self, state: &Symbol, later: &RegisterOperation) -> bool {
        match (later.act, later.told) {
            // What appends to a number, or adds to a text, cannot come at all.
            _ if self.appends && self.adds => true,
            (Act::Append(_), _) if self.numbers => true,
            (Act::Add { .. }, _) | (Act::Cas { .. }, Told::Unchanged(None)) => true,
            (Act::Cas { old, .. }, Told::Nothing) => self.extends(*state, old),
            _ => Self::wanted(later).is_some_and(|wanted| self.extends(*state, wanted)),
        }
    }

    fn bytes(&self) -> usize {
        self.letters + self.contents.capacity() * size_of::<Content>() + self.symbols.allocation_size()
    }
}
