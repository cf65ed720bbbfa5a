//! The line over the stage: what the pointer does, and what the mode asks for next.

use yew::prelude::*;

use super::hand::{Hand, HandRef, Mode};
use super::scene::Scene;
use crate::run::islands::letter;

/// The most groups that have a button of their own.
const GROUPS_MAX: usize = 9;

/// The three modes, and the tools of the one that is on.
pub(crate) fn head(scene: &Scene, hand: &HandRef, mode: &Mode) -> Html {
    let words = &scene.words.modes;
    let point = mode_button(words.point, *mode == Mode::Point, hand, |hand| hand.set_mode(Mode::Point));
    let cut = mode_button(words.cut, matches!(mode, Mode::Cut { .. }), hand, |hand| {
        hand.set_mode(Mode::Cut { first: None });
    });
    let group = mode_button(words.group, matches!(mode, Mode::Group { .. }), hand, Hand::group_mode);
    let tools = match mode {
        Mode::Point => Html::default(),
        Mode::Cut { first: None } => html! { <p class="stage-hint">{ words.cut_hint }</p> },
        Mode::Cut { first: Some(first) } => {
            html! { <p class="stage-hint">{ (words.cut_second)(scene.node_name(*first)) }</p> }
        }
        Mode::Group { current, groups } => group_tools(scene, hand, *current, groups),
    };
    let heal = (!scene.moment.cuts.is_empty()).then(|| {
        let hand = hand.clone();
        let onclick = Callback::from(move |_: MouseEvent| hand.0.act("heal all"));
        html! { <button type="button" class="stage-heal" {onclick}>{ words.heal_all }</button> }
    });
    html! {
        <div class="stage-head">
            <div class="stage-modes" role="group" aria-label={words.label}>{ point }{ cut }{ group }</div>
            { heal.unwrap_or_default() }
            { tools }
        </div>
    }
}

fn mode_button(label: &'static str, on: bool, hand: &HandRef, choose: fn(&Hand)) -> Html {
    let hand = hand.clone();
    let onclick = Callback::from(move |_: MouseEvent| choose(&hand.0));
    html! {
        <button type="button" class={classes!("stage-mode", on.then_some("is-on"))} aria-pressed={on.to_string()} {onclick}>
            { label }
        </button>
    }
}

fn group_tools(scene: &Scene, hand: &HandRef, current: usize, groups: &[Option<usize>]) -> Html {
    let words = &scene.words.modes;
    let used = groups.iter().flatten().max().map_or(0, |last| last + 1);
    let offered = (used + 1).max(current + 1).clamp(2, GROUPS_MAX.max(used));
    let buttons = (0..offered).map(|group| {
        let name = letter(group);
        let size = groups.iter().filter(|other| **other == Some(group)).count();
        let hand = hand.clone();
        let onclick = Callback::from(move |_: MouseEvent| hand.0.choose_group(group));
        let on = group == current;
        let class = classes!("group-choice", format!("owner-{}", group % 8), on.then_some("is-on"));
        html! {
            <button type="button" {class} aria-pressed={on.to_string()} aria-label={(words.group_name)(&name)} {onclick}>
                { name }
                if size > 0 { <small>{ size }</small> }
            </button>
        }
    });
    let ready = super::acts::partition(groups, scene.nodes(), false).is_some();
    let partition = {
        let hand = hand.clone();
        Callback::from(move |_: MouseEvent| hand.0.partition())
    };
    let clear = {
        let hand = hand.clone();
        Callback::from(move |_: MouseEvent| hand.0.set_mode(Mode::Group { current: 0, groups: Vec::new() }))
    };
    html! {
        <div class="stage-groups">
            <div class="group-choices" role="group" aria-label={words.group}>{ for buttons }</div>
            <button type="button" class="stage-do" disabled={!ready} onclick={partition}>{ words.partition }</button>
            <button type="button" class="stage-quiet" disabled={used == 0} onclick={clear}>{ words.clear_groups }</button>
            <p class="stage-hint">{ words.group_hint }</p>
        </div>
    }
}
