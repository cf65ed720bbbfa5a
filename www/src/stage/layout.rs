//! Where everything stands on a stage of a given size: nodes, their boxes of records, clients. Pure.
//!
//! The stage lays itself out for its own width: on a phone the glyphs stay large and the ring shrinks; what finds no room without
//! a collision is left out and shown on demand.

use super::geometry::{Point, Rect, direction};

/// How the nodes of a protocol stand to each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Arrangement {
    /// Equals in a circle.
    #[default]
    Circle,
    /// The first node in the middle, the others around it.
    Star,
}

/// What is to find room.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Wants {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) nodes: usize,
    pub(crate) clients: usize,
    pub(crate) arrangement: Arrangement,
    /// The most boxes that any node has.
    pub(crate) cells: usize,
    /// The most characters that any box has.
    pub(crate) letters: usize,
    /// Whether nodes have a second line under their boxes, such as votes.
    pub(crate) tally: bool,
}

/// How much a node's glyph holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Detail {
    /// Name and a second line.
    #[default]
    Full,
    /// The name only.
    Name,
    /// Nothing but its sign; the name is shown on demand.
    Sign,
}

/// Where the boxes of a node stand.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Shelf {
    pub(crate) rect: Rect,
    /// How many boxes fit.
    pub(crate) cells: usize,
    /// The boxes end at the right edge instead of beginning at the left one.
    pub(crate) from_right: bool,
}

/// One node's place.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Spot {
    pub(crate) at: Point,
    pub(crate) shelf: Option<Shelf>,
}

/// The whole stage.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Layout {
    pub(crate) size: Rect,
    pub(crate) centre: Point,
    pub(crate) radius: f64,
    pub(crate) detail: Detail,
    pub(crate) spots: Vec<Spot>,
    pub(crate) clients: Vec<Point>,
    pub(crate) client_radius: f64,
    pub(crate) cell_width: f64,
    pub(crate) is_narrow: bool,
}

/// A box of records is so high, and so is the line of votes under it.
pub(crate) const CELL_HEIGHT: f64 = 20.0;
pub(crate) const TALLY_HEIGHT: f64 = 18.0;
/// Between two boxes.
pub(crate) const CELL_GAP: f64 = 2.0;
/// Below this width the stage is a phone's.
pub(crate) const NARROW: f64 = 560.0;
/// The room that a person's finger or mouse needs.
pub(crate) const TARGET: f64 = 24.0;

const MARGIN: f64 = 12.0;
/// The room a node's arc and badge take beyond its radius.
const HALO: f64 = 9.0;
const CELLS_MAX: usize = 6;
/// So many boxes tell something.
const CELLS_GOOD: usize = 3;
/// The places around a node where its boxes may stand.
const PLACES: usize = 4;
/// Between two ranks of nodes, at least.
const RANK_GAP: f64 = 26.0;
const RANKS_MAX: usize = 5;

impl Layout {
    pub(crate) fn new(wants: &Wants) -> Self {
        let is_narrow = wants.width < NARROW;
        let radius = radius(wants, is_narrow);
        let detail = match radius {
            24.0.. => Detail::Full,
            15.0..24.0 => Detail::Name,
            _ => Detail::Sign,
        };
        let mut layout = Self {
            size: Rect::new(0.0, 0.0, wants.width, wants.height),
            radius,
            detail,
            client_radius: if wants.clients > 12 { 8.0 } else { 13.0 },
            cell_width: (wants.letters.clamp(2, 4) as f64) * 6.5 + if is_narrow { 5.0 } else { 8.0 },
            is_narrow,
            ..Self::default()
        };
        layout.place_clients(wants);
        layout.place_nodes(wants);
        if detail != Detail::Sign && wants.cells > 0 {
            layout.place_shelves(wants);
        }
        layout
    }

    /// Clients stand at the left edge, on a phone at the lower one.
    fn place_clients(&mut self, wants: &Wants) {
        let room = self.client_radius + MARGIN;
        let along = if self.is_narrow { wants.width } else { wants.height };
        let gap = ((along - 2.0 * room) / wants.clients.max(1) as f64).min(TARGET * 2.6);
        for index in 0..wants.clients {
            let offset = (index as f64 - (wants.clients as f64 - 1.0) / 2.0) * gap;
            self.clients.push(if self.is_narrow {
                Point::new(wants.width / 2.0 + offset, wants.height - room)
            } else {
                Point::new(room, wants.height / 2.0 + offset)
            });
        }
    }

