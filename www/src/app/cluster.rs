//! Members and requests: the cluster grows and shrinks by the protocol's own requests, and anyone may ask it something.

use web_sys::{HtmlInputElement, HtmlSelectElement, SubmitEvent};
use yew::prelude::*;

use super::open;
use super::player::{Player, PlayerProps};

/// The most nodes that the page offers.
const NODES: std::ops::RangeInclusive<u8> = 1..=15;

#[component]
pub(crate) fn Cluster(props: &PlayerProps) -> Html {
    let player = &props.player;
    html! {
        <div class="cluster">
            <Request player={player.clone()} />
            <Members player={player.clone()} />
            <Nodes player={player.clone()} />
        </div>
    }
}

/// A request in the protocol's own spelling.
#[component]
fn Request(props: &PlayerProps) -> Html {
    let player = props.player.clone();
    let words = &player.words().cluster;
    let field = use_node_ref();
    let client = use_node_ref();
    let moment = player.moment();
    let onsubmit = {
        let (player, field, client) = (player.clone(), field.clone(), client.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (Some(field), Some(client)) = (field.cast::<HtmlInputElement>(), client.cast::<HtmlSelectElement>())
            else {
                return;
            };
            let text = field.value();
            if !text.trim().is_empty() {
                player.act(&format!("request {} {}", client.value(), text.trim()));
            }
        })
    };
    html! {
        <form class="request" {onsubmit}>
            <h3>{ words.request }</h3>
            <div class="request-row">
                <select ref={client} aria-label={words.client}>
                    { for moment.clients.iter().map(|client| {
                        let name = client.id.to_string();
                        html! { <option value={name.clone()}>{ name.clone() }</option> }
                    }) }
                </select>
                <input ref={field} type="text" autocomplete="off" spellcheck="false" aria-label={words.request}
                       placeholder={(words.request_hint)("put x 7")} />
                <button type="submit" class="plain">{ words.send }</button>
            </div>
        </form>
    }
}

/// Joins and leaves, where the protocol has them: the operator asks for them like for anything else.
#[component]
fn Members(props: &PlayerProps) -> Html {
    let player = &props.player;
    let words = &player.words().cluster;
    let moment = player.moment();
    let ask = |text: String, act: String| {
        let player: Player = player.clone();
        let onclick = Callback::from(move |_: MouseEvent| player.act(&act));
        html! { <button type="button" class="plain" {onclick}>{ text }</button> }
    };
    let nodes = &moment.nodes;
    html! {
        <section>
            <h3>{ words.membership }</h3>
            <ul class="members">
                { for nodes.iter().map(|node| html! {
                    <li key={node.id.0}>
                        <span class="member-name">{ &node.name }</span>
                        { ask((words.add)(&node.name), format!("request c0 join {}", node.id)) }
                        { ask((words.remove)(&node.name), format!("request c0 leave {}", node.id)) }
                    </li>
                }) }
            </ul>
        </section>
    }
}

/// How many nodes there are at all; another number is another run.
#[component]
fn Nodes(props: &PlayerProps) -> Html {
    let player = props.player.clone();
    let words = &player.words().cluster;
    let nodes = player.lab().scenario().nodes;
    let onchange = {
        let player = player.clone();
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            if let Ok(nodes) = select.value().parse() {
                let mut scenario = player.lab().scenario();
                scenario.nodes = nodes;
                open::show(&player, &scenario, None);
            }
        })
    };
    html! {
        <label class="choice">
            <span class="dial-name">{ words.nodes }</span>
            <select {onchange}>
                { for NODES.map(|count| html! { <option selected={count == nodes} value={count.to_string()}>{ count }</option> }) }
            </select>
            <span class="soft small">{ words.nodes_about }</span>
        </label>
    }
}
