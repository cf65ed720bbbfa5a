//! Paints the clients' operations: an interval for each, and the point at which it can have taken effect.

use faultlab_check::history::Operation;
use faultlab_core::ClientId;

use super::Scene;
use crate::spacetime::operations::{Judged, Part, call_of, end_of, notation};
use crate::spacetime::pen::Pen;
use crate::views::Tone;

/// Around what is written into an interval, in pixels.
const MARGIN: f64 = 4.0;
/// A point is not drawn into an interval that is narrower.
const POINT_LEAST: f64 = 3.0;

impl Scene<'_> {
    pub(super) fn operations(&self, pen: &Pen) {
        let Some(judged) = self.operations.in_sight() else { return };
        pen.font(self.inks, 11.0);
        self.threads(pen, judged);
        for (number, operation) in judged.operations.iter().enumerate() {
            self.operation(pen, judged, number, operation);
        }
    }

    /// The names of the rows.
    pub(super) fn row_names(&self, pen: &Pen) {
        let Some(judged) = self.operations.in_sight() else { return };
        for (row, process) in judged.processes.iter().enumerate() {
            let name = ClientId(*process as u8).to_string();
            if self.lanes.row_height() >= 12.0 || row % 2 == 0 {
                pen.text(&self.inks.soft, &name, 0.0, self.lanes.row_y(row), "left");
            }
        }
    }

    /// The orders, each as a line from point to point.
    fn threads(&self, pen: &Pen, judged: &Judged) {
        let few = judged.orders.len() == 1;
        for (key, order) in &judged.orders {
            if !few && self.operations.key.as_ref() != Some(key) {
                continue;
            }
            let place = |number: &usize| {
                let moment = judged.points[*number]?;
                Some((self.x(moment), self.lanes.row_y(judged.row(&judged.operations[*number]))))
            };
            let places: Vec<(f64, f64)> = order.iter().filter_map(place).collect();
            pen.alpha(0.6);
            for pair in places.windows(2).filter(|pair| pair[1].0 >= self.gutter && pair[0].0 <= pen.width) {
                pen.line(&self.inks.soft, 1.0, pair[0], pair[1], &[2.0, 3.0]);
            }
            pen.alpha(1.0);
        }
    }

    fn operation(&self, pen: &Pen, judged: &Judged, number: usize, operation: &Operation) {
        let (from, end) = (self.x(call_of(operation)), end_of(operation).map(|end| self.x(end)));
        let to = end.unwrap_or_else(|| self.x(self.end.max(self.now))).max(from + 1.0);
        if to < self.gutter || from > pen.width {
            return;
        }
        let y = self.lanes.row_y(judged.row(operation));
        let half = (self.lanes.row_height() / 2.0 - 4.0).max(3.0);
        let part = judged.part(number);
        let is_meant = self.operations.key.as_ref().is_none_or(|key| *key == operation.accessed.key);
        let strength = if is_meant { 1.0 } else { 0.25 };
        let (tone, ground) = match part {
            Part::Plain => (Tone::Calm, 0.12),
            Part::Contradicts => (Tone::Fault, 0.2),
            Part::Explains => (Tone::Deciding, 0.16),
        };
        let colour = self.inks.tone(tone);
        pen.alpha(strength * ground);
        pen.rectangle(colour, from, y - half, to - from, 2.0 * half);
        pen.alpha(strength);
        self.outline(pen, part, colour, (from, to, end.is_some()), (y - half, y + half));
        for (marked, ink) in [(self.operations.pointed, &self.inks.ink), (self.operations.chosen, &self.inks.accent)] {
            if marked == Some(operation.call.place) {
                pen.frame(ink, 2.0, from - 1.0, y - half - 1.0, to - from + 2.0, 2.0 * half + 2.0);
            }
        }
        self.inscription(pen, judged, number, (from, to), (y, half));
        pen.alpha(1.0);
    }

    /// What contradicts has a thick edge, what explains a dashed one; an open end has none.
    fn outline(&self, pen: &Pen, part: Part, colour: &str, x: (f64, f64, bool), y: (f64, f64)) {
        let (from, to, has_end) = x;
        let (width, pattern): (f64, &[f64]) = match part {
            Part::Plain => (1.0, &[]),
            Part::Contradicts => (2.5, &[]),
            Part::Explains => (1.5, &[3.0, 2.0]),
        };
        let along: &[f64] = if has_end { pattern } else { &[5.0, 4.0] };
        pen.line(colour, width, (from, y.0), (from, y.1), pattern);
        pen.line(colour, width, (from, y.0), (to, y.0), along);
        pen.line(colour, width, (from, y.1), (to, y.1), along);
        if has_end {
            pen.line(colour, width, (to, y.0), (to, y.1), pattern);
        }
    }

    /// The point, the sign of a contradiction, and in few letters what was asked and answered, as far as there is room.
    fn inscription(&self, pen: &Pen, judged: &Judged, number: usize, x: (f64, f64), y: (f64, f64)) {
        let ((from, to), (y, half)) = (x, y);
        let point = judged.points[number].map(|moment| self.x(moment));
        if let Some(point) = point.filter(|_| to - from >= POINT_LEAST) {
            let colour = self.inks.tone(Tone::Leading);
            pen.line(colour, 1.5, (point, y - half - 2.0), (point, y + half + 2.0), &[]);
            pen.disc(&self.inks.card, point, y, 4.5);
            pen.disc(colour, point, y, 3.5);
        }
        let mut left = from.max(self.gutter) + MARGIN;
        if judged.part(number) == Part::Contradicts && half >= 6.0 {
            let colour = self.inks.tone(Tone::Fault);
            pen.disc(colour, left + 3.0, y, 6.0);
            pen.text(&self.inks.card, "!", left + 3.0, y + 0.5, "center");
            left += 13.0;
        }
        // On which side of its point there is more room.
        let room = match point {
            Some(point) if point - left > to - point => (left, point - 6.0),
            Some(point) => (point.max(left - 6.0) + 6.0, to),
            None => (left, to),
        };
        let text = notation(&judged.operations[number].accessed);
        if half >= 6.0 && pen.text_width(&text) + MARGIN <= room.1 - room.0 {
            pen.text(&self.inks.ink, &text, room.0, y + 0.5, "left");
        }
    }
}
