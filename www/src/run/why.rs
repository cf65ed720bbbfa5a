//! Why something happened: the chain of facts that led to it.

use faultlab_registry::{Lab, Line, What};
use faultlab_sim::FactId;
use faultlab_words::Lang;

/// The chain of facts that led to one: the newest last.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Chain {
    pub(crate) lines: Vec<Line>,
}

/// How many links a chain shows at most.
const LINKS_MAX: usize = 14;

/// The line of a fact of the current branch.
pub(crate) fn line_of(lab: &dyn Lab, fact: FactId, lang: Lang) -> Option<Line> {
    let step = lab.step_of(fact)?;
    let lines = lab.story(step, step + 1, lang);
    lines.into_iter().find(|line| line.id == fact)
}

/// Walks back from a fact along what it follows from: the message or the act that caused it, else what its node did before.
pub(crate) fn chain(lab: &dyn Lab, fact: FactId, lang: Lang) -> Chain {
    let mut lines = Vec::new();
    let mut next = Some(fact);
    while let Some(line) = next.and_then(|fact| line_of(lab, fact, lang)) {
        // Parents come before their children, so this ends.
        next = line.parents.iter().find_map(|parent| parent.some()).filter(|parent| *parent < line.id);
        // A message is told twice, when it leaves and when it arrives, and a sync only lets it leave: once is enough.
        let told = !matches!(line.what, What::Sent { .. } | What::Synced { .. }) || lines.is_empty();
        if told {
            lines.push(line);
        }
        if lines.len() == LINKS_MAX {
            break;
        }
    }
    lines.reverse();
    Chain { lines }
}

/// The fact in which an invariant broke, if the last step taken is such.
pub(crate) fn broken_line(lab: &dyn Lab, lang: Lang) -> Option<Line> {
    let position = lab.position();
    let last = position.checked_sub(1)?;
    if !lab.step_at(last)?.broken {
        return None;
    }
    lab.story(last, position, lang).into_iter().find(|line| matches!(line.what, What::Broken { .. }))
}
