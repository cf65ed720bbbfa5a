//! The one animation-frame loop: it moves simulated time on while the run plays, and calls whoever moves something.
//!
//! It asks for a frame only while something moves and somebody can see it; otherwise nothing runs at all.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use faultlab_core::Time;
use faultlab_registry::Played;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::player::Inner;

/// How many times slower than real time the usual speed is: a message of 20 ms then takes 0.8 s on the screen.
pub(crate) const SLOWDOWN: f64 = 40.0;
/// The longest frame that counts as one, in milliseconds: a tab that was away does not jump.
const FRAME_MAX: f64 = 100.0;
/// How many steps a single frame may simulate.
const FRAME_STEPS: usize = 400;
/// At full speed, how long a frame may simulate, in milliseconds.
const FRAME_BUDGET: f64 = 6.0;
/// Idle stretches longer than this on the screen, in milliseconds, are run through at [`IDLE_FACTOR`] times the speed.
const IDLE_SHORT: f64 = 300.0;
const IDLE_FACTOR: f64 = 12.0;

/// How fast simulated time runs, in times of the usual speed; infinite is as fast as it goes.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub(crate) struct Speed(pub(crate) f64);

impl Speed {
    pub(crate) const USUAL: Self = Self(1.0);
    pub(crate) const REAL: Self = Self(SLOWDOWN);
    pub(crate) const MAX: Self = Self(f64::INFINITY);
    pub(crate) const ALL: [Self; 9] =
        [Self(0.1), Self(0.25), Self(0.5), Self::USUAL, Self(2.0), Self(5.0), Self(10.0), Self::REAL, Self::MAX];

    /// The pause between two renderings of what changed in meaning, in milliseconds: faster, nobody could read it.
    fn render_pause(self) -> f64 {
        match self.0 {
            ..=2.0 => 0.0,
            ..=5.0 => 50.0,
            ..=10.0 => 100.0,
            _ => 160.0,
        }
    }
}

type Listener = Rc<dyn Fn(f64)>;
type OnFrame = Closure<dyn FnMut(f64)>;

/// The loop's state.
pub(super) struct Frames {
    owner: RefCell<Weak<Inner>>,
    callback: RefCell<Option<OnFrame>>,
    asked: Cell<bool>,
    playing: Cell<bool>,
    visible: Cell<bool>,
    /// How many guards hold time still.
    still: Cell<u32>,
    speed: Cell<Speed>,
    skips_idle: Cell<bool>,
    reduced_motion: bool,
    clock: Cell<f64>,
    last_frame: Cell<Option<f64>>,
    last_shown: Cell<f64>,
    /// Steps were taken that are not yet shown.
    unshown: Cell<bool>,
    listeners: RefCell<Vec<(u32, Listener)>>,
    next_listener: Cell<u32>,
}

impl Frames {
    pub(super) fn new(reduced_motion: bool) -> Self {
        Self {
            owner: RefCell::default(),
            callback: RefCell::default(),
            asked: Cell::new(false),
            playing: Cell::new(false),
            visible: Cell::new(true),
            still: Cell::new(0),
            speed: Cell::new(Speed::USUAL),
            skips_idle: Cell::new(true),
            reduced_motion,
            clock: Cell::new(0.0),
            last_frame: Cell::new(None),
            last_shown: Cell::new(0.0),
            unshown: Cell::new(false),
            listeners: RefCell::default(),
            next_listener: Cell::new(0),
        }
    }

    pub(super) fn attach(&self, owner: &Rc<Inner>) {
        let weak = Rc::downgrade(owner);
        self.owner.replace(Weak::clone(&weak));
        let callback = Closure::<dyn FnMut(f64)>::new(move |stamp| {
            if let Some(inner) = weak.upgrade() {
                inner.frames.asked.set(false);
                inner.frames.frame(&inner, stamp);
            }
        });
        *self.callback.borrow_mut() = Some(callback);
    }

    /// Asks for one frame, if none is asked for.
    pub(super) fn wake(&self) {
        if self.asked.get() || !self.visible.get() {
            return;
        }
        let callback = self.callback.borrow();
        let (Some(callback), Some(window)) = (callback.as_ref(), web_sys::window()) else { return };
        if window.request_animation_frame(callback.as_ref().unchecked_ref()).is_ok() {
            self.asked.set(true);
        }
    }

