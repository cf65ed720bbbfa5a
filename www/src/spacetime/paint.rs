//! Paints the diagram: time scale, lanes, what lasts, messages, happenings, and the present.

mod operations;

use faultlab_core::{Mark, Span};
use faultlab_sim::{FactId, PacketName};

use crate::run::player::Selection;
use crate::views::Tone;

use super::density::Density;
use super::items::{Collected, Dot, DotKind, End, Flight, Standing, Stretch, StretchKind};
use super::lanes::{LANE, Lanes, TOP, middle};
use super::operations::Operations;
use super::pen::{Inks, Pen};
use super::window::Window;

/// From a tick to what is said of it.
const LABEL_GAP: f64 = 4.0;

/// All that a picture needs.
pub(super) struct Scene<'a> {
    pub(super) window: &'a Window,
    pub(super) lanes: Lanes,
    pub(super) names: &'a [String],
    /// Room on the left for the names.
    pub(super) gutter: f64,
    pub(super) standing: &'a Standing,
    pub(super) content: Content<'a>,
    pub(super) now: f64,
    /// Where the known part of the run ends.
    pub(super) end: f64,
    pub(super) pointed: Selection,
    pub(super) chosen: Selection,
    pub(super) operations: &'a Operations,
    pub(super) inks: &'a Inks,
}

/// Single happenings, or how many there are where they would only make a blot.
pub(super) enum Content<'a> {
    Items { collected: &'a Collected, long: &'a [Flight] },
    Density(&'a Density),
}

