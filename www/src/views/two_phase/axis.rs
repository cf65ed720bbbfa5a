//! Time as a width of pixels in which long waits are cut short, so that the few milliseconds in which everything happens
//! stay readable beside seconds of waiting.

use faultlab_core::Time;

/// A stretch without any happening is drawn as if it took this long at most, in microseconds.
const WAIT_MAX: u64 = 40_000;
/// While everybody waits, time takes so many times less room.
const WAITING: u64 = 4;

/// Moments and where they are.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Axis {
    knots: Vec<(Time, f64)>,
    /// Where a wait was cut short.
    pub(super) breaks: Vec<f64>,
}

impl Axis {
    /// An axis through these moments from one pixel to another. Between the two moments of `waiting` time takes less room.
    pub(super) fn new(mut moments: Vec<Time>, waiting: Option<(Time, Time)>, left: f64, right: f64) -> Self {
        moments.sort_unstable();
        moments.dedup();
        let room = |from: Time, to: Time| {
            let gap = (to.0 - from.0).min(WAIT_MAX);
            if waiting.is_some_and(|(begin, end)| from >= begin && to <= end) { gap / WAITING } else { gap }
        };
        let total: u64 = moments.windows(2).map(|pair| room(pair[0], pair[1])).sum();
        let scale = (right - left) / total.max(1) as f64;
        let mut axis = Self::default();
        let mut x = left;
        for (place, moment) in moments.iter().enumerate() {
            if let Some(before) = place.checked_sub(1).map(|place| moments[place]) {
                let width = room(before, *moment) as f64 * scale;
                if moment.0 - before.0 > WAIT_MAX {
                    axis.breaks.push(x + width / 2.0);
                }
                x += width;
            }
            axis.knots.push((*moment, x));
        }
        axis
    }

    /// Where a moment is; between two known ones in proportion.
    pub(super) fn x(&self, at: Time) -> f64 {
        let place = self.knots.partition_point(|(moment, _)| *moment < at);
        match (place.checked_sub(1).and_then(|before| self.knots.get(before)), self.knots.get(place)) {
            (Some((before, left)), Some((after, right))) => {
                let share = (at.0 - before.0) as f64 / (after.0 - before.0).max(1) as f64;
                left + (right - left) * share
            }
            (None, Some((_, x))) | (Some((_, x)), None) => *x,
            (None, None) => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_wait_takes_no_more_room_than_a_short_one() {
        let moments = [0, 20_000, 40_000, 3_000_000].map(Time).to_vec();
        let axis = Axis::new(moments, None, 0.0, 100.0);
        assert!((axis.x(Time(0))).abs() < 1e-9 && (axis.x(Time(3_000_000)) - 100.0).abs() < 1e-9);
        assert!((axis.x(Time(20_000)) - 25.0).abs() < 1e-9 && (axis.x(Time(40_000)) - 50.0).abs() < 1e-9);
        assert_eq!(axis.breaks.len(), 1);
    }

    #[test]
    fn later_is_never_further_left() {
        let axis = Axis::new(
            [5, 70_005, 70_010, 900_000].map(Time).to_vec(),
            Some((Time(70_005), Time(900_000))),
            10.0,
            300.0,
        );
        let places: Vec<f64> = (0..1_000).map(|step| axis.x(Time(step * 1_000))).collect();
        assert!(places.windows(2).all(|pair| pair[0] <= pair[1]));
    }
}
