//! The diagram between two renderings: what it shows, what it has read, and what is painted of it.
//!
//! While the window follows the present, the painted film need not be painted again with every frame: it reaches [`AHEAD`] beyond the
//! right edge, and the browser lets it glide until something happens that it does not show.

use faultlab_core::ClientId;
use faultlab_sim::FactId;
use faultlab_words::page::space_time_words;
use web_sys::{Element, HtmlCanvasElement};

use crate::run::glide::Glide;
use crate::run::player::{Player, Selection};
use crate::run::time::Tick;

use super::density::{Density, stretches};
use super::history::{History, long_flight, steps_between};
use super::hit::{Hit, Place};
use super::items::Flight;
use super::lanes::Lanes;
use super::operations::Operations;
use super::paint::{Content, Scene};
use super::pen::{Inks, Pen};
use super::window::{AHEAD, Window};

/// More steps than this in sight become a density band.
const STEPS_SHOWN: usize = 1_600;
/// Pixels of one column of the band.
const COLUMN: f64 = 3.0;
/// A film that would have glided away sooner than this, in milliseconds, is painted anew instead.
const GLIDE_LEAST: f64 = 250.0;
/// How near the pointer must be to an operation, in pixels.
const REACH_OPERATION: f64 = 6.0;
/// The least and the most room for names.
const GUTTER: (f64, f64) = (34.0, 96.0);

/// Where the diagram is painted.
pub(super) struct Canvases {
    /// What moves along with time, [`AHEAD`] wider than what is seen of it.
    pub(super) film: HtmlCanvasElement,
    /// What stands before it.
    pub(super) front: HtmlCanvasElement,
    pub(super) swatches: Element,
    /// The width of the front on the page, in pixels.
    pub(super) width: f64,
}

/// What both canvases are painted from.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Look {
    lanes: Lanes,
    gutter: f64,
    /// The front's pixels of the screen from left to right.
    pixels: u32,
    pointed: Selection,
    chosen: Selection,
    /// How often what is shown of the operations has changed.
    operations: u64,
}

/// A painted film: good for as long as this is the same and the window has not moved too far.
struct Film {
    look: Look,
    revision: u64,
    scale: f64,
    /// Where the window began.
    begin: f64,
    glide: Option<Glide>,
}

/// A painted front.
#[derive(PartialEq, Debug)]
struct Front {
    look: Look,
    names: Vec<String>,
    now_x: f64,
}

/// The diagram's own state.
#[derive(Default)]
pub(super) struct Diagram {
    pub(super) window: Window,
    pub(super) lanes: Lanes,
    pub(super) operations: Operations,
    gutter: f64,
    names: Vec<String>,
    history: History,
    density: Option<Density>,
    long: Vec<Flight>,
    inks: Option<Inks>,
    seen: Option<u64>,
    film: Option<Film>,
    front: Option<Front>,
}

impl Diagram {
    /// Colours have changed, or are not known yet.
    pub(super) fn forget_inks(&mut self) {
        self.inks = None;
        self.forget_pictures();
    }

    /// What has been painted is gone or no longer good.
    pub(super) fn forget_pictures(&mut self) {
        (self.film, self.front) = (None, None);
    }

    /// Where the picture is, from the left edge of the canvas.
    pub(super) fn x_of(&self, micros: f64) -> f64 {
        self.gutter + self.window.x(micros)
    }

    pub(super) fn time_at(&self, x: f64) -> f64 {
        self.window.time(x - self.gutter).max(0.0)
    }

    pub(super) fn in_plot(&self, x: f64) -> bool {
        x >= self.gutter
    }

    pub(super) fn zoom_at(&mut self, factor: f64, x: f64) {
        self.window.zoom(factor, x - self.gutter);
    }

    pub(super) fn is_dense(&self) -> bool {
        self.density.is_some()
    }

    /// Takes note of what has changed in the run.
    fn look(&mut self, player: &Player) {
        let revision = player.run_revision();
        if self.seen == Some(revision) {
            return;
        }
        self.seen = Some(revision);
        self.history.check(player);
        let moment = player.moment();
        self.lanes.nodes = moment.nodes.len();
        self.lanes.clients = moment.clients.len();
    }

    fn names(&self, player: &Player) -> Vec<String> {
        let moment = player.moment();
        let words = space_time_words(player.lang());
        let clients = self.lanes.count() - self.lanes.nodes;
        let client = |number: usize| match (clients, self.lanes.open) {
            (_, false) => words.clients.to_owned(),
            (_, true) => ClientId(number as u8).to_string(),
        };
        moment.nodes.iter().map(|node| node.name.clone()).chain((0..clients).map(client)).collect()
    }

    /// Reads what is in sight.
    fn read(&mut self, player: &Player) {
        let end = self.window.time(self.window.width + AHEAD);
        let (range, first_at) = {
            let lab = player.lab();
            let network = player.moment().network;
            let margin = (network.latency_max.0 * 3 + 20_000) as f64;
            let visible = steps_between(&*lab, self.window.begin, end);
            if visible.len() > STEPS_SHOWN {
                self.density = Some(Density::of(&stretches(&*lab, visible), &self.window, COLUMN));
                return;
            }
            let range = steps_between(&*lab, self.window.begin - margin, end);
            let first = lab.step_at(range.start).map_or(0.0, |step| step.at.0 as f64);
            (range, first)
        };
        self.density = None;
        self.long.clear();
        self.history.read(player, range);
        let moment = player.moment();
        self.long.extend(moment.packets.iter().filter(|packet| (packet.sent.0 as f64) < first_at).map(long_flight));
    }

