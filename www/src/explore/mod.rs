//! The explorer in the page. It runs in a worker, the same program as the page, and never on the page's thread.
//!
//! `session` is the page's side: it hires the worker (`hired`), asks, and brings to the stage what was found. `worker` is the other
//! side, `card` shows how things stand, `matrix` has every rule of every protocol broken. All these are parts; only [`ask`] comes
//! with the page.

mod card;
mod hired;
mod matrix;
mod session;
mod trial;
mod worker;

use yew::platform::spawn_local;

use crate::app::player::Player;
use crate::parts;

pub(crate) use card::ExplorerCard;
pub(crate) use matrix::Matrix;
pub(crate) use session::begin;
pub(crate) use worker::serve;

/// What the reader wants of the explorer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wish {
    /// A play that breaks a promise.
    Break,
    /// To know that there is none, as far as one can look.
    Prove,
    /// The violation on the stage with less.
    Shrink,
}

/// Asks the explorer about the run as it stands. Its card unfolds.
pub(crate) fn ask(player: &Player, wish: Wish) {
    player.pause();
    player.unfold_explorer();
    let player = player.clone();
    spawn_local(async move {
        match parts::explorer().await {
            Ok(begin) => begin(&player, wish),
            Err(_) => player.notify(player.words().share.not_fetched, true),
        }
    });
}
