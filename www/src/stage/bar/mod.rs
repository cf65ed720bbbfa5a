//! The bar of verbs at a chosen thing: near it, never over it, never outside the stage.

mod link;
mod node;
mod packet;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::geometry::Rect;
use super::hand::{Hand, HandRef, Wanted};
use super::placing::{dock, place};
use super::scene::{Scene, SceneRef};
use super::whatif::WhatIf;
use crate::run::player::Selection;

/// A stage lower than this has no room for a bar beside its nodes.
const SHORT: f64 = 340.0;

/// What a verb does.
#[derive(Clone, PartialEq, Debug)]
enum Does {
    /// An act, as scenario text.
    Act(String),
    /// Another page of the bar.
    Turn(Page),
}

/// One verb.
#[derive(Clone, PartialEq, Debug)]
struct Verb {
    label: String,
    does: Does,
    /// It breaks something.
    harms: bool,
}

impl Verb {
    fn act(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: label.into(), does: Does::Act(text.into()), harms: false }
    }

    fn harm(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { harms: true, ..Self::act(label, text) }
    }

    fn turn(label: impl Into<String>, page: Page) -> Self {
        Self { label: label.into(), does: Does::Turn(page), harms: false }
    }
}

/// The pages of the bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Page {
    #[default]
    Main,
    More,
    /// What survives a crash.
    Survivors,
    /// Which record goes bad.
    Corrupt,
}

#[derive(Properties, PartialEq)]
pub(crate) struct BarProps {
    pub(crate) hand: HandRef,
    pub(crate) scene: SceneRef,
    pub(crate) open: Selection,
}

/// The bar of what is open, if anything is.
#[component]
pub(crate) fn Bar(BarProps { hand, scene, open }: &BarProps) -> Html {
    let page = use_state_eq(|| (*open, Page::Main));
    // Another thing begins with its main page.
    let current = if page.0 == *open { page.1 } else { Page::Main };
    let root = use_node_ref();
    use_effect({
        let (root, hand, scene, open) = (root.clone(), hand.clone(), scene.clone(), *open);
        move || put(&root, &hand.0, &scene.0, open)
    });
    let turn = {
        let (page, open, hand) = (page.clone(), *open, hand.clone());
        Callback::from(move |to: Page| {
            page.set((open, to));
            if hand.0.has_focus_in_bar() {
                hand.0.want(Wanted::Verb);
            }
        })
    };
    let Some((title, about)) = heading(&scene.0, *open) else { return Html::default() };
    let content = match (open, current) {
        (Selection::Node(node), Page::Survivors) => {
            html! { <node::Survivors hand={hand.clone()} scene={scene.clone()} node={*node} /> }
        }
        (Selection::Node(node), page) => {
            let asked = hand.0.player.lab().requests_on(*node, scene.0.lang);
            let asked = if page == Page::Main { asked } else { Vec::new() };
            html! { <>{ verbs(node::verbs(&scene.0, *node, page), hand, &turn) }{ verbs(node::requests(asked), hand, &turn) }</> }
        }
        (Selection::Packet(name), _) => verbs(packet::verbs(&scene.0, *name), hand, &turn),
        (Selection::Link(a, b), _) => verbs(link::verbs(&scene.0, *a, *b), hand, &turn),
        (Selection::Client(client), _) => verbs(link::client_verbs(&scene.0, *client), hand, &turn),
        (Selection::None | Selection::Fact(_), _) => Html::default(),
    };
    let words = scene.0.words;
    let close = {
        let hand = hand.clone();
        Callback::from(move |event: MouseEvent| hand.0.close(event.detail() == 0))
    };
    let back = (current != Page::Main).then(|| {
        let turn = turn.clone();
        let onclick = Callback::from(move |_: MouseEvent| turn.emit(Page::Main));
        html! { <button type="button" class="verb is-quiet" {onclick}>{ words.bar.back }</button> }
    });
    html! {
        <div ref={root} class="verbs" role="group" aria-label={(words.bar.label)(&title)}>
            <div class="verbs-head">
                <strong>{ &title }</strong>
                <span class="verbs-about">{ about }</span>
                <button type="button" class="verbs-close" aria-label={words.bar.close} title={words.bar.close} onclick={close}>
                    <svg viewBox="-6 -6 12 12" aria-hidden="true"><path d={super::shapes::CROSS} /></svg>
                </button>
            </div>
            if current == Page::Corrupt {
                <p class="verbs-question">{ words.node.corrupt_which }</p>
            }
            { content }
            { back.unwrap_or_default() }
            <WhatIf hand={hand.clone()} scene={scene.clone()} open={*open} />
        </div>
    }
}

