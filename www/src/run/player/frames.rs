//! The one animation-frame loop: it moves simulated time on while the run plays, and calls whoever shows something of it.
//!
//! Every frame costs, so it asks for one only when there is something to do: a step is due, texts are due, or something moves that
//! the browser cannot move by itself ([`Glide`](super::super::glide::Glide)). Nothing runs at all while the run rests or nobody can see it.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use faultlab_core::Time;
use faultlab_registry::Played;
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::Inner;
use crate::browser::wall;
use crate::run::time::{Listener, Need, SLOWDOWN, Speed, Tick};

/// The longest frame that counts as one, in milliseconds: a tab that was away does not jump.
const FRAME_MAX: f64 = 250.0;
/// How often texts and what creeps are brought up to date while the run plays, in milliseconds.
const BEAT: f64 = 120.0;
/// What comes sooner than this is waited for by frames, in milliseconds.
const FRAME_LENGTH: f64 = 17.0;
/// How many steps a single frame may simulate.
const FRAME_STEPS: usize = 400;
/// At full speed, how long a frame may simulate, in milliseconds.
const FRAME_BUDGET: f64 = 6.0;
/// Idle stretches longer than this on the screen, in milliseconds, are run through at [`IDLE_FACTOR`] times the speed.
const IDLE_SHORT: f64 = 300.0;
const IDLE_FACTOR: f64 = 12.0;

type OnFrame = Closure<dyn FnMut(f64)>;

