//! All that moves on the stage: packets, bursts, running timers, outside the virtual DOM.
//!
//! Up to some hundred packets are elements, which the browser moves by itself; more are painted on a canvas over the drawing, frame
//! by frame. Timers creep, so they are drawn anew at every beat only.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use faultlab_core::{Endpoint, Time};
use faultlab_registry::{Lab, PacketKind, PacketView};
use faultlab_sim::{LossReason, PacketName};
use web_sys::{Element, HtmlCanvasElement};

use super::canvas::Canvas;
use super::geometry::{Point, Rect, ease};
use super::losses::{Found, Loss, Watch};
use super::motion::{Doom, Flight, Known, Leg};
use super::scene::Scene;
use super::sprite::{Burst, Course, Look, Side, Sprite, element, set};
use crate::run::player::{Player, Selection};
use crate::run::time::{Need, Tick};
use crate::views::{MessageFace, Shape, Tone};

/// More packets than this are painted on the canvas.
const SPRITES_MAX: usize = 120;
/// How near a pointer must come to a packet, and a finger.
pub(crate) const MOUSE_REACH: f64 = 14.0;
pub(crate) const FINGER_REACH: f64 = 22.0;
/// How long a burst is seen, in milliseconds.
const BURST_SEEN: f64 = 500.0;
/// The most bursts at a time.
const DOOMED_MAX: usize = 60;
/// The most sprites that are kept for later.
const SPARE_MAX: usize = 24;
/// The most labels at a time.
const LABELS_MAX: usize = 10;
/// Less than this, in pixels, cannot be seen of a timer, and every change costs a repaint.
const ARC_STEP: f64 = 1.5;
/// Between two packets that wait at a paused node.
const QUEUE_GAP: f64 = 15.0;

/// The layers that the virtual DOM made and leaves alone.
pub(crate) struct Layers {
    pub(crate) arcs: Element,
    /// Bursts, and the rings around packets.
    pub(crate) signs: Element,
    pub(crate) packets: Element,
    pub(crate) canvas: HtmlCanvasElement,
}

struct Traveller {
    flight: Flight,
    sprite: Option<Sprite>,
    look: Look,
    sent: Time,
    lane: (Point, Point),
    /// How many packets wait before it at its node.
    queue: usize,
    /// When it was there last.
    round: u64,
}

impl Traveller {
    fn course(&self, now: f64, jumps: bool) -> Course {
        let (a, b) = self.lane;
        let share = ease(self.flight.share(now));
        match self.flight.leg() {
            _ if self.flight.is_over(now) => Course::Hidden,
            _ if self.flight.is_waiting() => Course::Stands(b.step(a, QUEUE_GAP * self.queue as f64)),
            _ if jumps => Course::Stands(a.toward(b, 0.5)),
            Some(leg) => Course::Travels(leg, self.lane),
            None => Course::Stands(a.toward(b, share)),
        }
    }
}

struct Doomed {
    doom: Doom,
    lane: (Point, Point),
    look: Look,
    sprite: Option<Sprite>,
    burst: Option<Burst>,
}

struct Arc {
    circle: Element,
    /// What is written into the element: where it stands, how large, how it looks, and the length of the arc.
    stands: Option<(Point, f64, Tone)>,
    drawn: f64,
    radius: f64,
}

/// What moves.
pub(crate) struct Moving {
    layers: Layers,
    canvas: Canvas,
    scene: Option<Rc<Scene>>,
    travellers: BTreeMap<PacketName, Traveller>,
    doomed: BTreeMap<PacketName, Doomed>,
    /// Sprites of packets that are gone, for the next ones: to make elements costs more than to move them.
    spare: Vec<Sprite>,
    arcs: Vec<Arc>,
    /// Around the packet that is chosen and the one pointed at, and where they are drawn.
    rings: [Option<Element>; 2],
    rings_drawn: [Option<Point>; 2],
    watch: Watch,
    lit: [Option<PacketName>; 2],
    /// Simulated microseconds in a millisecond of the clock on the wall, when time ran last.
    pace: f64,
    jumps: bool,
    /// How often the scene has been set.
    round: u64,
}