    /// The room that is left for the ring of nodes.
    fn ring_room(&self, wants: &Wants) -> Rect {
        let strip = if wants.clients > 0 { 2.0 * self.client_radius + MARGIN } else { 0.0 };
        let reach = self.radius + HALO + MARGIN;
        let shelf = if self.detail == Detail::Sign || wants.cells == 0 { 0.0 } else { self.shelf_height(wants) + 4.0 };
        if self.is_narrow {
            let height = wants.height - strip - 2.0 * reach - shelf;
            Rect::new(reach, reach, wants.width - 2.0 * reach, height)
        } else {
            let beside = if shelf > 0.0 { self.shelf_width(wants.cells.min(4)) } else { 0.0 };
            let side = reach + beside;
            let left = side.max(strip + reach);
            let below = if shelf > 0.0 { (shelf - MARGIN).max(0.0) } else { 0.0 };
            Rect::new(left, reach, wants.width - left - side, wants.height - 2.0 * reach - below)
        }
    }

    fn place_nodes(&mut self, wants: &Wants) {
        let room = self.ring_room(wants);
        let (rx, ry) = ((room.width / 2.0).max(1.0), (room.height / 2.0).max(1.0));
        let rx = rx.min(ry * if wants.nodes > 24 { 3.0 } else { 1.75 });
        self.centre = Point::new(room.x + room.width / 2.0, room.y + room.height / 2.0);
        let centre = self.centre;
        let (middle, around) = match wants.arrangement {
            Arrangement::Star if wants.nodes > 1 => (1, wants.nodes - 1),
            Arrangement::Star | Arrangement::Circle => (0, wants.nodes),
        };
        if middle == 1 || wants.nodes == 1 {
            self.spots.push(Spot { at: centre, shelf: None });
            if wants.nodes == 1 {
                return;
            }
        }
        let mut first = 0;
        for (rank, count) in ranks(rx, ry, around, self.radius).into_iter().enumerate() {
            let (rx, ry) = rank_axes(rx, ry, self.radius, rank);
            // Ranks begin at different angles, so that links to the middle pass between the outer nodes.
            let turn = if rank % 2 == 1 { 0.5 } else { 0.0 };
            for (cos, sin) in even_directions(rx, ry, count, turn) {
                self.spots.push(Spot { at: centre.moved(cos * rx, sin * ry), shelf: None });
            }
            first += count;
        }
        debug_assert_eq!(first, around, "every node stands somewhere");
    }

    pub(crate) fn shelf_width(&self, cells: usize) -> f64 {
        cells as f64 * (self.cell_width + CELL_GAP)
    }

    fn shelf_height(&self, wants: &Wants) -> f64 {
        CELL_HEIGHT + if wants.tally { TALLY_HEIGHT } else { 0.0 }
    }

    /// Finds each node a place for its boxes where they cover nothing, fewer boxes if there is little room.
    fn place_shelves(&mut self, wants: &Wants) {
        let height = self.shelf_height(wants);
        for index in 0..self.spots.len() {
            let most = wants.cells.min(CELLS_MAX);
            // A good place with some boxes is better than a bad one with more of them.
            let shelf = self
                .shelf_at(index, (CELLS_GOOD.min(most)..=most).rev(), height, wants)
                .or_else(|| self.shelf_at(index, (1..CELLS_GOOD.min(most)).rev(), height, wants));
            self.spots[index].shelf = shelf;
        }
    }

    /// The first place, in the order of preference, where so many boxes fit.
    fn shelf_at(
        &self,
        index: usize,
        counts: impl Iterator<Item = usize> + Clone,
        height: f64,
        wants: &Wants,
    ) -> Option<Shelf> {
        let inner = Rect::new(2.0, 2.0, wants.width - 4.0, wants.height - 4.0);
        for place in 0..PLACES {
            for cells in counts.clone() {
                let width = self.shelf_width(cells).max(if wants.tally { 5.0 * 12.0 } else { 0.0 });
                let (rect, from_right) = self.candidates(self.spots[index].at, width, height)[place];
                if rect.is_within(&inner) && self.is_free(&rect, index) {
                    return Some(Shelf { rect, cells, from_right });
                }
            }
        }
        None
    }

