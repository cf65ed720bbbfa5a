//! Outlines as path data: packets, marks, hatching. Pure.

use super::geometry::Point;

pub(crate) const TRIANGLE: &str = "M10 0L-6.5 -7L-6.5 7Z";
pub(crate) const DISC: &str = "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0Z";
pub(crate) const WIDE_DISC: &str = "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0Z";
pub(crate) const SQUARE: &str = "M-6 -6H6V6H-6Z";
pub(crate) const TICK: &str = "M-3.6 0.2L-1.1 2.9L3.8 -2.9";
pub(crate) const CROSS: &str = "M-2.9 -2.9L2.9 2.9M2.9 -2.9L-2.9 2.9";
/// A pin stuck into what is held.
pub(crate) const PIN: &str = "M0 -9V-15M-3.2 -15.5H3.2M-2 -15.5V-19.5H2V-15.5";
/// Rays of a burst, of length one: scaled up as it fades.
pub(crate) const BURST: &str = "M0 -.45V-1M.39 -.22L.87 -.5M.39 .22L.87 .5M0 .45V1M-.39 .22L-.87 .5M-.39 -.22L-.87 -.5";
/// A clock that runs wrong, of radius 6.
pub(crate) const CLOCK: &str = "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0ZM0 -3.5V0L2.6 1.6";
pub(crate) const PAUSE: &str = "M-2.6 -4V4M2.6 -4V4";

/// Slanted lines across a disc: what is down or suspected.
pub(crate) fn hatch(radius: f64, gap: f64) -> String {
    let mut path = String::new();
    let count = (radius / gap).floor() as i32;
    for index in -count..=count {
        let offset = f64::from(index) * gap;
        let half = (radius * radius - offset * offset).max(0.0).sqrt();
        // The unit vector along the lines and the one across them.
        let (along, across) = ((half * D, -half * D), (offset * D, offset * D));
        let from = Point::new(across.0 - along.0, across.1 - along.1);
        let to = Point::new(across.0 + along.0, across.1 + along.1);
        path.push_str(&format!("M{from}L{to}"));
    }
    path
}

const D: f64 = std::f64::consts::FRAC_1_SQRT_2;

/// A bar across the middle of a link, where it is cut, and its half length to either side.
pub(crate) fn bar_across(a: Point, b: Point, share: f64, half: f64) -> String {
    let middle = a.toward(b, share);
    let length = a.distance(b).max(1.0);
    let (dx, dy) = (-(b.y - a.y) / length * half, (b.x - a.x) / length * half);
    format!("M{}L{}", middle.moved(-dx, -dy), middle.moved(dx, dy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hatching_stays_inside_its_disc() {
        let path = hatch(20.0, 6.0);
        let numbers: Vec<f64> = path
            .split(['M', 'L', ' '])
            .filter(|word| !word.is_empty())
            .map(|word| word.parse().expect("a number"))
            .collect();
        assert_eq!(numbers.len() % 4, 0);
        assert!(numbers.len() >= 7 * 4);
        assert!(numbers.chunks(2).all(|point| point[0].hypot(point[1]) < 20.1));
    }

    #[test]
    fn the_bar_of_a_cut_stands_across_the_link() {
        assert_eq!(bar_across(Point::new(0.0, 0.0), Point::new(10.0, 0.0), 0.5, 3.0), "M5.0 -3.0L5.0 3.0");
    }
}
