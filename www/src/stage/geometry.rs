//! Plane geometry of the stage, in CSS pixels: points, segments, hulls. Pure, so that it is tested without a browser.

use std::fmt;

/// A point or a vector.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Point {
    pub(crate) const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The point a share of the way to another one.
    pub(crate) fn toward(self, other: Self, share: f64) -> Self {
        Self::new(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }

    pub(crate) fn distance(self, other: Self) -> f64 {
        let (dx, dy) = (self.x - other.x, self.y - other.y);
        (dx * dx + dy * dy).sqrt()
    }

    /// The point so far from here in the direction of another one; here if the two coincide.
    pub(crate) fn step(self, other: Self, length: f64) -> Self {
        let distance = self.distance(other);
        if distance < f64::EPSILON { self } else { self.toward(other, length / distance) }
    }

    pub(crate) fn moved(self, dx: f64, dy: f64) -> Self {
        Self::new(self.x + dx, self.y + dy)
    }

    /// The direction to another point in degrees, clockwise from the right, as SVG turns.
    pub(crate) fn degrees_to(self, other: Self) -> f64 {
        (other.y - self.y).atan2(other.x - self.x).to_degrees()
    }
}

/// As paths and `translate` take it.
impl fmt::Display for Point {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.1} {:.1}", self.x, self.y)
    }
}

/// The point so far around a circle of radius 1, in radians clockwise from the right.
pub(crate) fn direction(angle: f64) -> Point {
    Point::new(angle.cos(), angle.sin())
}

/// An upright rectangle.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Rect {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Rect {
    pub(crate) const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }

    pub(crate) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.y + self.height
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Whether a disc reaches into it.
    pub(crate) fn meets_disc(&self, centre: Point, radius: f64) -> bool {
        let nearest = Point::new(centre.x.clamp(self.x, self.right()), centre.y.clamp(self.y, self.bottom()));
        nearest.distance(centre) < radius
    }

    pub(crate) fn is_within(&self, outer: &Self) -> bool {
        self.x >= outer.x && self.y >= outer.y && self.right() <= outer.right() && self.bottom() <= outer.bottom()
    }
}

/// Motion that starts and ends gently, strictly increasing from 0 to 1, and never so slow that a message seems to stand.
pub(crate) fn ease(share: f64) -> f64 {
    let share = share.clamp(0.0, 1.0);
    let smooth = share * share * (3.0 - 2.0 * share);
    0.55 * smooth + 0.45 * share
}

/// Which side of the line through `a` and `b` a point lies on: positive, negative, or zero on the line.
fn side(a: Point, b: Point, point: Point) -> f64 {
    (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
}

/// Whether two segments cross in a point inside both.
pub(crate) fn segments_cross(a: Point, b: Point, c: Point, d: Point) -> bool {
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

/// How far a point is from a segment.
pub(crate) fn distance_to_segment(point: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let square = dx * dx + dy * dy;
    if square < f64::EPSILON {
        return point.distance(a);
    }
    let share = (((point.x - a.x) * dx + (point.y - a.y) * dy) / square).clamp(0.0, 1.0);
    point.distance(a.toward(b, share))
}

/// The convex hull, counter-clockwise on paper, without points on its edges.
pub(crate) fn hull(points: &[Point]) -> Vec<Point> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    sorted.dedup();
    if sorted.len() < 3 {
        return sorted;
    }
    let half = |points: &mut dyn Iterator<Item = Point>| {
        let mut chain: Vec<Point> = Vec::new();
        for point in points {
            while chain.len() >= 2 && side(chain[chain.len() - 2], chain[chain.len() - 1], point) <= 0.0 {
                chain.pop();
            }
            chain.push(point);
        }
        chain.pop();
        chain
    };
    let mut around = half(&mut sorted.iter().copied());
    around.extend(half(&mut sorted.iter().rev().copied()));
    around
}

/// A closed path through points, for an SVG `d` attribute. A single point becomes a line of no length, which a round cap makes a disc.
pub(crate) fn closed_path(points: &[Point]) -> String {
    let mut path = String::new();
    for (index, point) in points.iter().enumerate() {
        path.push(if index == 0 { 'M' } else { 'L' });
        path.push_str(&point.to_string());
    }
    if points.len() == 1 {
        path.push_str("h0.01");
    } else if !points.is_empty() {
        path.push('Z');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_cross_only_inside_both() {
        let at = Point::new;
        assert!(segments_cross(at(0.0, 0.0), at(10.0, 10.0), at(0.0, 10.0), at(10.0, 0.0)));
        assert!(!segments_cross(at(0.0, 0.0), at(4.0, 4.0), at(0.0, 10.0), at(10.0, 0.0)), "it ends before the other");
        assert!(!segments_cross(at(0.0, 0.0), at(10.0, 0.0), at(0.0, 1.0), at(10.0, 1.0)), "parallel");
        assert!(!segments_cross(at(0.0, 0.0), at(10.0, 0.0), at(10.0, 0.0), at(10.0, 9.0)), "they only touch");
    }

    #[test]
    fn distance_to_a_segment_counts_its_ends() {
        let (a, b) = (Point::new(0.0, 0.0), Point::new(10.0, 0.0));
        assert!((distance_to_segment(Point::new(5.0, 3.0), a, b) - 3.0).abs() < 1e-9);
        assert!((distance_to_segment(Point::new(13.0, 4.0), a, b) - 5.0).abs() < 1e-9);
        assert!((distance_to_segment(Point::new(3.0, 4.0), a, a) - 5.0).abs() < 1e-9);
    }

    #[test]
    fn easing_keeps_order_and_ends() {
        assert!(ease(0.0).abs() < 1e-12 && (ease(1.0) - 1.0).abs() < 1e-12);
        assert!(ease(-3.0).abs() < 1e-12 && (ease(9.0) - 1.0).abs() < 1e-12);
        for step in 0..100 {
            assert!(ease(f64::from(step) / 100.0) < ease(f64::from(step + 1) / 100.0));
        }
    }

    #[test]
    fn a_hull_goes_around_everything() {
        let square = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (2.0, 2.0), (2.0, 0.0)];
        let points: Vec<Point> = square.iter().map(|(x, y)| Point::new(*x, *y)).collect();
        let around = hull(&points);
        assert_eq!(around.len(), 4);
        assert!(square[..4].iter().all(|(x, y)| around.contains(&Point::new(*x, *y))), "{around:?}");
        assert_eq!(hull(&points[..1]).len(), 1);
        assert_eq!(closed_path(&points[..1]), "M0.0 0.0h0.01");
    }

    #[test]
    fn rectangles_and_discs_meet() {
        let rect = Rect::new(0.0, 0.0, 10.0, 10.0);
        assert!(rect.meets_disc(Point::new(12.0, 5.0), 3.0));
        assert!(!rect.meets_disc(Point::new(12.0, 12.0), 2.5));
        assert!(rect.overlaps(&Rect::new(9.0, 9.0, 5.0, 5.0)));
        assert!(!rect.overlaps(&Rect::new(10.0, 0.0, 5.0, 5.0)), "they only touch");
    }
}
