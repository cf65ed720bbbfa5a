//! The stage: nodes, links, messages on their way, and every verb at the thing it acts on.
//!
//! The virtual DOM draws what changes in meaning ([`nodes`], [`links`]); what moves ([`moving`]) is touched once a frame outside it.
//! Over the drawing lie real buttons ([`parts`]), which keyboards and screen readers use. What the pointer and the keys mean is in
//! [`hand`] and [`keys`]; where things stand, in [`layout`].

mod acts;
mod bar;
mod canvas;
mod geometry;
mod hand;
mod head;
mod keys;
mod layout;
mod links;
mod losses;
mod motion;
mod moving;
mod nodes;
mod parts;
mod placing;
mod scene;
mod shapes;
mod sprite;
mod stroke;
mod whatif;

use std::rc::Rc;

use faultlab_core::{ClientId, NodeId};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlCanvasElement, HtmlElement, ResizeObserver};
use yew::prelude::*;

use crate::run::lazy::{Door, use_door};
use crate::run::player::{Player, PlayerProps, Selection};
use crate::run::time::{Need, Tick};
use crate::views::view_of;
pub(crate) use bar::Bar;
pub(crate) use hand::HandRef;
use hand::{Hand, Mode, Wanted};
use layout::Layout;
use links::{Islands, Links};
use moving::{Layers, Moving};
use nodes::{Condition, Glyph, Marks};
use parts::{Lists, Party};
use scene::Scene;
pub(crate) use scene::SceneRef;

/// Draws the bar of verbs at what is chosen.
pub(crate) type DrawBar = fn(&HandRef, &SceneRef, Selection) -> Html;

pub(crate) static VERB_BAR: Door<(), DrawBar> = Door::new();

/// The size before it is measured: nothing is drawn for it.
const UNMEASURED: (f64, f64) = (0.0, 0.0);

/// Up to so many clients have their names under them, on a stage that is so wide.
const CLIENTS_NAMED: u8 = 5;
const CLIENTS_NAMED_FROM: f64 = 860.0;

/// The layers that Yew makes and [`Moving`] fills.
#[derive(Clone, PartialEq, Default)]
struct Refs {
    arcs: NodeRef,
    signs: NodeRef,
    packets: NodeRef,
    canvas: NodeRef,
}

/// The stage.
#[component]
pub(crate) fn Stage(PlayerProps { player }: &PlayerProps) -> Html {
    let redraw = use_force_update();
    let hand = use_memo((), |()| Hand::new(player.clone(), redraw));
    let hand = HandRef(hand);
    let refs = use_memo((), |()| Refs::default());
    let size = use_state_eq(|| UNMEASURED);
    use_size(&hand.0.field, &size);
    let scene = use_scene(player, *size);
    hand.0.see(Rc::clone(&scene));
    use_motion(player, &hand, &refs, &scene, *size);
    let open = hand.0.open();
    let draw_bar = use_door(player, (open != Selection::None).then_some(()), &VERB_BAR);
    use_focus(&hand, draw_bar.is_some());
    // Who gives up what is chosen, wherever the focus is, is done with its verbs as well.
    use_effect_with(player.selection(), {
        let hand = hand.clone();
        move |selection| {
            if *selection == Selection::None && (hand.0.open() != Selection::None || hand.0.has_time_wait()) {
                hand.0.close(false);
            }
        }
    });

    let mode = hand.0.mode();
    let onkeydown = {
        let (hand, scene) = (hand.clone(), Rc::clone(&scene));
        Callback::from(move |event: KeyboardEvent| {
            if keys::press(&event, &hand.0, &scene) {
                event.prevent_default();
            }
        })
    };
    let mode_class = match mode {
        Mode::Point if hand.0.can_drag() => "stage-field is-carrying",
        Mode::Point => "stage-field",
        Mode::Cut { .. } => "stage-field is-cutting",
        Mode::Group { .. } => "stage-field is-grouping",
    };
    let at_rest = !player.is_playing() || matches!(player.selection(), Selection::Packet(_));
    let scene_ref = SceneRef(Rc::clone(&scene));
    html! {
        <div class="stage" role="group" aria-label={scene.words.region} {onkeydown}>
            { head::head(&scene, &hand, &mode) }
            <Field hand={hand.clone()} class={mode_class}>
                { drawing(player, &scene, &mode) }
                { motion(&scene, &hand, &refs) }
                <div ref={hand.0.ghosts.clone()} aria-hidden="true"></div>
                <canvas ref={refs.canvas.clone()} class="stage-canvas" aria-hidden="true" width="0" height="0"></canvas>
                if *size != UNMEASURED {
                    { parties(&scene, &hand, &mode) }
                    // In a place of its own: what stands beside it is not to be made anew when it comes, or the focus is lost.
                    { draw_bar.map(|draw| draw(&hand, &scene_ref, open)).unwrap_or_default() }
                    <Lists hand={hand.clone()} scene={scene_ref} {at_rest} />
                }
            </Field>
        </div>
    }
}

