//! The line that tells what is not part of the run: a copied link, a file that cannot be read.

use yew::prelude::*;

use crate::run::player::PlayerProps;

#[component]
pub(crate) fn NoticeLine(props: &PlayerProps) -> Html {
    let player = props.player.clone();
    let notice = player.notice();
    let onclick = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| player.dismiss_notice())
    };
    // The region is always there: screen readers announce what changes in it.
    html! {
        <div class="notice-region" role="status">
            if let Some(notice) = notice {
                <div class={classes!("notice", notice.grave.then_some("grave"))}>
                    <p>{ notice.text }</p>
                    <button type="button" class="quiet icon" aria-label={player.words().header.close} {onclick}>{ "×" }</button>
                </div>
            }
        </div>
    }
}
