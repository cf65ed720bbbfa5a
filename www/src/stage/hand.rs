//! The reader's hand on the stage: what pointing, drawing and pressing keys does in each mode.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use faultlab_core::{ClientId, Endpoint, NodeId};
use faultlab_sim::PacketName;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};
use yew::NodeRef;
use yew::functional::UseForceUpdateHandle;

use super::acts;
use super::geometry::{Point, distance_to_segment};
use super::moving::{FINGER_REACH, MOUSE_REACH, Moving};
use super::scene::Scene;
use super::stroke::Stroke;
use crate::browser::wall;
use crate::run::player::{Player, Selection, StillGuard};

/// How near a pointer must come to a link.
const LINK_REACH: f64 = 9.0;

/// So near, a packet wins over the node under it.
const ON_IT: f64 = 9.0;
/// A pointer that rests on a message lets time go on after so many milliseconds: the run must not seem stuck.
const HELD_AT_MOST: f64 = 4_000.0;

/// What the pointer does.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) enum Mode {
    #[default]
    Point,
    /// A line drawn across links cuts them; or two nodes, one after the other.
    Cut { first: Option<NodeId> },
    /// Nodes are put into groups, which are then parted.
    Group { current: usize, groups: Vec<Option<usize>> },
}

/// What is to have the focus once the stage is drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Wanted {
    Verb,
    Node(usize),
    Client(ClientId),
    Packet(PacketName),
}

/// The state of the reader's hand, shared by all parts of the stage.
pub(crate) struct Hand {
    pub(crate) player: Player,
    redraw: UseForceUpdateHandle,
    pub(crate) moving: RefCell<Option<Moving>>,
    scene: RefCell<Option<Rc<Scene>>>,
    mode: RefCell<Mode>,
    /// Whose bar of verbs is open.
    open: Cell<Selection>,
    /// The node that the Tab key comes to.
    focused: Cell<usize>,
    wanted: Cell<Option<Wanted>>,
    /// While the bar of a message is open, or messages are walked by key, time stands still.
    still: RefCell<Option<StillGuard>>,
    hover_still: RefCell<Option<StillGuard>>,
    /// When the pointer moved last, by the clock on the wall.
    moved_at: Cell<f64>,
    stroke: RefCell<Option<Stroke>>,
    /// A stroke has just ended; the click that follows it means nothing.
    stroked: Cell<bool>,
    /// What touched the stage last was a finger.
    by_finger: Cell<bool>,
    pub(crate) field: NodeRef,
    pub(crate) knife: NodeRef,
    /// The layer for what would be otherwise.
    pub(crate) ghosts: NodeRef,
}

/// Shared by reference, equal only to itself.
#[derive(Clone)]
pub(crate) struct HandRef(pub(crate) Rc<Hand>);

impl PartialEq for HandRef {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Hand {
    pub(crate) fn new(player: Player, redraw: UseForceUpdateHandle) -> Self {
        Self {
            player,
            redraw,
            moving: RefCell::default(),
            scene: RefCell::default(),
            mode: RefCell::default(),
            open: Cell::default(),
            focused: Cell::new(0),
            wanted: Cell::new(None),
            still: RefCell::default(),
            hover_still: RefCell::default(),
            moved_at: Cell::new(0.0),
            stroke: RefCell::default(),
            stroked: Cell::new(false),
            by_finger: Cell::new(false),
            field: NodeRef::default(),
            knife: NodeRef::default(),
            ghosts: NodeRef::default(),
        }
    }

    pub(crate) fn see(&self, scene: Rc<Scene>) {
        let gone = match self.open.get() {
            Selection::Packet(name) => !scene.moment.packets.iter().any(|packet| packet.name == name),
            Selection::Node(node) => node.index() >= scene.nodes(),
            Selection::None | Selection::Link(..) | Selection::Client(_) | Selection::Fact(_) => false,
        };
        if gone {
            self.open.set(Selection::None);
            self.still.replace(None);
        }
        self.scene.replace(Some(scene));
    }

    /// Called once a frame: a pointer that has rested for long aims at nothing.
    pub(crate) fn rest(&self) {
        if self.hover_still.borrow().is_some() && wall() - self.moved_at.get() > HELD_AT_MOST {
            self.hover_still.replace(None);
        }
    }

    fn scene(&self) -> Option<Rc<Scene>> {
        self.scene.borrow().clone()
    }

