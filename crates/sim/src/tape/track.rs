//! The known steps of a branch in bounded memory: an outline of all of them, and the marks of the newest.
//!
//! The outline is a list of stretches of equally many steps; when there are too many of them, neighbours are joined. What it
//! leaves out is derived again from the keyframes ([`Tape::marks`](super::Tape::marks)).

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;
use faultlab_core::{Mark, Time};

use super::{Position, StepFilter, StepMark};
use crate::fact::FactId;
use crate::simulation::StepTaken;

/// How many stretches an outline has at most.
const STRETCHES_MAX: usize = 4_096;
/// How many marks stand in one block.
const BLOCK: usize = 1_024;
/// How many blocks of marks are kept, the newest ones.
const BLOCKS_MAX: usize = 64;

/// Some steps that follow one another, taken together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// When the first of them was.
    pub at: Time,
    pub(super) first_fact: FactId,
    /// How many they are.
    pub steps: u32,
    /// How many of them got something done.
    pub progress: u32,
    /// The last mark that says how things stand then; [`Mark::Detail`] if none of them says it.
    pub phase: Mark,
    pub contest: bool,
    pub traffic: bool,
    pub fault: bool,
    pub broken: bool,
    pub notable: bool,
}

impl From<&StepMark> for Stretch {
    fn from(step: &StepMark) -> Self {
        Self {
            at: step.at,
            first_fact: step.first_fact,
            steps: 1,
            progress: u32::from(step.mark == Mark::Progress),
            phase: if step.mark == Mark::Notable { Mark::Detail } else { step.mark },
            contest: step.mark == Mark::Contest,
            traffic: step.traffic,
            fault: step.fault,
            broken: step.broken,
            notable: StepFilter::Notable.accepts(step),
        }
    }
}

impl Stretch {
    /// Takes in what follows.
    fn join(&mut self, next: &Self) {
        self.steps += next.steps;
        self.progress += next.progress;
        self.phase = phase_after(self.phase, next.phase);
        self.contest |= next.contest;
        self.traffic |= next.traffic;
        self.fault |= next.fault;
        self.broken |= next.broken;
        self.notable |= next.notable;
    }

    fn may_have(&self, filter: StepFilter) -> bool {
        match filter {
            StepFilter::Event => true,
            StepFilter::Message => self.traffic,
            StepFilter::Notable => self.notable,
            StepFilter::Broken => self.broken,
        }
    }
}

/// How things stand after one mark and another: progress ends trouble and changes nothing else.
pub fn phase_after(before: Mark, next: Mark) -> Mark {
    match (before, next) {
        (_, Mark::Detail | Mark::Notable) => before,
        (Mark::Trouble, Mark::Progress) => Mark::Settled,
        (Mark::Contest | Mark::Settled, Mark::Progress) => before,
        _ => next,
    }
}

/// What is known of the steps of a branch.
#[derive(Clone, Debug)]
pub(super) struct Track {
    len: Position,
    /// How many steps a stretch takes together.
    stride: usize,
    outline: Arc<Vec<Stretch>>,
    /// Marks without a gap up to the end, each block with the position of its first.
    blocks: Vec<(Position, Arc<Vec<StepMark>>)>,
    last: Option<StepMark>,
    /// Where acts were done and processes started.
    turns: Arc<Vec<Position>>,
}

impl Default for Track {
    fn default() -> Self {
        Self { len: 0, stride: 1, outline: Arc::default(), blocks: Vec::new(), last: None, turns: Arc::default() }
    }
}

impl Track {
    pub(super) fn len(&self) -> Position {
        self.len
    }

    pub(super) fn last(&self) -> Option<StepMark> {
        self.last
    }

    pub(super) fn outline(&self) -> &[Stretch] {
        &self.outline
    }

    pub(super) fn turns(&self) -> &[Position] {
        &self.turns
    }

    /// From where on all marks are kept.
    pub(super) fn kept_from(&self) -> Position {
        self.blocks.first().map_or(self.len, |(start, _)| *start)
    }

    /// A kept mark.
    pub(super) fn kept(&self, index: Position) -> Option<&StepMark> {
        let place = self.blocks.partition_point(|(start, _)| *start <= index).checked_sub(1)?;
        let (start, block) = &self.blocks[place];
        block.get(index - start)
    }

    /// The kept ones of these marks, one after the other.
    pub(super) fn kept_in(&self, range: Range<Position>) -> impl Iterator<Item = &StepMark> {
        let first = self.blocks.partition_point(|(start, _)| *start <= range.start).saturating_sub(1);
        self.blocks[first..].iter().take_while(move |(start, _)| *start < range.end).flat_map(move |(start, block)| {
            let from = range.start.saturating_sub(*start).min(block.len());
            let upto = (range.end - start).min(block.len());
            &block[from.min(upto)..upto]
        })
    }

