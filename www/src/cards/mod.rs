//! The cards beside the stage and the panels under the header, each fetched when it is first wanted.

pub(crate) mod as_test;
pub(crate) mod catalogue;
pub(crate) mod checks;
pub(crate) mod cluster;
pub(crate) mod dials;
pub(crate) mod figures;
pub(crate) mod gallery;
pub(crate) mod help;
pub(crate) mod inspector;
pub(crate) mod lazy_panel;
pub(crate) mod rules;
pub(crate) mod share;
pub(crate) mod story;
pub(crate) mod violation;
