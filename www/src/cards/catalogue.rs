//! What there is to play with: protocols and their built-in scenarios.

use faultlab_registry::{LISTED, Listed};
use faultlab_scenario::Scenario;
use yew::prelude::*;

use super::gallery;
use crate::run::open;
use crate::run::player::Player;

#[derive(Properties, PartialEq)]
pub(crate) struct CatalogueProps {
    pub(crate) player: Player,
    pub(crate) close: Callback<()>,
}

#[component]
pub(crate) fn Catalogue(props: &CatalogueProps) -> Html {
    let CatalogueProps { player, close } = props;
    let words = &player.words().header;
    let lang = player.lang();
    let show = |scenario: Scenario, name: Option<&'static str>| {
        let player = player.clone();
        // It begins a visit of its own: who goes back comes back to this panel.
        Callback::from(move |_: MouseEvent| open::show(&player, &scenario, name))
    };
    let row = |title: &str, about: &str, onclick: Callback<MouseEvent>| {
        html! {
            <li>
                <button type="button" class="catalogue-entry" {onclick}>
                    <span class="catalogue-title">{ title }</span>
                    <span class="catalogue-about">{ about }</span>
                </button>
            </li>
        }
    };
    let protocol = |listed: &'static Listed| {
        let entries = gallery::entries().iter().filter(|entry| entry.scenario.protocol == listed.slug);
        let (whole, broken): (Vec<_>, Vec<_>) = entries.partition(|entry| entry.scenario.rules_off.is_empty());
        let entry = |entry: &'static gallery::Entry| {
            let title = gallery::text(&entry.scenario.title, lang);
            let title = if title.is_empty() { entry.name } else { title };
            row(title, gallery::text(&entry.scenario.about, lang), show(entry.scenario.clone(), Some(entry.name)))
        };
        let free = row(words.free_play, words.free_play_about, show(open::fresh(listed), None));
        html! {
            <section class="catalogue-protocol">
                <h3>{ listed.title(lang) }</h3>
                <p>{ listed.summary(lang) }</p>
                <ul>{ free }{ for whole.into_iter().map(entry) }</ul>
                if !broken.is_empty() {
                    <h4>{ words.with_rules_off }</h4>
                    <ul>{ for broken.into_iter().map(entry) }</ul>
                }
            </section>
        }
    };
    html! {
        <section class="panel catalogue" aria-label={words.catalogue}>
            <div class="panel-head">
                <div>
                    <h2>{ words.catalogue }</h2>
                    <p class="soft">{ words.catalogue_about }</p>
                </div>
                <button type="button" class="quiet icon" aria-label={words.close} onclick={close.reform(|_: MouseEvent| ())}>
                    { "×" }
                </button>
            </div>
            <div class="catalogue-grid">{ for LISTED.iter().map(protocol) }</div>
        </section>
    }
}
