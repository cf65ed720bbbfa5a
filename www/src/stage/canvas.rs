//! Very many packets, painted on a canvas over the drawing, tone by tone.

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::geometry::{Point, Rect, direction};
use super::sprite::Look;
use crate::views::{Shape, Tone};

const TONES: [Tone; 6] = [Tone::Calm, Tone::Leading, Tone::Deciding, Tone::Suspect, Tone::Down, Tone::Fault];
/// How many paintings the colours are kept: the theme may change under us.
const COLOURS_KEPT: u32 = 60;

pub(crate) struct Canvas {
    canvas: HtmlCanvasElement,
    context: Option<CanvasRenderingContext2d>,
    active: bool,
    size: Rect,
    scale: f64,
    colours: Vec<String>,
    painted: u32,
}

impl Canvas {
    pub(crate) fn new(canvas: HtmlCanvasElement) -> Self {
        let size = Rect::default();
        Self { canvas, context: None, active: false, size, scale: 1.0, colours: Vec::new(), painted: 0 }
    }

    pub(crate) fn is_active(&self) -> bool {
        self.active
    }

    /// Switches painting on or off; off, the canvas holds no pixels.
    pub(crate) fn set_active(&mut self, active: bool, size: Rect) {
        let scale = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(1.0, 2.0);
        if self.active == active && (!active || (self.size == size && (self.scale - scale).abs() < 0.01)) {
            return;
        }
        self.active = active;
        self.size = size;
        self.scale = scale;
        let (width, height) = if active { (size.width * scale, size.height * scale) } else { (0.0, 0.0) };
        self.canvas.set_width(width as u32);
        self.canvas.set_height(height as u32);
        if active && self.context.is_none() {
            let context = self.canvas.get_context("2d").ok().flatten();
            self.context = context.and_then(|context| context.dyn_into().ok());
        }
        self.painted = 0;
    }

    /// Paints all packets anew.
    pub(crate) fn paint<'a>(&mut self, packets: impl Iterator<Item = (Point, &'a Look)>) {
        if self.painted.is_multiple_of(COLOURS_KEPT) {
            self.read_colours();
        }
        self.painted = self.painted.wrapping_add(1);
        let Some(context) = &self.context else { return };
        // A canvas of a size that cannot be scaled paints nothing.
        let _ = context.set_transform(self.scale, 0.0, 0.0, self.scale, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, self.size.width, self.size.height);
        let mut batches: [Vec<(Point, &Look)>; TONES.len()] = Default::default();
        for (at, look) in packets {
            let tone = if look.doomed { Tone::Fault } else { look.tone };
            let place = TONES.iter().position(|other| *other == tone).unwrap_or(0);
            batches[place].push((at, look));
        }
        for (batch, colour) in batches.iter().zip(&self.colours) {
            if batch.is_empty() {
                continue;
            }
            context.set_fill_style_str(colour);
            for (at, look) in batch {
                // One by one: a single path of a thousand outlines takes more than twice as long to fill.
                context.begin_path();
                outline(context, *at, look);
                context.fill();
            }
        }
    }

    fn read_colours(&mut self) {
        let Some(style) = web_sys::window().and_then(|window| window.get_computed_style(&self.canvas).ok().flatten())
        else {
            return;
        };
        let colour = |tone: &Tone| {
            let property = tone.ink().trim_start_matches("var(").trim_end_matches(')');
            style.get_property_value(property).unwrap_or_default().trim().to_owned()
        };
        self.colours = TONES.iter().map(colour).collect();
    }
}

fn outline(context: &CanvasRenderingContext2d, at: Point, look: &Look) {
    match look.shape {
        Shape::Triangle => {
            let Point { x: cos, y: sin } = direction(f64::from(look.degrees).to_radians());
            let turned = |x: f64, y: f64| (at.x + x * cos - y * sin, at.y + x * sin + y * cos);
            let (tip, left, right) = (turned(7.0, 0.0), turned(-4.5, -5.0), turned(-4.5, 5.0));
            context.move_to(tip.0, tip.1);
            context.line_to(left.0, left.1);
            context.line_to(right.0, right.1);
            context.close_path();
        }
        Shape::Yes | Shape::No | Shape::Disc => {
            context.move_to(at.x + 4.5, at.y);
            // Only a negative radius fails.
            let _ = context.arc(at.x, at.y, 4.5, 0.0, std::f64::consts::TAU);
        }
        Shape::Square => context.rect(at.x - 4.0, at.y - 4.0, 8.0, 8.0),
    }
}
