//! One packet as elements of its own, made outside the virtual DOM and moved by the browser.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, SvgElement};

use super::geometry::{Point, Rect, ease};
use super::motion::Leg;
use super::shapes;
use crate::run::glide::Glide;
use crate::run::time::Tick;
use crate::views::{Shape, Tone};

pub(crate) const SVG: &str = "http://www.w3.org/2000/svg";

/// On which side of its packet a label stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Side {
    Above,
    Right,
    Left,
    Below,
}

impl Side {
    /// In the order of preference.
    pub(crate) const ALL: [Self; 4] = [Self::Above, Self::Right, Self::Left, Self::Below];

    /// Its class, and where it begins or has its middle, from the middle of the packet.
    fn place(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Above => ("packet-label", "0", "-14"),
            Self::Right => ("packet-label is-right", "14", "4"),
            Self::Left => ("packet-label is-left", "-14", "4"),
            Self::Below => ("packet-label", "0", "26"),
        }
    }

    /// The room that a label takes there. Text is not measured: a little too much room is better than a reflow.
    pub(crate) fn room(self, label: &str, at: Point) -> Rect {
        let letters: f64 = label.chars().map(|letter| if letter.is_ascii() { 6.4 } else { 12.0 }).sum();
        let (width, height) = (letters + 4.0, 15.0);
        let (x, y) = match self {
            Self::Above => (-width / 2.0, -26.0),
            Self::Right => (12.0, -8.0),
            Self::Left => (-12.0 - width, -8.0),
            Self::Below => (-width / 2.0, 14.0),
        };
        Rect::new(at.x + x, at.y + y, width, height)
    }
}

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

/// What a packet does on the stage.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Course {
    Hidden,
    Stands(Point),
    /// It travels along a lane, and is hidden before and after.
    Travels(Leg, (Point, Point)),
}

impl Course {
    /// Where it is at a simulated moment, if it is to be seen.
    pub(crate) fn place(&self, now: f64) -> Option<Point> {
        match self {
            Self::Hidden => None,
            Self::Stands(at) => Some(*at),
            Self::Travels(leg, (a, b)) => leg.share(now).map(|share| a.toward(*b, ease(share))),
        }
    }
}

/// In how many straight pieces, of equal length in time, the browser takes a way that starts and ends gently.
const PIECES: u32 = 8;

/// The elements of one packet; dropped, they are gone.
pub(crate) struct Sprite {
    root: SvgElement,
    body: Element,
    mark: Element,
    pin: Element,
    label: Element,
    /// Made when it is needed first.
    trail: Option<HtmlElement>,
    look: Option<Look>,
    course: Course,
    glides: Vec<Glide>,
    labelled: bool,
    labelled_at: Side,
    trailing: bool,
}

impl Drop for Sprite {
    fn drop(&mut self) {
        self.root.remove();
        if let Some(trail) = &self.trail {
            trail.remove();
        }
    }
}

impl Sprite {
    /// New elements, not shown yet. Nothing in a browser that has SVG makes this fail; without them the packet is only listed.
    pub(crate) fn new(layer: &Element) -> Option<Self> {
        let root: SvgElement =
            element(layer, "svg", &[("class", "packet"), ("visibility", "hidden")])?.dyn_into().ok()?;
        Some(Self {
            body: element(&root, "path", &[("class", "packet-body")])?,
            mark: element(&root, "path", &[("class", "packet-mark")])?,
            pin: element(&root, "path", &[("class", "packet-pin")])?,
            label: element(&root, "text", &[("class", "packet-label"), ("x", "0"), ("y", "-14")])?,
            root,
            trail: None,
            look: None,
            course: Course::Hidden,
            glides: Vec::new(),
            labelled: true,
            labelled_at: Side::Above,
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
        let trailing = look.tone != Tone::Calm && !look.doomed;
        if std::mem::replace(&mut self.trailing, trailing) != trailing {
            // It departs anew, with a trail or without.
            self.hide();
        }
        if trailing && self.trail.is_none() {
            self.trail = trail_under(&self.root);
        }
        if let Some(trail) = &self.trail {
            set(trail, "class", &format!("packet-trail {}", look.tone.class()));
        }
        self.look = Some(look.clone());
    }

    /// Follows its course; costs nothing as long as course and time go on as they did.
    pub(crate) fn follow(&mut self, course: Course, tick: &Tick) {
        if self.course != course {
            self.take(course);
        }
        for glide in &mut self.glides {
            glide.follow(tick);
        }
    }

    /// Out of sight, until it follows another course.
    pub(crate) fn hide(&mut self) {
        if self.course != Course::Hidden {
            self.take(Course::Hidden);
        }
    }

    fn take(&mut self, course: Course) {
        self.course = course;
        self.glides.clear();
        set(&self.root, "visibility", if course == Course::Hidden { "hidden" } else { "visible" });
        match course {
            Course::Hidden => {}
            Course::Stands(at) => {
                // Setting a known property cannot fail.
                let _ = self.root.style().set_property("transform", &translate(at));
            }
            Course::Travels(leg, lane) => self.depart(&leg, lane),
        }
    }

    fn depart(&mut self, leg: &Leg, (a, b): (Point, Point)) {
        let _ = self.root.style().remove_property("transform");
        let shares = (0..=PIECES).map(|piece| ease(leg.share_after(f64::from(piece) / f64::from(PIECES))));
        let way = shares.clone().map(|share| translate(a.toward(b, share)));
        self.glides.extend(Glide::new(&self.root, way, (leg.begin, leg.end)));
        if let Some(trail) = self.trail.as_ref().filter(|_| self.trailing) {
            let _ = trail.style().set_property("width", &format!("{:.1}px", a.distance(b)));
            let line = format!("{} rotate({:.2}deg)", translate(a), a.degrees_to(b));
            let way = shares.map(|share| format!("{line} scaleX({share:.4})"));
            self.glides.extend(Glide::new(trail, way, (leg.begin, leg.end)));
        }
    }

    /// Shows its label on a side, or not at all.
    pub(crate) fn show_label(&mut self, at: Option<Side>) {
        if let Some(side) = at.filter(|side| self.labelled_at != *side) {
            let (class, x, y) = side.place();
            for (name, value) in [("class", class), ("x", x), ("y", y)] {
                set(&self.label, name, value);
            }
            self.labelled_at = side;
        }
        let shows = at.is_some();
        if self.labelled != shows {
            set(&self.label, "visibility", if shows { "inherit" } else { "hidden" });
            self.labelled = shows;
        }
    }
}

/// A trail, under the packet that draws it.
fn trail_under(packet: &Element) -> Option<HtmlElement> {
    let trail: HtmlElement = packet.owner_document()?.create_element("i").ok()?.dyn_into().ok()?;
    packet.parent_node()?.insert_before(&trail, Some(packet)).ok()?;
    Some(trail)
}

fn translate(at: Point) -> String {
    format!("translate({:.1}px, {:.1}px)", at.x, at.y)
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
        set(&self.root, "transform", &format!("translate({at})"));
        set(&self.root, "opacity", &format!("{:.2}", 1.0 - faded * faded));
        set(&self.rays, "transform", &format!("scale({:.2})", 7.0 + 9.0 * faded.sqrt()));
    }

    pub(crate) fn hide(&self) {
        set(&self.root, "visibility", "hidden");
    }
}