/// Measures the field, now and whenever it changes.
#[hook]
fn use_size(field: &NodeRef, size: &UseStateHandle<(f64, f64)>) {
    let (field, size) = (field.clone(), size.clone());
    use_effect_with((), move |()| {
        let element = field.cast::<HtmlElement>();
        let measure = {
            let element = element.clone();
            move || {
                if let Some(element) = &element {
                    size.set((f64::from(element.client_width()), f64::from(element.client_height())));
                }
            }
        };
        measure();
        let callback = Closure::<dyn Fn()>::new(measure);
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, &element) {
            observer.observe(element);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(callback);
        }
    });
}

/// The scene of the present revision; the layout is kept while nothing that it rests on changes.
#[hook]
fn use_scene(player: &Player, size: (f64, f64)) -> Rc<Scene> {
    let slug = player.lab().about().slug;
    let view = view_of(slug);
    let moment = player.moment();
    let layout = use_memo(scene::wants(&moment, view, size), Layout::new);
    let same = (player.run_revision(), player.lang(), slug);
    use_memo((same, Rc::as_ptr(&layout) as usize), |_| Scene::new(player, Rc::clone(&layout), view))
}

/// Lets what moves follow the run, frame by frame.
#[hook]
fn use_motion(player: &Player, hand: &HandRef, refs: &Rc<Refs>, scene: &Rc<Scene>, size: (f64, f64)) {
    use_effect_with((), {
        let (player, hand, refs) = (player.clone(), hand.clone(), Rc::clone(refs));
        move |()| {
            let layers = || {
                Some(Layers {
                    arcs: refs.arcs.cast::<Element>()?,
                    signs: refs.signs.cast::<Element>()?,
                    packets: refs.packets.cast::<Element>()?,
                    canvas: refs.canvas.cast::<HtmlCanvasElement>()?,
                })
            };
            *hand.0.moving.borrow_mut() = layers().map(|layers| Moving::new(layers, player.reduced_motion()));
            let guard = player.on_frame({
                let hand = hand.clone();
                Rc::new(move |tick: &Tick| {
                    hand.0.rest();
                    hand.0.moving.borrow_mut().as_mut().map_or(Need::Beat, |moving| moving.frame(tick))
                })
            });
            move || {
                drop(guard);
                hand.0.moving.take();
            }
        }
    });
    let scene_ref = SceneRef(Rc::clone(scene));
    use_effect_with((scene_ref, player.selection(), player.hovered()), {
        let (player, hand) = (player.clone(), hand.clone());
        move |(scene, _, _): &(SceneRef, Selection, Selection)| {
            if size != UNMEASURED
                && let Some(moving) = &mut *hand.0.moving.borrow_mut()
            {
                moving.set(Rc::clone(&scene.0), &player);
            }
        }
    });
}

