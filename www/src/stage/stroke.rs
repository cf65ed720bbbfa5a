//! A line that a pointer draws over the stage: a cut across links, or a node carried to another island.

use faultlab_core::{Endpoint, NodeId};

use super::acts;
use super::geometry::{Point, segments_cross};
use super::scene::Scene;
use crate::run::islands::cross_over;

/// A hand trembles: shorter lines are clicks.
const LEAST: f64 = 8.0;
/// Points nearer to each other than this add nothing.
const GRAIN: f64 = 3.0;

pub(crate) struct Stroke {
    points: Vec<Point>,
    carried: Option<NodeId>,
    drawn: bool,
}

impl Stroke {
    pub(crate) fn knife(at: Point) -> Self {
        Self { points: vec![at], carried: None, drawn: false }
    }

    pub(crate) fn carry(node: NodeId, at: Point) -> Self {
        Self { points: vec![at], carried: Some(node), drawn: false }
    }

    /// Goes on to a point. True when the line has just become more than a click.
    pub(crate) fn extend(&mut self, at: Point) -> bool {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else { return false };
        if last.distance(at) < GRAIN {
            return false;
        }
        let began = !self.drawn && first.distance(at) >= LEAST;
        self.drawn |= began;
        self.points.push(at);
        began
    }

    pub(crate) fn is_drawn(&self) -> bool {
        self.drawn
    }

    /// What is drawn of it while it goes on.
    pub(crate) fn path(&self, scene: &Scene) -> String {
        if !self.drawn {
            return String::new();
        }
        let mut path = String::new();
        let carried = self.carried.map(|node| scene.layout.node(node.index()));
        let line = carried.into_iter().chain(self.points.iter().copied().skip(if carried.is_some() {
            self.points.len() - 1
        } else {
            0
        }));
        for (index, point) in line.enumerate() {
            path.push_str(&format!("{}{point}", if index == 0 { 'M' } else { 'L' }));
        }
        path
    }

    /// What it does, as scenario text.
    pub(crate) fn act(&self, scene: &Scene) -> Option<String> {
        match self.carried {
            None => self.cut(scene),
            Some(node) => self.carry_over(node, scene),
        }
    }

    fn cut(&self, scene: &Scene) -> Option<String> {
        let mut crossed = Vec::new();
        for a in 0..scene.nodes() {
            for b in a + 1..scene.nodes() {
                let (from, to) = (scene.layout.node(a), scene.layout.node(b));
                if self.points.windows(2).any(|piece| segments_cross(piece[0], piece[1], from, to)) {
                    let [a, b] = [a, b].map(|index| Endpoint::Node(NodeId(index as u8)));
                    crossed.extend([(a, b), (b, a)]);
                }
            }
        }
        acts::cut_open(&crossed, &scene.moment.cuts)
    }

    /// Puts the node on the island of the nearest other node.
    fn carry_over(&self, node: NodeId, scene: &Scene) -> Option<String> {
        let end = *self.points.last()?;
        let others = (0..scene.nodes()).filter(|other| *other != node.index());
        let distance = |other: &usize| scene.layout.node(*other).distance(end);
        let nearest = others.min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        let crossing = cross_over(node.index(), nearest, scene.nodes(), &scene.cuts)?;
        let act = |verb: &str, links: &[(usize, usize)]| {
            let name = |index: usize| NodeId(index as u8);
            links.iter().map(|(from, to)| format!("{verb} {}->{}", name(*from), name(*to))).collect::<Vec<_>>()
        };
        let mut text = act("heal", &crossing.heal);
        text.extend(act("cut", &crossing.cut));
        Some(text.join(" · "))
    }
}