    /// Beside the node, away from the middle; below; above; beside it, towards the middle.
    fn candidates(&self, at: Point, width: f64, height: f64) -> [(Rect, bool); PLACES] {
        let reach = self.radius + HALO + 3.0;
        let right = (Rect::new(at.x + reach, at.y - CELL_HEIGHT / 2.0, width, height), false);
        let left = (Rect::new(at.x - reach - width, at.y - CELL_HEIGHT / 2.0, width, height), true);
        let below = (Rect::new(at.x - width / 2.0, at.y + reach, width, height), false);
        let above = (Rect::new(at.x - width / 2.0, at.y - reach - height, width, height), false);
        let is_left = at.x < self.centre.x - 1.0;
        let (outward, inward) = if is_left { (left, right) } else { (right, left) };
        let is_upper = at.y < self.centre.y - 1.0;
        if self.is_narrow {
            [below, outward, above, inward]
        } else if is_upper {
            [outward, above, below, inward]
        } else {
            [outward, below, above, inward]
        }
    }

    fn is_free(&self, rect: &Rect, own: usize) -> bool {
        let others = self.spots.iter().enumerate().all(|(index, spot)| {
            let reach = if index == own { self.radius + 4.0 } else { self.radius + HALO };
            let shelf = spot.shelf.filter(|_| index != own);
            !rect.meets_disc(spot.at, reach) && shelf.is_none_or(|shelf| !shelf.rect.overlaps(rect))
        });
        others && self.clients.iter().all(|client| !rect.meets_disc(*client, self.client_radius + 2.0))
    }

    pub(crate) fn node(&self, index: usize) -> Point {
        self.spots.get(index).map_or(self.centre, |spot| spot.at)
    }
}

/// The radius that lets so many nodes stand around.
fn radius(wants: &Wants, is_narrow: bool) -> f64 {
    let largest = if is_narrow { 28.0 } else { 32.0 };
    let around = wants.nodes.max(1) as f64;
    let (rx, ry) = ((wants.width / 2.0 - 60.0).max(60.0), (wants.height / 2.0 - 60.0).max(60.0));
    // An ellipse's length is near that of the circle with the quadratic mean of its half axes.
    let length = length_around(rx.min(ry * 1.75), ry);
    (length / around * 0.3).clamp(8.0, largest)
}

/// The half axes of a rank, counted from the outermost.
fn rank_axes(rx: f64, ry: f64, radius: f64, rank: usize) -> (f64, f64) {
    let inward = rank as f64 * (2.0 * radius + 4.0).max(RANK_GAP);
    ((rx - inward).max(6.0), (ry - inward).max(6.0))
}

fn length_around(rx: f64, ry: f64) -> f64 {
    std::f64::consts::TAU * (rx * rx).midpoint(ry * ry).sqrt()
}

/// How many nodes stand in each rank, one behind the other, so that each has the room of a finger if there is such room.
fn ranks(rx: f64, ry: f64, around: usize, radius: f64) -> Vec<usize> {
    let wanted = (2.0 * radius + 6.0).max(TARGET) * around as f64;
    let mut lengths: Vec<f64> = Vec::new();
    while lengths.iter().sum::<f64>() < wanted && lengths.len() < RANKS_MAX {
        let (rx, ry) = rank_axes(rx, ry, radius, lengths.len());
        lengths.push(length_around(rx, ry));
    }
    let whole: f64 = lengths.iter().sum();
    let mut left = around;
    let mut counts: Vec<usize> = Vec::new();
    for length in lengths.iter().skip(1).rev() {
        let count = ((around as f64 * length / whole).floor() as usize).min(left);
        counts.push(count);
        left -= count;
    }
    counts.push(left);
    counts.reverse();
    counts
}