    fn redraw(&self) {
        self.redraw.force_update();
    }

    // Modes.

    pub(crate) fn mode(&self) -> Mode {
        self.mode.borrow().clone()
    }

    pub(crate) fn set_mode(&self, mode: Mode) {
        self.close(false);
        self.mode.replace(mode);
        self.redraw();
    }

    /// Begins grouping with the islands there are.
    pub(crate) fn group_mode(&self) {
        let Some(scene) = self.scene() else { return };
        let groups = (0..scene.nodes()).map(|node| scene.island_of(node)).collect();
        self.set_mode(Mode::Group { current: 0, groups });
    }

    pub(crate) fn choose_group(&self, group: usize) {
        if let Mode::Group { current, .. } = &mut *self.mode.borrow_mut() {
            *current = group;
        }
        self.redraw();
    }

    /// Puts a node into a group, or takes it out of it.
    pub(crate) fn assign(&self, node: usize, group: usize) {
        if let Mode::Group { groups, current } = &mut *self.mode.borrow_mut() {
            *current = group;
            if groups.len() <= node {
                groups.resize(node + 1, None);
            }
            groups[node] = if groups[node] == Some(group) { None } else { Some(group) };
        }
        self.redraw();
    }

    pub(crate) fn partition(&self) {
        let Some(scene) = self.scene() else { return };
        let text = match &*self.mode.borrow() {
            Mode::Group { groups, .. } => acts::partition(groups, scene.nodes(), !scene.moment.cuts.is_empty()),
            Mode::Point | Mode::Cut { .. } => None,
        };
        if let Some(text) = text {
            self.set_mode(Mode::Point);
            self.player.act(&text);
        }
    }

    // The bar.

    pub(crate) fn open(&self) -> Selection {
        self.open.get()
    }

    /// Opens the bar of a thing, or closes it if it is open.
    pub(crate) fn press(&self, thing: Selection, by_key: bool) {
        if self.open.get() == thing {
            self.close(by_key);
            return;
        }
        self.open.set(thing);
        if by_key {
            self.by_finger.set(false);
        }
        let is_packet = matches!(thing, Selection::Packet(_));
        self.still.replace(is_packet.then(|| self.player.wait()));
        if by_key {
            self.wanted.set(Some(Wanted::Verb));
        }
        self.player.select(thing);
        self.redraw();
    }

    /// Whether time waits for the reader.
    pub(crate) fn has_time_wait(&self) -> bool {
        self.still.borrow().is_some()
    }

    pub(crate) fn close(&self, refocus: bool) {
        let open = self.open.replace(Selection::None);
        self.still.replace(None);
        self.hover_still.replace(None);
        if refocus {
            self.wanted.set(Some(Wanted::Node(self.focused.get())));
        }
        if open != Selection::None {
            self.redraw();
        }
    }

    /// Does what a verb of the bar says, and closes the bar.
    pub(crate) fn act(&self, text: &str) {
        self.close(self.has_focus_in_bar());
        self.player.act(text);
    }

    /// Whether one works the bar by keyboard.
    pub(crate) fn has_focus_in_bar(&self) -> bool {
        let field = self.field.cast::<Element>();
        field.is_some_and(|field| field.query_selector(".verbs :focus-visible").ok().flatten().is_some())
    }

    /// Where the focus is to go, which it can as soon as what is to have it is drawn.
    pub(crate) fn take_wanted(&self, bar_is_here: bool) -> Option<Wanted> {
        let waits = |wanted: Wanted| wanted == Wanted::Verb && !bar_is_here;
        if self.wanted.get().is_some_and(waits) { None } else { self.wanted.take() }
    }

    pub(crate) fn want(&self, wanted: Wanted) {
        self.wanted.set(Some(wanted));
        self.redraw();
    }

    pub(crate) fn by_finger(&self) -> bool {
        self.by_finger.get()
    }

    pub(crate) fn focused(&self) -> usize {
        self.focused.get()
    }

    /// A node's button has got the focus.
    pub(crate) fn focus_came(&self, node: usize) {
        if self.focused.replace(node) != node {
            self.redraw();
        }
        self.player.hover(Selection::Node(NodeId(node as u8)));
    }

    // Pressing.

