//! Asking the explorer about the run. What it does with the question is fetched with it.

use yew::platform::spawn_local;

use super::lazy::Door;
use super::player::Player;

/// What the reader wants of the explorer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wish {
    /// A run that breaks a promise.
    Break,
    /// To know that there is none, as far as one can look.
    Prove,
    /// The violation on the stage with less.
    Shrink,
}

/// The page's side of the explorer.
pub(crate) static EXPLORER: Door<(), fn(&Player, Wish)> = Door::new();

/// Asks the explorer about the run as it stands. Its card unfolds.
pub(crate) fn ask(player: &Player, wish: Wish) {
    player.pause();
    player.unfold_explorer();
    let player = player.clone();
    spawn_local(async move {
        match EXPLORER.open(()).await {
            Ok(begin) => begin(&player, wish),
            Err(_) => player.notify(player.words().share.not_fetched, true),
        }
    });
}
