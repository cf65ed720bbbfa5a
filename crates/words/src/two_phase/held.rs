//! What a process of two-phase commit holds in memory, in words, for the inspector.

use crate::Speaker;
use crate::commit::{Session, locked};
use crate::say::{Language, Say, side_by_side};
use alloc::string::{String, ToString};
use faultlab_core::commit::two_phase::{Finished, Open, TwoPhase, Undecided};

/// What a field holds, by its name in the code; none for those that read well part by part.
pub(super) fn held<'a, L: Language>(
    speaker: &Speaker<'a, L, TwoPhase>,
    process: &TwoPhase,
    field: &str,
) -> Option<String>
where
    Open: Say<Speaker<'a, L, TwoPhase>>,
    Session: Say<Speaker<'a, L, TwoPhase>>,
    Undecided: Say<Speaker<'a, L, TwoPhase>>,
    Finished: Say<Speaker<'a, L, TwoPhase>>,
{
    Some(match (process, field) {
        (TwoPhase::Coordinator(it), "open") => side_by_side(it.open.iter(), speaker),
        (TwoPhase::Coordinator(it), "sessions") => {
            side_by_side(it.sessions().map(|(request, answer)| Session { request, answer }), speaker)
        }
        (TwoPhase::Participant(it), "undecided") => side_by_side(it.undecided.iter(), speaker),
        (TwoPhase::Participant(it), "finished") => side_by_side(it.finished.iter(), speaker),
        (TwoPhase::Participant(it), "settled") => it.settled.to_string(),
        (TwoPhase::Participant(it), "locks") => speaker.text(&locked(&it.locks)),
        _ => return None,
    })
}
