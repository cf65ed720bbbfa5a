//! What lies under the pointer.

use faultlab_core::{Endpoint, NodeId};
use faultlab_sim::{FactId, PacketName, Position};

use super::items::{Collected, Dot, DotKind, End, Flight};
use super::lanes::{Lanes, TOP, middle};
use super::window::Window;

/// How near the pointer must be, in pixels.
const REACH_DOT: f64 = 11.0;
const REACH_FLIGHT: f64 = 7.0;

/// Something that can be pointed at.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Hit {
    Dot {
        fact: FactId,
        position: Position,
        place: Endpoint,
    },
    Flight {
        packet: PacketName,
        sent_fact: FactId,
        sent_position: Position,
        /// The fact to read about it: its loss or its arrival if the pointer is there, else its sending.
        told: FactId,
    },
    Name(NodeId),
    /// One of the clients' operations, by its number.
    Operation(usize),
}

/// Where things are.
pub(super) struct Place<'a> {
    pub(super) window: &'a Window,
    pub(super) lanes: Lanes,
    pub(super) gutter: f64,
}

impl Place<'_> {
    fn x(&self, micros: f64) -> f64 {
        self.gutter + self.window.x(micros)
    }

    pub(super) fn hit(&self, collected: Option<&Collected>, long: &[Flight], x: f64, y: f64) -> Option<Hit> {
        if x < self.gutter {
            return self.lanes.lane_at(y).and_then(|lane| self.lanes.node(lane)).map(Hit::Name);
        }
        let collected = collected?;
        let dot = nearest(collected.dots.iter().map(|dot| (self.to_dot(dot, x, y), dot)), REACH_DOT);
        if let Some((distance, dot)) = dot {
            let flight = nearest(self.flights(collected, long, x, y), distance.min(3.0));
            if flight.is_none() || distance < 6.0 {
                return Some(Hit::Dot { fact: dot.fact, position: dot.position, place: dot.place });
            }
        }
        let (_, flight) = nearest(self.flights(collected, long, x, y), REACH_FLIGHT)?;
        Some(Hit::Flight {
            packet: flight.packet,
            sent_fact: flight.sent_fact,
            sent_position: flight.sent_position,
            told: match flight.end {
                End::Lost { fact, .. } => fact,
                End::Arrived { at, fact, .. } if (self.x(at) - x).abs() < 10.0 => fact,
                End::Arrived { .. } | End::Flying | End::Held => flight.sent_fact,
            },
        })
    }

    fn flights<'f>(
        &'f self,
        collected: &'f Collected,
        long: &'f [Flight],
        x: f64,
        y: f64,
    ) -> impl Iterator<Item = (f64, &'f Flight)> {
        long.iter().chain(&collected.flights).map(move |flight| (self.to_flight(flight, x, y), flight))
    }

    fn to_dot(&self, dot: &Dot, x: f64, y: f64) -> f64 {
        let at = if dot.kind == DotKind::Broken { TOP - 4.0 } else { self.lanes.y(self.lanes.of(dot.place)) };
        (self.x(dot.at) - x).hypot(at - y)
    }

    fn to_flight(&self, flight: &Flight, x: f64, y: f64) -> f64 {
        let from = (self.x(flight.sent), self.lanes.y(self.lanes.of(flight.packet.from)));
        let end = match flight.end {
            End::Lost { .. } => flight.due,
            End::Arrived { .. } | End::Flying | End::Held => flight.until(),
        };
        let full = (self.x(end), self.lanes.y(self.lanes.of(flight.packet.to)));
        to_segment((x, y), from, middle(from, full, flight.way()))
    }
}

fn nearest<T>(things: impl Iterator<Item = (f64, T)>, reach: f64) -> Option<(f64, T)> {
    things.filter(|(distance, _)| *distance <= reach).min_by(|(a, _), (b, _)| a.total_cmp(b))
}

/// The distance of a point from a stretch of a line.
fn to_segment(point: (f64, f64), from: (f64, f64), to: (f64, f64)) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = (dx * dx + dy * dy).max(1e-9);
    let share = (((point.0 - from.0) * dx + (point.1 - from.1) * dy) / length).clamp(0.0, 1.0);
    let near = middle(from, to, share);
    (point.0 - near.0).hypot(point.1 - near.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_to_a_line_end_at_its_ends() {
        assert!((to_segment((5.0, 3.0), (0.0, 0.0), (10.0, 0.0)) - 3.0).abs() < 1e-9);
        assert!((to_segment((13.0, 4.0), (0.0, 0.0), (10.0, 0.0)) - 5.0).abs() < 1e-9);
    }
}
