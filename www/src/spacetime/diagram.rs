//! The diagram between two renderings: what it shows, what it has read, and its canvas.

use faultlab_core::ClientId;
use faultlab_sim::FactId;
use faultlab_words::page::view_words;
use web_sys::{Element, HtmlCanvasElement};

use crate::app::player::{Player, Selection};

use super::density::Density;
use super::history::{History, long_flight, steps_between};
use super::hit::{Hit, Place};
use super::items::Flight;
use super::lanes::Lanes;
use super::paint::{Content, Scene};
use super::pen::{Inks, Pen};
use super::window::Window;

/// More steps than this in sight become a density band.
const STEPS_SHOWN: usize = 1_600;
/// Pixels of one column of the band.
const COLUMN: f64 = 3.0;
/// The least and the most room for names.
const GUTTER: (f64, f64) = (34.0, 96.0);

/// The diagram's own state.
#[derive(Debug, Default)]
pub(super) struct Diagram {
    pub(super) window: Window,
    pub(super) lanes: Lanes,
    gutter: f64,
    names: Vec<String>,
    history: History,
    density: Option<Density>,
    long: Vec<Flight>,
    inks: Option<Inks>,
    seen: Option<u64>,
}

impl Diagram {
    /// Colours have changed, or are not known yet.
    pub(super) fn forget_inks(&mut self) {
        self.inks = None;
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
        let words = view_words(player.lang());
        let clients = self.lanes.count() - self.lanes.nodes;
        let client = |number: usize| match (clients, self.lanes.open) {
            (_, false) => words.space_time.clients.to_owned(),
            (_, true) => ClientId(number as u8).to_string(),
        };
        moment.nodes.iter().map(|node| node.name.clone()).chain((0..clients).map(client)).collect()
    }

    /// Reads what is in sight.
    fn read(&mut self, player: &Player) {
        let end = self.window.end();
        let (range, first_at) = {
            let lab = player.lab();
            let network = player.moment().network;
            let margin = (network.latency_max.0 * 3 + 20_000) as f64;
            let visible = steps_between(lab.steps(), self.window.begin, end);
            if visible.len() > STEPS_SHOWN {
                self.density = Some(Density::of(lab.steps(), visible, &self.window, COLUMN));
                return;
            }
            let range = steps_between(lab.steps(), self.window.begin - margin, end);
            let first = lab.steps().get(range.start).map_or(0.0, |step| step.at.0 as f64);
            (range, first)
        };
        self.density = None;
        self.long.clear();
        self.history.read(player, range);
        let moment = player.moment();
        self.long.extend(moment.packets.iter().filter(|packet| (packet.sent.0 as f64) < first_at).map(long_flight));
    }

    /// Draws the moment. The run is read as far as it is new.
    pub(super) fn draw(&mut self, player: &Player, canvas: &HtmlCanvasElement, width: f64, swatches: &Element) {
        self.look(player);
        if self.inks.is_none() {
            self.inks = Inks::read(swatches);
        }
        let Some(inks) = self.inks.clone() else { return };
        self.names = self.names(player);
        let Some(pen) = Pen::new(canvas, width, self.lanes.height()) else { return };
        pen.font(&inks, 12.0);
        let widest = self.names.iter().map(|name| pen.text_width(name)).fold(0.0, f64::max);
        self.gutter = (widest + 14.0).min(GUTTER.1.min(pen.width * 0.28)).max(GUTTER.0);
        self.window.resize(pen.width - self.gutter);
        self.window.follow(player.clock());
        self.read(player);
        self.history.read_standing(player);
        let end = player.lab().steps().last().map_or(0.0, |step| step.at.0 as f64);
        let scene = Scene {
            window: &self.window,
            lanes: self.lanes,
            names: &self.names,
            gutter: self.gutter,
            standing: self.history.standing(),
            content: match &self.density {
                Some(density) => Content::Density(density),
                None => Content::Items { collected: self.history.collected(), long: &self.long },
            },
            now: player.clock(),
            end,
            pointed: player.hovered(),
            chosen: player.selection(),
            inks: &inks,
        };
        scene.paint(&pen);
    }

    pub(super) fn hit(&self, x: f64, y: f64) -> Option<Hit> {
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
            None => Selection::None,
        }
    }
}
