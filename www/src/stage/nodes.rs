//! A node as it looks: ring, name, signs, its boxes of records. It is drawn anew only when its look changes; what moves is elsewhere.

use std::rc::Rc;

use yew::prelude::*;

use super::geometry::Point;
use super::layout::{CELL_GAP, CELL_HEIGHT, Detail, Layout, Shelf, TALLY_HEIGHT};
use super::shapes;
use crate::views::{Cell, NodeFace, Ring, Tally, Tone};

/// The condition of a node that every protocol shares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Condition {
    pub(crate) up: bool,
    pub(crate) paused: bool,
    pub(crate) percent: u32,
    pub(crate) skew_ppm: i32,
}

impl Condition {
    fn is_usual(&self) -> bool {
        !self.paused && self.percent == 100 && self.skew_ppm == 0
    }
}

/// Marks that the reader and the stage's modes put on a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Marks {
    pub(crate) chosen: bool,
    pub(crate) lit: bool,
    /// The first of two nodes between which a link is to be cut.
    pub(crate) first: bool,
    /// The group it is in, or its island.
    pub(crate) group: Option<usize>,
}

#[derive(Properties, PartialEq)]
pub(crate) struct GlyphProps {
    pub(crate) name: AttrValue,
    pub(crate) face: Rc<NodeFace>,
    pub(crate) condition: Condition,
    pub(crate) marks: Marks,
    pub(crate) layout: Rc<Layout>,
    pub(crate) index: usize,
}

/// One node.
#[component]
pub(crate) fn Glyph(props: &GlyphProps) -> Html {
    let GlyphProps { name, face, condition, marks, layout, index } = props;
    let spot = layout.spots[*index];
    let tone = if condition.up { face.tone } else { Tone::Down };
    let mut class = classes!("node", tone.class());
    if marks.chosen {
        class.push("is-chosen");
    }
    if marks.lit {
        class.push("is-lit");
    }
    if marks.first {
        class.push("is-first");
    }
    if let Some(owner) = face.owner {
        class.push(format!("owner-{}", owner % 8));
    }
    let shows_name = layout.detail != Detail::Sign || marks.lit || marks.chosen;
    html! {
        <g class={class}>
            <g transform={translate(spot.at)}>
                { disc(layout.radius, face.ring, condition.up, tone) }
                if shows_name { { label(name, face, layout) } }
                { badges(face, condition, layout) }
                if let Some(group) = marks.group { { group_badge(group, layout.radius) } }
            </g>
            if let Some(shelf) = spot.shelf { { records(face, &shelf, layout) } }
        </g>
    }
}

pub(crate) fn translate(at: Point) -> String {
    format!("translate({at})")
}

fn disc(radius: f64, ring: Ring, up: bool, tone: Tone) -> Html {
    let ring_class = match ring {
        Ring::Plain => "node-ring",
        Ring::Dashed => "node-ring is-dashed",
        Ring::Double => "node-ring is-double",
    };
    html! {
        <>
            <circle class="node-halo" r={number(radius + 9.0)} />
            <circle class="node-ground" r={number(radius)} />
            if !up || tone == Tone::Suspect {
                <path class="node-hatch" d={shapes::hatch(radius - 1.0, 6.0)} />
            }
            <circle class={ring_class} r={number(radius)} />
            if ring == Ring::Double && up {
                <circle class="node-ring-inner" r={number(radius - 4.0)} />
            }
        </>
    }
}

pub(crate) fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// A name that does not fit into the ring stands over it, and leaves the ring to the second line, in two pieces if need be.
fn label(name: &AttrValue, face: &NodeFace, layout: &Layout) -> Html {
    let above = || html! { <text class="node-name is-outside" y={number(-layout.radius - 11.0)}>{ name }</text> };
    let is_outside = stands_over(name, layout);
    let has_line = layout.detail == Detail::Full && !face.subtitle.is_empty();
    match (has_line, is_outside) {
        (true, false) => html! {
            <>
                <text class="node-name" y="0">{ name }</text>
                <text class="node-subtitle" y="14">{ &face.subtitle }</text>
            </>
        },
        (true, true) => html! { <>{ above() }{ pieces(&face.subtitle, 2.0 * layout.radius - 6.0) }</> },
        (false, false) => html! { <text class="node-name" y="5">{ name }</text> },
        (false, true) => above(),
    }
}

/// Whether a node's name stands over its ring instead of inside.
pub(crate) fn stands_over(name: &str, layout: &Layout) -> bool {
    let letters: f64 = name.chars().map(|letter| if letter.is_ascii() { 11.0 } else { 16.0 }).sum();
    layout.detail == Detail::Sign || letters >= 2.0 * layout.radius - 8.0
}

/// A second line that is too long for the ring breaks at the blank that is nearest to its middle.
fn pieces(text: &str, room: f64) -> Html {
    let wide: f64 = text.chars().map(|letter| if letter.is_ascii() { 6.2 } else { 11.0 }).sum();
    let blanks = text.char_indices().filter(|(_, letter)| *letter == ' ').map(|(at, _)| at);
    match blanks.min_by_key(|at| (2 * at).abs_diff(text.len())).filter(|_| wide > room) {
        Some(at) => html! {
            <>
                <text class="node-subtitle" y="-2">{ &text[..at] }</text>
                <text class="node-subtitle" y="11">{ &text[at + 1..] }</text>
            </>
        },
        None => html! { <text class="node-subtitle" y="4">{ text }</text> },
    }
}

