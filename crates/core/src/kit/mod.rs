//! Pure pieces that several protocols share. Each is a named concept of the field.

pub mod atomic_commit;
pub mod bank;
mod hash;
mod hasher;
mod journal;
mod log;
mod node_set;
mod placement;
mod quorum;
mod ring;
mod shared;

pub use hash::{HashFunction, SeededHash};
pub use hasher::{StableHasher, stable_hash};
pub use journal::Journal;
pub use log::Log;
pub use node_set::NodeSet;
pub use placement::{MAX_COPIES, Moved, Placement, Preference, Recipe, Scheme, peak_over_mean_ppm, standard_error_ppm};
pub use quorum::{majority, quorum_index};
pub use ring::{Arc, Ring};
pub use shared::Shared;
