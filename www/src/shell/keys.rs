//! The keys that act on the run, wherever the focus is inside the page.

use faultlab_registry::StepFilter;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use crate::browser;
use crate::run::player::{Player, Selection};

/// What a key asks of the page itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PageKey {
    Help,
    Close,
}

/// Does what a key says. What concerns the page and not the run is handed back.
pub(crate) fn press(event: &KeyboardEvent, player: &Player) -> Option<PageKey> {
    if event.default_prevented() || event.alt_key() {
        return None;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let typing = target.as_ref().is_some_and(browser::takes_text);
    let key = event.key();
    if event.ctrl_key() || event.meta_key() {
        let redo = match key.to_ascii_lowercase().as_str() {
            "z" => event.shift_key(),
            "y" if event.ctrl_key() => true,
            _ => return None,
        };
        if !typing {
            event.prevent_default();
            let done = if redo { player.redo() } else { player.undo() };
            report_undo(player, done, redo);
        }
        return None;
    }
    if key == "Escape" {
        return Some(PageKey::Close);
    }
    if typing || key == " " && target.as_ref().is_some_and(browser::takes_space) {
        return None;
    }
    let step = |filter, forward: bool| {
        event.prevent_default();
        let found = if forward { player.step_forward(filter) } else { player.step_back(filter) };
        report(player, found, forward);
    };
    match key.as_str() {
        " " => {
            event.prevent_default();
            player.play_pause();
        }
        "." => step(StepFilter::Event, true),
        "," => step(StepFilter::Event, false),
        "]" => step(StepFilter::Message, true),
        "[" => step(StepFilter::Message, false),
        "n" => step(StepFilter::Notable, true),
        "p" => step(StepFilter::Notable, false),
        "?" => {
            event.prevent_default();
            return Some(PageKey::Help);
        }
        _ => {}
    }
    None
}

/// Tells when there is nothing to go to.
pub(crate) fn report(player: &Player, found: bool, forward: bool) {
    if !found {
        let words = &player.words().transport;
        player.notify(if forward { words.nothing_ahead } else { words.nothing_before }, false);
    }
}

/// Tells when there is nothing to undo or to redo.
pub(crate) fn report_undo(player: &Player, done: bool, redo: bool) {
    if !done {
        let words = &player.words().transport;
        player.notify(if redo { words.nothing_to_redo } else { words.nothing_to_undo }, false);
    }
}

/// Chooses nothing.
pub(crate) fn clear(player: &Player) {
    player.set_chain(None);
    player.select(Selection::None);
}