    pub(crate) fn press_node(&self, node: NodeId, by_key: bool) {
        self.focused.set(node.index());
        let mode = self.mode();
        match mode {
            Mode::Point => self.press(Selection::Node(node), by_key),
            Mode::Cut { first: None } => self.set_mode(Mode::Cut { first: Some(node) }),
            Mode::Cut { first: Some(first) } if first == node => self.set_mode(Mode::Cut { first: None }),
            Mode::Cut { first: Some(first) } => {
                self.set_mode(Mode::Cut { first: None });
                let (a, b) = (Endpoint::Node(first), Endpoint::Node(node));
                if let Some(text) = self.scene().and_then(|scene| acts::cut_open(&[(a, b), (b, a)], &scene.moment.cuts))
                {
                    self.player.act(&text);
                }
                self.press(Selection::Link(a, b), by_key);
            }
            Mode::Group { current, .. } => self.assign(node.index(), current),
        }
    }

    /// Walks the messages in the order of their delivery; time stands still meanwhile.
    pub(crate) fn walk_packets(&self, forward: bool) {
        let Some(scene) = self.scene() else { return };
        let names: Vec<PacketName> = scene.moment.packets.iter().map(|packet| packet.name).collect();
        if names.is_empty() {
            return;
        }
        let here = match self.player.selection() {
            Selection::Packet(name) => names.iter().position(|other| *other == name),
            Selection::None | Selection::Node(_) | Selection::Link(..) | Selection::Client(_) | Selection::Fact(_) => {
                None
            }
        };
        let next = match (here, forward) {
            (None, true) => 0,
            (None, false) => names.len() - 1,
            (Some(here), true) => (here + 1) % names.len(),
            (Some(here), false) => (here + names.len() - 1) % names.len(),
        };
        self.open.set(Selection::None);
        self.still.replace(Some(self.player.wait()));
        self.wanted.set(Some(Wanted::Packet(names[next])));
        self.player.select(Selection::Packet(names[next]));
        self.redraw();
    }

    /// The focus has left the messages: time may go on.
    pub(crate) fn leave_packets(&self) {
        if self.open.get() == Selection::None {
            self.still.replace(None);
        }
    }

    // Pointing.

    fn local(&self, x: f64, y: f64) -> Option<Point> {
        let rect = self.field.cast::<Element>()?.get_bounding_client_rect();
        Some(Point::new(x - rect.left(), y - rect.top()))
    }

    fn packet_at(&self, at: Point, reach: f64) -> Option<PacketName> {
        self.moving.borrow().as_ref()?.hit(at, reach, self.player.clock())
    }

    fn link_at(&self, at: Point) -> Option<Selection> {
        let scene = self.scene()?;
        if !scene.draws_all_links() {
            return None;
        }
        let mut nearest: Option<(f64, Selection)> = None;
        for a in 0..scene.nodes() {
            for b in a + 1..scene.nodes() {
                let distance = distance_to_segment(at, scene.layout.node(a), scene.layout.node(b));
                if distance < LINK_REACH && nearest.is_none_or(|(least, _)| distance < least) {
                    let ends = [a, b].map(|index| Endpoint::Node(NodeId(index as u8)));
                    nearest = Some((distance, Selection::Link(ends[0], ends[1])));
                }
            }
        }
        nearest.map(|(_, link)| link)
    }

    pub(crate) fn pointer_down(&self, event: &PointerEvent) {
        self.stroked.set(false);
        self.by_finger.set(event.pointer_type() == "touch");
        if event.button() != 0 || within(event, ".verbs") {
            return;
        }
        let Some(at) = self.local(f64::from(event.client_x()), f64::from(event.client_y())) else { return };
        let node = named(event, "data-node").map(NodeId);
        let stroke = match (&*self.mode.borrow(), node) {
            (Mode::Cut { .. }, _) => Some(Stroke::knife(at)),
            (Mode::Point | Mode::Group { .. }, Some(node)) if self.can_drag() => Some(Stroke::carry(node, at)),
            (Mode::Point | Mode::Group { .. }, _) => None,
        };
        self.stroke.replace(stroke);
    }

    /// Nodes can be dragged from island to island once there are islands.
    pub(crate) fn can_drag(&self) -> bool {
        self.scene().is_some_and(|scene| scene.islands.len() > 1)
    }

