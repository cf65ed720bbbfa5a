//! Links between nodes: open, cut in one direction or both; islands that cuts leave, as shaded ground.

use std::collections::BTreeSet;
use std::rc::Rc;

use faultlab_core::Endpoint;
use yew::prelude::*;

use super::geometry::{Point, closed_path, hull};
use super::layout::Layout;
use super::scene::Scene;
use super::shapes;
use crate::run::player::Selection;

/// How one link is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LinkLook {
    pub(crate) a: usize,
    pub(crate) b: usize,
    pub(crate) cut_there: bool,
    pub(crate) cut_back: bool,
    /// An end is down: nothing arrives.
    pub(crate) idle: bool,
    /// The two ends are on different islands; the ground says so already.
    pub(crate) parted: bool,
    pub(crate) lit: bool,
}

#[derive(Properties, PartialEq)]
pub(crate) struct LinksProps {
    pub(crate) layout: Rc<Layout>,
    pub(crate) links: Vec<LinkLook>,
}

/// All links that are drawn.
#[component]
pub(crate) fn Links(LinksProps { layout, links }: &LinksProps) -> Html {
    html! { <g class="links">{ for links.iter().map(|link| one(layout, link)) }</g> }
}

fn one(layout: &Layout, link: &LinkLook) -> Html {
    let (a, b) = (layout.node(link.a), layout.node(link.b));
    let (a, b) = (a.step(b, layout.radius), b.step(a, layout.radius));
    let mut class = classes!("link");
    if link.cut_there && link.cut_back {
        class.push(if link.parted { "is-parted" } else { "is-cut" });
    } else if link.idle {
        class.push("is-idle");
    }
    if link.lit {
        class.push("is-lit");
    }
    let breaks = !link.parted && (link.cut_there || link.cut_back);
    html! {
        <g class={class}>
            <path class="link-line" d={line(a, b)} />
            if breaks && link.cut_there && link.cut_back {
                <path class="link-break" d={format!("{}{}", shapes::bar_across(a, b, 0.49, 7.0), shapes::bar_across(a, b, 0.51, 7.0))} />
            } else if breaks && link.cut_there {
                { one_way(a, b) }
            } else if breaks {
                { one_way(b, a) }
            }
        </g>
    }
}

fn line(a: Point, b: Point) -> String {
    format!("M{a}L{b}")
}

/// Only the direction from `a` to `b` is cut: its lane is barred, the other stays open.
fn one_way(a: Point, b: Point) -> Html {
    let length = a.distance(b).max(1.0);
    let (dx, dy) = (-(b.y - a.y) / length * 6.0, (b.x - a.x) / length * 6.0);
    let (a, b) = (a.moved(dx, dy), b.moved(dx, dy));
    let (bar, head) = (a.toward(b, 0.5), a.step(b, length / 2.0 - 4.0));
    let turn = format!("translate({head}) rotate({:.1})", a.degrees_to(b));
    html! {
        <>
            <path class="link-severed" d={line(a, bar)} />
            <path class="link-arrow" d="M0 0L-7 -3.5V3.5Z" transform={turn} />
            <path class="link-break" d={shapes::bar_across(a, b, 0.5, 7.0)} />
        </>
    }
}

/// The links of a moment, as they look: all of a small cluster; of a large one those that are cut or pointed at.
pub(crate) fn looks(scene: &Scene, lit: &[Selection]) -> Vec<LinkLook> {
    let lit: Vec<(usize, usize)> = lit.iter().filter_map(ends).collect();
    let pairs: BTreeSet<(usize, usize)> = if scene.draws_all_links() {
        (0..scene.nodes()).flat_map(|a| (a + 1..scene.nodes()).map(move |b| (a, b))).collect()
    } else {
        let cut = scene.cuts.iter().map(|(a, b)| (*a.min(b), *a.max(b)));
        cut.filter(|(a, b)| !scene.are_parted(*a, *b)).chain(lit.iter().copied()).collect()
    };
    let look = |(a, b): (usize, usize)| LinkLook {
        a,
        b,
        cut_there: scene.cuts.contains(&(a, b)),
        cut_back: scene.cuts.contains(&(b, a)),
        idle: [a, b].iter().any(|end| scene.moment.nodes.get(*end).is_some_and(|node| !node.up)),
        parted: scene.are_parted(a, b),
        lit: lit.contains(&(a, b)),
    };
    pairs.into_iter().map(look).collect()
}

/// The two nodes of a link, the lower number first.
fn ends(selection: &Selection) -> Option<(usize, usize)> {
    match selection {
        Selection::Link(Endpoint::Node(a), Endpoint::Node(b)) => {
            Some((a.index().min(b.index()), a.index().max(b.index())))
        }
        Selection::Link(..)
        | Selection::None
        | Selection::Node(_)
        | Selection::Packet(_)
        | Selection::Client(_)
        | Selection::Fact(_) => None,
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct IslandsProps {
    pub(crate) layout: Rc<Layout>,
    pub(crate) islands: Vec<Vec<usize>>,
}

/// The ground under each island of a parted cluster.
#[component]
pub(crate) fn Islands(IslandsProps { layout, islands }: &IslandsProps) -> Html {
    if islands.len() < 2 {
        return html! { <g class="islands" /> };
    }
    let grounds = islands.iter().enumerate().map(|(index, island)| {
        let around = hull(&island.iter().map(|node| layout.node(*node)).collect::<Vec<_>>());
        let width = format!("{:.0}", 2.0 * layout.radius + 30.0);
        html! { <path class={format!("island owner-{}", index % 8)} d={closed_path(&around)} stroke-width={width} /> }
    });
    html! { <g class="islands">{ for grounds }</g> }
}
