//! Values as people read them.

pub(crate) mod error_text;
pub(crate) mod format;