impl Moving {
    pub(crate) fn new(layers: Layers, jumps: bool) -> Self {
        let ring = |class| element(&layers.signs, "circle", &[("class", class), ("r", "14"), ("visibility", "hidden")]);
        Self {
            rings: [ring("packet-ring is-chosen"), ring("packet-ring")],
            canvas: Canvas::new(layers.canvas.clone()),
            layers,
            rings_drawn: [None; 2],
            scene: None,
            travellers: BTreeMap::new(),
            doomed: BTreeMap::new(),
            spare: Vec::new(),
            arcs: Vec::new(),
            watch: Watch::default(),
            lit: [None; 2],
            pace: 25.0,
            jumps,
            round: 0,
        }
    }

    /// The run or the stage has changed.
    pub(crate) fn set(&mut self, scene: Rc<Scene>, player: &Player) {
        let tick = player.tick();
        let now = tick.now;
        let packet = |selection| match selection {
            Selection::Packet(name) => Some(name),
            Selection::None | Selection::Node(_) | Selection::Link(..) | Selection::Client(_) | Selection::Fact(_) => {
                None
            }
        };
        self.lit = [packet(player.selection()), packet(player.hovered())];
        let lab = player.lab();
        let found = self.watch.look(&*lab, scene.lang);
        let paints = scene.moment.packets.len() > SPRITES_MAX;
        self.note_losses(&scene, found, now);
        self.round += 1;
        let mut queues: BTreeMap<Endpoint, usize> = BTreeMap::new();
        for view in &scene.moment.packets {
            let Some(lane) = scene.lane(view.name.from, view.name.to) else { continue };
            let traveller = self.traveller(view, &*lab, &scene, lane, now);
            if view.waiting {
                let queue = queues.entry(view.name.to).or_default();
                traveller.queue = *queue;
                *queue += 1;
            }
        }
        drop(lab);
        self.dress(paints);
        self.canvas.set_active(paints, scene.layout.size);
        self.set_arcs(&scene);
        self.scene = Some(scene);
        self.frame(&tick);
    }

    /// The traveller for a packet: the one known, or a new one. Most are known, and nothing is made or moved for them.
    fn traveller(
        &mut self,
        view: &PacketView,
        lab: &dyn Lab,
        scene: &Scene,
        lane: (Point, Point),
        now: f64,
    ) -> &mut Traveller {
        let known = Known { sent: view.sent.0 as f64, due: view.due.0 as f64, held: view.held, waiting: view.waiting };
        let doomed = scene.is_down(view.name.to) && !view.held;
        let make = || {
            let face = lab
                .message(view.name)
                .map_or_else(|| client_face(view.kind), |message| (scene.view.message)(message, scene.lang));
            let look = look_of(view, face, lane, doomed);
            let flight = Flight::new(known, now);
            Traveller { flight, sprite: None, look, sent: view.sent, lane, queue: 0, round: 0 }
        };
        let traveller = self.travellers.entry(view.name).or_insert_with(make);
        if traveller.sent != view.sent || !traveller.look.label_of(view) {
            let sprite = traveller.sprite.take();
            *traveller = Traveller { sprite, ..make() };
        }
        traveller.flight.update(known, now);
        (traveller.look.doomed, traveller.look.held) = (doomed, view.held);
        traveller.look.degrees = lane.0.degrees_to(lane.1).round() as i32;
        (traveller.lane, traveller.queue, traveller.round) = (lane, 0, self.round);
        traveller
    }

