//! What if: an act that the pointer, the focus or a finger rests on is tried on a fork of the run, and what the next seconds would
//! bring is told before it is done: a line in the bar of verbs, and ghosts on the stage.
//!
//! Draws are keyed by seed and place, so a fork is not a guess: what is foretold is what happens. Nothing runs unless somebody asks.

mod ahead;
mod foreseen;
mod future;
mod ghosts;

use std::rc::Rc;

use faultlab_words::page::what_if_words;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, FocusEvent, PointerEvent};
use yew::prelude::*;

use super::hand::HandRef;
use super::scene::SceneRef;
use crate::browser::Listening;
use crate::run::player::Selection;
use ahead::{Ahead, Considered, Here, Seen};

#[derive(Properties, PartialEq)]
pub(crate) struct WhatIfProps {
    pub(crate) hand: HandRef,
    pub(crate) scene: SceneRef,
    /// Whose verbs they are.
    pub(crate) open: Selection,
}

/// The line in a bar of verbs, and the ghosts.
#[component]
pub(crate) fn WhatIf(WhatIfProps { hand, scene, open }: &WhatIfProps) -> Html {
    let redraw = use_force_update();
    let player = &hand.0.player;
    let ahead = use_memo((), |()| Ahead::new(player.clone(), redraw));
    let ahead = Rc::clone(&*ahead);
    let line = use_node_ref();
    use_effect_with(*open, {
        let (ahead, line, by_finger) = (Rc::clone(&ahead), line.clone(), hand.0.by_finger());
        move |_| {
            let bar = line.cast::<Element>().and_then(|line| line.closest(".verbs").ok()?);
            let listening = bar.map(|bar| listen(&bar, &ahead, by_finger));
            move || {
                drop(listening);
                ahead.end();
            }
        }
    });
    use_effect_with(Here::of(player), {
        let ahead = Rc::clone(&ahead);
        move |_| ahead.follow()
    });
    let words = what_if_words(player.lang());
    let seen = ahead.seen();
    let said = match &seen {
        Seen::Nothing => None,
        Seen::Looking => Some(words.looking.to_owned()),
        Seen::Unfit => Some(words.unfit.to_owned()),
        Seen::Foreseen(foreseen) => Some(foreseen.line(words)),
    };
    let ghosts = match (&seen, hand.0.ghosts.cast::<Element>()) {
        (Seen::Foreseen(foreseen), Some(layer)) => {
            let now = player.clock();
            let place = |name| hand.0.moving.borrow().as_ref().and_then(|moving| moving.place_of(name, now));
            create_portal(ghosts::ghosts(&scene.0, foreseen, words, place), layer)
        }
        _ => Html::default(),
    };
    html! {
        <p ref={line} class="verbs-ahead" role="status">
            if let (Some(said), Some(Considered { label, .. })) = (said, ahead.considered()) {
                <strong>{ label }{ words.colon }</strong>{ said }
            } else {
                <span class="verbs-hint">{ words.hint }</span>
            }
            { ghosts }
        </p>
    }
}

/// The act of the verb that something belongs to.
fn act_at(target: Option<EventTarget>) -> Option<Considered> {
    let verb = target?.dyn_ref::<Element>()?.closest("[data-act]").ok()??;
    Some(Considered { label: verb.text_content()?, act: verb.get_attribute("data-act")? })
}

fn act_of(bar: &Element, selector: &str) -> Option<Considered> {
    act_at(bar.query_selector(selector).ok().flatten().map(EventTarget::from))
}

/// Follows pointer and focus over the verbs of a bar: what the pointer is on comes before what has the focus. A finger cannot
/// point: the first verb is told of at once, the others while they are held, and what was told stays until something else is.
fn listen(bar: &Element, ahead: &Rc<Ahead>, by_finger: bool) -> [Listening; 4] {
    let is_finger =
        |event: &Event| event.dyn_ref::<PointerEvent>().is_some_and(|event| event.pointer_type() == "touch");
    let focused = {
        let bar = bar.clone();
        move || act_of(&bar, "[data-act]:focus")
    };
    ahead.consider(if by_finger { act_of(bar, "[data-act]") } else { focused() });
    let over = {
        let (ahead, focused) = (Rc::clone(ahead), focused.clone());
        move |event: Event| {
            let pointed = act_at(event.target());
            if pointed.is_some() || !is_finger(&event) {
                ahead.consider(pointed.or_else(&focused));
            }
        }
    };
    let leave = {
        let ahead = Rc::clone(ahead);
        move |event: Event| {
            if !is_finger(&event) {
                ahead.consider(focused());
            }
        }
    };
    let came = {
        let ahead = Rc::clone(ahead);
        move |event: Event| ahead.consider(act_at(event.target()))
    };
    let went = {
        let (ahead, bar) = (Rc::clone(ahead), bar.clone());
        move |event: Event| {
            let next = event.dyn_ref::<FocusEvent>().and_then(FocusEvent::related_target);
            let stays = next.is_some_and(|next| next.dyn_ref::<Element>().is_some_and(|next| bar.contains(Some(next))));
            if !stays {
                ahead.consider(None);
            }
        }
    };
    [
        Listening::new(bar, "pointerover", over),
        Listening::new(bar, "pointerleave", leave),
        Listening::new(bar, "focusin", came),
        Listening::new(bar, "focusout", went),
    ]
}
