//! All that moves on the stage: packets, bursts, running timers. It is touched once a frame, outside the virtual DOM.
//!
//! Up to some hundred packets are SVG elements; more are painted on a canvas over the drawing.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use faultlab_core::{Endpoint, Time};
use faultlab_registry::{PacketKind, PacketView};
use faultlab_sim::{LossReason, PacketName};
use web_sys::{Element, HtmlCanvasElement};

use super::canvas::Canvas;
use super::geometry::{Point, Rect, ease};
use super::losses::{Found, Loss, Watch};
use super::motion::{Doom, Flight, Known, Phase};
use super::scene::Scene;
use super::sprite::{Burst, Look, Sprite, element, set};
use crate::app::player::{Player, Selection};
use crate::views::{MessageFace, Shape, Tone};

/// More packets than this are painted on the canvas.
const SPRITES_MAX: usize = 300;
/// How near a pointer must come to a packet, and a finger.
pub(crate) const MOUSE_REACH: f64 = 14.0;
pub(crate) const FINGER_REACH: f64 = 22.0;
/// How long a burst is seen, in milliseconds.
const BURST_SEEN: f64 = 500.0;
/// The most bursts at a time.
const DOOMED_MAX: usize = 60;
/// The most labels at a time, and how many frames they stay as they are.
const LABELS_MAX: usize = 10;
const LABEL_FRAMES: u32 = 3;
/// Less than this, in pixels, cannot be seen of a timer, and every change costs a repaint.
const ARC_STEP: f64 = 1.5;
/// Between two packets that wait at a paused node.
const QUEUE_GAP: f64 = 15.0;

/// The layers that the virtual DOM made and leaves alone.
pub(crate) struct Layers {
    pub(crate) arcs: Element,
    pub(crate) trails: Element,
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
    at: Point,
    seen: bool,
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
    /// What is written into the element.
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
    arcs: Vec<Arc>,
    /// Around the packet that is chosen and the one pointed at, and where they are drawn.
    rings: [Option<Element>; 2],
    rings_drawn: [Option<Point>; 2],
    watch: Watch,
    lit: [Option<PacketName>; 2],
    /// Simulated microseconds in a millisecond of the clock on the wall.
    pace: f64,
    last: Option<(f64, f64)>,
    frames: u32,
    jumps: bool,
}

impl Moving {
    pub(crate) fn new(layers: Layers, jumps: bool) -> Self {
        let ring =
            |class| element(&layers.packets, "circle", &[("class", class), ("r", "14"), ("visibility", "hidden")]);
        Self {
            rings: [ring("packet-ring is-chosen"), ring("packet-ring")],
            canvas: Canvas::new(layers.canvas.clone()),
            layers,
            rings_drawn: [None; 2],
            scene: None,
            travellers: BTreeMap::new(),
            doomed: BTreeMap::new(),
            arcs: Vec::new(),
            watch: Watch::default(),
            lit: [None; 2],
            pace: 25.0,
            last: None,
            frames: 0,
            jumps,
        }
    }

