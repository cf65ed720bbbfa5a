//! Members and requests: the cluster grows and shrinks by the protocol's own requests, and anyone may ask it something.

use faultlab_core::NodeId;
use faultlab_registry::OperatorRequest;
use web_sys::{HtmlInputElement, HtmlSelectElement, SubmitEvent};
use yew::prelude::*;

use crate::run::open;
use crate::run::player::{Player, PlayerProps};
use crate::views::view_of;

/// The most nodes that the page offers.
const NODES: std::ops::RangeInclusive<u8> = 1..=15;

#[component]
pub(crate) fn Cluster(props: &PlayerProps) -> Html {
    let player = &props.player;
    html! {
        <div class="cluster">
            <Request player={player.clone()} />
            <OperatorRequests player={player.clone()} />
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
    let example = view_of(player.lab().about().slug).example;
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
                       placeholder={(words.request_hint)(example)} />
                <button type="submit" class="plain">{ words.send }</button>
            </div>
        </form>
    }
}

/// What differs when the operator may ask for other things.
pub(crate) fn offered(player: &Player) -> Vec<String> {
    let lab = player.lab();
    let nodes = NodeId::all(lab.scenario().nodes);
    nodes.flat_map(|node| lab.requests_on(node, player.lang())).map(|request| request.act).collect()
}

/// What the protocol lets the operator ask about a node, such as to join or to leave, for those who do not point at the stage.
#[component]
fn OperatorRequests(props: &PlayerProps) -> Html {
    let player = &props.player;
    let words = &player.words().cluster;
    let moment = player.moment();
    let chosen = use_state(|| None::<NodeId>);
    let of = |node: NodeId| player.lab().requests_on(node, player.lang());
    let nodes: Vec<_> = moment.nodes.iter().filter(|node| !of(node.id).is_empty()).collect();
    let Some(node) = nodes.iter().find(|node| Some(node.id) == *chosen).or(nodes.last()) else {
        return Html::default();
    };
    let ask = |request: OperatorRequest| {
        let player = player.clone();
        let onclick = Callback::from(move |_: MouseEvent| player.act(&request.act));
        html! { <button type="button" class="plain" {onclick}>{ request.verb }</button> }
    };
    let onchange = {
        let (chosen, nodes) = (chosen.clone(), nodes.iter().map(|node| node.id).collect::<Vec<_>>());
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            let index = usize::try_from(select.selected_index()).ok();
            chosen.set(index.and_then(|index| nodes.get(index).copied()));
        })
    };
    html! {
        <section>
            <h3>{ words.requests_on }</h3>
            <div class="members">
                <select aria-label={player.words().inspector.title} {onchange}>
                    { for nodes.iter().map(|other| html! {
                        <option selected={other.id == node.id}>{ &other.name }</option>
                    }) }
                </select>
                { for of(node.id).into_iter().map(ask) }
            </div>
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
                scenario.forget_the_run();
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
