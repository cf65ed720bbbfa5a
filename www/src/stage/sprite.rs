//! One packet as SVG elements, made and moved outside the virtual DOM.

use wasm_bindgen::JsCast;
use web_sys::{Element, SvgGraphicsElement, SvgTransform};

use super::geometry::Point;
use super::shapes;
use crate::views::{Shape, Tone};

pub(crate) const SVG: &str = "http://www.w3.org/2000/svg";

/// An SVG element with attributes, at the end of its parent.
pub(crate) fn element(parent: &Element, tag: &str, attributes: &[(&str, &str)]) -> Option<Element> {
    let element = parent.owner_document()?.create_element_ns(Some(SVG), tag).ok()?;
    for (name, value) in attributes {
        element.set_attribute(name, value).ok()?;
    }
    parent.append_child(&element).ok()?;
    Some(element)
}

/// How a packet looks, whatever it carries.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Look {
    pub(crate) tone: Tone,
    pub(crate) shape: Shape,
    pub(crate) label: String,
    /// It will not arrive: hollow and red.
    pub(crate) doomed: bool,
    pub(crate) held: bool,
    /// The direction in whole degrees.
    pub(crate) degrees: i32,
}

/// The elements of one packet; dropped, they are gone.
pub(crate) struct Sprite {
    root: Element,
    transform: SvgTransform,
    body: Element,
    mark: Element,
    pin: Element,
    label: Element,
    trail: Element,
    look: Option<Look>,
    shown: bool,
    labelled: bool,
    trailing: bool,
}

impl Drop for Sprite {
    fn drop(&mut self) {
        self.root.remove();
        self.trail.remove();
    }
}

impl Sprite {
    /// New elements, not shown yet. Nothing in a browser that has SVG makes this fail; without them the packet is only listed.
    pub(crate) fn new(layer: &Element, trails: &Element) -> Option<Self> {
        let root = element(layer, "g", &[("class", "packet"), ("transform", "translate(-99 -99)")])?;
        let list = root.dyn_ref::<SvgGraphicsElement>()?.transform().base_val();
        let transform = list.get_item(0).ok()?;
        Some(Self {
            body: element(&root, "path", &[("class", "packet-body")])?,
            mark: element(&root, "path", &[("class", "packet-mark")])?,
            pin: element(&root, "path", &[("class", "packet-pin")])?,
            label: element(&root, "text", &[("class", "packet-label"), ("y", "-14")])?,
            trail: element(trails, "line", &[("class", "packet-trail")])?,
            transform,
            root,
            look: None,
            shown: true,
            labelled: true,
            trailing: false,
        })
    }

    /// Takes on a look; costs nothing if it has it.
    pub(crate) fn wear(&mut self, look: &Look) {
        if self.look.as_ref() == Some(look) {
            return;
        }
        let (body, mark) = match look.shape {
            Shape::Triangle => (shapes::TRIANGLE, ""),
            Shape::Yes => (shapes::WIDE_DISC, shapes::TICK),
            Shape::No => (shapes::WIDE_DISC, shapes::CROSS),
            Shape::Disc => (shapes::DISC, ""),
            Shape::Square => (shapes::SQUARE, ""),
        };
        let doomed = if look.doomed { " is-doomed" } else { "" };
        let held = if look.held { " is-held" } else { "" };
        set(&self.root, "class", &format!("packet {}{doomed}{held}", look.tone.class()));
        set(&self.body, "d", body);
        let turn = if look.shape == Shape::Triangle { format!("rotate({})", look.degrees) } else { String::new() };
        set(&self.body, "transform", &turn);
        set(&self.mark, "d", mark);
        set(&self.pin, "d", if look.held { shapes::PIN } else { "" });
        self.label.set_text_content(Some(&look.label));
        self.trailing = look.tone != Tone::Calm && !look.doomed;
        set(&self.trail, "class", &format!("packet-trail {}", look.tone.class()));
        set(&self.trail, "visibility", if self.trailing { "visible" } else { "hidden" });
        self.look = Some(look.clone());
    }

    /// Moves it, and draws its trail from where it began.
    pub(crate) fn stand(&mut self, start: Point, at: Point) {
        if !self.shown {
            set(&self.root, "visibility", "visible");
            set(&self.trail, "visibility", if self.trailing { "visible" } else { "hidden" });
            self.shown = true;
        }
        // A transform that cannot be set belongs to an element that is gone.
        let _ = self.transform.set_translate(at.x as f32, at.y as f32);
        if self.trailing {
            set(&self.trail, "x1", &format!("{:.1}", start.x));
            set(&self.trail, "y1", &format!("{:.1}", start.y));
            set(&self.trail, "x2", &format!("{:.1}", at.x));
            set(&self.trail, "y2", &format!("{:.1}", at.y));
        }
    }

    pub(crate) fn hide(&mut self) {
        if self.shown {
            set(&self.root, "visibility", "hidden");
            set(&self.trail, "visibility", "hidden");
            self.shown = false;
        }
    }

    pub(crate) fn show_label(&mut self, shows: bool) {
        if self.labelled != shows {
            set(&self.label, "visibility", if shows { "inherit" } else { "hidden" });
            self.labelled = shows;
        }
    }
}

/// Sets an attribute. It only fails for names that are no names.
pub(crate) fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// Where a lost packet bursts.
pub(crate) struct Burst {
    root: Element,
    rays: Element,
}

impl Drop for Burst {
    fn drop(&mut self) {
        self.root.remove();
    }
}

impl Burst {
    pub(crate) fn new(layer: &Element, reason: &str) -> Option<Self> {
        let root = element(layer, "g", &[("class", "burst"), ("visibility", "hidden")])?;
        let rays = element(&root, "path", &[("d", shapes::BURST)])?;
        let label = element(&root, "text", &[("class", "packet-label"), ("y", "-16")])?;
        label.set_text_content(Some(reason));
        Some(Self { root, rays })
    }

    /// From 0, just burst, to 1, gone.
    pub(crate) fn show(&self, at: Point, faded: f64) {
        set(&self.root, "visibility", "visible");
        set(&self.root, "transform", &format!("translate({:.1} {:.1})", at.x, at.y));
        set(&self.root, "opacity", &format!("{:.2}", 1.0 - faded * faded));
        set(&self.rays, "transform", &format!("scale({:.2})", 7.0 + 9.0 * faded.sqrt()));
    }

    pub(crate) fn hide(&self) {
        set(&self.root, "visibility", "hidden");
    }
}
