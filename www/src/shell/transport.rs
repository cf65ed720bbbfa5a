//! Play, step, speed, and the time line between them.

use std::rc::Rc;

use faultlab_registry::StepFilter;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::keys::report;
use super::scrub::{Scrub, TransportProps};
use crate::run::player::PlayerProps;
use crate::run::time::{Need, Speed, Tick};
use crate::text::format;

#[component]
pub(crate) fn TransportRow(props: &TransportProps) -> Html {
    let player = props.player.clone();
    let words = &player.words().transport;
    let step = |filter: StepFilter, forward: bool| {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| {
            let found = if forward { player.step_forward(filter) } else { player.step_back(filter) };
            report(&player, found, forward);
        })
    };
    let on_play = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| player.play_pause())
    };
    let on_start = {
        let player = player.clone();
        Callback::from(move |_: MouseEvent| player.go_to_start())
    };
    let playing = player.time_runs();
    let play_name = if playing { words.pause } else { words.play };
    html! {
        <section class="transport" aria-label={words.region}>
            <div class="transport-buttons">
                { icon_button("", words.from_start, on_start, "M5 6v12h2V6zM19 6v12l-10-6z") }
                { icon_button("notable", words.notable_back, step(StepFilter::Notable, false), "M12 6v12L3 12zM21 6v12l-9-6z") }
                { icon_button("", words.step_back, step(StepFilter::Event, false), "M16 6v12L7 12z") }
                <button type="button" class="play-button" aria-label={play_name} title={play_name} onclick={on_play}>
                    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
                        <path d={if playing { "M7 5h4v14H7zM13 5h4v14h-4z" } else { "M8 5v14l11-7z" }} fill="currentColor" />
                    </svg>
                </button>
                { icon_button("", words.step_forward, step(StepFilter::Event, true), "M8 6v12l9-6z") }
                { icon_button("notable", words.notable_forward, step(StepFilter::Notable, true), "M12 6v12l9-6zM3 6v12l9-6z") }
            </div>
            <Clock player={player.clone()} />
            <Scrub player={player.clone()} theme={props.theme} />
            <SpeedChoice player={player.clone()} />
        </section>
    }
}

fn icon_button(class: &'static str, name: &'static str, onclick: Callback<MouseEvent>, path: &'static str) -> Html {
    html! {
        <button type="button" class={classes!("quiet", "icon", class)} aria-label={name} title={name} {onclick}>
            <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" focusable="false">
                <path d={path} fill="currentColor" />
            </svg>
        </button>
    }
}

/// The simulated time. It runs outside the virtual DOM.
#[component]
fn Clock(props: &PlayerProps) -> Html {
    let player = props.player.clone();
    let place = use_node_ref();
    use_effect_with((), {
        let (player, place) = (player.clone(), place.clone());
        move |()| {
            let guard = player.on_frame(Rc::new(move |tick: &Tick| {
                let text = place.get().and_then(|element| element.first_child());
                if let Some(text) = text.filter(|_| tick.is_beat) {
                    text.set_node_value(Some(&format::moment(faultlab_core::Time(tick.now as u64))));
                }
                Need::Beat
            }));
            move || drop(guard)
        }
    });
    // The text is there from the beginning, to be written over.
    html! { <span class="clock" ref={place} aria-hidden="true">{ "\u{a0}" }</span> }
}

#[component]
fn SpeedChoice(props: &PlayerProps) -> Html {
    let player = props.player.clone();
    let words = &player.words().transport;
    let name = |speed: Speed| match speed {
        Speed::REAL => words.real_time.to_owned(),
        Speed::MAX => words.fastest.to_owned(),
        Speed(factor) => (words.times)(&factor.to_string()),
    };
    let current = player.speed();
    let onchange = {
        let player = player.clone();
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            if let Some(speed) = usize::try_from(select.selected_index()).ok().and_then(|index| Speed::ALL.get(index)) {
                player.set_speed(*speed);
            }
        })
    };
    html! {
        <select class="speed" aria-label={words.speed} title={words.speed} {onchange}>
            { for Speed::ALL.into_iter().map(|speed| html! {
                <option selected={speed == current} value={slug(speed)}>{ name(speed) }</option>
            }) }
        </select>
    }
}

/// A speed as the address says it.
fn slug(speed: Speed) -> String {
    if speed == Speed::MAX { "max".to_owned() } else { speed.0.to_string() }
}
