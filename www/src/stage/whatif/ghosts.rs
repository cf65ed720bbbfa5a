//! What would be otherwise, drawn over the stage as it is: roles that nodes would take, links that would be cut or heal, messages
//! that would not arrive.

use faultlab_core::{Endpoint, NodeId};
use faultlab_words::page::WhatIfWords;
use yew::prelude::*;

use super::super::geometry::Point;
use super::super::nodes::{number, translate};
use super::super::scene::Scene;
use super::super::shapes;
use super::foreseen::{Becomes, Foreseen};
use crate::text::format::span;
use crate::views::Tone;

/// How far outside a node's ring its ghost lies.
const OUTSIDE: f64 = 7.0;
/// Half the length of the bar across a link that would be cut.
const BREAK: f64 = 7.0;

/// All ghosts. `place` knows where a packet is.
pub(super) fn ghosts(
    scene: &Scene,
    foreseen: &Foreseen,
    words: &WhatIfWords,
    place: impl Fn(faultlab_sim::PacketName) -> Option<Point>,
) -> Html {
    let size = scene.layout.size;
    let lost = foreseen.lost.iter().filter_map(|name| place(*name)).map(|at| {
        html! {
            <g class="ghost-lost" transform={translate(at)}><circle r="10" /><path d={shapes::CROSS} /></g>
        }
    });
    html! {
        <svg class="stage-drawing ghosts" aria-hidden="true" width={format!("{:.0}", size.width)} height={format!("{:.0}", size.height)}
            viewBox={format!("0 0 {:.0} {:.0}", size.width, size.height)}>
            { for links(scene, &foreseen.cuts, true) }
            { for links(scene, &foreseen.healed, false) }
            { for foreseen.nodes.iter().filter_map(|becomes| node(scene, becomes, words)) }
            { for foreseen.paused.iter().filter_map(|node| paused(scene, *node)) }
            { for lost }
        </svg>
    }
}

/// Links that would be cut or heal: a line for each direction, or one for both.
fn links<'a>(scene: &'a Scene, links: &'a [(Endpoint, Endpoint)], cut: bool) -> impl Iterator<Item = Html> + 'a {
    links.iter().filter_map(move |&(from, to)| {
        let (from, to) = match links.contains(&(to, from)) {
            true if from > to => return None,
            true => {
                let ((a, a_radius), (b, b_radius)) = (scene.place(from)?, scene.place(to)?);
                (a.step(b, a_radius + OUTSIDE), b.step(a, b_radius + OUTSIDE))
            }
            false => scene.lane(from, to)?,
        };
        let line = format!("M{from}L{to}");
        Some(html! {
            <g class={if cut { "ghost-link is-cut" } else { "ghost-link" }}>
                <path d={line} />
                if cut { <path class="ghost-break" d={shapes::bar_across(from, to, 0.5, BREAK)} /> }
            </g>
        })
    })
}

fn node(scene: &Scene, becomes: &Becomes, words: &WhatIfWords) -> Option<Html> {
    let (at, radius) = scene.place(Endpoint::Node(becomes.node))?;
    let falls = becomes.tone == Tone::Down;
    // Over the sign that the node has now.
    let rim = radius * 0.74;
    // Under the node, unless its records are there; then over it, or beside it at the upper edge.
    let outer = radius + OUTSIDE;
    let (place, x, y) = match scene.layout.is_narrow {
        false => ("ghost-label", 0.0, outer + 16.0),
        true if at.y > outer + 20.0 => ("ghost-label", 0.0, -outer - 7.0),
        true => ("ghost-label is-beside", outer + 6.0, 4.0),
    };
    // What happens at once needs no words: the act says it.
    let label = becomes.after.map(|after| {
        let label = (words.title_after)(&becomes.title, &span(after));
        html! { <text class={place} x={number(x)} y={number(y)}>{ label }</text> }
    });
    let badge = becomes.glyph.filter(|_| !falls).map(|glyph| {
        html! {
            <g class="ghost-badge" transform={translate(Point::new(rim, -rim))}><circle r="10" /><text y="4.5">{ glyph }</text></g>
        }
    });
    Some(html! {
        <g class={classes!("ghost-node", becomes.tone.class(), falls.then_some("falls"))} transform={translate(at)}>
            if falls { <path class="ghost-hatch" d={shapes::hatch(radius, 6.0)} /> }
            <circle class="ghost-ring" r={number(outer)} />
            { for badge }
            { for label }
        </g>
    })
}

fn paused(scene: &Scene, node: NodeId) -> Option<Html> {
    let (at, radius) = scene.place(Endpoint::Node(node))?;
    let rim = -radius * 0.74;
    Some(html! {
        <g class="ghost-node tone-fault" transform={translate(at)}>
            <circle class="ghost-ring" r={number(radius + OUTSIDE)} />
            <g class="ghost-badge" transform={translate(Point::new(rim, rim))}><circle r="10" /><path d={shapes::PAUSE} /></g>
        </g>
    })
}