/// What the bar is about: a name, and a word more.
fn heading(scene: &Scene, open: Selection) -> Option<(String, String)> {
    Some(match open {
        Selection::None | Selection::Fact(_) => return None,
        Selection::Node(node) => {
            let view = scene.moment.nodes.get(node.index())?;
            let said = &scene.words.said;
            let about = if !view.up {
                said.down.to_owned()
            } else if view.paused {
                said.paused.to_owned()
            } else {
                let face = scene.faces.get(node.index())?;
                [face.role.as_str(), face.subtitle.as_str()]
                    .into_iter()
                    .filter(|word| !word.is_empty())
                    .collect::<Vec<_>>()
                    .join(scene.lang.comma())
            };
            (view.name.clone(), about)
        }
        Selection::Packet(name) => {
            let packet = scene.moment.packets.iter().find(|packet| packet.name == name)?;
            let way = (scene.words.packet.title)(&scene.name(name.from), &scene.name(name.to));
            (packet.label.clone(), way)
        }
        Selection::Link(a, b) => ((scene.words.link.title)(&scene.name(a), &scene.name(b)), String::new()),
        Selection::Client(client) => {
            let view = scene.moment.clients.get(client.index())?;
            let words = &scene.words.client;
            let about = view.waiting.as_ref().map_or_else(
                || words.idle.to_owned(),
                |(request, node)| (words.waits)(request, scene.node_name(*node)),
            );
            (scene.client_name(client), about)
        }
    })
}

fn verbs(verbs: Vec<Verb>, hand: &HandRef, turn: &Callback<Page>) -> Html {
    if verbs.is_empty() {
        return Html::default();
    }
    let buttons = verbs.into_iter().map(|verb| {
        let class = if verb.harms { "verb is-harm" } else { "verb" };
        let (act, onclick) = match verb.does {
            Does::Act(text) => {
                let (hand, act) = (hand.clone(), text.clone());
                (Some(act), Callback::from(move |_: MouseEvent| hand.0.act(&text)))
            }
            Does::Turn(page) => {
                let turn = turn.clone();
                (None, Callback::from(move |_: MouseEvent| turn.emit(page)))
            }
        };
        // Each verb is a button of its own: one that turns into another would keep the focus and do the other.
        html! { <button type="button" key={verb.label.clone()} {class} data-act={act} {onclick}>{ verb.label }</button> }
    });
    html! { <div class="verbs-row">{ for buttons }</div> }
}

/// Puts the bar where it hides nothing. Its size is only known once it is drawn.
fn put(root: &NodeRef, hand: &Hand, scene: &Scene, open: Selection) {
    let Some(bar) = root.cast::<HtmlElement>() else { return };
    let Some(field) = hand.field.cast::<HtmlElement>() else { return };
    let object = match open {
        Selection::Node(node) => scene.reach(faultlab_core::Endpoint::Node(node)),
        Selection::Client(client) => scene.reach(faultlab_core::Endpoint::Client(client)),
        Selection::Packet(name) => {
            let now = hand.player.clock();
            let at = hand.moving.borrow().as_ref().and_then(|moving| moving.place_of(name, now));
            at.map(|at| Rect::new(at.x - 18.0, at.y - 28.0, 36.0, 46.0))
        }
        Selection::Link(a, b) => scene.lane(a, b).map(|(a, b)| {
            let middle = a.toward(b, 0.5);
            Rect::new(middle.x - 14.0, middle.y - 14.0, 28.0, 28.0)
        }),
        Selection::None | Selection::Fact(_) => None,
    };
    let stage = Rect::new(0.0, 0.0, f64::from(field.client_width()), f64::from(field.client_height()));
    let object = object.unwrap_or_else(|| Rect::new(stage.width / 2.0, stage.height / 2.0, 0.0, 0.0));
    let size = (f64::from(bar.offset_width()), f64::from(bar.offset_height()));
    let radius = scene.layout.radius + 6.0;
    let others: Vec<Rect> = scene
        .layout
        .spots
        .iter()
        .map(|spot| Rect::new(spot.at.x - radius, spot.at.y - radius, 2.0 * radius, 2.0 * radius))
        .filter(|other| !other.overlaps(&object))
        .collect();
    // In a small frame, too, there is more room below the stage than on it.
    let (x, y) = if scene.layout.is_narrow || stage.height < SHORT {
        dock(size.0, size.1, &object, &stage, floor(&field))
    } else {
        place(size.0, size.1, &object, &others, &stage)
    };
    let style = bar.unchecked_ref::<HtmlElement>().style();
    // Setting a known property to a number of pixels cannot fail.
    let _ = style.set_property("left", &format!("{x:.0}px"));
    let _ = style.set_property("top", &format!("{y:.0}px"));
}

/// Down to where the card around the stage can be seen, from the upper edge of the field.
fn floor(field: &HtmlElement) -> f64 {
    let top = field.get_bounding_client_rect().top();
    let card = field.closest(".stage-card").ok().flatten().map(|card| card.get_bounding_client_rect().bottom());
    let window = web_sys::window().and_then(|window| window.inner_height().ok()?.as_f64());
    let bottom = [card, window].into_iter().flatten().fold(f64::INFINITY, f64::min);
    if bottom.is_finite() { bottom - top } else { f64::from(field.client_height()) }
}
