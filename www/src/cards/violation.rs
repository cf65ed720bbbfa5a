//! What is said when a promise breaks: which, by what facts, and how it came to that.

use faultlab_registry::CheckState;
use yew::platform::spawn_local;
use yew::prelude::*;

use super::as_test;
use super::lazy_panel::{LazyPanel, PanelKind};
use crate::browser;
use crate::run::doors::PACK;
use crate::run::explorer::{Wish, ask};
use crate::run::player::PlayerProps;
use crate::run::{open, why};

/// Stands under the stage as long as the last step taken is one in which a promise broke.
#[component]
pub(crate) fn Violation(props: &PlayerProps) -> Html {
    let player = props.player.clone();
    let is_broken = why::broken_line(&*player.lab(), player.lang()).is_some();
    html! {
        <div class="violation-region" role="alert">
            if is_broken {
                <LazyPanel kind={PanelKind::Violation} {player} />
            }
        </div>
    }
}

/// What broke in the last step taken.
#[component]
pub(crate) fn Broken(props: &PlayerProps) -> Html {
    let player = props.player.clone();
    let lang = player.lang();
    let Some(line) = why::broken_line(&*player.lab(), lang) else { return Html::default() };
    let words = player.words();
    let checks = player.checks();
    let broken: Vec<_> = checks.iter().filter(|check| check.state == CheckState::Broken).collect();
    let moment = player.moment();
    let on_why = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| player.set_chain(Some(why::chain(&*player.lab(), line.id, lang))))
    };
    let on_copy = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| {
            let (linked, player) = (open::linked(&*player.lab()), player.clone());
            spawn_local(async move {
                let words = &player.words().share;
                let Ok(packed) = PACK.open(linked).await else { return player.notify(words.not_fetched, true) };
                let address = format!("{}#s={packed}", browser::base_address());
                browser::copy(&address, move |copied| {
                    let words = &player.words().share;
                    player.notify(if copied { words.copied } else { words.copy_failed }, !copied);
                });
            });
        })
    };
    let on_shrink = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| ask(&player, Wish::Shrink))
    };
    let on_undo = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| {
            player.undo();
        })
    };
    let can_undo = player.lab().can_undo();
    html! {
        <div class="violation">
            { for broken.iter().map(|check| html! {
                <div>
                    <h2><span aria-hidden="true">{ "! " }</span>{ (words.caption.broken)(check.name) }</h2>
                    <p>{ check.meaning }</p>
                    if !check.facts.is_empty() {
                        <p class="soft">{ check.heading }</p>
                        <ul>{ for check.facts.iter().map(|fact| html! { <li>{ fact }</li> }) }</ul>
                    }
                </div>
            }) }
            if let Some(excess) = moment.beyond {
                <p class="beyond">{ (words.caption.beyond)(&super::checks::excess_told(&player, excess)) }</p>
            }
            <div class="caption-acts">
                <button type="button" class="plain strong" onclick={on_why}>{ words.caption.why }</button>
                <button type="button" class="plain" onclick={on_shrink}>{ words.rules.shrink }</button>
                <button type="button" class="plain" onclick={on_copy}>{ words.share.copy }</button>
                { as_test::button(&player, as_test::until_now) }
                if can_undo {
                    <button type="button" class="plain" onclick={on_undo}>{ words.caption.take_back }</button>
                }
            </div>
        </div>
    }
}
