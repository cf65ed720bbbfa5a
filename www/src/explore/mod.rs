//! The explorer in the page. It runs in a worker, the same program as the page, and never on the page's thread.
//!
//! `session` is the page's side: it hires the worker (`hired`), asks, and brings to the stage what was found. `worker` is the other
//! side, `card` shows how things stand, `matrix` has every rule of every protocol broken. All these are fetched when the reader first asks.

mod card;
mod hired;
mod matrix;
mod session;
mod trial;
mod worker;

pub(crate) use card::ExplorerCard;
pub(crate) use matrix::Matrix;
pub(crate) use session::begin;
pub(crate) use worker::{HUNTS, serve};
