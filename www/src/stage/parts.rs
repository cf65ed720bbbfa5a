//! The stage as HTML, one element a thing: real buttons over the nodes and clients, and lists of what is on its way and what is cut.
//!
//! The drawing itself is hidden from screen readers; this is what they read, and what the keyboard walks.

use std::rc::Rc;

use faultlab_core::Endpoint;
use faultlab_registry::PacketView;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::geometry::Point;
use super::hand::HandRef;
use super::scene::{Scene, SceneRef};
use crate::browser::wall;
use crate::run::player::Selection;

/// The most messages in the list.
const LISTED: usize = 24;

#[derive(Properties, PartialEq)]
pub(crate) struct PartyProps {
    /// `data-node` or `data-client`.
    pub(crate) number: u8,
    pub(crate) is_client: bool,
    pub(crate) at: Point,
    pub(crate) reach: f64,
    pub(crate) label: AttrValue,
    pub(crate) open: bool,
    /// The Tab key comes to it.
    pub(crate) tabbed: bool,
    pub(crate) pressed: Option<bool>,
    pub(crate) hand: HandRef,
}

/// The button over a node or a client.
#[component]
pub(crate) fn Party(props: &PartyProps) -> Html {
    let button = use_node_ref();
    use_effect_with((props.at, props.reach), {
        let button = button.clone();
        move |(at, reach)| {
            let Some(button) = button.cast::<HtmlElement>() else { return };
            let style = button.style();
            let side = (2.0 * reach).max(super::layout::TARGET);
            for (property, value) in
                [("left", at.x - side / 2.0), ("top", at.y - side / 2.0), ("width", side), ("height", side)]
            {
                // Setting a known property to a number of pixels cannot fail.
                let _ = style.set_property(property, &format!("{value:.1}px"));
            }
        }
    });
    let onfocus = {
        let (hand, number, is_client) = (props.hand.clone(), props.number, props.is_client);
        Callback::from(move |_: FocusEvent| {
            if !is_client {
                hand.0.focus_came(usize::from(number));
            }
        })
    };
    let number = props.number.to_string();
    html! {
        <button ref={button} type="button" class="party"
            data-node={(!props.is_client).then(|| number.clone())} data-client={props.is_client.then_some(number)}
            tabindex={if props.tabbed { "0" } else { "-1" }} aria-label={props.label.clone()}
            aria-expanded={props.pressed.is_none().then(|| props.open.to_string())}
            aria-pressed={props.pressed.map(|pressed| pressed.to_string())} {onfocus} />
    }
}

/// A node in a sentence: “S2, follower, term 3, running”.
pub(crate) fn node_label(scene: &Scene, index: usize) -> String {
    let said = &scene.words.said;
    let Some(view) = scene.moment.nodes.get(index) else { return String::new() };
    let mut parts = vec![view.name.clone()];
    if view.up
        && let Some(face) = scene.faces.get(index)
    {
        parts.extend([&face.role, &face.subtitle].into_iter().filter(|word| !word.is_empty()).cloned());
        if let Some(tally) = &face.tally {
            parts.push((said.tally)(&tally.label, tally.got, tally.needed));
        }
    }
    let state = match (view.up, view.paused) {
        (false, _) => said.down,
        (true, true) => said.paused,
        (true, false) => said.running,
    };
    parts.push(state.to_owned());
    if view.percent != 100 {
        parts.push(said.slow.to_owned());
    }
    if view.skew_ppm != 0 {
        parts.push(said.clock_off.to_owned());
    }
    let unsynced: usize = view.areas.iter().map(|area| area.unsynced.len()).sum();
    if unsynced > 0 {
        parts.push((said.unsynced)(unsynced));
    }
    if let Some(island) = scene.island_of(index) {
        parts.push((scene.words.modes.island)(&crate::run::islands::letter(island)));
    }
    parts.join(said.comma)
}

pub(crate) fn client_label(scene: &Scene, client: usize) -> String {
    let Some(view) = scene.moment.clients.get(client) else { return String::new() };
    let words = &scene.words.client;
    let state = view
        .waiting
        .as_ref()
        .map_or_else(|| words.idle.to_owned(), |(request, node)| (words.waits)(request, scene.node_name(*node)));
    format!("{}{}{state}", scene.client_name(view.id), scene.words.said.comma)
}

fn packet_label(scene: &Scene, packet: &PacketView) -> String {
    let said = &scene.words.said;
    let when = if packet.waiting {
        said.waiting.to_owned()
    } else if packet.held {
        said.held.to_owned()
    } else if scene.is_down(packet.name.to) {
        said.doomed.to_owned()
    } else {
        // In milliseconds: nobody hears microseconds.
        let left = packet.due.since(scene.moment.now);
        (said.arrives_in)(&faultlab_core::Span::millis(left.0.div_ceil(1_000)).to_string())
    };
    (said.message)(&packet.label, &scene.name(packet.name.from), &scene.name(packet.name.to), &when)
}

#[derive(Properties, PartialEq)]
pub(crate) struct ListsProps {
    pub(crate) scene: SceneRef,
    pub(crate) hand: HandRef,
    /// While the run plays, the lists are brought up to date now and then only: nobody can follow more, and it costs.
    pub(crate) at_rest: bool,
}

/// How long lists stay as they are while the run plays, in milliseconds.
const LISTS_KEPT: f64 = 1_000.0;

/// Messages on their way and cut links, as lists.
#[component]
pub(crate) fn Lists(props: &ListsProps) -> Html {
    let kept = use_mut_ref(|| (f64::NEG_INFINITY, Html::default()));
    let now = wall();
    if props.at_rest || now - kept.borrow().0 >= LISTS_KEPT {
        *kept.borrow_mut() = (now, lists(&props.scene.0, &props.hand));
    }
    kept.borrow().1.clone()
}

fn lists(scene: &Rc<Scene>, hand: &HandRef) -> Html {
    let said = &scene.words.said;
    let packets = scene.moment.packets.iter().take(LISTED).map(|packet| {
        let (hand, name) = (hand.clone(), packet.name);
        let onclick = {
            let hand = hand.clone();
            Callback::from(move |event: MouseEvent| {
                event.stop_propagation();
                hand.0.press(Selection::Packet(name), true);
            })
        };
        let onfocus = {
            let hand = hand.clone();
            Callback::from(move |_: FocusEvent| hand.0.player.hover(Selection::Packet(name)))
        };
        let onblur = Callback::from(move |_: FocusEvent| hand.0.leave_packets());
        html! {
            <li key={name.to_string()}>
                <button type="button" tabindex="-1" data-packet={name.to_string()} {onclick} {onfocus} {onblur}>
                    { packet_label(scene, packet) }
                </button>
            </li>
        }
    });
    let more = scene.moment.packets.len().saturating_sub(LISTED);
    let cuts = scene.moment.cuts.iter().take(LISTED * 2).map(|(from, to): &(Endpoint, Endpoint)| {
        html! { <li>{ (said.cut_link)(&scene.name(*from), &scene.name(*to)) }</li> }
    });
    html! {
        <div class="stage-lists">
            <p>{ said.messages }</p>
            if scene.moment.packets.is_empty() {
                <p>{ said.no_messages }</p>
            } else {
                <ul aria-label={said.messages}>{ for packets }</ul>
            }
            if more > 0 { <p>{ (said.more_messages)(more) }</p> }
            <p>{ said.links }</p>
            if scene.moment.cuts.is_empty() {
                <p>{ said.no_cuts }</p>
            } else {
                <ul aria-label={said.links}>{ for cuts }</ul>
            }
        </div>
    }
}