/// Directions from the centre, beginning at the top and going clockwise, evenly along the ellipse rather than by angle.
fn even_directions(rx: f64, ry: f64, count: usize, turn: f64) -> Vec<(f64, f64)> {
    const PIECES: usize = 720;
    let angle = |piece: usize| std::f64::consts::TAU * piece as f64 / PIECES as f64 - std::f64::consts::FRAC_PI_2;
    let direction = |piece: usize| direction(angle(piece));
    let at = |piece: usize| Point::new(direction(piece).x * rx, direction(piece).y * ry);
    let mut lengths = vec![0.0];
    for piece in 0..PIECES {
        lengths.push(lengths[piece] + at(piece).distance(at(piece + 1)));
    }
    let whole = lengths[PIECES];
    (0..count)
        .map(|index| {
            let wanted = whole * (index as f64 + turn) / count as f64;
            let piece = lengths.partition_point(|length| *length < wanted - 1e-9);
            let Point { x, y } = direction(piece);
            (x, y)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(width: f64, height: f64, nodes: usize) -> Wants {
        Wants { width, height, nodes, clients: 2, cells: 5, letters: 3, tally: true, ..Wants::default() }
    }

    fn sizes() -> impl Iterator<Item = (f64, f64)> {
        [
            (296.0, 400.0),
            (336.0, 400.0),
            (366.0, 400.0),
            (620.0, 420.0),
            (744.0, 440.0),
            (1000.0, 480.0),
            (1400.0, 560.0),
        ]
        .into_iter()
    }

    /// Every cluster on every width, with what must not touch what.
    #[test]
    fn nothing_collides() {
        for (width, height) in sizes() {
            for nodes in (1..=15).chain([25, 50, 101]) {
                for arrangement in [Arrangement::Circle, Arrangement::Star] {
                    let layout = Layout::new(&Wants { arrangement, ..wants(width, height, nodes) });
                    assert_eq!(layout.spots.len(), nodes);
                    let shelves: Vec<_> = layout.spots.iter().filter_map(|spot| spot.shelf).collect();
                    for (index, shelf) in shelves.iter().enumerate() {
                        assert!(shelf.rect.is_within(&layout.size));
                        assert!(shelves[..index].iter().all(|other| !other.rect.overlaps(&shelf.rect)));
                        assert!(layout.spots.iter().all(|spot| !shelf.rect.meets_disc(spot.at, layout.radius)));
                    }
                    for spot in &layout.spots {
                        let reach = layout.radius;
                        let disc = Rect::new(spot.at.x - reach, spot.at.y - reach, 2.0 * reach, 2.0 * reach);
                        assert!(disc.is_within(&layout.size), "{nodes} nodes on {width} × {height}: {spot:?}");
                    }
                }
            }
        }
    }

    /// Discs of neighbours keep apart; with very many on a phone they may come close but never hide each other.
    #[test]
    fn nodes_keep_apart() {
        for (width, height) in sizes() {
            for nodes in (2..=15).chain([25, 50, 101]) {
                let layout = Layout::new(&wants(width, height, nodes));
                let nearest = nearest_pair(&layout);
                let wanted = if nodes <= 25 || width > 600.0 { 2.0 * layout.radius } else { 16.0 };
                assert!(nearest >= wanted, "{nodes} nodes on {width} × {height}: {nearest:.1} apart, want {wanted:.1}");
            }
        }
    }

    fn nearest_pair(layout: &Layout) -> f64 {
        let mut nearest = f64::INFINITY;
        for (index, spot) in layout.spots.iter().enumerate() {
            for other in &layout.spots[..index] {
                nearest = nearest.min(spot.at.distance(other.at));
            }
        }
        nearest
    }

    #[test]
    fn five_nodes_show_their_records_on_a_phone_too() {
        for (width, height) in sizes() {
            let layout = Layout::new(&wants(width, height, 5));
            assert_eq!(layout.detail, Detail::Full, "{width}");
            assert!(layout.radius >= 26.0, "{width}: {}", layout.radius);
            for spot in &layout.spots {
                assert!(spot.shelf.is_some_and(|shelf| shelf.cells >= 3), "{width} × {height}: {spot:?}");
            }
        }
    }
}
