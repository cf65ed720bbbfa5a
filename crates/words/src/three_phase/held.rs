//! What a process of three-phase commit holds in memory, in words, for the inspector.

use crate::Speaker;
use crate::commit::{Session, locked};
use crate::say::{Language, Say, side_by_side};
use alloc::string::{String, ToString};
use faultlab_core::commit::three_phase::{Finished, Open, ThreePhase};

/// What a field holds, by its name in the code; none for those that read well part by part.
pub(super) fn held<'a, L: Language>(
    speaker: &Speaker<'a, L, ThreePhase>,
    process: &ThreePhase,
    field: &str,
) -> Option<String>
where
    Open: Say<Speaker<'a, L, ThreePhase>>,
    Session: Say<Speaker<'a, L, ThreePhase>>,
    Finished: Say<Speaker<'a, L, ThreePhase>>,
{
    Some(match field {
        "open" => side_by_side(process.open.iter(), speaker),
        "finished" => side_by_side(process.finished.iter(), speaker),
        "sessions" => {
            let sessions = process.sessions.iter();
            side_by_side(sessions.map(|it| Session { request: it.request, answer: it.response }), speaker)
        }
        "settled" => process.settled.to_string(),
        "locks" => speaker.text(&locked(&process.locks)),
        _ => return None,
    })
}
