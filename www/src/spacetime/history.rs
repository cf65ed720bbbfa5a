//! The part of the run's story that the diagram needs, kept in blocks of steps so that nothing is told twice.

use std::collections::BTreeMap;
use std::ops::Range;

use faultlab_core::Time;
use faultlab_registry::{Lab, Line, PacketView};
use faultlab_sim::{BranchId, FactId, Position, StepMark};
use faultlab_words::Lang;

use crate::run::player::Player;
use crate::views::{Tone, view_of};

use super::items::{Collected, End, Flight, Standing};

/// How many steps one block holds.
const BLOCK: usize = 256;
/// How many blocks are kept; the farthest goes first.
const BLOCKS_MAX: usize = 48;

/// What tells one run and branch from another.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Key {
    slug: &'static str,
    nodes: usize,
    lang: Lang,
    branch: BranchId,
    edits: u64,
}

/// The told part of a block: its steps up to here, and their lines with the tone of each message.
#[derive(Debug, Default)]
struct Block {
    upto: Position,
    lines: Vec<(Line, Tone)>,
}

/// What was read last, to read on from there.
#[derive(Debug, Default)]
struct Reading {
    from: Position,
    upto: Position,
    collected: Collected,
}

/// The story's blocks and what was read from them.
#[derive(Debug, Default)]
pub(super) struct History {
    key: Option<Key>,
    /// The last step that was read, to notice that the run is another one.
    last: Option<(Position, StepMark)>,
    blocks: BTreeMap<usize, Block>,
    reading: Reading,
    standing: Standing,
    standing_upto: Position,
}

impl History {
    /// Forgets what does not belong to the run and branch of the player. To be called when the run has changed.
    pub(super) fn check(&mut self, player: &Player) {
        let lab = player.lab();
        let branches = lab.branches(player.lang());
        let current = branches.iter().find(|branch| branch.current);
        let key = Key {
            slug: lab.about().slug,
            nodes: player.moment().nodes.len(),
            lang: player.lang(),
            branch: current.map_or(BranchId(0), |branch| branch.id),
            edits: lab.edits(),
        };
        let same_run = self.last.is_none_or(|(position, mark)| lab.step_at(position) == Some(mark));
        if self.key == Some(key) && same_run {
            return;
        }
        let forked_here = match (self.key, current.and_then(|branch| branch.parent)) {
            (Some(old), Some((parent, position))) if (Key { branch: parent, ..key }) == old => position,
            _ => 0,
        };
        self.blocks.retain(|_, block| block.upto <= forked_here);
        self.key = Some(key);
        self.last = None;
        self.reading = Reading::default();
        self.standing = Standing::default();
        self.standing_upto = 0;
    }

    /// Reads the steps in which something began or ended that lasts.
    pub(super) fn read_standing(&mut self, player: &Player) {
        let lab = player.lab();
        let nodes = player.moment().nodes.len();
        // A fault is always somebody's act.
        let turns = lab.turns();
        for place in &turns[turns.partition_point(|turn| *turn < self.standing_upto)..] {
            for line in lab.story(*place, place + 1, player.lang()) {
                self.standing.read(&line, nodes);
            }
        }
        self.standing_upto = lab.steps_known();
        self.last = lab.last_step().map(|mark| (self.standing_upto - 1, mark));
    }

    pub(super) fn standing(&self) -> &Standing {
        &self.standing
    }

    /// What was read last.
    pub(super) fn collected(&self) -> &Collected {
        &self.reading.collected
    }

    /// Reads the dots and flights of these steps and of some around them.
    pub(super) fn read(&mut self, player: &Player, steps: Range<Position>) {
        let (first, last) = (steps.start / BLOCK, steps.end.saturating_sub(1) / BLOCK);
        let len = player.lab().steps_known();
        for number in first..=last {
            self.fill(player, number, len);
        }
        self.trim(first, last);
        let from = first * BLOCK;
        if self.reading.from != from || self.reading.upto > steps.end.max((last + 1) * BLOCK).min(len) {
            self.reading = Reading { from, upto: from, collected: Collected::default() };
        }
        let upto = self.reading.upto;
        for block in self.blocks.range((upto / BLOCK).min(last)..=last).map(|(_, block)| block) {
            let begin = block.lines.partition_point(|(line, _)| line.position <= upto);
            for (line, tone) in &block.lines[begin..] {
                self.reading.collected.read(line, *tone);
            }
            self.reading.upto = self.reading.upto.max(block.upto);
        }
    }

    fn fill(&mut self, player: &Player, number: usize, len: usize) {
        let (begin, end) = (number * BLOCK, ((number + 1) * BLOCK).min(len));
        let block = self.blocks.entry(number).or_insert(Block { upto: begin, lines: Vec::new() });
        if block.upto >= end {
            return;
        }
        let lab = player.lab();
        let tones = tones(&*lab, block.upto, end, player.lang());
        for line in lab.story(block.upto, end, player.lang()) {
            let tone = tones.get(&line.id).copied().unwrap_or_default();
            block.lines.push((line, tone));
        }
        block.upto = end;
    }

    fn trim(&mut self, first: usize, last: usize) {
        while self.blocks.len() > BLOCKS_MAX {
            let (Some((low, _)), Some((high, _))) = (self.blocks.first_key_value(), self.blocks.last_key_value())
            else {
                return;
            };
            let (low, high) = (*low, *high);
            if first.saturating_sub(low) >= high.saturating_sub(last) && low < first {
                self.blocks.remove(&low);
            } else if high > last {
                self.blocks.remove(&high);
            } else {
                return;
            }
        }
    }

    /// The line of a fact among those that are kept.
    pub(super) fn line(&self, fact: FactId) -> Option<&Line> {
        self.blocks.values().find_map(|block| {
            let place = block.lines.binary_search_by_key(&fact, |(line, _)| line.id).ok()?;
            block.lines.get(place).map(|(line, _)| line)
        })
    }
}

/// The tones of the messages that these steps sent.
fn tones(lab: &dyn Lab, from: Position, to: Position, lang: Lang) -> BTreeMap<FactId, Tone> {
    let view = view_of(lab.about().slug);
    let mut tones = BTreeMap::new();
    lab.retell(from, to, &mut |told| {
        if let faultlab_registry::ToldWhat::Sent { message, .. } = told.what {
            tones.insert(told.id, (view.message)(message, lang).tone);
        }
    });
    tones
}

/// A packet that was sent before the first line that was read, and still flies.
pub(super) fn long_flight(packet: &PacketView) -> Flight {
    Flight {
        packet: packet.name,
        sent: packet.sent.0 as f64,
        sent_fact: FactId::NONE,
        sent_position: 0,
        due: packet.due.0 as f64,
        queued: packet.waiting.then_some(packet.due.0 as f64),
        end: if packet.held { End::Held } else { End::Flying },
        tone: Tone::Calm,
    }
}

/// The steps of a stretch of time.
pub(super) fn steps_between(lab: &dyn Lab, from: f64, to: f64) -> Range<Position> {
    let bound = |time: f64| time.max(0.0) as u64;
    let begin = lab.position_before(Time(bound(from)));
    begin..lab.position_before(Time(bound(to) + 1)).max(begin)
}