/// The loop's state.
pub(super) struct Frames {
    owner: RefCell<Weak<Inner>>,
    callback: RefCell<Option<OnFrame>>,
    asked: Cell<bool>,
    timer: RefCell<Option<Timeout>>,
    playing: Cell<bool>,
    visible: Cell<bool>,
    /// How many guards hold time still.
    still: Cell<u32>,
    /// How many of them are seen to have it wait.
    waiting: Cell<u32>,
    speed: Cell<Speed>,
    skips_idle: Cell<bool>,
    reduced_motion: bool,
    clock: Cell<f64>,
    /// Nothing happens for a while, and time is run through faster.
    hurries: Cell<bool>,
    /// More was to happen than one frame may simulate.
    is_behind: Cell<bool>,
    last_frame: Cell<Option<f64>>,
    last_beat: Cell<f64>,
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
            timer: RefCell::default(),
            playing: Cell::new(false),
            visible: Cell::new(true),
            still: Cell::new(0),
            waiting: Cell::new(0),
            speed: Cell::new(Speed::USUAL),
            skips_idle: Cell::new(true),
            reduced_motion,
            clock: Cell::new(0.0),
            hurries: Cell::new(false),
            is_behind: Cell::new(false),
            last_frame: Cell::new(None),
            last_beat: Cell::new(f64::NEG_INFINITY),
            last_shown: Cell::new(0.0),
            unshown: Cell::new(false),
            listeners: RefCell::default(),
            next_listener: Cell::new(0),
        }
    }

    pub(super) fn attach(&self, owner: &Rc<Inner>) {
        let weak = Rc::downgrade(owner);
        self.owner.replace(Weak::clone(&weak));
        *self.callback.borrow_mut() = Some(Closure::new(move |stamp| {
            if let Some(inner) = weak.upgrade() {
                inner.frames.asked.set(false);
                inner.frames.frame(&inner, stamp);
            }
        }));
    }

    /// Takes time to this very moment, before it begins to run otherwise: what glides is already there.
    pub(super) fn catch_up(&self) {
        let Some(inner) = self.owner.borrow().upgrade() else { return };
        if let Some(last) = self.last_frame.get().filter(|_| self.runs() && self.still.get() == 0) {
            let wall = wall();
            self.last_frame.set(Some(wall));
            self.advance(&inner, (wall - last).clamp(0.0, FRAME_MAX));
        }
    }

    fn runs(&self) -> bool {
        self.playing.get() && self.visible.get()
    }

    /// Asks for one frame, if none is asked for.
    pub(super) fn wake(&self) {
        if self.asked.get() || !self.visible.get() {
            return;
        }
        let callback = self.callback.borrow();
        let (Some(callback), Some(window)) = (callback.as_ref(), web_sys::window()) else { return };
        // Dropped, it does not run.
        drop(self.timer.take());
        if window.request_animation_frame(callback.as_ref().unchecked_ref()).is_ok() {
            self.asked.set(true);
        }
    }

    /// Asks for a frame in so many milliseconds, unless one is asked for.
    fn wake_in(&self, milliseconds: f64) {
        if milliseconds < FRAME_LENGTH {
            return self.wake();
        }
        if self.asked.get() || self.timer.borrow().is_some() {
            return;
        }
        let owner = self.owner.borrow().clone();
        let timer = Timeout::new(milliseconds as u32, move || {
            let Some(inner) = owner.upgrade() else { return };
            // It has run; what it would cancel is this very call.
            if let Some(timer) = inner.frames.timer.take() {
                timer.forget();
            }
            inner.frames.wake();
        });
        self.timer.replace(Some(timer));
    }

    fn frame(&self, inner: &Inner, stamp: f64) {
        let elapsed = self.last_frame.get().map_or(0.0, |last| (stamp - last).clamp(0.0, FRAME_MAX));
        let runs = self.runs();
        let mut is_beat = !runs || stamp - self.last_beat.get() >= BEAT;
        if runs {
            self.last_frame.set(Some(stamp));
            if self.still.get() == 0 {
                self.advance(inner, elapsed);
            }
            if self.unshown.get() && stamp >= self.shows_next(inner) {
                self.show(inner, stamp);
                is_beat = true;
            }
        }
        if is_beat {
            self.last_beat.set(stamp);
        }
        let tick = Tick { now: self.clock.get(), pace: self.pace(), wall: stamp, is_beat };
        let need = self.tell(&tick);
        if !self.runs() {
            self.last_frame.set(None);
        } else if need == Need::Frame || self.is_behind.get() {
            self.wake();
        } else {
            self.wake_in(self.rest(inner, stamp));
        }
    }

    /// Lets all listeners show a moment, and tells what the neediest of them needs.
    fn tell(&self, tick: &Tick) -> Need {
        let listeners: Vec<Listener> =
            self.listeners.borrow().iter().map(|(_, listener)| Rc::clone(listener)).collect();
        let needs: Vec<Need> = listeners.iter().map(|listener| listener(tick)).collect();
        if needs.contains(&Need::Frame) { Need::Frame } else { Need::Beat }
    }

    /// How time runs just now, between two frames as well.
    pub(super) fn tick(&self) -> Tick {
        let wall = wall();
        let since = self.last_frame.get().map_or(0.0, |last| (wall - last).clamp(0.0, FRAME_MAX));
        let pace = self.pace();
        Tick { now: self.clock.get() + since * pace, pace, wall, is_beat: true }
    }

    fn pace(&self) -> f64 {
        let speed = self.speed.get();
        if !self.runs() || self.still.get() > 0 || speed == Speed::MAX {
            return 0.0;
        }
        1_000.0 * speed.0 / SLOWDOWN * if self.hurries.get() { IDLE_FACTOR } else { 1.0 }
    }

    /// When what has changed in meaning may be rendered next.
    fn shows_next(&self, inner: &Inner) -> f64 {
        self.last_shown.get() + self.speed.get().render_pause().max(inner.crowd_pause())
    }

    /// For how many milliseconds there is nothing to do.
    fn rest(&self, inner: &Inner, stamp: f64) -> f64 {
        let beat = self.last_beat.get() + BEAT - stamp;
        let shown = self.shows_next(inner) - stamp;
        let next = match inner.next_at() {
            _ if self.unshown.get() => shown,
            Some(next) if self.pace() > 0.0 => {
                let stop = if self.hurries.get() { next.0 as f64 - self.short() } else { next.0 as f64 };
                shown.max((stop - self.clock.get()) / self.pace())
            }
            _ => beat,
        };
        beat.min(next)
    }

    /// Moves simulated time on by what a frame is worth.
    fn advance(&self, inner: &Inner, elapsed: f64) {
        let speed = self.speed.get();
        let fastest = speed == Speed::MAX;
        let reached = self.clock.get() + self.stretch(inner, elapsed * 1_000.0 * speed.0 / SLOWDOWN);
        let advance = if fastest {
            play_for_a_while(inner, Time(u64::MAX / 4))
        } else {
            inner.play_to(Time(reached as u64), FRAME_STEPS)
        };
        self.unshown.set(self.unshown.get() || advance.moved);
        self.is_behind.set(fastest || advance.played == Played::NotYet);
        // Between two steps the clock keeps its fraction, or slow motion would stand still.
        let clock = match advance.played {
            Played::There if !fastest && advance.stop.is_none() => reached,
            Played::There | Played::NotYet | Played::Broken => advance.now.0 as f64,
        };
        self.clock.set(clock.max(advance.now.0 as f64));
        self.hurries.set(!fastest && self.is_idle(inner));
        if let Some(stop) = advance.stop {
            self.playing.set(false);
            inner.tell_stop(stop);
            self.show(inner, self.last_shown.get());
        }
    }

    /// The simulated microseconds of this frame: more than usual while time hurries, but never past where it should not.
    fn stretch(&self, inner: &Inner, pace: f64) -> f64 {
        match inner.next_at() {
            Some(next) if self.hurries.get() => {
                let room = next.0 as f64 - self.short() - self.clock.get();
                (pace * IDLE_FACTOR).min(room).max(pace)
            }
            _ => pace,
        }
    }

    /// Whether nothing is on its way and nothing is going to happen for a while, and the reader need not wait for it.
    fn is_idle(&self, inner: &Inner) -> bool {
        let Some(next) = inner.next_at().filter(|_| self.skips_idle.get() && self.speed.get() != Speed::MAX) else {
            return false;
        };
        next.0 as f64 - self.clock.get() > self.short() && !inner.any_travels()
    }

    /// The longest stretch that is not skipped, in simulated microseconds.
    fn short(&self) -> f64 {
        IDLE_SHORT * 1_000.0 * self.speed.get().0 / SLOWDOWN
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
        self.catch_up();
        self.playing.set(playing);
        self.hurries.set(false);
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
        self.catch_up();
        self.visible.set(visible);
        self.last_frame.set(None);
        if visible {
            self.wake();
        } else {
            // There will be no frame in which what glides could be told to stand.
            self.tell(&self.tick());
        }
    }

    /// Holds time still while a guard lives, without pausing.
    pub(super) fn hold_still(&self, holds: bool) {
        self.catch_up();
        let guards = self.still.get();
        self.still.set(if holds { guards + 1 } else { guards.saturating_sub(1) });
        self.wake();
    }

    pub(super) fn hold_waiting(&self, holds: bool) {
        let guards = self.waiting.get();
        self.waiting.set(if holds { guards + 1 } else { guards.saturating_sub(1) });
    }

    /// Whether time waits for somebody who chooses what to do.
    pub(super) fn waits(&self) -> bool {
        self.waiting.get() > 0
    }

    pub(super) fn speed(&self) -> Speed {
        self.speed.get()
    }

    pub(super) fn set_speed(&self, speed: Speed) {
        self.catch_up();
        self.speed.set(speed);
        self.hurries.set(false);
    }

    pub(super) fn skips_idle(&self) -> bool {
        self.skips_idle.get()
    }

    pub(super) fn set_skips_idle(&self, skips: bool) {
        self.catch_up();
        self.skips_idle.set(skips);
        self.hurries.set(false);
    }

    pub(super) fn reduced_motion(&self) -> bool {
        self.reduced_motion
    }

    pub(super) fn set_clock(&self, now: Time) {
        self.clock.set(now.0 as f64);
        self.hurries.set(false);
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
fn play_for_a_while(inner: &Inner, target: Time) -> super::inner::Advance {
    let begin = wall();
    let mut advance = inner.play_to(target, FRAME_STEPS);
    while advance.stop.is_none() && advance.played == Played::NotYet && wall() - begin < FRAME_BUDGET {
        let next = inner.play_to(target, FRAME_STEPS);
        advance = super::inner::Advance { moved: advance.moved || next.moved, ..next };
    }
    advance
}
