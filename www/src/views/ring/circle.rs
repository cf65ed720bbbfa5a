//! The drawing of the ring: arcs in their owners' colours, points, keys, and copies on their way.

use std::cell::RefCell;
use std::f64::consts::TAU;
use std::rc::Rc;

use faultlab_core::hashing::ring::Body;
use faultlab_core::{Endpoint, NodeId};
use faultlab_words::Lang;
use faultlab_words::ring::{self, ViewWords};
use web_sys::Element;
use yew::prelude::*;

use super::super::Actor;
use super::super::width::use_width;
use crate::run::player::{Player, Selection};
use crate::run::time::{Need, Tick};

use super::{Copy, KeyView, Lab, Picture, owner_class};

/// More points than this are too many to draw each.
const POINTS_DRAWN: usize = 160;
/// How near two letters on the rim may come, in pixels.
const LETTER_ROOM: f64 = 15.0;

/// A stretch of the rim with one owner now and one before.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Stretch {
    after: u64,
    upto: u64,
    now: NodeId,
    moved: bool,
}

impl Stretch {
    fn length(&self) -> f64 {
        let length = self.upto.wrapping_sub(self.after);
        if length == 0 { 1.0 } else { length as f64 / u64::MAX as f64 }
    }
}

/// The rim, cut at every point of both placements, neighbours alike joined.
fn stretches(picture: &Picture) -> Vec<Stretch> {
    let now = picture.placement.ring();
    let before = picture.before.as_ref().map(|before| before.ring());
    let mut cuts: Vec<u64> = now.points().map(|(position, _)| position).collect();
    cuts.extend(before.iter().flat_map(|before| before.points().map(|(position, _)| position)));
    cuts.sort_unstable();
    cuts.dedup();
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut after = cuts.last().copied().unwrap_or(0);
    for upto in cuts {
        let Some(owner) = now.owner(upto) else { continue };
        let moved = before.is_some_and(|before| before.owner(upto).is_some_and(|old| old != owner));
        let owner = NodeId(owner as u8);
        match stretches.last_mut() {
            Some(last) if last.now == owner && last.moved == moved => last.upto = upto,
            _ => stretches.push(Stretch { after, upto, now: owner, moved }),
        }
        after = upto;
    }
    stretches
}

/// Angles grow clockwise from the top.
fn angle(position: u64) -> f64 {
    position as f64 / u64::MAX as f64 * TAU
}

fn at(centre: f64, radius: f64, angle: f64) -> (f64, f64) {
    (centre + radius * angle.sin(), centre - radius * angle.cos())
}

/// Letters beside the longest stretches, none nearer to another than they are wide.
fn letters(stretches: &[Stretch], radius: f64) -> Vec<(f64, NodeId)> {
    let mut longest: Vec<&Stretch> = stretches.iter().collect();
    longest.sort_by(|a, b| b.length().total_cmp(&a.length()));
    let mut placed: Vec<(f64, NodeId)> = Vec::new();
    for stretch in longest {
        let middle = (angle(stretch.after) + stretch.length() * TAU / 2.0) % TAU;
        let free = placed.iter().all(|(other, _)| {
            let apart = (middle - other).abs();
            apart.min(TAU - apart) * radius >= LETTER_ROOM
        });
        if free && stretch.length() * TAU * radius >= 5.0 {
            placed.push((middle, stretch.now));
        }
    }
    placed
}

/// Copies on their way between two members.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Haul {
    from: NodeId,
    to: NodeId,
    sent: f64,
    due: f64,
    keys: usize,
}

pub(super) fn hauls(player: &Player) -> Vec<Haul> {
    let lab = player.lab();
    let lab = Lab::of(&*lab);
    let moment = player.moment();
    let haul = |packet: &faultlab_registry::PacketView| {
        let (Endpoint::Node(from), Endpoint::Node(to)) = (packet.name.from, packet.name.to) else { return None };
        let message = lab.message(packet.name)?;
        let keys = match &message.body {
            Body::Transfer { items } => items.len(),
            Body::Write { .. } => 1,
            _ => return None,
        };
        Some(Haul { from, to, sent: packet.sent.0 as f64, due: packet.due.0 as f64, keys })
    };
    moment.packets.iter().filter_map(haul).collect()
}