/// Moves the focus where a key has sent it, once it is drawn.
#[hook]
fn use_focus(hand: &HandRef, bar_is_here: bool) {
    let hand = hand.clone();
    use_effect(move || {
        let Some(wanted) = hand.0.take_wanted(bar_is_here) else { return };
        let selectors = match wanted {
            // Nothing that breaks something has the focus by itself: who presses a key once more would do it.
            Wanted::Verb => {
                [".verbs-row button:not(.is-harm)", ".verbs > .is-quiet", ".verbs-close"].map(str::to_owned).to_vec()
            }
            Wanted::Node(node) => vec![format!("[data-node=\"{node}\"]")],
            Wanted::Client(client) => vec![format!("[data-client=\"{}\"]", client.0)],
            Wanted::Packet(name) => vec![format!("[data-packet=\"{name}\"]")],
        };
        let field = hand.0.field.cast::<Element>();
        let found = field.and_then(|field| selectors.iter().find_map(|css| field.query_selector(css).ok().flatten()));
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            crate::browser::focus_quietly(&element);
        }
    });
}

#[derive(Properties, PartialEq)]
struct FieldProps {
    hand: HandRef,
    class: AttrValue,
    children: Html,
}

/// The ground that the pointer moves on.
#[component]
fn Field(FieldProps { hand, class, children }: &FieldProps) -> Html {
    let down = pointer(hand, |hand, event: PointerEvent| hand.pointer_down(&event));
    let moved = pointer(hand, |hand, event: PointerEvent| hand.pointer_move(&event));
    let up = pointer(hand, |hand, event: PointerEvent| hand.pointer_up(&event));
    let leave = pointer(hand, |hand, _: PointerEvent| hand.pointer_leave());
    let click = pointer(hand, |hand, event: MouseEvent| hand.click(&event));
    let menu = pointer(hand, |hand, event: MouseEvent| {
        if !hand::within(&event, ".verbs") {
            event.prevent_default();
            hand.click(&event);
        }
    });
    html! {
        <div ref={hand.0.field.clone()} class={class.clone()} onpointerdown={down} onpointermove={moved}
            onpointerup={up.clone()} onpointercancel={up} onpointerleave={leave} onclick={click} oncontextmenu={menu}>
            { children.clone() }
        </div>
    }
}

fn pointer<E: 'static>(hand: &HandRef, then: fn(&Hand, E)) -> Callback<E> {
    let hand = hand.clone();
    Callback::from(move |event: E| then(&hand.0, event))
}

fn drawing(player: &Player, scene: &Rc<Scene>, mode: &Mode) -> Html {
    let size = scene.layout.size;
    let lit = [player.selection(), player.hovered()];
    let glyphs = scene.moment.nodes.iter().enumerate().map(|(index, view)| {
        let condition = Condition { up: view.up, paused: view.paused, percent: view.percent, skew_ppm: view.skew_ppm };
        let marks = marks(scene, mode, lit, index);
        html! {
            <Glyph key={index} name={view.name.clone()} face={Rc::clone(&scene.faces[index])} {condition} {marks}
                layout={Rc::clone(&scene.layout)} {index} />
        }
    });
    html! {
        <svg class="stage-drawing" aria-hidden="true" width={format!("{:.0}", size.width)} height={format!("{:.0}", size.height)}
            viewBox={format!("0 0 {:.0} {:.0}", size.width, size.height)}>
            <Islands layout={Rc::clone(&scene.layout)} islands={scene.islands.clone()} />
            <Links layout={Rc::clone(&scene.layout)} links={links::looks(scene, &lit)} />
            { for clients(scene, lit) }
            <g class="nodes">{ for glyphs }</g>
        </svg>
    }
}

/// What moves has drawings of its own, so that what stands need not be painted again with it.
fn motion(scene: &Scene, hand: &HandRef, refs: &Refs) -> Html {
    let size = scene.layout.size;
    html! {
        <>
            <svg class="stage-drawing is-motion" aria-hidden="true" width={format!("{:.0}", size.width)} height={format!("{:.0}", size.height)}
                viewBox={format!("0 0 {:.0} {:.0}", size.width, size.height)}>
                <g ref={refs.arcs.clone()}></g>
                <g ref={refs.signs.clone()}></g>
                <path ref={hand.0.knife.clone()} class="knife" />
            </svg>
            <div ref={refs.packets.clone()} class="packets" aria-hidden="true"></div>
        </>
    }
}