    /// Lets packets that are gone go, and gives every other one its sprite, if they are not painted.
    fn dress(&mut self, paints: bool) {
        let (round, spare) = (self.round, &mut self.spare);
        self.travellers.retain(|_, traveller| {
            let stays = traveller.round == round;
            if !stays {
                spare.extend(traveller.sprite.take());
            }
            stays
        });
        for traveller in self.travellers.values_mut() {
            if paints {
                traveller.sprite = None;
            } else if traveller.sprite.is_none() {
                traveller.sprite = self.spare.pop().or_else(|| Sprite::new(&self.layers.packets));
            }
            if let Some(sprite) = &mut traveller.sprite {
                sprite.wear(&traveller.look);
            }
        }
        self.spare.truncate(if paints { 0 } else { SPARE_MAX });
        self.spare.iter_mut().for_each(Sprite::hide);
    }

    fn note_losses(&mut self, scene: &Scene, found: Found, now: f64) {
        let losses = match found {
            Found::More(losses) => losses,
            Found::Instead(losses) => {
                self.doomed.clear();
                losses
            }
        };
        let half_way = scene.moment.network.latency_max.0.max(1_000) as f64 / 2.0;
        // Many that die of one thing say so once.
        let mut said = None;
        for loss in losses.into_iter().rev().take(DOOMED_MAX) {
            let packet = loss.packet;
            let Some(lane) = scene.lane(packet.from, packet.to) else { continue };
            let travelling = self
                .travellers
                .get(&packet)
                .map(|traveller| (traveller.flight.share(loss.at.0 as f64), traveller.look.clone()));
            let doom = doom_of(&loss, travelling.as_ref().map(|(share, _)| *share), half_way);
            let mut look = travelling.map_or_else(|| unknown_look(lane), |(_, look)| look);
            look.doomed = true;
            look.held = false;
            look.degrees = lane.0.degrees_to(lane.1).round() as i32;
            let reason = match loss.reason {
                LossReason::Network => scene.words.packet.lost_network,
                LossReason::Cut => scene.words.packet.lost_cut,
                LossReason::Dropped => scene.words.packet.lost_dropped,
                // The node itself says that it is down.
                LossReason::Down => "",
            };
            let again = said.replace(loss.reason) == Some(loss.reason);
            let burst = Burst::new(&self.layers.signs, if again { "" } else { reason });
            self.doomed.insert(packet, Doomed { doom, lane, look, sprite: None, burst });
        }
        let fade = self.fade();
        self.doomed.retain(|_, doomed| doomed.doom.is_seen(now, fade));
    }

    /// How long a burst is seen, in simulated microseconds.
    fn fade(&self) -> f64 {
        (BURST_SEEN * self.pace).max(6_000.0)
    }

    fn set_arcs(&mut self, scene: &Scene) {
        let radius = scene.layout.radius + 5.0;
        self.arcs.truncate(scene.nodes());
        while self.arcs.len() < scene.nodes() {
            let Some(circle) = element(&self.layers.arcs, "circle", &[("class", "timer")]) else { break };
            self.arcs.push(Arc { circle, stands: None, drawn: -1.0, radius: 0.0 });
        }
        while let Some(extra) = self.layers.arcs.children().item(self.arcs.len() as u32) {
            extra.remove();
        }
        for (index, arc) in self.arcs.iter_mut().enumerate() {
            let at = scene.layout.node(index);
            let tone = scene.faces.get(index).map_or(Tone::Calm, |face| face.tone);
            if arc.stands.replace((at, radius, tone)) == Some((at, radius, tone)) {
                continue;
            }
            set(&arc.circle, "class", &format!("timer {}", tone.class()));
            set(&arc.circle, "r", &format!("{radius:.1}"));
            set(&arc.circle, "transform", &format!("translate({at}) rotate(-90)"));
            arc.radius = radius;
            arc.drawn = -1.0;
        }
    }