#[derive(Properties, PartialEq)]
pub(super) struct CircleProps {
    pub(super) actor: Actor,
    pub(super) lang: Lang,
    /// The node that the pointer or the choice is on.
    pub(super) pointed: Option<NodeId>,
    pub(super) hauls: Vec<Haul>,
    pub(super) picture: Rc<Picture>,
}

#[component]
pub(super) fn Circle(props: &CircleProps) -> Html {
    let CircleProps { actor: Actor(player), lang, pointed, hauls, picture } = props;
    let room = use_node_ref();
    let moving = use_node_ref();
    let side = f64::from(use_width(&room)).min(440.0);
    use_motion(player, &moving, hauls, picture, side);
    let content = if side < 80.0 {
        Html::default()
    } else {
        drawing(player, ring::view(*lang), picture, side, hauls, *pointed, &moving)
    };
    html! { <div class="ring-circle" ref={room}>{ content }</div> }
}

/// Where a member's badge stands inside the ring.
fn badge(picture: &Picture, node: NodeId, side: f64) -> (f64, f64) {
    let involved = picture.involved();
    let place = involved.iter().position(|other| *other == node).unwrap_or(0);
    at(side / 2.0, side * 0.235, place as f64 / involved.len().max(1) as f64 * TAU)
}

fn drawing(
    player: &Player,
    words: &ViewWords,
    picture: &Picture,
    side: f64,
    hauls: &[Haul],
    pointed: Option<NodeId>,
    moving: &NodeRef,
) -> Html {
    let (centre, radius) = (side / 2.0, side / 2.0 - 26.0);
    let stretches = stretches(picture);
    let points = if picture.placement.ring().len() > POINTS_DRAWN { 0 } else { usize::MAX };
    let told = (words.ring_told)(picture.members.len(), picture.keys.len());
    html! {
        <svg class="ring-svg" viewBox={format!("0 0 {side} {side}")} width={side.to_string()} height={side.to_string()}
            role="img" aria-label={told}>
            <circle class="ring-base" cx={centre.to_string()} cy={centre.to_string()} r={radius.to_string()} />
            { for stretches.iter().map(|stretch| arc(picture, stretch, centre, radius)) }
            { for picture.placement.ring().points().take(points).map(|(position, owner)| {
                point(NodeId(owner as u8), centre, radius, position)
            }) }
            { for letters(&stretches, radius + 16.0).into_iter().map(|(angle, node)| {
                letter(picture, node, at(centre, radius + 17.0, angle))
            }) }
            { for picture.keys.iter().map(|key| key_dot(player, key, centre, radius - 20.0)) }
            { for picture.involved().into_iter().map(|node| member(player, picture, node, side, pointed == Some(node))) }
            <text class="ring-centre" x={centre.to_string()} y={(centre - 4.0).to_string()}>
                { (words.epoch)(picture.view.epoch) }
            </text>
            <text class="ring-centre-note" x={centre.to_string()} y={(centre + 13.0).to_string()}>
                { if picture.view.is_settled() { words.settled } else { words.moving } }
            </text>
            <g ref={moving.clone()} aria-hidden="true">
                { for hauls.iter().map(|haul| html! {
                    <g class="ring-haul">
                        <rect x="-5" y="-5" width="10" height="10" rx="2" />
                        if haul.keys > 1 { <text y="-8">{ haul.keys }</text> }
                    </g>
                }) }
            </g>
        </svg>
    }
}

fn arc(picture: &Picture, stretch: &Stretch, centre: f64, radius: f64) -> Html {
    let down = picture.down.contains(stretch.now);
    let class =
        classes!("ring-arc", owner_class(stretch.now), stretch.moved.then_some("moved"), down.then_some("down"));
    if stretch.length() > 0.999 {
        return html! { <circle {class} cx={centre.to_string()} cy={centre.to_string()} r={radius.to_string()} /> };
    }
    let begin = angle(stretch.after);
    let end = begin + stretch.length() * TAU;
    let ((x1, y1), (x2, y2)) = (at(centre, radius, begin), at(centre, radius, end));
    let large = i32::from(end - begin > TAU / 2.0);
    html! { <path {class} d={format!("M{x1:.2} {y1:.2}A{radius} {radius} 0 {large} 1 {x2:.2} {y2:.2}")} /> }
}

