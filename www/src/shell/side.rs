//! The side column: cards where there is room, one at a time where there is not.

use std::hash::Hash;

use faultlab_registry::{CheckState, Moment};
use yew::prelude::*;

use crate::browser;
use crate::cards::cluster;
use crate::cards::lazy_panel::{LazyPanel, PanelKind};
use crate::run::player::{Player, PlayerProps};

/// The cards, in their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Tab {
    Inspector,
    Checks,
    Explorer,
    Story,
    Rules,
    Dials,
    Cluster,
    Figures,
}

impl Tab {
    const ALL: [Self; 8] = [
        Self::Inspector,
        Self::Checks,
        Self::Explorer,
        Self::Story,
        Self::Rules,
        Self::Dials,
        Self::Cluster,
        Self::Figures,
    ];

    /// Whether the card is open where all cards are to be seen, before the reader has said anything.
    fn open_at_first(self) -> bool {
        matches!(self, Self::Inspector | Self::Checks | Self::Story)
    }

    /// For scripts and tests: whose card it is.
    fn slug(self) -> &'static str {
        match self {
            Self::Inspector => "node",
            Self::Checks => "checks",
            Self::Explorer => "explorer",
            Self::Story => "story",
            Self::Rules => "rules",
            Self::Dials => "dials",
            Self::Cluster => "cluster",
            Self::Figures => "counts",
        }
    }
}

/// What a card's title tells while the card is folded: how the checks stand, how many rules are off.
fn summary(player: &Player, tab: Tab) -> Option<(String, bool)> {
    let words = player.words();
    match tab {
        Tab::Checks => Some(crate::cards::checks::tally(player)),
        Tab::Rules => {
            let off = player.moment().rules.iter().filter(|on| !**on).count();
            Some(if off > 0 { ((words.rules.off)(off), true) } else { (words.rules.all_on.to_owned(), false) })
        }
        Tab::Inspector | Tab::Explorer | Tab::Story | Tab::Dials | Tab::Cluster | Tab::Figures => None,
    }
}

/// What the dials show.
fn dialled(moment: &Moment) -> impl Hash {
    (moment.network, moment.load, moment.config.clone())
}

#[component]
pub(crate) fn Side(props: &PlayerProps) -> Html {
    let player = props.player.clone();
    let chosen = use_state(|| Tab::Inspector);
    // What the reader has folded or unfolded; a rule that is off opens its card by itself.
    let folded = use_state(|| Tab::ALL.map(|_| None::<bool>));
    let words = player.words();
    // Who asks the explorer, from wherever, sees its card.
    use_effect_with(player.explored(), {
        let (chosen, folded) = (chosen.clone(), folded.clone());
        move |asked| {
            if *asked > 0 {
                chosen.set(Tab::Explorer);
                folded.set(std::array::from_fn(|index| {
                    if Tab::ALL[index] == Tab::Explorer { Some(false) } else { folded[index] }
                }));
                browser::bring_into_sight("[data-card=explorer]");
            }
        }
    });
    let name = |tab: Tab| match tab {
        Tab::Inspector => words.inspector.title,
        Tab::Checks => words.checks.title,
        Tab::Explorer => words.rules.break_it,
        Tab::Rules => words.rules.title,
        Tab::Story => words.story.title,
        Tab::Dials => words.dials.title,
        Tab::Cluster => words.cluster.title,
        Tab::Figures => words.figures.title,
    };
    let switch = |tab: Tab| {
        let chosen_now = *chosen == tab;
        let chosen = chosen.clone();
        let onclick = Callback::from(move |_: MouseEvent| chosen.set(tab));
        html! {
            <button type="button" class="tab" aria-pressed={chosen_now.to_string()} {onclick}>{ name(tab) }</button>
        }
    };
    let card = |(index, tab): (usize, Tab)| {
        let told = summary(&player, tab);
        let has_news = tab == Tab::Rules && told.as_ref().is_some_and(|(_, grave)| *grave);
        let open = !folded[index].unwrap_or(!tab.open_at_first() && !has_news);
        let on_fold = {
            let folded = folded.clone();
            Callback::from(move |_: MouseEvent| {
                let mut next = *folded;
                next[index] = Some(open);
                folded.set(next);
            })
        };
        let chosen = *chosen == tab;
        let player = player.clone();
        let body = || {
            let (kind, player) = match tab {
                Tab::Inspector => (PanelKind::Inspector, player),
                Tab::Checks => (PanelKind::Checks, player),
                Tab::Story => (PanelKind::Story, player),
                Tab::Figures => (PanelKind::Figures, player),
                // These show what only an act changes.
                Tab::Rules => (PanelKind::Rules, player.keyed(&player.moment().rules)),
                Tab::Explorer => {
                    let broken = player.checks().iter().any(|check| check.state == CheckState::Broken);
                    (PanelKind::Explorer, player.keyed(&(player.moment().rules.clone(), broken)))
                }
                Tab::Dials => (PanelKind::Dials, player.keyed(&dialled(&player.moment()))),
                Tab::Cluster => (PanelKind::Cluster, player.keyed(&cluster::offered(&player))),
            };
            html! { <LazyPanel {kind} {player} /> }
        };
        let class = classes!("card", "side-card", chosen.then_some("chosen"), open.then_some("open"));
        html! {
            <section {class} aria-label={name(tab)} data-card={tab.slug()}>
                <h2 class="side-title">
                    <button type="button" class="fold" aria-expanded={open.to_string()} onclick={on_fold}>
                        <span>{ name(tab) }</span>
                        if let Some((text, grave)) = told {
                            <span class={classes!("fold-told", grave.then_some("fault"))}>{ text }</span>
                        }
                        <svg class="fold-mark" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">
                            <path d="M3 4.5 6 7.5 9 4.5" fill="none" stroke="currentColor" stroke-width="1.5" />
                        </svg>
                    </button>
                </h2>
                if open || chosen {
                    <div class="side-body">{ body() }</div>
                }
            </section>
        }
    };
    html! {
        <div class="side">
            <div class="tabs" role="group" aria-label={words.inspector.title}>{ for Tab::ALL.map(switch) }</div>
            { for Tab::ALL.into_iter().enumerate().map(card) }
        </div>
    }
}