    /// One frame. Tells whether there is something to move before the next beat.
    pub(crate) fn frame(&mut self, tick: &Tick) -> Need {
        let Some(scene) = self.scene.clone() else { return Need::Beat };
        let now = tick.now;
        if tick.pace > 0.0 {
            self.pace = tick.pace;
        }
        for traveller in self.travellers.values_mut() {
            let course = traveller.course(now, self.jumps);
            if let Some(sprite) = &mut traveller.sprite {
                sprite.follow(course, tick);
            }
        }
        let bursts = self.move_doomed(tick);
        let rings = self.move_rings(now);
        if tick.is_beat {
            self.move_arcs(&scene, now);
            self.choose_labels(&scene, now);
        }
        if self.canvas.is_active() {
            let jumps = self.jumps;
            let places = self
                .travellers
                .values()
                .filter_map(|traveller| Some((traveller.course(now, jumps).place(now)?, &traveller.look)));
            self.canvas.paint(places);
        }
        let moves = bursts || rings || (self.canvas.is_active() && !self.jumps);
        if moves && tick.pace > 0.0 { Need::Frame } else { Need::Beat }
    }

    fn move_arcs(&mut self, scene: &Scene, now: f64) {
        let since = (now - scene.moment.now.0 as f64).max(0.0);
        let since = if self.jumps { 0.0 } else { since };
        for (arc, node) in self.arcs.iter_mut().zip(&scene.moment.nodes) {
            let share = node.timers.first().filter(|_| node.up).map_or(0.0, |timer| {
                let since = if node.paused { 0.0 } else { since };
                ((timer.left.0 as f64 - since) / (timer.full.0 as f64).max(1.0)).clamp(0.0, 1.0)
            });
            let around = std::f64::consts::TAU * arc.radius;
            let length = share * around;
            if (length - arc.drawn).abs() >= ARC_STEP || (length == 0.0 && arc.drawn != 0.0) {
                set(&arc.circle, "stroke-dasharray", &format!("{length:.1} {:.1}", around + 1.0));
                arc.drawn = length;
            }
        }
    }

    /// Tells whether something bursts just now.
    fn move_doomed(&mut self, tick: &Tick) -> bool {
        let fade = self.fade();
        let mut any_bursts = false;
        for doomed in self.doomed.values_mut() {
            let (Doom { leg }, (a, b)) = (doomed.doom, doomed.lane);
            if leg.share(tick.now).is_some() {
                if doomed.sprite.is_none() {
                    doomed.sprite = Sprite::new(&self.layers.packets);
                }
                if let Some(sprite) = &mut doomed.sprite {
                    sprite.wear(&doomed.look);
                    sprite.follow(Course::Travels(leg, doomed.lane), tick);
                }
            } else {
                doomed.sprite = None;
            }
            let Some(burst) = &doomed.burst else { continue };
            match doomed.doom.faded(tick.now, fade) {
                Some(faded) => burst.show(a.toward(b, ease(leg.to)), faded),
                None => burst.hide(),
            }
            any_bursts |= doomed.doom.faded(tick.now, fade).is_some();
        }
        any_bursts
    }

    /// Tells whether a ring goes along with a packet.
    fn move_rings(&mut self, now: f64) -> bool {
        let places = self.lit.map(|name| name.and_then(|name| self.place_of(name, now)));
        for ((ring, at), drawn) in self.rings.iter().zip(places).zip(&mut self.rings_drawn) {
            let Some(ring) = ring else { continue };
            if *drawn == at {
                continue;
            }
            *drawn = at;
            set(ring, "visibility", if at.is_some() { "visible" } else { "hidden" });
            if let Some(at) = at {
                set(ring, "cx", &format!("{:.1}", at.x));
                set(ring, "cy", &format!("{:.1}", at.y));
            }
        }
        places.iter().any(Option::is_some)
    }