    pub(super) fn push(&mut self, step: StepMark) {
        let outline = Arc::make_mut(&mut self.outline);
        match outline.last_mut() {
            Some(last) if (last.steps as usize) < self.stride => last.join(&Stretch::from(&step)),
            _ => outline.push(Stretch::from(&step)),
        }
        if outline.len() > STRETCHES_MAX {
            self.join_stretches();
        }
        if matches!(step.taken, StepTaken::Act { .. } | StepTaken::Boot(_)) {
            Arc::make_mut(&mut self.turns).push(self.len);
        }
        match self.blocks.last_mut() {
            Some((_, block)) if block.len() < BLOCK => Arc::make_mut(block).push(step),
            _ => {
                let mut block = Vec::with_capacity(BLOCK);
                block.push(step);
                self.blocks.push((self.len, Arc::new(block)));
            }
        }
        if self.blocks.len() > BLOCKS_MAX {
            self.blocks.remove(0);
        }
        self.last = Some(step);
        self.len += 1;
    }

    fn join_stretches(&mut self) {
        let outline = Arc::make_mut(&mut self.outline);
        let joined = outline.chunks(2).map(|pair| {
            let mut first = pair[0];
            pair[1..].iter().for_each(|next| first.join(next));
            first
        });
        *outline = joined.collect();
        self.stride *= 2;
    }

    /// The steps of one stretch.
    fn steps_of(&self, stretch: usize) -> Range<Position> {
        let begin = stretch * self.stride;
        begin..(begin + self.stride).min(self.len)
    }

    /// The steps of the stretch in which a step is.
    pub(super) fn stretch_around(&self, index: Position) -> Range<Position> {
        self.steps_of(index / self.stride)
    }

    /// The steps of the last stretch of which all before satisfy something that holds up to some step and not behind it.
    pub(super) fn stretch_where(&self, holds: impl Fn(&Stretch) -> bool) -> Range<Position> {
        let place = self.outline.partition_point(holds);
        self.steps_of(place.saturating_sub(1))
    }

    /// The steps of the next stretch, at or behind that of a step, in which there may be what is looked for.
    pub(super) fn stretch_ahead(&self, index: Position, filter: StepFilter) -> Option<Range<Position>> {
        let first = index / self.stride;
        let found = self.outline.get(first..)?.iter().position(|stretch| stretch.may_have(filter))?;
        Some(self.steps_of(first + found))
    }

    /// The same backwards, at or before that of a step.
    pub(super) fn stretch_behind(&self, index: Position, filter: StepFilter) -> Option<Range<Position>> {
        let upto = (index / self.stride + 1).min(self.outline.len());
        let found = self.outline[..upto].iter().rposition(|stretch| stretch.may_have(filter))?;
        Some(self.steps_of(found))
    }

    /// Forgets the steps from a position on. `partial` are the marks of the stretch around it, up to it; `last` is the last step.
    pub(super) fn cut(&mut self, len: Position, partial: &[StepMark], last: Option<StepMark>) {
        let outline = Arc::make_mut(&mut self.outline);
        outline.truncate(len / self.stride);
        let mut steps = partial.iter().map(Stretch::from);
        if let Some(mut rest) = steps.next() {
            steps.for_each(|next| rest.join(&next));
            outline.push(rest);
        }
        Arc::make_mut(&mut self.turns).retain(|turn| *turn < len);
        self.blocks.retain(|(start, _)| *start < len);
        if let Some((start, block)) = self.blocks.last_mut() {
            let upto = len - *start;
            if block.len() > upto {
                Arc::make_mut(block).truncate(upto);
            }
        }
        (self.len, self.last) = (len, last);
    }

    /// Forgets the marks: they are derived again if somebody asks.
    pub(super) fn put_away(&mut self) {
        self.blocks.clear();
    }

    /// The bytes it takes, in parts that other tracks may share, each with its address.
    pub(super) fn parts(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let blocks =
            self.blocks.iter().map(|(_, block)| (Arc::as_ptr(block).addr(), block.capacity() * size_of::<StepMark>()));
        let outline = (Arc::as_ptr(&self.outline).addr(), self.outline.capacity() * size_of::<Stretch>());
        let turns = (Arc::as_ptr(&self.turns).addr(), self.turns.capacity() * size_of::<Position>());
        blocks.chain([outline, turns])
    }
}
