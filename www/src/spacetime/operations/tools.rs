//! The buttons of the picture of operations: to hide it, and to look at one key alone.

use faultlab_core::Datum;
use faultlab_words::page::operations_words;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::super::Shared;
use crate::run::player::Player;

#[derive(Properties, PartialEq)]
pub(in crate::spacetime) struct ToolsProps {
    pub(in crate::spacetime) player: Player,
    pub(in crate::spacetime) live: Shared,
    pub(in crate::spacetime) keys: Vec<Datum>,
    pub(in crate::spacetime) shown: UseStateHandle<bool>,
}

#[component]
pub(in crate::spacetime) fn OperationTools(props: &ToolsProps) -> Html {
    let ToolsProps { player, live: Shared(live), keys, shown } = props;
    let words = operations_words(player.lang());
    let toggle = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(!*shown))
    };
    let onchange = {
        let (live, player, keys) = (live.clone(), player.clone(), keys.clone());
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            // The first choice is all of them.
            let place = usize::try_from(select.selected_index()).ok().and_then(|index| index.checked_sub(1));
            let key = place.and_then(|place| keys.get(place).cloned());
            live.diagram.borrow_mut().operations.set_key(key);
            live.draw(&player);
        })
    };
    let chosen = live.diagram.borrow().operations.key.clone();
    html! {
        <div class="spacetime-tools operations-tools">
            if **shown && keys.len() > 1 {
                <select class="tool" aria-label={words.key} {onchange}>
                    <option selected={chosen.is_none()}>{ words.all_keys }</option>
                    { for keys.iter().map(|key| html! {
                        <option selected={chosen.as_ref() == Some(key)}>{ key.to_string() }</option>
                    }) }
                </select>
            }
            <button type="button" class="tool" aria-pressed={shown.to_string()} onclick={toggle} title={words.show}>
                { words.title }
            </button>
        </div>
    }
}
