//! One gesture may be many acts, such as a partition made of cuts: it is told as one thing.

use faultlab_registry::{Lab, Moment, What};
use faultlab_sim::{Position, StepTaken};
use faultlab_words::page::page_words;
use faultlab_words::{Lang, Sentence};

/// The sentence of the gesture that ends with the step before a position. None if that step is no act, or a gesture of one act.
pub(crate) fn told(lab: &dyn Lab, moment: &Moment, position: Position, lang: Lang) -> Option<Sentence> {
    let last = position.checked_sub(1)?;
    let taken = lab.step_at(last)?.taken;
    let StepTaken::Act { .. } = taken else { return None };
    let turns = lab.turns();
    let upto = turns.partition_point(|turn| *turn <= last);
    // One behind the other, and all of the same gesture.
    let acts = turns[..upto].iter().rev().zip(0..).take_while(|(turn, back)| {
        **turn + back == last && lab.step_at(**turn).is_some_and(|step| step.taken == taken)
    });
    let from = position - acts.count();
    if position - from < 2 {
        return None;
    }
    let words = &page_words(lang).caption;
    let lines = lab.story(from, position, lang);
    let any = |of: fn(&What) -> bool| lines.iter().any(|line| of(&line.what));
    let (cuts, heals) = (any(|what| matches!(what, What::Cut { .. })), any(|what| matches!(what, What::Healed { .. })));
    let only_links = lines.iter().all(|line| {
        matches!(
            line.what,
            What::Cut { .. } | What::Healed { .. } | What::Lost { .. } | What::Reached { .. } | What::Void(_)
        )
    });
    if !only_links || !(cuts || heals) {
        return None;
    }
    let sides = super::islands::sides(moment);
    Some(if sides.len() > 1 {
        let name = |node: &usize| moment.nodes.get(*node).map_or("", |node| node.name.as_str());
        let side = |side: &Vec<usize>| side.iter().map(name).collect::<Vec<_>>().join(words.and);
        (words.parted)(&sides.iter().map(side).collect::<Vec<_>>().join(" | "))
    } else if cuts {
        Sentence::new(words.links_cut, words.links_cut_rest)
    } else {
        Sentence::new(words.links_healed, words.links_healed_rest)
    })
}