fn marks(scene: &Scene, mode: &Mode, [chosen, hovered]: [Selection; 2], index: usize) -> Marks {
    let this = Selection::Node(NodeId(index as u8));
    let (first, group) = match mode {
        Mode::Point => (false, scene.island_of(index)),
        Mode::Cut { first } => (*first == Some(NodeId(index as u8)), scene.island_of(index)),
        Mode::Group { groups, .. } => (false, groups.get(index).copied().flatten()),
    };
    Marks { chosen: chosen == this, lit: hovered == this, first, group }
}

fn clients<'a>(scene: &'a Scene, lit: [Selection; 2]) -> impl Iterator<Item = Html> + 'a {
    let shown = scene.moment.clients.iter().filter(|client| scene.shows_client(client.id));
    shown.filter_map(move |client| {
        let at = *scene.layout.clients.get(client.id.index())?;
        let is_lit = lit.contains(&Selection::Client(client.id));
        let class = classes!("client", client.waiting.is_some().then_some("is-waiting"), is_lit.then_some("is-lit"));
        let asks = client.waiting.as_ref().map(|(_, node)| {
            let to = scene.layout.node(node.index());
            let (from, to) = (at.step(to, scene.layout.client_radius), to.step(at, scene.layout.radius + 8.0));
            html! {
                <path class="client-asks" d={format!("M{from}L{to}")} />
            }
        });
        let letter = if client.id == ClientId::OPERATOR { "⚙".to_owned() } else { client.id.to_string() };
        // Where there is room, the word for what it is.
        let has_room = scene.layout.size.width >= CLIENTS_NAMED_FROM && scene.moment.load.clients <= CLIENTS_NAMED;
        let caption = has_room.then(|| scene.client_name(client.id));
        Some(html! {
            <g {class}>
                { for asks }
                <g transform={nodes::translate(at)}>
                    <rect x="-13" y="-11" width="26" height="22" rx="6" />
                    <text y="4">{ letter }</text>
                    if let Some(caption) = caption { <text class="client-name" x="-13" y="24">{ caption }</text> }
                </g>
            </g>
        })
    })
}

/// The buttons over nodes and clients.
fn parties(scene: &Rc<Scene>, hand: &HandRef, mode: &Mode) -> Html {
    let open = hand.0.open();
    let focused = hand.0.focused().min(scene.nodes().saturating_sub(1));
    let nodes = scene.layout.spots.iter().enumerate().map(|(index, spot)| {
        let id = NodeId(index as u8);
        let pressed = match mode {
            Mode::Point => None,
            Mode::Cut { first } => Some(*first == Some(id)),
            Mode::Group { groups, current } => Some(groups.get(index).copied().flatten() == Some(*current)),
        };
        html! {
            <li key={index}>
                <Party number={id.0} is_client={false} at={spot.at} reach={scene.layout.radius + 4.0}
                    label={parts::node_label(scene, index)} open={open == Selection::Node(id)} tabbed={index == focused}
                    {pressed} hand={hand.clone()} />
            </li>
        }
    });
    let clients = scene.moment.clients.iter().filter(|client| scene.shows_client(client.id)).filter_map(|client| {
        let at = *scene.layout.clients.get(client.id.index())?;
        Some(html! {
            <li key={format!("c{}", client.id.0)}>
                <Party number={client.id.0} is_client={true} {at} reach={scene.layout.client_radius}
                    label={parts::client_label(scene, client.id.index())} open={open == Selection::Client(client.id)}
                    tabbed={false} pressed={None::<bool>} hand={hand.clone()} />
            </li>
        })
    });
    html! { <ul class="parties" aria-label={scene.words.said.nodes}>{ for nodes }{ for clients }</ul> }
}
