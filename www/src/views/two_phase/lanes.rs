//! One transaction as lanes in time: who asked, who voted, what was forced to disk, and who had to wait.

use faultlab_core::commit::two_phase::COORDINATOR;
use faultlab_core::{NodeId, Time};
use faultlab_sim::PacketName;
use faultlab_words::Lang;
use faultlab_words::two_phase::{self, ViewWords};
use yew::prelude::*;

use super::super::Actor;
use super::super::width::use_width;
use crate::run::player::{Player, Selection};

use super::axis::Axis;
use super::ledger::{Fall, Fate, Leg, LegKind, Track};

const LANE: f64 = 62.0;
const TOP: f64 = 40.0;
const BAR: f64 = 18.0;
/// Room for the names on the left, where there is room; else they stand above their lanes.
const NAMES: f64 = 96.0;
const NARROW: f64 = 520.0;
/// How long after the last yes the waiting is taken to begin, in microseconds: votes are on their way until then.
const VOTES_TRAVEL: u64 = 35_000;

/// What is drawn.
#[derive(Clone, PartialEq)]
pub(super) struct Drawing {
    track: Track,
    falls: Vec<Fall>,
    /// The coordinator and the participants, from top to bottom.
    lanes: Vec<(NodeId, String)>,
    now: Time,
}

impl Drawing {
    pub(super) fn of(player: &Player, track: &Track, falls: &[Fall]) -> Self {
        let moment = player.moment();
        let name =
            |node: NodeId| moment.nodes.get(node.index()).map_or_else(|| node.to_string(), |view| view.name.clone());
        let lanes = std::iter::once(COORDINATOR).chain(track.participants.iter()).map(|node| (node, name(node)));
        let falls = falls.iter().filter(|fall| fall.to.is_none_or(|to| to >= track.begun)).copied();
        Self { track: track.clone(), falls: falls.collect(), lanes: lanes.collect(), now: moment.now }
    }

    fn y(&self, node: NodeId) -> Option<f64> {
        let lane = self.lanes.iter().position(|(other, _)| *other == node)?;
        Some(TOP + LANE * lane as f64)
    }

    fn height(&self) -> f64 {
        TOP + LANE * self.lanes.len().saturating_sub(1) as f64 + 22.0
    }

    /// All moments at which something changes, up to the end of what is drawn.
    fn axis(&self, width: f64) -> Axis {
        let track = &self.track;
        let end = self.end();
        let mut moments = vec![track.begun, end];
        moments.extend(track.legs.iter().flat_map(|leg| [leg.sent, leg.ends.min(end)]));
        moments.extend(track.forces.iter().flat_map(|force| [force.from, force.to]));
        moments.extend(track.holds.iter().flat_map(|hold| [hold.from, hold.to.unwrap_or(end)]));
        moments.extend(track.decisions.iter().map(|decision| decision.at));
        moments.extend(self.falls.iter().flat_map(|fall| [fall.from, fall.to.unwrap_or(end)]));
        moments.retain(|moment| (track.begun..=end).contains(moment));
        let waiting = track.holds.iter().map(|hold| hold.from).max().map(|last| Time(last.0 + VOTES_TRAVEL));
        let over = track.decisions.iter().map(|decision| decision.at).min().unwrap_or(end);
        moments.extend(waiting.filter(|from| *from < over));
        Axis::new(moments, waiting.map(|from| (from, over)), left(width) + 6.0, width - 14.0)
    }

    /// Where the picture ends: now, while anything is open; else a little after the last thing that happened.
    fn end(&self) -> Time {
        let track = &self.track;
        let legs = track.legs.iter().map(|leg| if leg.fate == Fate::Flying { self.now } else { leg.ends });
        let holds = track.holds.iter().map(|hold| hold.to.unwrap_or(self.now));
        let last = legs.chain(holds).chain(track.decisions.iter().map(|decision| decision.at)).max();
        let last = last.unwrap_or(self.now);
        let open = track.outcome().is_none();
        if open { self.now } else { Time(last.0 + 6_000).min(self.now) }
    }
}

/// Where the lanes begin.
fn left(width: f64) -> f64 {
    if width < NARROW { 4.0 } else { NAMES }
}

#[derive(Properties, PartialEq)]
pub(super) struct LanesProps {
    pub(super) actor: Actor,
    pub(super) lang: Lang,
    pub(super) pointed: Option<PacketName>,
    pub(super) drawing: Drawing,
}

