//! Pure pieces that several protocols share. Each is a named concept of the field.

mod hasher;
mod quorum;
mod shared;

pub use hasher::{StableHasher, stable_hash};
pub use quorum::majority;
pub use shared::Shared;
