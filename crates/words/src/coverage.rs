//! Whether a catalogue names what its protocol declares, worked out by the compiler: a slug without words, or words without a slug,
//! does not compile.

use faultlab_core::{Field, Invariant, Protocol, Rule};

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

const fn contains(list: &[&str], slug: &str) -> bool {
    let mut at = 0;
    while at < list.len() {
        if same(list[at], slug) {
            return true;
        }
        at += 1;
    }
    false
}

macro_rules! coverage {
    ($name:ident, $declared:ty $(, $parameter:ident $(: $bound:ident)?)?) => {
        pub(crate) const fn $name$(<$parameter $(: $bound)?>)?(declared: &[$declared], words: &[&str]) {
            let mut at = 0;
            while at < declared.len() {
                if !contains(words, declared[at].slug) {
                    panic!("{}", declared[at].slug);
                }
                at += 1;
            }
            no_more(declared.len(), words);
        }
    };
}

coverage!(rules, Rule);
coverage!(invariants, Invariant<P>, P: Protocol);
coverage!(fields, Field<C>, C);

pub(crate) const fn areas(declared: &[&str], words: &[&str]) {
    let mut at = 0;
    while at < declared.len() {
        if !contains(words, declared[at]) {
            panic!("{}", declared[at]);
        }
        at += 1;
    }
    no_more(declared.len(), words);
}

/// All that is declared has words, and the keys of a table differ: so there are as many of both, or words too many.
const fn no_more(declared: usize, words: &[&str]) {
    assert!(declared == words.len(), "the catalogue has words for what the protocol does not declare");
}
