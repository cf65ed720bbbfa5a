//! How much happened when, for a look from so far away that single messages cannot be told apart.

use std::ops::Range;

use faultlab_registry::Lab;
use faultlab_sim::{Position, Stretch};

use super::window::{AHEAD, Window};

/// More steps than these are read from the outline, which is exact enough for them.
const STEPS_READ: usize = 8_192;

/// What happened in these steps, step by step if they are not too many.
pub(super) fn stretches(lab: &dyn Lab, range: Range<Position>) -> Vec<Stretch> {
    if range.len() <= STEPS_READ {
        return lab.steps(range).iter().map(Stretch::from).collect();
    }
    let mut begin = 0;
    let in_range = lab.outline().iter().filter(|stretch| {
        let first = begin;
        begin += stretch.steps as usize;
        first < range.end && begin > range.start
    });
    in_range.copied().collect()
}

/// What happened within a few pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Bin {
    pub(super) steps: u32,
    pub(super) progress: u32,
    pub(super) contest: bool,
    pub(super) fault: bool,
    pub(super) broken: bool,
}

/// The bins of a window, from left to right.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Density {
    pub(super) bins: Vec<Bin>,
    pub(super) pixels: f64,
    pub(super) most: u32,
}

impl Density {
    pub(super) fn of(stretches: &[Stretch], window: &Window, pixels: f64) -> Self {
        let count = ((window.width + AHEAD) / pixels).ceil().max(1.0) as usize;
        let mut bins = vec![Bin::default(); count];
        for stretch in stretches {
            let column = (window.x(stretch.at.0 as f64) / pixels).max(0.0) as usize;
            let Some(bin) = bins.get_mut(column) else { continue };
            bin.steps += stretch.steps;
            bin.progress += stretch.progress;
            bin.contest |= stretch.contest;
            bin.fault |= stretch.fault;
            bin.broken |= stretch.broken;
        }
        let most = bins.iter().map(|bin| bin.steps).max().unwrap_or(0);
        Self { bins, pixels, most }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultlab_core::{Mark, Time};
    use faultlab_sim::{FactId, StepMark, StepTaken};

    #[test]
    fn every_step_in_sight_is_counted_once() {
        let step = |at: u64, mark| StepMark {
            at: Time(at),
            first_fact: FactId(0),
            taken: StepTaken::Deliver,
            mark,
            traffic: true,
            fault: at == 300,
            broken: false,
        };
        let steps: Vec<StepMark> =
            (0..10_000).map(|at| step(at, if at % 10 == 0 { Mark::Progress } else { Mark::Detail })).collect();
        let mut window = Window::default();
        window.resize(500.0);
        window.zoom(0.1 / window.scale, 0.0);
        let stretches: Vec<Stretch> = steps.iter().map(Stretch::from).collect();
        let density = Density::of(&stretches, &window, 2.0);
        let seen = steps.iter().filter(|step| (0.0..500.0 + AHEAD).contains(&window.x(step.at.0 as f64))).count();
        assert_eq!(density.bins.iter().map(|bin| bin.steps).sum::<u32>() as usize, seen);
        assert_eq!(density.bins.iter().filter(|bin| bin.fault).count(), 1);
    }
}
