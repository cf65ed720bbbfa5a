//! What hands do: keys, the mouse and a finger.

use super::Browser;
use serde_json::{Value, json};

/// Keys without a letter, as WebDriver writes them.
pub mod keys {
    pub const BACKSPACE: &str = "\u{E003}";
    pub const TAB: &str = "\u{E004}";
    pub const ENTER: &str = "\u{E007}";
    pub const SHIFT: &str = "\u{E008}";
    pub const CONTROL: &str = "\u{E009}";
    pub const ESCAPE: &str = "\u{E00C}";
    pub const SPACE: &str = "\u{E00D}";
    pub const PAGE_UP: &str = "\u{E00E}";
    pub const PAGE_DOWN: &str = "\u{E00F}";
    pub const END: &str = "\u{E010}";
    pub const HOME: &str = "\u{E011}";
    pub const LEFT: &str = "\u{E012}";
    pub const UP: &str = "\u{E013}";
    pub const RIGHT: &str = "\u{E014}";
    pub const DOWN: &str = "\u{E015}";
    pub const DELETE: &str = "\u{E017}";
}

/// What points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointer {
    Mouse,
    Finger,
}

/// A movement of one pointer, put together step by step and then performed.
#[must_use = "a gesture happens when it is performed"]
pub struct Gesture<'browser> {
    browser: &'browser Browser,
    pointer: Pointer,
    actions: Vec<Value>,
}

impl Browser {
    /// Presses and releases each key in turn; where they go is the page's focus.
    #[track_caller]
    pub fn press(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| [key_action("keyDown", key), key_action("keyUp", key)]);
        self.perform_keys(strokes.collect());
    }

    /// Holds all of the keys together: `chord(&[keys::CONTROL, "z"])`.
    #[track_caller]
    pub fn chord(&self, keys: &[&str]) {
        let down = keys.iter().flat_map(|key| key.chars()).map(|key| key_action("keyDown", key));
        let up = keys.iter().rev().flat_map(|key| key.chars()).map(|key| key_action("keyUp", key));
        self.perform_keys(down.chain(up).collect());
    }

    /// Begins a gesture.
    pub fn gesture(&self, pointer: Pointer) -> Gesture<'_> {
        Gesture { browser: self, pointer, actions: Vec::new() }
    }

    /// Drags from one point to another in a few steps and rests there, as a hand does: a finger that leaves the glass while it
    /// moves flings, and the browser takes the next tap as one that stops the fling, without a click.
    #[track_caller]
    pub fn drag(&self, pointer: Pointer, from: (i64, i64), to: (i64, i64)) {
        const STEPS: i64 = 8;
        const REST: u32 = 150;
        let between = |step| (from.0 + (to.0 - from.0) * step / STEPS, from.1 + (to.1 - from.1) * step / STEPS);
        let grabbed = self.gesture(pointer).move_to(from).down();
        (1..=STEPS).fold(grabbed, |gesture, step| gesture.move_to(between(step))).pause(REST).up().perform();
    }

    #[track_caller]
    fn perform_keys(&self, actions: Vec<Value>) {
        self.perform(&json!({ "type": "key", "id": "keyboard", "actions": actions }));
    }

    #[track_caller]
    fn perform(&self, source: &Value) {
        self.driver.post("actions", &json!({ "actions": [source] }));
    }
}

impl Gesture<'_> {
    /// Moves to a point of the window, in CSS pixels.
    pub fn move_to(mut self, (x, y): (i64, i64)) -> Self {
        self.actions.push(json!({ "type": "pointerMove", "duration": 20, "x": x, "y": y, "origin": "viewport" }));
        self
    }

    pub fn down(mut self) -> Self {
        self.actions.push(json!({ "type": "pointerDown", "button": 0 }));
        self
    }

    pub fn up(mut self) -> Self {
        self.actions.push(json!({ "type": "pointerUp", "button": 0 }));
        self
    }

    /// The right button, which opens a menu.
    pub fn right_click(mut self) -> Self {
        self.actions.push(json!({ "type": "pointerDown", "button": 2 }));
        self.actions.push(json!({ "type": "pointerUp", "button": 2 }));
        self
    }

    /// Waits, for example for a long press.
    pub fn pause(mut self, milliseconds: u32) -> Self {
        self.actions.push(json!({ "type": "pause", "duration": milliseconds }));
        self
    }

    #[track_caller]
    pub fn perform(self) {
        let (id, kind) = match self.pointer {
            Pointer::Mouse => ("mouse", "mouse"),
            Pointer::Finger => ("finger", "touch"),
        };
        let source =
            json!({ "type": "pointer", "id": id, "parameters": { "pointerType": kind }, "actions": self.actions });
        self.browser.perform(&source);
    }
}

fn key_action(kind: &str, key: char) -> Value {
    json!({ "type": kind, "value": key.to_string() })
}