    /// Shows the labels that collide with nothing; on a phone only that of the packet pointed at.
    fn choose_labels(&mut self, scene: &Scene, now: f64) {
        let (lit, jumps) = (self.lit, self.jumps);
        let mut taken: Vec<Rect> = scene.layout.spots.iter().filter_map(|spot| Some(spot.shelf?.rect)).collect();
        taken.extend_from_slice(&scene.names);
        let few = self.travellers.len() <= LABELS_MAX && !scene.layout.is_narrow;
        let radius = scene.layout.radius;
        let mut said = BTreeSet::new();
        let travellers = self.travellers.iter_mut();
        let mut order: Vec<(&PacketName, &mut Traveller)> =
            travellers.filter(|(_, traveller)| traveller.sprite.is_some()).collect();
        order.sort_by_key(|(name, traveller)| (!lit.contains(&Some(**name)), traveller.look.tone == Tone::Calm));
        for (name, traveller) in order {
            let at = traveller.course(now, jumps).place(now).filter(|_| few || lit.contains(&Some(*name)));
            let label = &traveller.look.label;
            let free = |rect: &Rect| {
                rect.is_within(&scene.layout.size)
                    && !taken.iter().any(|other| other.overlaps(rect))
                    && !scene.layout.spots.iter().any(|spot| rect.meets_disc(spot.at, radius + 9.0))
            };
            // The same words from the same sender, all at once: saying it once will do. The one that is pointed at is shown
            // anyway, on the side where it covers nothing, if there is one.
            let again = at.is_some() && !said.insert((name.from, label.clone()));
            let side = at.and_then(|at| match lit.contains(&Some(*name)) {
                true => Side::ALL.into_iter().find(|side| free(&side.room(label, at))).or(Some(Side::Below)),
                false => Some(Side::Above).filter(|side| !again && free(&side.room(label, at))),
            });
            let shown = side.zip(at).map(|(side, at)| side.room(label, at));
            if let Some(sprite) = &mut traveller.sprite {
                sprite.show_label(side);
            }
            taken.extend(shown);
        }
    }

    /// Where a packet is at a simulated moment, if it is to be seen.
    pub(crate) fn place_of(&self, name: PacketName, now: f64) -> Option<Point> {
        self.travellers.get(&name)?.course(now, self.jumps).place(now)
    }

    /// The nearest packet within reach at a simulated moment.
    pub(crate) fn hit(&self, at: Point, reach: f64, now: f64) -> Option<PacketName> {
        let places = self.travellers.iter();
        let places = places.filter_map(|(name, it)| Some((it.course(now, self.jumps).place(now)?.distance(at), *name)));
        places.filter(|(distance, _)| *distance <= reach).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
    }
}

impl Look {
    /// Whether it is still the look of this packet: after a jump to another branch a name may stand for another message.
    fn label_of(&self, view: &PacketView) -> bool {
        self.label == view.label
    }
}

fn look_of(view: &PacketView, face: MessageFace, lane: (Point, Point), doomed: bool) -> Look {
    Look {
        tone: face.tone,
        shape: face.shape,
        label: view.label.clone(),
        doomed,
        held: view.held,
        degrees: lane.0.degrees_to(lane.1).round() as i32,
    }
}

fn unknown_look(lane: (Point, Point)) -> Look {
    Look {
        tone: Tone::Fault,
        shape: Shape::Triangle,
        label: String::new(),
        doomed: true,
        held: false,
        degrees: lane.0.degrees_to(lane.1).round() as i32,
    }
}

/// Requests and responses of clients look alike in every protocol.
fn client_face(kind: PacketKind) -> MessageFace {
    let shape = match kind {
        PacketKind::Message | PacketKind::Request => Shape::Triangle,
        PacketKind::Response => Shape::Disc,
    };
    MessageFace { shape, ..MessageFace::default() }
}

/// The end of a lost packet, as a reader can follow it: one that the world took in the moment of its sending still flies some way.
fn doom_of(loss: &Loss, share: Option<f64>, half_way: f64) -> Doom {
    let at = loss.at.0 as f64;
    let (from, to, end) = match (loss.reason, share) {
        (LossReason::Network, None) => (0.0, 0.45, at + half_way * 0.9),
        (LossReason::Cut, None) if loss.at_once => (0.0, 0.5, at + half_way),
        (LossReason::Down, _) => (1.0, 1.0, at),
        (LossReason::Network | LossReason::Cut | LossReason::Dropped, share) => {
            let share = share.unwrap_or(0.5);
            (share, share, at)
        }
    };
    Doom { leg: Leg { from, to, begin: at, end } }
}