    fn frame(&self, inner: &Inner, stamp: f64) {
        let elapsed = self.last_frame.get().map_or(0.0, |last| (stamp - last).clamp(0.0, FRAME_MAX));
        if self.playing.get() && self.visible.get() {
            self.last_frame.set(Some(stamp));
            if self.still.get() == 0 {
                self.advance(inner, elapsed);
            }
            let pause = self.speed.get().render_pause().max(inner.crowd_pause());
            if self.unshown.get() && stamp - self.last_shown.get() >= pause {
                self.show(inner, stamp);
            }
        }
        let listeners: Vec<Listener> =
            self.listeners.borrow().iter().map(|(_, listener)| Rc::clone(listener)).collect();
        for listener in listeners {
            listener(self.clock.get());
        }
        if self.playing.get() && self.visible.get() {
            self.wake();
        } else {
            self.last_frame.set(None);
        }
    }

    /// Moves simulated time on by what a frame is worth.
    fn advance(&self, inner: &Inner, elapsed: f64) {
        let speed = self.speed.get();
        let fastest = speed == Speed::MAX;
        let reached = self.clock.get() + self.idle_stretch(inner, elapsed * 1_000.0 * speed.0 / SLOWDOWN);
        let advance = if fastest {
            play_for_a_while(inner, Time(u64::MAX / 4))
        } else {
            inner.play_to(Time(reached as u64), FRAME_STEPS)
        };
        self.unshown.set(self.unshown.get() || advance.moved);
        // Between two steps the clock keeps its fraction, or slow motion would stand still.
        let clock = match advance.played {
            Played::There if !fastest => reached,
            Played::There | Played::NotYet | Played::Broken => advance.now.0 as f64,
        };
        self.clock.set(clock.max(advance.now.0 as f64));
        if advance.played == Played::Broken {
            self.playing.set(false);
            self.show(inner, self.last_shown.get());
        }
    }

    /// The simulated microseconds of this frame: more than usual while nothing is going to happen, if idle time is skipped.
    fn idle_stretch(&self, inner: &Inner, pace: f64) -> f64 {
        if !self.skips_idle.get() || !pace.is_finite() {
            return pace;
        }
        let Some(next) = inner.lab.borrow_mut().next_at() else { return pace };
        let gap = next.0 as f64 - self.clock.get();
        let short = IDLE_SHORT * 1_000.0 * self.speed.get().0 / SLOWDOWN;
        if gap > short { (pace * IDLE_FACTOR).min(gap - short).max(pace) } else { pace }
    }

    fn show(&self, inner: &Inner, stamp: f64) {
        self.unshown.set(false);
        self.last_shown.set(stamp);
        inner.show_progress();
    }

    // Settings.

    pub(super) fn is_playing(&self) -> bool {
        self.playing.get()
    }

    pub(super) fn set_playing(&self, playing: bool) {
        self.playing.set(playing);
        self.last_frame.set(None);
        if !playing
            && self.unshown.replace(false)
            && let Some(inner) = self.owner.borrow().upgrade()
        {
            inner.show_progress();
        }
        self.wake();
    }

    pub(super) fn set_visible(&self, visible: bool) {
        self.visible.set(visible);
        self.last_frame.set(None);
        self.wake();
    }

    /// Holds time still while a guard lives, without pausing.
    pub(super) fn hold_still(&self, holds: bool) {
        let guards = self.still.get();
        self.still.set(if holds { guards + 1 } else { guards.saturating_sub(1) });
        self.wake();
    }

    pub(super) fn speed(&self) -> Speed {
        self.speed.get()
    }

    pub(super) fn set_speed(&self, speed: Speed) {
        self.speed.set(speed);
    }

    pub(super) fn skips_idle(&self) -> bool {
        self.skips_idle.get()
    }

    pub(super) fn set_skips_idle(&self, skips: bool) {
        self.skips_idle.set(skips);
    }

    pub(super) fn reduced_motion(&self) -> bool {
        self.reduced_motion
    }

    pub(super) fn clock(&self) -> f64 {
        self.clock.get()
    }

    pub(super) fn set_clock(&self, now: Time) {
        self.clock.set(now.0 as f64);
        self.unshown.set(false);
    }

    pub(super) fn listen(&self, listener: Listener) -> u32 {
        let number = self.next_listener.get();
        self.next_listener.set(number + 1);
        self.listeners.borrow_mut().push((number, listener));
        number
    }

    pub(super) fn forget(&self, number: u32) {
        self.listeners.borrow_mut().retain(|(other, _)| *other != number);
    }
}

/// Simulates as much as a frame has time for.
fn play_for_a_while(inner: &Inner, target: Time) -> super::player::Advance {
    let performance = web_sys::window().and_then(|window| window.performance());
    let now = || performance.as_ref().map_or(0.0, web_sys::Performance::now);
    let begin = now();
    let mut advance = inner.play_to(target, FRAME_STEPS);
    while advance.played == Played::NotYet && performance.is_some() && now() - begin < FRAME_BUDGET {
        let next = inner.play_to(target, FRAME_STEPS);
        advance = super::player::Advance { moved: advance.moved || next.moved, ..next };
    }
    advance
}