    pub(crate) fn pointer_move(&self, event: &PointerEvent) {
        let Some(at) = self.local(f64::from(event.client_x()), f64::from(event.client_y())) else { return };
        let mut stroke = self.stroke.borrow_mut();
        if let Some(stroke) = &mut *stroke {
            if stroke.extend(at)
                && let Some(field) = self.field.cast::<Element>()
            {
                // The line goes on outside the stage; without capture it would end at its edge.
                let _ = field.set_pointer_capture(event.pointer_id());
            }
            if let (Some(knife), Some(scene)) = (self.knife.cast::<Element>(), self.scene()) {
                super::sprite::set(&knife, "d", &stroke.path(&scene));
            }
            return;
        }
        drop(stroke);
        if event.pointer_type() == "mouse" {
            self.point_at(at, event);
        }
    }

    fn point_at(&self, at: Point, event: &PointerEvent) {
        if within(event, ".verbs") {
            self.hover_still.replace(None);
            return;
        }
        self.moved_at.set(wall());
        let thing = if let Some(packet) = self.packet_at(at, ON_IT) {
            Selection::Packet(packet)
        } else if let Some(node) = named(event, "data-node") {
            Selection::Node(NodeId(node))
        } else if let Some(client) = named(event, "data-client") {
            Selection::Client(ClientId(client))
        } else if let Some(packet) = self.packet_at(at, MOUSE_REACH) {
            Selection::Packet(packet)
        } else if self.mode() == Mode::Point {
            self.link_at(at).unwrap_or_default()
        } else {
            Selection::None
        };
        let is_packet = matches!(thing, Selection::Packet(_));
        if is_packet != self.hover_still.borrow().is_some() {
            self.hover_still.replace(is_packet.then(|| self.player.stand_still()));
        }
        if let Some(field) = self.field.cast::<HtmlElement>() {
            let points = !matches!(thing, Selection::None);
            let _ = field.class_list().toggle_with_force("is-pointing", points);
        }
        self.player.hover(thing);
    }

    pub(crate) fn pointer_leave(&self) {
        self.hover_still.replace(None);
        self.player.hover(Selection::None);
    }

    pub(crate) fn pointer_up(&self, event: &PointerEvent) {
        let Some(stroke) = self.stroke.take() else { return };
        if let Some(knife) = self.knife.cast::<Element>() {
            super::sprite::set(&knife, "d", "");
        }
        if !stroke.is_drawn() || event.type_() == "pointercancel" {
            return;
        }
        self.stroked.set(true);
        if let Some(text) = self.scene().and_then(|scene| stroke.act(&scene)) {
            self.player.act(&text);
            if matches!(&*self.mode.borrow(), Mode::Group { .. }) {
                self.group_mode();
            }
        }
    }

    /// A click, a tap, a press of Enter, or the menu of the right button.
    pub(crate) fn click(&self, event: &web_sys::MouseEvent) {
        if self.stroked.replace(false) || within(event, ".verbs") {
            return;
        }
        let by_key = event.detail() == 0 && event.type_() == "click";
        let at = self.local(f64::from(event.client_x()), f64::from(event.client_y()));
        // A message that has just left lies over its node: who points right at it means it.
        if let Some(packet) = at.filter(|_| !by_key).and_then(|at| self.packet_at(at, ON_IT)) {
            return self.press(Selection::Packet(packet), false);
        }
        if let Some(node) = named(event, "data-node") {
            return self.press_node(NodeId(node), by_key);
        }
        if let Some(client) = named(event, "data-client") {
            return self.press(Selection::Client(ClientId(client)), by_key);
        }
        let Some(at) = at else { return };
        let is_finger = event.dyn_ref::<PointerEvent>().is_some_and(|event| event.pointer_type() == "touch");
        let reach = if is_finger { FINGER_REACH } else { MOUSE_REACH };
        if let Some(packet) = self.packet_at(at, reach) {
            return self.press(Selection::Packet(packet), false);
        }
        let points = *self.mode.borrow() == Mode::Point;
        match self.link_at(at).filter(|_| points) {
            Some(link) => self.press(link, false),
            None if points => {
                self.close(false);
                self.player.select(Selection::None);
            }
            None => self.close(false),
        }
    }
}

/// Whether an event comes from inside something.
pub(crate) fn within(event: &web_sys::Event, selector: &str) -> bool {
    closest(event, selector).is_some()
}

fn closest(event: &web_sys::Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_ref::<Element>()?.closest(selector).ok()?
}

/// The number in an attribute of what an event comes from.
pub(crate) fn named(event: &web_sys::Event, attribute: &str) -> Option<u8> {
    closest(event, &format!("[{attribute}]"))?.get_attribute(attribute)?.parse().ok()
}