/// The lanes of one transaction.
#[component]
pub(super) fn Lanes(props: &LanesProps) -> Html {
    let LanesProps { actor: Actor(player), lang, pointed, drawing } = props;
    let words = two_phase::view(*lang);
    let room = use_node_ref();
    let width = f64::from(use_width(&room));
    let track = &drawing.track;
    let waiting = track.holds.iter().filter(|hold| hold.to.is_none()).count();
    let told = (words.lanes_told)(&track.txn.to_string(), drawing.lanes.len().saturating_sub(1), waiting);
    let picture = if width < 40.0 {
        Html::default()
    } else {
        let axis = drawing.axis(width);
        let height = drawing.height();
        html! {
            <svg class="commit-lanes" viewBox={format!("0 0 {width} {height}")} width={width.to_string()}
                height={height.to_string()} role="img" aria-label={told}>
                { for drawing.lanes.iter().map(|(node, _)| lane(drawing, &axis, width, *node)) }
                { for axis.breaks.iter().map(|x| brk(*x, height)) }
                { for track.legs.iter().map(|leg| arrow(player, drawing, &axis, leg, *pointed == Some(leg.packet))) }
                { for track.forces.iter().map(|force| sync(drawing, &axis, force.node, force.from, force.to, words.sync)) }
                { for track.holds.iter().map(|hold| bar(drawing, &axis, hold.node, hold.from, hold.to, words)) }
                { for track.decisions.iter().map(|decision| {
                    let label = if decision.commit { words.commit } else { words.abort };
                    let holds = track.holds.iter().any(|hold| hold.node == decision.node);
                    decided(drawing, &axis, decision, label, holds, width)
                }) }
                { for drawing.lanes.iter().enumerate().map(|(lane, (_, name))| name_at(lane, name, width)) }
                { for drawing.falls.iter().map(|fall| cross(drawing, &axis, fall)) }
                <line class="commit-now" x1={(width - 12.0).to_string()} x2={(width - 12.0).to_string()} y1="8"
                    y2={(height - 4.0).to_string()} />
            </svg>
        }
    };
    html! { <div class="commit-room" ref={room}>{ picture }</div> }
}

fn lane(drawing: &Drawing, axis: &Axis, width: f64, node: NodeId) -> Html {
    let Some(y) = drawing.y(node) else { return Html::default() };
    let falls = drawing.falls.iter().filter(|fall| fall.node == node).map(|fall| {
        let (from, to) = (axis.x(fall.from), fall.to.map_or(width - 12.0, |to| axis.x(to)));
        html! { <line class="commit-down" x1={from.to_string()} x2={to.to_string()} y1={y.to_string()} y2={y.to_string()} /> }
    });
    html! {
        <g>
            <line class="commit-lane" x1={left(width).to_string()} x2={(width - 12.0).to_string()} y1={y.to_string()} y2={y.to_string()} />
            { for falls }
        </g>
    }
}

/// A lane's name, above what crosses it.
fn name_at(lane: usize, name: &str, width: f64) -> Html {
    let y = TOP + LANE * lane as f64 + if width < NARROW { -18.0 } else { 4.0 };
    html! { <text class="commit-name" x="0" y={y.to_string()}>{ name }</text> }
}

/// Here a wait was cut short.
fn brk(x: f64, height: f64) -> Html {
    let slash = |x: f64| {
        html! {
            <line x1={(x - 2.0).to_string()} x2={(x + 2.0).to_string()} y1={(height - 4.0).to_string()}
                y2={(height - 14.0).to_string()} />
        }
    };
    html! { <g class="commit-break">{ slash(x - 2.5) }{ slash(x + 2.5) }</g> }
}

fn leg_class(kind: LegKind) -> &'static str {
    match kind {
        LegKind::Work => "leg-work",
        LegKind::Ask => "leg-ask",
        LegKind::Yes => "leg-yes",
        LegKind::No => "leg-no",
        LegKind::Commit => "leg-commit",
        LegKind::Abort => "leg-abort",
        LegKind::Ack => "leg-ack",
        LegKind::Inquiry => "leg-inquiry",
        LegKind::Unknown => "leg-unknown",
    }
}

fn arrow(player: &Player, drawing: &Drawing, axis: &Axis, leg: &Leg, pointed: bool) -> Html {
    let (Some(from), Some(to)) = (drawing.y(leg.from), drawing.y(leg.to)) else { return Html::default() };
    if leg.sent > drawing.end() {
        return Html::default();
    }
    let x1 = axis.x(leg.sent);
    // What is still on its way is drawn as far as it has come.
    let gone = match leg.fate {
        Fate::Arrived => 1.0,
        // Lost where it was going, or on the way.
        Fate::Lost if leg.reached => 0.94,
        Fate::Lost => 0.5,
        Fate::Flying => {
            let whole = leg.ends.0.saturating_sub(leg.sent.0).max(1) as f64;
            (drawing.now.0.saturating_sub(leg.sent.0) as f64 / whole).clamp(0.0, 1.0)
        }
    };
    let x2 = axis.x(leg.ends.min(drawing.end())).max(x1 + 1.0);
    let y2 = from + (to - from) * gone;
    let fate = match leg.fate {
        Fate::Arrived => "",
        Fate::Lost => "lost",
        Fate::Flying => "flying",
    };
    let (dx, dy) = (x2 - x1, y2 - from);
    let length = dx.hypot(dy).max(1.0);
    let (ux, uy) = (dx / length * 7.0, dy / length * 7.0);
    let (bx, by) = (x2 - ux, y2 - uy);
    let head = if leg.fate == Fate::Lost {
        format!("M{} {}l8 8m0 -8l-8 8", x2 - 4.0, y2 - 4.0)
    } else {
        format!("M{x2} {y2}L{} {}L{} {}Z", bx - uy * 0.45, by + ux * 0.45, bx + uy * 0.45, by - ux * 0.45)
    };
    let go = {
        let (player, leg) = (player.clone(), *leg);
        Callback::from(move |_: MouseEvent| {
            player.seek(leg.position);
            player.select(Selection::Packet(leg.packet));
        })
    };
    let point = |selection: Selection| {
        let player = player.clone();
        Callback::from(move |_: PointerEvent| player.hover(selection))
    };
    html! {
        <g class={classes!("leg", leg_class(leg.kind), fate, pointed.then_some("pointed"))} onclick={go}
            onpointerenter={point(Selection::Packet(leg.packet))} onpointerleave={point(Selection::None)}>
            <line class="leg-reach" x1={x1.to_string()} y1={from.to_string()} x2={x2.to_string()} y2={y2.to_string()} />
            <line class="leg-line" x1={x1.to_string()} y1={from.to_string()} x2={x2.to_string()} y2={y2.to_string()} />
            <path class="leg-head" d={head} />
        </g>
    }
}