    /// Draws the moment, as far as it is not drawn yet. The run is read as far as it is new.
    pub(super) fn draw(&mut self, player: &Player, canvases: &Canvases, tick: &Tick) {
        let Some(inks) = self.inks.clone().or_else(|| Inks::read(&canvases.swatches)) else { return };
        self.inks = Some(inks.clone());
        self.look(player);
        let Some(front) = Pen::new(&canvases.front, canvases.width, self.lanes.height()) else { return };
        let names = self.names(player);
        if self.front.is_none() || names != self.names {
            front.font(&inks, 12.0);
            let widest = names.iter().map(|name| front.text_width(name)).fold(0.0, f64::max);
            self.gutter = (widest + 14.0).min(GUTTER.1.min(front.width * 0.28)).max(GUTTER.0);
            self.names = names;
        }
        self.window.resize(front.width - self.gutter);
        self.window.follow(tick.now);
        let look = Look {
            lanes: self.lanes,
            gutter: self.gutter,
            pixels: front.pixels,
            pointed: player.hovered(),
            chosen: player.selection(),
            operations: self.operations.changes(),
        };
        if !self.film_serves(player, &look, tick) {
            self.paint_film(player, canvases, look, tick, &inks);
        }
        if let Some(glide) = self.film.as_mut().and_then(|film| film.glide.as_mut()) {
            glide.follow(tick);
        }
        let painted = Front { look, names: self.names.clone(), now_x: self.x_of(tick.now).round() };
        if self.front.as_ref() != Some(&painted) {
            self.scene(player, tick, &inks).paint_front(&front);
            self.front = Some(painted);
        }
    }

    fn paint_film(&mut self, player: &Player, canvases: &Canvases, look: Look, tick: &Tick, inks: &Inks) {
        // The glide ends here: what is painted now is where it belongs.
        self.film = None;
        self.read(player);
        self.history.read_standing(player);
        let Some(pen) = Pen::new(&canvases.film, canvases.width + AHEAD, self.lanes.height()) else { return };
        self.scene(player, tick, inks).paint_film(&pen);
        self.film = Some(Film {
            look,
            revision: player.run_revision(),
            scale: self.window.scale,
            begin: self.window.begin,
            glide: self.glide(&canvases.film, tick),
        });
    }

    /// Whether the film shows all there is, and glides or stands where the window is.
    fn film_serves(&self, player: &Player, look: &Look, tick: &Tick) -> bool {
        let Some(film) = &self.film else { return false };
        let shift = (self.window.begin - film.begin) * self.window.scale;
        let in_place = match &film.glide {
            Some(_) => tick.pace > 0.0 && (0.0..AHEAD * 0.9).contains(&shift),
            None => shift.abs() < 0.05,
        };
        let same = film.look == *look && film.revision == player.run_revision() && film.scale == self.window.scale;
        in_place && same && !self.history.standing().any_lasts()
    }

    /// Lets the film go along with time, if the window does.
    fn glide(&self, film: &HtmlCanvasElement, tick: &Tick) -> Option<Glide> {
        let slow_enough = tick.pace > 0.0 && AHEAD / (self.window.scale * tick.pace) > GLIDE_LEAST;
        if !slow_enough || !self.window.is_carried() {
            return None;
        }
        let way = [0.0, -AHEAD].map(|x| format!("translateX({x}px)")).into_iter();
        Glide::new(film, way, (tick.now, tick.now + AHEAD / self.window.scale))
    }

    fn scene<'a>(&'a self, player: &Player, tick: &Tick, inks: &'a Inks) -> Scene<'a> {
        Scene {
            window: &self.window,
            lanes: self.lanes,
            names: &self.names,
            gutter: self.gutter,
            standing: self.history.standing(),
            content: match &self.density {
                Some(density) => Content::Density(density),
                None => Content::Items { collected: self.history.collected(), long: &self.long },
            },
            now: tick.now,
            end: player.lab().last_step().map_or(0.0, |step| step.at.0 as f64),
            pointed: player.hovered(),
            chosen: player.selection(),
            operations: &self.operations,
            inks,
        }
    }

    pub(super) fn hit(&self, x: f64, y: f64) -> Option<Hit> {
        if let Some(row) = self.lanes.row_at(y).filter(|_| x >= self.gutter) {
            let reach = REACH_OPERATION / self.window.scale;
            return self.operations.hit(row, self.window.time(x - self.gutter), reach).map(Hit::Operation);
        }
        let place = Place { window: &self.window, lanes: self.lanes, gutter: self.gutter };
        let collected = self.density.is_none().then(|| self.history.collected());
        place.hit(collected, &self.long, x, y)
    }

    /// The sentence of a fact, if the diagram has read it.
    pub(super) fn sentence(&self, fact: FactId) -> Option<String> {
        let line = self.history.line(fact)?;
        Some(format!("{} · {}{}", line.at, line.sentence.head, line.sentence.rest))
    }

    /// What pointing at a thing lights up elsewhere.
    pub(super) fn selection_of(hit: Option<Hit>) -> Selection {
        match hit {
            Some(Hit::Dot { fact, .. }) => Selection::Fact(fact),
            Some(Hit::Flight { packet, .. }) => Selection::Packet(packet),
            Some(Hit::Name(node)) => Selection::Node(node),
            Some(Hit::Operation(_)) | None => Selection::None,
        }
    }
}
