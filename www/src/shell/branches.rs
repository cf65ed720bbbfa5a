//! The line under time: undo and redo, the ways the run went, each named by what was done to make it differ, and whether idle
//! stretches are run through.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::keys::report_undo;
use crate::run::player::PlayerProps;

#[component]
pub(crate) fn Branches(props: &PlayerProps) -> Html {
    let player = props.player.clone();
    let words = &player.words().transport;
    let branches = player.lab().branches(player.lang());
    let (can_undo, can_redo) = (player.lab().can_undo(), player.lab().can_redo());
    let on_undo = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| report_undo(&player, player.undo(), false))
    };
    let on_redo = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| report_undo(&player, player.redo(), true))
    };
    let several = branches.len() > 1;
    html! {
        <div class="branches" role="group" aria-label={words.branches}>
            <span class="undo-redo">
                <button type="button" class="chip" disabled={!can_undo} onclick={on_undo}>{ words.undo }</button>
                <button type="button" class="chip" disabled={!can_redo} onclick={on_redo}>{ words.redo }</button>
            </span>
            if several {
                { for branches.iter().map(|branch| {
                    let (player, id) = (player.clone(), branch.id);
                    let onclick = Callback::from(move |_: MouseEvent| player.switch(id));
                    html! {
                        <button type="button" class="chip branch" key={id.0} aria-pressed={branch.current.to_string()} {onclick}>
                            { &branch.name }
                        </button>
                    }
                }) }
                <span class="soft small">{ (words.branch_count)(branches.len()) }</span>
            }
            <SkipIdle player={player.clone()} />
        </div>
    }
}

#[component]
fn SkipIdle(props: &PlayerProps) -> Html {
    let player = props.player.clone();
    let onchange = {
        let player = player.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            player.set_skips_idle(input.checked());
        })
    };
    html! {
        <label class="check skip-idle">
            <input type="checkbox" checked={player.skips_idle()} {onchange} />
            <span>{ player.words().transport.skip_idle }</span>
        </label>
    }
}
