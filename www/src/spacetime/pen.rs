//! A canvas with the page's inks: colours come from the style sheet, so the pen knows meanings only.

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement};

use crate::views::Tone;

/// The style sheet's colours, resolved for the present theme.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Inks {
    pub(super) ink: String,
    pub(super) soft: String,
    pub(super) line: String,
    pub(super) card: String,
    pub(super) accent: String,
    calm: String,
    deciding: String,
    leading: String,
    fault: String,
    pub(super) font: String,
}

/// The classes of the swatches from which the inks are read.
pub(super) const SWATCHES: [&str; 9] =
    ["ink", "soft", "line", "card", "accent", "calm", "deciding", "leading", "fault"];

impl Inks {
    /// Reads the inks from the colours of the swatch elements, which stand in the order of [`SWATCHES`].
    pub(super) fn read(swatches: &Element) -> Option<Self> {
        let window = web_sys::window()?;
        let children = swatches.children();
        let colour = |place: u32| {
            let style = window.get_computed_style(&children.item(place)?).ok()??;
            style.get_property_value("color").ok()
        };
        let font = window.get_computed_style(swatches).ok()??.get_property_value("font-family").ok()?;
        Some(Self {
            ink: colour(0)?,
            soft: colour(1)?,
            line: colour(2)?,
            card: colour(3)?,
            accent: colour(4)?,
            calm: colour(5)?,
            deciding: colour(6)?,
            leading: colour(7)?,
            fault: colour(8)?,
            font,
        })
    }

    pub(super) fn tone(&self, tone: Tone) -> &str {
        match tone {
            Tone::Calm => &self.calm,
            Tone::Leading => &self.leading,
            Tone::Deciding | Tone::Suspect => &self.deciding,
            Tone::Down => &self.soft,
            Tone::Fault => &self.fault,
        }
    }
}

/// A canvas to draw on, in CSS pixels.
#[derive(Debug)]
pub(super) struct Pen {
    context: CanvasRenderingContext2d,
    pub(super) width: f64,
    pub(super) height: f64,
    /// How many pixels of the screen it is wide.
    pub(super) pixels: u32,
}

impl Pen {
    /// Fits the canvas to its size on the page and to the screen's pixels; if it has them, what is on it stays. The width is told,
    /// because asking the page for it on every frame would have it laid out on every frame.
    pub(super) fn new(canvas: &HtmlCanvasElement, width: f64, height: f64) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
        let ratio = web_sys::window()?.device_pixel_ratio().clamp(1.0, 3.0);
        let (wide, high) = ((width * ratio).round() as u32, (height * ratio).round() as u32);
        if canvas.width() != wide || canvas.height() != high {
            canvas.set_width(wide);
            canvas.set_height(high);
        }
        context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0).ok()?;
        Some(Self { context, width, height, pixels: wide })
    }

    pub(super) fn clear(&self) {
        self.context.clear_rect(0.0, 0.0, self.width, self.height);
    }

    pub(super) fn font(&self, inks: &Inks, pixels: f64) {
        self.context.set_font(&format!("{pixels}px {}", inks.font));
    }

    pub(super) fn text_width(&self, text: &str) -> f64 {
        self.context.measure_text(text).map_or(0.0, |metrics| metrics.width())
    }

    pub(super) fn text(&self, colour: &str, text: &str, x: f64, y: f64, align: &str) {
        self.context.set_fill_style_str(colour);
        self.context.set_text_align(align);
        self.context.set_text_baseline("middle");
        // A text that cannot be drawn leaves the picture without it; there is nothing else to do.
        drop(self.context.fill_text(text, x, y));
    }

    /// The text, shortened to a width.
    pub(super) fn fit(&self, text: &str, width: f64) -> String {
        if self.text_width(text) <= width {
            return text.to_owned();
        }
        let mut kept: String = text.to_owned();
        while kept.pop().is_some() {
            let short = format!("{}…", kept.trim_end());
            if self.text_width(&short) <= width {
                return short;
            }
        }
        String::new()
    }

    /// All that `draw` draws stays inside the rectangle.
    pub(super) fn clipped(&self, x: f64, y: f64, width: f64, height: f64, draw: impl FnOnce(&Self)) {
        self.context.save();
        self.context.begin_path();
        self.context.rect(x, y, width, height);
        self.context.clip();
        draw(self);
        self.context.restore();
    }

    pub(super) fn alpha(&self, alpha: f64) {
        self.context.set_global_alpha(alpha);
    }

    fn dash(&self, pattern: &[f64]) {
        let array: js_sys::Array = pattern.iter().map(|length| wasm_bindgen::JsValue::from_f64(*length)).collect();
        drop(self.context.set_line_dash(&array));
    }

    pub(super) fn line(&self, colour: &str, width: f64, from: (f64, f64), to: (f64, f64), pattern: &[f64]) {
        self.context.set_stroke_style_str(colour);
        self.context.set_line_width(width);
        self.dash(pattern);
        self.context.begin_path();
        self.context.move_to(from.0, from.1);
        self.context.line_to(to.0, to.1);
        self.context.stroke();
        self.dash(&[]);
    }

    pub(super) fn rectangle(&self, colour: &str, x: f64, y: f64, width: f64, height: f64) {
        self.context.set_fill_style_str(colour);
        self.context.fill_rect(x, y, width, height);
    }

    pub(super) fn frame(&self, colour: &str, width: f64, x: f64, y: f64, wide: f64, high: f64) {
        self.context.set_stroke_style_str(colour);
        self.context.set_line_width(width);
        self.context.stroke_rect(x, y, wide, high);
    }

    /// A closed shape, filled.
    pub(super) fn shape(&self, colour: &str, points: &[(f64, f64)]) {
        let Some((first, rest)) = points.split_first() else { return };
        self.context.set_fill_style_str(colour);
        self.context.begin_path();
        self.context.move_to(first.0, first.1);
        for point in rest {
            self.context.line_to(point.0, point.1);
        }
        self.context.close_path();
        self.context.fill();
    }

    pub(super) fn disc(&self, colour: &str, x: f64, y: f64, radius: f64) {
        self.context.set_fill_style_str(colour);
        self.circle(x, y, radius);
        self.context.fill();
    }

    pub(super) fn ring(&self, colour: &str, width: f64, x: f64, y: f64, radius: f64) {
        self.context.set_stroke_style_str(colour);
        self.context.set_line_width(width);
        self.circle(x, y, radius);
        self.context.stroke();
    }

    fn circle(&self, x: f64, y: f64, radius: f64) {
        self.context.begin_path();
        drop(self.context.arc(x, y, radius.max(0.0), 0.0, core::f64::consts::TAU));
    }

    pub(super) fn cross(&self, colour: &str, width: f64, x: f64, y: f64, arm: f64) {
        self.line(colour, width, (x - arm, y - arm), (x + arm, y + arm), &[]);
        self.line(colour, width, (x - arm, y + arm), (x + arm, y - arm), &[]);
    }

    /// A triangle at `to` that points from `from` to it.
    pub(super) fn head(&self, colour: &str, from: (f64, f64), to: (f64, f64), length: f64) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let distance = dx.hypot(dy).max(1e-6);
        let (ux, uy) = (dx / distance * length, dy / distance * length);
        let back = (to.0 - ux, to.1 - uy);
        let half = 0.42;
        self.shape(colour, &[to, (back.0 - uy * half, back.1 + ux * half), (back.0 + uy * half, back.1 - ux * half)]);
    }
}
