//! The explorer for every protocol behind plain values: hunts for counterexamples, for the page's worker, the command
//! line and tests.
//!
//! What is *absent*: how a search goes (`faultlab_check::worlds`), and any list of protocols: the rows are the registry's.
//!
//! Start with [`Hunts`] and [`HuntOptions`]; [`answer`] is what the page's worker does.
//!
//! A crate of its own, because generic code takes the optimisation level of the crate that instantiates it: here that is for
//! speed, while the registry, which a visitor of the page has to wait for, is built for size.

mod answer;
mod follow;
mod hunt;
mod list;
mod question;
mod smaller;

pub use answer::answer;
pub use faultlab_check::worlds::{Ended, Obstacle};
pub use follow::Followed;
pub use hunt::{
    HuntFound, HuntFrom, HuntOptions, HuntOrder, HuntReport, Hunting, RuleWitness, TICK_USUAL, TICKS_USUAL,
};
pub use list::*;
pub use question::{Allow, Asked, Compared, Find, News, Place, Question, Reach};
