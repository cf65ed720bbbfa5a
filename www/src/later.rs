//! What is fetched when it is first wanted.

use yew::platform::spawn_local;
use yew::prelude::*;

use crate::app::browser::Sight;
use crate::app::player::Player;
use crate::parts::{self, Draw, Drawn};

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
    let draw = use_state(|| None::<Draw>);
    let place = use_node_ref();
    use_effect_with(*drawn, {
        let (draw, player, place) = (draw.clone(), player.clone(), place.clone());
        move |drawn| {
            let drawn = *drawn;
            let fetch = move || {
                let (draw, player) = (draw.clone(), player.clone());
                spawn_local(async move {
                    match parts::draw(drawn).await {
                        Ok(fetched) => draw.set(Some(fetched)),
                        Err(_) => player.notify(player.words().share.not_fetched, true),
                    }
                });
            };
            let mut sight = None;
            if drawn.waits_for_sight() {
                sight = place.cast().map(|place| {
                    Sight::new(&place, move |seen| {
                        if seen {
                            fetch();
                        }
                    })
                });
            } else {
                fetch();
            }
            move || drop(sight)
        }
    });
    match *draw {
        Some(draw) => draw(player, close),
        None => html! { <div class="later" ref={place}></div> },
    }
}
