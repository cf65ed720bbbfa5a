//! Which stretch of time the diagram shows, and how it moves along with the present.

/// How far the film reaches beyond the right edge, in pixels, as the style sheet has it.
pub(super) const AHEAD: f64 = 128.0;

/// Pixels for a simulated microsecond, where nobody has zoomed: a message of 20 ms is 40 pixels long.
const SCALE_USUAL: f64 = 0.002;
/// Drawings below this width, in pixels, begin with a farther look.
const WIDTH_NARROW: f64 = 440.0;
/// The closest look: 200 pixels for a millisecond.
const SCALE_MAX: f64 = 0.2;
/// The farthest look: an hour in a thousand pixels.
const SCALE_MIN: f64 = 1_000.0 / 3_600_000_000.0;
/// Where the present rests while it moves on, as a share of the width.
const NOW_AT: f64 = 0.78;
/// How far left the present may be before the window follows it back.
const NOW_LEAST: f64 = 0.06;

/// A stretch of time on a width of pixels.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Window {
    /// Simulated microseconds at the left edge; may lie before the beginning of the run.
    pub(super) begin: f64,
    /// Pixels for a microsecond.
    pub(super) scale: f64,
    /// Pixels.
    pub(super) width: f64,
    /// The reader has moved away from the present, and it does not pull the window back.
    loose: bool,
    now: f64,
    /// The width has been measured at least once.
    measured: bool,
}

impl Default for Window {
    fn default() -> Self {
        Self { begin: 0.0, scale: SCALE_USUAL, width: 600.0, loose: false, now: 0.0, measured: false }
    }
}

impl Window {
    pub(super) fn x(&self, micros: f64) -> f64 {
        (micros - self.begin) * self.scale
    }

    pub(super) fn time(&self, x: f64) -> f64 {
        self.begin + x / self.scale
    }

    /// Whether the present carries the window along: as time goes on, the window moves and the present stays where it is.
    pub(super) fn is_carried(&self) -> bool {
        !self.loose && self.x(self.now) > self.width * NOW_AT - 0.5
    }

    fn shows(&self, micros: f64) -> bool {
        (0.0..=self.width).contains(&self.x(micros))
    }

    /// The present is at `now`: the window moves only as far as it must to show it.
    pub(super) fn follow(&mut self, now: f64) {
        let moved = (now - self.now).abs() > 0.5;
        self.now = now;
        if self.loose {
            self.loose = !self.shows(now);
            if self.loose && !moved {
                return;
            }
        }
        let (least, most) = (self.width * NOW_LEAST, self.width * NOW_AT);
        let x = self.x(now);
        if x > most {
            self.begin = now - most / self.scale;
        } else if x < least {
            self.begin = (now - least / self.scale).max(self.begin_least());
        }
    }

    /// A little before the beginning, so that the first dot is not cut.
    fn begin_least(&self) -> f64 {
        -12.0 / self.scale
    }

    pub(super) fn resize(&mut self, width: f64) {
        if (width - self.width).abs() < 0.5 {
            return;
        }
        if !self.measured {
            // A narrow drawing begins with more time in it, or it would hold a single message.
            self.measured = true;
            self.scale = if width < WIDTH_NARROW { SCALE_USUAL * 0.6 } else { SCALE_USUAL };
        }
        let shown = self.x(self.now) / self.width;
        self.width = width.max(1.0);
        if (0.0..=1.0).contains(&shown) {
            self.begin = (self.now - shown * self.width / self.scale).max(self.begin_least());
        }
    }

    /// Zooms by a factor; what lies at `x` stays there.
    pub(super) fn zoom(&mut self, factor: f64, x: f64) {
        let anchor = self.time(x);
        self.scale = (self.scale * factor).clamp(SCALE_MIN, SCALE_MAX);
        self.begin = (anchor - x / self.scale).max(self.begin_least());
        self.loose = self.loose || !self.shows(self.now);
    }

    /// Zooms around the present if it is in sight, else around the middle.
    pub(super) fn zoom_here(&mut self, factor: f64) {
        let x = if self.shows(self.now) { self.x(self.now) } else { self.width / 2.0 };
        self.zoom(factor, x);
    }

    /// Moves by pixels; the present may leave the sight, but not the run.
    pub(super) fn pan(&mut self, pixels: f64, run_end: f64) {
        let most = (run_end.max(self.now) - 0.1 * self.width / self.scale).max(self.begin_least());
        self.begin = (self.begin + pixels / self.scale).clamp(self.begin_least(), most);
        self.loose = !self.shows(self.now) || self.x(self.now) > self.width * NOW_AT;
    }

    /// Back to the present.
    pub(super) fn find_now(&mut self) {
        self.loose = false;
        self.follow(self.now);
    }

    pub(super) fn is_loose(&self) -> bool {
        self.loose && !self.shows(self.now)
    }

    /// The step of the time scale with marks at least so many pixels apart: one, two or five of a power of ten microseconds.
    pub(super) fn tick(&self, pixels_least: f64) -> f64 {
        let least = pixels_least / self.scale;
        let power = 10_f64.powf(least.log10().floor());
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|digit| digit * power).find(|tick| *tick >= least).unwrap_or(10.0 * power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_present_rests_and_time_passes_under_it() {
        let mut window = Window { width: 1_000.0, ..Window::default() };
        window.follow(100_000.0);
        assert!(window.begin.abs() < 1.0, "it still fits: {window:?}");
        window.follow(10_000_000.0);
        assert!((window.x(10_000_000.0) - 780.0).abs() < 1e-6);
        let begin = window.begin;
        assert!(window.is_carried());
        window.follow(9_800_000.0);
        assert!(!window.is_carried());
        assert!((window.begin - begin).abs() < 1e-6, "a short way back leaves the window where it is");
    }

    #[test]
    fn zooming_keeps_what_lies_under_the_pointer() {
        let mut window = Window { width: 1_000.0, ..Window::default() };
        window.follow(10_000_000.0);
        let under = window.time(300.0);
        window.zoom(3.0, 300.0);
        assert!((window.time(300.0) - under).abs() < 1e-3);
    }

    #[test]
    fn panning_away_is_respected_until_time_moves() {
        let mut window = Window { width: 1_000.0, ..Window::default() };
        window.follow(10_000_000.0);
        window.pan(-2_000.0, 10_000_000.0);
        let begin = window.begin;
        window.follow(10_000_000.0);
        assert!((window.begin - begin).abs() < 1e-6 && window.is_loose());
        window.follow(10_010_000.0);
        assert!(!window.is_loose());
    }

    #[test]
    fn marks_of_the_scale_are_round() {
        let mut window = Window::default();
        window.zoom(0.37, 0.0);
        let tick = window.tick(80.0);
        assert!(tick * window.scale >= 80.0);
        let digit = tick / 10_f64.powf(tick.log10().floor());
        assert!([1.0, 2.0, 5.0].iter().any(|round| (digit - round).abs() < 1e-9), "{digit}");
    }
}
