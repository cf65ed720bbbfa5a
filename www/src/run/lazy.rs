//! Doors to code that is fetched when it is first wanted. The room that needs something declares a [`Door`] to it; `chunks` says what
//! is behind each, so only the list of chunks knows all that can be fetched.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

use yew::platform::spawn_local;
use yew::prelude::*;

use super::player::Player;

/// Why something could not be fetched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LoadError {
    /// There is no such thing.
    Unknown,
    /// Its file did not arrive.
    NotFetched,
}

pub(crate) type Loading<Offered> = Pin<Box<dyn Future<Output = Result<Offered, LoadError>>>>;

/// The way to something that may have to be fetched first.
pub(crate) struct Door<Asked, Offered>(OnceLock<fn(Asked) -> Loading<Offered>>);

impl<Asked, Offered> Door<Asked, Offered> {
    /// A door that leads nowhere yet.
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Says what is behind it, once, when the program starts.
    pub(crate) fn lead_to(&self, fetch: fn(Asked) -> Loading<Offered>) {
        // A second call would name the same function: there is one list of chunks.
        let _ = self.0.set(fetch);
    }

    /// What is behind it, fetched if it is not here yet.
    ///
    /// # Errors
    /// There is no such thing, or its file did not arrive.
    pub(crate) async fn open(&self, asked: Asked) -> Result<Offered, LoadError> {
        match self.0.get() {
            Some(fetch) => fetch(asked).await,
            // Nobody has said what is behind it.
            None => Err(LoadError::NotFetched),
        }
    }
}

/// What a door offers, once it is wanted and here. If it cannot be fetched, the reader reads so.
#[hook]
pub(crate) fn use_door<Wanted, Offered>(
    player: &Player,
    wanted: Option<Wanted>,
    door: &'static Door<Wanted, Offered>,
) -> Option<Offered>
where
    Wanted: Copy + PartialEq + 'static,
    Offered: Copy + 'static,
{
    let here = use_state(|| None::<(Wanted, Offered)>);
    use_effect_with(wanted, {
        let (here, player) = (here.setter(), player.clone());
        move |wanted| {
            let Some(wanted) = *wanted else { return };
            spawn_local(async move {
                match door.open(wanted).await {
                    Ok(offered) => here.set(Some((wanted, offered))),
                    Err(_) => player.notify(player.words().share.not_fetched, true),
                }
            });
        }
    });
    (*here).filter(|(was_wanted, _)| Some(*was_wanted) == wanted).map(|(_, offered)| offered)
}
