//! The keys of the stage: they act while the focus is on it, on the node in focus.

use faultlab_core::{ClientId, Endpoint, NodeId};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::hand::{Hand, Mode, Wanted, named, within};
use super::scene::Scene;
use crate::run::player::Selection;

/// Does what a key says. True if the key was ours.
pub(crate) fn press(event: &KeyboardEvent, hand: &Hand, scene: &Scene) -> bool {
    if event.alt_key() || event.ctrl_key() || event.meta_key() {
        return false;
    }
    let key = event.key();
    if key == "Escape" {
        return escape(event, hand);
    }
    if within(event, ".verbs") {
        return match key.as_str() {
            "ArrowRight" | "ArrowDown" => move_in_bar(event, 1),
            "ArrowLeft" | "ArrowUp" => move_in_bar(event, -1),
            _ => false,
        };
    }
    let at_node = named(event, "data-node").map(usize::from);
    let at_client = named(event, "data-client").map(ClientId);
    let at_packet = within(event, "[data-packet]");
    if at_node.is_none() && at_client.is_none() && !at_packet {
        return false;
    }
    match key.as_str() {
        "m" | "M" => {
            hand.walk_packets(key == "m");
            return true;
        }
        "ArrowRight" | "ArrowDown" if at_packet => {
            hand.walk_packets(true);
            return true;
        }
        "ArrowLeft" | "ArrowUp" if at_packet => {
            hand.walk_packets(false);
            return true;
        }
        _ => {}
    }
    if let Some(client) = at_client {
        return walk(Endpoint::Client(client), &key, hand, scene);
    }
    at_node.is_some_and(|node| press_at(node, &key, hand, scene))
}

/// Goes from party to party: around the nodes, then the clients.
fn walk(from: Endpoint, key: &str, hand: &Hand, scene: &Scene) -> bool {
    let nodes = (0..scene.nodes()).map(|node| Endpoint::Node(NodeId(node as u8)));
    let clients = scene.moment.clients.iter().map(|client| client.id).filter(|client| scene.shows_client(*client));
    let parties: Vec<Endpoint> = nodes.chain(clients.map(Endpoint::Client)).collect();
    let Some(here) = parties.iter().position(|party| *party == from) else { return false };
    let to = match key {
        "ArrowRight" | "ArrowDown" => (here + 1) % parties.len(),
        "ArrowLeft" | "ArrowUp" => (here + parties.len() - 1) % parties.len(),
        "Home" => 0,
        "End" => scene.nodes().saturating_sub(1),
        _ => return false,
    };
    hand.want(match parties[to] {
        Endpoint::Node(node) => Wanted::Node(node.index()),
        Endpoint::Client(client) => Wanted::Client(client),
    });
    true
}

/// Closes what is open, the innermost first.
fn escape(event: &KeyboardEvent, hand: &Hand) -> bool {
    if hand.open() != Selection::None {
        hand.close(true);
        return true;
    }
    if within(event, "[data-packet]") {
        hand.leave_packets();
        hand.want(Wanted::Node(hand.focused()));
        return true;
    }
    if matches!(hand.mode(), Mode::Cut { first: Some(_) }) {
        hand.set_mode(Mode::Cut { first: None });
        return true;
    }
    false
}

fn press_at(node: usize, key: &str, hand: &Hand, scene: &Scene) -> bool {
    let Some(view) = scene.moment.nodes.get(node) else { return false };
    let id = NodeId(node as u8);
    match key {
        "c" => act(hand, &if view.up { format!("crash {id}") } else { format!("restart {id}") }),
        "p" if view.up => act(hand, &if view.paused { format!("resume {id}") } else { format!("pause {id}") }),
        "i" => {
            let touched = |end: &Endpoint| *end == Endpoint::Node(id);
            let is_cut = scene.moment.cuts.iter().any(|(from, to)| touched(from) || touched(to));
            act(hand, &if is_cut { format!("heal {id}") } else { format!("isolate {id}") })
        }
        "t" => match view.timers.first() {
            Some(timer) => act(hand, &format!("fire {id} {}", timer.slug)),
            None => false,
        },
        "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" if matches!(hand.mode(), Mode::Group { .. }) => {
            hand.assign(node, usize::from(key.as_bytes()[0] - b'1'));
            true
        }
        _ => walk(Endpoint::Node(id), key, hand, scene),
    }
}

fn act(hand: &Hand, text: &str) -> bool {
    hand.player.act(text);
    true
}

/// Moves the focus among the buttons of the bar.
fn move_in_bar(event: &KeyboardEvent, by: i64) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    let Some(bar) = target.closest(".verbs").ok().flatten() else { return false };
    let Ok(buttons) = bar.query_selector_all("button:not([disabled])") else { return false };
    let count = i64::from(buttons.length());
    let here =
        (0..count).find(|index| buttons.item(*index as u32).is_some_and(|button| button.is_same_node(Some(&target))));
    let next = here.map_or(0, |here| (here + by).rem_euclid(count.max(1)));
    let button = buttons.item(next as u32).and_then(|button| button.dyn_into::<HtmlElement>().ok());
    button.is_some_and(|button| button.focus().is_ok())
}