/// Small signs on the rim: the role's, and what was done to the node.
fn badges(face: &NodeFace, condition: &Condition, layout: &Layout) -> Html {
    let rim = layout.radius * 0.74;
    let is_small = layout.detail == Detail::Sign;
    let at = |x: f64, y: f64| translate(Point::new(x * rim, y * rim));
    let sign = face.glyph.filter(|_| condition.up);
    html! {
        <>
            if let Some(sign) = sign {
                if is_small {
                    <text class="node-sign" y="4">{ sign }</text>
                } else {
                    <g class="node-badge" transform={at(1.0, -1.0)}>
                        <circle r="9" /><text y="4.5">{ sign }</text>
                    </g>
                }
            }
            if !condition.is_usual() { { faults(condition, at) } }
        </>
    }
}

/// What was done to the node.
fn faults(condition: &Condition, at: impl Fn(f64, f64) -> String) -> Html {
    html! {
        <>
            if condition.paused {
                <g class="node-badge is-fault" transform={at(-1.0, -1.0)}>
                    <circle r="9" /><path d={shapes::PAUSE} />
                </g>
            }
            if condition.percent != 100 {
                <g class="node-badge is-fault" transform={at(-1.0, 1.0)}>
                    <rect x="-14" y="-9" width="28" height="18" rx="9" />
                    <text class="is-small" y="4">{ pace(condition.percent) }</text>
                </g>
            }
            if condition.skew_ppm != 0 {
                <g class="node-badge is-fault" transform={at(1.0, 1.0)}>
                    <circle r="9" /><path d={shapes::CLOCK} />
                </g>
            }
        </>
    }
}

/// How much slower than usual: `×3`, `×0.5`.
fn pace(percent: u32) -> String {
    if percent.is_multiple_of(100) {
        format!("×{}", percent / 100)
    } else {
        format!("×{:.1}", f64::from(percent) / 100.0)
    }
}

#[inline(never)]
fn group_badge(group: usize, radius: f64) -> Html {
    html! {
        <g class={format!("node-group owner-{}", group % 8)} transform={translate(Point::new(0.0, radius))}>
            <circle r="9" /><text y="4.5">{ crate::run::islands::letter(group) }</text>
        </g>
    }
}

/// The disk beside the node: boxes of records on a tray, and under them what is counted.
fn records(face: &NodeFace, shelf: &Shelf, layout: &Layout) -> Html {
    let hidden = face.cells.len().saturating_sub(shelf.cells);
    let shown = &face.cells[hidden..];
    let width = layout.shelf_width(shown.len());
    let middle = shelf.rect.x + shelf.rect.width / 2.0;
    let is_centred = layout.is_narrow;
    let left = if is_centred {
        middle - width / 2.0
    } else if shelf.from_right {
        shelf.rect.right() - width
    } else {
        shelf.rect.x
    };
    html! {
        <g class="records">
            if !shown.is_empty() {
                <rect class="tray" x={number(left - 2.0)} y={number(shelf.rect.y - 2.0)} width={number(width + 2.0)}
                    height={number(CELL_HEIGHT + 4.0)} rx="4" />
            }
            if hidden > 0 {
                <text class="records-more" x={number(left - 5.0)} y={number(shelf.rect.y + 14.0)}>{ "…" }</text>
            }
            { for shown.iter().enumerate().map(|(place, cell)| record(cell, place, left, shelf.rect.y, layout.cell_width)) }
            if let Some(tally) = &face.tally { { votes(tally, shelf, is_centred) } }
        </g>
    }
}

fn record(cell: &Cell, place: usize, left: f64, top: f64, width: f64) -> Html {
    let x = left + place as f64 * (width + CELL_GAP);
    let is_long = cell.text.chars().count() > 3;
    html! {
        <g class={classes!("cell", cell.state.class(), cell.tone.class())}>
            <rect x={number(x)} y={number(top)} width={number(width)} height={number(CELL_HEIGHT)} rx="3" />
            <text class={classes!(is_long.then_some("is-long"))} x={number(x + width / 2.0)} y={number(top + 14.0)}>
                { &cell.text }
            </text>
        </g>
    }
}

/// Discs: filled as far as it got, a mark behind the one that suffices.
fn votes(tally: &Tally, shelf: &Shelf, is_centred: bool) -> Html {
    let step = if tally.of <= 7 { 12.0 } else { 84.0 / f64::from(tally.of) };
    let width = step * f64::from(tally.of);
    let y = shelf.rect.y + CELL_HEIGHT + TALLY_HEIGHT - 7.0;
    let left = if is_centred {
        shelf.rect.x + (shelf.rect.width - width) / 2.0
    } else if shelf.from_right {
        shelf.rect.right() - width
    } else {
        shelf.rect.x
    };
    let radius = (step / 2.0 - 1.5).clamp(1.5, 4.0);
    let discs = (0..tally.of).map(|index| {
        let x = left + (f64::from(index) + 0.5) * step;
        let class = if index < tally.got { "tally-disc is-got" } else { "tally-disc" };
        html! { <circle class={class} cx={number(x)} cy={number(y)} r={number(radius)} /> }
    });
    let threshold = left + f64::from(tally.needed) * step;
    html! {
        <g class="tally">
            { for discs }
            <path class="tally-needed" d={format!("M{threshold:.1} {:.1}V{:.1}", y - 7.0, y + 7.0)} />
            if !is_centred && shelf.from_right {
                <text class="tally-hint is-end" x={number(left - 5.0)} y={number(y + 4.0)}>{ &tally.hint }</text>
            } else if !is_centred {
                <text class="tally-hint" x={number(left + width + 5.0)} y={number(y + 4.0)}>{ &tally.hint }</text>
            }
        </g>
    }
}
