//! A state as named fields, for the inspector that knows no protocol.

mod tree;

pub(crate) use tree::fields_of;

/// One field of a node's state, ready to be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name in the code: stable, for comparing.
    pub slug: String,
    pub name: String,
    pub value: String,
}
