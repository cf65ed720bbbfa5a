//! Simulated time as it passes on the screen: how fast, and what a frame of it is.

use std::rc::Rc;

/// How many times slower than real time the usual speed is: a message of 20 ms then takes 0.8 s on the screen.
pub(crate) const SLOWDOWN: f64 = 40.0;

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
    pub(super) fn render_pause(self) -> f64 {
        match self.0 {
            ..=2.0 => 0.0,
            ..=5.0 => 50.0,
            ..=10.0 => 100.0,
            _ => 160.0,
        }
    }
}

/// A frame, as those see it who show something.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Tick {
    /// Simulated microseconds, continuous.
    pub(crate) now: f64,
    /// The simulated microseconds that pass in a millisecond. Zero while time stands, and at full speed, where nobody knows.
    pub(crate) pace: f64,
    /// Milliseconds by the clock of the frames.
    pub(crate) wall: f64,
    /// Texts are due: not with every frame while the run plays.
    pub(crate) is_beat: bool,
}

impl Tick {
    /// Whether one who knows this tick knows the later one, give or take so many milliseconds.
    pub(crate) fn foretells(&self, later: &Self, slack: f64) -> bool {
        let expected = self.now + (later.wall - self.wall) * self.pace;
        self.pace == later.pace && (expected - later.now).abs() <= (slack * self.pace).max(0.5)
    }
}

/// What a listener needs next, while the run plays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Need {
    /// The next beat will do.
    Beat,
    /// The very next frame.
    Frame,
}

/// Shows a moment of the run outside the virtual DOM.
pub(crate) type Listener = Rc<dyn Fn(&Tick) -> Need>;
