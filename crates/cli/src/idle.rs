//! Lines of a scenario that did nothing: acts without effect, and acts that come after the end of the run.

use faultlab_registry::{Lab, What};
use faultlab_scenario::Scenario;
use faultlab_sim::StepTaken;
use faultlab_words::Lang;

/// A line none of whose acts had an effect, and why the first had none.
pub(crate) struct WithoutEffect {
    pub(crate) line: String,
    pub(crate) why: String,
}

#[derive(Default)]
pub(crate) struct Idle {
    pub(crate) without_effect: Vec<WithoutEffect>,
    pub(crate) not_reached: Vec<String>,
}

/// What became of one line.
#[derive(Clone, Default)]
struct Became {
    is_reached: bool,
    has_effect: bool,
    why: Option<String>,
}

impl Idle {
    /// Of a run at its end.
    pub(crate) fn of(lab: &dyn Lab, scenario: &Scenario, lang: Lang) -> Self {
        // Each line is a gesture; exact steps stand between one that begins them and one that ends them.
        let begins_and_ends = !scenario.steps.is_empty();
        let begin = begins_and_ends.then(String::new);
        let lines: Vec<String> =
            begin.iter().chain(&scenario.steps).chain(&begin).chain(&scenario.schedule).cloned().collect();
        let mut became = vec![Became::default(); lines.len()];
        for (position, mark) in lab.steps(0..lab.position()).iter().enumerate() {
            let StepTaken::Act { gesture } = mark.taken else { continue };
            let Some(became) = became.get_mut(gesture as usize) else { continue };
            became.is_reached = true;
            let void =
                lab.story(position, position + 1, lang).into_iter().find(|line| matches!(line.what, What::Void(_)));
            match void {
                None => became.has_effect = true,
                Some(line) => {
                    became.why.get_or_insert(line.sentence.head + &line.sentence.rest);
                }
            }
        }
        let mut idle = Self::default();
        for (line, became) in lines.into_iter().zip(became).filter(|(line, _)| !line.is_empty()) {
            match became {
                Became { is_reached: false, .. } => idle.not_reached.push(line),
                Became { has_effect: false, why: Some(why), .. } => {
                    idle.without_effect.push(WithoutEffect { line, why })
                }
                Became { .. } => {}
            }
        }
        idle
    }
}
