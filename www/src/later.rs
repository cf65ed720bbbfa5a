//! What is fetched when it is first wanted.

use std::future::Future;

use yew::platform::spawn_local;
use yew::prelude::*;

use crate::app::browser::Sight;
use crate::app::player::Player;
use crate::parts::{self, Drawn, Missing};

#[derive(Properties, PartialEq)]
pub(crate) struct LaterProps {
    pub(crate) drawn: Drawn,
    pub(crate) player: Player,
    #[prop_or_default]
    pub(crate) close: Callback<()>,
}

/// Holds the place of a part of the interface until the part is here.
#[component]
pub(crate) fn Later(LaterProps { drawn, player, close }: &LaterProps) -> Html {
    let seen = use_state_eq(|| false);
    let place = use_node_ref();
    let wanted = (*seen || !drawn.waits_for_sight()).then_some(*drawn);
    let draw = use_part(player, wanted, parts::draw);
    use_effect_with(draw.is_none(), {
        let (seen, place) = (seen.setter(), place.clone());
        move |waits| {
            let place = place.cast().filter(|_| *waits);
            let sight = place.map(|place| {
                Sight::new(&place, move |is_seen| {
                    if is_seen {
                        seen.set(true);
                    }
                })
            });
            move || drop(sight)
        }
    });
    match draw {
        Some(draw) => draw(player, close),
        None => html! { <div class={classes!("later", drawn.is_tall().then_some("is-tall"))} ref={place}></div> },
    }
}

/// What a part offers, once it is wanted and here. If it cannot be fetched, the person is told.
#[hook]
pub(crate) fn use_part<Wanted, Offered, Fetching>(
    player: &Player,
    wanted: Option<Wanted>,
    fetch: fn(Wanted) -> Fetching,
) -> Option<Offered>
where
    Wanted: Copy + PartialEq + 'static,
    Offered: Copy + 'static,
    Fetching: Future<Output = Result<Offered, Missing>> + 'static,
{
    let here = use_state(|| None::<(Wanted, Offered)>);
    use_effect_with(wanted, {
        let (here, player) = (here.setter(), player.clone());
        move |wanted| {
            let Some(wanted) = *wanted else { return };
            spawn_local(async move {
                match fetch(wanted).await {
                    Ok(offered) => here.set(Some((wanted, offered))),
                    Err(_) => player.notify(player.words().share.not_fetched, true),
                }
            });
        }
    });
    (*here).filter(|(for_whom, _)| Some(*for_whom) == wanted).map(|(_, offered)| offered)
}
