//! Verbs on a node, and what survives its crash.

use faultlab_core::{Endpoint, NodeId};
use faultlab_registry::{NodeView, OperatorRequest};
use yew::prelude::*;

use super::super::acts;
use super::super::hand::HandRef;
use super::super::scene::Scene;
use super::super::scene::SceneRef;
use super::{Page, Verb};

/// How many of the newest records are offered to be damaged.
const RECORDS_OFFERED: usize = 6;

pub(super) fn verbs(scene: &Scene, node: NodeId, page: Page) -> Vec<Verb> {
    let Some(view) = scene.moment.nodes.get(node.index()) else { return Vec::new() };
    match page {
        Page::Main => main(scene, view),
        Page::More => more(scene, view),
        Page::Corrupt => records(view, scene.lang.colon()),
        Page::Survivors => Vec::new(),
    }
}

fn unsynced(view: &NodeView) -> usize {
    view.areas.iter().map(|area| area.unsynced.len()).sum()
}

fn main(scene: &Scene, view: &NodeView) -> Vec<Verb> {
    let (words, id) = (&scene.words.node, view.id);
    let mut verbs = Vec::new();
    if view.up {
        let unsynced = unsynced(view);
        if unsynced > 0 {
            verbs.push(Verb::harm((words.crash_losing)(unsynced), format!("crash {id}")));
            verbs.push(Verb::turn(words.choose_survivors, Page::Survivors));
        } else {
            verbs.push(Verb::harm(words.crash, format!("crash {id}")));
        }
        verbs.push(if view.paused {
            Verb::act(words.resume, format!("resume {id}"))
        } else {
            Verb::act(words.pause, format!("pause {id}"))
        });
    } else {
        verbs.push(Verb::act(words.restart, format!("restart {id}")));
    }
    let ends = |(from, to): &(Endpoint, Endpoint)| [*from, *to].contains(&Endpoint::Node(id));
    if scene.moment.cuts.iter().any(ends) {
        verbs.push(Verb::act(words.reconnect, format!("heal {id}")));
    } else {
        verbs.push(Verb::harm(words.isolate, format!("isolate {id}")));
    }
    // On a phone the bar is one row, so that it hides nothing.
    if let Some(timer) = view.timers.first().filter(|_| !scene.layout.is_narrow) {
        verbs.push(Verb::act((words.fire)(&timer.name), format!("fire {id} {}", timer.slug)));
    }
    verbs.push(Verb::turn(format!("{} …", scene.words.bar.more), Page::More));
    verbs
}

/// What the protocol itself lets an operator ask about the node, beside what breaks it.
pub(super) fn requests(asked: Vec<OperatorRequest>) -> Vec<Verb> {
    asked.into_iter().map(|request| Verb::act(request.verb, request.act)).collect()
}

fn more(scene: &Scene, view: &NodeView) -> Vec<Verb> {
    let (words, id) = (&scene.words.node, view.id);
    let mut verbs = Vec::new();
    let shown = usize::from(!scene.layout.is_narrow);
    for timer in view.timers.iter().skip(shown) {
        verbs.push(Verb::act((words.fire)(&timer.name), format!("fire {id} {}", timer.slug)));
    }
    if view.syncing {
        verbs.push(Verb::act(words.sync_now, format!("flush {id}")));
    }
    verbs.push(if view.percent == 100 {
        Verb::act(words.slow, format!("slow {id} 300%"))
    } else {
        Verb::act(words.usual_pace, format!("slow {id} 100%"))
    });
    if view.skew_ppm == 0 {
        verbs.push(Verb::act(words.clock_fast, format!("skew {id} 20%")));
        verbs.push(Verb::act(words.clock_slow, format!("skew {id} -20%")));
    } else {
        verbs.push(Verb::act(words.clock_right, format!("skew {id} 0%")));
    }
    if view.areas.iter().any(|area| !area.synced.is_empty()) {
        verbs.push(Verb::turn(words.corrupt, Page::Corrupt));
    }
    for area in view.areas.iter().filter(|area| !area.unsynced.is_empty() && view.up) {
        verbs.push(Verb::harm((words.tear)(&area.name), format!("tear {id} {}", area.slug)));
    }
    if !view.areas.is_empty() {
        verbs.push(Verb::harm(words.wipe, format!("wipe {id}")));
    }
    verbs
}

fn records(view: &NodeView, colon: &str) -> Vec<Verb> {
    let mut verbs = Vec::new();
    for area in &view.areas {
        let skipped = area.synced.len().saturating_sub(RECORDS_OFFERED);
        for (index, record) in area.synced.iter().enumerate().skip(skipped) {
            let at = area.first + index as u64;
            let label = format!("{} {at}{}{}", area.name, colon, record.text);
            verbs.push(Verb::harm(label, format!("corrupt {} {} {at}", view.id, area.slug)));
        }
    }
    verbs
}

#[derive(Properties, PartialEq)]
pub(super) struct SurvivorsProps {
    pub(super) hand: HandRef,
    pub(super) scene: SceneRef,
    pub(super) node: NodeId,
}

/// Of each area of the disk, how much of what is unsynced still reaches the medium: a prefix.
#[component]
pub(super) fn Survivors(SurvivorsProps { hand, scene, node }: &SurvivorsProps) -> Html {
    let kept = use_state_eq(Vec::<usize>::new);
    let Some(view) = scene.0.moment.nodes.get(node.index()) else { return Html::default() };
    let words = &scene.0.words.node;
    let chosen = |index: usize| kept.get(index).copied().unwrap_or(0);
    let areas = view.areas.iter().enumerate().filter(|(_, area)| !area.unsynced.is_empty()).map(|(index, area)| {
        let of = area.unsynced.len();
        let options = (0..=of).map(|count| {
            let label = match count {
                0 => words.keep_none.to_owned(),
                all if all == of => words.keep_all.to_owned(),
                count => (words.keep_first)(count),
            };
            let onclick = {
                let kept = kept.clone();
                Callback::from(move |_: MouseEvent| {
                    let mut next = (*kept).clone();
                    next.resize(next.len().max(index + 1), 0);
                    next[index] = count;
                    kept.set(next);
                })
            };
            let pressed = chosen(index).min(of) == count;
            html! {
                <button type="button" class={classes!("verb", "is-choice", pressed.then_some("is-on"))}
                    aria-pressed={pressed.to_string()} {onclick}>{ label }</button>
            }
        });
        html! {
            <div class="verbs-row" role="group" aria-label={area.name.clone()}>
                <span class="verbs-area">{ &area.name }</span>{ for options }
            </div>
        }
    });
    let text = {
        let kept: Vec<(&str, usize, usize)> = view
            .areas
            .iter()
            .enumerate()
            .map(|(index, area)| (area.slug, chosen(index).min(area.unsynced.len()), area.unsynced.len()))
            .collect();
        acts::crash_keeping(*node, &kept)
    };
    let crash = {
        let (hand, text) = (hand.clone(), text.clone());
        Callback::from(move |_: MouseEvent| hand.0.act(&text))
    };
    html! {
        <>
            <p class="verbs-question">{ words.survivors }</p>
            { for areas }
            <div class="verbs-row">
                <button type="button" class="verb is-harm" data-act={text} onclick={crash}>{ words.crash }</button>
            </div>
        </>
    }
}
