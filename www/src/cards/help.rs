//! What the keys do.

use yew::prelude::*;

use super::catalogue::CatalogueProps;

#[component]
pub(crate) fn HelpPanel(props: &CatalogueProps) -> Html {
    let words = &props.player.words().help;
    let close = props.close.reform(|_: MouseEvent| ());
    let table = |title: &'static str, keys: &'static [(&'static str, &'static str)]| {
        html! {
            <section>
                <h3>{ title }</h3>
                <dl class="keys">
                    { for keys.iter().map(|(key, meaning)| html! {
                        <div><dt><kbd>{ *key }</kbd></dt><dd>{ *meaning }</dd></div>
                    }) }
                </dl>
            </section>
        }
    };
    html! {
        <section class="panel help" aria-label={words.title}>
            <div class="panel-head">
                <h2>{ words.title }</h2>
                <button type="button" class="quiet icon" aria-label={props.player.words().header.close} onclick={close}>
                    { "×" }
                </button>
            </div>
            <p>{ words.about }</p>
            <div class="help-grid">
                { table(words.run_keys_title, words.keys) }
                { table(words.stage_keys_title, words.stage_keys) }
            </div>
            <p class="soft">{ words.licence }</p>
        </section>
    }
}