    /// The run or the stage has changed.
    pub(crate) fn set(&mut self, scene: Rc<Scene>, player: &Player) {
        let now = player.clock();
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
        let mut before = std::mem::take(&mut self.travellers);
        let mut queues: BTreeMap<Endpoint, usize> = BTreeMap::new();
        for view in &scene.moment.packets {
            let Some(lane) = scene.lane(view.name.from, view.name.to) else { continue };
            let known =
                Known { sent: view.sent.0 as f64, due: view.due.0 as f64, held: view.held, waiting: view.waiting };
            let queue = if view.waiting { queues.entry(view.name.to).or_default() } else { &mut 0 };
            let mut traveller = match before.remove(&view.name) {
                Some(mut same) if same.sent == view.sent && same.look.label_of(view) => {
                    same.flight.update(known, now);
                    same.look.doomed = scene.is_down(view.name.to) && !view.held;
                    same.look.held = view.held;
                    same
                }
                _ => {
                    let message = lab.message(view.name);
                    let face = message
                        .map_or_else(|| client_face(view.kind), |message| (scene.view.message)(message, scene.lang));
                    let look = look_of(view, face, lane, scene.is_down(view.name.to) && !view.held);
                    let flight = Flight::new(known, now);
                    Traveller { flight, sprite: None, look, sent: view.sent, lane, queue: 0, at: lane.0, seen: false }
                }
            };
            traveller.lane = lane;
            traveller.look.degrees = lane.0.degrees_to(lane.1).round() as i32;
            traveller.queue = *queue;
            *queue += 1;
            if paints {
                traveller.sprite = None;
            } else if traveller.sprite.is_none() {
                traveller.sprite = Sprite::new(&self.layers.packets, &self.layers.trails);
            }
            if let Some(sprite) = &mut traveller.sprite {
                sprite.wear(&traveller.look);
            }
            self.travellers.insert(view.name, traveller);
        }
        drop(lab);
        self.canvas.set_active(paints, scene.layout.size);
        self.set_arcs(&scene);
        self.scene = Some(scene);
        self.frames = 0;
        self.frame(now);
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
                LossReason::Down => scene.words.packet.lost_down,
            };
            let burst = Burst::new(&self.layers.packets, reason);
            self.doomed.insert(packet, Doomed { doom, lane, look, sprite: None, burst });
        }
        let fade = self.fade();
        self.doomed.retain(|_, doomed| now >= doomed.doom.start && now <= doomed.doom.burst + fade);
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
            self.arcs.push(Arc { circle, drawn: -1.0, radius: 0.0 });
        }
        while let Some(extra) = self.layers.arcs.children().item(self.arcs.len() as u32) {
            extra.remove();
        }
        for (index, arc) in self.arcs.iter_mut().enumerate() {
            let at = scene.layout.node(index);
            let tone = scene.faces.get(index).map_or(Tone::Calm, |face| face.tone);
            set(&arc.circle, "class", &format!("timer {}", tone.class()));
            set(&arc.circle, "r", &format!("{radius:.1}"));
            set(&arc.circle, "transform", &format!("translate({:.1} {:.1}) rotate(-90)", at.x, at.y));
            arc.radius = radius;
            arc.drawn = -1.0;
        }
    }

    /// One frame at a simulated moment.
    pub(crate) fn frame(&mut self, now: f64) {
        let Some(scene) = self.scene.clone() else { return };
        self.measure_pace(now);
        self.move_arcs(&scene, now);
        self.move_travellers(now);
        self.move_doomed(now);
        self.move_rings();
        if self.frames.is_multiple_of(LABEL_FRAMES) {
            self.choose_labels(&scene);
        }
        self.frames = self.frames.wrapping_add(1);
        if self.canvas.is_active() {
            let seen = self.travellers.values().filter(|traveller| traveller.seen);
            self.canvas.paint(seen.map(|traveller| (traveller.at, &traveller.look)));
        }
    }

    fn measure_pace(&mut self, now: f64) {
        let Some(wall) = web_sys::window().and_then(|window| window.performance()).map(|clock| clock.now()) else {
            return;
        };
        if let Some((last_wall, last_now)) = self.last.replace((wall, now)) {
            let (passed, went) = (wall - last_wall, now - last_now);
            if (4.0..100.0).contains(&passed) && went > 0.0 && went / passed < 5_000.0 {
                self.pace = self.pace * 0.9 + went / passed * 0.1;
            }
        }
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

    fn move_travellers(&mut self, now: f64) {
        let jumps = self.jumps;
        for traveller in self.travellers.values_mut() {
            let (a, b) = traveller.lane;
            traveller.seen = !traveller.flight.is_over(now);
            traveller.at = if traveller.flight.is_waiting() {
                b.step(a, QUEUE_GAP * traveller.queue as f64)
            } else if jumps {
                a.toward(b, 0.5)
            } else {
                a.toward(b, ease(traveller.flight.share(now)))
            };
            if let Some(sprite) = &mut traveller.sprite {
                if traveller.seen {
                    sprite.stand(a, traveller.at);
                } else {
                    sprite.hide();
                }
            }
        }
    }

    fn move_doomed(&mut self, now: f64) {
        let fade = self.fade();
        for doomed in self.doomed.values_mut() {
            let (a, b) = doomed.lane;
            match doomed.doom.phase(now, fade) {
                Phase::Unseen => {
                    doomed.sprite = None;
                    if let Some(burst) = &doomed.burst {
                        burst.hide();
                    }
                }
                Phase::Flying { share } => {
                    if doomed.sprite.is_none() {
                        doomed.sprite = Sprite::new(&self.layers.packets, &self.layers.trails);
                    }
                    if let Some(sprite) = &mut doomed.sprite {
                        sprite.wear(&doomed.look);
                        sprite.stand(a, a.toward(b, ease(share)));
                    }
                }
                Phase::Bursting { share, faded } => {
                    doomed.sprite = None;
                    if let Some(burst) = &doomed.burst {
                        burst.show(a.toward(b, ease(share)), faded);
                    }
                }
            }
        }
    }

    fn move_rings(&mut self) {
        for ((ring, name), drawn) in self.rings.iter().zip(self.lit).zip(&mut self.rings_drawn) {
            let Some(ring) = ring else { continue };
            let traveller = name.and_then(|name| self.travellers.get(&name)).filter(|traveller| traveller.seen);
            let at = traveller.map(|traveller| traveller.at);
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
    }

    /// Shows the labels that collide with nothing; on a phone only that of the packet pointed at.
    fn choose_labels(&mut self, scene: &Scene) {
        let lit = self.lit;
        let mut taken: Vec<Rect> = scene.layout.spots.iter().filter_map(|spot| Some(spot.shelf?.rect)).collect();
        let few = self.travellers.len() <= LABELS_MAX && !scene.layout.is_narrow;
        let radius = scene.layout.radius;
        let mut said = BTreeSet::new();
        let mut order: Vec<(&PacketName, &mut Traveller)> = self.travellers.iter_mut().collect();
        order.sort_by_key(|(name, traveller)| (!lit.contains(&Some(**name)), traveller.look.tone == Tone::Calm));
        for (name, traveller) in order {
            let is_lit = lit.contains(&Some(*name));
            let rect = label_rect(&traveller.look.label, traveller.at);
            // The same words from the same sender, all at once: saying it once will do.
            let again = !said.insert((name.from, traveller.look.label.clone()));
            let free = rect.is_within(&scene.layout.size)
                && !taken.iter().any(|other| other.overlaps(&rect))
                && !scene.layout.spots.iter().any(|spot| rect.meets_disc(spot.at, radius + 9.0));
            let shows = is_lit || (few && free && !again && traveller.seen);
            if let Some(sprite) = &mut traveller.sprite {
                sprite.show_label(shows);
            }
            if shows {
                taken.push(rect);
            }
        }
    }

    /// Where a packet is now.
    pub(crate) fn place_of(&self, name: PacketName) -> Option<Point> {
        self.travellers.get(&name).filter(|traveller| traveller.seen).map(|traveller| traveller.at)
    }

    /// The nearest packet within reach.
    pub(crate) fn hit(&self, at: Point, reach: f64) -> Option<PacketName> {
        let near = self.travellers.iter().filter(|(_, traveller)| traveller.seen);
        let near = near.map(|(name, traveller)| (traveller.at.distance(at), *name));
        near.filter(|(distance, _)| *distance <= reach).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
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
    match (loss.reason, share) {
        (LossReason::Network, None) => Doom { from: 0.0, until: 0.45, start: at, burst: at + half_way * 0.9 },
        (LossReason::Cut, None) if loss.at_once => Doom { from: 0.0, until: 0.5, start: at, burst: at + half_way },
        (LossReason::Down, _) => Doom { from: 1.0, until: 1.0, start: at, burst: at },
        (LossReason::Network | LossReason::Cut | LossReason::Dropped, share) => {
            let share = share.unwrap_or(0.5);
            Doom { from: share, until: share, start: at, burst: at }
        }
    }
}

/// The room a label takes above its packet. Text is not measured: a little too much room is better than a reflow.
fn label_rect(label: &str, at: Point) -> Rect {
    let width: f64 = label.chars().map(|letter| if letter.is_ascii() { 6.4 } else { 12.0 }).sum();
    Rect::new(at.x - width / 2.0 - 2.0, at.y - 26.0, width + 4.0, 15.0)
}