fn sync(drawing: &Drawing, axis: &Axis, node: NodeId, from: Time, to: Time, label: &str) -> Html {
    let Some(y) = drawing.y(node) else { return Html::default() };
    let (x, end) = (axis.x(from), axis.x(to));
    let wide = (end - x).max(7.0);
    html! {
        <g class="commit-sync">
            <rect x={(end - wide).to_string()} y={(y - 8.0).to_string()} width={wide.to_string()} height="16" rx="2" />
            if wide >= 30.0 {
                <text x={(end - wide / 2.0).to_string()} y={(y + 4.0).to_string()}>{ label }</text>
            }
        </g>
    }
}

fn bar(drawing: &Drawing, axis: &Axis, node: NodeId, from: Time, to: Option<Time>, words: &ViewWords) -> Html {
    let Some(y) = drawing.y(node) else { return Html::default() };
    let x = axis.x(from) + 2.0;
    let end = axis.x(to.unwrap_or(drawing.end()));
    let wide = (end - x).max(3.0);
    // About six pixels a letter; Chinese letters are twice as wide and half as many.
    let room = |text: &str| 12.0 + text.chars().map(|letter| if letter.is_ascii() { 6.2 } else { 12.0 }).sum::<f64>();
    let label = [words.prepared_bar, words.prepared_bar_short].into_iter().find(|text| room(text) <= wide);
    html! {
        <g class={classes!("commit-hold", to.is_none().then_some("open"))}>
            <rect x={x.to_string()} y={(y - BAR / 2.0).to_string()} width={wide.to_string()} height={BAR.to_string()} rx="9" />
            if let Some(label) = label {
                <text x={(x + 10.0).to_string()} y={(y + 4.0).to_string()}>{ label }</text>
            }
        </g>
    }
}

fn decided(
    drawing: &Drawing,
    axis: &Axis,
    decision: &super::ledger::Decision,
    label: &str,
    held: bool,
    width: f64,
) -> Html {
    let Some(y) = drawing.y(decision.node) else { return Html::default() };
    let x = axis.x(decision.at);
    let class = if decision.commit { "commit" } else { "abort" };
    let mark = if decision.commit { "✓" } else { "✕" };
    if decision.node == COORDINATOR {
        let text = format!("{label} {mark}");
        let wide = 14.0 + text.chars().map(|letter| if letter.is_ascii() { 6.6 } else { 12.0 }).sum::<f64>();
        let middle = x.clamp(wide / 2.0 + 1.0, (width - wide / 2.0 - 1.0).max(wide / 2.0 + 1.0));
        return html! {
            <g class={classes!("commit-decision", class)}>
                <line x1={x.to_string()} x2={x.to_string()} y1={(y - 12.0).to_string()} y2={y.to_string()} />
                <rect x={(middle - wide / 2.0).to_string()} y={(y - 32.0).to_string()} width={wide.to_string()} height="20" rx="4" />
                <text x={middle.to_string()} y={(y - 18.0).to_string()}>{ text }</text>
            </g>
        };
    }
    let x = if held { x } else { x.max(10.0) };
    html! {
        <g class={classes!("commit-learnt", class)}>
            <circle cx={x.to_string()} cy={y.to_string()} r="8" />
            <text x={x.to_string()} y={(y + 4.0).to_string()}>{ mark }</text>
        </g>
    }
}

fn cross(drawing: &Drawing, axis: &Axis, fall: &Fall) -> Html {
    let (Some(y), true) = (drawing.y(fall.node), fall.from >= drawing.track.begun && fall.from <= drawing.end()) else {
        return Html::default();
    };
    let x = axis.x(fall.from);
    html! { <path class="commit-cross" d={format!("M{} {}l14 14m0 -14l-14 14", x - 7.0, y - 7.0)} /> }
}