impl Scene<'_> {
    pub(super) fn x(&self, micros: f64) -> f64 {
        self.gutter + self.window.x(micros)
    }

    fn is(&self, selection: Selection, fact: FactId, packet: Option<PacketName>) -> bool {
        match selection {
            Selection::Fact(other) => other == fact && fact != FactId::NONE,
            Selection::Packet(other) => packet == Some(other),
            Selection::None | Selection::Node(_) | Selection::Link(..) | Selection::Client(_) => false,
        }
    }

    fn flight_is(&self, selection: Selection, flight: &Flight) -> bool {
        let ending = match flight.end {
            End::Arrived { fact, .. } | End::Lost { fact, .. } => fact,
            End::Flying | End::Held => FactId::NONE,
        };
        self.is(selection, flight.sent_fact, Some(flight.packet)) || self.is(selection, ending, None)
    }

    /// What moves along with time.
    pub(super) fn paint_film(&self, pen: &Pen) {
        pen.clear();
        pen.clipped(self.gutter - 1.0, 0.0, pen.width - self.gutter + 1.0, pen.height, |pen| {
            self.scale(pen);
            self.operations(pen);
            pen.font(self.inks, 12.0);
            self.lines(pen);
            self.stretches(pen);
            match &self.content {
                Content::Items { collected, long } => {
                    for flight in long.iter().chain(&collected.flights) {
                        self.flight(pen, flight);
                    }
                    for dot in &collected.dots {
                        self.dot(pen, dot);
                    }
                }
                Content::Density(density) => self.density(pen, density),
            }
        });
    }

    /// What stands before it: the names, and the present with the veil over what comes after.
    pub(super) fn paint_front(&self, pen: &Pen) {
        pen.clear();
        pen.rectangle(&self.inks.card, 0.0, 0.0, self.gutter - 1.0, pen.height);
        pen.font(self.inks, 12.0);
        self.names(pen);
        self.row_names(pen);
        pen.clipped(self.gutter - 1.0, 0.0, pen.width - self.gutter + 1.0, pen.height, |pen| {
            self.future(pen);
            self.present(pen);
        });
    }

    fn names(&self, pen: &Pen) {
        for (lane, name) in self.names.iter().enumerate() {
            let pointed = match (self.pointed, self.lanes.node(lane)) {
                (Selection::Node(node), Some(here)) => node == here,
                _ => false,
            };
            let chosen = match (self.chosen, self.lanes.node(lane)) {
                (Selection::Node(node), Some(here)) => node == here,
                _ => false,
            };
            let colour = if pointed || chosen { &self.inks.ink } else { &self.inks.soft };
            let text = pen.fit(name, self.gutter - 12.0);
            pen.text(colour, &text, 0.0, self.lanes.y(lane), "left");
            if chosen {
                pen.rectangle(&self.inks.accent, 0.0, self.lanes.y(lane) + 9.0, pen.text_width(&text), 2.0);
            }
        }
    }

    fn scale(&self, pen: &Pen) {
        pen.font(self.inks, 11.0);
        let tick = self.window.tick(84.0);
        let mut number = (self.window.begin / tick).floor().max(0.0);
        loop {
            let micros = number * tick;
            let x = self.x(micros);
            if x > pen.width {
                break;
            }
            pen.line(&self.inks.line, 1.0, (x, 18.0), (x, 24.0), &[]);
            // At the left edge a moment would stand half behind the names. At the right edge it fades, as it may move in.
            if x + LABEL_GAP >= self.gutter {
                let label = Span(micros.round() as u64).to_string();
                pen.text(&self.inks.soft, &label, x + LABEL_GAP, 13.0, "left");
            }
            number += 1.0;
        }
        pen.line(&self.inks.line, 1.0, (self.gutter, 24.0), (pen.width, 24.0), &[]);
    }

    fn lines(&self, pen: &Pen) {
        let from = self.x(0.0).max(self.gutter);
        for lane in 0..self.lanes.count() {
            let y = self.lanes.y(lane);
            pen.line(&self.inks.line, 1.5, (from, y), (pen.width, y), &[]);
        }
    }

    fn stretches(&self, pen: &Pen) {
        for stretch in &self.standing.stretches {
            let from = self.x(stretch.from).max(self.gutter);
            let to = self.x(stretch.to.unwrap_or(self.end.max(self.now))).min(pen.width);
            if to < self.gutter || from > pen.width || usize::from(stretch.node.0) >= self.lanes.nodes {
                continue;
            }
            self.stretch(pen, stretch, from, to);
        }
    }

    fn stretch(&self, pen: &Pen, stretch: &Stretch, from: f64, to: f64) {
        let y = self.lanes.y(stretch.node.index());
        match stretch.kind {
            StretchKind::Down => {
                pen.rectangle(&self.inks.card, from, y - 2.0, to - from, 4.0);
                pen.line(&self.inks.soft, 1.0, (from, y), (to, y), &[2.0, 5.0]);
            }
            StretchKind::Paused => {
                let mut x = from;
                while x < to {
                    let end = (x + 6.0).min(to);
                    pen.line(&self.inks.soft, 1.0, (x, y + 6.0), (end, y + 6.0 - (end - x) * 2.0), &[]);
                    x += 5.0;
                }
            }
            StretchKind::Cut { all } => {
                let pattern: &[f64] = if all { &[] } else { &[4.0, 3.0] };
                let colour = self.inks.tone(Tone::Fault);
                pen.line(colour, 3.0, (from, y + LANE * 0.3), (to, y + LANE * 0.3), pattern);
                for x in [from, to] {
                    pen.line(colour, 1.0, (x, y), (x, y + LANE * 0.3), &[]);
                }
            }
        }
    }

    fn flight(&self, pen: &Pen, flight: &Flight) {
        let (from, full) = self.ends(flight);
        if full.0 < self.gutter || from.0 > pen.width {
            return;
        }
        let (pointed, chosen) = (self.flight_is(self.pointed, flight), self.flight_is(self.chosen, flight));
        let width = if pointed || chosen { 2.5 } else { 1.25 };
        let client = flight.packet.from != flight.packet.to
            && (self.lanes.of(flight.packet.from) >= self.lanes.nodes
                || self.lanes.of(flight.packet.to) >= self.lanes.nodes);
        pen.alpha(if pointed || chosen {
            1.0
        } else if client {
            0.45
        } else {
            0.8
        });
        let own = if client { self.inks.soft.as_str() } else { self.inks.tone(flight.tone) };
        match flight.end {
            End::Arrived { at, .. } => {
                let colour = if chosen { &self.inks.accent } else { own };
                pen.line(colour, width, from, full, &[]);
                pen.head(colour, from, full, 7.0);
                if flight.queued.is_some() {
                    pen.line(colour, 2.0, full, (self.x(at), full.1), &[1.0, 3.0]);
                }
            }
            End::Flying | End::Held => {
                let colour = if chosen { &self.inks.accent } else { own };
                pen.line(colour, width, from, full, &[4.0, 3.0]);
                if flight.end == End::Held {
                    let here = middle(from, full, 0.5);
                    pen.rectangle(&self.inks.card, here.0 - 4.0, here.1 - 4.0, 8.0, 8.0);
                    pen.frame(colour, 1.5, here.0 - 4.0, here.1 - 4.0, 8.0, 8.0);
                } else {
                    pen.head(colour, from, full, 7.0);
                }
            }
            End::Lost { .. } => {
                let colour = self.inks.tone(Tone::Fault);
                let here = middle(from, full, flight.way());
                pen.line(colour, width, from, here, &[]);
                pen.cross(colour, 1.75, here.0, here.1, 4.5);
            }
        }
        pen.alpha(1.0);
    }

    /// Where a flight's line begins and where it would end if nothing happened on the way.
    fn ends(&self, flight: &Flight) -> ((f64, f64), (f64, f64)) {
        let from = (self.x(flight.sent), self.lanes.y(self.lanes.of(flight.packet.from)));
        let arrival = match flight.end {
            End::Lost { .. } => flight.due.max(flight.sent + 1.0),
            End::Held => self.now.max(flight.sent + 1.0),
            End::Flying | End::Arrived { .. } => flight.until(),
        };
        (from, (self.x(arrival), self.lanes.y(self.lanes.of(flight.packet.to))))
    }

    fn dot(&self, pen: &Pen, dot: &Dot) {
        let (x, mut y) = (self.x(dot.at), self.lanes.y(self.lanes.of(dot.place)));
        if x < self.gutter - 8.0 || x > pen.width + 8.0 {
            return;
        }
        if dot.kind == DotKind::Broken {
            y = TOP - 4.0;
        }
        let inks = self.inks;
        match dot.kind {
            DotKind::Event(Mark::Detail) => pen.disc(&inks.soft, x, y, 2.0),
            DotKind::Event(Mark::Notable) => pen.disc(&inks.soft, x, y, 3.5),
            DotKind::Event(Mark::Progress) => pen.rectangle(inks.tone(Tone::Leading), x - 1.25, y - 6.0, 2.5, 12.0),
            DotKind::Event(Mark::Contest) => {
                pen.shape(inks.tone(Tone::Deciding), &[(x - 5.0, y + 4.0), (x + 5.0, y + 4.0), (x, y - 5.0)]);
            }
            DotKind::Event(Mark::Settled) => {
                pen.disc(&inks.card, x, y, 6.0);
                pen.ring(inks.tone(Tone::Leading), 1.5, x, y, 6.0);
                pen.disc(inks.tone(Tone::Leading), x, y, 3.0);
            }
            DotKind::Event(Mark::Trouble) => {
                pen.disc(&inks.card, x, y, 6.5);
                pen.ring(inks.tone(Tone::Deciding), 1.5, x, y, 6.5);
                pen.rectangle(inks.tone(Tone::Deciding), x - 0.9, y - 3.6, 1.8, 4.4);
                pen.disc(inks.tone(Tone::Deciding), x, y + 3.0, 1.1);
            }
            DotKind::Timer => {
                pen.disc(&inks.card, x, y, 4.0);
                pen.ring(&inks.soft, 1.25, x, y, 4.0);
                pen.line(&inks.soft, 1.25, (x, y), (x, y - 2.5), &[]);
            }
            DotKind::Sync => {
                pen.rectangle(&inks.card, x - 3.0, y - 3.0, 6.0, 6.0);
                pen.frame(&inks.soft, 1.0, x - 3.0, y - 3.0, 6.0, 6.0);
            }
            DotKind::Asked => pen.ring(&inks.soft, 1.25, x, y, 2.5),
            DotKind::Answered => pen.disc(&inks.soft, x, y, 2.5),
            DotKind::Crash => pen.cross(inks.tone(Tone::Fault), 2.25, x, y, 6.0),
            DotKind::Boot => {
                pen.shape(inks.tone(Tone::Calm), &[(x - 3.0, y - 5.0), (x - 3.0, y + 5.0), (x + 5.0, y)]);
            }
            DotKind::Fault => {
                pen.shape(inks.tone(Tone::Fault), &[(x, y - 5.0), (x + 5.0, y), (x, y + 5.0), (x - 5.0, y)]);
            }
            DotKind::Broken => {
                pen.disc(inks.tone(Tone::Fault), x, y, 8.0);
                pen.text(&inks.card, "!", x, y + 0.5, "center");
                pen.line(inks.tone(Tone::Fault), 1.0, (x, y + 8.0), (x, pen.height), &[2.0, 3.0]);
            }
        }
        for (selection, colour) in [(self.pointed, &inks.ink), (self.chosen, &inks.accent)] {
            if self.is(selection, dot.fact, None) {
                pen.ring(colour, 1.5, x, y, 9.5);
            }
        }
    }

    fn density(&self, pen: &Pen, density: &Density) {
        let (top, bottom) = (TOP + 4.0, self.lanes.y(self.lanes.count().saturating_sub(1)));
        let most = f64::from(density.most.max(1));
        for (column, bin) in density.bins.iter().enumerate() {
            let x = self.gutter + column as f64 * density.pixels;
            let full = (f64::from(bin.steps) / most).sqrt() * (bottom - top);
            pen.alpha(0.35);
            pen.rectangle(self.inks.tone(Tone::Calm), x, bottom - full, density.pixels, full);
            pen.alpha(1.0);
            let progress = (f64::from(bin.progress) / most).sqrt() * (bottom - top);
            pen.rectangle(self.inks.tone(Tone::Leading), x, bottom - progress, density.pixels, progress);
            if bin.contest {
                pen.shape(self.inks.tone(Tone::Deciding), &[(x - 4.0, top), (x + 4.0, top), (x, top - 7.0)]);
            }
            if bin.fault {
                pen.cross(self.inks.tone(Tone::Fault), 1.75, x, bottom + 9.0, 3.5);
            }
            if bin.broken {
                pen.text(self.inks.tone(Tone::Fault), "!", x, top + 8.0, "center");
            }
        }
    }

    /// What is known of the future, because the reader has gone back, is paler.
    fn future(&self, pen: &Pen) {
        let x = self.x(self.now).max(self.gutter);
        if x < pen.width {
            pen.alpha(0.55);
            pen.rectangle(&self.inks.card, x, 25.0, pen.width - x, pen.height - 25.0);
            pen.alpha(1.0);
        }
    }

    fn present(&self, pen: &Pen) {
        let x = self.x(self.now);
        pen.line(&self.inks.ink, 1.5, (x, 20.0), (x, pen.height), &[]);
    }
}
