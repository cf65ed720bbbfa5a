//! One moment of the run as the stage draws it: places, faces, lanes.

use std::collections::BTreeSet;
use std::rc::Rc;

use faultlab_core::{ClientId, Endpoint, NodeId};
use faultlab_registry::Moment;
use faultlab_words::Lang;
use faultlab_words::page::{StageWords, stage_words};

use super::geometry::{Point, Rect};
use super::layout::{Arrangement, Detail, Layout, Wants};
use super::nodes::stands_over;
use crate::run::islands::{cuts_between_nodes, islands};
use crate::run::player::Player;
use crate::views::{self, NodeFace, View};

/// Up to so many nodes every link is drawn; beyond, only what is cut.
const LINKS_DRAWN: usize = 12;
/// Boxes are given room before the first record comes, so that nothing moves when it does.
const CELLS_ROOM: usize = 5;
const CELLS_ROOM_NARROW: usize = 4;
/// How far the two directions of a link keep to their right, so that messages do not meet head-on.
const LANE: f64 = 4.0;

/// Everything the stage draws, at one revision.
pub(crate) struct Scene {
    pub(crate) lang: Lang,
    pub(crate) words: &'static StageWords,
    pub(crate) view: &'static View,
    pub(crate) moment: Rc<Moment>,
    pub(crate) layout: Rc<Layout>,
    pub(crate) faces: Rc<Vec<Rc<NodeFace>>>,
    /// Cuts between nodes.
    pub(crate) cuts: BTreeSet<(usize, usize)>,
    pub(crate) islands: Vec<Vec<usize>>,
    /// Where names stand over their nodes.
    pub(crate) names: Vec<Rect>,
    /// The island of each node, by its place in `islands`; empty if nothing is cut.
    island_of: Vec<usize>,
}

/// A scene, equal only to itself.
#[derive(Clone)]
pub(crate) struct SceneRef(pub(crate) Rc<Scene>);

impl PartialEq for SceneRef {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// What the layout depends on, besides the size.
pub(crate) fn wants(moment: &Moment, view: &View, (width, height): (f64, f64)) -> Wants {
    let has_disk = moment.nodes.iter().any(|node| !node.areas.is_empty());
    let room = if width < super::layout::NARROW { CELLS_ROOM_NARROW } else { CELLS_ROOM };
    Wants {
        width,
        height,
        nodes: moment.nodes.len(),
        clients: moment.clients.len(),
        arrangement: match view.layout {
            views::Layout::Star => Arrangement::Star,
            views::Layout::Circle | views::Layout::Ring => Arrangement::Circle,
        },
        cells: if has_disk { room } else { 0 },
        letters: 3,
        tally: has_disk,
    }
}

impl Scene {
    pub(crate) fn new(player: &Player, layout: Rc<Layout>, view: &'static View) -> Self {
        let moment = player.moment();
        let lang = player.lang();
        let faces = views::faces(player);
        let cuts = cuts_between_nodes(&moment);
        let islands = if cuts.is_empty() { Vec::new() } else { islands(moment.nodes.len(), &cuts) };
        let mut island_of = vec![0; if islands.is_empty() { 0 } else { moment.nodes.len() }];
        for (place, island) in islands.iter().enumerate() {
            for node in island {
                island_of[*node] = place;
            }
        }
        let words = stage_words(lang);
        let names = outside_names(&moment, &layout);
        Self { lang, words, view, layout, faces, cuts, islands, names, island_of, moment: Rc::clone(&moment) }
    }

    pub(crate) fn nodes(&self) -> usize {
        self.moment.nodes.len()
    }

    /// The places and radii of the parties.
    pub(crate) fn place(&self, party: Endpoint) -> Option<(Point, f64)> {
        match party {
            Endpoint::Node(node) => Some((self.layout.spots.get(node.index())?.at, self.layout.radius)),
            Endpoint::Client(client) => Some((*self.layout.clients.get(client.index())?, self.layout.client_radius)),
        }
    }

    /// The way a packet takes: from edge to edge, a little to the right.
    pub(crate) fn lane(&self, from: Endpoint, to: Endpoint) -> Option<(Point, Point)> {
        let ((a, a_radius), (b, b_radius)) = (self.place(from)?, self.place(to)?);
        let length = a.distance(b).max(1.0);
        let (dx, dy) = (-(b.y - a.y) / length * LANE, (b.x - a.x) / length * LANE);
        Some((a.step(b, a_radius + 4.0).moved(dx, dy), b.step(a, b_radius + 6.0).moved(dx, dy)))
    }

    pub(crate) fn name(&self, party: Endpoint) -> String {
        match party {
            Endpoint::Node(node) => self.node_name(node).to_owned(),
            Endpoint::Client(client) => self.client_name(client),
        }
    }

    pub(crate) fn node_name(&self, node: NodeId) -> &str {
        self.moment.nodes.get(node.index()).map_or("", |view| view.name.as_str())
    }

    pub(crate) fn client_name(&self, client: ClientId) -> String {
        if client == ClientId::OPERATOR {
            self.words.client.operator.to_owned()
        } else {
            (self.words.client.name)(client.0)
        }
    }

    pub(crate) fn is_down(&self, party: Endpoint) -> bool {
        match party {
            Endpoint::Node(node) => self.moment.nodes.get(node.index()).is_some_and(|view| !view.up),
            Endpoint::Client(_) => false,
        }
    }

    pub(crate) fn is_cut(&self, from: Endpoint, to: Endpoint) -> bool {
        self.moment.cuts.contains(&(from, to))
    }

    /// The island a node is on, if the cluster is parted.
    pub(crate) fn island_of(&self, node: usize) -> Option<usize> {
        if self.islands.len() < 2 { None } else { self.island_of.get(node).copied() }
    }

    /// Whether two nodes are on different islands.
    pub(crate) fn are_parted(&self, a: usize, b: usize) -> bool {
        self.island_of(a) != self.island_of(b)
    }

    pub(crate) fn draws_all_links(&self) -> bool {
        self.nodes() <= LINKS_DRAWN
    }

    /// Whether a client is to be seen: the operator shows only while it asks for something.
    pub(crate) fn shows_client(&self, client: ClientId) -> bool {
        let busy = || self.moment.clients.get(client.index()).is_some_and(|view| view.waiting.is_some());
        (client != ClientId::OPERATOR && client.0 <= self.moment.load.clients) || busy()
    }

    /// The rectangle that a bar at this party must not cover.
    pub(crate) fn reach(&self, party: Endpoint) -> Option<Rect> {
        let (at, radius) = self.place(party)?;
        let reach = radius + 10.0;
        Some(Rect::new(at.x - reach, at.y - reach, 2.0 * reach, 2.0 * reach))
    }
}

/// The room of the names that stand over their nodes, a little too much rather than measured.
fn outside_names(moment: &Moment, layout: &Layout) -> Vec<Rect> {
    if layout.detail == Detail::Sign {
        return Vec::new();
    }
    let named = moment.nodes.iter().zip(&layout.spots).filter(|(node, _)| stands_over(&node.name, layout));
    let room = named.map(|(node, spot)| {
        let wide: f64 = node.name.chars().map(|letter| if letter.is_ascii() { 7.5 } else { 12.0 }).sum();
        Rect::new(spot.at.x - wide / 2.0, spot.at.y - layout.radius - 23.0, wide, 16.0)
    });
    room.collect()
}