fn point(node: NodeId, centre: f64, radius: f64, position: u64) -> Html {
    let (x, y) = at(centre, radius, angle(position));
    html! { <circle class={classes!("ring-point", owner_class(node))} cx={format!("{x:.2}")} cy={format!("{y:.2}")} r="3" /> }
}

fn letter(picture: &Picture, node: NodeId, (x, y): (f64, f64)) -> Html {
    let down = picture.down.contains(node).then_some("down");
    html! {
        <text class={classes!("ring-letter", owner_class(node), down)} x={format!("{x:.1}")} y={format!("{:.1}", y + 4.0)}>
            { picture.name(node) }
        </text>
    }
}

fn key_dot(player: &Player, key: &KeyView, centre: f64, radius: f64) -> Html {
    let (x, y) = at(centre, radius, angle(key.position));
    let missing = key.owners.iter().any(|(_, copy)| *copy == Copy::Missing);
    let class = classes!("ring-key", key.moved.then_some("moved"), missing.then_some("short"));
    let first = key.owners.first().map_or(Selection::None, |(node, _)| Selection::Node(*node));
    let hover = |selection: Selection| {
        let player = player.clone();
        Callback::from(move |_: PointerEvent| player.hover(selection))
    };
    // A moved key is a diamond, the others are dots.
    let shape = if key.moved {
        html! { <path d={format!("M{x:.1} {:.1}l4.5 4.5l-4.5 4.5l-4.5 -4.5Z", y - 4.5)} /> }
    } else {
        html! { <circle cx={format!("{x:.1}")} cy={format!("{y:.1}")} r="3" /> }
    };
    html! {
        <g {class} onpointerenter={hover(first)} onpointerleave={hover(Selection::None)}>
            <title>{ key.key.to_string() }</title>
            { shape }
        </g>
    }
}

fn member(player: &Player, picture: &Picture, node: NodeId, side: f64, pointed: bool) -> Html {
    let (x, y) = badge(picture, node, side);
    let down = picture.down.contains(node);
    let former = !picture.members.contains(node);
    let class = classes!(
        "ring-member",
        owner_class(node),
        down.then_some("down"),
        former.then_some("former"),
        pointed.then_some("pointed")
    );
    let select = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| player.select(Selection::Node(node)))
    };
    html! {
        <g {class} transform={format!("translate({x:.1} {y:.1})")} onclick={select}>
            <circle r="12" />
            <text y="4">{ picture.name(node) }</text>
        </g>
    }
}

/// Where a haul goes from and to, and when.
type Route = ((f64, f64), (f64, f64), f64, f64);

/// Moves the hauls on every frame, outside the virtual DOM.
#[hook]
fn use_motion(player: &Player, group: &NodeRef, hauls: &[Haul], picture: &Picture, side: f64) {
    let routes = use_mut_ref(Vec::<Route>::new);
    *routes.borrow_mut() = hauls
        .iter()
        .map(|haul| (badge(picture, haul.from, side), badge(picture, haul.to, side), haul.sent, haul.due))
        .collect();
    let (player, group) = (player.clone(), group.clone());
    use_effect_with((), move |()| {
        let place: Rc<RefCell<Vec<Route>>> = routes;
        let guard = player.on_frame(Rc::new(move |tick: &Tick| {
            let Some(group) = group.cast::<Element>() else { return Need::Beat };
            let (children, mut moves) = (group.children(), false);
            for (number, (from, to, sent, due)) in place.borrow().iter().enumerate() {
                let Some(child) = children.item(number as u32) else { break };
                let share = ((tick.now - sent) / (due - sent).max(1.0)).clamp(0.0, 1.0);
                let (x, y) = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
                let _ = child.set_attribute("transform", &format!("translate({x:.1} {y:.1})"));
                moves |= share < 1.0;
            }
            if moves { Need::Frame } else { Need::Beat }
        }));
        move || drop(guard)
    });
}
