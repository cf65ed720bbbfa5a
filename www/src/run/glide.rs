//! Elements that the browser moves by itself along with simulated time: while they glide, nothing of the page runs.

use js_sys::{Array, Object, Reflect};
use web_sys::{Animation, Element, KeyframeEffect};

use super::time::Tick;

/// How far a glide may be from simulated time before it is put right, in milliseconds.
const SLACK: f64 = 40.0;

/// An element's way through places, in equal spans of simulated time. Before and behind it, and dropped, the element is where its
/// style has it.
pub(crate) struct Glide {
    animation: Animation,
    /// Simulated microseconds.
    begin: f64,
    end: f64,
    /// How time ran when the browser was told last.
    told: Option<Tick>,
}

impl Drop for Glide {
    fn drop(&mut self) {
        // Otherwise the browser would go on to move an element that is gone, frame by frame.
        self.animation.cancel();
    }
}

impl Glide {
    /// A way through these transforms from one simulated moment to another, later one. None where the browser cannot do it.
    pub(crate) fn new(
        element: &Element,
        transforms: impl Iterator<Item = String>,
        (begin, end): (f64, f64),
    ) -> Option<Self> {
        let places: Array = transforms.map(wasm_bindgen::JsValue::from).collect();
        let keyframes = Object::new();
        Reflect::set(&keyframes, &"transform".into(), &places).ok()?;
        // A millisecond of the animation is one of simulated time; how fast that passes is its playback rate.
        let length = (end - begin) / 1_000.0;
        let effect =
            KeyframeEffect::new_with_opt_element_and_keyframes_and_f64(Some(element), Some(&keyframes), length).ok()?;
        let animation = Animation::new_with_effect(Some(&effect)).ok()?;
        Some(Self { animation, begin, end, told: None })
    }

    /// Keeps to simulated time. As long as time runs as it did, there is nothing to do.
    pub(crate) fn follow(&mut self, tick: &Tick) {
        if self.told.is_some_and(|told| told.foretells(tick, SLACK)) {
            return;
        }
        self.told = Some(*tick);
        let place = (tick.now.clamp(self.begin, self.end) - self.begin) / 1_000.0;
        let rate = tick.pace / 1_000.0;
        if rate > 0.0 {
            self.animation.set_playback_rate(rate);
            self.animation.set_start_time(Some(tick.wall - place / rate));
        } else {
            // Only an animation without an end cannot be paused.
            let _ = self.animation.pause();
            self.animation.set_current_time(Some(place));
        }
    }
}
