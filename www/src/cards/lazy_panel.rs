//! A card or panel that is fetched when it is first wanted.

use yew::prelude::*;

use crate::browser::Sight;
use crate::run::lazy::{Door, use_door};
use crate::run::player::Player;

/// What is fetched when it is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PanelKind {
    Catalogue,
    Inspector,
    Checks,
    Story,
    Share,
    Help,
    Matrix,
    Dials,
    Cluster,
    Figures,
    Rules,
    Violation,
    Explorer,
    SpaceTime,
}

impl PanelKind {
    /// Its place is kept while it is fetched, so that what comes after it neither jumps nor seems to be in sight.
    fn is_tall(self) -> bool {
        matches!(self, Self::Inspector | Self::Checks)
    }

    /// Nobody asks for it: it is part of the page, but not on every screen of what one sees first.
    fn waits_for_sight(self) -> bool {
        matches!(self, Self::Inspector | Self::Checks | Self::Story | Self::SpaceTime)
    }
}

/// Draws it for a run; some of it can be closed.
pub(crate) type Draw = fn(&Player, &Callback<()>) -> Html;

/// All of them.
pub(crate) static PANEL: Door<PanelKind, Draw> = Door::new();

#[derive(Properties, PartialEq)]
pub(crate) struct LazyPanelProps {
    pub(crate) kind: PanelKind,
    pub(crate) player: Player,
    #[prop_or_default]
    pub(crate) close: Callback<()>,
}

/// Holds the place of a panel until it is here.
#[component]
pub(crate) fn LazyPanel(LazyPanelProps { kind, player, close }: &LazyPanelProps) -> Html {
    let seen = use_state_eq(|| false);
    let place = use_node_ref();
    let wanted = (*seen || !kind.waits_for_sight()).then_some(*kind);
    let draw = use_door(player, wanted, &PANEL);
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
        None => html! { <div class={classes!("later", kind.is_tall().then_some("is-tall"))} ref={place}></div> },
    }
}
